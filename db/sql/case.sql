-- Cases of the desk, and what is done about them.

-- name: case_own :many
SELECT id, state
  FROM desk_case
 WHERE actor_id = :actor_id AND closed_at IS NULL
   AND (subscriber_id = :subscriber_id::bigint
        OR (device_id = :device_id::bigint AND (subscriber_id IS NULL OR :subscriber_id IS NULL)))
 ORDER BY subscriber_id IS NULL, id DESC
 LIMIT 1;

-- name: case_home :many
-- Whose home a device is in, or which device a subscriber has, of several the newest. No row: there is none of them, or it is not theirs.
SELECT h.subscriber_id, h.device_id
  FROM (SELECT bound_to(d.id) AS subscriber_id, d.id AS device_id FROM device d WHERE d.id = :device_id::bigint
         UNION ALL
        SELECT s.id,
               (SELECT b.device_id FROM binding b WHERE b.subscriber_id = s.id AND b.until IS NULL ORDER BY b.since DESC, b.id DESC LIMIT 1)
          FROM subscriber s
         WHERE s.id = :subscriber_id::bigint AND :device_id IS NULL) h
 WHERE :subscriber_id IS NULL OR h.subscriber_id = :subscriber_id;

-- name: case_covers :one
-- Whether that is what one does to this device: it is in the case's home.
SELECT same_home(subscriber_id, device_id, bound_to(:device_id), :device_id) AS covers FROM desk_case WHERE id = :id;

-- name: case_number :one
-- The next protocol of that day; whoever opens at the same time waits for the commit.
INSERT INTO case_day AS d (day, last) VALUES (:day::date, 1)
    ON CONFLICT (day) DO UPDATE SET last = d.last + 1
RETURNING last;

-- name: case_open :many
-- No row: the same actor has just opened one of that home.
WITH opened AS (
    INSERT INTO desk_case (device_id, subscriber_id, protocol, actor_id, agent, found_by, call_id, verdict, family, visit_prone)
    VALUES (:device_id, :subscriber_id, :protocol, :actor_id, :agent, :found_by, :call_id, :verdict, :family, :visit_prone)
        ON CONFLICT (coalesce(subscriber_id, -device_id), actor_id) WHERE closed_at IS NULL DO NOTHING
    RETURNING id, actor_id, agent
), told AS (
    INSERT INTO case_entry (case_id, at, actor_id, by, kind, text)
    SELECT id, now(), actor_id, agent, 'opened', :found_by FROM opened
)
SELECT id FROM opened;

-- name: case_meet :exec
INSERT INTO case_entry (case_id, actor_id, by, kind, text, data)
SELECT c.id, :actor_id, :by, 'contact', :found_by, jsonb_build_object('call_id', :call_id::text)
  FROM desk_case c
 WHERE c.id = :case_id
   AND CASE
       WHEN :call_id::text IS NULL THEN NOT EXISTS (SELECT FROM case_entry e WHERE e.case_id = c.id AND e.at > now() - interval '1 h')
       ELSE c.call_id IS DISTINCT FROM :call_id
            AND NOT EXISTS (SELECT FROM case_entry e WHERE e.case_id = c.id AND e.kind = 'contact' AND e.data ->> 'call_id' = :call_id)
       END;

-- name: case_show :one
-- With the contacts of the same home and symptom in the days up to its newest one, itself among them.
SELECT s.id, s.device_id, s.subscriber_id, s.actor_id, s.state, s.shown,
       (SELECT count(*)
          FROM case_contact o
         WHERE same_home(o.subscriber_id, o.device_id, s.subscriber_id, s.device_id)
           AND o.at <= n.at AND o.at > n.at - make_interval(days => :days::int)
           AND (o.family = c.family OR o.family IS NULL OR c.family IS NULL)) AS contacts,
       coalesce(c.frozen, case_log_of(c.id))::text AS entries,
       (SELECT string_agg(a.kind, ' ') FROM action a WHERE a.case_id = c.id AND a.state = 'succeeded') AS done,
       (SELECT (v.answer -> 'causes' -> 0 -> 'headline')::text FROM verdict v WHERE v.case_id = c.id ORDER BY v.id DESC LIMIT 1) AS headline,
       c.verdict, c.summary, case_customer_masked(s.subscriber_id)::text AS customer
  FROM case_shown s
  JOIN desk_case c ON c.id = s.id
 CROSS JOIN LATERAL (SELECT max(o.at) AS at FROM case_contact o WHERE o.case_id = s.id) n
 WHERE s.id = :id;

