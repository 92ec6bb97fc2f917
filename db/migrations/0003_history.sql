-- What devices have told and how their sessions went. Kept for a while (db/upkeep.h), found by device or by age.

CREATE TABLE device_event (
    device_id   bigint NOT NULL,
    session_no  bigint NOT NULL,
    place       smallint NOT NULL,
    at          timestamptz NOT NULL,
    code        text NOT NULL,
    command_key text NOT NULL,
    PRIMARY KEY (device_id, session_no, place)
);

COMMENT ON COLUMN device_event.place IS 'in the order in which the session told it, from 0';

CREATE INDEX device_event_age ON device_event USING brin (at);

CREATE TABLE device_session (
    device_id  bigint NOT NULL,
    session_no bigint NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL,
    result     text NOT NULL CHECK (result IN ('completed', 'abandoned', 'superseded', 'failed')),
    detail     text,
    rpc_count  int NOT NULL,
    event_bits int NOT NULL,
    PRIMARY KEY (device_id, session_no)
);

CREATE INDEX device_session_age ON device_session USING brin (ended_at);
