/*
 * Install a firmware, and know that the device runs it.
 *
 * Download is sent at most once, but for a device that says that it had no room for the request. Proof is the
 * software version that the device shows: it has become that of the file, or, if nobody has said which that
 * is, it has changed. The device's word that the transfer is complete is kept beside it and is no proof by
 * itself, except for a device that ran this very version before: then nothing else could tell. A version that
 * stays after a restart that followed that word is a failure.
 */
#include "provisioning/actions/actions.h"

#include <string.h>

#include "provisioning/actions/carry.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"

enum { TTL_S = 24 * 3600, ASK_TRIES = 3, VERSION_MAX = 64 };
enum { WINDOWS_MAX = 2, WINDOW_MAX_S = 30 * 86400, RETRIES_MAX = 100, MESSAGE_MAX = 256 };

static enum err check_target(const struct json *args)
{
    const char *version = json_string(json_get(args, "target_version"), "x");

    if (json_get(args, "target_version") != NULL &&
        json_kind(json_get(args, "target_version")) != JSON_STRING)
        return err_set(ERR_INVALID, "target_version: must be a text");
    if (version[0] == '\0' || text_utf8_length(version) > VERSION_MAX)
        return err_set(ERR_INVALID, "target_version: from 1 to %d characters", VERSION_MAX);
    return carry_check_file(args);
}

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "file", "target_version", NULL));
    return check_target(args);
}

/* ---- windows of time, of download.schedule: {"start_s","end_s","mode"?,"message"?,"max_retries"?} ---- */

static const char *const modes[][2] = {
    {"any",       "1 At Any Time"        },
    {"immediate", "2 Immediately"        },
    {"idle",      "3 When Idle"          },
    {"confirm",   "4 Confirmation Needed"},
};

static const char *mode_of(const struct json *window)
{
    const char *mode = json_string(json_get(window, "mode"), json_get(window, "mode") == NULL ? "any" : "");

    for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
        if (strcmp(modes[i][0], mode) == 0)
            return modes[i][1];
    return NULL;
}

/* F-32: in order, and apart. before: the end of the one before. */
static enum err check_window(const struct json *window, size_t index, int64_t before)
{
    int64_t start = json_int(json_get(window, "start_s"), -1);
    int64_t end = json_int(json_get(window, "end_s"), -1);
    int64_t retries =
        json_int(json_get(window, "max_retries"), json_get(window, "max_retries") == NULL ? 0 : -2);

    TRY(err_while(names_check_keys(window, "start_s", "end_s", "mode", "message", "max_retries", NULL),
                  "windows[%zu]", index));
    if (start < before)
        return err_set(ERR_INVALID, "windows[%zu].start_s: seconds from now on, behind the window before",
                       index);
    if (end <= start || end > WINDOW_MAX_S)
        return err_set(ERR_INVALID, "windows[%zu].end_s: behind start_s, and %d at most", index,
                       WINDOW_MAX_S);
    if (mode_of(window) == NULL)
        return err_set(ERR_INVALID, "windows[%zu].mode: any, immediate, idle or confirm is expected", index);
    if (retries < -1 || retries > RETRIES_MAX)
        return err_set(ERR_INVALID, "windows[%zu].max_retries: -1 (as the device likes) to %d", index,
                       RETRIES_MAX);
    if (text_utf8_length(json_string(json_get(window, "message"), "")) > MESSAGE_MAX)
        return err_set(ERR_INVALID, "windows[%zu].message: %d characters at most", index, MESSAGE_MAX);
    return ERR_OK;
}

static enum err check_schedule(const struct json *args)
{
    const struct json *windows = json_get(args, "windows");
    int64_t before = 0;

    TRY(names_check_keys(args, "file", "target_version", "windows", NULL));
    if (json_kind(windows) != JSON_ARRAY || json_count(windows) == 0 || json_count(windows) > WINDOWS_MAX)
        return err_set(ERR_INVALID, "windows: a list of 1 or 2 is expected");
    for (size_t i = 0; i < json_count(windows); i++) {
        TRY(check_window(json_at(windows, i), i, before));
        before = json_int(json_get(json_at(windows, i), "end_s"), 0);
    }
    return check_target(args);
}

static enum err read_windows(const struct action_record *record, struct arena *arena,
                             struct cwmp_time_windows *ret)
{
    AUTO_JSON args = NULL;
    const struct json *list;

