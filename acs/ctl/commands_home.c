/* What the desk does to a home, in its own words: wifi, wan and lan, factory-reset, and
 * the secrets of a home. */
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/context.h"
#include "acs/ctl/follow.h"
#include "acs/ctl/options.h"
#include "acs/ctl/output.h"
#include "acs/ctl/rest.h"

enum { CHANGE_S = 60, RESET_S = 180, DNS_SERVERS_FIRST = 1 };

/* ---- what orders are filled with ---- */

/* "2.4,5" as a list of words. */
static void put_words(struct ctl *ctl, struct json_writer *params, const char *key, const char *words)
{
    json_key(params, key);
    json_open_array(params);
    for (const char *at = words; *at != '\0'; at += strspn(at, ",")) {
        size_t len = strcspn(at, ",");

        json_put_string(params, arena_memdup(ctl->arena, at, len));
        at += len;
    }
    json_close_array(params);
}

/* None: all of them. */
static void fill_bands(struct ctl *ctl, struct json_writer *params)
{
    if (ctl_has(ctl, OPTION_BAND))
        put_words(ctl, params, "bands", ctl->values[OPTION_BAND]);
}

static enum ctl_exit fill_keep(struct ctl *ctl, struct json_writer *params)
{
    if (ctl_has(ctl, OPTION_KEEP))
        put_words(ctl, params, "keep",
                  strcmp(ctl->values[OPTION_KEEP], "none") == 0 ? "" : ctl->values[OPTION_KEEP]);
    return CTL_OK;
}

static enum ctl_exit fill_password(struct ctl *ctl, struct json_writer *params)
{
    const char *password = NULL;

    if (!ctl_has(ctl, OPTION_PASSWORD_FILE))
        return ctl_fail(
            CTL_USAGE, "--password-file is needed: a password on the command line is seen by everybody here");
    if (context_read_secret(ctl, ctl->values[OPTION_PASSWORD_FILE], "\r\n", &password) != CTL_OK)
        return CTL_ERROR;
    json_field_string(params, "password", password);
    return CTL_OK;
}

static enum ctl_exit make_password(struct ctl *ctl, const struct json **ret)
{
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(
        ctl,
        &(struct rest_request){.method = "POST", .path = rest_path(ctl, OPERATION_PASSPHRASE_MAKE, NULL)},
        &answer);

    *ret = answer.json;
    return code;
}

/* Who asks for it has to know it, whatever becomes of the action. */
static enum ctl_exit fill_made_password(struct ctl *ctl, struct json_writer *params)
{
    const struct json *made = NULL;
    enum ctl_exit code = make_password(ctl, &made);

    if (code != CTL_OK)
        return code;
    fprintf(stderr, "%s  (%s)\n", json_string(json_get(made, "password"), ""),
            json_string(json_get(made, "spelled"), ""));
    json_field_string(params, "password", json_string(json_get(made, "password"), ""));
    return CTL_OK;
}

static enum ctl_exit fill_wifi_password(struct ctl *ctl, struct json_writer *params)
{
    fill_bands(ctl, params);
    if (ctl_has(ctl, OPTION_GENERATE) && ctl_has(ctl, OPTION_PASSWORD_FILE))
        return ctl_fail(CTL_USAGE, "--generate and --password-file exclude each other");
    return ctl_has(ctl, OPTION_GENERATE) ? fill_made_password(ctl, params) : fill_password(ctl, params);
}

enum ctl_exit command_wifi_make(struct ctl *ctl)
{
    const struct json *made = NULL;
    enum ctl_exit code = make_password(ctl, &made);

    if (code == CTL_OK)
        output_object(ctl, made, "password");
    return code;
}

static enum ctl_exit fill_ssid(struct ctl *ctl, struct json_writer *params)
{
    fill_bands(ctl, params);
    json_field_string(params, "ssid", ctl->arguments[1]);
    return CTL_OK;
}

static enum ctl_exit fill_channel(struct ctl *ctl, struct json_writer *params)
{
    uint32_t channel = 0;

    json_field_string(params, "band", ctl->arguments[1]);
    if (strcmp(ctl->arguments[2], "auto") == 0)
        json_field_string(params, "channel", "auto");
    else if (text_read_u32(ctl->arguments[2], &channel) == ERR_OK)
        json_field_int(params, "channel", channel);
    else
        return ctl_fail(CTL_USAGE, "'%s' is neither a channel nor auto", ctl->arguments[2]);
    return CTL_OK;
}

static enum ctl_exit fill_on(struct ctl *ctl, struct json_writer *params)
{
    fill_bands(ctl, params);
    json_field_bool(params, "enabled", true);
    return CTL_OK;
}

static enum ctl_exit fill_off(struct ctl *ctl, struct json_writer *params)
{
    fill_bands(ctl, params);
    json_field_bool(params, "enabled", false);
    return CTL_OK;
}

