/* What a body says that a firmware is: by members, or by a manifest, never by both. */
#include <string.h>

#include "acs/api/firmware.h"
#include "acs/auth/release.h"
#include "acs/base/clock.h"

static const char *const members[] = {"version", "counter", "expires_at", "rules"};
enum { MEMBERS = sizeof(members) / sizeof(*members) };

bool firmware_body_matters(const struct json *body)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (json_get(body, members[i]) != NULL)
            return true;
    return json_get(body, "manifest") != NULL || json_get(body, "signatures") != NULL;
}

/* ---- by members ---- */

static enum err refuse_rules(struct call *call)
{
    return call_refuse_body(call, "/rules", "invalid", arena_strdup(call->arena, err_message()));
}

static enum err refuse_end(struct call *call, const char *pointer)
{
    return call_refuse_body(call, pointer, "expired",
                            call_say(call, "o prazo já passou", "this time is over already"));
}

static enum err read_members(struct call *call, const struct json *body, struct firmware_manifest *says)
{
    const struct json *rules = json_get(body, "rules"), *end = json_get(body, "expires_at");

    says->version = json_string(json_get(body, "version"), says->version);
    if (json_get(body, "counter") != NULL)
        says->counter = json_int(json_get(body, "counter"), 0);
    if (end != NULL)
        says->expires_at_us = 0;
    if (json_kind(end) == JSON_STRING) {
        TRY(text_read_time(json_string(end, ""), &says->expires_at_us)); /* as the schema demands */
        if (says->expires_at_us <= 0)                                    /* which would be none */
            return refuse_end(call, "/expires_at");
    }
    if (rules != NULL && firmware_rules_read(rules, call->arena, &says->rules) != ERR_OK)
        return refuse_rules(call);
    if (says->version == NULL)
        return call_refuse_body(call, "/version", "required", call_say(call, "falta", "is missing"));
    if (says->rules.count == 0)
        return call_refuse_body(call, "/rules", "required", call_say(call, "falta", "is missing"));
    return ERR_OK;
}

/* ---- by a manifest ---- */

static enum err refuse_both(struct call *call, const char *member)
{
    return call_refuse_body(
        call, arena_printf(call->arena, "/%s", member), "manifest",
        call_say(call, "quem diz isto é o manifesto", "it is the manifest that says this"));
}

static enum err refuse_manifest(struct call *call, const char *code)
{
    return call_refuse_body(call, "/manifest", code, arena_strdup(call->arena, err_message()));
}

static const char *join_signatures(struct call *call, const struct json *list)
{
    struct text out = TEXT_IN(call->arena);

    for (size_t i = 0; i < json_count(list); i++)
        text_printf(&out, "%s%s", i > 0 ? " " : "", json_string(json_at(list, i), ""));
    return text_string(&out);
}

static enum err read_manifest(struct call *call, struct firmware_body *ret)
{
    struct firmware_manifest manifest;

    for (size_t i = 0; i < MEMBERS; i++)
        if (json_get(call->body, members[i]) != NULL)
            return refuse_both(call, members[i]);
    if (firmware_manifest_read(ret->manifest, strlen(ret->manifest), call->arena, &manifest) != ERR_OK)
        return refuse_manifest(call, "invalid");
    if (memcmp(manifest.sha256, ret->says.sha256, SHA256_BYTES) != 0 || manifest.size != ret->says.size) {
        (void)err_set(ERR_INVALID, "%s",
                      call_say(call, "é de outro arquivo: sha256 ou size diferem",
                               "it is of another file: sha256 or size differ"));
        return refuse_manifest(call, "other_file");
    }
    if (release_check_signatures(call->config->people.release, ret->manifest, ret->signatures, call->arena) !=
        ERR_OK)
        return refuse_manifest(call, "signatures");
    ret->says = manifest;
    return ERR_OK;
}

static enum err check_needed(struct call *call)
{
    if (release_trust_signatures(call->config->people.release) == 0)
        return ERR_OK;
    (void)err_set(ERR_INVALID, "%s",
                  call_say(call, "falta: firmware.signatures pede um manifesto assinado",
                           "is missing: firmware.signatures asks for a signed manifest"));
    return refuse_manifest(call, "required");
}

static enum err check_end(struct call *call, const struct firmware_body *body)
{
    if (body->says.expires_at_us == 0 || body->says.expires_at_us > clock_now_us())
        return ERR_OK;
    return refuse_end(call, body->manifest != NULL ? "/manifest" : "/expires_at");
}

enum err firmware_body_read(struct call *call, const struct firmware_body *known, struct firmware_body *ret)
{
    const struct json *manifest = json_get(call->body, "manifest");
    const struct json *signatures = json_get(call->body, "signatures");

    *ret = *known;
    if (manifest != NULL) {
        ret->manifest = json_string(manifest, NULL);
        ret->signatures = "";
    }
    if (signatures != NULL)
        ret->signatures = join_signatures(call, signatures);
    if (ret->manifest != NULL) {
        TRY(read_manifest(call, ret));
    } else {
        if (ret->signatures[0] != '\0')
            return call_refuse_body(call, "/signatures", "manifest",
                                    call_say(call, "falta o manifesto que elas assinam",
                                             "the manifest that they sign is missing"));
        TRY(check_needed(call));
        TRY(read_members(call, call->body, &ret->says));
    }
    return check_end(call, ret);
}