    TRY(json_read(record->args, strlen(record->args), &args));
    list = json_get(args, "windows");
    ret->count = json_count(list);
    ret->items = ARENA_ARRAY(arena, struct cwmp_time_window, ret->count);
    for (size_t i = 0; i < ret->count; i++) {
        const struct json *window = json_at(list, i);

        ret->items[i] = (struct cwmp_time_window){
            .start = (uint32_t)json_int(json_get(window, "start_s"), 0),
            .end = (uint32_t)json_int(json_get(window, "end_s"), 0),
            .mode = mode_of(window),
            .user_message = arena_strdup(arena, json_string(json_get(window, "message"), "")),
            .max_retries = (int32_t)json_int(json_get(window, "max_retries"), 0),
        };
    }
    return ERR_OK;
}

/* The last window, and what the device needs after it to install and tell. */
static uint32_t schedule_ttl(const struct json *args)
{
    const struct json *windows = json_get(args, "windows");
    const struct json *last = json_at(windows, json_count(windows) - 1);

    return (uint32_t)json_int(json_get(last, "end_s"), 0) + TTL_S;
}

/* ---- what the version proves ---- */

struct versions {
    const char *target; /* NULL: nobody has said */
    const char *before; /* NULL: not known */
    const char *now;    /* NULL: not known */
};

static bool same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static struct versions versions_of(const struct action_record *record, const struct carry *carry,
                                   const char *now, struct arena *arena)
{
    struct versions versions = {.before = carry->before};

    versions.now = now != NULL && now[0] != '\0' ? now : NULL;
    versions.target = carry_argument(record, "target_version", arena);
    if (versions.target == NULL)
        versions.target = carry_argument(record, "version", arena);
    return versions;
}

static bool is_proven(const struct versions *versions, const struct carry *carry)
{
    if (versions->now == NULL)
        return false;
    if (versions->target == NULL)
        return versions->before != NULL && !same(versions->now, versions->before);
    if (!same(versions->now, versions->target))
        return false;
    return carry->done || (versions->before != NULL && !same(versions->before, versions->target));
}

static const char *how_proven(const struct versions *versions)
{
    if (versions->target == NULL)
        return "the file names no version, but the device runs another one than before";
    if (same(versions->before, versions->target))
        return "the device ran this version before; it says that the transfer is complete";
    return "the device runs the version of the file";
}

static const char *write_evidence(const struct action_facts *facts, const struct versions *versions,
                                  const struct carry *carry, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "proof", how_proven(versions));
    json_field_string(&json, "version_before", versions->before);
    json_field_string(&json, "version", versions->now);
    json_field_string(&json, "version_wanted", versions->target);
    json_field_bool(&json, "restarted", carry->booted);
    json_field_int(&json, "seconds_since_request", (facts->now_us - carry->sent_at_us) / 1000000);
    if (carry->report != NULL)
        json_field_raw(&json, "transfer_complete", carry->report);
    json_close_object(&json);
    return text_string(&out);
}

static struct action_move succeed(const struct action_record *record, const struct action_facts *facts,
                                  const struct versions *versions, const struct carry *carry,
                                  struct arena *arena)
{
    return move_succeed(record, facts, NULL, write_evidence(facts, versions, carry, arena));
}

static struct action_move fail_by_version(const struct action_record *record,
                                          const struct action_facts *facts, const struct versions *versions,
                                          const struct carry *carry, struct arena *arena)
{
    const char *said = carry->done ? "it says that the transfer is complete" : "no TransferComplete came";

    if (versions->target == NULL)
        return move_fail(
            record, facts, arena, "version_unchanged",
            arena_printf(arena, "the device has restarted and still runs %.64s; %s", versions->now, said), 0);
    return move_fail(record, facts, arena, "version_wrong",
                     arena_printf(arena, "the device has restarted and runs %.64s, not %.64s; %s",
                                  versions->now, versions->target, said),
                     0);
}

/* ---- sending ---- */

static const char file_type[] = "1 Firmware Upgrade Image";

static struct action_move ask_version(const struct action_record *record, const struct action_facts *facts,
                                      int32_t step, struct arena *arena)
{
    struct action_move move = move_send(record, facts, step, CWMP_GET_PARAMETER_VALUES);
    struct cwmp_strings *names = &move.request.body.get_parameter_values.names;

    names->items = ARENA_ARRAY(arena, const char *, 1);
    names->items[0] = arena_printf(arena, "%sDeviceInfo.SoftwareVersion", facts->root);
    names->count = 1;
    return move;
}

