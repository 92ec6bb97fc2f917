/* A new Wi-Fi password, on all bands unless some are named. */
#include <string.h>

#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/actions/wifi_bands.h"

enum { TTL_S = 15 * 60, LEAST = 8, MOST = 63 };

/* 8 to 63 printable ASCII characters (IEEE 802.11 J.4.1); blanks at the ends are lost at the phone. */
static enum err check(const struct json *args)
{
    const char *password = json_string(json_get(args, "password"), NULL);
    size_t len = password != NULL ? strlen(password) : 0;

    TRY(names_check_keys(args, "bands", "password", NULL));
    TRY(wifi_bands_check(args));
    if (len < LEAST || len > MOST)
        return err_set(ERR_INVALID, "password: %d to %d characters are expected", LEAST, MOST);
    for (size_t i = 0; i < len; i++)
        if (password[i] < ' ' || password[i] > '~')
            return err_set(ERR_INVALID, "password: letters without accents, digits and signs are expected");
    if (password[0] == ' ' || password[len - 1] == ' ')
        return err_set(ERR_INVALID, "password: it begins or ends with a blank");
    return ERR_OK;
}

static void put(struct change_plan *plan, const char *place, const struct json *args)
{
    (void)args;
    change_secret(plan, KEY_WIFI_PASSPHRASE, place, "password");
}

static void plan(struct change_plan *plan, const struct json *args)
{
    wifi_bands_each(plan, args, put);
}

static const struct change_kind change = {.families = {"wifi."}, .plan = plan};
static const char *const secrets[] = {"password", NULL};

const struct action_kind action_wifi_set_password = {
    .name = "wifi.set_password",
    .label_pt = "Trocar a senha do Wi-Fi",
    .label_en = "Change the Wi-Fi password",
    .warning_pt = "Todos os aparelhos são desconectados do Wi-Fi e precisam da senha nova.",
    .warning_en = "Everything on the Wi-Fi is disconnected and needs the new password.",
    .ttl_s = TTL_S,
    .secrets = secrets,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
