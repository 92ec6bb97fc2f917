#include "acs/cwmp/door.h"

#include <string.h>

#include "acs/auth/device_name.h"
#include "acs/auth/throttle.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/cwmp/door_keys.h"
#include "acs/cwmp/endpoint.h"

enum { RELOAD_AFTER_MS = 1000, SKEW_US = 60 * US_PER_S };

/* ---- what the headers say ---- */

static void read_proxy(const struct door *door, struct post *post)
{
    const char *subject = http_header(post->exchange, door->certificate_header);
    const char *address = http_header(post->exchange, door->address_header);

    if (subject != NULL)
        post->certificate = device_name_from_subject(subject, post->arena);
    if (address != NULL)
        post->from = networks_last_address(address, post->arena);
}

void door_read(const struct door *door, struct post *post)
{
    post->authorization = http_header(post->exchange, "Authorization");
    if (!networks_are_none(door->proxies) &&
        networks_hold_peer(door->proxies, &http_request(post->exchange)->peer))
        read_proxy(door, post);
}

/* ---- 401 ---- */

/* Each later than the one before, so that no two of a worker have the same name. */
static int64_t next_nonce_us(struct worker *worker)
{
    int64_t now = clock_now_us();

    worker->nonce_us = now > worker->nonce_us ? now : worker->nonce_us + 1;
    return worker->nonce_us;
}

static void challenge(struct post *post, bool stale)
{
    const struct door *door = post->worker->all->door;
    char *nonce = arena_alloc(post->arena, NONCE_MAX);
    struct device_challenge challenge = {.realm = door->realm, .nonce = nonce, .stale = stale};
    struct http_header_field *fields =
        ARENA_ARRAY(post->arena, struct http_header_field, CLAIM_ALGORITHM_COUNT + 1);
    size_t count = 0;

    device_nonce_write(door->nonce_key, next_nonce_us(post->worker), nonce);
    for (unsigned i = 0; i < door->algorithm_count; i++)
        fields[count++].value = device_challenge_digest(&challenge, door->algorithms[i], post->arena);
    if (door->basic)
        fields[count++].value = device_challenge_basic(&challenge, post->arena);
    for (size_t i = 0; i < count; i++)
        fields[i].name = "WWW-Authenticate";
    metric_count(METRIC_AUTH_CHALLENGES);
    post->reply.headers = fields;
    post->reply.header_count = count;
    post_reply_text(post, 401, "Who is it?\n");
}

/* ---- failures ---- */

/* A user name from an address: not the address, where a whole town may live behind CGNAT, and not the user,
 * whom somebody elsewhere could lock out. */
static struct hash128 suspect(const struct post *post)
{
    struct text all = TEXT_IN(post->arena);
    const char *from = post_from(post);

    text_add(&all, from, strlen(from) + 1);
    text_puts(&all, post->pass.user);
    return crypto_siphash128(post->worker->all->identity_key, all.data, all.len);
}

static bool is_shared(const struct post *post)
{
    const struct door *door = post->worker->all->door;

    return door->has_bootstrap && strcmp(post->pass.user, door->bootstrap_username) == 0;
}

/* The shared user is never blocked: one home with a wrong password would keep its neighbours out. */
static bool is_blocked(const struct post *post)
{
    return !is_shared(post) && throttle_blocks(post->worker->failures, suspect(post), clock_mono_ms());
}

static void fail(struct post *post, const char *why)
{
    metric_count(METRIC_AUTH_WRONG);
    if (throttle_take(post->worker->failures, suspect(post), clock_mono_ms())) /* or the log would fill */
        log_warn("a device could not prove who it is", log_s("user", post->pass.user),
                 log_s("from", post_from(post)), log_s("why", why));
    challenge(post, false);
}

/* ---- judging a claim ---- */

struct door_work {
    struct device_claim claim;
    struct store_credential lookup;
    door_fn *go_on;
};

static struct hash128 hash_user(const struct post *post, const char *name)
{
    return crypto_siphash128(post->worker->all->identity_key, name, strlen(name));
}

static bool fits(const struct post *post, const struct device_key *key)
{
    return device_claim_fits(&post->door->claim, http_request(post->exchange)->method, key, post->arena);
}

static void let_in(struct post *post, enum pass_kind kind)
{
    post->pass.kind = kind;
    post->door->go_on(post);
}

/* False: it fits neither what the device has nor what it is about to get. */
static bool fits_credential(struct post *post, const struct credential *credential)
{
    struct pass *pass = &post->pass;
    bool by_key = credential->has_key && fits(post, &credential->key);

    if (!by_key && !(credential->has_next && fits(post, &credential->next_key)))
        return false;
    pass->by_next = !by_key;
    pass->first = by_key ? credential->enrolment == ENROLMENT_NEW : !credential->has_key;
    pass->fell_back = credential->fell_back;
    pass->device_id = credential->device_id;
    pass->identity = credential->identity;
    return true;
}

