#include "soap/fields_write.h"
#include "soap/value.h"

struct writer {
    const struct soap_dialect *dialect;
    struct text *out;
};

static enum err write_fields(const struct writer *writer, const struct field *fields, const char *base);

static const char *text_at(const char *member)
{
    const char *text;

    memcpy(&text, member, sizeof(text));
    return text_or_empty(text);
}

/* "<Name"; the caller adds attributes and the '>'. */
static void open_tag(const char *prefix, const char *name, struct text *out)
{
    text_putc(out, '<');
    text_puts(out, prefix);
    text_puts(out, name);
}

static void close_tag(const char *prefix, const char *name, struct text *out)
{
    text_puts(out, "</");
    text_puts(out, prefix);
    text_puts(out, name);
    text_putc(out, '>');
}

static const char *prefix_of(const struct field *field)
{
    return (field->flags & FIELD_QUALIFIED) != 0 ? "cwmp:" : "";
}

static enum err write_text(const struct field *field, const char *text, struct text *out)
{
    TRY(field_check_text(field, text));
    if ((field->flags & FIELD_PROSE) != 0) {
        value_write_prose(text, out);
        return ERR_OK;
    }
    return value_write_text(text, out);
}

static enum err write_number(const struct field *field, int64_t number, struct text *out)
{
    TRY(field_check_number(field, number));
    if (number < 0)
        text_putc(out, '-');
    text_put_u64(out, (uint64_t)(number < 0 ? -number : number));
    return ERR_OK;
}

static enum err write_scalar(const struct writer *writer, const struct field *field, const char *member)
{
    int32_t signed_number;
    uint32_t number;
    bool boolean;

    switch (field->kind) {
    case FIELD_BOOL:
        memcpy(&boolean, member, sizeof(boolean));
        value_write_bool(boolean, writer->dialect, writer->out);
        return ERR_OK;
    case FIELD_INT:
        memcpy(&signed_number, member, sizeof(signed_number));
        return write_number(field, signed_number, writer->out);
    case FIELD_UNSIGNED:
        memcpy(&number, member, sizeof(number));
        return write_number(field, number, writer->out);
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
    return write_text(field, text_at(member), writer->out);
}

static enum err write_value(const struct writer *writer, const struct field *field, const char *base)
{
    const char *text = text_at(base + field->offset);
    struct text *out = writer->out;
    enum cwmp_type type;

    memcpy(&type, base + field->type_offset, sizeof(type));
    open_tag("", field->element, out);
    if (type != CWMP_UNKNOWN_TYPE) {
        text_puts(out, " xsi:type=\"");
        text_puts(out, cwmp_type_name(type));
        text_putc(out, '"');
    }
    text_putc(out, '>');
    if ((field->flags & FIELD_TYPED) != 0)
        TRY(value_write_typed(type, text, writer->dialect, out));
    else
        TRY(value_write_text(text, out));
    close_tag("", field->element, out);
    return ERR_OK;
}

/* ---- lists ---- */

static void open_array(const char *name, const char *type, size_t count, struct text *out)
{
    open_tag("", name, out);
    text_puts(out, " SOAP-ENC:arrayType=\"");
    text_puts(out, type);
    text_putc(out, '[');
    text_put_u64(out, count);
    text_puts(out, "]\">");
}

static enum err write_content(const struct writer *writer, const struct record *record, const char *item)
{
    if (record->bare)
        return write_scalar(writer, record->fields, item);
    return write_fields(writer, record_fields(record, item), item);
}

static enum err write_item(const struct writer *writer, const char *name, const struct record *record,
                           const char *item)
{
    open_tag("", name, writer->out);
    text_putc(writer->out, '>');
    TRY(write_content(writer, record, item));
    close_tag("", name, writer->out);
    return ERR_OK;
}

/* <Operations xsi:type="cwmp:InstallOpStruct">…</Operations>, or in an array
 * <InstallOpStruct>…</InstallOpStruct>. */
static enum err write_variant(const struct writer *writer, const struct field *field, const char *item)
{
    const struct variant *variant = record_variant(field->record, item);

    if (variant == field->record->variants)
        return err_set(ERR_INVALID, "of no kind");
    if (writer->dialect->operations_in_array)
        return write_item(writer, variant->type, field->record, item);
    open_tag("", field->element, writer->out);
    text_puts(writer->out, " xsi:type=\"cwmp:");
    text_puts(writer->out, variant->type);
    text_puts(writer->out, "\">");
    TRY(write_content(writer, field->record, item));
    close_tag("", field->element, writer->out);
    return ERR_OK;
}

static enum err write_items(const struct writer *writer, const struct field *field,
                            const struct field_list *list)
{
    const struct record *record = field->record;
    const char *name = field->kind == FIELD_LIST ? record->element : field->element;
    const char *item = list->items;

    for (size_t i = 0; i < list->count; i++, item += record->size)
        TRY(record->variants != NULL ? write_variant(writer, field, item)
                                     : write_item(writer, name, record, item));
    return ERR_OK;
}

static enum err write_list(const struct writer *writer, const struct field *field, const char *base)
{
    struct field_list list = field_list_at(base + field->offset);
    bool in_array = field->kind == FIELD_LIST ||
                    (field->record->variants != NULL && writer->dialect->operations_in_array);

    TRY(field_check_count(field, list.count));
    if (!in_array)
        return write_items(writer, field, &list);
    open_array(field->element, field->record->array_type, list.count, writer->out);
    TRY(write_items(writer, field, &list));
    close_tag("", field->element, writer->out);
    return ERR_OK;
}

/* ---- fields ---- */

static bool is_left_out(const struct writer *writer, const struct field *field, const char *base)
{
    if ((field->flags & FIELD_KEY) != 0 && writer->dialect->no_set_key)
        return true;
    return (field->flags & FIELD_OPTIONAL) != 0 && *text_at(base + field->offset) == '\0';
}

static enum err write_field(const struct writer *writer, const struct field *field, const char *base)
{
    switch (field->kind) {
    case FIELD_REPEATED:
    case FIELD_LIST:
        return write_list(writer, field, base);
    case FIELD_VALUE:
        return write_value(writer, field, base);
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
    if (is_left_out(writer, field, base))
        return ERR_OK;
    open_tag(prefix_of(field), field->element, writer->out);
    text_putc(writer->out, '>');
    if (field->record != NULL)
        TRY(write_fields(writer, field->record->fields, base + field->offset));
    else
        TRY(write_scalar(writer, field, base + field->offset));
    close_tag(prefix_of(field), field->element, writer->out);
    return ERR_OK;
}

static enum err write_fields(const struct writer *writer, const struct field *fields, const char *base)
{
    for (; fields->element != NULL; fields++)
        TRY(err_while(write_field(writer, fields, base), "%s", fields->element));
    return ERR_OK;
}

enum err fields_write(const struct field *fields, const void *base, const struct soap_dialect *dialect,
                      struct text *out)
{
    const struct writer writer = {.dialect = dialect, .out = out};

    return write_fields(&writer, fields, base);
}
