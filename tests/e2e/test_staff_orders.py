"""Orders that staff place: by phone, at the counter, in the past."""

import datetime

from programs import wait_until
from shopper import ADDRESS, at_once, ledger_of, open_streams, stock_of
from staff import PHONE_EMAIL, sell
from test_log_and_backup import records
from test_views import check_views

ORDERS = "/api/v1/admin/orders"
INVOICE = {"provider": "offline", "method": "invoice", "reference": "INV-7"}


def gbp(pence):
    return {"minor_units": pence, "currency": "GBP"}


def phone(shop, lines, key=None, **body):
    return shop.staff().post(ORDERS, {"lines": lines, **body}, key=key)


def test_an_order_by_phone_is_placed_and_paid_by_invoice(shop):
    sell(shop, "MUG", price="5.99", stock=10)
    order = phone(
        shop,
        [
            {"sku": "MUG", "quantity": 2},
            {"sku": "MUG", "quantity": 1, "unit_price": gbp(500)},
            {"kind": "shipping", "title": "Courier", "quantity": 1, "unit_price": gbp(800)},
            {"kind": "adjustment", "title": "Rebate", "quantity": 1, "unit_price": gbp(-98)},
            {"kind": "surcharge", "title": "Gift wrap", "quantity": 2, "unit_price": gbp(150)},
            {"kind": "voucher", "title": "Gift voucher", "quantity": 1, "unit_price": gbp(1000)},
        ],
        contact={"name": "Ada Lovelace", "email": PHONE_EMAIL, "company": "Engines Ltd"},
        shipping_address=ADDRESS, payment=INVOICE,
        expected_total=gbp(2 * 599 + 500 + 800 - 98 + 2 * 150 + 1000),
    ).expect(201)
    assert order.headers["Location"] == f"{ORDERS}/{order.json['id']}"
    seen = order.json
    assert seen["status"] == "placed" and seen["payment_status"] == "captured"
    totals = seen["totals"]
    assert totals["total"] == gbp(3700) and totals["shipping"] == gbp(800)
    assert totals["surcharges"] == gbp(300)
    assert totals["items"] == gbp(2 * 599 + 500 - 98 + 1000)  # the voucher is one
    assert seen["contact"]["email"] == PHONE_EMAIL
    assert seen["payments"][0]["provider"] == "offline"
    assert seen["staff"]["source"] == "staff"
    assert shop.staff().get(f"{ORDERS}/{seen['id']}").expect(200).json == seen
    wait_until(lambda: stock_of(shop, "MUG")["allocated"] == 3, what="allocated")
    assert ledger_of(shop) == []
    wait_until(lambda: open_streams(shop) == 0, what="nothing owed")
    check_views(shop)


def test_a_sale_of_the_past_says_when_it_was(shop):
    sell(shop, "MUG")
    sold_at = "2010-12-01T08:26:00.000000Z"
    order = phone(shop, [{"sku": "MUG", "quantity": 1}], sold_at=sold_at,
                  payment=INVOICE).expect(201).json
    recorded = records(shop, "--stream", order["id"])
    assert {event["effective_at"] for entry in recorded for event in entry["entry"]["events"]
            if event["type"] in ("order.placed", "payment.captured")} == {sold_at}
    soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1))
    refused = phone(shop, [{"sku": "MUG", "quantity": 1}], sold_at=soon.isoformat(),
                    payment=INVOICE)
    assert refused.expect(422, 400).json["errors"][0]["pointer"] == "/sold_at"


def test_the_same_external_order_is_one_order(shop):
    sell(shop, "MUG", stock=5)
    external = {"system": "till", "id": "4711"}
    lines = [{"sku": "MUG", "quantity": 1}]
    answers = at_once([lambda: phone(shop, lines, external=external, payment=INVOICE)] * 5)
    assert {answer.status for answer in answers} <= {200, 201}
    assert len({answer.json["id"] for answer in answers}) == 1
    again = phone(shop, lines, external=external, payment=INVOICE).expect(200).json
    assert again["id"] == answers[0].json["id"]
    assert stock_of(shop, "MUG")["reserved"] == 1
    other = phone(shop, lines, external={**external, "id": "4712"}, payment=INVOICE).expect(201)
    assert other.json["id"] != again["id"]


def test_the_same_call_again_gets_the_first_answer(shop):
    sell(shop, "MUG", stock=5)
    lines = [{"sku": "MUG", "quantity": 1}]
    first = phone(shop, lines, key="a-key-of-mine", payment=INVOICE).expect(201)
    again = phone(shop, lines, key="a-key-of-mine", payment=INVOICE).expect(201)
    assert again.headers["Idempotent-Replayed"] == "true" and again.json["id"] == first.json["id"]
    phone(shop, [{"sku": "MUG", "quantity": 2}], key="a-key-of-mine", payment=INVOICE).expect(422)


def test_without_stock_there_is_no_order_until_there_is(shop):
    sell(shop, "MUG", stock=1)
    external = {"system": "till", "id": "1"}
    lines = [{"sku": "MUG", "quantity": 2}]
    refused = phone(shop, lines, external=external, payment=INVOICE).expect(409).json
    assert refused["type"].endswith("out-of-stock")
    (line,) = refused["lines"]
    assert (line["sku"], line["requested"], line["available"]) == ("MUG", 2, 1)
    shop.staff().post("/api/v1/admin/stock/MUG/receive",
                       {"quantity": 1, "reason": "purchase"}).expect(200)
    phone(shop, lines, external=external, payment=INVOICE).expect(201)
    assert stock_of(shop, "MUG")["available"] == 0


