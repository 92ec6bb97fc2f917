#include "provisioning/change/keep.h"

#include <string.h>

#include "acs/base/text.h"

/* A thing that is kept: a name and its secret, one of each or one for each band. */
struct thing {
    const char *word; /* in the argument "keep", and at the beginning of what is told of it */
    enum fact_key name, secret;
    bool by_band;
};

static const struct thing things[] = {
    {"wifi",  KEY_WIFI_SSID,    KEY_WIFI_PASSPHRASE, true },
    {"pppoe", KEY_PPP_USERNAME, KEY_PPP_PASSWORD,    false},
};
enum { THINGS = sizeof(things) / sizeof(*things) };

static const struct thing *thing_find(const char *word)
{
    for (size_t i = 0; i < THINGS; i++)
        if (strcmp(things[i].word, word) == 0)
            return &things[i];
    return NULL;
}

/* ---- what is asked for ---- */

enum err keep_check(const struct json *args)
{
    const struct json *keep = json_get(args, "keep");

    if (keep != NULL && json_kind(keep) != JSON_ARRAY)
        return err_set(ERR_INVALID, "keep: a list of \"wifi\", \"pppoe\" is expected");
    for (size_t i = 0; i < json_count(keep); i++)
        if (thing_find(json_string(json_at(keep, i), "")) == NULL)
            return err_set(ERR_INVALID, "keep[%zu]: \"wifi\" or \"pppoe\" is expected", i);
    return ERR_OK;
}

static bool is_wanted(const struct json *args, const struct thing *thing)
{
    const struct json *keep = json_get(args, "keep");

    if (keep == NULL)
        return true;
    for (size_t i = 0; i < json_count(keep); i++)
        if (strcmp(json_string(json_at(keep, i), ""), thing->word) == 0)
            return true;
    return false;
}

bool keep_wanted(const struct json *args)
{
    const struct json *keep = json_get(args, "keep");

    return keep == NULL || json_count(keep) > 0;
}

/* ---- taking ---- */

/* Both lists are written in one pass over the things. */
struct taking {
    const struct home *home;
    const struct json *sealed;
    struct arena *arena;
    struct text kept_text, left_text;
    struct json_writer kept, left;
};

static const char *what_of(const struct thing *thing, const char *place, struct arena *arena)
{
    return *place != '\0' ? arena_printf(arena, "%s.%s", thing->word, place) : thing->word;
}

/* Its name among those that are sealed: what the device shows today outranks what was set one day. */
static const char *find_secret(const struct taking *taking, const struct thing *thing, const char *place)
{
    struct home_bindings found = home_find(taking->home, thing->secret, place);
    const char *known = fact_name(thing->secret, place, taking->arena);

    for (size_t i = 0; i < found.count; i++)
        if (json_get(taking->sealed, found.items[i].value->name) != NULL)
            return found.items[i].value->name;
    return json_get(taking->sealed, known) != NULL ? known : NULL;
}

static void leave(struct json_writer *json, const char *what, const char *why)
{
    json_open_object(json);
    json_field_string(json, "what", what);
    json_field_string(json, "why", why);
    json_close_object(json);
}

static void take(struct taking *taking, const struct thing *thing, const char *place)
{
    const char *what = what_of(thing, place, taking->arena);
    const char *name = text_or_empty(home_text(taking->home, thing->name, place));
    const char *secret = find_secret(taking, thing, place);

    if (*name == '\0') {
        leave(&taking->left, what, "the device does not tell its name");
    } else if (secret == NULL) {
        leave(&taking->left, what,
              "its password is not known: the device hides it and it was not set from here");
    } else {
        json_open_object(&taking->kept);
        json_field_string(&taking->kept, "what", what);
        json_field_string(&taking->kept, "thing", thing->word);
        json_field_string(&taking->kept, "place", place);
        json_field_string(&taking->kept, "name", name);
        json_field_string(&taking->kept, "secret", secret);
        json_close_object(&taking->kept);
    }
}

static void take_thing(struct taking *taking, const struct thing *thing)
{
    if (!thing->by_band && home_uses_ppp(taking->home))
        take(taking, thing, "");
    for (int band = 0; thing->by_band && band < BAND_COUNT; band++)
        if (home_has_band(taking->home, band))
            take(taking, thing, band_names[band]);
}

