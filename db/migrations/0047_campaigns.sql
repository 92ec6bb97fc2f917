-- Campaigns: one action for many devices, carefully. What may never be wrong is kept by the tables themselves: how many are in
-- flight, what the counters of a wave say, that no device is sent to twice at a time, and that nothing begins once it was stopped.

CREATE TABLE campaign (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    state        text NOT NULL DEFAULT 'draft'
                 CHECK (state IN ('draft', 'listing', 'listed', 'running', 'held', 'paused', 'halted', 'finished', 'cancelled')),
    kind         text NOT NULL,
    args         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(args) = 'object'),
    file_size    bigint NOT NULL DEFAULT 0 CHECK (file_size >= 0),
    filter       text NOT NULL DEFAULT '' CHECK (length(filter) <= 500),
    excludes     jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(excludes) = 'object'),
    plan         jsonb NOT NULL CHECK (jsonb_typeof(plan) = 'object'),
    reason       text CHECK (length(reason) BETWEEN 1 AND 1000),
    after_id     bigint REFERENCES campaign,
    revision     integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    changed_by   text NOT NULL,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    changers     bigint[] NOT NULL,
    -- the list
    listed_up_to bigint,
    list_chain   bytea NOT NULL DEFAULT '',
    total        bigint NOT NULL DEFAULT 0 CHECK (total >= 0),
    list_hash    text,
    listed_at    timestamptz,
    list_error   text,
    summary      jsonb,
    -- the second pair of eyes
    approved_by   text,
    approver      bigint,
    approved_hash text,
    approved_at   timestamptz,
    -- under way
    wave         integer NOT NULL DEFAULT 0,
    flight_cap   integer NOT NULL DEFAULT 0,
    in_flight    integer NOT NULL DEFAULT 0,
    bad_in_a_row integer NOT NULL DEFAULT 0,
    next_by      text,
    why          text,
    until        timestamptz,
    stopped      jsonb,
    watched_at   timestamptz,
    watch        jsonb,
    started_at   timestamptz,
    ended_at     timestamptz,
    CONSTRAINT campaign_never_has_more_in_flight_than_its_cap CHECK (in_flight BETWEEN 0 AND flight_cap),
    CONSTRAINT campaign_list_is_whole CHECK ((list_hash IS NULL) = (listed_at IS NULL)),
    CONSTRAINT campaign_approval_is_whole CHECK ((approved_by IS NULL) = (approved_hash IS NULL) AND (approved_by IS NULL) = (approved_at IS NULL)
                                                AND (approved_by IS NULL) = (approver IS NULL)),
    CONSTRAINT campaign_is_approved_by_another CHECK (approver <> ALL (changers)),
    CONSTRAINT campaign_runs_what_was_approved CHECK (
        state IN ('draft', 'listing', 'listed', 'cancelled', 'halted') OR (approved_hash IS NOT NULL AND approved_hash = list_hash))
);

COMMENT ON COLUMN campaign.after_id IS 'the one that it undoes, or whose failures it tries again';
COMMENT ON COLUMN campaign.changers IS 'actors that made it, or changed it, at any time: none of them approves it';
COMMENT ON COLUMN campaign.approver IS 'an actor, as changers are';
COMMENT ON COLUMN campaign.summary IS 'of the list: why how many are left out, and which models and versions there are';
COMMENT ON COLUMN campaign.listed_up_to IS 'devices up to this one have been looked at';
COMMENT ON COLUMN campaign.list_chain IS 'hash of the devices so far, piece by piece';
COMMENT ON COLUMN campaign.list_hash IS 'of what is to be done, how, and of every device of the list: what an approval is bound to';
COMMENT ON COLUMN campaign.bad_in_a_row IS 'devices that went wrong since the last that went well';
COMMENT ON COLUMN campaign.next_by IS 'who has said that the next wave may begin';
COMMENT ON COLUMN campaign.why IS 'why it does not go on just now; a word of campaign_why_name()';
COMMENT ON COLUMN campaign.stopped IS 'who or what halted it: the rule and its numbers';
COMMENT ON COLUMN campaign.watch IS 'what is looked at once a minute, and when that was: watched_at';

