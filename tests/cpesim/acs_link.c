#include "tests/cpesim/acs_link.h"

#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/cookie.h"
#include "tests/cpesim/digest.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/http_out.h"

enum { REDIRECTS_MAX = 5, ARENA_FIRST = 1024 };

struct acs_link {
    struct home *home;
    struct acs_link_user user;
    struct arena *arena; /* cookies, challenge, headers */
    struct http_out *http;
    struct url url;
    struct bytes body; /* of the request that is under way */
    struct cookie_jar cookies;
    struct auth_credentials credentials; /* an empty password: none */
    struct auth_challenge challenge;     /* scheme AUTH_NONE: none came yet */
    unsigned nonce_count;
    unsigned refusals; /* 401 answers to this body, one after the other */
    unsigned redirects;
};

static PRINTF_LIKE(3, 4) void violated(struct acs_link *link, const char *clause, const char *format, ...)
{
    char serial[SERIAL_MAX];
    va_list args;

    va_start(args, format);
    tally_violation(&link->home->fleet->tally, home_serial(link->home, serial), clause, "%s",
                    arena_vprintf(link->arena, format, args));
    va_end(args);
}

/* ---- sending ---- */

static const char *authorization(struct acs_link *link)
{
    struct auth_target target = {"POST", link->url.target};

    link->nonce_count++;
    return auth_answer(&link->challenge, &link->credentials, &target, link->nonce_count, link->arena);
}

static const char *header_fields(struct acs_link *link)
{
    struct text out = TEXT_IN(link->arena);
    const char *cookies = cookie_header(&link->cookies, &link->url, link->arena);

    text_puts(&out, "User-Agent: cpesim/" FAROL_VERSION "\r\n");
    if (link->body.len > 0)
        text_puts(&out, "Content-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction:\r\n");
    if (cookies != NULL && !(link->home->tree.model->quirks & QUIRK_NO_COOKIES))
        text_printf(&out, "Cookie: %s\r\n", cookies);
    if (link->challenge.scheme != AUTH_NONE)
        text_printf(&out, "Authorization: %s\r\n", authorization(link));
    return text_string(&out);
}

static void post(struct acs_link *link)
{
    unsigned quirks = link->home->tree.model->quirks;
    struct http_call call = {
        .url = &link->url,
        .fields = header_fields(link),
        .body = link->body.data,
        .len = link->body.len,
        .chunked = quirks & QUIRK_CHUNKED,
        .fresh = (quirks & QUIRK_RECONNECTS) && link->refusals == 0,
    };

    http_out_post(link->http, &call);
}

/* ---- answers ---- */

static void break_off(struct acs_link *link, const char *why)
{
    link->user.broken(arena_strdup(link->arena, why), link->user.ctx);
}

static void take_cookies(struct acs_link *link, const struct http_head *head)
{
    for (size_t i = 0; i < head->count; i++)
        if (text_equal_nocase(head->fields[i].name, "Set-Cookie") &&
            cookie_take(&link->cookies, &link->url, head->fields[i].value, link->arena) != ERR_OK)
            violated(link, "3.4.2", "%s", err_message());
}

/* "utf-8" of 'text/xml; charset="utf-8"', or NULL. */
static const char *charset_of(struct acs_link *link, const char *content_type)
{
    const char *charset = content_type == NULL ? NULL : strcasestr(content_type, "charset=");
    size_t quoted;

    if (charset == NULL)
        return NULL;
    charset += strlen("charset=");
    quoted = *charset == '"';
    return arena_memdup(link->arena, charset + quoted, strcspn(charset + quoted, "\"; "));
}

static void check_message(struct acs_link *link, const struct http_answer *answer)
{
    const char *type = http_head_find(answer->head, "Content-Type");

    if (answer->status == 204 && (type != NULL || http_head_find(answer->head, "Transfer-Encoding") != NULL))
        violated(link, "3.4.6", "204 with Content-Type or Transfer-Encoding");
    if (answer->status == 200 && answer->len > 0 &&
        (type == NULL || strncasecmp(type, "text/xml", 8) != 0 || strchr("; ", type[8]) == NULL))
        violated(link, "3.4.1", "an envelope with Content-Type '%s', not text/xml", text_or_empty(type));
    if (http_head_find(answer->head, "Content-Encoding") != NULL)
        violated(link, "3.4.7", "a compressed answer to a device that did not ask for it");
    if (answer->more)
        violated(link, "3.4.6", "bytes after the end of an answer");
}

static void take_message(struct acs_link *link, const struct http_answer *answer)
{
    const char *charset = charset_of(link, http_head_find(answer->head, "Content-Type"));

    check_message(link, answer);
    link->refusals = 0;
    link->user.received(answer->body, answer->len, charset, link->user.ctx);
}

