-- Who a device is: with what it proves it, how far it is trusted, and what went wrong with that.

-- 0 new, 1 quarantined, 2 bound (db/credential.h). Beside the fence, so that an Inform finds it in the row that it writes.
-- The nonce with which the newest session was opened, and how often it had been used: an older one, or the same count,
-- is a replay.
ALTER TABLE device_hot
    ADD COLUMN enrolment smallint NOT NULL DEFAULT 0 CHECK (enrolment BETWEEN 0 AND 2),
    ADD COLUMN nonce_nc int,
    ADD COLUMN nonce_at bigint;

COMMENT ON COLUMN device_hot.enrolment IS '0 new, 1 quarantined: gets no secrets, 2 bound';
COMMENT ON COLUMN device_hot.nonce_at IS 'when the nonce of the newest session was made, microseconds since 1970; its name';
COMMENT ON COLUMN device_hot.nonce_nc IS 'its count; 0: the device does not count (RFC 2069)';

-- A device that was registered by hand has no first contact until it comes.
ALTER TABLE device ALTER COLUMN first_contact DROP NOT NULL;

-- The secrets are sealed outside of the database (acs/auth/keyring.h), each for its device and column. What a device is
-- about to get stands in next_…, beside what it has, until it has used the new one: an answer that was lost costs nothing.
-- A row is made once per device, so its foreign key locks nothing that matters.
CREATE TABLE device_credential (
    device_id        bigint PRIMARY KEY REFERENCES device ON DELETE CASCADE,
    username         text NOT NULL UNIQUE CHECK (username <> '' AND length(username) <= 256),
    secret           text,
    next_secret      text,
    call_username    text NOT NULL,
    call_secret      text,
    next_call_secret text,
    fell_back_at     timestamptz,
    used_next_at     timestamptz,
    changed_at       timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN device_credential.username IS 'with which it comes to us';
COMMENT ON COLUMN device_credential.secret IS 'its password, sealed; NULL: it has only ever used the bootstrap credential';
COMMENT ON COLUMN device_credential.call_username IS 'with which we call it';
COMMENT ON COLUMN device_credential.fell_back_at IS
    'it had its own, and came with the bootstrap credential; until somebody decides both of its own are taken';
COMMENT ON COLUMN device_credential.used_next_at IS 'it used next_secret while it was in doubt';

-- Listeners drop what they remember of the device. Written seldom: a row each is fine.
CREATE FUNCTION device_credential_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('farol_credential', coalesce(NEW.device_id, OLD.device_id)::text);
    RETURN NULL;
END
$$;

CREATE TRIGGER device_credential_tell AFTER INSERT OR UPDATE OR DELETE ON device_credential
    FOR EACH ROW EXECUTE FUNCTION device_credential_tell();

-- What somebody should look at. One open row per device and kind, however often it happens: an attacker can add to a
-- count, not to the table.
CREATE TABLE alarm (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id      bigint NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('identity_conflict', 'fell_back', 'bootstrap_refused')),
    about_id       bigint,
    detail         text NOT NULL,
    source_address inet,
    count          int NOT NULL DEFAULT 1,
    first_at       timestamptz NOT NULL DEFAULT now(),
    last_at        timestamptz NOT NULL DEFAULT now(),
    cleared_at     timestamptz,
    cleared_by     text
);

COMMENT ON COLUMN alarm.device_id IS 'whose credential was used';
COMMENT ON COLUMN alarm.about_id IS 'who it claimed to be, if that is a device';

CREATE UNIQUE INDEX alarm_open ON alarm (device_id, kind) WHERE cleared_at IS NULL;
CREATE INDEX alarm_about ON alarm (about_id) WHERE about_id IS NOT NULL;

-- Which key file this database was written with.
CREATE TABLE secret_check (
    only_row bool PRIMARY KEY DEFAULT true CHECK (only_row),
    value    text NOT NULL
);

-- What the API shows of it.
CREATE VIEW alarm_shown AS
SELECT a.id,
       a.device_id,
       a.about_id,
       a.cleared_at,
       row_to_json(s) AS shown
  FROM alarm a
 CROSS JOIN LATERAL (
       SELECT a.kind, a.detail, host(a.source_address) AS source_address, a.count, utc(a.first_at) AS first_at,
              utc(a.last_at) AS last_at, utc(a.cleared_at) AS cleared_at, a.cleared_by) s;

CREATE OR REPLACE VIEW device_shown AS
SELECT d.id,
       d.oui,
       d.product_class,
       d.serial,
       d.software_version,
       h.last_inform AS last_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact,
       coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false) AS online,
       row_to_json(s) AS shown
  FROM device d
  LEFT JOIN device_hot h ON h.device_id = d.id
 CROSS JOIN LATERAL (
       SELECT d.oui,
              d.product_class,
              d.serial,
              nullif(d.manufacturer, '') AS manufacturer,
              d.software_version,
              d.hardware_version,
              d.root,
              '1.' || d.cwmp_version AS cwmp_version,
              d.connection_request_url,
              host(d.source_address) AS source_address,
              utc(d.first_contact) AS first_contact,
              utc(h.last_inform) AS last_contact,
              h.period_s,
              utc(h.last_inform + make_interval(secs => h.period_s)) AS next_contact,
              h.uptime_s,
              coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false)
                  AS online,
              (SELECT count(*) FROM action a WHERE a.device_id = d.id AND a.ended_at IS NULL) AS open_actions,
              (ARRAY['new', 'quarantined', 'bound'])[h.enrolment + 1] AS enrolment,
              (SELECT row_to_json(c)
                 FROM (SELECT c.username,
                              c.secret IS NOT NULL AS own,
                              c.next_secret IS NOT NULL AS rotating,
                              c.fell_back_at IS NOT NULL AS fell_back,
                              utc(c.changed_at) AS changed_at
                         FROM device_credential c
                        WHERE c.device_id = d.id) c) AS auth) s;
