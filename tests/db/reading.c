#include "tests/db/reading.h"

#include "acs/base/arena.h"

int reading_set_up(void **state)
{
    struct reading *reading = HEAP_NEW(struct reading);

    database_value(
        "TRUNCATE device, device_hot, device_page, device_read, device_event, device_session, action, "
        "action_event, api_token, app_user, file, firmware, firmware_rule, idempotency, role, setting, "
        "setting_revision, sign_in_guard, "
        "user_link "
        "RESTART IDENTITY CASCADE");
    database_value("ALTER SEQUENCE actor_id RESTART");
    reading->pool = db_pool_new(database_url(), 4);
    reading->arena = arena_new(4096);
    assert_int_equal(db_borrow(reading->pool, &reading->db), ERR_OK);
    *state = reading;
    return 0;
}

int reading_tear_down(void **state)
{
    struct reading *reading = *state;

    db_return(reading->db);
    db_pool_free(reading->pool);
    arena_free(reading->arena);
    heap_free(reading);
    return 0;
}

int64_t reading_add_device(const char *serial, long long contact_ago_s)
{
    int64_t id =
        database_number("INSERT INTO device (oui, product_class, serial, manufacturer, software_version)"
                        " VALUES ('00259E', 'HG8245', '%s', 'Maker', 'V1') RETURNING id",
                        serial);

    database_value("INSERT INTO device_hot (device_id, period_s, last_inform, uptime_s)"
                   " VALUES (%lld, 300, now() - make_interval(secs => %lld), 77)",
                   (long long)id, contact_ago_s);
    return id;
}

void reading_add_action(int64_t device_id, const char *id)
{
    database_value("INSERT INTO action (device_id, id, kind, created_by, expires_at)"
                   " VALUES (%lld, '%s', 'reboot', 'test', now() + interval '1 hour')",
                   (long long)device_id, id);
}
