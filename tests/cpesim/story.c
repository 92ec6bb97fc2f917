#include "tests/cpesim/story.h"

#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/json.h"
#include "acs/base/text.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/wan.h"

static const struct story stories[] = {
#include "tests/cpesim/story.def"
};

enum { STORIES = sizeof(stories) / sizeof(*stories) };

static unsigned count_of(const struct story *story)
{
    return story->count > 0 ? story->count : 1;
}

unsigned story_homes(void)
{
    unsigned count = 0;

    for (size_t i = 0; i < STORIES; i++)
        count += count_of(&stories[i]);
    return count;
}

const struct story *story_of(uint32_t index, unsigned *ret_place)
{
    uint32_t first = 0;

    for (size_t i = 0; i < STORIES; i++) {
        if (index < first + count_of(&stories[i])) {
            *ret_place = index - first;
            return &stories[i];
        }
        first += count_of(&stories[i]);
    }
    return NULL;
}

/* ---- facts and values ---- */

static void put_facts(struct role *role, const struct story_fact *facts)
{
    for (; facts->fact != FACT_NONE; facts++) {
        role->facts.values[facts->fact] = facts->value;
        role->facts.is_set[facts->fact] = true;
    }
}

static void put_values(struct home *home)
{
    const struct story *story = home->role->story;

    for (size_t i = 0; i < STORY_VALUES_MAX && story->values[i].path != NULL; i++)
        tree_put_text(&home->tree, story->values[i].path, story->values[i].value);
}

static void forget_values(struct home *home)
{
    const struct story *story = home->role->story;
    char name[257];

    for (size_t i = 0; i < STORY_VALUES_MAX && story->values[i].path != NULL; i++) {
        snprintf(name, sizeof(name), "%s%s", home->tree.model->root, story->values[i].path);
        tree_forget_name(&home->tree, name);
    }
}

void story_begin(struct home *home, const struct story *story, unsigned place)
{
    home->role = HEAP_NEW(struct role);
    home->role->story = story;
    home->role->place = place;
    home->tree.facts = &home->role->facts;
    put_facts(home->role, story->facts);
    put_values(home);
}

void story_end(struct home *home)
{
    if (home->role == NULL)
        return;
    alarm_clear(home->fleet->alarms, &home->role->restart);
    heap_free(home->role);
    home->role = NULL;
    home->tree.facts = NULL;
}

/* ---- moments ---- */

static void on_restart(void *ctx)
{
    home_power_cycle(ctx);
}

void story_booted(struct home *home)
{
    int64_t seconds = fact_of(&home->tree, FACT_RESTART_EVERY_S);

    if (home->role != NULL && seconds > 0)
        alarm_set(home->fleet->alarms, &home->role->restart,
                  clock_mono_us() + fleet_story_us(home->fleet, seconds), on_restart, home);
}

static bool is_finished(const struct home *home)
{
    return home->role->story->is_once && home->known && !home->role->facts.is_healed;
}

void story_session_ended(struct home *home)
{
    if (home->role != NULL && is_finished(home)) {
        home->role->is_gone = true;
        home_switch_off(home);
    }
}

bool story_lets_start(const struct home *home)
{
    return home->role == NULL || !(home->role->is_gone || is_finished(home));
}

bool story_is_deaf(const struct home *home)
{
    return home->role != NULL && home->role->story->is_deaf && !home->role->facts.is_healed;
}

/* ---- orders ---- */

static void come_back(struct home *home)
{
    home->role->is_gone = false;
    if (!home->on)
        home_switch_on_at(home, clock_mono_us());
}

/* What changed shows on the line at once. */
static void look_again(struct home *home)
{
    alarm_clear(home->fleet->alarms, &home->role->restart);
    if (!home->on)
        return;
    story_booted(home);
    wan_dial(home);
}

static void vanish(struct home *home)
{
    home->role->is_gone = true;
    alarm_clear(home->fleet->alarms, &home->role->restart);
    home_switch_off(home);
}

static void worsen(struct home *home)
{
    put_facts(home->role, home->role->story->worse);
    look_again(home);
}

