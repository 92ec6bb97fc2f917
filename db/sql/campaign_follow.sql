-- Campaigns that come after others, as they are proposed to whoever writes them.

-- name: campaign_follow_look :one
SELECT c.kind, (SELECT count(*) FROM campaign_target t WHERE t.campaign_id = c.id AND t.state = ANY (string_to_array(:states, ' '))) AS devices
  FROM campaign c
 WHERE c.id = :id;

-- name: campaign_follow_way_back :many
-- From which version most of its devices came, and the newest release of that which is approved for such a home as it is now.
SELECT m.version, m.model, w.file
  FROM (SELECT d.manufacturer, d.product_class AS model, d.hardware_version, t.version_before AS version,
               mode() WITHIN GROUP (ORDER BY d.software_version) AS runs
          FROM campaign_target t
          JOIN device d ON d.id = t.device_id
         WHERE t.campaign_id = :id AND t.state = ANY (string_to_array(:states, ' ')) AND t.version_before IS NOT NULL
         GROUP BY d.manufacturer, d.product_class, d.hardware_version, t.version_before
         ORDER BY count(*) DESC, t.version_before
         LIMIT 1) m
  LEFT JOIN LATERAL (
       SELECT w.file_id AS file
         FROM firmware w
         JOIN file f ON f.id = w.file_id
        WHERE w.state = 'approved' AND (w.expires_at IS NULL OR w.expires_at > now()) AND f.damaged_at IS NULL AND f.deleted_at IS NULL
          AND w.version = m.version
          AND EXISTS (SELECT FROM firmware_rule r
                       WHERE r.firmware_id = w.id AND firmware_rule_fits(r, m.manufacturer, m.model, m.hardware_version, m.runs) = 3)
        ORDER BY w.counter DESC NULLS LAST, w.id DESC
        LIMIT 1) w ON true;

-- name: campaign_follow_body :one
-- What it would be. Whom it is for is said by the other campaign alone; what the server knows of a file by itself is left out.
SELECT row_to_json((SELECT s FROM (SELECT left(:prefix::text || c.name, 100) AS name, c.kind AS type,
                                          CASE WHEN NOT c.args ? 'file' THEN c.args
                                               WHEN :file::text IS NULL THEN c.args - '{name,size,version}'::text[]
                                               ELSE c.args - '{name,size,version,target_version}'::text[] || jsonb_build_object('file', :file)
                                          END AS params,
                                          '' AS filter, c.excludes - string_to_array(:drops, ' ') || :sets::jsonb AS excludes, c.plan,
                                          number_id('cmp_', c.id) AS after, string_to_array(:states, ' ') AS after_states) s)) AS body
  FROM campaign c
 WHERE c.id = :id;
