"""What is given back: credit notes, refunds in parts, cards that refuse, goods that come back."""

import pytest

from programs import wait_until
from shopper import Shopper, ledger_of, open_streams, stock_of
from staff import sell

WHY = {"code": "damaged", "note": "broken on the way"}


class Sale:
    """An order of three mugs at 3.33, all of which left and was paid with that card."""

    def __init__(self, shop, card="tok_ok", paid=True):
        sell(shop, "MUG", price="3.33", stock=10)
        self.shop = shop
        self.staff = shop.staff()
        shopper = Shopper(shop)
        shopper.open_cart()
        shopper.add("MUG", 3)
        shopper.address()
        shopper.checkout(card).expect(201)
        self.id = shopper.order
        self.mug = shopper.see_order()["lines"][0]
        self.payment = self.see()["payments"][0]["id"]
        self.rest()
        if paid:
            self.post("capture", {"reason": WHY}).expect(200)

    def see(self):
        return self.staff.get(f"/api/v1/admin/orders/{self.id}").expect(200).json

    def rest(self):
        wait_until(lambda: open_streams(self.shop) == 0, 30, "the end of all that is owed")

    def post(self, what, body, **options):
        return self.staff.post(f"/api/v1/admin/orders/{self.id}/{what}", body, **options)

    def credit(self, units=None, key=None, restock=0, **body):
        if units is not None:
            body["lines"] = [{"line_id": self.mug["id"], "quantity": units, "restock": restock}]
        return self.post("credit-notes", {"reason": WHY, **body}, key=key)

    def note(self, id):
        return self.staff.get(f"/api/v1/admin/credit-notes/{id}").expect(200).json

    def refunds(self):
        path = f"/api/v1/admin/orders/{self.id}/payments/{self.payment}/refunds"
        return self.staff.get(path).expect(200).json

    def refund(self, **body):
        return self.post(f"payments/{self.payment}/refunds", body)

    def moved(self, kind):
        return [move["amount"]["minor_units"] for move in ledger_of(self.shop, self.id)
                if move["kind"] == kind]

    def settled(self, note):
        wait_until(lambda: self.note(note)["status"] == "settled", 30, "the note's settlement")
        return self.note(note)


def pence(amount):
    return {"minor_units": amount, "currency": "GBP"}


