#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/map.h"
#include "db/parameter_page.h"
#include "db/store_parts.h"

enum { DOC_FIRST = 1024 };

/* One page of what a device has told: the patch that the database merges. */
struct page {
    const char *name;
    size_t name_len;
    struct text doc;   /* {"rest of the path":"letter of the type, value",…}; empty: no value */
    struct text flags; /* {"rest of the path":true,…}; empty: no flag */
    struct text names; /* of doc, each with its NUL */
    struct json_writer doc_writer, flags_writer;
    struct page *next;
};

struct pages {
    struct arena *arena;
    struct map *by_name;
    struct page *first, **end;
    struct page *last_used;
    struct text typed; /* the value at hand */
};

/* Secrecy is not needed: whoever makes two of his own pages collide harms himself. */
static struct hash128 hash(const void *bytes, size_t len)
{
    static const uint64_t key[2] = {1, 2};

    return crypto_siphash128(key, bytes, len);
}

/* Of these hashes 0 means "not known". */
static int64_t hash64(const struct text *text)
{
    int64_t hashed = (int64_t)hash(text->data, text->len).low;

    return hashed ? hashed : 1;
}

static struct page *add_page(struct pages *pages, const char *name, size_t len)
{
    struct page *page = ARENA_NEW(pages->arena, struct page);

    page->name = arena_memdup(pages->arena, name, len);
    page->name_len = len;
    page->doc = page->flags = page->names = TEXT_IN(pages->arena);
    text_room(&page->doc, DOC_FIRST);
    text_room(&page->names, DOC_FIRST / 2);
    page->doc_writer = JSON_WRITER(&page->doc);
    page->flags_writer = JSON_WRITER(&page->flags);
    *pages->end = page;
    pages->end = &page->next;
    return page;
}

/* Neighbours in a device's answer are mostly on the same page. */
static struct page *page_of(struct pages *pages, const char *name, size_t len)
{
    struct page *page = pages->last_used;
    union map_value value;
    struct hash128 key;

    if (page != NULL && page->name_len == len && memcmp(page->name, name, len) == 0)
        return page;
    key = hash(name, len);
    if (map_get(pages->by_name, key, &value)) {
        page = value.pointer;
    } else {
        page = add_page(pages, name, len);
        map_put(pages->by_name, key, (union map_value){.pointer = page});
    }
    pages->last_used = page;
    return page;
}

/* What the view device_parameter makes names of. One letter in front of a value is cheaper to keep, to
 * compare and to merge than a member of its own. */
static const char type_letters[CWMP_TYPE_COUNT] = {
    [CWMP_UNKNOWN_TYPE] = '-', [CWMP_STRING] = 's',        [CWMP_INT] = 'i',     [CWMP_UNSIGNED_INT] = 'u',
    [CWMP_LONG] = 'l',         [CWMP_UNSIGNED_LONG] = 'L', [CWMP_BOOLEAN] = 'b', [CWMP_DATE_TIME] = 'd',
    [CWMP_BASE64] = '6',       [CWMP_HEX_BINARY] = 'h',
};

static void put_typed(struct pages *pages, struct json_writer *to, const struct cwmp_parameter_value *value)
{
    struct text *typed = &pages->typed;

    typed->len = 0;
    text_putc(typed, type_letters[value->type]);
    text_puts(typed, text_or_empty(value->value));
    json_put_string(to, typed->data);
}

static void add_value(struct pages *pages, const struct cwmp_parameter_value *value)
{
    size_t len = parameter_page_length(value->name);
    struct page *page = page_of(pages, value->name, len);
    const char *key = value->name + len;

    if (page->doc.len == 0)
        json_open_object(&page->doc_writer);
    json_key(&page->doc_writer, key);
    put_typed(pages, &page->doc_writer, value);
    text_add(&page->names, key, strlen(key) + 1);
}

static void add_flag(struct pages *pages, const struct cwmp_parameter_info *info)
{
    size_t len = parameter_page_length(info->name);
    struct page *page = page_of(pages, info->name, len);

    if (page->flags.len == 0)
        json_open_object(&page->flags_writer);
    json_field_bool(&page->flags_writer, info->name + len, info->writable);
}

const struct column store_page_columns[STORE_PAGE_COLUMNS] = {
    {"device_id",     ARRAY_BIGINT},
    {"session_no",    ARRAY_BIGINT},
    {"page",          ARRAY_TEXT  },
    {"doc",           ARRAY_TEXT  },
    {"writable",      ARRAY_TEXT  },
    {"names_hash",    ARRAY_BIGINT},
    {"content_hash",  ARRAY_BIGINT},
    {"writable_hash", ARRAY_BIGINT},
    {"read_at_s",     ARRAY_BIGINT},
};

static void add_row(const struct store_unit *unit, struct page *page, struct columns *to)
{
    bool has_values = page->doc.len > 0, has_flags = page->flags.len > 0;

    if (has_values)
        json_close_object(&page->doc_writer);
    if (has_flags)
        json_close_object(&page->flags_writer);
    columns_i64(to, unit->device_id);
    columns_i64(to, unit->session_no);
    columns_text(to, page->name);
    columns_text(to, has_values ? page->doc.data : NULL);
    columns_text(to, page->flags.data);
    columns_i64(to, has_values ? hash64(&page->names) : 0);
    columns_i64(to, has_values ? hash64(&page->doc) : 0);
    if (has_flags)
        columns_i64(to, hash64(&page->flags));
    else
        columns_null(to);
    columns_i64(to, unit->values->read_at_us / US_PER_S);
    columns_end_row(to);
}

void store_pages_add(const struct store_unit *unit, int32_t place, struct columns *to)
{
    const struct store_values *from = unit->values;
    struct pages pages = {.arena = to->arena, .typed = TEXT_IN(to->arena)};

    (void)place;
    if (from == NULL)
        return;
    pages.end = &pages.first;
    pages.by_name = map_new(0);
    for (size_t i = 0; from->values != NULL && i < from->values->count; i++)
        add_value(&pages, &from->values->items[i]);
    for (size_t i = 0; from->infos != NULL && i < from->infos->count; i++)
        add_flag(&pages, &from->infos->items[i]);
    for (struct page *page = pages.first; page != NULL; page = page->next)
        add_row(unit, page, to);
    map_free(pages.by_name);
}
