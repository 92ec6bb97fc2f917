-- What devices can do, as far as they have told: which methods of CWMP, by software version. A row says nothing about
-- another version, and 0 BOOTSTRAP removes it.
CREATE TABLE device_ability (
    device_id        bigint PRIMARY KEY,
    software_version text NOT NULL,
    methods          text,
    refused          text,
    asked            boolean NOT NULL
);

COMMENT ON COLUMN device_ability.methods IS 'answer to GetRPCMethods, each name between blanks; NULL: not known';
COMMENT ON COLUMN device_ability.refused IS 'likewise, answered by Fault 9000';
COMMENT ON COLUMN device_ability.asked IS 'GetRPCMethods was sent: not again';

ALTER TABLE action ADD COLUMN boots int NOT NULL DEFAULT 0;

COMMENT ON COLUMN action.boots IS 'restarts of the device while the request that is outstanding was';
