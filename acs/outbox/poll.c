#include "acs/outbox/poll.h"

#include <string.h>

#include "acs/base/clock.h"
#include "acs/base/log.h"
#include "acs/outbox/tracker.h"
#include "acs/outbox/tracker_words.h"
#include "db/case.h"

enum { IDLE_MOST = 14, AFTER_FAILURES = 4 };

struct looking {
    const struct tracker_due *due;
    struct tracker_desk desk;
    struct tracker_status status;
    struct tracker_key key;
    bool portuguese;
};

/* ---- into the case ---- */

static enum err add_entry(const struct looking *looking, struct db *db, const struct tracker_item *item,
                          const char *kind)
{
    struct arena *arena = looking->desk.arena;
    const struct tracker_entry entry = {
        .kind = kind,
        .by = arena_printf(arena, "%s (%s)", item->by, looking->due->target.name),
        .text = item->is_reply ? item->text
                               : tracker_say(TRACKER_WORD_DONE, looking->portuguese, looking->due->number,
                                             item->state, arena),
        .what = item->is_reply ? "reply" : "state",
        .number = looking->due->number,
        .state = looking->status.state,
    };

    return tracker_news(db, looking->key, &entry, arena);
}

/* An answer returns a case that waits for one; that the ticket is done returns one that waits for a visit,
 * too. */
static bool returns(const struct case_held *held, const struct tracker_item *item)
{
    return strcmp(held->state, "escalated") == 0 || (!item->is_reply && strcmp(held->state, "visit") == 0);
}

static enum err take_item(const struct looking *looking, struct db *db, struct case_held *held,
                          const struct tracker_item *item)
{
    const char *by = arena_printf(looking->desk.arena, "%s (%s)", item->by, looking->due->target.name);

    if (!returns(held, item))
        return add_entry(looking, db, item, "ticket");
    TRY(case_return(db, held->id, by, false, looking->desk.arena));
    held->state = "open";
    return add_entry(looking, db, item, "returned");
}

/* Who closes a case meanwhile has the last word. */
static enum err take_items(const struct looking *looking, struct db *db)
{
    struct case_held held;

    TRY(case_hold(db, looking->key.case_id, looking->desk.arena, &held));
    if (strcmp(held.state, "closed") == 0)
        return ERR_OK;
    TRY(tracker_speak(db, looking->key.outlet_id, looking->desk.arena));
    for (size_t i = 0; i < looking->status.count; i++)
        TRY(take_item(looking, db, &held, &looking->status.items[i]));
    return ERR_OK;
}

static int64_t rest_s(const struct looking *looking, int64_t idle)
{
    return (1 + idle) * (int64_t)looking->desk.context->config->outbox_poll_ms / MS_PER_S;
}

static enum err keep(const struct looking *looking, struct db *db)
{
    int64_t idle = looking->status.count > 0 ? 0 : looking->due->idle + 1;
    struct tracker_seen seen = {.state = looking->status.state, .seen = looking->status.seen};

    seen.idle = idle < IDLE_MOST ? idle : IDLE_MOST;
    seen.look_s = rest_s(looking, seen.idle);
    TRY(db_begin(db));
    if (looking->status.count > 0)
        TRY(take_items(looking, db));
    TRY(tracker_read(db, looking->key, &seen, looking->desk.arena));
    return db_commit(db);
}

/* ---- one ticket ---- */

/* One that is there no more holds up nobody else. */
static enum err note_trouble(const struct looking *looking, struct db *db, enum err err)
{
    const struct tracker_due *due = looking->due;
    const char *why = arena_strdup(looking->desk.arena, err_message());

    if (atomic_load(looking->desk.context->stop))
        return ERR_OK; /* given up by us */
    log_debug("a ticket could not be read", log_s("number", due->number), log_s("why", why));
    if (err == ERR_INVALID && looking->desk.said.status != 0)
        return tracker_lost(
            db, looking->key,
            tracker_say(TRACKER_WORD_LOST, looking->portuguese, due->target.name, NULL, looking->desk.arena),
            looking->desk.arena);
    return tracker_unread(db, due->target.outlet_id, why,
                          tracker_delay_s(&looking->desk, err, AFTER_FAILURES, crypto_random_u64()),
                          looking->desk.arena);
}

static enum err look(struct looking *looking, struct db *db)
{
    const struct outbox_target *target = &looking->due->target;
    enum err err = tracker_system_of(target->kind)
                       ->read(&looking->desk, looking->due->number, looking->due->seen, &looking->status);

    if (err != ERR_OK)
        return note_trouble(looking, db, err);
    err = keep(looking, db);
    if (err != ERR_OK)
        db_rollback(db);
    return err;
}

enum err tracker_poll(const struct outlet_context *context, struct db *db, struct arena *arena,
                      bool *ret_looked)
{
    struct tracker_due due;
    struct looking looking = {.due = &due};
    AUTO_JSON settings = NULL;
    enum err err;

    *ret_looked = false;
    TRY(tracker_claim(db, arena, &due));
    if (due.case_id == 0)
        return ERR_OK;
    *ret_looked = true;
    looking.key = (struct tracker_key){due.case_id, due.target.outlet_id};
    TRY(tracker_desk_open(context, &due.target, arena, &settings, &looking.desk));
    looking.portuguese = tracker_desk_is_portuguese(&looking.desk);
    err = look(&looking, db);
    tracker_desk_close(&looking.desk);
    return err;
}
