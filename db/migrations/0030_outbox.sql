-- What other systems are told: events, written in the transaction of what they are about, and one delivery of each to every outlet
-- that wants it. Nothing decides in memory whether something is sent.

CREATE SEQUENCE outlet_id;

CREATE TABLE outlet (
    id            bigint PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('webhook')),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    url           text NOT NULL CHECK (length(url) BETWEEN 1 AND 1000),
    events        text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 50),
    secret        text NOT NULL,
    old_secret    text,
    old_until     timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    text NOT NULL,
    enabled       boolean NOT NULL DEFAULT true,
    disabled_why  text,
    failing_since timestamptz,
    busy_until    timestamptz NOT NULL DEFAULT '-infinity'
);

COMMENT ON TABLE outlet IS 'another system: where it is, and what it wants to be told';
COMMENT ON COLUMN outlet.events IS 'types of events, action.* for all that begin so, * for all';
COMMENT ON COLUMN outlet.secret IS 'sealed; old_secret signs beside it until old_until';
COMMENT ON COLUMN outlet.busy_until IS 'somebody is sending to it; should he die, somebody else begins then';

CREATE TABLE outbox_event (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at   timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL,
    data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object')
);

CREATE INDEX outbox_event_age ON outbox_event USING brin (at);

CREATE TABLE outbox_delivery (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     bigint NOT NULL REFERENCES outbox_event ON DELETE CASCADE,
    outlet_id    bigint NOT NULL REFERENCES outlet ON DELETE CASCADE,
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    tries        integer NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL DEFAULT now(),
    tried_at     timestamptz,
    status       integer,
    detail       text,
    delivered_at timestamptz
);

COMMENT ON COLUMN outbox_delivery.status IS 'of the newest answer; NULL: there was none, detail says why';

CREATE INDEX outbox_delivery_due ON outbox_delivery (outlet_id, next_at) WHERE state = 'waiting';
CREATE INDEX outbox_delivery_of_outlet ON outbox_delivery (outlet_id, id);
CREATE INDEX outbox_delivery_of_event ON outbox_delivery (event_id);

CREATE FUNCTION outbox_tell(of_type text, of_data jsonb) RETURNS void
    LANGUAGE sql
AS $$
    WITH wanted AS (
        SELECT id
          FROM outlet
         WHERE enabled AND (of_type = ANY (events) OR split_part(of_type, '.', 1) || '.*' = ANY (events) OR '*' = ANY (events))
    ), event AS (
        INSERT INTO outbox_event (type, data) SELECT of_type, of_data WHERE EXISTS (SELECT FROM wanted)
        RETURNING id
    )
    INSERT INTO outbox_delivery (event_id, outlet_id) SELECT event.id, wanted.id FROM event CROSS JOIN wanted;
$$;

-- ---- actions: their ends ----

CREATE FUNCTION outbox_tell_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM outlet WHERE enabled) THEN
        PERFORM outbox_tell('action.' || n.state,
                            jsonb_build_object('action', a.id, 'type', a.kind, 'state', n.state, 'device', number_id('dev_', a.device_id),
                                               'serial', d.serial, 'case', number_id('cas_', a.case_id), 'created_by', a.created_by,
                                               'reason', a.reason, 'created_at', utc(a.created_at), 'ended_at', utc(a.ended_at),
                                               'failure', CASE WHEN a.failure IS NOT NULL
                                                               THEN jsonb_build_object('code', a.failure ->> 'code',
                                                                                       'detail', left(a.failure ->> 'detail', 500)) END))
           FROM added n
           JOIN action a ON a.id = n.action_id
           JOIN device d ON d.id = a.device_id
          WHERE n.state IN ('succeeded', 'failed', 'expired', 'cancelled');
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER action_event_outbox AFTER INSERT ON action_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION outbox_tell_actions();

-- ---- cases ----

CREATE FUNCTION outbox_case(of_case desk_case, of_link text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object('case', number_id('cas_', of_case.id), 'protocol', of_case.protocol, 'state', of_case.state,
                              'device', number_id('dev_', of_case.device_id), 'serial', (SELECT serial FROM device WHERE id = of_case.device_id),
                              'agent', of_case.agent, 'verdict', of_case.verdict, 'reason', of_case.reason, 'fix', of_case.fix,
                              'outcome', of_case.outcome, 'callback_at', utc(of_case.callback_at), 'queue', of_case.queue,
                              'priority', of_case.priority, 'summary', of_case.summary, 'handoff', of_link);

CREATE FUNCTION outbox_tell_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM outbox_tell(CASE WHEN TG_OP = 'INSERT' THEN 'case.opened' WHEN NEW.state = 'open' THEN 'case.returned'
                             ELSE 'case.' || NEW.state END,
                        outbox_case(NEW, NULL));
    RETURN NULL;
END
$$;

CREATE TRIGGER desk_case_opened_outbox AFTER INSERT ON desk_case FOR EACH ROW EXECUTE FUNCTION outbox_tell_case();
CREATE TRIGGER desk_case_moved_outbox AFTER UPDATE ON desk_case
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state <> 'escalated') EXECUTE FUNCTION outbox_tell_case();

-- An escalation is told once its bundle is there.
CREATE FUNCTION outbox_tell_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM outbox_tell('case.escalated', outbox_case(c, '/handoffs/' || NEW.key)) FROM desk_case c WHERE c.id = NEW.case_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER handoff_outbox AFTER INSERT ON handoff FOR EACH ROW EXECUTE FUNCTION outbox_tell_handoff();

-- ---- incidents ----

CREATE FUNCTION outbox_tell_incident() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM outbox_tell(CASE WHEN NEW.closed_at IS NULL THEN 'incident.opened' ELSE 'incident.closed' END,
                        jsonb_build_object('incident', number_id('inc_', NEW.id), 'kind', NEW.kind, 'place', NEW.place, 'since', utc(NEW.since),
                                           'opened_by', NEW.opened_by, 'closed_by', NEW.closed_by, 'text', NEW.text,
                                           'forecast', utc(NEW.forecast)));
    RETURN NULL;
END
$$;

CREATE TRIGGER incident_opened_outbox AFTER INSERT ON incident FOR EACH ROW EXECUTE FUNCTION outbox_tell_incident();
CREATE TRIGGER incident_closed_outbox AFTER UPDATE ON incident
    FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION outbox_tell_incident();

CREATE VIEW webhook_shown AS
SELECT w.id, row_to_json(s) AS shown
  FROM outlet w
 CROSS JOIN LATERAL (
       SELECT number_id('whk_', w.id) AS id, w.name, w.url, w.events, utc(w.created_at) AS created_at, w.created_by, w.enabled,
              w.disabled_why, utc(w.failing_since) AS failing_since,
              CASE WHEN w.old_until > now() THEN utc(w.old_until) END AS old_secret_until,
              (SELECT count(*) FROM outbox_delivery d WHERE d.outlet_id = w.id AND d.state = 'waiting') AS waiting) s
 WHERE w.kind = 'webhook';
