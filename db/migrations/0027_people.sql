-- People who sign in: what they may do, their sessions, the links by which they get in for the first time, and how often that
-- has failed of late.

-- Copies of the built-in roles (acs/auth/role.def), which are no rows.
CREATE TABLE role (
    name         text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_-]{0,31}$'),
    title        text NOT NULL CHECK (title <> ''),
    copy_of      text NOT NULL,
    capabilities text[] NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text NOT NULL,
    changed_at   timestamptz NOT NULL DEFAULT now(),
    revision     bigint NOT NULL DEFAULT 1
);

CREATE TABLE app_user (
    id            bigint PRIMARY KEY DEFAULT nextval('actor_id'),
    login         text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'),
    name          text NOT NULL CHECK (name <> ''),
    role          text NOT NULL,
    password      text,
    password_at   timestamptz,
    totp_secret   text,
    totp_step     bigint NOT NULL DEFAULT 0,
    totp_pending  text,
    language      text CHECK (language IN ('pt-BR', 'en')),
    preferences   jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(preferences::text) <= 32768),
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    text,
    signed_in_at  timestamptz,
    disabled_at   timestamptz,
    disabled_by   text,
    revision      bigint NOT NULL DEFAULT 1
);

COMMENT ON COLUMN app_user.role IS 'the name of a built-in role or of a row of role';
COMMENT ON COLUMN app_user.password IS 'as crypt(5) writes it, yescrypt; NULL: none yet';
COMMENT ON COLUMN app_user.totp_secret IS 'sealed; NULL: signs in without a code';
COMMENT ON COLUMN app_user.totp_step IS 'of the last code that was taken: it and all before it are used up';
COMMENT ON COLUMN app_user.totp_pending IS 'sealed; shown once, and not yet confirmed';
COMMENT ON COLUMN app_user.created_by IS 'NULL: by the link of the first start';

CREATE TABLE user_session (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    user_id    bigint NOT NULL REFERENCES app_user ON DELETE CASCADE,
    address    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at    timestamptz NOT NULL DEFAULT now(),
    idle_until timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);

COMMENT ON COLUMN user_session.hash IS 'SHA-256 of the cookie, which is not kept';
COMMENT ON COLUMN user_session.used_at IS 'good to a minute';

CREATE INDEX user_session_user ON user_session (user_id) WHERE ended_at IS NULL;
CREATE INDEX user_session_age ON user_session (expires_at);

CREATE TABLE user_link (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    user_id    bigint REFERENCES app_user ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

COMMENT ON COLUMN user_link.hash IS 'SHA-256 of the key, which is not kept';
COMMENT ON COLUMN user_link.user_id IS 'who may choose a password by it; NULL: whoever is the first user';

CREATE INDEX user_link_user ON user_link (user_id);

-- Tries to sign in that have not succeeded, of a login or from an address.
CREATE TABLE sign_in_guard (
    key          bytea PRIMARY KEY CHECK (length(key) = 32),
    tries        integer NOT NULL,
    at           timestamptz NOT NULL,
    locked_until timestamptz
);

COMMENT ON COLUMN sign_in_guard.key IS 'a hash: people type passwords where logins belong';
COMMENT ON COLUMN sign_in_guard.at IS 'of the last try that was let through';

CREATE INDEX sign_in_guard_age ON sign_in_guard (at);
