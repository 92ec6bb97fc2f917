-- Cases are those of a subscriber, where one is known: also of one who has no device, and they stay with him when his device is exchanged.
-- There is no foreign key: what was said to a customer under a protocol outlives his row, as the audit trail does.

ALTER TABLE desk_case
    ALTER COLUMN device_id DROP NOT NULL,
    ADD COLUMN subscriber_id bigint,
    ADD CONSTRAINT desk_case_is_of_a_home CHECK (device_id IS NOT NULL OR subscriber_id IS NOT NULL);

COMMENT ON COLUMN desk_case.device_id IS 'of the home, the newest one while the case is not closed; NULL: it has none';
COMMENT ON COLUMN desk_case.subscriber_id IS 'whose home it is; NULL: nobody was known to have the device';

-- The subscriber who had the device when the case was opened. Of two unclosed cases that one agent has of the same subscriber, the older
-- stays with its device.
UPDATE desk_case c
   SET subscriber_id = b.subscriber_id
  FROM binding b
 WHERE b.device_id = c.device_id AND b.since <= c.opened_at AND (b.until IS NULL OR b.until > c.opened_at)
   AND (c.closed_at IS NOT NULL
        OR NOT EXISTS (SELECT
                         FROM desk_case n
                         JOIN binding o ON o.device_id = n.device_id AND o.since <= n.opened_at AND (o.until IS NULL OR o.until > n.opened_at)
                        WHERE n.actor_id = c.actor_id AND n.closed_at IS NULL AND n.id > c.id AND o.subscriber_id = b.subscriber_id));

-- One unclosed case per home and agent. A home is its subscriber, or a device that nobody is known to have.
DROP INDEX desk_case_open;
CREATE UNIQUE INDEX desk_case_open ON desk_case (coalesce(subscriber_id, -device_id), actor_id) WHERE closed_at IS NULL;
CREATE INDEX desk_case_open_device ON desk_case (device_id) WHERE closed_at IS NULL;
CREATE INDEX desk_case_open_subscriber ON desk_case (subscriber_id) WHERE closed_at IS NULL;
CREATE INDEX desk_case_of_subscriber ON desk_case (subscriber_id, opened_at) WHERE subscriber_id IS NOT NULL;

-- ---- which is whose ----

CREATE FUNCTION bound_to(of_device bigint) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT b.subscriber_id FROM binding b WHERE b.device_id = of_device AND b.until IS NULL);

-- Where both subscribers are known they say it: a device that has gone to somebody else takes nobody's history with it.
CREATE FUNCTION same_home(subscriber_a bigint, device_a bigint, subscriber_b bigint, device_b bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN subscriber_a = subscriber_b OR (device_a = device_b AND (subscriber_a IS NULL OR subscriber_b IS NULL));

CREATE OR REPLACE FUNCTION case_of_actor(of_device bigint, of_actor bigint) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT c.id
              FROM desk_case c
             WHERE c.actor_id = of_actor AND c.closed_at IS NULL
               AND (c.subscriber_id = (SELECT bound_to(of_device))
                    OR (c.device_id = of_device AND (c.subscriber_id IS NULL OR (SELECT bound_to(of_device)) IS NULL)))
             ORDER BY c.subscriber_id IS NULL, c.id DESC
             LIMIT 1);

