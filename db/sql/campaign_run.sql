-- Campaigns as the runner works on them (acs/campaigns/). One runner at a time: each of its transactions begins with campaign_lock.

-- name: campaign_lock :one
SELECT pg_try_advisory_xact_lock(75, 1) AS mine;

-- name: campaign_at_work :many
SELECT id, state FROM campaign
 WHERE state IN ('listing', 'running') OR (state IN ('held', 'paused', 'halted') AND in_flight > 0)
 ORDER BY id;

-- ---- the list ----

-- name: campaign_list_open :one
-- What is to be listed, and where it goes on. At the first piece what there was before goes.
WITH fresh AS (
    DELETE FROM campaign_target t USING campaign c WHERE c.id = :id AND c.listed_up_to IS NULL AND t.campaign_id = c.id
)
SELECT c.id, c.filter, c.listed_up_to, c.excludes::text, coalesce(c.args ->> 'target_version', c.args ->> 'version') AS version, c.args ->> 'file' AS file,
       (SELECT w.id FROM firmware w WHERE w.file_id = c.args ->> 'file') AS firmware, (SELECT max(id) FROM device) AS last
  FROM campaign c
 WHERE c.id = :id AND c.state = 'listing'
   FOR UPDATE;

-- name: campaign_list_piece :exec
-- Devices behind one up to another; of a campaign that follows another, only those that are in its states there. The bounds are said
-- of each table, or all of it would be read for every piece. Why one is left out is the first that is true of it. The chain is a hash
-- of every device so far.
WITH found AS (
    SELECT d.id,
           CASE WHEN h.enrolment IS DISTINCT FROM 2 THEN 'not_bound'
                WHEN v.id IS NOT NULL AND (lower(v.product_class) <> lower(d.product_class) OR lower(v.manufacturer) <> lower(d.manufacturer)) THEN 'model'
                WHEN q.refusal IS NOT NULL THEN q.refusal
                WHEN :version::text IS NOT NULL AND d.software_version = :version THEN 'already'
                WHEN (:excludes::jsonb ->> 'open_case')::boolean AND EXISTS (SELECT FROM desk_case c WHERE c.device_id = d.id AND c.state <> 'closed') THEN 'open_case'
                WHEN (f.doc -> 'wan.optical.rx_dbm' ->> 0)::float8 < (:excludes::jsonb ->> 'weak_signal_dbm')::float8 THEN 'weak_signal'
                WHEN :excludes::jsonb ? 'tag'
                     AND EXISTS (SELECT FROM binding b JOIN subscriber s ON s.id = b.subscriber_id
                                  WHERE b.device_id = d.id AND b.until IS NULL AND s.tags @> ARRAY[:excludes::jsonb ->> 'tag']) THEN 'tag'
                WHEN :excludes::jsonb ? 'touched_days'
                     AND EXISTS (SELECT FROM action a
                                  WHERE a.device_id = d.id AND a.touched
                                    AND a.ended_at > now() - make_interval(days => (:excludes::jsonb ->> 'touched_days')::int)) THEN 'touched'
           END AS cause
      FROM device d
      LEFT JOIN device_hot h ON h.device_id = d.id AND h.device_id > :after AND h.device_id <= :up_to
      LEFT JOIN device_place p ON p.device_id = d.id AND p.device_id > :after AND p.device_id <= :up_to
      LEFT JOIN device_fact f ON f.device_id = d.id AND f.device_id > :after AND f.device_id <= :up_to
      LEFT JOIN campaign_target o ON o.campaign_id = (SELECT k.after_id FROM campaign k WHERE k.id = :id) AND o.device_id = d.id
                                 AND o.device_id > :after AND o.device_id <= :up_to
      LEFT JOIN file v ON v.id = :file::text
      LEFT JOIN (SELECT * FROM firmware_fit(:firmware::text) t WHERE t.device_id > :after AND t.device_id <= :up_to) q ON q.device_id = d.id
     WHERE d.id > :after AND d.id <= :up_to AND :filter::boolean
       AND ((SELECT k.after_id IS NULL FROM campaign k WHERE k.id = :id)
            OR o.state = ANY ((SELECT k.after_states FROM campaign k WHERE k.id = :id)::text[]))
), added AS (
    INSERT INTO campaign_target (campaign_id, device_id, state, cause, place)
    SELECT :id, id, CASE WHEN cause IS NULL THEN 'waiting' ELSE 'excluded' END, cause,
           (hashint8extended(id, :id) & 2147483647)::int
      FROM found
    RETURNING device_id, state
), listed AS (
    SELECT count(*) AS devices, string_agg(device_id::text, ',' ORDER BY device_id) AS ids FROM added WHERE state = 'waiting'
)
UPDATE campaign c
   SET listed_up_to = :up_to, total = c.total + l.devices,
       list_chain = CASE WHEN l.ids IS NULL THEN c.list_chain ELSE sha256(c.list_chain || convert_to(l.ids, 'UTF8')) END
  FROM listed l
 WHERE c.id = :id;

