/*
 * Restart the device, and know that it did.
 *
 * Reboot is sent at most once unless it is proven that it was not carried out (I3, security rule of 6.2).
 * Proof that it was: the event M Reboot with our CommandKey (TR-069 A.3.2.9), or an UpTime shorter than the
 * time since we sent it. Proof that it was not: an UpTime longer than that. A device that says neither is
 * asked for its UpTime.
 */
#include "provisioning/actions/actions.h"
#include "provisioning/move.h"

enum { STEP_SEND, STEP_PROVE, STEP_ASK_UPTIME };

enum {
    TTL_S = 15 * 60,
    TRIES = 2,
    CLOCK_SLACK_S = 5 /* rounding and transport between our clock and the device's UpTime */
};

struct memo {
    int64_t sent_at_us;
    int64_t tries;
    bool answered;  /* RebootResponse came */
    bool announced; /* M Reboot with our key came */
    bool booted;    /* 1 BOOT came after we sent it */
};

static struct memo read_memo(const struct action_record *record)
{
    struct json *json = NULL;
    struct memo memo = {0};

    if (json_read(record->memo, __builtin_strlen(record->memo), &json) != ERR_OK)
        return memo;
    memo.sent_at_us = json_int(json_get(json, "sent_at_us"), 0);
    memo.tries = json_int(json_get(json, "tries"), 0);
    memo.answered = json_bool(json_get(json, "answered"), false);
    memo.announced = json_bool(json_get(json, "announced"), false);
    memo.booted = json_bool(json_get(json, "booted"), false);
    json_free(json);
    return memo;
}

static const char *write_memo(const struct memo *memo, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_int(&json, "sent_at_us", memo->sent_at_us);
    json_field_int(&json, "tries", memo->tries);
    json_field_bool(&json, "answered", memo->answered);
    json_field_bool(&json, "announced", memo->announced);
    json_field_bool(&json, "booted", memo->booted);
    json_close_object(&json);
    return text_string(&out);
}

static const char *write_evidence(const struct action_record *record, const struct memo *memo,
                                  int64_t uptime_s, int64_t since_s, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "event", memo->announced ? "M Reboot" : memo->booted ? "1 BOOT" : NULL);
    json_field_string(&json, "command_key", memo->announced ? record->id : NULL);
    json_field_int(&json, "seconds_since_request", since_s);
    if (uptime_s >= 0) {
        json_field_int(&json, "uptime_s", uptime_s);
        json_field_bool(&json, "uptime_reset", uptime_s <= since_s + CLOCK_SLACK_S);
    }
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move not_restarted(const struct action_record *record, const struct action_facts *facts,
                                        struct memo *memo, struct arena *arena)
{
    struct action_move move;

    if (memo->answered) { /* it said yes and may still be about to; the expiry ends the wait */
        move = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING);
    } else if (memo->tries >= TRIES) {
        return move_fail(record, facts, arena, "no_answer",
                         "the device broke off each time it was told to restart, and did not restart", 0);
    } else {
        move = move_to(record, facts, STEP_SEND, ACTION_SESSION);
    }
    move.save.memo = write_memo(memo, arena);
    return move;
}

/*
 * The clocks agree to within the slack only, so an UpTime that is about as long as the time since we sent it
 * tells nothing by itself: a restart from just before looks the same. Then 1 BOOT decides, which a device
 * repeats until it was delivered.
 */
static bool has_restarted(const struct memo *memo, int64_t uptime_s, int64_t since_s)
{
    if (memo->announced)
        return true;
    if (memo->booted)
        return uptime_s <= since_s + CLOCK_SLACK_S;
    return uptime_s >= 0 && uptime_s + CLOCK_SLACK_S < since_s;
}

/* uptime_s: -1 when the device does not say it. */
static struct action_move conclude(const struct action_record *record, const struct action_facts *facts,
                                   struct memo *memo, int64_t uptime_s, struct arena *arena)
{
    int64_t since_s = (facts->now_us - memo->sent_at_us) / 1000000;
    struct action_move move;

    if (has_restarted(memo, uptime_s, since_s))
        return move_succeed(record, facts, NULL, write_evidence(record, memo, uptime_s, since_s, arena));
    if (uptime_s >= 0)
        return not_restarted(record, facts, memo, arena);

