-- What agents have done to devices, by which they are held to the limits of the desk.
CREATE TABLE desk_use (
    token_id  bigint NOT NULL,
    device_id bigint NOT NULL,
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind      text NOT NULL
);

CREATE INDEX desk_use_token ON desk_use (token_id, at);
CREATE INDEX desk_use_device ON desk_use (device_id, at);
CREATE INDEX desk_use_age ON desk_use USING brin (at);
