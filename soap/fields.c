#include "soap/fields.h"

void fields_init(const struct field *fields, void *base)
{
    static const char *const empty = "";

    for (; fields->element != NULL; fields++) {
        char *member = (char *)base + fields->offset;

        if (field_is_text(fields->kind))
            memcpy(member, &empty, sizeof(empty));
        else if (fields->kind == FIELD_STRUCT || fields->kind == FIELD_WRAP)
            fields_init(fields->record->fields, member);
    }
}

void record_init(const struct record *record, void *item)
{
    const struct variant *variant = record->variants;

    memset(item, 0, record->size);
    if (variant == NULL)
        fields_init(record->fields, item);
    for (; variant != NULL && variant->type != NULL; variant++)
        fields_init(variant->fields, item);
}

const struct variant *record_variant(const struct record *record, const void *item)
{
    const struct variant *variant = record->variants;
    unsigned number;

    if (variant == NULL)
        return NULL;
    memcpy(&number, (const char *)item + record->variant_offset, sizeof(number));
    for (; number > 0 && variant->type != NULL; number--)
        variant++;
    return variant->type == NULL ? record->variants : variant;
}

const struct field *record_fields(const struct record *record, const void *item)
{
    const struct variant *variant = record_variant(record, item);

    return variant == NULL ? record->fields : variant->fields;
}

enum err field_check_text(const struct field *field, const char *text)
{
    size_t length = text_utf8_length(text);

    if (length < (size_t)field->min)
        return err_set(ERR_INVALID, "may not be empty");
    if (field->max > 0 && length > (size_t)field->max)
        return err_set(ERR_INVALID, "%zu characters where %lld are allowed", length, (long long)field->max);
    return field->check == NULL ? ERR_OK : field->check(text);
}

enum err field_check_number(const struct field *field, int64_t number)
{
    if (number < field->min || number > field->max)
        return err_set(ERR_INVALID, "%lld is not from %lld to %lld", (long long)number, (long long)field->min,
                       (long long)field->max);
    return ERR_OK;
}

enum err field_check_count(const struct field *field, size_t count)
{
    if (count < (size_t)field->min || (field->max > 0 && count > (size_t)field->max))
        return err_set(ERR_INVALID, "%zu members are too %s", count,
                       count < (size_t)field->min ? "few" : "many");
    return ERR_OK;
}