/* Without the version before, no change could be seen. */
static bool must_ask_before(const struct action_facts *facts, const struct carry *carry)
{
    bool known = facts->software_version != NULL && facts->software_version[0] != '\0';

    return !known && !carry->asked && facts->root != NULL;
}

/* The question that comes before or after the request, or nothing. False: the request itself is due. */
static bool ask_first(const struct action_record *record, const struct action_facts *facts,
                      struct arena *arena, struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    if (record->step == CARRY_ASK_AFTER && facts->root != NULL)
        *ret = ask_version(record, facts, CARRY_ASK_AFTER, arena);
    else if (record->step == CARRY_ASK_BEFORE ||
             (record->step == CARRY_SEND && must_ask_before(facts, &carry)))
        *ret = ask_version(record, facts, CARRY_ASK_BEFORE, arena);
    else if (record->step == CARRY_SEND)
        return false;
    else
        *ret = move_stay(record, facts);
    return true;
}

static enum err next(const struct action_record *record, const struct action_facts *facts,
                     struct arena *arena, struct action_move *ret)
{
    if (!ask_first(record, facts, arena, ret))
        *ret = carry_download(record, facts, file_type, arena);
    return ERR_OK;
}

static enum err next_schedule(const struct action_record *record, const struct action_facts *facts,
                              struct arena *arena, struct action_move *ret)
{
    struct cwmp_time_windows windows;

    if (ask_first(record, facts, arena, ret))
        return ERR_OK;
    TRY(read_windows(record, arena, &windows));
    *ret = carry_schedule(record, facts, file_type, &windows, arena);
    return ERR_OK;
}

/* ---- answers ---- */

static const char *version_in(const struct cwmp_message *answer, struct arena *arena)
{
    const struct cwmp_parameter_value *value = NULL;

    if (answer->method == CWMP_GET_PARAMETER_VALUES_RESPONSE)
        value = cwmp_find_value(&answer->body.get_parameter_values_response.parameters,
                                "DeviceInfo.SoftwareVersion");
    return value != NULL ? arena_strdup(arena, value->value) : NULL;
}

static struct action_move take_before(const struct action_record *record, const struct action_facts *facts,
                                      const struct cwmp_message *answer, struct carry *carry,
                                      struct arena *arena)
{
    struct action_move move = move_to(record, facts, CARRY_SEND, ACTION_RUNNING);
    const char *version = version_in(answer, arena);

    carry->asked = true;
    if (version != NULL && version[0] != '\0')
        carry->before = version;
    move.save.memo = carry_write(carry, arena);
    return move;
}

/* The device is here, and was not seen to restart: what it runs now may yet change. */
static struct action_move take_now(const struct action_record *record, const struct action_facts *facts,
                                   const char *version, const struct carry *carry, struct arena *arena)
{
    struct versions versions = versions_of(record, carry, version, arena);

    if (is_proven(&versions, carry))
        return succeed(record, facts, &versions, carry, arena);
    if (carry->done && carry->booted && versions.now != NULL)
        return fail_by_version(record, facts, &versions, carry, arena);
    return carry_wait(record, facts, carry, arena);
}

static struct action_move take_response(const struct action_record *record, const struct action_facts *facts,
                                        const struct cwmp_message *answer, struct carry *carry,
                                        struct arena *arena)
{
    struct action_move move;

    if (carry_refused(record, facts, answer, arena, carry, &move))
        return move;
    move = carry_wait(record, facts, carry, arena);
    if (carry->done) /* Status 0: it is applied already; the version can be looked at */
        move.save.step = CARRY_ASK_AFTER;
    return move;
}

static enum err answer(const struct action_record *record, const struct action_facts *facts,
                       const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    if (record->step == CARRY_ASK_BEFORE)
        *ret = take_before(record, facts, message, &carry, arena);
    else if (record->step == CARRY_ASK_AFTER)
        *ret = take_now(record, facts, version_in(message, arena), &carry, arena);
    else
        *ret = take_response(record, facts, message, &carry, arena);
    return ERR_OK;
}

/* ---- what happens later ---- */

static bool has_booted(const struct action_facts *facts)
{
    return cwmp_has_event(facts->inform, "1 BOOT") || cwmp_has_event(facts->inform, "0 BOOTSTRAP");
}

