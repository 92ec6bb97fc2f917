-- Lists as files, made beside everything else: the order stays as it was given, the file grows piece by piece, each in the transaction
-- that says how far it has come. What was cut off is gone on with.

CREATE TABLE export (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    what          text NOT NULL CHECK (what IN ('campaign_devices')),
    format        text NOT NULL CHECK (format IN ('csv', 'ndjson')),
    campaign_id   bigint NOT NULL REFERENCES campaign ON DELETE CASCADE,
    target_state  text,
    wave          integer NOT NULL,
    cause         text,
    state         text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    up_to         bigint NOT NULL DEFAULT 0,
    rows          bigint NOT NULL DEFAULT 0,
    total         bigint NOT NULL,
    bytes         bigint NOT NULL DEFAULT 0,
    pieces        integer NOT NULL DEFAULT 0,
    error         text,
    created_by    text NOT NULL,
    created_by_id bigint NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    expires_at    timestamptz NOT NULL DEFAULT now() + interval '24 h',
    CONSTRAINT export_says_why_it_failed CHECK ((error IS NOT NULL) = (state = 'failed'))
);

COMMENT ON COLUMN export.wave IS 'from 0; -1: any';
COMMENT ON COLUMN export.up_to IS 'devices up to this one are in it';
COMMENT ON COLUMN export.total IS 'rows that there were when it was ordered';

CREATE INDEX export_open ON export (id) WHERE state IN ('queued', 'running');
CREATE INDEX export_of ON export (created_by_id, id);
CREATE INDEX export_expires ON export (expires_at);

CREATE TABLE export_piece (
    export_id bigint NOT NULL REFERENCES export ON DELETE CASCADE,
    number    integer NOT NULL,
    content   text NOT NULL,
    PRIMARY KEY (export_id, number)
);

CREATE VIEW export_shown AS
SELECT e.id, e.state, e.pieces, e.format, e.created_by_id,
       row_to_json((SELECT s FROM (SELECT number_id('exp_', e.id) AS id, e.what, number_id('cmp_', e.campaign_id) AS campaign, e.format, e.state, e.rows,
                                          e.total, e.bytes, e.error, e.created_by, utc(e.created_at) AS created_at, utc(e.ended_at) AS ended_at,
                                          utc(e.expires_at) AS expires_at) s)) AS shown
  FROM export e;
