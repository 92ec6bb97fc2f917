-- Devices. What a worker writes has no foreign keys: a check would lock the device's row at every write.
-- device_id leads every key of a per-device table, so that the tables could be split by it.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What changes seldom and is searched. A row is made by the first Inform and belongs to OUI + ProductClass + SerialNumber.
CREATE TABLE device (
    id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    oui                    text NOT NULL CHECK (length(oui) <= 64),
    product_class          text NOT NULL CHECK (length(product_class) <= 256),
    serial                 text NOT NULL CHECK (serial <> '' AND length(serial) <= 256),
    manufacturer           text NOT NULL,
    software_version       text,
    hardware_version       text,
    root                   text CHECK (root IN ('Device.', 'InternetGatewayDevice.')),
    cwmp_version           smallint CHECK (cwmp_version BETWEEN 0 AND 4),
    connection_request_url text,
    source_address         inet,
    first_contact          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (serial, oui, product_class)
) WITH (fillfactor = 90);

COMMENT ON COLUMN device.cwmp_version IS 'of CWMP 1.x: x';
COMMENT ON COLUMN device.source_address IS 'of the newest session';

CREATE INDEX device_serial_part ON device USING gin (serial gin_trgm_ops);
CREATE INDEX device_model ON device (product_class, software_version);

-- One row per device, written by every Inform: never another index, or no update is heap-only any more. What stays the
-- same stands first, so that the log of an update is short. Half of each page is kept free for newer versions.
CREATE TABLE device_hot (
    device_id      bigint PRIMARY KEY,
    values_hash    bigint NOT NULL DEFAULT 0,
    identity_hash  bigint NOT NULL DEFAULT 0,
    boots          int NOT NULL DEFAULT 0,
    period_s       int,
    distance_s     int NOT NULL DEFAULT 0,
    event_bits     int NOT NULL DEFAULT 0,
    session_no     bigint NOT NULL DEFAULT 0,
    uptime_s       bigint,
    last_inform    timestamptz,
    last_periodic  timestamptz
) WITH (
    fillfactor = 50,
    autovacuum_vacuum_scale_factor = 0.1,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_analyze_scale_factor = 0.5
);

COMMENT ON COLUMN device_hot.values_hash IS 'given with the values of the newest Inform that were written; 0: none';
COMMENT ON COLUMN device_hot.identity_hash IS 'likewise of what the device says about itself';
COMMENT ON COLUMN device_hot.period_s IS 'between two 2 PERIODIC, learnt from when they came';
COMMENT ON COLUMN device_hot.distance_s IS 'between the newest two; two alike in a row are the new period';
COMMENT ON COLUMN device_hot.boots IS 'Informs with 1 BOOT so far';
COMMENT ON COLUMN device_hot.event_bits IS 'of the newest Inform; bit n = event code n, bit 31 = any other';
COMMENT ON COLUMN device_hot.session_no IS 'the fence: what an older session sends is not written';
COMMENT ON COLUMN device_hot.uptime_s IS 'said by the newest Inform; NULL: not said';

-- The parameters of a device, a row per page (db/parameter_page.h). Only pages whose content changes are written.
CREATE TABLE device_page (
    device_id    bigint NOT NULL,
    page         text NOT NULL,
    names_hash   bigint NOT NULL,
    content_hash bigint NOT NULL,
    doc          jsonb COMPRESSION lz4 NOT NULL,
    writable     jsonb COMPRESSION lz4 NOT NULL,
    PRIMARY KEY (device_id, page)
) WITH (fillfactor = 80);

COMMENT ON COLUMN device_page.doc IS 'rest of the path -> letter of the type, value; see device_parameter';
COMMENT ON COLUMN device_page.writable IS 'rest of the path -> true or false, where the device has said';
COMMENT ON COLUMN device_page.names_hash IS 'of the names in doc, if one read brought all of them; else 0';
COMMENT ON COLUMN device_page.content_hash IS 'likewise of names, values and types';

-- When the values were read, apart from them: a read that finds nothing new writes this row only.
CREATE TABLE device_read (
    device_id bigint PRIMARY KEY,
    times     jsonb COMPRESSION lz4 NOT NULL
) WITH (fillfactor = 50);

COMMENT ON COLUMN device_read.times IS
    'page -> {"": when all of it was read, rest of the path: when that was read later}, seconds since 1970';

-- All of it together: a row per parameter. Of a name that was only listed value, type and read_at are NULL. The letters
-- are those of db/store_pages.c; a type of the device's own is ''.
CREATE VIEW device_parameter AS
SELECT p.device_id,
       p.page,
       p.page || k.key                AS name,
       substr(k.told, 2)              AS value,
       CASE left(k.told, 1)
           WHEN 's' THEN 'xsd:string'
           WHEN 'i' THEN 'xsd:int'
           WHEN 'u' THEN 'xsd:unsignedInt'
           WHEN 'l' THEN 'xsd:long'
           WHEN 'L' THEN 'xsd:unsignedLong'
           WHEN 'b' THEN 'xsd:boolean'
           WHEN 'd' THEN 'xsd:dateTime'
           WHEN '6' THEN 'xsd:base64Binary'
           WHEN 'h' THEN 'xsd:hexBinary'
           WHEN '-' THEN ''
       END                            AS type,
       (p.writable -> k.key)::boolean AS writable,
       CASE WHEN k.told IS NOT NULL
            THEN to_timestamp(greatest((t.times ->> '')::float8, (t.times ->> k.key)::float8))
       END                            AS read_at
  FROM device_page p
  LEFT JOIN device_read r ON r.device_id = p.device_id
 CROSS JOIN LATERAL (SELECT r.times -> p.page AS times) t
 CROSS JOIN LATERAL (SELECT d.key, d.value AS told
                       FROM jsonb_each_text(p.doc) d
                      UNION ALL
                     SELECT w.key, NULL
                       FROM jsonb_object_keys(p.writable) w(key)
                      WHERE NOT p.doc ? w.key) k;
