#include "soap/fields_read.h"

#include <string.h>

#include "soap/value.h"

enum {
    LONG_TEXT_MAX = 64 * 1024, /* bytes of a value, a URL, a fault's text */
    SHORT_TEXT_MAX = 1024,     /* bytes of a text that the schema limits to 256 characters or less */
    SHORT_CHARACTERS = 256,
    FIRST_ITEMS = 8,
};

static struct frame *top(struct fields_reader *reader)
{
    return &reader->frames[reader->depth - 1];
}

static struct frame *push(struct fields_reader *reader, enum frame_kind kind)
{
    struct frame *frame = &reader->frames[reader->depth];

    *frame = (struct frame){.kind = kind, .owner = reader->depth};
    reader->depth++;
    return frame;
}

static void push_struct(struct fields_reader *reader, const struct field *fields, char *base)
{
    struct frame *frame = push(reader, FRAME_STRUCT);

    frame->fields = fields;
    frame->base = base;
}

static void push_scalar(struct fields_reader *reader, const struct field *field, char *base)
{
    struct frame *frame = push(reader, FRAME_SCALAR);

    frame->field = field;
    frame->base = base;
    reader->text = NULL;
    reader->text_len = 0;
}

static void push_through(struct fields_reader *reader, const struct frame *around)
{
    struct frame *frame = push(reader, FRAME_THROUGH);

    frame->fields = around->fields;
    frame->owner = around->owner;
}

enum err fields_ignore(struct fields_reader *reader)
{
    if (++reader->unknown > FIELDS_UNKNOWN_MAX)
        return err_set(ERR_TOO_LARGE, "more than %d things that are not CWMP", FIELDS_UNKNOWN_MAX);
    return ERR_OK;
}

enum err fields_skip(struct fields_reader *reader)
{
    push(reader, FRAME_SKIP);
    return fields_ignore(reader);
}

void fields_reset(struct fields_reader *reader)
{
    reader->depth = 0;
    reader->unknown = 0;
}

void fields_begin(struct fields_reader *reader, struct arena *arena, const struct field *fields, void *base)
{
    reader->arena = arena;
    reader->depth = 0;
    push_struct(reader, fields, base);
}

/* bit: counts the fields passed, those inside of wraps included. */
static const struct field *look_up(const struct field *fields, const char *element, unsigned *bit)
{
    for (; fields->element != NULL; fields++, (*bit)++) {
        const struct field *inside;

        if (fields->element[0] == element[0] && strcmp(fields->element, element) == 0)
            return fields;
        if (fields->kind != FIELD_WRAP)
            continue;
        ++*bit;
        inside = look_up(fields->record->fields, element, bit);
        if (inside != NULL)
            return inside;
    }
    return NULL;
}

static bool sees_through(const struct field *fields)
{
    for (; fields->element != NULL; fields++)
        if (fields->kind == FIELD_WRAP)
            return true;
    return false;
}

static enum err add_item(struct fields_reader *reader, const struct field *field, char *list_place,
                         char **ret_item)
{
    const struct record *record = field->record;
    struct field_list list = field_list_at(list_place);
    char *item;

    if (list.count >= field->cap)
        return err_set(ERR_TOO_LARGE, "%s has more than %u members", field->element, field->cap);
    if (list.count == 0)
        list.items = arena_alloc(reader->arena, FIRST_ITEMS * record->size);
    else if (list.count >= FIRST_ITEMS && (list.count & (list.count - 1)) == 0) /* full: it doubles */
        list.items =
            arena_grow(reader->arena, list.items, list.count * record->size, 2 * list.count * record->size);

    item = (char *)list.items + list.count * record->size;
    list.count++;
    memcpy(list_place, &list, sizeof(list));
    record_init(record, item);
    *ret_item = item;
    return ERR_OK;
}

/* NULL: there is no such type. */
static const struct variant *find_variant(const struct record *record, const char *name, size_t len)
{
    for (const struct variant *variant = record->variants + 1; variant->type != NULL; variant++)
        if (strlen(variant->type) == len && memcmp(variant->type, name, len) == 0)
            return variant;
    return NULL;
}

static void become(const struct record *record, const struct variant *variant, char *item)
{
    unsigned number = (unsigned)(variant - record->variants);

    memcpy(item + record->variant_offset, &number, sizeof(number));
}

/* By xsi:type. Without one it is an array of structs that are named by their types, or nothing we know
 * (D-02). */
