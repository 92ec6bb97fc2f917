-- What is handed over with an escalated case: all that was known at that moment, as a document for programs and as a page for people,
-- kept to the byte. Whoever has its link may read it until it expires.
CREATE TABLE handoff (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id    bigint NOT NULL REFERENCES desk_case ON DELETE CASCADE,
    key        text NOT NULL UNIQUE CHECK (length(key) = 44),
    made_at    timestamptz NOT NULL DEFAULT now(),
    made_by    text NOT NULL,
    expires_at timestamptz NOT NULL,
    document   text NOT NULL,
    page       text NOT NULL
);
ALTER TABLE handoff ALTER COLUMN document SET COMPRESSION lz4, ALTER COLUMN page SET COMPRESSION lz4;

COMMENT ON COLUMN handoff.key IS 'nobody can guess it; it opens what lies beside it and nothing else';

CREATE INDEX handoff_of_case ON handoff (case_id, id);
