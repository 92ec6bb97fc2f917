-- The audit trail: one chain of rows over all servers of a database. acs/audit/entry.h says what the hashes cover and in
-- which bytes; db/README.md, who may do what to the table.

-- before and after are json, not jsonb: they are kept byte for byte, since they are hashed.
CREATE TABLE audit_entry (
    seq            bigint PRIMARY KEY,         -- 1, 2, 3 … without a gap: given under the lock of audit_head()
    at             timestamptz NOT NULL,       -- never before that of the row before
    actor_id       bigint,                     -- NULL: nobody that is known
    actor_kind     text NOT NULL,
    actor          text NOT NULL,              -- its name at that time
    session        text,
    source         text NOT NULL,
    request        text NOT NULL,
    action         text NOT NULL,
    decision       text NOT NULL CHECK (decision IN ('allowed', 'denied', 'failed')),
    device_id      bigint,
    subscriber_id  bigint,
    case_id        bigint,
    device_ids     bigint[],                   -- of an answer about several
    subscriber_ids bigint[],
    key            integer NOT NULL,
    payload_hash   bytea NOT NULL CHECK (length(payload_hash) = 32),
    object         text,                       -- from here to after: the payload, which payload_hash covers with the salt
    reason         text,
    query          text,
    before         json,
    after          json,
    salt           bytea CHECK (length(salt) = 16),
    prev           bytea NOT NULL CHECK (length(prev) = 32),
    h              bytea NOT NULL CHECK (length(h) = 32)
);
CREATE INDEX audit_entry_at ON audit_entry (at, seq);
CREATE INDEX audit_entry_actor ON audit_entry (actor_id, at, seq);
CREATE INDEX audit_entry_device ON audit_entry (device_id, at, seq) WHERE device_id IS NOT NULL;
CREATE INDEX audit_entry_subscriber ON audit_entry (subscriber_id, at, seq) WHERE subscriber_id IS NOT NULL;
CREATE INDEX audit_entry_case ON audit_entry (case_id, at, seq) WHERE case_id IS NOT NULL;
-- What waits to be sorted into these two is kept small: a writer that has to do it holds up the others.
CREATE INDEX audit_entry_devices ON audit_entry USING gin (device_ids) WITH (gin_pending_list_limit = 256)
    WHERE device_ids IS NOT NULL;
CREATE INDEX audit_entry_subscribers ON audit_entry USING gin (subscriber_ids) WITH (gin_pending_list_limit = 256)
    WHERE subscriber_ids IS NOT NULL;

-- Whose the device is now, and the end of the chain, for the caller alone until its transaction ends. Each statement in here sees what was committed
-- before it, so the row is looked for after the lock was got.
CREATE FUNCTION audit_head(of_device bigint, OUT seq bigint, OUT h bytea, OUT now timestamptz, OUT subscriber_id bigint)
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    subscriber_id := (SELECT b.subscriber_id FROM binding b WHERE b.device_id = of_device AND b.until IS NULL);
    PERFORM pg_advisory_xact_lock(7310589271);
    SELECT e.seq, e.h, greatest(e.at, clock_timestamp()) INTO seq, h, now
      FROM audit_entry e ORDER BY e.seq DESC LIMIT 1;
    IF NOT FOUND THEN
        seq := 0;
        h   := decode(repeat('00', 32), 'hex');
        now := clock_timestamp();
    END IF;
END
$$;

-- Rows stay as they are.
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of audit_entry are never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();
CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION audit_entry_stays();
