-- What a worker's batch consists of (db/store.h). Each statement takes one array per column, all of the same length; the
-- rows of a batch stand in the order of device_id, so that two workers lock in the same order. "place" is the unit's in
-- the batch: an answer says which unit it is for.

-- name: store_register_add :exec
-- Devices that are new, each with its hot row. Whoever comes second waits here for the first and then finds its row.
-- What the table would refuse is left out here and not found below: it must not take others down.
WITH made AS (
    INSERT INTO device (oui, product_class, serial, manufacturer)
    SELECT a.oui, a.product_class, a.serial, a.manufacturer
      FROM unnest(:oui::text[], :product_class::text[], :serial::text[], :manufacturer::text[])
           a(oui, product_class, serial, manufacturer)
     WHERE length(a.oui) <= 64 AND length(a.product_class) <= 256 AND length(a.serial) BETWEEN 1 AND 256
       AND NOT EXISTS (SELECT FROM device d
                        WHERE d.oui = a.oui AND d.product_class = a.product_class AND d.serial = a.serial)
    ON CONFLICT (oui, product_class, serial) DO NOTHING
    RETURNING id
)
INSERT INTO device_hot (device_id) SELECT id FROM made;

-- name: store_register_find :many
SELECT a.place, d.id
  FROM unnest(:place::int[], :oui::text[], :product_class::text[], :serial::text[]) a(place, oui, product_class, serial)
  JOIN device d ON d.oui = a.oui AND d.product_class = a.product_class AND d.serial = a.serial;

-- name: store_inform :many
-- The next session number, and what is known of the device. The period between two 2 PERIODIC is learnt from when they
-- come: a distance unlike it (one was missed, or the period was changed) counts only when the next one is like that.
UPDATE device_hot d
   SET session_no     = d.session_no + 1,
       last_inform    = a.at,
       uptime_s       = nullif(a.uptime_s, -1),
       event_bits     = a.event_bits,
       boots          = d.boots + (a.event_bits >> 1 & 1),
       values_hash    = CASE WHEN a.bootstrap THEN 0 ELSE d.values_hash END,
       identity_hash  = CASE WHEN a.bootstrap THEN 0 ELSE d.identity_hash END,
       last_periodic  = CASE WHEN a.periodic THEN a.at ELSE d.last_periodic END,
       period_s       = CASE
           WHEN NOT a.periodic OR d.last_periodic IS NULL
             OR a.at - d.last_periodic NOT BETWEEN '10 s' AND '31 d'                                THEN d.period_s
           WHEN abs(date_part('epoch', a.at - d.last_periodic) - d.period_s) <= 5 + d.period_s / 10 THEN d.period_s
           WHEN d.period_s IS NULL
             OR abs(date_part('epoch', a.at - d.last_periodic) - d.distance_s) <= 5 + d.distance_s / 10
           THEN date_part('epoch', a.at - d.last_periodic)::int
           ELSE d.period_s
       END,
       distance_s     = CASE
           WHEN NOT a.periodic OR d.last_periodic IS NULL
             OR a.at - d.last_periodic NOT BETWEEN '10 s' AND '31 d' THEN d.distance_s
           ELSE date_part('epoch', a.at - d.last_periodic)::int
       END,
       nonce_nc       = coalesce(a.nonce_nc, d.nonce_nc),
       nonce_at       = coalesce(a.nonce_at, d.nonce_at)
  FROM unnest(:place::int[], :device_id::bigint[], :at::timestamptz[], :uptime_s::bigint[], :event_bits::int[],
              :periodic::bool[], :bootstrap::bool[], :nonce_at::bigint[], :nonce_nc::int[])
       a(place, device_id, at, uptime_s, event_bits, periodic, bootstrap, nonce_at, nonce_nc)
 WHERE d.device_id = a.device_id
   AND (a.nonce_at IS NULL OR d.nonce_at IS NULL OR (a.nonce_at, a.nonce_nc) > (d.nonce_at, d.nonce_nc))
RETURNING a.place, d.session_no, d.values_hash, d.identity_hash, d.enrolment;

