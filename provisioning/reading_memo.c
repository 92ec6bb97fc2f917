/* A reading as the text of a memo: a line of numbers, then a line per path, each with a letter in front. */
#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/reading_plan.h"

enum { SKIPPED = '!', OMITTED = '~' };

static const char letters[] = {[READING_LIST] = '?', [READING_LIST_FULL] = '=', [READING_VALUES] = '+'};

/* The numbers of the first line, in this order. */
#define NUMBERS(X) \
    X(batch)       \
    X(names)       \
    X(window)      \
    X(root) X(levels) X(cut) X(done) X(total) X(values) X(answers) X(losses) X(skipped.count) X(omitted.count)

/* ---- writing ---- */

static void put_line(struct text *out, char letter, const char *path)
{
    text_putc(out, letter);
    text_puts(out, path);
    text_putc(out, '\n');
}

const char *reading_save(const struct reading *reading)
{
    struct text out = TEXT_IN(reading->arena);

#define X(member)                                  \
    text_put_u64(&out, (uint64_t)reading->member); \
    text_putc(&out, ' ');
    NUMBERS(X)
#undef X
    text_putc(&out, '\n');
    for (size_t i = 0; i < reading->count; i++) {
        text_putc(&out, letters[reading->items[i].what]);
        text_put_u64(&out, reading->items[i].count);
        put_line(&out, ' ', reading->items[i].path);
    }
    for (uint32_t i = 0; i < reading->skipped.kept; i++)
        put_line(&out, SKIPPED, reading->skipped.items[i]);
    for (uint32_t i = 0; i < reading->omitted.kept; i++)
        put_line(&out, OMITTED, reading->omitted.items[i]);
    return text_string(&out);
}

/* ---- reading ---- */

static enum err refuse(const char *line)
{
    return err_set(ERR_INTERNAL, "the plan of a reading has the line '%.40s'", line);
}

static enum err take_number(const char **at, uint32_t *ret)
{
    char *end;
    unsigned long number = strtoul(*at, &end, 10);

    if (end == *at || *end != ' ')
        return refuse(*at);
    *at = end + 1;
    *ret = (uint32_t)number;
    return ERR_OK;
}

/* One line per number; NOLINTNEXTLINE(readability-function-size) */
static enum err take_numbers(struct reading *reading, const char **at)
{
    uint32_t number = 0;

#define X(member)                  \
    TRY(take_number(at, &number)); \
    reading->member = (__typeof__(reading->member))number;
    NUMBERS(X)
#undef X
    if (**at != '\n')
        return refuse(*at);
    ++*at;
    return ERR_OK;
}

static enum err take_item(struct reading *reading, const char *line)
{
    const char *letter = memchr(letters, *line, sizeof(letters));
    uint32_t count = 0;

    if (letter == NULL)
        return refuse(line);
    line++;
    TRY(take_number(&line, &count));
    reading_add(reading, (enum reading_what)(letter - letters), count, line);
    return ERR_OK;
}

static void take_name(struct reading_names *names, const char *path)
{
    if (names->kept < READING_KEPT_NAMES)
        names->items[names->kept++] = path;
}

static enum err take_line(struct reading *reading, const char *line)
{
    if (*line == SKIPPED)
        take_name(&reading->skipped, line + 1);
    else if (*line == OMITTED)
        take_name(&reading->omitted, line + 1);
    else
        return take_item(reading, line);
    return ERR_OK;
}

enum err reading_load(struct reading *reading, const char *memo, struct arena *arena)
{
    const char *at = memo;

    *reading = (struct reading){.arena = arena};
    TRY(take_numbers(reading, &at));
    while (*at != '\0') {
        size_t len = strcspn(at, "\n");

        if (at[len] == '\0')
            return refuse(at);
        TRY(take_line(reading, arena_memdup(arena, at, len)));
        at += len + 1;
    }
    return ERR_OK;
}
