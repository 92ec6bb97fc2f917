-- A test that was given up is ended on the device.

CREATE FUNCTION diag_stop_args(action_id text, memo text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN (m.doc ->> 'ordered_at_us')::bigint > 0
                THEN jsonb_build_object('of', action_id, 'object', m.doc -> 'objects' ->> (m.doc ->> 'object')::int,
                                        'sets', m.doc -> 'sets')
           END
      FROM (SELECT memo::jsonb AS doc) m
$$;

COMMENT ON FUNCTION diag_stop_args IS 'what diag.stop is given, by the memo of a test (provisioning/actions/diag_memo.c); NULL: nothing was ordered';
