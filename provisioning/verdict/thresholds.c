#include "provisioning/verdict/thresholds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/json.h"
#include "acs/base/text.h"

enum { ROWS_MAX = 10000, SETTINGS_MAX = 64 };

const struct threshold_row threshold_rows[THRESHOLD_COUNT] = {
#define THRESHOLD(id, name, otherwise, low, high, unit, help) {name, otherwise, low, high, unit},
#include "provisioning/verdict/thresholds.def"
#undef THRESHOLD
};

struct setting {
    enum threshold threshold;
    double value;
};

struct row {
    const char *technology; /* pattern */
    struct model_pattern model;
    struct setting *settings;
    size_t count;
};

struct threshold_set {
    struct row *rows;
    size_t count, capacity;
};

/* ---- reading rows ---- */

static enum threshold find_name(const char *name)
{
    for (int i = 0; i < THRESHOLD_COUNT; i++)
        if (strcmp(threshold_rows[i].name, name) == 0)
            return (enum threshold)i;
    return THRESHOLD_COUNT;
}

/* Digits, one sign, one point: no hex, no infinity, nothing of the locale. */
static bool read_number(const char *text, double *ret)
{
    size_t len = strlen(text);
    char *end;

    if (len == 0 || len > 20 || strspn(text, "-.0123456789") != len)
        return false;
    *ret = strtod(text, &end);
    return *end == '\0' && isfinite(*ret);
}

static enum err read_setting(struct words *words, struct setting *ret)
{
    const struct threshold_row *row;
    const char *word, *at;
    char *name;

    TRY(words_next(words, &word));
    at = words->word;
    name = arena_memdup(words->arena, word, strcspn(word, "="));
    ret->threshold = find_name(name);
    if (ret->threshold == THRESHOLD_COUNT)
        return words_refuse(words, at, arena_printf(words->arena, "there is no threshold '%s'", name));
    row = &threshold_rows[ret->threshold];
    if (word[strlen(name)] != '=' || !read_number(word + strlen(name) + 1, &ret->value))
        return words_refuse(
            words, at, arena_printf(words->arena, "%s wants a number: %s=%g", name, name, row->otherwise));
    if (ret->value < row->low || ret->value > row->high)
        return words_refuse(
            words, at, arena_printf(words->arena, "%s must be between %g and %g", name, row->low, row->high));
    return ERR_OK;
}

static enum err read_row(struct words *words, struct row *row)
{
    struct setting settings[SETTINGS_MAX];

    TRY(words_next(words, &row->technology));
    TRY(model_pattern_read(words, &row->model));
    do {
        if (row->count == SETTINGS_MAX)
            return words_refuse(words, words->at, "too many settings in one row");
        TRY(read_setting(words, &settings[row->count]));
        row->count++;
    } while (!words_line_is_over(words));
    row->settings = ARENA_ARRAY(words->arena, struct setting, row->count);
    memcpy(row->settings, settings, row->count * sizeof(*settings));
    return ERR_OK;
}

static enum err read_rows(const char *text, struct arena *arena, struct threshold_set *set)
{
    struct words words = WORDS_OF(text, arena);

    while (words_line(&words)) {
        if (set->count == ROWS_MAX)
            return words_refuse(&words, words.at, "too many rows");
        if (set->count == set->capacity) {
            size_t more = set->capacity ? set->capacity * 2 : 16;

            set->rows =
                arena_grow(arena, set->rows, set->capacity * sizeof(*set->rows), more * sizeof(*set->rows));
            set->capacity = more;
        }
        set->rows[set->count] = (struct row){0};
        TRY(read_row(&words, &set->rows[set->count]));
        set->count++;
    }
    return ERR_OK;
}

static const char *const built_in[] = {
#define ROW(technology, manufacturer, product_class, software, settings, why) \
    "\"" technology "\" \"" manufacturer "\" \"" product_class "\" \"" software "\" " settings,
#include "provisioning/verdict/threshold_rows.def"
#undef ROW
};

enum err threshold_set_new(const char *text, struct arena *arena, const struct threshold_set **ret)
{
    struct threshold_set *set = ARENA_NEW(arena, struct threshold_set);

    for (size_t i = 0; i < sizeof(built_in) / sizeof(*built_in); i++)
        TRY(err_while(read_rows(built_in[i], arena, set), "threshold_rows.def, row %zu", i + 1));
    if (text != NULL)
        TRY(read_rows(text, arena, set));
    *ret = set;
    return ERR_OK;
}

/* ---- those of a device ---- */

static bool row_fits(const struct row *row, const char *technology, const struct model_identity *identity)
{
    const struct model_pattern pattern = {
        .manufacturer = row->technology, .product_class = "*", .software = "*"};
    const struct model_identity asked = {.manufacturer = technology};

    return model_fits(&pattern, &asked) && model_fits(&row->model, identity);
}

struct thresholds threshold_set_find(const struct threshold_set *set, const char *technology,
                                     const struct model_identity *identity)
{
    struct thresholds found;

    for (int i = 0; i < THRESHOLD_COUNT; i++)
        found.values[i] = threshold_rows[i].otherwise;
    for (size_t i = 0; i < set->count; i++)
        if (row_fits(&set->rows[i], technology, identity))
            for (size_t k = 0; k < set->rows[i].count; k++)
                found.values[set->rows[i].settings[k].threshold] = set->rows[i].settings[k].value;
    return found;
}

/* ---- kept and read again ---- */

void thresholds_write(const struct thresholds *thresholds, struct json_writer *json)
{
    json_open_object(json);
    for (int i = 0; i < THRESHOLD_COUNT; i++) {
        json_key(json, threshold_rows[i].name);
        json_put_real(json, thresholds->values[i]);
    }
    json_close_object(json);
}

enum err thresholds_read(const struct json *doc, struct thresholds *ret)
{
    struct thresholds read;

    for (int i = 0; i < THRESHOLD_COUNT; i++) {
        const struct threshold_row *row = &threshold_rows[i];
        const struct json *value = json_get(doc, row->name);

        read.values[i] = json_real(value, row->otherwise);
        if (value != NULL && json_kind(value) != JSON_INT && json_kind(value) != JSON_REAL)
            return err_set(ERR_INVALID, "%s is no number", row->name);
        if (!(read.values[i] >= row->low && read.values[i] <= row->high))
            return err_set(ERR_INVALID, "%s must be between %g and %g", row->name, row->low, row->high);
    }
    *ret = read;
    return ERR_OK;
}
