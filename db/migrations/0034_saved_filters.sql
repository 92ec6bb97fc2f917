-- Filters of the fleet that somebody has given a name: for himself, or for everybody.
CREATE TABLE saved_filter (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id   bigint NOT NULL,
    owner      text NOT NULL,
    name       text NOT NULL CHECK (name <> ''),
    q          text NOT NULL CHECK (q <> ''),
    shared     boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (owner_id, name)
);

COMMENT ON COLUMN saved_filter.owner_id IS 'of the actor: a person or a program';
COMMENT ON COLUMN saved_filter.owner IS 'its name when it was saved';
COMMENT ON COLUMN saved_filter.q IS 'in the filter language, as it was typed';

CREATE INDEX saved_filter_shared ON saved_filter (name) WHERE shared;

CREATE VIEW saved_filter_shown AS
SELECT f.id, f.owner_id, f.name, f.shared,
       row_to_json((SELECT s FROM (SELECT number_id('flt_', f.id) AS id, f.name, f.q, f.shared, f.owner AS created_by,
                                          utc(f.created_at) AS created_at) s)) AS shown
  FROM saved_filter f;
