-- A device is shown with its place and plan.
CREATE OR REPLACE VIEW device_shown AS
SELECT d.id,
       d.oui,
       d.product_class,
       d.serial,
       d.software_version,
       h.last_inform AS last_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact,
       coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false) AS online,
       row_to_json(s) AS shown
  FROM device d
  LEFT JOIN device_hot h ON h.device_id = d.id
 CROSS JOIN LATERAL (
       SELECT d.oui,
              d.product_class,
              d.serial,
              nullif(d.manufacturer, '') AS manufacturer,
              d.software_version,
              d.hardware_version,
              d.root,
              '1.' || d.cwmp_version AS cwmp_version,
              d.connection_request_url,
              host(d.source_address) AS source_address,
              utc(d.first_contact) AS first_contact,
              utc(h.last_inform) AS last_contact,
              h.period_s,
              utc(h.last_inform + make_interval(secs => h.period_s)) AS next_contact,
              h.uptime_s,
              coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false)
                  AS online,
              (SELECT count(*) FROM action a WHERE a.device_id = d.id AND a.ended_at IS NULL) AS open_actions,
              (ARRAY['new', 'quarantined', 'bound'])[h.enrolment + 1] AS enrolment,
              (SELECT row_to_json(c)
                 FROM (SELECT c.username,
                              c.secret IS NOT NULL AS own,
                              c.next_secret IS NOT NULL AS rotating,
                              c.fell_back_at IS NOT NULL AS fell_back,
                              utc(c.changed_at) AS changed_at
                         FROM device_credential c
                        WHERE c.device_id = d.id) c) AS auth,
              (SELECT row_to_json(p)
                 FROM (SELECT p.olt, p.pon, p.cto, p.city, p.technology, p.plan_down_mbps, p.plan_up_mbps,
                              utc(p.changed_at) AS changed_at,
                              p.changed_by
                         FROM device_place p
                        WHERE p.device_id = d.id) p) AS place) s;
