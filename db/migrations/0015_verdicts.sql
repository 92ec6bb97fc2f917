-- Where a home is and what it pays for, as the provider's own systems say it: by this homes that fail together are found.
CREATE TABLE device_place (
    device_id      bigint PRIMARY KEY REFERENCES device ON DELETE CASCADE,
    olt            text CHECK (length(olt) BETWEEN 1 AND 64),
    pon            text CHECK (length(pon) BETWEEN 1 AND 64),
    cto            text CHECK (length(cto) BETWEEN 1 AND 64),
    city           text CHECK (length(city) BETWEEN 1 AND 64),
    technology     text CHECK (length(technology) BETWEEN 1 AND 32),
    plan_down_mbps float8 CHECK (plan_down_mbps BETWEEN 0 AND 100000),
    plan_up_mbps   float8 CHECK (plan_up_mbps BETWEEN 0 AND 100000),
    changed_at     timestamptz NOT NULL DEFAULT now(),
    changed_by     text NOT NULL
);

COMMENT ON COLUMN device_place.cto IS 'the box in the street; a PON has several, an OLT many PONs';

-- What became of the newest call to each device; written by whoever called, when it is known.
CREATE TABLE device_call (
    device_id   bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    way         text CHECK (way IN ('http', 'udp')),
    code        text NOT NULL,
    reached     boolean NOT NULL,
    since       timestamptz NOT NULL,
    failed_at   timestamptz,
    failed_code text
) WITH (fillfactor = 70);

COMMENT ON COLUMN device_call.way IS 'NULL: it was not called at all, for the reason in code';
COMMENT ON COLUMN device_call.code IS 'of acs/api/wake.def';
COMMENT ON COLUMN device_call.since IS 'since when all calls have gone so: all reached it, or none did';

-- What somebody was shown, and what it was made of: asked again of the same rules it answers the same, byte for byte, which is why
-- both are json and not jsonb.
CREATE TABLE verdict (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id bigint NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    shown_to  text NOT NULL,
    token_id  bigint NOT NULL,
    code      text NOT NULL,
    rules     integer NOT NULL,
    question  json NOT NULL,
    answer    json NOT NULL
);

COMMENT ON COLUMN verdict.code IS 'of the first cause: the headline';

CREATE INDEX verdict_device ON verdict (device_id, id);
CREATE INDEX verdict_age ON verdict USING brin (at);
