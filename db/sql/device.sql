-- Devices as the API shows them. Plans are made anew for each call (db/conn.c), so that a filter that is not asked for
-- costs nothing and one that is can use its index.

-- name: device_list :many
SELECT id, shown
  FROM device_shown
 WHERE (:after::bigint IS NULL OR CASE WHEN :newest::boolean THEN id < :after ELSE id > :after END)
   AND (:device_id::bigint IS NULL OR id = :device_id)
   AND (:serial::text IS NULL OR serial ILIKE
        '%' || replace(replace(replace(:serial, '\', '\\'), '%', '\%'), '_', '\_') || '%')
   AND (:oui::text IS NULL OR oui = :oui)
   AND (:product_class::text IS NULL OR product_class = :product_class)
   AND (:software_version::text IS NULL OR software_version = :software_version)
   AND (:contact_before::timestamptz IS NULL OR last_contact < :contact_before)
   AND (:contact_after::timestamptz IS NULL OR last_contact >= :contact_after)
   AND (NOT :scoped::boolean
        OR EXISTS (SELECT FROM device d
                            LEFT JOIN device_hot h ON h.device_id = d.id
                            LEFT JOIN device_place p ON p.device_id = d.id
                            LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE d.id = device_shown.id AND :filter::boolean))
 ORDER BY CASE WHEN :newest THEN NULL ELSE id END, CASE WHEN :newest THEN id END DESC
 LIMIT :most;

-- name: device_count :one
-- Stops at :most, if that is not NULL.
SELECT count(*) AS count
  FROM (SELECT
          FROM device d
          LEFT JOIN device_hot h ON h.device_id = d.id
          LEFT JOIN device_place p ON p.device_id = d.id
          LEFT JOIN device_fact f ON f.device_id = d.id
         WHERE (:device_id::bigint IS NULL OR d.id = :device_id)
           AND (:serial::text IS NULL OR d.serial ILIKE
                '%' || replace(replace(replace(:serial, '\', '\\'), '%', '\%'), '_', '\_') || '%')
           AND (:oui::text IS NULL OR d.oui = :oui)
           AND (:product_class::text IS NULL OR d.product_class = :product_class)
           AND (:software_version::text IS NULL OR d.software_version = :software_version)
           AND (:contact_before::timestamptz IS NULL OR h.last_inform < :contact_before)
           AND (:contact_after::timestamptz IS NULL OR h.last_inform >= :contact_after)
           AND (NOT :scoped::boolean OR :filter::boolean)
         LIMIT :most::bigint) counted;

-- name: device_find :many
-- Where :filter stands, query_run_where() puts a condition of the filter language (db/filter.h) over d, h, p and f. Sorted by one
-- of few columns and, where that is the same, by id: a page begins behind the last row of the one before, whatever has come
-- in between.
SELECT v.id, v.shown, g.key
  FROM (SELECT d.id, k.key
          FROM device d
          LEFT JOIN device_hot h ON h.device_id = d.id
          LEFT JOIN device_place p ON p.device_id = d.id
          LEFT JOIN device_fact f ON f.device_id = d.id
         CROSS JOIN LATERAL (SELECT coalesce(CASE :sort::text
                                                 WHEN 'serial' THEN d.serial
                                                 WHEN 'model' THEN d.product_class
                                                 WHEN 'software_version' THEN d.software_version
                                                 WHEN 'city' THEN p.city
                                                 WHEN 'last_contact' THEN utc(h.last_inform)
                                             END, '') COLLATE "C" AS key) k
         WHERE (:after::bigint IS NULL OR CASE WHEN :descending::boolean THEN (k.key, d.id) < (:after_key::text, :after)
                                               ELSE (k.key, d.id) > (:after_key, :after) END)
           AND :filter::boolean
         ORDER BY CASE WHEN NOT :descending THEN k.key END, CASE WHEN NOT :descending THEN d.id END,
                  CASE WHEN :descending THEN k.key END DESC, CASE WHEN :descending THEN d.id END DESC
         LIMIT :most) g
  JOIN device_shown v ON v.id = g.id
 ORDER BY CASE WHEN NOT :descending THEN g.key END, CASE WHEN NOT :descending THEN g.id END,
          CASE WHEN :descending THEN g.key END DESC, CASE WHEN :descending THEN g.id END DESC;

-- name: device_find_count :one
-- Stops at :most, if that is not NULL.
SELECT count(*) AS count
  FROM (SELECT
          FROM device d
          LEFT JOIN device_hot h ON h.device_id = d.id
          LEFT JOIN device_place p ON p.device_id = d.id
          LEFT JOIN device_fact f ON f.device_id = d.id
         WHERE :filter::boolean
         LIMIT :most::bigint) counted;

-- name: device_models :many
-- Of the first :most that match: the commonest models with their versions, and how many all of them together have.
SELECT row_to_json((SELECT s FROM (SELECT g.model, g.software_version, g.devices) s)) AS shown, g.total
  FROM (SELECT counted.model, counted.software_version, count(*) AS devices, (sum(count(*)) OVER ())::bigint AS total
          FROM (SELECT d.product_class AS model, d.software_version
                  FROM device d
                  LEFT JOIN device_hot h ON h.device_id = d.id
                  LEFT JOIN device_place p ON p.device_id = d.id
                  LEFT JOIN device_fact f ON f.device_id = d.id
                 WHERE :filter::boolean
                 LIMIT :most::bigint) counted
         GROUP BY counted.model, counted.software_version) g
 ORDER BY g.devices DESC, g.model, g.software_version
 LIMIT :rows;

-- name: device_more :many
-- What a list shows besides, of the devices of a page and in their order: whose each is, and the light that it gets.
SELECT (SELECT json_build_object('id', number_id('sub_', s.id), 'name', s.name)
          FROM binding b
          JOIN subscriber s ON s.id = b.subscriber_id
         WHERE b.device_id = p.id AND b.until IS NULL) AS subscriber,
       (SELECT f.doc -> 'wan.optical.rx_dbm' -> 0 FROM device_fact f WHERE f.device_id = p.id) AS optical_rx_dbm
  FROM unnest(:ids::bigint[]) WITH ORDINALITY p(id, place)
 ORDER BY p.place;

-- name: device_export :many
-- By id, page by page. Whose each is beside it, if :people.
SELECT g.id,
       row_to_json((SELECT s FROM (SELECT number_id('dev_', d.id) AS id, d.serial, d.oui, d.product_class AS model, d.manufacturer,
                                          d.software_version, d.hardware_version, v.online, utc(h.last_inform) AS last_contact,
                                          utc(d.first_contact) AS first_contact, host(d.source_address) AS source_address, h.uptime_s,
                                          (SELECT count(*) FROM action a WHERE a.device_id = d.id AND a.ended_at IS NULL) AS open_actions,
                                          (ARRAY['new', 'quarantined', 'bound'])[h.enrolment + 1] AS enrolment,
                                          (SELECT f.doc -> 'wan.optical.rx_dbm' -> 0 FROM device_fact f WHERE f.device_id = d.id) AS optical_rx_dbm,
                                          p.olt, p.pon, p.cto, p.city, p.technology, p.plan_down_mbps, p.plan_up_mbps) s)) AS shown,
       CASE WHEN :people::boolean
            THEN row_to_json((SELECT s FROM (SELECT number_id('sub_', u.id) AS subscriber, u.name, u.login, u.contract) s))
       END AS person
  FROM (SELECT d.id
          FROM device d
          LEFT JOIN device_hot h ON h.device_id = d.id
          LEFT JOIN device_place p ON p.device_id = d.id
          LEFT JOIN device_fact f ON f.device_id = d.id
         WHERE (:after::bigint IS NULL OR d.id > :after) AND :filter::boolean
         ORDER BY d.id
         LIMIT :most) g
  JOIN device d ON d.id = g.id
  LEFT JOIN device_hot h ON h.device_id = g.id
 CROSS JOIN LATERAL (SELECT coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false) AS online) v
  LEFT JOIN device_place p ON p.device_id = g.id
  LEFT JOIN binding b ON :people AND b.device_id = g.id AND b.until IS NULL
  LEFT JOIN subscriber u ON u.id = b.subscriber_id
 ORDER BY g.id;

-- name: device_estimate :one
-- All of them, as the newest ANALYZE saw it.
SELECT greatest(reltuples, 0)::bigint AS count FROM pg_class WHERE oid = 'device'::regclass;

-- name: device_show :one
SELECT id, shown FROM device_shown WHERE id = :device_id;

-- name: device_by_serial :many
SELECT id FROM device WHERE serial = :serial ORDER BY id LIMIT 2;

-- name: device_lock :one
-- Whoever adds an action to a device comes here first, so that the number of its open actions can be limited.
SELECT id FROM device WHERE id = :device_id FOR NO KEY UPDATE;

-- name: device_open_actions :one
-- A statement of its own, or it would count what was there before the lock was got.
SELECT count(*) AS count FROM action WHERE device_id = :device_id AND ended_at IS NULL;

-- name: device_presence :one
SELECT online, next_contact FROM device_shown WHERE id = :device_id;

-- name: device_ability :one
SELECT coalesce(d.cwmp_version, 4) AS cwmp_version, b.methods, b.refused
  FROM device d
  LEFT JOIN device_ability b ON b.device_id = d.id AND b.software_version = coalesce(d.software_version, '')
 WHERE d.id = :device_id;

-- name: device_place_patch :exec
-- JSON Merge Patch (RFC 7396): what the patch does not name stays as it is, what it says is null goes.
INSERT INTO device_place (device_id, olt, pon, cto, city, technology, plan_down_mbps, plan_up_mbps, changed_by)
SELECT :device_id, m.doc ->> 'olt', m.doc ->> 'pon', m.doc ->> 'cto', m.doc ->> 'city', m.doc ->> 'technology',
       (m.doc ->> 'plan_down_mbps')::float8, (m.doc ->> 'plan_up_mbps')::float8, :changed_by
  FROM (SELECT coalesce((SELECT to_jsonb(p) FROM device_place p WHERE p.device_id = :device_id), '{}') || :patch::jsonb AS doc) m
    ON CONFLICT (device_id) DO UPDATE
   SET (olt, pon, cto, city, technology, plan_down_mbps, plan_up_mbps, changed_by, changed_at)
     = (excluded.olt, excluded.pon, excluded.cto, excluded.city, excluded.technology, excluded.plan_down_mbps,
        excluded.plan_up_mbps, excluded.changed_by, now());

-- name: device_place_remove :exec
DELETE FROM device_place WHERE device_id = :device_id;

-- name: device_calls :one
-- When it was here, and what became of calls to it.
SELECT h.last_inform AS last_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact,
       coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false) AS online,
       coalesce(d.connection_request_url, '') <> '' AS has_http,
       coalesce(d.udp_connection_request_address, '') <> '' AS has_udp,
       c.at, c.way, c.code, coalesce(c.reached, false) AS reached, c.since, c.failed_at, c.failed_code
  FROM device d
  LEFT JOIN device_hot h ON h.device_id = d.id
  LEFT JOIN device_call c ON c.device_id = d.id
 WHERE d.id = :device_id;
