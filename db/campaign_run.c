#include "db/campaign_run.h"

#include <assert.h>
#include <string.h>

#include "acs/base/crypto.h"
#include "acs/base/json.h"
#include "db/campaign.h"

enum err campaign_lock(struct db *db, struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_LOCK, NO_BINDS, arena, &rows));
    *ret = rows_bool(&rows, 0, "mine");
    return ERR_OK;
}

enum err campaign_at_work(struct db *db, struct arena *arena, struct campaign_work *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_AT_WORK, NO_BINDS, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct campaign_work_item, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = (struct campaign_work_item){rows_i64(&rows, i, "id"), campaign_read_state(&rows, i)};
    return ERR_OK;
}

/* ---- the list ---- */

enum err campaign_list_open(struct db *db, int64_t id, struct arena *arena, struct campaign_listing *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_LIST_OPEN, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = (struct campaign_listing){.id = id,
                                     .filter = rows_text(&rows, 0, "filter"),
                                     .excludes = rows_text(&rows, 0, "excludes"),
                                     .version = rows_text(&rows, 0, "version"),
                                     .file = rows_text(&rows, 0, "file"),
                                     .firmware = rows_text(&rows, 0, "firmware"),
                                     .listed_up_to = rows_i64(&rows, 0, "listed_up_to"),
                                     .last = rows_i64(&rows, 0, "last")};
    return ERR_OK;
}

enum err campaign_list_piece(struct db *db, const struct campaign_listing *listing, int64_t up_to,
                             const struct filter *filter, struct arena *arena)
{
    struct rows rows;

    return query_run_where(db, SQL_CAMPAIGN_LIST_PIECE,
                           BINDS(bind_bool("filter", true), bind_i64("id", listing->id),
                                 bind_i64("after", listing->listed_up_to), bind_i64("up_to", up_to),
                                 bind_text("excludes", listing->excludes),
                                 bind_text("version", listing->version), bind_text("file", listing->file),
                                 bind_text("firmware", listing->firmware)),
                           filter, arena, &rows);
}

enum err campaign_list_close(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_LIST_COUNT, NO_BINDS, arena, &rows));
    TRY(query_run(db, SQL_CAMPAIGN_LIST_SUMMARY, BINDS(bind_i64("id", id)), arena, &rows));
    return query_run(db, SQL_CAMPAIGN_LIST_CLOSE,
                     BINDS(bind_i64("id", id), bind_text("summary", rows_text(&rows, 0, "summary"))), arena,
                     &rows);
}

enum err campaign_list_fail(struct db *db, int64_t id, const char *why, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_LIST_FAIL, BINDS(bind_i64("id", id), bind_text("why", why)), arena,
                     &rows);
}

/* ---- what is known ---- */

static struct campaign_counts read_counts(const struct rows *rows, size_t row)
{
    struct campaign_counts counts = {
        .in_flight = rows_i64(rows, row, "in_flight"),
        .healthy = rows_i64(rows, row, "healthy"),
        .failed = rows_i64(rows, row, "failed"),
        .looping = rows_i64(rows, row, "looping"),
        .lying = rows_i64(rows, row, "lying"),
        .missing = rows_i64(rows, row, "missing"),
        .silent = rows_i64(rows, row, "silent"),
    };

    counts.sent =
        counts.in_flight + counts.healthy + counts.failed + counts.looping + counts.lying + counts.missing;
    return counts;
}

static void add_counts(struct campaign_counts *all, const struct campaign_counts *wave)
{
    all->sent += wave->sent;
    all->in_flight += wave->in_flight;
    all->healthy += wave->healthy;
    all->failed += wave->failed;
    all->looping += wave->looping;
    all->lying += wave->lying;
    all->missing += wave->missing;
    all->silent += wave->silent;
}

