/*
 * Read a device: all of it, one subtree, or the light set, which is what somebody who looks at the home wants
 * to see anew ("set": "light"). The plan is reading.h's, this carries it out. Of a device that was never read
 * the light set is not known yet: all of it is read.
 *
 * It goes on over as many sessions as it takes: the plan stands in the memo, and each answer moves it on.
 * What the device refuses or leaves out is noted and costs nothing else.
 */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/read_steps.h"
#include "provisioning/parameter.h"

enum { TTL_S = 60 * 60, LIGHT_LEAST = 8 };

static enum err check(const struct json *args)
{
    const struct json *path = json_get(args, "path");

    const char *set = json_string(json_get(args, "set"), json_get(args, "set") != NULL ? "" : "full");

    TRY(names_check_keys(args, "path", "set", NULL));
    if (strcmp(set, "full") != 0 && strcmp(set, "light") != 0)
        return err_set(ERR_INVALID, "set: \"light\" or \"full\" is expected");
    if (strcmp(set, "light") == 0 && path != NULL)
        return err_set(ERR_INVALID, "path: the light set has none");
    if (path != NULL && !parameter_is_path(json_string(path, "")))
        return err_set(ERR_INVALID,
                       "path: a path that ends in \".\" is expected, for example \"Device.WiFi.\"");
    if (path != NULL && !text_ends_with(json_string(path, ""), "."))
        return err_set(ERR_INVALID,
                       "path: '%.64s' does not end in \".\"; one parameter is read by params.get",
                       json_string(path, ""));
    return ERR_OK;
}

/* ---- the plan ---- */

static enum err read_args(const struct action_record *record, const struct action_facts *facts,
                          struct arena *arena, struct reading_subject *ret)
{
    AUTO_JSON args = NULL;
    const char *path;

    TRY(json_read(record->args, strlen(record->args), &args));
    path = json_string(json_get(args, "path"), NULL);
    *ret = read_subject(facts, path != NULL ? arena_strdup(arena, path) : NULL);
    return ERR_OK;
}

static bool is_light(const struct action_record *record)
{
    AUTO_JSON args = NULL;

    return json_read(record->args, strlen(record->args), &args) == ERR_OK &&
           strcmp(json_string(json_get(args, "set"), ""), "light") == 0;
}

static bool wants_home(const struct action_record *record)
{
    return strcmp(record->memo, "{}") == 0 && is_light(record);
}

static enum err read_plan(const struct action_record *record, const struct reading_subject *subject,
                          struct arena *arena, struct reading *ret)
{
    if (strcmp(record->memo, "{}") != 0)
        return reading_load(ret, record->memo, arena);
    reading_begin(ret, subject, arena);
    return ERR_OK;
}

/* The light set begins with a step of its own: the plan is kept before anything is sent. */
static bool begin_light(const struct action_record *record, const struct action_facts *facts,
                        const struct reading_subject *subject, struct arena *arena, struct action_move *ret)
{
    struct cwmp_strings names = {0};
    struct reading reading;

    if (!wants_home(record) || facts->home == NULL)
        return false;
    home_light_names(facts->home, &names);
    if (names.count < LIGHT_LEAST) /* what an Inform tells: it was never read */
        return false;
    reading_begin_values(&reading, subject, &names, arena);
    *ret = move_to(record, facts, record->step + 1, ACTION_SESSION);
    ret->save.memo = reading_save(&reading);
    return true;
}

static void put_names(struct json_writer *json, const char *key, const struct reading_names *names)
{
    json_key(json, key);
    json_open_array(json);
    for (uint32_t i = 0; i < names->kept; i++)
        json_put_string(json, names->items[i]);
    json_close_array(json);
}

static const char *write_result(const struct reading *reading)
{
    struct text out = TEXT_IN(reading->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "stage", "reading");
    read_put_numbers(&json, reading);
    put_names(&json, "skipped", &reading->skipped);
    put_names(&json, "omitted", &reading->omitted);
    json_field_bool(&json, "cut", reading->cut);
    if (reading->cut)
        json_field_string(&json, "detail",
                          arena_printf(reading->arena,
                                       "the device has more than %d parameters; the rest was not read",
                                       READING_PARAMETERS_MAX));
    json_close_object(&json);
    return text_string(&out);
}

/* ---- our turn ---- */

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    struct reading_subject subject;
    struct reading reading;

    TRY(read_args(record, facts, arena, &subject));
    if (begin_light(record, facts, &subject, arena, ret))
        return ERR_OK;
    TRY(read_plan(record, &subject, arena, &reading));
    *ret = read_ask(record, facts, &reading);
    return ERR_OK;
}

/* ---- the device answers ---- */

/* Each answer is a step of its own, so that sends counts those of one request. */
static struct action_move go_on(const struct action_record *record, const struct action_facts *facts,
                                const struct reading *reading)
{
    struct action_move move = move_to(record, facts, record->step + 1, ACTION_RUNNING);

    move.save.memo = reading_save(reading);
    move.save.progress = read_progress(reading);
    return move;
}

static struct action_move finish(const struct action_record *record, const struct action_facts *facts,
                                 const struct reading *reading)
{
    struct action_move move;

    if (reading->total == 0)
        move = move_fail(record, facts, reading->arena, "empty", "the device listed no parameter", 0);
    else if (reading->values == 0)
        move = move_fail(record, facts, reading->arena, "refused",
                         "the device listed its parameters but gave no value", 0);
    else
        move = move_succeed(record, facts, NULL, "{\"read\":\"GetParameterValues\"}");
    move.save.result = write_result(reading);
    move.save.progress = read_progress(reading);
    move.save.memo = "{}"; /* the plan is done with */
    return move;
}

static struct action_move advance(const struct action_record *record, const struct action_facts *facts,
                                  const struct reading *reading)
{
    return reading_is_over(reading) ? finish(record, facts, reading) : go_on(record, facts, reading);
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct reading_subject subject;
    struct reading reading;
    struct action_move taken;

    TRY(read_args(record, facts, arena, &subject));
    TRY(read_plan(record, &subject, arena, &reading));
    if (read_take(record, facts, &subject, message, &reading, &taken)) {
        *ret = advance(record, facts, &reading);
        ret->infos = taken.infos;
        ret->values = taken.values;
    } else {
        *ret = taken;
    }
    return ERR_OK;
}

/* ---- the device came back, the answer did not ---- */

/* There are devices that die of each of a row of names, and answer the next: only a row that is longer than
 * any that was seen is hopeless. What was read until then is told. */
static struct action_move give_up(const struct action_record *record, const struct action_facts *facts,
                                  const struct reading *reading)
{
    struct action_move move =
        move_fail(record, facts, reading->arena, "no_answer", "the device breaks off again and again", 0);

    move.save.result = write_result(reading);
    move.save.progress = read_progress(reading);
    move.save.memo = "{}";
    return move;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    struct reading_subject subject;
    struct reading reading;

    if (read_is_sent_again(record)) {
        *ret = move_to(record, facts, record->step, ACTION_SESSION);
        return ERR_OK;
    }
    TRY(read_args(record, facts, arena, &subject));
    TRY(read_plan(record, &subject, arena, &reading));
    reading_lost(&reading);
    if (reading.losses > READ_LOSSES_MAX)
        *ret = give_up(record, facts, &reading);
    else
        *ret = advance(record, facts, &reading);
    return ERR_OK;
}

const struct action_kind action_refresh = {
    .name = "refresh",
    .label_pt = "Atualizar os dados do aparelho",
    .label_en = "Read the device again",
    .ttl_s = TTL_S,
    .asks_methods = true,
    .wants_home = wants_home,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
