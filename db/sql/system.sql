-- How the installation is.

-- name: system_show :one
-- Each of these is found by an index, or in a table of a few rows.
SELECT (SELECT coalesce(max(number), 0) FROM migration) AS schema,
       pg_database_size(current_database()) AS bytes,
       a.waiting, a.running,
       o.waiting AS outbox_waiting, o.late_s,
       (SELECT count(*) FROM outlet WHERE enabled AND failing_since IS NOT NULL) AS failing,
       e.seq - coalesce(c.seq, 0) AS unsigned, c.at AS signed_at,
       (SELECT at FROM audit_entry WHERE seq = coalesce(c.seq, 0) + 1) AS unsigned_since,
       (SELECT shown_at FROM fleet_view WHERE scope = '') AS figures_at,
       (SELECT contacts FROM fleet_minute WHERE at = date_trunc('minute', now()) - interval '1 min') AS contacts
  FROM (SELECT count(*) FILTER (WHERE state IN ('queued', 'waking')) AS waiting,
               count(*) FILTER (WHERE state NOT IN ('queued', 'waking')) AS running
          FROM action
         WHERE ended_at IS NULL) a
 CROSS JOIN (SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(next_at))::bigint, 0) AS late_s
               FROM outbox_delivery
              WHERE state = 'waiting') o
 CROSS JOIN (SELECT coalesce(max(seq), 0) AS seq FROM audit_entry) e
  LEFT JOIN (SELECT seq, at FROM audit_checkpoint ORDER BY seq DESC LIMIT 1) c ON true;
