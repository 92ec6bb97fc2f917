/* The pump over real sockets: what arrives, how fast, and how equally. Too much never arrives, over the time
 * that was measured; too little only where there is less than half of it, for a busy machine gives the pump
 * few turns (that a bucket is exact, test_rate shows). */
#include "acs/files/pump.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/arena.h"
#include "acs/base/clock.h"
#include "acs/files/rate.h"
#include "tests/base/check.h"

enum { FILE_BYTES = 8 * 1024 * 1024, CLIENTS_MAX = 200, MBIT = 125000 };

struct client {
    int fd;
    uint64_t got;
    bool wrong; /* not the byte of its place */
    bool closed;
    atomic_int over; /* 1: whole, 2: not */
};

static struct client clients[CLIENTS_MAX];
static int file = -1;

static unsigned char byte_at(uint64_t offset)
{
    return (unsigned char)(offset * 31 + (offset >> 12));
}

static int open_file(void **state)
{
    unsigned char *bytes = heap_alloc(FILE_BYTES);

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    file = memfd_create("file", MFD_CLOEXEC);
    for (uint64_t i = 0; i < FILE_BYTES; i++)
        bytes[i] = byte_at(i);
    assert_int_equal(write(file, bytes, FILE_BYTES), FILE_BYTES);
    heap_free(bytes);
    return 0;
}

static void on_over(void *ctx, bool whole)
{
    atomic_store(&((struct client *)ctx)->over, whole ? 1 : 2);
}

/* shares: PUMP_SHARES of them; NULL: none. */
static void begin_in(struct pump *pump, unsigned number, uint64_t offset, uint64_t len,
                     const struct pump_share *shares)
{
    struct pump_order order = {.from = fcntl(file, F_DUPFD_CLOEXEC, 0),
                               .offset = offset,
                               .len = len,
                               .over = on_over,
                               .ctx = &clients[number]};
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    clients[number] = (struct client){.fd = pair[0]};
    order.to = pair[1];
    for (unsigned i = 0; shares != NULL && i < PUMP_SHARES; i++)
        order.shares[i] = shares[i];
    pump_add(pump, &order);
}

static void begin(struct pump *pump, unsigned number, uint64_t offset, uint64_t len)
{
    begin_in(pump, number, offset, len, NULL);
}

static void read_some(struct client *client, uint64_t offset)
{
    unsigned char bytes[16384];
    ssize_t got = read(client->fd, bytes, sizeof(bytes));

    for (ssize_t i = 0; i < got; i++)
        client->wrong |= bytes[i] != byte_at(offset + client->got + (uint64_t)i);
    if (got > 0)
        client->got += (uint64_t)got;
    client->closed = got == 0;
}

/* All of them read for so long, or until all have all. For how long it was, in microseconds. */
static uint64_t run_for(unsigned count, uint64_t offset, int64_t us)
{
    struct pollfd polls[CLIENTS_MAX];
    int64_t began_us = clock_mono_us(), until_us = began_us + us;
    unsigned open = count;

    while (clock_mono_us() < until_us && open > 0) {
        open = 0;
        for (unsigned i = 0; i < count; i++) {
            polls[i] = (struct pollfd){.fd = clients[i].closed ? -1 : clients[i].fd, .events = POLLIN};
            open += !clients[i].closed;
        }
        poll(polls, count, 10);
        for (unsigned i = 0; i < count; i++)
            if (polls[i].revents != 0)
                read_some(&clients[i], offset);
    }
    return (uint64_t)(clock_mono_us() - began_us);
}

static uint64_t got_all(unsigned first, unsigned end)
{
    uint64_t sum = 0;

    for (unsigned i = first; i < end; i++)
        sum += clients[i].got;
    return sum;
}

static void close_all(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        close(clients[i].fd);
}

static struct pump *new_pump(uint64_t rate)
{
    struct pump_limits limits = {.rate = rate, .stall_ms = 4000};
    struct pump *pump;

    assert_int_equal(pump_new(&limits, &pump), ERR_OK);
    return pump;
}

/* Nothing is sent until its rate is set: who came first has no more than the others. */
static struct pump *new_held_pump(void)
{
    return new_pump(1);
}

/* All that was sent since it began, in that time: a burst more at most. */
static void assert_rate(uint64_t got, uint64_t rate, uint64_t us)
{
    uint64_t most = rate * (us + RATE_BURST_US) / US_PER_S;

    assert_in_range(got, most / 2, most);
}