-- An unclosed case follows its home: to the device that comes instead of the one that goes, and to the subscriber to whom its device is
-- bound, unless its agent has one of his already. Who reads the case sees when.
CREATE FUNCTION case_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH found AS (
        SELECT DISTINCT ON (n.subscriber_id, c.actor_id) c.id, n.subscriber_id, n.bound_by
          FROM changed n
          JOIN desk_case c ON c.device_id = n.device_id AND c.closed_at IS NULL AND c.subscriber_id IS NULL
         WHERE n.until IS NULL
           AND NOT EXISTS (SELECT FROM desk_case o WHERE o.subscriber_id = n.subscriber_id AND o.actor_id = c.actor_id AND o.closed_at IS NULL)
         ORDER BY n.subscriber_id, c.actor_id, c.id DESC
    ), taken AS (
        UPDATE desk_case c SET subscriber_id = f.subscriber_id FROM found f WHERE c.id = f.id
        RETURNING c.id, f.bound_by, c.subscriber_id
    )
    INSERT INTO case_entry (case_id, actor_id, by, kind, data)
    SELECT t.id, 0, t.bound_by, 'changed', jsonb_build_object('subscriber', number_id('sub_', t.subscriber_id)) FROM taken t;

    WITH moved AS (
        UPDATE desk_case c
           SET device_id = n.device_id
          FROM changed n, desk_case before
         WHERE c.subscriber_id = n.subscriber_id AND c.closed_at IS NULL AND n.until IS NULL AND c.device_id IS DISTINCT FROM n.device_id
           AND before.id = c.id
           AND bound_to(c.device_id) IS DISTINCT FROM c.subscriber_id
        RETURNING c.id, n.bound_by, n.device_id, before.device_id AS before_id
    )
    INSERT INTO case_entry (case_id, actor_id, by, kind, data)
    SELECT m.id, 0, m.bound_by, 'changed', jsonb_build_object('device', number_id('dev_', m.device_id), 'before', number_id('dev_', m.before_id))
      FROM moved m;
    RETURN NULL;
END
$$;

CREATE TRIGGER binding_case AFTER INSERT ON binding
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION case_follow();

-- ---- told ----

CREATE OR REPLACE FUNCTION desk_case_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('farol_case', concat_ws(':', coalesce(NEW.device_id, 0), NEW.id, NEW.state));
    RETURN NULL;
END
$$;

-- Who it is, as much of it as everybody at the desk sees. NULL: there is none, or no more.
CREATE FUNCTION case_customer(of_subscriber bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT json_build_object('id', number_id('sub_', s.id), 'external_id', s.external_id, 'name', s.name, 'contract', s.contract)
              FROM subscriber s
             WHERE s.id = of_subscriber);

-- For whoever takes a case over.
CREATE FUNCTION case_customer_masked(of_subscriber bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT json_build_object('id', number_id('sub_', s.id), 'external_id', s.external_id, 'name', s.name,
                                     'document', document_masked(s.document),
                                     'phones', (SELECT string_agg(phone_masked(p.number), ', ' ORDER BY p.place)
                                                  FROM unnest(s.phones) WITH ORDINALITY p(number, place)),
                                     'contract', s.contract, 'contract_status', s.contract_status, 'plan', s.plan,
                                     'city', coalesce(s.city, s.address ->> 'city'))
              FROM subscriber s
             WHERE s.id = of_subscriber);

CREATE OR REPLACE FUNCTION outbox_case(of_case desk_case, of_link text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object(
        'case', number_id('cas_', of_case.id), 'protocol', of_case.protocol, 'state', of_case.state,
        'device', number_id('dev_', of_case.device_id), 'serial', (SELECT serial FROM device WHERE id = of_case.device_id),
        'subscriber', case_customer_masked(of_case.subscriber_id),
        'agent', of_case.agent, 'verdict', of_case.verdict, 'reason', of_case.reason, 'fix', of_case.fix, 'outcome', of_case.outcome,
        'callback_at', utc(of_case.callback_at), 'queue', of_case.queue, 'priority', of_case.priority, 'summary', of_case.summary,
        'handoff', of_link);

-- ---- shown ----

-- Every time that a customer called: a case that is opened, and a call about one that waits elsewhere.
CREATE OR REPLACE VIEW case_contact AS
SELECT id AS case_id, device_id, family, opened_at AS at, subscriber_id FROM desk_case
 UNION ALL
SELECT c.id, c.device_id, c.family, e.at, c.subscriber_id FROM case_entry e JOIN desk_case c ON c.id = e.case_id WHERE e.kind = 'contact';

CREATE OR REPLACE VIEW case_shown AS
SELECT c.id, c.device_id, c.actor_id, c.state, c.queue, c.opened_at, row_to_json(s) AS shown, c.subscriber_id
  FROM desk_case c
  LEFT JOIN device d ON d.id = c.device_id
 CROSS JOIN LATERAL (
       SELECT number_id('cas_', c.id) AS id,
              c.protocol,
              c.state,
              number_id('dev_', c.device_id) AS device,
              d.serial,
              case_customer(c.subscriber_id) AS subscriber,
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