-- name: store_enrol_back :exec
-- A device came with the bootstrap credential, and its Inform was taken: it is quarantined, and gets credentials of its
-- own. Those that it is about to get already stay the same, however often it comes. What it had before stays good, too:
-- who comes with that was never reset. One that has refused them, or gone on without them, is asked again when a day is
-- over, or when it begins anew.
WITH asked AS MATERIALIZED (
    SELECT a.*
      FROM unnest(:device_id::bigint[], :nonce_at::bigint[], :nonce_nc::int[], :username::text[], :next_secret::text[],
                  :call_username::text[], :next_call_secret::text[], :action_id::text[], :expires_at::timestamptz[],
                  :source_address::text[], :anew::bool[])
           a(device_id, nonce_at, nonce_nc, username, next_secret, call_username, next_call_secret, action_id,
             expires_at, source_address, anew)
      JOIN device_hot h ON h.device_id = a.device_id
                       AND (a.nonce_at IS NULL OR (h.nonce_at, h.nonce_nc) = (a.nonce_at, a.nonce_nc))
), kept AS (
    INSERT INTO device_credential AS c (device_id, username, next_secret, call_username, next_call_secret)
    SELECT device_id, username, next_secret, call_username, next_call_secret FROM asked
    ON CONFLICT (device_id) DO UPDATE
       SET next_secret      = coalesce(c.next_secret, excluded.next_secret),
           next_call_secret = coalesce(c.next_call_secret, excluded.next_call_secret),
           fell_back_at     = CASE WHEN c.secret IS NOT NULL THEN coalesce(c.fell_back_at, now()) END,
           changed_at       = now()
    RETURNING c.device_id, c.fell_back_at
), marked AS (
    UPDATE device_hot h SET enrolment = 1 FROM asked a WHERE h.device_id = a.device_id AND h.enrolment <> 1
), created AS (
    INSERT INTO action (device_id, id, kind, created_by, expires_at)
    SELECT a.device_id, a.action_id, 'credentials.rotate', 'farol', a.expires_at
      FROM asked a
     WHERE NOT EXISTS (SELECT
                         FROM action o
                        WHERE o.device_id = a.device_id AND o.kind = 'credentials.rotate'
                          AND (o.ended_at IS NULL OR
                               NOT a.anew AND o.state = 'failed' AND o.ended_at > now() - interval '1 day'))
    RETURNING device_id, id, state
), told AS (
    INSERT INTO action_event (device_id, action_id, state) SELECT device_id, id, state FROM created
)
INSERT INTO alarm AS t (device_id, kind, about_id, detail, source_address)
SELECT a.device_id, 'fell_back', a.device_id, 'a device that has credentials of its own came with those of the factory',
       a.source_address::inet
  FROM asked a
  JOIN kept k USING (device_id)
 WHERE k.fell_back_at IS NOT NULL
ON CONFLICT (device_id, kind) WHERE cleared_at IS NULL DO UPDATE
   SET count = t.count + 1, last_at = now(), source_address = excluded.source_address;

-- name: store_enrol_used :exec
-- A device proved by using it which of its credentials it has, and its Inform was taken. The next one becomes the one,
-- unless the device is in doubt; the one, used while in doubt, ends the doubt: whoever had fallen back was somebody else.
WITH asked AS MATERIALIZED (
    SELECT a.*
      FROM unnest(:device_id::bigint[], :nonce_at::bigint[], :nonce_nc::int[], :by_next::bool[], :binds::bool[],
                  :source_address::text[])
           a(device_id, nonce_at, nonce_nc, by_next, binds, source_address)
      JOIN device_hot h ON h.device_id = a.device_id
                       AND (a.nonce_at IS NULL OR (h.nonce_at, h.nonce_nc) = (a.nonce_at, a.nonce_nc))
), judged AS MATERIALIZED (
    SELECT a.*, c.fell_back_at IS NOT NULL AS in_doubt, c.secret, c.next_secret, c.call_secret, c.next_call_secret,
           c.used_next_at
      FROM asked a
      JOIN device_credential c ON c.device_id = a.device_id
       FOR UPDATE OF c
), kept AS (
    UPDATE device_credential c
       SET secret           = CASE WHEN j.by_next AND NOT j.in_doubt THEN coalesce(j.next_secret, j.secret)
                                   ELSE j.secret END,
           call_secret      = CASE WHEN j.by_next AND NOT j.in_doubt THEN coalesce(j.next_call_secret, j.call_secret)
                                   ELSE j.call_secret END,
           next_secret      = CASE WHEN j.by_next AND j.in_doubt THEN j.next_secret
                                   WHEN NOT j.by_next AND NOT j.in_doubt THEN j.next_secret END,
           next_call_secret = CASE WHEN j.by_next AND j.in_doubt THEN j.next_call_secret
                                   WHEN NOT j.by_next AND NOT j.in_doubt THEN j.next_call_secret END,
           fell_back_at     = CASE WHEN j.by_next THEN c.fell_back_at END,
           used_next_at     = CASE WHEN j.by_next AND j.in_doubt THEN coalesce(c.used_next_at, now()) END,
           changed_at       = now()
      FROM judged j
     WHERE c.device_id = j.device_id
), bound AS (
    UPDATE device_hot h
       SET enrolment = 2
      FROM judged j
     WHERE h.device_id = j.device_id AND h.enrolment <> 2 AND (j.binds AND NOT j.in_doubt OR NOT j.by_next AND j.in_doubt)
)
INSERT INTO alarm AS t (device_id, kind, about_id, detail, source_address)
SELECT j.device_id, 'identity_conflict', j.device_id,
       'somebody came with the credentials of the factory as this device, which still has its own', j.source_address::inet
  FROM judged j
 WHERE NOT j.by_next AND j.in_doubt