static void found(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct post *post = ctx;
    struct credential *credential;

    (void)unit;
    if (outcome != ERR_OK) {
        post_reply_unavailable(post);
        return;
    }
    credential = door_keep(post, &post->door->lookup.row);
    if (credential == NULL) { /* as much work as for one that exists */
        (void)fits(post, &post->worker->all->door->nobody);
        fail(post, "nobody has this user name");
    } else if (fits_credential(post, credential)) {
        let_in(post, PASS_OWN);
    } else {
        fail(post, "wrong password");
    }
}

static void look_up(struct post *post)
{
    metric_count(METRIC_CREDENTIAL_LOADS);
    post->door->lookup.username = post->pass.user;
    post->unit = (struct store_unit){
        .arena = post->arena, .credential = &post->door->lookup, .done = found, .ctx = post};
    store_submit(post->worker->store, &post->unit);
}

static void judge(struct post *post)
{
    const struct credential *credential;

    if (is_blocked(post)) {
        metric_count(METRIC_AUTH_TOO_OFTEN);
        challenge(post, false);
        return;
    }
    if (is_shared(post)) {
        if (fits(post, &post->worker->all->door->bootstrap_key))
            let_in(post, PASS_BOOTSTRAP);
        else
            fail(post, "wrong bootstrap password");
        return;
    }
    credential = credentials_find(post->worker->credentials, post->pass.user_hash);
    if (credential != NULL && fits_credential(post, credential))
        let_in(post, PASS_OWN);
    else if (credential == NULL || credential->loaded_ms + RELOAD_AFTER_MS < clock_mono_ms())
        look_up(post);
    else
        fail(post, "wrong password");
}

/* A nonce that is too old, or of a key that we do not have, is no failure (S-21). */
static bool nonce_is_good(struct post *post)
{
    const struct door *door = post->worker->all->door;
    const struct device_claim *claim = &post->door->claim;
    int64_t now = clock_now_us();
    int64_t made;

    if (!device_nonce_read(door->nonce_key, claim->nonce, &made) || made + door->nonce_life_us < now ||
        made > now + SKEW_US)
        return false;
    post->pass.nonce_us = made;
    post->pass.nonce_count = (int32_t)(claim->count & INT32_MAX);
    return true;
}

static bool is_offered(const struct door *door, const struct device_claim *claim)
{
    if (claim->scheme == CLAIM_BASIC)
        return door->basic;
    for (unsigned i = 0; i < door->algorithm_count; i++)
        if (door->algorithms[i] == claim->algorithm)
            return true;
    return false;
}

static void judge_claim(struct post *post)
{
    const struct door *door = post->worker->all->door;
    struct device_claim *claim = &post->door->claim;

    post->pass.user = claim->username;
    post->pass.user_hash = hash_user(post, claim->username);
    if (!is_offered(door, claim)) {
        challenge(post, false);
        return;
    }
    if (claim->scheme == CLAIM_BASIC)
        claim->realm = door->realm;
    if (strcmp(claim->realm, door->realm) != 0)
        fail(post, "another realm");
    else if (claim->scheme == CLAIM_DIGEST && !nonce_is_good(post))
        challenge(post, true);
    else
        judge(post);
}

void door_ask(struct post *post, door_fn *go_on)
{
    post->door = ARENA_NEW(post->arena, struct door_work);
    post->door->go_on = go_on;
    if (post->certificate != NULL) {
        post->pass.user = post->certificate;
        post->pass.user_hash = hash_user(post, post->certificate);
        let_in(post, PASS_CERTIFICATE);
    } else if (post->authorization == NULL) {
        challenge(post, false);
    } else if (device_claim_read(post->authorization, post->arena, &post->door->claim) != ERR_OK) {
        log_debug("an Authorization that cannot be read", log_s("from", post_from(post)),
                  log_s("why", err_message()));
        challenge(post, false);
    } else {
        judge_claim(post);
    }
}

bool door_is_stranger(const struct post *post, const struct session *session)
{
    struct device_claim claim;
    struct hash128 user;

    if (post->authorization == NULL || device_claim_read(post->authorization, post->arena, &claim) != ERR_OK)
        return false;
    user = hash_user(post, claim.username);
    return memcmp(&user, &session->user, sizeof(user)) != 0 &&
           memcmp(&user, &session->next_user, sizeof(user)) != 0;
}

void door_refuse_replay(struct post *post)
{
    metric_count(METRIC_AUTH_REPLAY);
    log_info("an Authorization was used before", log_s("user", post->pass.user),
             log_s("from", post_from(post)));
    challenge(post, true);
}