static enum err fields_of_type(const struct record *record, const struct xml_element *element, char *item,
                               const struct field **ret)
{
    const struct variant *variant;
    struct xml_slice type;
    const char *local;

    *ret = record->fields;
    if (record->variants == NULL || !xml_attribute(element, NULL, "type", &type))
        return ERR_OK;
    local = memchr(type.bytes, ':', type.len);
    local = local == NULL ? type.bytes : local + 1;
    variant = find_variant(record, local, (size_t)(type.bytes + type.len - local));
    if (variant == NULL)
        return err_set(ERR_INVALID, "%s is of no type that is known: %.*s", element->name,
                       (int)(type.len > 64 ? 64 : type.len), type.bytes);
    become(record, variant, item);
    *ret = variant->fields;
    return ERR_OK;
}

static enum err open_item(struct fields_reader *reader, const struct field *field, char *list_place,
                          const struct xml_element *element)
{
    const struct field *fields;
    char *item = NULL;

    TRY(add_item(reader, field, list_place, &item));
    if (field->record->bare) {
        push_scalar(reader, field->record->fields, item);
        return ERR_OK;
    }
    TRY(fields_of_type(field->record, element, item, &fields));
    push_struct(reader, fields, item);
    top(reader)->field = field;
    top(reader)->list_place = list_place;
    return ERR_OK;
}

/*
 * The same field again. In a list's member it begins the next member: a device was seen to put two events
 * into one EventStruct. Elsewhere nobody could say which one counts.
 */
static enum err begin_again(struct fields_reader *reader, struct frame *owner, const char *element)
{
    if (owner->list_place == NULL)
        return err_set(ERR_INVALID, "%s comes twice", element);
    owner->seen = 0;
    return add_item(reader, owner->field, owner->list_place, &owner->base);
}

static void read_type(const struct field *field, char *base, const struct xml_element *element)
{
    enum cwmp_type type = CWMP_UNKNOWN_TYPE;
    struct xml_slice qname;

    if (xml_attribute(element, NULL, "type", &qname))
        type = value_type(qname.bytes, qname.len);
    memcpy(base + field->type_offset, &type, sizeof(type));
}

static enum err open_field(struct fields_reader *reader, const struct field *field, char *base,
                           const struct xml_element *element)
{
    struct frame *frame;

    switch (field->kind) {
    case FIELD_STRUCT:
        push_struct(reader, field->record->fields, base + field->offset);
        top(reader)->field = field;
        return ERR_OK;
    case FIELD_REPEATED:
        return open_item(reader, field, base + field->offset, element);
    case FIELD_LIST:
        frame = push(reader, FRAME_LIST);
        frame->field = field;
        frame->base = base;
        return ERR_OK;
    case FIELD_VALUE:
        read_type(field, base, element);
        push_scalar(reader, field, base);
        return ERR_OK;
    case FIELD_TEXT:
    case FIELD_OUI:
    case FIELD_TIME:
    case FIELD_BOOL:
    case FIELD_INT:
    case FIELD_UNSIGNED:
    case FIELD_WRAP: /* has been dealt with */
        push_scalar(reader, field, base);
    }
    return ERR_OK;
}

/* <Results><OpResultStruct>…</OpResultStruct>…</Results>: an array where the schema has <Results> again and
 * again. False: that is not what this element is. */
static enum err open_in_array(struct fields_reader *reader, struct frame *owner, const char *name, bool *ret)
{
    const struct record *record = owner->field->record;
    const struct variant *variant = NULL;

    if (record->variants != NULL)
        variant = find_variant(record, name, strlen(name));
    *ret = record->variants != NULL ? variant != NULL : strcmp(record->element, name) == 0;
    if (!*ret)
        return ERR_OK;
    if (owner->seen != 0)
        TRY(begin_again(reader, owner, name));
    owner->seen = UINT32_MAX; /* what comes next is another member */
    if (variant != NULL)
        become(record, variant, owner->base);
    push_struct(reader, variant == NULL ? record->fields : variant->fields, owner->base);
    return ERR_OK;
}

/* <Fault><FaultStruct>…: a struct with its type as an element inside. */
static bool is_own_type(const struct field *field, const char *name)
{
    return field != NULL && field->kind == FIELD_STRUCT && strcmp(field->record->element, name) == 0;
}

