/* A listener in an event loop: replies that come later, what connections remember, many at once, and the end.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/acs/http_peer.h"
#include "tests/acs/http_server.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

enum { HELD_MAX = 256, MANY = 500, ROUNDS = 4 };

/* Touched by the loop's thread only, or by the test's while it waits for a call or after the loop has ended.
 */
static struct http_exchange *held[HELD_MAX];
static size_t held_count;
static char log_text[256];

static void note(const char *word)
{
    strncat(log_text, word, sizeof(log_text) - strlen(log_text) - 1);
}

static int forget(void **state)
{
    (void)state;
    held_count = 0;
    log_text[0] = '\0';
    return 0;
}

static void reply_to_held(void *ctx)
{
    (void)ctx;
    while (held_count > 0)
        reply_text(held[--held_count], 200, "at last");
}

/* Holds what it is asked until somebody asks for /release, and then answers that one first. */
static void hold(struct http_exchange *exchange, void *ctx)
{
    (void)ctx;
    if (strcmp(http_request(exchange)->path, "/release") == 0) {
        reply_text(exchange, 200, "released");
        reply_to_held(NULL);
    } else {
        held[held_count++] = exchange;
    }
}

static void count_held(void *ctx)
{
    *(size_t *)ctx = held_count;
}

static void wait_until_held(struct server *server, size_t count)
{
    size_t now = 0;

    for (unsigned i = 0; i < 500 && now != count; i++) {
        server_call(server, count_held, &now);
        if (now != count)
            poll(NULL, 0, 10);
    }
    assert_int_equal(now, count);
}

static void replies_of_one_turn_reach_all_who_wait(void **state)
{
    struct server *server = server_in_loop(&generous, hold);
    struct peer peers[100];

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT_OF(peers); i++) {
            if (round == 0)
                peers[i] = peer_open(server_address(server));
            peer_send(&peers[i], "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nwait");
        }
        wait_until_held(server, COUNT_OF(peers));
        assert_false(peer_wait(&peers[0], 1, 0));
        server_call(server, reply_to_held, NULL);
        for (size_t i = 0; i < COUNT_OF(peers); i++)
            assert_string_equal(peer_read(&peers[i]).body, "at last");
    }
    for (size_t i = 0; i < COUNT_OF(peers); i++)
        peer_close(&peers[i]);
    server_stop(server);
}

static void a_handler_can_answer_another_who_waits(void **state)
{
    struct server *server = server_in_loop(&generous, hold);
    struct peer waiting = peer_open(server_address(server));
    struct peer releasing;

    (void)state;
    peer_send(&waiting, "POST / HTTP/1.1\r\n\r\n");
    wait_until_held(server, 1);
    assert_string_equal(peer_ask(&releasing, server_address(server), "GET /release HTTP/1.1\r\n\r\n").body,
                        "released");
    assert_string_equal(peer_read(&waiting).body, "at last");
    peer_close(&waiting);
    peer_close(&releasing);
    server_stop(server);
}

static void a_client_that_goes_while_it_waits_is_noticed_when_it_is_answered(void **state)
{
    struct server *server = server_in_loop(&generous, hold);
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "POST / HTTP/1.1\r\n\r\n");
    wait_until_held(server, 1);
    peer_close(&peer);
    server_call(server, reply_to_held, NULL);
    for (unsigned i = 0; i < 500 && http_listener_open_connections(server_listener(server)) > 0; i++)
        poll(NULL, 0, 10);
    assert_int_equal(http_listener_open_connections(server_listener(server)), 0);
    server_stop(server);
}

static void a_handler_may_take_longer_than_any_deadline(void **state)
{
    const struct http_limits brief = {.body_max = 100,
                                      .header_ms = 100,
                                      .body_ms = 100,
                                      .idle_ms = 100,
                                      .stall_ms = 100,
                                      .connections = 10};
    struct server *server = server_in_loop(&brief, hold);
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "POST / HTTP/1.1\r\n\r\n");
    wait_until_held(server, 1);
    assert_false(peer_closed_within(&peer, 1000));
    server_call(server, reply_to_held, NULL);
    assert_string_equal(peer_read(&peer).body, "at last");
    assert_true(peer_closed_within(&peer, 2000)); /* idle */
    peer_close(&peer);
    server_stop(server);
}

/* ---- what a connection remembers ---- */

static void on_closed(void *user)
{
    note("-");
    note(user);
}

/* "/a" makes "a" the user of the connection. Answers who was there. */
static void remember(struct http_exchange *exchange, void *ctx)
{
    static char a[] = "a", b[] = "b";
    struct http_connection *connection = http_connection(exchange);
    const char *before = http_connection_user(connection);
    const char *path = http_request(exchange)->path;

    (void)ctx;
    note("+");
    note(path + 1);
    if (strcmp(path, "/a") == 0)
        http_connection_set_user(connection, a, on_closed);
    else if (strcmp(path, "/b") == 0)
        http_connection_set_user(connection, b, on_closed);
    else if (strcmp(path, "/none") == 0)
        http_connection_set_user(connection, NULL, NULL);
    reply_text(exchange, 200, before != NULL ? before : "nobody");
}

