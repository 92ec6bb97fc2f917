-- People who sign in.

-- name: user_by_login :many
SELECT id, login, name, role, scope, source, password, totp_secret, totp_step, totp_pending, language, preferences::text AS preferences,
       created_at, signed_in_at, password_at, disabled_at, revision
  FROM app_user
 WHERE login = :login;

-- name: user_by_id :one
SELECT id, login, name, role, scope, source, password, totp_secret, totp_step, totp_pending, language, preferences::text AS preferences,
       created_at, signed_in_at, password_at, disabled_at, revision
  FROM app_user
 WHERE id = :user_id;

-- name: user_hold :one
SELECT id, login, name, role, scope, source, password, totp_secret, totp_step, totp_pending, language, preferences::text AS preferences,
       created_at, signed_in_at, password_at, disabled_at, revision
  FROM app_user
 WHERE id = :user_id
   FOR NO KEY UPDATE;

-- name: user_add :one
INSERT INTO app_user (login, name, role, scope, password, password_at, created_by)
VALUES (:login, :name, :role, :scope, :password, CASE WHEN :password::text IS NOT NULL THEN now() END, :created_by)
RETURNING id;

-- name: user_of_directory :many
-- Whom the directory has let in: a row the first time, and called and allowed each time what it says. None: the login is a local
-- person's, or disabled here.
INSERT INTO app_user AS u (login, name, role, source)
VALUES (:login, :name, :role, 'directory')
ON CONFLICT (login) DO UPDATE
   SET name     = excluded.name,
       role     = excluded.role,
       revision = u.revision + (CASE WHEN (u.name, u.role) IS DISTINCT FROM (excluded.name, excluded.role) THEN 1 ELSE 0 END)
 WHERE u.source = 'directory' AND u.disabled_at IS NULL
RETURNING u.id;

-- name: user_of_provider :many
-- Likewise of the provider, who knows them by the subject: the login is the one that they came with the first time.
WITH known AS (
    UPDATE app_user
       SET name     = :name,
           role     = :role,
           revision = revision + (CASE WHEN (name, role) IS DISTINCT FROM (:name, :role) THEN 1 ELSE 0 END)
     WHERE subject = :subject AND disabled_at IS NULL
    RETURNING id
), made AS (
    INSERT INTO app_user (login, name, role, source, subject)
    SELECT :login, :name, :role, 'provider', :subject
     WHERE NOT EXISTS (SELECT FROM app_user WHERE subject = :subject)
    ON CONFLICT (login) DO NOTHING
    RETURNING id
)
SELECT id FROM known UNION ALL SELECT id FROM made;

-- name: user_end_sessions_of_provider :exec
UPDATE user_session
   SET ended_at = now()
 WHERE user_id = (SELECT id FROM app_user WHERE subject = :subject) AND ended_at IS NULL;

-- name: user_any :one
-- Whom others keep are not counted: they may be gone tomorrow, and so may those who keep them.
SELECT EXISTS (SELECT FROM app_user WHERE source = 'local') AS there;

-- name: user_set_password :exec
UPDATE app_user SET password = :password, password_at = now(), revision = revision + 1 WHERE id = :user_id;

-- name: user_signed_in :exec
UPDATE app_user SET signed_in_at = now() WHERE id = :user_id;

-- name: user_prefer :exec
-- A member that is null is taken away.
UPDATE app_user
   SET language    = CASE WHEN :has_language THEN :language ELSE language END,
       preferences = jsonb_strip_nulls(preferences || coalesce(:preferences::jsonb, '{}'))
 WHERE id = :user_id;

-- ---- sessions

-- name: user_session_open :one
INSERT INTO user_session (hash, user_id, address, idle_until, expires_at)
VALUES (:hash, :user_id, :address, now() + :idle_ms::bigint * interval '1 ms', now() + :most_ms::bigint * interval '1 ms')
RETURNING id, created_at, expires_at;

-- name: user_session_find :many
SELECT s.id, s.hash, s.created_at, s.used_at, s.expires_at, u.id AS user_id, u.login, u.name, u.role, u.scope
  FROM user_session s
  JOIN app_user u ON u.id = s.user_id
 WHERE s.hash = :hash AND s.ended_at IS NULL AND s.idle_until > now() AND s.expires_at > now() AND u.disabled_at IS NULL;

-- name: user_session_hold :many
-- Likewise, and whoever ends it, or disables the user or gives them another role, waits for the end of our transaction.
SELECT s.id, s.hash, s.created_at, s.used_at, s.expires_at, u.id AS user_id, u.login, u.name, u.role, u.scope
  FROM user_session s
  JOIN app_user u ON u.id = s.user_id
 WHERE s.hash = :hash AND s.ended_at IS NULL AND s.idle_until > now() AND s.expires_at > now() AND u.disabled_at IS NULL
   FOR SHARE;

