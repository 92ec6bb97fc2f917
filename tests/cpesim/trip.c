#include "tests/cpesim/trip.h"

#include <stdlib.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/cpesim/digest.h"
#include "tests/cpesim/fleet.h"
#include "tests/cpesim/http_out.h"

enum { REDIRECTS_MAX = 5, BREAKS_MAX = 3, ARENA_FIRST = 1024 };

struct trip {
    struct home *home;
    struct arena *arena; /* it is in it itself, and all that is said on the way */
    struct http_out *http;
    trip_fn *done;
    void *ctx;
    struct url url;
    struct auth_credentials credentials;
    struct auth_challenge challenge;
    const struct bytes *upload;
    struct bytes got; /* what is kept of it */
    size_t received;  /* of all that came */
    size_t keep;
    uint32_t size;
    unsigned nonce_count, refusals, redirects, breaks;
};

static void send_request(struct trip *trip);

/* ---- the end ---- */

static void end(struct trip *trip, uint32_t fault)
{
    trip->done(fault, &trip->got, trip->ctx);
}

static void end_fetch(struct trip *trip)
{
    end(trip, trip->size != 0 && trip->size != trip->received ? TRIP_CORRUPTED : 0);
}

/* ---- there ---- */

static const char *authorization(struct trip *trip, const char *method)
{
    struct auth_target target = {method, trip->url.target};

    trip->nonce_count++;
    return auth_answer(&trip->challenge, &trip->credentials, &target, trip->nonce_count, trip->arena);
}

/* What is still missing: after a break the rest, and for some each piece. */
static void put_range(const struct trip *trip, struct text *out)
{
    if (trip->home->tree.model->quirks & QUIRK_PIECES)
        text_printf(out, "Range: bytes=%zu-%zu\r\n", trip->received, trip->received + TRIP_PIECE - 1);
    else if (trip->received > 0)
        text_printf(out, "Range: bytes=%zu-\r\n", trip->received);
}

static void send_request(struct trip *trip)
{
    const char *method = trip->upload != NULL ? "PUT" : "GET";
    struct text fields = TEXT_IN(trip->arena);
    struct http_call call = {.method = method,
                             .url = &trip->url,
                             .most = trip->keep > 0 ? SIZE_MAX : TRIP_MOST,
                             .keep = trip->keep};

    text_puts(&fields, "User-Agent: cpesim/" FAROL_VERSION "\r\n");
    if (trip->upload == NULL)
        put_range(trip, &fields);
    if (trip->challenge.scheme != AUTH_NONE)
        text_printf(&fields, "Authorization: %s\r\n", authorization(trip, method));
    call.fields = text_string(&fields);
    if (trip->upload != NULL) {
        call.body = trip->upload->data;
        call.len = trip->upload->len;
        call.chunked = trip->home->tree.model->quirks & QUIRK_CHUNKED;
    }
    http_out_post(trip->http, &call);
}

/* ---- and back ---- */

/* "bytes 0-19999/50000": from where, and how much there is in all. */
static bool read_range(const char *value, size_t *ret_from, size_t *ret_all)
{
    char *end;

    if (value == NULL || !text_starts_with(value, "bytes "))
        return false;
    *ret_from = strtoul(value + strlen("bytes "), &end, 10);
    if (*end != '-')
        return false;
    strtoul(end + 1, &end, 10);
    if (*end != '/')
        return false;
    *ret_all = strtoul(end + 1, &end, 10);
    return *end == '\0';
}

/* Of a later piece nothing is kept where the first ones were enough. */
static void take(struct trip *trip, const struct http_answer *answer)
{
    if (trip->keep == 0 || trip->got.len < trip->keep)
        bytes_add(&trip->got, answer->body, answer->len);
    trip->received += answer->whole;
}

/* 0: it is no part that begins where the one before ended; else how much there is in all. */
static size_t goes_on(const struct trip *trip, const struct http_answer *answer)
{
    size_t from, all;

    if (!read_range(http_head_find(answer->head, "Content-Range"), &from, &all) || from != trip->received)
        return 0;
    return all;
}

static void take_part(struct trip *trip, const struct http_answer *answer)
{
    size_t all = goes_on(trip, answer);

    if (all == 0 || answer->whole == 0) {
        end(trip, TRIP_INCOMPLETE);
        return;
    }
    take(trip, answer);
    if (trip->received < all)
        send_request(trip);
    else
        end_fetch(trip);
}

