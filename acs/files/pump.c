#include "acs/files/pump.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "acs/base/clock.h"
#include "acs/base/list.h"
#include "acs/base/loop.h"
#include "acs/base/map.h"
#include "acs/base/metrics.h"
#include "acs/base/text.h"
#include "acs/files/rate.h"
#include "acs/http/body.h"

enum {
    TICK_US = 5 * US_PER_MS,   /* between two looks at what may go: bytes are saved up meanwhile */
    PIECES_AT_ONCE = 64,       /* before descriptors and mail are looked at again */
    UNSENT_BYTES = 128 * 1024, /* that the kernel keeps of one transfer */
    PROGRESS_BYTES = 10000,    /* less of them in stall_ms is none */
    LOOK_US = US_PER_S         /* between two looks at who stalls */
};

/* Is there while something of it is under way. Its bucket is empty at first, so that coming again does not
 * fill it. */
struct group {
    struct list link; /* in pump->waiting while somebody is parked */
    struct list parked;
    struct hash128 key;
    struct rate rate;
    unsigned flows;
};

struct flow {
    struct list link; /* in pump->ready, pump->blocked or the parked of a group */
    struct pump *pump;
    struct group *groups[PUMP_SHARES]; /* NULL: of none */
    struct pump_order order;
    char *names[PUMP_SHARES];
    off_t offset;
    uint64_t left;
    int64_t blocked_us; /* since when it takes no more */
    uint64_t acked;     /* by then */
};

struct pump {
    struct pump_limits limits;
    struct loop *loop;
    pthread_t thread;
    bool started;
    atomic_uint_fast64_t wanted; /* the rate that was set last */
    uint64_t hash_key[2];
    /* the thread's */
    struct loop_timer timer, look_timer;
    struct rate rate;
    struct map *groups;
    struct list waiting; /* groups of which somebody is parked */
    struct list ready;   /* those who could be sent more, in the order of their turns */
    struct list blocked; /* those whose sockets are full */
    unsigned flows;
};

/* ---- groups ---- */

/* A name says nothing to those of another place. */
static struct hash128 group_key(const struct pump *pump, unsigned place, const char *name)
{
    const uint64_t key[2] = {pump->hash_key[0] + place, pump->hash_key[1]};

    return crypto_siphash128(key, name, strlen(name));
}

static struct group *find_group(struct pump *pump, struct hash128 key)
{
    struct group *group;
    union map_value found;

    if (map_get(pump->groups, key, &found))
        return found.pointer;
    group = HEAP_NEW(struct group);
    group->key = key;
    list_init(&group->link);
    list_init(&group->parked);
    map_put(pump->groups, key, (union map_value){.pointer = group});
    return group;
}

static struct group *join_group(struct pump *pump, unsigned place, const char *name, uint64_t rate)
{
    struct group *group;

    if (name[0] == '\0' || rate == 0)
        return NULL;
    group = find_group(pump, group_key(pump, place, name));
    rate_set(&group->rate, rate, clock_mono_us());
    group->flows++;
    return group;
}

static void leave_group(struct pump *pump, struct group *group)
{
    if (group == NULL)
        return;
    if (list_is_empty(&group->parked))
        list_remove(&group->link);
    if (--group->flows > 0)
        return;
    map_remove(pump->groups, group->key);
    heap_free(group);
}

static void park(struct flow *flow, struct group *group)
{
    if (list_is_empty(&group->parked))
        list_append(&flow->pump->waiting, &group->link);
    list_append(&group->parked, &flow->link);
}

/* As many as have something to take. */
static void unpark(struct pump *pump, struct group *group, int64_t now_us)
{
    uint64_t left = rate_left(&group->rate, now_us), piece = rate_piece(&group->rate, group->flows);

    for (; left >= piece && !list_is_empty(&group->parked); left -= piece) {
        struct list *link = list_first(&group->parked);

        list_remove(link);
        list_append(&pump->ready, link);
    }
    if (list_is_empty(&group->parked))
        list_remove(&group->link);
}

/* ---- an end ---- */

static void end(struct flow *flow, bool whole)
{
    struct pump *pump = flow->pump;

    list_remove(&flow->link);
    for (unsigned i = 0; i < PUMP_SHARES; i++)
        leave_group(pump, flow->groups[i]);
    pump->flows--;
    metric_add(METRIC_FILES_DOWNLOADS, -1);
    if (flow->order.to >= 0) {
        loop_unwatch(pump->loop, flow->order.to);
        close(flow->order.to);
        close(flow->order.from);
    }
    flow->order.over(flow->order.ctx, whole);
    heap_free(flow);
}