/* An element that the table of the struct around it does not know. */
static enum err open_unknown(struct fields_reader *reader, struct frame *around, const char *name)
{
    struct frame *owner = &reader->frames[around->owner];
    bool opened = false;

    if (owner->field != NULL && owner->field->kind == FIELD_REPEATED)
        TRY(open_in_array(reader, owner, name, &opened));
    if (opened)
        return ERR_OK;
    if (!sees_through(around->fields) && !is_own_type(owner->field, name))
        return fields_skip(reader);
    push_through(reader, around);
    return fields_ignore(reader);
}

/* A list of the message, or of a struct in it, and not of another list's member. */
static bool is_outer_list(const struct field *field, const struct frame *owner)
{
    return field->kind == FIELD_LIST && owner->list_place == NULL;
}

static enum err open_member(struct fields_reader *reader, struct frame *around,
                            const struct xml_element *element)
{
    struct frame *owner = &reader->frames[around->owner];
    struct xml_slice href;
    unsigned bit = 0;
    const struct field *field = look_up(around->fields, element->name, &bit);
    bool again;

    if (field == NULL)
        return open_unknown(reader, around, element->name);
    if (field->kind == FIELD_WRAP) {
        push_through(reader, around);
        return fields_ignore(reader);
    }
    if (element->attribute_count > 0 && xml_attribute(element, NULL, "href", &href))
        return err_set(ERR_INVALID, "%s refers to another element, which is not supported", field->element);
    again = (owner->seen & UINT32_C(1) << bit) != 0;
    if (again && field->kind != FIELD_REPEATED && !is_outer_list(field, owner))
        TRY(begin_again(reader, owner, field->element));
    owner->seen |= UINT32_C(1) << bit;
    TRY(open_field(reader, field, owner->base, element));
    if (again && is_outer_list(field, owner))
        top(reader)->seen = 1; /* it may turn out to be no array: see open_in_list() */
    return ERR_OK;
}

static char *trimmed(char *text, size_t len)
{
    while (len > 0 && text_is_blank(text + len - 1, 1))
        text[--len] = '\0';
    while (text_is_blank(text, 1))
        text++;
    return text;
}

static enum err store_number(const struct field *field, const char *text, char *member)
{
    int64_t number;

    if (field->kind == FIELD_INT) {
        int32_t value;

        TRY(value_read_number(text, INT32_MIN, INT32_MAX, &number));
        value = (int32_t)number;
        memcpy(member, &value, sizeof(value));
    } else {
        uint32_t value;

        TRY(value_read_number(text, 0, UINT32_MAX, &number));
        value = (uint32_t)number;
        memcpy(member, &value, sizeof(value));
    }
    return ERR_OK;
}

static enum err store(const struct field *field, char *text, char *member)
{
    bool boolean;

    switch (field->kind) {
    case FIELD_OUI:
        value_normalise_oui(text);
        memcpy(member, &text, sizeof(text));
        return ERR_OK;
    case FIELD_BOOL:
        TRY(value_read_bool(text, &boolean));
        memcpy(member, &boolean, sizeof(boolean));
        return ERR_OK;
    case FIELD_INT:
    case FIELD_UNSIGNED:
        return store_number(field, text, member);
    case FIELD_TEXT:
    case FIELD_TIME:
    case FIELD_VALUE:
    case FIELD_STRUCT:
    case FIELD_LIST:
    case FIELD_REPEATED:
    case FIELD_WRAP:
        memcpy(member, &text, sizeof(text));
    }
    return ERR_OK;
}

/* White space around a text value may be meant; around a number, a name or a date it is layout (E-45). */
static bool keeps_space(const struct field *field, const char *base)
{
    enum cwmp_type type;

    if (field->kind != FIELD_VALUE)
        return (field->flags & FIELD_KEEP_SPACE) != 0;
    memcpy(&type, base + field->type_offset, sizeof(type));
    return type == CWMP_STRING || type == CWMP_UNKNOWN_TYPE;
}

static enum err finish_scalar(struct fields_reader *reader, const struct frame *frame)
{
    const struct field *field = frame->field;
    char *text = reader->text;
    size_t len = reader->text_len;

    if (text == NULL)
        text = arena_alloc(reader->arena, 1);
    text[len] = '\0';
    if (!keeps_space(field, frame->base))
        text = trimmed(text, len);
    if ((field->flags & FIELD_REQUIRED) != 0 && *text == '\0')
        return err_set(ERR_INVALID, "%s is empty", field->element);
    return err_while(store(field, text, frame->base + field->offset), "%s", field->element);
}

