-- Tokens that people give and take back: with a role, or with single capabilities as before.
ALTER TABLE api_token
    ADD COLUMN role       text,
    ADD COLUMN created_by text,
    ADD COLUMN revoked_by text,
    ADD CONSTRAINT api_token_role_check CHECK (role IS NULL OR capabilities = '{}');

COMMENT ON COLUMN api_token.role IS 'the name of a built-in role or of a row of role; NULL: capabilities says it';
COMMENT ON COLUMN api_token.created_by IS 'NULL: made at the server, by acsd --new-token';

-- The key of sign_in_guard that stands for a login, as the program computes it.
CREATE FUNCTION sign_in_key(login text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN sha256('login\000'::bytea || convert_to(login, 'UTF8'));
