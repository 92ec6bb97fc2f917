/* The transfers that wait in a device: list them; and cancel one, and see that it is gone. */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/move.h"
#include "soap/cwmp_json.h"

enum { TTL_S = 15 * 60, TRIES = 3, CANCEL_TRIES = 2, KEY_CHARACTERS = 32 };

/* ---- transfers.list ---- */

static enum err check_list(const struct json *args)
{
    return names_check_keys(args, NULL);
}

/* CWMP 1.0 has only the older one, and some newer devices list only that (V-11). */
static enum err next_list(const struct action_record *record, const struct action_facts *facts,
                          struct arena *arena, struct action_move *ret)
{
    const struct ability_question question = {facts->ability, facts->quirks, facts->version};
    bool has_all = ability_check(&question, CWMP_GET_ALL_QUEUED_TRANSFERS) == ERR_OK;

    (void)arena;
    *ret = move_send(record, facts, 0, has_all ? CWMP_GET_ALL_QUEUED_TRANSFERS : CWMP_GET_QUEUED_TRANSFERS);
    return ERR_OK;
}

static bool is_list(const struct cwmp_message *message)
{
    return message->method == CWMP_GET_ALL_QUEUED_TRANSFERS_RESPONSE ||
           message->method == CWMP_GET_QUEUED_TRANSFERS_RESPONSE;
}

static enum err answer_list(const struct action_record *record, const struct action_facts *facts,
                            const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    struct text out = TEXT_IN(arena);
    struct json_writer json = JSON_WRITER(&out);

    if (message->method == CWMP_FAULT) {
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    } else if (!is_list(message)) {
        *ret = move_fail_by_answer(record, facts, arena, message);
    } else {
        cwmp_write_json(message, &json);
        *ret = move_succeed(record, facts, text_string(&out),
                            arena_printf(arena, "{\"read\":\"%s\"}", text_or_empty(record->intent)));
    }
    return ERR_OK;
}

static enum err inform_list(const struct action_record *record, const struct action_facts *facts,
                            struct arena *arena, struct action_move *ret)
{
    *ret = move_resend(record, facts, arena, TRIES);
    return ERR_OK;
}

const struct action_kind action_transfers_list = {
    .name = "transfers.list",
    .label_pt = "Listar transferências pendentes",
    .label_en = "List pending transfers",
    .ttl_s = TTL_S,
    .check = check_list,
    .next = next_list,
    .answer = answer_list,
    .inform = inform_list,
};

/* ---- transfer.cancel ---- */

enum { STEP_CANCEL, STEP_LOOK };

static enum err check_cancel(const struct json *args)
{
    const char *key = json_string(json_get(args, "command_key"), NULL);

    TRY(names_check_keys(args, "command_key", NULL));
    if (key == NULL || text_utf8_length(key) > KEY_CHARACTERS)
        return err_set(ERR_INVALID, "command_key: the CommandKey of the transfer is expected");
    return ERR_OK;
}

static enum err read_key(const struct action_record *record, struct arena *arena, const char **ret)
{
    AUTO_JSON args = NULL;

    TRY(json_read(record->args, strlen(record->args), &args));
    *ret = arena_strdup(arena, json_string(json_get(args, "command_key"), ""));
    return ERR_OK;
}

static enum err next_cancel(const struct action_record *record, const struct action_facts *facts,
                            struct arena *arena, struct action_move *ret)
{
    if (record->step == STEP_LOOK) {
        *ret = move_send(record, facts, STEP_LOOK, CWMP_GET_ALL_QUEUED_TRANSFERS);
        return ERR_OK;
    }
    *ret = move_send(record, facts, STEP_CANCEL, CWMP_CANCEL_TRANSFER);
    return read_key(record, arena, &ret->request.body.cancel_transfer.command_key);
}

static bool is_queued(const struct cwmp_known_transfers *transfers, const char *key)
{
    for (size_t i = 0; i < transfers->count; i++)
        if (strcmp(transfers->items[i].command_key, key) == 0)
            return true;
    return false;
}

static enum err take_look(const struct action_record *record, const struct action_facts *facts,
                          const struct cwmp_message *message, struct arena *arena, struct action_move *ret)
{
    const char *key;

    TRY(read_key(record, arena, &key));
    if (message->method != CWMP_GET_ALL_QUEUED_TRANSFERS_RESPONSE)
        *ret = move_fail(record, facts, arena, "unresolved",
                         "the device said yes, but does not say which transfers wait", 0);
    else if (is_queued(&message->body.get_all_queued_transfers_response.transfers, key))
        *ret = move_fail(record, facts, arena, "not_applied",
                         "the device said yes, but the transfer still waits", 0);
    else
        *ret = move_succeed(record, facts, NULL, "{\"read\":\"GetAllQueuedTransfers\"}");
    return ERR_OK;
}

static enum err answer_cancel(const struct action_record *record, const struct action_facts *facts,
                              const struct cwmp_message *message, struct arena *arena,
                              struct action_move *ret)
{
    if (record->step == STEP_LOOK)
        return take_look(record, facts, message, arena, ret);
    if (message->method == CWMP_FAULT)
        *ret = move_fail_by_fault(record, facts, arena, &message->body.fault);
    else if (message->method != CWMP_CANCEL_TRANSFER_RESPONSE)
        *ret = move_fail_by_answer(record, facts, arena, message);
    else
        *ret = move_to(record, facts, STEP_LOOK, ACTION_VERIFYING);
    return ERR_OK;
}

static enum err inform_cancel(const struct action_record *record, const struct action_facts *facts,
                              struct arena *arena, struct action_move *ret)
{
    *ret = move_resend(record, facts, arena, record->step == STEP_LOOK ? TRIES : CANCEL_TRIES);
    return ERR_OK;
}

const struct action_kind action_transfer_cancel = {
    .name = "transfer.cancel",
    .label_pt = "Cancelar uma transferência",
    .label_en = "Cancel a transfer",
    .ttl_s = TTL_S,
    .method = CWMP_CANCEL_TRANSFER,
    .check = check_cancel,
    .next = next_cancel,
    .answer = answer_cancel,
    .inform = inform_cancel,
};
