#include "acs/imports/columns.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_SHORT_MAX = 40 };

static const struct column {
    const char *object, *member;
    enum { TEXT, UPPER, LOWER, NUMBER, PHONE, STATUS, TAGS } kind;
    const char *names;
} columns_known[] = {
#define COLUMN(object, member, kind, names) {object, member, kind, names},
#include "acs/imports/column.def"
#undef COLUMN
};

enum { KNOWN = sizeof(columns_known) / sizeof(*columns_known) };

struct column_use {
    const char *header;
    const struct column *column; /* NULL: it is not taken, or free */
    const char *free;            /* name of an attribute of the provider's own; NULL: none */
};

/* ---- names ---- */

/* Letters of Latin-1 without what stands above or below them, from U+00C0. */
static const char plain_letters[] = "aaaaaaaceeeeiiii"
                                    "dnooooo_ouuuuyts"
                                    "aaaaaaaceeeeiiii"
                                    "dnooooo_ouuuuyty";

static char plain(const char *text, size_t step)
{
    unsigned char c = (unsigned char)text[0];

    if (step == 2 && c == 0xC3)
        return plain_letters[(unsigned char)text[1] & 0x3F];
    return step == 1 && isalnum(c) ? (char)tolower(c) : '_';
}

/* "Número do Contrato" -> "numero_do_contrato"; without "_" at the ends or twice. */
static const char *plain_name(const char *header, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    size_t step;

    for (const char *at = header; (step = text_utf8_step(at, strlen(at))) > 0; at += step) {
        char c = plain(at, step);

        if (c != '_' || (out.len > 0 && out.data[out.len - 1] != '_'))
            text_putc(&out, c);
    }
    while (out.len > 0 && out.data[out.len - 1] == '_')
        out.data[--out.len] = '\0';
    return text_string(&out);
}

static bool is_listed(const char *names, const char *name, size_t len, struct arena *arena)
{
    return len > 0 && strstr(names, arena_printf(arena, " %.*s ", (int)len, name)) != NULL;
}

/* "telefone_2" is "telefone". */
static size_t without_number(const char *name)
{
    size_t len = strlen(name);

    while (len > 0 && isdigit((unsigned char)name[len - 1]))
        len--;
    return len > 0 && name[len - 1] == '_' ? len - 1 : len;
}

static const struct column *find_by_name(const char *header, struct arena *arena)
{
    const char *name = plain_name(header, arena);

    for (size_t i = 0; i < KNOWN; i++)
        if (is_listed(columns_known[i].names, name, strlen(name), arena) ||
            is_listed(columns_known[i].names, name, without_number(name), arena))
            return &columns_known[i];
    return NULL;
}

/* "contract.plan"; also without what it is in where that is clear. */
static bool is_member(const struct column *column, const char *member)
{
    size_t len = column->object == NULL ? 0 : strlen(column->object);

    if (column->object == NULL)
        return strcmp(member, column->member) == 0;
    return strncmp(member, column->object, len) == 0 && member[len] == '.' &&
           strcmp(member + len + 1, column->member) == 0;
}

static const struct column *find_by_member(const char *member)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (is_member(&columns_known[i], member))
            return &columns_known[i];
    return NULL;
}

static const char *free_name(const char *member)
{
    return text_starts_with(member, "attributes.") ? member + strlen("attributes.") : NULL;
}

/* Written as members are, or by a name that people use. */
static struct column_use use_of(const char *header, struct arena *arena)
{
    struct column_use use = {.header = header, .column = find_by_member(header)};

    if (use.column == NULL)
        use.column = find_by_name(header, arena);
    if (use.column == NULL)
        use.free = free_name(header);
    return use;
}

/* ---- what the caller says ---- */

static const char *in_words(const struct columns *columns, const char *pt, const char *en)
{
    return columns->language == LANGUAGE_PT ? pt : en;
}

static enum err say(struct columns *columns, const char *header, const char *member)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct column_use *use = &columns->uses[i];

        if (strcmp(use->header, header) != 0)
            continue;
        use->column = find_by_member(member);
        use->free = use->column == NULL ? free_name(member) : NULL;
        if (use->column == NULL && use->free == NULL && strcmp(member, "-") != 0)
            return err_set(ERR_INVALID, "columns: %s '%s'",
                           in_words(columns, "um cliente não tem", "a subscriber has no"), member);
        return ERR_OK;
    }
    return err_set(ERR_INVALID, "columns: %s '%s'",
                   in_words(columns, "o arquivo não tem a coluna", "the file has no column"), header);
}

static enum err say_all(struct columns *columns, const char *said, struct arena *arena)
{
    char *rest = arena_strdup(arena, text_or_empty(said)), *pair;

