-- The schema after all migrations, for reading and for reviews. Made by: ninja -C BUILD update-schema

CREATE COLLATION public.version_order (provider = icu, deterministic = false, locale = 'und-u-kn-true-ks-level2');

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

CREATE FUNCTION public.action_event_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('farol_action', string_agg(concat_ws(':', id, device_id, action_id, state), ' ' ORDER BY id))
       FROM (SELECT *, (row_number() OVER (ORDER BY id) - 1) / 100 AS batch FROM added) numbered
      GROUP BY batch
      ORDER BY batch;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.action_may_send() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.campaign_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM campaign c WHERE c.id = NEW.campaign_id AND c.state IN ('running', 'held'))
       OR EXISTS (SELECT FROM kill_switch k
                   WHERE k.scope = 'all' OR k.scope = 'kind:' || NEW.kind OR k.scope = 'campaigns' AND NEW.campaign_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    NEW.touched := NEW.intent NOT IN ('GetRPCMethods', 'GetParameterNames', 'GetParameterValues', 'GetParameterAttributes',
                                      'GetQueuedTransfers', 'GetAllQueuedTransfers', 'GetOptions');
    RETURN NEW;
END $$;

CREATE FUNCTION public.action_was_sent(of_memo text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN (of_memo ~ '"sent_at_us":[1-9]'::text);

CREATE FUNCTION public.address_or_null(told text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
BEGIN
    IF told !~ '^[0-9A-Fa-f:.]{3,45}$' OR told ~ '^[0:.]+$' THEN
        RETURN NULL;
    END IF;
    RETURN host(told::inet);
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$_$;

CREATE FUNCTION public.audit_checkpoint_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of audit_checkpoint are never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION public.audit_entry_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of audit_entry are never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION public.audit_head(of_device bigint, OUT seq bigint, OUT h bytea, OUT now timestamp with time zone, OUT subscriber_id bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
BEGIN
    subscriber_id := (SELECT b.subscriber_id FROM binding b WHERE b.device_id = of_device AND b.until IS NULL);
    PERFORM pg_advisory_xact_lock(7310589271);
    SELECT e.seq, e.h, greatest(e.at, clock_timestamp()) INTO seq, h, now
      FROM audit_entry e ORDER BY e.seq DESC LIMIT 1;
    IF NOT FOUND THEN
        seq := 0;
        h   := decode(repeat('00', 32), 'hex');
        now := clock_timestamp();
    END IF;
END
$$;

CREATE FUNCTION public.binding_place() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM place_follow(array_agg(device_id ORDER BY device_id)) FROM changed HAVING count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TABLE public.binding (
    id bigint NOT NULL,
    device_id bigint NOT NULL,
    subscriber_id bigint NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    until timestamp with time zone,
    bound_by text NOT NULL,
    unbound_by text,
    CONSTRAINT binding_check CHECK (((until IS NULL) = (unbound_by IS NULL)))
);

CREATE FUNCTION public.bound_to(of_device bigint) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT b.subscriber_id FROM public.binding b WHERE ((b.device_id = bound_to.of_device) AND (b.until IS NULL)));

CREATE FUNCTION public.campaign_count() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE campaign_wave w
       SET in_flight = w.in_flight + c.in_flight, healthy = w.healthy + c.healthy, failed = w.failed + c.failed,
           looping = w.looping + c.looping, lying = w.lying + c.lying, missing = w.missing + c.missing,
           judged_at = greatest(w.judged_at, c.judged_at)
      FROM (SELECT m.campaign_id, m.wave, sum(m.by) FILTER (WHERE m.state = 'sent') AS in_flight, sum(m.by) FILTER (WHERE m.state = 'healthy') AS healthy,
                   sum(m.by) FILTER (WHERE m.state = 'failed') AS failed, sum(m.by) FILTER (WHERE m.state = 'looping') AS looping,
                   sum(m.by) FILTER (WHERE m.state = 'lying') AS lying, sum(m.by) FILTER (WHERE m.state = 'missing') AS missing,
                   max(m.judged_at) AS judged_at
              FROM (SELECT campaign_id, wave, state, -1 AS by, NULL AS judged_at FROM was
                     UNION ALL
                    SELECT campaign_id, wave, state, 1, judged_at FROM became) m
             WHERE m.wave IS NOT NULL
             GROUP BY m.campaign_id, m.wave) s
     CROSS JOIN LATERAL (SELECT coalesce(s.in_flight, 0) AS in_flight, coalesce(s.healthy, 0) AS healthy, coalesce(s.failed, 0) AS failed,
                                coalesce(s.looping, 0) AS looping, coalesce(s.lying, 0) AS lying, coalesce(s.missing, 0) AS missing, s.judged_at) c
     WHERE w.campaign_id = s.campaign_id AND w.number = s.wave
       AND (c.in_flight, c.healthy, c.failed, c.looping, c.lying, c.missing) <> (0, 0, 0, 0, 0, 0);
    UPDATE campaign k
       SET in_flight = k.in_flight + s.by
      FROM (SELECT m.campaign_id, sum(m.by) AS by
              FROM (SELECT campaign_id, -1 AS by FROM was WHERE state = 'sent'
                     UNION ALL
                    SELECT campaign_id, 1 FROM became WHERE state = 'sent') m
             GROUP BY m.campaign_id) s
     WHERE k.id = s.campaign_id AND s.by <> 0;
    RETURN NULL;
END $$;

CREATE FUNCTION public.campaign_sent() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE campaign_target SET sent_at = NEW.intent_at
     WHERE campaign_id = NEW.campaign_id AND device_id = NEW.device_id AND action_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.campaign_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('farol_campaign', NEW.id::text);
    RETURN NULL;
END $$;

CREATE FUNCTION public.campaign_wave_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('farol_campaign', NEW.campaign_id::text);
    RETURN NULL;
END $$;

CREATE FUNCTION public.number_id(prefix text, number bigint) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (prefix || (SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz'::text, ((((number_id.number >> (5 * place.place)) & (31)::bigint))::integer + 1), 1), ''::text ORDER BY place.place DESC) AS string_agg FROM generate_series(0, 12) place(place)));

CREATE FUNCTION public.plain_words(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (' '::text || btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, $1)), '[^[:alnum:]]+'::text, ' '::text, 'g'::text)));

CREATE TABLE public.subscriber (
    id bigint NOT NULL,
    external_id text,
    name text NOT NULL,
    document text,
    phones text[] DEFAULT '{}'::text[] NOT NULL,
    address jsonb DEFAULT '{}'::jsonb NOT NULL,
    contract text,
    contract_status text,
    plan text,
    down_mbps double precision,
    up_mbps double precision,
    login text,
    serial text,
    olt text,
    pon text,
    cto text,
    city text,
    technology text,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    notes text,
    revision bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by text NOT NULL,
    words text GENERATED ALWAYS AS (public.plain_words(((((name || COALESCE((' '::text || (address ->> 'street'::text)), ''::text)) || COALESCE((' '::text || (address ->> 'number'::text)), ''::text)) || COALESCE((' '::text || (address ->> 'district'::text)), ''::text)) || COALESCE((' '::text || COALESCE(city, (address ->> 'city'::text))), ''::text)))) STORED,
    CONSTRAINT subscriber_address_check CHECK ((jsonb_typeof(address) = 'object'::text)),
    CONSTRAINT subscriber_attributes_check CHECK ((jsonb_typeof(attributes) = 'object'::text)),
    CONSTRAINT subscriber_city_check CHECK (((length(city) >= 1) AND (length(city) <= 64))),
    CONSTRAINT subscriber_contract_check CHECK (((length(contract) >= 1) AND (length(contract) <= 64))),
    CONSTRAINT subscriber_contract_status_check CHECK ((contract_status = ANY (ARRAY['active'::text, 'suspended'::text, 'cancelled'::text]))),
    CONSTRAINT subscriber_cto_check CHECK (((length(cto) >= 1) AND (length(cto) <= 64))),
    CONSTRAINT subscriber_document_check CHECK ((document ~ '^([0-9]{11}|[0-9A-Z]{12}[0-9]{2})$'::text)),
    CONSTRAINT subscriber_down_mbps_check CHECK (((down_mbps >= (0)::double precision) AND (down_mbps <= (100000)::double precision))),
    CONSTRAINT subscriber_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 64))),
    CONSTRAINT subscriber_login_check CHECK (((length(login) >= 1) AND (length(login) <= 128))),
    CONSTRAINT subscriber_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT subscriber_notes_check CHECK (((length(notes) >= 1) AND (length(notes) <= 4000))),
    CONSTRAINT subscriber_olt_check CHECK (((length(olt) >= 1) AND (length(olt) <= 64))),
    CONSTRAINT subscriber_phones_check CHECK (((cardinality(phones) <= 8) AND (array_to_string(phones, ''::text) ~ '^([+][0-9]{8,15})*$'::text))),
    CONSTRAINT subscriber_plan_check CHECK (((length(plan) >= 1) AND (length(plan) <= 100))),
    CONSTRAINT subscriber_pon_check CHECK (((length(pon) >= 1) AND (length(pon) <= 64))),
    CONSTRAINT subscriber_serial_check CHECK (((length(serial) >= 1) AND (length(serial) <= 64))),
    CONSTRAINT subscriber_tags_check CHECK ((cardinality(tags) <= 32)),
    CONSTRAINT subscriber_technology_check CHECK (((length(technology) >= 1) AND (length(technology) <= 32))),
    CONSTRAINT subscriber_up_mbps_check CHECK (((up_mbps >= (0)::double precision) AND (up_mbps <= (100000)::double precision)))
)
WITH (fillfactor='90');

COMMENT ON COLUMN public.subscriber.external_id IS 'in the provider''s own system';

COMMENT ON COLUMN public.subscriber.document IS 'CPF (11 digits) or CNPJ (14 characters, the last two digits), without dots';

COMMENT ON COLUMN public.subscriber.phones IS 'E.164, in the order in which they are to be called';

COMMENT ON COLUMN public.subscriber.serial IS 'of the device that is to be bound when it comes for the first time';

COMMENT ON COLUMN public.subscriber.attributes IS 'whatever else the provider keeps: name -> text';

COMMENT ON COLUMN public.subscriber.words IS 'of name and address, as they are searched';

CREATE FUNCTION public.case_customer(of_subscriber bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT json_build_object('id', public.number_id('sub_'::text, s.id), 'external_id', s.external_id, 'name', s.name, 'contract', s.contract) AS json_build_object FROM public.subscriber s WHERE (s.id = case_customer.of_subscriber));

CREATE FUNCTION public.document_masked(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE length($1) WHEN 11 THEN (('•••.•••.'::text || substr($1, 7, 3)) || '-••'::text) WHEN 14 THEN (((('••.•••.'::text || substr($1, 6, 3)) || '/'::text) || substr($1, 9, 4)) || '-••'::text) ELSE NULL::text END;

CREATE FUNCTION public.phone_masked(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ($1 ~ '^[+]55[0-9]{11}$'::text) THEN ((((('('::text || substr($1, 4, 2)) || ') '::text) || substr($1, 6, 1)) || '••••-'::text) || "right"($1, 4)) WHEN ($1 ~ '^[+]55[0-9]{10}$'::text) THEN ((('('::text || substr($1, 4, 2)) || ') ••••-'::text) || "right"($1, 4)) ELSE (("left"($1, 3) || ' ••••'::text) || "right"($1, 3)) END;

CREATE FUNCTION public.case_customer_masked(of_subscriber bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT json_build_object('id', public.number_id('sub_'::text, s.id), 'external_id', s.external_id, 'name', s.name, 'document', public.document_masked(s.document), 'phones', (SELECT string_agg(public.phone_masked(p.number), ', '::text ORDER BY p.place) AS string_agg FROM unnest(s.phones) WITH ORDINALITY p(number, place)), 'contract', s.contract, 'contract_status', s.contract_status, 'plan', s.plan, 'city', COALESCE(s.city, (s.address ->> 'city'::text))) AS json_build_object FROM public.subscriber s WHERE (s.id = case_customer_masked.of_subscriber));

CREATE FUNCTION public.case_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH found AS (
        SELECT DISTINCT ON (n.subscriber_id, c.actor_id) c.id, n.subscriber_id, n.bound_by
          FROM changed n
          JOIN desk_case c ON c.device_id = n.device_id AND c.closed_at IS NULL AND c.subscriber_id IS NULL
         WHERE n.until IS NULL
           AND NOT EXISTS (SELECT FROM desk_case o WHERE o.subscriber_id = n.subscriber_id AND o.actor_id = c.actor_id AND o.closed_at IS NULL)
         ORDER BY n.subscriber_id, c.actor_id, c.id DESC
    ), taken AS (
        UPDATE desk_case c SET subscriber_id = f.subscriber_id FROM found f WHERE c.id = f.id
        RETURNING c.id, f.bound_by, c.subscriber_id
    )
    INSERT INTO case_entry (case_id, actor_id, by, kind, data)
    SELECT t.id, 0, t.bound_by, 'changed', jsonb_build_object('subscriber', number_id('sub_', t.subscriber_id)) FROM taken t;

    WITH moved AS (
        UPDATE desk_case c
           SET device_id = n.device_id
          FROM changed n, desk_case before
         WHERE c.subscriber_id = n.subscriber_id AND c.closed_at IS NULL AND n.until IS NULL AND c.device_id IS DISTINCT FROM n.device_id
           AND before.id = c.id
           AND bound_to(c.device_id) IS DISTINCT FROM c.subscriber_id
        RETURNING c.id, n.bound_by, n.device_id, before.device_id AS before_id
    )
    INSERT INTO case_entry (case_id, actor_id, by, kind, data)
    SELECT m.id, 0, m.bound_by, 'changed', jsonb_build_object('device', number_id('dev_', m.device_id), 'before', number_id('dev_', m.before_id))
      FROM moved m;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.utc(timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_char(($1 AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'::text);

CREATE TABLE public.action (
    device_id bigint NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    step integer DEFAULT 0 NOT NULL,
    memo text DEFAULT '{}'::text NOT NULL,
    revision integer DEFAULT 0 NOT NULL,
    intent text,
    intent_at timestamp with time zone,
    sends integer DEFAULT 0 NOT NULL,
    progress jsonb,
    result jsonb,
    evidence jsonb,
    failure jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text NOT NULL,
    reason text,
    on_offline text DEFAULT 'queue'::text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    stage_since timestamp with time zone DEFAULT now() NOT NULL,
    next_wake_at timestamp with time zone,
    wake_tries integer DEFAULT 0 NOT NULL,
    wake_detail text,
    boots integer DEFAULT 0 NOT NULL,
    sealed jsonb,
    undo jsonb,
    undo_until timestamp with time zone,
    undone_by text,
    lets_go boolean DEFAULT false NOT NULL,
    case_id bigint,
    campaign_id bigint,
    touched boolean DEFAULT false NOT NULL,
    CONSTRAINT action_args_check CHECK ((jsonb_typeof(args) = 'object'::text)),
    CONSTRAINT action_end_is_a_state CHECK (((ended_at IS NOT NULL) = (state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'expired'::text, 'cancelled'::text])))),
    CONSTRAINT action_id_check CHECK (((length(id) <= 26) AND (id <> ''::text) AND (id !~ '[: ]'::text))),
    CONSTRAINT action_intent_has_a_time CHECK (((intent IS NULL) = (intent_at IS NULL))),
    CONSTRAINT action_memo_check CHECK ((length(memo) <= 4194304)),
    CONSTRAINT action_on_offline_check CHECK ((on_offline = ANY (ARRAY['queue'::text, 'fail'::text]))),
    CONSTRAINT action_sealed_check CHECK ((jsonb_typeof(sealed) = 'object'::text)),
    CONSTRAINT action_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'waking'::text, 'session'::text, 'running'::text, 'verifying'::text, 'succeeded'::text, 'failed'::text, 'expired'::text, 'cancelled'::text]))),
    CONSTRAINT action_undo_check CHECK ((jsonb_typeof(undo) = 'object'::text)),
    CONSTRAINT action_wakes_while_it_waits CHECK (((next_wake_at IS NULL) OR (state = ANY (ARRAY['queued'::text, 'waking'::text, 'verifying'::text]))))
)
WITH (fillfactor='80');

COMMENT ON COLUMN public.action.memo IS 'what the program of this kind remembers from step to step, in a form of its own';

COMMENT ON COLUMN public.action.revision IS 'the guard: whoever saves names the one that was read, and makes it one more';

COMMENT ON COLUMN public.action.intent IS 'request that was committed to be sent and has no answer yet';

COMMENT ON COLUMN public.action.on_offline IS 'fail: when the first call finds nobody';

COMMENT ON COLUMN public.action.stage_since IS 'when state became what it is';

COMMENT ON COLUMN public.action.next_wake_at IS 'when the device is to be called again; NULL: its next contact is awaited';

COMMENT ON COLUMN public.action.wake_detail IS 'what became of the newest call, a short code';

COMMENT ON COLUMN public.action.boots IS 'restarts of the device while the request that is outstanding was';

COMMENT ON COLUMN public.action.sealed IS 'secrets of its arguments and of what was before, name -> sealed; nothing but its program opens them';

COMMENT ON COLUMN public.action.undo IS 'what would make it as it was; forgotten after undo_until';

COMMENT ON COLUMN public.action.undone_by IS 'the action that did';

COMMENT ON COLUMN public.action.lets_go IS 'it may be cancelled while its success is awaited, too: nothing comes to harm';

COMMENT ON COLUMN public.action.campaign_id IS 'for which it was made; NULL: for none';

COMMENT ON COLUMN public.action.touched IS 'a request that changes something was committed to be sent';

CREATE TABLE public.action_event (
    device_id bigint NOT NULL,
    id bigint NOT NULL,
    action_id text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    state text NOT NULL,
    detail jsonb
);

