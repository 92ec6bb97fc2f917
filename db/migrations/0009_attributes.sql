-- What was set of the attributes of a device's parameters, and proved to be so. A 0 BOOTSTRAP puts it in doubt: then
-- attributes.restore sets it again.

CREATE TABLE device_attribute (
    device_id    bigint NOT NULL,
    path         text NOT NULL CHECK (length(path) BETWEEN 1 AND 256),
    notification smallint CHECK (notification BETWEEN 0 AND 6),
    access_list  jsonb CHECK (jsonb_typeof(access_list) = 'array'),
    since        timestamptz NOT NULL,
    action_id    text NOT NULL,
    PRIMARY KEY (device_id, path),
    CONSTRAINT attribute_says_something CHECK (notification IS NOT NULL OR access_list IS NOT NULL)
);

COMMENT ON COLUMN device_attribute.path IS 'of a parameter, or of an object: then of all below it';
COMMENT ON COLUMN device_attribute.notification IS '0 off, 1 passive, 2 active, 3 to 6 with lightweight ones; NULL: never set';
COMMENT ON COLUMN device_attribute.access_list IS 'who may write it besides us; NULL: never set';
COMMENT ON COLUMN device_attribute.since IS 'when it was set; in this order they are set again';
COMMENT ON COLUMN device_attribute.action_id IS 'by which it was set last';
