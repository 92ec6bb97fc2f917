-- Devices that somebody looks at: a change of what is known of one of these is said with its commit.
CREATE UNLOGGED TABLE device_watch (
    device_id bigint PRIMARY KEY,
    until     timestamptz NOT NULL
);

COMMENT ON TABLE device_watch IS 'leases (db/watch.h); lost with a crash, renewed within seconds';

CREATE FUNCTION device_fact_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM device_watch w WHERE w.device_id = NEW.device_id AND w.until > now()) THEN
        PERFORM pg_notify('farol_facts', NEW.device_id::text);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER device_fact_tell AFTER INSERT OR UPDATE ON device_fact FOR EACH ROW EXECUTE FUNCTION device_fact_tell();
