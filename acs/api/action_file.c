/* Actions that give a device a file, or have it send one: may this file go to this device? */
#include <string.h>

#include "acs/api/actions.h"
#include "acs/auth/release.h"
#include "db/file.h"
#include "db/firmware.h"
#include "provisioning/firmware/refusal.h"

/* What kind of file a kind of action wants. */
static const struct {
    const char *action;
    const char *file; /* NULL: the device sends it */
} wants[] = {
    {"firmware.install",  "firmware"},
    {"download.schedule", "firmware"},
    {"config.restore",    "config"  },
    {"config.backup",     NULL      },
    {"log.fetch",         NULL      },
};

static enum err refuse_unfit(struct call *call, const char *why)
{
    return call_refuse(call, PROBLEM_FILE_UNFIT, why);
}

/* A file of another model bricks a device; a configuration of another device gives its secrets away. */
static enum err check_fit(struct call *call, const struct action_order *order, const struct file_row *row,
                          const char *wanted)
{
    const char *model = NULL;
    bool fits = false;

    if (row->damaged)
        return call_refuse(call, PROBLEM_FILE_DAMAGED, NULL);
    if (strcmp(row->kind, wanted) != 0)
        return refuse_unfit(
            call, arena_printf(call->arena, "%s %s, %s %s.",
                               call_say(call, "O arquivo é do tipo", "The file is of kind"), row->kind,
                               call_say(call, "e a ação quer", "and the action wants"), wanted));
    if (order->device_id == 0 && row->device_id == 0)
        return ERR_OK; /* for many: the list says for each */
    if (row->device_id != 0 && row->device_id != order->device_id)
        return refuse_unfit(
            call, call_say(call, "O arquivo veio de outro aparelho.", "The file came from another device."));
    TRY(file_fits(call->db, row->id, order->device_id, call->arena, &fits, &model));
    if (!fits)
        return refuse_unfit(call, arena_printf(call->arena, "%s %s.",
                                               call_say(call, "O arquivo não é para o modelo",
                                                        "The file is not for the model"),
                                               model));
    return ERR_OK;
}

/* ---- what the library says of it ---- */

static enum err refuse_firmware(struct call *call, const char *code)
{
    const struct firmware_refusal_row *why = firmware_refusal_find(code);

    complain(call_complaints(call), &(struct complaint){.pointer = "/params/file",
                                                        .code = code,
                                                        .detail = call_say(call, why->pt, why->en)});
    return call_refuse(call, PROBLEM_FILE_UNFIT, call_say(call, why->pt, why->en));
}

/* A person may want again what a device runs already; what is not approved is for those who keep the library.
 */
static bool is_allowed(const struct call *call, const char *refusal)
{
    if (refusal == NULL || strcmp(refusal, "already") == 0)
        return true;
    return strcmp(refusal, "not_approved") == 0 && caller_may(&call->caller, CAPABILITY_FIRMWARE_WRITE);
}

/* Of an order for many, of which each is asked for on its own: what it is refused to all of them for. */
static const char *refusal_of_all(const struct firmware_taken *firmware)
{
    if (firmware->damaged)
        return "damaged";
    if (strcmp(firmware->state, "retired") == 0)
        return "retired";
    if (firmware->expired)
        return "expired";
    return strcmp(firmware->state, "approved") == 0 ? NULL : "not_approved";
}

/* Who comes after its end does not get it. */
static void end_with(struct action_order *order, const struct firmware_taken *firmware)
{
    int64_t end = firmware->says.expires_at_us;

    if (end != 0 && end < order->expires_at_us)
        order->expires_at_us = end;
}

/* It is handed out here: what fits is checked, and what was signed (release.h). A file that is no firmware of
 * the library is only a file. */
static enum err check_library(struct call *call, struct action_order *order, struct file_row *file)
{
    struct firmware_taken firmware;
    const char *id, *refusal = NULL;

    TRY(firmware_of_file(call->db, file->id, call->arena, &id));
    if (id == NULL)
        return ERR_OK;
    TRY(firmware_use(call->db, id, call->arena, &firmware));
    if (order->device_id == 0)
        refusal = refusal_of_all(&firmware);
    else
        TRY(firmware_refusal(call->db, id, order->device_id, call->arena, &refusal));
    if (!is_allowed(call, refusal))
        return refuse_firmware(call, refusal);
    if (release_check(call->config->people.release, &firmware, call->arena) != ERR_OK)
        return call_refuse(call, PROBLEM_MANIFEST_REFUSED, arena_strdup(call->arena, err_message()));
    file->version = firmware.says.version;
    end_with(order, &firmware);
    return ERR_OK;
}

/* What the program must know of the file goes into the arguments: it never changes. */
static const char *write_args(struct call *call, const struct file_row *row)
{
    const char *target = json_string(json_get(json_get(call->body, "params"), "target_version"), NULL);
    const struct json *windows = json_get(json_get(call->body, "params"), "windows");
    struct text out = TEXT_IN(call->arena);
    struct json_writer json = JSON_WRITER(&out);

    json_open_object(&json);
    json_field_string(&json, "file", row->id);
    json_field_string(&json, "name", row->name);
    json_field_int(&json, "size", row->size);
    if (row->version != NULL)
        json_field_string(&json, "version", row->version);
    if (target != NULL)
        json_field_string(&json, "target_version", target);
    if (windows != NULL) {
        json_key(&json, "windows");
        json_put_value(&json, windows);
    }
    json_close_object(&json);
    return text_string(&out);
}

static enum err use_file(struct call *call, struct action_order *order, const char *wanted)
{
    const char *id = json_string(json_get(json_get(call->body, "params"), "file"), "");
    struct file_row row;
    enum err err = file_use(call->db, id, call->arena);

    if (err == ERR_NOT_FOUND)
        return call_refuse_body(call, "/params/file", "unknown",
                                call_say(call, "não existe", "there is no such file"));
    TRY(err);
    TRY(file_show(call->db, id, call->arena, &row));
    TRY(check_fit(call, order, &row, wanted));
    TRY(check_library(call, order, &row));
    order->args = write_args(call, &row);
    return ERR_OK;
}

enum err action_use_file(struct call *call, struct action_order *order)
{
    for (size_t i = 0; i < sizeof(wants) / sizeof(*wants); i++) {
        if (strcmp(wants[i].action, order->kind) != 0)
            continue;
        if (call->config->files == NULL)
            return call_refuse(call, PROBLEM_FILES_OFF, NULL);
        return wants[i].file != NULL ? use_file(call, order, wants[i].file) : ERR_OK;
    }
    return ERR_OK;
}