-- name: campaign_list_close :exec
-- The hash of all that an approval is bound to: what, with what, how, and to whom.
UPDATE campaign
   SET state = 'listed', listed_at = now(), summary = :summary,
       list_hash = encode(sha256(convert_to(concat_ws(E'\n', kind, args, plan, after_id, array_to_string(nullif(after_states, '{}'), ' ')), 'UTF8') || list_chain), 'hex')
 WHERE id = :id;

-- name: campaign_list_count :exec
-- Half a million rows are new: what the planner knows of the table is that it was empty.
ANALYZE campaign_target;

-- name: campaign_list_summary :one
-- In a statement that changes nothing the planner may use more than one core.
SELECT json_build_object(
           'excluded', (SELECT coalesce(json_object_agg(cause, n), '{}')
                          FROM (SELECT cause, count(*) AS n FROM campaign_target WHERE campaign_id = :id AND state = 'excluded' GROUP BY cause) x),
           'models', (SELECT coalesce(json_agg(json_build_object('model', model, 'software_version', version, 'devices', n) ORDER BY n DESC, model, version), '[]')
                        FROM (SELECT d.product_class AS model, d.software_version AS version, count(*) AS n
                                FROM campaign_target t JOIN device d ON d.id = t.device_id
                               WHERE t.campaign_id = :id AND t.state = 'waiting'
                               GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 50) m))::text AS summary;

-- name: campaign_list_fail :exec
UPDATE campaign SET state = 'draft', listed_up_to = NULL, list_error = :why WHERE id = :id AND state = 'listing';

-- ---- what is known now ----

-- name: campaign_run_hold :one
-- One row of everything that a decision needs. It stays locked: nobody pauses it in between.
SELECT c.id, c.state, c.name, c.kind, c.args::text, c.args ->> 'file' AS file, c.reason, c.file_size, c.excludes::text, c.plan::text, c.total, c.wave, c.flight_cap, c.bad_in_a_row,
       c.next_by IS NOT NULL AS by_person, c.watch::text, coalesce(c.watched_at < now() - interval '30 s', true) AS watch_is_old,
       -- twenty points in the silence that counts as a loss: a plan of minutes has a graph, too
       coalesce((SELECT max(s.at) FROM campaign_sample s WHERE s.campaign_id = c.id)
                < now() - make_interval(secs => least(30, greatest(1, (c.plan -> 'health' ->> 'silent_s')::float8 / 20))), true) AS sample_is_due,
       now() AS now, z.offset_s, z.change_at, z.after_s,
       (SELECT count(*) FROM campaign_target t WHERE t.campaign_id = c.id AND t.taken_at > now() - interval '1 min') AS sent_in_minute,
       EXISTS (SELECT FROM kill_switch k WHERE k.scope IN ('all', 'campaigns', 'kind:' || c.kind)) AS is_killed
  FROM campaign c
 CROSS JOIN LATERAL zone_clock(c.plan ->> 'zone', now()) z
 WHERE c.id = :id AND c.state IN ('running', 'held', 'paused', 'halted')
   FOR UPDATE OF c;

