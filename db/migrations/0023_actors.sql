-- Whoever asks for something is an actor: a token now, a person soon. Their ids are of one row of numbers, so that what is
-- kept of an actor (repeated requests, uses of the desk, verdicts) need not know which kind it is.

CREATE SEQUENCE actor_id;
SELECT setval('actor_id', coalesce(max(id), 0) + 1, false) FROM api_token;
ALTER TABLE api_token ALTER COLUMN id DROP IDENTITY, ALTER COLUMN id SET DEFAULT nextval('actor_id');

ALTER TABLE idempotency DROP CONSTRAINT idempotency_token_id_fkey;
ALTER TABLE idempotency RENAME COLUMN token_id TO actor_id;
ALTER TABLE desk_use RENAME COLUMN token_id TO actor_id;
ALTER INDEX desk_use_token RENAME TO desk_use_actor;
ALTER TABLE verdict RENAME COLUMN token_id TO actor_id;
