#include "acs/base/text_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

enum err text_file_read(const char *path, size_t most, struct arena *arena, const char **ret)
{
    __attribute__((cleanup(close_file))) FILE *file = fopen(path, "re");
    struct text text = TEXT_IN(arena);
    char piece[4096];
    size_t got;

    if (file == NULL)
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0) {
        text_add(&text, piece, got);
        if (text.len > most)
            return err_set(ERR_INVALID, "%s is larger than %zu bytes", path, most);
    }
    if (ferror(file))
        return err_set(ERR_NOT_FOUND, "cannot read %s: %s", path, strerror(errno));
    *ret = text_string(&text);
    if (!text_is_utf8(*ret, text.len))
        return err_set(ERR_INVALID, "%s is not UTF-8", path);
    return ERR_OK;
}
