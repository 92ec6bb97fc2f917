-- Webhooks, and what is sent to them and to every other outlet.

-- name: outlet_new_id :one
SELECT nextval('outlet_id') AS id;

-- name: webhook_add :exec
INSERT INTO outlet (id, kind, name, url, events, secret, created_by) VALUES (:id, 'webhook', :name, :url, :events::text[], :secret, :created_by);

-- name: webhook_list :many
SELECT id, shown FROM webhook_shown WHERE (:after::bigint IS NULL OR id > :after) ORDER BY id LIMIT :most;

-- name: webhook_show :one
SELECT id, shown FROM webhook_shown WHERE id = :id;

-- name: webhook_patch :exec
-- One that is enabled again begins anew: what waits for it is due.
WITH woken AS (
    UPDATE outbox_delivery SET next_at = now() WHERE outlet_id = :id AND state = 'waiting' AND :enabled::boolean
)
UPDATE outlet
   SET name = coalesce(:name, name), url = coalesce(:url, url), events = coalesce(:events::text[], events),
       enabled = coalesce(:enabled, enabled),
       disabled_why = CASE WHEN :enabled THEN NULL ELSE disabled_why END,
       failing_since = CASE WHEN :enabled THEN NULL ELSE failing_since END
 WHERE id = :id;

-- name: webhook_rotate :exec
UPDATE outlet SET old_secret = secret, old_until = now() + interval '24 h', secret = :secret WHERE id = :id;

-- name: outlet_delete :exec
DELETE FROM outlet WHERE id = :id;

-- name: delivery_list :many
SELECT d.id,
       row_to_json((SELECT s FROM (SELECT number_id('dlv_', d.id) AS id, number_id('evt_', e.id) AS event, e.type, d.state, d.tries,
                                          utc(e.at) AS at, utc(d.tried_at) AS tried_at, d.status, d.detail,
                                          utc(d.delivered_at) AS delivered_at,
                                          CASE WHEN d.state = 'waiting' THEN utc(d.next_at) END AS next_at, e.data) s)) AS shown
  FROM outbox_delivery d
  JOIN outbox_event e ON e.id = d.event_id
 WHERE d.outlet_id = :outlet_id
   AND (:after::bigint IS NULL OR d.id < :after)
   AND (:state::text IS NULL OR d.state = :state)
 ORDER BY d.id DESC
 LIMIT :most;

-- name: delivery_replay :one
-- The one, or all that failed. What waits already is due now.
WITH again AS (
    UPDATE outbox_delivery
       SET state = 'waiting', tries = 0, next_at = now(), delivered_at = NULL
     WHERE outlet_id = :outlet_id
       AND CASE WHEN :delivery_id::bigint IS NULL THEN state = 'failed' ELSE id = :delivery_id END
    RETURNING id
)
SELECT count(*) AS count FROM again;

-- name: outbox_claim :many
-- An outlet that has something due and to which nobody is sending.
UPDATE outlet
   SET busy_until = now() + interval '90 s'
 WHERE id = (SELECT w.id
               FROM outlet w
              WHERE w.busy_until < now() AND EXISTS (SELECT FROM outbox_due d WHERE d.outlet_id = w.id)
              ORDER BY w.busy_until
              LIMIT 1
                FOR UPDATE SKIP LOCKED)
RETURNING id, kind, name, url, secret, CASE WHEN old_until > now() THEN old_secret END AS old_secret, settings::text AS settings;

-- name: outbox_next :many
SELECT id, number_id('evt_', event_id) AS event, type, utc(at) AS at, data::text AS data, tries
  FROM outbox_due
 WHERE outlet_id = :outlet_id
 ORDER BY next_at, id
 LIMIT 1;

-- name: outbox_delivered :exec
WITH well AS (
    UPDATE outlet w SET failing_since = NULL, trouble = NULL FROM outbox_delivery d
     WHERE d.id = :id AND w.id = d.outlet_id AND w.failing_since IS NOT NULL
)
UPDATE outbox_delivery
   SET state = 'delivered', tries = tries + 1, tried_at = now(), delivered_at = now(), status = :status, detail = NULL
 WHERE id = :id;

-- name: outbox_failed :one
-- delay_s NULL: it is not tried again. A webhook that is gone, or has failed for three days, is disabled.
WITH tried AS (
    UPDATE outbox_delivery
       SET state = CASE WHEN :delay_s::bigint IS NULL THEN 'failed' ELSE 'waiting' END, tries = tries + 1, tried_at = now(),
           next_at = now() + make_interval(secs => coalesce(:delay_s, 0)), status = nullif(:status::int, 0), detail = :detail
     WHERE id = :id
    RETURNING outlet_id
)
UPDATE outlet w
   SET failing_since = coalesce(w.failing_since, now()),
       trouble = :detail,
       enabled = w.enabled AND NOT :gone::boolean AND (w.kind <> 'webhook' OR coalesce(w.failing_since > now() - interval '3 d', true)),
       disabled_why = CASE WHEN :gone THEN 'gone'
                           WHEN w.kind = 'webhook' AND w.failing_since <= now() - interval '3 d' THEN 'failing'
                           ELSE w.disabled_why END
  FROM tried
 WHERE w.id = tried.outlet_id
RETURNING w.enabled, w.name;

-- name: outbox_release :exec
UPDATE outlet SET busy_until = now() WHERE id = :id;

-- name: outbox_trim :exec
-- What all have got or given up.
DELETE FROM outbox_event
 WHERE ctid = ANY (ARRAY(SELECT e.ctid
                           FROM outbox_event e
                          WHERE e.at < :before
                            AND NOT EXISTS (SELECT FROM outbox_delivery d WHERE d.event_id = e.id AND d.state = 'waiting')
                          LIMIT :most));
