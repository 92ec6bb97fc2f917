-- name: limit_lock :one
SELECT true AS locked FROM (SELECT pg_advisory_xact_lock(hashtextextended('desk ' || :actor_id::bigint, 0))) lock;

-- name: limit_room :one
-- The oldest of the newest :most uses must be out of the window before there is room again. The time is the clock's: a transaction
-- may have waited for its turn.
SELECT CASE WHEN count(*) < :most::bigint THEN 0
            ELSE greatest(ceil(extract(epoch FROM min(at) + :window_s::bigint * interval '1 s' - clock_timestamp())), 1)
       END::bigint AS frees_s
  FROM (SELECT at
          FROM desk_use
         WHERE (:actor_id::bigint IS NULL OR actor_id = :actor_id)
           AND (:device_id::bigint IS NULL OR device_id = :device_id)
           AND kind LIKE :kinds
           AND at > clock_timestamp() - :window_s::bigint * interval '1 s'
         ORDER BY at DESC
         LIMIT :most::bigint) newest;

-- name: limit_room_devices :one
-- A device that was used already takes no more room.
SELECT CASE WHEN count(*) < :most::bigint OR coalesce(bool_or(device_id = :device_id::bigint), false) THEN 0
            ELSE greatest(ceil(extract(epoch FROM min(at) + :window_s::bigint * interval '1 s' - clock_timestamp())), 1)
       END::bigint AS frees_s
  FROM (SELECT device_id, max(at) AS at
          FROM desk_use
         WHERE actor_id = :actor_id::bigint
           AND kind LIKE :kinds
           AND at > clock_timestamp() - :window_s::bigint * interval '1 s'
         GROUP BY device_id
         ORDER BY max(at) DESC
         LIMIT :most::bigint) newest;

-- name: limit_use :exec
INSERT INTO desk_use (actor_id, device_id, kind) VALUES (:actor_id, :device_id, :kind);

-- name: limit_trim :exec
DELETE FROM desk_use
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM desk_use WHERE at < :before LIMIT :most));
