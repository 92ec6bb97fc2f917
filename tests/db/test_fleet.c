/* The figures of the fleet: what is counted, in how many steps, for whom, and what is drawn. */
#include "db/fleet.h"

#include <string.h>

#include "acs/base/json.h"
#include "tests/db/reading.h"

static const struct fleet_pace pace = {.every_s = 60, .slice = 2};

static int start(void **state)
{
    int code = reading_set_up(state);

    database_value(
        "TRUNCATE fleet_view, fleet_minute, fleet_hour, verdict, incident, incident_home, device_fact,"
        " device_place, desk_case CASCADE");
    database_value("INSERT INTO fleet_view (scope) VALUES ('')");
    return code;
}

static void step(struct reading *reading)
{
    if (fleet_step(reading->db, &pace) != ERR_OK)
        fail_msg("%s", err_message());
}

static struct fleet_figures figures_of(struct reading *reading, const char *scope)
{
    struct fleet_figures figures;

    assert_int_equal(fleet_figures(reading->db, scope, true, reading->arena, &figures), ERR_OK);
    return figures;
}

/* A member of what is shown, as text. */
static const char *shown(const char *scope, const char *path)
{
    return database_value("SELECT shown #>> '{%s}' FROM fleet_view WHERE scope = '%s'", path, scope);
}

/* Goes on until nothing is under way. */
static int run(struct reading *reading)
{
    int steps = 0;

    do {
        step(reading);
        steps++;
    } while (database_number("SELECT count(*) FROM fleet_view WHERE reached > 0") > 0);
    return steps;
}

/* As if the minute were over. */
static void let_pass(void)
{
    database_value("UPDATE fleet_view SET began_at = began_at - interval '61 s'");
}

static void five_homes(void)
{
    for (int i = 0; i < 5; i++) {
        const char serial[] = {(char)('A' + i), '\0'};
        int64_t id = reading_add_device(serial, i < 3 ? 10 : 9999);

        database_value("INSERT INTO device_fact VALUES (%lld, '{\"wan.optical.rx_dbm\": [%d.5, 1]}')",
                       (long long)id, -20 - i / 2);
        database_value("INSERT INTO device_place (device_id, city, changed_by) VALUES (%lld, '%s', 't')",
                       (long long)id, i % 2 == 0 ? "Recife" : "Olinda");
    }
    database_value("UPDATE device SET software_version = 'V2' WHERE serial = 'E'");
}

static void nothing_is_counted_yet(void **state)
{
    struct fleet_figures figures = figures_of(*state, NULL);

    assert_null(figures.at);
    assert_null(figures.shown);
}

static void an_empty_fleet_has_figures_too(void **state)
{
    assert_int_equal(run(*state), 1);
    assert_string_equal(shown("", "homes"), "0");
    assert_string_equal(shown("", "firmware"), "[]");
    assert_string_equal(shown("", "cases,open"), "0");
}

static void a_round_goes_by_slices(void **state)
{
    five_homes();
    step(*state);
    assert_null(figures_of(*state, NULL).at);
    assert_int_equal(database_number("SELECT reached FROM fleet_view"), 2);
    assert_int_equal(run(*state), 2);
    assert_string_equal(shown("", "homes"), "5");
    assert_string_equal(shown("", "online"), "3");
    assert_string_equal(shown("", "light"),
                        "[{\"count\": 1, \"from_dbm\": -23}, {\"count\": 2, \"from_dbm\": -22}, "
                        "{\"count\": 2, \"from_dbm\": -21}]");
    assert_string_equal(shown("", "firmware"), "[{\"count\": 4, \"model\": \"HG8245\", \"version\": \"V1\"}, "
                                               "{\"count\": 1, \"model\": \"HG8245\", \"version\": \"V2\"}]");
    assert_non_null(figures_of(*state, NULL).at);
}

/* What is shown meanwhile is of the round before. */
static void the_next_round_begins_when_it_is_due(void **state)
{
    five_homes();
    run(*state);
    database_value("DELETE FROM device_hot");
    step(*state);
    assert_int_equal(database_number("SELECT reached FROM fleet_view"), 0);
    let_pass();
    step(*state);
    assert_string_equal(shown("", "online"), "3");
    run(*state);
    assert_string_equal(shown("", "online"), "0");
    assert_string_equal(shown("", "homes"), "5");
}

