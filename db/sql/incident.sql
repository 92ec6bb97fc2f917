-- name: incident_turn :one
-- One server at a time looks for them.
SELECT pg_try_advisory_xact_lock(hashtextextended('incidents', 0)) AS ours;

-- name: incident_back :exec
UPDATE incident_home m
   SET back_at = now()
  FROM incident i, device_hot h
 WHERE i.id = m.incident_id AND i.closed_at IS NULL AND m.back_at IS NULL
   AND h.device_id = m.device_id AND h.last_inform > m.silent_at;

-- name: incident_close_by_rule :exec
-- Those of the rule, once enough are back; what a person has opened a person closes.
UPDATE incident i
   SET closed_at = now()
 WHERE closed_at IS NULL AND opened_by IS NULL
   AND (SELECT count(m.back_at) * 100 >= :back_percent::bigint * count(*) FROM incident_home m WHERE m.incident_id = i.id);

-- name: incident_open_by_rule :one
-- Silent is who was due and did not come, or does not answer a call. Of a group that is large enough, so many within so short a time
-- are an incident; each home counts for the most specific group that has one. What is left over of a larger group is looked at
-- again the next time, without those that belong to an incident already.
WITH quiet AS MATERIALIZED (
    SELECT h.device_id,
           least(h.last_inform + make_interval(secs => coalesce(h.period_s, 43200) + :grace_s::bigint),
                 CASE WHEN c.code IN ('unreachable', 'no_session') AND c.at > h.last_inform
                      THEN greatest(c.since, h.last_inform) END) AS at
      FROM device_place p
      JOIN device_hot h ON h.device_id = p.device_id
      LEFT JOIN device_call c ON c.device_id = h.device_id
     WHERE h.last_inform > now() - interval '3 d'
), silent AS MATERIALIZED (
    SELECT q.device_id, q.at, g.rank, g.kind, g.place
      FROM quiet q
      JOIN device_group g ON g.device_id = q.device_id
     WHERE q.at BETWEEN now() - interval '1 h' - :window_s::bigint * interval '1 s' AND now()
       AND NOT EXISTS (SELECT
                         FROM incident_home m
                         JOIN incident i ON i.id = m.incident_id AND i.closed_at IS NULL
                        WHERE m.device_id = q.device_id AND m.back_at IS NULL)
), joined AS (
    INSERT INTO incident_home (incident_id, device_id, silent_at)
    SELECT DISTINCT ON (s.device_id) i.id, s.device_id, s.at
      FROM silent s
      JOIN incident i ON i.kind = s.kind AND i.place = s.place AND i.closed_at IS NULL
     ORDER BY s.device_id, s.rank
        ON CONFLICT (incident_id, device_id) DO UPDATE SET silent_at = excluded.silent_at, back_at = NULL
    RETURNING device_id
), counted AS (
    SELECT s.*, count(*) OVER (PARTITION BY kind, place ORDER BY at
                               RANGE BETWEEN make_interval(secs => :window_s::bigint) PRECEDING AND CURRENT ROW) AS together
      FROM silent s
     WHERE NOT EXISTS (SELECT FROM joined j WHERE j.device_id = s.device_id)
), crowd AS (
    SELECT kind, place, rank, max(together) AS together FROM counted GROUP BY kind, place, rank HAVING max(together) >= :least::bigint
), struck AS MATERIALIZED (
    SELECT c.kind, c.place, c.rank
      FROM crowd c
     WHERE c.together * 100 >= :percent::bigint
           * (SELECT count(*) FROM device_group g WHERE g.kind = c.kind AND g.place = c.place)
), chosen AS (
    SELECT DISTINCT ON (s.device_id) s.device_id, s.at, s.kind, s.place
      FROM counted s
      JOIN struck k ON k.kind = s.kind AND k.place = s.place
     ORDER BY s.device_id, s.rank
), opened AS (
    INSERT INTO incident (kind, place, since)
    SELECT kind, place, min(at) FROM chosen GROUP BY kind, place HAVING count(*) >= :least::bigint
        ON CONFLICT (kind, place) WHERE closed_at IS NULL DO NOTHING
    RETURNING id, kind, place
), members AS (
    INSERT INTO incident_home (incident_id, device_id, silent_at)
    SELECT o.id, c.device_id, c.at FROM opened o JOIN chosen c ON c.kind = o.kind AND c.place = o.place
)
SELECT count(*) AS count FROM opened;

-- name: incident_of_device :many
-- The open one of its most specific group. One of the rule is about those that have not been here since it began.
SELECT i.kind, i.place, to_char(i.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since, i.text,
       greatest(CASE WHEN i.opened_by IS NULL OR EXISTS (SELECT FROM incident_home m WHERE m.incident_id = i.id)
                     THEN (SELECT count(*) FILTER (WHERE m.back_at IS NULL) FROM incident_home m WHERE m.incident_id = i.id)
                     ELSE (SELECT count(*) FROM device_group o WHERE o.kind = i.kind AND o.place = i.place)
                END, 1)::float8 AS homes
  FROM device_group g
  JOIN incident i ON i.kind = g.kind AND i.place = g.place AND i.closed_at IS NULL
  LEFT JOIN device_hot h ON h.device_id = g.device_id
 WHERE g.device_id = :device_id
   AND (i.opened_by IS NOT NULL OR coalesce(h.last_inform < i.since, true))
 ORDER BY g.rank
 LIMIT 1;

-- name: incident_list :many
-- With a scope: of areas that have a home in it.
SELECT s.id, s.shown
  FROM incident i
  JOIN incident_shown s ON s.id = i.id
 WHERE (:after::bigint IS NULL OR i.id < :after)
   AND (NOT :open_only::boolean OR i.closed_at IS NULL)
   AND (NOT :scoped::boolean
        OR EXISTS (SELECT
                     FROM device_group g
                     JOIN device d ON d.id = g.device_id
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE g.kind = i.kind AND g.place = i.place AND :filter::boolean))
 ORDER BY i.id DESC
 LIMIT :most;

-- name: incident_show :one
-- Likewise.
SELECT s.id, s.shown
  FROM incident i
  JOIN incident_shown s ON s.id = i.id
 WHERE i.id = :id
   AND (NOT :scoped::boolean
        OR EXISTS (SELECT
                     FROM device_group g
                     JOIN device d ON d.id = g.device_id
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE g.kind = i.kind AND g.place = i.place AND :filter::boolean));

-- name: incident_group_size :one
SELECT count(*) AS count FROM device_group WHERE kind = :kind AND place = :place;

-- name: incident_open :one
INSERT INTO incident (kind, place, since, opened_by, changed_by, text, forecast)
VALUES (:kind, :place, now(), :by, :by, :text, :forecast)
RETURNING id;

-- name: incident_patch :exec
UPDATE incident
   SET text = CASE WHEN :has_text::boolean THEN :text ELSE text END,
       forecast = CASE WHEN :has_forecast::boolean THEN :forecast ELSE forecast END,
       changed_by = :by
 WHERE id = :id;

-- name: incident_close :exec
UPDATE incident SET closed_at = now(), closed_by = :by WHERE id = :id AND closed_at IS NULL;
