-- name: wake_give_up :exec
-- Actions whose device cannot be called, or was called often enough: its next contact is awaited. What is verifying was with
-- the device already, and stays what it is.
WITH over AS (
    SELECT a.device_id, a.id, a.state, a.on_offline = 'fail' AND a.state <> 'verifying' AS fails,
           CASE WHEN a.wake_tries >= :most_tries THEN 'no_session' ELSE 'no_address' END AS detail
      FROM action a
      JOIN device d ON d.id = a.device_id
     WHERE a.next_wake_at <= now() AND (a.wake_tries >= :most_tries OR coalesce(d.connection_request_url, '') || coalesce(d.udp_connection_request_address, '') = '')
     ORDER BY a.device_id
     LIMIT :most
       FOR UPDATE OF a SKIP LOCKED
), changed AS (
    UPDATE action a
       SET state        = CASE WHEN o.state = 'verifying' THEN o.state WHEN o.fails THEN 'failed' ELSE 'queued' END,
           failure      = CASE WHEN o.fails THEN jsonb_build_object('code', 'device_offline', 'detail', o.detail) END,
           revision     = a.revision + o.fails::int,
           ended_at     = CASE WHEN o.fails THEN now() END,
           stage_since  = CASE WHEN o.state IN ('queued', 'verifying') AND NOT o.fails THEN a.stage_since ELSE now() END,
           next_wake_at = NULL,
           wake_detail  = o.detail
      FROM over o
     WHERE a.device_id = o.device_id AND a.id = o.id
    RETURNING a.device_id, a.id, a.state, a.failure, o.state AS old_state
), called AS (
    INSERT INTO device_call AS c (device_id, at, way, code, reached, since, failed_at, failed_code)
    SELECT DISTINCT ON (device_id) device_id, now(), NULL, detail, false, now(), now(), detail FROM over
        ON CONFLICT (device_id) DO UPDATE
       SET at = now(), way = CASE WHEN excluded.code = 'no_session' THEN c.way END, code = excluded.code, reached = false,
           since = CASE WHEN c.reached THEN now() ELSE c.since END, failed_at = now(), failed_code = excluded.code
)
INSERT INTO action_event (device_id, action_id, state, detail)
SELECT device_id, id, state, failure FROM changed WHERE state <> old_state;

-- name: wake_due :many
-- One action stands for its device: the first that is due, unless the device was called a moment ago. Whoever locks it
-- calls, and takes along what else waits for that device. What campaigns want has the room that is left. Nothing here waits for a lock.
WITH desk AS (
    SELECT a.device_id, a.id
      FROM action a
     WHERE a.next_wake_at <= now() AND a.campaign_id IS NULL
       AND NOT EXISTS (SELECT
                         FROM action b
                        WHERE b.device_id = a.device_id AND b.ended_at IS NULL
                          AND (b.next_wake_at <= now() AND b.campaign_id IS NULL AND b.id < a.id
                               OR b.next_wake_at > now() AND b.state = 'waking'))
     ORDER BY a.next_wake_at
     LIMIT :most
       FOR UPDATE OF a SKIP LOCKED
), bulk AS (
    SELECT a.device_id, a.id
      FROM action a
     WHERE a.next_wake_at <= now() AND a.campaign_id IS NOT NULL
       AND NOT EXISTS (SELECT
                         FROM action b
                        WHERE b.device_id = a.device_id AND b.ended_at IS NULL
                          AND (b.next_wake_at <= now() AND (b.campaign_id IS NULL OR b.id < a.id)
                               OR b.next_wake_at > now() AND b.state = 'waking'))
     ORDER BY a.next_wake_at
     LIMIT greatest(0, :most - (SELECT count(*) FROM desk))
       FOR UPDATE OF a SKIP LOCKED
), first AS (
    SELECT * FROM desk UNION ALL SELECT * FROM bulk
), together AS (
    SELECT a.device_id, a.id, a.state
      FROM first f
      JOIN action a ON a.device_id = f.device_id AND a.ended_at IS NULL
                   AND (a.next_wake_at <= now() OR a.state <> 'verifying' AND a.next_wake_at IS NOT NULL)
       FOR UPDATE OF a SKIP LOCKED
), woken AS (
    UPDATE action a
       SET state        = CASE WHEN a.state = 'verifying' THEN a.state ELSE 'waking' END,
           wake_tries   = a.wake_tries + 1,
           stage_since  = CASE WHEN a.state IN ('waking', 'verifying') THEN a.stage_since ELSE now() END,
           next_wake_at = now() + CASE a.wake_tries
               WHEN 0 THEN interval '5 s'
               WHEN 1 THEN interval '15 s'
               WHEN 2 THEN interval '60 s'
               ELSE interval '30 s'
           END
      FROM together t
     WHERE a.device_id = t.device_id AND a.id = t.id
    RETURNING a.device_id, a.id, t.state AS old_state
), told AS (
    INSERT INTO action_event (device_id, action_id, state)
    SELECT device_id, id, 'waking' FROM woken WHERE old_state NOT IN ('waking', 'verifying')
)
SELECT d.id AS device_id, d.connection_request_url, d.udp_connection_request_address,
       host(d.source_address) AS source_address, c.call_username, c.call_secret, c.next_call_secret
  FROM first f
  JOIN device d ON d.id = f.device_id
  LEFT JOIN device_credential c ON c.device_id = d.id;

