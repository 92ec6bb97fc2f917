-- name: audit_head :one
-- Whoever asks is the only one who may add a row until his transaction ends: it is his last step but COMMIT.
SELECT seq, h, now, subscriber_id FROM audit_head(:device_id);

-- name: audit_add :exec
INSERT INTO audit_entry (seq, at, actor_id, actor_kind, actor, session, source, request, action, decision,
                         device_id, subscriber_id, case_id, device_ids, subscriber_ids, key, payload_hash,
                         object, reason, query, before, after, salt, prev, h)
VALUES (:seq, :at, :actor_id, :actor_kind, :actor, :session, :source, :request, :action, :decision,
        :device_id, :subscriber_id, :case_id, :device_ids::bigint[], :subscriber_ids::bigint[], :key, :payload_hash,
        :object, :reason, :query, :before::json, :after::json, :salt, :prev, :h);
