/* The password of the device's own web page. */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/change/change.h"

enum { TTL_S = 15 * 60, LEAST = 8, MOST = 64 };

static enum err check(const struct json *args)
{
    const char *password = json_string(json_get(args, "password"), "");
    size_t len = strlen(password);

    TRY(names_check_keys(args, "password", NULL));
    if (len < LEAST || len > MOST)
        return err_set(ERR_INVALID, "password: %d to %d characters are expected", LEAST, MOST);
    for (size_t i = 0; i < len; i++)
        if (password[i] <= ' ' || password[i] > '~')
            return err_set(ERR_INVALID, "password: letters without accents, digits and signs are expected");
    return ERR_OK;
}

static void plan(struct change_plan *plan, const struct json *args)
{
    (void)args;
    change_secret(plan, KEY_ADMIN_PASSWORD, "", "password");
}

static const struct change_kind change = {.families = {"admin."}, .plan = plan};
static const char *const secrets[] = {"password", NULL};

const struct action_kind action_cpe_set_admin_password = {
    .name = "cpe.set_admin_password",
    .label_pt = "Trocar a senha de administração do aparelho",
    .label_en = "Change the device's administrator password",
    .ttl_s = TTL_S,
    .secrets = secrets,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
