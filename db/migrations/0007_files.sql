-- Files for devices and of devices, and what was told of their transfers. The content is not here: it lies in the
-- directory of the setting files.directory, under its SHA-256.

CREATE TABLE file (
    id            text PRIMARY KEY CHECK (length(id) = 26),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 64 AND name ~ '^[A-Za-z0-9._-]+$'),
    kind          text NOT NULL CHECK (kind IN ('firmware', 'config', 'log', 'other')),
    version       text CHECK (length(version) BETWEEN 1 AND 64),
    manufacturer  text CHECK (length(manufacturer) BETWEEN 1 AND 64),
    product_class text CHECK (length(product_class) BETWEEN 1 AND 64),
    sha256        bytea NOT NULL CHECK (length(sha256) = 32),
    size          bigint NOT NULL CHECK (size >= 0),
    device_id     bigint,
    action_id     text,
    created_by    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    checked_at    timestamptz NOT NULL DEFAULT now(),
    damaged_at    timestamptz,
    deleted_at    timestamptz,
    removed       boolean NOT NULL DEFAULT false,
    CONSTRAINT file_sent_for_an_action CHECK ((device_id IS NULL) = (action_id IS NULL))
);

COMMENT ON COLUMN file.product_class IS 'which devices it is for; NULL: nobody has said';
COMMENT ON COLUMN file.device_id IS 'the device that sent it; NULL: it came through the API';
COMMENT ON COLUMN file.checked_at IS 'when its content was last read as a whole and was in order';
COMMENT ON COLUMN file.removed IS 'deleted, and its content is no longer in the directory for the sake of this row';

CREATE INDEX file_content ON file (sha256);
CREATE INDEX file_of_device ON file (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX file_check ON file (checked_at) WHERE deleted_at IS NULL AND damaged_at IS NULL;
CREATE INDEX file_to_remove ON file (deleted_at) WHERE deleted_at IS NOT NULL AND NOT removed;

-- What a device has fetched under the address that one action gave it.
CREATE TABLE transfer_use (
    device_id bigint NOT NULL,
    action_id text NOT NULL,
    served    bigint NOT NULL,
    requests  int NOT NULL DEFAULT 1,
    last_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, action_id)
) WITH (fillfactor = 80);

COMMENT ON COLUMN transfer_use.served IS 'bytes, at most; nothing is given out beyond a budget';

-- Every TransferComplete once, however often the device says it. Kept for half a year: one may come weeks later.
CREATE TABLE transfer_report (
    device_id     bigint NOT NULL,
    command_key   text NOT NULL,
    start_time    text NOT NULL,
    complete_time text NOT NULL,
    fault_code    bigint NOT NULL,
    fault_text    text NOT NULL,
    action_id     text,
    at            timestamptz NOT NULL,
    copies        int NOT NULL DEFAULT 1,
    PRIMARY KEY (device_id, command_key, start_time)
);

COMMENT ON COLUMN transfer_report.action_id IS 'what it is about; NULL: nobody here knows the key';

CREATE INDEX transfer_report_age ON transfer_report USING brin (at);

CREATE VIEW file_shown AS
SELECT f.id,
       f.kind,
       f.name,
       f.product_class,
       f.device_id,
       f.deleted_at,
       row_to_json(s) AS shown
  FROM file f
 CROSS JOIN LATERAL (
       SELECT f.id,
              f.name,
              f.kind,
              f.version,
              f.manufacturer,
              f.product_class,
              f.size,
              encode(f.sha256, 'hex') AS sha256,
              f.action_id AS action,
              f.created_by,
              utc(f.created_at) AS created_at,
              utc(f.checked_at) AS checked_at,
              f.damaged_at IS NOT NULL AS damaged) s;
