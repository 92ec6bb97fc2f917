#include "soap/fields.h"

#include <string.h>

#include "soap/value.h"

enum {
    LONG_TEXT_MAX = 64 * 1024, /* bytes of a value, a URL, a fault's text */
    SHORT_TEXT_MAX = 1024,     /* bytes of a text that the schema limits to 256 characters or less */
    SHORT_CHARACTERS = 256,
    FIRST_ITEMS = 8,
};

/* Every list struct is {items, count}; the pointer's type differs, its place and size do not. */
struct list {
    void *items;
    size_t count;
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

static bool is_text(enum field_kind kind)
{
    return kind == FIELD_TEXT || kind == FIELD_OUI || kind == FIELD_TIME || kind == FIELD_VALUE;
}

void fields_init(const struct field *fields, void *base)
{
    static const char *const empty = "";

    for (; fields->element != NULL; fields++) {
        char *member = (char *)base + fields->offset;

        if (is_text(fields->kind))
            memcpy(member, &empty, sizeof(empty));
        else if (fields->kind == FIELD_STRUCT || fields->kind == FIELD_WRAP)
            fields_init(fields->record->fields, member);
    }
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

        if (strcmp(fields->element, element) == 0)
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
    struct list list;
    char *item;

    memcpy(&list, list_place, sizeof(list));
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
    memset(item, 0, record->size);
    fields_init(record->fields, item);
    *ret_item = item;
    return ERR_OK;
}

static enum err open_item(struct fields_reader *reader, const struct field *field, char *list_place)
{
    char *item = NULL;

    TRY(add_item(reader, field, list_place, &item));
    if (field->record->bare) {
        push_scalar(reader, field->record->fields, item);
        return ERR_OK;
    }
    push_struct(reader, field->record->fields, item);
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
        return ERR_OK;
    case FIELD_REPEATED:
        return open_item(reader, field, base + field->offset);
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

static enum err open_member(struct fields_reader *reader, struct frame *around,
                            const struct xml_element *element)
{
    struct frame *owner = &reader->frames[around->owner];
    struct xml_slice href;
    unsigned bit = 0;
    const struct field *field = look_up(around->fields, element->name, &bit);

    if (field == NULL && !sees_through(around->fields))
        return fields_skip(reader);
    if (field == NULL || field->kind == FIELD_WRAP) {
        push_through(reader, around);
        return fields_ignore(reader);
    }
    if (xml_attribute(element, NULL, "href", &href))
        return err_set(ERR_INVALID, "%s refers to another element, which is not supported", field->element);
    if (field->kind != FIELD_REPEATED && (owner->seen & UINT32_C(1) << bit) != 0)
        TRY(begin_again(reader, owner, field->element));
    owner->seen |= UINT32_C(1) << bit;
    return open_field(reader, field, owner->base, element);
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
        return open_item(reader, frame->field, frame->base + frame->field->offset);
    case FRAME_SCALAR:
        return open_in_scalar(reader, frame, element);
    case FRAME_SKIP:
        break;
    }
    return fields_skip(reader);
}

static size_t text_cap(const struct field *field)
{
    return is_text(field->kind) && (field->max == 0 || field->max > SHORT_CHARACTERS) ? LONG_TEXT_MAX
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
    case FRAME_THROUGH:
    case FRAME_SKIP:
        break;
    }
    return ERR_OK;
}
