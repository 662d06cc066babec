-- The keys of tokens that a dead process left are found by their maker (decision 0024).
CREATE INDEX key_live_token ON key (maker) WHERE use = 'token' AND value IS NOT NULL;
