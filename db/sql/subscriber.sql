-- Subscribers, whose devices are whose, and what one searches them by. What is shown comes from subscriber_shown, which masks:
-- no statement but subscriber_reveal answers a whole document or number (tests/db/test_subscriber.c reads this file to see that).

-- name: subscriber_add :one
INSERT INTO subscriber (external_id, name, document, phones, address, contract, contract_status, plan, down_mbps, up_mbps, login,
                        serial, olt, pon, cto, city, technology, attributes, tags, notes, changed_by)
SELECT m.external_id, m.name, m.document, m.phones, m.address, m.contract, m.contract_status, m.plan, m.down_mbps, m.up_mbps,
       m.login, m.serial, m.olt, m.pon, m.cto, m.city, m.technology, m.attributes, m.tags, m.notes, :changed_by
  FROM subscriber_merged(jsonb_populate_record(NULL::subscriber, '{"phones": [], "address": {}, "attributes": {}, "tags": []}'),
                         :doc::jsonb) m
RETURNING id;

-- name: subscriber_patch :exec
-- JSON Merge Patch. What changes nothing is no new revision.
UPDATE subscriber s
   SET (external_id, name, document, phones, address, contract, contract_status, plan, down_mbps, up_mbps, login, serial, olt, pon,
        cto, city, technology, attributes, tags, notes)
     = (SELECT m.external_id, m.name, m.document, m.phones, m.address, m.contract, m.contract_status, m.plan, m.down_mbps,
               m.up_mbps, m.login, m.serial, m.olt, m.pon, m.cto, m.city, m.technology, m.attributes, m.tags, m.notes
          FROM subscriber_merged(s, :doc::jsonb) m),
       revision = s.revision + 1,
       changed_at = now(),
       changed_by = :changed_by
 WHERE s.id = :id AND subscriber_merged(s, :doc::jsonb) IS DISTINCT FROM s;

-- name: subscriber_lock :one
SELECT revision FROM subscriber WHERE id = :id FOR NO KEY UPDATE;

-- name: subscriber_show :one
SELECT id, revision, shown FROM subscriber_shown WHERE id = :id;

-- name: subscriber_list :many
SELECT id, revision, shown
  FROM subscriber_shown
 WHERE (:after::bigint IS NULL OR id > :after)
   AND (:external_id::text IS NULL OR external_id = :external_id)
   AND (NOT :scoped::boolean
        OR EXISTS (SELECT
                     FROM binding o
                     JOIN device d ON d.id = o.device_id
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE o.subscriber_id = subscriber_shown.id AND o.until IS NULL AND :filter::boolean))
 ORDER BY id
 LIMIT :most;

-- name: subscriber_delete :exec
DELETE FROM subscriber WHERE id = :id;

-- name: subscriber_reveal :one
-- The whole of what everything else shows in part. It is not had without a note of who has it.
WITH noted AS (
    INSERT INTO subscriber_reveal (subscriber_id, field, by, reason)
    SELECT s.id, :field, :by, :reason FROM subscriber s WHERE s.id = :id
    RETURNING subscriber_id
)
SELECT CASE WHEN :field = 'document' THEN s.document END AS document,
       CASE WHEN :field = 'phones' THEN to_json(s.phones) END AS phones
  FROM noted n
  JOIN subscriber s ON s.id = n.subscriber_id;

-- name: subscriber_has_device :one
SELECT EXISTS (SELECT FROM binding WHERE subscriber_id = :id AND until IS NULL) AS has;

-- ---- whose device ----

-- name: binding_subject :one
-- Who binds holds both: a change of the subscriber under way is waited for, and the next one sees the binding.
SELECT s.id
  FROM subscriber s, device d
 WHERE s.id = :subscriber_id AND d.id = :device_id
   FOR SHARE OF s FOR NO KEY UPDATE OF d;

-- name: binding_of_device :many
SELECT b.subscriber_id, number_id('sub_', b.subscriber_id) AS subscriber, s.name, s.serial
  FROM binding b
  JOIN subscriber s ON s.id = b.subscriber_id
 WHERE b.device_id = :device_id AND b.until IS NULL;

