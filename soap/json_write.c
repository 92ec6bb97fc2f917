#include "soap/cwmp_json.h"
#include "soap/rpc.h"

static void write_fields(const struct field *fields, const char *base, struct json_writer *w);

static const char *text_at(const char *member)
{
    const char *text;

    memcpy(&text, member, sizeof(text));
    return text_or_empty(text);
}

static void write_text(const struct field *field, const char *member, struct json_writer *w)
{
    if ((field->flags & FIELD_SECRET) != 0)
        json_put_null(w);
    else
        json_put_string(w, text_at(member));
}

static void write_value(const struct field *field, const char *base, struct json_writer *w)
{
    enum cwmp_type type;

    memcpy(&type, base + field->type_offset, sizeof(type));
    json_put_string(w, text_at(base + field->offset));
    if (type != CWMP_UNKNOWN_TYPE)
        json_field_string(w, "Type", cwmp_type_name(type));
}

static void write_item(const struct record *record, const char *item, struct json_writer *w)
{
    const struct variant *variant = record_variant(record, item);

    if (record->bare) {
        write_text(record->fields, item, w);
        return;
    }
    json_open_object(w);
    if (variant != NULL)
        json_field_string(w, "Type", variant->type);
    write_fields(record_fields(record, item), item, w);
    json_close_object(w);
}

static void write_list(const struct field *field, const char *base, struct json_writer *w)
{
    struct field_list list = field_list_at(base + field->offset);
    const char *item = list.items;

    json_open_array(w);
    for (size_t i = 0; i < list.count; i++, item += field->record->size)
        write_item(field->record, item, w);
    json_close_array(w);
}

static void write_scalar(const struct field *field, const char *member, struct json_writer *w)
{
    int32_t number;
    uint32_t count;
    bool boolean;

    switch (field->kind) {
    case FIELD_BOOL:
        memcpy(&boolean, member, sizeof(boolean));
        json_put_bool(w, boolean);
        return;
    case FIELD_INT:
        memcpy(&number, member, sizeof(number));
        json_put_int(w, number);
        return;
    case FIELD_UNSIGNED:
        memcpy(&count, member, sizeof(count));
        json_put_int(w, count);
        return;
    case FIELD_TEXT:
    case FIELD_OUI:
    case FIELD_TIME:
    case FIELD_VALUE:
    case FIELD_STRUCT:
    case FIELD_LIST:
    case FIELD_REPEATED:
    case FIELD_WRAP:
        break;
    }
    write_text(field, member, w);
}

static void write_member(const struct field *field, const char *base, struct json_writer *w)
{
    switch (field->kind) {
    case FIELD_LIST:
    case FIELD_REPEATED:
        write_list(field, base, w);
        return;
    case FIELD_VALUE:
        write_value(field, base, w);
        return;
    case FIELD_STRUCT:
        json_open_object(w);
        write_fields(field->record->fields, base + field->offset, w);
        json_close_object(w);
        return;
    case FIELD_TEXT:
    case FIELD_OUI:
    case FIELD_TIME:
    case FIELD_BOOL:
    case FIELD_INT:
    case FIELD_UNSIGNED:
    case FIELD_WRAP: /* has no member of its own */
        break;
    }
    write_scalar(field, base + field->offset, w);
}

static void write_fields(const struct field *fields, const char *base, struct json_writer *w)
{
    for (; fields->element != NULL; fields++) {
        if (fields->kind == FIELD_WRAP) {
            write_fields(fields->record->fields, base, w);
            continue;
        }
        if ((fields->flags & FIELD_OPTIONAL) != 0 && *text_at(base + fields->offset) == '\0')
            continue;
        json_key(w, fields->element);
        write_member(fields, base, w);
    }
}

void cwmp_write_json(const struct cwmp_message *message, struct json_writer *w)
{
    json_open_object(w);
    write_fields(rpcs[message->method].fields, (const char *)&message->body, w);
    json_close_object(w);
}
