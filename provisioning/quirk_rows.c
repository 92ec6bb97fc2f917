#include "provisioning/quirk_rows.h"

#include <string.h>

#include "acs/base/text.h"
#include "soap/rpc.h"

enum switch_kind { SWITCH_FLAG, SWITCH_NUMBER };

static const struct {
    const char *name;
    enum switch_kind kind;
    size_t offset;
    uint32_t most;
} switches[] = {
#define SWITCH(member, kind, most, help) {#member, SWITCH_##kind, offsetof(struct quirks, member), most},
#include "provisioning/quirk_switch.def"
#undef SWITCH
};

enum { SWITCH_COUNT = sizeof(switches) / sizeof(*switches), AVOID = -1 };

void quirk_row_apply(const struct quirk_row *row, struct quirks *quirks)
{
    for (size_t i = 0; i < row->count; i++) {
        const struct quirk_setting *setting = &row->settings[i];

        if (setting->place == AVOID) {
            quirks->avoided[setting->method / 64] |= UINT64_C(1) << (setting->method % 64);
        } else if (switches[setting->place].kind == SWITCH_FLAG) {
            bool on = setting->number != 0;

            memcpy((char *)quirks + switches[setting->place].offset, &on, sizeof(on));
        } else {
            memcpy((char *)quirks + switches[setting->place].offset, &setting->number,
                   sizeof(setting->number));
        }
    }
}

/* ---- words ---- */

struct cursor {
    const char *at;
    const char *line_start;
    unsigned line;
    struct arena *arena;
};

static enum err refuse(const struct cursor *cursor, const char *at, const char *what)
{
    return err_set(ERR_INVALID, "line %u, column %zu: %s", cursor->line,
                   (size_t)(at - cursor->line_start) + 1, what);
}

static void skip_space(struct cursor *cursor)
{
    cursor->at += strspn(cursor->at, " \t\r");
    if (*cursor->at == '#')
        cursor->at += strcspn(cursor->at, "\n");
}

static bool is_at_end_of_line(struct cursor *cursor)
{
    skip_space(cursor);
    return *cursor->at == '\n' || *cursor->at == '\0';
}

/* A word, or what stands between quotes; never over the end of a line. */
static enum err read_word(struct cursor *cursor, const char **ret)
{
    const char *start;
    size_t len;

    skip_space(cursor);
    start = cursor->at;
    if (*start == '"') {
        len = strcspn(start + 1, "\"\n");
        if (start[1 + len] != '"')
            return refuse(cursor, start, "the quote does not end on this line");
        *ret = arena_memdup(cursor->arena, start + 1, len);
        cursor->at = start + len + 2;
    } else {
        len = strcspn(start, " \t\r\n\"");
        *ret = arena_memdup(cursor->arena, start, len);
        cursor->at = start + len;
    }
    if (len == 0)
        return refuse(cursor, start, "a word is missing; write \"*\" for any");
    return len > QUIRK_WORD_MAX ? refuse(cursor, start, "this word is too long") : ERR_OK;
}

/* ---- switches ---- */

static enum err read_method(const struct cursor *cursor, const char *at, const char *name,
                            struct quirk_setting *ret)
{
    *ret = (struct quirk_setting){.place = AVOID, .method = rpc_find(name)};
    if (ret->method == CWMP_UNKNOWN_METHOD || rpcs[ret->method].sender == RPC_CPE)
        return refuse(cursor, at, arena_printf(cursor->arena, "no request to a device is called '%s'", name));
    return ERR_OK;
}

static enum err read_number(const struct cursor *cursor, const char *at, const char *number,
                            struct quirk_setting *ret)
{
    uint32_t most = switches[ret->place].most;
    uint32_t value = 1;

    if (number == NULL && switches[ret->place].kind == SWITCH_NUMBER)
        return refuse(cursor, at,
                      arena_printf(cursor->arena, "%s wants a number: %s=16", switches[ret->place].name,
                                   switches[ret->place].name));
    if (number != NULL && (text_read_u32(number, &value) != ERR_OK || value > most))
        return refuse(cursor, at,
                      arena_printf(cursor->arena, "'%s' is no number from 0 to %u", number, most));
    ret->number = (uint16_t)value;
    return ERR_OK;
}

static enum err read_switch(struct cursor *cursor, struct quirk_setting *ret)
{
    const char *at;
    const char *word;
    const char *value;
    char *name;

    skip_space(cursor);
    at = cursor->at;
    TRY(read_word(cursor, &word));
    name = arena_memdup(cursor->arena, word, strcspn(word, "="));
    value = word[strlen(name)] == '=' ? word + strlen(name) + 1 : NULL;
    if (strcmp(name, "avoid") == 0)
        return read_method(cursor, at, text_or_empty(value), ret);
    for (ret->place = 0; ret->place < (int)SWITCH_COUNT; ret->place++)
        if (strcmp(switches[ret->place].name, name) == 0)
            return read_number(cursor, at, value, ret);
    return refuse(cursor, at, arena_printf(cursor->arena, "there is no switch '%s'", name));
}

/* ---- rows ---- */

static void split_range(const char *word, struct arena *arena, struct quirk_row *row)
{
    const char *dots = strstr(word, "..");

    row->software = word;
    if (dots == NULL)
        return;
    row->from = arena_memdup(arena, word, (size_t)(dots - word));
    row->to = dots + 2;
}

static enum err read_row(struct cursor *cursor, struct quirk_row *row)
{
    const char *software;

    TRY(read_word(cursor, &row->manufacturer));
    TRY(read_word(cursor, &row->product_class));
    TRY(read_word(cursor, &software));
    split_range(software, cursor->arena, row);
    row->settings = ARENA_ARRAY(cursor->arena, struct quirk_setting, QUIRK_SETTINGS_MAX);
    do {
        if (row->count == QUIRK_SETTINGS_MAX)
            return refuse(cursor, cursor->at, "too many switches");
        TRY(read_switch(cursor, &row->settings[row->count]));
        row->count++;
    } while (!is_at_end_of_line(cursor));
    return ERR_OK;
}

static enum err add_row(struct cursor *cursor, struct quirk_set *set)
{
    if (set->count == QUIRK_ROWS_MAX)
        return refuse(cursor, cursor->at, "too many rows");
    if (set->count == set->capacity) {
        size_t more = set->capacity ? set->capacity * 2 : 64;

        set->rows = arena_grow(cursor->arena, set->rows, set->capacity * sizeof(*set->rows),
                               more * sizeof(*set->rows));
        set->capacity = more;
    }
    set->rows[set->count] = (struct quirk_row){0};
    TRY(read_row(cursor, &set->rows[set->count]));
    set->count++;
    return ERR_OK;
}

enum err quirk_rows_read(const char *text, struct arena *arena, struct quirk_set *set)
{
    struct cursor cursor = {.at = text, .line_start = text, .line = 1, .arena = arena};

    for (;;) {
        if (!is_at_end_of_line(&cursor))
            TRY(add_row(&cursor, set));
        if (*cursor.at == '\0')
            return ERR_OK;
        cursor.line_start = ++cursor.at;
        cursor.line++;
    }
}