-- name: binding_end :exec
UPDATE binding
   SET until = now(), unbound_by = :by
 WHERE device_id = :device_id AND until IS NULL AND (:subscriber_id::bigint IS NULL OR subscriber_id = :subscriber_id);

-- name: binding_make :exec
INSERT INTO binding (device_id, subscriber_id, bound_by) VALUES (:device_id, :subscriber_id, :by);

-- name: binding_list :many
-- All that a subscriber has had, newest first.
SELECT row_to_json(v) AS shown
  FROM (SELECT number_id('dev_', d.id) AS id, d.serial, d.product_class AS model, utc(b.since) AS since, utc(b.until) AS until,
               b.until IS NULL AND d.online AS online, b.bound_by, b.unbound_by
          FROM binding b
          JOIN device_shown d ON d.id = b.device_id
         WHERE b.subscriber_id = :subscriber_id
         ORDER BY b.until DESC NULLS FIRST, b.id DESC
         LIMIT :most) v;

-- name: candidate_list :many
-- Devices that nobody has, and who seems to: whose login they use, or who was announced with their serial number.
SELECT d.id,
       (SELECT row_to_json(v)
          FROM (SELECT number_id('dev_', d.id) AS device, d.serial, d.product_class AS model, d.online,
                       number_id('sub_', s.id) AS subscriber, s.name, s.login, c.how) v) AS shown
  FROM (SELECT t.device_id, s.id AS subscriber_id, 'login' AS how
          FROM device_trace t
          JOIN subscriber s ON lower(s.login) = lower(t.value)
         WHERE t.kind = 'login' AND t.until IS NULL
         UNION
        SELECT n.id, s.id, 'serial'
          FROM subscriber s
          JOIN device n ON n.serial IN (s.serial, upper(s.serial), lower(s.serial))
         WHERE s.serial IS NOT NULL) c
  JOIN subscriber s ON s.id = c.subscriber_id
  JOIN device_shown d ON d.id = c.device_id
 WHERE NOT :scoped::boolean -- nobody has them, so that they are in no scope
   AND (:after::bigint IS NULL OR d.id > :after)
   AND NOT EXISTS (SELECT FROM binding b WHERE b.device_id = c.device_id AND b.until IS NULL)
   AND NOT EXISTS (SELECT FROM binding b WHERE b.subscriber_id = s.id AND b.until IS NULL)
 ORDER BY d.id, s.id
 LIMIT :most;

-- ---- search ----

