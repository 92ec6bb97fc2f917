-- The figures of the fleet. Nothing that a request does looks at more than a few hundred rows.

-- name: fleet_turn :many
-- In a transaction, whose view it is until its end: what has been begun first, then what is due. Nobody has asked for
-- the others in a while. A small fleet is counted more often: who installs it wants to see the first homes come.
SELECT scope, reached
  FROM fleet_view
 WHERE (scope = '' OR asked_at > now() - interval '10 min')
   AND (reached > 0 OR began_at IS NULL OR began_at <= now() - make_interval(secs => CASE WHEN scope = ''
                                                                               THEN least(:every_s::bigint, 5 + (shown ->> 'homes')::bigint / 1000)
                                                                               ELSE :every_s END))
 ORDER BY reached = 0, began_at NULLS FIRST
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: fleet_slice :one
SELECT coalesce(max(id), :after::bigint) AS last, count(*) AS count
  FROM (SELECT id FROM device WHERE id > :after ORDER BY id LIMIT :most) slice;

-- name: fleet_count :one
-- Of the devices of a slice. Each table is told the bounds: an index gives it, however large the fleet is.
WITH home AS MATERIALIZED (
    SELECT d.id, d.product_class AS model, d.software_version AS version,
           coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false) AS online,
           EXISTS (SELECT
                     FROM incident_home m
                     JOIN incident i ON i.id = m.incident_id AND i.closed_at IS NULL
                    WHERE m.device_id = d.id AND m.back_at IS NULL) AS incident,
           CASE WHEN jsonb_typeof(f.doc -> 'wan.optical.rx_dbm' -> 0) = 'number'
                THEN least(greatest(floor((f.doc -> 'wan.optical.rx_dbm' -> 0)::numeric), -41), 1) END AS light
      FROM device d
      LEFT JOIN device_hot h ON h.device_id = d.id AND h.device_id > :after::bigint AND h.device_id <= :last::bigint
      LEFT JOIN device_place p ON p.device_id = d.id AND p.device_id > :after AND p.device_id <= :last
      LEFT JOIN device_fact f ON f.device_id = d.id AND f.device_id > :after AND f.device_id <= :last
     WHERE d.id > :after AND d.id <= :last AND (NOT :scoped::boolean OR :filter::boolean)
), counted (key, n) AS (
    SELECT jsonb_build_array('homes'), count(*) FROM home
     UNION ALL
    SELECT jsonb_build_array('online'), count(*) FROM home WHERE online
     UNION ALL
    SELECT jsonb_build_array('incident'), count(*) FROM home WHERE incident
     UNION ALL
    SELECT jsonb_build_array('firmware', model, version), count(*) FROM home GROUP BY model, version
     UNION ALL
    SELECT jsonb_build_array('light', light), count(*) FROM home WHERE light IS NOT NULL GROUP BY light
     UNION ALL
    SELECT jsonb_build_array('verdict', v.code), count(*)
      FROM home
     CROSS JOIN LATERAL (SELECT code FROM verdict WHERE device_id = home.id AND at > now() - interval '1 day' ORDER BY id DESC LIMIT 1) v
     GROUP BY v.code
     UNION ALL
    SELECT jsonb_build_array('action', a.state), count(*)
      FROM home
      JOIN action a ON a.device_id = home.id AND a.device_id > :after AND a.device_id <= :last AND a.ended_at IS NULL
     GROUP BY a.state
)
SELECT jsonb_object_agg(key::text, n)::text AS counts FROM counted;

-- name: fleet_add :exec
-- What devices say of themselves has no end: of firmware the 2,000 most common are kept apart.
UPDATE fleet_view v
   SET began_at = CASE WHEN v.reached = 0 THEN now() ELSE v.began_at END,
       reached = :last,
       counts = (SELECT jsonb_object_agg(key, n)
                   FROM (SELECT key, sum(n) AS n
                           FROM (SELECT key, value::bigint AS n FROM jsonb_each_text(CASE WHEN v.reached = 0 THEN '{}' ELSE v.counts END)
                                  UNION ALL
                                 SELECT key, value::bigint FROM jsonb_each_text(:counts::jsonb)) told
                          GROUP BY key
                          ORDER BY key LIKE '["firmware"%', sum(n) DESC
                          LIMIT 2000) kept)
 WHERE scope = :scope;