    while ((pair = strsep(&rest, ",")) != NULL) {
        char *member = strrchr(pair, '=');

        if (*pair == '\0')
            continue;
        if (member == NULL)
            return err_set(ERR_INVALID, "columns: '%s' %s", pair,
                           in_words(columns, "não é COLUNA=campo", "is not HEADER=member"));
        *member++ = '\0';
        TRY(say(columns, pair, member));
    }
    return ERR_OK;
}

static bool is_same(const struct column_use *a, const struct column_use *b)
{
    if (a->column != NULL)
        return a->column == b->column && a->column->kind != PHONE;
    return a->free != NULL && b->free != NULL && strcmp(a->free, b->free) == 0;
}

static enum err refuse_twins(const struct columns *columns, const char *first, const char *second)
{
    return err_set(ERR_INVALID, "%s '%s', '%s'; columns=%s=-",
                   in_words(columns, "estas colunas são o mesmo campo, e só uma pode ser lida:",
                            "these columns are the same, and only one can be taken:"),
                   first, second, second);
}

static enum err check_each_once(const struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        for (size_t k = 0; k < i; k++)
            if (is_same(&columns->uses[i], &columns->uses[k]))
                return refuse_twins(columns, columns->uses[k].header, columns->uses[i].header);
    return ERR_OK;
}

enum err columns_read(const char *const *names, size_t count, const char *said, enum language language,
                      struct arena *arena, struct columns *ret)
{
    ret->language = language;
    ret->count = count;
    ret->uses = ARENA_ARRAY(arena, struct column_use, count);
    for (size_t i = 0; i < count; i++)
        ret->uses[i] = use_of(arena_strdup(arena, names[i]), arena);
    TRY(say_all(ret, said, arena));
    return check_each_once(ret);
}

bool columns_have(const struct columns *columns, const char *member)
{
    for (size_t i = 0; i < columns->count; i++)
        if (columns->uses[i].column != NULL && is_member(columns->uses[i].column, member))
            return true;
    return false;
}

static const char *member_of(const struct column_use *use, struct arena *arena)
{
    if (use->free != NULL)
        return arena_printf(arena, "attributes.%s", use->free);
    if (use->column == NULL || use->column->object == NULL)
        return use->column == NULL ? NULL : use->column->member;
    return arena_printf(arena, "%s.%s", use->column->object, use->column->member);
}

void columns_write(const struct columns *columns, struct json_writer *json)
{
    json_open_array(json);
    for (size_t i = 0; i < columns->count; i++) {
        json_open_object(json);
        json_field_string(json, "header", columns->uses[i].header);
        json_field_string(json, "member", member_of(&columns->uses[i], json->out->arena));
        json_close_object(json);
    }
    json_close_array(json);
}

/* ---- a record as a body ---- */

struct record {
    const struct columns *columns;
    const char *const *cells;
    size_t count;
    struct json_writer *json;
};

/* Without blanks at its ends; "" if there is none. */
static const char *cell_of(const struct record *record, size_t i, struct arena *arena)
{
    const char *cell = i < record->count ? record->cells[i] : "";
    size_t len;

    cell += strspn(cell, " \t\r\n");
    len = strlen(cell);
    while (len > 0 && strchr(" \t\r\n", cell[len - 1]) != NULL)
        len--;
    return arena_memdup(arena, cell, len);
}

/* "300", "300,5", "300 Mbps", "1 Gbps": what is none stays text, and is refused as one. */
static void put_number(struct json_writer *json, const char *cell)
{
    char digits[CELL_SHORT_MAX], *end;
    size_t len = strspn(cell, "0123456789.,");
    const char *unit = plain_name(cell + len, json->out->arena);
    bool giga = is_listed(" g gb gbps giga ", unit, strlen(unit), json->out->arena);
    double number;

    if (len == 0 || len >= sizeof(digits) ||
        !(giga || *unit == '\0' ||
          is_listed(" m mb mbps mega megas mbits mbit_s mb_s ", unit, strlen(unit), json->out->arena))) {
        json_put_string(json, cell);
        return;
    }
    memcpy(digits, cell, len);
    digits[len] = '\0';
    for (char *comma = digits; (comma = strchr(comma, ',')) != NULL;)
        *comma = '.';
    number = strtod(digits, &end);
    *end == '\0' ? json_put_real(json, giga ? number * 1000 : number) : json_put_string(json, cell);
}

static void put_status(struct json_writer *json, const char *cell)
{
    static const struct {
        const char *status, *words;
    } rows[] = {
        {"active",    " active ativo ativa habilitado normal "                             },
        {"suspended", " suspended suspenso suspensa bloqueado bloqueada "                  },
        {"cancelled", " cancelled canceled cancelado cancelada inativo inativa desativado "},
    };
    const char *word = plain_name(cell, json->out->arena);

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (is_listed(rows[i].words, word, strlen(word), json->out->arena)) {
            json_put_string(json, rows[i].status);
            return;
        }
    }
    json_put_string(json, cell);
}

