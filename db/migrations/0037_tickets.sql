-- Tickets: escalated cases as other systems have them. A ticket system is an outlet as a webhook is: what it is to be told waits in the
-- same outbox. What it says comes back into the case.

ALTER TABLE outlet
    DROP CONSTRAINT outlet_kind_check,
    ADD CONSTRAINT outlet_kind_check CHECK (kind IN ('webhook', 'rt')),
    ADD COLUMN settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    ADD COLUMN trouble text;

COMMENT ON COLUMN outlet.settings IS 'of a ticket system: login (null: the secret is a token), queues (ours -> theirs, * for all others), language, done (states that end a ticket)';
COMMENT ON COLUMN outlet.trouble IS 'why the newest try failed, in words; NULL: it did not';

ALTER TABLE outbox_event ADD COLUMN case_id bigint;

CREATE INDEX outbox_event_of_case ON outbox_event (case_id, id) WHERE case_id IS NOT NULL;

-- Made in the transaction of the escalation, and from then on told whatever becomes of the case.
CREATE TABLE ticket (
    case_id      bigint NOT NULL REFERENCES desk_case ON DELETE CASCADE,
    outlet_id    bigint NOT NULL REFERENCES outlet ON DELETE CASCADE,
    key          text NOT NULL DEFAULT left(replace(gen_random_uuid()::text, '-', ''), 16),
    number       text,
    url          text,
    state        text,
    trouble      text,
    seen         bigint NOT NULL DEFAULT 0,
    idle         integer NOT NULL DEFAULT 0,
    made_at      timestamptz,
    read_at      timestamptz,
    next_read_at timestamptz,
    PRIMARY KEY (case_id, outlet_id)
);

COMMENT ON COLUMN ticket.key IS 'by which it is found there: ids of cases are those of other installations, too';
COMMENT ON COLUMN ticket.number IS 'what it is called there; NULL: it is not there yet';
COMMENT ON COLUMN ticket.state IS 'in the words of that system';
COMMENT ON COLUMN ticket.trouble IS 'why it was refused there, in words; NULL: it was not';
COMMENT ON COLUMN ticket.seen IS 'the newest of what happened there that is in the case';
COMMENT ON COLUMN ticket.idle IS 'so often in a row nothing new was there';

CREATE INDEX ticket_due ON ticket (next_read_at) WHERE next_read_at IS NOT NULL;
CREATE INDEX ticket_of_outlet ON ticket (outlet_id);

ALTER TABLE case_entry
    DROP CONSTRAINT case_entry_kind_check,
    ADD CONSTRAINT case_entry_kind_check
        CHECK (kind IN ('opened', 'contact', 'note', 'script', 'changed', 'escalated', 'returned', 'visit', 'closed', 'ticket'));

-- ---- who is told ----

-- A ticket system is told of cases that have a ticket there, but not what came from there (farol.outlet).
CREATE FUNCTION outlet_wants(o outlet, of_type text, of_case bigint) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN o.enabled
       AND (of_type = ANY (o.events) OR split_part(of_type, '.', 1) || '.*' = ANY (o.events) OR '*' = ANY (o.events))
       AND (o.kind = 'webhook'
            OR (o.id::text IS DISTINCT FROM current_setting('farol.outlet', true)
                AND EXISTS (SELECT FROM ticket t WHERE t.case_id = of_case AND t.outlet_id = o.id)));

DROP FUNCTION outbox_tell(text, jsonb);

CREATE FUNCTION outbox_tell(of_type text, of_data jsonb, of_case bigint DEFAULT NULL) RETURNS void
    LANGUAGE sql
AS $$
    WITH wanted AS (
        SELECT o.id FROM outlet o WHERE outlet_wants(o, of_type, of_case)
    ), event AS (
        INSERT INTO outbox_event (type, data, case_id) SELECT of_type, of_data, of_case WHERE EXISTS (SELECT FROM wanted)
        RETURNING id
    )
    INSERT INTO outbox_delivery (event_id, outlet_id) SELECT event.id, wanted.id FROM event CROSS JOIN wanted;
$$;

