#include "provisioning/actions/diag_stop.h"

#include <string.h>

#include "acs/base/clock.h"
#include "provisioning/parameter.h"

#define STATE "DiagnosticsState"

/* BEGIN finds the object; LOOK reads it before the order; BUSY waits until somebody else's test is over;
 * ORDER sets and starts; WAIT for the end; READ reads the object; STOP ends a test that takes too long. */
enum { STEP_BEGIN, STEP_LOOK, STEP_BUSY, STEP_ORDER, STEP_WAIT, STEP_READ, STEP_STOP };

enum {
    READS_MAX = 3,  /* of one question whose answer is lost */
    ORDERS_MAX = 2, /* the second only after proof that the first was not taken */
    BUSY_MAX_S = 120,
    AGAIN_S = 10 /* between two questions to a device that does not tell */
};

/* ---- what a state says ---- */

static bool is_listed(const char *names, const char *state)
{
    size_t len = strlen(state);

    for (const char *at = text_or_empty(names); *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == len && strncmp(at, state, len) == 0)
            return true;
    return false;
}

enum diag_verdict diag_judge(const char *results, const char *state)
{
    if (text_starts_with(state, "Complete") || text_equal_nocase(state, "done") || is_listed(results, state))
        return DIAG_IS_RESULT;
    if (text_starts_with(state, "Error"))
        return DIAG_IS_ERROR;
    if (text_equal_nocase(state, "Requested") || text_equal_nocase(state, "InProgress") ||
        text_equal_nocase(state, "Running"))
        return DIAG_UNDER_WAY;
    return DIAG_NOT_ASKED;
}

static enum diag_verdict judge(const struct diag_test *test, const char *state)
{
    return diag_judge(test->results, state);
}

/* ---- moves ---- */

