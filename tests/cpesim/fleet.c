#include "tests/cpesim/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "tests/cpesim/story.h"

/* splitmix64 */
uint64_t fleet_random(struct fleet *fleet)
{
    uint64_t x = fleet->chance += 0x9e3779b97f4a7c15;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

uint64_t fleet_random_between(struct fleet *fleet, uint64_t least, uint64_t most)
{
    return most <= least ? least : least + fleet_random(fleet) % (most - least + 1);
}

int64_t fleet_story_us(const struct fleet *fleet, int64_t seconds)
{
    int64_t speed = fleet->options != NULL && fleet->options->speed > 0 ? fleet->options->speed : 1;

    return settings_us(&fleet->settings, seconds * MS_PER_S) / speed;
}

/* The number at the end of a serial is the home's place; the rest must agree. */
struct home *fleet_find(struct fleet *fleet, const char *serial)
{
    size_t len = strlen(serial);
    char expected[SERIAL_MAX];
    uint32_t index;

    if (len < 5 || strspn(serial + len - 5, "0123456789") != 5)
        return NULL;
    if (text_read_u32(serial + len - 5, &index) != ERR_OK || index >= fleet->count)
        return NULL;
    return strcmp(home_serial(&fleet->homes[index], expected), serial) == 0 ? &fleet->homes[index] : NULL;
}

static bool is_named(const char *names, const char *name)
{
    size_t len = strlen(name);

    for (; names != NULL && *names != '\0'; names += strcspn(names, ","), names += *names == ',')
        if (strcspn(names, ",") == len && strncmp(names, name, len) == 0)
            return true;
    return false;
}

static bool is_chosen(const char *names, const struct model *model)
{
    return names != NULL ? is_named(names, model->name) : !model->by_name;
}

static enum err choose_models(const struct fleet *fleet, const struct model *ret[MODEL_COUNT],
                              size_t *ret_count)
{
    *ret_count = 0;
    for (size_t i = 0; i < MODEL_COUNT; i++)
        if (is_chosen(fleet->options->models, &fleet->models[i]))
            ret[(*ret_count)++] = &fleet->models[i];
    if (*ret_count > 0)
        return ERR_OK;
    return err_set(ERR_INVALID,
                   "--models %s names none of gpon181, gpon098, dsl098, cheap098, gponct098, mesh181, f680",
                   fleet->options->models);
}

static const struct model *find_model(const struct fleet *fleet, const char *name)
{
    for (size_t i = 0; i < MODEL_COUNT; i++)
        if (strcmp(fleet->models[i].name, name) == 0)
            return &fleet->models[i];
    abort(); /* story.def is ours */
}

static enum err cast_stories(struct fleet *fleet)
{
    if (!fleet->options->stories)
        return ERR_OK;
    if (fleet->count < story_homes())
        return err_set(ERR_INVALID, "--stories needs --homes %u at least", story_homes());
    for (uint32_t i = 0; i < story_homes(); i++) {
        unsigned place;
        const struct story *story = story_of(i, &place);

        fleet->homes[i].tree.model = find_model(fleet, story->model);
        story_begin(&fleet->homes[i], story, place);
    }
    return ERR_OK;
}

static enum err make_homes(struct fleet *fleet)
{
    const struct model *models[MODEL_COUNT];
    size_t model_count;

    TRY(choose_models(fleet, models, &model_count));
    fleet->count = fleet->options->homes;
    fleet->homes = heap_alloc(fleet->count * sizeof(*fleet->homes));
    for (uint32_t i = 0; i < fleet->count; i++) {
        home_init(&fleet->homes[i], fleet, i);
        fleet->homes[i].tree.model = models[i % model_count];
    }
    return cast_stories(fleet);
}

static void recall(const struct json *line, void *ctx)
{
    struct home *home = fleet_find(ctx, json_string(json_get(line, "serial"), ""));

    if (home != NULL)
        home_recall(home, line);
}

static enum err open_journal(struct fleet *fleet)
{
    const char *path = fleet->options->journal;

    if (path != NULL)
        TRY(journal_read(path, recall, fleet));
    return journal_open(path, &fleet->journal);
}

static enum err build(struct fleet *fleet)
{
    TRY(make_homes(fleet));
    return open_journal(fleet);
}

enum err fleet_new(const struct fleet_options *options, struct loop *loop, const char *cr_base,
                   struct fleet **ret)
{
    struct fleet *fleet = HEAP_NEW(struct fleet);
    enum err result;

    fleet->options = options;
    fleet->settings = options->settings;
    fleet->settings.cr_base = cr_base;
    fleet->loop = loop;
    fleet->alarms = alarms_new(loop);
    fleet->arena = arena_new(64 * 1024);
    fleet->scratch = arena_new(64 * 1024);
    fleet->reader = soap_reader_new();
    fleet->models = models_load(fleet->arena);
    fleet->chance = options->settings.seed;
    result = build(fleet);
    if (result != ERR_OK) {
        fleet_free(fleet);
        return result;
    }
    *ret = fleet;
    return ERR_OK;
}

void fleet_free(struct fleet *fleet)
{
    if (fleet == NULL)
        return;
    for (uint32_t i = 0; i < fleet->count; i++)
        home_free(&fleet->homes[i]);
    heap_free(fleet->homes);
    journal_close(fleet->journal);
    soap_reader_free(fleet->reader);
    alarms_free(fleet->alarms);
    tally_free(&fleet->tally);
    arena_free(fleet->scratch);
    arena_free(fleet->arena);
    heap_free(fleet);
}

/* Those that an ACS knows already are not new any more. */
static bool is_late(const struct fleet *fleet, uint32_t index)
{
    return index + fleet->options->late >= fleet->count && !fleet->homes[index].known;
}

void fleet_switch_on(struct fleet *fleet)
{
    const struct fleet_options *options = fleet->options;
    int64_t now = clock_mono_us(), late_us = now;

    for (uint32_t i = 0; i < fleet->count; i++) {
        uint64_t ms = fleet_random_between(fleet, 0, options->start_spread_ms);

        if (is_late(fleet, i)) {
            late_us += fleet_story_us(fleet, options->late_every_ms) / MS_PER_S;
            home_switch_on_at(&fleet->homes[i], late_us);
        } else if (story_lets_start(&fleet->homes[i])) {
            home_switch_on_at(&fleet->homes[i], now + (int64_t)ms * US_PER_MS);
        }
    }
}