CREATE OR REPLACE FUNCTION outbox_tell_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM outbox_tell(CASE WHEN TG_OP = 'INSERT' THEN 'case.opened' WHEN NEW.state = 'open' THEN 'case.returned'
                             ELSE 'case.' || NEW.state END,
                        outbox_case(NEW, NULL), NEW.id);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION outbox_tell_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ticket (case_id, outlet_id)
    SELECT c.id, o.id
      FROM desk_case c, outlet o
     WHERE c.id = NEW.case_id AND o.kind = 'rt' AND o.enabled AND o.settings -> 'queues' ?| ARRAY[c.queue, '*']
        ON CONFLICT DO NOTHING;
    PERFORM outbox_tell('case.escalated', outbox_case(c, '/handoffs/' || NEW.key), c.id) FROM desk_case c WHERE c.id = NEW.case_id;
    RETURN NULL;
END
$$;

-- What may be sent now. Of one case a ticket system is told in the order in which it happened: what waits holds up what came later.
CREATE VIEW outbox_due AS
SELECT d.id, d.outlet_id, d.next_at, d.tries, e.id AS event_id, e.type, e.at, e.data
  FROM outbox_delivery d
  JOIN outbox_event e ON e.id = d.event_id
  JOIN outlet o ON o.id = d.outlet_id
 WHERE d.state = 'waiting' AND d.next_at <= now() AND o.enabled
   AND (o.kind = 'webhook'
        OR NOT EXISTS (SELECT
                         FROM outbox_event b
                         JOIN outbox_delivery x ON x.event_id = b.id
                        WHERE b.case_id = e.case_id AND b.id < e.id AND x.outlet_id = d.outlet_id AND x.state = 'waiting'));

-- ---- shown ----

CREATE VIEW connector_shown AS
SELECT o.id, row_to_json(s) AS shown
  FROM outlet o
 CROSS JOIN LATERAL (
       SELECT number_id('con_', o.id) AS id, o.kind, o.name, o.url, o.settings ->> 'login' AS login,
              (SELECT json_agg(json_build_object('queue', q.key, 'to', q.value) ORDER BY q.key) FROM jsonb_each_text(o.settings -> 'queues') q) AS queues,
              coalesce(o.settings ->> 'language', 'pt-BR') AS language, o.settings -> 'done' AS done, utc(o.created_at) AS created_at, o.created_by,
              o.enabled, utc(o.failing_since) AS failing_since, o.trouble,
              (SELECT count(*) FROM outbox_delivery d WHERE d.outlet_id = o.id AND d.state = 'waiting') AS waiting,
              (SELECT count(*) FROM outbox_delivery d WHERE d.outlet_id = o.id AND d.state = 'failed') AS failed) s
 WHERE o.kind <> 'webhook';

CREATE FUNCTION case_tickets(of_case bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT coalesce(json_agg(json_build_object('connector', number_id('con_', o.id), 'name', o.name, 'system', o.kind, 'number', t.number,
                                                       'url', t.url, 'state', t.state, 'trouble', coalesce(t.trouble, o.trouble),
                                                       'made_at', utc(t.made_at), 'read_at', utc(t.read_at)) ORDER BY o.id), '[]')
              FROM ticket t
              JOIN outlet o ON o.id = t.outlet_id
             WHERE t.case_id = of_case);

CREATE OR REPLACE VIEW case_shown AS
SELECT c.id, c.device_id, c.actor_id, c.state, c.queue, c.opened_at, row_to_json(s) AS shown
  FROM desk_case c
  JOIN device d ON d.id = c.device_id
 CROSS JOIN LATERAL (
       SELECT number_id('cas_', c.id) AS id,
              c.protocol,
              c.state,
              number_id('dev_', c.device_id) AS device,
              d.serial,
              c.agent,
              utc(c.opened_at) AS opened_at,
              c.found_by,
              c.call_id,
              c.verdict,
              c.family,
              c.reason,
              c.fix,
              c.outcome,
              utc(c.callback_at) AS callback_at,
              c.queue,
              c.priority,
              c.summary,
              utc(c.escalated_at) AS escalated_at,
              c.escalated_by,
              utc(c.returned_at) AS returned_at,
              c.returned_by,
              utc(c.visit_at) AS visit_at,
              c.visit_by,
              utc(c.visit_for) AS visit_for,
              utc(c.closed_at) AS closed_at,
              c.closed_by,
              case_tickets(c.id) AS tickets) s;
