-- Files of subscribers, taken in beside everything else. A file is kept in pieces until it has been gone through: whichever
-- server dies meanwhile, another one goes on where the last transaction ended.

CREATE TABLE import_run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    state       text NOT NULL DEFAULT 'receiving'
                CHECK (state IN ('receiving', 'waiting', 'running', 'simulated', 'done', 'failed', 'cancelled')),
    name        text CHECK (length(name) BETWEEN 1 AND 200),
    format      text NOT NULL DEFAULT 'csv' CHECK (format IN ('csv', 'ndjson')),
    encoding    text NOT NULL DEFAULT 'utf-8' CHECK (encoding IN ('utf-8', 'windows-1252')),
    key         text NOT NULL DEFAULT 'external_id' CHECK (key IN ('external_id', 'contract', 'login', 'serial')),
    mode        text NOT NULL DEFAULT 'upsert' CHECK (mode IN ('upsert', 'create', 'update')),
    simulate    boolean NOT NULL DEFAULT false,
    columns     text,
    language    text NOT NULL DEFAULT 'pt-BR',
    header      jsonb,
    bytes       bigint NOT NULL DEFAULT 0,
    line        bigint NOT NULL DEFAULT 0,
    made        bigint NOT NULL DEFAULT 0,
    changed     bigint NOT NULL DEFAULT 0,
    same        bigint NOT NULL DEFAULT 0,
    wrong       bigint NOT NULL DEFAULT 0,
    why         text,
    created_by  text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    started_at  timestamptz,
    ended_at    timestamptz,
    lease_by    text,
    lease_until timestamptz
);

COMMENT ON COLUMN import_run.simulate IS 'it says what it would do, and waits to be told to';
COMMENT ON COLUMN import_run.columns IS 'what the caller says of the columns, before their names do';
COMMENT ON COLUMN import_run.header IS 'what was made of the columns';
COMMENT ON COLUMN import_run.line IS 'all up to this one has been gone through';
COMMENT ON COLUMN import_run.lease_by IS 'the server that works on it, until lease_until';

CREATE INDEX import_run_open ON import_run (id) WHERE state IN ('receiving', 'waiting', 'running', 'simulated');

CREATE TABLE import_part (
    import_id bigint NOT NULL REFERENCES import_run ON DELETE CASCADE,
    number    integer NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (import_id, number)
);

CREATE TABLE import_error (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_id bigint NOT NULL REFERENCES import_run ON DELETE CASCADE,
    line      bigint NOT NULL,
    pointer   text,
    code      text NOT NULL,
    message   text NOT NULL,
    input     text
);

COMMENT ON COLUMN import_error.input IS 'the cell; personal';

CREATE INDEX import_error_of ON import_error (import_id, id);

CREATE VIEW import_shown AS
SELECT r.id, row_to_json(v) AS shown
  FROM import_run r
 CROSS JOIN LATERAL (
       SELECT number_id('imp_', r.id) AS id, r.state, r.name, r.format, r.key, r.mode, r.simulate, r.header AS columns, r.bytes,
              r.line AS lines,
              (SELECT row_to_json(c) FROM (SELECT r.made AS new, r.changed, r.same, r.wrong AS errors) c) AS counts,
              r.why, r.created_by, utc(r.created_at) AS created_at, utc(r.started_at) AS started_at, utc(r.ended_at) AS ended_at) v
 WHERE r.state <> 'receiving';