static enum err count_waves(struct db *db, struct campaign_run *run, struct arena *arena)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_RUN_WAVES, BINDS(bind_i64("id", run->id)), arena, &rows));
    run->watch.all = (struct campaign_counts){0};
    for (size_t i = 0; i < rows.count && i < CAMPAIGN_WAVES_MAX; i++) {
        struct campaign_counts counts = read_counts(&rows, i);

        add_counts(&run->watch.all, &counts);
        if (i != run->now.wave)
            continue;
        run->watch.wave = counts;
        run->now.wave_size = rows_i64(&rows, i, "size");
        run->now.wave_sent = counts.sent;
        run->now.wave_judged_us = rows_time_us(&rows, i, "judged_at");
    }
    return ERR_OK;
}

static int64_t limit_of(const struct campaign_run *run, enum campaign_limit limit)
{
    return (int64_t)run->plan.limit[limit];
}

enum err campaign_run_count(struct db *db, struct campaign_run *run, struct arena *arena)
{
    struct rows rows;

    TRY(count_waves(db, run, arena));
    TRY(query_run(db, SQL_CAMPAIGN_RUN_LEFT,
                  BINDS(bind_i64("id", run->id), bind_i64("retries", limit_of(run, CAMPAIGN_RETRIES))), arena,
                  &rows));
    run->now.any_waiting = rows_bool(&rows, 0, "any_waiting");
    run->now.retries_due = rows_i64(&rows, 0, "retries_due");
    run->now.retries_later = rows_i64(&rows, 0, "retries_later");
    TRY(query_run(db, SQL_CAMPAIGN_RUN_RECENT,
                  BINDS(bind_i64("id", run->id), bind_i64("most", limit_of(run, CAMPAIGN_STOP_SLIDING_OF))),
                  arena, &rows));
    run->watch.recent = rows_i64(&rows, 0, "bad");
    return ERR_OK;
}

static enum err read_plan(struct campaign_run *run)
{
    AUTO_JSON plan = NULL;

    TRY(json_read(run->plan_text, strlen(run->plan_text), &plan));
    return campaign_plan_read(plan, &run->plan);
}

static enum err read_watch(const char *text, struct campaign_watch *ret)
{
    AUTO_JSON watch = NULL;

    if (text == NULL)
        return ERR_OK;
    TRY(json_read(text, strlen(text), &watch));
    ret->alone = json_int(json_get(watch, "alone"), 0);
    ret->alone_silent = json_int(json_get(watch, "alone_silent"), 0);
    ret->alone_contacts = json_int(json_get(watch, "alone_cases"), 0);
    ret->contacts = json_int(json_get(watch, "cases"), 0);
    ret->informs_fall = json_real(json_get(watch, "informs_fall"), 0);
    return ERR_OK;
}

static struct campaign_run read_run(const struct rows *rows)
{
    return (struct campaign_run){
        .id = rows_i64(rows, 0, "id"),
        .state = campaign_read_state(rows, 0),
        .name = rows_text(rows, 0, "name"),
        .kind = rows_text(rows, 0, "kind"),
        .args = rows_text(rows, 0, "args"),
        .file = rows_text(rows, 0, "file"),
        .excludes = rows_text(rows, 0, "excludes"),
        .plan_text = rows_text(rows, 0, "plan"),
        .bad_in_a_row = rows_i64(rows, 0, "bad_in_a_row"),
        .is_killed = rows_bool(rows, 0, "is_killed"),
        .watch_is_old = rows_bool(rows, 0, "watch_is_old"),
        .sample_is_due = rows_bool(rows, 0, "sample_is_due"),
        .now = {.now_us = rows_time_us(rows, 0, "now"),
                .wave = (unsigned)rows_i64(rows, 0,          "wave"),
                .flight_cap = rows_i64(rows,             0,            "flight_cap"),
                .sent_in_minute = rows_i64(rows, 0, "sent_in_minute"),
                .file_size = rows_i64(rows, 0, "file_size"),
                .approved_by_person = rows_bool(rows, 0, "by_person")},
        .zone = {.offset_s = rows_i64(rows,                          0,          "offset_s"),
                .change_us = rows_time_us(rows,   0, "change_at"),
                .after_s = rows_i64(rows, 0, "after_s")             },
    };
}

