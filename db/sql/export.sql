-- Lists as files (db/export.h).

-- name: export_add :one
-- Of one person the newest are kept.
WITH older AS (
    DELETE FROM export
     WHERE created_by_id = :by_id
       AND id NOT IN (SELECT id FROM export WHERE created_by_id = :by_id ORDER BY id DESC LIMIT :most - 1)
)
INSERT INTO export (what, format, campaign_id, target_state, wave, cause, total, created_by, created_by_id)
SELECT :what, :format, :campaign, :state, :wave::int, :cause, count(*), :by, :by_id
  FROM campaign_target t
 WHERE t.campaign_id = :campaign
   AND (:state::text IS NULL OR t.state = :state)
   AND (:cause::text IS NULL OR t.cause = :cause)
   AND (:wave = -1 OR t.wave = :wave)
RETURNING id;

-- name: export_show :one
-- To whom it is.
SELECT id, state, pieces, format, shown FROM export_shown WHERE id = :id AND created_by_id = :by_id;

-- name: export_read :one
SELECT content FROM export_piece WHERE export_id = :id AND number = :number;

-- ---- worked on ----

-- name: export_claim :many
-- The oldest that is not done, until the end of the transaction.
SELECT id, format, campaign_id, target_state, wave, cause, up_to, rows, bytes, pieces
  FROM export
 WHERE state IN ('queued', 'running')
 ORDER BY id
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: export_keep :exec
WITH kept AS (
    INSERT INTO export_piece (export_id, number, content) VALUES (:id, :number, :content)
)
UPDATE export
   SET state = CASE WHEN :is_last::boolean THEN 'done' ELSE 'running' END, up_to = :up_to, rows = :rows, bytes = :bytes, pieces = :number + 1,
       ended_at = CASE WHEN :is_last THEN now() END
 WHERE id = :id;

-- name: export_fail :exec
WITH dropped AS (
    DELETE FROM export_piece WHERE export_id = :id
)
UPDATE export SET state = 'failed', error = :error, ended_at = now(), pieces = 0, bytes = 0 WHERE id = :id AND state IN ('queued', 'running');

-- name: export_trim :exec
DELETE FROM export WHERE id IN (SELECT id FROM export WHERE expires_at < now() ORDER BY expires_at LIMIT 20);