CREATE TABLE public.case_entry (
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor_id bigint NOT NULL,
    by text NOT NULL,
    kind text NOT NULL,
    text text,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT case_entry_data_check CHECK ((jsonb_typeof(data) = 'object'::text)),
    CONSTRAINT case_entry_kind_check CHECK ((kind = ANY (ARRAY['opened'::text, 'contact'::text, 'note'::text, 'script'::text, 'changed'::text, 'escalated'::text, 'returned'::text, 'visit'::text, 'closed'::text, 'ticket'::text])))
);

CREATE TABLE public.playbook_run (
    id text NOT NULL,
    device_id bigint NOT NULL,
    playbook text NOT NULL,
    version integer NOT NULL,
    dry boolean NOT NULL,
    phase text NOT NULL,
    step text NOT NULL,
    outcome text,
    state jsonb NOT NULL,
    revision integer DEFAULT 0 NOT NULL,
    started_by text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    case_id bigint,
    CONSTRAINT playbook_run_end_has_an_outcome CHECK (((outcome IS NOT NULL) = (phase = 'ended'::text))),
    CONSTRAINT playbook_run_end_is_a_phase CHECK (((ended_at IS NOT NULL) = (phase = ANY (ARRAY['ended'::text, 'cancelled'::text])))),
    CONSTRAINT playbook_run_id_check CHECK ((id ~ '^run_[0-9a-z]{22}$'::text)),
    CONSTRAINT playbook_run_phase_check CHECK ((phase = ANY (ARRAY['asking'::text, 'pausing'::text, 'refreshing'::text, 'doing'::text, 'ended'::text, 'cancelled'::text, 'stuck'::text]))),
    CONSTRAINT playbook_run_state_check CHECK ((jsonb_typeof(state) = 'object'::text))
);
ALTER TABLE ONLY public.playbook_run ALTER COLUMN state SET COMPRESSION lz4;

COMMENT ON COLUMN public.playbook_run.state IS 'all that provisioning/playbook/run.h knows of it, its path included';

COMMENT ON COLUMN public.playbook_run.revision IS 'the guard: whoever saves names the one that was read, and makes it one more';

CREATE TABLE public.verdict (
    id bigint NOT NULL,
    device_id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    shown_to text NOT NULL,
    actor_id bigint NOT NULL,
    code text NOT NULL,
    rules integer NOT NULL,
    question json NOT NULL,
    answer json NOT NULL,
    case_id bigint
);

COMMENT ON COLUMN public.verdict.code IS 'of the first cause: the headline';

CREATE VIEW public.case_log AS
 SELECT e.case_id,
    e.at,
    e.by,
    e.kind,
    e.text,
    e.data,
    (e.id)::text AS tie
   FROM public.case_entry e
UNION ALL
 SELECT v.case_id,
    v.at,
    v.shown_to AS by,
    'verdict'::text AS kind,
    ((((v.answer -> 'causes'::text) -> 0) -> 'headline'::text) ->> 'pt-BR'::text) AS text,
    jsonb_build_object('verdict', public.number_id('ver_'::text, v.id), 'code', v.code, 'headline', (((v.answer -> 'causes'::text) -> 0) -> 'headline'::text), 'severity', (((v.answer -> 'causes'::text) -> 0) -> 'severity'::text), 'more', (v.answer -> 'more'::text)) AS data,
    (v.id)::text AS tie
   FROM public.verdict v
  WHERE (v.case_id IS NOT NULL)
UNION ALL
 SELECT a.case_id,
    a.created_at AS at,
    a.created_by AS by,
    'action'::text AS kind,
    a.reason AS text,
    jsonb_build_object('action', a.id, 'type', a.kind, 'state', a.state, 'ended_at', public.utc(a.ended_at), 'duration_s', round(EXTRACT(epoch FROM (a.ended_at - a.created_at)), 1), 'stages', ( SELECT json_agg(json_build_object('state', s.state, 'at', public.utc(s.at)) ORDER BY s.at) AS json_agg
           FROM ( SELECT n.state,
                    min(n.at) AS at
                   FROM public.action_event n
                  WHERE (n.action_id = a.id)
                  GROUP BY n.state) s), 'changed', (a.result -> 'changed'::text), 'sentence', (a.result -> 'sentence'::text), 'failure', (a.failure ->> 'detail'::text), 'undone_by', a.undone_by) AS data,
    a.id AS tie
   FROM public.action a
  WHERE (a.case_id IS NOT NULL)
UNION ALL
 SELECT r.case_id,
    r.started_at AS at,
    r.started_by AS by,
    'playbook'::text AS kind,
    r.playbook AS text,
    jsonb_build_object('run', r.id, 'playbook', r.playbook, 'version', r.version, 'state', r.phase, 'step', r.step, 'outcome', r.outcome, 'ended_at', public.utc(r.ended_at), 'path', ( SELECT COALESCE(json_agg(json_build_object('step', (p.value -> 'step'::text), 'input', (p.value -> 'input'::text), 'by', (p.value -> 'by'::text), 'at', public.utc(to_timestamp((((p.value ->> 'at_us'::text))::double precision / (1000000)::double precision))), 'values', (p.value -> 'values'::text), 'before', (p.value -> 'before'::text), 'action', (p.value -> 'action'::text), 'detail', (p.value -> 'detail'::text)) ORDER BY p.ordinality), '[]'::json) AS "coalesce"
           FROM jsonb_array_elements((r.state -> 'path'::text)) WITH ORDINALITY p(value, ordinality))) AS data,
    r.id AS tie
   FROM public.playbook_run r
  WHERE ((r.case_id IS NOT NULL) AND (NOT r.dry));

CREATE FUNCTION public.case_log_of(of_case bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT COALESCE(json_agg(json_build_object('at', public.utc(l.at), 'by', l.by, 'kind', l.kind, 'text', l.text, 'data', l.data) ORDER BY l.at, l.kind, l.tie), '[]'::json) AS "coalesce" FROM public.case_log l WHERE (l.case_id = case_log_of.of_case));

CREATE TABLE public.desk_case (
    id bigint NOT NULL,
    device_id bigint,
    protocol text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    actor_id bigint NOT NULL,
    agent text NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    found_by text NOT NULL,
    call_id text,
    verdict text,
    family text,
    visit_prone boolean DEFAULT false NOT NULL,
    reason text,
    fix text,
    outcome text,
    callback_at timestamp with time zone,
    queue text,
    priority text,
    summary text,
    escalated_at timestamp with time zone,
    escalated_by text,
    returned_at timestamp with time zone,
    returned_by text,
    lacked_data boolean DEFAULT false NOT NULL,
    visit_at timestamp with time zone,
    visit_by text,
    visit_for timestamp with time zone,
    closed_at timestamp with time zone,
    closed_by text,
    frozen json,
    subscriber_id bigint,
    CONSTRAINT desk_case_end_has_an_outcome CHECK (((closed_at IS NULL) OR (outcome IS NOT NULL))),
    CONSTRAINT desk_case_end_is_a_state CHECK (((closed_at IS NOT NULL) = (state = 'closed'::text))),
    CONSTRAINT desk_case_end_is_frozen CHECK (((closed_at IS NULL) OR (frozen IS NOT NULL))),
    CONSTRAINT desk_case_is_of_a_home CHECK (((device_id IS NOT NULL) OR (subscriber_id IS NOT NULL))),
    CONSTRAINT desk_case_protocol_check CHECK (((length(protocol) >= 1) AND (length(protocol) <= 64))),
    CONSTRAINT desk_case_state_check CHECK ((state = ANY (ARRAY['open'::text, 'escalated'::text, 'visit'::text, 'closed'::text]))),
    CONSTRAINT desk_case_waits_in_a_queue CHECK (((state <> ALL (ARRAY['escalated'::text, 'visit'::text])) OR (queue IS NOT NULL)))
);

COMMENT ON COLUMN public.desk_case.device_id IS 'of the home, the newest one while the case is not closed; NULL: it has none';

COMMENT ON COLUMN public.desk_case.protocol IS 'the number that the customer is told: ours, or that of the CRM';

COMMENT ON COLUMN public.desk_case.actor_id IS 'whose case it is; agent is his name then';

COMMENT ON COLUMN public.desk_case.verdict IS 'the headline when it was opened';

COMMENT ON COLUMN public.desk_case.family IS 'of the symptom: by the verdict at first, by the reason in the end; NULL: not known';

COMMENT ON COLUMN public.desk_case.visit_prone IS 'the verdict was one after which a technician is usually sent';

COMMENT ON COLUMN public.desk_case.escalated_at IS 'the first time; queue, priority and summary are of the newest';

COMMENT ON COLUMN public.desk_case.lacked_data IS 'it was returned for something that should have been in the bundle';

COMMENT ON COLUMN public.desk_case.frozen IS 'its log as it was when it was closed';

COMMENT ON COLUMN public.desk_case.subscriber_id IS 'whose home it is; NULL: nobody was known to have the device';

CREATE FUNCTION public.case_of_actor(of_device bigint, of_actor bigint) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (SELECT c.id FROM public.desk_case c WHERE ((c.actor_id = case_of_actor.of_actor) AND (c.closed_at IS NULL) AND ((c.subscriber_id = (SELECT public.bound_to(case_of_actor.of_device) AS bound_to)) OR ((c.device_id = case_of_actor.of_device) AND ((c.subscriber_id IS NULL) OR ((SELECT public.bound_to(case_of_actor.of_device) AS bound_to) IS NULL))))) ORDER BY (c.subscriber_id IS NULL), c.id DESC LIMIT 1);

CREATE TABLE public.outlet (
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    secret text NOT NULL,
    old_secret text,
    old_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    disabled_why text,
    failing_since timestamp with time zone,
    busy_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    trouble text,
    CONSTRAINT outlet_events_check CHECK (((cardinality(events) >= 1) AND (cardinality(events) <= 50))),
    CONSTRAINT outlet_kind_check CHECK ((kind = ANY (ARRAY['webhook'::text, 'rt'::text, 'mail'::text]))),
    CONSTRAINT outlet_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT outlet_settings_check CHECK ((jsonb_typeof(settings) = 'object'::text)),
    CONSTRAINT outlet_url_check CHECK (((length(url) >= 1) AND (length(url) <= 1000)))
);

COMMENT ON TABLE public.outlet IS 'another system: where it is, and what it wants to be told';

COMMENT ON COLUMN public.outlet.events IS 'types of events, action.* for all that begin so, * for all';

COMMENT ON COLUMN public.outlet.secret IS 'sealed; old_secret signs beside it until old_until';

COMMENT ON COLUMN public.outlet.busy_until IS 'somebody is sending to it; should he die, somebody else begins then';

COMMENT ON COLUMN public.outlet.settings IS 'of a connector: login (null: the secret is a token, or there is none), from (of e-mail), queues (ours -> theirs, * for all others), language, done (states that end a ticket)';

COMMENT ON COLUMN public.outlet.trouble IS 'why the newest try failed, in words; NULL: it did not';

CREATE TABLE public.ticket (
    case_id bigint NOT NULL,
    outlet_id bigint NOT NULL,
    key text DEFAULT "left"(replace((gen_random_uuid())::text, '-'::text, ''::text), 16) NOT NULL,
    number text,
    url text,
    state text,
    trouble text,
    seen bigint DEFAULT 0 NOT NULL,
    idle integer DEFAULT 0 NOT NULL,
    made_at timestamp with time zone,
    read_at timestamp with time zone,
    next_read_at timestamp with time zone
);

COMMENT ON COLUMN public.ticket.key IS 'by which it is found there: ids of cases are those of other installations, too';

COMMENT ON COLUMN public.ticket.number IS 'what it is called there; NULL: it is not there yet';

COMMENT ON COLUMN public.ticket.state IS 'in the words of that system';

COMMENT ON COLUMN public.ticket.trouble IS 'why it was refused there, in words; NULL: it was not';

COMMENT ON COLUMN public.ticket.seen IS 'the newest of what happened there that is in the case';

COMMENT ON COLUMN public.ticket.idle IS 'so often in a row nothing new was there';

CREATE FUNCTION public.case_tickets(of_case bigint) RETURNS json
    LANGUAGE sql STABLE
    RETURN (SELECT COALESCE(json_agg(json_build_object('connector', public.number_id('con_'::text, o.id), 'name', o.name, 'system', o.kind, 'number', t.number, 'url', t.url, 'state', t.state, 'trouble', COALESCE(t.trouble, o.trouble), 'made_at', public.utc(t.made_at), 'read_at', public.utc(t.read_at)) ORDER BY o.id), '[]'::json) AS "coalesce" FROM (public.ticket t JOIN public.outlet o ON ((o.id = t.outlet_id))) WHERE (t.case_id = case_tickets.of_case));

CREATE FUNCTION public.desk_case_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('farol_case', concat_ws(':', coalesce(NEW.device_id, 0), NEW.id, NEW.state));
    RETURN NULL;
END
$$;

CREATE FUNCTION public.device_announced() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.device_credential_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('farol_credential', coalesce(NEW.device_id, OLD.device_id)::text);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.device_fact_tell() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM device_watch w WHERE w.device_id = NEW.device_id AND w.until > now()) THEN
        PERFORM pg_notify('farol_facts', NEW.device_id::text);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.device_fact_trace() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.device_source_trace() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE device_trace SET until = now() WHERE device_id = NEW.id AND kind = 'source' AND until IS NULL;
    INSERT INTO device_trace (device_id, kind, value)
    SELECT NEW.id, 'source', host(NEW.source_address) WHERE NEW.source_address IS NOT NULL
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.diag_stop_args(action_id text, memo text) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE WHEN (m.doc ->> 'ordered_at_us')::bigint > 0
                THEN jsonb_build_object('of', action_id, 'object', m.doc -> 'objects' ->> (m.doc ->> 'object')::int,
                                        'sets', m.doc -> 'sets')
           END
      FROM (SELECT memo::jsonb AS doc) m
$$;

COMMENT ON FUNCTION public.diag_stop_args(action_id text, memo text) IS 'what diag.stop is given, by the memo of a test (provisioning/diag/memo.c); NULL: nothing was ordered';

CREATE FUNCTION public.diag_stop_order(of_device bigint, of_action text, memo text, by text) RETURNS boolean
    LANGUAGE sql
    AS $$
    WITH stopping AS (
        -- Once for each test, by its id.
        INSERT INTO action (device_id, id, kind, args, created_by, reason, expires_at, next_wake_at)
        SELECT of_device, left(of_action, 17) || left(md5(of_action), 9), 'diag.stop', args, by, of_action,
               now() + interval '15 min', now()
          FROM diag_stop_args(of_action, memo) AS args
         WHERE args IS NOT NULL
        RETURNING device_id, id, state
    ), told AS (
        INSERT INTO action_event (device_id, action_id, state)
        SELECT device_id, id, state FROM stopping
    )
    SELECT count(*) > 0 FROM stopping;
$$;

COMMENT ON FUNCTION public.diag_stop_order(of_device bigint, of_action text, memo text, by text) IS 'has diag.stop end a test on the device; false: nothing was ordered of it';

