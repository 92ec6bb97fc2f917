-- Homes that fail together. A home belongs to up to four groups; that of a PON is named with its OLT, since their numbers repeat.
CREATE VIEW device_group AS
SELECT device_id, 1 AS rank, 'cto' AS kind, cto AS place FROM device_place WHERE cto IS NOT NULL
 UNION ALL
SELECT device_id, 2, 'pon', coalesce(olt || ' ', '') || pon FROM device_place WHERE pon IS NOT NULL
 UNION ALL
SELECT device_id, 3, 'olt', olt FROM device_place WHERE olt IS NOT NULL
 UNION ALL
SELECT device_id, 4, 'city', city FROM device_place WHERE city IS NOT NULL;

CREATE INDEX device_place_cto ON device_place (cto);
CREATE INDEX device_place_pon ON device_place ((coalesce(olt || ' ', '') || pon));
CREATE INDEX device_place_olt ON device_place (olt);
CREATE INDEX device_place_city ON device_place (city);

CREATE TABLE incident (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('cto', 'pon', 'olt', 'city')),
    place      text NOT NULL CHECK (place <> ''),
    since      timestamptz NOT NULL,
    opened_at  timestamptz NOT NULL DEFAULT now(),
    opened_by  text,
    text       text,
    forecast   timestamptz,
    changed_by text,
    closed_at  timestamptz,
    closed_by  text
);

COMMENT ON COLUMN incident.opened_by IS 'NULL: the rule; likewise closed_by';
COMMENT ON COLUMN incident.text IS 'what agents are told beside it';

CREATE UNIQUE INDEX incident_open ON incident (kind, place) WHERE closed_at IS NULL;

-- Who fell silent with it.
CREATE TABLE incident_home (
    incident_id bigint NOT NULL REFERENCES incident ON DELETE CASCADE,
    device_id   bigint NOT NULL,
    silent_at   timestamptz NOT NULL,
    back_at     timestamptz,
    PRIMARY KEY (incident_id, device_id)
);

CREATE INDEX incident_home_out ON incident_home (device_id) WHERE back_at IS NULL;

CREATE VIEW incident_shown AS
SELECT i.id, i.closed_at, row_to_json(s) AS shown
  FROM incident i
 CROSS JOIN LATERAL (
       SELECT i.kind,
              i.place,
              utc(i.since) AS since,
              utc(i.opened_at) AS opened_at,
              i.opened_by,
              i.text,
              utc(i.forecast) AS forecast,
              i.changed_by,
              utc(i.closed_at) AS closed_at,
              i.closed_by,
              (SELECT count(*) FROM device_group g WHERE g.kind = i.kind AND g.place = i.place) AS homes,
              (SELECT count(*) FROM incident_home h WHERE h.incident_id = i.id) AS silent,
              (SELECT count(h.back_at) FROM incident_home h WHERE h.incident_id = i.id) AS back) s;
