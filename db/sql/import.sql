-- Files of subscribers (db/import.h).

-- ---- in ----

-- name: import_open :one
INSERT INTO import_run (created_by) VALUES (:by) RETURNING id;

-- name: import_part_add :exec
INSERT INTO import_part (import_id, number, bytes) VALUES (:id, :number, :bytes::bytea);

-- name: import_drop :exec
-- What broke off on its way in.
DELETE FROM import_run WHERE id = :id AND state = 'receiving';

-- name: import_submit :exec
UPDATE import_run
   SET state = 'waiting', name = :name, format = :format, encoding = :encoding, key = :key, mode = :mode, simulate = :simulate,
       columns = :columns, language = :language,
       bytes = (SELECT sum(length(p.bytes)) FROM import_part p WHERE p.import_id = :id)
 WHERE id = :id AND state = 'receiving';

-- ---- seen ----

-- name: import_show :one
SELECT shown FROM import_shown WHERE id = :id;

-- name: import_list :many
-- Newest first.
SELECT id, shown FROM import_shown WHERE (:after::bigint IS NULL OR id < :after) ORDER BY id DESC LIMIT :most;

-- name: import_error_list :many
SELECT e.id, (SELECT row_to_json(v) FROM (SELECT e.line, e.pointer, e.code, e.message, e.input) v) AS shown
  FROM import_error e
 WHERE e.import_id = :id AND (:after::bigint IS NULL OR e.id > :after)
 ORDER BY e.id
 LIMIT :most;

-- ---- moved ----

-- name: import_move :exec
-- What was simulated is run: from its beginning, and for good. What is not over is cancelled; a running one ends at its next
-- transaction.
UPDATE import_run
   SET state = :state,
       simulate = simulate AND :state <> 'waiting',
       line = CASE :state WHEN 'waiting' THEN 0 ELSE line END,
       made = CASE :state WHEN 'waiting' THEN 0 ELSE made END,
       changed = CASE :state WHEN 'waiting' THEN 0 ELSE changed END,
       same = CASE :state WHEN 'waiting' THEN 0 ELSE same END,
       wrong = CASE :state WHEN 'waiting' THEN 0 ELSE wrong END,
       started_at = CASE :state WHEN 'waiting' THEN NULL ELSE started_at END,
       ended_at = CASE :state WHEN 'waiting' THEN NULL ELSE now() END,
       lease_by = NULL,
       lease_until = NULL
 WHERE id = :id
   AND CASE :state WHEN 'waiting' THEN state = 'simulated' ELSE state IN ('waiting', 'running', 'simulated') END;

-- name: import_forget_errors :exec
DELETE FROM import_error WHERE import_id = :id;

-- name: import_forget_parts :exec
DELETE FROM import_part WHERE import_id = :id;

-- ---- worked on ----

-- name: import_claim :many
-- One that waits, or whose server has gone; nobody else gets it while the lease is renewed.
UPDATE import_run r
   SET state = 'running', started_at = coalesce(started_at, now()), lease_by = :by, lease_until = now() + :lease_s * interval '1 second'
 WHERE r.id = (SELECT o.id
                 FROM import_run o
                WHERE o.state = 'waiting' OR o.state = 'running' AND o.lease_until < now()
                ORDER BY o.id
                LIMIT 1
                  FOR UPDATE SKIP LOCKED)
RETURNING r.id, r.format, r.encoding, r.key, r.mode, r.simulate, r.columns, r.language, r.line, r.made, r.changed, r.same, r.wrong,
          r.created_by;

-- name: import_part_read :many
SELECT bytes FROM import_part WHERE import_id = :id AND number = :number;

