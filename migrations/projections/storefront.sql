-- The storefront's tables, of one version; made in a schema of its own. These are of products,
-- categories and stock; those of orders and all that follows from them: storefront.sales.sql. Every
-- table is written by one source; what joins two of them is computed anew from both whenever either
-- changes (listing.available). Columns that follow from others of their row are generated: their
-- rule stands here and nowhere else.

-- ---- Products -----------------------------------------------------------------------------------

-- The fold of each product's stream, and what staff lists show of it.
CREATE TABLE product (
    product_id text PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    skus text[] NOT NULL,
    created_at_us bigint NOT NULL,
    changed_at_us bigint NOT NULL,
    state text NOT NULL,
    prices_until_us bigint -- until then what is shown of it has the right prices; null: for ever
) WITH (fillfactor = 80);
CREATE INDEX product_prices_until ON product (prices_until_us) WHERE prices_until_us IS NOT NULL;

-- What every product sells or would sell, drafts and archived ones too. stock_id is empty for what
-- is not stocked.
CREATE TABLE variant (
    product_id text NOT NULL,
    variant_id text NOT NULL,
    place integer NOT NULL,
    sku text NOT NULL,
    stock_id text NOT NULL,
    PRIMARY KEY (product_id, variant_id)
);
CREATE INDEX variant_stock ON variant (stock_id);
CREATE INDEX variant_sku ON variant (sku);

-- The page of a published product in one currency (empty: it has no price at all): JSON up to its
-- variants, one piece for each of them, and the rest. How many are available goes in between.
CREATE TABLE page (
    product_id text NOT NULL,
    currency text NOT NULL,
    slug text NOT NULL,
    version bigint NOT NULL,
    head text NOT NULL,
    variants text[] NOT NULL,
    stock_ids text[] NOT NULL,
    tail text NOT NULL,
    PRIMARY KEY (product_id, currency)
);
CREATE INDEX page_slug ON page (slug);

-- Slugs a product had before.
CREATE TABLE slug_redirect (
    slug text NOT NULL,
    product_id text NOT NULL,
    PRIMARY KEY (slug, product_id)
);

-- What lists and search look at: one narrow row per published product and currency.
-- facets names a row of facet_set. available is not indexed, so that sales change rows in place.
CREATE TABLE listing (
    product_id text NOT NULL,
    currency text NOT NULL,
    price bigint NOT NULL,
    title text NOT NULL,
    created_at bigint NOT NULL, -- microseconds
    facets bigint NOT NULL,
    color text NOT NULL,
    material text NOT NULL,
    categories text[] NOT NULL,
    available bigint NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (product_id, currency)
) WITH (fillfactor = 50); -- each row of an import is changed once, when its stock comes
-- A short pending list: imports are three times as fast, and searches hardly notice.
CREATE INDEX listing_words ON listing USING gin (words)
    WITH (fastupdate = on, gin_pending_list_limit = 256);
CREATE INDEX listing_categories ON listing USING gin (categories)
    WITH (fastupdate = on, gin_pending_list_limit = 256);
CREATE INDEX listing_price ON listing (currency, price, product_id);
CREATE INDEX listing_title ON listing (currency, title, product_id);
CREATE INDEX listing_newest ON listing (currency, created_at, product_id);

-- The list item as JSON, but for what is available; apart from listing, so that searches go over
-- narrow rows.
CREATE TABLE card (
    product_id text NOT NULL,
    currency text NOT NULL,
    card text NOT NULL,
    PRIMARY KEY (product_id, currency)
);

-- Each combination of facet values there ever was, under a hash of itself: never changed, so that
-- readers may keep it. listing.facets is that hash. Sets that no listing has any more are no part
-- of what the view says.
CREATE TABLE facet_set (
    facets bigint PRIMARY KEY,
    color text NOT NULL,
    material text NOT NULL,
    band integer NOT NULL, -- of the price
    categories text[] NOT NULL
);

