/* Replies whose body somebody else writes to the socket, or says when it may go. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/http/body.h"
#include "tests/acs/http_peer.h"
#include "tests/acs/http_server.h"
#include "tests/base/check.h"

enum { BODY_BYTES = 300000, PART_BYTES = 1000, OFFSET = 7 };

/* What the writer does: all of it, a part of it, or nothing until the socket is shut down; or he has none. */
enum manner { WHOLE, BREAKS, WAITS, A_FILE, NO_FILE };

struct work {
    enum manner manner;
    int file; /* -1: none */
    int fd;
    struct http_handed *handed;
    pthread_t thread;
    bool begun;
};

static atomic_uint begun, ended;
static atomic_uint_fast64_t sent;

static void write_bytes(int fd, size_t len)
{
    char bytes[PART_BYTES];

    memset(bytes, 'x', sizeof(bytes));
    while (len > 0) {
        ssize_t written = send(fd, bytes, len < sizeof(bytes) ? len : sizeof(bytes), MSG_NOSIGNAL);

        if (written > 0)
            len -= (size_t)written;
        else
            usleep(1000);
    }
}

static void *write_body(void *ctx)
{
    struct work *work = ctx;
    char nothing;

    if (work->manner == WHOLE)
        write_bytes(work->fd, BODY_BYTES);
    else if (work->manner == BREAKS)
        write_bytes(work->fd, PART_BYTES);
    else if (work->manner == WAITS)
        while (recv(work->fd, &nothing, 1, 0) != 0)
            usleep(1000);
    else
        usleep(10000);
    if (work->fd >= 0)
        close(work->fd);
    http_handed_back(work->handed, work->manner == WHOLE || work->manner == A_FILE);
    return NULL;
}

static void on_begin(void *ctx, int fd, struct http_handed *handed)
{
    struct work *work = ctx;

    assert_true((fd < 0) == (work->file >= 0));
    work->fd = fd;
    work->handed = handed;
    work->begun = true;
    atomic_fetch_add(&begun, 1);
    assert_int_equal(pthread_create(&work->thread, NULL, write_body, work), 0);
}

/* In a server that stops it is called before the writer has noticed. */
static void on_sent(void *ctx, uint64_t bytes)
{
    struct work *work = ctx;

    atomic_store(&sent, bytes);
    if (work->begun)
        pthread_join(work->thread, NULL);
    if (work->file >= 0)
        close(work->file);
    heap_free(work);
    atomic_fetch_add(&ended, 1);
}

static const struct {
    const char *path;
    enum manner manner;
} manners[] = {
    {"/",        WHOLE  },
    {"/breaks",  BREAKS },
    {"/waits",   WAITS  },
    {"/file",    A_FILE },
    {"/no-file", NO_FILE}
};

static int new_file(void)
{
    int fd = memfd_create("file", MFD_CLOEXEC);

    for (unsigned i = 0; i < OFFSET + BODY_BYTES; i++)
        assert_int_equal(write(fd, &(char){(char)('a' + i % 26)}, 1), 1);
    return fd;
}

static void answer(struct http_exchange *exchange, void *ctx)
{
    struct work *work = HEAP_NEW(struct work);
    const char *path = http_request(exchange)->path;

    (void)ctx;
    for (unsigned i = 0; i < COUNT_OF(manners); i++)
        if (strcmp(path, manners[i].path) == 0)
            work->manner = manners[i].manner;
    work->file = work->manner >= A_FILE ? new_file() : -1;
    http_reply_handover(exchange, &(struct http_reply){.status = 200, .content_type = "text/plain"},
                        &(struct http_handover){.len = BODY_BYTES,
                                                .file = work->file,
                                                .offset = OFFSET,
                                                .begin = on_begin,
                                                .sent = on_sent,
                                                .ctx = work});
}

static struct server *start(void)
{
    atomic_store(&begun, 0);
    atomic_store(&ended, 0);
    atomic_store(&sent, 0);
    return server_with_threads(&generous, answer);
}

