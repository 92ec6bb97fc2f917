-- Playbooks, each version as it was written, and the runs of agents through them. Neither is written by a worker.
CREATE TABLE playbook (
    id         text NOT NULL CHECK (id ~ '^[a-z][a-z0-9_-]{0,39}$'),
    version    integer NOT NULL CHECK (version BETWEEN 1 AND 1000000),
    source     text NOT NULL CHECK (length(source) <= 262144),
    built_in   boolean NOT NULL DEFAULT false,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, version)
);

COMMENT ON TABLE playbook IS 'the newest version of an id counts; the others stay for the runs that began with them';
COMMENT ON COLUMN playbook.built_in IS 'came with the program, and is here because a run began with it';

CREATE TABLE playbook_run (
    id          text PRIMARY KEY CHECK (id ~ '^run_[0-9a-z]{22}$'),
    device_id   bigint NOT NULL REFERENCES device,
    playbook    text NOT NULL,
    version     integer NOT NULL,
    dry         boolean NOT NULL,
    phase       text NOT NULL CHECK (phase IN ('asking', 'pausing', 'refreshing', 'doing', 'ended', 'cancelled', 'stuck')),
    step        text NOT NULL,
    outcome     text,
    state       jsonb NOT NULL CHECK (jsonb_typeof(state) = 'object'),
    revision    integer NOT NULL DEFAULT 0,
    started_by  text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    ended_at    timestamptz,
    FOREIGN KEY (playbook, version) REFERENCES playbook,
    CONSTRAINT playbook_run_end_is_a_phase CHECK ((ended_at IS NOT NULL) = (phase IN ('ended', 'cancelled'))),
    CONSTRAINT playbook_run_end_has_an_outcome CHECK ((outcome IS NOT NULL) = (phase = 'ended'))
);
ALTER TABLE playbook_run ALTER COLUMN state SET COMPRESSION lz4;

COMMENT ON COLUMN playbook_run.state IS 'all that provisioning/playbook/run.h knows of it, its path included';
COMMENT ON COLUMN playbook_run.revision IS 'the guard: whoever saves names the one that was read, and makes it one more';

CREATE INDEX playbook_run_of_device ON playbook_run (device_id, id);
CREATE INDEX playbook_run_of_playbook ON playbook_run (playbook, version);
