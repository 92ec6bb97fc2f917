-- Campaigns that follow others, devices that go wrong again and again, how a campaign went over time, and news of one for whoever looks on.

ALTER TABLE campaign
    ADD COLUMN after_states text[] NOT NULL DEFAULT '{}' CHECK (after_states <@ ARRAY['healthy', 'failed', 'looping', 'lying', 'missing']),
    ADD CONSTRAINT campaign_is_after_some_states_of_another CHECK ((after_id IS NULL) = (after_states = '{}') AND after_id <> id);

COMMENT ON COLUMN campaign.after_states IS 'its list holds only devices that are in one of these states in after_id';

ALTER TABLE campaign_target
    ADD COLUMN version_before text,
    ADD COLUMN failures integer NOT NULL DEFAULT 0;

COMMENT ON COLUMN campaign_target.version_before IS 'the software version that it showed when it was taken';
COMMENT ON COLUMN campaign_target.failures IS 'tries that went wrong';

-- Devices that went wrong, whichever campaign it was in.
CREATE INDEX campaign_target_bad ON campaign_target (device_id, judged_at) WHERE state IN ('failed', 'looping', 'lying', 'missing');

-- ---- how it went ----

CREATE TABLE campaign_sample (
    campaign_id               bigint NOT NULL REFERENCES campaign ON DELETE CASCADE,
    at                        timestamptz NOT NULL DEFAULT now(),
    wave                      integer NOT NULL,
    in_flight                 integer NOT NULL,
    sent                      bigint NOT NULL,
    healthy                   bigint NOT NULL,
    bad                       bigint NOT NULL,
    silent_share              real,
    control_silent_share      real,
    contacts_per_1000         real,
    control_contacts_per_1000 real,
    informs_per_min           real,
    PRIMARY KEY (campaign_id, at)
);

COMMENT ON TABLE campaign_sample IS 'one each half minute while a campaign is under way; one in ten minutes is kept of those that are over';
COMMENT ON COLUMN campaign_sample.silent_share IS 'of those that were well; control: of those that were left alone; NULL: there are none';

-- ---- news ----

-- Whatever is committed of a campaign is told once; what it is now, whoever hears of it reads.
CREATE FUNCTION campaign_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('farol_campaign', NEW.id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER campaign_tell AFTER INSERT OR UPDATE ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_tell();

CREATE FUNCTION campaign_wave_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('farol_campaign', NEW.campaign_id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER campaign_wave_tell AFTER UPDATE ON campaign_wave FOR EACH ROW EXECUTE FUNCTION campaign_wave_tell();
CREATE TRIGGER campaign_event_tell AFTER INSERT ON campaign_event FOR EACH ROW EXECUTE FUNCTION campaign_wave_tell();

-- ---- as they are shown ----

CREATE OR REPLACE VIEW campaign_shown AS
SELECT c.id, c.state, c.revision,
       row_to_json((SELECT s FROM (SELECT number_id('cmp_', c.id) AS id, c.name, c.state, c.revision, c.kind AS type, c.args AS params, c.filter,
                                          c.excludes, c.plan, c.reason, number_id('cmp_', c.after_id) AS after, c.after_states, c.created_by, utc(c.created_at) AS created_at,
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
