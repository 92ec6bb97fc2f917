#include "acs/api/sign_in_directory.h"

#include <string.h>

#include "acs/api/sign_in_groups.h"
#include "acs/auth/directory.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"

struct asking {
    const char *login;
    char *password; /* wiped once it was asked for */
    struct sign_in_tries tries;
    enum err err; /* of the question; ERR_UNAVAILABLE until it is answered */
    bool right;
    struct directory_person person; /* if it is */
};

/* ---- the question ---- */

/* What is no answer is told where it can be mended; the login is in no log until it was right: people type
 * passwords there. */
static void log_failure(const struct call *call, enum err err)
{
    const char *why = err_message();

    metric_count(METRIC_DIRECTORY_FAILURES);
    if (err == ERR_UNAVAILABLE)
        log_warn("the directory does not answer", log_s("request", call->id), log_s("why", why));
    else
        log_error("the directory cannot be used as it is", log_s("request", call->id), log_s("why", why));
}

static void ask(struct call *call)
{
    struct asking *asking = call->asking;

    asking->err =
        directory_ask(call->config->people.directory, asking->login, (struct secret){asking->password},
                      call->arena, &asking->right, &asking->person);
    if (asking->err != ERR_OK)
        log_failure(call, asking->err);
    crypto_wipe(asking->password, strlen(asking->password));
}

enum err sign_in_ask_directory(struct call *call, const char *login, struct secret password,
                               const struct sign_in_tries *tries)
{
    struct asking *asking = ARENA_NEW(call->arena, struct asking);

    *asking = (struct asking){.login = login,
                              .password = arena_strdup(call->arena, password.hidden),
                              .tries = *tries,
                              .err = ERR_UNAVAILABLE};
    call->asking = asking;
    call->ask = ask;
    return ERR_OK;
}

/* ---- the answer ---- */

/* Whoever had a role until now has none any more. */
static enum err end_sessions(struct call *call, const char *login)
{
    struct user_row user = {0};
    enum err err = user_by_login(call->db, login, call->arena, &user);

    if (err == ERR_NOT_FOUND || (err == ERR_OK && user_is_local(&user)))
        return ERR_OK;
    TRY(err);
    return user_session_end_others(call->db, user.id, 0, call->arena);
}

/* The password was right: this may be said. */
static enum err refuse_without_role(struct call *call, const struct asking *asking)
{
    metric_count(METRIC_SIGN_INS_REFUSED);
    TRY(end_sessions(call, asking->person.login));
    TRY(sign_in_done(call->db, asking->tries.login, asking->tries.address, call->arena));
    return call_refuse_counted(call, PROBLEM_NO_ROLE, NULL);
}

static enum err admit(struct call *call, const struct asking *asking)
{
    const struct directory_person *person = &asking->person;
    const struct sign_in_groups groups = {.login = person->login,
                                          .items = person->groups,
                                          .count = person->group_count,
                                          .roles = call->config->people.group_roles,
                                          .setting = "directory.roles_file"};
    struct user_order order = {.login = person->login, .name = person->name};
    struct user_row user = {0};
    int64_t id = 0;
    enum err err;

    TRY(sign_in_find_role(call, &groups, &order.role));
    if (order.role == NULL)
        return refuse_without_role(call, asking);
    err = user_of_directory(call->db, &order, call->arena, &id);
    if (err == ERR_NOT_FOUND)
        return sign_in_refuse(call, PROBLEM_LOGIN_REFUSED);
    TRY(err);
    TRY(user_by_id(call->db, id, call->arena, &user));
    return sign_in_finish(call, &user, &asking->tries);
}

/* What was no answer costs no try; only that nobody can say whose a login is looks as a wrong one does. */
enum err sign_in_by_directory(struct call *call)
{
    const struct asking *asking = call->asking;

    if (asking->err == ERR_OK && asking->right)
        return admit(call, asking);
    if (asking->err == ERR_OK || asking->err == ERR_CONFLICT)
        return sign_in_refuse(call, PROBLEM_LOGIN_REFUSED);
    TRY(sign_in_forget(call, &asking->tries));
    return call_refuse_counted(call, PROBLEM_DIRECTORY_AWAY, NULL);
}