ON CONFLICT (device_id, kind) WHERE cleared_at IS NULL DO UPDATE
   SET count = t.count + 1, last_at = now(), source_address = excluded.source_address;

-- name: store_enrol_certified :exec
-- A new device that proved by a certificate of its own who it is: bound, and nothing is to be rotated. One that somebody
-- has put into quarantine stays there.
UPDATE device_hot h
   SET enrolment = 2
  FROM unnest(:device_id::bigint[]) a(device_id)
 WHERE h.device_id = a.device_id AND h.enrolment = 0;

-- name: store_credential :many
-- By user name, or by device: who it belongs to, and what it is. The device's identity stands beside it.
SELECT a.place, d.id, d.oui, d.product_class, d.serial, c.username, c.secret, c.next_secret, c.call_username,
       c.call_secret, c.next_call_secret, c.fell_back_at IS NOT NULL AS fell_back, coalesce(h.enrolment, 0) AS enrolment
  FROM unnest(:place::int[], :username::text[], :device_id::bigint[]) a(place, username, device_id)
  LEFT JOIN device_credential n ON n.username = a.username
  JOIN device d ON d.id = coalesce(a.device_id, n.device_id)
  LEFT JOIN device_credential c ON c.device_id = d.id
  LEFT JOIN device_hot h ON h.device_id = d.id;

-- name: store_alarm :exec
-- Of what was refused. about: OUI, product class and serial number that were claimed.
INSERT INTO alarm AS t (device_id, kind, about_id, detail, source_address)
SELECT DISTINCT ON (a.device_id, a.kind) a.device_id, a.kind, d.id, left(a.detail, 1024), a.source_address::inet
  FROM unnest(:device_id::bigint[], :kind::text[], :oui::text[], :product_class::text[], :serial::text[],
              :detail::text[], :source_address::text[])
       a(device_id, kind, oui, product_class, serial, detail, source_address)
  LEFT JOIN device d ON d.oui = a.oui AND d.product_class = a.product_class AND d.serial = a.serial
ON CONFLICT (device_id, kind) WHERE cleared_at IS NULL DO UPDATE
   SET count = t.count + 1, last_at = now(), about_id = excluded.about_id, detail = excluded.detail,
       source_address = excluded.source_address;

-- name: store_events :exec
-- Behind what the same session told before.
INSERT INTO device_event (device_id, session_no, place, at, code, command_key, detail)
SELECT a.device_id, d.session_no,
       a.place + coalesce((SELECT max(e.place) + 1 FROM device_event e
                            WHERE e.device_id = d.device_id AND e.session_no = d.session_no), 0),
       a.at, a.code, a.command_key, a.detail::jsonb
  FROM unnest(:device_id::bigint[], :place::smallint[], :at::timestamptz[], :code::text[], :command_key::text[],
              :detail::text[])
       a(device_id, place, at, code, command_key, detail)
  JOIN device_hot d ON d.device_id = a.device_id;

