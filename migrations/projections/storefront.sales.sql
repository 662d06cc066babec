-- The storefront's tables, continued from storefront.sql: orders, payments, fulfillments, credit
-- notes, customers. What a sale shows of its payments and fulfillments is computed anew from all of
-- them whenever one changes.

-- ---- Orders -------------------------------------------------------------------------------------

-- core/order/payment_status.hpp, as Postgres reads it: the two say the same (a test compares them).
CREATE FUNCTION payment_status(total bigint, due bigint, captured bigint, refunded bigint,
                               held bigint, unpaid_status text) RETURNS text
LANGUAGE sql IMMUTABLE RETURN CASE
    WHEN captured - refunded > due OR held > total
         OR captured > refunded AND captured - refunded >= due AND held > 0 THEN 'overpaid'
    WHEN total = 0 THEN 'not_required'
    WHEN refunded > 0 THEN CASE WHEN refunded < captured THEN 'partially_' ELSE '' END || 'refunded'
    WHEN captured > 0 THEN CASE WHEN captured < due THEN 'partially_' ELSE '' END || 'captured'
    WHEN held > 0 THEN 'authorized' ELSE unpaid_status END;

-- Personal values stay sealed: person is the id of the key, contact the ciphertext. email_hash is
-- a keyed hash of the contact's e-mail address, by which staff find the order; empty if nobody can
-- read the address.
--
-- The ledger: due = what the lines cost, less what was canceled and credited of them; balance = due
-- less what was captured and not refunded. A negative balance is owed to the buyer.
CREATE TABLE sale (
    order_id text PRIMARY KEY,
    number text,
    placed_at timestamptz,
    confirmed_at timestamptz,
    canceled_at timestamptz,
    hold text NOT NULL DEFAULT '', -- why nothing of it is shipped; empty: it is not held
    source text,
    channel text,
    external_system text, external_id text,
    checkout_id text, cart_id text,
    customer_id text,
    person text,
    contact text,
    country text,
    currency text,
    items bigint,     -- units
    items_total bigint, discount bigint, shipping bigint, tax bigint, total bigint,
    lines text,       -- JSON
    access_token_hash text,
    email_hash text,
    canceled_items bigint NOT NULL DEFAULT 0, -- units of lines that were canceled in part
    canceled bigint NOT NULL DEFAULT 0,       -- … what they cost
    credited bigint NOT NULL DEFAULT 0,
    given bigint NOT NULL DEFAULT 0,          -- of it, back in cash and such: kept of the payments
    captured bigint NOT NULL DEFAULT 0,       -- by all of its payments, as are the next three
    refunded bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,           -- authorized, and nothing of it captured
    unpaid_status text NOT NULL DEFAULT 'pending', -- its payment_status while no money is there
    shipped_items bigint NOT NULL DEFAULT 0,  -- units in fulfillments that left the house
    delivered_items bigint NOT NULL DEFAULT 0,
    status text GENERATED ALWAYS AS (
        CASE WHEN canceled_at IS NOT NULL THEN 'canceled'
             WHEN hold <> '' THEN 'on_hold'
             WHEN confirmed_at IS NOT NULL THEN 'confirmed' ELSE 'placed' END
    ) STORED,
    due bigint GENERATED ALWAYS AS (
        CASE WHEN canceled_at IS NULL THEN total - canceled - credited ELSE 0 END + given
    ) STORED,
    balance bigint GENERATED ALWAYS AS (
        CASE WHEN canceled_at IS NULL THEN total - canceled - credited ELSE 0 END + given
        - captured + refunded
    ) STORED,
    payment_status text GENERATED ALWAYS AS (payment_status(
        total, CASE WHEN canceled_at IS NULL THEN total - canceled - credited ELSE 0 END + given,
        captured, refunded, held, unpaid_status)) STORED,
    fulfillment_status text GENERATED ALWAYS AS (
        CASE WHEN shipped_items = 0 THEN 'unfulfilled'
             WHEN shipped_items < items - canceled_items THEN 'partially_fulfilled'
             WHEN delivered_items < items - canceled_items THEN 'fulfilled' ELSE 'delivered' END
    ) STORED
) WITH (fillfactor = 80);
CREATE INDEX sale_placed ON sale (placed_at DESC, order_id DESC);
CREATE INDEX sale_number ON sale (number text_pattern_ops);
CREATE INDEX sale_external ON sale (external_id) WHERE external_id <> '';
CREATE INDEX sale_email ON sale (email_hash, placed_at DESC, order_id DESC);
CREATE INDEX sale_person ON sale (person);
CREATE INDEX sale_customer ON sale (customer_id, placed_at DESC, order_id DESC)
    WHERE customer_id <> '';
