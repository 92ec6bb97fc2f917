#include "tests/soap/files.h"

#include <stdio.h>

#include "acs/base/text.h"

enum { PIECE = 64 * 1024 };

static void close_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

#define AUTO_FILE __attribute__((cleanup(close_file))) FILE *

char *file_read(const char *path, struct arena *arena, size_t *ret_len)
{
    AUTO_FILE file = fopen(path, "rb");
    struct text text = TEXT_IN(arena);
    size_t got;

    if (file == NULL)
        return NULL;
    do {
        got = fread(text_room(&text, PIECE), 1, PIECE, file);
        text.len += got;
    } while (got > 0);
    text_string(&text);
    *ret_len = text.len;
    return text.data;
}

bool file_write(const char *path, const char *bytes, size_t len)
{
    AUTO_FILE file = fopen(path, "wb");

    return file != NULL && fwrite(bytes, 1, len, file) == len;
}
