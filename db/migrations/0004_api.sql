-- Who may use the API, and what it answered to requests that may be repeated.

CREATE TABLE api_token (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL CHECK (name <> ''),
    hash         bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    capabilities text[] NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);

COMMENT ON COLUMN api_token.hash IS 'SHA-256 of the token, which is not kept';

CREATE TABLE idempotency (
    token_id     bigint NOT NULL REFERENCES api_token ON DELETE CASCADE,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
    status       smallint,
    response     text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    action_id    text,
    PRIMARY KEY (token_id, key),
    CHECK ((status IS NULL) = (response IS NULL))
);

COMMENT ON COLUMN idempotency.request_hash IS 'SHA-256 of method, path and body';
COMMENT ON COLUMN idempotency.status IS 'of the answer that is given again; NULL: the first request is still running';

CREATE INDEX idempotency_age ON idempotency USING brin (created_at);
