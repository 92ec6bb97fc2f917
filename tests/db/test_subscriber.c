#include "db/subscriber.h"

#include <string.h>

#include "acs/base/json.h"
#include "db/search.h"
#include "db/upkeep.h"
#include "tests/db/reading.h"

static int set_up(void **state)
{
    database_value("TRUNCATE subscriber, subscriber_reveal, binding, device_place, device_trace, device_fact "
                   "RESTART IDENTITY CASCADE");
    return reading_set_up(state);
}

static int64_t add(struct reading *reading, const char *doc)
{
    int64_t id = 0;

    assert_int_equal(subscriber_add(reading->db, doc, "test", reading->arena, &id), ERR_OK);
    return id;
}

/* ---- what is masked ---- */

/* Statements that name what is personal answer it in one place only; whoever writes another comes by here. */
static void no_other_statement_answers_a_whole_document_or_number(void **state)
{
    static const char *const known[] = {"subscriber_add", "subscriber_patch", "subscriber_reveal", "search",
                                        "import_apply"};

    (void)state;
    for (size_t i = 0; i < SQL_COUNT; i++) {
        const char *text = sql_statements[i].text;
        bool is_known = false;

        for (size_t k = 0; k < COUNT_OF(known); k++)
            is_known = is_known || strcmp(sql_statements[i].name, known[k]) == 0;
        if (!is_known && strstr(text, "subscriber") != NULL &&
            (strstr(text, ".document") != NULL || strstr(text, ".phones") != NULL ||
             strstr(text, "s.*") != NULL))
            fail_msg("%s reads documents or telephones", sql_statements[i].name);
    }
}

static void what_is_shown_is_masked(void **state)
{
    struct reading *reading = *state;
    int64_t id = add(reading, "{\"name\":\"Maria\",\"document\":\"52998224725\",\"phones\":[\"+"
                              "5511987654321\",\"+551932345678\",\"+351912345678\"]}");
    struct subscriber_row row;
    struct search_rows found;
    static const char *const order[] = {"document", "phone"};

    assert_int_equal(subscriber_show(reading->db, id, reading->arena, &row), ERR_OK);
    assert_non_null(strstr(row.shown, "\"document_masked\":\"•••.•••.247-••\""));
    assert_non_null(strstr(row.shown, "(11) 9••••-4321"));
    assert_non_null(strstr(row.shown, "(19) ••••-5678"));
    assert_non_null(strstr(row.shown, "+35 ••••678"));
    assert_int_equal(search_run(reading->db,
                                &(struct search_question){.document = "52998224725",
                                                          .phone = "87654321",
                                                          .order = order,
                                                          .order_count = 2,
                                                          .zone = "UTC",
                                                          .most = 10},
                                reading->arena, &found),
                     ERR_OK);
    assert_int_equal(found.count, 1);
    for (size_t i = 0; i < 2; i++) {
        const char *text = i == 0 ? row.shown : found.items[0].shown;

        assert_null(strstr(text, "52998224725"));
        assert_null(strstr(text, "529982"));
        assert_null(strstr(text, "987654321"));
        assert_null(strstr(text, "8765"));
    }
}

static void the_whole_of_it_is_not_had_without_a_note(void **state)
{
    struct reading *reading = *state;
    int64_t id =
        add(reading, "{\"name\":\"Maria\",\"document\":\"52998224725\",\"phones\":[\"+5511987654321\"]}");
    struct subscriber_secrets secrets;

    assert_int_equal(subscriber_reveal(reading->db, id,
                                       &(struct subscriber_viewer){"phones", "ana", "liga de volta"},
                                       reading->arena, &secrets),
                     ERR_OK);
    assert_string_equal(secrets.phones, "[\"+5511987654321\"]");
    assert_null(secrets.document);
    assert_int_equal(subscriber_reveal(reading->db, id, &(struct subscriber_viewer){"document", "ana", NULL},
                                       reading->arena, &secrets),
                     ERR_OK);
    assert_string_equal(secrets.document, "52998224725");
    assert_null(secrets.phones);
    assert_string_equal(database_value("SELECT string_agg(concat_ws(' ', subscriber_id, field, by, reason), "
                                       "', ' ORDER BY id) FROM subscriber_reveal"),
                        "1 phones ana liga de volta, 1 document ana");
    assert_int_equal(subscriber_reveal(reading->db, id + 9,
                                       &(struct subscriber_viewer){"document", "ana", NULL}, reading->arena,
                                       &secrets),
                     ERR_NOT_FOUND);
}

/* ---- changes ---- */

