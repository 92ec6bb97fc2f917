#include <string.h>

#include "soap/fields.h"
#include "soap/value.h"

struct list {
    const char *items;
    size_t count;
};

static const char *text_at(const char *member)
{
    const char *text;

    memcpy(&text, member, sizeof(text));
    return text_or_empty(text);
}

static void open_tag(const struct field *field, struct text *out)
{
    text_puts(out, (field->flags & FIELD_QUALIFIED) != 0 ? "<cwmp:" : "<");
    text_puts(out, field->element);
}

static void close_tag(const struct field *field, struct text *out)
{
    text_puts(out, (field->flags & FIELD_QUALIFIED) != 0 ? "</cwmp:" : "</");
    text_puts(out, field->element);
    text_putc(out, '>');
}

static enum err check_length(const struct field *field, const char *text)
{
    size_t length = text_utf8_length(text);

    if (field->max > 0 && length > (size_t)field->max)
        return err_set(ERR_INVALID, "%zu characters where %lld are allowed", length, (long long)field->max);
    return ERR_OK;
}

static enum err write_text(const struct field *field, const char *text, struct text *out)
{
    TRY(check_length(field, text));
    if (field->kind == FIELD_TIME)
        TRY(value_check_time(text));
    if ((field->flags & FIELD_PROSE) != 0) {
        value_write_prose(text, out);
        return ERR_OK;
    }
    return value_write_text(text, out);
}

static enum err write_number(const struct field *field, int64_t number, struct text *out)
{
    if (number < field->min || number > field->max)
        return err_set(ERR_INVALID, "%lld is not from %lld to %lld", (long long)number, (long long)field->min,
                       (long long)field->max);
    text_printf(out, "%lld", (long long)number);
    return ERR_OK;
}

static enum err write_scalar(const struct field *field, const char *member, struct text *out)
{
    int32_t signed_number;
    uint32_t number;
    bool boolean;

    switch (field->kind) {
    case FIELD_BOOL:
        memcpy(&boolean, member, sizeof(boolean));
        text_putc(out, boolean ? '1' : '0');
        return ERR_OK;
    case FIELD_INT:
        memcpy(&signed_number, member, sizeof(signed_number));
        return write_number(field, signed_number, out);
    case FIELD_UNSIGNED:
        memcpy(&number, member, sizeof(number));
        return write_number(field, number, out);
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
    return write_text(field, text_at(member), out);
}

static enum err write_value(const struct field *field, const char *base, struct text *out)
{
    const char *text = text_at(base + field->offset);
    enum cwmp_type type;

    memcpy(&type, base + field->type_offset, sizeof(type));
    open_tag(field, out);
    if (type != CWMP_UNKNOWN_TYPE)
        text_printf(out, " xsi:type=\"%s\"", cwmp_type_name(type));
    text_putc(out, '>');
    TRY((field->flags & FIELD_TYPED) != 0 ? value_write_typed(type, text, out) : value_write_text(text, out));
    close_tag(field, out);
    return ERR_OK;
}

static enum err check_count(const struct field *field, size_t count)
{
    if (count < (size_t)field->min || (field->max > 0 && count > (size_t)field->max))
        return err_set(ERR_INVALID, "%zu members are too %s", count,
                       count < (size_t)field->min ? "few" : "many");
    return ERR_OK;
}

/* One member of a list: <EventStruct>…</EventStruct>. */
static enum err write_item(const struct record *record, const char *item, struct text *out)
{
    const struct field element = {.element = record->element};

    open_tag(&element, out);
    text_putc(out, '>');
    TRY(record->bare ? write_scalar(record->fields, item, out) : fields_write(record->fields, item, out));
    close_tag(&element, out);
    return ERR_OK;
}

static enum err write_items(const struct field *field, const char *base, struct text *out)
{
    struct list list;

    memcpy(&list, base + field->offset, sizeof(list));
    TRY(check_count(field, list.count));
    for (size_t i = 0; i < list.count; i++)
        TRY(write_item(field->record, list.items + i * field->record->size, out));
    return ERR_OK;
}

static enum err write_list(const struct field *field, const char *base, struct text *out)
{
    struct list list;

    memcpy(&list, base + field->offset, sizeof(list));
    open_tag(field, out);
    text_printf(out, " SOAP-ENC:arrayType=\"%s[%zu]\">", field->record->array_type, list.count);
    TRY(write_items(field, base, out));
    close_tag(field, out);
    return ERR_OK;
}

static enum err write_field(const struct field *field, const char *base, struct text *out)
{
    switch (field->kind) {
    case FIELD_REPEATED:
        return write_items(field, base, out);
    case FIELD_LIST:
        return write_list(field, base, out);
    case FIELD_VALUE:
        return write_value(field, base, out);
    case FIELD_TEXT:
    case FIELD_OUI:
    case FIELD_TIME:
    case FIELD_BOOL:
    case FIELD_INT:
    case FIELD_UNSIGNED:
    case FIELD_STRUCT:
    case FIELD_WRAP:
        break;
    }
    open_tag(field, out);
    text_putc(out, '>');
    if (field->record != NULL)
        TRY(fields_write(field->record->fields, base + field->offset, out));
    else
        TRY(write_scalar(field, base + field->offset, out));
    close_tag(field, out);
    return ERR_OK;
}

enum err fields_write(const struct field *fields, const void *base, struct text *out)
{
    for (; fields->element != NULL; fields++)
        TRY(err_while(write_field(fields, base, out), "%s", fields->element));
    return ERR_OK;
}
