#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"

enum { WRITE_DEPTH_MAX = 64, WORD = sizeof(uint64_t) };

static bool in_object(const struct json_writer *w)
{
    return w->depth > 0 && (w->objects >> (w->depth - 1) & 1) != 0;
}

/* Misuse of the writer is our bug. */
static void expect(bool right)
{
    assert(right);
    (void)right;
}

static void begin_value(struct json_writer *w)
{
    expect(w->have_key == in_object(w)); /* in an object, and only there, a value has a key */
    if (w->need_comma && !w->have_key)
        text_putc(w->out, ',');
    w->have_key = false;
    w->need_comma = true;
}

static void open(struct json_writer *w, char bracket, bool object)
{
    begin_value(w);
    expect(w->depth < WRITE_DEPTH_MAX);
    w->objects = (w->objects & ~(UINT64_C(1) << w->depth)) | (uint64_t)object << w->depth;
    w->depth++;
    w->need_comma = false;
    text_putc(w->out, bracket);
}

static void close(struct json_writer *w, char bracket, bool object)
{
    expect(w->depth > 0 && in_object(w) == object && !w->have_key);
    w->depth--;
    w->need_comma = true;
    text_putc(w->out, bracket);
}

void json_open_object(struct json_writer *w)
{
    open(w, '{', true);
}

void json_close_object(struct json_writer *w)
{
    close(w, '}', true);
}

void json_open_array(struct json_writer *w)
{
    open(w, '[', false);
}

void json_close_array(struct json_writer *w)
{
    close(w, ']', false);
}

/* ---- strings ---- */

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* The high bit of every byte of the result that is below 0x20, over 0x7f, a quote or a backslash (perhaps
 * others too above such a byte: only zero or not matters). */
static uint64_t special_bytes(const char *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word, quote, backslash;

    memcpy(&word, bytes, WORD);
    quote = word ^ (ones * '"');
    backslash = word ^ (ones * '\\');
    return (word | (word - ones * 0x20) | (quote - ones) | (backslash - ones)) & (ones * 0x80);
}

/* How many bytes from here need no escape. */
static size_t plain_run(const char *text, size_t len)
{
    size_t run = 0;

    while (run + WORD <= len && special_bytes(text + run) == 0)
        run += WORD;
    while (run < len && is_plain((unsigned char)text[run]))
        run++;
    return run;
}

static void put_escape(struct text *out, unsigned char c)
{
    static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    const char *form = short_forms;

    while (*form != '\0' && (unsigned char)*form != c)
        form += 2;
    if (*form != '\0') {
        text_putc(out, '\\');
        text_putc(out, form[1]);
    } else {
        text_printf(out, "\\u%04x", c);
    }
}

/* What is not plain: one character, escaped, as it is, or replaced. Returns how many bytes it was. */
static size_t put_special(struct text *out, const char *text, size_t len)
{
    size_t step = text_utf8_step(text, len);

    if (step > 1) {
        text_add(out, text, step);
        return step;
    }
    if (step == 1)
        put_escape(out, (unsigned char)*text);
    else
        text_puts(out, "\xef\xbf\xbd"); /* U+FFFD */
    return 1;
}

/* The rest of a string from its first special byte on, and the closing quote. */
static void put_rest(struct text *out, const char *text, size_t len)
{
    while (len > 0) {
        size_t run = put_special(out, text, len);

        text += run;
        len -= run;
        run = plain_run(text, len);
        text_add(out, text, run);
        text += run;
        len -= run;
    }
    text_putc(out, '"');
}

/* A string that is plain throughout, as most are, is one copy. */
static void put_quoted(struct text *out, const char *text)
{
    size_t len = strlen(text);
    size_t run = plain_run(text, len);
    char *room = text_room(out, run + 2);

    room[0] = '"';
    memcpy(room + 1, text, run);
    room[run + 1] = '"';
    if (run == len) {
        out->len += run + 2;
        return;
    }
    out->len += run + 1;
    put_rest(out, text + run, len - run);
}

/* ---- values ---- */

