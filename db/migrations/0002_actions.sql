-- Actions: what people and programs want done to a device. The states are those of provisioning/action.h.

CREATE TABLE action (
    device_id    bigint NOT NULL REFERENCES device,
    id           text NOT NULL UNIQUE CHECK (length(id) <= 26 AND id <> '' AND id !~ '[: ]'),
    kind         text NOT NULL,
    args         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(args) = 'object'),
    state        text NOT NULL DEFAULT 'queued' CHECK (state IN (
                     'queued', 'waking', 'session', 'running', 'verifying',
                     'succeeded', 'failed', 'expired', 'cancelled')),
    step         int NOT NULL DEFAULT 0,
    memo         text NOT NULL DEFAULT '{}' CHECK (length(memo) <= 4194304),
    revision     int NOT NULL DEFAULT 0,
    intent       text,
    intent_at    timestamptz,
    sends        int NOT NULL DEFAULT 0,
    progress     jsonb,
    result       jsonb,
    evidence     jsonb,
    failure      jsonb,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text NOT NULL,
    reason       text,
    on_offline   text NOT NULL DEFAULT 'queue' CHECK (on_offline IN ('queue', 'fail')),
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    stage_since  timestamptz NOT NULL DEFAULT now(),
    next_wake_at timestamptz,
    wake_tries   int NOT NULL DEFAULT 0,
    wake_detail  text,
    PRIMARY KEY (device_id, id),
    CONSTRAINT action_end_is_a_state CHECK (
        (ended_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'expired', 'cancelled'))),
    CONSTRAINT action_intent_has_a_time CHECK ((intent IS NULL) = (intent_at IS NULL)),
    CONSTRAINT action_wakes_while_it_waits CHECK (next_wake_at IS NULL OR state IN ('queued', 'waking'))
) WITH (fillfactor = 80);

COMMENT ON COLUMN action.memo IS 'what the program of this kind remembers from step to step, in a form of its own';
COMMENT ON COLUMN action.revision IS 'the guard: whoever saves names the one that was read, and makes it one more';
COMMENT ON COLUMN action.intent IS 'request that was committed to be sent and has no answer yet';
COMMENT ON COLUMN action.stage_since IS 'when state became what it is';
COMMENT ON COLUMN action.on_offline IS 'fail: when the first call finds nobody';
COMMENT ON COLUMN action.next_wake_at IS 'when the device is to be called again; NULL: its next contact is awaited';
COMMENT ON COLUMN action.wake_detail IS 'what became of the newest call, a short code';

CREATE INDEX action_open ON action (device_id) WHERE ended_at IS NULL;
CREATE INDEX action_wake ON action (next_wake_at) WHERE next_wake_at IS NOT NULL;
CREATE INDEX action_expiry ON action (expires_at) WHERE ended_at IS NULL;

-- Every state and every progress of an action, in order. Read for the stage bar, for the event stream and by auditors.
CREATE TABLE action_event (
    device_id bigint NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY,
    action_id text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    state     text NOT NULL,
    detail    jsonb,
    PRIMARY KEY (device_id, id)
);

CREATE INDEX action_event_of_action ON action_event (action_id, id);
CREATE INDEX action_event_age ON action_event USING brin (at);

-- Tells listeners what was added, a hundred events per notification: 77 bytes each at most, and 7,999 are allowed.
CREATE FUNCTION action_event_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('farol_action', string_agg(concat_ws(':', id, device_id, action_id, state), ' ' ORDER BY id))
       FROM (SELECT *, (row_number() OVER (ORDER BY id) - 1) / 100 AS batch FROM added) numbered
      GROUP BY batch
      ORDER BY batch;
    RETURN NULL;
END
$$;

CREATE TRIGGER action_event_tell AFTER INSERT ON action_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION action_event_tell();
