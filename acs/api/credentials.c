/* Who devices are: registered before they come, given the credentials that they have, trusted or not. */
#include "acs/api/credentials.h"

#include <string.h>

#include "acs/api/devices.h"
#include "acs/api/routes.h"
#include "acs/auth/device_secret.h"
#include "acs/base/log.h"
#include "db/credential.h"
#include "db/device.h"

/* ---- credentials that a device has ---- */

static bool has_control_character(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == '\x7f')
            return true;
    return false;
}

/* A header cannot carry line ends, and a colon ends the user name (RFC 7616 3.4.4, RFC 7617 2). */
static enum err check_words(struct call *call, const struct json *body)
{
    static const struct {
        const char *member, *pointer;
        bool no_colon;
    } rows[] = {
        {"username",      "/username",      true },
        {"password",      "/password",      false},
        {"call_username", "/call_username", true },
        {"call_password", "/call_password", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *text = json_string(json_get(body, rows[i].member), "");

        if (has_control_character(text) || (rows[i].no_colon && strchr(text, ':') != NULL))
            return call_refuse_body(call, rows[i].pointer, "pattern",
                                    call_say(call,
                                             "não pode ter caracteres de controle, nem o nome dois-pontos",
                                             "must not have control characters, nor a name a colon"));
    }
    return ERR_OK;
}

/* *ret is NULL if there is no such member. */
static enum err seal(struct call *call, const char *member, const char *kind, int64_t device_id,
                     const char **ret)
{
    const struct seal_context context = {device_id, kind};
    const char *text = json_string(json_get(call->body, member), NULL);

    *ret = NULL;
    if (text == NULL)
        return ERR_OK;
    if (device_secret_seal(call->config->keyring, &context, (struct secret){text}, call->arena, ret) !=
        ERR_OK)
        return call_refuse_body(call, arena_printf(call->arena, "/%s", member), "length",
                                arena_strdup(call->arena, err_message()));
    return ERR_OK;
}

/* As the body says. What it leaves out of the pair for calls stays as it is. */
static enum err keep_credential(struct call *call, const struct credential_row *before)
{
    struct credential_row row = {
        .device_id = before->device_id,
        .username = json_string(json_get(call->body, "username"), NULL),
        .call_username = json_string(json_get(call->body, "call_username"), before->call_username)};

    TRY(check_words(call, call->body));
    TRY(seal(call, "password", DEVICE_SECRET_OWN, row.device_id, &row.secret));
    TRY(seal(call, "call_password", DEVICE_SECRET_CALL, row.device_id, &row.call_secret));
    if (row.call_username == NULL)
        row.call_username = device_secret_call_name(row.device_id, call->arena);
    if (credential_set(call->db, &row, call->arena) == ERR_CONFLICT)
        return call_refuse(
            call, PROBLEM_EXISTS,
            call_say(call, "Outro aparelho tem este nome de usuário.", "Another device has this user name."));
    return ERR_OK;
}

enum err api_credential_set(struct call *call)
{
    struct credential_row row;
    int64_t id, open;

    TRY(call_device_id(call, &id));
    if (call->config->keyring == NULL)
        return call_refuse(call, PROBLEM_SECRETS_OFF, NULL);
    TRY(device_lock(call->db, id, call->arena, &open));
    TRY(credential_show(call->db, id, call->arena, &row));
    TRY(keep_credential(call, &row));
    log_info("a device was given the credential that it has", log_i("device", id),
             log_s("by", call->caller.name));
    return device_write(call, id);
}

/* ---- devices that have not come yet ---- */

/* A user name without its password, or the other way round, is half of a credential. */
static enum err check_pair(struct call *call, bool has_own)
{
    if (has_own != (json_get(call->body, "password") != NULL))
        return call_refuse_body(
            call, has_own ? "/password" : "/username", "required",
            call_say(call, "username e password andam juntos", "username and password belong together"));
    return has_own && call->config->keyring == NULL ? call_refuse(call, PROBLEM_SECRETS_OFF, NULL) : ERR_OK;
}

enum err api_device_register(struct call *call)
{
    const struct cwmp_device_id device = {
        .oui = json_string(json_get(call->body, "oui"), ""),
        .product_class = json_string(json_get(call->body, "product_class"), ""),
        .serial_number = json_string(json_get(call->body, "serial"), ""),
    };
    bool has_own = json_get(call->body, "username") != NULL;
    struct credential_row row = {0};
    enum err err;

    TRY(check_pair(call, has_own));
    err = credential_register(call->db, &device, call->arena, &row.device_id);
    if (err == ERR_CONFLICT)
        return call_refuse(call, PROBLEM_EXISTS,
                           call_say(call, "Já existe um aparelho com esta identidade.",
                                    "There is a device with this identity."));
    TRY(err);
    if (has_own)
        TRY(keep_credential(call, &row));
    log_info("a device was registered", log_i("device", row.device_id), log_s("by", call->caller.name));
    call->status = 201;
    call_add_header(
        call, "Location",
        arena_printf(call->arena, "/api/v1/devices/%s", call_write_device_id(call, row.device_id)));
    return device_write(call, row.device_id);
}

/* ---- trust ---- */

enum err api_enrolment_set(struct call *call)
{
    const char *reason = json_string(json_get(call->body, "reason"), "");
    enum enrolment enrolment;
    struct credential_row row;
    int64_t id, open;

    TRY(call_device_id(call, &id));
    if (!enrolment_by_name(json_string(json_get(call->body, "enrolment"), ""), &enrolment))
        return ERR_INTERNAL; /* the schema has let nothing else through */
    TRY(device_lock(call->db, id, call->arena, &open));
    TRY(credential_show(call->db, id, call->arena, &row));
    /* Only what it comes with is known of others: to bind one would shut it out. */
    if (enrolment == ENROLMENT_BOUND && row.enrolment != ENROLMENT_BOUND && !row.bindable)
        return call_refuse(call, PROBLEM_NO_CREDENTIAL, NULL);
    TRY(credential_enrol(call->db, id, enrolment, call->arena));
    log_info("enrolment of a device was decided", log_i("device", id),
             log_s("from_state", enrolment_name(row.enrolment)), log_s("to_state", enrolment_name(enrolment)),
             log_s("by", call->caller.name), log_s("why", reason));
    return device_write(call, id);
}

/* ---- new ones ---- */

enum err credential_may_renew(struct call *call, int64_t device_id)
{
    bool rotating;

    if (call->config->keyring == NULL)
        return call_refuse(call, PROBLEM_SECRETS_OFF, NULL);
    TRY(credential_rotating(call->db, device_id, call->arena, &rotating));
    return rotating ? call_refuse(call, PROBLEM_ROTATING, NULL) : ERR_OK;
}

enum err credential_renew(struct call *call, int64_t device_id)
{
    struct credential_row before, fresh;

    TRY(credential_show(call->db, device_id, call->arena, &before));
    device_secret_make(call->config->keyring, device_id, &before.device, call->arena, &fresh);
    return credential_prepare(call->db, &fresh, call->arena);
}
