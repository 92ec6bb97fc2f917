/* User name and password of the PPPoE connection, proved by the connection itself. */
#include <string.h>

#include "acs/base/text.h"
#include "provisioning/actions/actions.h"
#include "provisioning/actions/names.h"
#include "provisioning/change/change.h"

enum { TTL_S = 15 * 60, MOST = 64, AGAIN_S = 10 };

static enum err check_word(const char *field, const char *text)
{
    size_t len = strlen(text);

    if (len == 0 || len > MOST)
        return err_set(ERR_INVALID, "%s: 1 to %d characters are expected", field, MOST);
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return err_set(ERR_INVALID, "%s: letters without accents, digits and signs are expected", field);
    return ERR_OK;
}

static enum err check(const struct json *args)
{
    TRY(names_check_keys(args, "username", "password", NULL));
    TRY(check_word("username", json_string(json_get(args, "username"), "")));
    return check_word("password", json_string(json_get(args, "password"), ""));
}

static void plan(struct change_plan *plan, const struct json *args)
{
    if (!home_uses_ppp(plan->home))
        change_refuse(plan, "the connection of this home does not log in by PPPoE");
    change_text(plan, KEY_PPP_USERNAME, "", json_string(json_get(args, "username"), ""));
    change_secret(plan, KEY_PPP_PASSWORD, "", "password");
}

/* A connection that is older than the login was not made with it; its age is told in whole seconds, so it may
 * be older by one. Where the device does not tell its age, what is up some seconds after the write is taken
 * for a new one. */
static bool is_new(const struct change_view *view)
{
    enum { TOLD_TO_S = 1, REDIALLED_S = 8 };
    double age_s = home_number(view->home, KEY_WAN_UPTIME, "", -1);

    return age_s >= 0 ? age_s + TOLD_TO_S <= view->since_s : view->since_s >= REDIALLED_S;
}

/* The error may be that of the login before, until there was time to dial. */
static bool is_refused(const struct change_view *view)
{
    enum { DIALLED_S = 20 };

    return view->since_s >= DIALLED_S &&
           strstr(text_or_empty(home_text(view->home, KEY_PPP_ERROR, "")), "AUTHENTICATION") != NULL;
}

static enum change_effect shows(const struct change_view *view, const char **ret_why)
{
    const char *status = text_or_empty(home_text(view->home, KEY_PPP_STATUS, ""));
    bool up = text_equal_nocase(status, "Connected") || text_equal_nocase(status, "Up");

    if (up && is_new(view))
        return CHANGE_SHOWN;
    *ret_why = up ? "the device has the new login, but the connection is still the one of before"
                  : "the device has the new login, but the connection is not up";
    if (up || !is_refused(view))
        return CHANGE_NOT_YET;
    *ret_why = "the device has the new login, but the provider's side refuses it";
    return CHANGE_FAILED;
}

static const struct change_kind change = {
    .families = {"wan.ppp.", "wan.ipoe.", "wan.default", "wan.uptime"},
    .plan = plan,
    .shows = shows,
    .again_s = AGAIN_S,
};
static const char *const secrets[] = {"password", NULL};

const struct action_kind action_wan_set_pppoe = {
    .name = "wan.set_pppoe",
    .label_pt = "Reaplicar o login da conexão",
    .label_en = "Reapply the login of the connection",
    .warning_pt = "A internet cai por alguns segundos.",
    .warning_en = "The internet drops for some seconds.",
    .ttl_s = TTL_S,
    .secrets = secrets,
    .change = &change,
    .check = check,
    CHANGE_PROGRAM,
};