CREATE FUNCTION public.facts_traced(doc jsonb) RETURNS TABLE(kind text, value text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
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
$_$;

CREATE FUNCTION public.facts_traced_as_told(doc jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT string_agg((f.pair ->> 0), ' '::text) AS string_agg FROM jsonb_each(facts_traced_as_told.doc) f(name, pair) WHERE (("right"(f.name, 4) = '.mac'::text) OR (f.name = ANY (ARRAY['wan.ip'::text, 'wan.ipv6'::text, 'wan.ppp.username'::text]))));

CREATE FUNCTION public.firmware_fit(of_firmware text) RETURNS TABLE(device_id bigint, refusal text)
    LANGUAGE sql STABLE
    AS $$
    SELECT d.id,
           CASE WHEN f.damaged_at IS NOT NULL OR f.deleted_at IS NOT NULL THEN 'damaged'
                WHEN w.state = 'retired' THEN 'retired'
                WHEN w.expires_at <= now() THEN 'expired'
                WHEN m.refusal IS NOT NULL THEN m.refusal
                WHEN w.state <> 'approved' THEN 'not_approved'
                WHEN d.software_version = w.version THEN 'already' END
      FROM firmware w
      JOIN file f ON f.id = w.file_id
     CROSS JOIN device d
     CROSS JOIN LATERAL (
           SELECT CASE coalesce(max(firmware_rule_fits(r, d.manufacturer, d.product_class, d.hardware_version, d.software_version)), 0)
                       WHEN 0 THEN 'model'
                       WHEN 1 THEN 'hardware'
                       WHEN 2 THEN 'from_version'
                       ELSE CASE WHEN w.counter < firmware_newest(d.manufacturer, d.product_class, d.hardware_version) THEN 'superseded' END
                   END AS refusal
             FROM firmware_rule r
            WHERE r.firmware_id = w.id) m
     WHERE w.id = of_firmware
$$;

COMMENT ON FUNCTION public.firmware_fit(of_firmware text) IS 'damaged, retired, expired, model, hardware, from_version, superseded, not_approved, already; NULL: it fits';

CREATE FUNCTION public.firmware_newest(of_manufacturer text, of_product_class text, of_hardware text) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT max(w.counter)
      FROM firmware_rule r
      JOIN firmware w ON w.id = r.firmware_id
      JOIN file f ON f.id = w.file_id
     WHERE w.state = 'approved'
       AND (w.expires_at IS NULL OR w.expires_at > now())
       AND f.damaged_at IS NULL AND f.deleted_at IS NULL
       AND r.product_class = of_product_class
       AND (r.manufacturer IS NULL OR lower(r.manufacturer) = lower(of_manufacturer))
       AND (r.hardware_version IS NULL OR r.hardware_version = of_hardware)
$$;

CREATE FUNCTION public.firmware_refusal(of_firmware text, of_device bigint) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT nullif(coalesce((SELECT coalesce(f.refusal, '') FROM firmware_fit(of_firmware) f WHERE f.device_id = of_device), 'unknown'), '')
$$;

CREATE FUNCTION public.version_is_in(of_version text, of_range text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (POSITION(('..'::text) IN (of_range)) = 0) THEN (of_version = (of_range COLLATE public.version_order)) ELSE ((of_version IS NOT NULL) AND ((split_part(of_range, '..'::text, 1) = ''::text) OR (of_version >= (split_part(of_range, '..'::text, 1) COLLATE public.version_order))) AND ((split_part(of_range, '..'::text, 2) = ''::text) OR (of_version <= (split_part(of_range, '..'::text, 2) COLLATE public.version_order)))) END;

CREATE TABLE public.firmware_rule (
    firmware_id text NOT NULL,
    place smallint NOT NULL,
    manufacturer text,
    product_class text NOT NULL,
    hardware_version text,
    from_versions text[],
    CONSTRAINT firmware_rule_from_versions_check CHECK (((cardinality(from_versions) >= 1) AND (cardinality(from_versions) <= 100))),
    CONSTRAINT firmware_rule_hardware_version_check CHECK (((length(hardware_version) >= 1) AND (length(hardware_version) <= 64))),
    CONSTRAINT firmware_rule_manufacturer_check CHECK (((length(manufacturer) >= 1) AND (length(manufacturer) <= 64))),
    CONSTRAINT firmware_rule_product_class_check CHECK (((length(product_class) >= 1) AND (length(product_class) <= 64)))
);

COMMENT ON COLUMN public.firmware_rule.manufacturer IS 'NULL: any; so hardware_version';

COMMENT ON COLUMN public.firmware_rule.from_versions IS 'versions and ranges; NULL: from any';

CREATE FUNCTION public.firmware_rule_fits(of_rule public.firmware_rule, of_manufacturer text, of_product_class text, of_hardware text, of_software text) RETURNS integer
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (((of_rule).product_class <> of_product_class) OR (lower((of_rule).manufacturer) <> lower(of_manufacturer))) THEN 0 WHEN (((of_rule).hardware_version IS NOT NULL) AND ((of_rule).hardware_version IS DISTINCT FROM of_hardware)) THEN 1 WHEN (((of_rule).from_versions IS NOT NULL) AND (NOT (EXISTS (SELECT FROM unnest((firmware_rule_fits.of_rule).from_versions) v(v) WHERE public.version_is_in(firmware_rule_fits.of_software, v.v))))) THEN 2 ELSE 3 END;

CREATE TABLE public.device (
    id bigint NOT NULL,
    oui text NOT NULL,
    product_class text NOT NULL,
    serial text NOT NULL,
    manufacturer text NOT NULL,
    software_version text,
    hardware_version text,
    root text,
    cwmp_version smallint,
    connection_request_url text,
    source_address inet,
    first_contact timestamp with time zone DEFAULT now(),
    udp_connection_request_address text,
    udp_called_s bigint DEFAULT 0 NOT NULL,
    CONSTRAINT device_cwmp_version_check CHECK (((cwmp_version >= 0) AND (cwmp_version <= 4))),
    CONSTRAINT device_oui_check CHECK ((length(oui) <= 64)),
    CONSTRAINT device_product_class_check CHECK ((length(product_class) <= 256)),
    CONSTRAINT device_root_check CHECK ((root = ANY (ARRAY['Device.'::text, 'InternetGatewayDevice.'::text]))),
    CONSTRAINT device_serial_check CHECK (((serial <> ''::text) AND (length(serial) <= 256)))
)
WITH (fillfactor='90');

COMMENT ON COLUMN public.device.cwmp_version IS 'of CWMP 1.x: x';

COMMENT ON COLUMN public.device.source_address IS 'of the newest session';

COMMENT ON COLUMN public.device.udp_called_s IS 'of the newest call by UDP, seconds since 1970; the next one is later';

CREATE FUNCTION public.outbox_case(of_case public.desk_case, of_link text) RETURNS jsonb
    LANGUAGE sql STABLE
    RETURN jsonb_build_object('case', public.number_id('cas_'::text, (of_case).id), 'protocol', (of_case).protocol, 'state', (of_case).state, 'device', public.number_id('dev_'::text, (of_case).device_id), 'serial', (SELECT device.serial FROM public.device WHERE (device.id = (outbox_case.of_case).device_id)), 'subscriber', public.case_customer_masked((of_case).subscriber_id), 'agent', (of_case).agent, 'verdict', (of_case).verdict, 'reason', (of_case).reason, 'fix', (of_case).fix, 'outcome', (of_case).outcome, 'callback_at', public.utc((of_case).callback_at), 'queue', (of_case).queue, 'priority', (of_case).priority, 'summary', (of_case).summary, 'handoff', of_link);

CREATE FUNCTION public.outbox_tell(of_type text, of_data jsonb, of_case bigint DEFAULT NULL::bigint) RETURNS void
    LANGUAGE sql
    AS $$
    WITH wanted AS (
        SELECT o.id FROM outlet o WHERE outlet_wants(o, of_type, of_case)
    ), event AS (
        INSERT INTO outbox_event (type, data, case_id) SELECT of_type, of_data, of_case WHERE EXISTS (SELECT FROM wanted)
        RETURNING id
    )
    INSERT INTO outbox_delivery (event_id, outlet_id) SELECT event.id, wanted.id FROM event CROSS JOIN wanted;
$$;

CREATE FUNCTION public.outbox_tell_actions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT FROM outlet WHERE enabled) THEN
        PERFORM outbox_tell('action.' || n.state,
                            jsonb_build_object('action', a.id, 'type', a.kind, 'state', n.state, 'device', number_id('dev_', a.device_id),
                                               'serial', d.serial, 'case', number_id('cas_', a.case_id), 'created_by', a.created_by,
                                               'reason', a.reason, 'created_at', utc(a.created_at), 'ended_at', utc(a.ended_at),
                                               'failure', CASE WHEN a.failure IS NOT NULL
                                                               THEN jsonb_build_object('code', a.failure ->> 'code',
                                                                                       'detail', left(a.failure ->> 'detail', 500)) END))
           FROM added n
           JOIN action a ON a.id = n.action_id
           JOIN device d ON d.id = a.device_id
          WHERE n.state IN ('succeeded', 'failed', 'expired', 'cancelled');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.outbox_tell_case() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM outbox_tell(CASE WHEN TG_OP = 'INSERT' THEN 'case.opened' WHEN NEW.state = 'open' THEN 'case.returned'
                             ELSE 'case.' || NEW.state END,
                        outbox_case(NEW, NULL), NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION public.outbox_tell_handoff() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO ticket (case_id, outlet_id)
    SELECT c.id, o.id
      FROM desk_case c, outlet o
     WHERE c.id = NEW.case_id AND o.kind <> 'webhook' AND o.enabled AND o.settings -> 'queues' ?| ARRAY[c.queue, '*']
        ON CONFLICT DO NOTHING;
    PERFORM outbox_tell('case.escalated', outbox_case(c, '/handoffs/' || NEW.key), c.id) FROM desk_case c WHERE c.id = NEW.case_id;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.outbox_tell_incident() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM outbox_tell(CASE WHEN NEW.closed_at IS NULL THEN 'incident.opened' ELSE 'incident.closed' END,
                        jsonb_build_object('incident', number_id('inc_', NEW.id), 'kind', NEW.kind, 'place', NEW.place, 'since', utc(NEW.since),
                                           'opened_by', NEW.opened_by, 'closed_by', NEW.closed_by, 'text', NEW.text,
                                           'forecast', utc(NEW.forecast)));
    RETURN NULL;
END
$$;

CREATE FUNCTION public.outlet_wants(o public.outlet, of_type text, of_case bigint) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN ((o).enabled AND ((of_type = ANY ((o).events)) OR ((split_part(of_type, '.'::text, 1) || '.*'::text) = ANY ((o).events)) OR ('*'::text = ANY ((o).events))) AND (((o).kind = 'webhook'::text) OR ((((o).id)::text IS DISTINCT FROM current_setting('farol.outlet'::text, true)) AND (EXISTS (SELECT FROM public.ticket t WHERE ((t.case_id = outlet_wants.of_case) AND (t.outlet_id = (outlet_wants.o).id)))))));

CREATE FUNCTION public.phone_keys(text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(SELECT "right"(p.number, 8) AS "right" FROM unnest($1) p(number));

CREATE FUNCTION public.phone_kind(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ($1 ~ '^[+]55[1-9][0-9]9[0-9]{8}$'::text) THEN 'mobile'::text WHEN ($1 ~ '^[+]55[1-9][0-9][2-5][0-9]{7}$'::text) THEN 'fixed'::text ELSE 'other'::text END;

CREATE FUNCTION public.phones_shown(text[]) RETURNS json
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT COALESCE(json_agg(json_build_object('masked', public.phone_masked(p.number), 'kind', public.phone_kind(p.number)) ORDER BY p.place), '[]'::json) AS "coalesce" FROM unnest($1) WITH ORDINALITY p(number, place));

CREATE FUNCTION public.place_follow(devices bigint[]) RETURNS void
    LANGUAGE sql
    AS $$
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

CREATE FUNCTION public.same_home(subscriber_a bigint, device_a bigint, subscriber_b bigint, device_b bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((subscriber_a = subscriber_b) OR ((device_a = device_b) AND ((subscriber_a IS NULL) OR (subscriber_b IS NULL))));

CREATE FUNCTION public.setting_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO setting_revision VALUES (NEW.kind, NEW.name, NEW.technology, NEW.revision, NEW.value, NEW.reason, NEW.changed_by, NEW.changed_at);
    PERFORM pg_notify('farol_setting', NEW.kind);
    RETURN NULL;
END $$;

CREATE FUNCTION public.sign_in_key(login text) RETURNS bytea
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN sha256(('\x6c6f67696e00'::bytea || convert_to(login, 'UTF8'::name)));

CREATE FUNCTION public.subscriber_merged(before public.subscriber, patch jsonb) RETURNS public.subscriber
    LANGUAGE sql STABLE
    RETURN jsonb_populate_record(before, (patch || jsonb_build_object('address', CASE jsonb_typeof((patch -> 'address'::text)) WHEN 'object'::text THEN jsonb_strip_nulls(((before).address || (patch -> 'address'::text))) WHEN 'null'::text THEN '{}'::jsonb ELSE (before).address END, 'attributes', CASE jsonb_typeof((patch -> 'attributes'::text)) WHEN 'object'::text THEN jsonb_strip_nulls(((before).attributes || (patch -> 'attributes'::text))) WHEN 'null'::text THEN '{}'::jsonb ELSE (before).attributes END)));

CREATE FUNCTION public.subscriber_place() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM place_follow(array_agg(b.device_id ORDER BY b.device_id))
       FROM changed c
       JOIN binding b ON b.subscriber_id = c.id AND b.until IS NULL
     HAVING count(*) > 0;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.ticket_next_look(after_s bigint) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    RETURN CASE WHEN (after_s > 0) THEN (now() + make_interval(secs => (after_s)::double precision)) ELSE NULL::timestamp with time zone END;

CREATE FUNCTION public.version_key(text) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ARRAY(SELECT ("left"(m.hit[1], 18))::bigint AS "left" FROM regexp_matches(regexp_replace($1, '([^0-9]0+)+$'::text, ''::text), '[0-9]+'::text, 'g'::text) WITH ORDINALITY m(hit, n) ORDER BY m.n);

CREATE FUNCTION public.zone_clock(zone text, now timestamp with time zone, OUT offset_s bigint, OUT change_at timestamp with time zone, OUT after_s bigint) RETURNS record
    LANGUAGE sql STABLE
    AS $$
    SELECT zone_offset(zone, now), c.at, coalesce(zone_offset(zone, c.at), 0)
      FROM (SELECT min(q.at) AS at
              FROM generate_series(date_trunc('hour', now), now + interval '2 days', interval '15 min') q(at)
             WHERE q.at > now AND zone_offset(zone, q.at) <> zone_offset(zone, now)) c
$$;

CREATE FUNCTION public.zone_offset(zone text, at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    RETURN (EXTRACT(epoch FROM ((at AT TIME ZONE zone) - (at AT TIME ZONE 'UTC'::text))))::bigint;

ALTER TABLE public.action_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.action_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.device_hot (
    device_id bigint NOT NULL,
    values_hash bigint DEFAULT 0 NOT NULL,
    identity_hash bigint DEFAULT 0 NOT NULL,
    boots integer DEFAULT 0 NOT NULL,
    period_s integer,
    distance_s integer DEFAULT 0 NOT NULL,
    event_bits integer DEFAULT 0 NOT NULL,
    session_no bigint DEFAULT 0 NOT NULL,
    uptime_s bigint,
    last_inform timestamp with time zone,
    last_periodic timestamp with time zone,
    enrolment smallint DEFAULT 0 NOT NULL,
    nonce_nc integer,
    nonce_at bigint,
    CONSTRAINT device_hot_enrolment_check CHECK (((enrolment >= 0) AND (enrolment <= 2)))
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0.1', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.5');

COMMENT ON COLUMN public.device_hot.values_hash IS 'given with the values of the newest Inform that were written; 0: none';

COMMENT ON COLUMN public.device_hot.identity_hash IS 'likewise of what the device says about itself';

COMMENT ON COLUMN public.device_hot.boots IS 'Informs with 1 BOOT so far';

COMMENT ON COLUMN public.device_hot.period_s IS 'between two 2 PERIODIC, learnt from when they came';

COMMENT ON COLUMN public.device_hot.distance_s IS 'between the newest two; two alike in a row are the new period';

COMMENT ON COLUMN public.device_hot.event_bits IS 'of the newest Inform; bit n = event code n, bit 31 = any other';

COMMENT ON COLUMN public.device_hot.session_no IS 'the fence: what an older session sends is not written';

COMMENT ON COLUMN public.device_hot.uptime_s IS 'said by the newest Inform; NULL: not said';

COMMENT ON COLUMN public.device_hot.enrolment IS '0 new, 1 quarantined: gets no secrets, 2 bound';

COMMENT ON COLUMN public.device_hot.nonce_nc IS 'its count; 0: the device does not count (RFC 2069)';

COMMENT ON COLUMN public.device_hot.nonce_at IS 'when the nonce of the newest session was made, microseconds since 1970; its name';

CREATE VIEW public.action_shown AS
 SELECT a.id,
    a.device_id,
    a.state,
    a.ended_at,
    s.cancellable,
    a.wake_tries,
    a.wake_detail,
    a.next_wake_at,
    ((a.state = ANY (ARRAY['queued'::text, 'waking'::text])) AND (a.next_wake_at IS NULL)) AS waits_for_contact,
    (h.last_inform + make_interval(secs => (h.period_s)::double precision)) AS next_contact,
    row_to_json(s.*) AS shown
   FROM ((public.action a
     LEFT JOIN public.device_hot h USING (device_id))
     CROSS JOIN LATERAL ( SELECT a.id,
            a.kind AS type,
            a.state,
            public.utc(a.stage_since) AS stage_since,
            a.args AS params,
            a.on_offline,
            public.utc(a.created_at) AS created_at,
            a.created_by,
            a.reason,
            public.number_id('cas_'::text, a.case_id) AS "case",
            public.utc(a.expires_at) AS expires_at,
            public.utc(a.ended_at) AS ended_at,
            a.progress,
            a.result,
            a.evidence,
            a.failure,
            ((a.ended_at IS NULL) AND (a.intent IS NULL) AND ((a.state <> 'verifying'::text) OR a.lets_go)) AS cancellable,
                CASE
                    WHEN ((a.undo IS NOT NULL) AND (a.undone_by IS NULL) AND (a.undo_until > now())) THEN public.utc(a.undo_until)
                    ELSE NULL::text
                END AS undo_until,
            a.undone_by) s);

CREATE SEQUENCE public.actor_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.alarm (
    id bigint NOT NULL,
    device_id bigint NOT NULL,
    kind text NOT NULL,
    about_id bigint,
    detail text NOT NULL,
    source_address inet,
    count integer DEFAULT 1 NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL,
    cleared_at timestamp with time zone,
    cleared_by text,
    CONSTRAINT alarm_kind_check CHECK ((kind = ANY (ARRAY['identity_conflict'::text, 'fell_back'::text, 'bootstrap_refused'::text])))
);

COMMENT ON COLUMN public.alarm.device_id IS 'whose credential was used';

COMMENT ON COLUMN public.alarm.about_id IS 'who it claimed to be, if that is a device';

ALTER TABLE public.alarm ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.alarm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.alarm_shown AS
 SELECT a.id,
    a.device_id,
    a.about_id,
    a.cleared_at,
    row_to_json(s.*) AS shown
   FROM (public.alarm a
     CROSS JOIN LATERAL ( SELECT a.kind,
            a.detail,
            host(a.source_address) AS source_address,
            a.count,
            public.utc(a.first_at) AS first_at,
            public.utc(a.last_at) AS last_at,
            public.utc(a.cleared_at) AS cleared_at,
            a.cleared_by) s);

CREATE TABLE public.api_token (
    id bigint DEFAULT nextval('public.actor_id'::regclass) NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL,
    capabilities text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    role text,
    created_by text,
    revoked_by text,
    scope text,
    CONSTRAINT api_token_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT api_token_name_check CHECK ((name <> ''::text)),
    CONSTRAINT api_token_role_check CHECK (((role IS NULL) OR (capabilities = '{}'::text[]))),
    CONSTRAINT api_token_scope_check CHECK ((scope <> ''::text))
);

COMMENT ON COLUMN public.api_token.hash IS 'SHA-256 of the token, which is not kept';

COMMENT ON COLUMN public.api_token.role IS 'the name of a built-in role or of a row of role; NULL: capabilities says it';

COMMENT ON COLUMN public.api_token.created_by IS 'NULL: made at the server, by acsd --new-token';

COMMENT ON COLUMN public.api_token.scope IS 'likewise';

CREATE TABLE public.app_user (
    id bigint DEFAULT nextval('public.actor_id'::regclass) NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password text,
    password_at timestamp with time zone,
    totp_secret text,
    totp_step bigint DEFAULT 0 NOT NULL,
    totp_pending text,
    language text,
    preferences jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text,
    signed_in_at timestamp with time zone,
    disabled_at timestamp with time zone,
    disabled_by text,
    revision bigint DEFAULT 1 NOT NULL,
    scope text,
    source text DEFAULT 'local'::text NOT NULL,
    subject text,
    CONSTRAINT app_user_language_check CHECK ((language = ANY (ARRAY['pt-BR'::text, 'en'::text]))),
    CONSTRAINT app_user_login_check CHECK ((login ~ '^[a-z0-9][a-z0-9._@-]{0,63}$'::text)),
    CONSTRAINT app_user_name_check CHECK ((name <> ''::text)),
    CONSTRAINT app_user_password_is_local CHECK (((source = 'local'::text) OR (password IS NULL))),
    CONSTRAINT app_user_preferences_check CHECK ((octet_length((preferences)::text) <= 32768)),
    CONSTRAINT app_user_scope_check CHECK ((scope <> ''::text)),
    CONSTRAINT app_user_source_check CHECK ((source = ANY (ARRAY['local'::text, 'directory'::text, 'provider'::text]))),
    CONSTRAINT app_user_subject_check CHECK ((subject <> ''::text)),
    CONSTRAINT app_user_subject_is_of_provider CHECK (((source = 'provider'::text) = (subject IS NOT NULL)))
);

COMMENT ON COLUMN public.app_user.role IS 'the name of a built-in role or of a row of role';

COMMENT ON COLUMN public.app_user.password IS 'as crypt(5) writes it, yescrypt; NULL: none yet';

COMMENT ON COLUMN public.app_user.totp_secret IS 'sealed; NULL: signs in without a code';

COMMENT ON COLUMN public.app_user.totp_step IS 'of the last code that was taken: it and all before it are used up';

COMMENT ON COLUMN public.app_user.totp_pending IS 'sealed; shown once, and not yet confirmed';

COMMENT ON COLUMN public.app_user.created_by IS 'NULL: by the link of the first start, or of the directory, by signing in';

COMMENT ON COLUMN public.app_user.scope IS 'a filter (db/filter.h): only homes that it matches are there for this person; NULL: all are';

COMMENT ON COLUMN public.app_user.source IS 'who says what the person is called, what they may, and whether a password is right';

COMMENT ON COLUMN public.app_user.subject IS 'the issuer and who that is for it, whatever else it calls them (OpenID Connect Core 1.0, 5.7)';

CREATE TABLE public.audit_checkpoint (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    h bytea NOT NULL,
    key integer NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT audit_checkpoint_h_check CHECK ((length(h) = 32)),
    CONSTRAINT audit_checkpoint_signature_check CHECK ((length(signature) = 64))
);

CREATE TABLE public.audit_entry (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id bigint,
    actor_kind text NOT NULL,
    actor text NOT NULL,
    session text,
    source text NOT NULL,
    request text NOT NULL,
    action text NOT NULL,
    decision text NOT NULL,
    device_id bigint,
    subscriber_id bigint,
    case_id bigint,
    device_ids bigint[],
    subscriber_ids bigint[],
    key integer NOT NULL,
    payload_hash bytea NOT NULL,
    object text,
    reason text,
    query text,
    before json,
    after json,
    salt bytea,
    prev bytea NOT NULL,
    h bytea NOT NULL,
    CONSTRAINT audit_entry_decision_check CHECK ((decision = ANY (ARRAY['allowed'::text, 'denied'::text, 'failed'::text]))),
    CONSTRAINT audit_entry_h_check CHECK ((length(h) = 32)),
    CONSTRAINT audit_entry_payload_hash_check CHECK ((length(payload_hash) = 32)),
    CONSTRAINT audit_entry_prev_check CHECK ((length(prev) = 32)),
    CONSTRAINT audit_entry_salt_check CHECK ((length(salt) = 16))
);

ALTER TABLE public.binding ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.binding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.campaign (
    id bigint NOT NULL,
    name text NOT NULL,
    state text DEFAULT 'draft'::text NOT NULL,
    kind text NOT NULL,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    file_size bigint DEFAULT 0 NOT NULL,
    filter text DEFAULT ''::text NOT NULL,
    excludes jsonb DEFAULT '{}'::jsonb NOT NULL,
    plan jsonb NOT NULL,
    reason text,
    after_id bigint,
    revision integer DEFAULT 1 NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    changers bigint[] NOT NULL,
    listed_up_to bigint,
    list_chain bytea DEFAULT '\x'::bytea NOT NULL,
    total bigint DEFAULT 0 NOT NULL,
    list_hash text,
    listed_at timestamp with time zone,
    list_error text,
    summary jsonb,
    approved_by text,
    approver bigint,
    approved_hash text,
    approved_at timestamp with time zone,
    wave integer DEFAULT 0 NOT NULL,
    flight_cap integer DEFAULT 0 NOT NULL,
    in_flight integer DEFAULT 0 NOT NULL,
    bad_in_a_row integer DEFAULT 0 NOT NULL,
    next_by text,
    why text,
    until timestamp with time zone,
    stopped jsonb,
    watched_at timestamp with time zone,
    watch jsonb,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    after_states text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT campaign_after_states_check CHECK ((after_states <@ ARRAY['healthy'::text, 'failed'::text, 'looping'::text, 'lying'::text, 'missing'::text])),
    CONSTRAINT campaign_approval_is_whole CHECK ((((approved_by IS NULL) = (approved_hash IS NULL)) AND ((approved_by IS NULL) = (approved_at IS NULL)) AND ((approved_by IS NULL) = (approver IS NULL)))),
    CONSTRAINT campaign_args_check CHECK ((jsonb_typeof(args) = 'object'::text)),
    CONSTRAINT campaign_excludes_check CHECK ((jsonb_typeof(excludes) = 'object'::text)),
    CONSTRAINT campaign_file_size_check CHECK ((file_size >= 0)),
    CONSTRAINT campaign_filter_check CHECK ((length(filter) <= 500)),
    CONSTRAINT campaign_is_after_some_states_of_another CHECK ((((after_id IS NULL) = (after_states = '{}'::text[])) AND (after_id <> id))),
    CONSTRAINT campaign_is_approved_by_another CHECK ((approver <> ALL (changers))),
    CONSTRAINT campaign_list_is_whole CHECK (((list_hash IS NULL) = (listed_at IS NULL))),
    CONSTRAINT campaign_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT campaign_never_has_more_in_flight_than_its_cap CHECK (((in_flight >= 0) AND (in_flight <= flight_cap))),
    CONSTRAINT campaign_plan_check CHECK ((jsonb_typeof(plan) = 'object'::text)),
    CONSTRAINT campaign_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000))),
    CONSTRAINT campaign_revision_check CHECK ((revision > 0)),
    CONSTRAINT campaign_runs_what_was_approved CHECK (((state = ANY (ARRAY['draft'::text, 'listing'::text, 'listed'::text, 'cancelled'::text, 'halted'::text])) OR ((approved_hash IS NOT NULL) AND (approved_hash = list_hash)))),
    CONSTRAINT campaign_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'listing'::text, 'listed'::text, 'running'::text, 'held'::text, 'paused'::text, 'halted'::text, 'finished'::text, 'cancelled'::text]))),
    CONSTRAINT campaign_total_check CHECK ((total >= 0))
);