static const char *write_progress(const struct diag *diag, const char *stage)
{
    struct text out = TEXT_IN(diag->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "stage", stage);
    json_field_int(&json, "done", diag->kept_count);
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move keep(const struct diag *diag, struct action_move move, const char *stage)
{
    move.save.memo = diag_save(diag);
    if (stage != NULL)
        move.save.progress = write_progress(diag, stage);
    return move;
}

static struct action_move go(const struct diag *diag, int32_t step, const char *stage)
{
    bool begun = diag->ordered_at_us != 0 || diag->kept_count > 0 || step == STEP_BUSY;

    return keep(diag, move_to(diag->record, diag->facts, step, begun ? ACTION_VERIFYING : ACTION_SESSION),
                stage);
}

static struct action_move wait_for_it(const struct diag *diag)
{
    struct action_move move = go(diag, STEP_WAIT, "testing");

    move.save.wake_in_s = diag->polls == 0 ? diag->test->expect_s(diag) : AGAIN_S;
    return move;
}

static struct action_move fail(const struct diag *diag, const char *code, const char *detail)
{
    struct action_move move = move_fail(diag->record, diag->facts, diag->arena, code, detail, 0);

    move.save.memo = "{}";
    return move;
}

static struct action_move read_object(const struct diag *diag, int32_t step)
{
    struct action_move move = move_send(diag->record, diag->facts, step, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(diag->arena, const char *, 1);
    names->items[0] = diag->objects[diag->object];
    names->count = 1;
    return move;
}

/* ---- our turn ---- */

static struct action_move begin(struct diag *diag)
{
    if (diag_find(diag) != ERR_OK)
        return fail(diag, "not_available", arena_strdup(diag->arena, err_message()));
    diag_note_home(diag);
    return go(diag, STEP_LOOK, "looking");
}

static void add_value(struct cwmp_parameter_values *values, const struct diag *diag,
                      const struct diag_set *set)
{
    values->items[values->count++] = (struct cwmp_parameter_value){
        .name = arena_printf(diag->arena, "%s%s", diag->objects[diag->object], set->leaf),
        .value = set->value,
        .type = set->type,
    };
}

static const char *key_of(const struct diag *diag)
{
    return arena_printf(diag->arena, "%s.%u", diag->record->id, diag->round % 1000);
}

/* The state comes last: there are devices that set one value after the other, and begin with it. */
static struct action_move order(struct diag *diag)
{
    static const struct diag_set requested = {STATE, "Requested", CWMP_STRING};
    struct action_move move = move_send(diag->record, diag->facts, STEP_ORDER, CWMP_SET_PARAMETER_VALUES);
    struct cwmp_set_parameter_values *body = &move.request.body.set_parameter_values;

    body->parameters.items = ARENA_ARRAY(diag->arena, struct cwmp_parameter_value, DIAG_SETS_MAX + 1);
    for (uint32_t i = 0; i < diag->set_count; i++)
        add_value(&body->parameters, diag, &diag->sets[i]);
    add_value(&body->parameters, diag, &requested);
    body->parameter_key = move_parameter_key(diag->facts, key_of(diag));
    diag->ordered_at_us = diag->facts->now_us;
    diag->orders++;
    diag->polls = 0;
    diag->lost = diag->denied = diag->told = diag->restarted = false;
    return keep(diag, move, "ordering");
}

/* ---- a test that takes too long ---- */

static struct action_move fail_late(const struct diag *diag, const char *what)
{
    int64_t since_s = (diag->facts->now_us - diag->ordered_at_us) / US_PER_S;

    return fail(diag, "timeout",
                arena_printf(diag->arena, "the test was ordered %lld s ago and was still under way; %s",
                             (long long)since_s, what));
}

/* It is not left to itself: it would be in the way of the next one. */
static struct action_move stop(struct diag *diag, enum diag_way way)
{
    diag->stopping = way;
    return way == DIAG_BY_NOTHING ? fail_late(diag, "this model has no way to end it")
                                  : go(diag, STEP_STOP, "stopping");
}

static struct action_move send_stop(struct diag *diag)
{
    struct action_move move = move_send(diag->record, diag->facts, STEP_STOP, CWMP_SET_PARAMETER_VALUES);
    struct cwmp_set_parameter_values *body = &move.request.body.set_parameter_values;

    diag_fill_stop(diag->stopping, diag->objects[diag->object], diag->sets, diag->set_count, diag->arena,
                   body);
    body->parameter_key = move_parameter_key(diag->facts, diag->record->id);
    return keep(diag, move, "stopping");
}

static struct action_move choose(struct diag *diag)
{
    switch (diag->record->step) {
    case STEP_BEGIN:
        return begin(diag);
    case STEP_LOOK:
        return read_object(diag, STEP_LOOK);
    case STEP_ORDER:
        return order(diag);
    case STEP_READ:
        return read_object(diag, STEP_READ);
    case STEP_STOP:
        return send_stop(diag);
    }
    return move_stay(diag->record, diag->facts);
}

/* ---- the answer: a round is over ---- */

static struct diag_end end_of(const struct diag *diag, struct json_writer *json)
{
    return (struct diag_end){
        .json = json, .sentence_pt = "", .sentence_en = "", .facts = FACT_LIST_IN(diag->arena)};
}

static void put_sentence(struct json_writer *json, const char *pt, const char *en)
{
    json_key(json, "sentence");
    json_open_object(json);
    json_field_string(json, "pt", pt);
    json_field_string(json, "en", en);
    json_close_object(json);
}

static const char *write_evidence(const struct diag *diag, const char *state)
{
    struct text out = TEXT_IN(diag->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "state", state);
    json_field_string(&json, "event", diag->told ? "8 DIAGNOSTICS COMPLETE" : NULL);
    json_field_int(&json, "asked", diag->polls);
    json_close_object(&json);
    return text_string(&out);
}

static const char *rounds_of(const struct diag *diag)
{
    struct text out = TEXT_IN(diag->arena);

    text_putc(&out, '[');
    for (uint32_t i = 0; i < diag->kept_count; i++)
        text_printf(&out, "%s%s", i > 0 ? "," : "", diag->kept[i]);
    text_putc(&out, ']');
    return text_string(&out);
}

static struct action_move conclude(struct diag *diag, const struct json *rounds, const char *state)
{
    struct text out = TEXT_IN(diag->arena);
    struct json_writer json = JSON_WRITER(&out);
    struct diag_end end = end_of(diag, &json);
    struct facts *facts = ARENA_NEW(diag->arena, struct facts);
    struct action_move move;

    json_open_object(&json);
    diag->test->conclude(diag, rounds, &end);
    json_field_raw(&json, "rounds", rounds_of(diag));
    put_sentence(&json, end.sentence_pt, end.sentence_en);
    json_close_object(&json);
    move = move_succeed(diag->record, diag->facts, text_string(&out), write_evidence(diag, state));
    *facts = facts_of_list(&end.facts, diag->facts->now_us);
    move.facts = facts;
    move.save.memo = "{}";
    move.save.progress = write_progress(diag, "done");
    return move;
}

static struct action_move look_further(struct diag *diag)
{
    diag->round++;
    diag->ordered_at_us = 0;
    diag->orders = 0;
    diag->set_count = 0;
    diag->before = "";
    return go(diag, STEP_LOOK, "looking");
}

/* The other objects that were found are radios of their own: each is asked in a round of its own. */
static bool has_more_objects(const struct diag *diag)
{
    return diag->found && diag->object + 1 < diag->object_count;
}

static enum err finish_round(struct diag *diag, const struct diag_answer *is, const char *state,
                             struct action_move *ret)
{
    struct text out = TEXT_IN(diag->arena);
    struct json_writer json = JSON_WRITER(&out);
    AUTO_JSON rounds = NULL;
    const char *all;

    json_open_object(&json);
    if (diag->test->take(diag, is, &json) != ERR_OK) {
        *ret = fail(diag, "no_result", arena_strdup(diag->arena, err_message()));
        return ERR_OK;
    }
    json_field_string(&json, "state", state);
    json_close_object(&json);
    diag->kept[diag->kept_count++] = text_string(&out);
    all = rounds_of(diag);
    TRY(json_read(all, strlen(all), &rounds));
    if (diag->kept_count < DIAG_ROUNDS_MAX && diag->test->again(diag, rounds)) {
        *ret = look_further(diag);
    } else if (diag->kept_count < DIAG_ROUNDS_MAX && has_more_objects(diag)) {
        diag->object++;
        *ret = look_further(diag);
    } else {
        *ret = conclude(diag, rounds, state);
    }
    return ERR_OK;
}

static struct action_move fail_by_state(const struct diag *diag, const char *state)
{
    struct diag_words words = diag_words(state, diag->arena);
    struct action_move move = fail(diag, "test_failed", words.en);
    struct text out = TEXT_IN(diag->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "code", "test_failed");
    json_field_string(&json, "detail", words.en);
    json_field_string(&json, "state", state);
    put_sentence(&json, words.pt, words.en);
    json_close_object(&json);
    move.save.failure = text_string(&out);
    return move;
}

/* ---- the answer: was the order taken? ---- */

enum taken { TAKEN, NOT_TAKEN, NOT_KNOWN };

/* The answer to the order was lost. ParameterKey and event have been looked at when the device came back. */
static enum taken was_taken(const struct diag *diag, const struct diag_answer *is, enum diag_verdict verdict)
{
    enum diag_verdict before = judge(diag->test, diag->before);

    if (verdict == DIAG_UNDER_WAY || diag->told)
        return TAKEN;
    if (diag->denied)
        return NOT_TAKEN;
    if (verdict == DIAG_NOT_ASKED)
        return diag->restarted ? TAKEN : NOT_TAKEN; /* a restart forgets what was taken */
    if (before == DIAG_NOT_ASKED)
        return TAKEN;
    return diag_holds(is, diag->sets, diag->set_count) ? NOT_KNOWN : NOT_TAKEN;
}

static struct action_move order_again(struct diag *diag)
{
    if (diag->orders >= ORDERS_MAX)
        return fail(diag, "no_answer",
                    "the device broke off each time the test was ordered, and did not begin it");
    return go(diag, STEP_ORDER, "ordering");
}

/* ---- the answer: how does it stand? ---- */

static struct action_move wait_on(struct diag *diag)
{
    int64_t since_s = (diag->facts->now_us - diag->ordered_at_us) / US_PER_S;

    if (since_s >= (int64_t)diag->test->limit_s)
        return stop(diag, diag_first_way(diag->objects[diag->object], diag->set_count));
    diag->told = false; /* that was about another test */
    return wait_for_it(diag);
}

/* A device that ignores the order goes on showing the results of an earlier test. */
static bool shows_what_it_showed(const struct diag *diag, const struct diag_answer *is)
{
    return !diag->told && diag->round == 0 && strcmp(diag_fingerprint(is, diag->arena), diag->looked) == 0;
}

static enum err take_end(struct diag *diag, const struct diag_answer *is, const char *state,
                         struct action_move *ret)
{
    enum diag_verdict verdict = judge(diag->test, state);
    enum taken taken = diag->lost ? was_taken(diag, is, verdict) : TAKEN;

    if (taken == NOT_TAKEN)
        *ret = order_again(diag);
    else if (taken == NOT_KNOWN)
        *ret = fail(
            diag, "no_proof",
            "the answer to the order was lost, and nothing tells the results from those of an earlier test");
    else if (verdict == DIAG_UNDER_WAY)
        *ret = wait_on(diag);
    else if (verdict == DIAG_IS_RESULT && shows_what_it_showed(diag, is))
        *ret =
            fail(diag, "no_proof",
                 "the device took the order, does not say that the test is over, and shows to the last digit "
                 "what it showed before");
    else if (verdict == DIAG_IS_RESULT)
        return finish_round(diag, is, state, ret);
    else if (verdict == DIAG_IS_ERROR)
        *ret = fail_by_state(diag, state);
    else
        *ret = fail(diag, "stopped",
                    diag->restarted ? "the device restarted during the test, which forgets it"
                                    : "the test was stopped: the device says that none was asked for");
    return ERR_OK;
}

/* ---- the answer: may it begin? ---- */

static struct action_move busy(struct diag *diag)
{
    struct action_move move;

    if (diag->waiting_since_us == 0)
        diag->waiting_since_us = diag->facts->now_us;
    if (diag->facts->now_us - diag->waiting_since_us >= BUSY_MAX_S * US_PER_S)
        return fail(diag, "busy", "a test that somebody else has ordered is under way, and does not end");
    move = go(diag, STEP_BUSY, "waiting_for_another_test");
    move.save.wake_in_s = AGAIN_S;
    return move;
}

static struct action_move look_elsewhere(struct diag *diag)
{
    if (!diag->found && ++diag->object < diag->object_count)
        return go(diag, STEP_LOOK, "looking");
    return fail(diag, "not_available",
                arena_printf(diag->arena,
                             "this device has no test of this kind (%s): it was looked for in %u place%s",
                             map_test_names[diag->test->test], diag->object_count,
                             diag->object_count == 1 ? "" : "s"));
}

static enum err take_look(struct diag *diag, const struct diag_answer *is, struct action_move *ret)
{
    const char *state = diag_value(is, STATE);

    if (state == NULL) {
        *ret = look_elsewhere(diag);
        return ERR_OK;
    }
    if (judge(diag->test, state) == DIAG_UNDER_WAY) {
        *ret = busy(diag);
        return ERR_OK;
    }
    if (!diag->found) { /* the others need not be tried */
        diag->objects[0] = diag->objects[diag->object];
        diag->object = 0;
        diag->object_count = 1;
        diag->found = true;
    }
    diag->before = arena_printf(diag->arena, "%.64s", state);
    diag->looked = diag_fingerprint(is, diag->arena);
    diag->waiting_since_us = 0;
    diag->set_count = 0;
    if (diag->test->fill(diag, is) != ERR_OK)
        *ret = fail(diag, "not_available", arena_strdup(diag->arena, err_message()));
    else
        *ret = go(diag, STEP_ORDER, "ordering");
    return ERR_OK;
}

/* ---- the answer ---- */

static enum err take_values(struct diag *diag, const struct cwmp_parameter_values *values,
                            struct action_move *ret)
{
    const struct diag_answer is = {values, diag->objects[diag->object]};
    const char *state = diag_value(&is, STATE);

    if (diag->record->step == STEP_LOOK)
        return take_look(diag, &is, ret);
    if (state == NULL) {
        *ret = fail(diag, "no_result", "the device does not tell any more how the test stands");
        return ERR_OK;
    }
    return take_end(diag, &is, state, ret);
}

static struct action_move take_fault(struct diag *diag, const struct cwmp_fault *fault)
{
    enum { INVALID_NAME = 9005, NOT_SUPPORTED = 9000 };

    if (diag->record->step == STEP_STOP)
        return stop(diag, diag_next_way(diag->stopping, diag->set_count));

    if (diag->record->step == STEP_LOOK && fault->code != NOT_SUPPORTED &&
        (!diag->found || fault->code == INVALID_NAME))
        return look_elsewhere(diag);
    return move_fail_by_fault(diag->record, diag->facts, diag->arena, fault);
}

static struct diag open_diag(const struct diag_test *test, const struct action_record *record,
                             const struct action_facts *facts, struct arena *arena)
{
    return (struct diag){.arena = arena, .test = test, .record = record, .facts = facts};
}

enum err diag_take(const struct diag_test *test, const struct action_record *record,
                   const struct action_facts *facts, const struct cwmp_message *message, struct arena *arena,
                   struct action_move *ret)
{
    AUTO_DIAG diag = open_diag(test, record, facts, arena);
    const struct cwmp_parameter_values *values = &message->body.get_parameter_values_response.parameters;

    TRY(diag_load(&diag));
    if (message->method == CWMP_FAULT) {
        *ret = take_fault(&diag, &message->body.fault);
    } else if (record->step == STEP_ORDER && message->method == CWMP_SET_PARAMETER_VALUES_RESPONSE) {
        *ret = wait_for_it(&diag);
    } else if (record->step == STEP_STOP && message->method == CWMP_SET_PARAMETER_VALUES_RESPONSE) {
        *ret = fail_late(&diag, "it was ended");
    } else if (record->step != STEP_ORDER && record->step != STEP_STOP &&
               message->method == CWMP_GET_PARAMETER_VALUES_RESPONSE && diag.object < diag.object_count) {
        TRY(take_values(&diag, values, ret));
        ret->values = values;
    } else {
        *ret = move_fail_by_answer(record, facts, arena, message);
    }
    return ERR_OK;
}

/* ---- it came back ---- */

static bool is_time(const struct diag *diag)
{
    uint32_t expect_s = diag->test->expect_s(diag);
    int64_t since_us = diag->facts->now_us - diag->ordered_at_us;

    return since_us >= (int64_t)expect_s * US_PER_S;
}

static struct action_move ask_how_it_stands(struct diag *diag)
{
    if (!diag->told)
        diag->polls++;
    return go(diag, STEP_READ, "reading");
}

/* The order went out, and its answer did not come. */
static struct action_move order_lost(struct diag *diag)
{
    diag->lost = !move_key_is(diag->facts, key_of(diag));
    diag->denied = move_key_is_not(diag->facts, key_of(diag));
    return ask_how_it_stands(diag);
}

static struct action_move came_back(struct diag *diag)
{
    switch (diag->record->step) {
    case STEP_LOOK:
    case STEP_READ:
        return diag->record->intent != NULL ? move_resend(diag->record, diag->facts, diag->arena, READS_MAX)
                                            : move_stay(diag->record, diag->facts);
    case STEP_ORDER:
        return diag->record->intent != NULL ? order_lost(diag) : move_stay(diag->record, diag->facts);
    case STEP_BUSY:
        return go(diag, STEP_LOOK, "looking");
    case STEP_STOP: /* once more does no harm */
        return diag->record->intent != NULL ? move_resend(diag->record, diag->facts, diag->arena, READS_MAX)
                                            : move_stay(diag->record, diag->facts);
    case STEP_WAIT:
        return diag->told || diag->restarted || is_time(diag) ? ask_how_it_stands(diag)
                                                              : move_stay(diag->record, diag->facts);
    }
    return move_stay(diag->record, diag->facts);
}

enum err diag_inform(const struct diag_test *test, const struct action_record *record,
                     const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    AUTO_DIAG diag = open_diag(test, record, facts, arena);

    TRY(diag_load(&diag));
    if (diag.ordered_at_us != 0) {
        diag.told |= cwmp_has_event(facts->inform, "8 DIAGNOSTICS COMPLETE");
        diag.restarted |=
            cwmp_has_event(facts->inform, "1 BOOT") || cwmp_has_event(facts->inform, "0 BOOTSTRAP");
    }
    *ret = came_back(&diag);
    return ERR_OK;
}

/* ---- for every kind ---- */

bool diag_wants_home(const struct action_record *record)
{
    return record->step == STEP_BEGIN;
}

enum err diag_next(const struct diag_test *test, const struct action_record *record,
                   const struct action_facts *facts, struct arena *arena, struct action_move *ret)
{
    AUTO_DIAG diag = open_diag(test, record, facts, arena);

    TRY(diag_load(&diag));
    *ret = choose(&diag);
    return ERR_OK;
}
