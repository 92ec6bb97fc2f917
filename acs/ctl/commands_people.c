/* Who may use this: users list, show, create, edit, role, disable, enable, unlock, reset; tokens list,
 * create, revoke. */
#include <string.h>

#include "acs/api/url.h"
#include "acs/ctl/change.h"
#include "acs/ctl/commands.h"
#include "acs/ctl/output.h"
#include "acs/ctl/pages.h"

/* ---- users ---- */

enum ctl_exit command_user_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",      "id",           OUTPUT_AS_IS},
        {"LOGIN",   "login",        OUTPUT_AS_IS},
        {"NAME",    "name",         OUTPUT_AS_IS},
        {"ROLE",    "role",         OUTPUT_AS_IS},
        {"STATE",   "state",        OUTPUT_AS_IS},
        {"SOURCE",  "source",       OUTPUT_AS_IS},
        {"CODES",   "totp",         OUTPUT_AS_IS},
        {"SEEN",    "seen_at",      OUTPUT_AGE  },
        {"LOCKED",  "locked_until", OUTPUT_AS_IS},
        {"INVITED", "link_until",   OUTPUT_AS_IS},
    };
    const char *query = "";

    if (ctl->argument_count > 0)
        query = arena_printf(ctl->arena, "&part=%s", url_encode(ctl->arguments[0], ctl->arena));
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_USER_LIST, NULL),
                                .query = query,
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "login",
                            });
}

/* "usr_…" as it is; anything else is a login. */
static enum ctl_exit find_user(struct ctl *ctl, const char *text, const char **ret_id)
{
    const struct json *page = NULL;
    enum ctl_exit code;

    *ret_id = text;
    if (text_starts_with(text, "usr_"))
        return CTL_OK;
    code = rest_get(ctl,
                    arena_printf(ctl->arena, "%s?login=%s", rest_path(ctl, OPERATION_USER_LIST, NULL),
                                 url_encode(text, ctl->arena)),
                    &page);
    if (code != CTL_OK)
        return code;
    *ret_id = json_string(json_get(json_at(json_get(page, "data"), 0), "id"), NULL);
    return *ret_id != NULL ? CTL_OK : ctl_fail(CTL_NOT_FOUND, "nobody has the login '%s'", text);
}

enum ctl_exit command_user_show(struct ctl *ctl)
{
    const struct json *user = NULL;
    const char *id = NULL;
    enum ctl_exit code = find_user(ctl, ctl->arguments[0], &id);

    if (code == CTL_OK)
        code = rest_get(ctl, rest_path(ctl, OPERATION_USER_SHOW, id), &user);
    if (code == CTL_OK)
        output_object(ctl, user, "id");
    return code;
}

/* -o name prints the link, which is what there is to hand on. */
static enum ctl_exit send_for_link(struct ctl *ctl, const char *path, struct text *body)
{
    struct rest_request request = {
        .method = "POST", .path = path, .body = body != NULL ? text_string(body) : NULL};
    struct rest_answer answer = {0};
    enum ctl_exit code = rest_send(ctl, &request, &answer);

    if (code == CTL_OK)
        output_object(ctl, answer.json, "invitation");
    return code;
}

enum ctl_exit command_user_create(struct ctl *ctl)
{
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);

    json_open_object(&json);
    json_field_string(&json, "login", ctl->arguments[0]);
    json_field_string(&json, "name", ctl->arguments[1]);
    json_field_string(&json, "role", ctl->arguments[2]);
    json_close_object(&json);
    return send_for_link(ctl, rest_path(ctl, OPERATION_USER_INVITE, NULL), &body);
}

enum ctl_exit command_user_reset(struct ctl *ctl)
{
    const char *id = NULL;
    enum ctl_exit code = find_user(ctl, ctl->arguments[0], &id);

    return code == CTL_OK ? send_for_link(ctl, rest_path(ctl, OPERATION_USER_RESET, id), NULL) : code;
}

enum { MAKE_TRUE = 1, MAKE_FALSE };

/* One member of the user of the first argument becomes the second argument, or what flag says. */
static enum ctl_exit patch_user(struct ctl *ctl, const char *member, int flag)
{
    struct rest_request request = {.method = "PATCH"};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    const char *id = NULL;
    enum ctl_exit code = find_user(ctl, ctl->arguments[0], &id);

