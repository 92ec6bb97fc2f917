-- The figures of the fleet, ready to be shown: counted in the background, a slice of the devices at a time.

-- One row for the whole fleet, and one for each scope for which somebody has lately asked.
CREATE TABLE fleet_view (
    scope    text PRIMARY KEY,
    asked_at timestamptz NOT NULL DEFAULT now(),
    began_at timestamptz,
    reached  bigint NOT NULL DEFAULT 0,
    counts   jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(counts) = 'object'),
    shown_at timestamptz,
    shown    jsonb CHECK (jsonb_typeof(shown) = 'object'),
    CONSTRAINT fleet_view_is_of_a_time CHECK ((shown IS NULL) = (shown_at IS NULL))
);

COMMENT ON COLUMN fleet_view.scope IS 'a filter (db/filter.h); empty: the whole fleet';
COMMENT ON COLUMN fleet_view.began_at IS 'when the newest round through the devices began';
COMMENT ON COLUMN fleet_view.reached IS 'the last device that this round has counted; 0: there is none under way';
COMMENT ON COLUMN fleet_view.counts IS 'of this round so far: a list (what is counted, of which kind) as text -> how many';
COMMENT ON COLUMN fleet_view.shown_at IS 'when the round began that found these figures';

INSERT INTO fleet_view (scope) VALUES ('');

-- Contacts of the whole fleet. A minute in which no server ran has no row.
CREATE TABLE fleet_minute (
    at       timestamptz PRIMARY KEY,
    contacts bigint NOT NULL
);

-- Actions of the whole fleet by the hour in which they ended.
CREATE TABLE fleet_hour (
    at        timestamptz PRIMARY KEY,
    succeeded bigint NOT NULL,
    failed    bigint NOT NULL,
    expired   bigint NOT NULL,
    cancelled bigint NOT NULL,
    p50_s     float8,
    p95_s     float8
);

COMMENT ON COLUMN fleet_hour.p50_s IS 'from when it was ordered to when the device began with it; NULL: none did';

-- The hour that is counted is found without reading all others, which blocks of pages (action_age) cannot promise.
DROP INDEX action_age;
CREATE INDEX action_ended ON action (ended_at) WHERE ended_at IS NOT NULL;
