/* The device's web page for those outside of the home: open or closed. */
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/change/change.h"

enum { TTL_S = 15 * 60, PORT_MAX = 65535 };

static enum err check(const struct json *args)
{
    const struct json *port = json_get(args, "port");

    TRY(names_check_keys(args, "enabled", "port", NULL));
    if (json_kind(json_get(args, "enabled")) != JSON_BOOL)
        return err_set(ERR_INVALID, "enabled: true or false is expected");
    if (port != NULL && (json_int(port, 0) < 1 || json_int(port, 0) > PORT_MAX))
        return err_set(ERR_INVALID, "port: a number from 1 to %d is expected", PORT_MAX);
    return ERR_OK;
}

static void plan(struct change_plan *plan, const struct json *args)
{
    change_flag(plan, KEY_REMOTE_ENABLE, "", json_bool(json_get(args, "enabled"), false));
    if (json_get(args, "port") != NULL)
        change_number(plan, KEY_REMOTE_PORT, "", (double)json_int(json_get(args, "port"), 0));
}

static const struct change_kind change = {.families = {"remote_access."}, .plan = plan};

const struct action_kind action_remote_access_set = {
    .name = "remote_access.set",
    .label_pt = "Abrir ou fechar o acesso remoto",
    .label_en = "Open or close remote access",
    .warning_pt = "Aberto, qualquer pessoa na internet vê a página de login do aparelho.",
    .warning_en = "Open, anybody on the internet sees the device's login page.",
    .ttl_s = TTL_S,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
