-- Cases as other systems have them: what they are to be told, and what comes back.

-- ---- where they are ----

-- name: connector_add :exec
INSERT INTO outlet (id, kind, name, url, events, secret, created_by, settings)
VALUES (:id, :kind, :name, :url, '{case.escalated,case.returned,case.visit,case.closed}', :secret, :created_by, :settings::jsonb);

-- name: connector_list :many
SELECT id, shown FROM connector_shown WHERE (:after::bigint IS NULL OR id > :after) ORDER BY id LIMIT :most;

-- name: connector_show :one
SELECT id, shown FROM connector_shown WHERE id = :id;

-- name: connector_kind :one
SELECT kind FROM outlet WHERE id = :id;

-- name: connector_patch :exec
-- Whatever was wrong may be right now: what waits is due.
WITH woken AS (
    UPDATE outbox_delivery SET next_at = now() WHERE outlet_id = :id AND state = 'waiting'
), looked AS (
    UPDATE ticket SET next_read_at = now() WHERE outlet_id = :id AND next_read_at IS NOT NULL
)
UPDATE outlet
   SET name = coalesce(:name, name), url = coalesce(:url, url), secret = coalesce(:secret, secret), enabled = coalesce(:enabled, enabled),
       settings = jsonb_strip_nulls(settings || :settings::jsonb), trouble = NULL, failing_since = NULL
 WHERE id = :id;

-- ---- told ----

-- name: tracker_order :one
-- What is said of an event: the case as it was then, and what somebody wrote about it.
SELECT e.case_id, e.type, e.data ->> 'protocol' AS protocol, e.data ->> 'agent' AS agent, e.data ->> 'serial' AS serial,
       e.data ->> 'device' AS device,
       nullif(concat_ws(' · ', e.data -> 'subscriber' ->> 'name', e.data -> 'subscriber' ->> 'document', e.data -> 'subscriber' ->> 'phones',
                        e.data -> 'subscriber' ->> 'contract'), '') AS customer,
       e.data ->> 'case' AS case_name, e.data ->> 'queue' AS queue, e.data ->> 'priority' AS priority,
       e.data ->> 'summary' AS summary, e.data ->> 'outcome' AS outcome, e.data ->> 'handoff' AS handoff,
       t.key, t.number, coalesce(o.settings -> 'queues' ->> (e.data ->> 'queue'), o.settings -> 'queues' ->> '*') AS their_queue,
       h.page, n.by, n.text, n.data ->> 'for' AS visit_for
  FROM outbox_event e
  JOIN outbox_delivery d ON d.event_id = e.id
  JOIN outlet o ON o.id = d.outlet_id
  JOIN ticket t ON t.case_id = e.case_id AND t.outlet_id = d.outlet_id
  LEFT JOIN handoff h ON h.key = split_part(e.data ->> 'handoff', '/', 3)
  LEFT JOIN LATERAL (SELECT c.by, c.text, c.data
                       FROM case_entry c
                      WHERE c.case_id = e.case_id AND c.kind = split_part(e.type, '.', 2) AND c.at >= e.at
                      ORDER BY c.id
                      LIMIT 1) n ON true
 WHERE d.id = :delivery_id;

-- name: tracker_made :exec
-- It is there. Said in the case once, however often it is found.
WITH made AS (
    UPDATE ticket
       SET number = :number, url = :url, trouble = NULL, made_at = now(), next_read_at = ticket_next_look(:look_s)
     WHERE case_id = :case_id AND outlet_id = :outlet_id AND number IS NULL
    RETURNING case_id, outlet_id
)
INSERT INTO case_entry (case_id, actor_id, by, kind, text, data)
SELECT m.case_id, 0, o.name, 'ticket', :text, jsonb_build_object('what', 'made', 'connector', number_id('con_', o.id), 'number', :number::text, 'url', :url::text)
  FROM made m
  JOIN outlet o ON o.id = m.outlet_id;

-- name: tracker_told :exec
UPDATE ticket SET trouble = NULL, next_read_at = ticket_next_look(:look_s), idle = 0
 WHERE case_id = :case_id AND outlet_id = :outlet_id;

-- name: tracker_refused :exec
-- Said in the case once, however often it is refused in the same words.
WITH refused AS (
    UPDATE ticket SET trouble = :text WHERE case_id = :case_id AND outlet_id = :outlet_id AND trouble IS DISTINCT FROM :text
    RETURNING case_id, outlet_id
)
INSERT INTO case_entry (case_id, actor_id, by, kind, text, data)
SELECT r.case_id, 0, o.name, 'ticket', :text,
       jsonb_build_object('what', 'refused', 'connector', number_id('con_', o.id), 'status', nullif(:status::int, 0))
  FROM refused r
  JOIN outlet o ON o.id = r.outlet_id;

-- ---- read ----

-- name: tracker_claim :many
-- One whose turn it is; should whoever reads it die, somebody else does in two minutes. Closed cases are not asked about.
UPDATE ticket t
   SET next_read_at = now() + interval '2 min'
  FROM outlet o
 WHERE o.id = t.outlet_id
   AND (t.case_id, t.outlet_id) = (SELECT w.case_id, w.outlet_id
                                     FROM ticket w
                                     JOIN outlet x ON x.id = w.outlet_id AND x.enabled
                                     JOIN desk_case c ON c.id = w.case_id AND c.closed_at IS NULL
                                    WHERE w.next_read_at <= now() AND w.number IS NOT NULL
                                    ORDER BY w.next_read_at
                                    LIMIT 1
                                      FOR UPDATE OF w SKIP LOCKED)
RETURNING t.case_id, t.number, t.seen, t.state, t.idle, o.id, o.kind, o.name, o.url, o.secret, o.settings::text AS settings;

-- name: tracker_speak :one
-- In a transaction: what is done now came from there, and is not told there.
SELECT set_config('farol.outlet', (:outlet_id::bigint)::text, true) AS outlet;

-- name: tracker_news :exec
INSERT INTO case_entry (case_id, actor_id, by, kind, text, data)
SELECT :case_id, 0, :by, :kind, :text,
       jsonb_build_object('what', :what::text, 'connector', number_id('con_', :outlet_id::bigint), 'number', :number::text, 'state', :state::text);

-- name: tracker_read :exec
WITH well AS (
    UPDATE outlet SET failing_since = NULL, trouble = NULL WHERE id = :outlet_id AND failing_since IS NOT NULL
)
UPDATE ticket
   SET state = :state, seen = greatest(seen, :seen), idle = :idle, read_at = now(), next_read_at = now() + make_interval(secs => :look_s)
 WHERE case_id = :case_id AND outlet_id = :outlet_id;

-- name: tracker_unread :exec
-- Nobody else asks there meanwhile: what one was not told the next is not told either.
WITH noted AS (
    UPDATE outlet SET trouble = :trouble, failing_since = coalesce(failing_since, now()) WHERE id = :outlet_id
)
UPDATE ticket
   SET next_read_at = greatest(next_read_at, now() + make_interval(secs => :look_s))
 WHERE outlet_id = :outlet_id AND next_read_at IS NOT NULL;

-- name: tracker_lost :exec
UPDATE ticket SET next_read_at = NULL, trouble = :trouble WHERE case_id = :case_id AND outlet_id = :outlet_id;
