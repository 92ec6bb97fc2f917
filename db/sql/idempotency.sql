-- name: idempotency_lock :one
-- Until the end of the transaction: two requests with one key do not run at once.
SELECT pg_try_advisory_xact_lock(hashtextextended(:actor_id::bigint || ' ' || :key::text, 1)) AS locked;

-- name: idempotency_find :many
SELECT request_hash, status, response, action_id
  FROM idempotency
 WHERE actor_id = :actor_id AND key = :key AND created_at > now() - interval '24 hours' AND status IS NOT NULL;

-- name: idempotency_keep :exec
-- In the transaction of the effect: either both are there, or none. An old row of that key has had its day.
INSERT INTO idempotency (actor_id, key, request_hash, status, response, action_id)
VALUES (:actor_id, :key, :request_hash, :status, :response, :action_id)
ON CONFLICT (actor_id, key) DO UPDATE
   SET request_hash = excluded.request_hash, status = excluded.status, response = excluded.response,
       action_id = excluded.action_id, created_at = now();