static void a_small_fleet_is_counted_more_often(void **state)
{
    run(*state);
    five_homes();
    step(*state);
    assert_string_equal(shown("", "homes"), "0");
    database_value("UPDATE fleet_view SET began_at = began_at - interval '6 s'");
    run(*state);
    assert_string_equal(shown("", "homes"), "5");
    database_value("UPDATE fleet_view SET began_at = began_at - interval '59 s',"
                   " shown = shown || '{\"homes\": 500000}'");
    step(*state);
    assert_int_equal(database_number("SELECT reached FROM fleet_view"), 0);
}

static void what_is_the_matter_is_counted(void **state)
{
    five_homes();
    database_value(
        "INSERT INTO verdict (device_id, shown_to, actor_id, code, rules, question, answer, at)"
        " SELECT d.id, 't', 1, v.code, 1, '{}', '{}', now() - v.ago FROM device d,"
        " (VALUES ('offline', interval '2 h'), ('ok', interval '1 h')) v (code, ago) WHERE d.serial < 'C'"
        " ORDER BY v.ago DESC");
    database_value(
        "INSERT INTO verdict (device_id, shown_to, actor_id, code, rules, question, answer, at)"
        " SELECT id, 't', 1, 'slow', 1, '{}', '{}', now() - interval '25 h' FROM device WHERE serial = 'C'");
    database_value(
        "WITH i AS (INSERT INTO incident (kind, place, since) VALUES ('cto', 'X', now()) RETURNING id)"
        " INSERT INTO incident_home (incident_id, device_id, silent_at, back_at)"
        " SELECT i.id, d.id, now(), CASE WHEN d.serial = 'A' THEN now() END FROM i, device d WHERE d.serial "
        "< 'D'");
    reading_add_action(1, "act_1");
    reading_add_action(1, "act_2");
    run(*state);
    assert_string_equal(shown("", "verdicts"), "[{\"code\": \"ok\", \"count\": 2}]");
    assert_string_equal(shown("", "in_incident"), "2");
    assert_string_equal(shown("", "open_actions"), "[{\"code\": \"queued\", \"count\": 2}]");
}

/* A device may say whatever it likes, and as often in another way as it likes. */
static void hostile_names_are_texts_and_do_not_grow_without_end(void **state)
{
    const struct fleet_pace large = {.every_s = 60, .slice = 4000};

    database_value(
        "INSERT INTO device (oui, product_class, serial, manufacturer, software_version)"
        " SELECT '00259E', E'\"],[\"homes\\'\\n', n, 'M', CASE WHEN n %% 2 = 0 THEN 'same' ELSE n::text END"
        " FROM generate_series(1, 5000) n");
    assert_int_equal(fleet_step(((struct reading *)*state)->db, &large), ERR_OK);
    assert_int_equal(database_number("SELECT count(*) FROM fleet_view v, jsonb_object_keys(v.counts)"), 2000);
    assert_int_equal(fleet_step(((struct reading *)*state)->db, &large), ERR_OK);
    assert_string_equal(shown("", "homes"), "5000");
    assert_string_equal(shown("", "firmware,0,count"), "2500");
    assert_string_equal(shown("", "firmware,0,model"), "\"],[\"homes'\n");
    assert_int_equal(database_number("SELECT jsonb_array_length(shown -> 'firmware') FROM fleet_view"), 100);
}

static void a_fact_that_is_no_number_is_none(void **state)
{
    five_homes();
    database_value("UPDATE device_fact SET doc = '{\"wan.optical.rx_dbm\": [\"x\", 1]}' WHERE device_id = 1");
    database_value(
        "UPDATE device_fact SET doc = '{\"wan.optical.rx_dbm\": [-1e300, 1]}' WHERE device_id = 2");
    run(*state);
    assert_string_equal(shown("", "light,0"), "{\"count\": 1, \"from_dbm\": -41}");
    assert_int_equal(
        database_number(
            "SELECT sum((l ->> 'count')::int) FROM fleet_view, jsonb_array_elements(shown -> 'light') l"),
        4);
}

static bool note_hours(struct reading *reading)
{
    bool behind;

    assert_int_equal(fleet_note_hours(reading->db, &behind), ERR_OK);
    return behind;
}

/* ---- whose ---- */

static const char recife[] = "city:Recife";

