/* Connection requests against routers that are scripts: what is sent, what is made of the answers, and when.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "acs/base/clock.h"
#include "acs/base/text.h"
#include "acs/http/client.h"
#include "acs/http/http.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))
#define SAYS(...)                  \
    {                              \
        .replies = { __VA_ARGS__ } \
    }
#define CHALLENGE(more) "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nWWW-Authenticate: " more "\r\n\r\n"

enum { REPLIES_MAX = 4, REQUEST_BYTES = 4096, MANY = 40 };

/* What a router says to the first request, to the second … on whatever connection. NULL: silence from here
 * on. */
struct script {
    const char *replies[REPLIES_MAX];
    bool closes;        /* after each reply */
    const char *floods; /* sent without end after the last reply */
};

struct router {
    const struct script *script;
    int listening;
    char address[64];
    pthread_t thread;
    char requests[REPLIES_MAX][REQUEST_BYTES];
    unsigned request_count;
    unsigned connection_count;
};

static bool read_request(struct router *router, int fd)
{
    char *request = router->requests[router->request_count % REPLIES_MAX];
    size_t len = 0;

    while (len < REQUEST_BYTES - 1) {
        ssize_t got = recv(fd, request + len, 1, 0);

        if (got <= 0)
            return false;
        len += (size_t)got;
        request[len] = '\0';
        if (text_ends_with(request, "\r\n\r\n"))
            break;
    }
    router->request_count++;
    return true;
}

static void flood(const struct router *router, int fd)
{
    const char *bytes = router->script->floods;

    while (bytes != NULL && send(fd, bytes, strlen(bytes), MSG_NOSIGNAL) > 0)
        continue;
}

/* Until the other end closes, or the script does. */
static void serve(struct router *router, int fd)
{
    while (read_request(router, fd)) {
        const char *reply =
            router->request_count <= REPLIES_MAX ? router->script->replies[router->request_count - 1] : NULL;

        if (reply == NULL)
            continue;
        send(fd, reply, strlen(reply), MSG_NOSIGNAL);
        if (router->request_count == REPLIES_MAX || router->script->replies[router->request_count] == NULL)
            flood(router, fd);
        if (router->script->closes)
            return;
    }
}

static void *run_router(void *ctx)
{
    struct router *router = ctx;
    int fd;

    while ((fd = accept(router->listening, NULL, NULL)) >= 0) {
        router->connection_count++;
        serve(router, fd);
        close(fd);
    }
    return NULL;
}

static void router_start(struct router *router, const struct script *script)
{
    *router = (struct router){.script = script};
    assert_int_equal(http_bind("127.0.0.1:0", false, &router->listening), ERR_OK);
    assert_int_equal(http_bound_address(router->listening, router->address, sizeof(router->address)), ERR_OK);
    assert_int_equal(fcntl(router->listening, F_SETFL, 0), 0);
    pthread_create(&router->thread, NULL, run_router, router);
}

static void router_stop(struct router *router)
{
    shutdown(router->listening, SHUT_RDWR);
    pthread_join(router->thread, NULL);
    close(router->listening);
}

/* ---- dialling ---- */

struct result {
    struct loop *loop;
    unsigned awaited;
    enum http_dial_outcome outcome; /* of the last */
    char detail[256];
};

static void on_result(enum http_dial_outcome outcome, const char *detail, void *ctx)
{
    struct result *result = ctx;

    result->outcome = outcome;
    snprintf(result->detail, sizeof(result->detail), "%s", detail);
    if (--result->awaited == 0)
        loop_stop(result->loop);
}

static void dial(struct http_client *client, const char *url, struct result *result)
{
    const struct http_dial dial = {
        .url = url, .username = "acs", .password = {.hidden = "s3cret"}, .timeout_ms = 2000};

    result->awaited++;
    http_client_dial(client, &dial, on_result, result);
}

/* One dial to the path at a router of this script. */
static struct result dial_router(struct router *router, const struct script *script, const char *path)
{
    struct result result = {.loop = loop_new()};
    struct http_client *client = http_client_new(result.loop, 4);
    char url[256];

