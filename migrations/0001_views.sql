-- What every view has besides its own tables: versions, checkpoints, dead letters.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A version of a view: one set of tables, in the schema <view>_<version>. At most one is live: the
-- stable SQL views of the schema <view> show it. A rebuild fills the next one beside it; the one
-- before is fed on until it is dropped, so that it can be swapped back.
CREATE TABLE view_version (
    view text NOT NULL,
    version integer NOT NULL,
    -- The projection's own version in the program that made the tables.
    code_version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('building', 'live', 'previous')),
    -- Raised by every batch; the compare-and-set that fences two runners from each other.
    generation bigint NOT NULL DEFAULT 0,
    -- Empty while the view goes on; else why it stopped.
    stopped text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (view, version)
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX view_version_live ON view_version (view) WHERE state = 'live';

-- How far a version has read each partition.
CREATE TABLE view_checkpoint (
    view text NOT NULL,
    version integer NOT NULL,
    partition text NOT NULL,
    next_offset bigint NOT NULL,
    -- State of the reader rules behind the entry read last, and that entry's hash, so that a log
    -- that is not the one it was is noticed (events/reader_rules.hpp: Checkpoint, as JSON).
    checkpoint text NOT NULL,
    PRIMARY KEY (view, version, partition),
    FOREIGN KEY (view, version) REFERENCES view_version ON DELETE CASCADE
) WITH (fillfactor = 50);

-- Records that a version could not apply, and those that had to wait behind them.
CREATE TABLE dead_letter (
    view text NOT NULL,
    version integer NOT NULL,
    partition text NOT NULL,
    record_offset bigint NOT NULL,
    -- The dead letter it waits behind; NULL for a record that failed by itself.
    behind text,
    error text NOT NULL,
    streams text[] NOT NULL,
    record text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (view, version, partition, record_offset),
    FOREIGN KEY (view, version) REFERENCES view_version ON DELETE CASCADE
);