/* ---- sockets ---- */

static void on_socket(uint32_t events, void *ctx)
{
    struct flow *flow = ctx;
    struct pump *pump = flow->pump;

    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        end(flow, false);
        return;
    }
    loop_watch(pump->loop, flow->order.to, 0, on_socket, flow);
    list_remove(&flow->link);
    list_append(&pump->ready, &flow->link);
}

static uint64_t acked(const struct flow *flow)
{
    uint64_t bytes;

    return http_socket_acked(flow->order.to, &bytes) ? bytes : flow->acked;
}

static void block(struct flow *flow, int64_t now_us)
{
    flow->blocked_us = now_us;
    flow->acked = acked(flow);
    list_append(&flow->pump->blocked, &flow->link);
    loop_watch(flow->pump->loop, flow->order.to, EPOLLOUT, on_socket, flow);
}

static void take(struct flow *flow, uint64_t bytes)
{
    flow->left -= bytes;
    rate_take(&flow->pump->rate, bytes);
    for (unsigned i = 0; i < PUMP_SHARES; i++)
        if (flow->groups[i] != NULL)
            rate_take(&flow->groups[i]->rate, bytes);
}

/* It is in no list. */
static void send_piece(struct flow *flow, uint64_t piece, int64_t now_us)
{
    ssize_t sent = flow->order.to < 0 ? (ssize_t)piece
                                      : sendfile(flow->order.to, flow->order.from, &flow->offset, piece);

    if (sent < 0 && errno == EAGAIN) {
        block(flow, now_us);
        return;
    }
    if (sent > 0)
        take(flow, (uint64_t)sent);
    if (flow->left == 0)
        end(flow, true);
    else if (sent > 0 || (sent < 0 && errno == EINTR))
        list_append(&flow->pump->ready, &flow->link);
    else
        end(flow, false); /* the client is gone; 0: the file has become shorter */
}

/* ---- turns ---- */

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The group whose time it is not; NULL: it may send *piece. */
static struct group *who_objects(const struct flow *flow, uint64_t *piece, int64_t now_us)
{
    for (unsigned i = 0; i < PUMP_SHARES; i++)
        if (flow->groups[i] != NULL)
            *piece = least(*piece, rate_piece(&flow->groups[i]->rate, flow->groups[i]->flows));
    for (unsigned i = 0; i < PUMP_SHARES; i++)
        if (flow->groups[i] != NULL && rate_left(&flow->groups[i]->rate, now_us) < *piece)
            return flow->groups[i];
    return NULL;
}

/* The next one has its turn. False: nobody has. */
static bool give_turn(struct pump *pump, int64_t now_us)
{
    struct list *link = list_first(&pump->ready);
    struct group *group;
    struct flow *flow;
    uint64_t piece;

    if (link == NULL)
        return false;
    flow = container_of(link, struct flow, link);
    piece = least(flow->left, rate_piece(&pump->rate, pump->flows));
    if (rate_left(&pump->rate, now_us) < piece)
        return false;
    list_remove(link);
    group = who_objects(flow, &piece, now_us);
    if (group == NULL)
        send_piece(flow, piece, now_us);
    else
        park(flow, group);
    return true;
}

static void on_tick(void *ctx)
{
    (void)ctx; /* the end of the turn does it */
}

static int64_t wait_us(struct pump *pump, int64_t now_us)
{
    int64_t wait = INT64_MAX;

    if (!list_is_empty(&pump->ready))
        wait = rate_wait_us(&pump->rate, rate_piece(&pump->rate, pump->flows), now_us);
    LIST_EACH (at, &pump->waiting) {
        struct group *group = container_of(at, struct group, link);
        int64_t its = rate_wait_us(&group->rate, rate_piece(&group->rate, group->flows), now_us);

        wait = its < wait ? its : wait;
    }
    return wait;
}

static void give_out(void *ctx)
{
    struct pump *pump = ctx;
    int64_t now_us = clock_mono_us(), wait;
    unsigned pieces = 0;

    LIST_EACH (at, &pump->waiting)
        unpark(pump, container_of(at, struct group, link), now_us);
    while (pieces < PIECES_AT_ONCE && give_turn(pump, now_us))
        pieces++;
    wait = wait_us(pump, now_us);
    if (pieces == PIECES_AT_ONCE)
        wait = 0;
    else if (wait < TICK_US)
        wait = TICK_US;
    if (wait < INT64_MAX)
        loop_timer_set(pump->loop, &pump->timer, now_us + wait, on_tick, pump);
}

