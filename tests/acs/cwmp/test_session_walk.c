/*
 * A million random sequences of messages through the session's table, beside a model of what TR-069 3.7.2
 * says: who may speak is told by four facts, and not by the table. Then a random life of many sessions in the
 * worker's tables, beside plain arrays.
 *
 * FAROL_SEED repeats a walk; else the first is always the same and the second is drawn and printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "acs/cwmp/sessions.h"

enum { SEQUENCES = 500000, STEPS_MAX = 16, DEVICES = 48, LIVES = 200000 };

/* ---- chance ---- */

static uint64_t chance_state;

/* xorshift64* */
static uint64_t chance(uint64_t below)
{
    chance_state ^= chance_state >> 12;
    chance_state ^= chance_state << 25;
    chance_state ^= chance_state >> 27;
    return (chance_state * 0x2545f4914f6cdd1du >> 33) % below;
}

static uint64_t drawn_seed(void)
{
    const char *given = getenv("FAROL_SEED"); /* NOLINT(concurrency-mt-unsafe): one thread */
    uint64_t seed;

    if (given != NULL && text_read_u64(given, &seed) == ERR_OK)
        return seed | 1;
    crypto_random(&seed, sizeof(seed));
    return seed >> 1 | 1;
}

/* ---- the model: what the standard says of one session ---- */

struct sketch {
    bool begun;       /* the Inform was answered: before that nothing else has a meaning (3.7.1.1) */
    bool outstanding; /* a request of ours has no answer yet: one at a time (3.7.2.3) */
    bool over;        /* we have said 204 (3.7.2.4) */
};

static enum session_task expected(const struct sketch *model, enum session_input input)
{
    switch (input) {
    case SESSION_GOT_INFORM:
        return model->begun ? SESSION_REFUSE : SESSION_WELCOME;
    case SESSION_GOT_REQUEST: /* each is answered in its own exchange, whenever it comes (3.7.2.2) */
        return model->begun ? SESSION_ANSWER_REQUEST : SESSION_REFUSE;
    case SESSION_GOT_UNSUPPORTED:
        return model->begun ? SESSION_ANSWER_UNSUPPORTED : SESSION_REFUSE;
    case SESSION_GOT_RESPONSE:
    case SESSION_GOT_FAULT: /* an answer needs a question */
        return model->outstanding ? SESSION_TAKE_ANSWER : SESSION_REFUSE;
    case SESSION_GOT_EMPTY:
        if (!model->begun)
            return SESSION_REFUSE;
        if (model->outstanding)
            return SESSION_TAKE_ANSWER; /* nothing said is an answer that says no */
        return model->over ? SESSION_SAY_OVER : SESSION_OUR_TURN;
    case SESSION_INPUT_COUNT:
        break;
    }
    return SESSION_REFUSE;
}

/* has_work: whether there is something to ask when it is our turn */
static void follow(struct sketch *model, enum session_task task, bool has_work)
{
    if (task == SESSION_WELCOME)
        model->begun = true;
    if (task == SESSION_TAKE_ANSWER || task == SESSION_OUR_TURN) {
        model->outstanding = has_work;
        model->over = !has_work;
    }
}

/* What endpoint.c makes of a task. */
static enum session_state next_state(enum session_state state, enum session_task task, bool has_work)
{
    switch (task) {
    case SESSION_WELCOME:
        return SESSION_DEVICE_TURN;
    case SESSION_OUR_TURN:
    case SESSION_TAKE_ANSWER:
        return has_work ? SESSION_WAITING : SESSION_OVER;
    case SESSION_ANSWER_REQUEST:
    case SESSION_ANSWER_UNSUPPORTED:
    case SESSION_SAY_OVER:
    case SESSION_REFUSE:
        break;
    }
    return state;
}

static void walk_one_session(void)
{
    enum session_state state = SESSION_NEW;
    struct sketch model = {0};

    for (uint64_t steps = chance(STEPS_MAX) + 1; steps > 0; steps--) {
        enum session_input input = model.begun || chance(4) == 0
                                       ? (enum session_input)chance(SESSION_INPUT_COUNT)
                                       : SESSION_GOT_INFORM;
        enum session_task task = session_step(state, input);
        bool has_work = chance(2) == 0;

        assert_int_equal(task, expected(&model, input));
        if (task == SESSION_REFUSE)
            return;
        follow(&model, task, has_work);
        state = next_state(state, task, has_work);
        assert_int_equal(state == SESSION_WAITING, model.outstanding);
        assert_int_equal(state == SESSION_OVER, model.over);
    }
}

