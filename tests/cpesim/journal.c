#include "tests/cpesim/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "acs/base/clock.h"

struct journal {
    int fd; /* -1: nothing is kept */
    struct arena *arena;
};

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static bool read_line(FILE *file, struct text *line)
{
    int c;

    line->len = 0;
    while ((c = getc(file)) != EOF && c != '\n')
        text_putc(line, (char)c);
    return c == '\n';
}

enum err journal_read(const char *path, journal_fn *fn, void *ctx)
{
    __attribute__((cleanup(close_file))) FILE *file = fopen(path, "re");
    AUTO_ARENA arena = arena_new(4096);
    struct text line = TEXT_IN(arena);

    if (file == NULL && errno == ENOENT)
        return ERR_OK;
    if (file == NULL)
        return err_set(ERR_UNAVAILABLE, "cannot read %s: %s", path, strerror(errno));
    for (unsigned number = 1; read_line(file, &line); number++) {
        AUTO_JSON json = NULL;

        if (line.len == 0)
            continue;
        TRY(err_while(json_read(line.data, line.len, &json), "%s line %u", path, number));
        fn(json, ctx);
    }
    return ERR_OK;
}

/* A line that a power cut tore must not grow together with the next one. */
static enum err end_torn_line(int fd)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';

    if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last == '\n')
        return ERR_OK;
    if (end == 0)
        return ERR_OK;
    return write(fd, "\n", 1) == 1 ? ERR_OK : err_set(ERR_UNAVAILABLE, "%s", strerror(errno));
}

enum err journal_open(const char *path, struct journal **ret)
{
    struct journal *journal;
    int fd = -1;

    if (path != NULL) {
        fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (fd < 0)
            return err_set(ERR_UNAVAILABLE, "cannot open %s: %s", path, strerror(errno));
        TRY(end_torn_line(fd));
    }
    journal = HEAP_NEW(struct journal);
    journal->fd = fd;
    journal->arena = arena_new(4096);
    *ret = journal;
    return ERR_OK;
}

void journal_close(struct journal *journal)
{
    if (journal == NULL)
        return;
    if (journal->fd >= 0)
        close(journal->fd);
    arena_free(journal->arena);
    heap_free(journal);
}

static void put_optional(struct json_writer *w, const char *key, const char *value)
{
    if (value != NULL)
        json_field_string(w, key, value);
}

static void put_line(struct text *out, const struct journal_line *line)
{
    struct json_writer w = JSON_WRITER(out);

    json_open_object(&w);
    json_field_time(&w, "time", clock_now_us());
    json_field_string(&w, "serial", line->serial);
    json_field_string(&w, "did", line->did);
    put_optional(&w, "event", line->event);
    put_optional(&w, "cause", line->cause);
    put_optional(&w, "command_key", line->command_key);
    put_optional(&w, "parameter_key", line->parameter_key);
    put_optional(&w, "object", line->object);
    if (line->ordered_us != 0)
        json_field_time(&w, "ordered", line->ordered_us);
    put_optional(&w, "image", line->image);
    put_optional(&w, "version", line->version);
    put_optional(&w, "fate", line->fate);
    put_optional(&w, "why", line->why);
    if (line->seconds != 0)
        json_field_int(&w, "seconds", line->seconds);
    if (line->fault != 0)
        json_field_int(&w, "fault", line->fault);
    if (line->at_once)
        json_field_bool(&w, "at_once", true);
    if (line->values != NULL) {
        json_key(&w, "values");
        json_open_object(&w);
        for (size_t i = 0; i < line->values->count; i++)
            json_field_string(&w, line->values->items[i].name, line->values->items[i].value);
        json_close_object(&w);
    }
    json_close_object(&w);
    text_putc(out, '\n');
}

enum err journal_write(struct journal *journal, const struct journal_line *line)
{
    struct text out;
    ssize_t written;

    if (journal->fd < 0)
        return ERR_OK;
    arena_reset(journal->arena);
    out = TEXT_IN(journal->arena);
    put_line(&out, line);
    written = write(journal->fd, out.data, out.len);
    if (written != (ssize_t)out.len)
        return err_set(ERR_UNAVAILABLE, "cannot write the journal: %s", strerror(errno));
    return ERR_OK;
}
