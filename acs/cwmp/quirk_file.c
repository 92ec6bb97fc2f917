#include "acs/cwmp/quirk_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"

enum { FILE_MAX = 4 * 1024 * 1024 };

struct quirk_file {
    char *path;
    struct arena *arena;
    const struct quirk_set *set;
};

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static enum err read_all(const char *path, struct arena *arena, const char **ret)
{
    __attribute__((cleanup(close_file))) FILE *file = fopen(path, "re");
    struct text text = TEXT_IN(arena);
    char piece[4096];
    size_t got;

    if (file == NULL)
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0) {
        text_add(&text, piece, got);
        if (text.len > FILE_MAX)
            return err_set(ERR_INVALID, "%s is larger than %d bytes", path, FILE_MAX);
    }
    if (ferror(file))
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    *ret = text_string(&text);
    if (!text_is_utf8(*ret, text.len))
        return err_set(ERR_INVALID, "%s is not UTF-8", path);
    return ERR_OK;
}

enum err quirk_file_reload(struct quirk_file *file)
{
    const char *text = NULL;

    if (*file->path != '\0')
        TRY(read_all(file->path, file->arena, &text));
    return err_while(quirk_set_new(text, file->arena, &file->set), "%s",
                     *file->path != '\0' ? file->path : "quirks.def");
}

enum err quirk_file_open(const char *path, struct quirk_file **ret)
{
    struct quirk_file *file = HEAP_NEW(struct quirk_file);
    enum err err;

    file->path = heap_strdup(path);
    file->arena = arena_new(4096);
    err = quirk_file_reload(file);
    if (err != ERR_OK)
        quirk_file_close(file);
    else
        *ret = file;
    return err;
}

const struct quirk_set *quirk_file_set(const struct quirk_file *file)
{
    return file->set;
}

void quirk_file_close(struct quirk_file *file)
{
    if (file == NULL)
        return;
    arena_free(file->arena);
    heap_free(file->path);
    heap_free(file);
}
