#include "db/audit_scan.h"

#include <endian.h>
#include <string.h>

#include "db/conn.h"

enum { PAGE_ROWS = 500, IN_BINARY = 1 };

struct audit_scan {
    struct db *db;
    struct arena *arena;
    PGresult *page; /* that is being looked at */
    bool asked;     /* for the next */
};

/* What is not out yet goes out while the page is looked at, or when the next is waited for. */
static enum err ask(struct audit_scan *scan, int64_t after)
{
    struct parameters parameters;

    arena_reset(scan->arena);
    TRY(parameters_fill(&sql_statements[SQL_AUDIT_SCAN],
                        BINDS(bind_i64("after", after), bind_i64("most", PAGE_ROWS)), scan->arena,
                        &parameters));
    TRY(query_send(scan->db, SQL_AUDIT_SCAN, &parameters, IN_BINARY));
    scan->asked = true;
    return PQflush(scan->db->conn) < 0 ? conn_error(scan->db->conn, NULL) : ERR_OK;
}

enum err audit_scan_begin(struct db *db, int64_t after, struct audit_scan **ret)
{
    struct audit_scan *scan = HEAP_NEW(struct audit_scan);
    enum err err;

    scan->db = db;
    scan->arena = arena_new(1024);
    err = ask(scan, after);
    if (err != ERR_OK)
        audit_scan_end(scan);
    else
        *ret = scan;
    return err;
}

static int64_t last_seq(const PGresult *page)
{
    uint64_t wire;

    memcpy(&wire, PQgetvalue(page, PQntuples(page) - 1, 0), sizeof(wire));
    return (int64_t)be64toh(wire);
}

enum err audit_scan_next(struct audit_scan *scan, unsigned *ret_count)
{
    PQclear(scan->page);
    scan->page = NULL;
    *ret_count = 0;
    if (!scan->asked)
        return ERR_OK;
    scan->asked = false;
    TRY(err_while(db_await(scan->db, &scan->page), "audit_scan"));
    if (PQnfields(scan->page) != AUDIT_SCAN_COLUMNS)
        return err_set(ERR_INTERNAL, "audit_scan answers %d columns", PQnfields(scan->page));
    *ret_count = (unsigned)PQntuples(scan->page);
    return *ret_count == PAGE_ROWS ? ask(scan, last_seq(scan->page)) : ERR_OK;
}

void audit_scan_row(const struct audit_scan *scan, unsigned row, struct span ret[AUDIT_SCAN_COLUMNS])
{
    for (int i = 0; i < AUDIT_SCAN_COLUMNS; i++) {
        bool null = PQgetisnull(scan->page, (int)row, i) != 0;

        ret[i] = null ? (struct span){0}
                      : (struct span){PQgetvalue(scan->page, (int)row, i),
                                      (size_t)PQgetlength(scan->page, (int)row, i)};
    }
}

/* An answer that is still to come belongs to nobody else. */
void audit_scan_end(struct audit_scan *scan)
{
    AUTO_RESULT rest = NULL;

    if (scan == NULL)
        return;
    if (scan->asked && db_await(scan->db, &rest) != ERR_OK)
        db_close(scan->db);
    PQclear(scan->page);
    arena_free(scan->arena);
    heap_free(scan);
}

/* ---- what else a verification asks ---- */

static enum err read_bytes(const struct rows *rows, size_t row, const char *column, unsigned char *ret,
                           size_t size, struct arena *arena)
{
    size_t len = 0;
    const void *bytes = rows_bytes(rows, row, column, arena, &len);

    if (bytes == NULL || len != size)
        return err_set(ERR_INTERNAL, "%s of an audit row has %zu bytes", column, len);
    memcpy(ret, bytes, size);
    return ERR_OK;
}

enum err audit_place(struct db *db, int64_t seq, struct arena *arena, struct audit_place *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_AUDIT_PLACE, BINDS(bind_i64("seq", seq)), arena, &rows));
    if (rows.count == 0)
        return err_set(ERR_NOT_FOUND, "there is no audit row %lld", (long long)seq);
    ret->key = rows_i64(&rows, 0, "key");
    return read_bytes(&rows, 0, "h", ret->h, sizeof(ret->h), arena);
}

enum err audit_last(struct db *db, struct arena *arena, struct audit_last *ret)
{
    struct rows rows;

    *ret = (struct audit_last){0};
    TRY(query_run(db, SQL_AUDIT_LAST, NO_BINDS, arena, &rows));
    if (rows.count == 0)
        return ERR_OK;
    ret->seq = rows_i64(&rows, 0, "seq");
    ret->at_us = rows_time_us(&rows, 0, "at");
    return read_bytes(&rows, 0, "h", ret->h, sizeof(ret->h), arena);
}

enum err audit_has_hash(struct db *db, const unsigned char h[SHA256_BYTES], struct arena *arena, bool *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_AUDIT_HAS_HASH, BINDS(bind_bytes("h", h, SHA256_BYTES)), arena, &rows));
    *ret = rows_bool(&rows, 0, "has");
    return ERR_OK;
}

/* ---- checkpoints ---- */

enum err audit_checkpoint_add(struct db *db, const struct audit_checkpoint_row *row, struct arena *arena)
{
    struct rows rows;

    return query_run(db, SQL_AUDIT_CHECKPOINT_ADD,
                     BINDS(bind_i64("seq", row->seq), bind_time_us("at", row->at_us),
                           bind_bytes("h", row->h, sizeof(row->h)), bind_i64("key", row->key),
                           bind_bytes("signature", row->signature, sizeof(row->signature))),
                     arena, &rows);
}

static enum err read_checkpoint(const struct rows *rows, size_t row, struct arena *arena,
                                struct audit_checkpoint_row *ret)
{
    ret->seq = rows_i64(rows, row, "seq");
    ret->at_us = rows_time_us(rows, row, "at");
    ret->key = rows_i64(rows, row, "key");
    TRY(read_bytes(rows, row, "h", ret->h, sizeof(ret->h), arena));
    return read_bytes(rows, row, "signature", ret->signature, sizeof(ret->signature), arena);
}

enum err audit_checkpoint_list(struct db *db, int64_t before, unsigned most, struct arena *arena,
                               struct audit_checkpoint_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_AUDIT_CHECKPOINT_LIST, BINDS(bind_id("before", before), bind_i64("most", most)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct audit_checkpoint_row, rows.count);
    for (size_t i = 0; i < rows.count; i++)
        TRY(read_checkpoint(&rows, i, arena, &ret->items[i]));
    return ERR_OK;
}

enum err audit_checkpoint_scan(struct db *db, int64_t after, int64_t last, struct arena *arena,
                               struct audit_checkpoint_rows *ret)
{
    struct rows rows;

    TRY(query_run(db, SQL_AUDIT_CHECKPOINT_SCAN, BINDS(bind_i64("after", after), bind_id("last", last)),
                  arena, &rows));
    ret->count = rows.count;
    ret->items = ARENA_ARRAY(arena, struct audit_checkpoint_row, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        TRY(read_checkpoint(&rows, i, arena, &ret->items[i]));
        ret->items[i].has_row = !rows_is_null(&rows, i, "row_h");
        if (ret->items[i].has_row)
            TRY(read_bytes(&rows, i, "row_h", ret->items[i].row_h, SHA256_BYTES, arena));
    }
    return ERR_OK;
}