-- name: campaign_run_waves :many
SELECT number, size, in_flight, healthy, failed, looping, lying, missing, silent, judged_at
  FROM campaign_wave WHERE campaign_id = :id ORDER BY number;

-- name: campaign_run_left :one
-- Who could still be sent to, for the first time or again: once those are judged that have just been.
SELECT EXISTS (SELECT FROM campaign_target t WHERE t.campaign_id = :id AND t.state = 'waiting') AS any_waiting,
       count(*) FILTER (WHERE again_at <= now()) AS retries_due, count(*) FILTER (WHERE again_at > now()) AS retries_later
  FROM campaign_target
 WHERE campaign_id = :id AND state = 'failed' AND tries <= :retries;

-- name: campaign_run_recent :one
SELECT count(*) FILTER (WHERE state <> 'healthy') AS bad
  FROM (SELECT state FROM campaign_target
         WHERE campaign_id = :id AND judged_at IS NOT NULL ORDER BY judged_at DESC LIMIT :most) r;

-- name: campaign_run_in_flight :many
SELECT t.device_id, coalesce(a.state, 'failed') AS state, t.sent_at, a.ended_at,
       CASE WHEN a.id IS NULL THEN 'device_gone' ELSE coalesce(nullif(a.failure ->> 'cwmp_fault', '0'), a.failure ->> 'code') END AS failure,
       h.last_inform, coalesce(h.boots, 0) - t.boots AS boots,
       r.id IS NOT NULL AND r.ended_at IS NULL AS reading, r.ended_at AS read_at, r.result ->> 'session' AS wan, CASE WHEN r.state <> 'succeeded' THEN coalesce(r.failure ->> 'code', r.state) END AS unread
  FROM campaign_target t
  LEFT JOIN action a ON a.device_id = t.device_id AND a.id = t.action_id
  LEFT JOIN action r ON r.device_id = t.device_id AND r.id = t.reading_id
  LEFT JOIN device_hot h ON h.device_id = t.device_id
 WHERE t.campaign_id = :id AND t.state = 'sent'
 ORDER BY coalesce(a.ended_at, t.sent_at, t.taken_at), t.device_id;

-- ---- what is done ----

-- name: campaign_run_judge :exec
UPDATE campaign_target t
   SET state     = CASE WHEN j.verdict = 'again' THEN 'waiting' ELSE j.verdict END,
       wave      = CASE WHEN j.verdict <> 'again' THEN t.wave END,
       cause     = j.cause,
       failures  = t.failures + (j.verdict NOT IN ('again', 'healthy'))::int,
       again_at  = CASE j.verdict WHEN 'again' THEN now() + interval '10 min' WHEN 'failed' THEN now() + make_interval(secs => :retry_after_s) ELSE t.again_at END,
       taken_at  = CASE WHEN j.verdict <> 'again' THEN t.taken_at END,
       judged_at = CASE WHEN j.verdict <> 'again' THEN now() END
  FROM unnest(:device_id::bigint[], :verdict::text[], :cause::text[]) j(device_id, verdict, cause)
 WHERE t.campaign_id = :id AND t.device_id = j.device_id AND t.state = 'sent';

-- name: campaign_run_read :exec
-- Asks devices how their WAN is, whatever becomes of the campaign meanwhile: what has been sent is to be judged.
WITH asked AS (
    UPDATE campaign_target t
       SET reading_id = r.id
      FROM unnest(:device_id::bigint[], :action_id::text[]) r(device_id, id)
     WHERE t.campaign_id = :id AND t.device_id = r.device_id AND t.state = 'sent'
    RETURNING t.device_id, t.reading_id
), made AS (
    INSERT INTO action (device_id, id, kind, args, created_by, reason, on_offline, expires_at, next_wake_at)
    SELECT device_id, reading_id, 'diag.line', '{}', number_id('cmp_', :id), :reason, 'queue', now() + make_interval(secs => :ttl_s), now()
      FROM asked
    RETURNING device_id, id, state
)
INSERT INTO action_event (device_id, action_id, state) SELECT device_id, id, state FROM made;