static void walk(uint64_t seed)
{
    chance_state = seed;
    print_message("walk with FAROL_SEED=%llu\n", (unsigned long long)seed);
    for (unsigned i = 0; i < SEQUENCES; i++)
        walk_one_session();
}

static void a_million_sequences_go_as_the_standard_says(void **state)
{
    (void)state;
    walk(20260101);
    walk(drawn_seed());
}

/* ---- the tables of a worker ---- */

struct life {
    struct session *session; /* NULL: none is open */
    struct cookie cookie;
};

static struct worker *worker_new(struct config *config, struct workers *all)
{
    struct worker *worker = HEAP_NEW(struct worker);

    config->session_timeout_ms = 45000;
    *all = (struct workers){.items = worker, .count = 1};
    worker->all = all;
    worker->config = config;
    worker->by_cookie = map_new(0);
    worker->by_device = map_new(0);
    list_init(&worker->sessions);
    return worker;
}

static void worker_end(struct worker *worker)
{
    sessions_end_all(worker);
    assert_true(list_is_empty(&worker->sessions));
    map_free(worker->by_cookie);
    map_free(worker->by_device);
    heap_free(worker);
}

/* The cookie as the device sends it back. */
static struct cookie cookie_of(const struct session *session)
{
    AUTO_ARENA arena = arena_new(256);
    struct text header = TEXT_IN(arena);
    char value[COOKIE_TEXT_MAX];
    struct cookie cookie = {0};

    cookie_write(session, value);
    text_puts(&header, cookie_name);
    text_putc(&header, '=');
    text_puts(&header, value);
    cookie_read(text_string(&header), &cookie);
    assert_true(cookie.found);
    return cookie;
}

/* A device informs: it has a new session, and the one before is gone (N-23), also for its cookie. */
static void begin_life(struct worker *worker, struct life *life, int64_t device_id)
{
    struct cookie before = life->cookie;
    bool had_one = life->session != NULL;

    life->session = session_new(worker);
    session_bind_device(life->session, device_id);
    life->session->state = SESSION_DEVICE_TURN;
    life->cookie = cookie_of(life->session);
    if (had_one)
        assert_null(session_by_cookie(worker, &before));
}

static void end_life(struct worker *worker, struct life *life)
{
    enum session_end end = chance(2) ? SESSION_COMPLETED : SESSION_FAILED;
    struct session *session = life->session;

    life->session = NULL;
    session_finish(session, end, NULL);
    if (end == SESSION_COMPLETED) { /* kept for its grace time, under its cookie alone (N-14) */
        assert_ptr_equal(session_by_cookie(worker, &life->cookie), session);
        session_drop(session);
    }
    assert_null(session_by_cookie(worker, &life->cookie));
}

static void look(struct worker *worker, const struct life *life, int64_t device_id)
{
    assert_ptr_equal(session_by_device(worker, device_id), life->session);
    if (life->session != NULL)
        assert_ptr_equal(session_by_cookie(worker, &life->cookie), life->session);
}

static void many_lives_leave_nothing_behind(void **state)
{
    struct life lives[DEVICES] = {{0}};
    struct config config = {0};
    struct workers all;
    struct worker *worker = worker_new(&config, &all);

    (void)state;
    chance_state = 20260101;
    for (unsigned i = 0; i < LIVES; i++) {
        size_t which = chance(DEVICES);
        int64_t device_id = (int64_t)which + 1;

        if (lives[which].session == NULL || chance(4) == 0)
            begin_life(worker, &lives[which], device_id);
        else
            end_life(worker, &lives[which]);
        look(worker, &lives[which], device_id);
        which = chance(DEVICES);
        look(worker, &lives[which], (int64_t)which + 1);
    }
    worker_end(worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_sequences_go_as_the_standard_says),
        cmocka_unit_test(many_lives_leave_nothing_behind),
    };

    return cmocka_run_group_tests_name("session walk", tests, NULL, NULL);
}
