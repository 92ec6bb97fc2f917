/*
 * Text: a growing buffer in an arena, and strict readers for the few forms that a number, a boolean or a time
 * takes.
 *
 * The readers take the whole text or fail with a message that quotes it; none of them skips what it does not
 * know.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "acs/base/arena.h"

struct text {
    char *data; /* always NUL-terminated once anything was added; NULL before */
    size_t len;
    size_t capacity;
    struct arena *arena;
};

#define TEXT_IN(in_arena) ((struct text){.arena = (in_arena)})

static inline char *text_room(struct text *text,
                              size_t len); /* room for len more bytes; the caller then adds to len itself */
static inline void text_add(struct text *text, const void *bytes, size_t len);
static inline void text_puts(struct text *text, const char *string);
static inline void text_putc(struct text *text, char c);
void text_printf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_put_u64(struct text *text, uint64_t number);
const char *text_string(struct text *text); /* "" when nothing was added */

enum err text_read_u32(const char *text, uint32_t *ret) MUST_CHECK;
enum err text_read_u64(const char *text, uint64_t *ret) MUST_CHECK;
enum err text_read_i64(const char *text, int64_t *ret) MUST_CHECK;
enum err text_read_bool(const char *text, bool *ret) MUST_CHECK;     /* 0 1 true false (TR-106 3.2) */
enum err text_read_size(const char *text, uint64_t *ret) MUST_CHECK; /* "4MiB", "64KiB", "512" -> bytes */
enum err text_read_duration(const char *text, uint32_t *ret_ms) MUST_CHECK; /* "2ms" "30s" "15m" "72h" "2d" */

/* RFC 3339 with or without zone and fraction -> microseconds since 1970 UTC; without zone it is taken as UTC.
 */
enum err text_read_time(const char *text, int64_t *ret_us) MUST_CHECK;
/*
 * 1970-01-01T00:00:00Z, with .ffffff when asked; what lies outside the years 0000 to 9999 is shown as their
 * edge. buf holds at least TEXT_TIME_MAX bytes.
 */
enum { TEXT_TIME_MAX = 32 };
const char *text_write_time(char *buf, int64_t us, bool fraction);

bool text_is_utf8(const char *bytes, size_t len); /* well-formed, no NUL */
size_t text_utf8_step(const char *bytes,
                      size_t len);           /* of the first character; 0: it is malformed, NUL or absent */
size_t text_utf8_length(const char *text);   /* characters, not bytes */
void text_lower(char *text);                 /* ASCII only */
void text_utf8_cut(char *text, size_t most); /* after so many characters */
bool text_equal_nocase(const char *a, const char *b); /* ASCII only */
bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);
bool text_is_blank(const char *bytes, size_t len); /* only space, tab, CR, LF */
const char *text_or_empty(const char *text);       /* NULL -> "" */

/* ---- here so that they are inlined: an answer is made of hundreds of small pieces ---- */

void text_make_room(struct text *text, size_t len); /* the slow half of text_room() */

static inline char *text_room(struct text *text, size_t len)
{
    if (text->capacity - text->len <= len)
        text_make_room(text, len);
    text->data[text->len + len] = '\0'; /* a caller that fills all of it is done */
    return text->data + text->len;
}

static inline void text_add(struct text *text, const void *bytes, size_t len)
{
    char *room = text_room(text, len);

    if (len > 0)
        memcpy(room, bytes, len);
    text->len += len;
}

static inline void text_puts(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

static inline void text_putc(struct text *text, char c)
{
    *text_room(text, 1) = c;
    text->len++;
}
