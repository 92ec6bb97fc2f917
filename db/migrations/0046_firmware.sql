-- The firmware library: which file is which version, for which homes, how far it has been tested, and who answers for it.
--
-- Versions are compared as people read them: runs of digits by their value, the rest as letters, upper and lower case alike. So 2.9 comes
-- before 2.10, V1R3C10 after v1r3c9, and 2.1.8-rc1 after 2.1.8: whatever goes on comes later. A list of versions from which one may come
-- holds versions ("2.1.6") and ranges with both ends in it ("2.1.0..2.1.7", "..2.1.7", "2.1.0..").

CREATE COLLATION version_order (provider = icu, locale = 'und-u-kn-true-ks-level2', deterministic = false);

CREATE TABLE firmware (
    id             text PRIMARY KEY CHECK (length(id) = 26),
    revision       integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    file_id        text NOT NULL REFERENCES file (id),
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    version        text NOT NULL CHECK (length(version) BETWEEN 1 AND 64),
    counter        bigint CHECK (counter > 0),
    expires_at     timestamptz,
    state          text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'testing', 'approved', 'retired')),
    state_since    timestamptz NOT NULL DEFAULT now(),
    disruptive     boolean NOT NULL DEFAULT false,
    notes          text CHECK (notes <> ''),
    known_issues   text CHECK (known_issues <> ''),
    manifest       text CHECK (octet_length(manifest) <= 65536),
    signatures     text[] NOT NULL DEFAULT '{}' CHECK (cardinality(signatures) <= 4),
    created_by     text NOT NULL,
    created_by_id  bigint NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    changed_by     text NOT NULL,
    changed_by_id  bigint NOT NULL,
    changed_at     timestamptz NOT NULL DEFAULT now(),
    approved_by    text,
    approved_by_id bigint,
    approved_at    timestamptz,
    CONSTRAINT firmware_signatures_are_of_a_manifest CHECK (manifest IS NOT NULL OR signatures = '{}'),
    CONSTRAINT firmware_approval_is_whole CHECK (
        (approved_by IS NULL) = (approved_by_id IS NULL) AND (approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT firmware_is_approved_by_somebody CHECK (state <> 'approved' OR approved_by_id IS NOT NULL),
    CONSTRAINT firmware_is_approved_by_another CHECK (approved_by_id NOT IN (created_by_id, changed_by_id))
);

COMMENT ON TABLE firmware IS 'the library; without a row a file is only a file';
COMMENT ON COLUMN firmware.version IS 'the SoftwareVersion that a device shows once it runs it';
COMMENT ON COLUMN firmware.counter IS 'of releases; where it is given, one with less than the newest that is approved for a model does not go there';
COMMENT ON COLUMN firmware.manifest IS 'exactly as it was signed (provisioning/firmware/manifest.h); NULL: it has none';
COMMENT ON COLUMN firmware.signatures IS 'base64, of these bytes';
COMMENT ON COLUMN firmware.changed_by IS 'who last changed what an approval is about: version, rules, counter, end';

-- So a file says at once which firmware it is.
CREATE UNIQUE INDEX firmware_of_file ON firmware (file_id) WHERE state <> 'retired';
CREATE INDEX firmware_state ON firmware (state, id);

-- Which homes it is for. A home is let in by any one of them.
CREATE TABLE firmware_rule (
    firmware_id      text NOT NULL REFERENCES firmware (id) ON DELETE CASCADE,
    place            smallint NOT NULL,
    manufacturer     text CHECK (length(manufacturer) BETWEEN 1 AND 64),
    product_class    text NOT NULL CHECK (length(product_class) BETWEEN 1 AND 64),
    hardware_version text CHECK (length(hardware_version) BETWEEN 1 AND 64),
    from_versions    text[] CHECK (cardinality(from_versions) BETWEEN 1 AND 100),
    PRIMARY KEY (firmware_id, place)
);

COMMENT ON COLUMN firmware_rule.manufacturer IS 'NULL: any; so hardware_version';
COMMENT ON COLUMN firmware_rule.from_versions IS 'versions and ranges; NULL: from any';

CREATE INDEX firmware_rule_model ON firmware_rule (product_class);

-- Was the request that is meant sent to the device, whatever was asked of it besides? By the memory of such a kind (actions/carry.c).
CREATE FUNCTION action_was_sent(of_memo text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN of_memo ~ '"sent_at_us":[1-9]';

-- What a firmware's success is told from: its newest actions.
CREATE INDEX action_of_file ON action ((args ->> 'file'), ended_at DESC)
 WHERE kind IN ('firmware.install', 'download.schedule') AND ended_at IS NOT NULL AND action_was_sent(memo);

CREATE FUNCTION version_is_in(of_version text, of_range text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN
    CASE WHEN position('..' IN of_range) = 0 THEN of_version = of_range COLLATE version_order
         ELSE of_version IS NOT NULL
          AND (split_part(of_range, '..', 1) = '' OR of_version >= split_part(of_range, '..', 1) COLLATE version_order)
          AND (split_part(of_range, '..', 2) = '' OR of_version <= split_part(of_range, '..', 2) COLLATE version_order) END;

-- Is the model one of a rule's? How far it fits: 1 the model, 2 the hardware too, 3 the version from which it comes, too; 0: not at all.
CREATE FUNCTION firmware_rule_fits(of_rule firmware_rule, of_manufacturer text, of_product_class text, of_hardware text, of_software text)
RETURNS integer LANGUAGE sql IMMUTABLE RETURN
    CASE WHEN (of_rule).product_class <> of_product_class OR lower((of_rule).manufacturer) <> lower(of_manufacturer) THEN 0
         WHEN (of_rule).hardware_version IS NOT NULL AND (of_rule).hardware_version IS DISTINCT FROM of_hardware THEN 1
         WHEN (of_rule).from_versions IS NOT NULL
          AND NOT EXISTS (SELECT FROM unnest((of_rule).from_versions) v WHERE version_is_in(of_software, v)) THEN 2
         ELSE 3 END;

-- The newest release that is approved for such a home; NULL: none that counts its releases.
CREATE FUNCTION firmware_newest(of_manufacturer text, of_product_class text, of_hardware text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT max(w.counter)
      FROM firmware_rule r
      JOIN firmware w ON w.id = r.firmware_id
      JOIN file f ON f.id = w.file_id
     WHERE w.state = 'approved'
       AND (w.expires_at IS NULL OR w.expires_at > now())
       AND f.damaged_at IS NULL AND f.deleted_at IS NULL
       AND r.product_class = of_product_class
       AND (r.manufacturer IS NULL OR lower(r.manufacturer) = lower(of_manufacturer))
       AND (r.hardware_version IS NULL OR r.hardware_version = of_hardware)
$$;

-- Of every device why it does not get a firmware; NULL: it does. To be joined to those that are meant: what is asked of one device is
-- asked of its make and versions, and remembered for all that are alike. A firmware that is not there has no rows, which is no yes.
-- What people have decided is told last, so that it hides nothing of what does not fit.
CREATE FUNCTION firmware_fit(of_firmware text) RETURNS TABLE (device_id bigint, refusal text) LANGUAGE sql STABLE AS $$
    SELECT d.id,
           CASE WHEN f.damaged_at IS NOT NULL OR f.deleted_at IS NOT NULL THEN 'damaged'
                WHEN w.state = 'retired' THEN 'retired'
                WHEN w.expires_at <= now() THEN 'expired'
                WHEN m.refusal IS NOT NULL THEN m.refusal
                WHEN w.state <> 'approved' THEN 'not_approved'
                WHEN d.software_version = w.version THEN 'already' END
      FROM firmware w
      JOIN file f ON f.id = w.file_id
     CROSS JOIN device d
     CROSS JOIN LATERAL (
           SELECT CASE coalesce(max(firmware_rule_fits(r, d.manufacturer, d.product_class, d.hardware_version, d.software_version)), 0)
                       WHEN 0 THEN 'model'
                       WHEN 1 THEN 'hardware'
                       WHEN 2 THEN 'from_version'
                       ELSE CASE WHEN w.counter < firmware_newest(d.manufacturer, d.product_class, d.hardware_version) THEN 'superseded' END
                   END AS refusal
             FROM firmware_rule r
            WHERE r.firmware_id = w.id) m
     WHERE w.id = of_firmware
$$;

COMMENT ON FUNCTION firmware_fit IS 'damaged, retired, expired, model, hardware, from_version, superseded, not_approved, already; NULL: it fits';

-- The same of one device; 'unknown': there is no such firmware, or no such device.
CREATE FUNCTION firmware_refusal(of_firmware text, of_device bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT nullif(coalesce((SELECT coalesce(f.refusal, '') FROM firmware_fit(of_firmware) f WHERE f.device_id = of_device), 'unknown'), '')
$$;

CREATE VIEW firmware_shown AS
SELECT w.id,
       w.state,
       w.revision,
       w.file_id,
       row_to_json(s) AS shown
  FROM firmware w
  JOIN file f ON f.id = w.file_id
 CROSS JOIN LATERAL (
       SELECT w.id,
              w.name,
              w.version,
              w.state,
              utc(w.state_since) AS state_since,
              w.revision,
              w.counter,
              utc(w.expires_at) AS expires_at,
              coalesce(w.expires_at <= now(), false) AS expired,
              w.disruptive,
              w.notes,
              w.known_issues,
              w.file_id AS file,
              f.name AS file_name,
              f.size,
              encode(f.sha256, 'hex') AS sha256,
              f.damaged_at IS NOT NULL OR f.deleted_at IS NOT NULL AS damaged,
              cardinality(w.signatures) AS signatures,
              w.manifest IS NOT NULL AS has_manifest,
              (SELECT coalesce(json_agg(json_build_object(
                          'manufacturer', r.manufacturer, 'product_class', r.product_class, 'hardware_version', r.hardware_version,
                          'from_versions', r.from_versions) ORDER BY r.place), '[]'::json)
                 FROM firmware_rule r
                WHERE r.firmware_id = w.id) AS rules,
              w.created_by,
              utc(w.created_at) AS created_at,
              w.changed_by,
              utc(w.changed_at) AS changed_at,
              w.approved_by,
              utc(w.approved_at) AS approved_at) s;
