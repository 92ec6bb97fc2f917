#include "acs/imports/sheet.h"

#include <string.h>

#include "acs/base/text.h"

enum { FIRST_ROOM = 4096 };

struct sheet {
    struct sheet_config config;
    char *bytes; /* what was read and not yet told */
    size_t at, len, room;
    uint64_t line;  /* on which bytes[at] lies */
    bool ended;     /* there is nothing more to read */
    char separator; /* '\0': no line was seen yet */
};

struct sheet *sheet_new(const struct sheet_config *config)
{
    struct sheet *sheet = HEAP_NEW(struct sheet);

    sheet->config = *config;
    sheet->line = 1;
    sheet->room = FIRST_ROOM;
    sheet->bytes = heap_alloc(sheet->room);
    return sheet;
}

void sheet_free(struct sheet *sheet)
{
    if (sheet == NULL)
        return;
    explicit_bzero(sheet->bytes, sheet->room); /* people's data */
    heap_free(sheet->bytes);
    heap_free(sheet);
}

/* ---- in ---- */

static void keep(struct sheet *sheet, const char *bytes, size_t len)
{
    memmove(sheet->bytes, sheet->bytes + sheet->at, sheet->len - sheet->at);
    sheet->len -= sheet->at;
    sheet->at = 0;
    if (sheet->room < sheet->len + len) {
        sheet->room = sheet->len + len;
        sheet->bytes = heap_grow(sheet->bytes, sheet->room);
    }
    memcpy(sheet->bytes + sheet->len, bytes, len);
    sheet->len += len;
}

static enum err read_more(struct sheet *sheet)
{
    const char *bytes = NULL;
    size_t len = 0;

    TRY(sheet->config.read(sheet->config.ctx, &bytes, &len));
    if (len == 0)
        sheet->ended = true;
    else
        keep(sheet, bytes, len);
    return ERR_OK;
}

/* ---- where a record ends ---- */

struct extent {
    size_t len;  /* with the end of its line */
    size_t body; /* without */
    enum sheet_wrong wrong;
    bool whole; /* else more must be read to know */
};

static bool is_separator(const struct sheet *sheet, char c)
{
    return sheet->separator == '\0' ? strchr(",;\t", c) != NULL && c != '\0' : c == sheet->separator;
}

static size_t without_line_end(const char *bytes, size_t len)
{
    if (len > 0 && bytes[len - 1] == '\n')
        len--;
    return len > 0 && bytes[len - 1] == '\r' ? len - 1 : len;
}

/* Up to the first line end, in quotes or not. */
static struct extent one_line(const struct sheet *sheet, enum sheet_wrong wrong)
{
    const char *from = sheet->bytes + sheet->at;
    size_t have = sheet->len - sheet->at;
    const char *end = have == 0 ? NULL : memchr(from, '\n', have);
    size_t len = end == NULL ? have : (size_t)(end - from) + 1;

    if (end == NULL && !sheet->ended && have <= SHEET_RECORD_MAX)
        return (struct extent){.whole = false};
    if (len > SHEET_RECORD_MAX)
        wrong = SHEET_TOO_LONG;
    return (struct extent){len, without_line_end(from, len), wrong, true};
}

/* The line end outside of quotes; 0: there is none yet. */
static size_t find_record_end(const struct sheet *sheet, bool *ret_quoted)
{
    bool quoted = false, begins = true; /* a field */

    for (size_t i = sheet->at; i < sheet->len; i++) {
        char c = sheet->bytes[i];

        if (c == '"' && (quoted || begins))
            quoted = !quoted; /* of a doubled one the second opens again */
        else if (c == '\n' && !quoted)
            return i - sheet->at + 1;
        begins = !quoted && (is_separator(sheet, c) || c == '"');
    }
    *ret_quoted = quoted;
    return 0;
}

static struct extent find_record(const struct sheet *sheet)
{
    size_t have = sheet->len - sheet->at;
    bool quoted = false;
    size_t len;

    if (sheet->config.format == SHEET_NDJSON)
        return one_line(sheet, SHEET_FINE);
    len = find_record_end(sheet, &quoted);
    if (len == 0 && sheet->ended && !quoted)
        len = have;
    if (len > 0 && len <= SHEET_RECORD_MAX)
        return (struct extent){len, without_line_end(sheet->bytes + sheet->at, len), SHEET_FINE, true};
    if (len == 0 && !sheet->ended && have <= SHEET_RECORD_MAX)
        return (struct extent){.whole = false};
    /* A quote that was never meant as one must not swallow the rest of the file. */
    return one_line(sheet, SHEET_OPEN_QUOTE);
}

/* ---- a record's fields ---- */

/* What the bytes 0x80 to 0x9F are in Windows-1252; 0: nothing. */
static const unsigned short windows_high[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static void put_character(struct text *out, unsigned character)
{
    if (character < 0x80) {
        text_putc(out, (char)character);
    } else if (character < 0x800) {
        text_putc(out, (char)(0xC0 | character >> 6));
        text_putc(out, (char)(0x80 | (character & 0x3F)));
    } else {
        text_putc(out, (char)(0xE0 | character >> 12));
        text_putc(out, (char)(0x80 | (character >> 6 & 0x3F)));
        text_putc(out, (char)(0x80 | (character & 0x3F)));
    }
}

static void put_windows_1252(struct text *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned c = (unsigned char)bytes[i];

        put_character(out, c < 0x80 || c >= 0xA0 ? c : windows_high[c - 0x80]);
    }
}

