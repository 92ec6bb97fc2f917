-- name: audit_head :one
-- Whoever asks is the only one who may add a row until his transaction ends: it is his last step but COMMIT.
SELECT seq, h, now, subscriber_id FROM audit_head(:device_id);

-- name: audit_add :exec
INSERT INTO audit_entry (seq, at, actor_id, actor_kind, actor, session, source, request, action, decision,
                         device_id, subscriber_id, case_id, device_ids, subscriber_ids, key, payload_hash,
                         object, reason, query, before, after, salt, prev, h)
VALUES (:seq, :at, :actor_id, :actor_kind, :actor, :session, :source, :request, :action, :decision,
        :device_id, :subscriber_id, :case_id, :device_ids::bigint[], :subscriber_ids::bigint[], :key, :payload_hash,
        :object, :reason, :query, :before::json, :after::json, :salt, :prev, :h);

-- name: audit_scan :many
-- Rows as they lie there, in binary: the fields in the order of acs/audit/field.def, then the payload, salt, prev, h.
SELECT seq, at, actor_id, actor_kind, actor, session, source, request, action, decision, device_id, subscriber_id, case_id,
       device_ids, subscriber_ids, key, payload_hash, object, reason, query, before, after, salt, prev, h
  FROM audit_entry
 WHERE seq > :after
 ORDER BY seq
 LIMIT :most;

-- name: audit_place :many
-- Where a verification goes on.
SELECT h, key FROM audit_entry WHERE seq = :seq;

-- name: audit_last :many
SELECT seq, at, h FROM audit_entry ORDER BY seq DESC LIMIT 1;

-- name: audit_has_hash :one
SELECT EXISTS (SELECT FROM audit_entry WHERE h = :h) AS has;

-- name: audit_list :many
-- Newest first; filters are joined by "and", NULL: any. A home or a person is found in answers about several, too. With a scope: of rows
-- that name homes or people only those that name none outside of it.
SELECT e.seq, e.at,
       to_jsonb(ARRAY(SELECT number_id('dev_', d) FROM unnest(coalesce(e.device_ids, ARRAY[e.device_id])) d WHERE d IS NOT NULL)) AS devices,
       to_jsonb(ARRAY(SELECT number_id('sub_', s) FROM unnest(coalesce(e.subscriber_ids, ARRAY[e.subscriber_id])) s WHERE s IS NOT NULL)) AS subscribers,
       e.actor_id, e.actor_kind, e.actor, e.session, e.source, e.request, e.action, e.decision, e.case_id, e.object, e.reason,
       e.query, e.before, e.after, encode(e.h, 'hex') AS h
  FROM audit_entry e
 WHERE (:before::bigint IS NULL OR e.seq < :before)
   AND (:actor_id::bigint IS NULL OR e.actor_id = :actor_id)
   AND (:actor::text IS NULL OR e.actor = :actor)
   AND (:device_id::bigint IS NULL OR e.device_id = :device_id OR e.device_ids @> ARRAY[:device_id::bigint])
   AND (:subscriber_id::bigint IS NULL OR e.subscriber_id = :subscriber_id OR e.subscriber_ids @> ARRAY[:subscriber_id::bigint])
   AND (:case_id::bigint IS NULL OR e.case_id = :case_id)
   AND (:action::text IS NULL OR e.action = :action)
   AND (:object::text IS NULL OR e.object = :object)
   AND (:decision::text IS NULL OR e.decision = :decision)
   AND (:from::timestamptz IS NULL OR e.at >= :from)
   AND (:to::timestamptz IS NULL OR e.at < :to)
   AND (NOT :scoped::boolean
        OR NOT EXISTS (SELECT
                         FROM (SELECT n.id AS device_id, b.subscriber_id
                                 FROM unnest(coalesce(e.device_ids, ARRAY[e.device_id])) n(id)
                                 LEFT JOIN binding b ON b.device_id = n.id AND b.until IS NULL
                                WHERE n.id IS NOT NULL
                                UNION ALL
                               SELECT NULL, n.id
                                 FROM unnest(coalesce(e.subscriber_ids, ARRAY[e.subscriber_id])) n(id)
                                WHERE n.id IS NOT NULL) named
                        WHERE NOT EXISTS (SELECT
                                            FROM (SELECT named.device_id AS id
                                                   UNION ALL
                                                  SELECT o.device_id FROM binding o WHERE o.subscriber_id = named.subscriber_id AND o.until IS NULL) q
                                            JOIN device d ON d.id = q.id
                                            LEFT JOIN device_hot h ON h.device_id = d.id
                                            LEFT JOIN device_place p ON p.device_id = d.id
                                            LEFT JOIN device_fact f ON f.device_id = d.id
                                           WHERE :filter::boolean)))
 ORDER BY e.seq DESC
 LIMIT :most;

