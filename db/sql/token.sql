-- name: token_add :one
INSERT INTO api_token (name, hash, capabilities, expires_at)
VALUES (:name, :hash, :capabilities::text[], :expires_at)
RETURNING id;

-- name: token_find :many
SELECT id, name, hash, array_to_string(capabilities, ' ') AS capabilities, created_at, expires_at, last_used_at
  FROM api_token
 WHERE hash = :hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());

-- name: token_hold :many
-- Likewise, and whoever revokes it waits for the end of our transaction: no effect follows a revocation.
SELECT id, name, hash, array_to_string(capabilities, ' ') AS capabilities, created_at, expires_at, last_used_at
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
