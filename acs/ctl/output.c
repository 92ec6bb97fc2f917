#include "acs/ctl/output.h"

#include <inttypes.h>
#include <string.h>

#include "acs/base/clock.h"

enum { GAP = 2 };

/* C0, DEL, and C1 in UTF-8 (U+0080 to U+009F): all that a terminal obeys. */
static size_t control_length(const char *c)
{
    unsigned char first = (unsigned char)c[0];

    if (first < ' ' || first == 0x7f)
        return 1;
    return first == 0xc2 && (unsigned char)c[1] >= 0x80 && (unsigned char)c[1] < 0xa0 ? 2 : 0;
}

static const char *make_visible(struct arena *arena, const char *text)
{
    struct text out = TEXT_IN(arena);

    while (*text != '\0') {
        size_t control = control_length(text);

        for (size_t i = 0; i < control; i++)
            text_printf(&out, "\\x%02x", (unsigned)(unsigned char)text[i]);
        if (control == 0)
            text_putc(&out, *text);
        text += control > 0 ? control : 1;
    }
    return text_string(&out);
}

/* Hundredths are as much as anybody reads; of what is smaller, two digits. */
static const char *number_text(struct arena *arena, double number)
{
    char *text = arena_printf(arena, "%.2f", number);
    size_t len = strlen(text);

    if (strcspn(text, "123456789") == len)
        return arena_printf(arena, "%.2g", number);
    while (text[len - 1] == '0')
        len--;
    text[text[len - 1] == '.' ? len - 1 : len] = '\0';
    return text;
}

const char *output_text(struct arena *arena, const struct json *value)
{
    struct text out = TEXT_IN(arena);

    if (json_kind(value) == JSON_REAL)
        return number_text(arena, json_real(value, 0));
    if (json_kind(value) == JSON_NULL)
        return "";
    if (json_kind(value) == JSON_STRING)
        return make_visible(arena, json_string(value, ""));
    json_print(value, &out);
    return make_visible(arena, text_string(&out));
}

const char *output_age(struct arena *arena, const char *time)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {
        {86400, "d"  },
        {3600,  "h"  },
        {60,    "min"},
        {1,     "s"  }
    };
    int64_t at_us, age_s;

    if (time == NULL || text_read_time(time, &at_us) != ERR_OK)
        return "";
    age_s = (clock_now_us() - at_us) / US_PER_S;
    for (unsigned i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (age_s >= 2 * units[i].seconds)
            return arena_printf(arena, "%" PRId64 " %s", age_s / units[i].seconds, units[i].name);
    return "now";
}

/* ---- lists ---- */

static const char *first_of(struct output_list *list, const struct json *value)
{
    size_t count = json_count(value);
    const char *first = count == 0 ? "" : output_text(list->arena, json_at(value, 0));

    return count < 2 ? first : arena_printf(list->arena, "%s +%zu", first, count - 1);
}

static const char *cell_text(struct output_list *list, const struct output_column *column,
                             const struct json *object)
{
    const struct json *value = json_get(object, column->member);

    switch (column->kind) {
    case OUTPUT_AGE:
        return output_age(list->arena, json_string(value, NULL));
    case OUTPUT_FIRST:
        return first_of(list, value);
    case OUTPUT_AS_IS:
        break;
    }
    return output_text(list->arena, value);
}

static void keep_cells(struct output_list *list, const struct json *object)
{
    size_t used = list->row_count * list->column_count;

    if (used + list->column_count > list->capacity) {
        size_t more = list->capacity == 0 ? 64 * list->column_count : 2 * list->capacity;

        list->cells = arena_grow(list->arena, list->cells, list->capacity * sizeof(*list->cells),
                                 more * sizeof(*list->cells));
        list->capacity = more;
    }
    for (size_t i = 0; i < list->column_count; i++)
        list->cells[used + i] = cell_text(list, &list->columns[i], object);
}

