-- What is known of a home in the words of provisioning/map/key.def. One row per device: a reading brings some thirty facts at
-- once, and one heap-only update is cheaper than thirty.
CREATE TABLE device_fact (
    device_id bigint PRIMARY KEY,
    doc       jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(doc) = 'object')
) WITH (fillfactor = 70);
ALTER TABLE device_fact ALTER COLUMN doc SET COMPRESSION lz4;

COMMENT ON COLUMN device_fact.doc IS 'name -> [value, when it was so in seconds since 1970]; see fact';

-- The same as rows, typed.
CREATE VIEW fact AS
SELECT f.device_id, k.name,
       CASE WHEN jsonb_typeof(k.pair -> 0) = 'number' THEN (k.pair ->> 0)::float8 END AS number,
       CASE WHEN jsonb_typeof(k.pair -> 0) = 'string' THEN k.pair ->> 0 END AS text,
       CASE WHEN jsonb_typeof(k.pair -> 0) = 'boolean' THEN (k.pair ->> 0)::bool END AS flag,
       to_timestamp((k.pair ->> 1)::float8) AS at
  FROM device_fact f
 CROSS JOIN LATERAL jsonb_each(f.doc) k(name, pair);

-- The history of those that are drawn. Samples become quarters of an hour, and those days (db/sql/fact.sql).
CREATE TABLE fact_sample (
    device_id bigint NOT NULL,
    name      text NOT NULL,
    at        timestamptz NOT NULL,
    value     float8 NOT NULL,
    PRIMARY KEY (device_id, name, at)
);

CREATE INDEX fact_sample_age ON fact_sample USING brin (at);

CREATE TABLE fact_span (
    device_id bigint NOT NULL,
    name      text NOT NULL,
    width_s   integer NOT NULL CHECK (width_s IN (900, 86400)),
    at        timestamptz NOT NULL,
    least     float8 NOT NULL,
    most      float8 NOT NULL,
    sum       float8 NOT NULL,
    count     integer NOT NULL CHECK (count > 0),
    PRIMARY KEY (device_id, name, width_s, at)
);

CREATE INDEX fact_span_age ON fact_span USING brin (at);

COMMENT ON COLUMN fact_span.at IS 'when it begins';