COMMENT ON COLUMN public.campaign.after_id IS 'the one that it undoes, or whose failures it tries again';

COMMENT ON COLUMN public.campaign.changers IS 'actors that made it, or changed it, at any time: none of them approves it';

COMMENT ON COLUMN public.campaign.listed_up_to IS 'devices up to this one have been looked at';

COMMENT ON COLUMN public.campaign.list_chain IS 'hash of the devices so far, piece by piece';

COMMENT ON COLUMN public.campaign.list_hash IS 'of what is to be done, how, and of every device of the list: what an approval is bound to';

COMMENT ON COLUMN public.campaign.summary IS 'of the list: why how many are left out, and which models and versions there are';

COMMENT ON COLUMN public.campaign.approver IS 'an actor, as changers are';

COMMENT ON COLUMN public.campaign.bad_in_a_row IS 'devices that went wrong since the last that went well';

COMMENT ON COLUMN public.campaign.next_by IS 'who has said that the next wave may begin';

COMMENT ON COLUMN public.campaign.why IS 'why it does not go on just now; a word of campaign_why_name()';

COMMENT ON COLUMN public.campaign.stopped IS 'who or what halted it: the rule and its numbers';

COMMENT ON COLUMN public.campaign.watch IS 'what is looked at once a minute, and when that was: watched_at';

COMMENT ON COLUMN public.campaign.after_states IS 'its list holds only devices that are in one of these states in after_id';

CREATE TABLE public.campaign_event (
    id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    by text NOT NULL,
    kind text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT campaign_event_data_check CHECK ((jsonb_typeof(data) = 'object'::text))
);

ALTER TABLE public.campaign_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.campaign_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.campaign ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.campaign_sample (
    campaign_id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    wave integer NOT NULL,
    in_flight integer NOT NULL,
    sent bigint NOT NULL,
    healthy bigint NOT NULL,
    bad bigint NOT NULL,
    silent_share real,
    control_silent_share real,
    contacts_per_1000 real,
    control_contacts_per_1000 real,
    informs_per_min real
);

COMMENT ON TABLE public.campaign_sample IS 'one each half minute while a campaign is under way; one in ten minutes is kept of those that are over';

COMMENT ON COLUMN public.campaign_sample.silent_share IS 'of those that were well; control: of those that were left alone; NULL: there are none';

CREATE TABLE public.campaign_wave (
    campaign_id bigint NOT NULL,
    number integer NOT NULL,
    size bigint NOT NULL,
    in_flight bigint DEFAULT 0 NOT NULL,
    healthy bigint DEFAULT 0 NOT NULL,
    failed bigint DEFAULT 0 NOT NULL,
    looping bigint DEFAULT 0 NOT NULL,
    lying bigint DEFAULT 0 NOT NULL,
    missing bigint DEFAULT 0 NOT NULL,
    silent bigint DEFAULT 0 NOT NULL,
    began_at timestamp with time zone,
    judged_at timestamp with time zone,
    CONSTRAINT campaign_wave_failed_check CHECK ((failed >= 0)),
    CONSTRAINT campaign_wave_has_no_more_than_its_size CHECK (((((((in_flight + healthy) + failed) + looping) + lying) + missing) <= size)),
    CONSTRAINT campaign_wave_healthy_check CHECK ((healthy >= 0)),
    CONSTRAINT campaign_wave_in_flight_check CHECK ((in_flight >= 0)),
    CONSTRAINT campaign_wave_looping_check CHECK ((looping >= 0)),
    CONSTRAINT campaign_wave_lying_check CHECK ((lying >= 0)),
    CONSTRAINT campaign_wave_missing_check CHECK ((missing >= 0)),
    CONSTRAINT campaign_wave_number_check CHECK ((number >= 0)),
    CONSTRAINT campaign_wave_size_check CHECK ((size >= 0))
);

COMMENT ON COLUMN public.campaign_wave.silent IS 'of the healthy ones, those that were not heard of for too long; counted once a minute';

COMMENT ON COLUMN public.campaign_wave.judged_at IS 'when the last of it was';

CREATE VIEW public.campaign_shown AS
 SELECT c.id,
    c.state,
    c.revision,
    row_to_json(( SELECT s.*::record AS s
           FROM ( SELECT public.number_id('cmp_'::text, c.id) AS id,
                    c.name,
                    c.state,
                    c.revision,
                    c.kind AS type,
                    c.args AS params,
                    c.filter,
                    c.excludes,
                    c.plan,
                    c.reason,
                    public.number_id('cmp_'::text, c.after_id) AS after,
                    c.after_states,
                    c.created_by,
                    public.utc(c.created_at) AS created_at,
                    c.changed_by,
                    public.utc(c.changed_at) AS changed_at,
                    c.total,
                    c.list_hash,
                    public.utc(c.listed_at) AS listed_at,
                    c.list_error,
                    c.summary,
                    c.approved_by,
                    public.utc(c.approved_at) AS approved_at,
                    (c.wave + 1) AS wave,
                    c.flight_cap,
                    c.in_flight,
                    c.why,
                    public.utc(c.until) AS until,
                    c.stopped,
                    c.watch,
                    public.utc(c.started_at) AS started_at,
                    public.utc(c.ended_at) AS ended_at,
                    ( SELECT json_agg(json_build_object('number', (w.number + 1), 'size', w.size, 'in_flight', w.in_flight, 'healthy', w.healthy, 'failed', w.failed, 'looping', w.looping, 'lying', w.lying, 'missing', w.missing, 'silent', w.silent, 'began_at', public.utc(w.began_at), 'judged_at', public.utc(w.judged_at)) ORDER BY w.number) AS json_agg
                           FROM public.campaign_wave w
                          WHERE (w.campaign_id = c.id)) AS waves) s)) AS shown
   FROM public.campaign c;

CREATE TABLE public.campaign_target (
    campaign_id bigint NOT NULL,
    device_id bigint NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    place integer DEFAULT 0 NOT NULL,
    wave integer,
    action_id text,
    cause text,
    tries integer DEFAULT 0 NOT NULL,
    boots integer DEFAULT 0 NOT NULL,
    again_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    taken_at timestamp with time zone,
    sent_at timestamp with time zone,
    judged_at timestamp with time zone,
    version_before text,
    failures integer DEFAULT 0 NOT NULL,
    reading_id text,
    CONSTRAINT campaign_target_is_of_a_wave CHECK (((wave IS NULL) = (state = ANY (ARRAY['waiting'::text, 'excluded'::text])))),
    CONSTRAINT campaign_target_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'healthy'::text, 'failed'::text, 'looping'::text, 'lying'::text, 'missing'::text, 'excluded'::text])))
)
WITH (fillfactor='80');

COMMENT ON COLUMN public.campaign_target.state IS 'sent: in flight; what it was judged is provisioning/campaign/health.h';

COMMENT ON COLUMN public.campaign_target.place IS 'in the order in which they are sent to: made up, so that a canary is a sample';

COMMENT ON COLUMN public.campaign_target.boots IS 'restarts of the device so far, when it was taken';

COMMENT ON COLUMN public.campaign_target.again_at IS 'of one that waits: not before';

COMMENT ON COLUMN public.campaign_target.taken_at IS 'when its action was made';

COMMENT ON COLUMN public.campaign_target.sent_at IS 'when the first request that changes it went out';

COMMENT ON COLUMN public.campaign_target.version_before IS 'the software version that it showed when it was taken';

COMMENT ON COLUMN public.campaign_target.failures IS 'tries that went wrong';

COMMENT ON COLUMN public.campaign_target.reading_id IS 'the last action that asked it how its WAN is, since it was taken';

CREATE VIEW public.case_contact AS
 SELECT desk_case.id AS case_id,
    desk_case.device_id,
    desk_case.family,
    desk_case.opened_at AS at,
    desk_case.subscriber_id
   FROM public.desk_case
UNION ALL
 SELECT c.id AS case_id,
    c.device_id,
    c.family,
    e.at,
    c.subscriber_id
   FROM (public.case_entry e
     JOIN public.desk_case c ON ((c.id = e.case_id)))
  WHERE (e.kind = 'contact'::text);

CREATE TABLE public.case_day (
    day date NOT NULL,
    last bigint NOT NULL
);

ALTER TABLE public.case_entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.case_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.case_home AS
 SELECT c.id AS case_id,
    o.device_id
   FROM (public.desk_case c
     JOIN public.binding o ON (((o.subscriber_id = c.subscriber_id) AND (o.until IS NULL))))
UNION ALL
 SELECT c.id AS case_id,
    c.device_id
   FROM public.desk_case c
  WHERE (c.subscriber_id IS NULL);

COMMENT ON VIEW public.case_home IS 'devices by which somebody who is held to a part of the fleet sees a case';

CREATE VIEW public.case_shown AS
 SELECT c.id,
    c.device_id,
    c.actor_id,
    c.state,
    c.queue,
    c.opened_at,
    row_to_json(s.*) AS shown,
    c.subscriber_id
   FROM ((public.desk_case c
     LEFT JOIN public.device d ON ((d.id = c.device_id)))
     CROSS JOIN LATERAL ( SELECT public.number_id('cas_'::text, c.id) AS id,
            c.protocol,
            c.state,
            public.number_id('dev_'::text, c.device_id) AS device,
            d.serial,
            public.case_customer(c.subscriber_id) AS subscriber,
            c.agent,
            public.utc(c.opened_at) AS opened_at,
            c.found_by,
            c.call_id,
            c.verdict,
            c.family,
            c.reason,
            c.fix,
            c.outcome,
            public.utc(c.callback_at) AS callback_at,
            c.queue,
            c.priority,
            c.summary,
            public.utc(c.escalated_at) AS escalated_at,
            c.escalated_by,
            public.utc(c.returned_at) AS returned_at,
            c.returned_by,
            public.utc(c.visit_at) AS visit_at,
            c.visit_by,
            public.utc(c.visit_for) AS visit_for,
            public.utc(c.closed_at) AS closed_at,
            c.closed_by,
            public.case_tickets(c.id) AS tickets) s);

CREATE TABLE public.outbox_delivery (
    id bigint NOT NULL,
    event_id bigint NOT NULL,
    outlet_id bigint NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    tried_at timestamp with time zone,
    status integer,
    detail text,
    delivered_at timestamp with time zone,
    CONSTRAINT outbox_delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text])))
);

COMMENT ON COLUMN public.outbox_delivery.status IS 'of the newest answer; NULL: there was none, detail says why';

