#include "provisioning/actions/carry.h"

#include <string.h>

#include "provisioning/actions/names.h"
#include "provisioning/move.h"

#define US_PER_SECOND INT64_C(1000000)

enum { NO_RESOURCES = 9004, STATUS_DONE = 0 };

/* ---- memory ---- */

struct carry carry_read(const struct action_record *record, struct arena *arena)
{
    AUTO_JSON json = NULL;
    struct carry carry = {0};
    struct text report = TEXT_IN(arena);

    if (json_read(record->memo, strlen(record->memo), &json) != ERR_OK)
        return carry;
    carry.sent_at_us = json_int(json_get(json, "sent_at_us"), 0);
    carry.tries = json_int(json_get(json, "tries"), 0);
    carry.not_before_us = json_int(json_get(json, "not_before_us"), 0);
    carry.asked = json_bool(json_get(json, "asked"), false);
    carry.done = json_bool(json_get(json, "done"), false);
    carry.announced = json_bool(json_get(json, "announced"), false);
    carry.booted = json_bool(json_get(json, "booted"), false);
    carry.bootstrap = json_bool(json_get(json, "bootstrap"), false);
    carry.before = arena_strdup(arena, json_string(json_get(json, "before"), NULL));
    if (json_kind(json_get(json, "report")) == JSON_OBJECT) {
        json_print(json_get(json, "report"), &report);
        carry.report = text_string(&report);
    }
    return carry;
}

const char *carry_write(const struct carry *carry, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_int(&json, "sent_at_us", carry->sent_at_us);
    json_field_int(&json, "tries", carry->tries);
    json_field_int(&json, "not_before_us", carry->not_before_us);
    json_field_bool(&json, "asked", carry->asked);
    json_field_bool(&json, "done", carry->done);
    json_field_bool(&json, "announced", carry->announced);
    json_field_bool(&json, "booted", carry->booted);
    json_field_bool(&json, "bootstrap", carry->bootstrap);
    json_field_string(&json, "before", carry->before);
    if (carry->report != NULL)
        json_field_raw(&json, "report", carry->report);
    json_close_object(&json);
    return text_string(&out);
}

/* ---- arguments ---- */

enum err carry_check_file(const struct json *args)
{
    const char *file = json_string(json_get(args, "file"), NULL);

    if (file == NULL || strncmp(file, "fil_", 4) != 0 || strlen(file) != ID_MAX - 1)
        return err_set(ERR_INVALID, "file: the id of a file is needed, \"fil_…\"");
    return ERR_OK;
}

const char *carry_argument(const struct action_record *record, const char *name, struct arena *arena)
{
    AUTO_JSON json = NULL;

    if (json_read(record->args, strlen(record->args), &json) != ERR_OK)
        return NULL;
    return arena_strdup(arena, json_string(json_get(json, name), NULL));
}

/* 0: not known, or more than the field holds (A.3.2.8). */
static uint32_t size_argument(const struct action_record *record)
{
    AUTO_JSON json = NULL;
    int64_t size;

    if (json_read(record->args, strlen(record->args), &json) != ERR_OK)
        return 0;
    size = json_int(json_get(json, "size"), 0);
    return size > 0 && size <= UINT32_MAX ? (uint32_t)size : 0;
}

/* ---- sending ---- */

static bool is_too_early(const struct action_facts *facts, const struct carry *carry)
{
    return carry->not_before_us > facts->now_us;
}

static struct action_move fail_without_links(const struct action_record *record,
                                             const struct action_facts *facts, struct arena *arena)
{
    return move_fail(record, facts, arena, "files_off",
                     "this server gives no files to devices: its setting files.directory is empty", 0);
}

static void note_sending(const struct action_facts *facts, struct carry *carry)
{
    bool known = facts->software_version != NULL && facts->software_version[0] != '\0';

    carry->sent_at_us = facts->now_us;
    carry->tries++;
    carry->not_before_us = 0;
    carry->bootstrap = (facts->event_bits & 1) != 0;
    if (carry->before == NULL && known)
        carry->before = facts->software_version;
}