def test_money_goes_back_in_parts_and_each_once(shop):
    sale = Sale(shop)
    made = sale.credit(1, key="first-mug-back-123456").expect(201)
    assert made.headers["Location"] == f"/api/v1/admin/credit-notes/{made.json['id']}"
    assert made.json["number"] == 1
    assert made.json["totals"]["total"] == pence(333)
    line = made.json["lines"][0]
    assert line["net"]["minor_units"] + line["tax"]["minor_units"] == 333
    assert line["order_line_id"] == sale.mug["id"]
    again = sale.credit(1, key="first-mug-back-123456").expect(201)
    assert again.json["id"] == made.json["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    sale.settled(made.json["id"])
    assert sale.moved("refund") == [333]

    other = sale.credit(2).expect(201).json
    assert other["number"] == 2
    sale.settled(other["id"])
    assert sale.moved("refund") == [333, 666]
    rest = sale.credit(amount=pence(1)).expect(201).json
    sale.settled(rest["id"])
    refunds = sale.refunds()
    assert refunds["refunded"] == pence(1000)
    assert [refund["status"] for refund in refunds["refunds"]] == ["refunded"] * 3
    sale.rest()


def test_what_comes_back_is_in_stock_again(shop):
    sale = Sale(shop)
    refused = sale.credit(1, restock=1).expect(400, 422)
    assert refused.json["errors"][0]["pointer"] == "/lines/0/restock"
    sale.post("fulfillments", {"ship": {"carrier": "post"}, "reason": WHY}).expect(201)
    sale.rest()
    assert stock_of(shop, "MUG")["on_hand"] == 7
    note = sale.credit(2, restock=2).expect(201).json
    assert note["lines"][0]["restock"] == 2
    sale.rest()
    assert stock_of(shop, "MUG")["on_hand"] == 9


def test_more_than_there_is_is_refused_and_says_what_is_left(shop):
    sale = Sale(shop)
    total = sale.see()["totals"]["total"]["minor_units"]
    too_many = sale.credit(4).expect(400, 422)
    assert too_many.json["errors"][0]["pointer"] == "/lines/0/quantity"
    too_much = sale.credit(amount=pence(total + 1)).expect(409)
    assert too_much.json["left"] == pence(total)
    over = sale.refund(amount=pence(total + 1)).expect(409)
    assert over.json["left"] == pence(total)
    assert sale.moved("refund") == []
    sale.credit(amount=pence(total)).expect(201)
    sale.rest()
    assert sale.moved("refund") == [total]


def test_a_dry_run_says_what_would_move_and_moves_nothing(shop):
    sale = Sale(shop)
    sale.post("fulfillments", {"ship": {"carrier": "post"}, "reason": WHY}).expect(201)
    sale.rest()
    body = {"lines": [{"line_id": sale.mug["id"], "quantity": 2, "restock": 1}]}
    would = sale.post("credit-notes?dry_run=1", body).expect(200).json
    assert would["money"] == [
        {"payment_id": sale.payment, "kind": "refund", "amount": pence(666)}]
    assert [(move["kind"], move["quantity"]) for move in would["stock"]] == [("restock", 1)]
    assert "credit_note.requested" in would["events"]
    body["lines"][0]["disposition"] = "damaged"
    assert sale.post("credit-notes?dry_run=1", body).expect(200).json["stock"] == []
    would = sale.post(f"payments/{sale.payment}/refunds?dry_run=1", {"amount": pence(5)})
    assert would.expect(200).json["money"][0]["amount"] == pence(5)
    assert sale.refunds()["refunds"] == []
    assert sale.see()["payment_status"] == "captured"
    sale.credit(1).expect(201)
    sale.rest()
    assert sale.see()["payment_status"] == "partially_refunded"


def test_before_it_is_paid_a_credit_is_less_to_pay(shop):
    sale = Sale(shop, paid=False)
    note = sale.credit(1).expect(201).json
    assert note["settlements"][0]["by"] == "offset"
    assert sale.settled(note["id"])["settled"] == pence(333)
    sale.post("capture", {"reason": WHY}).expect(200)
    assert sale.moved("capture") == [sale.see()["totals"]["total"]["minor_units"] - 333]


def test_a_refused_refund_is_owed_until_it_is_made(shop):
    sale = Sale(shop, "tok_refund_fails")
    note = sale.credit(1).expect(201).json
    wait_until(lambda: sale.refunds()["refunds"][0]["status"] == "failed", 30, "the refusal")
    refund = sale.refunds()["refunds"][0]
    assert (refund["code"], refund["is_owed"]) == ("refund_refused", True)
    assert sale.note(note["id"])["settled"] == pence(0)
    attention = sale.staff.get("/api/v1/admin/attention").expect(200).json["items"]
    assert any(item["stream"] == sale.payment for item in attention)
    refused = sale.refund(again=refund["id"]).expect(409).json
    assert refused["type"].endswith("refund-failed") and refused["code"] == "refund_refused"
    again = sale.refunds()["refunds"]
    assert [each["status"] for each in again] == ["failed", "failed"]
    assert [each["is_owed"] for each in again] == [False, True]
    sale.refund(again=refund["id"]).expect(409)
    assert sale.moved("refund") == []


def test_a_slow_refund_is_pending_and_told_by_webhook(shop):
    sale = Sale(shop, "tok_refund_pending")
    note = sale.credit(1).expect(201).json
    assert sale.settled(note["id"])["settled"] == pence(333)
    assert sale.moved("refund") == [333]
    sale.rest()


def test_a_refund_that_comes_back_is_owed_again(shop):
    sale = Sale(shop, "tok_refund_fails_late")
    note = sale.credit(1).expect(201).json
    wait_until(lambda: sale.refunds()["refunds"][0]["status"] == "failed", 30, "the late failure")
    assert sale.note(note["id"])["status"] == "issued"
    assert sale.note(note["id"])["settled"] == pence(0)
    assert sale.refunds()["refunded"] == pence(0)
    assert sale.moved("refund") == sale.moved("refund_failed") == [333]
    sale.shop.kill()
    sale.shop.start()
    assert sale.shop.staff().get(
        f"/api/v1/admin/credit-notes/{note['id']}").expect(200).json["settled"] == pence(0)


def test_goodwill_without_an_order_has_a_number_too(shop):
    sale = Sale(shop)
    body = {"lines": [{"title": "A voucher", "amount": pence(500)}], "reason": WHY,
            "external": {"system": "old", "id": "C1"}}
    note = sale.staff.post("/api/v1/admin/credit-notes", body).expect(201).json
    assert (note["status"], note["number"]) == ("settled", 1)
    assert note["external"] == {"system": "old", "id": "C1"}
    back = {"lines": [{"title": "A mug", "sku": "MUG", "amount": pence(0), "restock": 1}]}
    sale.staff.post("/api/v1/admin/credit-notes", back).expect(201)
    sale.rest()
    assert stock_of(shop, "MUG")["on_hand"] == 11


@pytest.mark.parametrize("body", [
    {},
    {"lines": []},
    {"lines": [{"line_id": "lin_1", "quantity": 1}]},
    {"amount": pence(0)},
    {"amount": pence(-1)},
    {"amount": pence(2**62)},
    {"amount": {"minor_units": 1, "currency": "EUR"}},
    {"amount": pence(1), "lines": [{"line_id": "lin_00000000000000000000", "quantity": 1}]},
    {"lines": [{"line_id": "lin_00000000000000000000", "quantity": 1}]},
    {"amount": pence(2), "settlements": [{"by": "refund", "amount": pence(1)}]},
    {"amount": pence(1), "wrong": 1},
])
def test_a_credit_that_makes_no_sense_is_refused(wrong_sale, body):
    assert wrong_sale.post("credit-notes", body).expect(400, 422).json["type"]
    wrong_sale.rest()
    assert wrong_sale.moved("refund") == []


@pytest.fixture(scope="module")
def wrong_sale(binary, tmp_path_factory, postgres_server):
    """One order for all that is refused."""
    from conftest import new_database, running
    from programs import Sandbox, Shop

    folder = tmp_path_factory.mktemp("wrong") / "data"
    with (running(Sandbox(binary, folder)), new_database(postgres_server) as conninfo,
          running(Shop(binary, folder, conninfo)) as shop):
        yield Sale(shop)


def test_what_is_not_there_is_not_found(wrong_sale):
    nothing = "0" * 20
    staff = wrong_sale.staff
    staff.get(f"/api/v1/admin/credit-notes/crn_{nothing}").expect(404)
    staff.post(f"/api/v1/admin/orders/ord_{nothing}/credit-notes", {"amount": pence(1)}).expect(404)
    path = f"/api/v1/admin/orders/{wrong_sale.id}/payments/pay_{nothing}/refunds"
    staff.get(path).expect(404)
    staff.post(path, {"amount": pence(1)}).expect(404)
    wrong_sale.shop.api().post(
        f"/api/v1/admin/orders/{wrong_sale.id}/credit-notes", {"amount": pence(1)}).expect(401)