void json_key(struct json_writer *w, const char *key)
{
    expect(in_object(w) && !w->have_key);
    if (w->need_comma)
        text_putc(w->out, ',');
    put_quoted(w->out, key);
    text_putc(w->out, ':');
    w->have_key = true;
}

void json_put_string(struct json_writer *w, const char *text)
{
    if (text == NULL) {
        json_put_null(w);
        return;
    }
    begin_value(w);
    put_quoted(w->out, text);
}

void json_put_int(struct json_writer *w, int64_t number)
{
    begin_value(w);
    if (number < 0)
        text_putc(w->out, '-');
    text_put_u64(w->out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

/* The shortest form that reads back as the same number, and as a real. */
void json_put_real(struct json_writer *w, double number)
{
    enum { DIGITS_MIN = 15, DIGITS_MAX = 17 };
    char form[32];

    if (!isfinite(number)) {
        json_put_null(w);
        return;
    }
    for (int digits = DIGITS_MIN; digits <= DIGITS_MAX; digits++) {
        double again;

        snprintf(form, sizeof(form), "%.*g", digits, number);
        again = strtod(form, NULL);
        if (again <= number && again >= number)
            break;
    }
    begin_value(w);
    text_puts(w->out, form);
    if (strpbrk(form, ".e") == NULL)
        text_puts(w->out, ".0");
}

void json_put_bool(struct json_writer *w, bool value)
{
    begin_value(w);
    text_puts(w->out, value ? "true" : "false");
}

void json_put_null(struct json_writer *w)
{
    begin_value(w);
    text_puts(w->out, "null");
}

void json_put_raw(struct json_writer *w, const char *json)
{
    begin_value(w);
    text_puts(w->out, json == NULL ? "null" : json);
}

void json_put_time(struct json_writer *w, int64_t us)
{
    char time[TEXT_TIME_MAX];

    if (us == 0) {
        json_put_null(w);
        return;
    }
    json_put_string(w, text_write_time(time, us, us % US_PER_S != 0));
}

void json_field_string(struct json_writer *w, const char *key, const char *text)
{
    json_key(w, key);
    json_put_string(w, text);
}

void json_field_int(struct json_writer *w, const char *key, int64_t number)
{
    json_key(w, key);
    json_put_int(w, number);
}

void json_field_bool(struct json_writer *w, const char *key, bool value)
{
    json_key(w, key);
    json_put_bool(w, value);
}

void json_field_time(struct json_writer *w, const char *key, int64_t us)
{
    json_key(w, key);
    json_put_time(w, us);
}

void json_field_raw(struct json_writer *w, const char *key, const char *json)
{
    json_key(w, key);
    json_put_raw(w, json);
}

void json_field_both(struct json_writer *w, const char *key, const char *pt, const char *en)
{
    json_key(w, key);
    json_open_object(w);
    json_field_string(w, "pt-BR", pt);
    json_field_string(w, "en", en);
    json_close_object(w);
}

void json_put_value(struct json_writer *w, const struct json *value)
{
    size_t count = json_count(value);

    switch (json_kind(value)) {
    case JSON_NULL:
        json_put_null(w);
        break;
    case JSON_BOOL:
        json_put_bool(w, json_bool(value, false));
        break;
    case JSON_INT:
        json_put_int(w, json_int(value, 0));
        break;
    case JSON_REAL:
        json_put_real(w, json_real(value, 0));
        break;
    case JSON_STRING:
        json_put_string(w, json_string(value, NULL));
        break;
    case JSON_ARRAY:
        json_open_array(w);
        for (size_t i = 0; i < count; i++)
            json_put_value(w, json_at(value, i));
        json_close_array(w);
        break;
    case JSON_OBJECT:
        json_open_object(w);
        for (size_t i = 0; i < count; i++) {
            const char *key;
            const struct json *member = json_member(value, i, &key);

            json_key(w, key);
            json_put_value(w, member);
        }
        json_close_object(w);
        break;
    }
}

void json_print(const struct json *value, struct text *out)
{
    struct json_writer w = JSON_WRITER(out);

    json_put_value(&w, value);
}
