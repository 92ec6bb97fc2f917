/* How campaigns went: what is kept of it. */
#include "db/campaign_figures.h"

#include "tests/db/reading.h"

static int start(void **state)
{
    int code = reading_set_up(state);

    database_value("TRUNCATE campaign, campaign_sample CASCADE");
    return code;
}

/* One that has gone on for so many hours, a sample each half minute. */
static long long make(const char *ended_at, int hours)
{
    long long id =
        database_number("INSERT INTO campaign (name, kind, plan, created_by, changed_by, changers, ended_at)"
                        " VALUES ('x', 'reboot', '{}', 'x', 'x', '{1}', %s) RETURNING id",
                        ended_at);

    database_value(
        "INSERT INTO campaign_sample (campaign_id, at, wave, in_flight, sent, healthy, bad)"
        " SELECT %lld, date_bin('10 min', now(), 'epoch') - make_interval(secs => 30 * n), 0, 0, n, "
        "0, 0 FROM generate_series(1, %d) n",
        id, hours * 120);
    return id;
}

static long long left(long long id)
{
    return database_number("SELECT count(*) FROM campaign_sample WHERE campaign_id = %lld", id);
}

static void of_one_that_is_over_one_in_ten_minutes_is_kept(void **state)
{
    struct reading *reading = *state;
    long long over = make("now() - interval '2 h'", 3), fresh = make("now()", 3), open = make("NULL", 3);

    assert_int_equal(campaign_samples_thin(reading->db, 100000), ERR_OK);
    assert_int_equal(left(over), 18);
    assert_int_equal(left(fresh), 360);
    assert_int_equal(left(open), 360);
    assert_int_equal(database_number("SELECT min(sent) FROM campaign_sample WHERE campaign_id = %lld", over),
                     1);
}

static void of_one_that_goes_on_so_is_what_is_two_days_old(void **state)
{
    struct reading *reading = *state;
    long long open = make("NULL", 50);

    assert_int_equal(campaign_samples_thin(reading->db, 7), ERR_OK);
    assert_int_equal(left(open), 5993);
    assert_int_equal(campaign_samples_thin(reading->db, 100000), ERR_OK);
    assert_true(left(open) <= 48 * 120 + 40);
    assert_true(left(open) >= 48 * 120 - 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_one_that_is_over_one_in_ten_minutes_is_kept, start,
                                        reading_tear_down),
        cmocka_unit_test_setup_teardown(of_one_that_goes_on_so_is_what_is_two_days_old, start,
                                        reading_tear_down),
    };

    return cmocka_run_group_tests(tests, database_create_migrated, database_drop);
}
