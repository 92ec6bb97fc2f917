-- Filters of the fleet with a name. A person's own and those that are shared are all that he sees.

-- name: saved_filter_list :many
-- So few that they are one page: what is added is limited.
SELECT id, shown, owner_id = :owner_id AS mine, shared
  FROM saved_filter_shown
 WHERE owner_id = :owner_id OR shared
 ORDER BY name, id;

-- name: saved_filter_show :one
SELECT id, shown, owner_id = :owner_id AS mine, shared
  FROM saved_filter_shown
 WHERE id = :id AND (owner_id = :owner_id OR shared);

-- name: saved_filter_turn :one
-- One after the other adds and shares, so that their number can be limited.
SELECT true AS locked FROM (SELECT pg_advisory_xact_lock(hashtextextended('saved filters', 0))) lock;

-- name: saved_filter_count :one
SELECT count(*) FILTER (WHERE owner_id = :owner_id) AS mine, count(*) FILTER (WHERE shared) AS shared
  FROM saved_filter
 WHERE owner_id = :owner_id OR shared;

-- name: saved_filter_add :one
INSERT INTO saved_filter (owner_id, owner, name, q, shared)
VALUES (:owner_id, :owner, :name, :q, :shared)
RETURNING id;

-- name: saved_filter_patch :exec
UPDATE saved_filter
   SET name = coalesce(:name, name), q = coalesce(:q, q), shared = coalesce(:shared::boolean, shared)
 WHERE id = :id;

-- name: saved_filter_delete :exec
DELETE FROM saved_filter WHERE id = :id;