enum err campaign_run_hold(struct db *db, int64_t id, struct arena *arena, struct campaign_run *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_RUN_HOLD, BINDS(bind_i64("id", id)), arena, &rows));
    *ret = read_run(&rows);
    TRY(read_plan(ret));
    ret->watch.row = ret->bad_in_a_row;
    TRY(read_watch(rows_text(&rows, 0, "watch"), &ret->watch));
    return campaign_run_count(db, ret, arena);
}

/* ---- in flight ---- */

/* Of the words of wan.status (map/home_facts.c); one that is not used says nothing. */
static enum campaign_wan wan_of(const char *status, const char *failure)
{
    static const struct {
        const char *word;
        enum campaign_wan wan;
    } words[] = {
        {"connected",    CAMPAIGN_WAN_UP  },
        {"connecting",   CAMPAIGN_WAN_DOWN},
        {"disconnected", CAMPAIGN_WAN_DOWN},
    };

    if (failure != NULL)
        return strcmp(failure, "not_available") == 0 || strcmp(failure, "refused") == 0
                   ? CAMPAIGN_WAN_UNTOLD
                   : CAMPAIGN_WAN_UNKNOWN;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcmp(text_or_empty(status), words[i].word) == 0)
            return words[i].wan;
    return CAMPAIGN_WAN_UNTOLD;
}

static void read_reading(const struct rows *rows, size_t row, struct campaign_seen *seen)
{
    seen->reading = rows_bool(rows, row, "reading");
    seen->read_us = rows_time_us(rows, row, "read_at");
    if (seen->read_us > 0)
        seen->wan = wan_of(rows_text(rows, row, "wan"), rows_text(rows, row, "unread"));
}

static struct campaign_flyer read_flyer(const struct rows *rows, size_t row)
{
    struct campaign_flyer flyer = {
        .device_id = rows_i64(rows, row, "device_id"),
        .seen = {.sent_us = rows_time_us(rows, row, "sent_at"),
                 .ended_us = rows_time_us(rows, row, "ended_at"),
                 .failure = rows_text(rows, row, "failure"),
                 .last_contact_us = rows_time_us(rows, row, "last_inform"),
                 .boots = rows_i64(rows, row, "boots")},
    };
    bool known = action_state_by_name(rows_text(rows, row, "state"), &flyer.seen.state);

    assert(known);
    (void)known;
    read_reading(rows, row, &flyer.seen);
    return flyer;
}

enum err campaign_run_in_flight(struct db *db, int64_t id, struct arena *arena, struct campaign_flight *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_CAMPAIGN_RUN_IN_FLIGHT, BINDS(bind_i64("id", id)), arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct campaign_flyer, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = read_flyer(&rows, i);
    return ERR_OK;
}

enum err campaign_run_judge(struct db *db, const struct campaign_run *run,
                            const struct campaign_flight *flight, struct arena *arena)
{
    struct array devices = array_open(arena, ARRAY_BIGINT);
    struct array verdicts = array_open(arena, ARRAY_TEXT), causes = array_open(arena, ARRAY_TEXT);
    struct rows rows;

    for (size_t i = 0; i < flight->count; i++) {
        const struct campaign_flyer *flyer = &flight->items[i];

        if (flyer->judgement.verdict == CAMPAIGN_OPEN)
            continue;
        array_put_i64(&devices, flyer->device_id);
        array_put_text(&verdicts, campaign_verdict_name(flyer->judgement.verdict));
        array_put_text(&causes, flyer->judgement.cause);
    }
    if (devices.count == 0)
        return ERR_OK;
    return query_run(db, SQL_CAMPAIGN_RUN_JUDGE,
                     BINDS(bind_i64("id", run->id),
                           bind_i64("retry_after_s", limit_of(run, CAMPAIGN_RETRY_AFTER_S)),
                           bind_array("device_id", &devices), bind_array("verdict", &verdicts),
                           bind_array("cause", &causes)),
                     arena, &rows);
}