CREATE INDEX campaign_at_work ON campaign (id) WHERE state IN ('listing', 'running', 'held', 'paused', 'halted');

CREATE TABLE campaign_wave (
    campaign_id bigint NOT NULL REFERENCES campaign ON DELETE CASCADE,
    number      integer NOT NULL CHECK (number >= 0),
    size        bigint NOT NULL CHECK (size >= 0),
    in_flight   bigint NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
    healthy     bigint NOT NULL DEFAULT 0 CHECK (healthy >= 0),
    failed      bigint NOT NULL DEFAULT 0 CHECK (failed >= 0),
    looping     bigint NOT NULL DEFAULT 0 CHECK (looping >= 0),
    lying       bigint NOT NULL DEFAULT 0 CHECK (lying >= 0),
    missing     bigint NOT NULL DEFAULT 0 CHECK (missing >= 0),
    silent      bigint NOT NULL DEFAULT 0,
    began_at    timestamptz,
    judged_at   timestamptz,
    PRIMARY KEY (campaign_id, number),
    CONSTRAINT campaign_wave_has_no_more_than_its_size CHECK (in_flight + healthy + failed + looping + lying + missing <= size)
);

COMMENT ON COLUMN campaign_wave.silent IS 'of the healthy ones, those that were not heard of for too long; counted once a minute';
COMMENT ON COLUMN campaign_wave.judged_at IS 'when the last of it was';

CREATE TABLE campaign_target (
    campaign_id bigint NOT NULL,
    device_id   bigint NOT NULL,
    state       text NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'sent', 'healthy', 'failed', 'looping', 'lying', 'missing', 'excluded')),
    place       integer NOT NULL DEFAULT 0,
    wave        integer,
    action_id   text,
    cause       text,
    tries       integer NOT NULL DEFAULT 0,
    boots       integer NOT NULL DEFAULT 0,
    again_at    timestamptz NOT NULL DEFAULT '-infinity',
    taken_at    timestamptz,
    sent_at     timestamptz,
    judged_at   timestamptz,
    PRIMARY KEY (campaign_id, device_id),
    CONSTRAINT campaign_target_is_of_a_wave CHECK ((wave IS NULL) = (state IN ('waiting', 'excluded')))
) WITH (fillfactor = 80);

COMMENT ON COLUMN campaign_target.state IS 'sent: in flight; what it was judged is provisioning/campaign/health.h';
COMMENT ON COLUMN campaign_target.place IS 'in the order in which they are sent to: made up, so that a canary is a sample';
COMMENT ON COLUMN campaign_target.boots IS 'restarts of the device so far, when it was taken';
COMMENT ON COLUMN campaign_target.again_at IS 'of one that waits: not before';
COMMENT ON COLUMN campaign_target.taken_at IS 'when its action was made';
COMMENT ON COLUMN campaign_target.sent_at IS 'when the first request that changes it went out';

CREATE INDEX campaign_target_waiting ON campaign_target (campaign_id, again_at, place) WHERE state = 'waiting';
CREATE INDEX campaign_target_state ON campaign_target (campaign_id, state, device_id) WHERE state NOT IN ('waiting', 'excluded');
CREATE INDEX campaign_target_judged ON campaign_target (campaign_id, judged_at) WHERE judged_at IS NOT NULL;
CREATE INDEX campaign_target_taken ON campaign_target (campaign_id, taken_at) WHERE taken_at IS NOT NULL;
-- One campaign at a time has a device in flight.
CREATE UNIQUE INDEX campaign_target_in_flight ON campaign_target (device_id) WHERE state = 'sent';