static void a_patch_keeps_what_it_does_not_name(void **state)
{
    struct reading *reading = *state;
    int64_t id = add(
        reading, "{\"name\":\"Maria\",\"address\":{\"street\":\"Rua "
                 "A\",\"number\":\"1\"},\"attributes\":{\"splitter\":\"3\",\"zone\":\"b\"},\"olt\":\"O\"}");
    struct subscriber_row row;

    assert_int_equal(subscriber_patch(reading->db, id,
                                      "{\"address\":{\"number\":null,\"city\":\"Itu\"},\"attributes\":{"
                                      "\"zone\":null},\"olt\":null,\"cto\":\"C\"}",
                                      "ana", reading->arena),
                     ERR_OK);
    assert_int_equal(subscriber_show(reading->db, id, reading->arena, &row), ERR_OK);
    assert_non_null(strstr(row.shown, "{\"city\": \"Itu\", \"street\": \"Rua A\"}"));
    assert_non_null(strstr(row.shown, "{\"cto\": \"C\", \"splitter\": \"3\"}"));
    assert_int_equal(row.revision, 2);
    assert_int_equal(
        subscriber_patch(reading->db, id, "{\"cto\":\"C\",\"name\":\"Maria\"}", "rui", reading->arena),
        ERR_OK);
    assert_int_equal(subscriber_show(reading->db, id, reading->arena, &row), ERR_OK);
    assert_int_equal(row.revision, 2);
    assert_non_null(strstr(row.shown, "\"changed_by\":\"ana\""));
}

static void an_external_id_is_one_subscribers(void **state)
{
    struct reading *reading = *state;
    int64_t id, other = add(reading, "{\"name\":\"Rui\"}");

    add(reading, "{\"name\":\"Maria\",\"external_id\":\"7\"}");
    assert_int_equal(
        subscriber_add(reading->db, "{\"name\":\"Ana\",\"external_id\":\"7\"}", "test", reading->arena, &id),
        ERR_CONFLICT);
    assert_int_equal(subscriber_patch(reading->db, other, "{\"external_id\":\"7\"}", "test", reading->arena),
                     ERR_CONFLICT);
}

/* ---- bindings ---- */

static enum err bind(struct reading *reading, int64_t device_id, int64_t subscriber_id, int64_t replaces_id,
                     bool take)
{
    const struct binding_order order = {device_id, subscriber_id, replaces_id, take, "ana"};
    const char *holder;

    return binding_make(reading->db, &order, reading->arena, &holder);
}

static const char *place_of(int64_t device_id)
{
    return database_value("SELECT concat_ws('|', olt, pon, cto, city, technology, plan_down_mbps, "
                          "plan_up_mbps) FROM device_place WHERE device_id = %lld",
                          (long long)device_id);
}

static void the_place_of_a_device_follows_from_whose_it_is(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 1);
    int64_t maria = add(reading, "{\"name\":\"Maria\",\"olt\":\"O1\",\"pon\":\"1/"
                                 "2\",\"cto\":\"C\",\"technology\":\"gpon\",\"down_mbps\":500,\"up_mbps\":"
                                 "250,\"address\":{\"city\":\"Itu\"}}");
    int64_t rui = add(reading, "{\"name\":\"Rui\",\"city\":\"Salto\"}");

    database_value("INSERT INTO device_place (device_id, cto, changed_by) VALUES (%lld, 'by hand', 'test')",
                   (long long)device);
    assert_int_equal(bind(reading, device, maria, 0, false), ERR_OK);
    assert_string_equal(place_of(device), "O1|1/2|C|Itu|gpon|500|250");
    assert_int_equal(subscriber_patch(reading->db, maria,
                                      "{\"cto\":\"D\",\"city\":\"Sorocaba\",\"down_mbps\":null}", "ana",
                                      reading->arena),
                     ERR_OK);
    assert_string_equal(place_of(device), "O1|1/2|D|Sorocaba|gpon|250");
    assert_int_equal(bind(reading, device, rui, 0, false), ERR_CONFLICT);
    assert_string_equal(place_of(device), "O1|1/2|D|Sorocaba|gpon|250");
    assert_int_equal(bind(reading, device, rui, 0, true), ERR_OK);
    assert_string_equal(place_of(device), "Salto");
    assert_int_equal(subscriber_patch(reading->db, maria, "{\"cto\":\"E\"}", "ana", reading->arena), ERR_OK);
    assert_string_equal(place_of(device), "Salto");
    assert_int_equal(binding_end(reading->db, device, rui, "ana", reading->arena), ERR_OK);
    assert_string_equal(place_of(device), "");
    assert_int_equal(database_number("SELECT count(*) FROM device_place"), 0);
    assert_int_equal(
        database_number("SELECT count(*) FROM binding WHERE until IS NOT NULL AND unbound_by = 'ana'"), 2);
}

