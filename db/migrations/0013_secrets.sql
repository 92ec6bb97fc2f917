-- What the desk changes: secrets lie sealed beside their action, old values so that they can be put back for a day.
ALTER TABLE action
    ADD COLUMN sealed     jsonb CHECK (jsonb_typeof(sealed) = 'object'),
    ADD COLUMN undo       jsonb CHECK (jsonb_typeof(undo) = 'object'),
    ADD COLUMN undo_until timestamptz,
    ADD COLUMN undone_by  text;

COMMENT ON COLUMN action.sealed IS 'secrets of its arguments and of what was before, name -> sealed; nothing but its program opens them';
COMMENT ON COLUMN action.undo IS 'what would make it as it was; forgotten after undo_until';
COMMENT ON COLUMN action.undone_by IS 'the action that did';

CREATE INDEX action_secret_age ON action (ended_at) WHERE ended_at IS NOT NULL AND (sealed IS NOT NULL OR undo IS NOT NULL);

-- Secrets of homes that are known because they were set here and proved, by the names of their facts.
CREATE TABLE device_secret (
    device_id bigint NOT NULL,
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
    kind      text NOT NULL,
    sealed    text NOT NULL,
    action_id text NOT NULL,
    since     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, name)
);

COMMENT ON COLUMN device_secret.kind IS 'with which it was sealed, beside the device';

-- Who was shown one, and why: written in the transaction of the answer, or there is none.
CREATE TABLE secret_reveal (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id bigint NOT NULL,
    name      text NOT NULL,
    by        text NOT NULL,
    reason    text NOT NULL CHECK (reason <> ''),
    at        timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX secret_reveal_of_device ON secret_reveal (device_id, at);

DROP VIEW action_shown;
CREATE VIEW action_shown AS
SELECT a.id, a.device_id, a.state, a.ended_at, s.cancellable, a.wake_tries, a.wake_detail, a.next_wake_at,
       a.state IN ('queued', 'waking') AND a.next_wake_at IS NULL AS waits_for_contact,
       h.last_inform + make_interval(secs => h.period_s) AS next_contact, row_to_json(s) AS shown
  FROM action a
  LEFT JOIN device_hot h USING (device_id)
 CROSS JOIN LATERAL (
    SELECT a.id, a.kind AS type, a.state, utc(a.stage_since) AS stage_since, a.args AS params, a.on_offline,
           utc(a.created_at) AS created_at, a.created_by, a.reason, utc(a.expires_at) AS expires_at,
           utc(a.ended_at) AS ended_at, a.progress, a.result, a.evidence, a.failure,
           a.ended_at IS NULL AND a.intent IS NULL AND a.state <> 'verifying' AS cancellable,
           CASE WHEN a.undo IS NOT NULL AND a.undone_by IS NULL AND a.undo_until > now() THEN utc(a.undo_until) END AS undo_until,
           a.undone_by) s;
