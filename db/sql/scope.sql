-- Which homes somebody may see who is held to a part of the fleet.

-- name: scope_inside :one
-- How many of these a scope has: devices that match or whose home has one that does, and subscribers who have such a device.
WITH asked AS (
    SELECT i.id AS device_id, NULL::bigint AS subscriber_id, i.id AS home
      FROM unnest(:device_ids::bigint[]) i(id)
     UNION ALL
    SELECT i.id, NULL, o.device_id
      FROM unnest(:device_ids::bigint[]) i(id)
      JOIN binding m ON m.device_id = i.id AND m.until IS NULL
      JOIN binding o ON o.subscriber_id = m.subscriber_id AND o.until IS NULL
     UNION ALL
    SELECT NULL, o.subscriber_id, o.device_id
      FROM binding o
     WHERE o.subscriber_id = ANY (:subscriber_ids::bigint[]) AND o.until IS NULL
)
SELECT count(DISTINCT q.device_id) AS devices, count(DISTINCT q.subscriber_id) AS subscribers
  FROM asked q
  JOIN device d ON d.id = q.home
  LEFT JOIN device_hot h ON h.device_id = d.id
  LEFT JOIN device_place p ON p.device_id = d.id
  LEFT JOIN device_fact f ON f.device_id = d.id
 WHERE :filter::boolean;

-- name: scope_homes_of :many
-- The devices that these are about; a case is its subscriber's, if it has one.
SELECT device_id, NULL::bigint AS subscriber_id FROM action WHERE id = ANY (:texts::text[])
 UNION
SELECT device_id, NULL FROM playbook_run WHERE id = ANY (:texts)
 UNION
SELECT device_id, NULL FROM file WHERE id = ANY (:texts) AND device_id IS NOT NULL
 UNION
SELECT device_id, NULL FROM verdict WHERE id = ANY (:verdict_ids::bigint[])
 UNION
SELECT CASE WHEN subscriber_id IS NULL THEN device_id END, subscriber_id FROM desk_case WHERE id = ANY (:case_ids::bigint[])
 UNION
SELECT device_id, NULL FROM alarm WHERE id = ANY (:alarm_ids::bigint[]);
