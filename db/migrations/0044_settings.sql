-- What people have set for all homes by the API, in place of what is built in or comes from a file: thresholds of verdicts
-- (provisioning/verdict/thresholds.def), and texts of the desk (provisioning/desk/texts.h).
CREATE TABLE setting (
    kind       text NOT NULL CHECK (kind IN ('threshold', 'text')),
    name       text NOT NULL CHECK (name <> ''),
    technology text NOT NULL DEFAULT '*' CHECK (technology <> ''),
    revision   integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    value      jsonb,
    reason     text CHECK (reason <> ''),
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, name, technology),
    CONSTRAINT setting_value_is_of_its_kind CHECK (
        value IS NULL OR (CASE kind WHEN 'threshold' THEN jsonb_typeof(value) = 'number'
                                    ELSE jsonb_typeof(value -> 'pt-BR') = 'string' AND jsonb_typeof(value -> 'en') = 'string' END) IS TRUE)
);

COMMENT ON TABLE setting IS 'the newest revision of each; one that was never changed has none';
COMMENT ON COLUMN setting.technology IS 'of a threshold: gpon …; *: of every home, and of texts';
COMMENT ON COLUMN setting.value IS 'a number, or {"pt-BR": …, "en": …}; NULL: it was set back to what is built in';

-- Each revision as it was, with who, when and why.
CREATE TABLE setting_revision (
    kind       text NOT NULL,
    name       text NOT NULL,
    technology text NOT NULL,
    revision   integer NOT NULL,
    value      jsonb,
    reason     text,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (kind, name, technology, revision)
);

-- Servers hold thresholds in memory: they are told to read them again.
CREATE FUNCTION setting_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO setting_revision VALUES (NEW.kind, NEW.name, NEW.technology, NEW.revision, NEW.value, NEW.reason, NEW.changed_by, NEW.changed_at);
    PERFORM pg_notify('farol_setting', NEW.kind);
    RETURN NULL;
END $$;

CREATE TRIGGER setting_changed AFTER INSERT OR UPDATE ON setting FOR EACH ROW EXECUTE FUNCTION setting_changed();