-- name: search :many
-- All that was typed may be, at once. What is not tried is NULL and costs nothing; :order says how each find ranks. Each way is
-- cut short by itself, so that a name that a hundred thousand have costs no more than one that ten have. At a time in the
-- past a device is who had it then.
WITH asked AS MATERIALIZED (
    SELECT CASE
               WHEN NOT :has_time::boolean THEN NULL
               WHEN t.local AT TIME ZONE :zone::text > now() AND :date::text IS NULL THEN (t.local - interval '1 day') AT TIME ZONE :zone::text
               WHEN t.local AT TIME ZONE :zone::text > now() AND :date LIKE '-%' THEN (t.local - interval '1 year') AT TIME ZONE :zone::text
               ELSE t.local AT TIME ZONE :zone::text
           END AS at
      FROM (SELECT CASE
                       WHEN :date::text IS NULL THEN (now() AT TIME ZONE :zone::text)::date - :days_ago::int
                       WHEN :date LIKE '-%' THEN make_date(extract(year FROM now() AT TIME ZONE :zone::text)::int,
                                                           substr(:date, 2, 2)::int, substr(:date, 5, 2)::int)
                       ELSE :date::date
                   END + coalesce(:clock::time, '00:00') AS local) t
), hit AS MATERIALIZED (
    (SELECT s.id AS subscriber_id, NULL::bigint AS device_id, 'document' AS how, 0 AS far
       FROM subscriber s WHERE s.document = upper(:document::text) LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT s.id, NULL, 'phone', CASE WHEN :phone_area::text IS NULL THEN 1 ELSE 0 END
       FROM subscriber s
      WHERE :phone::text IS NOT NULL AND phone_keys(s.phones) @> ARRAY[:phone]
        AND EXISTS (SELECT FROM unnest(s.phones) p(number)
                     WHERE right(p.number, 8) = :phone AND (:phone_area IS NULL OR substr(p.number, 4, 2) = :phone_area))
      LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT s.id, NULL, 'contract', 0 FROM subscriber s WHERE s.contract = :contract::text LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT s.id, NULL, 'contract', 1 FROM subscriber s WHERE s.external_id = :contract)
    UNION ALL
    (SELECT s.id, NULL, 'login', CASE WHEN lower(s.login) = lower(:login::text) THEN 0 ELSE 1 END
       FROM subscriber s
      WHERE lower(s.login) LIKE lower(replace(replace(replace(:login, '\', '\\'), '%', '\%'), '_', '\_')) || '%'
      ORDER BY lower(s.login) USING ~<~
      LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT NULL, t.device_id, 'login', CASE WHEN lower(t.value) = lower(:login) THEN 1 ELSE 2 END
       FROM device_trace t
      WHERE t.kind = 'login' AND t.until IS NULL
        AND lower(t.value) LIKE lower(replace(replace(replace(:login, '\', '\\'), '%', '\%'), '_', '\_')) || '%'
      ORDER BY lower(t.value) USING ~<~
      LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT NULL, d.id, 'serial', CASE WHEN lower(d.serial) = lower(:serial::text) THEN 0 ELSE 1 END
       FROM device d
      WHERE d.serial ILIKE replace(replace(replace(:serial, '\', '\\'), '%', '\%'), '_', '\_') || '%'
         OR d.serial ILIKE replace(replace(replace(replace(:serial, '-', ''), '\', '\\'), '%', '\%'), '_', '\_') || '%'
      LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT s.id, NULL, 'serial', 1 FROM subscriber s WHERE upper(s.serial) = upper(:serial) LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT NULL, t.device_id, 'mac', CASE t.kind WHEN 'mac' THEN 0 ELSE 1 END
       FROM device_trace t
      WHERE t.kind IN ('mac', 'host') AND t.until IS NULL AND t.value LIKE :mac::text || '%'
      LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT b.subscriber_id, t.device_id, 'address', CASE WHEN t.until IS NULL THEN 0 ELSE 1 END
       FROM asked a, device_trace t
       LEFT JOIN LATERAL (SELECT o.subscriber_id
                            FROM binding o, asked q
                           WHERE q.at IS NOT NULL AND o.device_id = t.device_id AND o.since <= q.at
                             AND (o.until IS NULL OR o.until > q.at)) b ON true
      WHERE t.kind IN ('wan', 'source') AND t.value = :address::text
        AND (a.at IS NULL OR t.since <= a.at AND (t.until IS NULL OR t.until > a.at))
      ORDER BY t.until DESC NULLS FIRST
      LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 50 END)
    UNION ALL
    (SELECT s.id, NULL, 'words', CASE WHEN s.words LIKE plain_words(:words::text) || '%' THEN 0 ELSE 1 END
       FROM subscriber s
      WHERE s.words LIKE '% ' || split_part(btrim(plain_words(:words)), ' ', 1) || '%'
        AND s.words LIKE '% ' || split_part(btrim(plain_words(:words)), ' ', 2) || '%'
        AND s.words LIKE '% ' || split_part(btrim(plain_words(:words)), ' ', 3) || '%'
        AND s.words LIKE '% ' || split_part(btrim(plain_words(:words)), ' ', 4) || '%'
        AND s.words LIKE '% ' || split_part(btrim(plain_words(:words)), ' ', 5) || '%'
        AND s.words LIKE '% ' || split_part(btrim(plain_words(:words)), ' ', 6) || '%'
        AND btrim(plain_words(:words)) <> ''
      LIMIT CASE WHEN :scoped::boolean THEN 5000 ELSE 200 END)
), ranked AS MATERIALIZED (
    SELECT coalesce(i.subscriber_id, b.subscriber_id) AS subscriber_id, i.device_id, i.how,
           array_position(:order::text[], i.how) AS rank, i.far
      FROM hit i
      LEFT JOIN binding b ON b.device_id = i.device_id AND b.until IS NULL AND (SELECT at FROM asked) IS NULL
     WHERE NOT :scoped::boolean
        OR (i.device_id IS NOT NULL)::int + (i.subscriber_id IS NOT NULL)::int
         = (SELECT count(DISTINCT q.subject)
              FROM (SELECT 'device' AS subject, i.device_id AS id
                     UNION ALL
                    SELECT 'subscriber', o.device_id FROM binding o WHERE o.subscriber_id = i.subscriber_id AND o.until IS NULL) q
              JOIN device d ON d.id = q.id
              LEFT JOIN device_hot h ON h.device_id = d.id
              LEFT JOIN device_place p ON p.device_id = d.id
              LEFT JOIN device_fact f ON f.device_id = d.id
             WHERE :filter::boolean)
), person AS (
    SELECT p.subscriber_id, p.how, p.rank, p.far, s.name
      FROM (SELECT DISTINCT ON (subscriber_id) * FROM ranked WHERE subscriber_id IS NOT NULL
             ORDER BY subscriber_id, rank, far) p
      JOIN subscriber s ON s.id = p.subscriber_id
     ORDER BY p.rank, p.far, s.name, s.id
     LIMIT :most
), thing AS (
    SELECT t.device_id, t.rank, t.far
      FROM (SELECT DISTINCT ON (device_id) * FROM ranked WHERE device_id IS NOT NULL ORDER BY device_id, rank, far) t
     ORDER BY t.rank, t.far, t.device_id
     LIMIT :most
)
SELECT 'subscriber' AS what, p.rank, p.far, p.name AS title,
       (SELECT row_to_json(v)
          FROM (SELECT number_id('sub_', s.id) AS id, s.name, s.login, phone_masked(s.phones[1]) AS phone_masked,
                       document_masked(s.document) AS document_masked, coalesce(s.city, s.address ->> 'city') AS city,
                       (SELECT row_to_json(w)
                          FROM (SELECT number_id('dev_', d.id) AS id, d.serial, d.product_class AS model, d.online,
                                       utc(d.last_contact) AS last_contact) w
                         WHERE d.id IS NOT NULL) AS device,
                       (SELECT json_build_object('code', o.code, 'severity', o.answer -> 'causes' -> 0 ->> 'severity')
                          FROM verdict o
                         WHERE o.device_id = d.id AND o.at > now() - interval '1 day'
                         ORDER BY o.id DESC
                         LIMIT 1) AS verdict,
                       p.how) v) AS shown
  FROM person p
  JOIN subscriber s ON s.id = p.subscriber_id
  LEFT JOIN LATERAL (SELECT n.*
                       FROM binding b
                       JOIN device_shown n ON n.id = b.device_id
                      WHERE b.subscriber_id = s.id AND b.until IS NULL
                      ORDER BY b.id DESC
                      LIMIT 1) d ON true
 UNION ALL
SELECT 'device', t.rank, t.far, d.serial,
       (SELECT row_to_json(v)
          FROM (SELECT number_id('dev_', d.id) AS id, d.serial,
                       (SELECT regexp_replace(upper(m.value), '(..)(?!$)', '\1:', 'g')
                          FROM device_trace m
                         WHERE m.device_id = d.id AND m.kind = 'mac' AND m.until IS NULL
                         ORDER BY m.since
                         LIMIT 1) AS mac,
                       d.product_class AS model,
                       (SELECT json_build_object('id', number_id('sub_', s.id), 'name', s.name)
                          FROM binding b
                          JOIN subscriber s ON s.id = b.subscriber_id
                         WHERE b.device_id = d.id AND b.until IS NULL) AS subscriber,
                       d.online, utc(d.last_contact) AS last_contact) v)
  FROM thing t
  JOIN device_shown d ON d.id = t.device_id
 ORDER BY what DESC, rank, far, title;
