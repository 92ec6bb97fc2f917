-- Who the homes belong to, and which device is whose. What a person is found by lies in columns with an index each; whole
-- documents and phone numbers leave the database by one statement only (subscriber_reveal): everything else reads the views.

CREATE EXTENSION IF NOT EXISTS unaccent;

-- As names and addresses are searched: small letters without accents, a space before each word.
CREATE FUNCTION plain_words(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ' ' || btrim(regexp_replace(lower(unaccent('unaccent', $1)), '[^[:alnum:]]+', ' ', 'g'));

-- The last eight digits of each: what stays the same whether or not somebody says the area, the country or the ninth digit.
CREATE FUNCTION phone_keys(text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT right(p.number, 8) FROM unnest($1) p(number));

CREATE TABLE subscriber (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    external_id     text UNIQUE CHECK (length(external_id) BETWEEN 1 AND 64),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    document        text CHECK (document ~ '^([0-9]{11}|[0-9A-Z]{12}[0-9]{2})$'),
    phones          text[] NOT NULL DEFAULT '{}' CHECK (cardinality(phones) <= 8 AND array_to_string(phones, '') ~ '^([+][0-9]{8,15})*$'),
    address         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(address) = 'object'),
    contract        text CHECK (length(contract) BETWEEN 1 AND 64),
    contract_status text CHECK (contract_status IN ('active', 'suspended', 'cancelled')),
    plan            text CHECK (length(plan) BETWEEN 1 AND 100),
    down_mbps       float8 CHECK (down_mbps BETWEEN 0 AND 100000),
    up_mbps         float8 CHECK (up_mbps BETWEEN 0 AND 100000),
    login           text CHECK (length(login) BETWEEN 1 AND 128),
    serial          text CHECK (length(serial) BETWEEN 1 AND 64),
    olt             text CHECK (length(olt) BETWEEN 1 AND 64),
    pon             text CHECK (length(pon) BETWEEN 1 AND 64),
    cto             text CHECK (length(cto) BETWEEN 1 AND 64),
    city            text CHECK (length(city) BETWEEN 1 AND 64),
    technology      text CHECK (length(technology) BETWEEN 1 AND 32),
    attributes      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    tags            text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 32),
    notes           text CHECK (length(notes) BETWEEN 1 AND 4000),
    revision        bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    changed_at      timestamptz NOT NULL DEFAULT now(),
    changed_by      text NOT NULL,
    words           text GENERATED ALWAYS AS (plain_words(
                        name || coalesce(' ' || (address ->> 'street'), '') || coalesce(' ' || (address ->> 'number'), '')
                             || coalesce(' ' || (address ->> 'district'), '')
                             || coalesce(' ' || coalesce(city, address ->> 'city'), ''))) STORED
) WITH (fillfactor = 90);

COMMENT ON COLUMN subscriber.external_id IS 'in the provider''s own system';
COMMENT ON COLUMN subscriber.document IS 'CPF (11 digits) or CNPJ (14 characters, the last two digits), without dots';
COMMENT ON COLUMN subscriber.phones IS 'E.164, in the order in which they are to be called';
COMMENT ON COLUMN subscriber.serial IS 'of the device that is to be bound when it comes for the first time';
COMMENT ON COLUMN subscriber.attributes IS 'whatever else the provider keeps: name -> text';
COMMENT ON COLUMN subscriber.words IS 'of name and address, as they are searched';

CREATE INDEX subscriber_words ON subscriber USING gin (words gin_trgm_ops);
CREATE INDEX subscriber_document ON subscriber (document);
CREATE INDEX subscriber_phones ON subscriber USING gin (phone_keys(phones));
CREATE INDEX subscriber_contract ON subscriber (contract);
CREATE INDEX subscriber_login ON subscriber (lower(login) text_pattern_ops);
CREATE INDEX subscriber_serial ON subscriber (upper(serial)) WHERE serial IS NOT NULL;
CREATE INDEX subscriber_tags ON subscriber USING gin (tags);

-- Who was shown what of whom that everything else masks. It outlives the subscriber: whose data somebody saw may be asked later.
CREATE TABLE subscriber_reveal (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscriber_id bigint NOT NULL,
    field         text NOT NULL CHECK (field IN ('document', 'phones')),
    at            timestamptz NOT NULL DEFAULT now(),
    by            text NOT NULL,
    reason        text
);

CREATE INDEX subscriber_reveal_of ON subscriber_reveal (subscriber_id);

