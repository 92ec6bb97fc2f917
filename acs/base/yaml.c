#include "acs/base/yaml.h"

#include <string.h>
#include <yaml.h>

#include "acs/base/text.h"

enum { DEPTH_MAX = 32, NODES_MAX = 20000, MEMBERS_MAX = 1000 };

static const char no_alias[] = "aliases are not taken here: write the value out";

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the newest; owned */
    struct arena *arena;
    struct yaml_fault *fault;
    unsigned nodes, depth;
};

/* ---- refusing ---- */

static enum err refuse(struct reader *reader, struct yaml_place place, const char *what)
{
    reader->fault->place = place;
    reader->fault->what = arena_strdup(reader->arena, what);
    if (place.line == 0)
        return err_set(ERR_INVALID, "%s", what);
    return err_set(ERR_INVALID, "line %u, column %u: %s", place.line, place.column, what);
}

static struct yaml_place place_of(const yaml_mark_t *mark)
{
    return (struct yaml_place){(unsigned)mark->line + 1, (unsigned)mark->column + 1};
}

static enum err refuse_event(struct reader *reader, const char *what)
{
    return refuse(reader, place_of(&reader->event.start_mark), what);
}

static enum err refuse_syntax(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem != NULL ? parser->problem : "cannot be read";

    if (parser->context != NULL)
        problem = arena_printf(reader->arena, "%s: %s", parser->context, problem);
    /* A character that YAML does not know is met while reading ahead: libyaml gives no place of its own. */
    return refuse(reader,
                  place_of(parser->error == YAML_READER_ERROR ? &parser->mark : &parser->problem_mark),
                  problem);
}

/* ---- events ---- */

static enum err next(struct reader *reader)
{
    yaml_event_delete(&reader->event);
    memset(&reader->event, 0, sizeof(reader->event));
    return yaml_parser_parse(&reader->parser, &reader->event) ? ERR_OK : refuse_syntax(reader);
}

static enum err expect(struct reader *reader, yaml_event_type_t type, const char *otherwise)
{
    TRY(next(reader));
    return reader->event.type == type ? ERR_OK : refuse_event(reader, otherwise);
}

/* Anchors and tags, wherever they may stand. */
static enum err check_decoration(struct reader *reader, const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor != NULL)
        return refuse_event(reader, "anchors are not taken here: write the value out");
    if (tag != NULL)
        return refuse_event(reader, "tags (!…) are not taken here: leave it out");
    return ++reader->nodes > NODES_MAX ? refuse_event(reader, "the document has too many parts") : ERR_OK;
}

/* ---- nodes ---- */

struct nodes {
    struct yaml *items;
    size_t count, capacity;
};

static struct yaml *add(struct arena *arena, struct nodes *nodes)
{
    if (nodes->count == nodes->capacity) {
        size_t more = nodes->capacity ? 2 * nodes->capacity : 8;

        nodes->items = arena_grow(arena, nodes->items, nodes->capacity * sizeof(*nodes->items),
                                  more * sizeof(*nodes->items));
        nodes->capacity = more;
    }
    nodes->items[nodes->count] = (struct yaml){0};
    return &nodes->items[nodes->count++];
}

static enum err read_node(struct reader *reader, struct yaml *ret);

static enum err read_scalar(struct reader *reader, struct yaml *ret)
{
    yaml_event_t *event = &reader->event;
    yaml_scalar_style_t style = event->data.scalar.style;

