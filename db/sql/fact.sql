-- name: fact_load :many
SELECT doc::text FROM device_fact WHERE device_id = :device_id;

-- name: fact_series :many
-- The history of one fact between two times, in steps: of each step least, most and mean.
WITH told AS (
    SELECT at, value AS least, value AS most, value AS sum, 1 AS count
      FROM fact_sample
     WHERE device_id = :device_id AND name = :name AND at >= :from AND at < :until
     UNION ALL
    SELECT at, least, most, sum, count
      FROM fact_span
     WHERE device_id = :device_id AND name = :name AND at >= :from AND at < :until
)
SELECT to_timestamp(floor(extract(epoch FROM at) / :step_s::bigint) * :step_s::bigint) AS at,
       min(least) AS least, max(most) AS most, sum(sum) / sum(count) AS mean, sum(count)::bigint AS count
  FROM told
 GROUP BY 1
 ORDER BY 1
 LIMIT :most;

-- name: fact_thin :one
-- Samples that are older than :before become spans of a quarter of an hour, at most :most of them at a time.
WITH old AS (
    DELETE FROM fact_sample
     WHERE ctid = ANY (ARRAY(SELECT ctid FROM fact_sample WHERE at < :before LIMIT :most))
    RETURNING device_id, name, at, value
), spans AS (
    SELECT device_id, name, to_timestamp(floor(extract(epoch FROM at) / 900) * 900) AS at,
           min(value) AS least, max(value) AS most, sum(value) AS sum, count(*)::int AS count
      FROM old
     GROUP BY 1, 2, 3
), kept AS (
    INSERT INTO fact_span AS s (device_id, name, width_s, at, least, most, sum, count)
    SELECT device_id, name, 900, at, least, most, sum, count FROM spans
        ON CONFLICT (device_id, name, width_s, at) DO UPDATE
       SET least = least(s.least, excluded.least), most = greatest(s.most, excluded.most),
           sum = s.sum + excluded.sum, count = s.count + excluded.count
)
SELECT count(*) AS count FROM old;

-- name: fact_thin_spans :one
-- Likewise quarters of an hour become days (of UTC).
WITH old AS (
    DELETE FROM fact_span
     WHERE ctid = ANY (ARRAY(SELECT ctid FROM fact_span WHERE at < :before AND width_s = 900 LIMIT :most))
    RETURNING device_id, name, at, least, most, sum, count
), spans AS (
    SELECT device_id, name, to_timestamp(floor(extract(epoch FROM at) / 86400) * 86400) AS at,
           min(least) AS least, max(most) AS most, sum(sum) AS sum, sum(count)::int AS count
      FROM old
     GROUP BY 1, 2, 3
), kept AS (
    INSERT INTO fact_span AS s (device_id, name, width_s, at, least, most, sum, count)
    SELECT device_id, name, 86400, at, least, most, sum, count FROM spans
        ON CONFLICT (device_id, name, width_s, at) DO UPDATE
       SET least = least(s.least, excluded.least), most = greatest(s.most, excluded.most),
           sum = s.sum + excluded.sum, count = s.count + excluded.count
)
SELECT count(*) AS count FROM old;

-- name: fact_trim_spans :exec
DELETE FROM fact_span
 WHERE ctid = ANY (ARRAY(SELECT ctid FROM fact_span WHERE at < :before LIMIT :most));