/* ---- who stalls ---- */

static void look(void *ctx)
{
    struct pump *pump = ctx;
    int64_t now_us = clock_mono_us();

    LIST_EACH (at, &pump->blocked) {
        struct flow *flow = container_of(at, struct flow, link);
        uint64_t now_acked;

        if (now_us - flow->blocked_us < (int64_t)pump->limits.stall_ms * US_PER_MS)
            continue;
        now_acked = acked(flow);
        if (now_acked - flow->acked < PROGRESS_BYTES) {
            end(flow, false);
            continue;
        }
        flow->blocked_us = now_us;
        flow->acked = now_acked;
    }
    loop_timer_set(pump->loop, &pump->look_timer, now_us + LOOK_US, look, pump);
}

/* ---- from other threads ---- */

static void on_added(void *ctx)
{
    struct flow *flow = ctx;
    struct pump *pump = flow->pump;

    for (unsigned i = 0; i < PUMP_SHARES; i++) {
        flow->groups[i] = join_group(pump, i, flow->names[i], flow->order.shares[i].rate);
        heap_free(flow->names[i]);
    }
    pump->flows++;
    metric_add(METRIC_FILES_DOWNLOADS, 1);
    if (flow->order.to >= 0)
        loop_watch(pump->loop, flow->order.to, 0, on_socket, flow);
    list_append(&pump->ready, &flow->link);
}

void pump_add(struct pump *pump, const struct pump_order *order)
{
    struct flow *flow = HEAP_NEW(struct flow);
    int unsent = UNSENT_BYTES;

    *flow = (struct flow){.pump = pump, .order = *order, .offset = (off_t)order->offset, .left = order->len};
    for (unsigned i = 0; i < PUMP_SHARES; i++)
        flow->names[i] = heap_strdup(text_or_empty(order->shares[i].name));
    list_init(&flow->link);
    if (order->to >= 0)
        (void)setsockopt(order->to, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
    loop_post(pump->loop, on_added, flow);
}

static void on_rate(void *ctx)
{
    struct pump *pump = ctx;

    rate_set(&pump->rate, atomic_load(&pump->wanted), clock_mono_us());
}

void pump_set_rate(struct pump *pump, uint64_t rate)
{
    atomic_store(&pump->wanted, rate);
    loop_post(pump->loop, on_rate, pump);
}

/* ---- life ---- */

static void *run(void *ctx)
{
    struct pump *pump = ctx;

    look(pump);
    loop_run(pump->loop);
    return NULL;
}

enum err pump_new(const struct pump_limits *limits, struct pump **ret)
{
    struct pump *pump = HEAP_NEW(struct pump);
    int number;

    pump->limits = *limits;
    pump->loop = loop_new();
    pump->groups = map_new(0);
    crypto_random(pump->hash_key, sizeof(pump->hash_key));
    list_init(&pump->waiting);
    list_init(&pump->ready);
    list_init(&pump->blocked);
    rate_set(&pump->rate, limits->rate, clock_mono_us());
    loop_at_turn_end(pump->loop, give_out, pump);
    number = pthread_create(&pump->thread, NULL, run, pump);
    pump->started = number == 0;
    if (pump->started) {
        *ret = pump;
        return ERR_OK;
    }
    pump_free(pump);
    return err_set(ERR_UNAVAILABLE, "cannot start the thread that gives out files: %s", strerror(number));
}

static void unpark_all(struct pump *pump, struct group *group)
{
    LIST_EACH (at, &group->parked) {
        list_remove(at);
        list_append(&pump->ready, at);
    }
    list_remove(&group->link);
}

static void end_all(struct list *flows)
{
    LIST_EACH (at, flows)
        end(container_of(at, struct flow, link), false);
}

void pump_free(struct pump *pump)
{
    if (pump == NULL)
        return;
    if (pump->started) {
        loop_stop(pump->loop);
        pthread_join(pump->thread, NULL);
    }
    LIST_EACH (at, &pump->waiting)
        unpark_all(pump, container_of(at, struct group, link));
    end_all(&pump->ready);
    end_all(&pump->blocked);
    loop_timer_clear(pump->loop, &pump->timer);
    loop_timer_clear(pump->loop, &pump->look_timer);
    map_free(pump->groups);
    loop_free(pump->loop);
    heap_free(pump);
}
