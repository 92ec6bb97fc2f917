-- People of the company's directory: what they are called and what they may is said there, and whether a password is right.
ALTER TABLE app_user ADD COLUMN source text NOT NULL DEFAULT 'local' CHECK (source IN ('local', 'directory'));
ALTER TABLE app_user ADD CONSTRAINT app_user_password_is_local CHECK (source = 'local' OR password IS NULL);

COMMENT ON COLUMN app_user.source IS 'who says what the person is called, what they may, and whether a password is right';
COMMENT ON COLUMN app_user.created_by IS 'NULL: by the link of the first start, or of the directory, by signing in';
