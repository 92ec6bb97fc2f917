#include "tests/db/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "acs/base/clock.h"

enum { PATIENCE_US = 20 * US_PER_S, TICK_US = 500 };

static unsigned done_so_far;

/* ---- the loop, for as long as a condition does not hold ---- */

struct watch_over {
    struct rig *rig;
    bool (*holds)(void *ctx);
    void *ctx;
    int64_t until_us;
    struct loop_timer timer;
    bool in_time;
    loop_fn *tick;
};

static void tick(void *ctx)
{
    struct watch_over *watch = ctx;

    watch->in_time = watch->holds(watch->ctx);
    if (watch->in_time || clock_mono_us() > watch->until_us)
        loop_stop(watch->rig->loop);
    else
        loop_timer_set(watch->rig->loop, &watch->timer, clock_mono_us() + TICK_US, watch->tick, watch);
}

static bool run_until(struct rig *rig, bool (*holds)(void *ctx), void *ctx, int64_t patience_us)
{
    struct watch_over watch = {
        .rig = rig, .holds = holds, .ctx = ctx, .until_us = clock_mono_us() + patience_us, .tick = tick};

    tick(&watch);
    loop_run(rig->loop);
    return watch.in_time;
}

static bool is_ready(void *ctx)
{
    return store_is_ready(((struct rig *)ctx)->store);
}

static bool is_not_ready(void *ctx)
{
    return !is_ready(ctx);
}

void rig_wait_ready(struct rig *rig, bool ready)
{
    if (!run_until(rig, ready ? is_ready : is_not_ready, rig, PATIENCE_US))
        fail_msg("the store is still %s", ready ? "not ready" : "ready");
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

void rig_turn(struct rig *rig, int64_t for_us)
{
    run_until(rig, never, NULL, for_us);
}

struct rig *rig_new(const char *url, uint32_t linger_us, unsigned cap)
{
    struct rig *rig = HEAP_NEW(struct rig);

    rig->loop = loop_new();
    rig->arena = arena_new(4096);
    rig->store = store_new(rig->loop, &(struct store_config){url, linger_us, cap});
    rig_wait_ready(rig, true);
    return rig;
}

void rig_free(struct rig *rig)
{
    store_free(rig->store);
    loop_free(rig->loop);
    arena_free(rig->arena);
    heap_free(rig);
}

int rig_setup(void **state)
{
    enum { LINGER_US = 500 };

    *state = rig_new(database_url(), LINGER_US, RIG_CAP);
    return 0;
}

int rig_teardown(void **state)
{
    rig_free(*state);
    return 0;
}

/* ---- boxes ---- */

static void note_done(struct store_unit *unit, enum err outcome, void *ctx)
{
    struct box *box = ctx;

    assert_ptr_equal(unit, &box->unit);
    box->outcome = outcome;
    box->calls++;
    box->order = ++done_so_far;
    snprintf(box->message, sizeof(box->message), "%s", outcome == ERR_OK ? "" : err_message());
}

struct box *box_new(struct rig *rig, int64_t device_id)
{
    struct box *box = ARENA_NEW(rig->arena, struct box);

    box->unit.arena = rig->arena;
    box->unit.device_id = device_id;
    box->unit.done = note_done;
    box->unit.ctx = box;
    return box;
}

struct box *box_register(struct rig *rig, const char *serial)
{
    struct box *box = box_new(rig, 0);

    box->registration.key =
        (struct cwmp_device_id){"Maker", "00256D", "Box", arena_strdup(rig->arena, serial)};
    box->unit.registration = &box->registration;
    return box;
}

struct box *box_inform(struct rig *rig, int64_t device_id)
{
    struct box *box = box_new(rig, device_id);

    box->inform = (struct store_inform){.at_us = AT_US, .uptime_s = 100};
    box->unit.inform = &box->inform;
    return box;
}

struct box *box_values(struct rig *rig, int64_t device_id, int64_t session_no,
                       const struct cwmp_parameter_values *values)
{
    struct box *box = box_new(rig, device_id);

    box->unit.session_no = session_no;
    box->values = (struct store_values){.values = values, .read_at_us = AT_US};
    box->unit.values = &box->values;
    return box;
}

struct box *box_action(struct rig *rig, int64_t device_id, int64_t session_no, const char *action_id,
                       enum action_state state)
{
    struct box *box = box_new(rig, device_id);

    box->unit.session_no = session_no;
    box->actions[0].save = (struct action_save){.action_id = action_id, .state = state, .at_us = AT_US};
    box->unit.actions[0] = &box->actions[0];
    box->unit.action_count = 1;
    return box;
}

void rig_submit(struct rig *rig, struct box *box)
{
    store_submit(rig->store, &box->unit);
}

struct all_done {
    struct box *const *boxes;
    size_t count;
};

static bool are_done(void *ctx)
{
    const struct all_done *all = ctx;

    for (size_t i = 0; i < all->count; i++)
        if (all->boxes[i]->calls == 0)
            return false;
    return true;
}

void rig_wait(struct rig *rig, struct box *const *boxes, size_t count)
{
    struct all_done all = {boxes, count};

    if (!run_until(rig, are_done, &all, PATIENCE_US))
        fail_msg("not all of %zu units are done", count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(boxes[i]->calls, 1);
}

enum err rig_run(struct rig *rig, struct box *box)
{
    rig_submit(rig, box);
    rig_wait(rig, &box, 1);
    return box->outcome;
}

int64_t rig_device(struct rig *rig, const char *serial, int64_t *ret_session_no)
{
    struct box *registered = box_register(rig, serial);
    struct box *informed;

    assert_int_equal(rig_run(rig, registered), ERR_OK);
    informed = box_inform(rig, registered->registration.device_id);
    assert_int_equal(rig_run(rig, informed), ERR_OK);
    if (ret_session_no != NULL)
        *ret_session_no = informed->inform.session_no;
    return registered->registration.device_id;
}

void rig_add_action(int64_t device_id, const char *action_id)
{
    database_value("INSERT INTO action (device_id, id, kind, created_by, expires_at, next_wake_at) "
                   "VALUES (%lld, '%s', 'reboot', 'test', now() + interval '1 hour', now())",
                   (long long)device_id, action_id);
}
