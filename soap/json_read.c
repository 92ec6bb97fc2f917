#include "soap/cwmp_json.h"
#include "soap/fields_read.h"
#include "soap/rpc.h"
#include "soap/rules.h"
#include "soap/value.h"

static const char type_key[] = "Type";

/* Where in the document we are: "TimeWindowList[1].WindowStart". */
struct path {
    const struct path *outer; /* NULL: this is the outermost */
    const char *name;         /* NULL: it is a member of a list … */
    size_t index;             /* … with this number */
};

struct place {
    struct arena *arena;
    struct path path;
};

static void put_path(const struct path *path, struct text *out)
{
    if (path->outer != NULL)
        put_path(path->outer, out);
    if (path->name == NULL) {
        text_putc(out, '[');
        text_put_u64(out, path->index);
        text_putc(out, ']');
        return;
    }
    if (out->len > 0)
        text_putc(out, '.');
    text_puts(out, path->name);
}

/* Says where the error is. The outermost path has no name of its own. */
static enum err here(const struct place *place, enum err result)
{
    struct text text = TEXT_IN(place->arena);

    if (result == ERR_OK)
        return ERR_OK;
    put_path(&place->path, &text);
    return text.len == 0 ? result : err_while(result, "%s", text_string(&text));
}

static struct place inside(const struct place *place, const char *name, size_t index)
{
    return (struct place){
        .arena = place->arena, .path = {&place->path, name, index}
    };
}

static bool is_absent(const struct json *value)
{
    return json_kind(value) == JSON_NULL;
}

/* What its default would not do for is missing. */
static enum err checked(const struct json *value, enum err result)
{
    return result != ERR_OK && is_absent(value) ? err_set(ERR_INVALID, "is missing") : result;
}

/* ---- texts and numbers ---- */

static enum err read_string(const struct json *value, struct arena *arena, const char **ret)
{
    struct text trial = TEXT_IN(arena);

    *ret = arena_strdup(arena, json_string(value, ""));
    if (!is_absent(value) && json_kind(value) != JSON_STRING)
        return err_set(ERR_INVALID, "a text is expected");
    return value_write_text(*ret, &trial);
}

static enum err read_text(const struct field *field, const struct json *value, struct arena *arena,
                          char *member)
{
    const char *text;

    TRY(read_string(value, arena, &text));
    memcpy(member, &text, sizeof(text));
    if ((field->flags & FIELD_OPTIONAL) != 0 && *text == '\0')
        return ERR_OK;
    return checked(value, field_check_text(field, text));
}

static enum err read_number(const struct field *field, const struct json *value, char *member)
{
    int64_t number = json_int(value, 0);
    uint32_t bits = (uint32_t)number; /* of an int32_t too, once the range is known to be right */

    if (!is_absent(value) && json_kind(value) != JSON_INT)
        return err_set(ERR_INVALID, "a number is expected");
    TRY(checked(value, field_check_number(field, number)));
    memcpy(member, &bits, sizeof(bits));
    return ERR_OK;
}

static enum err read_bool(const struct json *value, char *member)
{
    bool boolean = json_bool(value, false);

    if (!is_absent(value) && json_kind(value) != JSON_BOOL)
        return err_set(ERR_INVALID, "true or false is expected");
    memcpy(member, &boolean, sizeof(boolean));
    return ERR_OK;
}