static void take_whole(struct trip *trip, const struct http_answer *answer)
{
    trip->got.len = trip->received = 0;
    if (trip->upload == NULL)
        take(trip, answer);
    end_fetch(trip);
}

static bool read_challenges(struct trip *trip, const struct http_head *head)
{
    trip->challenge = (struct auth_challenge){0};
    for (size_t i = 0; i < head->count; i++) {
        struct auth_challenge one = {0};

        if (text_equal_nocase(head->fields[i].name, "WWW-Authenticate") &&
            auth_read_challenge(head->fields[i].value, AUTH_DIGEST_SHA256, trip->arena, &one) == ERR_OK &&
            one.scheme > trip->challenge.scheme)
            trip->challenge = one;
    }
    return trip->challenge.scheme != AUTH_NONE;
}

static void take_challenge(struct trip *trip, const struct http_answer *answer)
{
    if (!read_challenges(trip, answer->head) || *trip->credentials.username == '\0' ||
        trip->refusals++ >= (trip->challenge.stale ? 2U : 1U)) {
        end(trip, TRIP_AUTHENTICATION);
        return;
    }
    trip->nonce_count = 0;
    send_request(trip);
}

static void follow(struct trip *trip, const struct http_answer *answer)
{
    const char *location = http_head_find(answer->head, "Location");
    struct url url;

    if (location == NULL || ++trip->redirects > REDIRECTS_MAX ||
        url_resolve(&trip->url, location, &url) != ERR_OK) {
        end(trip, TRIP_NO_ACCESS);
        return;
    }
    trip->url = url;
    send_request(trip);
}

static uint32_t fault_of(const struct trip *trip, unsigned status)
{
    if (status == 403 || status == 404 || status == 410)
        return TRIP_NO_ACCESS;
    return trip->upload != NULL ? TRIP_FAILED_UPLOAD : TRIP_FAILED_DOWNLOAD;
}

static void on_answer(const struct http_answer *answer, void *ctx)
{
    struct trip *trip = ctx;

    switch (answer->status) {
    case 200:
        take_whole(trip, answer);
        return;
    case 201:
    case 204:
        end(trip, trip->upload != NULL ? 0 : TRIP_FAILED_DOWNLOAD);
        return;
    case 206:
        take_part(trip, answer);
        return;
    case 401:
        take_challenge(trip, answer);
        return;
    case 302:
    case 307:
        follow(trip, answer);
        return;
    }
    end(trip, fault_of(trip, answer->status));
}

/* The rest of it is asked for by Range. */
static void keep_part(struct trip *trip)
{
    struct http_answer part;

    if (trip->upload != NULL || !http_out_part(trip->http, &part))
        return;
    if (part.status == 200)
        trip->got.len = trip->received = 0;
    if (part.status == 200 || (part.status == 206 && goes_on(trip, &part)))
        take(trip, &part);
}

static void on_broken(const char *why, void *ctx)
{
    struct trip *trip = ctx;

    (void)why;
    keep_part(trip);
    if (++trip->breaks < BREAKS_MAX)
        send_request(trip);
    else
        end(trip, trip->received > 0 ? TRIP_INCOMPLETE : TRIP_NO_CONTACT);
}

uint32_t trip_judge_url(const char *url)
{
    struct url read;

    if (!text_starts_with(url, "http://"))
        return TRIP_PROTOCOL;
    return url_read(url, &read) == ERR_OK ? 0 : TRIP_NO_ACCESS;
}

struct trip *trip_new(struct home *home, const struct trip_order *order, trip_fn *done, void *ctx)
{
    struct arena *arena = arena_new(ARENA_FIRST);
    struct trip *trip = ARENA_NEW(arena, struct trip);
    const struct http_out_user user = {on_answer, on_broken, trip};

    trip->home = home;
    trip->arena = arena;
    trip->done = done;
    trip->ctx = ctx;
    trip->upload = order->upload;
    trip->keep = order->keep;
    trip->size = order->upload == NULL ? order->size : 0;
    trip->credentials.username = arena_strdup(arena, order->username);
    trip->credentials.password = arena_strdup(arena, order->password);
    trip->http = http_out_new(home->fleet->loop, home->fleet->alarms, home->fleet->options->listen, &user);
    if (url_read(order->url, &trip->url) != ERR_OK)
        abort(); /* trip_judge_url() comes first */
    send_request(trip);
    return trip;
}

void trip_free(struct trip *trip)
{
    if (trip == NULL)
        return;
    http_out_free(trip->http);
    bytes_free(&trip->got);
    arena_free(trip->arena);
}
