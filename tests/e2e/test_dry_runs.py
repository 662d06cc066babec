"""Whatever moves money or stock can be tried out: ?dry_run=1 says what would move, and moves
nothing."""

from programs import wait_until
from shopper import ledger_of, stock_of
from test_fulfillment import WHY, Sale, cost, sale  # sale is a fixture
from unchanged import check_unchanged, events_in

ADMIN = "/api/v1/admin"
# Calls of staff behind /api/v1/admin that move money or goods, and so may be tried out.
MOVE = {
    "/orders", "/orders/{id}/cancel", "/orders/{id}/cancel-lines", "/orders/{id}/capture",
    "/orders/{id}/fulfillments", "/fulfillments/{id}/ship",
    "/orders/{id}/credit-notes", "/credit-notes", "/credit-notes/{id}/orders/{order_id}/settle",
    "/orders/{id}/payments", "/orders/{id}/payments/{payment_id}/accept-amount",
    "/orders/{id}/payments/{payment_id}/refunds",
    "/orders/{id}/payments/{payment_id}/refunds/{refund_id}/settle",
    "/discovered-payments/{id}/give-back",
    "/stock/{sku}/receive", "/stock/{sku}/adjust",
    "/imports/history", "/imports/products",
}
# Those that move neither: what the shop knows of an order, a customer, its goods, and its own work.
MOVE_NOTHING = {
    "/orders/{id}/confirm", "/orders/{id}/hold", "/orders/{id}/release-hold", "/orders/{id}/notes",
    "/orders/{id}/customer", "/customers",
    "/fulfillments/{id}/cancel", "/fulfillments/{id}/deliver", "/fulfillments/{id}/fail",
    "/discovered-payments/{id}/close",
    "/categories", "/products", "/products/{id}/variants", "/products/{id}/publish",
    "/products/{id}/unpublish", "/products/{id}/archive",
    "/backups", "/projections/{view}/rebuild", "/projections/{view}/swap",
    "/projections/{view}/drop", "/projections/{view}/resume",
}


def test_every_call_that_moves_money_or_stock_can_be_tried_out(shared_shop):
    paths = shared_shop.api().get("/openapi.json").expect(200).json["paths"]
    calls = {path.removeprefix(ADMIN): path_item["post"] for path, path_item in paths.items()
             if path.startswith(ADMIN) and "post" in path_item}
    assert calls.keys() == MOVE | MOVE_NOTHING and not MOVE & MOVE_NOTHING
    assert MOVE == {path for path, call in calls.items() if "dry_run" in {
        parameter["name"] for parameter in call.get("parameters", [])}}


def said(would, *members):
    """Of what moves, those members."""
    return [tuple(move[name] for name in members) for move in would]


def goods_and_money(sale):
    """What is there, what is set aside for whom, and what is paid."""
    seen = sale.see()
    return ([stock_of(sale.shop, sku) for sku in ("MUG", "TEA")], ledger_of(sale.shop, sale.id),
            [seen[name] for name in ("due", "balance", "totals", "payments")])


def test_what_is_said_to_move_nothing_moves_nothing(sale):
    first, second = (sale.fulfill(mugs=1).expect(201).json["fulfillments"][-1]["id"]
                     for _ in range(2))
    sale.ship(first).expect(200)
    sale.paid([cost(sale.mug, 1) + sale.delivery])
    sale.has_stock("MUG", on_hand=9)
    before = goods_and_money(sale)
    for call, body in (("hold", {"hold": "fraud", **WHY}), ("release-hold", WHY),
                       ("notes", {"text": "She called."})):
        sale.post(call, body).expect(200, 201)
    for fulfillment, call in ((second, "cancel"), (first, "fail")):
        sale.staff.post(f"{ADMIN}/fulfillments/{fulfillment}/{call}", WHY).expect(200)
    events_in(sale.shop)  # once nothing is under way any more
    assert goods_and_money(sale) == before


def test_a_parcel_is_tried_out_before_it_leaves(sale):
    parcel = sale.fulfill(mugs=2, teas=1).expect(201).json["fulfillments"][0]["id"]
    body = {"carrier": "post", "tracking": ["A1"]}
    before, written = goods_and_money(sale), events_in(sale.shop)
    would = sale.ship(parcel, query="?dry_run=1", **body).expect(200).json
    amount = cost(sale.mug, 2) + cost(sale.tea, 1) + sale.delivery
    payment = sale.see()["payments"][0]["id"]
    assert said(would["money"], "payment_id", "kind", "amount") == [
        (payment, "capture", {"minor_units": amount, "currency": "GBP"})]
    assert sorted(said(would["stock"], "sku", "kind", "quantity")) == [
        ("MUG", "ship", 2), ("TEA", "ship", 1)]
    assert would["events"] == ["fulfillment.shipped", "payment.capture_requested"]
    assert sale.see()["fulfillments"][0]["status"] == "created"
    assert goods_and_money(sale) == before
    check_unchanged(written, events_in(sale.shop))
    (order,) = would["orders"]
    assert order["order_id"] == sale.id and order["balance"]["before"] == sale.see()["balance"]
    sale.ship(parcel, **body).expect(200)  # which does what was said
    assert sale.paid([amount])["balance"] == order["balance"]["after"]
    sale.has_stock("MUG", on_hand=8, allocated=1)
    sale.has_stock("TEA", on_hand=9, allocated=1)
    sale.ship(parcel, query="?dry_run=1", **body).expect(409)


def test_a_credit_without_an_order_is_tried_out_and_takes_no_number(sale):
    pence = {"minor_units": 500, "currency": "GBP"}
    nothing = {**pence, "minor_units": 0}
    body = {"lines": [{"title": "A voucher", "amount": pence},
                      {"title": "A mug", "sku": "MUG", "amount": nothing, "restock": 1}],
            "reason": WHY["reason"], "external": {"system": "old", "id": "C1"}}
    path = f"{ADMIN}/credit-notes"
    before, written = goods_and_money(sale), events_in(sale.shop)
    would = sale.staff.post(f"{path}?dry_run=1", body).expect(200).json
    assert said(would["money"], "kind", "amount") == [("offline", pence)]
    assert would["orders"] == []
    assert said(would["stock"], "sku", "kind", "quantity") == [("MUG", "restock", 1)]
    assert {"credit_note.requested", "credit_note.settled"} <= set(would["events"])
    assert sale.staff.get(path).expect(200).json["items"] == []
    assert goods_and_money(sale) == before
    check_unchanged(written, events_in(sale.shop))
    sale.staff.post(f"{path}?dry_run=1", {**body, "lines": []}).expect(400, 422)
    made = sale.staff.post(path, body).expect(201).json
    assert made["totals"]["total"] == pence
    wait_until(lambda: sale.staff.get(f"{path}/{made['id']}").json["number"] == 1, 30, "number 1")
    sale.has_stock("MUG", on_hand=11)
