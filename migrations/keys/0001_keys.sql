-- The keys of what is sealed in the log, and the secrets, of a shop of several processes. Beside
-- nothing else: whoever reads this schema reads every person.

CREATE TABLE key_maker (
    id uuid PRIMARY KEY,  -- one life of a process
    seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE key (
    number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    tag text NOT NULL,
    use text NOT NULL CHECK (use IN ('person', 'token')),
    maker uuid NOT NULL REFERENCES key_maker,
    value bytea,
    destroyed_at timestamptz,
    CHECK ((value IS NULL) = (destroyed_at IS NOT NULL))
);

CREATE TABLE secret (
    name text PRIMARY KEY,
    value text NOT NULL
);

-- What processes change together, such as the list of staff keys (their hashes).
CREATE TABLE kept_text (
    name text PRIMARY KEY,
    text text NOT NULL
);