/*
 * An Inform that proves nothing yet. A restart with the old version is the end if the device had said that
 * the transfer was complete, or says nothing of it at the contact after that either (6.2).
 */
static struct action_move weigh(const struct action_record *record, const struct action_facts *facts,
                                const struct versions *versions, struct carry *carry, struct arena *arena)
{
    bool silent = facts->quirks != NULL && facts->quirks->no_transfer_complete;
    bool booted_before = carry->booted;

    carry->booted |= has_booted(facts);
    if (carry_is_announced(record, facts)) {
        carry->announced = true;
        return carry_wait(record, facts, carry, arena);
    }
    if (carry_was_reset(facts, carry))
        return carry_fail_by_reset(record, facts, arena);
    if (versions->now != NULL && carry->booted && (carry->done || silent || booted_before))
        return fail_by_version(record, facts, versions, carry, arena);
    return carry_wait(record, facts, carry, arena);
}

static enum err inform(const struct action_record *record, const struct action_facts *facts,
                       struct arena *arena, struct action_move *ret)
{
    const struct cwmp_parameter_value *value =
        cwmp_find_value(&facts->inform->parameters, "DeviceInfo.SoftwareVersion");
    struct carry carry = carry_read(record, arena);
    struct versions versions = versions_of(record, &carry, value != NULL ? value->value : NULL, arena);

    if (record->step == CARRY_ASK_BEFORE) { /* nothing but a question was sent */
        *ret = move_resend(record, facts, arena, ASK_TRIES);
        return ERR_OK;
    }
    if (is_proven(&versions, &carry) && (carry.announced || !carry_is_announced(record, facts))) {
        carry.booted |= has_booted(facts);
        *ret = succeed(record, facts, &versions, &carry, arena);
        return ERR_OK;
    }
    *ret = weigh(record, facts, &versions, &carry, arena);
    if (versions.now == NULL && ret->kind == ACTION_WAIT && carry.booted)
        ret->save.step = CARRY_ASK_AFTER; /* it does not say in its Inform what it runs */
    return ERR_OK;
}

static enum err transferred(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_transfer_complete *told, struct arena *arena,
                            struct action_move *ret)
{
    enum { BOOTED_BITS = 3 }; /* 0 BOOTSTRAP, 1 BOOT */
    struct carry carry = carry_read(record, arena);
    bool fine = carry_told(told, &carry, arena);
    struct versions versions = versions_of(record, &carry, facts->software_version, arena);
    bool booted_now = (facts->event_bits & BOOTED_BITS) != 0 && !carry.bootstrap;

    if (is_proven(&versions, &carry))
        *ret = succeed(record, facts, &versions, &carry, arena);
    else if (!fine)
        *ret = carry_fail(record, facts, told, arena);
    else if (booted_now && versions.now != NULL)
        *ret = fail_by_version(record, facts, &versions, &carry, arena);
    else
        *ret = carry_wait(record, facts, &carry, arena);
    return ERR_OK;
}

const struct action_kind action_firmware_install = {
    .name = "firmware.install",
    .label_pt = "Instalar firmware",
    .label_en = "Install firmware",
    .warning_pt =
        "O roteador reinicia, e a internet cai por alguns minutos. Não deve ser desligado da tomada.",
    .warning_en = "The router restarts, and the internet is gone for some minutes. It must not be unplugged.",
    .ttl_s = TTL_S,
    .ends_session = true,
    .method = CWMP_DOWNLOAD,
    .check = check,
    .next = next,
    .answer = answer,
    .inform = inform,
    .transferred = transferred,
};

/* The same, but that the device does it in a window of time. */
const struct action_kind action_download_schedule = {
    .name = "download.schedule",
    .label_pt = "Agendar a instalação de firmware",
    .label_en = "Schedule the installation of a firmware",
    .warning_pt = "O roteador reinicia dentro da janela, e a internet cai por alguns minutos.",
    .warning_en = "The router restarts within the window, and the internet is gone for some minutes.",
    .ttl_s = TTL_S,
    .ttl_of = schedule_ttl,
    .method = CWMP_SCHEDULE_DOWNLOAD,
    .asks_methods = true,
    .check = check_schedule,
    .next = next_schedule,
    .answer = answer,
    .inform = inform,
    .transferred = transferred,
};
