#include "tests/soap/dump.h"

#include <string.h>

#include "soap/rpc.h"

static void dump_fields(const struct field *fields, const char *base, unsigned indent, struct text *out);

static void indented(unsigned indent, const char *name, struct text *out)
{
    text_printf(out, "%*s%s", (int)(2 * indent), "", name);
}

/* In quotes, control characters as \xHH; what is not ASCII stays. */
static void dump_string(const char *text, struct text *out)
{
    text_putc(out, '"');
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < ' ')
            text_printf(out, "\\x%02x", (unsigned)*text);
        else
            text_putc(out, *text);
    }
    text_putc(out, '"');
}

static void dump_text(const char *member, struct text *out)
{
    const char *text;

    memcpy(&text, member, sizeof(text));
    text_putc(out, ' ');
    dump_string(text, out);
}

static void dump_scalar(const struct field *field, const char *base, struct text *out)
{
    const char *member = base + field->offset;
    enum cwmp_type type;
    uint32_t number;
    bool boolean;

    switch (field->kind) {
    case FIELD_BOOL:
        memcpy(&boolean, member, sizeof(boolean));
        text_puts(out, boolean ? " true" : " false");
        break;
    case FIELD_INT:
        memcpy(&number, member, sizeof(number));
        text_printf(out, " %d", (int32_t)number);
        break;
    case FIELD_UNSIGNED:
        memcpy(&number, member, sizeof(number));
        text_printf(out, " %u", number);
        break;
    case FIELD_VALUE:
        dump_text(member, out);
        memcpy(&type, base + field->type_offset, sizeof(type));
        text_printf(out, " %s", type == CWMP_UNKNOWN_TYPE ? "?" : cwmp_type_name(type));
        break;
    case FIELD_TEXT:
    case FIELD_OUI:
    case FIELD_TIME:
    case FIELD_STRUCT:
    case FIELD_LIST:
    case FIELD_REPEATED:
    case FIELD_WRAP:
        dump_text(member, out);
    }
    text_putc(out, '\n');
}

static void dump_item(const struct record *record, const char *item, unsigned indent, struct text *out)
{
    const struct variant *variant = record_variant(record, item);

    indented(indent, "-", out);
    if (record->bare) {
        dump_scalar(record->fields, item, out);
        return;
    }
    if (variant != NULL)
        text_printf(out, " %s", variant->type);
    text_putc(out, '\n');
    dump_fields(record_fields(record, item), item, indent + 1, out);
}

static void dump_list(const struct field *field, const char *base, unsigned indent, struct text *out)
{
    struct field_list list = field_list_at(base + field->offset);
    const char *item = list.items;

    text_printf(out, " [%zu]\n", list.count);
    for (size_t i = 0; i < list.count; i++, item += field->record->size)
        dump_item(field->record, item, indent + 1, out);
}

static void dump_field(const struct field *field, const char *base, unsigned indent, struct text *out)
{
    if (field->kind == FIELD_WRAP) {
        dump_fields(field->record->fields, base, indent, out);
        return;
    }
    indented(indent, field->element, out);
    if (field->kind == FIELD_LIST || field->kind == FIELD_REPEATED) {
        dump_list(field, base, indent, out);
    } else if (field->kind == FIELD_STRUCT) {
        text_putc(out, '\n');
        dump_fields(field->record->fields, base + field->offset, indent + 1, out);
    } else {
        dump_scalar(field, base, out);
    }
}

static void dump_fields(const struct field *fields, const char *base, unsigned indent, struct text *out)
{
    for (; fields->element != NULL; fields++)
        dump_field(fields, base, indent, out);
}

static void dump_header(const char *name, const char *text, struct text *out)
{
    if (text == NULL)
        return;
    text_printf(out, "header %s ", name);
    dump_string(text, out);
    text_putc(out, '\n');
}

void dump_message(const struct cwmp_message *message, struct text *out)
{
    const struct cwmp_header *header = &message->header;

    text_printf(out, "version %s\n", cwmp_version_name(message->version));
    dump_header("ID", header->id, out);
    dump_header("SupportedCWMPVersions", header->supported_versions, out);
    dump_header("UseCWMPVersion", header->use_version, out);
    if (header->session_timeout > 0)
        text_printf(out, "header SessionTimeout %u\n", header->session_timeout);
    text_printf(out, "method %s%s\n", message->method_name,
                message->method == CWMP_UNKNOWN_METHOD ? " (unknown)" : "");
    dump_fields(rpcs[message->method].fields, (const char *)&message->body, 0, out);
}