-- The words of published products' titles and attributes, with the number of products: for typos
-- and suggestions.
CREATE TABLE search_word (
    word text PRIMARY KEY,
    products bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX search_word_trigrams ON search_word USING gin (word gin_trgm_ops)
    WITH (fastupdate = on, gin_pending_list_limit = 256);

CREATE TABLE category (
    category_id text PRIMARY KEY,
    slug text,
    title text,
    parent text,
    place bigint,
    status text
);

-- ---- Stock --------------------------------------------------------------------------------------

-- sellable: units that can be ordered now (10^9: without limit).
CREATE TABLE stock (
    stock_id text PRIMARY KEY,
    variant_id text NOT NULL DEFAULT '',
    inventory_item text NOT NULL DEFAULT '',
    location text NOT NULL DEFAULT '',
    tracked boolean NOT NULL DEFAULT true,
    backorder_limit bigint NOT NULL DEFAULT 0,
    safety_stock bigint NOT NULL DEFAULT 0,
    on_hand bigint NOT NULL DEFAULT 0,
    held bigint NOT NULL DEFAULT 0,
    allocated bigint NOT NULL DEFAULT 0,
    sellable bigint NOT NULL GENERATED ALWAYS AS (
        CASE WHEN NOT tracked OR backorder_limit = -1 THEN 1000000000
             ELSE greatest(0, on_hand - held - allocated - safety_stock + backorder_limit) END
    ) STORED
) WITH (fillfactor = 60);

-- What can be ordered of a product. Two variants may draw on one stock: it counts once. A variant
-- without stock sells without limit.
CREATE VIEW product_stock AS
SELECT v.product_id,
       least(1000000000, sum(CASE WHEN v.stock_id = '' THEN 1000000000
                                  ELSE coalesce(s.sellable, 0) END))::bigint AS available
FROM (SELECT DISTINCT product_id, stock_id FROM variant) v
LEFT JOIN stock s ON s.stock_id = v.stock_id
GROUP BY v.product_id;

-- Units reserved for a line of a checkout or order.
CREATE TABLE stock_hold (
    stock_id text NOT NULL,
    line_id text NOT NULL,
    order_id text NOT NULL,
    held bigint NOT NULL,
    allocated bigint NOT NULL,
    PRIMARY KEY (stock_id, line_id)
) WITH (fillfactor = 80);

-- What came in, was counted, left, or came back; reserving moves nothing. version is that of the
-- stock item's stream: it names the movement, and later ones have higher ones.
CREATE TABLE stock_movement (
    stock_id text NOT NULL,
    version bigint NOT NULL,
    moved_at timestamptz NOT NULL,
    kind text NOT NULL,        -- received, adjusted, shipped, restocked
    units bigint NOT NULL,     -- that moved; negative: out of the house
    on_hand bigint NOT NULL,   -- by how much that changed; 0 if not tracked, or it came damaged
    counted bigint,            -- what somebody counted
    reason text NOT NULL,      -- of a receipt or a count; what became of goods that came back
    note text NOT NULL,
    document text NOT NULL,    -- the fulfillment, credit note or return; a receipt's reference
    order_id text NOT NULL,    -- empty: of no order
    actor_kind text NOT NULL,  -- who recorded it
    actor_id text NOT NULL,
    PRIMARY KEY (stock_id, version)
);
CREATE INDEX stock_movement_moved ON stock_movement (moved_at DESC, stock_id DESC, version DESC);
CREATE INDEX stock_movement_order ON stock_movement (order_id) WHERE order_id <> '';
CREATE INDEX stock_movement_document ON stock_movement
    (document, moved_at DESC, stock_id DESC, version DESC) WHERE document <> '';
-- What most rows have is found at once without an index: goods that left, as the shop's own steps
-- record it. These are for the others, be they few and long ago.
CREATE INDEX stock_movement_kind ON stock_movement
    (kind, moved_at DESC, stock_id DESC, version DESC) WHERE kind <> 'shipped';
CREATE INDEX stock_movement_actor ON stock_movement
    (actor_id, moved_at DESC, stock_id DESC, version DESC) WHERE actor_id <> 'effects';
CREATE INDEX stock_movement_actor_kind ON stock_movement
    (actor_kind, moved_at DESC, stock_id DESC, version DESC) WHERE actor_kind <> 'system';
