-- A listing that says what the one before it said is known by its hash: nothing of it is read.
ALTER TABLE device_page ADD COLUMN writable_hash bigint NOT NULL DEFAULT 0;

COMMENT ON COLUMN device_page.writable_hash IS 'of writable, if one listing brought all of it; else 0';
