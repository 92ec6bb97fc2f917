-- name: parameter_list :many
-- Below a path that ends in ".", or the one of that name; in the order of bytes.
SELECT name, value, type, writable, read_at
  FROM device_parameter
 WHERE device_id = :device_id
   AND (:path::text IS NULL OR name = :path OR (right(:path, 1) = '.' AND starts_with(name, :path)))
   AND (:after::text IS NULL OR name COLLATE "C" > :after)
 ORDER BY name COLLATE "C"
 LIMIT :most;