    if (code != CTL_OK)
        return code;
    json_open_object(&json);
    if (flag == 0)
        json_field_string(&json, member, ctl->arguments[1]);
    else
        json_field_bool(&json, member, flag == MAKE_TRUE);
    json_close_object(&json);
    request.path = rest_path(ctl, OPERATION_USER_PATCH, id);
    return change_send(ctl, &request, &body);
}

enum ctl_exit command_user_edit(struct ctl *ctl)
{
    return patch_user(ctl, "name", 0);
}

enum ctl_exit command_user_role(struct ctl *ctl)
{
    return patch_user(ctl, "role", 0);
}

enum ctl_exit command_user_disable(struct ctl *ctl)
{
    return patch_user(ctl, "disabled", MAKE_TRUE);
}

enum ctl_exit command_user_enable(struct ctl *ctl)
{
    return patch_user(ctl, "disabled", MAKE_FALSE);
}

enum ctl_exit command_user_unlock(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST"};
    const char *id = NULL;
    enum ctl_exit code = find_user(ctl, ctl->arguments[0], &id);

    if (code != CTL_OK)
        return code;
    request.path = rest_path(ctl, OPERATION_USER_UNLOCK, id);
    return change_send(ctl, &request, NULL);
}

/* ---- tokens ---- */

enum ctl_exit command_token_list(struct ctl *ctl)
{
    static const struct output_column columns[] = {
        {"ID",      "id",           OUTPUT_AS_IS},
        {"NAME",    "name",         OUTPUT_AS_IS},
        {"ROLE",    "role",         OUTPUT_AS_IS},
        {"STATE",   "state",        OUTPUT_AS_IS},
        {"BY",      "created_by",   OUTPUT_AS_IS},
        {"MADE",    "created_at",   OUTPUT_AGE  },
        {"USED",    "last_used_at", OUTPUT_AGE  },
        {"EXPIRES", "expires_at",   OUTPUT_AS_IS},
    };
    const char *query = "";

    if (ctl_has(ctl, OPTION_STATE))
        query = arena_printf(ctl->arena, "&state=%s", url_encode(ctl->values[OPTION_STATE], ctl->arena));
    return pages_print(ctl, &(struct pages){
                                .path = rest_path(ctl, OPERATION_TOKEN_LIST, NULL),
                                .query = query,
                                .columns = columns,
                                .column_count = sizeof(columns) / sizeof(*columns),
                                .name_member = "id",
                            });
}

static void write_names(struct ctl *ctl, struct json_writer *json, const char *list)
{
    json_key(json, "capabilities");
    json_open_array(json);
    while (*list != '\0') {
        size_t len = strcspn(list, ",");

        json_put_string(json, arena_memdup(ctl->arena, list, len));
        list += len + (list[len] == ',');
    }
    json_close_array(json);
}

static void write_token(struct ctl *ctl, struct json_writer *json)
{
    const char *until = ctl->values[OPTION_UNTIL];

    json_open_object(json);
    json_field_string(json, "name", ctl->arguments[0]);
    if (ctl->argument_count > 1)
        json_field_string(json, "role", ctl->arguments[1]);
    if (ctl_has(ctl, OPTION_CAPABILITIES))
        write_names(ctl, json, ctl->values[OPTION_CAPABILITIES]);
    if (until != NULL)
        json_field_string(json, "expires_at", strcmp(until, "never") == 0 ? NULL : until);
    json_close_object(json);
}

/* -o name prints the token, which is shown this once. */
enum ctl_exit command_token_create(struct ctl *ctl)
{
    struct rest_request request = {.method = "POST", .path = rest_path(ctl, OPERATION_TOKEN_CREATE, NULL)};
    struct text body = TEXT_IN(ctl->arena);
    struct json_writer json = JSON_WRITER(&body);
    struct rest_answer answer = {0};
    enum ctl_exit code;

    write_token(ctl, &json);
    request.body = text_string(&body);
    code = rest_send(ctl, &request, &answer);
    if (code == CTL_OK)
        output_object(ctl, answer.json, "token");
    return code;
}

enum ctl_exit command_token_revoke(struct ctl *ctl)
{
    const struct rest_request request = {.method = "DELETE",
                                         .path = rest_path(ctl, OPERATION_TOKEN_REVOKE, ctl->arguments[0])};
    struct rest_answer answer = {0};

    return rest_send(ctl, &request, &answer);
}
