#include "provisioning/verdict/thresholds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "acs/base/json.h"
#include "acs/base/text.h"

enum { ROWS_MAX = 10000, SETTINGS_MAX = 64 };

const struct threshold_row threshold_rows[THRESHOLD_COUNT] = {
#define THRESHOLD(id, name, otherwise, low, high, unit, family, pt, en) \
    {name, otherwise, low, high, unit, family, pt, en},
#include "provisioning/verdict/thresholds.def"
#undef THRESHOLD
};

/* How far a value reaches. What is saved is for every home or for a technology. */
enum reach { REACH_ALL, REACH_TECHNOLOGY, REACH_MODEL };

struct setting {
    enum threshold threshold;
    double value;
};

struct row {
    const char *technology; /* pattern */
    struct model_pattern model;
    enum reach reach;
    struct setting *settings;
    size_t count;
};

struct threshold_set {
    struct row *rows;
    size_t count, capacity;
    size_t built_in; /* so many of them; the others are the file's */
};

/* ---- reading rows ---- */

enum threshold threshold_by_name(const char *name)
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
    ret->threshold = threshold_by_name(name);
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

static enum reach reach_of(const struct row *row)
{
    const struct model_pattern *model = &row->model;

    if (strcmp(model->manufacturer, "*") != 0 || strcmp(model->product_class, "*") != 0 ||
        model->to != NULL || strcmp(model->software, "*") != 0)
        return REACH_MODEL;
    return strcmp(row->technology, "*") != 0 ? REACH_TECHNOLOGY : REACH_ALL;
}

static enum err read_row(struct words *words, struct row *row)
{
    struct setting settings[SETTINGS_MAX];

    TRY(words_next(words, &row->technology));
    TRY(model_pattern_read(words, &row->model));
    row->reach = reach_of(row);
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
    set->built_in = set->count;
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

/* What holds so far, and who says so. */
struct standing {
    double value;
    enum reach reach;
    enum threshold_layer layer;
};

static void stand_on_rows(const struct threshold_set *set, const char *technology,
                          const struct model_identity *identity, struct standing *all)
{
    for (int i = 0; i < THRESHOLD_COUNT; i++)
        all[i] = (struct standing){threshold_rows[i].otherwise, REACH_ALL, THRESHOLD_BUILT_IN};
    for (size_t i = 0; i < set->count; i++)
        if (row_fits(&set->rows[i], technology, identity))
            for (size_t k = 0; k < set->rows[i].count; k++)
                all[set->rows[i].settings[k].threshold] =
                    (struct standing){set->rows[i].settings[k].value, set->rows[i].reach,
                                      i < set->built_in ? THRESHOLD_BUILT_IN : THRESHOLD_OF_FILE};
}

static void stand_on_saved(const struct threshold_saved *saved, enum technology technology,
                           struct standing *all)
{
    bool for_all = technology == TECHNOLOGY_ANY;
    enum reach reach = for_all ? REACH_ALL : REACH_TECHNOLOGY;

    for (int i = 0; i < THRESHOLD_COUNT; i++) {
        double value = saved->values[technology][i];

        if (!isnan(value) && all[i].reach <= reach)
            all[i] = (struct standing){value, reach, for_all ? THRESHOLD_SAVED_FOR_ALL : THRESHOLD_SAVED};
    }
}

struct thresholds threshold_set_find(const struct threshold_set *set, const struct threshold_saved *saved,
                                     const char *technology, const struct model_identity *identity)
{
    enum technology known = technology_by_name(technology);
    struct standing all[THRESHOLD_COUNT];
    struct thresholds found;

    stand_on_rows(set, technology, identity, all);
    if (saved != NULL)
        stand_on_saved(saved, TECHNOLOGY_ANY, all);
    if (saved != NULL && known != TECHNOLOGY_ANY && known != TECHNOLOGY_COUNT)
        stand_on_saved(saved, known, all);
    for (int i = 0; i < THRESHOLD_COUNT; i++)
        found.values[i] = all[i].value;
    return found;
}

static unsigned count_models(const struct threshold_set *set, enum threshold threshold)
{
    unsigned count = 0;

    for (size_t i = set->built_in; i < set->count; i++)
        for (size_t k = 0; set->rows[i].reach == REACH_MODEL && k < set->rows[i].count; k++)
            count += set->rows[i].settings[k].threshold == threshold;
    return count;
}

struct threshold_origin threshold_set_explain(const struct threshold_set *set,
                                              const struct threshold_saved *saved, enum technology technology,
                                              enum threshold threshold)
{
    static const struct model_identity nobody = {0};
    const char *name = technology == TECHNOLOGY_ANY ? NULL : technology_name(technology);
    struct standing all[THRESHOLD_COUNT];
    double otherwise;