-- What stands behind the id is for filters: rows that do not pass are not even looked at.
CREATE INDEX sale_country ON sale
    (country, placed_at DESC, order_id DESC, status, payment_status, fulfillment_status);
CREATE INDEX sale_status ON sale
    (status, placed_at DESC, order_id DESC, payment_status, fulfillment_status, country);
CREATE INDEX sale_payment_status ON sale
    (payment_status, placed_at DESC, order_id DESC, status, fulfillment_status, country);
CREATE INDEX sale_fulfillment_status ON sale
    (fulfillment_status, placed_at DESC, order_id DESC, status, payment_status, country);
CREATE INDEX sale_balance ON sale (sign(balance), placed_at DESC, order_id DESC);
CREATE STATISTICS sale_meet (mcv) ON status, payment_status, fulfillment_status FROM sale;

-- The keys of persons who were erased: an order that is read later has no hash either, though the
-- process that reads it may not have heard yet that the key was destroyed.
CREATE TABLE erased_person (
    person text PRIMARY KEY
);

-- What staff noted. The text stays sealed: person is the id of the key.
CREATE TABLE order_note (
    order_id text NOT NULL,
    number bigint NOT NULL,   -- of its order, from 1
    noted_at timestamptz NOT NULL,
    actor_kind text NOT NULL, -- who recorded it
    actor_id text NOT NULL,
    person text NOT NULL,
    sealed text NOT NULL,
    PRIMARY KEY (order_id, number)
);

