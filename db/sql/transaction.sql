-- name: transaction_begin :exec
BEGIN;

-- name: transaction_commit :exec
COMMIT;

-- name: transaction_rollback :exec
ROLLBACK;
