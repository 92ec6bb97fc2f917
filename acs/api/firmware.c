/* The firmware library: list and show; what there is for a device. */
#include "acs/api/firmware.h"

#include <string.h>

#include "acs/api/routes.h"
#include "acs/auth/release.h"
#include "db/device.h"
#include "db/firmware_figures.h"
#include "provisioning/firmware/refusal.h"
#include "provisioning/firmware/state.h"

enum err api_firmware_list(struct call *call)
{
    unsigned limit = call_query_number(call, "limit");
    struct firmware_page page = {
        .after = call_query(call, "after"), .state = call_query(call, "state"), .most = limit + 1};
    struct firmware_rows rows;
    bool more;

    TRY(firmware_list(call->db, &page, call->arena, &rows));
    more = rows.count > limit;
    call_open_list(call);
    for (size_t i = 0; i < (more ? limit : rows.count); i++)
        json_put_raw(&call->json, rows.items[i].shown);
    call_close_list(call, more ? rows.items[limit - 1].id : NULL);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- for a device ---- */

static void write_fit(struct call *call, const struct firmware_row *row)
{
    const struct firmware_refusal_row *why =
        row->refusal == NULL ? NULL : firmware_refusal_find(row->refusal);

    json_open_object(&call->json);
    json_field_raw(&call->json, "firmware", row->shown);
    json_field_string(&call->json, "refusal", row->refusal);
    json_field_string(&call->json, "detail", why == NULL ? NULL : call_say(call, why->pt, why->en));
    json_close_object(&call->json);
}

enum err api_device_firmware_list(struct call *call)
{
    bool all = caller_may(&call->caller, CAPABILITY_FIRMWARE_WRITE);
    struct device_row device;
    struct firmware_rows rows, files;
    int64_t id;

    TRY(call_device_id(call, &id));
    TRY(device_show(call->db, id, call->arena, &device));
    TRY(firmware_for_device(call->db, id, all, call->arena, &rows));
    TRY(firmware_loose_files(call->db, id, call->arena, &files));
    json_open_object(&call->json);
    json_key(&call->json, "data");
    json_open_array(&call->json);
    for (size_t i = 0; i < rows.count; i++)
        write_fit(call, &rows.items[i]);
    json_close_array(&call->json);
    json_key(&call->json, "files");
    json_open_array(&call->json);
    for (size_t i = 0; i < files.count; i++)
        json_put_raw(&call->json, files.items[i].shown);
    json_close_array(&call->json);
    json_close_object(&call->json);
    return ERR_OK;
}

/* ---- may it be approved ---- */

static struct firmware_hindrance hinder(const char *code, enum problem problem, const char *detail)
{
    return (struct firmware_hindrance){code, problem, detail};
}

/* What the caller is, before anything is asked of the database. */
static bool caller_hinders(struct call *call, const struct firmware_taken *firmware,
                           struct firmware_hindrance *ret)
{
    enum firmware_state state;

    if (!caller_may(&call->caller, CAPABILITY_FIRMWARE_APPROVE))
        *ret = hinder("capability", PROBLEM_FORBIDDEN,
                      call_say(call, "Falta a permissão firmware.approve.",
                               "The capability firmware.approve is missing."));
    else if (call->caller.session == NULL)
        *ret = hinder("not_a_person", PROBLEM_NOT_A_PERSON, NULL);
    else if (!firmware_state_by_name(firmware->state, &state) ||
             firmware_move(state, FIRMWARE_APPROVED) != FIRMWARE_OTHER)
        *ret = hinder(
            "state", PROBLEM_FIRMWARE_STATE,
            call_say(call, "Só se homologa o que está em teste.", "Only what is in test can be approved."));
    else
        return false;
    return true;
}

static bool firmware_hinders(struct call *call, const struct firmware_taken *firmware,
                             struct firmware_hindrance *ret)
{
    if (firmware->damaged)
        *ret = hinder("damaged", PROBLEM_FIRMWARE_UNFIT,
                      call_say(call, "O arquivo está danificado ou foi apagado.",
                               "The file is damaged, or was deleted."));
    else if (firmware->expired)
        *ret = hinder("expired", PROBLEM_FIRMWARE_UNFIT,
                      call_say(call, "O prazo do firmware acabou.", "The firmware has expired."));
    else if (release_check(call->config->people.release, firmware, call->arena) != ERR_OK)
        *ret = hinder("manifest", PROBLEM_MANIFEST_REFUSED, arena_strdup(call->arena, err_message()));
    else
        return false;
    return true;
}

static enum err find_newer(struct call *call, const struct firmware_taken *firmware,
                           struct firmware_hindrance *ret)
{
    struct firmware_newer newer;