-- Every way of moving a target keeps the counters true, in the same transaction; one too many in flight is refused with it.
CREATE FUNCTION campaign_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE campaign_wave w
       SET in_flight = w.in_flight + c.in_flight, healthy = w.healthy + c.healthy, failed = w.failed + c.failed,
           looping = w.looping + c.looping, lying = w.lying + c.lying, missing = w.missing + c.missing,
           judged_at = greatest(w.judged_at, c.judged_at)
      FROM (SELECT m.campaign_id, m.wave, sum(m.by) FILTER (WHERE m.state = 'sent') AS in_flight, sum(m.by) FILTER (WHERE m.state = 'healthy') AS healthy,
                   sum(m.by) FILTER (WHERE m.state = 'failed') AS failed, sum(m.by) FILTER (WHERE m.state = 'looping') AS looping,
                   sum(m.by) FILTER (WHERE m.state = 'lying') AS lying, sum(m.by) FILTER (WHERE m.state = 'missing') AS missing,
                   max(m.judged_at) AS judged_at
              FROM (SELECT campaign_id, wave, state, -1 AS by, NULL AS judged_at FROM was
                     UNION ALL
                    SELECT campaign_id, wave, state, 1, judged_at FROM became) m
             WHERE m.wave IS NOT NULL
             GROUP BY m.campaign_id, m.wave) s
     CROSS JOIN LATERAL (SELECT coalesce(s.in_flight, 0) AS in_flight, coalesce(s.healthy, 0) AS healthy, coalesce(s.failed, 0) AS failed,
                                coalesce(s.looping, 0) AS looping, coalesce(s.lying, 0) AS lying, coalesce(s.missing, 0) AS missing, s.judged_at) c
     WHERE w.campaign_id = s.campaign_id AND w.number = s.wave
       AND (c.in_flight, c.healthy, c.failed, c.looping, c.lying, c.missing) <> (0, 0, 0, 0, 0, 0);
    UPDATE campaign k
       SET in_flight = k.in_flight + s.by
      FROM (SELECT m.campaign_id, sum(m.by) AS by
              FROM (SELECT campaign_id, -1 AS by FROM was WHERE state = 'sent'
                     UNION ALL
                    SELECT campaign_id, 1 FROM became WHERE state = 'sent') m
             GROUP BY m.campaign_id) s
     WHERE k.id = s.campaign_id AND s.by <> 0;
    RETURN NULL;
END $$;

CREATE TRIGGER campaign_count AFTER UPDATE ON campaign_target
    REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION campaign_count();

-- What happened, for people: started, a wave, held, halted …
CREATE TABLE campaign_event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id bigint NOT NULL REFERENCES campaign ON DELETE CASCADE,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    by          text NOT NULL,
    kind        text NOT NULL,
    data        jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(data) = 'object')
);

CREATE INDEX campaign_event_of ON campaign_event (campaign_id, id);

-- ---- what stops everything ----

-- A switch that is on. One person puts it on; two put it off again: one asks, another confirms, and then the row is gone.
CREATE TABLE kill_switch (
    scope        text PRIMARY KEY CHECK (scope IN ('all', 'campaigns') OR scope ~ '^kind:[a-z_.]+$'),
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    put_by       text NOT NULL,
    putter       bigint NOT NULL,
    put_at       timestamptz NOT NULL DEFAULT now(),
    release_by   text,
    releaser     bigint,
    release_at   timestamptz,
    CONSTRAINT kill_switch_release_is_whole CHECK ((release_by IS NULL) = (release_at IS NULL))
);

COMMENT ON TABLE kill_switch IS 'all: whatever changes a device; campaigns: what campaigns do; kind:X: actions of that kind';
COMMENT ON COLUMN kill_switch.release_by IS 'who asks that it be put off';

ALTER TABLE action
    ADD COLUMN campaign_id bigint,
    ADD COLUMN touched boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN action.campaign_id IS 'for which it was made; NULL: for none';
COMMENT ON COLUMN action.touched IS 'a request that changes something was committed to be sent';

