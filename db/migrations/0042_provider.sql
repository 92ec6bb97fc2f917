-- People of the company's identity provider (OpenID Connect), and sign-ins there that have begun.
ALTER TABLE app_user ADD COLUMN subject text CHECK (subject <> '');
ALTER TABLE app_user DROP CONSTRAINT app_user_source_check;
ALTER TABLE app_user ADD CONSTRAINT app_user_source_check CHECK (source IN ('local', 'directory', 'provider'));
ALTER TABLE app_user ADD CONSTRAINT app_user_subject_is_of_provider CHECK ((source = 'provider') = (subject IS NOT NULL));

COMMENT ON COLUMN app_user.subject IS 'the issuer and who that is for it, whatever else it calls them (OpenID Connect Core 1.0, 5.7)';

CREATE UNIQUE INDEX app_user_subject ON app_user (subject) WHERE subject IS NOT NULL;

CREATE TABLE sign_in_flow (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    state      text NOT NULL,
    nonce      text NOT NULL,
    verifier   text NOT NULL,
    expires_at timestamptz NOT NULL
);

COMMENT ON TABLE sign_in_flow IS 'people who are at the provider now, and come back with a code';
COMMENT ON COLUMN sign_in_flow.hash IS 'SHA-256 of the key, which only the browser has that has begun';
COMMENT ON COLUMN sign_in_flow.verifier IS 'of the challenge that the provider was given (RFC 7636)';

CREATE INDEX sign_in_flow_age ON sign_in_flow (expires_at);