-- name: user_session_hold_alone :many
-- For what changes the session or its user itself: two of these do not wait for each other with what the other wants.
SELECT s.id, s.hash, s.created_at, s.used_at, s.expires_at, u.id AS user_id, u.login, u.name, u.role, u.scope
  FROM user_session s
  JOIN app_user u ON u.id = s.user_id
 WHERE s.hash = :hash AND s.ended_at IS NULL AND s.idle_until > now() AND s.expires_at > now() AND u.disabled_at IS NULL
   FOR NO KEY UPDATE;

-- name: user_session_touch :exec
-- Never waiting for anybody.
UPDATE user_session
   SET used_at = now(), idle_until = now() + :idle_ms::bigint * interval '1 ms'
 WHERE id = (SELECT id FROM user_session WHERE id = :session_id FOR NO KEY UPDATE SKIP LOCKED);

-- name: user_session_end :exec
UPDATE user_session SET ended_at = now() WHERE id = :session_id AND ended_at IS NULL;

-- name: user_session_end_others :exec
UPDATE user_session
   SET ended_at = now()
 WHERE user_id = :user_id AND ended_at IS NULL AND id <> coalesce(:session_id::bigint, 0);

-- name: user_session_valid :many
-- Which of these are still open, and their users held to the same part of the fleet.
SELECT s.id
  FROM unnest(:session_ids::bigint[], :scopes::text[]) AS held (id, scope)
  JOIN user_session s ON s.id = held.id
  JOIN app_user u ON u.id = s.user_id
 WHERE s.ended_at IS NULL AND s.idle_until > now() AND s.expires_at > now()
   AND u.disabled_at IS NULL AND coalesce(u.scope, '') = held.scope;

-- ---- links

-- name: link_add :exec
INSERT INTO user_link (hash, user_id, expires_at)
VALUES (:hash, :user_id, now() + :life_s::bigint * interval '1 s');

-- name: link_take :many
-- Once: the row goes with the transaction that uses it.
DELETE FROM user_link l
 WHERE l.hash = :hash AND l.expires_at > now()
   AND (l.user_id IS NULL OR EXISTS (SELECT FROM app_user u WHERE u.id = l.user_id AND u.disabled_at IS NULL))
RETURNING coalesce(user_id, 0) AS user_id;

-- name: link_drop :exec
-- Of a user; NULL: those of the first start.
DELETE FROM user_link WHERE user_id IS NOT DISTINCT FROM :user_id::bigint;

-- name: user_first_turn :one
-- One at a time becomes the first user.
SELECT true AS locked FROM (SELECT pg_advisory_xact_lock(hashtextextended('first user', 0))) lock;

-- ---- sign-ins at the provider

-- name: flow_add :exec
INSERT INTO sign_in_flow (hash, state, nonce, verifier, expires_at)
VALUES (:hash, :state, :nonce, :verifier, now() + :life_s::bigint * interval '1 s');

-- name: flow_take :many
-- Once, whatever becomes of it.
DELETE FROM sign_in_flow WHERE hash = :hash AND expires_at > now() RETURNING state, nonce, verifier;

-- ---- tries to sign in

-- name: sign_in_try :many
-- Counts a try, and locks beginning with the try that is one too many: for a while, for twice as long after the next, half an hour
-- at most. No row: it is locked. After an hour without a try all is forgotten.
INSERT INTO sign_in_guard AS g (key, tries, at, locked_until)
VALUES (:key, 1, clock_timestamp(), CASE WHEN :most::bigint <= 1 THEN clock_timestamp() + :lock_ms::bigint * interval '1 ms' END)
ON CONFLICT (key) DO UPDATE
   SET tries        = CASE WHEN g.at < clock_timestamp() - interval '1 h' THEN 1 ELSE g.tries + 1 END,
       at           = clock_timestamp(),
       locked_until = CASE
           WHEN g.at < clock_timestamp() - interval '1 h' OR g.tries + 1 < :most::bigint THEN NULL
           ELSE clock_timestamp() + least(interval '30 min',
                :lock_ms::bigint * interval '1 ms' * power(2, least(g.tries + 1 - :most::bigint, 20)))
       END
 WHERE g.locked_until IS NULL OR g.locked_until <= clock_timestamp()
RETURNING tries;

-- name: sign_in_wait :one
SELECT coalesce((SELECT ceil(extract(epoch FROM locked_until - clock_timestamp()))::bigint
                   FROM sign_in_guard
                  WHERE key = :key AND locked_until > clock_timestamp()), 1) AS wait_s;

