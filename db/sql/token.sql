-- name: token_add :one
INSERT INTO api_token (name, hash, role, capabilities, scope, expires_at, created_by)
VALUES (:name, :hash, :role, :capabilities::text[], :scope, :expires_at, :created_by)
RETURNING id;

-- name: token_find :many
SELECT id, name, hash, role, scope, array_to_string(capabilities, ' ') AS capabilities, created_at, expires_at, last_used_at
  FROM api_token
 WHERE hash = :hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());

-- name: token_hold :many
-- Likewise, and whoever revokes it waits for the end of our transaction: no effect follows a revocation.
SELECT id, name, hash, role, scope, array_to_string(capabilities, ' ') AS capabilities, created_at, expires_at, last_used_at
  FROM api_token
 WHERE hash = :hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
   FOR SHARE;

-- name: token_touch :exec
-- Once a minute at most, and never waiting for anybody.
UPDATE api_token
   SET last_used_at = now()
 WHERE id = (SELECT id
               FROM api_token
              WHERE id = :token_id AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
                FOR NO KEY UPDATE SKIP LOCKED);

-- name: token_valid :many
-- Which of these may still be used.
SELECT id
  FROM api_token
 WHERE id = ANY (:token_ids::bigint[]) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());

-- ---- as administrators see them

-- name: token_list :many
-- Newest first. Of a copy of a role what it may is beside it; what a built-in one may is not in the database.
SELECT t.id, t.name, t.role, t.scope, s.state, t.created_at, t.created_by, t.expires_at, t.last_used_at, t.revoked_at, t.revoked_by,
       array_to_string(coalesce(r.capabilities, t.capabilities), ' ') AS capabilities
  FROM api_token t
  LEFT JOIN role r ON r.name = t.role
 CROSS JOIN LATERAL (
       SELECT CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked' WHEN t.expires_at <= now() THEN 'expired' ELSE 'active' END AS state) s
 WHERE (:after::bigint IS NULL OR t.id < :after)
   AND (:token_id::bigint IS NULL OR t.id = :token_id)
   AND (:state::text IS NULL OR s.state = :state)
 ORDER BY t.id DESC
 LIMIT :most;

-- name: token_revoke :exec
-- Once and for all; who did it first is kept.
UPDATE api_token SET revoked_at = now(), revoked_by = :by WHERE id = :token_id AND revoked_at IS NULL;