static const char *ask_again(struct peer *peer, const char *path)
{
    peer_send(peer, arena_printf(peer->arena, "GET %s HTTP/1.1\r\n\r\n", path));
    return peer_read(peer).body;
}

static void a_connection_remembers_its_user_and_tells_when_it_ends(void **state)
{
    struct server *server = server_in_loop(&generous, remember);
    struct peer peer = peer_open(server_address(server));

    (void)state;
    assert_string_equal(ask_again(&peer, "/"), "nobody");
    assert_string_equal(ask_again(&peer, "/a"), "nobody");
    assert_string_equal(ask_again(&peer, "/"), "a");
    assert_string_equal(ask_again(&peer, "/a"), "a"); /* the same: nobody is told */
    assert_string_equal(ask_again(&peer, "/b"), "a");
    assert_string_equal(ask_again(&peer, "/none"), "b");
    assert_string_equal(ask_again(&peer, "/a"), "nobody");
    peer_close(&peer);
    for (unsigned i = 0; i < 500 && http_listener_open_connections(server_listener(server)) > 0; i++)
        poll(NULL, 0, 10);
    server_stop(server);
    assert_string_equal(log_text, "++a++a+b-a+none-b+a-a");
}

static void it_tells_so_when_the_listener_ends_it(void **state)
{
    struct server *server = server_in_loop(&generous, remember);
    struct peer peer = peer_open(server_address(server));

    (void)state;
    ask_again(&peer, "/a");
    server_stop(server);
    assert_string_equal(log_text, "+a-a");
    assert_true(peer_closed_within(&peer, 1000));
    peer_close(&peer);
}

/* ---- the end ---- */

static void a_listener_ends_though_handlers_still_have_requests(void **state)
{
    struct server *server = server_in_loop(&generous, hold);
    struct peer peers[3];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(peers); i++) {
        peers[i] = peer_open(server_address(server));
        peer_send(&peers[i], "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nwait");
    }
    wait_until_held(server, COUNT_OF(peers));
    server_stop(server);
    assert_string_equal(http_request(held[0])->body, "wait");
    assert_null(http_header(held[0], "Content-Length"));
    reply_to_held(NULL); /* goes nowhere */
    for (size_t i = 0; i < COUNT_OF(peers); i++) {
        assert_true(peer_closed_within(&peers[i], 1000));
        peer_close(&peers[i]);
    }
}

static void stop_accepting(void *ctx)
{
    http_listener_stop_accepting(ctx);
    http_listener_stop_accepting(ctx);
}

static void a_listener_that_stops_accepting_serves_on_who_is_there(void **state)
{
    struct server *server = server_in_loop(&generous, NULL);
    char address[64];
    struct peer peer;
    int fd;

    (void)state;
    peer_ask(&peer, server_address(server), "GET / HTTP/1.1\r\n\r\n");
    snprintf(address, sizeof(address), "%s", server_address(server));
    assert_int_equal(http_bind(address, false, &fd), ERR_CONFLICT);
    server_call(server, stop_accepting, server_listener(server));
    assert_string_equal(ask_again(&peer, "/later"), "GET /later?\n");
    assert_int_equal(http_bind(address, false, &fd), ERR_OK); /* the next server can start meanwhile */
    http_listener_free(NULL);
    server_stop(server);
    peer_close(&peer);
    peer = peer_open(address); /* the other socket was not closed with it */
    peer_close(&peer);
    assert_int_equal(close(fd), 0);
}

/* ---- many ---- */

static void five_hundred_connections_are_served_side_by_side(void **state)
{
    static const char *const requests[] = {
        "POST /later HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "POST /nothing HTTP/1.1\r\n\r\n",
    };
    struct server *server = server_in_loop(&generous, NULL);
    static struct peer peers[MANY];

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        peers[i] = peer_open(server_address(server));
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < MANY; i++)
            peer_send(&peers[i], requests[(i + round) % COUNT_OF(requests)]);
        for (size_t i = 0; i < MANY; i++)
            assert_int_equal(peer_read(&peers[i]).status, (i + round) % COUNT_OF(requests) == 2 ? 204 : 200);
    }
    assert_int_equal(http_listener_open_connections(server_listener(server)), MANY);
    assert_int_equal(server_echoes(server), MANY * ROUNDS);
    for (size_t i = 0; i < MANY; i++)
        peer_close(&peers[i]);
    server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(replies_of_one_turn_reach_all_who_wait, forget),
        cmocka_unit_test_setup(a_handler_can_answer_another_who_waits, forget),
        cmocka_unit_test_setup(a_client_that_goes_while_it_waits_is_noticed_when_it_is_answered, forget),
        cmocka_unit_test_setup(a_handler_may_take_longer_than_any_deadline, forget),
        cmocka_unit_test_setup(a_connection_remembers_its_user_and_tells_when_it_ends, forget),
        cmocka_unit_test_setup(it_tells_so_when_the_listener_ends_it, forget),
        cmocka_unit_test_setup(a_listener_ends_though_handlers_still_have_requests, forget),
        cmocka_unit_test(a_listener_that_stops_accepting_serves_on_who_is_there),
        cmocka_unit_test(five_hundred_connections_are_served_side_by_side),
    };
    const struct rlimit files = {.rlim_cur = 4096, .rlim_max = 4096};

    setrlimit(RLIMIT_NOFILE, &files);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
