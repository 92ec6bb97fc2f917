-- name: actions_expire :one
WITH due AS (
    SELECT device_id, id, intent IS NOT NULL OR state = 'verifying' AS is_in_doubt
      FROM action
     WHERE ended_at IS NULL AND expires_at <= now()
     ORDER BY expires_at
     LIMIT :most
       FOR UPDATE SKIP LOCKED
), ended AS (
    UPDATE action a
       SET state        = CASE WHEN d.is_in_doubt THEN 'failed' ELSE 'expired' END,
           failure      = CASE
               WHEN d.is_in_doubt THEN jsonb_build_object('code', 'outcome_unknown', 'detail',
                   'time is over: the request was sent to the device, and nothing has proven what became of it')
               ELSE jsonb_build_object('code', 'expired', 'detail', 'time is over: the device did not come for it')
           END,
           revision     = a.revision + 1,
           stage_since  = now(),
           ended_at     = now(),
           next_wake_at = NULL
      FROM due d
     WHERE a.device_id = d.device_id AND a.id = d.id
    RETURNING a.device_id, a.id, a.state, a.failure, a.created_by, a.lets_go, a.memo
), told AS (
    INSERT INTO action_event (device_id, action_id, state, detail)
    SELECT device_id, id, state, failure FROM ended
)
SELECT count(*) AS count, count(*) FILTER (WHERE lets_go AND diag_stop_order(device_id, id, memo, created_by)) AS stops
  FROM ended;

-- name: history_trim_events :exec
DELETE FROM device_event
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM device_event WHERE at < :before LIMIT :most));

-- name: history_trim_sessions :exec
DELETE FROM device_session
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM device_session WHERE ended_at < :before LIMIT :most));

-- name: history_trim_traces :exec
DELETE FROM device_trace
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM device_trace WHERE until < :before LIMIT :most));

-- name: history_trim_actions :exec
DELETE FROM action
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM action WHERE ended_at < :before LIMIT :most));

-- name: history_trim_verdicts :exec
DELETE FROM verdict
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM verdict WHERE at < :before LIMIT :most));

-- name: history_trim_runs :exec
-- One that nobody has gone on with for so long is over, too.
DELETE FROM playbook_run
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM playbook_run WHERE changed_at < :before LIMIT :most));

-- name: history_trim_action_events :exec
-- Those of an action that is still open are its story so far.
DELETE FROM action_event
 WHERE ctid = ANY (ARRAY(SELECT e.ctid
                           FROM action_event e
                          WHERE e.at < :before
                            AND NOT EXISTS (SELECT FROM action a WHERE a.id = e.action_id AND a.ended_at IS NULL)
                          LIMIT :most));