static void assert_near(uint64_t value, uint64_t wanted, double share)
{
    assert_in_range(value, (uint64_t)((double)wanted * (1 - share)),
                    (uint64_t)((double)wanted * (1 + share)));
}

static const struct pump_share olt[PUMP_SHARES] = {
    {"olt 1", 8 * MBIT}
};

static void a_part_arrives_as_it_is(void **state)
{
    struct pump *pump = new_pump(0);

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        begin(pump, i, 1234567, FILE_BYTES - 1234567 - i);
    run_for(3, 1234567, 20 * US_PER_S);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(clients[i].got, FILE_BYTES - 1234567 - i);
        assert_false(clients[i].wrong);
        assert_int_equal(atomic_load(&clients[i].over), 1);
    }
    pump_free(pump);
    close_all(3);
}

static void many_share_a_rate_equally(void **state)
{
    enum { COUNT = CLIENTS_MAX };
    struct pump *pump = new_held_pump();
    uint64_t us;

    (void)state;
    for (unsigned i = 0; i < COUNT; i++)
        begin(pump, i, 0, FILE_BYTES);
    pump_set_rate(pump, 40 * MBIT);
    us = run_for(COUNT, 0, 3 * US_PER_S);
    assert_rate(got_all(0, COUNT), 40 * MBIT, us);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_near(clients[i].got, got_all(0, COUNT) / COUNT, 0.4);
        assert_false(clients[i].wrong);
    }
    pump_free(pump);
    for (unsigned i = 0; i < COUNT; i++)
        assert_int_equal(atomic_load(&clients[i].over), 2);
    close_all(COUNT);
}

/* Two of three share what their group may have; the third takes the rest. */
static void a_group_has_a_rate_of_its_own(void **state)
{
    struct pump *pump = new_held_pump();
    uint64_t us;

    (void)state;
    begin_in(pump, 0, 0, FILE_BYTES, olt);
    begin_in(pump, 1, 0, FILE_BYTES, olt);
    begin(pump, 2, 0, FILE_BYTES);
    pump_set_rate(pump, 40 * MBIT);
    us = run_for(3, 0, 1 * US_PER_S);
    assert_rate(got_all(0, 2), 8 * MBIT, us);
    assert_near(clients[0].got, got_all(0, 2) / 2, 0.25);
    assert_rate(got_all(0, 3), 40 * MBIT, us);
    assert_true(clients[2].got > 2 * got_all(0, 2));
    pump_free(pump);
    close_all(3);
}

/* The first two are of one campaign, the middle two of one OLT; a name of a campaign says nothing to an OLT.
 */
static void who_is_of_two_groups_keeps_to_both(void **state)
{
    static const struct pump_share shares[][PUMP_SHARES] = {
        {{"", 8 * MBIT},   {"a", 12 * MBIT}},
        {{"a", 8 * MBIT},  {"a", 12 * MBIT}},
        {{"a", 8 * MBIT},  {"b", 0}        },
        {{NULL, 8 * MBIT}, {"", 1}         },
    };
    struct pump *pump = new_held_pump();
    uint64_t us;

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        begin_in(pump, i, 0, FILE_BYTES, shares[i]);
    pump_set_rate(pump, 40 * MBIT);
    us = run_for(4, 0, 1 * US_PER_S);
    assert_rate(got_all(0, 2), 12 * MBIT, us);
    assert_rate(got_all(1, 3), 8 * MBIT, us);
    assert_rate(got_all(0, 4), 40 * MBIT, us);
    assert_true(clients[3].got > got_all(0, 3));
    pump_free(pump);
    close_all(4);
}

static void the_newest_order_says_how_fast_a_group_goes(void **state)
{
    static const struct pump_share slow[PUMP_SHARES] = {
        [1] = {"a", 8 * MBIT}
    };
    static const struct pump_share fast[PUMP_SHARES] = {
        [1] = {"a", 40 * MBIT}
    };
    struct pump *pump = new_pump(0);
    uint64_t before, us;

    (void)state;
    begin_in(pump, 0, 0, FILE_BYTES, slow);
    us = run_for(1, 0, 1 * US_PER_S);
    assert_rate(got_all(0, 1), 8 * MBIT, us);
    before = clients[0].got;
    begin_in(pump, 1, 0, 1000, fast);
    us = run_for(2, 0, 1 * US_PER_S);
    assert_true(clients[0].got - before > 20 * MBIT * us / US_PER_S);
    pump_free(pump);
    close_all(2);
}

