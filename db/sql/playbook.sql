-- Playbooks and their runs.

-- name: playbook_newest :many
SELECT version, source, built_in, created_by, created_at FROM playbook WHERE id = :id ORDER BY version DESC LIMIT 1;

-- name: playbook_show :many
SELECT version, source, built_in, created_by, created_at FROM playbook WHERE id = :id AND version = :version;

-- name: playbook_list :many
SELECT DISTINCT ON (id) id, version, source, built_in, created_by, created_at
  FROM playbook
 ORDER BY id, version DESC
 LIMIT :most;

-- name: playbook_lock :one
-- Whoever adds a version of this id comes here first, so that versions go up one by one.
SELECT pg_advisory_xact_lock(77, hashtext(:id))::text AS held;

-- name: playbook_add :exec
INSERT INTO playbook (id, version, source, created_by) VALUES (:id, :version, :source, :created_by);

-- name: playbook_keep :exec
-- One that came with the program, for a run that begins with it. An operator's own of this version stays what it is.
INSERT INTO playbook (id, version, source, built_in, created_by) VALUES (:id, :version, :source, true, 'farol')
    ON CONFLICT DO NOTHING;

-- name: playbook_statistics :one
-- Of all versions, without rehearsals. Times are from the start to the end.
WITH counted AS MATERIALIZED (
    SELECT r.phase, r.step, r.outcome, r.started_at, r.ended_at
      FROM playbook_run r
     WHERE r.playbook = :id AND NOT r.dry AND (:since::timestamptz IS NULL OR r.started_at >= :since)
       AND (NOT :scoped::boolean
            OR EXISTS (SELECT
                         FROM device d
                         LEFT JOIN device_hot h ON h.device_id = d.id
                         LEFT JOIN device_place p ON p.device_id = d.id
                         LEFT JOIN device_fact f ON f.device_id = d.id
                        WHERE d.id = r.device_id AND :filter::boolean))
)
SELECT json_build_object(
           'runs', count(*),
           'open', count(*) FILTER (WHERE ended_at IS NULL),
           'cancelled', count(*) FILTER (WHERE phase = 'cancelled'),
           'ended', count(*) FILTER (WHERE phase = 'ended'),
           'average_s', round(extract(epoch FROM avg(ended_at - started_at) FILTER (WHERE phase = 'ended'))::numeric, 1),
           'since', utc(min(started_at)),
           'ends', coalesce((SELECT json_agg(e ORDER BY e.count DESC, e.step)
                               FROM (SELECT step, outcome, count(*) AS count,
                                            round(extract(epoch FROM avg(ended_at - started_at))::numeric, 1) AS average_s,
                                            utc(max(ended_at)) AS last_at
                                       FROM counted
                                      WHERE phase = 'ended'
                                      GROUP BY step, outcome) e), '[]')) AS shown
  FROM counted;

-- name: run_add :exec
INSERT INTO playbook_run (id, device_id, playbook, version, dry, phase, step, outcome, state, started_by, ended_at, case_id)
VALUES (:id, :device_id, :playbook, :version, :dry, :phase, :step, :outcome, :state, :started_by,
        CASE WHEN :ended::boolean THEN now() END,
        coalesce(nullif(:case_id::bigint, 0), case_of_actor(:device_id, :actor_id)));

-- name: run_show :one
SELECT r.id, r.device_id, r.playbook, r.version, r.state, r.revision, r.started_by, r.started_at, r.ended_at, r.case_id, p.source
  FROM playbook_run r
  JOIN playbook p ON p.id = r.playbook AND p.version = r.version
 WHERE r.id = :id;

-- name: run_hold :many
-- In a transaction: until its end nobody else moves it. A statement of its own, so that run_show sees what the one before left.
SELECT id FROM playbook_run WHERE id = :id FOR NO KEY UPDATE;

-- name: run_save :exec
UPDATE playbook_run
   SET phase = :phase, step = :step, outcome = :outcome, state = :state, revision = revision + 1, changed_at = now(),
       ended_at = CASE WHEN :ended::boolean THEN coalesce(ended_at, now()) END
 WHERE id = :id AND revision = :revision;

-- name: run_list :many
SELECT id, device_id,
       row_to_json((SELECT s FROM (SELECT r.id, r.playbook, r.version, r.dry, r.phase AS state, r.step, r.outcome, r.revision,
                                          r.started_by, utc(r.started_at) AS started_at, utc(r.changed_at) AS changed_at,
                                          utc(r.ended_at) AS ended_at) s)) AS shown
  FROM playbook_run r
 WHERE (:after::text IS NULL OR id < :after)
   AND (:device_id::bigint IS NULL OR device_id = :device_id)
   AND (:playbook::text IS NULL OR playbook = :playbook)
   AND (:open::boolean IS NULL OR (ended_at IS NULL) = :open)
   AND (NOT :scoped::boolean
        OR EXISTS (SELECT
                     FROM device d
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE d.id = r.device_id AND :filter::boolean))
 ORDER BY id DESC
 LIMIT :most;

-- name: run_results :many
-- What the actions of a run have found out.
SELECT kind, result::text AS result, ended_at
  FROM action
 WHERE id = ANY (:ids::text[]) AND state = 'succeeded' AND result IS NOT NULL;

-- name: run_action :many
-- What became of the action that a run waits for.
SELECT state, ended_at, ended_at IS NOT NULL AS ended, failure ->> 'detail' AS detail FROM action WHERE id = :id;
