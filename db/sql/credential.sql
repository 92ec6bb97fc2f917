-- Credentials of devices, and alarms, as the API changes and shows them. What sessions do is in the store's statements.

-- name: credential_check_add :exec
INSERT INTO secret_check (value) VALUES (:value) ON CONFLICT DO NOTHING;

-- name: credential_check_find :one
SELECT value FROM secret_check;

-- name: credential_show :one
SELECT d.id, d.oui, d.product_class, d.serial, c.username, c.secret, c.next_secret, c.call_username, c.call_secret,
       c.next_call_secret, c.fell_back_at IS NOT NULL AS fell_back, coalesce(h.enrolment, 0) AS enrolment,
       coalesce(c.secret IS NOT NULL AND (c.fell_back_at IS NULL OR c.used_next_at IS NOT NULL), false) AS bindable
  FROM device d
  LEFT JOIN device_credential c ON c.device_id = d.id
  LEFT JOIN device_hot h ON h.device_id = d.id
 WHERE d.id = :device_id;

-- name: credential_register :many
WITH made AS (
    INSERT INTO device (oui, product_class, serial, manufacturer, first_contact)
    VALUES (:oui, :product_class, :serial, '', NULL)
    ON CONFLICT (oui, product_class, serial) DO NOTHING
    RETURNING id
)
INSERT INTO device_hot (device_id) SELECT id FROM made RETURNING device_id;

-- name: credential_set :many
-- What a rotation was about to bring is void with it; not so the pair for calls, unless there is another: a device that
-- keeps its own password may have taken that one. The device is new again: it must prove that it has this one.
WITH kept AS (
    INSERT INTO device_credential AS c (device_id, username, secret, call_username, call_secret)
    SELECT :device_id, :username::text, :secret::text, :call_username::text, :call_secret::text
     WHERE NOT EXISTS (SELECT FROM device_credential o WHERE o.username = :username AND o.device_id <> :device_id)
    ON CONFLICT (device_id) DO UPDATE
       SET username = excluded.username, secret = excluded.secret, next_secret = NULL,
           call_username = excluded.call_username, call_secret = coalesce(excluded.call_secret, c.call_secret),
           next_call_secret = CASE WHEN excluded.call_secret IS NULL THEN c.next_call_secret END,
           fell_back_at = NULL, used_next_at = NULL, changed_at = now()
    RETURNING c.device_id
), reset AS (
    UPDATE device_hot h SET enrolment = 0 FROM kept k WHERE h.device_id = k.device_id
)
SELECT device_id FROM kept;

-- name: credential_prepare :exec
INSERT INTO device_credential AS c (device_id, username, next_secret, call_username, next_call_secret)
VALUES (:device_id, :username, :next_secret, :call_username, :next_call_secret)
ON CONFLICT (device_id) DO UPDATE
   SET next_secret = coalesce(c.next_secret, excluded.next_secret),
       next_call_secret = coalesce(c.next_call_secret, excluded.next_call_secret),
       changed_at = now();

-- name: credential_enrol :many
-- Whoever binds a device that is in doubt says that the one that came last is it: what it used last is the only one.
WITH decided AS (
    UPDATE device_credential
       SET secret           = CASE WHEN :enrolment = 2 AND used_next_at IS NOT NULL THEN next_secret ELSE secret END,
           call_secret      = CASE WHEN :enrolment = 2 AND used_next_at IS NOT NULL THEN next_call_secret
                                   ELSE call_secret END,
           next_secret      = CASE WHEN :enrolment = 2 AND used_next_at IS NOT NULL THEN NULL ELSE next_secret END,
           next_call_secret = CASE WHEN :enrolment = 2 AND used_next_at IS NOT NULL THEN NULL ELSE next_call_secret END,
           fell_back_at     = CASE WHEN :enrolment = 2 THEN NULL ELSE fell_back_at END,
           used_next_at     = CASE WHEN :enrolment = 2 THEN NULL ELSE used_next_at END,
           changed_at       = now()
     WHERE device_id = :device_id
), marked AS (
    UPDATE device_hot SET enrolment = :enrolment WHERE device_id = :device_id RETURNING device_id
)
SELECT pg_notify('farol_credential', device_id::text)::text FROM marked;

-- name: credential_rotating :one
SELECT EXISTS (SELECT FROM action
                WHERE device_id = :device_id AND kind = 'credentials.rotate' AND ended_at IS NULL) AS rotating;

-- name: alarm_list :many
SELECT id, device_id, about_id, shown
  FROM alarm_shown
 WHERE (:after::bigint IS NULL OR id < :after)
   AND (:device_id::bigint IS NULL OR device_id = :device_id OR about_id = :device_id)
   AND (NOT :open_only::boolean OR cleared_at IS NULL)
   AND (NOT :scoped::boolean
        OR coalesce(cardinality(ARRAY(SELECT DISTINCT n FROM unnest(ARRAY[device_id, about_id]) n WHERE n IS NOT NULL)), 0)
         = (SELECT count(*)
              FROM device d
              LEFT JOIN device_hot h ON h.device_id = d.id
              LEFT JOIN device_place p ON p.device_id = d.id
              LEFT JOIN device_fact f ON f.device_id = d.id
             WHERE d.id IN (alarm_shown.device_id, alarm_shown.about_id) AND :filter::boolean))
 ORDER BY id DESC
 LIMIT :most;

-- name: alarm_show :one
SELECT id, device_id, about_id, shown FROM alarm_shown WHERE id = :id;

-- name: alarm_clear :exec
UPDATE alarm SET cleared_at = now(), cleared_by = :by WHERE id = :id AND cleared_at IS NULL;