/* The move that sends `method`, without its body; or (false) the one to be made instead. */
static bool begin(const struct action_record *record, const struct action_facts *facts,
                  enum cwmp_method method, struct arena *arena, struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    if (is_too_early(facts, &carry)) {
        *ret = move_stay(record, facts);
        return false;
    }
    if (facts->links == NULL) {
        *ret = fail_without_links(record, facts, arena);
        return false;
    }
    note_sending(facts, &carry);
    *ret = move_send(record, facts, CARRY_SEND, method);
    ret->save.memo = carry_write(&carry, arena);
    return true;
}

/* A model that does not fetch or send files where nobody asks who it is. */
static bool wants_login(const struct action_facts *facts)
{
    return facts->quirks != NULL && facts->quirks->file_login;
}

/* Of the file of the action's arguments. longer_s: as for action_links. */
static struct action_link link_of(const struct action_record *record, const struct action_facts *facts,
                                  uint32_t longer_s, struct arena *arena)
{
    const char *name = carry_argument(record, "name", arena);

    return facts->links->fetch(facts->links->ctx, record->id, name != NULL ? name : "file",
                               wants_login(facts), longer_s, arena);
}

struct action_move carry_download(const struct action_record *record, const struct action_facts *facts,
                                  const char *file_type, struct arena *arena)
{
    struct action_link link;
    struct action_move move;

    if (!begin(record, facts, CWMP_DOWNLOAD, arena, &move))
        return move;
    link = link_of(record, facts, 0, arena);
    move.request.body.download = (struct cwmp_download){
        .command_key = record->id,
        .file_type = file_type,
        .url = link.url,
        .username = link.username,
        .password = link.password,
        .file_size = size_argument(record),
        .target_file_name = "",
        .success_url = "",
        .failure_url = "",
    };
    return move;
}

struct action_move carry_schedule(const struct action_record *record, const struct action_facts *facts,
                                  const char *file_type, const struct cwmp_time_windows *windows,
                                  struct arena *arena)
{
    struct action_link link;
    struct action_move move;

    if (!begin(record, facts, CWMP_SCHEDULE_DOWNLOAD, arena, &move))
        return move;
    link = link_of(record, facts, windows->items[windows->count - 1].end, arena);
    move.request.body.schedule_download = (struct cwmp_schedule_download){
        .command_key = record->id,
        .file_type = file_type,
        .url = link.url,
        .username = link.username,
        .password = link.password,
        .file_size = size_argument(record),
        .target_file_name = "",
        .windows = *windows,
    };
    return move;
}

struct action_move carry_upload(const struct action_record *record, const struct action_facts *facts,
                                const char *file_type, struct arena *arena)
{
    struct action_link link;
    struct action_move move;

    if (!begin(record, facts, CWMP_UPLOAD, arena, &move))
        return move;
    link = facts->links->send(facts->links->ctx, record->id, wants_login(facts), arena);
    move.request.body.upload = (struct cwmp_upload){
        .command_key = record->id,
        .file_type = file_type,
        .url = link.url,
        .username = link.username,
        .password = link.password,
    };
    return move;
}

/* ---- what the device says ---- */

static const char *write_report(const struct cwmp_fault_struct *fault, const char *started,
                                const char *completed, struct arena *arena)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_int(&json, "fault", fault->code);
    if (fault->code != 0)
        json_field_string(&json, "text", fault->text);
    /* the unknown time of TR-069 3.2.1 is no date (F-08) */
    json_field_string(&json, "started", text_starts_with(started, "0001-01-01") ? NULL : started);
    json_field_string(&json, "completed", text_starts_with(completed, "0001-01-01") ? NULL : completed);
    json_close_object(&json);
    return text_string(&out);
}

/* Its queue is full (F-11): it has not taken the request, and may take it later. Once. */
static struct action_move try_later(const struct action_record *record, const struct action_facts *facts,
                                    struct carry *carry, struct arena *arena)
{
    struct action_move move = move_to(record, facts, CARRY_SEND, ACTION_SESSION);