    router_start(router, script);
    snprintf(url, sizeof(url), "http://%s%s", router->address, path);
    dial(client, url, &result);
    loop_run(result.loop);
    http_client_free(client);
    loop_free(result.loop);
    router_stop(router);
    return result;
}

/* ---- Digest, from the router's side ---- */

/* A parameter of the Authorization header, or "". */
static const char *parameter(struct arena *arena, const char *request, const char *name)
{
    const char *line = strcasestr(request, "\r\nAuthorization: Digest ");
    const char *at = line;
    size_t len = strlen(name);

    if (line == NULL)
        return "";
    while ((at = strstr(at, name)) != NULL && (at[len] != '=' || strchr(" ,", at[-1]) == NULL))
        at += len;
    if (at == NULL || at > strstr(line + 2, "\r\n"))
        return "";
    at += len + 1;
    return *at == '"' ? arena_memdup(arena, at + 1, strcspn(at + 1, "\""))
                      : arena_memdup(arena, at, strcspn(at, ",\r"));
}

static const char *hash(struct arena *arena, bool sha256, const char *text)
{
    char *hex = arena_alloc(arena, SHA256_HEX);

    if (sha256)
        crypto_sha256_hex(text, strlen(text), hex);
    else
        crypto_md5_hex(text, strlen(text), hex);
    return hex;
}

/* RFC 7616 3.4.1 */
static bool is_right(struct arena *arena, const char *request, const char *target, const char *nonce)
{
    const char *algorithm = parameter(arena, request, "algorithm");
    const char *qop = parameter(arena, request, "qop");
    const char *cnonce = parameter(arena, request, "cnonce");
    bool sha256 = text_starts_with(algorithm, "SHA-256");
    const char *ha1 =
        hash(arena, sha256, arena_printf(arena, "acs:%s:s3cret", parameter(arena, request, "realm")));
    const char *ha2 = hash(arena, sha256, arena_printf(arena, "GET:%s", target));
    const char *middle =
        *qop ? arena_printf(arena, "%s:%s:%s:%s", nonce, parameter(arena, request, "nc"), cnonce, qop)
             : nonce;

    if (text_ends_with(algorithm, "-sess"))
        ha1 = hash(arena, sha256, arena_printf(arena, "%s:%s:%s", ha1, nonce, cnonce));
    return strcmp(parameter(arena, request, "response"),
                  hash(arena, sha256, arena_printf(arena, "%s:%s:%s", ha1, middle, ha2))) == 0 &&
           strcmp(parameter(arena, request, "uri"), target) == 0 &&
           strcmp(parameter(arena, request, "nonce"), nonce) == 0 &&
           strcmp(parameter(arena, request, "username"), "acs") == 0;
}