-- Which device is whose, and was. A device is one home's at a time; a home may have several.
CREATE TABLE binding (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id     bigint NOT NULL REFERENCES device ON DELETE CASCADE,
    subscriber_id bigint NOT NULL REFERENCES subscriber ON DELETE CASCADE,
    since         timestamptz NOT NULL DEFAULT now(),
    until         timestamptz,
    bound_by      text NOT NULL,
    unbound_by    text,
    CHECK ((until IS NULL) = (unbound_by IS NULL))
);

CREATE UNIQUE INDEX binding_open ON binding (device_id) WHERE until IS NULL;
CREATE INDEX binding_device ON binding (device_id, since);
CREATE INDEX binding_subscriber ON binding (subscriber_id, since);

-- ---- the place of a home follows from whose it is ----

-- Kept by the tables themselves and not by their statements: an import, a change, a swap and whatever comes later cannot
-- forget it, and one that changes a million rows pays for one statement. Incidents, verdicts and workers go on reading
-- device_place, which they need with indexes of its own.
CREATE FUNCTION place_follow(devices bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH due AS MATERIALIZED (
        SELECT b.device_id, s.olt, s.pon, s.cto, coalesce(s.city, left(s.address ->> 'city', 64)) AS city, s.technology,
               s.down_mbps, s.up_mbps, s.changed_by
          FROM binding b
          JOIN subscriber s ON s.id = b.subscriber_id
         WHERE b.device_id = ANY (devices) AND b.until IS NULL
    ), gone AS (
        DELETE FROM device_place p
         WHERE p.device_id = ANY (devices)
           AND NOT EXISTS (SELECT FROM due d WHERE d.device_id = p.device_id)
    )
    INSERT INTO device_place AS p (device_id, olt, pon, cto, city, technology, plan_down_mbps, plan_up_mbps, changed_by)
    SELECT device_id, olt, pon, cto, city, technology, down_mbps, up_mbps, changed_by FROM due
        ON CONFLICT (device_id) DO UPDATE
       SET (olt, pon, cto, city, technology, plan_down_mbps, plan_up_mbps, changed_by, changed_at)
         = (excluded.olt, excluded.pon, excluded.cto, excluded.city, excluded.technology, excluded.plan_down_mbps,
            excluded.plan_up_mbps, excluded.changed_by, now())
     WHERE (p.olt, p.pon, p.cto, p.city, p.technology, p.plan_down_mbps, p.plan_up_mbps)
           IS DISTINCT FROM (excluded.olt, excluded.pon, excluded.cto, excluded.city, excluded.technology,
                             excluded.plan_down_mbps, excluded.plan_up_mbps);
$$;

CREATE FUNCTION subscriber_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM place_follow(array_agg(b.device_id ORDER BY b.device_id))
       FROM changed c
       JOIN binding b ON b.subscriber_id = c.id AND b.until IS NULL
     HAVING count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER subscriber_place AFTER UPDATE ON subscriber
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subscriber_place();

CREATE FUNCTION binding_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM place_follow(array_agg(device_id ORDER BY device_id)) FROM changed HAVING count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER binding_place_made AFTER INSERT ON binding
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION binding_place();
CREATE TRIGGER binding_place_ended AFTER UPDATE ON binding
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION binding_place();
CREATE TRIGGER binding_place_gone AFTER DELETE ON binding
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION binding_place();

-- A device that somebody has announced by its serial number is bound when its row is made: once in its life. One that two
-- announce is left to a person.
CREATE FUNCTION device_announced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO binding (device_id, subscriber_id, bound_by)
    SELECT NEW.id, min(s.id), min(s.changed_by)
      FROM subscriber s
     WHERE upper(s.serial) = upper(NEW.serial)
    HAVING count(*) = 1
        ON CONFLICT (device_id) WHERE until IS NULL DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER device_announced AFTER INSERT ON device FOR EACH ROW EXECUTE FUNCTION device_announced();

-- ---- by what a device is found, and was ----

-- MACs (twelve small hex digits) of the device and of what is in the home, addresses on the internet, the login. Written only
-- when one of them changes. Of addresses and logins it is kept until when they were so: "who had this address last night".
CREATE TABLE device_trace (
    device_id bigint NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('mac', 'host', 'wan', 'source', 'login')),
    value     text NOT NULL,
    since     timestamptz NOT NULL DEFAULT now(),
    until     timestamptz,
    PRIMARY KEY (device_id, kind, value, since)
);

COMMENT ON COLUMN device_trace.kind IS 'wan: what the device says its address is; source: where its sessions come from';