CREATE VIEW public.connector_shown AS
 SELECT o.id,
    row_to_json(s.*) AS shown
   FROM (public.outlet o
     CROSS JOIN LATERAL ( SELECT public.number_id('con_'::text, o.id) AS id,
            o.kind,
            o.name,
            o.url,
            (o.settings ->> 'login'::text) AS login,
            (o.settings ->> 'from'::text) AS "from",
            ( SELECT json_agg(json_build_object('queue', q.key, 'to', q.value) ORDER BY q.key) AS json_agg
                   FROM jsonb_each_text((o.settings -> 'queues'::text)) q(key, value)) AS queues,
            COALESCE((o.settings ->> 'language'::text), 'pt-BR'::text) AS language,
            (o.settings -> 'done'::text) AS done,
            public.utc(o.created_at) AS created_at,
            o.created_by,
            o.enabled,
            public.utc(o.failing_since) AS failing_since,
            o.trouble,
            ( SELECT count(*) AS count
                   FROM public.outbox_delivery d
                  WHERE ((d.outlet_id = o.id) AND (d.state = 'waiting'::text))) AS waiting,
            ( SELECT count(*) AS count
                   FROM public.outbox_delivery d
                  WHERE ((d.outlet_id = o.id) AND (d.state = 'failed'::text))) AS failed) s)
  WHERE (o.kind <> 'webhook'::text);

ALTER TABLE public.desk_case ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.desk_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.desk_use (
    actor_id bigint NOT NULL,
    device_id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    kind text NOT NULL
);

CREATE TABLE public.device_ability (
    device_id bigint NOT NULL,
    software_version text NOT NULL,
    methods text,
    refused text,
    asked boolean NOT NULL
);

COMMENT ON COLUMN public.device_ability.methods IS 'answer to GetRPCMethods, each name between blanks; NULL: not known';

COMMENT ON COLUMN public.device_ability.refused IS 'likewise, answered by Fault 9000';

COMMENT ON COLUMN public.device_ability.asked IS 'GetRPCMethods was sent: not again';

CREATE TABLE public.device_attribute (
    device_id bigint NOT NULL,
    path text NOT NULL,
    notification smallint,
    access_list jsonb,
    since timestamp with time zone NOT NULL,
    action_id text NOT NULL,
    CONSTRAINT attribute_says_something CHECK (((notification IS NOT NULL) OR (access_list IS NOT NULL))),
    CONSTRAINT device_attribute_access_list_check CHECK ((jsonb_typeof(access_list) = 'array'::text)),
    CONSTRAINT device_attribute_notification_check CHECK (((notification >= 0) AND (notification <= 6))),
    CONSTRAINT device_attribute_path_check CHECK (((length(path) >= 1) AND (length(path) <= 256)))
);

COMMENT ON COLUMN public.device_attribute.path IS 'of a parameter, or of an object: then of all below it';

COMMENT ON COLUMN public.device_attribute.notification IS '0 off, 1 passive, 2 active, 3 to 6 with lightweight ones; NULL: never set';

COMMENT ON COLUMN public.device_attribute.access_list IS 'who may write it besides us; NULL: never set';

COMMENT ON COLUMN public.device_attribute.since IS 'when it was set; in this order they are set again';

COMMENT ON COLUMN public.device_attribute.action_id IS 'by which it was set last';

CREATE TABLE public.device_call (
    device_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    way text,
    code text NOT NULL,
    reached boolean NOT NULL,
    since timestamp with time zone NOT NULL,
    failed_at timestamp with time zone,
    failed_code text,
    CONSTRAINT device_call_way_check CHECK ((way = ANY (ARRAY['http'::text, 'udp'::text])))
)
WITH (fillfactor='70');

COMMENT ON COLUMN public.device_call.way IS 'NULL: it was not called at all, for the reason in code';

COMMENT ON COLUMN public.device_call.code IS 'of acs/api/wake.def';

COMMENT ON COLUMN public.device_call.since IS 'since when all calls have gone so: all reached it, or none did';

CREATE TABLE public.device_credential (
    device_id bigint NOT NULL,
    username text NOT NULL,
    secret text,
    next_secret text,
    call_username text NOT NULL,
    call_secret text,
    next_call_secret text,
    fell_back_at timestamp with time zone,
    used_next_at timestamp with time zone,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT device_credential_username_check CHECK (((username <> ''::text) AND (length(username) <= 256)))
);

COMMENT ON COLUMN public.device_credential.username IS 'with which it comes to us';

COMMENT ON COLUMN public.device_credential.secret IS 'its password, sealed; NULL: it has only ever used the bootstrap credential';

COMMENT ON COLUMN public.device_credential.call_username IS 'with which we call it';

COMMENT ON COLUMN public.device_credential.fell_back_at IS 'it had its own, and came with the bootstrap credential; until somebody decides both of its own are taken';

COMMENT ON COLUMN public.device_credential.used_next_at IS 'it used next_secret while it was in doubt';

CREATE TABLE public.device_event (
    device_id bigint NOT NULL,
    session_no bigint NOT NULL,
    place smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    code text NOT NULL,
    command_key text NOT NULL,
    detail jsonb
);

COMMENT ON COLUMN public.device_event.place IS 'in the order in which the session told it, from 0';

COMMENT ON COLUMN public.device_event.detail IS 'the arguments of its message in the words of TR-069; NULL: an event that has none';

CREATE TABLE public.device_fact (
    device_id bigint NOT NULL,
    doc jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT device_fact_doc_check CHECK ((jsonb_typeof(doc) = 'object'::text))
)
WITH (fillfactor='70');
ALTER TABLE ONLY public.device_fact ALTER COLUMN doc SET COMPRESSION lz4;

COMMENT ON COLUMN public.device_fact.doc IS 'name -> [value, when it was so in seconds since 1970]; see fact';

CREATE TABLE public.device_place (
    device_id bigint NOT NULL,
    olt text,
    pon text,
    cto text,
    city text,
    technology text,
    plan_down_mbps double precision,
    plan_up_mbps double precision,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by text NOT NULL,
    CONSTRAINT device_place_city_check CHECK (((length(city) >= 1) AND (length(city) <= 64))),
    CONSTRAINT device_place_cto_check CHECK (((length(cto) >= 1) AND (length(cto) <= 64))),
    CONSTRAINT device_place_olt_check CHECK (((length(olt) >= 1) AND (length(olt) <= 64))),
    CONSTRAINT device_place_plan_down_mbps_check CHECK (((plan_down_mbps >= (0)::double precision) AND (plan_down_mbps <= (100000)::double precision))),
    CONSTRAINT device_place_plan_up_mbps_check CHECK (((plan_up_mbps >= (0)::double precision) AND (plan_up_mbps <= (100000)::double precision))),
    CONSTRAINT device_place_pon_check CHECK (((length(pon) >= 1) AND (length(pon) <= 64))),
    CONSTRAINT device_place_technology_check CHECK (((length(technology) >= 1) AND (length(technology) <= 32)))
);

COMMENT ON COLUMN public.device_place.cto IS 'the box in the street; a PON has several, an OLT many PONs';

CREATE VIEW public.device_group AS
 SELECT device_place.device_id,
    1 AS rank,
    'cto'::text AS kind,
    device_place.cto AS place
   FROM public.device_place
  WHERE (device_place.cto IS NOT NULL)
UNION ALL
 SELECT device_place.device_id,
    2 AS rank,
    'pon'::text AS kind,
    (COALESCE((device_place.olt || ' '::text), ''::text) || device_place.pon) AS place
   FROM public.device_place
  WHERE (device_place.pon IS NOT NULL)
UNION ALL
 SELECT device_place.device_id,
    3 AS rank,
    'olt'::text AS kind,
    device_place.olt AS place
   FROM public.device_place
  WHERE (device_place.olt IS NOT NULL)
UNION ALL
 SELECT device_place.device_id,
    4 AS rank,
    'city'::text AS kind,
    device_place.city AS place
   FROM public.device_place
  WHERE (device_place.city IS NOT NULL);

ALTER TABLE public.device ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.device_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.device_page (
    device_id bigint NOT NULL,
    page text NOT NULL,
    names_hash bigint NOT NULL,
    content_hash bigint NOT NULL,
    doc jsonb NOT NULL,
    writable jsonb NOT NULL,
    writable_hash bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='80');
ALTER TABLE ONLY public.device_page ALTER COLUMN doc SET COMPRESSION lz4;
ALTER TABLE ONLY public.device_page ALTER COLUMN writable SET COMPRESSION lz4;

COMMENT ON COLUMN public.device_page.names_hash IS 'of the names in doc, if one read brought all of them; else 0';

COMMENT ON COLUMN public.device_page.content_hash IS 'likewise of names, values and types';

COMMENT ON COLUMN public.device_page.doc IS 'rest of the path -> letter of the type, value; see device_parameter';

COMMENT ON COLUMN public.device_page.writable IS 'rest of the path -> true or false, where the device has said';

COMMENT ON COLUMN public.device_page.writable_hash IS 'of writable, if one listing brought all of it; else 0';

CREATE TABLE public.device_read (
    device_id bigint NOT NULL,
    times jsonb NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE ONLY public.device_read ALTER COLUMN times SET COMPRESSION lz4;

COMMENT ON COLUMN public.device_read.times IS 'page -> {"": when all of it was read, rest of the path: when that was read later}, seconds since 1970';

CREATE VIEW public.device_parameter AS
 SELECT p.device_id,
    p.page,
    (p.page || k.key) AS name,
    substr(k.told, 2) AS value,
        CASE "left"(k.told, 1)
            WHEN 's'::text THEN 'xsd:string'::text
            WHEN 'i'::text THEN 'xsd:int'::text
            WHEN 'u'::text THEN 'xsd:unsignedInt'::text
            WHEN 'l'::text THEN 'xsd:long'::text
            WHEN 'L'::text THEN 'xsd:unsignedLong'::text
            WHEN 'b'::text THEN 'xsd:boolean'::text
            WHEN 'd'::text THEN 'xsd:dateTime'::text
            WHEN '6'::text THEN 'xsd:base64Binary'::text
            WHEN 'h'::text THEN 'xsd:hexBinary'::text
            WHEN '-'::text THEN ''::text
            ELSE NULL::text
        END AS type,
    ((p.writable -> k.key))::boolean AS writable,
        CASE
            WHEN (k.told IS NOT NULL) THEN to_timestamp(GREATEST(((t.times ->> ''::text))::double precision, ((t.times ->> k.key))::double precision))
            ELSE NULL::timestamp with time zone
        END AS read_at
   FROM (((public.device_page p
     LEFT JOIN public.device_read r ON ((r.device_id = p.device_id)))
     CROSS JOIN LATERAL ( SELECT (r.times -> p.page) AS times) t)
     CROSS JOIN LATERAL ( SELECT d.key,
            d.value AS told
           FROM jsonb_each_text(p.doc) d(key, value)
        UNION ALL
         SELECT w.key,
            NULL::text
           FROM jsonb_object_keys(p.writable) w(key)
          WHERE (NOT (p.doc ? w.key))) k);

CREATE TABLE public.device_secret (
    device_id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    sealed text NOT NULL,
    action_id text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT device_secret_name_check CHECK (((length(name) >= 1) AND (length(name) <= 128)))
);

COMMENT ON COLUMN public.device_secret.kind IS 'with which it was sealed, beside the device';

CREATE TABLE public.device_session (
    device_id bigint NOT NULL,
    session_no bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    result text NOT NULL,
    detail text,
    rpc_count integer NOT NULL,
    event_bits integer NOT NULL,
    CONSTRAINT device_session_result_check CHECK ((result = ANY (ARRAY['completed'::text, 'abandoned'::text, 'superseded'::text, 'failed'::text])))
);

CREATE VIEW public.device_shown AS
 SELECT d.id,
    d.oui,
    d.product_class,
    d.serial,
    d.software_version,
    h.last_inform AS last_contact,
    (h.last_inform + make_interval(secs => (h.period_s)::double precision)) AS next_contact,
    COALESCE((h.last_inform > (now() - make_interval(secs => ((2 * COALESCE(h.period_s, 43200)))::double precision))), false) AS online,
    row_to_json(s.*) AS shown
   FROM ((public.device d
     LEFT JOIN public.device_hot h ON ((h.device_id = d.id)))
     CROSS JOIN LATERAL ( SELECT d.oui,
            d.product_class,
            d.serial,
            NULLIF(d.manufacturer, ''::text) AS manufacturer,
            d.software_version,
            d.hardware_version,
            d.root,
            ('1.'::text || d.cwmp_version) AS cwmp_version,
            d.connection_request_url,
            host(d.source_address) AS source_address,
            public.utc(d.first_contact) AS first_contact,
            public.utc(h.last_inform) AS last_contact,
            h.period_s,
            public.utc((h.last_inform + make_interval(secs => (h.period_s)::double precision))) AS next_contact,
            h.uptime_s,
            COALESCE((h.last_inform > (now() - make_interval(secs => ((2 * COALESCE(h.period_s, 43200)))::double precision))), false) AS online,
            ( SELECT count(*) AS count
                   FROM public.action a
                  WHERE ((a.device_id = d.id) AND (a.ended_at IS NULL))) AS open_actions,
            (ARRAY['new'::text, 'quarantined'::text, 'bound'::text])[(h.enrolment + 1)] AS enrolment,
            ( SELECT row_to_json(c.*) AS row_to_json
                   FROM ( SELECT c_1.username,
                            (c_1.secret IS NOT NULL) AS own,
                            (c_1.next_secret IS NOT NULL) AS rotating,
                            (c_1.fell_back_at IS NOT NULL) AS fell_back,
                            public.utc(c_1.changed_at) AS changed_at
                           FROM public.device_credential c_1
                          WHERE (c_1.device_id = d.id)) c) AS auth,
            ( SELECT row_to_json(p.*) AS row_to_json
                   FROM ( SELECT p_1.olt,
                            p_1.pon,
                            p_1.cto,
                            p_1.city,
                            p_1.technology,
                            p_1.plan_down_mbps,
                            p_1.plan_up_mbps,
                            public.utc(p_1.changed_at) AS changed_at,
                            p_1.changed_by
                           FROM public.device_place p_1
                          WHERE (p_1.device_id = d.id)) p) AS place) s);

CREATE TABLE public.device_trace (
    device_id bigint NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    until timestamp with time zone,
    CONSTRAINT device_trace_kind_check CHECK ((kind = ANY (ARRAY['mac'::text, 'host'::text, 'wan'::text, 'source'::text, 'login'::text])))
);

COMMENT ON COLUMN public.device_trace.kind IS 'wan: what the device says its address is; source: where its sessions come from';

CREATE UNLOGGED TABLE public.device_watch (
    device_id bigint NOT NULL,
    until timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.device_watch IS 'leases (db/watch.h); lost with a crash, renewed within seconds';

CREATE TABLE public.export (
    id bigint NOT NULL,
    what text NOT NULL,
    format text NOT NULL,
    campaign_id bigint NOT NULL,
    target_state text,
    wave integer NOT NULL,
    cause text,
    state text DEFAULT 'queued'::text NOT NULL,
    up_to bigint DEFAULT 0 NOT NULL,
    rows bigint DEFAULT 0 NOT NULL,
    total bigint NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    pieces integer DEFAULT 0 NOT NULL,
    error text,
    created_by text NOT NULL,
    created_by_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    expires_at timestamp with time zone DEFAULT (now() + '24:00:00'::interval) NOT NULL,
    CONSTRAINT export_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'ndjson'::text]))),
    CONSTRAINT export_says_why_it_failed CHECK (((error IS NOT NULL) = (state = 'failed'::text))),
    CONSTRAINT export_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text]))),
    CONSTRAINT export_what_check CHECK ((what = 'campaign_devices'::text))
);

COMMENT ON COLUMN public.export.wave IS 'from 0; -1: any';

COMMENT ON COLUMN public.export.up_to IS 'devices up to this one are in it';

COMMENT ON COLUMN public.export.total IS 'rows that there were when it was ordered';

ALTER TABLE public.export ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.export_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.export_piece (
    export_id bigint NOT NULL,
    number integer NOT NULL,
    content text NOT NULL
);

CREATE VIEW public.export_shown AS
 SELECT e.id,
    e.state,
    e.pieces,
    e.format,
    e.created_by_id,
    row_to_json(( SELECT s.*::record AS s
           FROM ( SELECT public.number_id('exp_'::text, e.id) AS id,
                    e.what,
                    public.number_id('cmp_'::text, e.campaign_id) AS campaign,
                    e.format,
                    e.state,
                    e.rows,
                    e.total,
                    e.bytes,
                    e.error,
                    e.created_by,
                    public.utc(e.created_at) AS created_at,
                    public.utc(e.ended_at) AS ended_at,
                    public.utc(e.expires_at) AS expires_at) s)) AS shown
   FROM public.export e;

CREATE VIEW public.fact AS
 SELECT f.device_id,
    k.name,
        CASE
            WHEN (jsonb_typeof((k.pair -> 0)) = 'number'::text) THEN ((k.pair ->> 0))::double precision
            ELSE NULL::double precision
        END AS number,
        CASE
            WHEN (jsonb_typeof((k.pair -> 0)) = 'string'::text) THEN (k.pair ->> 0)
            ELSE NULL::text
        END AS text,
        CASE
            WHEN (jsonb_typeof((k.pair -> 0)) = 'boolean'::text) THEN ((k.pair ->> 0))::boolean
            ELSE NULL::boolean
        END AS flag,
    to_timestamp(((k.pair ->> 1))::double precision) AS at
   FROM (public.device_fact f
     CROSS JOIN LATERAL jsonb_each(f.doc) k(name, pair));

CREATE TABLE public.fact_sample (
    device_id bigint NOT NULL,
    name text NOT NULL,
    at timestamp with time zone NOT NULL,
    value double precision NOT NULL
);

CREATE TABLE public.fact_span (
    device_id bigint NOT NULL,
    name text NOT NULL,
    width_s integer NOT NULL,
    at timestamp with time zone NOT NULL,
    "least" double precision NOT NULL,
    most double precision NOT NULL,
    sum double precision NOT NULL,
    count integer NOT NULL,
    CONSTRAINT fact_span_count_check CHECK ((count > 0)),
    CONSTRAINT fact_span_width_s_check CHECK ((width_s = ANY (ARRAY[900, 86400])))
);

