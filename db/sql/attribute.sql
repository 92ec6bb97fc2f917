-- name: attribute_list :many
-- In the order of bytes.
SELECT path, notification, access_list::text, since, action_id
  FROM device_attribute
 WHERE device_id = :device_id AND (:after::text IS NULL OR path COLLATE "C" > :after)
 ORDER BY path COLLATE "C"
 LIMIT :most;