-- name: sign_in_uncount :exec
-- A try that was neither right nor wrong. What others have failed meanwhile stays locked.
UPDATE sign_in_guard
   SET tries        = greatest(tries - 1, 0),
       locked_until = CASE WHEN tries - 1 >= :most::bigint THEN locked_until END
 WHERE key = :key;

-- name: sign_in_unlock :exec
DELETE FROM sign_in_guard WHERE key = sign_in_key(:login);

-- name: sign_in_done :exec
-- What the login has failed is forgotten; of the address only this try, which was none: many share it.
WITH gone AS (
    DELETE FROM sign_in_guard WHERE key = :login_key
)
UPDATE sign_in_guard
   SET tries = greatest(tries - 1, 0), locked_until = NULL
 WHERE key = :address_key;

-- ---- upkeep

-- name: people_trim_sessions :exec
DELETE FROM user_session
 WHERE id = ANY (ARRAY(SELECT id FROM user_session WHERE expires_at < :before LIMIT :most));

-- name: people_trim_links :exec
DELETE FROM user_link
 WHERE hash = ANY (ARRAY(SELECT hash FROM user_link WHERE expires_at < :before LIMIT :most));

-- name: people_trim_guards :exec
DELETE FROM sign_in_guard
 WHERE key = ANY (ARRAY(SELECT key FROM sign_in_guard WHERE at < :before LIMIT :most));

-- name: people_trim_flows :exec
DELETE FROM sign_in_flow
 WHERE hash = ANY (ARRAY(SELECT hash FROM sign_in_flow WHERE expires_at < :before LIMIT :most));

-- ---- as administrators see them

-- name: user_list :many
SELECT u.id, u.revision, row_to_json(s) AS shown
  FROM app_user u
 CROSS JOIN LATERAL (
       SELECT u.login,
              u.name,
              u.role,
              u.scope,
              u.source,
              CASE WHEN u.disabled_at IS NOT NULL THEN 'disabled' WHEN u.source = 'local' AND u.password IS NULL THEN 'invited' ELSE 'active' END AS state,
              utc(u.created_at) AS created_at,
              u.created_by,
              utc(u.signed_in_at) AS signed_in_at,
              (SELECT utc(max(e.used_at)) FROM user_session e WHERE e.user_id = u.id) AS seen_at,
              (SELECT utc(max(l.expires_at)) FROM user_link l WHERE l.user_id = u.id AND l.expires_at > now()) AS link_until,
              u.totp_secret IS NOT NULL AS totp,
              (SELECT utc(g.locked_until) FROM sign_in_guard g WHERE g.key = sign_in_key(u.login) AND g.locked_until > now()) AS locked_until,
              utc(u.disabled_at) AS disabled_at,
              u.disabled_by) s
 WHERE u.id > coalesce(:after::bigint, 0)
   AND (:user_id::bigint IS NULL OR u.id = :user_id)
   AND (:login::text IS NULL OR u.login = :login)
   AND (:part::text IS NULL OR strpos(lower(u.login || ' ' || u.name), lower(:part)) > 0)
 ORDER BY u.id
 LIMIT :most;

-- name: user_patch :exec
UPDATE app_user
   SET name        = coalesce(:name, name),
       role        = coalesce(:role, role),
       scope       = CASE WHEN :has_scope::boolean THEN :scope ELSE scope END,
       disabled_at = CASE WHEN :disabled::boolean IS NULL THEN disabled_at WHEN :disabled::boolean THEN coalesce(disabled_at, now()) END,
       disabled_by = CASE WHEN :disabled::boolean IS NULL THEN disabled_by WHEN :disabled::boolean THEN coalesce(disabled_by, :by) END,
       revision    = revision + 1
 WHERE id = :user_id;

-- name: user_reset :exec
-- Neither the password nor codes count any more.
UPDATE app_user
   SET password = NULL, password_at = NULL, totp_secret = NULL, totp_pending = NULL, totp_step = 0, revision = revision + 1
 WHERE id = :user_id;

-- name: user_totp_begin :exec
UPDATE app_user SET totp_pending = :sealed WHERE id = :user_id;

-- name: user_totp_confirm :exec
UPDATE app_user
   SET totp_secret = totp_pending, totp_pending = NULL, totp_step = :step, revision = revision + 1
 WHERE id = :user_id AND totp_pending IS NOT NULL;

-- name: user_totp_use :exec
UPDATE app_user SET totp_step = greatest(totp_step, :step) WHERE id = :user_id;

-- name: user_totp_drop :exec
UPDATE app_user
   SET totp_secret = NULL, totp_pending = NULL, totp_step = 0, revision = revision + 1
 WHERE id = :user_id;

-- name: user_admins :one
SELECT count(*) AS count FROM app_user WHERE role = 'admin' AND disabled_at IS NULL AND password IS NOT NULL;
