#include "tests/soap/make.h"

#include <string.h>

#include "soap/rpc.h"
#include "soap/value_check.h"

#define SPECIAL "a<b>&\"c\"'d' ]]> \u00e9\u20ac\U0001F600\r\n\t"

#define URL_START "http://files.example.com/"

enum { LONG_TEXT = 600, LONG_LIST = 20, PLAIN_LIST = 3, NOTIFICATION_OLD_LAST = 2 };

struct maker {
    enum cwmp_method method;
    enum cwmp_version version;
    enum make_style style;
    struct arena *arena;
    unsigned serial; /* makes values differ */
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

/* As long as allowed, and no two alike. */
static const char *long_text(const struct maker *maker, int64_t max)
{
    struct text text = TEXT_IN(maker->arena);

    text_put_u64(&text, maker->serial);
    for (int64_t i = (int64_t)text.len; i < (max > 0 ? max : LONG_TEXT); i++)
        text_puts(&text, "\u00e9");
    return text_string(&text);
}

/* Texts that have to look like something: by what they are checked with, and for everyone of that kind. */
static const struct {
    field_check_fn *check;
    const char *plain;
    const char *special;
} shaped[] = {
    {value_check_uuid,     "6ba7b810-9dad-51d1-80b4-00C04FD430C8", NULL                                     },
    {value_check_base64,   "RmFyb2w=",                             "RmFy\r\nb2w="                           },
    {value_check_numbered, "1 Firmware Upgrade Image",             "X 00256D a<b>&\"c\"'d' ]]> \u00e9\u20ac"},
    {value_check_url,      URL_START,                              "ftp://[2001:db8::7]/a?b=1&c='2'"        },
    {value_check_table,    "Device.X.",                            "Device.X.[a<b>&\"c\"'d' \u00e9]."       },
    {value_check_instance, "Device.X.17.",                         "Device.X.[a<b>&\"c\"'d' \u00e9]."       },
    {value_check_access,   "Subscriber",                           NULL                                     },
    {value_check_du_state, "Uninstalled",                          NULL                                     },
};

static const char *long_url(const struct maker *maker, int64_t max)
{
    struct text text = TEXT_IN(maker->arena);

    text_puts(&text, URL_START);
    while (text.len < (size_t)max)
        text_putc(&text, 'a');
    return text_string(&text);
}

static const char *shaped_text(const struct maker *maker, const struct field *field)
{
    for (size_t i = 0; i < sizeof(shaped) / sizeof(*shaped); i++) {
        if (shaped[i].check != field->check)
            continue;
        if (maker->style == MAKE_SPECIAL && shaped[i].special != NULL)
            return shaped[i].special;
        if (maker->style == MAKE_LONG && field->check == value_check_url)
            return long_url(maker, field->max);
        return maker->method == CWMP_UPLOAD && field->check == value_check_numbered
                   ? "1 Vendor Configuration File"
                   : shaped[i].plain;
    }
    return NULL;
}

/* Texts that have to look like something, in the schema's eyes. */
static const char *fixed_text(const struct maker *maker, const struct field *field)
{
    if (maker->style == MAKE_EMPTY && (field->flags & FIELD_OPTIONAL) != 0)
        return "";
    if (strcmp(field->element, "faultcode") == 0)
        return "Client";
    if (strcmp(field->element, "EventCode") == 0 && maker->style == MAKE_PLAIN)
        return "7 TRANSFER COMPLETE";
    return shaped_text(maker, field);
}

/* No two alike. ends: with white space at both. */
static const char *special_text(const struct maker *maker, bool ends)
{
    return arena_printf(maker->arena, "%s%s%uz%s", ends ? " \t" : "", SPECIAL, maker->serial,
                        ends ? "\n " : "");
}

static const char *make_text(const struct maker *maker, const struct field *field)
{
    bool needed =
        (field->flags & FIELD_REQUIRED) != 0 || field->min > 0 || field->check == value_check_parameter;
    const char *fixed = fixed_text(maker, field);

    if (fixed != NULL)
        return fixed;
    switch (maker->style) {
    case MAKE_SPECIAL:
        return special_text(maker, (field->flags & FIELD_KEEP_SPACE) != 0);
    case MAKE_EMPTY:
        return needed ? "0" : "";
    case MAKE_LONG:
        return long_text(maker, field->max);
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
        value = maker->style == MAKE_SPECIAL ? special_text(maker, true) : make_text(maker, field);
    }
    if (maker->style == MAKE_EMPTY && (field->flags & FIELD_TYPED) == 0)
        type = CWMP_UNKNOWN_TYPE;
    put_text(base + field->offset, value);
    memcpy(base + field->type_offset, &type, sizeof(type));
}

static void make_number(const struct maker *maker, const struct field *field, char *member)
{
    uint32_t number = (uint32_t)(maker->style == MAKE_LONG ? field->max : field->min);

    if (strcmp(field->element, "Notification") == 0 && maker->version < CWMP_1_4 &&
        number > NOTIFICATION_OLD_LAST)
        number = NOTIFICATION_OLD_LAST;
    memcpy(member, &number, sizeof(number));
}

static size_t list_length(const struct maker *maker, const struct field *field)
{
    if (maker->style == MAKE_EMPTY)
        return (size_t)field->min;
    if (maker->style == MAKE_LONG)
        return field->max > 0 ? (size_t)field->max : LONG_LIST;
    return field->max > 0 && field->max < PLAIN_LIST ? (size_t)field->max : PLAIN_LIST;
}

static void make_fields(struct maker *maker, const struct field *fields, char *base);

/* One type after the other. */
static void choose_variant(const struct record *record, size_t i, char *item)
{
    unsigned types = 1; /* there is one at least */
    unsigned number;

    while (record->variants[types + 1].type != NULL)
        types++;
    number = 1 + (unsigned)i % types;
    memcpy(item + record->variant_offset, &number, sizeof(number));
}

static void make_list(struct maker *maker, const struct field *field, char *base)
{
    struct field_list list = {.count = list_length(maker, field)};
    const struct record *record = field->record;

    list.items = arena_zalloc(maker->arena, list.count * record->size);
    for (size_t i = 0; i < list.count; i++) {
        char *item = (char *)list.items + i * record->size;

        if (record->variants != NULL)
            choose_variant(record, i, item);
        make_fields(maker, record_fields(record, item), item);
    }
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

/* What must fit together (F-32, P-23). */
static void make_it_fit(struct cwmp_message *message)
{
    struct cwmp_time_windows *windows = &message->body.schedule_download.windows;

    if (message->method == CWMP_GET_PARAMETER_NAMES)
        message->body.get_parameter_names.next_level = false;
    if (message->method != CWMP_SCHEDULE_DOWNLOAD)
        return;
    for (uint32_t i = 0; i < windows->count; i++) {
        windows->items[i].start = i * (UINT32_MAX / 2);
        windows->items[i].end = windows->items[i].start + UINT32_MAX / 2;
    }
}

struct cwmp_message make_message(enum cwmp_method method, enum cwmp_version version, enum make_style style,
                                 struct arena *arena)
{
    struct maker maker = {.method = method, .version = version, .style = style, .arena = arena};
    struct cwmp_message message = {
        .version = version, .method = method, .method_name = cwmp_method_name(method)};

    make_fields(&maker, rpcs[method].fields, (char *)&message.body);
    make_it_fit(&message);
    return message;
}

static void blank_fields(const struct field *fields, char *base);

static void blank_list(const struct field *field, char *base)
{
    struct field_list list = field_list_at(base + field->offset);
    char *item = list.items;

    for (size_t i = 0; i < list.count && !field->record->bare; i++, item += field->record->size)
        blank_fields(record_fields(field->record, item), item);
}

static void blank_fields(const struct field *fields, char *base)
{
    for (; fields->element != NULL; fields++) {
        if ((fields->flags & FIELD_SECRET) != 0)
            put_text(base + fields->offset, "");
        else if (fields->kind == FIELD_LIST || fields->kind == FIELD_REPEATED)
            blank_list(fields, base);
        else if (fields->record != NULL)
            blank_fields(fields->record->fields, base + fields->offset);
    }
}

void make_secrets_empty(struct cwmp_message *message)
{
    blank_fields(rpcs[message->method].fields, (char *)&message->body);
}
