-- Which homes a case is of, said once: those that its customer has now, or the one that nobody has.

CREATE VIEW case_home AS
SELECT c.id AS case_id, o.device_id
  FROM desk_case c
  JOIN binding o ON o.subscriber_id = c.subscriber_id AND o.until IS NULL
 UNION ALL
SELECT c.id, c.device_id
  FROM desk_case c
 WHERE c.subscriber_id IS NULL;

COMMENT ON VIEW case_home IS 'devices by which somebody who is held to a part of the fleet sees a case';