-- name: store_forget :exec
-- After 0 BOOTSTRAP all that was read is in doubt (I-14): the values stay, but nobody knows from when they are. What was
-- set of attributes is set again (P-35), and what was about to set some begins anew.
WITH asked AS MATERIALIZED (
    SELECT a.* FROM unnest(:device_id::bigint[], :action_id::text[], :expires_at::timestamptz[])
                    a(device_id, action_id, expires_at)
), doubted AS (
    DELETE FROM device_read r USING asked a WHERE r.device_id = a.device_id
), kept AS MATERIALIZED (
    SELECT k.device_id,
           jsonb_build_object('attributes', jsonb_agg(
               jsonb_strip_nulls(jsonb_build_object('name', k.path, 'notification', k.notification,
                                                    'access_list', k.access_list))
               ORDER BY k.since, k.path COLLATE "C")) AS args
      FROM asked a
      JOIN device_attribute k ON k.device_id = a.device_id
     GROUP BY k.device_id
), again AS (
    UPDATE action t
       SET args        = CASE WHEN t.kind = 'attributes.restore' THEN coalesce(k.args, t.args) ELSE t.args END,
           state       = CASE WHEN t.state IN ('queued', 'waking') THEN t.state ELSE 'session' END,
           stage_since = CASE WHEN t.state IN ('queued', 'waking', 'session') THEN t.stage_since ELSE now() END,
           step        = 0,
           memo        = '{}',
           revision    = t.revision + 1,
           intent      = NULL,
           intent_at   = NULL,
           sends       = 0,
           boots       = 0
      FROM asked a
      JOIN action o ON o.device_id = a.device_id
      LEFT JOIN kept k ON k.device_id = a.device_id
     WHERE t.device_id = a.device_id AND o.id = t.id AND t.kind IN ('attributes.set', 'attributes.restore')
       AND t.ended_at IS NULL
    RETURNING t.device_id, t.id, t.kind, t.state, o.state <> t.state AS is_news
), created AS (
    INSERT INTO action (device_id, id, kind, args, created_by, expires_at)
    SELECT a.device_id, a.action_id, 'attributes.restore', k.args, 'farol', a.expires_at
      FROM asked a
      JOIN kept k USING (device_id)
     WHERE NOT EXISTS (SELECT
                         FROM again g
                        WHERE g.device_id = a.device_id AND g.kind = 'attributes.restore')
    RETURNING device_id, id, state
), told AS (
    INSERT INTO action_event (device_id, action_id, state, detail)
    SELECT device_id, id, state, NULL FROM created
     UNION ALL
    SELECT device_id, id, state, '{"again": "0 BOOTSTRAP"}'::jsonb FROM again WHERE is_news
)
DELETE FROM device_ability b USING asked a WHERE b.device_id = a.device_id;

-- name: store_actions :many
-- Read after the session number was taken: what an older session has committed until then is seen. What a reset undid
-- comes first, since whoever asked for something later wants it to last; what a campaign has not begun comes last, for somebody
-- at the desk waits for theirs.
SELECT a.place, t.id, t.kind, t.args::text, t.state, t.step, t.memo, t.revision, t.intent, t.intent_at, t.sends, t.boots,
       t.created_at, t.expires_at, t.sealed::text, d.software_version, b.software_version, b.methods, b.refused, b.asked
  FROM unnest(:place::int[], :device_id::bigint[]) a(place, device_id)
  JOIN action t ON t.device_id = a.device_id AND t.ended_at IS NULL
  LEFT JOIN device d ON d.id = a.device_id
  LEFT JOIN device_ability b ON b.device_id = a.device_id
 ORDER BY a.place, t.kind <> 'attributes.restore', t.campaign_id IS NOT NULL AND NOT t.touched, t.created_at, t.id;

-- name: store_fence :many
-- Whose session is still the device's newest. The row stays locked until the end: a newer Inform waits for what this
-- session writes. A hash that is NULL stays as it is.
UPDATE device_hot d
   SET values_hash   = coalesce(a.values_hash, d.values_hash),
       identity_hash = coalesce(a.identity_hash, d.identity_hash)
  FROM unnest(:place::int[], :device_id::bigint[], :session_no::bigint[], :values_hash::bigint[],
              :identity_hash::bigint[])
       a(place, device_id, session_no, values_hash, identity_hash)
 WHERE d.device_id = a.device_id AND d.session_no = a.session_no
RETURNING a.place;

