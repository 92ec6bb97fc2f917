#include "tests/soap/make.h"

#include <string.h>

#include "soap/rpc.h"

#define SPECIAL      "a<b>&\"c\"'d' ]]> \u00e9\u20ac\U0001F600\r\n\tz"
#define SPECIAL_ENDS " \t" SPECIAL "\n "

enum { LONG_TEXT = 600, LONG_LIST = 20, PLAIN_LIST = 3 };

struct maker {
    enum make_style style;
    struct arena *arena;
    unsigned serial; /* makes values differ */
};

struct list {
    void *items;
    size_t count;
};

static const struct {
    enum cwmp_type type;
    const char *value;
} typed_values[] = {
    {CWMP_STRING,        "text"                },
    {CWMP_INT,           "-2147483648"         },
    {CWMP_UNSIGNED_INT,  "4294967295"          },
    {CWMP_LONG,          "-9223372036854775808"},
    {CWMP_UNSIGNED_LONG, "18446744073709551615"},
    {CWMP_BOOLEAN,       "1"                   },
    {CWMP_DATE_TIME,     "0001-01-01T00:00:00Z"},
    {CWMP_BASE64,        "RmFyb2w="            },
    {CWMP_HEX_BINARY,    "0a1B"                },
};

enum { TYPED_VALUES = sizeof(typed_values) / sizeof(*typed_values) };

const char *make_style_name(enum make_style style)
{
    static const char *const names[] = {
        [MAKE_PLAIN] = "plain", [MAKE_SPECIAL] = "special", [MAKE_EMPTY] = "empty", [MAKE_LONG] = "long"};

    return names[style];
}

static const char *long_text(struct arena *arena, int64_t max)
{
    struct text text = TEXT_IN(arena);

    for (int64_t i = 0; i < (max > 0 ? max : LONG_TEXT); i++)
        text_puts(&text, "\u00e9");
    return text_string(&text);
}

/* Texts that have to look like something, in the schema's eyes. */
static const char *fixed_text(const struct maker *maker, const struct field *field)
{
    if (strcmp(field->element, "faultcode") == 0)
        return "Client";
    if (strcmp(field->element, "EventCode") == 0 && maker->style == MAKE_PLAIN)
        return "7 TRANSFER COMPLETE";
    return NULL;
}

static const char *make_text(const struct maker *maker, const struct field *field)
{
    bool required = (field->flags & FIELD_REQUIRED) != 0;
    const char *fixed = fixed_text(maker, field);

    if (fixed != NULL)
        return fixed;
    switch (maker->style) {
    case MAKE_SPECIAL:
        return (field->flags & FIELD_KEEP_SPACE) != 0 ? SPECIAL_ENDS : SPECIAL;
    case MAKE_EMPTY:
        return required ? "0" : "";
    case MAKE_LONG:
        return long_text(maker->arena, field->max);
    case MAKE_PLAIN:
    case MAKE_STYLE_COUNT:
        break;
    }
    return arena_printf(maker->arena, "text %u", maker->serial);
}

static void put_text(char *member, const char *text)
{
    memcpy(member, &text, sizeof(text));
}

static void make_value(const struct maker *maker, const struct field *field, char *base)
{
    enum cwmp_type type = typed_values[maker->serial % TYPED_VALUES].type;
    const char *value = typed_values[maker->serial % TYPED_VALUES].value;

    if (maker->style != MAKE_PLAIN) {
        type = CWMP_STRING;
        value = maker->style == MAKE_SPECIAL ? SPECIAL_ENDS : make_text(maker, field);
    }
    if (maker->style == MAKE_EMPTY && (field->flags & FIELD_TYPED) == 0)
        type = CWMP_UNKNOWN_TYPE;
    put_text(base + field->offset, value);
    memcpy(base + field->type_offset, &type, sizeof(type));
}

static void make_number(const struct maker *maker, const struct field *field, char *member)
{
    uint32_t number = (uint32_t)(maker->style == MAKE_LONG ? field->max : field->min);

    memcpy(member, &number, sizeof(number));
}

static size_t list_length(const struct maker *maker, const struct field *field)
{
    if (maker->style == MAKE_EMPTY)
        return (size_t)field->min;
    if (maker->style == MAKE_LONG)
        return field->max > 0 ? (size_t)field->max : LONG_LIST;
    return PLAIN_LIST;
}

static void make_fields(struct maker *maker, const struct field *fields, char *base);

static void make_list(struct maker *maker, const struct field *field, char *base)
{
    struct list list = {.count = list_length(maker, field)};

    list.items = arena_zalloc(maker->arena, list.count * field->record->size);
    for (size_t i = 0; i < list.count; i++)
        make_fields(maker, field->record->fields, (char *)list.items + i * field->record->size);
    memcpy(base + field->offset, &list, sizeof(list));
}

static void make_field(struct maker *maker, const struct field *field, char *base)
{
    char *member = base + field->offset;
    bool boolean = maker->style != MAKE_EMPTY;

    maker->serial++;
    switch (field->kind) {
    case FIELD_TEXT:
        put_text(member, make_text(maker, field));
        return;
    case FIELD_OUI:
        put_text(member, maker->style == MAKE_EMPTY ? "" : "00256D");
        return;
    case FIELD_TIME:
        put_text(member, "2026-11-22T19:40:01-03:00");
        return;
    case FIELD_BOOL:
        memcpy(member, &boolean, sizeof(boolean));
        return;
    case FIELD_INT:
    case FIELD_UNSIGNED:
        make_number(maker, field, member);
        return;
    case FIELD_VALUE:
        make_value(maker, field, base);
        return;
    case FIELD_LIST:
    case FIELD_REPEATED:
        make_list(maker, field, base);
        return;
    case FIELD_STRUCT:
    case FIELD_WRAP:
        make_fields(maker, field->record->fields, member);
    }
}

static void make_fields(struct maker *maker, const struct field *fields, char *base)
{
    for (; fields->element != NULL; fields++)
        make_field(maker, fields, base);
}

struct cwmp_message make_message(enum cwmp_method method, enum cwmp_version version, enum make_style style,
                                 struct arena *arena)
{
    struct maker maker = {.style = style, .arena = arena};
    struct cwmp_message message = {
        .version = version, .method = method, .method_name = cwmp_method_name(method)};

    make_fields(&maker, rpcs[method].fields, (char *)&message.body);
    return message;
}
