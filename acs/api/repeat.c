#include "acs/api/repeat.h"

#include <string.h>

#include "db/idempotency.h"

enum { KEY_MAX = 64 };

static bool is_key(const char *key)
{
    size_t len = strlen(key);

    if (len == 0 || len > KEY_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (key[i] <= ' ' || key[i] > '~')
            return false;
    return true;
}

/* Over method, path, query and body, each with its end; and over the token, which nobody can guess: a body
 * may hold a password, and its hash is kept. */
static void hash_request(const struct call *call, unsigned char ret[SHA256_BYTES])
{
    const struct http_request *request = http_request(call->exchange);
    struct text all = TEXT_IN(call->arena);

    text_add(&all, request->method, strlen(request->method) + 1);
    text_add(&all, request->path, strlen(request->path) + 1);
    text_add(&all, request->query, strlen(request->query) + 1);
    text_puts(&all, text_or_empty(call_header(call, "Authorization")));
    text_add(&all, request->body, request->len);
    crypto_sha256(all.data, all.len, ret);
}

static enum err give_again(struct call *call, const struct idempotency_answer *answer)
{
    call->audit.replayed = true;
    call->status = answer->status;
    text_puts(&call->text, answer->response);
    call_add_header(call, "Idempotency-Replayed", "true");
    if (answer->action_id != NULL)
        call_add_header(call, "Location", arena_printf(call->arena, "/api/v1/actions/%s", answer->action_id));
    return ERR_OK;
}

static enum err handle_and_keep(struct call *call, const struct idempotency_key *key)
{
    TRY(call->route->handle(call));
    return idempotency_keep(call->db, key,
                            &(struct idempotency_answer){.status = call->status,
                                                         .response = text_string(&call->text),
                                                         .action_id = call->made_action_id},
                            call->arena);
}

enum err repeat_or_handle(struct call *call)
{
    const char *given = call->route->idempotent ? call_header(call, "Idempotency-Key") : NULL;
    struct idempotency_key key = {.actor_id = call->caller.id, .key = given};
    struct idempotency_answer answer;
    enum idempotency_outcome outcome;

    if (given == NULL || call_query_flag(call, "dry_run"))
        return call->route->handle(call);
    if (!is_key(given))
        return call_refuse(call, PROBLEM_MALFORMED,
                           call_say(call, "Idempotency-Key: de 1 a 64 caracteres visíveis.",
                                    "Idempotency-Key: 1 to 64 visible characters."));
    hash_request(call, key.request_hash);
    TRY(idempotency_begin(call->db, &key, call->arena, &outcome, &answer));
    switch (outcome) {
    case IDEMPOTENCY_FIRST:
        return handle_and_keep(call, &key);
    case IDEMPOTENCY_REPEATED:
        return give_again(call, &answer);
    case IDEMPOTENCY_OTHER:
        return call_refuse(call, PROBLEM_KEY_REUSED, NULL);
    case IDEMPOTENCY_RUNNING:
        return call_refuse(call, PROBLEM_KEY_IN_USE, NULL);
    }
    return ERR_INTERNAL;
}
