#include "acs/base/csv.h"

#include <inttypes.h>
#include <string.h>

/* The bytes of the blank that it begins with, also of one that does not break; 0: it begins with none. */
static size_t blank_at(const char *text)
{
    static const char no_break[] = "\u00a0";

    if (text_starts_with(text, no_break))
        return sizeof(no_break) - 1;
    return *text != '\0' && strchr(" \t\r\n", *text) != NULL ? 1 : 0;
}

/* What stands behind spaces is a formula all the same; so are the wide forms of a Japanese keyboard. */
static bool is_formula(const char *text)
{
    static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"};

    for (size_t blank; (blank = blank_at(text)) > 0;)
        text += blank;
    for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
        if (text_starts_with(text, wide[i]))
            return true;
    return *text != '\0' && strchr("=+-@", *text) != NULL;
}

/* A tab or a line's end in front hides nothing: it is kept, but inert. */
static bool is_hiding(const char *text)
{
    return *text == '\t' || *text == '\r' || *text == '\n';
}

void csv_put_before(struct text *line, const char *text, char separator)
{
    text_putc(line, '"');
    if (text != NULL && (is_formula(text) || is_hiding(text)))
        text_putc(line, '\'');
    for (const char *at = text_or_empty(text); *at != '\0'; at++) {
        if (*at == '"')
            text_putc(line, '"');
        text_putc(line, *at);
    }
    text_putc(line, '"');
    text_putc(line, separator);
}

void csv_put(struct text *line, const char *text)
{
    csv_put_before(line, text, ',');
}

void csv_put_int(struct text *line, int64_t number)
{
    text_printf(line, "%" PRId64 ",", number);
}

void csv_end(struct text *line)
{
    line->len--;
    text_puts(line, "\r\n");
}