static const struct {
    const char *name;
    struct script script;
    const char *qop;
    const char *opaque;
    const char *algorithm;
} challenges[] = {
    {"no qop",
     SAYS(CHALLENGE("Digest realm=\"cpe\", nonce=\"n1\""),                                                     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
     "",                                                                                                                                                        "",                                                                                            ""},
    {"auth",
     SAYS(CHALLENGE("Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth\", opaque=\"o/1\", algorithm=MD5"),
     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
     "auth",                                                                                                           "o/1",                                                                                                                                                                                                                                                   "MD5"},
    {"auth or auth-int",
     SAYS(CHALLENGE("Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth,auth-int\""),
     "HTTP/1.1 204 No Content\r\n\r\n"),
     "auth",                                                                               "",                                                                                                                                                                                                                       ""},
    {"auth-int or auth",
     SAYS(CHALLENGE("Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth-int, auth\""),
     "HTTP/1.1 204 No Content\r\n\r\n"),
     "auth",                                                "",                                                                                                                                                                             ""},
    {"qop without quotes",
     SAYS(CHALLENGE("Digest realm=\"cpe\",nonce=\"n1\",qop=auth"),                                                                                               "HTTP/1.1 204 No Content\r\n\r\n"),                                                                                                                                            "auth",
     "",""},
    {"MD5-sess",
     SAYS(CHALLENGE("Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth\", algorithm=MD5-sess"),
     "HTTP/1.1 200 OK\r\n\r\n"),
     "auth",                                                                                                                                                    "",                                                                                                                                                                                                                                                         "MD5-sess"},
    {"SHA-256",
     SAYS(CHALLENGE("Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256"),
     "HTTP/1.1 200 OK\r\n\r\n"),
     "auth","","SHA-256"},
    {"small letters (C-22)",
     SAYS(CHALLENGE("digest REALM=\"cpe\", Nonce=\"n1\", QOP=\"auth\""),                    "HTTP/1.1 200 OK\r\n\r\n"),                                                                                                                                "auth",
     "",                                                                                                                                                                                                                                                   ""},
    {"Basic before it",
     SAYS(CHALLENGE(
              "Basic realm=\"cpe\"\r\nWWW-Authenticate: Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth\""),
     "HTTP/1.1 200 OK\r\n\r\n"),
     "auth",                                         "", ""},
    {"Basic behind it",
     SAYS(CHALLENGE(
              "Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth\"\r\nWWW-Authenticate: Basic realm=\"cpe\""),
     "HTTP/1.1 200 OK\r\n\r\n"),
     "auth",                                                     "",                                                                                                                                                                                                                               ""},
    {"two of it: the first",
     SAYS(CHALLENGE("Digest realm=\"cpe\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256\r\n"
                    "WWW-Authenticate: Digest realm=\"cpe\", nonce=\"n2\", qop=\"auth\", algorithm=MD5"),
     "HTTP/1.1 200 OK\r\n\r\n"),
     "auth",                                                                                       "",                                                                                                                                                    "SHA-256"},
    {"lines that end with LF (C-22)",
     SAYS("HTTP/1.1 401 Unauthorized\nContent-Length: 0\nWWW-Authenticate: Digest realm=\"cpe\", "
          "nonce=\"n1\"\n\n",                                                                                               "HTTP/1.1 200 OK\n\n"),
     "",                                                                                      "",""},
    {"no commas, and a connection that ends unsaid",
     {.replies = {CHALLENGE("Digest qop=\"auth\" nonce=\"n1\" opaque=\"\" realm=\"cpe\""),
                  "HTTP/1.1 200 OK\r\n\r\n"},
      .closes = true},
     "auth",                                                                                                                                                "",
     ""},
    {"one header over several lines",
     SAYS(CHALLENGE("Digest\r\n   realm=\"cpe\",\r\n   qop=\"auth\",\r\n   nonce=\"n1\",\r\n   opaque=\"o\""),
     "HTTP/1.1 200 OK\r\n\r\n"),
     "auth",                                                               "o",                                                                                                                                                                                                                           ""},
    {"lines that end with LF, folded, and no empty one at the end",
     {.replies = {"HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Digest\n   realm=\"cpe\",\n   nonce=\"n1\"\n",
                  "HTTP/1.1 200 OK\n"},
      .closes = true},
     "",                                                                                                                                                    "",
     ""                                                                                                                                                                                                                                                      },
    {"one that is not known before one that is",
     SAYS(
         CHALLENGE(
             "Digest realm=\"cpe\", nonce=\"n9\", algorithm=SHA-512-256, Digest realm=\"cpe\", nonce=\"n1\""),
     "HTTP/1.1 200 OK\r\n\r\n"),
     "",                                                                                                                                                    "",                                                                                                                                                                                ""},
    {"HTTP/1.0 (C-22)",
     {.replies =
          {"HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"cpe\", nonce=\"n1\"\r\n\r\nno!",
           "HTTP/1.0 200 OK\r\n\r\nyes"},
      .closes = true},
     "",                                                                                                                                          "",
     ""                                                                                               },
};

static void every_form_of_digest_is_answered(void **state)
{
    static const char *const targets[] = {"/", "/a/b/c?x=1;y", "/../a/./b//c", "/%2fa%7E?b=%20&c='(d)"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(challenges); i++) {
        AUTO_ARENA arena = arena_new(4096);
        const char *target = targets[i % COUNT_OF(targets)];
        struct router router;
        struct result result = dial_router(&router, &challenges[i].script, target);
        const char *answer = router.requests[1];

        print_message("  %s\n", challenges[i].name);
        assert_string_equal(result.detail, "the router accepted");
        assert_int_equal(result.outcome, HTTP_DIAL_ACCEPTED);
        assert_int_equal(router.request_count, 2);
        assert_int_equal(router.connection_count, challenges[i].script.closes ? 2 : 1); /* C-21 */
        assert_true(is_right(arena, answer, target, "n1"));
        assert_string_equal(parameter(arena, answer, "qop"), challenges[i].qop);
        assert_string_equal(parameter(arena, answer, "opaque"), challenges[i].opaque);
        assert_string_equal(parameter(arena, answer, "algorithm"), challenges[i].algorithm);
        assert_int_equal(*parameter(arena, answer, "cnonce") != '\0', *challenges[i].qop != '\0');
        assert_true(strlen(parameter(arena, answer, "cnonce")) <=
                    32); /* more is cut off by some, and refused */
        assert_int_equal(*parameter(arena, answer, "nc") != '\0', *challenges[i].qop != '\0');
    }
}

static void what_is_sent_is_a_get_of_exactly_the_target_and_nothing_else(void **state)
{
    static const char *const paths[][2] = {
        {"/x/y?a=b",            "/x/y?a=b"           },
        {"",                    "/"                  },
        {"?a=b",                "/?a=b"              },
        {"/a/../b/./c//d",      "/a/../b/./c//d"     },
        {"/%2F%2f%41",          "/%2F%2f%41"         },
        {"/a;b=c,d!$&'()*+~:@", "/a;b=c,d!$&'()*+~:@"},
    };
    static const struct script accepts = SAYS("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        struct router router;
        struct result result = dial_router(&router, &accepts, paths[i][0]);
        char expected[REQUEST_BYTES];

        snprintf(expected, sizeof(expected), "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\n\r\n",
                 paths[i][1], router.address);
        assert_int_equal(result.outcome, HTTP_DIAL_ACCEPTED);
        assert_string_equal(router.requests[0], expected);
    }
}

static const struct {
    const char *name;
    struct script script;
    unsigned requests;
    enum http_dial_outcome outcome;
    const char *detail; /* %s: the router's address */
} outcomes[] = {
    {"200",                                                      SAYS("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),                            1,                                                                HTTP_DIAL_ACCEPTED,
     "the router accepted"},
    {"204",                                                      SAYS("HTTP/1.1 204 No Content\r\n\r\n"),                                           1,                                                                HTTP_DIAL_ACCEPTED,"the router accepted"},
    {"200 without a length, and open",                           SAYS("HTTP/1.1 200 OK\r\n\r\n"),                                                   1,                                                                HTTP_DIAL_ACCEPTED,
     "the router accepted"},
    {"200 without an end",
     {.replies = {"HTTP/1.1 200 OK\r\n\r\n"}, .floods = "flood "},
     1,                                                                                                                                                                                                               HTTP_DIAL_ACCEPTED,
     "the router accepted"},
    {"interim answers",                                          SAYS("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 1,
     HTTP_DIAL_ACCEPTED,"the router accepted"},
    {"503",                                                      SAYS("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),                            1,                                                                HTTP_DIAL_BUSY,
     "the router is busy, or was asked too often"},
    {"503 after the challenge",
     SAYS(CHALLENGE("Digest realm=\"r\", nonce=\"n\""),                                                                                             "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),                2,
     HTTP_DIAL_BUSY,"the router is busy, or was asked too often"},
    {"always 401 (C-10)",
     SAYS(CHALLENGE("Digest realm=\"r\", nonce=\"n1\""),                                                                                                                         CHALLENGE("Digest realm=\"r\", nonce=\"n2\""),
     CHALLENGE("Digest realm=\"r\", nonce=\"n3\"")),
     2,HTTP_DIAL_DENIED, "the router refused the user name or password"},
    {"always stale",
     SAYS(CHALLENGE("Digest realm=\"r\", nonce=\"n1\""),
     CHALLENGE("Digest realm=\"r\", nonce=\"n2\", stale=true"),
     CHALLENGE("Digest realm=\"r\", nonce=\"n3\", stale=true")),
     2,HTTP_DIAL_DENIED, "the router refused the user name or password"},
    {"Basic only (C-07)", SAYS(CHALLENGE("Basic realm=\"r\""),                                                                                                                                             "HTTP/1.1 200 OK\r\n\r\n"),                                                                                                                                                                                             1,
     HTTP_DIAL_DENIED,"the router wants a kind of login that would show it the password; only Digest is used"},
    {"a Digest of the future",
     SAYS(CHALLENGE("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1024"),"HTTP/1.1 200 OK\r\n\r\n"),1,
     HTTP_DIAL_DENIED,"the router wants a kind of Digest that is not known here"},
    {"a redirect (C-20)",
     SAYS("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),                                                                         1,
     HTTP_DIAL_STRANGE, "%s answered HTTP 302, a redirect, which is not followed"},
    {"404",                                                          SAYS("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),                                                                                                                         1,                                                                                                                        HTTP_DIAL_STRANGE,
     "%s answered HTTP 404"},
    {"a long challenge",
     {.replies = {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 999999999\r\nWWW-Authenticate: Digest "
                  "realm=\"r\", nonce=\"n\"\r\n\r\n"},
      .floods = "flood "},
     1,                                                                                   HTTP_DIAL_STRANGE,
     "%s answered something that is not HTTP, or too much of it"},
    {"not HTTP",                                                          SAYS("220 mail.example ESMTP\r\n"),                                                                                                                          1,                                                                                                                                                                                            HTTP_DIAL_STRANGE,
     "%s answered something that is not HTTP, or too much of it"},
    {"headers without an end",
     {.replies = {"HTTP/1.1 200 OK\r\n"}, .floods = "X-A: bbbbbbbbbbbbbbbbbbbbbbbbbb\r\n"},
     1,                                                                                                       HTTP_DIAL_ACCEPTED,
     "the router accepted"},
    {"hangs up",
     {.replies = {""}, .closes = true},
     1,                                                                                                                           HTTP_DIAL_UNREACHABLE,
     "%s closed the connection without an answer"},
    {"silence",                                                          SAYS(NULL),                                                                                                                                  1,                                                                                                                                                                               HTTP_DIAL_UNREACHABLE,"no answer within 2 s"},
};

static void an_outcome_says_what_the_router_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(outcomes); i++) {
        AUTO_ARENA arena = arena_new(1024);
        struct router router;
        struct result result = dial_router(&router, &outcomes[i].script, "/x");
        struct text expected = TEXT_IN(arena);
        const char *mark = strstr(outcomes[i].detail, "%s");

        print_message("  %s\n", outcomes[i].name);
        if (mark != NULL)
            text_puts(&expected, router.address);
        text_puts(&expected, mark != NULL ? mark + 2 : outcomes[i].detail);
        assert_string_equal(result.detail, text_string(&expected));
        assert_int_equal(result.outcome, outcomes[i].outcome);
        assert_int_equal(router.request_count, outcomes[i].requests);
    }
}

static void a_router_that_is_not_there_is_said_to_refuse(void **state)
{
    struct result result = {.loop = loop_new()};
    struct http_client *client = http_client_new(result.loop, 4);
    char address[64], url[128], expected[128];
    int fd;

    (void)state;
    assert_int_equal(http_bind("127.0.0.1:0", false, &fd), ERR_OK);
    assert_int_equal(http_bound_address(fd, address, sizeof(address)), ERR_OK);
    close(fd);
    snprintf(url, sizeof(url), "http://%s/x", address);
    snprintf(expected, sizeof(expected), "connection refused by %s", address);
    dial(client, url, &result);
    loop_run(result.loop);
    assert_int_equal(result.outcome, HTTP_DIAL_UNREACHABLE);
    assert_string_equal(result.detail, expected);
    http_client_free(client);
    loop_free(result.loop);
}

static void what_is_no_address_is_not_dialled_and_nobody_is_told_at_once(void **state)
{
    struct result result = {.loop = loop_new()};
    struct http_client *client = http_client_new(result.loop, 4);

    (void)state;
    dial(client, "http://localhost/x", &result);
    assert_int_equal(result.awaited, 1);
    loop_run(result.loop);
    assert_int_equal(result.outcome, HTTP_DIAL_UNREACHABLE);
    assert_string_equal(
        result.detail,
        "the router's address for connection requests is not http://<IP address>:<port>/<path>");
    http_client_free(client);
    loop_free(result.loop);
}

static void a_router_does_not_get_what_another_has_asked_for(void **state)
{
    static const struct script asks = SAYS(CHALLENGE("Digest realm=\"r\", nonce=\"n\", qop=\"auth\""),
                                           "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    struct result result = {.loop = loop_new()};
    struct http_client *client = http_client_new(result.loop, 1); /* so that they share a handle */
    struct router routers[2];
    char url[128];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(routers); i++) {
        router_start(&routers[i], &asks);
        snprintf(url, sizeof(url), "http://%s/x", routers[i].address);
        dial(client, url, &result);
        loop_run(result.loop);
        assert_int_equal(result.outcome, HTTP_DIAL_ACCEPTED);
        assert_int_equal(routers[i].request_count, 2);
        assert_null(strstr(routers[i].requests[0], "Authorization"));
        assert_non_null(strstr(routers[i].requests[1], "Authorization"));
    }
    http_client_free(client);
    loop_free(result.loop);
    for (size_t i = 0; i < COUNT_OF(routers); i++)
        router_stop(&routers[i]);
}

static void more_than_may_run_at_once_wait_for_their_turn(void **state)
{
    static const struct script accepts = SAYS("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    struct result result = {.loop = loop_new()};
    struct http_client *client = http_client_new(result.loop, 3);
    struct router routers[MANY];
    char url[128];

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        router_start(&routers[i], &accepts);
        snprintf(url, sizeof(url), "http://%s/x", routers[i].address);
        dial(client, url, &result);
    }
    loop_run(result.loop);
    assert_int_equal(result.awaited, 0);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(routers[i].request_count, 1);
        router_stop(&routers[i]);
    }
    http_client_free(client);
    loop_free(result.loop);
}

static void stop_loop(void *ctx)
{
    loop_stop(ctx);
}

static void a_client_ends_with_dials_under_way_and_calls_nobody(void **state)
{
    static const struct script silent = SAYS(NULL);
    struct result result = {.loop = loop_new()};
    struct http_client *client = http_client_new(result.loop, 2);
    struct loop_timer timer = {0};
    struct router router;
    char url[128];

    (void)state;
    router_start(&router, &silent);
    snprintf(url, sizeof(url), "http://%s/x", router.address);
    for (unsigned i = 0; i < 5; i++)
        dial(client, url, &result);
    loop_timer_set(result.loop, &timer, clock_mono_us() + 100 * US_PER_MS, stop_loop, result.loop);
    loop_run(result.loop);
    http_client_free(client);
    http_client_free(NULL);
    assert_int_equal(result.awaited, 5);
    router_stop(&router);
    loop_free(result.loop);
}

static void the_proxy_of_the_environment_has_no_say(void **state)
{
    static const struct script accepts = SAYS("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    struct router router;

    (void)state;
    assert_string_equal(getenv("http_proxy"), "http://127.0.0.1:9");
    assert_int_equal(dial_router(&router, &accepts, "/x").outcome, HTTP_DIAL_ACCEPTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_digest_is_answered),
        cmocka_unit_test(what_is_sent_is_a_get_of_exactly_the_target_and_nothing_else),
        cmocka_unit_test(an_outcome_says_what_the_router_did),
        cmocka_unit_test(a_router_that_is_not_there_is_said_to_refuse),
        cmocka_unit_test(what_is_no_address_is_not_dialled_and_nobody_is_told_at_once),
        cmocka_unit_test(a_router_does_not_get_what_another_has_asked_for),
        cmocka_unit_test(more_than_may_run_at_once_wait_for_their_turn),
        cmocka_unit_test(a_client_ends_with_dials_under_way_and_calls_nobody),
        cmocka_unit_test(the_proxy_of_the_environment_has_no_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
