"""What staff and auditors look up: products with their drafts, one order, what happened."""

import json

from client import Client
from programs import wait_until
from shopper import open_streams, ready_to_pay
from staff import sell
from test_history import SKUS, at, credited, note_of, order_of, refund_on, report_of
from test_views import show_all

PRODUCTS = "/api/v1/admin/products"


def make_draft(shop, title, slug, sku=None):
    made = shop.staff().post(PRODUCTS, {"title": title, "slug": slug}).expect(201).json
    if sku:
        shop.staff().post(f"{PRODUCTS}/{made['id']}/variants", {"sku": sku}).expect(200)
    return made["id"]


def listed(shop, query=""):
    return shop.staff().get(f"{PRODUCTS}?{query}").expect(200).json


def titles(shop, query=""):
    return [item["title"] for item in listed(shop, query)["items"]]


def test_staff_finds_products_that_no_shopper_sees(shop):
    sell(shop, "MUG-1")
    draft = make_draft(shop, "A lamp of brass", "brass-lamp", "LAMP-7")
    wait_until(lambda: listed(shop, "q=lamp-7")["items"], what="the draft in the list")
    assert titles(shop) == ["A lamp of brass", "A mug-1"]
    assert titles(shop, "status=draft") == ["A lamp of brass"]
    assert titles(shop, "status=published") == ["A mug-1"]
    assert titles(shop, "q=BRASS%20lamp") == ["A lamp of brass"]
    assert titles(shop, "q=brass%20mug") == []
    assert titles(shop, "q=%25") == []
    (item,) = listed(shop, "q=lamp-7")["items"]
    assert item["id"] == draft and item["slug"] == "brass-lamp" and item["skus"] == ["LAMP-7"]
    assert item["status"] == "draft" and item["changed_at"] > item["created_at"]
    shop.staff().get(f"{PRODUCTS}?status=lost").expect(400, 422)
    shop.api().get(PRODUCTS).expect(401)


def test_the_list_of_products_goes_on_where_it_ended(shop):
    drafts = {make_draft(shop, f"Draft {n}", f"draft-{n}") for n in range(5)}
    wait_until(lambda: len(listed(shop)["items"]) == 5, what="all drafts in the list")
    seen, query = [], "limit=2"
    while query:
        page = listed(shop, query)
        seen += [item["id"] for item in page["items"]]
        query = page["next"] and f"limit=2&cursor={page['next']}"
    assert len(seen) == 5 and set(seen) == drafts


def auditor(shop):
    made = json.loads(shop.run("key", "new", "--name", "An", "--role", "auditor", "--json"))
    client = Client(shop.address, {"Authorization": f"Bearer {made['secret']}"})
    wait_until(lambda: client.get("/api/v1/admin/log").status == 200, what="the auditor's key")
    return client


def test_every_member_of_staff_may_look_at_an_order(shop):
    sell(shop, "MUG")
    shopper = ready_to_pay(shop, "MUG")
    path = f"/api/v1/admin/orders/{shopper.order}"
    shop.staff().get(path).expect(404)  # nothing was ever started for it
    shopper.checkout().expect(201)
    seen = auditor(shop).get(path).expect(200).json
    assert seen["staff"]["source"] == "web"
    assert {**seen, "staff": None} == shopper.see_order()
    shop.api().get(path).expect(401)
    shop.staff().get("/api/v1/admin/orders/nonsense").expect(404)


def test_orders_are_listed_by_states_that_exist(shop):
    orders = "/api/v1/admin/orders"
    shop.staff().get(f"{orders}?status=placed&payment_status=authorized").expect(200)
    refused = shop.staff().get(f"{orders}?status=paid").expect(400, 422)
    assert "must be one of: placed, confirmed" in str(refused.json)
    shop.staff().get(f"{orders}?payment_status=paid").expect(400, 422)


def test_a_filter_of_orders_that_is_empty_is_refused_and_does_not_list_all(shop):
    for name in ("email", "number"):
        refused = shop.staff().get(f"/api/v1/admin/orders?{name}=").expect(400)
        assert refused.json["errors"][0]["pointer"] == name


def history(client, stream, query=""):
    return client.get(f"/api/v1/admin/history/{stream}?{query}")


