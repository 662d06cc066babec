"""What payment providers do to shops: answers that come late, twice, wrong or not at all, money
that comes too late and money that is refused, while the shop is killed in the middle. The numbers
are those of the rules in docs/domain.md."""

import pytest

from conftest import running_with_sandbox
from programs import wait_until
from shopper import (
    Shopper,
    charges,
    ledger_of,
    net_money,
    open_streams,
    ready_to_pay,
    settle,
    stock_of,
)
from staff import reprice, sell
from test_attention import items_of
from test_log_and_backup import records, types

WHY = {"reason": {"code": "phone"}}
through = pytest.mark.parametrize("end", ["calm", "kill"])


@pytest.fixture(scope="module")
def shared(binary, tmp_path_factory, postgres_server):
    folder = tmp_path_factory.mktemp("truth") / "data"
    with running_with_sandbox(binary, folder, postgres_server) as shop:
        sell(shop, "MUG", price="3.33", stock=1_000)
        yield shop


@pytest.fixture
def shop(shared):
    """One shop for all: whatever a test leaves behind has come to its end."""
    yield shared
    shared.sandbox.set_knobs()
    wait_until(lambda: open_streams(shared) <= len(items_of(shared.staff())), 30, "the end of all")


def strike(shop, end, *shoppers):
    if end == "kill":
        shop.kill()
        shop.start()
        for shopper in shoppers:
            shopper.reconnect()


def total_of(shopper):
    return shopper.see_order()["totals"]["total"]["minor_units"]


def moved(shop, order, kind):
    return [move["amount"]["minor_units"] for move in ledger_of(shop, order)
            if move["kind"] == kind]


def told_of_payment(shop, shopper):
    """Types of the events of his order's first payment."""
    payment = shopper.see_order()["payments"][0]["id"]
    return [name for name in types(records(shop, "--stream", payment))
            if name.startswith("payment.")]


def checkout_at_once(shopper, card):
    body = {"payment": {"provider": "sandbox", "token": card}}
    return shopper.api.post(
        f"/api/v1/carts/{shopper.cart}/checkout", body, headers={"Prefer": "wait=0"})


# ---- 2, 3: response, webhook and poll; a time-out is unknown ------------------------------------

@through
@pytest.mark.parametrize("reversed_", [False, True])
def test_webhooks_that_overtake_our_response_place_the_order_once(shop, end, reversed_):
    shop.sandbox.set_knobs(webhooks="all", webhook_copies=3, webhooks_reversed=reversed_,
                           answer_delay_ms=1_000)
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout().expect(201)
    strike(shop, end, shopper)
    shop.sandbox.set_knobs()
    shopper.api.post(f"/api/v1/orders/{shopper.order}/payments/"
                     f"{shopper.see_order()['payments'][0]['id']}/refresh").expect(200)
    assert net_money(ledger_of(shop, shopper.order)) == total_of(shopper)
    assert told_of_payment(shop, shopper).count("payment.authorized") == 1


@through
def test_a_provider_that_is_away_is_asked_until_it_answers_and_charges_once(shop, end):
    shopper = ready_to_pay(shop, "MUG")
    shop.sandbox.kill()
    checkout_at_once(shopper, "tok_ok").expect(202)
    again = checkout_at_once(shopper, "tok_duplicate").expect(202)  # no second attempt meanwhile
    assert len(again.json["payments"]) == 1
    strike(shop, end, shopper)
    wait_until(lambda: stock_of(shop, "MUG")["held"] == 1, 30, "the hold")
    shop.sandbox.start()
    wait_until(lambda: shopper.see_order()["status"] == "placed", 30, "the order")
    assert len(charges(ledger_of(shop, shopper.order))) == 1


# ---- 4, 5: what the shopper saw; what may be bought ---------------------------------------------

@through
def test_a_price_that_moved_is_told_and_nothing_is_held_or_charged(shop, end):
    cup = f"CUP-{end}"
    sell(shop, cup, price="5.00")
    shopper = ready_to_pay(shop, cup)
    seen = shopper.see_cart()["totals"]["total"]
    reprice(shop, cup, "6.00")
    answer = shopper.checkout(expected_total=seen).expect(409)
    assert answer.json["type"].endswith("total-changed")
    assert answer.json["total"]["minor_units"] > seen["minor_units"]
    assert stock_of(shop, cup)["held"] == 0 and ledger_of(shop, shopper.order) == []
    shopper.checkout("tok_declined", expected_total=answer.json["total"]).expect(402)
    reprice(shop, cup, "7.00")  # the quote is frozen, and the cart locked
    strike(shop, end, shopper)
    line = {"sku": cup, "quantity": 1}
    shopper.api.post(f"/api/v1/carts/{shopper.cart}/lines", line).expect(409)
    shopper.checkout("tok_ok").expect(201)
    total = total_of(shopper)
    assert total == answer.json["total"]["minor_units"] == net_money(ledger_of(shop, shopper.order))


