-- Whether anything that a device is found by has changed is asked at each write of facts, and nearly always the answer is no:
-- it is given by the values as they were told. What they come to is worked out only after a yes.

CREATE FUNCTION facts_traced_as_told(doc jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg(f.pair ->> 0, ' ')
          FROM jsonb_each(doc) f(name, pair)
         WHERE right(f.name, 4) = '.mac' OR f.name IN ('wan.ip', 'wan.ipv6', 'wan.ppp.username'));

DROP TRIGGER device_fact_trace ON device_fact;
CREATE TRIGGER device_fact_trace AFTER UPDATE ON device_fact FOR EACH ROW
    WHEN (facts_traced_as_told(OLD.doc) IS DISTINCT FROM facts_traced_as_told(NEW.doc)) EXECUTE FUNCTION device_fact_trace();
DROP FUNCTION facts_traced_in_one(jsonb);
