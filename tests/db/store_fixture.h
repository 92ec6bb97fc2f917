/*
 * A store in a loop of its own, and units that know when they are done. Devices are made through the store,
 * as acsd makes them.
 */
#pragma once

#include "db/store.h"
#include "tests/support/check.h"
#include "tests/support/database.h"

#define AT_US INT64_C(1700000000000000) /* 2023-11-14 22:13:20 UTC */

struct rig {
    struct loop *loop;
    struct store *store;
    struct arena *arena;
};

struct rig *rig_new(const char *url, uint32_t linger_us, unsigned cap); /* waits until the store is ready */
void rig_free(struct rig *rig);

/* For cmocka: each test has a rig of its own, on the database of the group. */
enum { RIG_CAP = 64 };
int rig_setup(void **state);
int rig_teardown(void **state);

/* A unit with every part at hand; set the pointers of unit to the parts that are wanted. */
struct box {
    struct store_unit unit;
    struct store_register registration;
    struct store_inform inform;
    struct store_values values;
    struct store_identity identity;
    struct store_action actions[STORE_UNIT_ACTIONS];
    struct store_session session;
    enum err outcome;
    char message[256];
    unsigned calls; /* of done() */
    unsigned order; /* in which done() was called, over all boxes, from 1 */
};

struct box *box_new(struct rig *rig, int64_t device_id);
struct box *box_register(struct rig *rig, const char *serial);
struct box *box_inform(struct rig *rig, int64_t device_id);
struct box *box_values(struct rig *rig, int64_t device_id, int64_t session_no,
                       const struct cwmp_parameter_values *values);
struct box *box_action(struct rig *rig, int64_t device_id, int64_t session_no, const char *action_id,
                       enum action_state state);

void rig_submit(struct rig *rig, struct box *box);
/* Runs the loop until every box is done; fails the test after 20 s. */
void rig_wait(struct rig *rig, struct box *const *boxes, size_t count);
void rig_wait_ready(struct rig *rig, bool ready);
void rig_turn(struct rig *rig, int64_t for_us);     /* lets the loop run for so long */
enum err rig_run(struct rig *rig, struct box *box); /* submits and waits */

/* A device with an Inform; the number of its session, too, if asked. */
int64_t rig_device(struct rig *rig, const char *serial, int64_t *ret_session_no);
/* A queued action in the database. */
void rig_add_action(int64_t device_id, const char *action_id);