static void wait_for(atomic_uint *what, unsigned count)
{
    for (int i = 0; atomic_load(what) < count && i < 1000; i++)
        usleep(10000);
    assert_int_equal(atomic_load(what), count);
}

static void a_body_arrives_whole_and_the_connection_ends(void **state)
{
    struct server *server = start();
    struct peer peer;
    struct answer got = peer_ask(&peer, server_address(server), "GET / HTTP/1.1\r\n\r\n");
    char nothing;

    (void)state;
    assert_int_equal(got.status, 200);
    assert_string_equal(answer_header(&got, "Connection"), "close");
    assert_string_equal(answer_header(&got, "Content-Length"), "300000");
    assert_int_equal(got.len, BODY_BYTES);
    assert_int_equal(got.body[BODY_BYTES - 1], 'x');
    assert_int_equal(recv(peer.fd, &nothing, 1, 0), 0);
    wait_for(&ended, 1);
    assert_int_equal(atomic_load(&sent), BODY_BYTES);
    peer_close(&peer);
    server_stop(server);
}

static void a_part_of_a_file_goes_once_it_may_and_the_connection_goes_on(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    for (unsigned round = 1; round <= 3; round++) {
        struct answer got;

        peer_send(&peer, "GET /file HTTP/1.1\r\n\r\n");
        got = peer_read(&peer);
        assert_int_equal(got.len, BODY_BYTES);
        for (unsigned i = 0; i < BODY_BYTES; i++)
            if (got.body[i] != (char)('a' + (OFFSET + i) % 26))
                fail_msg("byte %u", i);
        wait_for(&ended, round);
        assert_int_equal(atomic_load(&begun), round);
        assert_int_equal(atomic_load(&sent), BODY_BYTES);
    }
    peer_close(&peer);
    server_stop(server);
}

static void a_part_that_may_not_go_does_not(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "GET /no-file HTTP/1.1\r\n\r\n");
    wait_for(&ended, 1);
    assert_in_range(atomic_load(&sent), 0, 500); /* the head */
    peer_close(&peer);
    server_stop(server);
}

static void head_hands_nothing_over(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));
    char bytes[1000] = "";

    (void)state;
    for (unsigned round = 1; round <= 2; round++) { /* on one connection */
        peer_send(&peer, "HEAD / HTTP/1.1\r\n\r\n");
        assert_true(recv(peer.fd, bytes, sizeof(bytes) - 1, 0) > 0);
        assert_non_null(strstr(bytes, "Content-Length: 300000"));
        wait_for(&ended, round);
    }
    assert_int_equal(atomic_load(&begun), 0);
    assert_int_equal(atomic_load(&sent), 0);
    peer_close(&peer);
    server_stop(server);
}

static void one_that_breaks_off_is_counted_as_far_as_it_came(void **state)
{
    struct server *server = start();
    struct peer peer = peer_open(server_address(server));

    (void)state;
    peer_send(&peer, "GET /breaks HTTP/1.1\r\n\r\n");
    wait_for(&ended, 1);
    assert_in_range(atomic_load(&sent), PART_BYTES, PART_BYTES + 500); /* with the head */
    peer_close(&peer);
    server_stop(server);
}

static void a_server_that_stops_takes_them_back(void **state)
{
    struct server *server = start();
    struct peer peers[3];

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        peers[i] = peer_open(server_address(server));
        peer_send(&peers[i], "GET /waits HTTP/1.1\r\n\r\n");
    }
    wait_for(&begun, 3);
    server_stop(server);
    wait_for(&ended, 3);
    for (unsigned i = 0; i < 3; i++)
        peer_close(&peers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_arrives_whole_and_the_connection_ends),
        cmocka_unit_test(a_part_of_a_file_goes_once_it_may_and_the_connection_goes_on),
        cmocka_unit_test(a_part_that_may_not_go_does_not),
        cmocka_unit_test(head_hands_nothing_over),
        cmocka_unit_test(one_that_breaks_off_is_counted_as_far_as_it_came),
        cmocka_unit_test(a_server_that_stops_takes_them_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