    stand_on_rows(set, name, &nobody, all);
    if (technology != TECHNOLOGY_ANY)
        stand_on_saved(saved, TECHNOLOGY_ANY, all);
    otherwise = all[threshold].value;
    stand_on_saved(saved, technology, all);
    if (technology == TECHNOLOGY_ANY && all[threshold].layer == THRESHOLD_SAVED_FOR_ALL)
        all[threshold].layer = THRESHOLD_SAVED;
    return (struct threshold_origin){.value = all[threshold].value,
                                     .layer = all[threshold].layer,
                                     .otherwise = otherwise,
                                     .models = count_models(set, threshold)};
}

/* ---- saved ---- */

const char *technology_name(enum technology technology)
{
    static const char *const names[TECHNOLOGY_COUNT] = {
        [TECHNOLOGY_ANY] = "*",
#define TECHNOLOGY(id, name) [TECHNOLOGY_##id] = name,
#include "provisioning/verdict/technology.def"
#undef TECHNOLOGY
    };

    return names[technology];
}

enum technology technology_by_name(const char *name)
{
    int i = 0;

    while (i < TECHNOLOGY_COUNT &&
           (name == NULL || !text_equal_nocase(technology_name((enum technology)i), name)))
        i++;
    return (enum technology)i;
}

void threshold_saved_clear(struct threshold_saved *saved)
{
    for (int i = 0; i < TECHNOLOGY_COUNT; i++)
        for (int k = 0; k < THRESHOLD_COUNT; k++)
            saved->values[i][k] = (double)NAN;
}

enum err threshold_saved_put(struct threshold_saved *saved, const char *technology, const char *name,
                             double value)
{
    enum technology known = technology_by_name(technology);
    enum threshold threshold = threshold_by_name(name);
    const struct threshold_row *row = &threshold_rows[threshold];

    if (known == TECHNOLOGY_COUNT)
        return err_set(ERR_INVALID, "there is no technology '%s'", technology);
    if (threshold == THRESHOLD_COUNT)
        return err_set(ERR_INVALID, "there is no threshold '%s'", name);
    if (!(value >= row->low && value <= row->high))
        return err_set(ERR_INVALID, "%s must be between %g and %g", name, row->low, row->high);
    saved->values[known][threshold] = value;
    return ERR_OK;
}

void threshold_saved_copy(struct threshold_saved *to, const struct threshold_saved *from)
{
    for (int i = 0; i < TECHNOLOGY_COUNT; i++)
        for (int k = 0; k < THRESHOLD_COUNT; k++)
            to->values[i][k] = from->values[i][k];
}

static const struct {
    enum threshold lower, higher;
} bounds[] = {
    {THRESHOLD_LIGHT_FRESH, THRESHOLD_LIGHT_STALE },
    {THRESHOLD_SLOW_FRESH,  THRESHOLD_SLOW_STALE  },
    {THRESHOLD_PERIODS,     THRESHOLD_SURE_PERIODS},
    {THRESHOLD_RX_LOW,      THRESHOLD_RX_WARN     },
    {THRESHOLD_RX_WARN,     THRESHOLD_RX_HIGH     },
};

enum threshold threshold_contradicted(const struct thresholds *all, enum threshold changed)
{
    for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds); i++) {
        if (all->values[bounds[i].lower] <= all->values[bounds[i].higher])
            continue;
        if (changed == bounds[i].lower)
            return bounds[i].higher;
        if (changed == bounds[i].higher)
            return bounds[i].lower;
    }
    return THRESHOLD_COUNT;
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
