-- The reading that proves a device of a campaign to be well.

ALTER TABLE campaign_target ADD COLUMN reading_id text;

COMMENT ON COLUMN campaign_target.reading_id IS 'the last action that asked it how its WAN is, since it was taken';
