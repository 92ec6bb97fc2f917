-- What people have set for all homes.

-- name: setting_list :many
-- Of every kind, or of one; what was set back is there, too: with who did it.
SELECT kind, name, technology, revision, value::text AS value, reason, changed_by, changed_at
  FROM setting
 WHERE :kind::text IS NULL OR kind = :kind
 ORDER BY kind, name, technology;

-- name: setting_show :many
SELECT kind, name, technology, revision, value::text AS value, reason, changed_by, changed_at
  FROM setting
 WHERE kind = :kind AND name = :name AND technology = :technology;

-- name: setting_hold :many
-- In a transaction: until its end nobody else changes it.
SELECT kind, name, technology, revision, value::text AS value, reason, changed_by, changed_at
  FROM setting
 WHERE kind = :kind AND name = :name AND technology = :technology
   FOR UPDATE;

-- name: setting_save :many
-- Nothing, if somebody else was the first to set it.
INSERT INTO setting AS s (kind, name, technology, value, reason, changed_by)
VALUES (:kind, :name, :technology, :value::jsonb, :reason, :changed_by)
    ON CONFLICT (kind, name, technology) DO UPDATE
   SET revision = s.revision + 1, value = excluded.value, reason = excluded.reason, changed_by = excluded.changed_by, changed_at = now()
 WHERE s.revision = :revision::integer
RETURNING revision;

-- name: setting_history :many
-- Newest first.
SELECT kind, name, technology, revision, value::text AS value, reason, changed_by, changed_at
  FROM setting_revision
 WHERE kind = :kind AND name = :name AND technology = :technology
 ORDER BY revision DESC
 LIMIT :most;