def types(items):
    return [event["type"] for item in items for event in item["record"]["events"]]


def test_the_history_of_an_order_is_that_of_all_that_followed_from_its_cart(shop):
    sell(shop, "MUG")
    shopper = ready_to_pay(shop, "MUG")
    ready_to_pay(shop, "MUG").checkout().expect(201)  # another order, of no interest
    shopper.checkout().expect(201)
    capture = {"reason": {"code": "shipped"}}
    shop.staff().post(f"/api/v1/admin/orders/{shopper.order}/capture", capture).expect(200)
    shop.staff().post(f"/api/v1/admin/orders/{shopper.order}/credit-notes", {
        "amount": {"minor_units": 1, "currency": "GBP"}}).expect(201)
    wait_until(lambda: open_streams(shop) == 0, what="the note's number")
    items = history(auditor(shop), shopper.order).expect(200).json["items"]
    told = types(items)
    for each in ("cart.created", "cart.line_added", "checkout.started", "order.placed",
                 "payment.authorized", "payment.capture_requested", "payment.captured",
                 "credit_note.requested", "credit_note.issued"):
        assert told.count(each) == 1, (each, told)
    assert told.index("cart.created") < told.index("order.placed") < told.index("payment.captured")
    assert "ada@example.com" not in str(items)  # personal values stay sealed
    shop.api().get(f"/api/v1/admin/history/{shopper.order}").expect(401)


def whole_history(client, stream):
    """Page by page, to its end."""
    cursor = ""
    while cursor is not None:
        page = history(client, stream, f"limit=40{cursor}").expect(200).json
        yield from page["items"]
        cursor = page["next"] and f"&cursor={page['next']}"


def test_the_history_of_an_order_has_the_credit_notes_over_several_orders_too(shop):
    first = order_of("till-1", 0, 1, None)
    others = [order_of(f"till-{n}", 0, n, None) for n in range(2, 8)]
    # Each is in a partition of its own choice: not all are where the order is.
    notes = [note_of(f"C{other['id']}", 2, [credited(first, line, 1), credited(other, 1, 1)],
                     [refund_on(first, 250), refund_on(other, 250)])
             for line, other in zip((1, 2, 2, 3, 3, 3), others, strict=True)]
    products = [{"type": "product", "sku": sku, "title": sku, "publish": False,
                 "price": {"minor_units": 250, "currency": "GBP"}} for sku in SKUS]
    receipts = [{"type": "receipt", "id": f"R-{sku}", "at": at(0, 0), "sku": sku, "quantity": 99,
                 "reason": "purchase"} for sku in SKUS]
    report = report_of(shop, [*products, *receipts, first, *others, *notes], "?system=till")
    assert report["refused"] == 0, report["kinds"]
    show_all(shop)
    staff = auditor(shop)
    (order,) = staff.get("/api/v1/admin/orders?q=till-1").expect(200).json["items"]
    items = list(whole_history(staff, order["id"]))
    told = types(items)
    assert told.count("order.placed") == 1
    for each in ("credit_note.requested", "credit_note.issued"):
        assert told.count(each) == len(notes), (each, told)
    positions = [item["position"] for item in items]
    assert len(set(positions)) == len(positions)
    assert len({position.split(":")[0] for position in positions}) > 1


def test_a_history_is_read_in_pages(shop):
    sell(shop, "MUG")
    shopper = ready_to_pay(shop, "MUG")
    staff = shop.staff()
    whole = history(staff, shopper.cart).expect(200).json["items"]
    seen, query = [], "limit=1"
    while query:
        page = history(staff, shopper.cart, query).expect(200).json
        assert len(page["items"]) <= 1
        seen += page["items"]
        last, query = query, page["next"] and f"limit=1&cursor={page['next']}"
    assert seen == whole and len(whole) >= 5
    other = ready_to_pay(shop, "MUG").cart
    history(staff, other, last).expect(400, 422)  # the cursor of another history


def test_a_stream_that_never_was_has_no_history(shop):
    sell(shop, "MUG")
    shopper = ready_to_pay(shop, "MUG")
    history(shop.staff(), shopper.order).expect(404)
    history(shop.staff(), "pay" + shopper.cart[3:]).expect(404)
    history(shop.staff(), "nonsense").expect(404)