static void a_scope_has_figures_of_its_own_homes(void **state)
{
    five_homes();
    assert_null(figures_of(*state, recife).at);
    run(*state);
    run(*state);
    assert_string_equal(shown(recife, "homes"), "3");
    assert_string_equal(shown(recife, "online"), "2");
    assert_string_equal(shown("", "homes"), "5");
    assert_non_null(figures_of(*state, recife).at);
}

static void a_scope_that_cannot_be_read_has_no_homes(void **state)
{
    five_homes();
    figures_of(*state, "gone:x");
    run(*state);
    run(*state);
    assert_string_equal(shown("gone:x", "homes"), "0");
}

/* Whom nobody asks for costs nothing, and is forgotten. */
static void a_scope_is_counted_as_long_as_somebody_asks(void **state)
{
    five_homes();
    figures_of(*state, recife);
    database_value("UPDATE fleet_view SET asked_at = now() - interval '11 min'");
    run(*state);
    run(*state);
    assert_int_equal(database_number("SELECT count(shown) FROM fleet_view"), 1);
    figures_of(*state, recife);
    run(*state);
    assert_int_equal(database_number("SELECT count(shown) FROM fleet_view"), 2);
    database_value("UPDATE fleet_view SET asked_at = now() - interval '2 d'");
    note_hours(*state);
    assert_string_equal(database_value("SELECT string_agg(scope, '|') FROM fleet_view"), "");
    assert_int_equal(database_number("SELECT count(*) FROM fleet_view"), 1);
}

/* It holds up no other. */
static void one_that_fails_is_passed_over(void **state)
{
    struct reading *reading = *state;

    five_homes();
    figures_of(reading, "rx>-20");
    database_value(
        "UPDATE device_fact SET doc = '{\"wan.optical.rx_dbm\": [\"no number\", 1]}' WHERE device_id = 1");
    database_value("UPDATE fleet_view SET began_at = now() - interval '2 h' WHERE scope <> ''");
    database_value("UPDATE fleet_view SET began_at = now() - interval '1 h' WHERE scope = ''");
    assert_int_not_equal(fleet_step(reading->db, &pace), ERR_OK);
    run(reading);
    assert_string_equal(shown("", "homes"), "5");
    assert_int_equal(database_number("SELECT count(shown) FROM fleet_view"), 1);
}

/* Of several servers one counts a view at a time; the others do not wait. */
static void one_that_is_held_is_somebody_elses(void **state)
{
    struct reading *reading = *state;
    AUTO_DB other = NULL;
    struct rows rows;

    five_homes();
    assert_int_equal(db_borrow(reading->pool, &other), ERR_OK);
    assert_int_equal(db_begin(other), ERR_OK);
    assert_int_equal(query_run(other, SQL_FLEET_TURN, BINDS(bind_i64("every_s", 60)), reading->arena, &rows),
                     ERR_OK);
    assert_int_equal(rows.count, 1);
    step(reading);
    db_rollback(other);
    assert_int_equal(database_number("SELECT reached FROM fleet_view"), 0);
    step(reading);
    assert_int_equal(database_number("SELECT reached FROM fleet_view"), 2);
}

static void cases_are_shown_to_whom_they_may_be(void **state)
{
    struct reading *reading = *state;
    struct fleet_figures figures;

    five_homes();
    database_value("INSERT INTO desk_case (device_id, protocol, actor_id, agent, found_by, opened_at, "
                   "closed_at, state, reason, outcome, frozen)"
                   " SELECT d.id, 'p' || d.id, 1, 'a', 'phone', now() - interval '3 d',"
                   " CASE WHEN d.id > 1 THEN now() END, CASE WHEN d.id > 1 THEN 'closed' ELSE 'open' END,"
                   " CASE WHEN d.id > 1 THEN 'slow' END, CASE WHEN d.id > 1 THEN 'solved' END,"
                   " CASE WHEN d.id > 1 THEN '[]'::jsonb END FROM device d");
    figures_of(reading, recife);
    run(reading);
    run(reading);
    assert_string_equal(shown("", "cases"),
                        "{\"open\": 1, \"reasons\": [{\"code\": \"slow\", \"count\": 4}]}");
    assert_string_equal(shown(recife, "cases"),
                        "{\"open\": 1, \"reasons\": [{\"code\": \"slow\", \"count\": 2}]}");
    assert_int_equal(fleet_figures(reading->db, NULL, false, reading->arena, &figures), ERR_OK);
    assert_non_null(strstr(figures.shown, "\"cases\": null"));
}

