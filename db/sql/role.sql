-- Roles that are copies of built-in ones.

-- name: role_find :many
SELECT array_to_string(capabilities, ' ') AS capabilities FROM role WHERE name = :name;

-- name: role_hold :many
SELECT array_to_string(capabilities, ' ') AS capabilities FROM role WHERE name = :name FOR SHARE;

-- name: role_take :one
SELECT name, title, copy_of, array_to_string(capabilities, ' ') AS capabilities, revision FROM role WHERE name = :name FOR UPDATE;

-- name: role_list :many
SELECT name, title, copy_of, array_to_string(capabilities, ' ') AS capabilities, revision FROM role ORDER BY name;

-- name: role_add :exec
INSERT INTO role (name, title, copy_of, capabilities, created_by)
VALUES (:name, :title, :copy_of, :capabilities::text[], :created_by);

-- name: role_patch :exec
UPDATE role
   SET title = coalesce(:title, title), capabilities = :capabilities::text[], changed_at = now(), revision = revision + 1
 WHERE name = :name;

-- name: role_delete :exec
DELETE FROM role WHERE name = :name;

-- name: role_uses :many
SELECT role, count(*) FILTER (WHERE person) AS people, count(*) FILTER (WHERE NOT person) AS tokens
  FROM (SELECT role, true AS person FROM app_user
         UNION ALL
        SELECT role, false FROM api_token WHERE role IS NOT NULL AND revoked_at IS NULL) had
 WHERE :name::text IS NULL OR role = :name
 GROUP BY role;