-- Read in the transaction that commits a request to be sent: what was committed here before holds, on every node. Nothing of an
-- action is sent any more, not even a question, unless it has begun to change its device: then it goes on to its end.
CREATE FUNCTION action_may_send() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.campaign_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM campaign c WHERE c.id = NEW.campaign_id AND c.state IN ('running', 'held'))
       OR EXISTS (SELECT FROM kill_switch k
                   WHERE k.scope = 'all' OR k.scope = 'kind:' || NEW.kind OR k.scope = 'campaigns' AND NEW.campaign_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    NEW.touched := NEW.intent NOT IN ('GetRPCMethods', 'GetParameterNames', 'GetParameterValues', 'GetParameterAttributes',
                                      'GetQueuedTransfers', 'GetAllQueuedTransfers', 'GetOptions');
    RETURN NEW;
END $$;

CREATE TRIGGER action_may_send BEFORE UPDATE ON action
    FOR EACH ROW WHEN (NEW.intent IS NOT NULL AND NEW.intent_at IS DISTINCT FROM OLD.intent_at AND NOT OLD.touched)
    EXECUTE FUNCTION action_may_send();

-- From then on its device may be lost.
CREATE FUNCTION campaign_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE campaign_target SET sent_at = NEW.intent_at
     WHERE campaign_id = NEW.campaign_id AND device_id = NEW.device_id AND action_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER campaign_sent AFTER UPDATE ON action
    FOR EACH ROW WHEN (NEW.campaign_id IS NOT NULL AND NEW.touched AND NOT OLD.touched) EXECUTE FUNCTION campaign_sent();

CREATE INDEX action_campaign ON action (campaign_id) WHERE campaign_id IS NOT NULL AND ended_at IS NULL;

-- ---- the clock of a zone ----

-- Its offset from UTC now, and when in the coming two days that changes, and to what. Clocks change at quarters of an hour.
CREATE FUNCTION zone_offset(zone text, at timestamptz) RETURNS bigint LANGUAGE sql STABLE
RETURN extract(epoch FROM (at AT TIME ZONE zone) - (at AT TIME ZONE 'UTC'))::bigint;

CREATE FUNCTION zone_clock(zone text, now timestamptz, OUT offset_s bigint, OUT change_at timestamptz, OUT after_s bigint) LANGUAGE sql STABLE AS $$
    SELECT zone_offset(zone, now), c.at, coalesce(zone_offset(zone, c.at), 0)
      FROM (SELECT min(q.at) AS at
              FROM generate_series(date_trunc('hour', now), now + interval '2 days', interval '15 min') q(at)
             WHERE q.at > now AND zone_offset(zone, q.at) <> zone_offset(zone, now)) c
$$;

-- ---- as they are shown ----

CREATE VIEW campaign_shown AS
SELECT c.id, c.state, c.revision,
       row_to_json((SELECT s FROM (SELECT number_id('cmp_', c.id) AS id, c.name, c.state, c.revision, c.kind AS type, c.args AS params, c.filter,
                                          c.excludes, c.plan, c.reason, number_id('cmp_', c.after_id) AS after, c.created_by, utc(c.created_at) AS created_at,
                                          c.changed_by, utc(c.changed_at) AS changed_at, c.total, c.list_hash, utc(c.listed_at) AS listed_at,
                                          c.list_error, c.summary, c.approved_by, utc(c.approved_at) AS approved_at, c.wave + 1 AS wave,
                                          c.flight_cap, c.in_flight, c.why, utc(c.until) AS until, c.stopped, c.watch,
                                          utc(c.started_at) AS started_at, utc(c.ended_at) AS ended_at,
                                          (SELECT json_agg(json_build_object('number', w.number + 1, 'size', w.size, 'in_flight', w.in_flight,
                                                                             'healthy', w.healthy, 'failed', w.failed, 'looping', w.looping,
                                                                             'lying', w.lying, 'missing', w.missing, 'silent', w.silent,
                                                                             'began_at', utc(w.began_at), 'judged_at', utc(w.judged_at))
                                                           ORDER BY w.number)
                                             FROM campaign_wave w WHERE w.campaign_id = c.id) AS waves) s)) AS shown
  FROM campaign c;
