-- Cases of the desk: one contact of a customer, from the search to its end. What is done under a case is not copied: actions, verdicts and
-- runs say whose they are, and the case is read together (case_log). Closing or handing it over freezes it.

-- As crypto_write_number_id() writes it.
CREATE FUNCTION number_id(prefix text, number bigint) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN prefix || (SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', ((number >> (5 * place)) & 31)::int + 1, 1), ''
                                        ORDER BY place DESC)
                        FROM generate_series(0, 12) AS place);

-- The numbers that protocols of a day have used up.
CREATE TABLE case_day (
    day  date PRIMARY KEY,
    last bigint NOT NULL
);

CREATE TABLE desk_case (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id    bigint NOT NULL REFERENCES device,
    protocol     text NOT NULL UNIQUE CHECK (length(protocol) BETWEEN 1 AND 64),
    state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'escalated', 'visit', 'closed')),
    actor_id     bigint NOT NULL,
    agent        text NOT NULL,
    opened_at    timestamptz NOT NULL DEFAULT now(),
    found_by     text NOT NULL,
    call_id      text,
    verdict      text,
    family       text,
    visit_prone  boolean NOT NULL DEFAULT false,
    reason       text,
    fix          text,
    outcome      text,
    callback_at  timestamptz,
    queue        text,
    priority     text,
    summary      text,
    escalated_at timestamptz,
    escalated_by text,
    returned_at  timestamptz,
    returned_by  text,
    lacked_data  boolean NOT NULL DEFAULT false,
    visit_at     timestamptz,
    visit_by     text,
    visit_for    timestamptz,
    closed_at    timestamptz,
    closed_by    text,
    frozen       json,
    CONSTRAINT desk_case_end_is_a_state CHECK ((closed_at IS NOT NULL) = (state = 'closed')),
    CONSTRAINT desk_case_end_is_frozen CHECK (closed_at IS NULL OR frozen IS NOT NULL),
    CONSTRAINT desk_case_end_has_an_outcome CHECK (closed_at IS NULL OR outcome IS NOT NULL),
    CONSTRAINT desk_case_waits_in_a_queue CHECK (state NOT IN ('escalated', 'visit') OR queue IS NOT NULL)
);

COMMENT ON COLUMN desk_case.protocol IS 'the number that the customer is told: ours, or that of the CRM';
COMMENT ON COLUMN desk_case.actor_id IS 'whose case it is; agent is his name then';
COMMENT ON COLUMN desk_case.verdict IS 'the headline when it was opened';
COMMENT ON COLUMN desk_case.family IS 'of the symptom: by the verdict at first, by the reason in the end; NULL: not known';
COMMENT ON COLUMN desk_case.visit_prone IS 'the verdict was one after which a technician is usually sent';
COMMENT ON COLUMN desk_case.escalated_at IS 'the first time; queue, priority and summary are of the newest';
COMMENT ON COLUMN desk_case.lacked_data IS 'it was returned for something that should have been in the bundle';
COMMENT ON COLUMN desk_case.frozen IS 'its log as it was when it was closed';

CREATE UNIQUE INDEX desk_case_open ON desk_case (device_id, actor_id) WHERE closed_at IS NULL;
CREATE INDEX desk_case_of_device ON desk_case (device_id, opened_at);
CREATE INDEX desk_case_of_agent ON desk_case (actor_id, id);
CREATE INDEX desk_case_waiting ON desk_case (queue, id) WHERE state IN ('escalated', 'visit');
CREATE INDEX desk_case_time ON desk_case (opened_at);

-- What people did about a case, and what no other table knows of.
CREATE TABLE case_entry (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id  bigint NOT NULL REFERENCES desk_case ON DELETE CASCADE,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id bigint NOT NULL,
    by       text NOT NULL,
    kind     text NOT NULL CHECK (kind IN ('opened', 'contact', 'note', 'script', 'changed', 'escalated', 'returned', 'visit', 'closed')),
    text     text,
    data     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(data) = 'object')
);

CREATE INDEX case_entry_of_case ON case_entry (case_id, id);
CREATE INDEX case_entry_contact ON case_entry (case_id, at) WHERE kind = 'contact';

ALTER TABLE action ADD COLUMN case_id bigint;
ALTER TABLE verdict ADD COLUMN case_id bigint;
ALTER TABLE playbook_run ADD COLUMN case_id bigint;

