-- Tests that a device is told to make: they take their time, are asked for where they are not told, and may be let go.

ALTER TABLE action DROP CONSTRAINT action_wakes_while_it_waits;
ALTER TABLE action ADD CONSTRAINT action_wakes_while_it_waits CHECK (next_wake_at IS NULL OR state IN ('queued', 'waking', 'verifying'));

ALTER TABLE action ADD COLUMN lets_go boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN action.lets_go IS 'it may be cancelled while its success is awaited, too: nothing comes to harm';

CREATE OR REPLACE VIEW action_shown AS
SELECT a.id, a.device_id, a.state, a.ended_at, s.cancellable, a.wake_tries, a.wake_detail, a.next_wake_at,
       a.state IN ('queued', 'waking') AND a.next_wake_at IS NULL AS waits_for_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact, row_to_json(s) AS shown
  FROM action a
  LEFT JOIN device_hot h USING (device_id)
 CROSS JOIN LATERAL (
    SELECT a.id, a.kind AS type, a.state, utc(a.stage_since) AS stage_since, a.args AS params, a.on_offline,
           utc(a.created_at) AS created_at, a.created_by, a.reason, utc(a.expires_at) AS expires_at,
           utc(a.ended_at) AS ended_at, a.progress, a.result, a.evidence, a.failure,
           a.ended_at IS NULL AND a.intent IS NULL AND (a.state <> 'verifying' OR a.lets_go) AS cancellable,
           CASE WHEN a.undo IS NOT NULL AND a.undone_by IS NULL AND a.undo_until > now() THEN utc(a.undo_until) END AS undo_until,
           a.undone_by) s;
