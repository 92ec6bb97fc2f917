#include "acs/audit/verify.h"

#include <string.h>

#include "acs/base/log.h"
#include "db/audit_scan.h"

_Static_assert(AUDIT_FIELDS + AUDIT_PAYLOADS + 3 == AUDIT_SCAN_COLUMNS,
               "a scan is fields, payload, salt, prev, h");

struct walk {
    struct db *db;
    struct arena *arena;
    struct audit_check check;
    struct audit_report *report;
};

static void read_record(const struct audit_scan *scan, unsigned row, struct audit_record *ret)
{
    struct span columns[AUDIT_SCAN_COLUMNS];

    audit_scan_row(scan, row, columns);
    memcpy(ret->fields, columns, sizeof(ret->fields));
    memcpy(ret->payload, columns + AUDIT_FIELDS, sizeof(ret->payload));
    ret->salt = columns[AUDIT_FIELDS + AUDIT_PAYLOADS];
    ret->prev = columns[AUDIT_FIELDS + AUDIT_PAYLOADS + 1];
    ret->h = columns[AUDIT_FIELDS + AUDIT_PAYLOADS + 2];
}

/* ---- what surrounds a row that is not in order ---- */

/* Of the same page or of the next one. */
static enum err keep_next(struct audit_scan *scan, unsigned row, unsigned count, struct arena *arena,
                          const struct audit_record **ret)
{
    struct audit_record record;

    *ret = NULL;
    if (++row == count) {
        row = 0;
        TRY(audit_scan_next(scan, &count));
    }
    if (row >= count)
        return ERR_OK;
    read_record(scan, row, &record);
    *ret = audit_record_keep(&record, arena);
    return ERR_OK;
}

static bool has_hash(const unsigned char h[SHA256_BYTES], void *ctx)
{
    struct walk *walk = ctx;
    bool has = false;

    if (audit_has_hash(walk->db, h, walk->arena, &has) != ERR_OK)
        log_warn("what a row followed is not known", log_s("why", err_message()));
    return has;
}

static enum err diagnose(struct walk *walk, const struct audit_scene *scene)
{
    struct audit_scene whole = *scene;
    struct audit_last last;

    TRY(audit_last(walk->db, walk->arena, &last));
    whole.last = last.seq + last.seq / 10 + 1000; /* as many may be missing */
    whole.has_hash = has_hash;
    whole.ctx = walk;
    walk->report->finding = audit_check_diagnose(&walk->check, &whole);
    walk->report->wrong = true;
    return ERR_OK;
}

/* ---- rows ---- */

/* A page of them; *ret_scene is filled if one is not in order. */
static enum err check_page(struct walk *walk, struct audit_scan *scan, unsigned count,
                           struct audit_scene *ret_scene)
{
    struct audit_record record;

    for (unsigned i = 0; i < count; i++) {
        read_record(scan, i, &record);
        if (audit_check_row(&walk->check, &record))
            continue;
        ret_scene->bad = audit_record_keep(&record, walk->arena);
        return keep_next(scan, i, count, walk->arena, &ret_scene->next);
    }
    return ERR_OK;
}

/* The scan has the connection until its end. */
static enum err check_rows(struct walk *walk, int64_t most, struct audit_scene *ret_scene)
{
    AUTO_AUDIT_SCAN scan = NULL;
    unsigned count;

    TRY(audit_scan_begin(walk->db, walk->check.seq, &scan));
    do {
        if (walk->check.rows >= most) {
            walk->report->more = true;
            return ERR_OK;
        }
        TRY(audit_scan_next(scan, &count));
        TRY(check_page(walk, scan, count, ret_scene));
    } while (count > 0 && ret_scene->bad == NULL);
    return ERR_OK;
}

/* ---- checkpoints ---- */

static struct audit_checkpoint checkpoint_of(const struct audit_checkpoint_row *row)
{
    struct audit_checkpoint checkpoint = {.seq = row->seq, .at_us = row->at_us, .key = (unsigned)row->key};

    memcpy(checkpoint.h, row->h, sizeof(checkpoint.h));
    memcpy(checkpoint.signature, row->signature, sizeof(checkpoint.signature));
    return checkpoint;
}