-- name: audit_export :many
-- The same, oldest first.
SELECT e.seq, e.at,
       to_jsonb(ARRAY(SELECT number_id('dev_', d) FROM unnest(coalesce(e.device_ids, ARRAY[e.device_id])) d WHERE d IS NOT NULL)) AS devices,
       to_jsonb(ARRAY(SELECT number_id('sub_', s) FROM unnest(coalesce(e.subscriber_ids, ARRAY[e.subscriber_id])) s WHERE s IS NOT NULL)) AS subscribers,
       e.actor_id, e.actor_kind, e.actor, e.session, e.source, e.request, e.action, e.decision, e.case_id, e.object, e.reason,
       e.query, e.before, e.after, encode(e.h, 'hex') AS h
  FROM audit_entry e
 WHERE e.seq > :since
   AND (:actor_id::bigint IS NULL OR e.actor_id = :actor_id)
   AND (:actor::text IS NULL OR e.actor = :actor)
   AND (:device_id::bigint IS NULL OR e.device_id = :device_id OR e.device_ids @> ARRAY[:device_id::bigint])
   AND (:subscriber_id::bigint IS NULL OR e.subscriber_id = :subscriber_id OR e.subscriber_ids @> ARRAY[:subscriber_id::bigint])
   AND (:case_id::bigint IS NULL OR e.case_id = :case_id)
   AND (:action::text IS NULL OR e.action = :action)
   AND (:object::text IS NULL OR e.object = :object)
   AND (:decision::text IS NULL OR e.decision = :decision)
   AND (:from::timestamptz IS NULL OR e.at >= :from)
   AND (:to::timestamptz IS NULL OR e.at < :to)
 ORDER BY e.seq
 LIMIT :most;

-- name: audit_seen_by :many
-- Whose data an actor has seen or changed, with the first and the last time, in whole minutes (acs/audit/recent.h). Whoever sees
-- a home sees the data of the subscriber whose it was then. With a scope: those that are in it now.
WITH looked AS (
    SELECT seq, at, action, coalesce(device_ids, ARRAY[device_id]) AS devices, coalesce(subscriber_ids, ARRAY[subscriber_id]) AS subscribers
      FROM audit_entry
     WHERE decision = 'allowed' AND actor_id = :actor_id
       AND at >= date_trunc('minute', :from::timestamptz) AND at < date_trunc('minute', :to::timestamptz) + interval '1 minute'
), home AS (
    SELECT seq, at, action, d AS device_id FROM looked, unnest(devices) d WHERE d IS NOT NULL
), each AS (
    SELECT device_id, NULL::bigint AS subscriber_id, seq, at, action FROM home
    UNION
    SELECT NULL, s, seq, at, action FROM looked, unnest(subscribers) s WHERE s IS NOT NULL
    UNION
    SELECT NULL, b.subscriber_id, m.seq, m.at, m.action
      FROM home m JOIN binding b ON b.device_id = m.device_id AND b.since <= m.at AND (b.until IS NULL OR b.until > m.at)
), seen AS (
    SELECT coalesce(number_id('dev_', device_id), number_id('sub_', subscriber_id)) AS whose, device_id,
           coalesce(subscriber_id, (SELECT b.subscriber_id FROM binding b WHERE b.device_id = each.device_id AND b.until IS NULL)) AS subscriber_id,
           min(at) AS first_at, max(at) AS last_at, count(*) AS count, to_jsonb(array_agg(DISTINCT action ORDER BY action)) AS actions
      FROM each
     GROUP BY each.device_id, each.subscriber_id
)
SELECT whose, NULL AS actor_kind, NULL AS actor, first_at, last_at, count, actions
  FROM seen
 WHERE (:after::text IS NULL OR whose COLLATE "C" > :after)
   AND (NOT :scoped::boolean
        OR EXISTS (SELECT
                     FROM (SELECT seen.device_id AS id
                            UNION ALL
                           SELECT o.device_id FROM binding o WHERE o.subscriber_id = seen.subscriber_id AND o.until IS NULL) q
                     JOIN device d ON d.id = q.id
                     LEFT JOIN device_hot h ON h.device_id = d.id
                     LEFT JOIN device_place p ON p.device_id = d.id
                     LEFT JOIN device_fact f ON f.device_id = d.id
                    WHERE :filter::boolean))
 ORDER BY whose COLLATE "C"
 LIMIT :most;