/* The other five never read: their sockets are full soon. In one second of several the five that do have more
 * than their half. */
static void who_reads_slowly_leaves_his_share_to_others(void **state)
{
    struct pump *pump = new_pump(20 * MBIT);
    bool have_all = false;

    (void)state;
    for (unsigned i = 0; i < 10; i++)
        begin(pump, i, 0, FILE_BYTES);
    for (unsigned i = 0; i < 10 && !have_all; i++) {
        uint64_t before = got_all(0, 5), us = run_for(5, 0, 1 * US_PER_S);

        have_all = got_all(0, 5) - before > 16 * MBIT * us / US_PER_S;
    }
    assert_true(have_all);
    pump_free(pump);
    close_all(10);
}

static void a_rate_may_change_meanwhile(void **state)
{
    struct pump *pump = new_held_pump();
    uint64_t before, us;

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        begin(pump, i, 0, FILE_BYTES);
    pump_set_rate(pump, 8 * MBIT);
    us = run_for(4, 0, 1 * US_PER_S);
    assert_rate(got_all(0, 4), 8 * MBIT, us);
    before = got_all(0, 4);
    pump_set_rate(pump, 40 * MBIT);
    us = run_for(4, 0, 1 * US_PER_S);
    assert_true(got_all(0, 4) - before > 20 * MBIT * us / US_PER_S);
    pump_set_rate(pump, 0);
    run_for(4, 0, 20 * US_PER_S);
    assert_int_equal(got_all(0, 4), 4 * FILE_BYTES);
    pump_free(pump);
    close_all(4);
}

static void wait_over(const struct client *client, int wanted)
{
    for (unsigned i = 0; i < 1000 && atomic_load(&client->over) == 0; i++)
        usleep(10000);
    assert_int_equal(atomic_load(&client->over), wanted);
}

/* A small part, which somebody else sends, waits like the others. */
static void turns_alone_are_given_at_the_rate(void **state)
{
    struct pump *pump = new_pump(8 * MBIT);
    int64_t began_us = clock_mono_us();

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        clients[i] = (struct client){.fd = -1};
        pump_add(pump, &(struct pump_order){
                           .to = -1, .from = -1, .len = 2 * MBIT / 2, .over = on_over, .ctx = &clients[i]});
    }
    for (unsigned i = 0; i < 4; i++)
        wait_over(&clients[i], 1);
    assert_true(clock_mono_us() - began_us > 400 * US_PER_MS);
    begin(pump, 0, 0, FILE_BYTES);
    clients[1] = (struct client){.fd = -1};
    pump_add(pump, &(struct pump_order){
                       .to = -1, .from = -1, .len = FILE_BYTES, .over = on_over, .ctx = &clients[1]});
    usleep(100000);
    pump_free(pump);
    assert_int_equal(atomic_load(&clients[0].over), 2);
    assert_int_equal(atomic_load(&clients[1].over), 2);
    close(clients[0].fd);
}

static void who_stalls_or_is_gone_is_given_up(void **state)
{
    struct pump *pump = new_pump(0);

    (void)state;
    begin_in(pump, 0, 0, FILE_BYTES, olt);
    begin_in(pump, 1, 0, FILE_BYTES, olt);
    begin(pump, 2, FILE_BYTES - 10, 1000); /* of a file that has become shorter */
    close(clients[0].fd);
    wait_over(&clients[0], 2);
    wait_over(&clients[2], 2);
    assert_int_equal(atomic_load(&clients[1].over), 0);
    wait_over(&clients[1], 2);
    pump_free(pump);
    close(clients[1].fd);
    close(clients[2].fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_arrives_as_it_is),
        cmocka_unit_test(many_share_a_rate_equally),
        cmocka_unit_test(a_group_has_a_rate_of_its_own),
        cmocka_unit_test(who_is_of_two_groups_keeps_to_both),
        cmocka_unit_test(the_newest_order_says_how_fast_a_group_goes),
        cmocka_unit_test(who_reads_slowly_leaves_his_share_to_others),
        cmocka_unit_test(a_rate_may_change_meanwhile),
        cmocka_unit_test(turns_alone_are_given_at_the_rate),
        cmocka_unit_test(who_stalls_or_is_gone_is_given_up),
    };

    return cmocka_run_group_tests(tests, open_file, NULL);
}
