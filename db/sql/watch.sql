-- name: watch_renew :exec
-- In the order of devices, so that two servers lock in the same order; what is over goes beside it.
WITH over AS (
    DELETE FROM device_watch
     WHERE ctid = ANY (ARRAY(SELECT ctid FROM device_watch WHERE until < now() - interval '1 min' FOR UPDATE SKIP LOCKED))
)
INSERT INTO device_watch AS w (device_id, until)
SELECT DISTINCT a.device_id, now() + :lease_s::bigint * interval '1 s'
  FROM unnest(:device_ids::bigint[]) a(device_id)
 ORDER BY a.device_id
ON CONFLICT (device_id) DO UPDATE SET until = excluded.until WHERE w.until < excluded.until;
