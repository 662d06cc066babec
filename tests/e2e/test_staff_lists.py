"""The lists staff search: filters, cursors, and what each row says."""

import urllib.parse

from programs import wait_until
from shopper import ready_to_pay, settle
from sql import run_sql
from staff import sell
from test_views import show_all


def items_of(shop, what, **query):
    path = f"/api/v1/admin/{what}?{urllib.parse.urlencode(query)}"
    return shop.staff().get(path).expect(200).json["items"]


def ids_of(shop, what, **query):
    return [item["id"] for item in items_of(shop, what, **query)]


def pages_of(shop, what, limit, **query):
    """All items, page by page, as the links lead."""
    query = urllib.parse.urlencode({"limit": limit, **query})
    path = f"/api/v1/admin/{what}?{query}"
    while path:
        answer = shop.staff().get(path).expect(200)
        assert len(answer.json["items"]) <= limit
        yield from answer.json["items"]
        link = answer.headers.get("Link", "")
        path = link.split(">")[0].lstrip("<") if 'rel="next"' in link else None


def buy(shop, count):
    sell(shop, "LAMP", stock=50, price="10.00")
    shoppers = [ready_to_pay(shop, "LAMP") for _ in range(count)]
    for shopper in shoppers:
        shopper.checkout("tok_ok").expect(201)
    settle(shop, shoppers)
    return shoppers


def capture(shop, order):
    shop.staff().post(f"/api/v1/admin/orders/{order}/capture", {"reason": {"code": "shipped"}},
                      key=True).expect(200, 202)


def test_each_order_says_how_it_stands_and_is_found_by_that(shop):
    authorized, captured, canceled = buy(shop, 3)
    capture(shop, captured.order)
    canceled.cancel(key=True).expect(200, 202)
    wait_until(lambda: ids_of(shop, "orders", payment_status="voided") == [canceled.order])
    wait_until(lambda: ids_of(shop, "orders", payment_status="captured") == [captured.order])

    rows = {row["id"]: row for row in items_of(shop, "orders")}
    for shopper, due, taken in ((authorized, True, False), (captured, True, True),
                                (canceled, False, False)):
        row = rows[shopper.order]
        total = row["total"]["minor_units"]
        money = [row[name]["minor_units"] for name in ("due", "captured", "refunded", "balance")]
        assert money == [total * due, total * taken, 0, total * (due and not taken)]
        assert row["fulfillment_status"] == "unfulfilled"
        assert row["total"]["currency"] == "GBP" and total > 1000

    assert ids_of(shop, "orders", balance="positive") == [authorized.order]
    assert set(ids_of(shop, "orders", balance="zero")) == {captured.order, canceled.order}
    assert ids_of(shop, "orders", balance="negative") == []
    assert ids_of(shop, "orders", status="placed", payment_status="captured") == [captured.order]
    assert ids_of(shop, "orders", status="canceled", payment_status="captured") == []
    assert len(ids_of(shop, "orders", country="GB", fulfillment_status="unfulfilled")) == 3
    assert ids_of(shop, "orders", country="FR") == []


def test_one_box_finds_an_order_by_number_or_address(shop):
    shoppers = buy(shop, 3)
    show_all(shop)
    wanted = shoppers[1]
    row = next(each for each in items_of(shop, "orders") if each["id"] == wanted.order)
    for q in (row["number"], wanted.email, wanted.email.upper()):
        assert ids_of(shop, "orders", q=q) == [wanted.order], q
    assert len(ids_of(shop, "orders", q=row["number"][:2])) == 3
    assert ids_of(shop, "orders", q="nobody@example.com") == []
    placed = row["placed_at"]
    assert wanted.order in ids_of(shop, "orders", **{"from": placed})
    assert wanted.order not in ids_of(shop, "orders", to=placed)
    far_east = "2001-01-01T00:00:00+23:59"
    assert ids_of(shop, "orders", to=far_east) == []
    assert wanted.order in ids_of(shop, "orders", **{"from": far_east})
    refused = shop.staff().get("/api/v1/admin/orders?from=yesterday-at-about-noon").expect(400)
    assert refused.json["errors"][0]["pointer"] == "from"


def test_a_list_pages_by_links_and_each_row_comes_once(shop):
    shoppers = buy(shop, 7)
    show_all(shop)
    paged = [row["id"] for row in pages_of(shop, "orders", 3, status="placed", country="GB")]
    assert sorted(paged) == sorted(shopper.order for shopper in shoppers)
    assert paged == ids_of(shop, "orders")


def test_staff_see_all_stock_and_what_runs_out(shop):
    for sku, stock in (("BOX", 3), ("LAMP", 50), ("MUG", 0)):
        sell(shop, sku, stock=stock) if stock else sell(shop, sku, stock=1)
    ready_to_pay(shop, "MUG").checkout("tok_ok").expect(201)
    show_all(shop)
    wait_until(lambda: [row["available"] for row in items_of(shop, "stock", q="mug")] == [0])
    assert [row["sku"] for row in items_of(shop, "stock")] == ["BOX", "LAMP", "MUG"]
    assert [row["sku"] for row in items_of(shop, "stock", available_max=3)] == ["BOX", "MUG"]
    assert [row["sku"] for row in pages_of(shop, "stock", 1)] == ["BOX", "LAMP", "MUG"]
    mug = items_of(shop, "stock", q="MU")[0]
    assert (mug["on_hand"], mug["reserved"], mug["tracked"]) == (1, 1, True)


