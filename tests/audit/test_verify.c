/* The chain as it lies in PostgreSQL, before and after somebody with all rights there had his hands on it. */
#include "acs/audit/anchor.h"
#include "acs/audit/audit.h"
#include "acs/audit/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/check.h"
#include "tests/support/database.h"

enum { ROWS = 10240, BATCH = 256 };

static struct db_pool *pool;
static struct db *db;
static struct audit *audit;
static struct arena *arena;

static void must_be(enum err wanted, enum err got)
{
    if (got != wanted)
        fail_msg("%s", err_message());
}

/* ---- writing ---- */

static void write_rows(unsigned count)
{
    static const int64_t several[] = {7, 8};

    must_be(ERR_OK, db_begin(db));
    for (unsigned i = 0; i < count; i++) {
        struct audit_row row = {
            .actor_id = i % 2 == 0 ? 5 : 0,
            .actor_kind = "token",
            .actor = "ana",
            .session = i % 2 == 0 ? "1" : NULL,
            .source = "192.0.2.1",
            .request = "req_1",
            .action = "device_patch",
            .decision = "allowed",
            .device_id = i % 2 == 0 ? 9 : 0,
            .case_id = 4,
            .device_ids = {several, i % 2 == 0 ? 0 : 2},
            .subscriber_ids = {several, 2                 },
            .object = "act_1",
            .reason = "chamado 7",
            .query = "a=b",
            .before = "{\"a\": 1}",
            .after = "{\"a\":2}"
        };

        must_be(ERR_OK, audit_write(audit, db, &row, arena));
    }
    must_be(ERR_OK, db_commit(db));
    arena_reset(arena);
}

static struct keyring *make_keys(void)
{
    char folder[] = "/tmp/farol-verify-XXXXXX", path[64];
    struct keyring *keyring;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/keys", folder);
    must_be(ERR_OK, keyring_make(path));
    must_be(ERR_OK, keyring_load(path, &keyring));
    unlink(path);
    rmdir(folder);
    return keyring;
}

static int start(void **state)
{
    struct keyring *keyring;

    if (database_create_migrated(state) != 0)
        return -1;
    keyring = make_keys();
    audit = audit_new(keyring);
    keyring_free(keyring);
    pool = db_pool_new(database_url(), 2);
    arena = arena_new(1 << 16);
    must_be(ERR_OK, db_borrow(pool, &db));
    for (unsigned i = 0; i < ROWS; i += BATCH) {
        struct audit_checkpoint checkpoint;

        write_rows(BATCH);
        must_be(ERR_OK, audit_sign(audit->keys, db, arena, &checkpoint));
        assert_int_equal(checkpoint.seq, i + BATCH);
    }
    /* the owner of the tables, like a superuser, gets past what keeps them as they are */
    database_value(
        "ALTER TABLE audit_entry DISABLE TRIGGER USER; ALTER TABLE audit_checkpoint DISABLE TRIGGER USER");
    database_value(
        "CREATE TABLE kept AS TABLE audit_entry; CREATE TABLE kept_marks AS TABLE audit_checkpoint");
    return 0;
}

static int stop(void **state)
{
    db_return(db);
    db_pool_free(pool);
    audit_free(audit);
    arena_free(arena);
    return database_drop(state);
}

/* ---- asking ---- */

static struct audit_report report_from(int64_t after, const struct audit_checkpoint *anchor)
{
    const struct audit_question question = {.after = after, .most = INT64_MAX, .anchor = anchor};
    struct audit_report report;

    must_be(ERR_OK, audit_verify(audit->keys, db, &question, arena, &report));
    return report;
}

static void expect(const char *what, enum audit_wrong wrong, int64_t seq)
{
    struct audit_report report = report_from(seq < 600 ? 0 : seq - 600, NULL);

    if (!report.wrong || report.finding.wrong != wrong || report.finding.seq != seq)
        fail_msg("%s: wanted %s at %lld: found %s at %lld", what, audit_wrong_name(wrong), (long long)seq,
                 report.wrong ? audit_wrong_name(report.finding.wrong) : "nothing",
                 report.wrong ? (long long)report.finding.seq : 0);
    arena_reset(arena);
}

static void put_back(void)
{
    database_value("DELETE FROM audit_entry; INSERT INTO audit_entry TABLE kept; "
                   "DELETE FROM audit_checkpoint; INSERT INTO audit_checkpoint TABLE kept_marks");
}

static int restore(void **state)
{
    (void)state;
    put_back();
    return 0;
}

/* ---- tests ---- */

static void what_was_written_is_in_order(void **state)
{
    struct audit_report report = report_from(0, NULL);

    (void)state;
    assert_false(report.wrong);
    assert_int_equal(report.rows, ROWS);
    assert_int_equal(report.last, ROWS);
    assert_int_equal(report.checkpoint_seq, ROWS);
    assert_int_equal(report.open, 0);
    assert_false(report.more);
}

