-- People and tokens may be held to a part of the fleet.
ALTER TABLE app_user ADD COLUMN scope text CHECK (scope <> '');
ALTER TABLE api_token ADD COLUMN scope text CHECK (scope <> '');

COMMENT ON COLUMN app_user.scope IS 'a filter (db/filter.h): only homes that it matches are there for this person; NULL: all are';
COMMENT ON COLUMN api_token.scope IS 'likewise';
