-- Kill switches; what they do is the trigger action_may_send.

-- name: kill_switch_list :many
SELECT 0::bigint AS id,
       row_to_json((SELECT s FROM (SELECT k.scope, k.reason, k.put_by, utc(k.put_at) AS put_at, k.release_by, utc(k.release_at) AS release_at) s)) AS shown
  FROM kill_switch k
 ORDER BY k.put_at, k.scope;

-- name: kill_switch_put :exec
INSERT INTO kill_switch AS k (scope, reason, put_by, putter) VALUES (:scope, :reason, :by, :actor_id)
    ON CONFLICT (scope) DO UPDATE SET release_by = NULL, releaser = NULL, release_at = NULL;

-- name: kill_switch_hold :one
SELECT coalesce(releaser, 0) AS releaser FROM kill_switch WHERE scope = :scope FOR UPDATE;

-- name: kill_switch_ask :exec
UPDATE kill_switch SET release_by = :by, releaser = :actor_id, release_at = now() WHERE scope = :scope;

-- name: kill_switch_off :exec
DELETE FROM kill_switch WHERE scope = :scope;

-- name: kill_switch_covers :one
SELECT EXISTS (SELECT FROM kill_switch WHERE scope IN ('all', 'kind:' || :kind)) AS covers;
