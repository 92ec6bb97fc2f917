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

/* ---- switches ---- */

static enum err read_method(const struct words *words, const char *name, struct quirk_setting *ret)
{
    *ret = (struct quirk_setting){.place = AVOID, .method = rpc_find(name)};
    if (ret->method == CWMP_UNKNOWN_METHOD || rpcs[ret->method].sender == RPC_CPE)
        return words_refuse(words, words->word,
                            arena_printf(words->arena, "no request to a device is called '%s'", name));
    return ERR_OK;
}

static enum err read_number(const struct words *words, const char *number, struct quirk_setting *ret)
{
    uint32_t most = switches[ret->place].most;
    uint32_t value = 1;

    if (number == NULL && switches[ret->place].kind == SWITCH_NUMBER)
        return words_refuse(words, words->word,
                            arena_printf(words->arena, "%s wants a number: %s=16", switches[ret->place].name,
                                         switches[ret->place].name));
    if (number != NULL && (text_read_u32(number, &value) != ERR_OK || value > most))
        return words_refuse(words, words->word,
                            arena_printf(words->arena, "'%s' is no number from 0 to %u", number, most));
    ret->number = (uint16_t)value;
    return ERR_OK;
}

static enum err read_switch(struct words *words, struct quirk_setting *ret)
{
    const char *word;
    const char *value;
    char *name;

    TRY(words_next(words, &word));
    name = arena_memdup(words->arena, word, strcspn(word, "="));
    value = word[strlen(name)] == '=' ? word + strlen(name) + 1 : NULL;
    if (strcmp(name, "avoid") == 0)
        return read_method(words, text_or_empty(value), ret);
    for (ret->place = 0; ret->place < (int)SWITCH_COUNT; ret->place++)
        if (strcmp(switches[ret->place].name, name) == 0)
            return read_number(words, value, ret);
    return words_refuse(words, words->word, arena_printf(words->arena, "there is no switch '%s'", name));
}

/* ---- rows ---- */

static enum err read_row(struct words *words, struct quirk_row *row)
{
    TRY(model_pattern_read(words, &row->model));
    row->settings = ARENA_ARRAY(words->arena, struct quirk_setting, QUIRK_SETTINGS_MAX);
    do {
        if (row->count == QUIRK_SETTINGS_MAX)
            return words_refuse(words, words->at, "too many switches");
        TRY(read_switch(words, &row->settings[row->count]));
        row->count++;
    } while (!words_line_is_over(words));
    return ERR_OK;
}

static enum err add_row(struct words *words, struct quirk_set *set)
{
    if (set->count == QUIRK_ROWS_MAX)
        return words_refuse(words, words->at, "too many rows");
    if (set->count == set->capacity) {
        size_t more = set->capacity ? set->capacity * 2 : 64;

        set->rows = arena_grow(words->arena, set->rows, set->capacity * sizeof(*set->rows),
                               more * sizeof(*set->rows));
        set->capacity = more;
    }
    set->rows[set->count] = (struct quirk_row){0};
    TRY(read_row(words, &set->rows[set->count]));
    set->count++;
    return ERR_OK;
}

enum err quirk_rows_read(const char *text, struct arena *arena, struct quirk_set *set)
{
    struct words words = WORDS_OF(text, arena);

    while (words_line(&words))
        TRY(add_row(&words, set));
    return ERR_OK;
}