COMMENT ON COLUMN public.fact_span.at IS 'when it begins';

CREATE TABLE public.file (
    id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    version text,
    manufacturer text,
    product_class text,
    sha256 bytea NOT NULL,
    size bigint NOT NULL,
    device_id bigint,
    action_id text,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL,
    damaged_at timestamp with time zone,
    deleted_at timestamp with time zone,
    removed boolean DEFAULT false NOT NULL,
    CONSTRAINT file_id_check CHECK ((length(id) = 26)),
    CONSTRAINT file_kind_check CHECK ((kind = ANY (ARRAY['firmware'::text, 'config'::text, 'log'::text, 'other'::text]))),
    CONSTRAINT file_manufacturer_check CHECK (((length(manufacturer) >= 1) AND (length(manufacturer) <= 64))),
    CONSTRAINT file_name_check CHECK ((((length(name) >= 1) AND (length(name) <= 64)) AND (name ~ '^[A-Za-z0-9._-]+$'::text))),
    CONSTRAINT file_product_class_check CHECK (((length(product_class) >= 1) AND (length(product_class) <= 64))),
    CONSTRAINT file_sent_for_an_action CHECK (((device_id IS NULL) = (action_id IS NULL))),
    CONSTRAINT file_sha256_check CHECK ((length(sha256) = 32)),
    CONSTRAINT file_size_check CHECK ((size >= 0)),
    CONSTRAINT file_version_check CHECK (((length(version) >= 1) AND (length(version) <= 64)))
);

COMMENT ON COLUMN public.file.product_class IS 'which devices it is for; NULL: nobody has said';

COMMENT ON COLUMN public.file.device_id IS 'the device that sent it; NULL: it came through the API';

COMMENT ON COLUMN public.file.checked_at IS 'when its content was last read as a whole and was in order';

COMMENT ON COLUMN public.file.removed IS 'deleted, and its content is no longer in the directory for the sake of this row';

CREATE VIEW public.file_shown AS
 SELECT f.id,
    f.kind,
    f.name,
    f.product_class,
    f.device_id,
    f.deleted_at,
    row_to_json(s.*) AS shown
   FROM (public.file f
     CROSS JOIN LATERAL ( SELECT f.id,
            f.name,
            f.kind,
            f.version,
            f.manufacturer,
            f.product_class,
            f.size,
            encode(f.sha256, 'hex'::text) AS sha256,
            f.action_id AS action,
            f.created_by,
            public.utc(f.created_at) AS created_at,
            public.utc(f.checked_at) AS checked_at,
            (f.damaged_at IS NOT NULL) AS damaged) s);

CREATE TABLE public.firmware (
    id text NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    file_id text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    counter bigint,
    expires_at timestamp with time zone,
    state text DEFAULT 'draft'::text NOT NULL,
    state_since timestamp with time zone DEFAULT now() NOT NULL,
    disruptive boolean DEFAULT false NOT NULL,
    notes text,
    known_issues text,
    manifest text,
    signatures text[] DEFAULT '{}'::text[] NOT NULL,
    created_by text NOT NULL,
    created_by_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by text NOT NULL,
    changed_by_id bigint NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    approved_by text,
    approved_by_id bigint,
    approved_at timestamp with time zone,
    CONSTRAINT firmware_approval_is_whole CHECK ((((approved_by IS NULL) = (approved_by_id IS NULL)) AND ((approved_by IS NULL) = (approved_at IS NULL)))),
    CONSTRAINT firmware_counter_check CHECK ((counter > 0)),
    CONSTRAINT firmware_id_check CHECK ((length(id) = 26)),
    CONSTRAINT firmware_is_approved_by_another CHECK (((approved_by_id <> created_by_id) AND (approved_by_id <> changed_by_id))),
    CONSTRAINT firmware_is_approved_by_somebody CHECK (((state <> 'approved'::text) OR (approved_by_id IS NOT NULL))),
    CONSTRAINT firmware_known_issues_check CHECK ((known_issues <> ''::text)),
    CONSTRAINT firmware_manifest_check CHECK ((octet_length(manifest) <= 65536)),
    CONSTRAINT firmware_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT firmware_notes_check CHECK ((notes <> ''::text)),
    CONSTRAINT firmware_revision_check CHECK ((revision > 0)),
    CONSTRAINT firmware_signatures_are_of_a_manifest CHECK (((manifest IS NOT NULL) OR (signatures = '{}'::text[]))),
    CONSTRAINT firmware_signatures_check CHECK ((cardinality(signatures) <= 4)),
    CONSTRAINT firmware_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'testing'::text, 'approved'::text, 'retired'::text]))),
    CONSTRAINT firmware_version_check CHECK (((length(version) >= 1) AND (length(version) <= 64)))
);

COMMENT ON TABLE public.firmware IS 'the library; without a row a file is only a file';

COMMENT ON COLUMN public.firmware.version IS 'the SoftwareVersion that a device shows once it runs it';

COMMENT ON COLUMN public.firmware.counter IS 'of releases; where it is given, one with less than the newest that is approved for a model does not go there';

COMMENT ON COLUMN public.firmware.manifest IS 'exactly as it was signed (provisioning/firmware/manifest.h); NULL: it has none';

COMMENT ON COLUMN public.firmware.signatures IS 'base64, of these bytes';

COMMENT ON COLUMN public.firmware.changed_by IS 'who last changed what an approval is about: version, rules, counter, end';

CREATE VIEW public.firmware_shown AS
 SELECT w.id,
    w.state,
    w.revision,
    w.file_id,
    row_to_json(s.*) AS shown
   FROM ((public.firmware w
     JOIN public.file f ON ((f.id = w.file_id)))
     CROSS JOIN LATERAL ( SELECT w.id,
            w.name,
            w.version,
            w.state,
            public.utc(w.state_since) AS state_since,
            w.revision,
            w.counter,
            public.utc(w.expires_at) AS expires_at,
            COALESCE((w.expires_at <= now()), false) AS expired,
            w.disruptive,
            w.notes,
            w.known_issues,
            w.file_id AS file,
            f.name AS file_name,
            f.size,
            encode(f.sha256, 'hex'::text) AS sha256,
            ((f.damaged_at IS NOT NULL) OR (f.deleted_at IS NOT NULL)) AS damaged,
            cardinality(w.signatures) AS signatures,
            (w.manifest IS NOT NULL) AS has_manifest,
            ( SELECT COALESCE(json_agg(json_build_object('manufacturer', r.manufacturer, 'product_class', r.product_class, 'hardware_version', r.hardware_version, 'from_versions', r.from_versions) ORDER BY r.place), '[]'::json) AS "coalesce"
                   FROM public.firmware_rule r
                  WHERE (r.firmware_id = w.id)) AS rules,
            w.created_by,
            public.utc(w.created_at) AS created_at,
            w.changed_by,
            public.utc(w.changed_at) AS changed_at,
            w.approved_by,
            public.utc(w.approved_at) AS approved_at) s);

CREATE TABLE public.fleet_hour (
    at timestamp with time zone NOT NULL,
    succeeded bigint NOT NULL,
    failed bigint NOT NULL,
    expired bigint NOT NULL,
    cancelled bigint NOT NULL,
    p50_s double precision,
    p95_s double precision
);

COMMENT ON COLUMN public.fleet_hour.p50_s IS 'from when it was ordered to when the device began with it; NULL: none did';

CREATE TABLE public.fleet_minute (
    at timestamp with time zone NOT NULL,
    contacts bigint NOT NULL
);

CREATE TABLE public.fleet_view (
    scope text NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    began_at timestamp with time zone,
    reached bigint DEFAULT 0 NOT NULL,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    shown_at timestamp with time zone,
    shown jsonb,
    CONSTRAINT fleet_view_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
    CONSTRAINT fleet_view_is_of_a_time CHECK (((shown IS NULL) = (shown_at IS NULL))),
    CONSTRAINT fleet_view_shown_check CHECK ((jsonb_typeof(shown) = 'object'::text))
);

COMMENT ON COLUMN public.fleet_view.scope IS 'a filter (db/filter.h); empty: the whole fleet';

COMMENT ON COLUMN public.fleet_view.began_at IS 'when the newest round through the devices began';

COMMENT ON COLUMN public.fleet_view.reached IS 'the last device that this round has counted; 0: there is none under way';

COMMENT ON COLUMN public.fleet_view.counts IS 'of this round so far: a list (what is counted, of which kind) as text -> how many';

COMMENT ON COLUMN public.fleet_view.shown_at IS 'when the round began that found these figures';

CREATE TABLE public.handoff (
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    key text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    document text NOT NULL,
    page text NOT NULL,
    CONSTRAINT handoff_key_check CHECK ((length(key) = 44))
);
ALTER TABLE ONLY public.handoff ALTER COLUMN document SET COMPRESSION lz4;
ALTER TABLE ONLY public.handoff ALTER COLUMN page SET COMPRESSION lz4;

COMMENT ON COLUMN public.handoff.key IS 'nobody can guess it; it opens what lies beside it and nothing else';

ALTER TABLE public.handoff ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.handoff_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.idempotency (
    actor_id bigint NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status smallint,
    response text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    action_id text,
    CONSTRAINT idempotency_check CHECK (((status IS NULL) = (response IS NULL))),
    CONSTRAINT idempotency_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT idempotency_request_hash_check CHECK ((length(request_hash) = 32))
);

COMMENT ON COLUMN public.idempotency.request_hash IS 'SHA-256 of method, path and body';

COMMENT ON COLUMN public.idempotency.status IS 'of the answer that is given again; NULL: the first request is still running';

CREATE TABLE public.import_error (
    id bigint NOT NULL,
    import_id bigint NOT NULL,
    line bigint NOT NULL,
    pointer text,
    code text NOT NULL,
    message text NOT NULL,
    input text
);

COMMENT ON COLUMN public.import_error.input IS 'the cell; personal';

ALTER TABLE public.import_error ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.import_error_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.import_part (
    import_id bigint NOT NULL,
    number integer NOT NULL,
    bytes bytea NOT NULL
);

CREATE TABLE public.import_run (
    id bigint NOT NULL,
    state text DEFAULT 'receiving'::text NOT NULL,
    name text,
    format text DEFAULT 'csv'::text NOT NULL,
    encoding text DEFAULT 'utf-8'::text NOT NULL,
    key text DEFAULT 'external_id'::text NOT NULL,
    mode text DEFAULT 'upsert'::text NOT NULL,
    simulate boolean DEFAULT false NOT NULL,
    columns text,
    language text DEFAULT 'pt-BR'::text NOT NULL,
    header jsonb,
    bytes bigint DEFAULT 0 NOT NULL,
    line bigint DEFAULT 0 NOT NULL,
    made bigint DEFAULT 0 NOT NULL,
    changed bigint DEFAULT 0 NOT NULL,
    same bigint DEFAULT 0 NOT NULL,
    wrong bigint DEFAULT 0 NOT NULL,
    why text,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    lease_by text,
    lease_until timestamp with time zone,
    CONSTRAINT import_run_encoding_check CHECK ((encoding = ANY (ARRAY['utf-8'::text, 'windows-1252'::text]))),
    CONSTRAINT import_run_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'ndjson'::text]))),
    CONSTRAINT import_run_key_check CHECK ((key = ANY (ARRAY['external_id'::text, 'contract'::text, 'login'::text, 'serial'::text]))),
    CONSTRAINT import_run_mode_check CHECK ((mode = ANY (ARRAY['upsert'::text, 'create'::text, 'update'::text]))),
    CONSTRAINT import_run_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT import_run_state_check CHECK ((state = ANY (ARRAY['receiving'::text, 'waiting'::text, 'running'::text, 'simulated'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);

COMMENT ON COLUMN public.import_run.simulate IS 'it says what it would do, and waits to be told to';

COMMENT ON COLUMN public.import_run.columns IS 'what the caller says of the columns, before their names do';

COMMENT ON COLUMN public.import_run.header IS 'what was made of the columns';

COMMENT ON COLUMN public.import_run.line IS 'all up to this one has been gone through';

COMMENT ON COLUMN public.import_run.lease_by IS 'the server that works on it, until lease_until';

ALTER TABLE public.import_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.import_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.import_shown AS
 SELECT r.id,
    row_to_json(v.*) AS shown
   FROM (public.import_run r
     CROSS JOIN LATERAL ( SELECT public.number_id('imp_'::text, r.id) AS id,
            r.state,
            r.name,
            r.format,
            r.key,
            r.mode,
            r.simulate,
            r.header AS columns,
            r.bytes,
            r.line AS lines,
            ( SELECT row_to_json(c.*) AS row_to_json
                   FROM ( SELECT r.made AS new,
                            r.changed,
                            r.same,
                            r.wrong AS errors) c) AS counts,
            r.why,
            r.created_by,
            public.utc(r.created_at) AS created_at,
            public.utc(r.started_at) AS started_at,
            public.utc(r.ended_at) AS ended_at) v)
  WHERE (r.state <> 'receiving'::text);

CREATE TABLE public.incident (
    id bigint NOT NULL,
    kind text NOT NULL,
    place text NOT NULL,
    since timestamp with time zone NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    opened_by text,
    text text,
    forecast timestamp with time zone,
    changed_by text,
    closed_at timestamp with time zone,
    closed_by text,
    CONSTRAINT incident_kind_check CHECK ((kind = ANY (ARRAY['cto'::text, 'pon'::text, 'olt'::text, 'city'::text]))),
    CONSTRAINT incident_place_check CHECK ((place <> ''::text))
);

COMMENT ON COLUMN public.incident.opened_by IS 'NULL: the rule; likewise closed_by';

COMMENT ON COLUMN public.incident.text IS 'what agents are told beside it';

CREATE TABLE public.incident_home (
    incident_id bigint NOT NULL,
    device_id bigint NOT NULL,
    silent_at timestamp with time zone NOT NULL,
    back_at timestamp with time zone
);

ALTER TABLE public.incident ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.incident_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.incident_shown AS
 SELECT i.id,
    i.closed_at,
    row_to_json(s.*) AS shown
   FROM (public.incident i
     CROSS JOIN LATERAL ( SELECT i.kind,
            i.place,
            public.utc(i.since) AS since,
            public.utc(i.opened_at) AS opened_at,
            i.opened_by,
            i.text,
            public.utc(i.forecast) AS forecast,
            i.changed_by,
            public.utc(i.closed_at) AS closed_at,
            i.closed_by,
            ( SELECT count(*) AS count
                   FROM public.device_group g
                  WHERE ((g.kind = i.kind) AND (g.place = i.place))) AS homes,
            ( SELECT count(*) AS count
                   FROM public.incident_home h
                  WHERE (h.incident_id = i.id)) AS silent,
            ( SELECT count(h.back_at) AS count
                   FROM public.incident_home h
                  WHERE (h.incident_id = i.id)) AS back) s);

CREATE TABLE public.kill_switch (
    scope text NOT NULL,
    reason text NOT NULL,
    put_by text NOT NULL,
    putter bigint NOT NULL,
    put_at timestamp with time zone DEFAULT now() NOT NULL,
    release_by text,
    releaser bigint,
    release_at timestamp with time zone,
    CONSTRAINT kill_switch_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000))),
    CONSTRAINT kill_switch_release_is_whole CHECK (((release_by IS NULL) = (release_at IS NULL))),
    CONSTRAINT kill_switch_scope_check CHECK (((scope = ANY (ARRAY['all'::text, 'campaigns'::text])) OR (scope ~ '^kind:[a-z_.]+$'::text)))
);

COMMENT ON TABLE public.kill_switch IS 'all: whatever changes a device; campaigns: what campaigns do; kind:X: actions of that kind';

COMMENT ON COLUMN public.kill_switch.release_by IS 'who asks that it be put off';

CREATE TABLE public.migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.outbox_delivery ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outbox_event (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    type text NOT NULL,
    data jsonb NOT NULL,
    case_id bigint,
    CONSTRAINT outbox_event_data_check CHECK ((jsonb_typeof(data) = 'object'::text))
);

CREATE VIEW public.outbox_due AS
 SELECT d.id,
    d.outlet_id,
    d.next_at,
    d.tries,
    e.id AS event_id,
    e.type,
    e.at,
    e.data
   FROM ((public.outbox_delivery d
     JOIN public.outbox_event e ON ((e.id = d.event_id)))
     JOIN public.outlet o ON ((o.id = d.outlet_id)))
  WHERE ((d.state = 'waiting'::text) AND (d.next_at <= now()) AND o.enabled AND ((o.kind = 'webhook'::text) OR (NOT (EXISTS ( SELECT
           FROM (public.outbox_event b
             JOIN public.outbox_delivery x ON ((x.event_id = b.id)))
          WHERE ((b.case_id = e.case_id) AND (b.id < e.id) AND (x.outlet_id = d.outlet_id) AND (x.state = 'waiting'::text)))))));

ALTER TABLE public.outbox_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.outlet_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.playbook (
    id text NOT NULL,
    version integer NOT NULL,
    source text NOT NULL,
    built_in boolean DEFAULT false NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT playbook_id_check CHECK ((id ~ '^[a-z][a-z0-9_-]{0,39}$'::text)),
    CONSTRAINT playbook_source_check CHECK ((length(source) <= 262144)),
    CONSTRAINT playbook_version_check CHECK (((version >= 1) AND (version <= 1000000)))
);

COMMENT ON TABLE public.playbook IS 'the newest version of an id counts; the others stay for the runs that began with them';

COMMENT ON COLUMN public.playbook.built_in IS 'came with the program, and is here because a run began with it';

CREATE TABLE public.role (
    name text NOT NULL,
    title text NOT NULL,
    copy_of text NOT NULL,
    capabilities text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    revision bigint DEFAULT 1 NOT NULL,
    CONSTRAINT role_name_check CHECK ((name ~ '^[a-z][a-z0-9_-]{0,31}$'::text)),
    CONSTRAINT role_title_check CHECK ((title <> ''::text))
);

