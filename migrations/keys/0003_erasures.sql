-- Which customers were erased: the lines of the lists of all processes
-- (api/keys/shared_erasures.hpp).
CREATE TABLE erasure (
    number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    line text NOT NULL,
    sha256 text NOT NULL UNIQUE  -- of the line, which may be too long for an index
);