-- name: store_pages :exec
-- One row per page of what was read: its content as jsonb, the flags as jsonb. Equal hashes spare reading both, and equal
-- hashes of the names the merge. A page is "whole" when one read brought all of it. Of what is as it was nothing is carried
-- along but its hashes.
WITH found AS MATERIALIZED (
    SELECT a.device_id, a.page, a.names_hash, a.content_hash, a.writable_hash, a.read_at_s, p.page IS NULL AS is_new,
           a.doc IS NOT NULL AS has_values,
           p.page IS NULL OR a.content_hash = p.content_hash OR a.names_hash = p.names_hash AS is_known_whole,
           CASE WHEN a.content_hash IS DISTINCT FROM p.content_hash THEN a.doc::jsonb END AS patch,
           CASE WHEN a.writable_hash IS DISTINCT FROM p.writable_hash THEN a.writable::jsonb END AS flags,
           CASE WHEN a.doc IS NOT NULL AND a.content_hash <> p.content_hash AND a.names_hash <> p.names_hash
                THEN p.doc END AS old_doc,
           CASE WHEN a.writable_hash <> p.writable_hash THEN p.writable END AS old_writable
      FROM unnest(:device_id::bigint[], :session_no::bigint[], :page::text[], :doc::text[], :writable::text[],
                  :names_hash::bigint[], :content_hash::bigint[], :writable_hash::bigint[], :read_at_s::bigint[])
           a(device_id, session_no, page, doc, writable, names_hash, content_hash, writable_hash, read_at_s)
      JOIN device_hot d ON d.device_id = a.device_id AND d.session_no = a.session_no
      LEFT JOIN device_page p ON p.device_id = a.device_id AND p.page = a.page
), merged AS MATERIALIZED (
    SELECT f.*,
           CASE WHEN f.is_known_whole THEN f.patch ELSE f.old_doc || f.patch END AS doc,
           CASE WHEN f.is_new THEN f.flags ELSE f.old_writable || f.flags END AS writable
      FROM found f
), judged AS MATERIALIZED (
    SELECT m.*, m.is_known_whole OR m.doc = m.patch AS is_whole,
           CASE WHEN m.writable = m.flags THEN m.writable_hash ELSE 0 END AS new_writable_hash
      FROM merged m
), changed AS (
    UPDATE device_page p
       SET doc           = CASE WHEN j.patch IS NULL THEN p.doc ELSE j.doc END,
           names_hash    = CASE WHEN j.patch IS NULL THEN p.names_hash WHEN j.is_whole THEN j.names_hash ELSE 0 END,
           content_hash  = CASE WHEN j.patch IS NULL THEN p.content_hash WHEN j.is_whole THEN j.content_hash ELSE 0 END,
           writable      = CASE WHEN j.flags IS NULL THEN p.writable ELSE j.writable END,
           writable_hash = CASE WHEN j.flags IS NULL THEN p.writable_hash ELSE j.new_writable_hash END
      FROM judged j
     WHERE p.device_id = j.device_id AND p.page = j.page AND NOT j.is_new
       AND (j.patch IS NOT NULL AND (j.is_whole OR j.doc <> j.old_doc)
            OR j.flags IS NOT NULL AND (j.writable <> j.old_writable OR j.new_writable_hash <> 0))
), added AS (
    INSERT INTO device_page (device_id, page, names_hash, content_hash, writable_hash, doc, writable)
    SELECT j.device_id, j.page, j.names_hash, j.content_hash, j.new_writable_hash, coalesce(j.doc, '{}'),
           coalesce(j.writable, '{}')
      FROM judged j
     WHERE j.is_new
)
INSERT INTO device_read AS r (device_id, times)
SELECT j.device_id,
       jsonb_object_agg(j.page, CASE
           WHEN j.is_whole THEN jsonb_build_object('', j.read_at_s)
           ELSE coalesce(o.times -> j.page, '{}')
                || (SELECT jsonb_object_agg(k, j.read_at_s) FROM jsonb_object_keys(j.patch) k)
       END)
  FROM judged j
  LEFT JOIN device_read o ON o.device_id = j.device_id
 WHERE j.has_values
 GROUP BY j.device_id
ON CONFLICT (device_id) DO UPDATE SET times = r.times || excluded.times;