@through
def test_what_is_unpublished_is_refused_at_the_checkout_and_honored_once_it_began(shop, end):
    hat = f"HAT-{end}"
    sell(shop, hat, price="5.00")
    begun, late = ready_to_pay(shop, hat), ready_to_pay(shop, hat)
    begun.checkout("tok_declined").expect(402)
    product = begun.see_order()["lines"][0]["product_id"]
    shop.staff().post(f"/api/v1/admin/products/{product}/unpublish").expect(200)
    strike(shop, end, begun, late)
    refused = late.checkout().expect(409)
    assert refused.json["lines"], refused
    begun.checkout("tok_ok").expect(201)


# ---- 6, 23: money that comes too late, or beside another payment --------------------------------

@through
def test_money_that_comes_after_the_cancel_goes_back(shop, end):
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout("tok_late_authorization").expect(402)
    shopper.cancel().expect(200, 202)
    strike(shop, end, shopper)
    wait_until(lambda: charges(ledger_of(shop, shopper.order)), 30, "the late authorization")
    wait_until(lambda: net_money(ledger_of(shop, shopper.order)) == 0, 30, "its void")
    assert len(moved(shop, shopper.order, "void")) == 1
    assert shopper.see_cart()["status"] == "open"


@through
def test_of_two_payments_that_succeed_one_goes_back(shop, end):
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout("tok_late_authorization").expect(402)
    shopper.checkout("tok_ok").expect(201)
    strike(shop, end, shopper)
    wait_until(lambda: len(charges(ledger_of(shop, shopper.order))) == 2, 30, "the second one")
    total = total_of(shopper)
    wait_until(lambda: net_money(ledger_of(shop, shopper.order)) == total, 30, "its void")
    wait_until(lambda: shopper.see_order()["payment_status"] == "authorized", 30, "the order")


# ---- 8: amounts that differ ---------------------------------------------------------------------

@through
@pytest.mark.parametrize("card", ["tok_wrong_amount", "tok_wrong_currency"])
def test_a_wrong_amount_is_neither_placed_nor_captured_but_let_go(shop, end, card):
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout(card).expect(202)
    strike(shop, end, shopper)
    assert shopper.see_order()["status"] == "pending"
    payment = shopper.see_order()["payments"][0]["id"]
    wait_until(lambda: payment in [item["stream"] for item in items_of(shop.staff())], 30,
               "somebody to be told")
    capture = f"/api/v1/admin/orders/{shopper.order}/capture"
    shop.staff().post(capture, WHY).expect(404, 409)
    shopper.cancel().expect(200, 202)
    settle(shop, [shopper])
    wait_until(lambda: net_money(ledger_of(shop, shopper.order)) == 0, 30, "the void")
    assert "payment.captured" not in told_of_payment(shop, shopper)
    (held,) = charges(ledger_of(shop, shopper.order))
    asked = {"minor_units": total_of(shopper), "currency": "GBP"}
    differing = {name for name in asked if held["amount"][name] != asked[name]}
    assert differing == {"minor_units" if card == "tok_wrong_amount" else "currency"}


# ---- 11, 15, 17: captures and what they leave ---------------------------------------------------

class Sale:
    """An order of three mugs at 3.33, or of something else, and what staff does to it."""

    def __init__(self, shop, card="tok_ok", sku="MUG"):
        self.shop = shop
        self.shopper = Shopper(shop)
        self.shopper.open_cart()
        self.shopper.add(sku, 3)
        self.shopper.address()
        self.shopper.checkout(card).expect(201)
        self.id = self.shopper.order
        self.total = total_of(self.shopper)
        self.mug = self.shopper.see_order()["lines"][0]["id"]
        dry = "fulfillments?dry_run=1"
        wait_until(lambda: self.post(dry).status == 200, 30, "the units of the order")

    def post(self, what, body=None, **options):
        path = f"/api/v1/admin/orders/{self.id}/{what}"
        return self.shop.staff().post(path, {**WHY, **(body or {})}, **options)

    def units(self, mugs):
        return {"lines": [{"line_id": self.mug, "quantity": mugs}]}

    def see(self):
        return self.shop.staff().get(f"/api/v1/admin/orders/{self.id}").expect(200).json

    def payment(self):
        return self.see()["payments"][0]

    def moved(self, kind):
        return moved(self.shop, self.id, kind)

    def captured(self):
        return self.payment()["captured"]["minor_units"]