-- name: campaign_run_take :one
-- The next devices, of those that wait or those that failed: those that are there, have nothing else under way, and whose neighbours are not all in flight.
-- What cannot be taken now is looked at again later, so that it is not in the way of the others.
WITH flying AS (
    SELECT p.pon, p.olt, d.product_class AS model
      FROM campaign_target t
      JOIN device d ON d.id = t.device_id
      LEFT JOIN device_place p ON p.device_id = t.device_id
     WHERE t.campaign_id = :id AND t.state = 'sent'
), looked_at AS MATERIALIZED (
    SELECT t.device_id, t.again_at, t.place, h.boots, p.pon, p.olt, d.product_class AS model, d.software_version,
           CASE WHEN d.id IS NULL THEN 'gone'
                WHEN h.last_inform IS NULL OR h.last_inform < now() - greatest(interval '10 min', make_interval(secs => 2.5 * coalesce(h.period_s, 0))) THEN 'absent'
                WHEN EXISTS (SELECT FROM campaign_target o WHERE o.device_id = t.device_id AND o.state = 'sent') THEN 'busy'
                WHEN EXISTS (SELECT FROM action a WHERE a.device_id = t.device_id AND a.ended_at IS NULL) THEN 'busy'
                WHEN q.refusal IS NOT NULL THEN q.refusal
                WHEN (:excludes::jsonb ->> 'open_case')::boolean
                     AND EXISTS (SELECT FROM desk_case c WHERE c.device_id = t.device_id AND c.state <> 'closed') THEN 'open_case'
           END AS not_now
      FROM campaign_target t
      LEFT JOIN device d ON d.id = t.device_id
      LEFT JOIN device_hot h ON h.device_id = t.device_id
      LEFT JOIN device_place p ON p.device_id = t.device_id
      LEFT JOIN firmware_fit(:firmware::text) q ON q.device_id = t.device_id
     WHERE t.campaign_id = :id AND t.state = :from::text AND t.again_at <= now() AND t.tries < :most_tries::int
     ORDER BY t.again_at, t.place
     LIMIT 4 * :most::bigint + 50
       FOR UPDATE OF t SKIP LOCKED
), numbered AS (
    SELECT l.*,
           row_number() OVER (PARTITION BY l.pon ORDER BY l.again_at, l.place) + (SELECT count(*) FROM flying f WHERE f.pon = l.pon) AS of_pon,
           row_number() OVER (PARTITION BY l.olt ORDER BY l.again_at, l.place) + (SELECT count(*) FROM flying f WHERE f.olt = l.olt) AS of_olt,
           row_number() OVER (PARTITION BY l.model ORDER BY l.again_at, l.place) + (SELECT count(*) FROM flying f WHERE f.model = l.model) AS of_model
      FROM looked_at l
     WHERE l.not_now IS NULL
), taken AS MATERIALIZED (
    SELECT n.device_id, n.boots, n.software_version, row_number() OVER (ORDER BY n.again_at, n.place) AS number
      FROM numbered n
     WHERE (n.pon IS NULL OR :per_pon::bigint = 0 OR n.of_pon <= :per_pon)
       AND (n.olt IS NULL OR :per_olt::bigint = 0 OR n.of_olt <= :per_olt)
       AND (:per_model::bigint = 0 OR n.of_model <= :per_model)
     ORDER BY n.again_at, n.place
     LIMIT :most
), moved AS (
    UPDATE campaign_target t
       SET state     = CASE WHEN k.device_id IS NOT NULL THEN 'sent' WHEN l.not_now IN ('gone', 'already') AND :from = 'waiting' THEN 'excluded' ELSE t.state END,
           wave      = CASE WHEN k.device_id IS NOT NULL AND :from = 'waiting' THEN :wave::int ELSE t.wave END,
           action_id = coalesce(i.id, t.action_id),
           reading_id = CASE WHEN k.device_id IS NULL THEN t.reading_id END,
           cause     = CASE WHEN k.device_id IS NOT NULL THEN NULL WHEN :from = 'waiting' THEN l.not_now ELSE t.cause END,
           tries     = t.tries + (k.device_id IS NOT NULL)::int,
           boots     = coalesce(k.boots, t.boots),
           version_before = coalesce(t.version_before, k.software_version),
           again_at  = CASE WHEN l.not_now IS NOT NULL THEN now() + interval '5 min' ELSE t.again_at END,
           taken_at  = CASE WHEN k.device_id IS NOT NULL THEN now() END,
           sent_at   = NULL
      FROM looked_at l
      LEFT JOIN taken k ON k.device_id = l.device_id
      LEFT JOIN unnest(:action_ids::text[]) WITH ORDINALITY i(id, number) ON i.number = k.number
     WHERE t.campaign_id = :id AND t.device_id = l.device_id AND (k.device_id IS NOT NULL OR l.not_now IS NOT NULL)
    RETURNING t.device_id, t.state, t.action_id
), made AS (
    INSERT INTO action (device_id, id, kind, args, created_by, reason, on_offline, expires_at, next_wake_at, campaign_id)
    SELECT m.device_id, m.action_id, :kind, :args, number_id('cmp_', :id), :reason, 'fail', now() + make_interval(secs => :ttl_s), now(), :id
      FROM moved m
     WHERE m.state = 'sent'
    RETURNING device_id, id, state
), told AS (
    INSERT INTO action_event (device_id, action_id, state) SELECT device_id, id, state FROM made
)
SELECT count(*) AS taken FROM made;