-- name: store_facts :exec
-- What was seen anew of a list replaces what was known of all its rows.
WITH merged AS MATERIALIZED (
    SELECT a.device_id,
           CASE WHEN a.over IS NULL THEN coalesce(f.doc, '{}')
                ELSE coalesce((SELECT jsonb_object_agg(k, v) FROM jsonb_each(f.doc) e(k, v) WHERE k !~ a.over), '{}')
           END || a.doc::jsonb AS doc
      FROM unnest(:device_id::bigint[], :session_no::bigint[], :doc::text[], :over::text[])
           a(device_id, session_no, doc, over)
      JOIN device_hot d ON d.device_id = a.device_id AND d.session_no = a.session_no
      LEFT JOIN device_fact f ON f.device_id = a.device_id
)
INSERT INTO device_fact (device_id, doc)
SELECT device_id, doc FROM merged
ON CONFLICT (device_id) DO UPDATE SET doc = excluded.doc;

-- name: store_samples :exec
INSERT INTO fact_sample (device_id, name, at, value)
SELECT a.device_id, a.name, a.at, a.value::float8
  FROM unnest(:device_id::bigint[], :session_no::bigint[], :name::text[], :at::timestamptz[], :value::text[])
       a(device_id, session_no, name, at, value)
  JOIN device_hot d ON d.device_id = a.device_id AND d.session_no = a.session_no
ON CONFLICT (device_id, name, at) DO NOTHING;

-- name: store_tree :many
SELECT a.place, p.page || k.key AS name, k.told, coalesce(NOT (p.writable -> k.key)::bool, false)::int AS locked,
       coalesce(greatest((t.times ->> '')::float8, (t.times ->> k.key)::float8), 0)::bigint AS at
  FROM unnest(:place::int[], :device_id::bigint[]) a(place, device_id)
  JOIN device_page p ON p.device_id = a.device_id
  LEFT JOIN device_read r ON r.device_id = a.device_id
 CROSS JOIN LATERAL (SELECT r.times -> p.page AS times) t
 CROSS JOIN LATERAL (SELECT d.key, d.value AS told FROM jsonb_each_text(p.doc) d(key, value)
                      UNION ALL
                     SELECT w.key, NULL::text FROM jsonb_object_keys(p.writable) w(key) WHERE NOT p.doc ? w.key) k
 ORDER BY a.place, (p.page || k.key) COLLATE "C";

-- name: store_place :many
SELECT a.place, p.technology, coalesce(1000 * p.plan_down_mbps, 0)::bigint AS down_kbps,
       coalesce(1000 * p.plan_up_mbps, 0)::bigint AS up_kbps
  FROM unnest(:place::int[], :device_id::bigint[]) a(place, device_id)
  JOIN device_place p ON p.device_id = a.device_id;

-- name: store_identity :exec
-- What a device did not say stays as it is.
UPDATE device d
   SET software_version               = coalesce(left(a.software_version, 256), d.software_version),
       hardware_version               = coalesce(left(a.hardware_version, 256), d.hardware_version),
       connection_request_url         = coalesce(left(a.connection_request_url, 1024), d.connection_request_url),
       udp_connection_request_address = coalesce(left(a.udp_address, 1024), d.udp_connection_request_address),
       root                           = coalesce(a.root, d.root),
       source_address                 = coalesce(a.source_address::inet, d.source_address),
       cwmp_version                   = a.cwmp_version,
       first_contact                  = coalesce(d.first_contact, now())
  FROM unnest(:device_id::bigint[], :session_no::bigint[], :software_version::text[], :hardware_version::text[],
              :connection_request_url::text[], :udp_address::text[], :root::text[], :source_address::text[],
              :cwmp_version::smallint[])
       a(device_id, session_no, software_version, hardware_version, connection_request_url, udp_address, root,
         source_address, cwmp_version)
  JOIN device_hot h ON h.device_id = a.device_id AND h.session_no = a.session_no
 WHERE d.id = a.device_id;

-- name: store_ability :exec
INSERT INTO device_ability (device_id, software_version, methods, refused, asked)
SELECT a.device_id, a.software_version, a.methods, a.refused, a.asked
  FROM unnest(:device_id::bigint[], :session_no::bigint[], :software_version::text[], :methods::text[], :refused::text[],
              :asked::bool[])
       a(device_id, session_no, software_version, methods, refused, asked)
  JOIN device_hot d ON d.device_id = a.device_id AND d.session_no = a.session_no
ON CONFLICT (device_id) DO UPDATE
   SET software_version = excluded.software_version, methods = excluded.methods, refused = excluded.refused,
       asked = excluded.asked;