static void pages_go_on_where_they_ended(void **state)
{
    struct audit_question question = {.most = 1500};
    struct audit_report report;
    int64_t rows = 0;

    (void)state;
    do {
        must_be(ERR_OK, audit_verify(audit->keys, db, &question, arena, &report));
        assert_false(report.wrong);
        rows += report.rows;
        question.after = report.last;
    } while (report.more);
    assert_int_equal(rows, ROWS);
    question.after = ROWS + 5;
    must_be(ERR_NOT_FOUND, audit_verify(audit->keys, db, &question, arena, &report));
}

static void every_column_is_held(void **state)
{
    static const char *const columns[][2] = {
        {"at",             "at + interval '1 us'"        },
        {"actor_id",       "coalesce(actor_id, 0) + 1"   },
        {"actor_kind",     "'user'"                      },
        {"actor",          "'eve'"                       },
        {"session",        "coalesce(session, '') || 'x'"},
        {"source",         "'192.0.2.2'"                 },
        {"request",        "'req_2'"                     },
        {"action",         "'device_show'"               },
        {"decision",       "'denied'"                    },
        {"device_id",      "coalesce(device_id, 0) + 1"  },
        {"subscriber_id",  "77"                          },
        {"case_id",        "NULL"                        },
        {"device_ids",     "ARRAY[1, 2, 3]"              },
        {"subscriber_ids", "NULL"                        },
        {"key",            "key + 1"                     },
        {"key",            "0"                           },
        {"payload_hash",   "sha256('x')"                 },
        {"object",         "NULL"                        },
        {"reason",         "'chamado 8'"                 },
        {"query",          "'a=c'"                       },
        {"before",         "'{\"a\":1}'"                 },
        {"after",          "NULL"                        },
        {"salt",           "NULL"                        },
        {"prev",           "sha256('x')"                 },
        {"h",              "sha256('x')"                 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
        int64_t seq = (int64_t)(1 + i * 409);

        database_value("UPDATE audit_entry SET %s = %s WHERE seq = %lld", columns[i][0], columns[i][1],
                       (long long)seq);
        expect(columns[i][0], AUDIT_ALTERED, seq);
        database_value("DELETE FROM audit_entry WHERE seq = %lld; INSERT INTO audit_entry "
                       "SELECT * FROM kept WHERE seq = %lld",
                       (long long)seq, (long long)seq);
    }
}

static void what_is_gone_is_found(void **state)
{
    (void)state;
    database_value("DELETE FROM audit_entry WHERE seq BETWEEN 5000 AND 5004");
    expect("a gap", AUDIT_DELETED, 5000);
    database_value("UPDATE audit_entry SET seq = -(seq - 5) WHERE seq > 5004; "
                   "UPDATE audit_entry SET seq = -seq WHERE seq < 0");
    expect("a gap that was closed", AUDIT_DELETED, 5000);
}

static void what_was_put_in_between_is_found(void **state)
{
    (void)state;
    database_value("UPDATE audit_entry SET seq = -(seq + 1) WHERE seq >= 300; "
                   "UPDATE audit_entry SET seq = -seq WHERE seq < 0; "
                   "INSERT INTO audit_entry SELECT * FROM kept WHERE seq = 300");
    database_value("UPDATE audit_entry SET actor = 'eve' WHERE seq = 300");
    expect("a forged row", AUDIT_INSERTED, 300);
}

static void rows_that_changed_places_are_found(void **state)
{
    (void)state;
    database_value("UPDATE audit_entry SET seq = -1 WHERE seq = 700; "
                   "UPDATE audit_entry SET seq = 700 WHERE seq = 950; "
                   "UPDATE audit_entry SET seq = 950 WHERE seq = -1");
    expect("a swap", AUDIT_REORDERED, 700);
}

static void an_end_that_was_cut_off_is_found(void **state)
{
    (void)state;
    for (int left = ROWS - 1; left > ROWS - 20; left--) {
        database_value("DELETE FROM audit_entry WHERE seq > %d", left);
        expect("a cut", AUDIT_TRUNCATED, left + 1);
    }
    database_value("DELETE FROM audit_entry");
    expect("nothing left", AUDIT_TRUNCATED, 1);
}

/* The server goes on writing behind the cut, and signs that, too: the older word tells. */
static void an_end_that_was_written_anew_is_found(void **state)
{
    struct audit_checkpoint checkpoint, anchor;
    struct audit_report report;

    (void)state;
    must_be(ERR_OK, audit_sign(audit->keys, db, arena, &anchor)); /* kept elsewhere */
    database_value("DELETE FROM audit_entry WHERE seq > %d", ROWS - 100);
    write_rows(BATCH);
    must_be(ERR_OK, audit_sign(audit->keys, db, arena, &checkpoint));
    expect("written anew", AUDIT_TRUNCATED, ROWS - BATCH + 1);
    database_value("DELETE FROM audit_checkpoint WHERE seq = %d", ROWS);
    assert_false(report_from(0, NULL).wrong); /* without its checkpoint nothing in here can tell … */
    report = report_from(0, &anchor);         /* … but what was kept elsewhere does */
    assert_true(report.wrong);
    assert_int_equal(report.finding.wrong, AUDIT_TRUNCATED);
}

static void an_anchor_that_holds_and_one_that_is_cut_off(void **state)
{
    struct audit_checkpoint anchor;
    struct audit_report report;

    (void)state;
    must_be(ERR_OK, audit_sign(audit->keys, db, arena, &anchor));
    assert_false(report_from(0, &anchor).wrong);
    database_value("DELETE FROM audit_entry WHERE seq > %d; DELETE FROM audit_checkpoint WHERE seq > %d",
                   ROWS - 50, ROWS - 50);
    assert_false(report_from(0, NULL).wrong);
    report = report_from(0, &anchor);
    assert_true(report.wrong);
    assert_int_equal(report.finding.wrong, AUDIT_TRUNCATED);
    assert_int_equal(report.finding.seq, ROWS - 50 + 1);
}

static void a_checkpoint_that_nobody_signed_is_found(void **state)
{
    (void)state;
    database_value("UPDATE audit_checkpoint SET at = at + interval '1 s' WHERE seq = %d", 2 * BATCH);
    expect("a checkpoint", AUDIT_ALTERED, 2 * BATCH);
}

static void only_new_ends_are_signed_and_kept_in_the_file(void **state)
{
    char path[] = "/tmp/farol-anchor-XXXXXX", text[4096] = "";
    struct audit_anchor anchor = {.keys = audit->keys, .path = path};
    struct audit_checkpoint checkpoint;
    FILE *file;
    int fd = mkstemp(path);

    (void)state;
    close(fd);
    must_be(ERR_OK, audit_anchor_run(&anchor, db, arena));
    must_be(ERR_OK, audit_anchor_run(&anchor, db, arena));
    write_rows(1);
    must_be(ERR_OK, audit_anchor_run(&anchor, db, arena));
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof(text), file));
    assert_non_null(fgets(text, sizeof(text), file));
    text[strcspn(text, "\n")] = '\0';
    must_be(ERR_OK, audit_checkpoint_read(text, &checkpoint));
    assert_int_equal(checkpoint.seq, ROWS + 1);
    assert_null(fgets(text, sizeof(text), file));
    fclose(file);
    unlink(path);
    anchor.path = "/nonexistent/lines";
    write_rows(1);
    must_be(ERR_UNAVAILABLE, audit_anchor_run(&anchor, db, arena));
    must_be(ERR_UNAVAILABLE, audit_anchor_run(&anchor, db, arena)); /* it is not forgotten */
}