/* ---- drawn ---- */

static struct fleet_series series_since(struct reading *reading, const char *ago)
{
    int64_t from_us =
        database_number("SELECT (extract(epoch FROM now() - interval '%s') * 1000000)::bigint", ago);
    struct fleet_series series;

    assert_int_equal(fleet_series(reading->db, from_us, 300, reading->arena, &series), ERR_OK);
    return series;
}

static void contacts_are_summed_by_the_minute(void **state)
{
    struct reading *reading = *state;

    assert_int_equal(fleet_note_contacts(reading->db, 7), ERR_OK);
    assert_int_equal(fleet_note_contacts(reading->db, 5), ERR_OK);
    assert_int_equal(database_number("SELECT sum(contacts) FROM fleet_minute"), 12);
    assert_string_equal(series_since(reading, "1 h").contacts, "[]"); /* this minute is not over */
    database_value("TRUNCATE fleet_minute");
    database_value(
        "INSERT INTO fleet_minute SELECT to_timestamp(floor(extract(epoch FROM now()) / 300) * 300 - 300)"
        " + n * interval '1 min', n FROM generate_series(0, 4) n");
    assert_non_null(
        strstr(series_since(reading, "1 h").contacts, "\"least\" : 0, \"mean\" : 2.0, \"most\" : 4"));
}

static void end_action(const char *id, const char *state, const char *ago, int waited_s)
{
    reading_add_action(1, id);
    database_value("UPDATE action SET state = '%s', ended_at = now() - interval '%s', created_at = now() - "
                   "interval '1 d'"
                   " WHERE id = '%s'",
                   state, ago, id);
    database_value("INSERT INTO action_event (device_id, action_id, at, state)"
                   " SELECT 1, '%s', created_at + interval '%d s', 'running' FROM action WHERE id = '%s'",
                   id, waited_s, id);
}

static void hours_are_counted_from_a_week_ago_to_now(void **state)
{
    struct reading *reading = *state;

    reading_add_device("A", 1);
    end_action("act_old", "failed", "6 days", 3);
    end_action("act_a", "succeeded", "1 second", 1);
    end_action("act_b", "succeeded", "1 second", 3);
    end_action("act_c", "expired", "1 second", 2);
    reading_add_action(1, "act_open");
    while (note_hours(reading))
        ;
    assert_int_equal(database_number("SELECT count(*) FROM fleet_hour"), 7 * 24 + 1);
    assert_string_equal(
        database_value("SELECT sum(succeeded) || ' ' || sum(failed) || ' ' || sum(expired) || ' ' ||"
                       " sum(cancelled) FROM fleet_hour"),
        "2 1 1 0");
    assert_int_equal(database_number("SELECT p50_s FROM fleet_hour ORDER BY succeeded DESC LIMIT 1"), 2);
    assert_non_null(strstr(series_since(reading, "1 h").actions, "\"succeeded\" : 2"));
    assert_null(strstr(series_since(reading, "1 h").actions, "\"failed\" : 1"));
    end_action("act_d", "cancelled", "0 seconds", 2);
    note_hours(reading);
    assert_int_equal(database_number("SELECT sum(cancelled) FROM fleet_hour"), 1);
    database_value("UPDATE fleet_hour SET at = at - interval '9 days' WHERE cancelled = 0");
    note_hours(reading);
    assert_int_equal(database_number("SELECT count(*) FROM fleet_hour WHERE at < now() - interval '8 days'"),
                     0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, reading_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_counted_yet),
        TEST(an_empty_fleet_has_figures_too),
        TEST(a_round_goes_by_slices),
        TEST(the_next_round_begins_when_it_is_due),
        TEST(a_small_fleet_is_counted_more_often),
        TEST(what_is_the_matter_is_counted),
        TEST(hostile_names_are_texts_and_do_not_grow_without_end),
        TEST(a_fact_that_is_no_number_is_none),
        TEST(a_scope_has_figures_of_its_own_homes),
        TEST(a_scope_that_cannot_be_read_has_no_homes),
        TEST(a_scope_is_counted_as_long_as_somebody_asks),
        TEST(one_that_fails_is_passed_over),
        TEST(one_that_is_held_is_somebody_elses),
        TEST(cases_are_shown_to_whom_they_may_be),
        TEST(contacts_are_summed_by_the_minute),
        TEST(hours_are_counted_from_a_week_ago_to_now),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