-- name: import_apply :many
-- Records of a file against what is there, all at once; what became of each. A subscriber that two records mean is changed by
-- one of them (the file is looked through for that before).
WITH given AS MATERIALIZED (
    SELECT g.line, g.key, g.doc
      FROM jsonb_to_recordset(:records::jsonb) AS g (line bigint, key text, doc jsonb)
), found AS MATERIALIZED (
    SELECT g.line, g.doc, s.id, count(s.id) OVER (PARTITION BY g.line) AS many
      FROM given g
      LEFT JOIN LATERAL (
           SELECT e.id FROM subscriber e WHERE :key = 'external_id' AND e.external_id = g.key
           UNION ALL
           SELECT c.id FROM subscriber c WHERE :key = 'contract' AND c.contract = g.key
           UNION ALL
           SELECT l.id FROM subscriber l WHERE :key = 'login' AND lower(l.login) = lower(g.key)
           UNION ALL
           SELECT n.id FROM subscriber n WHERE :key = 'serial' AND upper(n.serial) = upper(g.key)) s ON true
), outcome AS MATERIALIZED (
    SELECT f.line, f.doc, f.id,
           CASE
               WHEN f.many > 1 THEN 'ambiguous'
               WHEN f.many = 1 AND :mode = 'create' THEN 'exists'
               WHEN f.many = 1 THEN 'found'
               WHEN :mode = 'update' THEN 'unknown'
               WHEN f.doc ->> 'name' IS NULL THEN 'nameless'
               ELSE 'new'
           END AS what
      FROM found f
), changed AS (
    UPDATE subscriber s
       SET (external_id, name, document, phones, address, contract, contract_status, plan, down_mbps, up_mbps, login, serial, olt,
            pon, cto, city, technology, attributes, tags, notes)
         = (SELECT m.external_id, m.name, m.document, m.phones, m.address, m.contract, m.contract_status, m.plan, m.down_mbps,
                   m.up_mbps, m.login, m.serial, m.olt, m.pon, m.cto, m.city, m.technology, m.attributes, m.tags, m.notes
              FROM subscriber_merged(s, o.doc) m),
           revision = s.revision + 1,
           changed_at = now(),
           changed_by = :by
      FROM outcome o
     WHERE o.what = 'found' AND s.id = o.id AND subscriber_merged(s, o.doc) IS DISTINCT FROM s
    RETURNING o.line
), made AS (
    INSERT INTO subscriber (external_id, name, document, phones, address, contract, contract_status, plan, down_mbps, up_mbps, login,
                            serial, olt, pon, cto, city, technology, attributes, tags, notes, changed_by)
    SELECT m.external_id, m.name, m.document, m.phones, m.address, m.contract, m.contract_status, m.plan, m.down_mbps, m.up_mbps,
           m.login, m.serial, m.olt, m.pon, m.cto, m.city, m.technology, m.attributes, m.tags, m.notes, :by
      FROM outcome o
     CROSS JOIN LATERAL subscriber_merged(
           jsonb_populate_record(NULL::subscriber, '{"phones": [], "address": {}, "attributes": {}, "tags": []}'), o.doc) m
     WHERE o.what = 'new'
)
SELECT DISTINCT o.line,
       CASE
           WHEN o.what <> 'found' THEN o.what
           WHEN c.line IS NOT NULL THEN 'changed'
           ELSE 'same'
       END AS what
  FROM outcome o
  LEFT JOIN changed c ON c.line = o.line
 ORDER BY o.line;

-- name: import_bind :exec
-- A device that is here already is bound to whom the file names its serial number for, if it never was anybody's and nobody
-- else names it.
INSERT INTO binding (device_id, subscriber_id, bound_by)
SELECT d.id, min(s.id), :by
  FROM device d
  JOIN subscriber s ON upper(s.serial) = upper(d.serial)
 WHERE d.serial = ANY (:serials::text[])
   AND NOT EXISTS (SELECT FROM binding b WHERE b.device_id = d.id)
 GROUP BY d.id
HAVING count(*) = 1
    ON CONFLICT (device_id) WHERE until IS NULL DO NOTHING;

-- name: import_error_add :exec
-- The first ten thousand of a file are kept; all are counted.
INSERT INTO import_error (import_id, line, pointer, code, message, input)
SELECT :id, e.line, e.pointer, e.code, e.message, left(e.input, 200)
  FROM jsonb_to_recordset(:errors::jsonb) AS e (line bigint, pointer text, code text, message text, input text)
 WHERE :so_far::bigint < 10000
 ORDER BY e.line;

-- name: import_progress :exec
-- Nothing is touched if it is no longer ours: cancelled, or another server has taken it over.
UPDATE import_run
   SET line = :line, made = :made, changed = :changed, same = :same, wrong = :wrong,
       lease_until = now() + :lease_s * interval '1 second'
 WHERE id = :id AND state = 'running' AND lease_by = :by;

-- name: import_header :exec
UPDATE import_run SET header = :header::jsonb WHERE id = :id AND state = 'running' AND lease_by = :by;

-- name: import_end :exec
UPDATE import_run
   SET state = :state, why = :why, ended_at = now(), lease_by = NULL, lease_until = NULL
 WHERE id = :id AND state = 'running' AND lease_by = :by;

-- name: import_release :exec
-- Another one may go on at once.
UPDATE import_run SET lease_until = now() - interval '1 second' WHERE id = :id AND state = 'running' AND lease_by = :by;

-- ---- forgotten ----

-- name: import_trim_broken :exec
DELETE FROM import_run WHERE state = 'receiving' AND created_at < now() - interval '1 hour';

-- name: import_trim_simulated :exec
-- A simulation that nobody has made true for a day: its file is people's data.
UPDATE import_run SET state = 'cancelled' WHERE state = 'simulated' AND ended_at < now() - interval '1 day';

-- name: import_trim_parts :exec
DELETE FROM import_part p
 USING import_run r
 WHERE r.id = p.import_id AND r.state IN ('done', 'failed', 'cancelled');

-- name: import_trim_errors :exec
DELETE FROM import_error e USING import_run r WHERE r.id = e.import_id AND r.ended_at < now() - interval '7 days';