CREATE TABLE public.saved_filter (
    id bigint NOT NULL,
    owner_id bigint NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    q text NOT NULL,
    shared boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saved_filter_name_check CHECK ((name <> ''::text)),
    CONSTRAINT saved_filter_q_check CHECK ((q <> ''::text))
);

COMMENT ON COLUMN public.saved_filter.owner_id IS 'of the actor: a person or a program';

COMMENT ON COLUMN public.saved_filter.owner IS 'its name when it was saved';

COMMENT ON COLUMN public.saved_filter.q IS 'in the filter language, as it was typed';

ALTER TABLE public.saved_filter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.saved_filter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.saved_filter_shown AS
 SELECT f.id,
    f.owner_id,
    f.name,
    f.shared,
    row_to_json(( SELECT s.*::record AS s
           FROM ( SELECT public.number_id('flt_'::text, f.id) AS id,
                    f.name,
                    f.q,
                    f.shared,
                    f.owner AS created_by,
                    public.utc(f.created_at) AS created_at) s)) AS shown
   FROM public.saved_filter f;

CREATE TABLE public.secret_check (
    only_row boolean DEFAULT true NOT NULL,
    value text NOT NULL,
    CONSTRAINT secret_check_only_row_check CHECK (only_row)
);

CREATE TABLE public.secret_reveal (
    id bigint NOT NULL,
    device_id bigint NOT NULL,
    name text NOT NULL,
    by text NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT secret_reveal_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE public.secret_reveal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.secret_reveal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.setting (
    kind text NOT NULL,
    name text NOT NULL,
    technology text DEFAULT '*'::text NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    value jsonb,
    reason text,
    changed_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT setting_kind_check CHECK ((kind = ANY (ARRAY['threshold'::text, 'text'::text]))),
    CONSTRAINT setting_name_check CHECK ((name <> ''::text)),
    CONSTRAINT setting_reason_check CHECK ((reason <> ''::text)),
    CONSTRAINT setting_revision_check CHECK ((revision > 0)),
    CONSTRAINT setting_technology_check CHECK ((technology <> ''::text)),
    CONSTRAINT setting_value_is_of_its_kind CHECK (((value IS NULL) OR (
CASE kind
    WHEN 'threshold'::text THEN (jsonb_typeof(value) = 'number'::text)
    ELSE ((jsonb_typeof((value -> 'pt-BR'::text)) = 'string'::text) AND (jsonb_typeof((value -> 'en'::text)) = 'string'::text))
END IS TRUE)))
);

COMMENT ON TABLE public.setting IS 'the newest revision of each; one that was never changed has none';

COMMENT ON COLUMN public.setting.technology IS 'of a threshold: gpon …; *: of every home, and of texts';

COMMENT ON COLUMN public.setting.value IS 'a number, or {"pt-BR": …, "en": …}; NULL: it was set back to what is built in';

CREATE TABLE public.setting_revision (
    kind text NOT NULL,
    name text NOT NULL,
    technology text NOT NULL,
    revision integer NOT NULL,
    value jsonb,
    reason text,
    changed_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.sign_in_flow (
    hash bytea NOT NULL,
    state text NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_flow_hash_check CHECK ((length(hash) = 32))
);

COMMENT ON TABLE public.sign_in_flow IS 'people who are at the provider now, and come back with a code';

COMMENT ON COLUMN public.sign_in_flow.hash IS 'SHA-256 of the key, which only the browser has that has begun';

COMMENT ON COLUMN public.sign_in_flow.verifier IS 'of the challenge that the provider was given (RFC 7636)';

CREATE TABLE public.sign_in_guard (
    key bytea NOT NULL,
    tries integer NOT NULL,
    at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT sign_in_guard_key_check CHECK ((length(key) = 32))
);

COMMENT ON COLUMN public.sign_in_guard.key IS 'a hash: people type passwords where logins belong';

COMMENT ON COLUMN public.sign_in_guard.at IS 'of the last try that was let through';

ALTER TABLE public.subscriber ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.subscriber_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscriber_reveal (
    id bigint NOT NULL,
    subscriber_id bigint NOT NULL,
    field text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    by text NOT NULL,
    reason text,
    CONSTRAINT subscriber_reveal_field_check CHECK ((field = ANY (ARRAY['document'::text, 'phones'::text])))
);

ALTER TABLE public.subscriber_reveal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.subscriber_reveal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.subscriber_shown AS
 SELECT s.id,
    s.external_id,
    s.revision,
    row_to_json(x.*) AS shown
   FROM (public.subscriber s
     CROSS JOIN LATERAL ( SELECT public.number_id('sub_'::text, s.id) AS id,
            s.external_id,
            s.name,
            public.document_masked(s.document) AS document_masked,
            public.phones_shown(s.phones) AS phones,
            s.address,
            ( SELECT row_to_json(c.*) AS row_to_json
                   FROM ( SELECT s.contract AS number,
                            s.plan,
                            s.down_mbps,
                            s.up_mbps,
                            s.contract_status AS status) c) AS contract,
            s.login,
            s.serial,
            (jsonb_strip_nulls(jsonb_build_object('olt', s.olt, 'pon', s.pon, 'cto', s.cto, 'city', s.city, 'technology', s.technology)) || s.attributes) AS attributes,
            to_json(s.tags) AS tags,
            s.notes,
            ( SELECT COALESCE(json_agg(row_to_json(v.*) ORDER BY v.since), '[]'::json) AS "coalesce"
                   FROM ( SELECT public.number_id('dev_'::text, d.id) AS id,
                            d.serial,
                            d.product_class AS model,
                            public.utc(b.since) AS since,
                            public.utc(b.until) AS until,
                            d.online
                           FROM (public.binding b
                             JOIN public.device_shown d ON ((d.id = b.device_id)))
                          WHERE ((b.subscriber_id = s.id) AND (b.until IS NULL))) v) AS devices,
            ( SELECT COALESCE(json_agg(row_to_json(v.*) ORDER BY v.id), '[]'::json) AS "coalesce"
                   FROM ( SELECT public.number_id('dev_'::text, d.id) AS id,
                            d.serial,
                            d.product_class AS model,
                            d.online,
                            c.how
                           FROM (( SELECT t.device_id,
                                    'login'::text AS how
                                   FROM public.device_trace t
                                  WHERE ((t.kind = 'login'::text) AND (t.until IS NULL) AND (lower(t.value) = lower(s.login)))
                                UNION
                                 SELECT n.id,
                                    'serial'::text
                                   FROM public.device n
                                  WHERE (n.serial = ANY (ARRAY[s.serial, upper(s.serial), lower(s.serial)]))
                         LIMIT 10) c
                             JOIN public.device_shown d ON ((d.id = c.device_id)))
                          WHERE ((NOT (EXISTS ( SELECT
                                   FROM public.binding b
                                  WHERE ((b.subscriber_id = s.id) AND (b.until IS NULL))))) AND (NOT (EXISTS ( SELECT
                                   FROM public.binding b
                                  WHERE ((b.device_id = c.device_id) AND (b.until IS NULL))))))) v) AS candidates,
            s.revision,
            public.utc(s.created_at) AS created_at,
            public.utc(s.changed_at) AS changed_at,
            s.changed_by) x);

CREATE TABLE public.transfer_report (
    device_id bigint NOT NULL,
    command_key text NOT NULL,
    start_time text NOT NULL,
    complete_time text NOT NULL,
    fault_code bigint NOT NULL,
    fault_text text NOT NULL,
    action_id text,
    at timestamp with time zone NOT NULL,
    copies integer DEFAULT 1 NOT NULL
);

COMMENT ON COLUMN public.transfer_report.action_id IS 'what it is about; NULL: nobody here knows the key';

CREATE TABLE public.transfer_use (
    device_id bigint NOT NULL,
    action_id text NOT NULL,
    served bigint NOT NULL,
    requests integer DEFAULT 1 NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='80');

COMMENT ON COLUMN public.transfer_use.served IS 'bytes, at most; nothing is given out beyond a budget';

CREATE TABLE public.user_link (
    hash bytea NOT NULL,
    user_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT user_link_hash_check CHECK ((length(hash) = 32))
);

COMMENT ON COLUMN public.user_link.hash IS 'SHA-256 of the key, which is not kept';

COMMENT ON COLUMN public.user_link.user_id IS 'who may choose a password by it; NULL: whoever is the first user';

CREATE TABLE public.user_session (
    id bigint NOT NULL,
    hash bytea NOT NULL,
    user_id bigint NOT NULL,
    address text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    used_at timestamp with time zone DEFAULT now() NOT NULL,
    idle_until timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT user_session_hash_check CHECK ((length(hash) = 32))
);

COMMENT ON COLUMN public.user_session.hash IS 'SHA-256 of the cookie, which is not kept';

COMMENT ON COLUMN public.user_session.used_at IS 'good to a minute';

ALTER TABLE public.user_session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.user_session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.verdict ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.verdict_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.webhook_shown AS
 SELECT w.id,
    row_to_json(s.*) AS shown
   FROM (public.outlet w
     CROSS JOIN LATERAL ( SELECT public.number_id('whk_'::text, w.id) AS id,
            w.name,
            w.url,
            w.events,
            public.utc(w.created_at) AS created_at,
            w.created_by,
            w.enabled,
            w.disabled_why,
            public.utc(w.failing_since) AS failing_since,
                CASE
                    WHEN (w.old_until > now()) THEN public.utc(w.old_until)
                    ELSE NULL::text
                END AS old_secret_until,
            ( SELECT count(*) AS count
                   FROM public.outbox_delivery d
                  WHERE ((d.outlet_id = w.id) AND (d.state = 'waiting'::text))) AS waiting) s)
  WHERE (w.kind = 'webhook'::text);

ALTER TABLE ONLY public.action_event
    ADD CONSTRAINT action_event_pkey PRIMARY KEY (device_id, id);

ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_id_key UNIQUE (id);

ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_pkey PRIMARY KEY (device_id, id);

ALTER TABLE ONLY public.alarm
    ADD CONSTRAINT alarm_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.api_token
    ADD CONSTRAINT api_token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_login_key UNIQUE (login);

ALTER TABLE ONLY public.app_user
    ADD CONSTRAINT app_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_checkpoint
    ADD CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT audit_entry_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_event
    ADD CONSTRAINT campaign_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT campaign_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaign_sample
    ADD CONSTRAINT campaign_sample_pkey PRIMARY KEY (campaign_id, at);

ALTER TABLE ONLY public.campaign_target
    ADD CONSTRAINT campaign_target_pkey PRIMARY KEY (campaign_id, device_id);

ALTER TABLE ONLY public.campaign_wave
    ADD CONSTRAINT campaign_wave_pkey PRIMARY KEY (campaign_id, number);

ALTER TABLE ONLY public.case_day
    ADD CONSTRAINT case_day_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.case_entry
    ADD CONSTRAINT case_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_case
    ADD CONSTRAINT desk_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.desk_case
    ADD CONSTRAINT desk_case_protocol_key UNIQUE (protocol);

ALTER TABLE ONLY public.device_ability
    ADD CONSTRAINT device_ability_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_attribute
    ADD CONSTRAINT device_attribute_pkey PRIMARY KEY (device_id, path);

ALTER TABLE ONLY public.device_call
    ADD CONSTRAINT device_call_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_credential
    ADD CONSTRAINT device_credential_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_credential
    ADD CONSTRAINT device_credential_username_key UNIQUE (username);

ALTER TABLE ONLY public.device_event
    ADD CONSTRAINT device_event_pkey PRIMARY KEY (device_id, session_no, place);

ALTER TABLE ONLY public.device_fact
    ADD CONSTRAINT device_fact_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_hot
    ADD CONSTRAINT device_hot_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_page
    ADD CONSTRAINT device_page_pkey PRIMARY KEY (device_id, page);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.device_place
    ADD CONSTRAINT device_place_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_read
    ADD CONSTRAINT device_read_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.device_secret
    ADD CONSTRAINT device_secret_pkey PRIMARY KEY (device_id, name);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_serial_oui_product_class_key UNIQUE (serial, oui, product_class);

ALTER TABLE ONLY public.device_session
    ADD CONSTRAINT device_session_pkey PRIMARY KEY (device_id, session_no);

ALTER TABLE ONLY public.device_trace
    ADD CONSTRAINT device_trace_pkey PRIMARY KEY (device_id, kind, value, since);

ALTER TABLE ONLY public.device_watch
    ADD CONSTRAINT device_watch_pkey PRIMARY KEY (device_id);

ALTER TABLE ONLY public.export_piece
    ADD CONSTRAINT export_piece_pkey PRIMARY KEY (export_id, number);

ALTER TABLE ONLY public.export
    ADD CONSTRAINT export_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.fact_sample
    ADD CONSTRAINT fact_sample_pkey PRIMARY KEY (device_id, name, at);

ALTER TABLE ONLY public.fact_span
    ADD CONSTRAINT fact_span_pkey PRIMARY KEY (device_id, name, width_s, at);

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.firmware
    ADD CONSTRAINT firmware_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.firmware_rule
    ADD CONSTRAINT firmware_rule_pkey PRIMARY KEY (firmware_id, place);

ALTER TABLE ONLY public.fleet_hour
    ADD CONSTRAINT fleet_hour_pkey PRIMARY KEY (at);

ALTER TABLE ONLY public.fleet_minute
    ADD CONSTRAINT fleet_minute_pkey PRIMARY KEY (at);

ALTER TABLE ONLY public.fleet_view
    ADD CONSTRAINT fleet_view_pkey PRIMARY KEY (scope);

ALTER TABLE ONLY public.handoff
    ADD CONSTRAINT handoff_key_key UNIQUE (key);

ALTER TABLE ONLY public.handoff
    ADD CONSTRAINT handoff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (actor_id, key);

ALTER TABLE ONLY public.import_error
    ADD CONSTRAINT import_error_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.import_part
    ADD CONSTRAINT import_part_pkey PRIMARY KEY (import_id, number);

ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT import_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.incident_home
    ADD CONSTRAINT incident_home_pkey PRIMARY KEY (incident_id, device_id);

ALTER TABLE ONLY public.incident
    ADD CONSTRAINT incident_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kill_switch
    ADD CONSTRAINT kill_switch_pkey PRIMARY KEY (scope);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.outbox_delivery
    ADD CONSTRAINT outbox_delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox_event
    ADD CONSTRAINT outbox_event_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outlet
    ADD CONSTRAINT outlet_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.playbook
    ADD CONSTRAINT playbook_pkey PRIMARY KEY (id, version);

ALTER TABLE ONLY public.playbook_run
    ADD CONSTRAINT playbook_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.role
    ADD CONSTRAINT role_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.saved_filter
    ADD CONSTRAINT saved_filter_owner_id_name_key UNIQUE (owner_id, name);

ALTER TABLE ONLY public.saved_filter
    ADD CONSTRAINT saved_filter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.secret_check
    ADD CONSTRAINT secret_check_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.secret_reveal
    ADD CONSTRAINT secret_reveal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (kind, name, technology);

ALTER TABLE ONLY public.setting_revision
    ADD CONSTRAINT setting_revision_pkey PRIMARY KEY (kind, name, technology, revision);

ALTER TABLE ONLY public.sign_in_flow
    ADD CONSTRAINT sign_in_flow_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.sign_in_guard
    ADD CONSTRAINT sign_in_guard_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT subscriber_external_id_key UNIQUE (external_id);

ALTER TABLE ONLY public.subscriber
    ADD CONSTRAINT subscriber_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.subscriber_reveal
    ADD CONSTRAINT subscriber_reveal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (case_id, outlet_id);

ALTER TABLE ONLY public.transfer_report
    ADD CONSTRAINT transfer_report_pkey PRIMARY KEY (device_id, command_key, start_time);

ALTER TABLE ONLY public.transfer_use
    ADD CONSTRAINT transfer_use_pkey PRIMARY KEY (device_id, action_id);

ALTER TABLE ONLY public.user_link
    ADD CONSTRAINT user_link_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.user_session
    ADD CONSTRAINT user_session_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.user_session
    ADD CONSTRAINT user_session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.verdict
    ADD CONSTRAINT verdict_pkey PRIMARY KEY (id);

CREATE INDEX action_campaign ON public.action USING btree (campaign_id) WHERE ((campaign_id IS NOT NULL) AND (ended_at IS NULL));

CREATE INDEX action_ended ON public.action USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX action_event_age ON public.action_event USING brin (at);

CREATE INDEX action_event_of_action ON public.action_event USING btree (action_id, id);

CREATE INDEX action_expiry ON public.action USING btree (expires_at) WHERE (ended_at IS NULL);

CREATE INDEX action_of_case ON public.action USING btree (case_id) WHERE (case_id IS NOT NULL);

CREATE INDEX action_of_file ON public.action USING btree (((args ->> 'file'::text)), ended_at DESC) WHERE ((kind = ANY (ARRAY['firmware.install'::text, 'download.schedule'::text])) AND (ended_at IS NOT NULL) AND public.action_was_sent(memo));

CREATE INDEX action_open ON public.action USING btree (device_id) WHERE (ended_at IS NULL);

CREATE INDEX action_secret_age ON public.action USING btree (ended_at) WHERE ((ended_at IS NOT NULL) AND ((sealed IS NOT NULL) OR (undo IS NOT NULL)));

CREATE INDEX action_wake ON public.action USING btree (next_wake_at) WHERE (next_wake_at IS NOT NULL);

CREATE INDEX alarm_about ON public.alarm USING btree (about_id) WHERE (about_id IS NOT NULL);

CREATE UNIQUE INDEX alarm_open ON public.alarm USING btree (device_id, kind) WHERE (cleared_at IS NULL);

CREATE UNIQUE INDEX app_user_subject ON public.app_user USING btree (subject) WHERE (subject IS NOT NULL);

CREATE INDEX audit_entry_actor ON public.audit_entry USING btree (actor_id, at, seq);

CREATE INDEX audit_entry_at ON public.audit_entry USING btree (at, seq);

CREATE INDEX audit_entry_case ON public.audit_entry USING btree (case_id, at, seq) WHERE (case_id IS NOT NULL);

CREATE INDEX audit_entry_device ON public.audit_entry USING btree (device_id, at, seq) WHERE (device_id IS NOT NULL);

CREATE INDEX audit_entry_devices ON public.audit_entry USING gin (device_ids) WITH (gin_pending_list_limit='256') WHERE (device_ids IS NOT NULL);

CREATE INDEX audit_entry_subscriber ON public.audit_entry USING btree (subscriber_id, at, seq) WHERE (subscriber_id IS NOT NULL);

CREATE INDEX audit_entry_subscribers ON public.audit_entry USING gin (subscriber_ids) WITH (gin_pending_list_limit='256') WHERE (subscriber_ids IS NOT NULL);

CREATE INDEX binding_device ON public.binding USING btree (device_id, since);

CREATE UNIQUE INDEX binding_open ON public.binding USING btree (device_id) WHERE (until IS NULL);

CREATE INDEX binding_subscriber ON public.binding USING btree (subscriber_id, since);

CREATE INDEX campaign_at_work ON public.campaign USING btree (id) WHERE (state = ANY (ARRAY['listing'::text, 'running'::text, 'held'::text, 'paused'::text, 'halted'::text]));

CREATE INDEX campaign_event_of ON public.campaign_event USING btree (campaign_id, id);

CREATE INDEX campaign_target_bad ON public.campaign_target USING btree (device_id, judged_at) WHERE (state = ANY (ARRAY['failed'::text, 'looping'::text, 'lying'::text, 'missing'::text]));

CREATE UNIQUE INDEX campaign_target_in_flight ON public.campaign_target USING btree (device_id) WHERE (state = 'sent'::text);

CREATE INDEX campaign_target_judged ON public.campaign_target USING btree (campaign_id, judged_at) WHERE (judged_at IS NOT NULL);

CREATE INDEX campaign_target_state ON public.campaign_target USING btree (campaign_id, state, device_id) WHERE (state <> ALL (ARRAY['waiting'::text, 'excluded'::text]));

CREATE INDEX campaign_target_taken ON public.campaign_target USING btree (campaign_id, taken_at) WHERE (taken_at IS NOT NULL);

CREATE INDEX campaign_target_waiting ON public.campaign_target USING btree (campaign_id, again_at, place) WHERE (state = 'waiting'::text);

CREATE INDEX case_entry_contact ON public.case_entry USING btree (case_id, at) WHERE (kind = 'contact'::text);

CREATE INDEX case_entry_of_case ON public.case_entry USING btree (case_id, id);

CREATE INDEX desk_case_of_agent ON public.desk_case USING btree (actor_id, id);

CREATE INDEX desk_case_of_device ON public.desk_case USING btree (device_id, opened_at);

CREATE INDEX desk_case_of_subscriber ON public.desk_case USING btree (subscriber_id, opened_at) WHERE (subscriber_id IS NOT NULL);

CREATE UNIQUE INDEX desk_case_open ON public.desk_case USING btree (COALESCE(subscriber_id, (- device_id)), actor_id) WHERE (closed_at IS NULL);

CREATE INDEX desk_case_open_device ON public.desk_case USING btree (device_id) WHERE (closed_at IS NULL);

CREATE INDEX desk_case_open_subscriber ON public.desk_case USING btree (subscriber_id) WHERE (closed_at IS NULL);

CREATE INDEX desk_case_time ON public.desk_case USING btree (opened_at);

CREATE INDEX desk_case_waiting ON public.desk_case USING btree (queue, id) WHERE (state = ANY (ARRAY['escalated'::text, 'visit'::text]));

CREATE INDEX desk_use_actor ON public.desk_use USING btree (actor_id, at);

CREATE INDEX desk_use_age ON public.desk_use USING brin (at);

CREATE INDEX desk_use_device ON public.desk_use USING btree (device_id, at);

CREATE INDEX device_event_age ON public.device_event USING brin (at);

CREATE INDEX device_model ON public.device USING btree (product_class, software_version);

CREATE INDEX device_model_plain ON public.device USING btree (lower(product_class));

CREATE INDEX device_place_city ON public.device_place USING btree (city);

CREATE INDEX device_place_city_plain ON public.device_place USING btree (lower(city));

CREATE INDEX device_place_cto ON public.device_place USING btree (cto);

CREATE INDEX device_place_cto_plain ON public.device_place USING btree (lower(cto));

CREATE INDEX device_place_olt ON public.device_place USING btree (olt);

CREATE INDEX device_place_olt_plain ON public.device_place USING btree (lower(olt));

CREATE INDEX device_place_pon ON public.device_place USING btree (((COALESCE((olt || ' '::text), ''::text) || pon)));

CREATE INDEX device_serial_part ON public.device USING gin (serial public.gin_trgm_ops);

CREATE INDEX device_session_age ON public.device_session USING brin (ended_at);

CREATE INDEX device_trace_address ON public.device_trace USING btree (value, since) WHERE (kind = ANY (ARRAY['wan'::text, 'source'::text]));

CREATE INDEX device_trace_login ON public.device_trace USING btree (lower(value) text_pattern_ops) WHERE ((kind = 'login'::text) AND (until IS NULL));

CREATE INDEX device_trace_mac ON public.device_trace USING btree (value text_pattern_ops) WHERE ((kind = ANY (ARRAY['mac'::text, 'host'::text])) AND (until IS NULL));

CREATE INDEX device_trace_over ON public.device_trace USING btree (until) WHERE (until IS NOT NULL);

CREATE INDEX export_expires ON public.export USING btree (expires_at);

CREATE INDEX export_of ON public.export USING btree (created_by_id, id);

CREATE INDEX export_open ON public.export USING btree (id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE INDEX fact_sample_age ON public.fact_sample USING brin (at);

CREATE INDEX fact_span_age ON public.fact_span USING brin (at);

CREATE INDEX file_check ON public.file USING btree (checked_at) WHERE ((deleted_at IS NULL) AND (damaged_at IS NULL));

CREATE INDEX file_content ON public.file USING btree (sha256);

CREATE INDEX file_of_device ON public.file USING btree (device_id) WHERE (device_id IS NOT NULL);

CREATE INDEX file_to_remove ON public.file USING btree (deleted_at) WHERE ((deleted_at IS NOT NULL) AND (NOT removed));

CREATE UNIQUE INDEX firmware_of_file ON public.firmware USING btree (file_id) WHERE (state <> 'retired'::text);

CREATE INDEX firmware_rule_model ON public.firmware_rule USING btree (product_class);

CREATE INDEX firmware_state ON public.firmware USING btree (state, id);

CREATE INDEX handoff_of_case ON public.handoff USING btree (case_id, id);

CREATE INDEX idempotency_age ON public.idempotency USING brin (created_at);

CREATE INDEX import_error_of ON public.import_error USING btree (import_id, id);

CREATE INDEX import_run_open ON public.import_run USING btree (id) WHERE (state = ANY (ARRAY['receiving'::text, 'waiting'::text, 'running'::text, 'simulated'::text]));

CREATE INDEX incident_home_out ON public.incident_home USING btree (device_id) WHERE (back_at IS NULL);

CREATE UNIQUE INDEX incident_open ON public.incident USING btree (kind, place) WHERE (closed_at IS NULL);

CREATE INDEX outbox_delivery_due ON public.outbox_delivery USING btree (outlet_id, next_at) WHERE (state = 'waiting'::text);

CREATE INDEX outbox_delivery_of_event ON public.outbox_delivery USING btree (event_id);

CREATE INDEX outbox_delivery_of_outlet ON public.outbox_delivery USING btree (outlet_id, id);

CREATE INDEX outbox_event_age ON public.outbox_event USING brin (at);

CREATE INDEX outbox_event_of_case ON public.outbox_event USING btree (case_id, id) WHERE (case_id IS NOT NULL);

CREATE INDEX playbook_run_age ON public.playbook_run USING brin (changed_at);

CREATE INDEX playbook_run_of_case ON public.playbook_run USING btree (case_id) WHERE (case_id IS NOT NULL);

CREATE INDEX playbook_run_of_device ON public.playbook_run USING btree (device_id, id);

CREATE INDEX playbook_run_of_playbook ON public.playbook_run USING btree (playbook, version);

CREATE INDEX saved_filter_shared ON public.saved_filter USING btree (name) WHERE shared;

CREATE INDEX secret_reveal_of_device ON public.secret_reveal USING btree (device_id, at);

CREATE INDEX sign_in_flow_age ON public.sign_in_flow USING btree (expires_at);

CREATE INDEX sign_in_guard_age ON public.sign_in_guard USING btree (at);

CREATE INDEX subscriber_contract ON public.subscriber USING btree (contract);

CREATE INDEX subscriber_document ON public.subscriber USING btree (document);

CREATE INDEX subscriber_login ON public.subscriber USING btree (lower(login) text_pattern_ops);

CREATE INDEX subscriber_login_plain ON public.subscriber USING btree (lower(login));

CREATE INDEX subscriber_phones ON public.subscriber USING gin (public.phone_keys(phones));

CREATE INDEX subscriber_reveal_of ON public.subscriber_reveal USING btree (subscriber_id);

CREATE INDEX subscriber_serial ON public.subscriber USING btree (upper(serial)) WHERE (serial IS NOT NULL);

CREATE INDEX subscriber_tags ON public.subscriber USING gin (tags);

CREATE INDEX subscriber_words ON public.subscriber USING gin (words public.gin_trgm_ops);

CREATE INDEX ticket_due ON public.ticket USING btree (next_read_at) WHERE (next_read_at IS NOT NULL);

CREATE INDEX ticket_of_outlet ON public.ticket USING btree (outlet_id);

CREATE INDEX transfer_report_age ON public.transfer_report USING brin (at);

CREATE INDEX user_link_user ON public.user_link USING btree (user_id);

CREATE INDEX user_session_age ON public.user_session USING btree (expires_at);

CREATE INDEX user_session_user ON public.user_session USING btree (user_id) WHERE (ended_at IS NULL);

CREATE INDEX verdict_age ON public.verdict USING brin (at);

CREATE INDEX verdict_device ON public.verdict USING btree (device_id, id);

CREATE INDEX verdict_of_case ON public.verdict USING btree (case_id) WHERE (case_id IS NOT NULL);

CREATE TRIGGER action_event_outbox AFTER INSERT ON public.action_event REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.outbox_tell_actions();

CREATE TRIGGER action_event_tell AFTER INSERT ON public.action_event REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.action_event_tell();

CREATE TRIGGER action_may_send BEFORE UPDATE ON public.action FOR EACH ROW WHEN (((new.intent IS NOT NULL) AND (new.intent_at IS DISTINCT FROM old.intent_at) AND (NOT old.touched))) EXECUTE FUNCTION public.action_may_send();

CREATE TRIGGER audit_checkpoint_is_not_emptied BEFORE TRUNCATE ON public.audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION public.audit_checkpoint_stays();

CREATE TRIGGER audit_checkpoint_stays BEFORE DELETE OR UPDATE ON public.audit_checkpoint FOR EACH ROW EXECUTE FUNCTION public.audit_checkpoint_stays();

CREATE TRIGGER audit_entry_is_not_emptied BEFORE TRUNCATE ON public.audit_entry FOR EACH STATEMENT EXECUTE FUNCTION public.audit_entry_stays();

CREATE TRIGGER audit_entry_stays BEFORE DELETE OR UPDATE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION public.audit_entry_stays();

CREATE TRIGGER binding_case AFTER INSERT ON public.binding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.case_follow();

CREATE TRIGGER binding_place_ended AFTER UPDATE ON public.binding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.binding_place();

CREATE TRIGGER binding_place_gone AFTER DELETE ON public.binding REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.binding_place();

CREATE TRIGGER binding_place_made AFTER INSERT ON public.binding REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.binding_place();

CREATE TRIGGER campaign_count AFTER UPDATE ON public.campaign_target REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION public.campaign_count();

CREATE TRIGGER campaign_event_tell AFTER INSERT ON public.campaign_event FOR EACH ROW EXECUTE FUNCTION public.campaign_wave_tell();

CREATE TRIGGER campaign_sent AFTER UPDATE ON public.action FOR EACH ROW WHEN (((new.campaign_id IS NOT NULL) AND new.touched AND (NOT old.touched))) EXECUTE FUNCTION public.campaign_sent();

CREATE TRIGGER campaign_tell AFTER INSERT OR UPDATE ON public.campaign FOR EACH ROW EXECUTE FUNCTION public.campaign_tell();

CREATE TRIGGER campaign_wave_tell AFTER UPDATE ON public.campaign_wave FOR EACH ROW EXECUTE FUNCTION public.campaign_wave_tell();

CREATE TRIGGER desk_case_moved AFTER UPDATE ON public.desk_case FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION public.desk_case_tell();

CREATE TRIGGER desk_case_moved_outbox AFTER UPDATE ON public.desk_case FOR EACH ROW WHEN (((old.state <> new.state) AND (new.state <> 'escalated'::text))) EXECUTE FUNCTION public.outbox_tell_case();

CREATE TRIGGER desk_case_opened AFTER INSERT ON public.desk_case FOR EACH ROW EXECUTE FUNCTION public.desk_case_tell();

CREATE TRIGGER desk_case_opened_outbox AFTER INSERT ON public.desk_case FOR EACH ROW EXECUTE FUNCTION public.outbox_tell_case();

CREATE TRIGGER device_announced AFTER INSERT ON public.device FOR EACH ROW EXECUTE FUNCTION public.device_announced();

CREATE TRIGGER device_credential_tell AFTER INSERT OR DELETE OR UPDATE ON public.device_credential FOR EACH ROW EXECUTE FUNCTION public.device_credential_tell();

CREATE TRIGGER device_fact_tell AFTER INSERT OR UPDATE ON public.device_fact FOR EACH ROW EXECUTE FUNCTION public.device_fact_tell();

CREATE TRIGGER device_fact_trace AFTER UPDATE ON public.device_fact FOR EACH ROW WHEN ((public.facts_traced_as_told(old.doc) IS DISTINCT FROM public.facts_traced_as_told(new.doc))) EXECUTE FUNCTION public.device_fact_trace();

CREATE TRIGGER device_fact_trace_new AFTER INSERT ON public.device_fact FOR EACH ROW EXECUTE FUNCTION public.device_fact_trace();

CREATE TRIGGER device_source_trace AFTER UPDATE OF source_address ON public.device FOR EACH ROW WHEN ((old.source_address IS DISTINCT FROM new.source_address)) EXECUTE FUNCTION public.device_source_trace();

CREATE TRIGGER handoff_outbox AFTER INSERT ON public.handoff FOR EACH ROW EXECUTE FUNCTION public.outbox_tell_handoff();

CREATE TRIGGER incident_closed_outbox AFTER UPDATE ON public.incident FOR EACH ROW WHEN (((old.closed_at IS NULL) AND (new.closed_at IS NOT NULL))) EXECUTE FUNCTION public.outbox_tell_incident();

CREATE TRIGGER incident_opened_outbox AFTER INSERT ON public.incident FOR EACH ROW EXECUTE FUNCTION public.outbox_tell_incident();

CREATE TRIGGER setting_changed AFTER INSERT OR UPDATE ON public.setting FOR EACH ROW EXECUTE FUNCTION public.setting_changed();

CREATE TRIGGER subscriber_place AFTER UPDATE ON public.subscriber REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.subscriber_place();

ALTER TABLE ONLY public.action
    ADD CONSTRAINT action_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(id);

ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.binding
    ADD CONSTRAINT binding_subscriber_id_fkey FOREIGN KEY (subscriber_id) REFERENCES public.subscriber(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign
    ADD CONSTRAINT campaign_after_id_fkey FOREIGN KEY (after_id) REFERENCES public.campaign(id);

ALTER TABLE ONLY public.campaign_event
    ADD CONSTRAINT campaign_event_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_sample
    ADD CONSTRAINT campaign_sample_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaign_wave
    ADD CONSTRAINT campaign_wave_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.case_entry
    ADD CONSTRAINT case_entry_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.desk_case(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.desk_case
    ADD CONSTRAINT desk_case_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(id);

ALTER TABLE ONLY public.device_credential
    ADD CONSTRAINT device_credential_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.device_place
    ADD CONSTRAINT device_place_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.export
    ADD CONSTRAINT export_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaign(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.export_piece
    ADD CONSTRAINT export_piece_export_id_fkey FOREIGN KEY (export_id) REFERENCES public.export(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.firmware
    ADD CONSTRAINT firmware_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.file(id);

ALTER TABLE ONLY public.firmware_rule
    ADD CONSTRAINT firmware_rule_firmware_id_fkey FOREIGN KEY (firmware_id) REFERENCES public.firmware(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.handoff
    ADD CONSTRAINT handoff_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.desk_case(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.import_error
    ADD CONSTRAINT import_error_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.import_run(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.import_part
    ADD CONSTRAINT import_part_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.import_run(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.incident_home
    ADD CONSTRAINT incident_home_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES public.incident(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outbox_delivery
    ADD CONSTRAINT outbox_delivery_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.outbox_event(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outbox_delivery
    ADD CONSTRAINT outbox_delivery_outlet_id_fkey FOREIGN KEY (outlet_id) REFERENCES public.outlet(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.playbook_run
    ADD CONSTRAINT playbook_run_device_id_fkey FOREIGN KEY (device_id) REFERENCES public.device(id);

ALTER TABLE ONLY public.playbook_run
    ADD CONSTRAINT playbook_run_playbook_version_fkey FOREIGN KEY (playbook, version) REFERENCES public.playbook(id, version);

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.desk_case(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_outlet_id_fkey FOREIGN KEY (outlet_id) REFERENCES public.outlet(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_link
    ADD CONSTRAINT user_link_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_session
    ADD CONSTRAINT user_session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.app_user(id) ON DELETE CASCADE;