-- name: campaign_run_recall :exec
-- Halted, or paused: what has not begun to change its device does not begin any more.
WITH recalled AS (
    UPDATE action a
       SET state = 'cancelled', revision = revision + 1, stage_since = now(), ended_at = now(), next_wake_at = NULL, intent = NULL, intent_at = NULL,
           failure = jsonb_build_object('code', 'cancelled', 'by', number_id('cmp_', :id), 'detail', 'its campaign was stopped')
     WHERE a.campaign_id = :id AND a.ended_at IS NULL AND NOT a.touched
    RETURNING a.device_id, a.id, a.state, a.failure
)
INSERT INTO action_event (device_id, action_id, state, detail) SELECT device_id, id, state, failure FROM recalled;

-- name: campaign_run_go_on :exec
UPDATE campaign
   SET state = :state, wave = :wave, why = :why, until = :until, bad_in_a_row = :bad_in_a_row,
       next_by = CASE WHEN :wave = wave THEN next_by END,
       stopped = coalesce(:stopped::jsonb, stopped),
       approved_by = CASE WHEN :state = 'halted' THEN NULL ELSE approved_by END,
       approver = CASE WHEN :state = 'halted' THEN NULL ELSE approver END,
       approved_hash = CASE WHEN :state = 'halted' THEN NULL ELSE approved_hash END,
       approved_at = CASE WHEN :state = 'halted' THEN NULL ELSE approved_at END,
       ended_at = CASE WHEN :state = 'finished' THEN now() END
 WHERE id = :id
   AND (state, wave, why, until, bad_in_a_row) IS DISTINCT FROM (:state, :wave::int, :why, :until::timestamptz, :bad_in_a_row::int);

-- name: campaign_run_begin_wave :exec
UPDATE campaign_wave SET began_at = now() WHERE campaign_id = :id AND number = :wave;

-- ---- once in half a minute ----