    carry->not_before_us = facts->now_us + CARRY_AGAIN_S * US_PER_SECOND;
    move.save.memo = carry_write(carry, arena);
    return move;
}

static const struct cwmp_transfer_response *response_of(const struct cwmp_message *answer)
{
    bool fits = answer->method == CWMP_DOWNLOAD_RESPONSE || answer->method == CWMP_UPLOAD_RESPONSE;

    return fits ? &answer->body.transfer_response : NULL;
}

bool carry_refused(const struct action_record *record, const struct action_facts *facts,
                   const struct cwmp_message *answer, struct arena *arena, struct carry *carry,
                   struct action_move *ret)
{
    static const struct cwmp_fault_struct no_fault = {.text = ""};
    const struct cwmp_transfer_response *response = response_of(answer);

    if (answer->method == CWMP_FAULT && answer->body.fault.code == NO_RESOURCES &&
        carry->tries < CARRY_TRIES) {
        *ret = try_later(record, facts, carry, arena);
        return true;
    }
    if (answer->method == CWMP_FAULT) {
        *ret = move_fail_by_fault(record, facts, arena, &answer->body.fault);
        return true;
    }
    if (answer->method == CWMP_SCHEDULE_DOWNLOAD_RESPONSE)
        return false; /* it is queued; TransferComplete tells the rest (F-34) */
    if (response == NULL) {
        *ret = move_fail_by_answer(record, facts, arena, answer);
        return true;
    }
    if (response->status == STATUS_DONE && carry->report == NULL)
        carry->report = write_report(&no_fault, response->start_time, response->complete_time, arena);
    carry->done |= response->status == STATUS_DONE;
    return false;
}

bool carry_told(const struct cwmp_transfer_complete *told, struct carry *carry, struct arena *arena)
{
    carry->report = write_report(&told->fault, told->start_time, told->complete_time, arena);
    carry->done = told->fault.code == 0;
    return carry->done;
}

struct action_move carry_fail(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_transfer_complete *told, struct arena *arena)
{
    const char *meaning = cwmp_fault_meaning(told->fault.code);
    const char *detail = arena_printf(arena, "%s (fault %u: %.200s)",
                                      meaning != NULL ? meaning : "the device could not do the transfer",
                                      told->fault.code, told->fault.text);

    return move_fail(record, facts, arena, "transfer_failed", detail, told->fault.code);
}

bool carry_is_announced(const struct action_record *record, const struct action_facts *facts)
{
    return cwmp_has_event(facts->inform, "7 TRANSFER COMPLETE") ||
           cwmp_find_event(facts->inform, "M Download", record->id) != NULL ||
           cwmp_find_event(facts->inform, "M ScheduleDownload", record->id) != NULL ||
           cwmp_find_event(facts->inform, "M Upload", record->id) != NULL;
}

bool carry_was_reset(const struct action_facts *facts, const struct carry *carry)
{
    return !carry->bootstrap && move_was_reset(facts);
}

struct action_move carry_fail_by_reset(const struct action_record *record, const struct action_facts *facts,
                                       struct arena *arena)
{
    return move_fail(record, facts, arena, "device_reset",
                     "the device was reset to its factory settings: it no longer knows of the transfer", 0);
}

struct action_move carry_wait(const struct action_record *record, const struct action_facts *facts,
                              const struct carry *carry, struct arena *arena)
{
    struct action_move move = move_to(record, facts, CARRY_PROVE, ACTION_VERIFYING);

    move.save.memo = carry_write(carry, arena);
    return move;
}

enum err carry_inform(const struct action_record *record, const struct action_facts *facts,
                      struct arena *arena, struct action_move *ret)
{
    struct carry carry = carry_read(record, arena);

    if (carry_was_reset(facts, &carry) && !carry_is_announced(record, facts))
        *ret = carry_fail_by_reset(record, facts, arena);
    else
        *ret = carry_wait(record, facts, &carry, arena); /* it may have got the request: not again */
    return ERR_OK;
}
