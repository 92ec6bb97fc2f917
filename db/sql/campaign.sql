-- Campaigns as people make, look at and move them. What the runner does is campaign_run.sql.

-- name: campaign_create :one
INSERT INTO campaign (name, kind, args, file_size, filter, excludes, plan, reason, after_id, after_states, created_by, changed_by, changers)
VALUES (:name, :kind, :args, coalesce((:args::jsonb ->> 'size')::bigint, 0), :filter, :excludes, :plan, :reason, :after_id, string_to_array(:after_states, ' '), :by, :by, ARRAY[:actor_id::bigint])
RETURNING id;

-- name: campaign_change :many
-- What is NULL stays as it is. Its list, and what was approved of it, are void.
UPDATE campaign
   SET name = coalesce(:name, name), kind = coalesce(:kind, kind), args = coalesce(:args::jsonb, args),
       file_size = coalesce((coalesce(:args::jsonb, args) ->> 'size')::bigint, 0),
       filter = coalesce(:filter, filter), excludes = coalesce(:excludes, excludes), plan = coalesce(:plan, plan),
       reason = coalesce(:reason, reason), after_id = CASE WHEN :after_states::text IS NULL THEN after_id ELSE :after_id END,
       after_states = coalesce(string_to_array(:after_states, ' '), after_states), revision = revision + 1, changed_by = :by, changed_at = now(),
       changers = CASE WHEN :actor_id = ANY (changers) THEN changers ELSE changers || :actor_id::bigint END,
       state = 'draft', listed_up_to = NULL, list_hash = NULL, listed_at = NULL, list_error = NULL, summary = NULL,
       approved_by = NULL, approver = NULL, approved_hash = NULL, approved_at = NULL
 WHERE id = :id AND revision = :revision AND state IN ('draft', 'listed')
RETURNING id;

-- name: campaign_hold :one
-- Until the end of the transaction nobody else moves it. What a program does, whoever has made its token does.
SELECT id, state, revision, kind, total, list_hash, listed_at, listed_at > now() - interval '24 h' AS list_is_new,
       approver IS NOT NULL AS is_approved,
       approver = :actor_id OR EXISTS (SELECT FROM api_token t WHERE t.id = :actor_id AND t.created_by = approved_by) AS is_approver,
       :actor_id = ANY (changers) OR EXISTS (SELECT FROM api_token t WHERE t.id = ANY (changers) AND t.created_by = :by) AS is_changer,
       plan::text
  FROM campaign
 WHERE id = :id
   FOR UPDATE;

-- name: campaign_set_state :exec
UPDATE campaign
   SET state = :state,
       why = NULL, until = NULL,
       next_by = CASE WHEN :verb::text = 'promote' THEN :by END,
       stopped = CASE WHEN :verb = 'halt' THEN :data::jsonb WHEN :verb = 'resume' THEN NULL ELSE stopped END,
       approved_by = CASE WHEN :verb = 'halt' THEN NULL ELSE approved_by END,
       approver = CASE WHEN :verb = 'halt' THEN NULL ELSE approver END,
       approved_hash = CASE WHEN :verb = 'halt' THEN NULL ELSE approved_hash END,
       approved_at = CASE WHEN :verb = 'halt' THEN NULL ELSE approved_at END,
       started_at = CASE WHEN :verb = 'start' THEN now() ELSE started_at END,
       ended_at = CASE WHEN :verb IN ('cancel', 'finish') THEN now() END
 WHERE id = :id;

-- name: campaign_approve :exec
UPDATE campaign SET approved_by = :by, approver = :actor_id, approved_hash = list_hash, approved_at = now() WHERE id = :id;

-- name: campaign_start_list :exec
-- What was there of a list before goes with the first piece of the new one.
UPDATE campaign
   SET state = 'listing', listed_up_to = NULL, list_chain = '', total = 0, list_hash = NULL, listed_at = NULL, list_error = NULL, summary = NULL,
       approved_by = NULL, approver = NULL, approved_hash = NULL, approved_at = NULL
 WHERE id = :id;