-- name: audit_seen_of :many
-- Who has seen or changed the data of a home or a person, in whole minutes. Of a person: also who saw a home while it was theirs.
WITH span AS (
    SELECT date_trunc('minute', :from::timestamptz) AS since, date_trunc('minute', :to::timestamptz) + interval '1 minute' AS until
), home AS (
    SELECT :device_id::bigint AS device_id, '-infinity'::timestamptz AS since, 'infinity'::timestamptz AS until WHERE :device_id::bigint IS NOT NULL
    UNION ALL
    SELECT device_id, since, coalesce(until, 'infinity') FROM binding WHERE subscriber_id = :subscriber_id::bigint
), found AS (
    SELECT e.seq FROM audit_entry e, home h WHERE e.device_id = h.device_id AND e.at >= h.since AND e.at < h.until
    UNION
    SELECT e.seq FROM audit_entry e, home h WHERE e.device_ids @> ARRAY[h.device_id] AND e.at >= h.since AND e.at < h.until
    UNION
    SELECT e.seq FROM audit_entry e WHERE e.subscriber_id = :subscriber_id
    UNION
    SELECT e.seq FROM audit_entry e WHERE e.subscriber_ids @> ARRAY[:subscriber_id::bigint]
)
SELECT * FROM (
    SELECT number_id(CASE e.actor_kind WHEN 'user' THEN 'usr_' ELSE 'tok_' END, e.actor_id) AS whose, min(e.actor_kind) AS actor_kind,
           (array_agg(e.actor ORDER BY e.seq DESC))[1] AS actor, min(e.at) AS first_at, max(e.at) AS last_at, count(*) AS count,
           to_jsonb(array_agg(DISTINCT e.action ORDER BY e.action)) AS actions
      FROM found f JOIN audit_entry e USING (seq), span s
     WHERE e.decision = 'allowed' AND e.actor_id IS NOT NULL AND e.at >= s.since AND e.at < s.until
     GROUP BY e.actor_kind, e.actor_id
) seen
 WHERE :after::text IS NULL OR whose COLLATE "C" > :after
 ORDER BY whose COLLATE "C"
 LIMIT :most;

-- name: audit_checkpoint_add :exec
INSERT INTO audit_checkpoint (seq, at, h, key, signature) VALUES (:seq, :at, :h, :key, :signature) ON CONFLICT (seq) DO NOTHING;

-- name: audit_checkpoint_list :many
-- Newest first.
SELECT seq, at, h, key, signature FROM audit_checkpoint WHERE :before::bigint IS NULL OR seq < :before ORDER BY seq DESC LIMIT :most;

-- name: audit_checkpoint_scan :many
-- Those behind a row, with the hash that the row which they name has now; up to another row, or NULL: all.
SELECT c.seq, c.at, c.h, c.key, c.signature, e.h AS row_h
  FROM audit_checkpoint c LEFT JOIN audit_entry e ON e.seq = c.seq
 WHERE c.seq > :after AND (:last::bigint IS NULL OR c.seq <= :last)
 ORDER BY c.seq;