CREATE TABLE payment (
    payment_id text PRIMARY KEY,
    order_id text,
    attempt bigint,
    provider text,
    method text,
    status text,
    currency text,
    amount bigint,
    authorized bigint,
    captured bigint NOT NULL DEFAULT 0,
    provider_reference text,
    failure text,
    initiated_at timestamptz,
    changed_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX payment_order ON payment (order_id);
CREATE INDEX payment_initiated ON payment (initiated_at DESC, payment_id DESC);
CREATE INDEX payment_status ON payment (status, initiated_at DESC, payment_id DESC);
CREATE INDEX payment_reference ON payment (provider_reference);

-- Money that goes back on a payment. amount is what was asked for, and then what went back.
CREATE TABLE refund (
    refund_id text PRIMARY KEY,
    payment_id text NOT NULL,
    credit_note_id text NOT NULL DEFAULT '', -- empty: it settles none
    status text NOT NULL,                    -- requested, pending, refunded, failed, settled
    amount bigint NOT NULL DEFAULT 0,
    currency text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    failure text NOT NULL DEFAULT '',
    replaces text NOT NULL DEFAULT '',       -- one that failed, which is not owed any more
    requested_at timestamptz NOT NULL, changed_at timestamptz NOT NULL
);
CREATE INDEX refund_payment ON refund (payment_id);
CREATE INDEX refund_requested ON refund (requested_at DESC, refund_id DESC);
CREATE INDEX refund_status ON refund (status, requested_at DESC, refund_id DESC);
CREATE INDEX refund_credit_note ON refund (credit_note_id) WHERE credit_note_id <> '';
CREATE INDEX refund_replaces ON refund (replaces) WHERE replaces <> '';

CREATE TABLE fulfillment (
    fulfillment_id text PRIMARY KEY,
    order_id text,
    number bigint,      -- of its order, from 1
    location text,
    status text,        -- created, shipped, delivered, failed, canceled
    items bigint,       -- units
    lines text,
    carrier text,       -- once it is shipped, as is …
    tracking text[],
    reason text,        -- of whoever changed it last, as is the note
    note text,
    created_at timestamptz,
    shipped_at timestamptz,
    ended_at timestamptz -- delivered, failed, canceled
) WITH (fillfactor = 70);
CREATE INDEX fulfillment_order ON fulfillment (order_id);
CREATE INDEX fulfillment_created ON fulfillment (created_at DESC, fulfillment_id DESC);
CREATE INDEX fulfillment_status ON fulfillment (status, created_at DESC, fulfillment_id DESC);
CREATE INDEX fulfillment_tracking ON fulfillment USING gin (tracking);

-- What an order's payments come to.
CREATE FUNCTION payments_of(sold text)
RETURNS TABLE (captured bigint, refunded bigint, held bigint, unpaid_status text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT coalesce(sum(p.captured), 0)::bigint,
           coalesce(sum((SELECT sum(r.amount) FROM refund r WHERE r.payment_id = p.payment_id
                         AND r.status IN ('refunded', 'settled'))), 0)::bigint,
           coalesce(sum(p.authorized) FILTER (WHERE p.status = 'authorized'), 0)::bigint,
           CASE WHEN count(*) FILTER (WHERE p.status IN
                    ('initiated', 'action_required', 'pending', 'unknown')) > 0 THEN 'pending'
                WHEN count(*) FILTER (WHERE p.status = 'voided') > 0 THEN 'voided'
                WHEN count(*) FILTER (WHERE p.status = 'expired') > 0 THEN 'expired'
                ELSE 'pending' END
    FROM payment p WHERE p.order_id = sold;
END;

-- What of an order has left the house, and what has arrived.
CREATE FUNCTION fulfillments_of(sold text)
RETURNS TABLE (shipped_items bigint, delivered_items bigint)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT coalesce(sum(f.items) FILTER (WHERE f.status NOT IN ('created', 'canceled')), 0)::bigint,
           coalesce(sum(f.items) FILTER (WHERE f.status = 'delivered'), 0)::bigint
    FROM fulfillment f WHERE f.order_id = sold;
END;

-- ---- Credit notes and customers -----------------------------------------------------------------

CREATE TABLE credit_note (
    credit_note_id text PRIMARY KEY,
    number bigint,
    order_id text,          -- empty: of several orders, or none
    order_ids text[],       -- all whose lines it takes back
    customer_id text,
    external_system text, external_id text,
    reverses text,          -- the order all of which is taken back
    reason text,
    note text,
    currency text,
    items bigint,           -- units
    tax bigint,
    total bigint,
    settled bigint NOT NULL DEFAULT 0,
    lines text,             -- JSON
    requested_at timestamptz,
    issued_at timestamptz,
    status text GENERATED ALWAYS AS (
        CASE WHEN number IS NULL THEN 'requested'
             WHEN settled < total THEN 'issued' ELSE 'settled' END
    ) STORED
) WITH (fillfactor = 70);
CREATE INDEX credit_note_requested ON credit_note (requested_at DESC, credit_note_id DESC);
CREATE INDEX credit_note_status ON credit_note (status, requested_at DESC, credit_note_id DESC);
CREATE INDEX credit_note_customer ON credit_note (customer_id);
CREATE INDEX credit_note_number ON credit_note (number);
CREATE INDEX credit_note_external ON credit_note (external_id);
CREATE INDEX credit_note_orders ON credit_note USING gin (order_ids);

-- Personal values stay sealed, as those of a sale; of an erased customer there are none.
CREATE TABLE customer (
    customer_id text PRIMARY KEY,
    status text,            -- known, erased
    kind text,
    person text,
    personal text,
    country text,
    country_text text,      -- what an import said that is no country
    external_system text,
    external_id text,
    email_hash text,
    known_since timestamptz,
    changed_at timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX customer_known ON customer (known_since DESC, customer_id DESC);
CREATE INDEX customer_country ON customer (country, known_since DESC, customer_id DESC);
CREATE INDEX customer_external ON customer (external_id text_pattern_ops);
CREATE INDEX customer_email ON customer (email_hash);
