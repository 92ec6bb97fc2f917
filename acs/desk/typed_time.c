#include "acs/desk/typed_time.h"

#include <string.h>

#include "acs/base/text.h"

/* Without a year the last such day is meant, which only the calendar of the database knows: "-11-22". */
static const struct day_word {
    const char *word;
    unsigned days_ago;
} day_words[] = {
    {"hoje",      0},
    {"today",     0},
    {"ontem",     1},
    {"yesterday", 1},
    {"anteontem", 2},
};

static bool read_number(const char **text, unsigned most_digits, unsigned *ret)
{
    unsigned digits = 0;

    for (*ret = 0; digits < most_digits && **text >= '0' && **text <= '9'; digits++, (*text)++)
        *ret = *ret * 10 + (unsigned)(**text - '0');
    return digits > 0;
}

static bool skip(const char **text, const char *any_of)
{
    if (**text == '\0' || strchr(any_of, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

/* "20:00", "20h", "20h30", "7:05". */
static bool read_clock(const char *text, struct arena *arena, struct typed *typed)
{
    unsigned hour, minute = 0;
    bool has_h;

    if (!read_number(&text, 2, &hour) || hour > 23)
        return false;
    has_h = *text == 'h';
    if (!skip(&text, ":h") || (!read_number(&text, 2, &minute) && !has_h))
        return false;
    if (*text != '\0' || minute > 59)
        return false;
    typed->clock = arena_printf(arena, "%02u:%02u", hour, minute);
    return true;
}

static bool is_date(unsigned year, unsigned month, unsigned day)
{
    static const unsigned char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leaps = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    return year == 0 || (year >= 1970 && year <= 9999 && (month != 2 || day < 29 || leaps));
}

/* "22/11" and "22/11/2026", "2026-11-22". */
static bool read_date(const char *text, struct arena *arena, struct typed *typed)
{
    unsigned first, month, last = 0;
    char mark;

    if (!read_number(&text, 4, &first))
        return false;
    mark = *text;
    if (!skip(&text, "/-") || !read_number(&text, 2, &month))
        return false;
    if (*text != '\0' && (*text++ != mark || !read_number(&text, 4, &last)))
        return false;
    if (*text != '\0' ||
        (mark == '-' ? !is_date(first, month, last) || first == 0 : !is_date(last, month, first)))
        return false;
    if (mark == '-')
        typed->date = arena_printf(arena, "%04u-%02u-%02u", first, month, last);
    else
        typed->date = last > 0 ? arena_printf(arena, "%04u-%02u-%02u", last, month, first)
                               : arena_printf(arena, "-%02u-%02u", month, first);
    return true;
}

static bool read_day(const char *text, struct arena *arena, struct typed *typed)
{
    for (size_t i = 0; i < sizeof(day_words) / sizeof(*day_words); i++) {
        if (text_equal_nocase(text, day_words[i].word)) {
            typed->days_ago = day_words[i].days_ago;
            return true;
        }
    }
    return read_date(text, arena, typed);
}

enum err typed_read_time(const char *text, struct arena *arena, struct typed *typed)
{
    const char *space;
    const char *clock;

    text += strspn(text, " ");
    space = strchr(text, ' ');
    clock = space == NULL ? text : space + strspn(space, " ");
    typed->has_time = true;
    if ((space == NULL || read_day(arena_memdup(arena, text, (size_t)(space - text)), arena, typed)) &&
        read_clock(clock, arena, typed))
        return ERR_OK;
    return err_set(ERR_INVALID, "'%.40s' is no time: write \"ontem 20:00\" or \"22/11 20:00\"", text);
}
