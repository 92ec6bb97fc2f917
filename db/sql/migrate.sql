-- name: migration_lock :one
-- Two programs that start at once migrate one after the other; given back when the connection ends.
SELECT pg_advisory_lock(hashtext('farol migrate'));

-- name: migration_table_create :exec
CREATE TABLE IF NOT EXISTS migration (
    number     int PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: migration_list :many
SELECT number, name, sha256 FROM migration ORDER BY number;

-- name: migration_add :exec
INSERT INTO migration (number, name, sha256) VALUES (:number, :name, :sha256);
