-- name: health_schema :one
SELECT coalesce(max(number), 0) AS number FROM migration;