-- name: store_transfers :exec
-- Each TransferComplete once; what a device can make too long is cut. An action
-- that has ended, weeks ago perhaps, keeps its state and is told what the device has said.
WITH told AS MATERIALIZED (
    SELECT a.device_id, left(a.command_key, 256) AS command_key, left(a.start_time, 64) AS start_time,
           left(a.complete_time, 64) AS complete_time, a.fault_code, left(a.fault_text, 256) AS fault_text, a.at,
           coalesce(a.action_id, (SELECT t.id FROM action t
                                   WHERE t.device_id = a.device_id AND t.id = a.command_key)) AS action_id
      FROM unnest(:device_id::bigint[], :command_key::text[], :start_time::text[], :complete_time::text[],
                  :fault_code::bigint[], :fault_text::text[], :action_id::text[], :at::timestamptz[])
           a(device_id, command_key, start_time, complete_time, fault_code, fault_text, action_id, at)
), kept AS (
    INSERT INTO transfer_report AS r (device_id, command_key, start_time, complete_time, fault_code, fault_text,
                                      action_id, at)
    SELECT device_id, command_key, start_time, complete_time, fault_code, fault_text, action_id, at FROM told
        ON CONFLICT (device_id, command_key, start_time) DO UPDATE SET copies = r.copies + 1
    RETURNING device_id, action_id, copies, at,
              jsonb_build_object('fault', fault_code, 'text', fault_text, 'started', start_time,
                                 'completed', complete_time, 'told_at', utc(at)) AS said
), late AS (
    UPDATE action t
       SET evidence = coalesce(t.evidence, '{}') || jsonb_build_object('transfer_complete', k.said || '{"late": true}')
      FROM kept k
     WHERE k.copies = 1 AND t.device_id = k.device_id AND t.id = k.action_id AND t.ended_at IS NOT NULL
    RETURNING t.device_id, t.id, t.state, k.at, jsonb_build_object('transfer_complete', k.said) AS detail
)
INSERT INTO action_event (device_id, action_id, at, state, detail)
SELECT device_id, id, at, state, detail FROM late;

-- name: store_attributes :exec
-- What a device was proved to have. What stands for all below an object replaces what was kept of those.
WITH asked AS MATERIALIZED (
    SELECT a.device_id, a.path, a.notification, a.access_list::jsonb AS access_list, a.action_id, a.at
      FROM unnest(:device_id::bigint[], :session_no::bigint[], :path::text[], :notification::smallint[],
                  :access_list::text[], :action_id::text[], :at::timestamptz[])
           a(device_id, session_no, path, notification, access_list, action_id, at)
      JOIN device_hot d ON d.device_id = a.device_id AND d.session_no = a.session_no
), covered AS MATERIALIZED (
    SELECT r.device_id, r.path,
           CASE WHEN NOT bool_or(a.notification IS NOT NULL) THEN r.notification END AS notification,
           CASE WHEN NOT bool_or(a.access_list IS NOT NULL) THEN r.access_list END AS access_list
      FROM asked a
      JOIN device_attribute r ON r.device_id = a.device_id AND right(a.path, 1) = '.' AND starts_with(r.path, a.path)
     WHERE NOT EXISTS (SELECT FROM asked o WHERE o.device_id = r.device_id AND o.path = r.path)
     GROUP BY r.device_id, r.path, r.notification, r.access_list
), replaced AS (
    DELETE FROM device_attribute r
     USING covered c
     WHERE r.device_id = c.device_id AND r.path = c.path AND c.notification IS NULL AND c.access_list IS NULL
), eased AS (
    UPDATE device_attribute r
       SET notification = c.notification, access_list = c.access_list
      FROM covered c
     WHERE r.device_id = c.device_id AND r.path = c.path
       AND (c.notification IS NOT NULL OR c.access_list IS NOT NULL)
       AND (c.notification, c.access_list) IS DISTINCT FROM (r.notification, r.access_list)
)
INSERT INTO device_attribute AS r (device_id, path, notification, access_list, since, action_id)
SELECT device_id, path, notification, access_list, at, action_id FROM asked
ON CONFLICT (device_id, path) DO UPDATE
   SET notification = coalesce(excluded.notification, r.notification),
       access_list  = coalesce(excluded.access_list, r.access_list),
       since        = excluded.since,
       action_id    = excluded.action_id;

