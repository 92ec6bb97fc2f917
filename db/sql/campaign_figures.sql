-- How campaigns went: over time, and which devices go wrong again and again.

-- name: campaign_samples :many
-- The last one is always there; of more than :most every so many.
SELECT s.number AS id,
       row_to_json((SELECT t FROM (SELECT utc(s.at) AS at, s.wave + 1 AS wave, s.in_flight, s.sent, s.healthy, s.bad, s.silent_share, s.control_silent_share,
                                          s.contacts_per_1000, s.control_contacts_per_1000, s.informs_per_min) t)) AS shown
  FROM (SELECT c.*, row_number() OVER (ORDER BY c.at) AS number, count(*) OVER () AS count
          FROM campaign_sample c
         WHERE c.campaign_id = :id AND (:since::timestamptz IS NULL OR c.at > :since)) s
 WHERE s.count <= :most OR s.number * :most::bigint / s.count <> (s.number - 1) * :most / s.count
 ORDER BY s.number;

-- name: campaign_samples_thin :exec
-- Of each ten minutes the last stays, once it is two days old, or its campaign is over.
DELETE FROM campaign_sample
 WHERE ctid = ANY (ARRAY(
           SELECT s.ctid
             FROM campaign c
             JOIN campaign_sample s ON s.campaign_id = c.id
            WHERE (c.ended_at IS NULL OR c.ended_at > now() - interval '7 days')
              AND (c.ended_at < now() - interval '1 h' OR s.at < now() - interval '2 days')
              AND EXISTS (SELECT FROM campaign_sample l
                           WHERE l.campaign_id = s.campaign_id AND l.at > s.at AND l.at < s.at + interval '10 min'
                             AND date_bin('10 min', l.at, 'epoch') = date_bin('10 min', s.at, 'epoch'))
            LIMIT :most));

-- name: campaign_repeat_failures :many
SELECT b.device_id AS id,
       row_to_json((SELECT s FROM (SELECT number_id('dev_', b.device_id) AS device, d.serial, d.product_class AS model, d.software_version, b.campaigns,
                                          number_id('cmp_', l.campaign_id) AS last_campaign, l.state AS last_state, l.cause AS last_cause,
                                          utc(l.judged_at) AS last_at) s)) AS shown
  FROM (SELECT t.device_id, count(*) AS campaigns
          FROM campaign_target t
         WHERE t.state IN ('failed', 'looping', 'lying', 'missing') AND t.judged_at > now() - interval '90 days'
           AND (:after::bigint IS NULL OR t.device_id > :after)
         GROUP BY t.device_id
        HAVING count(*) > 1
         ORDER BY t.device_id
         LIMIT :most) b
 CROSS JOIN LATERAL (SELECT t.campaign_id, t.state, t.cause, t.judged_at
                       FROM campaign_target t
                      WHERE t.device_id = b.device_id AND t.state IN ('failed', 'looping', 'lying', 'missing')
                      ORDER BY t.judged_at DESC
                      LIMIT 1) l
  LEFT JOIN device d ON d.id = b.device_id
 ORDER BY b.device_id;
