/* The firmware library: added, changed, tested, approved, retired. */
#include <string.h>

#include "acs/api/firmware.h"
#include "acs/api/routes.h"
#include "acs/auth/release.h"
#include "acs/base/log.h"
#include "db/file.h"
#include "provisioning/firmware/state.h"

static struct firmware_actor actor_of(const struct call *call)
{
    return (struct firmware_actor){call->caller.id, call->caller.name};
}

static void note(const struct call *call, const char *what, const char *id)
{
    log_info(what, log_s("firmware", id), log_s("by", call->caller.name));
}

/* ---- add ---- */

/* A file of a device's own, or a log, is no firmware. */
static enum err take_file(struct call *call, const char *id, struct file_row *ret)
{
    enum err err = file_use(call->db, id, call->arena);

    if (err == ERR_NOT_FOUND)
        return call_refuse_body(call, "/file", "unknown",
                                call_say(call, "não existe", "there is no such file"));
    TRY(err);
    TRY(file_show(call->db, id, call->arena, ret));
    if (ret->device_id != 0 || strcmp(ret->kind, "firmware") != 0)
        return call_refuse_body(
            call, "/file", "kind",
            call_say(call, "não é um firmware enviado pela API", "is no firmware that came through the API"));
    return ret->damaged ? call_refuse(call, PROBLEM_FILE_DAMAGED, NULL) : ERR_OK;
}

static enum err refuse_same_file(struct call *call, enum err err)
{
    return err == ERR_CONFLICT ? call_refuse(call, PROBLEM_EXISTS,
                                             call_say(call, "O arquivo já é um firmware da biblioteca.",
                                                      "The file is a firmware of the library already."))
                               : err;
}

enum err api_firmware_add(struct call *call)
{
    struct firmware_order order = {
        .file = json_string(json_get(call->body, "file"), ""),
        .name = json_string(json_get(call->body, "name"), ""),
        .disruptive = json_bool(json_get(call->body, "disruptive"), false),
        .notes = json_string(json_get(call->body, "notes"), NULL),
        .known_issues = json_string(json_get(call->body, "known_issues"), NULL),
        .by = actor_of(call),
    };
    struct firmware_body known = {.signatures = ""}, body;
    struct file_row file = {0};
    char id[ID_MAX];

    TRY(take_file(call, order.file, &file));
    known.says.size = file.size;
    memcpy(known.says.sha256, file.sha256, SHA256_BYTES);
    TRY(firmware_body_read(call, &known, &body));
    crypto_new_id("fmw_", id);
    order.id = arena_strdup(call->arena, id);
    order.says = &body.says;
    order.manifest = body.manifest;
    order.signatures = body.signatures;
    TRY(refuse_same_file(call, firmware_add(call->db, &order, call->arena)));
    note(call, "a firmware was added", order.id);
    call->status = 201;
    call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/firmware/%s", order.id));
    return firmware_write(call, order.id);
}

/* ---- change ---- */

/* The one of the path, held, as it was read; in the audit trail it stands as it was. */
static enum err take(struct call *call, struct firmware_taken *ret)
{
    struct firmware_row row;

    TRY(firmware_take(call->db, call->captures[0], call->arena, ret));
    TRY(call_check_match(call, ret->revision));
    TRY(firmware_show(call->db, ret->id, call->arena, &row));
    call->audit.before = row.shown;
    return ERR_OK;
}

static enum firmware_state state_of(const struct firmware_taken *firmware)
{
    enum firmware_state state = FIRMWARE_RETIRED;

    (void)firmware_state_by_name(firmware->state, &state);
    return state;
}

/* Who waits for it does not get it any more. */
static enum err withdraw(struct call *call, const struct firmware_taken *firmware)
{
    int64_t count;

    TRY(firmware_withdraw(
        call->db, firmware->file, call->caller.name,
        call_say(call, "O firmware deixou de ser homologado.", "The firmware is no longer approved."),
        call->arena, &count));
    if (count > 0)
        log_info("waiting installations were cancelled", log_s("firmware", firmware->id),
                 log_i("count", count));
    return ERR_OK;
}

