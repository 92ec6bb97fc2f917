#include "tests/cpesim/bytes.h"

#include <string.h>

#include "acs/base/arena.h"

char *bytes_reserve(struct bytes *bytes, size_t len)
{
    size_t room = bytes->room ? bytes->room : 512;

    while (room - bytes->len < len)
        room *= 2;
    if (room != bytes->room) {
        bytes->data = heap_grow(bytes->data, room);
        bytes->room = room;
    }
    return bytes->data + bytes->len;
}

void bytes_add(struct bytes *bytes, const void *data, size_t len)
{
    if (len == 0)
        return;
    memcpy(bytes_reserve(bytes, len), data, len);
    bytes->len += len;
}

void bytes_puts(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

void bytes_drop(struct bytes *bytes, size_t len)
{
    if (len == 0)
        return;
    memmove(bytes->data, bytes->data + len, bytes->len - len);
    bytes->len -= len;
}

void bytes_free(struct bytes *bytes)
{
    heap_free(bytes->data);
    *bytes = (struct bytes){0};
}
