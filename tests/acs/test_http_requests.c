/* What is a request, and what is none: framing, the audit of the headers, and what a handler gets to see. */
#include <stdio.h>
#include <string.h>

#include "acs/base/text.h"
#include "tests/acs/http_peer.h"
#include "tests/acs/http_server.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))
#define BYTES(text)     text, sizeof(text) - 1
#define SMUGGLED        "POST /smuggled HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"

static struct server *server;

static int start_server(void **state)
{
    (void)state;
    server = server_in_loop(&generous, NULL);
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    server_stop(server);
    return 0;
}

static const struct {
    const char *name;
    const char *request;
    size_t len;
    const char *seen;
} good[] = {
    {"with a length",                                    BYTES("POST /acs?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
     "POST /acs?x=1\nhello"                                                                                                                                   },
    {"without any framing (T-12)",                       BYTES("POST /acs HTTP/1.1\r\nHost: a\r\n\r\n"),                                        "POST /acs?\n"},
    {"without Host",                                     BYTES("POST /acs HTTP/1.1\r\n\r\n"),                                                   "POST /acs?\n"},
    {"no chunk but the last (T-11)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),                                                        "POST /?\n"   },
    {"chunks of one byte, extensions, a trailer (T-13)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
           "Chunked\r\n\r\n1;a=b\r\nh\r\n1\r\ne\r\n1;x\r\ny\r\n"
           "0\r\nContent-Length: 99\r\nX-Sum: 1\r\n\r\n"),
     "POST /?\nhey"                                                                                                                                           },
    {"absolute form (T-39)",
     BYTES("POST http://acs.example:7547/a/b?c HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
     "POST /a/b?c\n"                                                                                                                                          },
    {"absolute form without a path",                     BYTES("POST HTTPS://acs.example HTTP/1.1\r\nHost: a\r\n\r\n"),
     "POST /?\n"                                                                                                                                              },
    {"escapes are left alone",                           BYTES("GET /a%20b%2Fc?d=%41+e HTTP/1.1\r\nHost: a\r\n\r\n"),
     "GET /a%20b%2Fc?d=%41+e\n"                                                                                                                               },
    {"the asterisk",                                     BYTES("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),                                        "OPTIONS *?\n"},
    {"a method of no standard",                          BYTES("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"),                                        "BREW /pot?\n"},
    {"lines that end with LF",                           BYTES("POST / HTTP/1.1\nHost: a\nContent-Length: 2\n\nhi"),                            "POST /?\nhi" },
    {"blanks around values",                             BYTES("POST / HTTP/1.1\r\nHost: \t a \t\r\nContent-Length:2\r\n\r\nhi"),
     "POST /?\nhi"                                                                                                                                            },
    {"empty values",                                     BYTES("POST / HTTP/1.1\r\nHost:\r\nSOAPAction:\r\nContent-Length: 2\r\n\r\nhi"),
     "POST /?\nhi"                                                                                                                                            },
    {"blank lines before it",                            BYTES("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),                                    "GET /?\n"    },
    {"identity",                                         BYTES("POST / HTTP/1.1\r\nContent-Encoding: Identity\r\nContent-Length: 2\r\n\r\nhi"),
     "POST /?\nhi"                                                                                                                                            },
    {"a length with zeros in front",                     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0002\r\n\r\nhi"),
     "POST /?\nhi"                                                                                                                                            },
};

static void a_good_request_reaches_the_handler_as_it_was_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct peer peer = peer_open(server_address(server));
        struct answer answer;

        print_message("  %s\n", good[i].name);
        peer_send_bytes(&peer, good[i].request, good[i].len);
        answer = peer_read(&peer);
        assert_int_equal(answer.status, 200);
        assert_string_equal(answer.body, good[i].seen);
        peer_close(&peer);
    }
}

static void it_does_so_even_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct peer peer = peer_open(server_address(server));
        struct answer answer;

        for (size_t at = 0; at < good[i].len; at++) {
            peer_send_bytes(&peer, good[i].request + at, 1);
            if (at % 16 == 0) /* let it be seen: the answer to nothing does not come */
                assert_false(peer_wait(&peer, 1, 1));
        }
        answer = peer_read(&peer);
        assert_string_equal(answer.body, good[i].seen);
        peer_close(&peer);
    }
}

static const struct {
    const char *name;
    const char *request;
    size_t len;
    unsigned status;
} bad[] = {
    {"two lengths (M10)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nhello" SMUGGLED),
     400                                                                                                                           },
    {"two equal lengths",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello" SMUGGLED),
     400                                                                                                                           },
    {"length and chunks (M10)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
           "chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"chunks and length (M10)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
           "5\r\n\r\n0\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a blank before the colon (M10)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 58\r\n\r\n" SMUGGLED),                                               400},
    {"a tab before the colon",               BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length\t: 58\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a length on a second line (M10)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n 58\r\n\r\n" SMUGGLED),                                            400},
    {"a coding on a second line (M10)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\tchunked\r\nX: y\r\n\r\n3a\r\n" SMUGGLED
           "\r\n0\r\n\r\n"),
     400                                                                                                                           },
    {"a folded value",                       BYTES("POST / HTTP/1.1\r\nHost: a\r\nX-Y: b\r\n c\r\n\r\n" SMUGGLED),              400},
    {"a folded first line",                  BYTES("POST / HTTP/1.1\r\n Host: a\r\n\r\n" SMUGGLED),                             400},
    {"a NUL in a value (M10)",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\0"
           "8\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a NUL in the last value",              BYTES("POST / HTTP/1.1\r\nContent-Length: 0\r\nHost: a\0b\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a NUL in a name (M10)",                BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent\0-Length: 5\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a NUL in the target",                  BYTES("POST /\0a HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED),                           400},
    {"a CR in a value",
     BYTES("POST / HTTP/1.1\r\nHost: a\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a length that is no number",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: five\r\n\r\n" SMUGGLED),                                              400},
    {"a negative length",                    BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n" SMUGGLED),        400},
    {"a length with a sign",                 BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello" SMUGGLED),
     400                                                                                                                           },
    {"a list of lengths",                    BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello" SMUGGLED),
     400                                                                                                                           },
    {"a hexadecimal length",                 BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello" SMUGGLED),
     400                                                                                                                           },
    {"an empty length",                      BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n" SMUGGLED),           400},
    {"a length with a tail",                 BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 \r\n\r\nhello" SMUGGLED),
     400                                                                                                                           },
    {"a length beyond 64 bits",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n" SMUGGLED),                              413},
    {"a length that would wrap",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n" SMUGGLED),                              400},
    {"a length of too many zeros",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0000000000000000000000005\r\n\r\nhello" SMUGGLED),
     400                                                                                                                           },
    {"a coding that we do not know",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n" SMUGGLED),                                           400},
    {"two codings in one",
     BYTES("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SMUGGLED),                                    400},
    {"two codings",
     BYTES("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
           "identity\r\n\r\n0\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a coding with a tail",
     BYTES("POST / HTTP/1.1\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n" SMUGGLED),                                         400},
    {"an empty coding",                      BYTES("POST / HTTP/1.1\r\nTransfer-Encoding:\r\n\r\n" SMUGGLED),                   400},
    {"chunks in HTTP/1.0",                   BYTES("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a chunk size that is none",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" SMUGGLED),                              400},
    {"a chunk that does not end",
     BYTES("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhiX\r\n0\r\n\r\n" SMUGGLED),
     400                                                                                                                           },
    {"a line that is no header",             BYTES("POST / HTTP/1.1\r\nHost: a\r\nContent-Length\r\n\r\n" SMUGGLED),            400},
    {"a name with a character that is none", BYTES("POST / HTTP/1.1\r\nHo(st: a\r\n\r\n" SMUGGLED),                             400},
    {"a header without a name",              BYTES("POST / HTTP/1.1\r\n: a\r\n\r\n" SMUGGLED),                                  400},
    {"a method that is no word",             BYTES("PO(ST / HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED),                             400},
    {"a blank in the target",                BYTES("POST /a b HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED),                           400},
    {"two blanks before the target",         BYTES("POST  / HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED),                             400},
    {"a control character in the target",    BYTES("POST /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED),                         400},
    {"a target that is no path",             BYTES("POST acs HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED),                            400},
    {"a tunnel",                             BYTES("CONNECT 192.0.2.1:80 HTTP/1.1\r\nHost: a\r\n\r\n" SMUGGLED),                400},
    {"an old version",                       BYTES("POST / HTTP/0.9\r\nHost: a\r\n\r\n" SMUGGLED),                              505},
    {"a new version",                        BYTES("POST / HTTP/2.0\r\nHost: a\r\n\r\n" SMUGGLED),                              505},
    {"no version at all",                    BYTES("POST /\r\nHost: a\r\n\r\n" SMUGGLED),                                       400},
    {"a compressed body",
     BYTES("POST / HTTP/1.1\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nhello" SMUGGLED),                               415},
    {"a body compressed twice",
     BYTES("POST / HTTP/1.1\r\nContent-Encoding: identity, gzip\r\nContent-Length: 5\r\n\r\nhello" SMUGGLED),
     415                                                                                                                           },
};

static void a_bad_request_is_refused_and_nothing_after_it_is_served(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct peer peer = peer_open(server_address(server));
        unsigned before = server_echoes(server);
        struct answer answer;

        print_message("  %s\n", bad[i].name);
        peer_send_bytes(&peer, bad[i].request, bad[i].len);
        answer = peer_read_to_end(&peer);
        assert_int_equal(answer.status, bad[i].status);
        assert_string_equal(answer_header(&answer, "Connection"), "close");
        assert_null(
            strstr(answer.body, "HTTP/1.1 2")); /* libmicrohttpd sends the head of some errors twice */
        assert_int_equal(server_echoes(server), before);
        peer_close(&peer);
    }
}

static void requests_sent_at_once_are_answered_in_order(void **state)
{
    struct peer peer = peer_open(server_address(server));
    struct answer answer;

    (void)state;
    peer_send(&peer,
              "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
              "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo"
              "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
              "POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n");
    answer = peer_read(&peer);
    assert_string_equal(answer.body, "POST /1?\none");
    answer = peer_read(&peer);
    assert_string_equal(answer.body, "POST /later?\ntwo");
    answer = peer_read(&peer);
    assert_int_equal(answer.status, 204);
    answer = peer_read(&peer);
    assert_string_equal(answer.body, "POST /4?\nfour");
    peer_close(&peer);
}

static void nothing_is_said_with_no_body_no_type_and_an_open_connection(void **state)
{
    struct peer peer;
    struct answer answer;

    (void)state;
    answer = peer_ask(&peer, server_address(server), "POST /nothing HTTP/1.1\r\nHost: a\r\n\r\n"); /* T-07 */
    assert_int_equal(answer.status, 204);
    assert_null(answer_header(&answer, "Content-Type"));
    assert_null(answer_header(&answer, "Content-Length"));
    assert_null(answer_header(&answer, "Transfer-Encoding"));
    peer_send(&peer, "POST /again HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n!");
    answer = peer_read(&peer);
    assert_string_equal(answer.body, "POST /again?\n!");
    peer_close(&peer);
}

static void a_client_that_asks_first_is_told_to_continue(void **state)
{
    struct peer peer;
    struct answer answer;

    (void)state;
    answer = peer_ask(&peer, server_address(server), /* T-15 */
                      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(answer.status, 100);
    peer_send(&peer, "hi");
    answer = peer_read(&peer);
    assert_string_equal(answer.body, "POST /?\nhi");
    peer_close(&peer);
}

static void a_client_that_asks_first_with_too_much_is_told_so(void **state)
{
    struct peer peer;
    struct answer answer;

    (void)state;
    answer =
        peer_ask(&peer, server_address(server),
                 "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(answer.status, 413);
    assert_true(peer_closed_within(&peer, 1000));
    peer_close(&peer);
}

static void a_connection_ends_when_either_side_says_so(void **state)
{
    static const struct {
        const char *request;
        bool stays;
    } cases[] = {
        {"POST / HTTP/1.0\r\n\r\n",                                          false},
        {"POST / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",                true },
        {"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",          false},
        {"POST /close HTTP/1.1\r\nHost: a\r\n\r\n",                          false},
        {"POST /later HTTP/1.1\r\nHost: a\r\nConnection: TE, close\r\n\r\n", false},
        {"POST / HTTP/1.1\r\nHost: a\r\n\r\n",                               true },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct peer peer;
        struct answer answer = peer_ask(&peer, server_address(server), cases[i].request);

        assert_int_equal(answer.status, 200);
        assert_int_equal(peer_closed_within(&peer, cases[i].stays ? 50 : 1000), !cases[i].stays);
        peer_close(&peer);
    }
}

/* ---- what a handler can ask ---- */

static void join(const char *value, void *ctx)
{
    struct text *text = ctx;

    text_printf(text, "[%s]", value);
}

/* "<agent>|<cookies>|<query a>|<query é>|<peer>" */
static void say_what_was_asked(struct http_exchange *exchange, void *ctx)
{
    struct text text = TEXT_IN(http_request(exchange)->arena);

    (void)ctx;
    text_printf(&text, "%s|", text_or_empty(http_header(exchange, "User-Agent")));
    http_each_header(exchange, "Cookie", join, &text);
    text_printf(&text, "|%s|%s|", text_or_empty(http_query(exchange, "a")),
                http_query(exchange, "\xc3\xa9") ? "yes" : "no");
    text_puts(&text, http_peer_text(exchange));
    reply_text(exchange, 200, text_string(&text));
}

static void a_handler_can_ask_for_headers_queries_and_the_peer(void **state)
{
    static const struct {
        const char *request;
        const char *seen;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n",                                          "|||no|127.0.0.1"          },
        {"GET / HTTP/1.1\r\nuser-AGENT: x\r\nCookie: a=1\r\ncookie: b=2; c=3\r\n\r\n",
         "x|[a=1][b=2; c=3]||no|127.0.0.1"                                                                        },
        {"GET /?a=1 HTTP/1.1\r\n\r\n",                                                 "||1|no|127.0.0.1"         },
        {"GET /?b=2&aa=3&a=4&a=5 HTTP/1.1\r\n\r\n",                                    "||4|no|127.0.0.1"         },
        {"GET /?%61=x%2By+z%zz%4 HTTP/1.1\r\n\r\n",                                    "||x+y z%zz%4|no|127.0.0.1"},
        {"GET /?a=b%00c HTTP/1.1\r\n\r\n",                                             "||b%00c|no|127.0.0.1"     },
        {"GET /?&&=&a HTTP/1.1\r\n\r\n",                                               "|||no|127.0.0.1"          },
        {"GET /?%c3%A9=1 HTTP/1.1\r\n\r\n",                                            "|||yes|127.0.0.1"         },
    };
    struct server *asking = server_in_loop(&generous, say_what_was_asked);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct peer peer;
        struct answer answer = peer_ask(&peer, server_address(asking), cases[i].request);

        assert_string_equal(answer.body, cases[i].seen);
        peer_close(&peer);
    }
    server_stop(asking);
}

static void say_who_asked(struct http_exchange *exchange, void *ctx)
{
    (void)ctx;
    reply_text(exchange, 200,
               arena_printf(http_request(exchange)->arena, "%s %d", http_peer_text(exchange),
                            http_request(exchange)->peer.ss_family == AF_INET6));
}

static void a_peer_is_named_by_its_own_family_though_the_socket_serves_both(void **state)
{
    struct http_listener *listener;
    char bound[64], address[64];
    struct peer peer;
    int fd;

    (void)state;
    assert_int_equal(http_bind("[::]:0", false, &fd), ERR_OK);
    assert_int_equal(http_bound_address(fd, bound, sizeof(bound)), ERR_OK);
    assert_int_equal(http_listener_with_threads(1, fd, &generous, say_who_asked, NULL, &listener), ERR_OK);
    snprintf(address, sizeof(address), "127.0.0.1%s", strrchr(bound, ':'));
    assert_string_equal(peer_ask(&peer, address, "GET / HTTP/1.1\r\n\r\n").body, "127.0.0.1 0");
    peer_close(&peer);
    snprintf(address, sizeof(address), "[::1]%s", strrchr(bound, ':'));
    assert_string_equal(peer_ask(&peer, address, "GET / HTTP/1.1\r\n\r\n").body, "::1 1");
    peer_close(&peer);
    http_listener_free(listener);
}

static void reply_with_a_forged_header(struct http_exchange *exchange, void *ctx)
{
    const struct http_header_field field = {"Set-Cookie", "a=1\r\nX-Forged: 1"};

    (void)ctx;
    http_reply(exchange, &(struct http_reply){
                             .status = 200, .body = "x", .len = 1, .headers = &field, .header_count = 1});
}

static void a_header_that_would_forge_another_is_not_sent(void **state)
{
    struct server *forging = server_in_loop(&generous, reply_with_a_forged_header);
    struct peer peer;
    struct answer answer = peer_ask(&peer, server_address(forging), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    (void)state;
    assert_int_equal(answer.status, 500);
    assert_null(answer_header(&answer, "X-Forged"));
    peer_close(&peer);
    server_stop(forging);
}

static void reply_with_headers(struct http_exchange *exchange, void *ctx)
{
    const struct http_header_field fields[] = {
        {"Set-Cookie",       "a=1"               },
        {"WWW-Authenticate", "Digest realm=\"x\""}
    };

    (void)ctx;
    http_reply(exchange, &(struct http_reply){.status = 401,
                                              .content_type = "text/xml",
                                              .body = "<a/>",
                                              .len = 4,
                                              .headers = fields,
                                              .header_count = COUNT_OF(fields)});
}

static void a_reply_carries_its_headers_and_nothing_that_was_not_asked_for(void **state)
{
    struct server *speaking = server_in_loop(&generous, reply_with_headers);
    struct peer peer;
    struct answer answer = peer_ask(&peer, server_address(speaking), "POST / HTTP/1.1\r\nHost: a\r\n\r\n");

    (void)state;
    assert_string_equal(answer.head,
                        "HTTP/1.1 401 Unauthorized\r\nContent-Type: text/xml\r\nSet-Cookie: a=1\r\n"
                        "WWW-Authenticate: Digest realm=\"x\"\r\nContent-Length: 4\r\n\r\n");
    assert_string_equal(answer.body, "<a/>");
    peer_close(&peer);
    server_stop(speaking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_request_reaches_the_handler_as_it_was_meant),
        cmocka_unit_test(it_does_so_even_byte_by_byte),
        cmocka_unit_test(a_bad_request_is_refused_and_nothing_after_it_is_served),
        cmocka_unit_test(requests_sent_at_once_are_answered_in_order),
        cmocka_unit_test(nothing_is_said_with_no_body_no_type_and_an_open_connection),
        cmocka_unit_test(a_client_that_asks_first_is_told_to_continue),
        cmocka_unit_test(a_client_that_asks_first_with_too_much_is_told_so),
        cmocka_unit_test(a_connection_ends_when_either_side_says_so),
        cmocka_unit_test(a_handler_can_ask_for_headers_queries_and_the_peer),
        cmocka_unit_test(a_peer_is_named_by_its_own_family_though_the_socket_serves_both),
        cmocka_unit_test(a_header_that_would_forge_another_is_not_sent),
        cmocka_unit_test(a_reply_carries_its_headers_and_nothing_that_was_not_asked_for),
    };

    return cmocka_run_group_tests(tests, start_server, stop_server);
}
