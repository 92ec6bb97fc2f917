-- Escalated cases by e-mail: a connector that only tells, and whose queues are addresses.

ALTER TABLE outlet
    DROP CONSTRAINT outlet_kind_check,
    ADD CONSTRAINT outlet_kind_check CHECK (kind IN ('webhook', 'rt', 'mail'));

COMMENT ON COLUMN outlet.settings IS 'of a connector: login (null: the secret is a token, or there is none), from (of e-mail), queues (ours -> theirs, * for all others), language, done (states that end a ticket)';

-- When a ticket is read next; 0: never.
CREATE FUNCTION ticket_next_look(after_s bigint) RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN CASE WHEN after_s > 0 THEN now() + make_interval(secs => after_s) END;

CREATE OR REPLACE FUNCTION outbox_tell_handoff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ticket (case_id, outlet_id)
    SELECT c.id, o.id
      FROM desk_case c, outlet o
     WHERE c.id = NEW.case_id AND o.kind <> 'webhook' AND o.enabled AND o.settings -> 'queues' ?| ARRAY[c.queue, '*']
        ON CONFLICT DO NOTHING;
    PERFORM outbox_tell('case.escalated', outbox_case(c, '/handoffs/' || NEW.key), c.id) FROM desk_case c WHERE c.id = NEW.case_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE VIEW connector_shown AS
SELECT o.id, row_to_json(s) AS shown
  FROM outlet o
 CROSS JOIN LATERAL (
       SELECT number_id('con_', o.id) AS id, o.kind, o.name, o.url, o.settings ->> 'login' AS login, o.settings ->> 'from' AS "from",
              (SELECT json_agg(json_build_object('queue', q.key, 'to', q.value) ORDER BY q.key) FROM jsonb_each_text(o.settings -> 'queues') q) AS queues,
              coalesce(o.settings ->> 'language', 'pt-BR') AS language, o.settings -> 'done' AS done, utc(o.created_at) AS created_at, o.created_by,
              o.enabled, utc(o.failing_since) AS failing_since, o.trouble,
              (SELECT count(*) FROM outbox_delivery d WHERE d.outlet_id = o.id AND d.state = 'waiting') AS waiting,
              (SELECT count(*) FROM outbox_delivery d WHERE d.outlet_id = o.id AND d.state = 'failed') AS failed) s
 WHERE o.kind <> 'webhook';
