-- What the partitions of the log come to, for a new machine of a shop of several processes: a copy
-- that may be deleted at any time. So it is not written to the server's own log: a server that
-- crashes empties it, a standby has none of it, and whoever serves a partition writes it anew.

CREATE UNLOGGED TABLE snapshot (
    partition text NOT NULL,
    entry bigint NOT NULL,  -- the offset behind which it stands
    term bigint NOT NULL,
    manifest text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (partition, entry, term)
);

CREATE UNLOGGED TABLE snapshot_chunk (
    partition text NOT NULL,
    entry bigint NOT NULL,
    term bigint NOT NULL,
    sha256 text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (partition, entry, term, sha256)
);