@through
def test_a_refused_capture_leaves_the_order_and_is_asked_for_anew(shop, end):
    sale = Sale(shop, "tok_capture_fails")
    sale.post("fulfillments", {**sale.units(1), "ship": {}}).expect(201)
    strike(shop, end, sale.shopper)
    failed = "payment.capture_failed"
    wait_until(lambda: failed in told_of_payment(shop, sale.shopper), 30, "the refusal")
    assert sale.see()["status"] == "confirmed" and sale.captured() == 0
    assert sale.payment()["refused_capture"]["amount"]["minor_units"] > 0
    assert sale.post("capture").status >= 400
    wait_until(lambda: told_of_payment(shop, sale.shopper).count(failed) == 2, 30, "the second one")
    assert sale.moved("capture") == []
    sale.post("cancel-lines", sale.units(2)).expect(200)
    owed = sale.see()["balance"]  # what left

    def is_shown():
        return sale.payment()["id"] in [item["stream"] for item in items_of(shop.staff())]

    wait_until(is_shown, 30, "staff to be told")
    paid = {"amount": owed, "method": "transfer", "reason": {"code": "transfer"}}
    sale.post("payments", paid).expect(201)
    wait_until(lambda: not is_shown(), 30, "nobody to be told any more")
    assert sale.payment()["refused_capture"] is None


@through
def test_captures_and_a_void_that_are_told_in_reverse_leave_the_books_right(shop, end):
    sale = Sale(shop)
    shop.sandbox.set_knobs(webhooks="all", webhook_copies=2, webhooks_reversed=True,
                           answer_delay_ms=1_000)
    for _ in range(2):
        sale.post("fulfillments", {**sale.units(1), "ship": {}}).expect(201)
    sale.post("cancel-lines", sale.units(1)).expect(200)
    strike(shop, end, sale.shopper)
    wait_until(lambda: sale.total == sum(sale.moved("capture")) + sum(sale.moved("void")), 30,
               "all of the money to be taken or let go")
    wait_until(lambda: sale.see()["balance"]["minor_units"] == 0, 30, "the order to be even")
    assert sale.captured() == sum(sale.moved("capture"))
    told = told_of_payment(shop, sale.shopper)
    assert told.count("payment.captured") == len(sale.moved("capture")) == 2


@through
def test_what_is_held_behind_a_capture_is_let_go_once_the_rest_is_canceled(shop, end):
    sale = Sale(shop)
    sale.post("fulfillments", {**sale.units(1), "ship": {}}).expect(201)
    wait_until(lambda: sale.captured() > 0, 30, "the first capture")
    part = sale.captured()
    shop.sandbox.kill()
    sale.post("cancel-lines", sale.units(2)).expect(200)
    strike(shop, end, sale.shopper)
    shop.sandbox.start()
    wait_until(lambda: sale.moved("void") == [sale.total - part], 60, "the rest to be let go")
    wait_until(lambda: "payment.voided" in told_of_payment(shop, sale.shopper), 30, "the answer")
    assert sale.payment()["status"] == "captured" and sale.captured() == part
    assert sale.see()["balance"]["minor_units"] == 0
    sale.post("capture").expect(409)


def test_the_last_and_smaller_capture_lets_go_of_the_rest(shop):
    sale = Sale(shop)
    sale.post("cancel-lines", sale.units(1)).expect(200)
    sale.post("fulfillments", {"ship": {}}).expect(201)
    wait_until(lambda: sale.captured() > 0, 30, "the capture")
    assert sale.moved("void") == [sale.total - sale.captured()]
    assert net_money(ledger_of(shop, sale.id)) == sale.captured()


@through
def test_a_cancel_while_money_is_taken_gives_it_back_once(shop, end):
    sale = Sale(shop)
    shop.sandbox.kill()
    sale.post("capture").expect(202)
    assert sale.post("cancel").expect(200).json["status"] == "canceled"
    strike(shop, end, sale.shopper)
    shop.sandbox.start()
    wait_until(lambda: sale.moved("refund") == [sale.total], 60, "the refund")
    assert sale.moved("capture") == [sale.total] and sale.moved("void") == []
    wait_until(lambda: sale.see()["payment_status"] == "refunded", 30, "the answer")