/* The best of all challenges in this answer. */
static enum err read_challenges(struct acs_link *link, const struct http_head *head,
                                struct auth_challenge *ret)
{
    enum auth_scheme most =
        link->home->tree.model->quirks & QUIRK_MD5_ALONE ? AUTH_DIGEST : AUTH_DIGEST_SHA256;
    enum err result = err_set(ERR_INVALID, "401 without WWW-Authenticate");

    ret->scheme = AUTH_NONE;
    for (size_t i = 0; i < head->count; i++) {
        struct auth_challenge challenge = {0};

        if (!text_equal_nocase(head->fields[i].name, "WWW-Authenticate"))
            continue;
        result = auth_read_challenge(head->fields[i].value, most, link->arena, &challenge);
        if (result == ERR_OK && challenge.scheme > ret->scheme)
            *ret = challenge;
    }
    return ret->scheme == AUTH_NONE ? result : ERR_OK;
}

/* A second 401 in a row fails the session, unless it says that only the nonce was too old (3.7.1.4, RFC
 * 7616 3.3). */
static void take_challenge(struct acs_link *link, const struct http_answer *answer)
{
    struct auth_challenge challenge = {0};

    tally_count(&link->home->fleet->tally, TALLY_AUTH_CHALLENGES);
    if (read_challenges(link, answer->head, &challenge) != ERR_OK) {
        violated(link, "3.4.5", "%s", err_message());
        break_off(link, "401 that cannot be answered");
        return;
    }
    if (challenge.scheme == AUTH_BASIC)
        violated(link, "3.4.4", "Basic authentication without TLS");
    if (*link->credentials.password == '\0') {
        break_off(link, "401, and no credentials are configured");
        return;
    }
    if (link->refusals >= (challenge.stale ? 2 : 1)) {
        break_off(link, "401 again: the credentials are refused");
        return;
    }
    link->refusals++;
    link->challenge = challenge;
    link->nonce_count = 0;
    post(link);
}

static void follow(struct acs_link *link, const struct http_answer *answer)
{
    const char *location = http_head_find(answer->head, "Location");
    struct url url;

    if (location == NULL || url_resolve(&link->url, location, &url) != ERR_OK) {
        violated(link, "3.4.2", "a redirect to '%s'", text_or_empty(location));
        break_off(link, "a redirect to nowhere");
        return;
    }
    if (++link->redirects > REDIRECTS_MAX) {
        break_off(link, "too many redirects");
        return;
    }
    if (answer->len > 0 && memmem(answer->body, answer->len, "Envelope", 8) != NULL)
        violated(link, "3.4.2", "a redirect with an envelope");
    link->url = url;
    post(link);
}

static void on_answer(const struct http_answer *answer, void *ctx)
{
    struct acs_link *link = ctx;

    tally_status(&link->home->fleet->tally, answer->status);
    take_cookies(link, answer->head);
    switch (answer->status) {
    case 200:
    case 204:
        take_message(link, answer);
        return;
    case 401:
        take_challenge(link, answer);
        return;
    case 302:
    case 307:
        follow(link, answer);
        return;
    }
    if (answer->status < 400)
        violated(link, "3.4", "status %u", answer->status);
    break_off(link, arena_printf(link->arena, "status %u", answer->status));
}

static void on_broken(const char *why, void *ctx)
{
    struct acs_link *link = ctx;

    tally_count(&link->home->fleet->tally, TALLY_HTTP_BROKEN);
    break_off(link, why);
}

void acs_link_post(struct acs_link *link, const char *bytes, size_t len)
{
    link->body.len = 0;
    bytes_add(&link->body, bytes, len);
    post(link);
}

void acs_link_repeat(struct acs_link *link)
{
    post(link);
}

enum err acs_link_new(struct home *home, const struct acs_link_user *user, struct acs_link **ret)
{
    const struct http_out_user http_user = {on_answer, on_broken, NULL};
    struct http_out_user with_ctx = http_user;
    struct arena *arena = arena_new(ARENA_FIRST);
    struct acs_link *link = ARENA_NEW(arena, struct acs_link);

    if (url_read(tree_text(&home->tree, "ManagementServer.URL", arena), &link->url) != ERR_OK) {
        arena_free(arena);
        return err_set(ERR_INVALID, "ManagementServer.URL cannot be used");
    }
    link->home = home;
    link->user = *user;
    link->arena = arena;
    link->credentials.username = tree_text(&home->tree, "ManagementServer.Username", arena);
    link->credentials.password = tree_text(&home->tree, "ManagementServer.Password", arena);
    with_ctx.ctx = link;
    link->http =
        http_out_new(home->fleet->loop, home->fleet->alarms, home->fleet->options->listen, &with_ctx);
    *ret = link;
    return ERR_OK;
}

void acs_link_free(struct acs_link *link)
{
    if (link == NULL)
        return;
    http_out_free(link->http);
    bytes_free(&link->body);
    arena_free(link->arena); /* link itself is in it */
}
