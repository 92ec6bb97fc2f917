-- The firmware library. Which firmware a device gets is told by firmware_fit() and firmware_refusal() (migration 0046).

-- name: firmware_list :many
-- Newest first.
SELECT id, shown
  FROM firmware_shown
 WHERE (:after::text IS NULL OR id < :after)
   AND (:state::text IS NULL OR state = :state)
 ORDER BY id DESC
 LIMIT :most;

-- name: firmware_show :one
SELECT id, shown, revision, state, file_id
  FROM firmware_shown
 WHERE id = :id;

-- name: firmware_hold :many
-- In a transaction: until its end nobody else changes or uses it.
SELECT id FROM firmware WHERE id = :id FOR UPDATE;

-- name: firmware_share :many
-- Likewise: nobody changes it.
SELECT id FROM firmware WHERE id = :id FOR SHARE;

-- name: firmware_look :many
-- What an approval, and a manifest, are about. A statement of its own, or it would tell what was there before the lock was got.
SELECT w.id, w.revision, w.state, w.file_id, w.version, coalesce(w.counter, 0) AS counter, w.expires_at,
       coalesce(w.expires_at <= now(), false) AS expired, w.manifest,
       array_to_string(w.signatures, ' ') AS signatures, w.created_by_id, w.changed_by_id, f.sha256, f.size,
       f.damaged_at IS NOT NULL OR f.deleted_at IS NOT NULL AS damaged,
       (SELECT coalesce(json_agg(json_build_object(
                   'manufacturer', r.manufacturer, 'product_class', r.product_class, 'hardware_version', r.hardware_version,
                   'from_versions', r.from_versions) ORDER BY r.place), '[]'::json)
          FROM firmware_rule r
         WHERE r.firmware_id = w.id) AS rules
  FROM firmware w
  JOIN file f ON f.id = w.file_id
 WHERE w.id = :id;

-- name: firmware_of_file :many
-- The one that a file is; of several that are retired the newest.
SELECT id
  FROM firmware
 WHERE file_id = :file
 ORDER BY state = 'retired', id DESC
 LIMIT 1;

-- name: firmware_add :exec
INSERT INTO firmware (id, file_id, name, version, counter, expires_at, disruptive, notes, known_issues, manifest, signatures,
                      created_by, created_by_id, changed_by, changed_by_id)
VALUES (:id, :file, :name, :version, :counter::bigint, :expires_at, :disruptive, :notes, :known_issues, :manifest,
        string_to_array(:signatures, ' '), :by, :by_id, :by, :by_id);

-- name: firmware_rules_drop :exec
DELETE FROM firmware_rule WHERE firmware_id = :id;

-- name: firmware_rules_add :exec
INSERT INTO firmware_rule (firmware_id, place, manufacturer, product_class, hardware_version, from_versions)
SELECT :id, place, rule ->> 'manufacturer', rule ->> 'product_class', rule ->> 'hardware_version',
       CASE WHEN jsonb_typeof(rule -> 'from_versions') = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(rule -> 'from_versions')) END
  FROM jsonb_array_elements(:rules::jsonb) WITH ORDINALITY list(rule, place);

-- name: firmware_patch :exec
-- Words that no approval is about. A column's name in :given is what is written.
UPDATE firmware
   SET revision = revision + 1,
       name = coalesce(:name, name),
       disruptive = coalesce(:disruptive::boolean, disruptive),
       notes = CASE WHEN :gives_notes::boolean THEN :notes ELSE notes END,
       known_issues = CASE WHEN :gives_known_issues::boolean THEN :known_issues ELSE known_issues END
 WHERE id = :id;

-- name: firmware_change :exec
-- What an approval is about: it is void.
UPDATE firmware
   SET version = :version,
       counter = :counter::bigint,
       expires_at = :expires_at,
       manifest = :manifest,
       signatures = string_to_array(:signatures, ' '),
       changed_by = :by,
       changed_by_id = :by_id,
       changed_at = now(),
       approved_by = NULL,
       approved_by_id = NULL,
       approved_at = NULL,
       state_since = CASE WHEN state = :state THEN state_since ELSE now() END,
       state = :state
 WHERE id = :id;

-- name: firmware_move :exec
UPDATE firmware
   SET revision = revision + 1,
       state = :state,
       state_since = now(),
       approved_by = CASE WHEN :state = 'retired' THEN approved_by END,
       approved_by_id = CASE WHEN :state = 'retired' THEN approved_by_id END,
       approved_at = CASE WHEN :state = 'retired' THEN approved_at END
 WHERE id = :id;

-- name: firmware_approve :exec
UPDATE firmware
   SET revision = revision + 1,
       state = 'approved',
       state_since = now(),
       approved_by = :by,
       approved_by_id = :by_id,
       approved_at = now()
 WHERE id = :id;

-- name: firmware_withdraw :one
-- What waits to install it, and of which nothing may have reached a device, is cancelled as action_cancel does it.
WITH cancelled AS (
    UPDATE action
       SET state = 'cancelled', revision = revision + 1, stage_since = now(), ended_at = now(), next_wake_at = NULL,
           failure = jsonb_build_object('code', 'cancelled', 'by', :by::text, 'detail', :reason::text)
     WHERE ended_at IS NULL AND intent IS NULL AND state <> 'verifying'
       AND kind IN ('firmware.install', 'download.schedule') AND args ->> 'file' = :file
    RETURNING *
), told AS (
    INSERT INTO action_event (device_id, action_id, state, detail)
    SELECT device_id, id, state, failure FROM cancelled
)
SELECT count(*) AS count FROM cancelled;

