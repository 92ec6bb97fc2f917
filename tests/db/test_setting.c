/* What people set for all homes: revisions, who was first, and values that the database itself refuses. */
#include "db/setting.h"

#include <string.h>

#include "tests/db/reading.h"

static const struct setting_key drops = {"threshold", "wan.drops_24h", "*"};

static enum err save(struct reading *reading, int64_t revision, const char *value)
{
    struct setting_row row = {
        .key = drops, .revision = revision, .value = value, .reason = "why", .changed_by = "ana"};

    return setting_save(reading->db, &row, reading->arena);
}

static struct setting_row shown(struct reading *reading)
{
    struct setting_row row;

    assert_int_equal(setting_show(reading->db, &drops, false, reading->arena, &row), ERR_OK);
    return row;
}

static void what_was_never_set_has_no_revision(void **state)
{
    struct setting_row row = shown(*state);

    assert_int_equal(row.revision, 0);
    assert_null(row.value);
    assert_string_equal(row.key.name, drops.name);
}

static void each_revision_stays(void **state)
{
    struct reading *reading = *state;
    struct setting_rows rows;

    assert_int_equal(save(reading, 0, "5"), ERR_OK);
    assert_int_equal(save(reading, 1, "6"), ERR_OK);
    assert_int_equal(save(reading, 2, NULL), ERR_OK);
    assert_int_equal(shown(reading).revision, 3);
    assert_null(shown(reading).value);
    assert_string_equal(shown(reading).changed_by, "ana");
    assert_int_equal(setting_history(reading->db, &drops, 2, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 2);
    assert_null(rows.items[0].value);
    assert_string_equal(rows.items[1].value, "6");
    assert_int_equal(rows.items[1].revision, 2);
    assert_int_equal(setting_list(reading->db, "text", reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 0);
    assert_int_equal(setting_list(reading->db, NULL, reading->arena, &rows), ERR_OK);
    assert_int_equal(rows.count, 1);
}

static void what_somebody_else_has_set_is_not_overwritten(void **state)
{
    struct reading *reading = *state;

    assert_int_equal(save(reading, 0, "5"), ERR_OK);
    assert_int_equal(save(reading, 0, "6"), ERR_CONFLICT);
    assert_int_equal(save(reading, 2, "6"), ERR_CONFLICT);
    assert_string_equal(shown(reading).value, "5");
}

static void what_is_no_value_of_its_kind_is_refused(void **state)
{
    static const char *const values[] = {"\"5\"", "[5]", "{}", "true"};
    struct reading *reading = *state;
    struct setting_row text = {
        .key = {"text", "ok.say", "*"},
          .changed_by = "ana"
    };

    for (size_t i = 0; i < COUNT_OF(values); i++)
        assert_int_not_equal(save(reading, 0, values[i]), ERR_OK);
    text.value = "{\"pt-BR\":\"a\"}";
    assert_int_not_equal(setting_save(reading->db, &text, reading->arena), ERR_OK);
    text.value = "{\"pt-BR\":\"a\",\"en\":1}";
    assert_int_not_equal(setting_save(reading->db, &text, reading->arena), ERR_OK);
    text.value = "{\"pt-BR\":\"a\",\"en\":\"b\"}";
    assert_int_equal(setting_save(reading->db, &text, reading->arena), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_never_set_has_no_revision, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(each_revision_stays, reading_set_up, reading_tear_down),
        cmocka_unit_test_setup_teardown(what_somebody_else_has_set_is_not_overwritten, reading_set_up,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_value_of_its_kind_is_refused, reading_set_up,
                                        reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
