#include "acs/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64, U64_DIGITS = 20, WORD = sizeof(uint64_t) };

void text_make_room(struct text *text, size_t len)
{
    size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;

    if (len >= SIZE_MAX / 4 - text->len)
        abort();
    while (capacity <= text->len + len)
        capacity *= 2;
    text->data = arena_grow(text->arena, text->data, text->capacity, capacity);
    text->capacity = capacity;
}

void text_printf(struct text *text, const char *format, ...)
{
    size_t room = text->capacity - text->len;
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(room ? text->data + text->len : NULL, room, format, args);
    va_end(args);
    if (len < 0)
        abort();
    if ((size_t)len >= room) {
        va_start(args, format);
        vsnprintf(text_room(text, (size_t)len), (size_t)len + 1, format, args);
        va_end(args);
    }
    text->len += (size_t)len;
}

void text_put_u64(struct text *text, uint64_t number)
{
    char digits[U64_DIGITS];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    text_add(text, digits + at, sizeof(digits) - at);
}

const char *text_string(struct text *text)
{
    if (text->data == NULL)
        return "";
    text->data[text->len] = '\0'; /* the caller of text_room() may have used less of it */
    return text->data;
}

/* What may follow the first byte of a character of more than one byte (RFC 3629 section 4). */
static const struct lead {
    unsigned char first, last;
    unsigned char second_low, second_high;
    unsigned char length;
} leads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const struct lead *lead_of(unsigned char byte)
{
    for (size_t i = 0; i < sizeof(leads) / sizeof(*leads); i++)
        if (byte >= leads[i].first && byte <= leads[i].last)
            return &leads[i];
    return NULL;
}

size_t text_utf8_step(const char *bytes, size_t len)
{
    const unsigned char *at = (const unsigned char *)bytes;
    const struct lead *lead;

    if (len == 0 || *at == '\0')
        return 0;
    if (*at < 0x80)
        return 1;
    lead = lead_of(*at);
    if (lead == NULL || len < lead->length || at[1] < lead->second_low || at[1] > lead->second_high)
        return 0;
    for (size_t i = 2; i < lead->length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return lead->length;
}

/* Eight bytes of ASCII without a NUL: the everyday case, tested at once. */
static bool is_ascii_word(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word;

    memcpy(&word, bytes, WORD);
    return ((word | (word - ones)) & tops) == 0;
}

bool text_is_utf8(const char *bytes, size_t len)
{
    while (len > 0) {
        size_t step = len >= WORD && is_ascii_word(bytes) ? WORD : text_utf8_step(bytes, len);

        if (step == 0)
            return false;
        bytes += step;
        len -= step;
    }
    return true;
}

size_t text_utf8_length(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

void text_lower(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
}

void text_utf8_cut(char *text, size_t most)
{
    size_t at = 0, len = strlen(text), step = 1;

    for (size_t i = 0; i < most && at < len && step > 0; i++) {
        step = text_utf8_step(text + at, len - at);
        at += step;
    }
    text[at] = '\0';
}

bool text_equal_nocase(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

bool text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t tail = strlen(suffix);

    return len >= tail && memcmp(text + len - tail, suffix, tail) == 0;
}

bool text_is_blank(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' && bytes[i] != '\n')
            return false;
    return true;
}

const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}
