#include "acs/outbox/html_text.h"

#include <stdlib.h>
#include <string.h>

/* ---- plain ---- */

static void trim_end(struct text *out)
{
    while (out->len > 0 && (out->data[out->len - 1] == ' ' || out->data[out->len - 1] == '\n'))
        out->data[--out->len] = '\0';
}

/* A line feed with no blanks before it, and at most one empty line. */
static void put_line_feed(struct text *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    if (out->len > 0 && (out->len < 2 || memcmp(out->data + out->len - 2, "\n\n", 2) != 0))
        text_putc(out, '\n');
}

/* U+0080 to U+009F are control characters, too. */
static bool is_control(const char *at, size_t step)
{
    return (step == 1 && ((unsigned char)*at < ' ' || (unsigned char)*at == 0x7F)) ||
           (step == 2 && (unsigned char)at[0] == 0xC2 && (unsigned char)at[1] < 0xA0);
}

const char *plain_text(const char *bytes, size_t most, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    size_t step;

    for (; *bytes != '\0' && out.len<most; bytes += step> 0 ? step : 1) {
        step = text_utf8_step(bytes, strnlen(bytes, 4));
        if (*bytes == '\n')
            put_line_feed(&out);
        else if (*bytes == '\t')
            text_putc(&out, ' ');
        else if (step > 0 && !is_control(bytes, step))
            text_add(&out, bytes, step);
    }
    trim_end(&out);
    if (*bytes != '\0')
        text_puts(&out, "…");
    return text_string(&out);
}

/* ---- HTML ---- */

static const struct {
    const char *name;
    uint32_t code;
} entities[] = {
#define ENTITY(name, code) {name, code},
#include "acs/outbox/html_entity.def"
#undef ENTITY
};

static void put_code(struct text *out, uint32_t code)
{
    enum { LAST = 0x10FFFF, SURROGATES = 0xD800, SURROGATES_END = 0xDFFF };
    char bytes[4];
    size_t len = 0;

    if (code == 0 || code > LAST || (code >= SURROGATES && code <= SURROGATES_END))
        return;
    if (code < 0x80) {
        bytes[len++] = (char)code;
    } else if (code < 0x800) {
        bytes[len++] = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        bytes[len++] = (char)(0xE0 | code >> 12);
        bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        bytes[len++] = (char)(0xF0 | code >> 18);
        bytes[len++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[len++] = (char)(0x80 | (code >> 6 & 0x3F));
    }
    if (code >= 0x80)
        bytes[len++] = (char)(0x80 | (code & 0x3F));
    text_add(out, bytes, len);
}

/* "#233" or "#xE9" */
static bool read_number(const char *digits, size_t len, uint32_t *ret)
{
    enum { DIGITS_MOST = 8 };
    bool is_hex = len > 1 && (digits[0] == 'x' || digits[0] == 'X');
    char copy[DIGITS_MOST + 1];
    char *end;

    if (is_hex) {
        digits++;
        len--;
    }
    if (len == 0 || len > DIGITS_MOST)
        return false;
    memcpy(copy, digits, len);
    copy[len] = '\0';
    if (strspn(copy, is_hex ? "0123456789abcdefABCDEF" : "0123456789") != len)
        return false;
    *ret = (uint32_t)strtoul(copy, &end, is_hex ? 16 : 10);
    return true;
}

static bool find_entity(const char *name, size_t len, uint32_t *ret)
{
    for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++)
        if (strlen(entities[i].name) == len && memcmp(entities[i].name, name, len) == 0) {
            *ret = entities[i].code;
            return true;
        }
    return false;
}

/* at stands at "&". Answers how much of it is read; what is no entity stands for itself. */
static size_t put_entity(const char *at, struct text *out)
{
    size_t len = strspn(at + 1, "#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    uint32_t code;
    bool is_known = at[1] == '#' ? read_number(at + 2, len - 1, &code) : find_entity(at + 1, len, &code);

    if (!is_known || at[1 + len] != ';') {
        text_putc(out, '&');
        return 1;
    }
    put_code(out, code == 0xA0 ? ' ' : code);
    return len + 2;
}

static bool is_one_of(const char *name, size_t len, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strlen(*names) == len && strncasecmp(*names, name, len) == 0)
            return true;
    return false;
}

/* Past the end of what is no text: a comment, a style, a script. at stands behind its opening. */
static const char *skip_to(const char *at, const char *end)
{
    const char *found = strcasestr(at, end);

    return found == NULL ? at + strlen(at) : found + strlen(end);
}

static const char *end_of_tag(const char *at)
{
    at = strchr(at, '>');
    return at == NULL ? "" : at + 1;
}

/* at stands at "<". Answers where the text goes on. */
static const char *read_tag(const char *at, struct text *out)
{
    static const char *const lines[] = {"br", "p",  "div", "li", "tr", "blockquote", "pre", "ul",
                                        "ol", "h1", "h2",  "h3", "h4", "hr",         NULL};
    static const char *const silent[] = {"style", "script", "head", "title", NULL};
    const char *name = at + 1 + (at[1] == '/');
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    if (strncmp(at, "<!--", 4) == 0)
        return skip_to(at + 4, "-->");
    if (len == 0 && *name != '!' && *name != '?') {
        text_putc(out, '<');
        return at + 1;
    }
    if (is_one_of(name, len, lines))
        text_putc(out, '\n');
    if (at[1] != '/' && is_one_of(name, len, silent)) {
        const char *end = strcasestr(name, "</");

        while (end != NULL && strncasecmp(end + 2, name, len) != 0)
            end = strcasestr(end + 2, "</");
        return end == NULL ? "" : end_of_tag(end);
    }
    return end_of_tag(at);
}

const char *html_text(const char *html, size_t most, struct arena *arena)
{
    struct text out = TEXT_IN(arena);

    while (*html != '\0') {
        if (*html == '<') {
            html = read_tag(html, &out);
        } else if (*html == '&') {
            html += put_entity(html, &out);
        } else if (strchr(" \t\r\n", *html) != NULL) {
            if (out.len > 0 && out.data[out.len - 1] != ' ' && out.data[out.len - 1] != '\n')
                text_putc(&out, ' ');
            html++;
        } else {
            text_putc(&out, *html++);
        }
    }
    return plain_text(text_string(&out), most, arena);
}
