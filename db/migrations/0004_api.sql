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

-- What the API shows. A time is written as RFC 3339 in UTC.
CREATE FUNCTION utc(timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

CREATE VIEW device_shown AS
SELECT d.id,
       d.oui,
       d.product_class,
       d.serial,
       d.software_version,
       h.last_inform AS last_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact,
       coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false) AS online,
       row_to_json(s) AS shown
  FROM device d
  LEFT JOIN device_hot h ON h.device_id = d.id
 CROSS JOIN LATERAL (
       SELECT d.oui,
              d.product_class,
              d.serial,
              nullif(d.manufacturer, '') AS manufacturer,
              d.software_version,
              d.hardware_version,
              d.root,
              '1.' || d.cwmp_version AS cwmp_version,
              d.connection_request_url,
              host(d.source_address) AS source_address,
              utc(d.first_contact) AS first_contact,
              utc(h.last_inform) AS last_contact,
              h.period_s,
              utc(h.last_inform + make_interval(secs => h.period_s)) AS next_contact,
              h.uptime_s,
              coalesce(h.last_inform > now() - make_interval(secs => 2 * coalesce(h.period_s, 43200)), false)
                  AS online,
              (SELECT count(*) FROM action a WHERE a.device_id = d.id AND a.ended_at IS NULL) AS open_actions) s;

CREATE VIEW action_shown AS
SELECT a.id,
       a.device_id,
       a.state,
       a.ended_at,
       s.cancellable,
       a.wake_tries,
       a.wake_detail,
       a.next_wake_at,
       a.state IN ('queued', 'waking') AND a.next_wake_at IS NULL AS waits_for_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact,
       row_to_json(s) AS shown
  FROM action a
  LEFT JOIN device_hot h USING (device_id)
 CROSS JOIN LATERAL (
       SELECT a.id,
              a.kind AS type,
              a.state,
              utc(a.stage_since) AS stage_since,
              a.args AS params,
              a.on_offline,
              utc(a.created_at) AS created_at,
              a.created_by,
              a.reason,
              utc(a.expires_at) AS expires_at,
              utc(a.ended_at) AS ended_at,
              a.progress,
              a.result,
              a.evidence,
              a.failure,
              a.ended_at IS NULL AND a.intent IS NULL AND a.state <> 'verifying' AS cancellable) s;