    TRY(firmware_newer(call->db, firmware->id, call->arena, &newer));
    if (newer.version != NULL)
        *ret =
            hinder("superseded", PROBLEM_FIRMWARE_UNFIT,
                   arena_printf(call->arena, "%s: %s (%lld)",
                                call_say(call, "Um lançamento mais novo está homologado para um dos modelos",
                                         "A newer release is approved for one of the models"),
                                newer.version, (long long)newer.counter));
    return ERR_OK;
}

enum err firmware_find_hindrance(struct call *call, const struct firmware_taken *firmware,
                                 struct firmware_hindrance *ret)
{
    const struct firmware_actor actor = {call->caller.id, call->caller.name};
    bool own;

    *ret = (struct firmware_hindrance){0};
    if (caller_hinders(call, firmware, ret))
        return ERR_OK;
    TRY(firmware_is_own(call->db, firmware->id, &actor, call->arena, &own));
    if (own)
        *ret = hinder("own", PROBLEM_FOUR_EYES, NULL);
    else if (!firmware_hinders(call, firmware, ret))
        return find_newer(call, firmware, ret);
    return ERR_OK;
}

/* ---- show ---- */

static enum err write_base(struct call *call, const char *id)
{
    struct firmware_bases bases;

    TRY(firmware_base(call->db, id, call->scope, call->arena, &bases));
    json_key(&call->json, "base");
    json_open_array(&call->json);
    for (size_t i = 0; i < bases.count; i++) {
        json_open_object(&call->json);
        json_field_string(&call->json, "manufacturer", bases.items[i].manufacturer);
        json_field_string(&call->json, "product_class", bases.items[i].product_class);
        json_field_int(&call->json, "devices", bases.items[i].devices);
        json_field_int(&call->json, "running", bases.items[i].running);
        json_close_object(&call->json);
    }
    json_close_array(&call->json);
    return ERR_OK;
}

static void write_outcome(struct json_writer *json, const struct firmware_outcome *outcome)
{
    int64_t all = outcome->succeeded + outcome->failed + outcome->unknown;

    json_open_object(json);
    json_field_string(json, "product_class", outcome->product_class);
    json_field_int(json, "succeeded", outcome->succeeded);
    json_field_int(json, "failed", outcome->failed);
    json_field_int(json, "unknown", outcome->unknown);
    json_key(json, "success_rate");
    json_put_real(json, (double)outcome->succeeded / (double)all);
    json_key(json, "median_s");
    if (outcome->median_s < 0)
        json_put_null(json);
    else
        json_put_int(json, outcome->median_s);
    json_close_object(json);
}

static enum err write_outcomes(struct call *call, const char *file)
{
    struct firmware_outcomes outcomes;

    TRY(firmware_outcomes(call->db, file, call->scope, call->arena, &outcomes));
    json_key(&call->json, "outcomes");
    json_open_array(&call->json);
    for (size_t i = 0; i < outcomes.count; i++)
        write_outcome(&call->json, &outcomes.items[i]);
    json_close_array(&call->json);
    return ERR_OK;
}

static const char *say_hindrance(struct call *call, const struct firmware_hindrance *hindrance)
{
    const struct problem_row *row = problem_row(hindrance->problem);

    if (hindrance->code == NULL || hindrance->detail != NULL)
        return hindrance->detail;
    return row->advice[call->language];
}

static enum err write_approval(struct call *call, const char *id)
{
    struct firmware_taken firmware;
    struct firmware_hindrance hindrance;

    TRY(firmware_look(call->db, id, call->arena, &firmware));
    TRY(firmware_find_hindrance(call, &firmware, &hindrance));
    json_key(&call->json, "approval");
    json_open_object(&call->json);
    json_field_bool(&call->json, "possible", hindrance.code == NULL);
    json_field_string(&call->json, "refusal", hindrance.code);
    json_field_string(&call->json, "detail", say_hindrance(call, &hindrance));
    json_close_object(&call->json);
    return ERR_OK;
}

enum err firmware_write(struct call *call, const char *id)
{
    struct firmware_row row;

    TRY(firmware_show(call->db, id, call->arena, &row));
    call_add_etag(call, row.revision);
    json_open_object(&call->json);
    call_put_members(call, row.shown);
    TRY(write_base(call, id));
    TRY(write_outcomes(call, row.file));
    TRY(write_approval(call, id));
    json_close_object(&call->json);
    return ERR_OK;
}

enum err api_firmware_show(struct call *call)
{
    return firmware_write(call, call->captures[0]);
}