-- name: case_hold :one
-- In a transaction: until its end nobody else changes this case.
SELECT id, device_id, subscriber_id, actor_id, state FROM desk_case WHERE id = :id FOR NO KEY UPDATE;

-- name: case_list :many
-- Of a device those of the home that it is in. With a scope: of subscribers who have a device in it, or of such devices that nobody has.
SELECT s.id, s.device_id, s.subscriber_id, s.actor_id, s.state, s.shown
  FROM case_shown s
 WHERE (:after::bigint IS NULL OR s.id < :after)
   AND (:device_id::bigint IS NULL
        OR s.subscriber_id = (SELECT bound_to(:device_id))
        OR (s.device_id = :device_id AND (s.subscriber_id IS NULL OR (SELECT bound_to(:device_id)) IS NULL)))
   AND (:subscriber_id::bigint IS NULL OR s.subscriber_id = :subscriber_id)
   AND (:actor_id::bigint IS NULL OR s.actor_id = :actor_id)
   AND (:queue::text IS NULL OR s.queue = :queue)
   AND CASE :state::text
       WHEN 'any' THEN true
       WHEN 'unclosed' THEN s.state <> 'closed'
       ELSE s.state = :state
       END
   AND (NOT :scoped::boolean
        OR EXISTS (SELECT
                     FROM case_home q
                     JOIN device d ON d.id = q.device_id
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE q.case_id = s.id AND :filter::boolean))
 ORDER BY s.id DESC
 LIMIT :most;

-- name: case_note :exec
INSERT INTO case_entry (case_id, actor_id, by, kind, text, data)
VALUES (:case_id, :actor_id, :by, :kind, :text, coalesce(:data::jsonb, '{}'));

-- name: case_patch :exec
UPDATE desk_case
   SET protocol = coalesce(:protocol, protocol),
       callback_at = CASE WHEN :has_callback::boolean THEN :callback_at ELSE callback_at END
 WHERE id = :id;

-- name: case_close :exec
-- Its log is what it was when it was closed, this entry included, which was written before.
UPDATE desk_case
   SET state = 'closed', closed_at = now(), closed_by = :by, reason = :reason, fix = :fix, outcome = :outcome,
       family = :family, callback_at = CASE WHEN :has_callback::boolean THEN :callback_at ELSE callback_at END,
       frozen = case_log_of(id)
 WHERE id = :id;