static void print_json(struct ctl *ctl, const struct json *object)
{
    struct text out = TEXT_IN(ctl->arena);

    json_print(object, &out);
    fputs(text_string(&out), ctl->out);
}

void output_open(struct output_list *list)
{
    if (list->ctl->format == OUTPUT_JSON)
        fputs("{\"data\":[", list->ctl->out);
}

void output_row(struct output_list *list, const struct json *object)
{
    struct ctl *ctl = list->ctl;

    switch (ctl->format) {
    case OUTPUT_TABLE:
        keep_cells(list, object);
        break;
    case OUTPUT_JSON:
        fputs(list->row_count > 0 ? "," : "", ctl->out);
        print_json(ctl, object);
        break;
    case OUTPUT_NDJSON:
        print_json(ctl, object);
        fputc('\n', ctl->out);
        break;
    case OUTPUT_NAME:
        fprintf(ctl->out, "%s\n", output_text(ctl->arena, json_get(object, list->name_member)));
        break;
    }
    list->row_count++;
}

static void print_line(struct output_list *list, const char *const *cells, const size_t *widths)
{
    for (size_t i = 0; i < list->column_count; i++) {
        bool last = i + 1 == list->column_count;
        size_t gap = last ? 0 : widths[i] - text_utf8_length(cells[i]) + GAP;

        fprintf(list->ctl->out, "%s%*s", cells[i], (int)gap, "");
    }
    fputc('\n', list->ctl->out);
}

static void print_table(struct output_list *list)
{
    const char **titles = ARENA_ARRAY(list->arena, const char *, list->column_count);
    size_t *widths = ARENA_ARRAY(list->arena, size_t, list->column_count);

    for (size_t i = 0; i < list->column_count; i++) {
        titles[i] = list->columns[i].title;
        widths[i] = text_utf8_length(titles[i]);
    }
    for (size_t i = 0; i < list->row_count * list->column_count; i++) {
        size_t width = text_utf8_length(list->cells[i]);

        if (width > widths[i % list->column_count])
            widths[i % list->column_count] = width;
    }
    print_line(list, titles, widths);
    for (size_t row = 0; row < list->row_count; row++)
        print_line(list, list->cells + row * list->column_count, widths);
}

void output_close(struct output_list *list)
{
    if (list->ctl->format == OUTPUT_TABLE)
        print_table(list);
    if (list->ctl->format == OUTPUT_JSON)
        fputs("]}\n", list->ctl->out);
}

/* ---- one object ---- */

static bool is_time(const char *text)
{
    int64_t us;

    return strlen(text) >= 20 && text[10] == 'T' && text_read_time(text, &us) == ERR_OK;
}

static void print_members(struct ctl *ctl, const struct json *object)
{
    const char *key;
    size_t width = 0;

    for (size_t i = 0; i < json_count(object); i++) {
        json_member(object, i, &key);
        if (strlen(key) > width)
            width = strlen(key);
    }
    for (size_t i = 0; i < json_count(object); i++) {
        const char *text = output_text(ctl->arena, json_member(object, i, &key));

        fprintf(ctl->out, "%-*s  %s", (int)width, key, text);
        if (is_time(text) && *output_age(ctl->arena, text) != '\0' &&
            strcmp(output_age(ctl->arena, text), "now") != 0)
            fprintf(ctl->out, " (%s ago)", output_age(ctl->arena, text));
        fputc('\n', ctl->out);
    }
}

void output_object(struct ctl *ctl, const struct json *object, const char *name_member)
{
    switch (ctl->format) {
    case OUTPUT_TABLE:
        print_members(ctl, object);
        break;
    case OUTPUT_JSON:
    case OUTPUT_NDJSON:
        print_json(ctl, object);
        fputc('\n', ctl->out);
        break;
    case OUTPUT_NAME:
        fprintf(ctl->out, "%s\n", output_text(ctl->arena, json_get(object, name_member)));
        break;
    }
}