-- name: campaign_run_watch :exec
-- Of those that were well a day ago or later, the silent ones; and the same of a sample of those that are left alone. The contacts
-- of the whole fleet in the last three minutes are held against those of the hour, where there are enough. All of it is noted as a
-- sample, and is what is decided by from now on if :decides.
WITH silent AS (
    SELECT t.wave, count(*) FILTER (WHERE h.last_inform < now() - make_interval(secs => :silent_s)) AS n, count(*) AS well
      FROM campaign_target t
      JOIN device_hot h ON h.device_id = t.device_id
     WHERE t.campaign_id = :id AND t.state = 'healthy' AND t.judged_at > now() - interval '24 h'
     GROUP BY t.wave
), kept AS (
    UPDATE campaign_wave w
       SET silent = coalesce(s.n, 0)
      FROM campaign_wave v
      LEFT JOIN silent s ON s.wave = v.number
     WHERE v.campaign_id = :id AND w.campaign_id = v.campaign_id AND w.number = v.number AND w.silent <> coalesce(s.n, 0)
       AND :decides::boolean
), alone AS MATERIALIZED (
    SELECT t.device_id, h.last_inform
      FROM campaign_target t
      JOIN device_hot h ON h.device_id = t.device_id
     WHERE t.campaign_id = :id AND t.state = 'waiting' AND h.last_inform > now() - interval '24 h'
     ORDER BY t.again_at DESC, t.place DESC
     LIMIT 5000
), contacts AS (
    SELECT avg(contacts) FILTER (WHERE at >= date_trunc('minute', now()) - interval '3 min') AS lately,
           avg(contacts) FILTER (WHERE at < date_trunc('minute', now()) - interval '3 min') AS usually, count(*) AS minutes
      FROM fleet_minute
     WHERE at >= date_trunc('minute', now()) - interval '1 h' AND at < date_trunc('minute', now())
), asked AS (
    SELECT (SELECT CASE WHEN minutes > 13 AND usually >= 100 THEN round(greatest(0, 100 * (1 - coalesce(lately, 0) / usually)), 1) ELSE 0 END
              FROM contacts) AS informs_fall,
           (SELECT count(*) FROM alone) AS alone,
           (SELECT count(*) FROM alone WHERE last_inform < now() - make_interval(secs => :silent_s)) AS alone_silent,
           (SELECT count(*) FROM desk_case c WHERE c.opened_at > now() - interval '24 h'
               AND EXISTS (SELECT FROM alone a WHERE a.device_id = c.device_id)) AS alone_cases,
           (SELECT count(*) FROM desk_case c WHERE c.opened_at > now() - interval '24 h'
               AND EXISTS (SELECT FROM campaign_target t WHERE t.campaign_id = :id AND t.device_id = c.device_id
                              AND t.state = 'healthy' AND c.opened_at > t.taken_at)) AS cases
), sampled AS (
    INSERT INTO campaign_sample (campaign_id, wave, in_flight, sent, healthy, bad, silent_share, control_silent_share, contacts_per_1000,
                                 control_contacts_per_1000, informs_per_min)
    SELECT c.id, c.wave, c.in_flight, w.sent, w.healthy, w.bad, s.silent::real / nullif(s.well, 0), a.alone_silent::real / nullif(a.alone, 0),
           1000 * a.cases::real / nullif(w.healthy, 0), 1000 * a.alone_cases::real / nullif(a.alone, 0), (SELECT lately FROM contacts)
      FROM campaign c
     CROSS JOIN asked a
     CROSS JOIN (SELECT sum(v.in_flight + v.healthy + v.failed + v.looping + v.lying + v.missing) AS sent, sum(v.healthy) AS healthy,
                        sum(v.failed + v.looping + v.lying + v.missing) AS bad
                   FROM campaign_wave v WHERE v.campaign_id = :id) w
     CROSS JOIN (SELECT sum(n) AS silent, sum(well) AS well FROM silent) s
     WHERE c.id = :id
    ON CONFLICT DO NOTHING
)
UPDATE campaign c SET watched_at = now(), watch = row_to_json(asked) FROM asked WHERE c.id = :id AND :decides;