-- name: fleet_give_up :exec
UPDATE fleet_view SET reached = 0, began_at = now() WHERE scope = :scope;

-- name: fleet_cases :one
-- With a scope as in case_list.
WITH seen AS (
    SELECT id, reason, opened_at, closed_at FROM desk_case WHERE closed_at IS NULL
     UNION ALL
    SELECT id, reason, opened_at, closed_at FROM desk_case WHERE closed_at IS NOT NULL AND opened_at > now() - interval '7 days'
), mine AS (
    SELECT s.reason, s.opened_at, s.closed_at
      FROM seen s
     WHERE NOT :scoped::boolean
        OR EXISTS (SELECT
                     FROM case_home q
                     JOIN device d ON d.id = q.device_id
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE q.case_id = s.id AND :filter::boolean)
)
SELECT json_build_object(
           'open', (SELECT count(*) FROM mine WHERE closed_at IS NULL),
           'reasons', (SELECT coalesce(json_agg(json_build_object('code', reason, 'count', n) ORDER BY n DESC, reason), '[]')
                         FROM (SELECT reason, count(*) AS n
                                 FROM mine
                                WHERE reason IS NOT NULL AND opened_at > now() - interval '7 days'
                                GROUP BY reason) r))::text AS cases;

-- name: fleet_show :exec
-- The round is over: what it has counted is what is shown.
WITH told AS MATERIALIZED (
    SELECT c.key::jsonb AS key, c.value::bigint AS n
      FROM fleet_view v
     CROSS JOIN LATERAL jsonb_each_text(v.counts) c
     WHERE v.scope = :scope
), firmware AS (
    SELECT key ->> 1 AS model, key ->> 2 AS version, n
      FROM told
     WHERE key ->> 0 = 'firmware'
     ORDER BY n DESC, model, version
     LIMIT 100
)
UPDATE fleet_view
   SET shown_at = began_at,
       reached = 0,
       counts = '{}',
       shown = jsonb_build_object(
           'homes', (SELECT coalesce(sum(n), 0) FROM told WHERE key ->> 0 = 'homes'),
           'online', (SELECT coalesce(sum(n), 0) FROM told WHERE key ->> 0 = 'online'),
           'in_incident', (SELECT coalesce(sum(n), 0) FROM told WHERE key ->> 0 = 'incident'),
           'open_actions', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', key ->> 1, 'count', n) ORDER BY n DESC, key), '[]')
                              FROM told WHERE key ->> 0 = 'action'),
           'verdicts', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', key ->> 1, 'count', n) ORDER BY n DESC, key), '[]')
                          FROM told WHERE key ->> 0 = 'verdict'),
           'light', (SELECT coalesce(jsonb_agg(jsonb_build_object('from_dbm', (key ->> 1)::int, 'count', n) ORDER BY (key ->> 1)::int), '[]')
                       FROM told WHERE key ->> 0 = 'light'),
           'firmware', (SELECT coalesce(jsonb_agg(jsonb_build_object('model', model, 'version', version, 'count', n) ORDER BY n DESC, model, version), '[]')
                          FROM firmware),
           'cases', :cases::jsonb)
 WHERE scope = :scope;

-- name: fleet_forget :exec
-- What is not asked for any more, and what is older than is ever shown.
WITH views AS (
    DELETE FROM fleet_view WHERE scope <> '' AND asked_at < now() - interval '1 day'
), minutes AS (
    DELETE FROM fleet_minute WHERE at < now() - interval '8 days'
)
DELETE FROM fleet_hour WHERE at < now() - interval '8 days';