def test_staff_see_who_moved_the_stock_and_why(shop):
    sell(shop, "LAMP", stock=5)
    staff = shop.staff()
    staff.post("/api/v1/admin/stock/LAMP/receive",
               {"quantity": 7, "reason": "purchase", "reference": "PO-1"}, key=True).expect(200)
    staff.post("/api/v1/admin/stock/LAMP/adjust",
               {"on_hand": 11, "reason": "damage", "note": "one is broken"}, key=True).expect(200)
    show_all(shop)
    counted, received, *_ = items_of(shop, "stock/LAMP/movements")
    assert (received["kind"], received["units"], received["document"]) == ("received", 7, "PO-1")
    assert (counted["kind"], counted["on_hand_change"], counted["counted"]) == ("adjusted", -1, 11)
    assert counted["note"] == "one is broken" and counted["actor"]["kind"] == "staff"
    assert [row["counted"] for row in pages_of(shop, "stock/LAMP/movements", 1, kind="adjusted")
            ][0] == 11
    assert sum(row["on_hand_change"] for row in pages_of(shop, "stock/LAMP/movements", 2)) == 11
    staff.get("/api/v1/admin/stock/NONE/movements").expect(404)


def test_a_customer_is_found_by_the_address_they_have_now(shop):
    staff = shop.staff()
    path = "/api/v1/admin/customers"
    made, other = (staff.post(path, {"contact": {"name": name, "email": f"{name}@example.com"}}
                              ).expect(201).json["id"] for name in ("ada", "mary"))
    moved = {"contact": {"name": "ada", "email": "Countess@Example.com"}}
    staff.patch(f"{path}/{made}", moved).expect(200)
    show_all(shop)
    for q in ("countess@example.com", "COUNTESS@example.com"):
        assert ids_of(shop, "customers", q=q) == [made], q
    assert ids_of(shop, "customers", email="mary@example.com") == [other]
    assert ids_of(shop, "customers", q="ada@example.com") == []


# Rows as the projection would write them, of events that need a whole shop's day.
ROWS = """
INSERT INTO storefront_1.fulfillment (fulfillment_id, order_id, number, location, status, items,
    lines, carrier, tracking, reason, note, created_at, shipped_at) SELECT
    'ful_' || lpad(n::text, 20, '0'), 'ord_00000000000000000001', n, 'loc_main',
    CASE WHEN n % 2 = 0 THEN 'shipped' ELSE 'created' END, n, '[]', 'post', ARRAY['T' || n],
    'staff', '', timestamptz '2026-01-01' + n * interval '1 day', NULL FROM generate_series(1, 9) n;
INSERT INTO storefront_1.credit_note (credit_note_id, number, order_id, order_ids, customer_id,
    external_system, external_id, reverses, reason, note, currency, items, tax, total, settled,
    lines, requested_at) SELECT 'crn_' || lpad(n::text, 20, '0'), nullif(n, 9), '',
    ARRAY['ord_00000000000000000001', 'ord_0000000000000000000' || n], '', 'old', 'C' || n, '',
    'damaged', '', 'GBP', 1, 0, 100, n * 20, '[]', timestamptz '2026-01-01' + n * interval '1 day'
    FROM generate_series(1, 9) n;
INSERT INTO storefront_1.customer (customer_id, status, kind, person, personal, country,
    country_text, external_system, external_id, email_hash, known_since, changed_at) SELECT
    'cus_' || lpad(n::text, 20, '0'), CASE WHEN n = 9 THEN 'erased' ELSE 'known' END, 'person', '',
    '', CASE WHEN n % 2 = 0 THEN 'GB' ELSE 'FR' END, '', 'old', '1758' || n, '', '2026-01-01',
    '2026-01-01' FROM generate_series(1, 9) n"""


def test_fulfillments_credit_notes_and_customers_are_searched_and_paged(shop):
    run_sql(shop.database, ROWS)

    def numbers(what, **query):
        return [int(id.split("_")[1]) for id in ids_of(shop, what, **query)]

    for what in ("fulfillments", "credit-notes", "customers"):
        assert numbers(what) == list(range(9, 0, -1))
        assert [row["id"] for row in pages_of(shop, what, 2)] == ids_of(shop, what)
        staff = shop.staff()
        cursor = staff.get(f"/api/v1/admin/{what}?limit=1").expect(200).json["next"]
        staff.get(f"/api/v1/admin/{what}?limit=1&status=issued&cursor={cursor}").expect(400)

    first = "ord_00000000000000000001"
    late = {"from": "2026-01-05T00:00:00Z"}
    assert numbers("fulfillments", status="shipped", **late) == [8, 6, 4]
    assert numbers("fulfillments", order=first, to="2026-01-03T00:00:00Z") == [1]
    assert numbers("fulfillments", q="T7") == [7]
    assert numbers("credit-notes", status="requested") == [9]
    assert numbers("credit-notes", status="settled") == [8, 7, 6, 5]
    assert len(numbers("credit-notes", order=first, reason="damaged")) == 9
    assert numbers("credit-notes", order="ord_00000000000000000004") == [4]
    assert numbers("credit-notes", q="3") == numbers("credit-notes", q="C3") == [3]
    assert numbers("customers", country="GB", status="known") == [8, 6, 4, 2]
    assert numbers("customers", q="17585") == [5] and len(numbers("customers", q="1758")) == 9
    assert numbers("customers", q="nobody@example.com") == []
    erased = items_of(shop, "customers", status="erased")[0]
    assert erased["contact"]["name"] == erased["contact"]["email"] == "[erased]"
