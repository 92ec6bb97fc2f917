-- Actions as the API makes, shows and cancels them. What workers do to them is in the store's statements.

-- name: action_create :one
-- The device is called at once; the first event tells everybody who listens.
WITH created AS (
    INSERT INTO action (device_id, id, kind, args, created_by, reason, on_offline, expires_at, sealed, lets_go, next_wake_at, case_id)
    VALUES (:device_id, :action_id, :kind, :args, :created_by, :reason, :on_offline, :expires_at, :sealed, :lets_go, now(),
            coalesce(nullif(:case_id::bigint, 0), case_of_actor(:device_id, :actor_id)))
    RETURNING *
), told AS (
    INSERT INTO action_event (device_id, action_id, state)
    SELECT device_id, id, state FROM created
)
SELECT id FROM created;

-- name: action_show :one
SELECT id, device_id, shown ->> 'type' AS kind, state, ended_at IS NOT NULL AS ended, cancellable, wake_tries, wake_detail, next_wake_at,
       waits_for_contact, next_contact, shown
  FROM action_shown
 WHERE id = :action_id;

-- name: action_list :many
SELECT id, device_id, shown ->> 'type' AS kind, state, ended_at IS NOT NULL AS ended, cancellable, wake_tries, wake_detail, next_wake_at,
       waits_for_contact, next_contact, shown
  FROM action_shown
 WHERE device_id = :device_id
   AND (:after::text IS NULL OR id < :after)
   AND CASE :state::text
       WHEN 'open' THEN ended_at IS NULL
       WHEN 'ended' THEN ended_at IS NOT NULL
       ELSE :state IS NULL OR state = :state
       END
 ORDER BY id DESC
 LIMIT :most;

-- name: action_of_others :many
-- What others have under way at a device, newest first. Whoever asks has locked it: none is added meanwhile.
SELECT id, kind, created_by, created_at
  FROM action
 WHERE device_id = :device_id AND ended_at IS NULL AND created_by <> :by
 ORDER BY id DESC;

-- name: action_cancel :many
-- Nothing of it may have reached the device: no request is outstanding, and none is being proven, but for what lets go.
WITH cancelled AS (
    UPDATE action
       SET state = 'cancelled', revision = revision + 1, stage_since = now(), ended_at = now(), next_wake_at = NULL,
           failure = jsonb_build_object('code', 'cancelled', 'by', :cancelled_by::text,
                                      'detail', coalesce(:reason::text, 'cancelled by ' || :cancelled_by))
     WHERE id = :action_id AND ended_at IS NULL AND intent IS NULL AND (state <> 'verifying' OR lets_go)
    RETURNING *
), told AS (
    INSERT INTO action_event (device_id, action_id, state, detail)
    SELECT device_id, id, state, failure FROM cancelled
)
-- A test that the device was ordered to make is ended there, too.
SELECT id, lets_go AND diag_stop_order(device_id, id, memo, created_by) AS stops FROM cancelled;

-- name: action_event_list :many
-- Of one action, from the beginning or after an event.
SELECT id, device_id, action_id, at, state, detail
  FROM action_event
 WHERE action_id = :action_id AND id > :after
 ORDER BY id
 LIMIT :most;

-- name: action_event_fetch :many
-- The very ones that a notification has named.
SELECT e.id, e.device_id, e.action_id, e.at, e.state, e.detail
  FROM unnest(:device_ids::bigint[], :ids::bigint[]) AS w (device_id, id)
  JOIN action_event e USING (device_id, id)
 ORDER BY e.id;

-- name: action_event_replay :many
-- What a listener to several topics may have missed. Numbers are given before the commit, so an event with a smaller one
-- may have appeared later: those of the last moments before :since come again.
SELECT id, device_id, action_id, at, state, detail
  FROM action_event
 WHERE (device_id = ANY (:device_ids::bigint[]) OR action_id = ANY (:action_ids::text[]))
   AND (id > :after OR at >= :since)
 ORDER BY id
 LIMIT :most;

-- name: action_hold :many
-- An open action, for whoever moves it outside of a session. Until the end of the transaction nobody else does.
SELECT id, device_id, kind, args::text AS args, state, step, memo, revision, intent, intent_at, sends, boots,
       created_at, expires_at
  FROM action
 WHERE id = :action_id AND ended_at IS NULL
   FOR UPDATE;

-- name: action_save :many
-- As store_action_save, of one action that is held and belongs to no session.
WITH saved AS (
    UPDATE action
       SET state        = :state,
           step         = :step,
           memo         = coalesce(:memo, memo),
           revision     = revision + 1,
           intent       = :intent,
           intent_at    = CASE WHEN :intent::text IS NOT NULL THEN :intent_at::timestamptz END,
           sends        = :sends,
           boots        = :boots,
           progress     = coalesce(:progress::jsonb, progress),
           result       = coalesce(:result::jsonb, result),
           evidence     = coalesce(:evidence::jsonb, evidence),
           failure      = coalesce(:failure::jsonb, failure),
           ended_at     = CASE WHEN :has_ended::boolean THEN :at::timestamptz END,
           stage_since  = CASE WHEN state = :state THEN stage_since ELSE :at END,
           next_wake_at = CASE WHEN :state IN ('queued', 'waking') THEN next_wake_at END
     WHERE id = :action_id AND revision = :revision AND ended_at IS NULL
    RETURNING device_id, id, state
), told AS (
    INSERT INTO action_event (device_id, action_id, at, state, detail)
    SELECT device_id, id, :at, state, coalesce(:failure, :evidence, :progress)::jsonb FROM saved
)
SELECT id FROM saved;

-- name: action_undo :many
-- What would make it as it was, for an action that is then named as the one that does; nothing: it cannot be undone.
UPDATE action
   SET undone_by = :undone_by
 WHERE id = :action_id AND state = 'succeeded' AND undo IS NOT NULL AND undone_by IS NULL AND undo_until > now()
RETURNING device_id, jsonb_set(undo, '{of}', to_jsonb(id))::text AS args, sealed::text AS sealed;

-- name: action_forget_secrets :exec
-- Of actions that have ended, once nothing can be put back any more.
UPDATE action
   SET sealed = NULL, undo = NULL
 WHERE ctid = ANY (ARRAY(SELECT ctid
                           FROM action
                          WHERE ended_at IS NOT NULL AND (sealed IS NOT NULL OR undo IS NOT NULL)
                            AND coalesce(undo_until, ended_at) < now()
                          LIMIT :most));
