-- Signed words on how long the audit chain was and where it ended: acs/audit/checkpoint.h.
CREATE TABLE audit_checkpoint (
    seq       bigint PRIMARY KEY,              -- of the last row then
    at        timestamptz NOT NULL,
    h         bytea NOT NULL CHECK (length(h) = 32),
    key       integer NOT NULL,
    signature bytea NOT NULL CHECK (length(signature) = 64)
);

CREATE FUNCTION audit_checkpoint_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of audit_checkpoint are never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE OR DELETE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_checkpoint_stays();
CREATE TRIGGER audit_checkpoint_is_not_emptied BEFORE TRUNCATE ON audit_checkpoint EXECUTE FUNCTION audit_checkpoint_stays();