static struct array new_ids(size_t most, struct arena *arena)
{
    struct array ids = array_open(arena, ARRAY_TEXT);
    char id[ID_MAX];

    for (size_t i = 0; i < most; i++) {
        crypto_new_id("act_", id);
        array_put_text(&ids, id);
    }
    return ids;
}

enum err campaign_run_read(struct db *db, const struct campaign_run *run,
                           const struct campaign_flight *flight, struct arena *arena)
{
    struct array devices = array_open(arena, ARRAY_BIGINT), ids;
    struct rows rows;

    for (size_t i = 0; i < flight->count; i++)
        if (flight->items[i].read)
            array_put_i64(&devices, flight->items[i].device_id);
    if (devices.count == 0)
        return ERR_OK;
    ids = new_ids(devices.count, arena);
    return query_run(db, SQL_CAMPAIGN_RUN_READ,
                     BINDS(bind_i64("id", run->id), bind_text("reason", run->name),
                           bind_i64("ttl_s", limit_of(run, CAMPAIGN_PROOF_S)),
                           bind_array("device_id", &devices), bind_array("action_id", &ids)),
                     arena, &rows);
}

/* ---- what is done ---- */

enum err campaign_run_take(struct db *db, const struct campaign_run *run,
                           const struct campaign_decision *decision, uint32_t ttl_s, struct arena *arena,
                           int64_t *ret)
{
    struct array ids = new_ids((size_t)decision->count, arena);
    struct rows rows;

    TRY(query_run(
        db, SQL_CAMPAIGN_RUN_TAKE,
        BINDS(bind_i64("id", run->id), bind_text("kind", run->kind), bind_text("args", run->args),
              bind_text("firmware", run->firmware), bind_text("reason", run->name),
              bind_text("excludes", run->excludes), bind_text("from", decision->again ? "failed" : "waiting"),
              bind_i64("most_tries", decision->again ? 1 + limit_of(run, CAMPAIGN_RETRIES) : INT32_MAX),
              bind_i64("wave", run->now.wave), bind_i64("most", decision->count), bind_i64("ttl_s", ttl_s),
              bind_array("action_ids", &ids), bind_i64("per_pon", limit_of(run, CAMPAIGN_PER_PON)),
              bind_i64("per_olt", limit_of(run, CAMPAIGN_PER_OLT)),
              bind_i64("per_model", limit_of(run, CAMPAIGN_PER_MODEL))),
        arena, &rows));
    *ret = rows_i64(&rows, 0, "taken");
    return ERR_OK;
}

enum err campaign_run_recall(struct db *db, int64_t id, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_RUN_RECALL, BINDS(bind_i64("id", id)), arena, &rows);
}

enum err campaign_run_go_on(struct db *db, const struct campaign_step *step, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_RUN_GO_ON,
                     BINDS(bind_i64("id", step->id), bind_text("state", campaign_state_name(step->state)),
                           bind_i64("wave", step->wave), bind_text("why", step->why),
                           bind_time_us("until", step->until_us),
                           bind_i64("bad_in_a_row", step->bad_in_a_row), bind_text("stopped", step->stopped)),
                     arena, &rows);
}

enum err campaign_run_begin_wave(struct db *db, int64_t id, int64_t wave, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_RUN_BEGIN_WAVE, BINDS(bind_i64("id", id), bind_i64("wave", wave)),
                     arena, &rows);
}

enum err campaign_run_note(struct db *db, int64_t id, const char *kind, const char *data, struct arena *arena)
{
    struct rows rows;

    return query_run(
        db, SQL_CAMPAIGN_NOTE,
        BINDS(bind_i64("id", id), bind_text("by", "farol"), bind_text("kind", kind), bind_text("data", data)),
        arena, &rows);
}

enum err campaign_run_watch(struct db *db, const struct campaign_run *run, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_CAMPAIGN_RUN_WATCH,
                     BINDS(bind_i64("id", run->id), bind_i64("silent_s", limit_of(run, CAMPAIGN_SILENT_S)),
                           bind_bool("decides", run->watch_is_old)),
                     arena, &rows);
}
