-- Files: their rows. Whoever gives content its name in the directory, or takes it away there, holds file_hold until the
-- end of the transaction, so that nobody removes what another has just found to be there.

-- name: file_hold :one
SELECT pg_advisory_xact_lock(74, 1)::text AS held;

-- name: file_add :exec
INSERT INTO file (id, name, kind, version, manufacturer, product_class, sha256, size, device_id, action_id, created_by)
VALUES (:id, :name, :kind, :version, :manufacturer, :product_class, :sha256, :size, :device_id, :action_id,
        :created_by);

-- name: file_same :many
-- The very same file, added before.
SELECT id
  FROM file
 WHERE sha256 = :sha256 AND deleted_at IS NULL AND device_id IS NULL AND name = :name AND kind = :kind
   AND version IS NOT DISTINCT FROM :version AND manufacturer IS NOT DISTINCT FROM :manufacturer
   AND product_class IS NOT DISTINCT FROM :product_class
 LIMIT 1;

-- name: file_mended :exec
-- Content that was damaged has come again.
UPDATE file SET damaged_at = NULL, checked_at = now() WHERE sha256 = :sha256 AND damaged_at IS NOT NULL;

-- name: file_show :one
SELECT f.id, f.shown, f.device_id, t.kind, t.name, t.version, t.manufacturer, t.product_class, t.sha256, t.size,
       t.damaged_at IS NOT NULL AS damaged
  FROM file_shown f
  JOIN file t ON t.id = f.id
 WHERE f.id = :id AND f.deleted_at IS NULL;

-- name: file_list :many
SELECT id, shown, device_id
  FROM file_shown
 WHERE deleted_at IS NULL
   AND (:after::text IS NULL OR id < :after)
   AND (:kind::text IS NULL OR kind = :kind)
   AND (:name::text IS NULL OR name = :name)
   AND (:product_class::text IS NULL OR product_class = :product_class)
   AND (:device_id::bigint IS NULL OR device_id = :device_id)
   AND (NOT :scoped::boolean OR device_id IS NULL
        OR EXISTS (SELECT
                     FROM device d
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE d.id = file_shown.device_id AND :filter::boolean))
 ORDER BY id DESC
 LIMIT :most;

-- name: file_lock :many
-- Whoever makes an action that needs it locks it, too (file_use).
SELECT id FROM file WHERE id = :id AND deleted_at IS NULL FOR UPDATE;

-- name: file_open_actions :one
-- A statement of its own, or it would count what was there before the lock was got.
SELECT (SELECT count(*) FROM action WHERE ended_at IS NULL AND args ->> 'file' = :id)
     + (SELECT count(*) FROM campaign WHERE state NOT IN ('finished', 'cancelled') AND args ->> 'file' = :id) AS count;

-- name: file_firmware :one
-- Likewise: whoever makes a firmware of it locks it, too.
SELECT count(*) AS count FROM firmware WHERE file_id = :id AND state <> 'retired';

-- name: file_use :many
-- For an action that is being made: it cannot be deleted until that is there.
SELECT id FROM file WHERE id = :id AND deleted_at IS NULL FOR SHARE;

-- name: file_delete :exec
UPDATE file SET deleted_at = now() WHERE id = :id AND deleted_at IS NULL;

-- name: file_model :one
-- Is it for this device?
SELECT d.product_class,
       (f.product_class IS NULL OR f.product_class = d.product_class)
       AND (f.manufacturer IS NULL OR lower(f.manufacturer) = lower(d.manufacturer)) AS fits
  FROM file f
 CROSS JOIN device d
 WHERE f.id = :id AND d.id = :device_id;

-- name: file_to_remove :many
-- Deleted rows, and whether another row still needs the content.
SELECT f.id, f.sha256,
       EXISTS (SELECT FROM file o WHERE o.sha256 = f.sha256 AND o.deleted_at IS NULL) AS needed
  FROM file f
 WHERE f.deleted_at IS NOT NULL AND NOT f.removed
 ORDER BY f.deleted_at
 LIMIT :most;

-- name: file_removed :exec
UPDATE file SET removed = true WHERE id = :id;

-- name: file_to_check :many
-- The one whose content was not looked at for the longest time.
SELECT id, sha256, size
  FROM file
 WHERE deleted_at IS NULL AND damaged_at IS NULL AND checked_at < :before
 ORDER BY checked_at
 LIMIT 1;

-- name: file_checked :exec
UPDATE file
   SET checked_at = now(),
       damaged_at = CASE WHEN :damaged::boolean THEN now() END
 WHERE sha256 = :sha256 AND deleted_at IS NULL;

-- name: file_damaged_count :one
SELECT count(*) AS count FROM file WHERE damaged_at IS NOT NULL AND deleted_at IS NULL;
