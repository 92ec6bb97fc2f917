-- The order that ends a test which was given up: one way to give it, for whatever gives the test up.

CREATE FUNCTION diag_stop_order(of_device bigint, of_action text, memo text, by text) RETURNS boolean
    LANGUAGE sql
AS $$
    WITH stopping AS (
        -- Once for each test, by its id.
        INSERT INTO action (device_id, id, kind, args, created_by, reason, expires_at, next_wake_at)
        SELECT of_device, left(of_action, 17) || left(md5(of_action), 9), 'diag.stop', args, by, of_action,
               now() + interval '15 min', now()
          FROM diag_stop_args(of_action, memo) AS args
         WHERE args IS NOT NULL
        RETURNING device_id, id, state
    ), told AS (
        INSERT INTO action_event (device_id, action_id, state)
        SELECT device_id, id, state FROM stopping
    )
    SELECT count(*) > 0 FROM stopping;
$$;

COMMENT ON FUNCTION diag_stop_order IS 'has diag.stop end a test on the device; false: nothing was ordered of it';
COMMENT ON FUNCTION diag_stop_args IS 'what diag.stop is given, by the memo of a test (provisioning/diag/memo.c); NULL: nothing was ordered';