-- name: campaign_open_waves :exec
-- At the start: the waves with their sizes, and how many may be in flight.
WITH cap AS (
    UPDATE campaign SET flight_cap = :flight_cap, wave = 0 WHERE id = :id
)
INSERT INTO campaign_wave (campaign_id, number, size, began_at)
SELECT :id, s.number - 1, s.size, CASE WHEN s.number = 1 THEN now() END FROM unnest(:sizes::bigint[]) WITH ORDINALITY s(size, number);

-- name: campaign_note :exec
INSERT INTO campaign_event (campaign_id, by, kind, data) VALUES (:id, :by, :kind, coalesce(:data::jsonb, '{}'));

-- name: campaign_show :one
SELECT id, state, revision, shown FROM campaign_shown WHERE id = :id;

-- name: campaign_list :many
SELECT id, shown
  FROM campaign_shown
 WHERE (:after::bigint IS NULL OR id < :after)
   AND CASE :state::text
       WHEN 'open' THEN state NOT IN ('finished', 'cancelled')
       ELSE :state IS NULL OR state = :state
       END
 ORDER BY id DESC
 LIMIT :most;

-- name: campaign_news :many
SELECT c.id,
       row_to_json((SELECT s FROM (SELECT number_id('cmp_', c.id) AS campaign, c.state, c.revision, c.wave + 1 AS wave, c.why, c.total, c.in_flight,
                                          w.done, w.bad) s)) AS shown
  FROM campaign c
 CROSS JOIN LATERAL (SELECT coalesce(sum(v.healthy + v.failed + v.looping + v.lying + v.missing), 0)::bigint AS done,
                            coalesce(sum(v.failed + v.looping + v.lying + v.missing), 0)::bigint AS bad
                       FROM campaign_wave v WHERE v.campaign_id = c.id) w
 WHERE c.id = ANY (:ids::bigint[])
 ORDER BY c.id;

-- name: campaign_targets :many
SELECT t.device_id AS id,
       row_to_json((SELECT s FROM (SELECT number_id('dev_', t.device_id) AS device, d.serial, d.product_class AS model, d.software_version, t.version_before, t.state,
                                          t.wave + 1 AS wave, t.cause, t.action_id AS action, t.tries, t.failures, utc(t.taken_at) AS taken_at,
                                          utc(t.sent_at) AS sent_at, utc(t.judged_at) AS judged_at, utc(h.last_inform) AS last_contact) s)) AS shown
  FROM campaign_target t
  LEFT JOIN device d ON d.id = t.device_id
  LEFT JOIN device_hot h ON h.device_id = t.device_id
 WHERE t.campaign_id = :id AND (:after::bigint IS NULL OR t.device_id > :after)
   AND (:state::text IS NULL OR t.state = :state)
   AND (:cause::text IS NULL OR t.cause = :cause)
   AND (:wave::bigint = -1 OR t.wave = :wave)
   AND t.failures >= :failures::bigint
 ORDER BY t.device_id
 LIMIT :most;

-- name: campaign_causes :many
SELECT state, cause, count(*) AS devices, count(*) FILTER (WHERE failures > 1) AS again
  FROM campaign_target
 WHERE campaign_id = :id AND state NOT IN ('waiting', 'excluded') AND cause IS NOT NULL
 GROUP BY state, cause
 ORDER BY count(*) DESC, state, cause
 LIMIT 50;

-- name: campaign_events :many
SELECT id, row_to_json((SELECT s FROM (SELECT utc(e.at) AS at, e.by, e.kind, e.data) s)) AS shown
  FROM campaign_event e
 WHERE campaign_id = :id AND (:after::bigint IS NULL OR e.id < :after)
 ORDER BY e.id DESC
 LIMIT :most;

-- name: campaign_zone :one
SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :zone) AS known;
