-- Devices behind NAT are called by UDP (TR-069 Annex G).
ALTER TABLE device
    ADD COLUMN udp_connection_request_address text,
    ADD COLUMN udp_called_s bigint NOT NULL DEFAULT 0;

COMMENT ON COLUMN device.udp_called_s IS 'of the newest call by UDP, seconds since 1970; the next one is later';
