"""Money that comes after the sale: recorded by staff, in parts, once, and given back in parts."""

import datetime

import pytest

from programs import wait_until
from shopper import at_once, ledger_of, open_streams, ready_to_pay
from staff import sell
from test_log_and_backup import records
from test_roles import holding, new_key
from test_staff_lists import items_of
from test_staff_orders import INVOICE, ORDERS, gbp, phone
from test_views import check_views, show_all

WHY = {"code": "bank", "note": "statement of today"}


class Account:
    """An order of three things at 3.33, sold on account unless it says otherwise."""

    def __init__(self, shop, **body):
        sell(shop, "MUG", price="3.33", stock=50)
        self.shop = shop
        sold = phone(shop, [{"sku": "MUG", "quantity": 3}], **body).expect(201).json
        self.id = sold["id"]
        self.mugs = sold["lines"][0]["id"]

    def see(self):
        return self.shop.staff().get(f"{ORDERS}/{self.id}").expect(200).json

    def post(self, what, body, **options):
        return self.shop.staff().post(f"{ORDERS}/{self.id}/{what}", body, **options)

    def pay(self, pence=None, method="transfer", key=None, query="", **body):
        if pence is not None:
            body["amount"] = gbp(pence)
        return self.post(f"payments{query}", {"method": method, "reason": WHY, **body}, key=key)

    def credit(self, units):
        lines = [{"line_id": self.mugs, "quantity": units}]
        return self.post("credit-notes", {"lines": lines, "reason": WHY}).expect(201).json

    def stands(self):
        seen = self.see()
        return seen["payment_status"], seen["balance"]["minor_units"]

    def rest(self):
        wait_until(lambda: open_streams(self.shop) == 0, 30, "the end of all that is owed")


def test_an_order_on_account_is_paid_in_parts_by_whatever_comes(shop):
    order = Account(shop)
    assert order.stands() == ("pending", 999)
    first = order.pay(400, reference="bank 4711").expect(201).json
    assert first["payment_status"] == "partially_captured" and first["balance"] == gbp(599)
    (payment,) = first["payments"]
    assert (payment["provider"], payment["method"], payment["reference"], payment["status"],
            payment["captured"]) == ("offline", "transfer", "bank 4711", "captured", gbp(400))
    rest = order.pay(method="cash").expect(201).json
    assert rest["payment_status"] == "captured" and rest["balance"] == gbp(0)
    assert [each["captured"] for each in rest["payments"]] == [gbp(400), gbp(599)]
    assert ledger_of(shop) == []
    order.rest()
    check_views(shop)


def test_money_that_came_before_it_was_recorded_says_when(shop):
    order = Account(shop)
    paid_at = "2024-03-01T09:30:00.000000Z"
    payment = order.pay(400, paid_at=paid_at).expect(201).json["payments"][0]["id"]
    entry, = records(shop, "--stream", payment)
    events = entry["entry"]["events"]
    assert [event["type"] for event in events] == [
        "order.payment_added", "payment.initiated", "payment.authorized", "payment.captured"]
    assert {event["effective_at"] for event in events} == {paid_at}
    assert events[0]["data"]["reason"] == WHY
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    refused = order.pay(1, paid_at=soon.isoformat()).expect(400, 422)
    assert refused.json["errors"][0]["pointer"] == "/paid_at"


def test_a_payment_is_recorded_once_whoever_records_it(shop):
    order = Account(shop)
    first = order.pay(100, key="the-cash-of-monday").expect(201)
    again = order.pay(100, key="the-cash-of-monday").expect(201)
    assert again.headers["Idempotent-Replayed"] == "true"
    order.pay(200, key="the-cash-of-monday").expect(422)
    known = {"external": {"system": "bank", "id": "4711"}, "reference": "invoice 7"}
    answers = at_once([lambda: order.pay(200, **known)] * 5)
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 200, 201]
    assert order.pay(201, **known).expect(409).json["type"].endswith("payment-exists")
    order.pay(200, external={"system": "bank", "id": "4712"}, reference="invoice 7").expect(201)
    order.pay(50, reference="check 9").expect(201)
    order.pay(50, reference="check 9").expect(200)
    assert order.pay(51, reference="check 9").expect(409).json["type"].endswith("reference-used")
    assert len(order.see()["payments"]) == 4
    assert order.stands() == ("partially_captured", 999 - 100 - 2 * 200 - 50)
    assert first.json["id"] == order.id


def test_more_than_is_due_is_recorded_only_by_whoever_says_so(shop):
    order = Account(shop)
    refused = order.pay(1_000).expect(409).json
    assert refused["type"].endswith("paid-too-much") and refused["balance"] == gbp(999)
    order.pay(999).expect(201)
    assert order.pay().expect(409).json["type"].endswith("nothing-to-pay")
    over = order.pay(101, beyond_due=True).expect(201).json
    assert (over["payment_status"], over["balance"]) == ("overpaid", gbp(-101))
    newest = over["payments"][-1]["id"]
    order.post(f"payments/{newest}/refunds", {"reason": WHY}).expect(200)
    assert order.stands() == ("partially_refunded", 0)