-- name: firmware_own :one
-- Is it somebody's own: did he, or a token that he has made, add it or change it last?
SELECT EXISTS (SELECT
                 FROM firmware w
                 LEFT JOIN api_token t ON t.id IN (w.created_by_id, w.changed_by_id)
                WHERE w.id = :id AND (:by_id::bigint IN (w.created_by_id, w.changed_by_id) OR t.created_by = :by)) AS own;

-- name: firmware_turn :one
-- In a transaction: approvals come one after the other, so that none is compared with what another is about to change.
SELECT true AS locked FROM (SELECT pg_advisory_xact_lock(hashtextextended('firmware approval', 0))) lock;

-- name: firmware_newer :many
-- An approved one of a greater counter for one of the models that this is for.
SELECT n.id, n.version, n.counter
  FROM firmware w
  JOIN firmware_rule r ON r.firmware_id = w.id
  JOIN firmware_rule o ON o.product_class = r.product_class
                      AND (o.manufacturer IS NULL OR r.manufacturer IS NULL OR lower(o.manufacturer) = lower(r.manufacturer))
                      AND (o.hardware_version IS NULL OR r.hardware_version IS NULL OR o.hardware_version = r.hardware_version)
  JOIN firmware n ON n.id = o.firmware_id
  JOIN file f ON f.id = n.file_id
 WHERE w.id = :id AND n.id <> w.id AND n.state = 'approved' AND n.counter > w.counter
   AND (n.expires_at IS NULL OR n.expires_at > now()) AND f.damaged_at IS NULL AND f.deleted_at IS NULL
 ORDER BY n.counter DESC
 LIMIT 1;

-- name: firmware_refusal :one
SELECT firmware_refusal(:id, :device_id) AS refusal;

-- name: firmware_for_device :many
-- Those of its model, and those that its model is kept from by no more than a rule; approved ones that fit first, then by what is newest.
SELECT w.id, s.shown, f.refusal
  FROM firmware w
  JOIN firmware_shown s ON s.id = w.id
  JOIN firmware_fit(w.id) f ON f.device_id = :device_id
  JOIN device d ON d.id = :device_id
 WHERE w.state <> 'retired'
   AND (:all::boolean OR w.state = 'approved')
   AND EXISTS (SELECT FROM firmware_rule r WHERE r.firmware_id = w.id AND lower(r.product_class) = lower(d.product_class))
 ORDER BY f.refusal IS NOT NULL AND f.refusal <> 'already', w.id DESC
 LIMIT 50;

-- name: firmware_loose_files :many
-- Files for a device's model that the library does not know.
SELECT f.id,
       json_build_object('id', f.id, 'name', f.name, 'version', f.version, 'size', f.size) AS shown
  FROM file f
  JOIN device d ON d.product_class = f.product_class AND (f.manufacturer IS NULL OR lower(f.manufacturer) = lower(d.manufacturer))
 WHERE d.id = :device_id AND f.kind = 'firmware' AND f.device_id IS NULL AND f.deleted_at IS NULL AND f.damaged_at IS NULL
   AND NOT EXISTS (SELECT FROM firmware w WHERE w.file_id = f.id)
 ORDER BY f.id DESC
 LIMIT 50;

-- name: firmware_base :many
-- Of each model that it is for: how many homes there are, and how many run it.
SELECT r.manufacturer, r.product_class, c.devices, c.running
  FROM firmware w
 CROSS JOIN LATERAL (SELECT DISTINCT manufacturer, product_class FROM firmware_rule WHERE firmware_id = w.id) r
 CROSS JOIN LATERAL (
       SELECT count(*) AS devices, count(*) FILTER (WHERE d.software_version = w.version) AS running
         FROM device d
         LEFT JOIN device_hot h ON h.device_id = d.id
         LEFT JOIN device_place p ON p.device_id = d.id
         LEFT JOIN device_fact f ON f.device_id = d.id
        WHERE d.product_class = r.product_class AND (r.manufacturer IS NULL OR lower(d.manufacturer) = lower(r.manufacturer))
          AND (NOT :scoped::boolean OR :filter::boolean)) c
 WHERE w.id = :id
 ORDER BY r.product_class, r.manufacturer;

-- name: firmware_outcomes :many
-- Of the newest thousand that were sent to a device and have ended: how it went, by model.
SELECT o.product_class,
       count(*) FILTER (WHERE o.state = 'succeeded') AS succeeded,
       count(*) FILTER (WHERE o.state = 'failed') AS failed,
       count(*) FILTER (WHERE o.state NOT IN ('succeeded', 'failed')) AS unknown,
       coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY o.seconds) FILTER (WHERE o.state = 'succeeded'), -1)::bigint AS median_s
  FROM (SELECT d.product_class, a.state, (a.evidence ->> 'seconds_since_request')::bigint AS seconds
          FROM (SELECT device_id, state, evidence
                  FROM action
                 WHERE kind IN ('firmware.install', 'download.schedule') AND ended_at IS NOT NULL AND action_was_sent(memo)
                   AND args ->> 'file' = :file
                 ORDER BY ended_at DESC
                 LIMIT 1000) a
          JOIN device d ON d.id = a.device_id
          LEFT JOIN device_hot h ON h.device_id = d.id
          LEFT JOIN device_place p ON p.device_id = d.id
          LEFT JOIN device_fact f ON f.device_id = d.id
         WHERE NOT :scoped::boolean OR :filter::boolean) o
 GROUP BY o.product_class
 ORDER BY o.product_class;