    TRY(check_decoration(reader, event->data.scalar.anchor, event->data.scalar.tag));
    if (memchr(event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
        return refuse_event(reader, "a text must not contain a NUL");
    ret->kind = YAML_SCALAR;
    ret->text = arena_memdup(reader->arena, event->data.scalar.value, event->data.scalar.length);
    ret->quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    ret->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE ||
                 event->end_mark.line != event->start_mark.line;
    return ERR_OK;
}

static enum err read_list(struct reader *reader, struct yaml *ret)
{
    struct nodes items = {0};

    TRY(check_decoration(reader, reader->event.data.sequence_start.anchor,
                         reader->event.data.sequence_start.tag));
    ret->kind = YAML_LIST;
    TRY(next(reader));
    while (reader->event.type != YAML_SEQUENCE_END_EVENT) {
        struct yaml item = {0};

        TRY(read_node(reader, &item));
        *add(reader->arena, &items) = item;
        TRY(next(reader));
    }
    ret->items = items.items;
    ret->count = items.count;
    return ERR_OK;
}

static enum err read_key(struct reader *reader, const struct nodes *before, struct yaml *ret)
{
    if (reader->event.type == YAML_ALIAS_EVENT)
        return refuse_event(reader, no_alias);
    if (reader->event.type != YAML_SCALAR_EVENT)
        return refuse_event(reader, "a key must be a word or a quoted text");
    ret->place = place_of(&reader->event.start_mark);
    TRY(read_scalar(reader, ret));
    if (strcmp(ret->text, "<<") == 0 && !ret->quoted)
        return refuse_event(reader, "merge keys are not taken here: write the members out");
    if (ret->block)
        return refuse_event(reader, "a key must stand on one line");
    if (before->count == MEMBERS_MAX)
        return refuse_event(reader, "too many members in one mapping");
    for (size_t i = 0; i < before->count; i++)
        if (strcmp(before->items[i].text, ret->text) == 0)
            return refuse_event(reader, arena_printf(reader->arena,
                                                     "\"%s\" is there twice, first on line %u: keep one",
                                                     ret->text, before->items[i].place.line));
    return ERR_OK;
}

static enum err read_map(struct reader *reader, struct yaml *ret)
{
    struct nodes keys = {0}, items = {0};

    TRY(check_decoration(reader, reader->event.data.mapping_start.anchor,
                         reader->event.data.mapping_start.tag));
    ret->kind = YAML_MAP;
    TRY(next(reader));
    while (reader->event.type != YAML_MAPPING_END_EVENT) {
        struct yaml key = {0}, item = {0};

        TRY(read_key(reader, &keys, &key));
        TRY(next(reader));
        TRY(read_node(reader, &item));
        *add(reader->arena, &keys) = key;
        *add(reader->arena, &items) = item;
        TRY(next(reader));
    }
    ret->keys = keys.items;
    ret->items = items.items;
    ret->count = keys.count;
    return ERR_OK;
}

static enum err read_nested(struct reader *reader, struct yaml *ret)
{
    enum err err;

    if (reader->depth == DEPTH_MAX)
        return refuse_event(reader, "nested too deep");
    reader->depth++;
    err = reader->event.type == YAML_MAPPING_START_EVENT ? read_map(reader, ret) : read_list(reader, ret);
    reader->depth--;
    return err;
}

static enum err read_node(struct reader *reader, struct yaml *ret)
{
    ret->place = place_of(&reader->event.start_mark);
    if (reader->event.type == YAML_SCALAR_EVENT)
        return read_scalar(reader, ret);
    if (reader->event.type == YAML_ALIAS_EVENT)
        return refuse_event(reader, no_alias);
    return read_nested(reader, ret); /* a mapping or a list: nothing else begins a node */
}

static enum err read_document(struct reader *reader, struct yaml *ret)
{
    TRY(expect(reader, YAML_STREAM_START_EVENT, "cannot be read"));
    TRY(expect(reader, YAML_DOCUMENT_START_EVENT, "the document is empty"));
    if (reader->event.data.document_start.version_directive != NULL ||
        reader->event.data.document_start.tag_directives.start !=
            reader->event.data.document_start.tag_directives.end)
        return refuse_event(reader, "directives (%…) are not taken here: leave them out");
    TRY(next(reader));
    TRY(read_node(reader, ret));
    TRY(expect(reader, YAML_DOCUMENT_END_EVENT, "something follows the document"));
    return expect(reader, YAML_STREAM_END_EVENT, "there is a second document: one is taken");
}

static enum err check_bytes(struct reader *reader, const char *bytes, size_t len)
{
    unsigned line = 1, column = 1;

    if (len > YAML_SIZE_MAX)
        return refuse(reader, (struct yaml_place){0},
                      arena_printf(reader->arena, "larger than %d bytes", YAML_SIZE_MAX));
    for (size_t at = 0, step; at < len; at += step, column++) {
        step = text_utf8_step(bytes + at, len - at);
        if (step == 0)
            return refuse(reader, (struct yaml_place){line, column}, "this is not UTF-8, or a NUL");
        if (strchr("\t\n\r", bytes[at]) == NULL && ((unsigned char)bytes[at] < ' ' || bytes[at] == '\x7f'))
            return refuse(reader, (struct yaml_place){line, column}, "control characters are not taken here");
        if (bytes[at] == '\n') {
            line++;
            column = 0;
        }
    }
    return ERR_OK;
}

enum err yaml_read(const char *bytes, size_t len, struct arena *arena, const struct yaml **ret,
                   struct yaml_fault *ret_fault)
{
    struct yaml *root = ARENA_NEW(arena, struct yaml);
    struct reader reader = {.arena = arena, .fault = ret_fault};
    enum err err;

    TRY(check_bytes(&reader, bytes, len));
    if (!yaml_parser_initialize(&reader.parser))
        return err_set(ERR_UNAVAILABLE, "no memory to read YAML");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, len);
    err = read_document(&reader, root);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    if (err == ERR_OK)
        *ret = root;
    return err;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->count; i++)
        if (strcmp(map->keys[i].text, key) == 0)
            return &map->items[i];
    return NULL;
}