static void heal(struct home *home)
{
    home->role->facts = (struct facts){.is_healed = true};
    forget_values(home);
    look_again(home);
    come_back(home);
}

static void begin_again(struct home *home)
{
    home->role->facts = (struct facts){0};
    put_facts(home->role, home->role->story->facts);
    put_values(home);
    look_again(home);
    come_back(home);
}

static const struct verb {
    const char *name;
    void (*run)(struct home *home);
} verbs[] = {
    {"vanish", vanish     },
    {"return", come_back  },
    {"worsen", worsen     },
    {"heal",   heal       },
    {"begin",  begin_again},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* NULL: nobody in this fleet has it. */
static const struct story *find_story(const struct fleet *fleet, const char *name)
{
    for (uint32_t i = 0; i < fleet->count && fleet->homes[i].role != NULL; i++) {
        const struct story *story = fleet->homes[i].role->story;

        if (text_equal_nocase(story->key, name) || strcmp(story->name, name) == 0)
            return story;
    }
    return NULL;
}

enum err story_order(struct fleet *fleet, const char *name, const char *verb_name)
{
    const struct story *story = find_story(fleet, name);
    const struct verb *verb = find_verb(verb_name);

    if (story == NULL)
        return err_set(ERR_NOT_FOUND, "no home here is of a story '%.40s'", name);
    if (verb == NULL)
        return err_set(ERR_INVALID, "'%.40s' is none of vanish, return, worsen, heal, begin", verb_name);
    if (verb->run == worsen && story->worse[0].fact == FACT_NONE)
        return err_set(ERR_INVALID, "it cannot become worse for %s", story->name);
    for (uint32_t i = 0; i < fleet->count && fleet->homes[i].role != NULL; i++)
        if (fleet->homes[i].role->story == story)
            verb->run(&fleet->homes[i]);
    return ERR_OK;
}

/* ---- telling ---- */

static void put_customer(const struct role *role, struct json_writer *w)
{
    const struct story *story = role->story;

    json_key(w, "customer");
    json_open_object(w);
    json_field_string(w, "name", story->customers[role->place].name);
    json_field_string(w, "cpf", story->customers[role->place].cpf);
    json_field_string(w, "city", story->place.city);
    json_field_string(w, "olt", story->place.olt);
    json_field_string(w, "pon", story->place.pon);
    json_field_string(w, "cto", story->place.cto);
    json_field_int(w, "plan_mbps", story->plan_mbps);
    json_close_object(w);
}

static void put_ppp(const struct tree *tree, struct json_writer *w, struct arena *arena)
{
    json_key(w, "ppp");
    json_open_object(w);
    json_field_string(w, "username", wan_right_user(tree, arena));
    json_field_string(w, "password", wan_right_password(tree, arena));
    json_close_object(w);
}

static void put_home(const struct home *home, struct json_writer *w, struct arena *arena)
{
    const struct story *story = home->role->story;
    char serial[SERIAL_MAX];

    json_open_object(w);
    json_field_string(w, "story", story->name);
    json_field_string(w, "what", story->what);
    json_field_string(w, "serial", home_serial(home, serial));
    json_field_string(w, "oui", home->tree.model->oui);
    json_field_string(w, "product_class", home->tree.model->product_class);
    json_field_string(w, "model", home->tree.model->name);
    json_field_bool(w, "on", home->on);
    put_customer(home->role, w);
    put_ppp(&home->tree, w, arena);
    json_close_object(w);
}

enum err story_describe(const struct fleet *fleet, const char *name, struct text *out)
{
    const struct story *only = name == NULL ? NULL : find_story(fleet, name);
    struct json_writer w = JSON_WRITER(out);

    if (name != NULL && only == NULL)
        return err_set(ERR_NOT_FOUND, "no home here is of a story '%.40s'", name);
    json_open_array(&w);
    for (uint32_t i = 0; i < fleet->count && fleet->homes[i].role != NULL; i++)
        if (only == NULL || fleet->homes[i].role->story == only)
            put_home(&fleet->homes[i], &w, out->arena);
    json_close_array(&w);
    text_putc(out, '\n');
    return ERR_OK;
}