static void put_in_case(struct json_writer *json, const char *cell, int (*letter)(int c))
{
    char *text = arena_strdup(json->out->arena, cell);

    for (char *c = text; *c != '\0'; c++)
        *c = (char)letter((unsigned char)*c);
    json_put_string(json, text);
}

/* "vip, condominio" */
static void put_words(struct json_writer *json, const char *cell)
{
    char *rest = arena_strdup(json->out->arena, cell), *word;

    while ((word = strsep(&rest, ",;| \t")) != NULL)
        if (*word != '\0')
            json_put_string(json, word);
}

/* "(11) 98765-4321 / 11 3456-7890" */
static void put_phones(struct json_writer *json, const char *cell)
{
    char *rest = arena_strdup(json->out->arena, cell), *number;

    while ((number = strsep(&rest, ",;/|")) != NULL) {
        number += strspn(number, " ");
        if (*number != '\0')
            json_put_string(json, number);
    }
}

static void put_cell(struct json_writer *json, const struct column *column, const char *cell)
{
    switch (column->kind) {
    case UPPER:
        put_in_case(json, cell, toupper);
        break;
    case LOWER:
        put_in_case(json, cell, tolower);
        break;
    case NUMBER:
        put_number(json, cell);
        break;
    case STATUS:
        put_status(json, cell);
        break;
    case PHONE:
        put_phones(json, cell);
        break;
    case TAGS:
        put_words(json, cell);
        break;
    case TEXT:
        json_put_string(json, cell);
        break;
    }
}

static bool is_list(const struct column *column)
{
    return column->kind == PHONE || column->kind == TAGS;
}

/* All cells of one member: several only of telephones. Whether there was one. */
static void write_column(const struct record *record, const struct column *column)
{
    bool open = false;

    for (size_t i = 0; i < record->columns->count; i++) {
        const char *cell =
            record->columns->uses[i].column == column ? cell_of(record, i, record->json->out->arena) : "";

        if (*cell == '\0')
            continue;
        if (!open)
            json_key(record->json, column->member);
        if (!open && is_list(column))
            json_open_array(record->json);
        open = true;
        put_cell(record->json, column, cell);
    }
    if (open && is_list(column))
        json_close_array(record->json);
}

static void write_free(const struct record *record)
{
    for (size_t i = 0; i < record->columns->count; i++) {
        const char *name = record->columns->uses[i].free;
        const char *cell = name == NULL ? "" : cell_of(record, i, record->json->out->arena);

        if (*cell != '\0')
            json_field_string(record->json, name, cell);
    }
}

static void write_object(const struct record *record, const char *object)
{
    for (size_t i = 0; i < KNOWN; i++)
        if (object == NULL ? columns_known[i].object == NULL
                           : columns_known[i].object != NULL && strcmp(columns_known[i].object, object) == 0)
            write_column(record, &columns_known[i]);
}

enum err columns_body(const struct columns *columns, const char *const *cells, size_t count,
                      struct json_writer *json)
{
    static const char *const objects[] = {"address", "contract", "attributes"};
    const struct record record = {columns, cells, count, json};

    for (size_t i = columns->count; i < count; i++)
        if (!text_is_blank(cells[i], strlen(cells[i])))
            return err_set(ERR_INVALID, "%zu", i + 1);
    json_open_object(json);
    write_object(&record, NULL);
    for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
        json_key(json, objects[i]);
        json_open_object(json);
        write_object(&record, objects[i]);
        if (strcmp(objects[i], "attributes") == 0)
            write_free(&record);
        json_close_object(json);
    }
    json_close_object(json);
    return ERR_OK;
}

/* The member is the pointer, or what the pointer lies in ("/phones/1"). */
static bool is_about(const struct column_use *use, const char *pointer, struct arena *arena)
{
    const char *member = member_of(use, arena);
    size_t len = member == NULL ? 0 : strlen(member);
    size_t i = 0;

    for (; i < len && (pointer[i + 1] == member[i] || (member[i] == '.' && pointer[i + 1] == '/')); i++)
        ;
    return len > 0 && i == len && (pointer[len + 1] == '\0' || pointer[len + 1] == '/');
}

const char *columns_cell(const struct columns *columns, const char *const *cells, size_t count,
                         const char *pointer, struct arena *arena)
{
    for (size_t i = 0; i < columns->count && i < count && *pointer == '/'; i++)
        if (is_about(&columns->uses[i], pointer, arena))
            return cells[i];
    return NULL;
}
