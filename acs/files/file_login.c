/*
 * Who asks for a file by name and password as well. The ticket in its address has let it in already, so what
 * is wrong here is told, and may be tried again.
 */
#include <string.h>

#include "acs/auth/device_digest.h"
#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/base/metrics.h"
#include "acs/files/file_service.h"

static const char realm[] = "files";

/* The body of a file that is sent is not read first. */
static void challenge(const struct file_service *service, struct http_exchange *exchange,
                      enum ticket_kind kind, bool stale)
{
    struct arena *arena = http_request(exchange)->arena;
    char nonce[NONCE_MAX];
    const struct device_challenge challenge = {.realm = realm, .nonce = nonce, .stale = stale};
    struct http_header_field *fields = ARENA_ARRAY(arena, struct http_header_field, 2);

    device_nonce_write(service->nonce_key, clock_now_us(), nonce);
    fields[0] =
        (struct http_header_field){"WWW-Authenticate", device_challenge_digest(&challenge, CLAIM_MD5, arena)};
    fields[1] = (struct http_header_field){"WWW-Authenticate", device_challenge_basic(&challenge, arena)};
    http_reply(exchange,
               &(struct http_reply){
                   .status = 401, .headers = fields, .header_count = 2, .close = kind == TICKET_SEND});
}

static bool nonce_is_fresh(const struct file_service *service, const struct device_claim *claim)
{
    int64_t life_us = (int64_t)service->files->config->nonce_life_ms * US_PER_MS;
    int64_t made_us;

    return claim->scheme == CLAIM_BASIC || (device_nonce_read(service->nonce_key, claim->nonce, &made_us) &&
                                            clock_now_us() < made_us + life_us);
}

/* ret_stale: all of it is right but the nonce's age. */
static bool fits(const struct file_service *service, struct http_exchange *exchange,
                 const struct ticket *ticket, bool *ret_stale)
{
    const struct http_request *request = http_request(exchange);
    const struct ticket_login login = ticket_login(ticket, depot_key(service->files->depot), request->arena);
    const char *authorization = http_header(exchange, "Authorization");
    struct device_claim claim;
    struct device_key key;
    bool right;

    if (authorization == NULL || device_claim_read(authorization, request->arena, &claim) != ERR_OK)
        return false;
    if (claim.scheme == CLAIM_BASIC)
        claim.realm = realm;
    device_key_make(login.username, realm, login.password, request->arena, &key);
    right = strcmp(claim.username, login.username) == 0 && strcmp(claim.realm, realm) == 0 &&
            device_claim_fits(&claim, request->method, &key, request->arena);
    crypto_wipe(&key, sizeof(key));
    *ret_stale = right && !nonce_is_fresh(service, &claim);
    return right && !*ret_stale;
}

bool file_proves(const struct file_service *service, struct http_exchange *exchange,
                 const struct ticket *ticket)
{
    bool stale = false;

    if (!ticket->login || fits(service, exchange, ticket, &stale))
        return true;
    if (http_header(exchange, "Authorization") != NULL && !stale) {
        metric_count(METRIC_FILES_REFUSED);
        log_warn("wrong user name or password for a file", log_s("from", http_peer_text(exchange)),
                 log_s("action", ticket->action_id));
    }
    challenge(service, exchange, ticket->kind, stale);
    return false;
}
