-- name: session_list :many
-- The events of a session that only said "2 PERIODIC" are not kept one by one.
SELECT s.session_no, s.started_at, s.ended_at, s.result, s.detail, s.rpc_count,
       CASE WHEN e.codes IS NULL AND s.event_bits = 4 THEN '["2 PERIODIC"]' ELSE coalesce(e.codes, '[]') END AS events
  FROM device_session s
 CROSS JOIN LATERAL (SELECT json_agg(code ORDER BY place) AS codes
                       FROM device_event
                      WHERE device_id = s.device_id AND session_no = s.session_no) e
 WHERE s.device_id = :device_id AND (:after::bigint IS NULL OR s.session_no < :after)
 ORDER BY s.session_no DESC
 LIMIT :most;

-- name: event_list :many
SELECT session_no, place, at, code, command_key, detail::text
  FROM device_event
 WHERE device_id = :device_id
   AND (:session_no::bigint IS NULL OR (session_no, place) < (:session_no, :place::int))
 ORDER BY session_no DESC, place DESC
 LIMIT :most;
