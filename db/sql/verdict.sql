-- name: told_facts :many
-- What the server knows of a device by itself (facts that are TOLD); NULL: it does not.
WITH boots AS (
    SELECT count(*) AS count
      FROM (SELECT at, code FROM device_event WHERE device_id = :device_id ORDER BY session_no DESC, place LIMIT 500) newest
     WHERE code = '1 BOOT' AND at > now() - interval '1 h'
), uptime AS (
    SELECT at, value AS first, value AS last, false AS fell
      FROM fact_sample
     WHERE device_id = :device_id AND name = 'wan.uptime_s' AND at > now() - interval '24 h'
     UNION ALL
    -- in a quarter of an hour it can grow by a quarter of an hour only
    SELECT at, least, CASE WHEN most - least > width_s THEN least ELSE most END, most - least > width_s
      FROM fact_span
     WHERE device_id = :device_id AND name = 'wan.uptime_s' AND width_s = 900 AND at > now() - interval '24 h'
), drops AS (
    SELECT count(*) FILTER (WHERE fell OR first < before OR first = 0 AND before IS NULL) AS count, count(*) AS samples
      FROM (SELECT fell, first, lag(last) OVER (ORDER BY at) AS before FROM uptime) steps
), light AS (
    SELECT at, value, 1 AS weight
      FROM fact_sample
     WHERE device_id = :device_id AND name = 'wan.optical.rx_dbm' AND at > now() - interval '7 d'
     UNION ALL
    SELECT at, sum / count, count
      FROM fact_span
     WHERE device_id = :device_id AND name = 'wan.optical.rx_dbm' AND at > now() - interval '7 d'
), edges AS (
    SELECT min(at) AS first, max(at) AS last FROM light
), fall AS (
    -- of the first day, or of the first half of what there is, to the newest
    SELECT (SELECT sum(value * weight) / sum(weight) FROM light
             WHERE at <= e.first + least(interval '24 h', (e.last - e.first) / 2))
         - (SELECT value FROM light WHERE at = e.last LIMIT 1) AS db
      FROM edges e
     WHERE e.last > e.first + interval '1 h'
)
SELECT date_trunc('second', now()) AS now,
       d.manufacturer, d.product_class, d.software_version,
       h.last_inform IS NOT NULL AS ever,
       floor(extract(epoch FROM now() - h.last_inform))::float8 AS contact_age_s,
       h.period_s::float8 AS period_s,
       c.code AS call,
       floor(extract(epoch FROM now() - c.at))::float8 AS call_age_s,
       CASE WHEN h.last_inform IS NOT NULL THEN b.count::float8 END AS boots_1h,
       CASE WHEN r.samples > 1 THEN r.count::float8 END AS drops_24h,
       round(f.db::numeric, 1)::float8 AS fall_7d_db,
       p.technology, p.plan_down_mbps, p.plan_up_mbps
  FROM device d
  LEFT JOIN device_hot h ON h.device_id = d.id
  LEFT JOIN device_call c ON c.device_id = d.id
  LEFT JOIN device_place p ON p.device_id = d.id
 CROSS JOIN boots b
 CROSS JOIN drops r
  LEFT JOIN fall f ON true
 WHERE d.id = :device_id;

-- name: told_weak :many
-- For how long each Wi-Fi device has been heard more faintly than :below, as far as the last day tells; only those that are now.
WITH sample AS (
    SELECT name, at, value, max(at) OVER (PARTITION BY name) AS newest
      FROM fact_sample
     WHERE device_id = :device_id AND name LIKE 'wifi.clients.%.rssi_dbm' AND at > now() - interval '24 h'
), strong AS (
    SELECT name, max(at) AS at FROM sample WHERE value >= :below::bigint GROUP BY name
)
SELECT s.name, floor(extract(epoch FROM max(s.newest) - min(s.at)))::bigint AS weak_s
  FROM sample s
  LEFT JOIN strong t ON t.name = s.name
 WHERE t.at IS NULL OR s.at > t.at
 GROUP BY s.name
 LIMIT 256;

-- name: verdict_add :one
INSERT INTO verdict (device_id, shown_to, actor_id, code, rules, question, answer, case_id)
VALUES (:device_id, :shown_to, :actor_id, :code, :rules, :question::json, :answer::json,
        coalesce(nullif(:case_id::bigint, 0), case_of_actor(:device_id, :actor_id)))
RETURNING id, at;

-- name: verdict_show :one
SELECT device_id, at, shown_to, code, rules, question::text, answer::text FROM verdict WHERE id = :id;
