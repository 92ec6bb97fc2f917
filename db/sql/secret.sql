-- name: secret_list :many
SELECT name, kind, sealed, action_id, since FROM device_secret WHERE device_id = :device_id ORDER BY name;

-- name: secret_reveal :one
WITH shown AS (
    INSERT INTO secret_reveal (device_id, name, by, reason)
    SELECT device_id, name, :by::text, :reason::text FROM device_secret WHERE device_id = :device_id AND name = :name
)
SELECT name, kind, sealed, action_id, since FROM device_secret WHERE device_id = :device_id AND name = :name;
