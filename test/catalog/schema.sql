CREATE TABLE artifacts (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

CREATE INDEX artifacts_by_kind ON artifacts (kind, created_at, id);

CREATE TABLE events (
    run_id   TEXT NOT NULL REFERENCES runs (id),
    sequence INTEGER NOT NULL,
    attempt  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (run_id, sequence)
  ) STRICT, WITHOUT ROWID;

CREATE TABLE metrics (
    run_id TEXT NOT NULL REFERENCES runs (id),
    name   TEXT NOT NULL,
    step   INTEGER NOT NULL,
    value  REAL NOT NULL,
    PRIMARY KEY (run_id, name, step)
  ) STRICT, WITHOUT ROWID;

CREATE TABLE reports (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;

CREATE TABLE run_artifacts (
    run_id      TEXT NOT NULL REFERENCES runs (id),
    direction   TEXT NOT NULL CHECK (direction IN ('input','output')),
    role        TEXT NOT NULL,
    artifact_id TEXT NOT NULL REFERENCES artifacts (id),
    label       TEXT NOT NULL,
    PRIMARY KEY (run_id, direction, role)
  ) STRICT, WITHOUT ROWID;

CREATE INDEX run_artifacts_by_artifact ON run_artifacts (artifact_id, direction);

CREATE TABLE runs (
    -- Counts in the order of submission; lists are ordered by it.
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    -- The request as canonical JSON at the version it was submitted with, and that text's SHA-256.
    spec          TEXT NOT NULL,
    spec_hash     TEXT NOT NULL,
    title         TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('queued','running','finished','failed','cancelled','interrupted')),
    attempt       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    started_at    INTEGER,
    ended_at      INTEGER,
    -- Milliseconds executing, over all attempts.
    elapsed_ms    INTEGER NOT NULL DEFAULT 0,
    -- JSON documents; null until the run has said so.
    progress      TEXT,
    error         TEXT,
    environment   TEXT,
    last_sequence INTEGER NOT NULL DEFAULT 0
  , tags TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', queue_place INTEGER) STRICT;

CREATE INDEX runs_by_kind ON runs (kind, number);

CREATE INDEX runs_by_spec ON runs (spec_hash, number);

CREATE INDEX runs_by_state ON runs (state, number);

CREATE INDEX runs_in_queue ON runs (queue_place IS NULL, queue_place, number) WHERE state = 'queued';

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE studies (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    -- The template as canonical JSON; the same template continues the same study.
    template      TEXT NOT NULL,
    template_hash TEXT NOT NULL UNIQUE,
    state         TEXT NOT NULL CHECK (state IN ('running','finished','stopped')),
    -- Why a step could not be submitted, as a JSON document; a run's own error is with the run.
    error         TEXT,
    created_at    INTEGER NOT NULL
  ) STRICT;

CREATE TABLE study_steps (
    study_id TEXT NOT NULL REFERENCES studies (id),
    step_id  TEXT NOT NULL,
    run_id   TEXT NOT NULL REFERENCES runs (id),
    reused   INTEGER NOT NULL CHECK (reused IN (0, 1)),
    PRIMARY KEY (study_id, step_id)
  ) STRICT, WITHOUT ROWID;