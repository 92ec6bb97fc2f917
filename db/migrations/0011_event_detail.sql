-- What a device reported on its own, with all that it said: transfers and software that nobody here asked for.

ALTER TABLE device_event ADD COLUMN detail jsonb;

COMMENT ON COLUMN device_event.detail IS 'the arguments of its message in the words of TR-069; NULL: an event that has none';