/* A text that turns out to hold elements, as in <faultstring><detail>…: the text ends, the elements are
 * looked at. */
static enum err open_in_scalar(struct fields_reader *reader, struct frame *frame,
                               const struct xml_element *element)
{
    const struct frame *around = frame - 1;

    if (around->kind == FRAME_LIST || !sees_through(around->fields))
        return fields_skip(reader);
    TRY(finish_scalar(reader, frame));
    frame->kind = FRAME_THROUGH;
    frame->fields = around->fields;
    frame->owner = around->owner;
    return open_member(reader, frame, element);
}

/*
 * The first element in an array, or in another element of the same name: is it a field of a member, and not a
 * member? Then it is <TransferList><CommandKey>… again and again, where the schema has an array.
 */
static bool is_unwrapped(const struct frame *list, const char *name)
{
    const struct record *record = list->field->record;
    bool first = list->seen != 0 || field_list_at(list->base + list->field->offset).count == 0;
    unsigned bit = 0;

    return first && !record->bare && strcmp(record->element, name) != 0 &&
           look_up(record->fields, name, &bit) != NULL;
}

static enum err open_in_list(struct fields_reader *reader, struct frame *list,
                             const struct xml_element *element)
{
    const struct field *field = list->field;
    char *place = list->base + field->offset;

    if (!is_unwrapped(list, element->name)) {
        if (list->seen != 0)
            return err_set(ERR_INVALID, "%s comes twice", field->element);
        return open_item(reader, field, place, element);
    }
    reader->depth--; /* the list's frame becomes that of a member */
    TRY(open_item(reader, field, place, element));
    return open_member(reader, top(reader), element);
}

enum err fields_open(struct fields_reader *reader, const struct xml_element *element)
{
    struct frame *frame = top(reader);

    if (reader->depth == FIELDS_DEPTH_MAX)
        return err_set(ERR_TOO_LARGE, "elements nested deeper than %d", FIELDS_DEPTH_MAX);
    switch (frame->kind) {
    case FRAME_STRUCT:
    case FRAME_THROUGH:
        return open_member(reader, frame, element);
    case FRAME_LIST:
        return open_in_list(reader, frame, element);
    case FRAME_SCALAR:
        return open_in_scalar(reader, frame, element);
    case FRAME_SKIP:
        break;
    }
    return fields_skip(reader);
}

static size_t text_cap(const struct field *field)
{
    return field_is_text(field->kind) && (field->max == 0 || field->max > SHORT_CHARACTERS) ? LONG_TEXT_MAX
                                                                                            : SHORT_TEXT_MAX;
}

enum err fields_text(struct fields_reader *reader, const char *bytes, size_t len)
{
    const struct frame *frame = top(reader);
    size_t total = reader->text_len + len;

    if (frame->kind != FRAME_SCALAR)
        return text_is_blank(bytes, len) ? ERR_OK : fields_ignore(reader);
    if (total > text_cap(frame->field))
        return err_set(ERR_TOO_LARGE, "%s has more than %zu bytes", frame->field->element,
                       text_cap(frame->field));
    reader->text =
        arena_grow(reader->arena, reader->text, reader->text == NULL ? 0 : reader->text_len + 1, total + 1);
    memcpy(reader->text + reader->text_len, bytes, len);
    reader->text_len = total;
    return ERR_OK;
}

static enum err check_required(const struct frame *frame)
{
    unsigned bit = 0;

    for (const struct field *field = frame->fields; field->element != NULL; field++, bit++)
        if ((field->flags & FIELD_REQUIRED) != 0 && (frame->seen & UINT32_C(1) << bit) == 0)
            return err_set(ERR_INVALID, "%s is missing", field->element);
    return ERR_OK;
}

enum err fields_close(struct fields_reader *reader)
{
    const struct frame *frame = top(reader);

    reader->depth--;
    switch (frame->kind) {
    case FRAME_STRUCT:
        return check_required(frame);
    case FRAME_SCALAR:
        return finish_scalar(reader, frame);
    case FRAME_LIST:
        return frame->seen == 0 ? ERR_OK : err_set(ERR_INVALID, "%s comes twice", frame->field->element);
    case FRAME_THROUGH:
    case FRAME_SKIP:
        break;
    }
    return ERR_OK;
}