static enum err read_scalar(const struct field *field, const struct json *value, struct arena *arena,
                            char *member)
{
    switch (field->kind) {
    case FIELD_BOOL:
        return read_bool(value, member);
    case FIELD_INT:
    case FIELD_UNSIGNED:
        return read_number(field, value, member);
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
    return read_text(field, value, arena, member);
}

/* ---- the value of a parameter ---- */

static enum err read_type(const struct json *value, enum cwmp_type otherwise, enum cwmp_type *ret)
{
    const char *name = json_string(value, "");

    *ret = otherwise;
    if (is_absent(value))
        return ERR_OK;
    *ret = value_type(name, strlen(name));
    if (*ret == CWMP_UNKNOWN_TYPE)
        return err_set(ERR_INVALID, "a type like string, unsignedInt or boolean is expected");
    return ERR_OK;
}

static enum err value_text(const struct json *value, struct arena *arena, const char **ret)
{
    *ret = "";
    switch (json_kind(value)) {
    case JSON_BOOL:
        *ret = json_bool(value, false) ? "1" : "0";
        return ERR_OK;
    case JSON_INT:
        *ret = arena_printf(arena, "%lld", (long long)json_int(value, 0));
        return ERR_OK;
    case JSON_NULL:
    case JSON_STRING:
        return read_string(value, arena, ret);
    case JSON_REAL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return err_set(ERR_INVALID, "a text, true, false or a whole number is expected");
}

static enum err read_value(const struct place *place, const struct field *field, const struct json *object,
                           char *base)
{
    const struct json *value = json_get(object, field->element);
    const struct place at_value = inside(place, field->element, 0);
    const struct place at_type = inside(place, type_key, 0);
    bool typed = (field->flags & FIELD_TYPED) != 0;
    enum cwmp_type type;
    const char *text;

    TRY(here(&at_value, value_text(value, place->arena, &text)));
    TRY(here(&at_type, read_type(json_get(object, type_key),
                                 json_kind(value) == JSON_BOOL ? CWMP_BOOLEAN : CWMP_UNKNOWN_TYPE, &type)));
    if (typed && type == CWMP_UNKNOWN_TYPE)
        return here(&at_type, err_set(ERR_INVALID, "is missing"));
    if (typed)
        TRY(here(&at_value, checked(value, value_check_typed(type, text))));
    memcpy(base + field->offset, &text, sizeof(text));
    memcpy(base + field->type_offset, &type, sizeof(type));
    return ERR_OK;
}

/* ---- structs and lists ---- */

static enum err read_fields(const struct place *place, const struct field *fields, const struct json *object,
                            char *base);

static bool knows(const struct field *fields, const char *key)
{
    for (; fields->element != NULL; fields++) {
        if (fields->kind == FIELD_WRAP ? knows(fields->record->fields, key)
                                       : strcmp(fields->element, key) == 0)
            return true;
        if (fields->kind == FIELD_VALUE && strcmp(key, type_key) == 0)
            return true;
    }
    return false;
}

static enum err check_keys(const struct place *place, const struct field *fields, const struct json *object,
                           bool has_type)
{
    if (!is_absent(object) && json_kind(object) != JSON_OBJECT)
        return here(place, err_set(ERR_INVALID, "an object is expected"));
    for (size_t i = 0; i < json_count(object); i++) {
        const char *key;

        (void)json_member(object, i, &key);
        if (!knows(fields, key) && !(has_type && strcmp(key, type_key) == 0))
            return here(place, err_set(ERR_INVALID, "there is no member %.64s", key));
    }
    return ERR_OK;
}

/* The type of an operation, by its name. */
static enum err read_variant(const struct place *place, const struct record *record,
                             const struct json *object, char *item)
{
    const char *name = json_string(json_get(object, type_key), "");
    const struct place at_type = inside(place, type_key, 0);
    struct text names = TEXT_IN(place->arena);
    const struct variant *variant = record->variants + 1;

    for (; variant->type != NULL && strcmp(variant->type, name) != 0; variant++) {
        text_puts(&names, names.len > 0 ? ", " : "");
        text_puts(&names, variant->type);
    }
    if (variant->type == NULL)
        return here(&at_type, err_set(ERR_INVALID, "one of %s is expected", text_string(&names)));

    unsigned number = (unsigned)(variant - record->variants);

    memcpy(item + record->variant_offset, &number, sizeof(number));
    return ERR_OK;
}

static enum err read_item(const struct place *place, const struct record *record, const struct json *value,
                          char *item)
{
    const struct field *fields;

    record_init(record, item);
    if (is_absent(value))
        return here(place, err_set(ERR_INVALID, "a member is expected, not null"));
    if (record->bare)
        return here(place, read_scalar(record->fields, value, place->arena, item));
    if (record->variants != NULL)
        TRY(read_variant(place, record, value, item));
    fields = record_fields(record, item);
    TRY(check_keys(place, fields, value, record->variants != NULL));
    return read_fields(place, fields, value, item);
}

static enum err check_list(const struct field *field, const struct json *value)
{
    size_t count = json_count(value);

    if (!is_absent(value) && json_kind(value) != JSON_ARRAY)
        return err_set(ERR_INVALID, "a list is expected");
    if (count > field->cap)
        return err_set(ERR_INVALID, "more than %u members", field->cap);
    return checked(value, field_check_count(field, count));
}

static enum err read_list(const struct place *place, const struct field *field, const struct json *value,
                          char *member)
{
    const struct record *record = field->record;
    struct field_list list = {.count = json_count(value)};

    TRY(here(place, check_list(field, value)));
    list.items = arena_zalloc(place->arena, list.count * record->size);
    for (size_t i = 0; i < list.count; i++) {
        const struct place at_item = inside(place, NULL, i);

        TRY(read_item(&at_item, record, json_at(value, i), (char *)list.items + i * record->size));
    }
    memcpy(member, &list, sizeof(list));
    return ERR_OK;
}

static enum err read_field(const struct place *place, const struct field *field, const struct json *object,
                           char *base)
{
    const struct json *value = json_get(object, field->element);
    const struct place at_field = inside(place, field->element, 0);

    switch (field->kind) {
    case FIELD_VALUE:
        return read_value(place, field, object, base);
    case FIELD_LIST:
    case FIELD_REPEATED:
        return read_list(&at_field, field, value, base + field->offset);
    case FIELD_STRUCT:
        TRY(check_keys(&at_field, field->record->fields, value, false));
        return read_fields(&at_field, field->record->fields, value, base + field->offset);
    case FIELD_WRAP:
        return read_fields(place, field->record->fields, object, base);
    case FIELD_TEXT:
    case FIELD_OUI:
    case FIELD_TIME:
    case FIELD_BOOL:
    case FIELD_INT:
    case FIELD_UNSIGNED:
        break;
    }
    return here(&at_field, read_scalar(field, value, place->arena, base + field->offset));
}

static enum err read_fields(const struct place *place, const struct field *fields, const struct json *object,
                            char *base)
{
    for (; fields->element != NULL; fields++)
        TRY(read_field(place, fields, object, base));
    return ERR_OK;
}

enum err cwmp_read_json(enum cwmp_method method, const struct json *arguments, struct arena *arena,
                        union cwmp_body *ret)
{
    const struct field *fields = rpcs[method].fields;
    const struct place place = {
        .arena = arena, .path = {NULL, "", 0}
    };
    struct cwmp_message message = {.version = CWMP_1_4, .method = method};

    fields_init(fields, &message.body);
    TRY(check_keys(&place, fields, arguments, false));
    TRY(read_fields(&place, fields, arguments, (char *)&message.body));
    TRY(rules_check(&message, arena));
    *ret = message.body;
    return ERR_OK;
}