static size_t lines_of(const char *path)
{
    FILE *file = fopen(path, "re");
    size_t count = 0;

    assert_non_null(file);
    for (int c; (c = fgetc(file)) != EOF;)
        count += c == '\n';
    fclose(file);
    return count;
}

/* Whoever cuts off the end, and the checkpoints with it, does not have the server sign that all is well. */
static void over_an_end_that_was_cut_off_no_line_is_written(void **state)
{
    char path[] = "/tmp/farol-anchor-XXXXXX";
    struct audit_anchor anchor = {.keys = audit->keys, .path = path};
    int fd = mkstemp(path);

    (void)state;
    must_be(ERR_OK, audit_anchor_run(&anchor, db, arena));
    assert_true(lseek(fd, 0, SEEK_END) > 0);
    assert_int_equal(write(fd, "farol-audit 1 99", 16), 16); /* a crash */
    close(fd);
    write_rows(1);
    must_be(ERR_OK, audit_anchor_run(&anchor, db, arena));
    assert_int_equal(lines_of(path), 3);
    database_value("DELETE FROM audit_entry WHERE seq > %d", ROWS - 1);
    database_value("DELETE FROM audit_checkpoint WHERE seq > %d", ROWS - 1);
    must_be(ERR_CONFLICT, audit_anchor_run(&anchor, db, arena)); /* shorter, */
    anchor = (struct audit_anchor){.keys = audit->keys, .path = path};
    write_rows(5); /* longer again, in a program that was started anew */
    must_be(ERR_CONFLICT, audit_anchor_run(&anchor, db, arena));
    assert_int_equal(lines_of(path), 3);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_in_order),
        cmocka_unit_test(pages_go_on_where_they_ended),
        cmocka_unit_test_teardown(every_column_is_held, restore),
        cmocka_unit_test_teardown(what_is_gone_is_found, restore),
        cmocka_unit_test_teardown(what_was_put_in_between_is_found, restore),
        cmocka_unit_test_teardown(rows_that_changed_places_are_found, restore),
        cmocka_unit_test_teardown(an_end_that_was_cut_off_is_found, restore),
        cmocka_unit_test_teardown(an_end_that_was_written_anew_is_found, restore),
        cmocka_unit_test_teardown(an_anchor_that_holds_and_one_that_is_cut_off, restore),
        cmocka_unit_test_teardown(a_checkpoint_that_nobody_signed_is_found, restore),
        cmocka_unit_test_teardown(only_new_ends_are_signed_and_kept_in_the_file, restore),
        cmocka_unit_test_teardown(over_an_end_that_was_cut_off_no_line_is_written, restore),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
