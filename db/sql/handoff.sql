-- What is handed over with an escalated case.

-- name: handoff_home :one
-- Of a device what whoever takes over asks first. No addresses at which it is called, no logins.
SELECT json_build_object(
           'id', number_id('dev_', d.id),
           'serial', d.serial,
           'manufacturer', nullif(d.manufacturer, ''),
           'oui', d.oui,
           'product_class', d.product_class,
           'software_version', d.software_version,
           'hardware_version', d.hardware_version,
           'first_contact', utc(d.first_contact),
           'last_contact', utc(h.last_inform),
           'period_s', h.period_s,
           'uptime_s', h.uptime_s,
           'place', (SELECT json_build_object('olt', p.olt, 'pon', p.pon, 'cto', p.cto, 'city', p.city, 'technology', p.technology,
                                              'plan_down_mbps', p.plan_down_mbps, 'plan_up_mbps', p.plan_up_mbps)
                       FROM device_place p
                      WHERE p.device_id = d.id)) AS device,
       (SELECT coalesce(json_agg(s), '[]')
          FROM (SELECT utc(started_at) AS started_at, utc(ended_at) AS ended_at, result, detail, rpc_count
                  FROM device_session
                 WHERE device_id = d.id
                 ORDER BY session_no DESC
                 LIMIT 12) s) AS sessions,
       (SELECT coalesce(json_agg(e), '[]')
          FROM (SELECT utc(at) AS at, code, command_key
                  FROM device_event
                 WHERE device_id = d.id
                 ORDER BY session_no DESC, place DESC
                 LIMIT 50) e) AS events,
       (SELECT string_agg(n.name, ' ' ORDER BY n.name)
          FROM (SELECT name FROM fact_sample WHERE device_id = d.id AND at > now() - interval '24 h' AND name NOT LIKE 'wifi.clients.%'
                 UNION
                SELECT name FROM fact_span WHERE device_id = d.id AND at > now() - interval '24 h' AND name NOT LIKE 'wifi.clients.%'
                 ORDER BY name
                 LIMIT 12) n) AS series
  FROM device d
  LEFT JOIN device_hot h ON h.device_id = d.id
 WHERE d.id = :device_id;

-- name: handoff_add :one
INSERT INTO handoff (case_id, key, made_by, expires_at, document, page)
VALUES (:case_id, :key, :made_by, :expires_at, :document, :page)
RETURNING id;

-- name: handoff_newest :many
SELECT id, key, made_at, expires_at, document, page FROM handoff WHERE case_id = :case_id ORDER BY id DESC LIMIT 1;

-- name: handoff_by_key :many
SELECT id, key, made_at, expires_at, document, page FROM handoff WHERE key = :key AND expires_at > now();