-- name: wake_udp_stamp :one
-- A device takes a call only if it is later than all before, whoever sent them and whatever clock they had.
UPDATE device
   SET udp_called_s = greatest(extract(epoch FROM now())::bigint, udp_called_s + 1)
 WHERE id = :device_id
RETURNING udp_called_s;

-- name: wake_spared :exec
-- It is in a session: no call was made, so none is counted.
UPDATE action
   SET wake_detail = 'in_session', wake_tries = greatest(wake_tries - 1, 0), next_wake_at = now() + interval '2 s'
 WHERE device_id = :device_id AND state = 'waking';

-- name: wake_reached :exec
-- It knows; now it must come.
WITH called AS (
    INSERT INTO device_call AS c (device_id, at, way, code, reached, since, failed_at, failed_code)
    VALUES (:device_id, now(), :way, :detail::text, true, now(), NULL, NULL)
        ON CONFLICT (device_id) DO UPDATE
       SET at = now(), way = excluded.way, code = excluded.code, reached = excluded.reached,
           since = CASE WHEN c.reached = excluded.reached THEN c.since ELSE now() END,
           failed_at = coalesce(excluded.failed_at, c.failed_at), failed_code = coalesce(excluded.failed_code, c.failed_code)
)
UPDATE action
   SET wake_detail = :detail, next_wake_at = greatest(next_wake_at, now() + interval '30 s')
 WHERE device_id = :device_id AND (state = 'waking' OR state = 'verifying' AND wake_tries > 0 AND next_wake_at IS NOT NULL);

-- name: wake_not_reached :exec
WITH called AS (
    INSERT INTO device_call AS c (device_id, at, way, code, reached, since, failed_at, failed_code)
    VALUES (:device_id, now(), :way, :detail::text, false, now(), now(), :detail::text)
        ON CONFLICT (device_id) DO UPDATE
       SET at = now(), way = excluded.way, code = excluded.code, reached = excluded.reached,
           since = CASE WHEN c.reached = excluded.reached THEN c.since ELSE now() END,
           failed_at = coalesce(excluded.failed_at, c.failed_at), failed_code = coalesce(excluded.failed_code, c.failed_code)
), waiting AS (
    SELECT device_id, id, on_offline = 'fail' AS fails
      FROM action
     WHERE device_id = :device_id AND state = 'waking'
       FOR UPDATE
), changed AS (
    UPDATE action a
       SET state        = CASE WHEN w.fails THEN 'failed' ELSE 'queued' END,
           failure      = CASE WHEN w.fails THEN jsonb_build_object('code', 'device_offline', 'detail', :detail::text) END,
           revision     = a.revision + w.fails::int,
           ended_at     = CASE WHEN w.fails THEN now() END,
           stage_since  = now(),
           next_wake_at = CASE WHEN NOT w.fails AND a.wake_tries < :most_tries THEN a.next_wake_at END,
           wake_detail  = :detail
      FROM waiting w
     WHERE a.device_id = w.device_id AND a.id = w.id
    RETURNING a.device_id, a.id, a.state, a.wake_detail
)
INSERT INTO action_event (device_id, action_id, state, detail)
SELECT device_id, id, state, jsonb_build_object('detail', wake_detail) FROM changed;