-- name: fleet_contacts :exec
INSERT INTO fleet_minute AS m (at, contacts) VALUES (date_trunc('minute', now()), :count)
    ON CONFLICT (at) DO UPDATE SET contacts = m.contacts + excluded.contacts;

-- name: fleet_hours :one
-- The hour of now and the one before; after a pause, or at first, a day of a week at a time: then it is behind.
WITH pending AS (
    SELECT greatest(max(at) - interval '1 hour', date_trunc('hour', now()) - interval '7 days') AS since
      FROM fleet_hour
     WHERE at <= now()
), span AS (
    SELECT s.at
      FROM pending
     CROSS JOIN LATERAL generate_series(since, least(since + interval '23 hours', date_trunc('hour', now())), interval '1 hour') s(at)
), counted AS (
    INSERT INTO fleet_hour (at, succeeded, failed, expired, cancelled, p50_s, p95_s)
    SELECT h.at,
           count(*) FILTER (WHERE a.state = 'succeeded'), count(*) FILTER (WHERE a.state = 'failed'),
           count(*) FILTER (WHERE a.state = 'expired'), count(*) FILTER (WHERE a.state = 'cancelled'),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY r.waited_s), percentile_cont(0.95) WITHIN GROUP (ORDER BY r.waited_s)
      FROM span h
      LEFT JOIN action a ON a.ended_at >= h.at AND a.ended_at < h.at + interval '1 hour'
      LEFT JOIN LATERAL (SELECT extract(epoch FROM e.at - a.created_at)::float8 AS waited_s
                           FROM action_event e
                          WHERE e.action_id = a.id AND e.state = 'running'
                          ORDER BY e.id
                          LIMIT 1) r ON true
     GROUP BY h.at
        ON CONFLICT (at) DO UPDATE
       SET (succeeded, failed, expired, cancelled, p50_s, p95_s)
         = (excluded.succeeded, excluded.failed, excluded.expired, excluded.cancelled, excluded.p50_s, excluded.p95_s)
    RETURNING at
)
SELECT coalesce(max(at) < date_trunc('hour', now()), false) AS behind FROM counted;

-- name: fleet_ask :exec
-- Somebody with this scope looks at its figures: they are counted as long as that is so.
INSERT INTO fleet_view AS v (scope) VALUES (:scope)
    ON CONFLICT (scope) DO UPDATE SET asked_at = now() WHERE v.asked_at < now() - interval '1 minute';

-- name: fleet_view :many
-- No row: nobody with this scope has asked yet.
SELECT utc(shown_at) AS at, (CASE WHEN :cases::boolean THEN shown ELSE shown || '{"cases": null}' END)::text AS shown
  FROM fleet_view
 WHERE scope = :scope;

-- name: fleet_series :one
-- What is drawn of the whole fleet since a time.
SELECT (SELECT coalesce(json_agg(json_build_object('at', utc(s.at), 'least', s.least, 'mean', s.mean, 'most', s.most) ORDER BY s.at), '[]')
          FROM (SELECT to_timestamp(floor(extract(epoch FROM m.at) / :step_s::bigint) * :step_s::bigint) AS at,
                       min(contacts) AS least, round(avg(contacts), 1) AS mean, max(contacts) AS most
                  FROM fleet_minute m
                 WHERE m.at >= :from AND m.at < date_trunc('minute', now())
                 GROUP BY 1) s)::text AS contacts,
       (SELECT coalesce(json_agg(json_build_object('at', utc(h.at), 'succeeded', h.succeeded, 'failed', h.failed, 'expired', h.expired,
                                                   'cancelled', h.cancelled, 'p50_s', round(h.p50_s::numeric, 1),
                                                   'p95_s', round(h.p95_s::numeric, 1)) ORDER BY h.at), '[]')
          FROM fleet_hour h
         WHERE h.at >= :from)::text AS actions;