static enum ctl_exit fill_login(struct ctl *ctl, struct json_writer *params)
{
    json_field_string(params, "username", ctl->arguments[1]);
    return fill_password(ctl, params);
}

static enum ctl_exit fill_servers(struct ctl *ctl, struct json_writer *params)
{
    json_key(params, "servers");
    json_open_array(params);
    for (int i = DNS_SERVERS_FIRST; i < ctl->argument_count; i++)
        json_put_string(params, ctl->arguments[i]);
    json_close_array(params);
    return CTL_OK;
}

FOLLOW_ORDER(wifi_password, "wifi.set_password", CHANGE_S, CHANGE_S, fill_wifi_password, NULL)
FOLLOW_ORDER(wifi_ssid, "wifi.set_ssid", CHANGE_S, CHANGE_S, fill_ssid, NULL)
FOLLOW_ORDER(wifi_channel, "wifi.set_channel", CHANGE_S, CHANGE_S, fill_channel, NULL)
FOLLOW_ORDER(wifi_on, "wifi.enable", CHANGE_S, CHANGE_S, fill_on, NULL)
FOLLOW_ORDER(wifi_off, "wifi.enable", CHANGE_S, CHANGE_S, fill_off, NULL)
FOLLOW_ORDER(wan_pppoe, "wan.set_pppoe", CHANGE_S, CHANGE_S, fill_login, NULL)
FOLLOW_ORDER(lan_dns, "lan.set_dns", CHANGE_S, CHANGE_S, fill_servers, NULL)
FOLLOW_ORDER(factory_reset, "factory_reset", 0, RESET_S, fill_keep, NULL)

/* ---- put back ---- */

static enum ctl_exit post_reason(struct ctl *ctl, struct rest_request *request, struct rest_answer *ret)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    if (ctl_has(ctl, OPTION_REASON))
        json_field_string(&json, "reason", ctl->values[OPTION_REASON]);
    json_close_object(&json);
    request->method = "POST";
    request->body = text_string(&body);
    return rest_send(ctl, request, ret);
}

enum ctl_exit command_action_undo(struct ctl *ctl)
{
    struct rest_request request = {.key = rest_new_key(ctl),
                                   .path = rest_path(ctl, OPERATION_ACTION_UNDO, ctl->arguments[0])};
    struct rest_answer answer = {0};
    const struct json *action;
    uint32_t wait_s;
    enum ctl_exit code = options_seconds(ctl, OPTION_WAIT, CHANGE_S, CHANGE_S, &wait_s);

    if (code == CTL_OK)
        code = post_reason(ctl, &request, &answer);
    if (code != CTL_OK)
        return code;
    action = answer.json;
    code = follow_to_end(ctl, json_string(json_get(answer.json, "id"), ""), wait_s, &action);
    if (code == CTL_OK)
        code = follow_judge(ctl, action);
    if (code == CTL_OK)
        output_object(ctl, action, "id");
    return code;
}

/* ---- secrets ---- */

enum ctl_exit command_secret_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"NAME",   "name",   OUTPUT_AS_IS},
        {"SINCE",  "since",  OUTPUT_AGE  },
        {"ACTION", "action", OUTPUT_AS_IS},
    };
    struct output_list list = {.ctl = ctl,
                               .arena = ctl->arena,
                               .columns = columns,
                               .column_count = sizeof(columns) / sizeof(*columns),
                               .name_member = "name"};
    const struct json *page = NULL;
    const char *id = NULL;
    enum ctl_exit code = follow_device(ctl, ctl->arguments[0], &id);

    if (code == CTL_OK)
        code = rest_get(ctl, rest_path(ctl, OPERATION_SECRET_LIST, id), &page);
    if (code != CTL_OK)
        return code;
    output_open(&list);
    for (size_t i = 0; i < json_count(json_get(page, "data")); i++)
        output_row(&list, json_at(json_get(page, "data"), i));
    output_close(&list);
    return CTL_OK;
}

enum ctl_exit command_secret_reveal(struct ctl *ctl)
{
    struct rest_request request = {0};
    struct rest_answer answer = {0};
    const char *id = NULL;
    enum ctl_exit code;

    if (!ctl_has(ctl, OPTION_REASON))
        return ctl_fail(CTL_USAGE, "--reason is needed: why is kept with who saw it");
    code = follow_device(ctl, ctl->arguments[0], &id);
    if (code != CTL_OK)
        return code;
    request.path = arena_printf(ctl->arena, "%s/%s/reveal", rest_path(ctl, OPERATION_SECRET_LIST, id),
                                url_encode(ctl->arguments[1], ctl->arena));
    code = post_reason(ctl, &request, &answer);
    if (code == CTL_OK)
        output_object(ctl, answer.json, "value");
    return code;
}