-- name: store_action_save :many
-- "number" is the action's in its unit. A text that is NULL stays as it is; an intent that is NULL is none.
WITH asked AS MATERIALIZED (
    SELECT a.*
      FROM unnest(:place::int[], :number::int[], :device_id::bigint[], :session_no::bigint[], :id::text[],
                  :revision::int[], :state::text[], :has_ended::bool[], :step::int[], :memo::text[], :intent::text[],
                  :intent_at::timestamptz[], :sends::int[], :boots::int[], :wake_in_s::int[], :progress::text[], :result::text[], :evidence::text[],
                  :failure::text[], :at::timestamptz[])
           a(place, number, device_id, session_no, id, revision, state, has_ended, step, memo, intent, intent_at, sends,
             boots, wake_in_s, progress, result, evidence, failure, at)
      JOIN device_hot d ON d.device_id = a.device_id AND d.session_no = a.session_no
), saved AS (
    UPDATE action t
       SET state        = a.state,
           step         = a.step,
           memo         = coalesce(a.memo, t.memo),
           revision     = t.revision + 1,
           intent       = a.intent,
           intent_at    = CASE WHEN a.intent IS NOT NULL THEN a.intent_at END,
           sends        = a.sends,
           boots        = a.boots,
           progress     = coalesce(a.progress::jsonb, t.progress),
           result       = coalesce(a.result::jsonb, t.result),
           evidence     = coalesce(a.evidence::jsonb, t.evidence),
           failure      = coalesce(a.failure::jsonb, t.failure),
           ended_at     = CASE WHEN a.has_ended THEN a.at END,
           stage_since  = CASE WHEN a.state = t.state THEN t.stage_since ELSE a.at END,
           next_wake_at = CASE WHEN a.state IN ('queued', 'waking') THEN t.next_wake_at
                               WHEN a.wake_in_s > 0 THEN a.at + make_interval(secs => a.wake_in_s) END,
           wake_tries   = CASE WHEN a.wake_in_s > 0 THEN 0 ELSE t.wake_tries END
      FROM asked a
      JOIN action o ON o.device_id = a.device_id AND o.id = a.id
     WHERE t.device_id = a.device_id AND t.id = a.id AND t.revision = a.revision AND t.ended_at IS NULL
    RETURNING a.place, a.number, t.device_id, t.id, t.state, a.at,
              o.state <> t.state OR o.progress IS DISTINCT FROM t.progress AS is_news,
              coalesce(a.failure, a.evidence, a.progress)::jsonb AS detail
), told AS (
    INSERT INTO action_event (device_id, action_id, at, state, detail)
    SELECT device_id, id, at, state, detail FROM saved WHERE is_news
)
SELECT place, number FROM saved;

-- name: store_secrets :exec
-- Beside the save of an action, if that was taken: its revision is one more then.
WITH asked AS MATERIALIZED (
    SELECT a.*
      FROM unnest(:device_id::bigint[], :id::text[], :revision::int[], :sealed::text[], :undo::text[], :secrets::text[])
           a(device_id, id, revision, sealed, undo, secrets)
      JOIN action t ON t.device_id = a.device_id AND t.id = a.id AND t.revision = a.revision + 1
), kept AS (
    UPDATE action t
       SET sealed     = CASE WHEN a.sealed IS NULL THEN t.sealed ELSE coalesce(t.sealed, '{}') || a.sealed::jsonb END,
           undo       = coalesce(a.undo::jsonb, t.undo),
           undo_until = CASE WHEN a.undo IS NULL THEN t.undo_until ELSE now() + interval '24 h' END
      FROM asked a
     WHERE t.device_id = a.device_id AND t.id = a.id
)
INSERT INTO device_secret AS s (device_id, name, kind, sealed, action_id)
SELECT a.device_id, k.name, k.secret ->> 'name', k.secret ->> 'sealed', a.id
  FROM asked a
 CROSS JOIN LATERAL jsonb_each(a.secrets::jsonb) k(name, secret)
 WHERE k.secret ->> 'sealed' IS NOT NULL
ON CONFLICT (device_id, name) DO UPDATE
   SET kind = excluded.kind, sealed = excluded.sealed, action_id = excluded.action_id, since = now();

-- name: store_session :exec
INSERT INTO device_session (device_id, session_no, started_at, ended_at, result, detail, rpc_count, event_bits)
SELECT a.*
  FROM unnest(:device_id::bigint[], :session_no::bigint[], :started_at::timestamptz[], :ended_at::timestamptz[],
              :result::text[], :detail::text[], :rpc_count::int[], :event_bits::int[]) a
ON CONFLICT (device_id, session_no) DO NOTHING;