static void one_statement_over_many_moves_all_their_places(void **state)
{
    struct reading *reading = *state;

    for (int i = 0; i < 20; i++) {
        int64_t device = reading_add_device(arena_printf(reading->arena, "D%d", i), 1);

        assert_int_equal(bind(reading, device, add(reading, "{\"name\":\"X\",\"cto\":\"old\"}"), 0, false),
                         ERR_OK);
    }
    database_value("UPDATE subscriber SET cto = 'new' WHERE id %% 2 = 0");
    assert_int_equal(database_number("SELECT count(*) FROM device_place WHERE cto = 'new'"), 10);
    assert_int_equal(database_number("SELECT count(*) FROM device_place WHERE cto = 'old'"), 10);
    database_value("DELETE FROM subscriber WHERE cto = 'new'");
    assert_int_equal(database_number("SELECT count(*) FROM device_place"), 10);
}

static void a_swap_keeps_the_old_one_in_the_history(void **state)
{
    struct reading *reading = *state;
    int64_t old = reading_add_device("OLD", 1), fresh = reading_add_device("NEW", 1);
    int64_t maria = add(reading, "{\"name\":\"Maria\",\"cto\":\"C\"}");
    struct shown_rows rows;

    assert_int_equal(bind(reading, old, maria, 0, false), ERR_OK);
    assert_int_equal(bind(reading, fresh, maria, fresh, false), ERR_NOT_FOUND);
    assert_int_equal(bind(reading, fresh, maria, old, false), ERR_OK);
    assert_int_equal(bind(reading, fresh, maria, old, false), ERR_OK); /* again: it is so already */
    assert_string_equal(place_of(fresh), "C");
    assert_string_equal(place_of(old), "");
    assert_int_equal(binding_list(reading->db, maria, 10, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 2);
    assert_non_null(strstr(rows.items[0].shown, "\"serial\":\"NEW\""));
    assert_non_null(strstr(rows.items[1].shown, "\"unbound_by\":\"ana\""));
    assert_int_equal(subscriber_delete(reading->db, maria, reading->arena), ERR_CONFLICT);
    assert_int_equal(binding_end(reading->db, old, maria, "ana", reading->arena), ERR_NOT_FOUND);
    assert_int_equal(bind(reading, 99, maria, 0, false), ERR_NOT_FOUND);
    assert_int_equal(bind(reading, old, 99, 0, false), ERR_NOT_FOUND);
}

static void a_device_that_was_announced_is_bound_when_it_comes(void **state)
{
    struct reading *reading = *state;
    int64_t maria = add(reading, "{\"name\":\"Maria\",\"serial\":\"ztegc0a8\",\"cto\":\"C\"}");

    add(reading, "{\"name\":\"Rui\",\"serial\":\"TWO\"}");
    add(reading, "{\"name\":\"Rosa\",\"serial\":\"two\"}");
    assert_string_equal(place_of(reading_add_device("ZTEGC0A8", 1)), "C");
    assert_int_equal(database_number("SELECT subscriber_id FROM binding"), maria);
    reading_add_device("TWO", 1); /* two have announced it: a person decides */
    reading_add_device("NOBODY", 1);
    assert_int_equal(database_number("SELECT count(*) FROM binding"), 1);
}

static void who_has_no_device_is_offered_what_uses_the_login(void **state)
{
    struct reading *reading = *state;
    int64_t device = reading_add_device("A", 1);
    int64_t maria = add(reading, "{\"name\":\"Maria\",\"login\":\"Maria.D\"}");
    struct shown_rows rows;
    struct subscriber_row row;

    database_value("INSERT INTO device_fact VALUES (%lld, '{\"wan.ppp.username\": [\"maria.d\", 1]}')",
                   (long long)device);
    assert_int_equal(database_number("SELECT count(*) FROM binding"), 0);
    assert_int_equal(
        candidate_list(reading->db, &(struct subscriber_filter){.most = 10}, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 1);
    assert_non_null(strstr(rows.items[0].shown, "\"how\":\"login\""));
    assert_int_equal(subscriber_show(reading->db, maria, reading->arena, &row), ERR_OK);
    assert_non_null(strstr(row.shown, "\"candidates\":[{\"id\":\"dev_0000000000001\""));
    assert_int_equal(bind(reading, device, maria, 0, false), ERR_OK);
    assert_int_equal(
        candidate_list(reading->db, &(struct subscriber_filter){.most = 10}, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 0);
    assert_int_equal(subscriber_show(reading->db, maria, reading->arena, &row), ERR_OK);
    assert_non_null(strstr(row.shown, "\"candidates\":[]"));
}

/* ---- traces ---- */

static void know(int64_t device_id, const char *doc)
{
    database_value("INSERT INTO device_fact VALUES (%lld, '%s') ON CONFLICT (device_id) DO UPDATE SET doc = "
                   "excluded.doc",
                   (long long)device_id, doc);
}

static const char *traces(void)
{
    return database_value("SELECT string_agg(kind || ' ' || value || CASE WHEN until IS NULL THEN '' ELSE ' "
                          "(was)' END, ', ' ORDER BY kind, value) FROM device_trace");
}

static void an_address_is_kept_until_when_it_was_so(void **state)
{
    int64_t device = reading_add_device("A", 1);

    (void)state;
    know(device, "{\"device.mac\": [\"34:E8:94:0A:11:7C\", 1], \"wan.ip\": [\"189.1.2.3\", 1], "
                 "\"lan.hosts.1.mac\": [\"aa-bb-cc-00-00-01\", 1], \"lan.ip\": [\"192.168.0.1\", 1]}");
    assert_string_equal(traces(), "host aabbcc000001, mac 34e8940a117c, wan 189.1.2.3");
    know(device, "{\"device.mac\": [\"34:E8:94:0A:11:7C\", 2], \"wan.ip\": [\"189.1.2.4\", 2], "
                 "\"wifi.clients.7.mac\": [\"AABBCC000002\", 2]}");
    assert_string_equal(traces(), "host aabbcc000002, mac 34e8940a117c, wan 189.1.2.3 (was), wan 189.1.2.4");
    know(device, "{\"wan.ip\": [\"0.0.0.0\", 3], \"device.mac\": [\"none\", 3], \"wan.ipv6\": "
                 "[\"2001:DB8:0::1\", 3]}");
    assert_string_equal(traces(),
                        "mac 34e8940a117c (was), wan 189.1.2.3 (was), wan 189.1.2.4 (was), wan 2001:db8::1");
    database_value("UPDATE device SET source_address = '203.0.113.9'");
    database_value("UPDATE device SET source_address = '203.0.113.10'");
    assert_int_equal(database_number("SELECT count(*) FROM device_trace WHERE kind = 'source' AND (until IS "
                                     "NULL) = (value = '203.0.113.10')"),
                     2);
}

static void who_had_it_long_ago_is_forgotten(void **state)
{
    struct reading *reading = *state;
    int64_t count = 0;

    know(reading_add_device("A", 1), "{\"wan.ip\": [\"189.1.2.3\", 1]}");
    database_value("INSERT INTO device_trace VALUES (1, 'wan', '189.1.2.9', '2020-01-01', '2020-01-02')");
    assert_int_equal(history_trim(reading->db, INT64_C(1600000000000000), 10, &count), ERR_OK);
    assert_string_equal(traces(), "wan 189.1.2.3");
}

static void what_did_not_change_is_not_written(void **state)
{
    int64_t device = reading_add_device("A", 1);
    long long writes;

    (void)state;
    know(device, "{\"wan.ip\": [\"189.1.2.3\", 1], \"lan.hosts.1.mac\": [\"aabbcc000001\", 1]}");
    writes = database_number("SELECT sum(xmin::text::bigint) FROM device_trace");
    know(device, "{\"wan.ip\": [\"189.1.2.3\", 2], \"lan.hosts.9.mac\": [\"AA:BB:CC:00:00:01\", 2], "
                 "\"wifi.2g.channel\": [6, 2]}");
    assert_int_equal(database_number("SELECT sum(xmin::text::bigint) FROM device_trace"), writes);
}

static void what_a_device_says_cannot_stop_its_facts(void **state)
{
    int64_t device = reading_add_device("A", 1);

    (void)state;
    know(device,
         "{\"wan.ip\": [\"999.1.1.1\", 1], \"wan.ipv6\": [\"::::\", 1], \"device.mac\": [null, 1], "
         "\"wan.mac\": [7, 1], \"lan.hosts.1.mac\": [{\"a\": 1}, 1], \"wan.ppp.username\": [\"\", 1]}");
    assert_string_equal(traces(), "");
    assert_int_equal(database_number("SELECT count(*) FROM device_fact"), 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, reading_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(no_other_statement_answers_a_whole_document_or_number),
        CASE(what_is_shown_is_masked),
        CASE(the_whole_of_it_is_not_had_without_a_note),
        CASE(a_patch_keeps_what_it_does_not_name),
        CASE(an_external_id_is_one_subscribers),
        CASE(the_place_of_a_device_follows_from_whose_it_is),
        CASE(one_statement_over_many_moves_all_their_places),
        CASE(a_swap_keeps_the_old_one_in_the_history),
        CASE(a_device_that_was_announced_is_bound_when_it_comes),
        CASE(who_has_no_device_is_offered_what_uses_the_login),
        CASE(an_address_is_kept_until_when_it_was_so),
        CASE(who_had_it_long_ago_is_forgotten),
        CASE(what_did_not_change_is_not_written),
        CASE(what_a_device_says_cannot_stop_its_facts),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