CREATE INDEX device_trace_mac ON device_trace (value text_pattern_ops) WHERE kind IN ('mac', 'host') AND until IS NULL;
CREATE INDEX device_trace_address ON device_trace (value, since) WHERE kind IN ('wan', 'source');
CREATE INDEX device_trace_login ON device_trace (lower(value) text_pattern_ops) WHERE kind = 'login' AND until IS NULL;
CREATE INDEX device_trace_over ON device_trace (until) WHERE until IS NOT NULL;

-- What a device said may be anything; only what is an address comes out, in the one form that PostgreSQL writes.
CREATE FUNCTION address_or_null(told text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF told !~ '^[0-9A-Fa-f:.]{3,45}$' OR told ~ '^[0:.]+$' THEN
        RETURN NULL;
    END IF;
    RETURN host(told::inet);
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;

CREATE FUNCTION facts_traced(doc jsonb) RETURNS TABLE (kind text, value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT t.kind,
           CASE t.kind
               WHEN 'wan' THEN address_or_null(t.told)
               WHEN 'login' THEN nullif(left(t.told, 256), '')
               ELSE substring(lower(regexp_replace(t.told, '[^0-9A-Fa-f]', '', 'g')) FROM '^[0-9a-f]{12}$')
           END
      FROM (SELECT CASE
                       WHEN f.name IN ('device.mac', 'wan.mac') THEN 'mac'
                       WHEN f.name IN ('wan.ip', 'wan.ipv6') THEN 'wan'
                       WHEN f.name = 'wan.ppp.username' THEN 'login'
                       WHEN f.name ~ '^(lan\.hosts|wifi\.clients)\.[0-9]+\.mac$' THEN 'host'
                   END AS kind,
                   f.pair ->> 0 AS told
              FROM jsonb_each(doc) f(name, pair)) t
     WHERE t.kind IS NOT NULL;
$$;

CREATE FUNCTION facts_traced_in_one(doc jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT string_agg(t.kind || ' ' || t.value, ' ' ORDER BY t.kind, t.value) FROM facts_traced(doc) t);

-- What is no longer in the home is forgotten at once: nobody asks whose telephone it was.
CREATE FUNCTION device_fact_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM device_trace t
     WHERE t.device_id = NEW.device_id AND t.kind = 'host'
       AND NOT EXISTS (SELECT FROM facts_traced(NEW.doc) f WHERE f.kind = t.kind AND f.value = t.value);
    UPDATE device_trace t
       SET until = now()
     WHERE t.device_id = NEW.device_id AND t.until IS NULL AND t.kind IN ('mac', 'wan', 'login')
       AND NOT EXISTS (SELECT FROM facts_traced(NEW.doc) f WHERE f.kind = t.kind AND f.value = t.value);
    INSERT INTO device_trace (device_id, kind, value)
    SELECT NEW.device_id, f.kind, f.value
      FROM facts_traced(NEW.doc) f
     WHERE f.value IS NOT NULL
       AND NOT EXISTS (SELECT FROM device_trace t
                        WHERE t.device_id = NEW.device_id AND t.kind = f.kind AND t.value = f.value AND t.until IS NULL)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER device_fact_trace_new AFTER INSERT ON device_fact FOR EACH ROW EXECUTE FUNCTION device_fact_trace();
CREATE TRIGGER device_fact_trace AFTER UPDATE ON device_fact FOR EACH ROW
    WHEN (facts_traced_in_one(OLD.doc) IS DISTINCT FROM facts_traced_in_one(NEW.doc)) EXECUTE FUNCTION device_fact_trace();

CREATE FUNCTION device_source_trace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE device_trace SET until = now() WHERE device_id = NEW.id AND kind = 'source' AND until IS NULL;
    INSERT INTO device_trace (device_id, kind, value)
    SELECT NEW.id, 'source', host(NEW.source_address) WHERE NEW.source_address IS NOT NULL
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER device_source_trace AFTER UPDATE OF source_address ON device FOR EACH ROW
    WHEN (OLD.source_address IS DISTINCT FROM NEW.source_address) EXECUTE FUNCTION device_source_trace();

INSERT INTO device_trace (device_id, kind, value)
SELECT d.id, 'source', host(d.source_address) FROM device d WHERE d.source_address IS NOT NULL
 UNION ALL
SELECT f.device_id, t.kind, t.value FROM device_fact f CROSS JOIN LATERAL facts_traced(f.doc) t WHERE t.value IS NOT NULL;

-- ---- shown ----

CREATE FUNCTION document_masked(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE length($1)
           WHEN 11 THEN '•••.•••.' || substr($1, 7, 3) || '-••'
           WHEN 14 THEN '••.•••.' || substr($1, 6, 3) || '/' || substr($1, 9, 4) || '-••'
       END;

CREATE FUNCTION phone_kind(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN $1 ~ '^[+]55[1-9][0-9]9[0-9]{8}$' THEN 'mobile' WHEN $1 ~ '^[+]55[1-9][0-9][2-5][0-9]{7}$' THEN 'fixed' ELSE 'other' END;

CREATE FUNCTION phone_masked(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
           WHEN $1 ~ '^[+]55[0-9]{11}$' THEN '(' || substr($1, 4, 2) || ') ' || substr($1, 6, 1) || '••••-' || right($1, 4)
           WHEN $1 ~ '^[+]55[0-9]{10}$' THEN '(' || substr($1, 4, 2) || ') ••••-' || right($1, 4)
           ELSE left($1, 3) || ' ••••' || right($1, 3)
       END;

CREATE FUNCTION phones_shown(text[]) RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT coalesce(json_agg(json_build_object('masked', phone_masked(p.number), 'kind', phone_kind(p.number)) ORDER BY p.place), '[]')
          FROM unnest($1) WITH ORDINALITY p(number, place));

-- Candidates are what has come with the login or the serial number of a subscriber who has no device: they are offered, and a
-- person says yes.
CREATE VIEW subscriber_shown AS
SELECT s.id, s.external_id, s.revision, row_to_json(x) AS shown
  FROM subscriber s
 CROSS JOIN LATERAL (
       SELECT number_id('sub_', s.id) AS id,
              s.external_id,
              s.name,
              document_masked(s.document) AS document_masked,
              phones_shown(s.phones) AS phones,
              s.address,
              (SELECT row_to_json(c)
                 FROM (SELECT s.contract AS number, s.plan, s.down_mbps, s.up_mbps, s.contract_status AS status) c) AS contract,
              s.login,
              s.serial,
              jsonb_strip_nulls(jsonb_build_object('olt', s.olt, 'pon', s.pon, 'cto', s.cto, 'city', s.city,
                                                   'technology', s.technology)) || s.attributes AS attributes,
              to_json(s.tags) AS tags,
              s.notes,
              (SELECT coalesce(json_agg(row_to_json(v) ORDER BY v.since), '[]')
                 FROM (SELECT number_id('dev_', d.id) AS id, d.serial, d.product_class AS model, utc(b.since) AS since,
                              utc(b.until) AS until, d.online
                         FROM binding b
                         JOIN device_shown d ON d.id = b.device_id
                        WHERE b.subscriber_id = s.id AND b.until IS NULL) v) AS devices,
              (SELECT coalesce(json_agg(row_to_json(v) ORDER BY v.id), '[]')
                 FROM (SELECT number_id('dev_', d.id) AS id, d.serial, d.product_class AS model, d.online, c.how
                         FROM (SELECT t.device_id, 'login' AS how
                                 FROM device_trace t
                                WHERE t.kind = 'login' AND t.until IS NULL AND lower(t.value) = lower(s.login)
                                UNION
                               SELECT n.id, 'serial' FROM device n WHERE n.serial IN (s.serial, upper(s.serial), lower(s.serial))
                                LIMIT 10) c
                         JOIN device_shown d ON d.id = c.device_id
                        WHERE NOT EXISTS (SELECT FROM binding b WHERE b.subscriber_id = s.id AND b.until IS NULL)
                          AND NOT EXISTS (SELECT FROM binding b WHERE b.device_id = c.device_id AND b.until IS NULL)) v) AS candidates,
              s.revision,
              utc(s.created_at) AS created_at,
              utc(s.changed_at) AS changed_at,
              s.changed_by) x;

-- One row of a table with what a patch says of it: what is not named stays, and likewise within address and attributes.
CREATE FUNCTION subscriber_merged(before subscriber, patch jsonb) RETURNS subscriber LANGUAGE sql STABLE
RETURN jsonb_populate_record(before, patch || jsonb_build_object(
    'address', CASE jsonb_typeof(patch -> 'address')
                   WHEN 'object' THEN jsonb_strip_nulls(before.address || (patch -> 'address'))
                   WHEN 'null' THEN '{}'
                   ELSE before.address
               END,
    'attributes', CASE jsonb_typeof(patch -> 'attributes')
                      WHEN 'object' THEN jsonb_strip_nulls(before.attributes || (patch -> 'attributes'))
                      WHEN 'null' THEN '{}'
                      ELSE before.attributes
                  END));