CREATE INDEX action_of_case ON action (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX verdict_of_case ON verdict (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX playbook_run_of_case ON playbook_run (case_id) WHERE case_id IS NOT NULL;

-- The case under which an actor does something to a device, without saying so.
CREATE FUNCTION case_of_actor(of_device bigint, of_actor bigint) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT c.id FROM desk_case c WHERE c.device_id = of_device AND c.actor_id = of_actor AND c.closed_at IS NULL);

-- Tells listeners that a case is there, or is in another state.
CREATE FUNCTION desk_case_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('farol_case', concat_ws(':', NEW.device_id, NEW.id, NEW.state));
    RETURN NULL;
END
$$;

CREATE TRIGGER desk_case_opened AFTER INSERT ON desk_case FOR EACH ROW EXECUTE FUNCTION desk_case_tell();
CREATE TRIGGER desk_case_moved AFTER UPDATE ON desk_case
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION desk_case_tell();

-- Every time that a customer called: a case that is opened, and a call about one that waits elsewhere.
CREATE VIEW case_contact AS
SELECT id AS case_id, device_id, family, opened_at AS at FROM desk_case
 UNION ALL
SELECT c.id, c.device_id, c.family, e.at FROM case_entry e JOIN desk_case c ON c.id = e.case_id WHERE e.kind = 'contact';

-- All that happened under a case, in one form. The arguments of an action are not here: what it changed is.
CREATE VIEW case_log AS
SELECT e.case_id, e.at, e.by, e.kind, e.text, e.data, e.id::text AS tie
  FROM case_entry e
 UNION ALL
SELECT v.case_id, v.at, v.shown_to, 'verdict', v.answer -> 'causes' -> 0 -> 'headline' ->> 'pt-BR',
       jsonb_build_object('verdict', number_id('ver_', v.id), 'code', v.code, 'headline', v.answer -> 'causes' -> 0 -> 'headline',
                          'severity', v.answer -> 'causes' -> 0 -> 'severity', 'more', v.answer -> 'more'),
       v.id::text
  FROM verdict v
 WHERE v.case_id IS NOT NULL
 UNION ALL
SELECT a.case_id, a.created_at, a.created_by, 'action', a.reason,
       jsonb_build_object('action', a.id, 'type', a.kind, 'state', a.state, 'ended_at', utc(a.ended_at),
                          'duration_s', round(extract(epoch FROM a.ended_at - a.created_at)::numeric, 1),
                          'stages', (SELECT json_agg(json_build_object('state', s.state, 'at', utc(s.at)) ORDER BY s.at)
                                       FROM (SELECT n.state, min(n.at) AS at FROM action_event n WHERE n.action_id = a.id GROUP BY n.state) s),
                          'changed', a.result -> 'changed', 'sentence', a.result -> 'sentence',
                          'failure', a.failure ->> 'detail', 'undone_by', a.undone_by),
       a.id
  FROM action a
 WHERE a.case_id IS NOT NULL
 UNION ALL
SELECT r.case_id, r.started_at, r.started_by, 'playbook', r.playbook,
       jsonb_build_object('run', r.id, 'playbook', r.playbook, 'version', r.version, 'state', r.phase, 'step', r.step,
                          'outcome', r.outcome, 'ended_at', utc(r.ended_at),
                          'path', (SELECT coalesce(json_agg(json_build_object('step', p.value -> 'step', 'input', p.value -> 'input', 'by', p.value -> 'by',
                                                                     'at', utc(to_timestamp((p.value ->> 'at_us')::float8 / 1000000)),
                                                                     'values', p.value -> 'values', 'before', p.value -> 'before',
                                                                     'action', p.value -> 'action', 'detail', p.value -> 'detail')
                                                   ORDER BY p.ordinality), '[]')
                                     FROM jsonb_array_elements(r.state -> 'path') WITH ORDINALITY p)),
       r.id
  FROM playbook_run r
 WHERE r.case_id IS NOT NULL AND NOT r.dry;

CREATE FUNCTION case_log_of(of_case bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT coalesce(json_agg(json_build_object('at', utc(l.at), 'by', l.by, 'kind', l.kind, 'text', l.text, 'data', l.data)
                                     ORDER BY l.at, l.kind, l.tie), '[]')
              FROM case_log l
             WHERE l.case_id = of_case);

CREATE VIEW case_shown AS
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
              c.closed_by) s;

CREATE OR REPLACE VIEW action_shown AS
SELECT a.id, a.device_id, a.state, a.ended_at, s.cancellable, a.wake_tries, a.wake_detail, a.next_wake_at,
       a.state IN ('queued', 'waking') AND a.next_wake_at IS NULL AS waits_for_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact, row_to_json(s) AS shown
  FROM action a
  LEFT JOIN device_hot h USING (device_id)
 CROSS JOIN LATERAL (
    SELECT a.id, a.kind AS type, a.state, utc(a.stage_since) AS stage_since, a.args AS params, a.on_offline,
           utc(a.created_at) AS created_at, a.created_by, a.reason, number_id('cas_', a.case_id) AS "case", utc(a.expires_at) AS expires_at,
           utc(a.ended_at) AS ended_at, a.progress, a.result, a.evidence, a.failure,
           a.ended_at IS NULL AND a.intent IS NULL AND (a.state <> 'verifying' OR a.lets_go) AS cancellable,
           CASE WHEN a.undo IS NOT NULL AND a.undone_by IS NULL AND a.undo_until > now() THEN utc(a.undo_until) END AS undo_until,
           a.undone_by) s;