const char *keep_take(const struct action_record *record, const struct home *home, struct arena *arena)
{
    struct taking taking = {
        .home = home, .arena = arena, .kept_text = TEXT_IN(arena), .left_text = TEXT_IN(arena)};
    AUTO_JSON args = NULL;
    AUTO_JSON sealed = NULL;

    if (json_read(record->args, strlen(record->args), &args) != ERR_OK)
        return "{}";
    if (record->sealed != NULL && json_read(record->sealed, strlen(record->sealed), &sealed) != ERR_OK)
        return "{}";
    taking.sealed = sealed;
    taking.kept = JSON_WRITER(&taking.kept_text);
    taking.left = JSON_WRITER(&taking.left_text);
    json_open_array(&taking.kept);
    json_open_array(&taking.left);
    for (size_t i = 0; i < THINGS; i++)
        if (is_wanted(args, &things[i]))
            take_thing(&taking, &things[i]);
    json_close_array(&taking.kept);
    json_close_array(&taking.left);
    return arena_printf(arena, "{\"kept\":%s,\"left\":%s}", text_string(&taking.kept_text),
                        text_string(&taking.left_text));
}

bool keep_holds(const struct json *keep)
{
    return json_count(json_get(keep, "kept")) > 0;
}

/* ---- putting back ---- */

static bool may_be_written(const struct change_plan *plan, const struct thing *thing, const char *place)
{
    return (thing->by_band || home_uses_ppp(plan->home)) &&
           home_find_writable(plan->home, thing->name, place).count > 0 &&
           home_find_writable(plan->home, thing->secret, place).count > 0;
}

/* A connection that the factory settings do not have is no reason to lose the Wi-Fi, too. */
static void plan_back(struct change_plan *plan, const struct json *keep)
{
    const struct json *kept = json_get(keep, "kept");

    for (size_t i = 0; i < json_count(kept); i++) {
        const struct json *item = json_at(kept, i);
        const struct thing *thing = thing_find(json_string(json_get(item, "thing"), ""));
        const char *place = json_string(json_get(item, "place"), "");

        if (thing == NULL || !may_be_written(plan, thing, place))
            continue;
        change_text(plan, thing->name, place, json_string(json_get(item, "name"), ""));
        change_secret(plan, thing->secret, place,
                      arena_strdup(plan->arena, json_string(json_get(item, "secret"), "")));
    }
    if (plan->count == 0)
        change_refuse(plan, "the device does not show any more where it keeps the Wi-Fi and the login");
}

const struct change_kind keep_change = {
    .families = {"wifi.", "wan.ppp.", "wan.ipoe.", "wan.default"},
      .plan = plan_back
};

/* ---- what came of it ---- */

static bool was_changed(const struct json *changed, const struct json *item, struct arena *arena)
{
    const struct thing *thing = thing_find(json_string(json_get(item, "thing"), ""));
    const struct json *list = json_get(changed, "changed");
    const char *name;

    if (thing == NULL)
        return false;
    name = fact_name(thing->name, json_string(json_get(item, "place"), ""), arena);
    for (size_t i = 0; i < json_count(list); i++)
        if (strcmp(json_string(json_get(json_at(list, i), "what"), ""), name) == 0)
            return true;
    return false;
}

const char *keep_write_result(const struct json *keep, const struct json *changed, struct arena *arena)
{
    const struct json *kept = json_get(keep, "kept"), *left = json_get(keep, "left");
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_key(&json, "put_back");
    json_open_array(&json);
    for (size_t i = 0; i < json_count(kept); i++)
        if (was_changed(changed, json_at(kept, i), arena))
            json_put_string(&json, json_string(json_get(json_at(kept, i), "what"), ""));
    json_close_array(&json);
    json_key(&json, "left");
    json_open_array(&json);
    for (size_t i = 0; i < json_count(left); i++)
        json_put_value(&json, json_at(left, i));
    for (size_t i = 0; i < json_count(kept); i++)
        if (!was_changed(changed, json_at(kept, i), arena))
            leave(&json, json_string(json_get(json_at(kept, i), "what"), ""),
                  "the device does not show any more where it keeps it");
    json_close_array(&json);
    json_close_object(&json);
    return text_string(&out);
}
