-- What devices fetch and send under the addresses that actions give them.

-- name: transfer_fetch :many
-- What the device of an open action may fetch. :address: only from there; NULL: from anywhere. A firmware that was withdrawn, or
-- whose time is over, is not to be had any more, whatever was ordered before.
SELECT a.device_id, f.id, f.name, f.sha256, f.size,
       coalesce(p.olt || ' ' || p.pon, p.pon, '') AS pon,
       coalesce(p.olt, '') AS olt,
       d.manufacturer || ' ' || d.product_class AS model,
       coalesce(number_id('cmp_', k.id), '') AS campaign,
       coalesce((k.plan -> 'caps' ->> 'bytes_per_s')::bigint, 0) AS campaign_rate
  FROM action a
  JOIN device d ON d.id = a.device_id
  LEFT JOIN device_place p ON p.device_id = d.id
  LEFT JOIN campaign k ON k.id = a.campaign_id
  JOIN file f ON f.id = a.args ->> 'file'
 WHERE a.id = :action_id AND a.ended_at IS NULL AND a.state IN ('running', 'verifying')
   AND f.deleted_at IS NULL AND f.damaged_at IS NULL
   AND (NOT EXISTS (SELECT FROM firmware w WHERE w.file_id = f.id)
        OR EXISTS (SELECT FROM firmware w WHERE w.file_id = f.id AND w.state <> 'retired' AND coalesce(w.expires_at > now(), true)))
   AND (:address::text IS NULL OR d.source_address = :address::inet);

-- name: transfer_charge :many
-- Bytes that are about to be given out. No row: they would be more than the budget.
INSERT INTO transfer_use AS u (device_id, action_id, served)
SELECT :device_id, :action_id, :bytes WHERE :bytes::bigint <= :budget::bigint
    ON CONFLICT (device_id, action_id) DO UPDATE
   SET served = u.served + excluded.served, requests = u.requests + 1, last_at = now()
 WHERE u.served + excluded.served <= :budget
RETURNING served;

-- name: transfer_refund :exec
-- Bytes that were charged and did not leave.
UPDATE transfer_use
   SET served = greatest(served - :bytes::bigint, 0)
 WHERE device_id = :device_id AND action_id = :action_id;

-- name: transfer_send :many
-- Whether the device of an open action may send a file, and how much all that it has sent takes.
SELECT a.device_id, a.kind, a.created_by,
       (SELECT coalesce(sum(f.size), 0)::bigint
          FROM file f
         WHERE f.device_id = a.device_id AND f.deleted_at IS NULL) AS used
  FROM action a
  JOIN device d ON d.id = a.device_id
 WHERE a.id = :action_id AND a.ended_at IS NULL AND a.state IN ('running', 'verifying')
   AND (:address::text IS NULL OR d.source_address = :address::inet);

-- name: transfer_trim :exec
DELETE FROM transfer_report
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM transfer_report WHERE at < :before LIMIT :most));

-- name: transfer_use_trim :exec
DELETE FROM transfer_use
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM transfer_use WHERE last_at < :before LIMIT :most));