def test_what_is_wrong_with_a_payment_is_named(shop):
    order = Account(shop)
    for body, pointer in [
        ({"amount": {"minor_units": 5, "currency": "EUR"}}, "/amount"),
        ({"amount": gbp(0)}, "/amount"),
        ({"amount": gbp(-5)}, "/amount"),
        ({"method": ""}, "/method"),
        ({"reference": "x" * 201}, "/reference"),
        ({"provider": "offline"}, "/provider"),
    ]:
        refused = order.pay(**body).expect(400, 422)
        assert refused.json["errors"][0]["pointer"] == pointer, refused
    order.post("cancel", {"reason": WHY}).expect(200)
    assert order.pay(5).expect(409).json["type"].endswith("order-canceled")
    shop.staff().post(f"{ORDERS}/ord_{'0' * 20}/payments", {"method": "cash"}).expect(404)
    shop.api().post(f"{ORDERS}/{order.id}/payments", {"method": "cash"}).expect(401)
    auditor = holding(shop, new_key(shop, "auditor"))
    auditor.post(f"{ORDERS}/{order.id}/payments", {"method": "cash"}, key=True).expect(403)


def test_a_payment_is_tried_out_and_nothing_is_recorded(shop):
    order = Account(shop)
    tried = order.pay(400, query="?dry_run=1").expect(200).json
    assert [(move["kind"], move["amount"]) for move in tried["money"]] == [
        ("authorize", gbp(400)), ("capture", gbp(400))]
    assert tried["events"][0] == "order.payment_added"
    assert order.pay(1_000, query="?dry_run=1").expect(409).json["balance"] == gbp(999)
    assert order.stands() == ("pending", 999)


def test_what_is_credited_goes_back_in_parts_on_what_came_last(shop):
    order = Account(shop)
    order.pay(700).expect(201)
    order.pay(299).expect(201)
    note = order.credit(1)
    assert note["totals"]["total"] == gbp(333)
    assert [(part["by"], part["amount"]) for part in note["settlements"]] == [
        ("refund", gbp(299)), ("refund", gbp(34))]
    assert order.stands() == ("partially_refunded", 0)
    order.credit(2)
    seen = order.see()
    assert [payment["refunded"] for payment in seen["payments"]] == [gbp(700), gbp(299)]
    assert (seen["payment_status"], seen["balance"]) == ("refunded", gbp(0))
    oldest = seen["payments"][0]["id"]
    assert order.post(f"payments/{oldest}/refunds", {"amount": gbp(1)}).expect(409).json[
        "left"] == gbp(0)
    check_views(shop)


def test_a_card_is_let_go_by_a_transfer_of_all_that_is_due(shop):
    sell(shop, "LAMP", price="10.00")
    shopper = ready_to_pay(shop, "LAMP")
    shopper.checkout("tok_ok").expect(201)
    shop.staff().post(f"{ORDERS}/{shopper.order}/payments", {"method": "transfer"}).expect(201)
    wait_until(lambda: "void" in [move["kind"] for move in ledger_of(shop, shopper.order)])
    wait_until(lambda: shopper.see_order()["payment_status"] == "captured")
    assert [p["status"] for p in shopper.see_order()["payments"]] == ["voided", "captured"]
    check_views(shop)


# ---- One word for how an order stands -----------------------------------------------------------


def card(shop, *cards):
    shopper = ready_to_pay(shop, "LAMP")
    for token in cards:
        shopper.checkout(token).expect(201, 402)
    return shopper


def voided(shop):
    shopper = card(shop, "tok_ok")
    shopper.cancel(key=True).expect(200, 202)
    return shopper.order


def paid(shop, *parts, credited=0, **more):
    order = Account(shop)
    for pence in parts:
        order.pay(pence, **more).expect(201)
    for _ in range(credited):
        order.credit(1)
    return order.id


STANDINGS = {
    "pending": lambda shop: [paid(shop)],
    "partially_captured": lambda shop: [paid(shop, 1), paid(shop, 400, 500)],
    "captured": lambda shop: [paid(shop, 999), paid(shop, 666, 333),
                              Account(shop, payment=INVOICE).id],
    "partially_refunded": lambda shop: [paid(shop, 500, 499, credited=2)],
    "refunded": lambda shop: [paid(shop, 500, 499, credited=3)],
    "overpaid": lambda shop: [paid(shop, 999, 1, beyond_due=True)],
    "voided": lambda shop: [voided(shop)],
    "authorized": lambda shop: [card(shop, "tok_ok").order,
                                card(shop, "tok_declined", "tok_ok").order],
}


@pytest.fixture
def standing_shop(shop):
    sell(shop, "LAMP", price="10.00", stock=50)
    return shop


def test_list_order_and_a_naive_fold_say_alike_how_an_order_stands(standing_shop):
    shop = standing_shop
    expected = {order: status for status, make in STANDINGS.items() for order in make(shop)}
    wait_until(lambda: open_streams(shop) == 0, 30, "the end of all that is owed")
    show_all(shop)
    listed = {row["id"]: row for row in items_of(shop, "orders", limit=100)}
    folded = {row["order_id"]: row for row in check_views(shop)["sale"]}
    assert set(listed) == set(folded) == set(expected)
    for order, status in expected.items():
        seen = shop.staff().get(f"{ORDERS}/{order}").expect(200).json
        assert seen["payment_status"] == status, (order, seen)
        for name in ("payment_status", "due", "balance"):
            assert listed[order][name] == seen[name], (status, name)
        assert folded[order]["payment_status"] == status
        for name in ("due", "balance"):
            assert folded[order][name] == seen[name]["minor_units"], (status, name)
    for status in STANDINGS:
        found = {row["id"] for row in items_of(shop, "orders", payment_status=status)}
        assert found == {order for order, word in expected.items() if word == status}