def test_a_card_by_phone_goes_the_shoppers_way(shop):
    sell(shop, "MUG", price="5.99", stock=5)
    lines = [{"sku": "MUG", "quantity": 1}]
    external = {"system": "phone", "id": "1"}
    card = {"provider": "sandbox", "token": "tok_declined"}
    declined = phone(shop, lines, external=external, payment=card).expect(402).json
    good = {**card, "token": "tok_ok"}
    paid = phone(shop, lines, external=external, payment=good).expect(201)
    assert paid.json["id"] == declined["order_id"]
    assert paid.json["payment_status"] == "authorized"
    moves = ledger_of(shop, paid.json["id"])
    assert [(m["kind"], m["amount"]["minor_units"]) for m in moves] == [("authorize", 599)]


def test_what_is_wrong_with_an_order_is_named(shop):
    sell(shop, "MUG")
    answer = phone(shop, [{"sku": "MUG", "quantity": 1}, {"sku": "CUP", "quantity": 1},
                          {"title": "A voucher", "kind": "voucher", "quantity": 1}])
    pointers = {error["pointer"] for error in answer.expect(400, 422).json["errors"]}
    assert {"/lines/1/sku", "/lines/2/unit_price"} <= pointers
    lines = [{"sku": "MUG", "quantity": 1}]
    for body, pointer in [
        ({"contact": {"email": "nobody"}}, "/contact/email"),
        ({"shipping_address": {**ADDRESS, "postal_code": "1"}}, "/shipping_address/postal_code"),
        ({"payment": {"provider": "bank"}}, "/payment/provider"),
        ({"payment": {"provider": "sandbox"}}, "/payment/token"),
        ({"payment": {**INVOICE, "token": "tok_ok"}}, "/payment/token"),
        ({"customer_id": "cus_" + "0" * 20}, "/customer_id"),
    ]:
        refused = phone(shop, lines, **body).expect(400, 422)
        assert refused.json["errors"][0]["pointer"] == pointer, refused
    assert phone(shop, lines, expected_total=gbp(1)).expect(409).json["total"] == gbp(599)
    shop.api().post(ORDERS, {"lines": lines}).expect(401)


def test_an_order_is_tried_out_and_nothing_moves(shop):
    sell(shop, "MUG", price="5.99", stock=5)
    body = {"lines": [{"sku": "MUG", "quantity": 2}], "payment": INVOICE}
    tried = shop.staff().post(f"{ORDERS}?dry_run=1", body).expect(200).json
    assert [(move["kind"], move["amount"]) for move in tried["money"]] == [
        ("authorize", gbp(1198)), ("capture", gbp(1198))]
    assert tried["stock"] == [{"sku": "MUG", "kind": "reserve", "quantity": 2}]
    assert tried["events"] == ["checkout.started", "payment.initiated"]
    (order,) = tried["orders"]
    assert order["due"] == {"before": gbp(0), "after": gbp(1198)}
    assert order["balance"] == {"before": gbp(0), "after": gbp(0)}
    later = {**body, "payment": {**INVOICE, "capture": "manual"}}
    tried = shop.staff().post(f"{ORDERS}?dry_run=1", later).expect(200).json
    assert [move["kind"] for move in tried["money"]] == ["authorize"]
    assert tried["orders"][0]["balance"] == {"before": gbp(0), "after": gbp(1198)}
    twice = {**body, "lines": [{"sku": "MUG", "quantity": 3}, {"sku": "MUG", "quantity": 3}]}
    short = shop.staff().post(f"{ORDERS}?dry_run=1", twice).expect(409).json
    assert short["type"].endswith("out-of-stock")
    assert [(line["sku"], line["available"]) for line in short["lines"]] == [("MUG", 5)]
    assert shop.staff().get(ORDERS).expect(200).json["items"] == []
    assert stock_of(shop, "MUG")["reserved"] == 0


def test_an_order_on_account_is_owed(shop):
    sell(shop, "MUG")
    order = phone(shop, [{"sku": "MUG", "quantity": 1}]).expect(201).json
    assert order["status"] == "placed" and order["payments"] == []
    assert order["payment_status"] == "pending"
    gift = phone(shop, [{"sku": "MUG", "quantity": 1, "unit_price": gbp(0)}]).expect(201).json
    assert gift["payment_status"] == "not_required"
    check_views(shop)


def test_an_order_of_a_thousand_lines_is_placed(shop):
    for number in range(12):
        sell(shop, f"THING{number}", stock=1000)
    lines = [{"sku": f"THING{n % 12}", "quantity": 1, "unit_price": gbp(100 + n), "tax": "none"}
             for n in range(1114)]
    total = gbp(sum(100 + n for n in range(1114)))
    order = phone(shop, lines, payment=INVOICE, expected_total=total).expect(201, 202).json
    wait_until(lambda: shop.staff().get(f"{ORDERS}/{order['id']}").json["status"] == "placed", 60)
    wait_until(lambda: open_streams(shop) == 0, 60, "everything allocated")
    assert sum(stock_of(shop, f"THING{n}")["allocated"] for n in range(12)) == 1114