# ---- 22: refunds that are refused, or come back -------------------------------------------------

@through
@pytest.mark.parametrize("card", ["tok_refund_fails", "tok_refund_fails_late"])
def test_a_refund_that_cannot_be_made_is_settled_by_other_means(shop, card, end):
    sale = Sale(shop, card)
    sale.post("capture").expect(200)
    note = sale.post("credit-notes", sale.units(1)).expect(201).json["id"]
    payment = sale.payment()["id"]
    refunds = f"/api/v1/admin/orders/{sale.id}/payments/{payment}/refunds"

    def refund():
        return shop.staff().get(refunds).expect(200).json["refunds"][0]

    wait_until(lambda: refund()["is_owed"], 30, "the refusal")
    path = f"{refunds}/{refund()['id']}/settle"
    body = {"by": "offline", "reason": {"code": "cash", "note": "paid in the shop"}}
    would = shop.staff().post(f"{path}?dry_run=1", body).expect(200).json
    assert would["events"] == ["payment.refund_settled", "credit_note.settled"]
    shop.staff().post(path, body, key="paid-in-cash").expect(200)
    strike(shop, end, sale.shopper)
    again = shop.staff().post(path, body, key="paid-in-cash").expect(200)
    assert again.headers["Idempotent-Replayed"] == "true"
    settled = refund()
    assert (settled["status"], settled["settled_by"], settled["is_owed"]) == (
        "settled", "offline", False)
    shop.staff().post(path, body).expect(409)
    shop.staff().post(refunds, {"again": settled["id"]}).expect(409)
    shop.staff().post(f"{refunds}/{settled['id'][:-4]}0000/settle", body).expect(404)
    shop.api().post(path, body).expect(401)
    seen = shop.staff().get(f"/api/v1/admin/credit-notes/{note}").expect(200).json
    assert (seen["status"], seen["settled"]) == ("settled", seen["totals"]["total"])
    assert sale.see()["balance"]["minor_units"] == 0
    assert sale.see()["payment_status"] == "partially_refunded"
    wait_until(lambda: payment not in [item["stream"] for item in items_of(shop.staff())], 30,
               "nobody to be told any more")
    number = sale.see()["number"]

    def listed():
        path = f"/api/v1/admin/orders?q={number}"
        items = shop.staff().get(path).expect(200).json["items"]
        return [item["balance"]["minor_units"] for item in items]

    wait_until(lambda: listed() == [0], 30, "the list")
    assert sum(sale.moved("refund")) == sum(sale.moved("refund_failed"))


# ---- 18: authorizations that end ----------------------------------------------------------------

@pytest.mark.parametrize("webhooks", ["changes", "nothing"])
def test_an_authorization_that_ends_is_told_of_before_and_nothing_leaves_after(
        binary, make_shop, sandbox, webhooks):
    sandbox.stop()
    sandbox.arguments += ["--authorization-seconds", "6"]
    sandbox.start()
    sandbox.set_knobs(webhooks=webhooks)
    shop = make_shop()
    sell(shop, "MUG", price="3.33")
    sale = Sale(shop)
    planned = sale.post("fulfillments", sale.units(1)).expect(201).json["fulfillments"][0]["id"]
    (item,) = wait_until(lambda: items_of(shop.staff()), 20, "somebody to be told")
    assert item["kind"] == "expiring" and item["stream"] == sale.payment()["id"]
    metrics = shop.api().get("/metrics").body.decode()
    assert "shopverse_authorizations_expiring 1\n" in metrics
    if webhooks == "changes":
        wait_until(lambda: sale.payment()["status"] == "expired", 30, "the provider's word")
    ship = f"/api/v1/admin/fulfillments/{planned}/ship"
    wait_until(lambda: shop.staff().post(f"{ship}?dry_run=1", WHY).status == 409, 30, "the end")
    shop.kill()
    shop.start()
    for refused in (shop.staff().post(ship, WHY), sale.post("fulfillments", {"ship": {}})):
        assert refused.expect(409).json["type"].endswith("authorization-expired")
    assert sale.moved("capture") == []
    assert sale.post("cancel").expect(200).json["status"] == "canceled"