-- name: case_kpis :one
-- Of the cases that were opened in a time, with a scope those that case_list has. What can only be said after a while is counted once that
-- while is over.
WITH opened AS MATERIALIZED (
    SELECT c.*,
           EXISTS (SELECT
                     FROM case_contact o
                    WHERE same_home(o.subscriber_id, o.device_id, c.subscriber_id, c.device_id) AND (o.case_id, o.at) <> (c.id, c.opened_at)
                      AND o.at < c.opened_at AND o.at > c.opened_at - make_interval(days => :days::int)
                      AND (o.family = c.family OR o.family IS NULL OR c.family IS NULL)) AS is_repeat,
           EXISTS (SELECT
                     FROM case_contact o
                    WHERE same_home(o.subscriber_id, o.device_id, c.subscriber_id, c.device_id) AND (o.case_id, o.at) <> (c.id, c.opened_at)
                      AND o.at > c.opened_at AND o.at < c.opened_at + make_interval(days => :days::int)
                      AND (o.family = c.family OR o.family IS NULL OR c.family IS NULL)) AS came_again,
           c.opened_at < now() - make_interval(days => :days::int) AS is_settled,
           EXISTS (SELECT
                     FROM desk_case v
                    WHERE same_home(v.subscriber_id, v.device_id, c.subscriber_id, c.device_id) AND v.visit_at >= c.opened_at
                      AND v.visit_at < c.opened_at + make_interval(days => :visit_days::int)) AS was_visited,
           c.opened_at < now() - make_interval(days => :visit_days::int) AS visit_is_settled,
           extract(epoch FROM coalesce(c.escalated_at, c.closed_at) - c.opened_at)::float8 AS handled_s,
           extract(epoch FROM (SELECT min(a.created_at) FROM action a WHERE a.case_id = c.id) - c.opened_at)::float8 AS acted_s
      FROM desk_case c
     WHERE c.opened_at >= :from AND c.opened_at < :until
       AND (NOT :scoped::boolean
            OR EXISTS (SELECT
                         FROM case_home q
                         JOIN device d ON d.id = q.device_id
                         LEFT JOIN device_hot h ON h.device_id = d.id
                         LEFT JOIN device_place p ON p.device_id = d.id
                         LEFT JOIN device_fact f ON f.device_id = d.id
                        WHERE q.case_id = c.id AND :filter::boolean))
)
SELECT json_build_object(
           'cases', count(*),
           'closed', count(closed_at),
           'first_contact', json_build_object(
               'resolved', count(*) FILTER (WHERE closed_at IS NOT NULL AND is_settled AND NOT came_again),
               'of', count(*) FILTER (WHERE closed_at IS NOT NULL AND is_settled),
               'pending', count(*) FILTER (WHERE closed_at IS NULL OR NOT is_settled)),
           'handle_s', json_build_object(
               'average', round(avg(handled_s)::numeric, 1),
               'p50', round((percentile_cont(0.5) WITHIN GROUP (ORDER BY handled_s))::numeric, 1),
               'p90', round((percentile_cont(0.9) WITHIN GROUP (ORDER BY handled_s))::numeric, 1)),
           'first_action_s', json_build_object('average', round(avg(acted_s)::numeric, 1)),
           'repeat', json_build_object('repeats', count(*) FILTER (WHERE is_repeat), 'of', count(*)),
           'escalation', json_build_object(
               'escalated', count(escalated_at),
               'of', count(*),
               'accepted', count(*) FILTER (WHERE escalated_at IS NOT NULL AND NOT lacked_data)),
           'avoided_visits', json_build_object(
               'avoided', count(*) FILTER (WHERE visit_prone AND closed_at IS NOT NULL AND escalated_at IS NULL AND NOT was_visited
                                             AND visit_is_settled),
               'of', count(*) FILTER (WHERE visit_prone AND visit_is_settled),
               'pending', count(*) FILTER (WHERE visit_prone AND NOT visit_is_settled)),
           'reasons', (SELECT coalesce(json_object_agg(reason, n ORDER BY n DESC, reason), '{}')
                         FROM (SELECT reason, count(*) AS n FROM opened WHERE reason IS NOT NULL GROUP BY reason) r),
           'outcomes', (SELECT coalesce(json_object_agg(outcome, n ORDER BY n DESC, outcome), '{}')
                          FROM (SELECT outcome, count(*) AS n FROM opened WHERE outcome IS NOT NULL GROUP BY outcome) r)) AS shown
  FROM opened;

-- name: case_escalate :exec
UPDATE desk_case
   SET state = 'escalated', queue = :queue, priority = :priority, summary = :summary,
       escalated_at = coalesce(escalated_at, now()), escalated_by = coalesce(escalated_by, :by)
 WHERE id = :id;

-- name: case_return :exec
UPDATE desk_case
   SET state = 'open', returned_at = now(), returned_by = :by, lacked_data = lacked_data OR :lacked_data::boolean
 WHERE id = :id;

-- name: case_visit :exec
UPDATE desk_case
   SET state = 'visit', queue = :queue, visit_at = now(), visit_by = :by, visit_for = :visit_for
 WHERE id = :id;