/* NULL: it is no text. */
static const char *read_text(const struct sheet *sheet, const char *bytes, size_t len, struct arena *arena)
{
    struct text text = TEXT_IN(arena);

    if (!sheet->config.windows_1252)
        return text_is_utf8(bytes, len) ? arena_memdup(arena, bytes, len) : NULL;
    put_windows_1252(&text, bytes, len);
    return text_is_utf8(text_string(&text), text.len) ? text_string(&text) : NULL;
}

/* The field at *at, without its quotes; *at is then behind it, and behind its separator. */
static void take_field(const struct sheet *sheet, const char *record, size_t *at, struct text *out)
{
    bool quoted = record[*at] == '"';

    *at += quoted;
    for (; record[*at] != '\0'; (*at)++) {
        if (quoted && record[*at] == '"' && record[*at + 1] == '"')
            (*at)++;
        else if (quoted && record[*at] == '"') {
            quoted = false;
            continue;
        } else if (!quoted && is_separator(sheet, record[*at])) {
            break;
        }
        text_putc(out, record[*at]);
    }
}

static void split(const struct sheet *sheet, const char *record, struct arena *arena,
                  struct sheet_record *ret)
{
    size_t at = 0;
    bool more = true;

    ret->fields = ARENA_ARRAY(arena, const char *, SHEET_FIELDS_MAX);
    for (; more && ret->count < SHEET_FIELDS_MAX; ret->count++) {
        struct text field = TEXT_IN(arena);

        take_field(sheet, record, &at, &field);
        ret->fields[ret->count] = text_string(&field);
        more = record[at] != '\0';
        at += more;
    }
    if (more) {
        ret->wrong = SHEET_TOO_MANY_FIELDS;
        ret->count = 0;
    }
}

static size_t count_outside_quotes(const char *bytes, size_t len, char separator)
{
    size_t count = 0;
    bool quoted = false;

    for (size_t i = 0; i < len; i++) {
        quoted ^= bytes[i] == '"';
        count += !quoted && bytes[i] == separator;
    }
    return count;
}

/* Of equally many the comma, as the standard has it. */
static char guess_separator(const char *bytes, size_t len)
{
    static const char candidates[] = {',', ';', '\t'};
    size_t best = 0, most = 0;

    for (size_t i = 0; i < sizeof(candidates); i++) {
        size_t count = count_outside_quotes(bytes, len, candidates[i]);

        if (count > most) {
            most = count;
            best = i;
        }
    }
    return candidates[best];
}

static void take_record(struct sheet *sheet, const struct extent *extent, struct arena *arena,
                        struct sheet_record *ret)
{
    const char *bytes = sheet->bytes + sheet->at;
    const char *text;

    if (sheet->separator == '\0')
        sheet->separator = guess_separator(bytes, extent->body);
    text = extent->wrong == SHEET_FINE ? read_text(sheet, bytes, extent->body, arena) : NULL;
    *ret = (struct sheet_record){.line = sheet->line, .wrong = extent->wrong};
    if (text == NULL) {
        ret->wrong = extent->wrong == SHEET_FINE ? SHEET_NOT_UTF8 : extent->wrong;
    } else if (sheet->config.format == SHEET_CSV) {
        split(sheet, text, arena, ret);
    } else {
        ret->fields = ARENA_NEW(arena, const char *);
        ret->fields[0] = text;
        ret->count = 1;
    }
}

/* ---- out ---- */

static void pass(struct sheet *sheet, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sheet->line += sheet->bytes[sheet->at + i] == '\n';
    sheet->at += len;
}

/* Of a line that is too long: the rest of it. */
static enum err pass_line(struct sheet *sheet)
{
    const char *end = NULL;

    while (end == NULL && !(sheet->ended && sheet->at == sheet->len)) {
        end = sheet->len == sheet->at ? NULL : memchr(sheet->bytes + sheet->at, '\n', sheet->len - sheet->at);
        pass(sheet, end == NULL ? sheet->len - sheet->at : (size_t)(end - sheet->bytes) + 1 - sheet->at);
        if (end == NULL && !sheet->ended)
            TRY(read_more(sheet));
    }
    return ERR_OK;
}

static void pass_byte_order_mark(struct sheet *sheet)
{
    if (sheet->line == 1 && sheet->at == 0 && sheet->len >= 3 && memcmp(sheet->bytes, "\xEF\xBB\xBF", 3) == 0)
        sheet->at = 3;
}

static enum err find_next(struct sheet *sheet, struct extent *ret)
{
    for (;;) {
        pass_byte_order_mark(sheet);
        *ret = sheet->len < 3 && !sheet->ended ? (struct extent){.whole = false} : find_record(sheet);
        if (ret->whole)
            return ERR_OK;
        TRY(read_more(sheet));
    }
}

enum err sheet_next(struct sheet *sheet, struct arena *arena, struct sheet_record *ret, bool *ret_end)
{
    struct extent extent;

    for (;;) {
        TRY(find_next(sheet, &extent));
        *ret_end = extent.len == 0;
        if (*ret_end)
            return ERR_OK;
        if (!text_is_blank(sheet->bytes + sheet->at, extent.len))
            break;
        pass(sheet, extent.len);
    }
    take_record(sheet, &extent, arena, ret);
    if (extent.wrong == SHEET_TOO_LONG)
        return pass_line(sheet);
    pass(sheet, extent.len);
    return ERR_OK;
}