static enum err change(struct call *call, const struct firmware_taken *firmware)
{
    const struct firmware_body known = {firmware->says, firmware->manifest, firmware->signatures};
    struct firmware_order order = {.id = firmware->id, .by = actor_of(call)};
    struct firmware_body body;

    if (!firmware_body_matters(call->body))
        return ERR_OK;
    TRY(firmware_body_read(call, &known, &body));
    order.says = &body.says;
    order.manifest = body.manifest;
    order.signatures = body.signatures;
    if (state_of(firmware) == FIRMWARE_APPROVED)
        TRY(withdraw(call, firmware));
    return firmware_change(call->db, &order, firmware_state_name(firmware_state_changed(state_of(firmware))),
                           call->arena);
}

enum err api_firmware_patch(struct call *call)
{
    const struct json *disruptive = json_get(call->body, "disruptive");
    const bool is_disruptive = json_bool(disruptive, false);
    const struct firmware_words words = {
        .name = json_string(json_get(call->body, "name"), NULL),
        .disruptive = disruptive == NULL ? NULL : &is_disruptive,
        .gives_notes = json_get(call->body, "notes") != NULL,
        .notes = json_string(json_get(call->body, "notes"), NULL),
        .gives_known_issues = json_get(call->body, "known_issues") != NULL,
        .known_issues = json_string(json_get(call->body, "known_issues"), NULL),
    };
    struct firmware_taken firmware = {0};

    TRY(take(call, &firmware));
    if (state_of(&firmware) == FIRMWARE_RETIRED)
        return call_refuse(call, PROBLEM_FIRMWARE_STATE,
                           call_say(call, "Um firmware retirado não se altera.",
                                    "A firmware that was retired is not changed."));
    TRY(change(call, &firmware));
    TRY(firmware_patch(call->db, firmware.id, &words, call->arena));
    note(call, "a firmware was changed", firmware.id);
    return firmware_write(call, firmware.id);
}

/* ---- move ---- */

static enum err refuse_move(struct call *call, const struct firmware_taken *firmware, const char *to)
{
    return call_refuse(call, PROBLEM_FIRMWARE_STATE,
                       arena_printf(call->arena, "%s → %s", firmware->state, to));
}

/* Its file may have been deleted meanwhile, or be another firmware now. */
static enum err check_return(struct call *call, const struct firmware_taken *firmware)
{
    if (state_of(firmware) != FIRMWARE_RETIRED)
        return ERR_OK;
    if (file_use(call->db, firmware->file, call->arena) != ERR_OK)
        return call_refuse(call, PROBLEM_FIRMWARE_STATE,
                           call_say(call, "O arquivo foi apagado.", "Its file was deleted."));
    return ERR_OK;
}

enum err api_firmware_state(struct call *call)
{
    const char *name = json_string(json_get(call->body, "state"), "");
    struct firmware_taken firmware = {0};
    enum firmware_state to;

    TRY(take(call, &firmware));
    if (!firmware_state_by_name(name, &to) || firmware_move(state_of(&firmware), to) != FIRMWARE_KEEPER)
        return refuse_move(call, &firmware, name);
    TRY(check_return(call, &firmware));
    if (state_of(&firmware) == FIRMWARE_APPROVED || to == FIRMWARE_RETIRED)
        TRY(withdraw(call, &firmware));
    TRY(refuse_same_file(call, firmware_move_to(call->db, firmware.id, name, call->arena)));
    note(call, "a firmware was moved", firmware.id);
    return firmware_write(call, firmware.id);
}

/* ---- approve ---- */

enum err api_firmware_approve(struct call *call)
{
    const struct firmware_actor actor = actor_of(call);
    struct firmware_hindrance hindrance;
    struct firmware_taken firmware = {0};

    TRY(firmware_turn(call->db, call->arena));
    TRY(take(call, &firmware));
    if (json_int(json_get(call->body, "revision"), 0) != firmware.revision)
        return call_refuse(call, PROBLEM_PRECONDITION, NULL);
    TRY(firmware_find_hindrance(call, &firmware, &hindrance));
    if (hindrance.code != NULL)
        return call_refuse(call, hindrance.problem, hindrance.detail);
    TRY(firmware_approve(call->db, firmware.id, &actor, call->arena));
    note(call, "a firmware was approved", firmware.id);
    return firmware_write(call, firmware.id);
}