static void check_mark(struct walk *walk, const struct audit_checkpoint *checkpoint,
                       const unsigned char *row_h)
{
    struct audit_report *report = walk->report;
    const struct audit_mark mark = {checkpoint, row_h, report->checkpoint_seq, walk->check.seq};

    if (audit_check_mark(walk->check.keys, &mark, walk->arena, &report->finding)) {
        report->checkpoint_seq = checkpoint->seq;
        report->checkpoint_at_us = checkpoint->at_us;
    } else {
        report->wrong = true;
    }
}

/* Those of the rows that were looked at; where these were the last, those of rows that there are not, too. A
 * row that came since has its own. */
static enum err check_checkpoints(struct walk *walk, int64_t after)
{
    struct audit_checkpoint_rows rows;

    TRY(audit_checkpoint_scan(walk->db, after, walk->report->more ? walk->check.seq : 0, walk->arena, &rows));
    for (size_t i = 0; i < rows.count && !walk->report->wrong; i++) {
        struct audit_checkpoint checkpoint = checkpoint_of(&rows.items[i]);

        check_mark(walk, &checkpoint, rows.items[i].has_row ? rows.items[i].row_h : NULL);
    }
    return ERR_OK;
}

/* What was kept elsewhere speaks for the row that it names, wherever the walk was. */
static enum err check_anchor(struct walk *walk, const struct audit_checkpoint *anchor)
{
    struct audit_report *report = walk->report;
    struct audit_place place;
    struct audit_last last;
    struct audit_mark mark = {.checkpoint = anchor};
    enum err err = audit_place(walk->db, anchor->seq, walk->arena, &place);

    if (err != ERR_OK && err != ERR_NOT_FOUND)
        return err;
    TRY(audit_last(walk->db, walk->arena, &last));
    mark.row_h = err == ERR_OK ? place.h : NULL;
    mark.last = last.seq;
    report->wrong = !audit_check_mark(walk->check.keys, &mark, walk->arena, &report->finding);
    return ERR_OK;
}

/* ---- all of it ---- */

static enum err begin(const struct audit_keys *keys, struct walk *walk, int64_t after)
{
    struct audit_place place = {0};

    if (after > 0)
        TRY(audit_place(walk->db, after, walk->arena, &place));
    walk->check = audit_check_from(keys, walk->arena, after, place.h, place.key != AUDIT_KEY_OPEN);
    walk->report->checkpoint_seq = 0;
    return ERR_OK;
}

enum err audit_verify(const struct audit_keys *keys, struct db *db, const struct audit_question *question,
                      struct arena *arena, struct audit_report *ret)
{
    struct audit_report report = {0};
    struct walk walk = {.db = db, .arena = arena, .report = &report};
    struct audit_scene scene = {0};

    TRY(begin(keys, &walk, question->after));
    TRY(check_rows(&walk, question->most, &scene));
    if (scene.bad != NULL)
        TRY(diagnose(&walk, &scene));
    if (!report.wrong)
        TRY(check_checkpoints(&walk, question->after));
    if (!report.wrong && question->anchor != NULL)
        TRY(check_anchor(&walk, question->anchor));
    report.rows = walk.check.rows;
    report.open = walk.check.open;
    report.last = walk.check.seq;
    memcpy(report.head, walk.check.h, sizeof(report.head));
    *ret = report;
    return ERR_OK;
}

enum err audit_sign(const struct audit_keys *keys, struct db *db, struct arena *arena,
                    struct audit_checkpoint *ret)
{
    struct audit_checkpoint_row row = {0};
    struct audit_last last;

    *ret = (struct audit_checkpoint){0};
    TRY(audit_last(db, arena, &last));
    if (last.seq == 0)
        return ERR_OK;
    ret->seq = last.seq;
    ret->at_us = last.at_us;
    memcpy(ret->h, last.h, sizeof(ret->h));
    audit_checkpoint_sign(audit_keys_newest(keys), ret);
    row = (struct audit_checkpoint_row){.seq = ret->seq, .at_us = ret->at_us, .key = ret->key};
    memcpy(row.h, ret->h, sizeof(row.h));
    memcpy(row.signature, ret->signature, sizeof(row.signature));
    return audit_checkpoint_add(db, &row, arena);
}

enum err audit_checkpoints(struct db *db, int64_t before, unsigned most, struct arena *arena,
                           struct audit_checkpoints *ret)
{
    struct audit_checkpoint_rows rows;

    TRY(audit_checkpoint_list(db, before, most, arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct audit_checkpoint, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        ret->items[i] = checkpoint_of(&rows.items[i]);
    return ERR_OK;
}