    move = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING); /* nothing proven either way */
    move.save.memo = write_memo(memo, arena);
    return move;
}

static enum err check(const struct json *args)
{
    if (json_count(args) != 0)
        return err_set(ERR_INVALID, "reboot takes no parameters");
    return ERR_OK;
}

static struct action_move send_reboot(const struct action_record *record, const struct action_facts *facts,
                                      struct arena *arena)
{
    struct action_move move = move_send(record, facts, STEP_SEND, CWMP_REBOOT);
    struct memo memo = read_memo(record);

    memo = (struct memo){.sent_at_us = facts->now_us, .tries = memo.tries + 1};
    move.request.body.reboot.command_key = record->id;
    move.save.memo = write_memo(&memo, arena);
    return move;
}

static struct action_move ask_uptime(const struct action_record *record, const struct action_facts *facts,
                                     struct arena *arena)
{
    struct action_move move = move_send(record, facts, STEP_ASK_UPTIME, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(arena, const char *, 1);
    names->items[0] = arena_printf(arena, "%sDeviceInfo.UpTime", facts->root);
    names->count = 1;
    return move;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    if (record->step == STEP_SEND)
        *ret = send_reboot(record, facts, arena);
    else if (record->step == STEP_ASK_UPTIME && facts->root != NULL)
        *ret = ask_uptime(record, facts, arena);
    else
        *ret = move_stay(record, facts);
    return ERR_OK;
}

static struct action_move take_reboot_response(const struct action_record *record,
                                               const struct action_facts *facts,
                                               const struct cwmp_message *answer, struct arena *arena)
{
    struct memo memo = read_memo(record);
    struct action_move move;

    if (answer->method == CWMP_FAULT)
        return move_fail_by_fault(record, facts, arena, &answer->body.fault);
    if (answer->method != CWMP_REBOOT_RESPONSE)
        return move_fail_by_answer(record, facts, arena, answer);
    memo.answered = true;
    move = move_to(record, facts, STEP_PROVE, ACTION_VERIFYING);
    move.save.memo = write_memo(&memo, arena);
    return move;
}

static struct action_move take_uptime(const struct action_record *record, const struct action_facts *facts,
                                      const struct cwmp_message *answer, struct arena *arena)
{
    struct memo memo = read_memo(record);
    int64_t uptime_s = -1;

    if (answer->method == CWMP_GET_PARAMETER_VALUES_RESPONSE) {
        const struct cwmp_parameter_value *value =
            cwmp_find_value(&answer->body.get_parameter_values_response.parameters, "DeviceInfo.UpTime");

        if (value == NULL || text_read_i64(value->value, &uptime_s) != ERR_OK)
            uptime_s = -1;
    }
    return conclude(record, facts, &memo, uptime_s, arena);
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    *ret = record->step == STEP_ASK_UPTIME ? take_uptime(record, facts, message, arena)
                                           : take_reboot_response(record, facts, message, arena);
    return ERR_OK;
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    struct memo memo = read_memo(record);

    memo.announced |= cwmp_find_event(facts->inform, "M Reboot", record->id) != NULL;
    memo.booted |= cwmp_has_event(facts->inform, "1 BOOT") || cwmp_has_event(facts->inform, "0 BOOTSTRAP");
    if (!memo.announced && cwmp_has_event(facts->inform, "M Reboot")) {
        /* it tells the keys of all restarts it was told to make (I-19): this one was another's */
        *ret = not_restarted(record, facts, &memo, arena);
        return ERR_OK;
    }
    if (facts->uptime_s >= 0 || facts->root == NULL) {
        *ret = conclude(record, facts, &memo, facts->uptime_s, arena);
        return ERR_OK;
    }
    *ret = move_to(record, facts, STEP_ASK_UPTIME, ACTION_VERIFYING);
    ret->save.memo = write_memo(&memo, arena);
    return ERR_OK;
}

const struct action_kind action_reboot = {
    .name = "reboot",
    .label_pt = "Reiniciar o roteador",
    .label_en = "Restart the router",
    .warning_pt = "A internet cai por cerca de 2 minutos.",
    .warning_en = "The internet is gone for about 2 minutes.",
    .ttl_s = TTL_S,
    .ends_session = true,
    .method = CWMP_REBOOT,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
};
