"""Providers that move another amount than was asked for, and shops whose terms move under a
shopper: against the sandbox, through kill -9. The numbers are those of the rules in
docs/domain.md."""

import contextlib
import copy

import pytest

from programs import wait_until
from shopper import charges, ledger_of, net_money, ready_to_pay, settle, stock_of
from staff import sell
from test_attention import items_of
from test_log_and_backup import records, types
from test_provider_truth import (  # shared and shop are fixtures
    WHY,
    Sale,
    moved,
    shared,
    shop,
    strike,
    through,
    told_of_payment,
    total_of,
)

ADMIN = "/api/v1/admin"


# ---- 8: captures and refunds of another amount --------------------------------------------------

class Contradicted:
    """A payment of a sale of which the provider says another amount than was asked for."""

    def __init__(self, sale):
        self.sale = sale
        payment = sale.payment()["id"]
        self.path = f"{ADMIN}/orders/{sale.id}/payments/{payment}/accept-amount"
        self.payment = payment

    def is_shown(self):
        return self.payment in [item["stream"] for item in items_of(self.sale.shop.staff())]

    def named(self, more=0):
        """What staff reads in the order, as accepting it has to name it."""
        (told,) = self.sale.see()["staff"]["mismatches"]
        amount = {**told["amount"], "minor_units": told["amount"]["minor_units"] + more}
        ids = {name: told[name] for name in ("capture_id", "refund_id") if told[name]}
        return {**WHY, "amount": amount, **ids}

    def accept(self, end):
        """What a dry run says the call does; and the call, twice, through the end of the shop."""
        wait_until(self.is_shown, 30, "somebody to be told")
        staff = self.sale.shop.staff()
        body = self.named()
        would = staff.post(f"{self.path}?dry_run=1", body).expect(200).json
        assert self.is_shown()
        key = f"accepted-{len(told_of_payment(self.sale.shop, self.sale.shopper))}"
        staff.post(self.path, body, key=key).expect(200)
        strike(self.sale.shop, end, self.sale.shopper)
        again = self.sale.shop.staff().post(self.path, body, key=key).expect(200)
        assert again.headers["Idempotent-Replayed"] == "true"
        return would


@through
def test_a_capture_of_another_amount_counts_once_it_is_accepted(shop, end):
    sale = Sale(shop, "tok_wrong_capture")
    sale.post("fulfillments", {**sale.units(1), "ship": {}}).expect(201)
    wrong = Contradicted(sale)
    wait_until(wrong.is_shown, 30, "somebody to be told")
    assert sale.captured() == 0
    for call in ("cancel-lines", "payments"):
        body = sale.units(1) if call == "cancel-lines" else {"method": "cash"}
        assert sale.post(call, body).expect(409).json["type"].endswith("payment-mismatch")
    body = wrong.named()
    shop.api().post(wrong.path, body).expect(401)
    shop.staff().post(wrong.path, WHY).expect(400)
    for other in (wrong.named(more=1), {**WHY, "amount": body["amount"]}):
        refused = shop.staff().post(wrong.path, other).expect(409)
        assert refused.json["type"].endswith("mismatch-changed")
        assert refused.json["told"] == body["amount"]
        assert refused.json["capture_id"] == body["capture_id"]
    assert wrong.is_shown() and sale.captured() == 0
    would = wrong.accept(end)
    assert (would["events"], would["money"]) == (["payment.mismatch_accepted"], [])
    (order,) = would["orders"]
    balance = [order["balance"][when]["minor_units"] for when in ("before", "after")]
    assert balance == [sale.total, sale.total - sale.captured()]
    assert sale.captured() == sum(sale.moved("capture")) > 0
    assert sale.see()["balance"]["minor_units"] == sale.total - sale.captured()
    assert not wrong.is_shown()
    refused = shop.staff().post(wrong.path, body).expect(409)
    assert refused.json["type"].endswith("no-mismatch")

    sale.post("fulfillments", {"ship": {}}).expect(201)
    wrong.accept("calm")
    assert sum(sale.moved("capture")) == sale.captured() == sale.total - 1
    paid = {"method": "cash", "reason": {"code": "cash"}}  # the last penny
    sale.post("payments", paid).expect(201)
    assert sale.see()["payment_status"] == "captured"


@through
def test_a_refund_of_another_amount_counts_once_it_is_accepted(shop, end):
    sale = Sale(shop, "tok_wrong_refund")
    sale.post("capture").expect(200)
    note = sale.post("credit-notes", sale.units(1)).expect(201).json
    wrong = Contradicted(sale)
    would = wrong.accept(end)
    assert would["events"] == [
        "payment.mismatch_accepted", "payment.refund_requested", "credit_note.settled"]
    assert [move["amount"]["minor_units"] for move in would["money"]] == [1]
    assert would["orders"][0]["balance"]["after"]["minor_units"] == 0  # with the missing penny
    wrong.accept("calm")  # of the missing penny the card gives back two
    seen = shop.staff().get(f"{ADMIN}/credit-notes/{note['id']}").expect(200).json
    assert (seen["status"], seen["settled"]) == ("settled", note["totals"]["total"])
    back = note["totals"]["total"]["minor_units"] + 1
    assert sum(sale.moved("refund")) == back
    assert sale.see()["balance"]["minor_units"] == 1
    assert not wrong.is_shown()


@through
def test_a_card_that_holds_a_part_does_not_cover_and_another_one_pays(shop, end):
    shopper = ready_to_pay(shop, "MUG")
    refused = shopper.checkout("tok_partial").expect(402)
    assert refused.json["code"] == "partial_authorization"
    strike(shop, end, shopper)
    wait_until(lambda: net_money(ledger_of(shop, shopper.order)) == 0, 30, "the void")
    shopper.checkout("tok_ok").expect(201)
    assert net_money(ledger_of(shop, shopper.order)) == total_of(shopper)


@through
def test_money_that_is_taken_at_once_pays_and_goes_back_with_a_cancel(shop, end):
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout("tok_captured_at_once").expect(201)
    total = total_of(shopper)
    assert shopper.see_order()["payment_status"] == "captured"
    assert moved(shop, shopper.order, "capture") == [total]
    strike(shop, end, shopper)
    shopper.cancel().expect(200, 202)
    wait_until(lambda: moved(shop, shopper.order, "refund") == [total], 30, "the refund")
    wait_until(lambda: shopper.see_order()["payment_status"] == "refunded", 30, "the answer")
    assert len(charges(ledger_of(shop, shopper.order))) == 1


# ---- 15: a provider that captures once ----------------------------------------------------------

@through
def test_a_card_that_is_captured_once_pays_all_with_the_first_of_two_parts(shop, end):
    sale = Sale(shop, "tok_captures_once")
    sale.post("fulfillments", {**sale.units(1), "ship": {}}).expect(201)
    strike(shop, end, sale.shopper)
    wait_until(lambda: sale.captured() == sale.total, 30, "all of the money")
    seen = sale.see()
    assert (seen["payment_status"], seen["fulfillment_status"]) == (
        "captured", "partially_fulfilled")
    assert seen["balance"]["minor_units"] == 0
    would = sale.post("fulfillments?dry_run=1", {"ship": {}}).expect(200).json
    assert would["money"] == []
    sale.post("cancel-lines", sale.units(1)).expect(200)
    wait_until(lambda: sale.moved("refund") == [333], 30, "the mug that does not leave")
    sale.post("fulfillments", {"ship": {}}).expect(201)
    wait_until(lambda: sale.see()["payment_status"] == "partially_refunded", 30, "the answer")
    assert sale.see()["fulfillment_status"] == "fulfilled"
    assert sale.see()["balance"]["minor_units"] == 0
    assert sale.moved("capture") == [sale.total] and sale.moved("void") == []
    sale.post("capture").expect(409)


# ---- 2: money nobody asked for ------------------------------------------------------------------

def authorize_unasked(shop, name, card="tok_ok"):
    """Holds 19.99 at the provider, for an order that the shop knows nothing of; its reference."""
    return shop.sandbox.api().post("/v1/authorizations", {
        "effect_id": f"eff_{name}", "order": f"ord_{name}", "payment": f"pay_{name}",
        "token": card, "return_url": "http://localhost/back",
        "amount": {"minor_units": 1999, "currency": "GBP"}}).expect(200).json["reference"]


@through
@pytest.mark.parametrize("card, kind", [("tok_ok", "void"), ("tok_captured_at_once", "refund")])
def test_money_nobody_asked_for_goes_back_once(shop, end, card, kind):
    shop.sandbox.set_knobs(webhooks="all")
    authorize_unasked(shop, f"{card}_{end}", card)
    (item,) = wait_until(lambda: items_of(shop.staff()), 30, "somebody to be told")
    path = f"{ADMIN}/discovered-payments/{item['stream']}"
    before = count(shop, kind)
    shop.sandbox.kill()
    shop.staff().post(f"{path}/give-back", WHY, key="back").expect(202)
    strike(shop, end)
    shop.sandbox.start()
    wait_until(lambda: shop.staff().get(path).json["left"]["minor_units"] == 0, 30, "its way back")
    wait_until(lambda: count(shop, kind) == before + 1, 60, "its return")
    wait_until(lambda: items_of(shop.staff()) == [], 30, "the list")
    assert count(shop, kind) == before + 1


@through
def test_money_nobody_asked_for_goes_back_whole_though_its_hold_is_told_last(shop, end):
    shop.sandbox.set_knobs(webhooks="all", webhooks_reversed=True)
    reference = authorize_unasked(shop, f"part_{end}")
    shop.sandbox.api().post("/v1/captures", {
        "effect_id": f"eff_taken_{end}", "reference": reference, "operation": "theirs",
        "amount": {"minor_units": 500, "currency": "GBP"}, "final": False}).expect(200)
    (item,) = wait_until(lambda: items_of(shop.staff()), 30, "somebody to be told")
    path = f"{ADMIN}/discovered-payments/{item['stream']}"

    def see(member):
        return shop.staff().get(path).expect(200).json[member]["minor_units"]

    wait_until(lambda: see("held") == 1499, 30, "what is held behind the part")
    assert (see("authorized"), see("left")) == (1999, 1999)
    told = types(records(shop, "--stream", item["stream"]))
    assert told == ["payment.discovered", "payment.hold_discovered"]
    shop.sandbox.kill()
    shop.staff().post(f"{path}/give-back", WHY, key="back").expect(202)
    strike(shop, end)
    shop.sandbox.start()
    wait_until(lambda: items_of(shop.staff()) == [], 60, "the list")
    wait_until(lambda: len(shop.sandbox.ledger(f"ord_part_{end}")) == 4, 60, "its return")
    moves = {move["kind"]: move["amount"]["minor_units"]
             for move in shop.sandbox.ledger(f"ord_part_{end}")}
    assert moves == {"authorize": 1999, "capture": 500, "refund": 500, "void": 1499}
    assert (see("left"), see("held")) == (0, 0)


def count(shop, kind):
    return len([move for move in ledger_of(shop) if move["kind"] == kind])


# ---- 4, 5, 9: what the shopper saw; what may be bought; nothing to be paid ----------------------

@contextlib.contextmanager
def other_settings(shop, kind, change):
    """The document in force is changed, and put back afterwards."""
    path = f"{ADMIN}/settings/{kind}"
    before = shop.staff().get(path).expect(200).json["document"]
    changed = copy.deepcopy(before)
    change(changed)
    shop.staff().put(path, {"document": changed}).expect(200)
    yield
    shop.staff().put(path, {"document": before}).expect(200)


def delivery_costs(pence):
    def change(document):
        for zone in document["zones"]:
            for rate in zone["rates"]:
                for band in rate["bands"]:
                    band["price"]["minor_units"] = pence

    return change


def higher_tax(document):
    for country in document["countries"]:
        country["rates"] = {name: "0.35" for name in country["rates"]}


@through
@pytest.mark.parametrize("kind, change", [("shipping", delivery_costs(999)), ("tax", higher_tax)])
def test_a_fee_or_a_tax_that_moved_is_told_and_nothing_is_charged(shop, kind, change, end):
    sku = f"{kind}-{end}"

    def without_tax(document):
        document["prices_include_tax"] = False

    with other_settings(shop, "store", without_tax):
        sell(shop, sku, price="5.00")  # before tax
        shopper = ready_to_pay(shop, sku)
        seen = shopper.see_cart()["totals"]["total"]
        with other_settings(shop, kind, change):
            strike(shop, end, shopper)
            refused = shopper.checkout(expected_total=seen).expect(409)
            assert refused.json["type"].endswith("total-changed")
            assert refused.json["total"]["minor_units"] > seen["minor_units"]
            assert ledger_of(shop, shopper.order) == []
            shopper.checkout(expected_total=refused.json["total"]).expect(201)
            total = total_of(shopper)
            assert total == refused.json["total"]["minor_units"]
            assert net_money(ledger_of(shop, shopper.order)) == total


@through
def test_a_variant_that_was_removed_is_refused_and_honored_once_it_began(shop, end):
    medium, large = f"CAP-M-{end}", f"CAP-L-{end}"
    for sku, size in ((medium, "M"), (large, "L")):
        sell(shop, sku, price="5.00", slug=f"cap-{end}", options=f"size={size}")
    begun, late = ready_to_pay(shop, medium), ready_to_pay(shop, medium)
    begun.checkout("tok_declined").expect(402)
    line = begun.see_order()["lines"][0]
    path = f"{ADMIN}/products/{line['product_id']}/variants/{line['variant_id']}"
    shop.staff().delete(f"{path}?reason=gone").expect(200)
    strike(shop, end, begun, late)
    assert late.checkout().expect(409).json["lines"]
    begun.checkout("tok_ok").expect(201)


@through
def test_what_is_on_order_is_sold_as_far_as_the_policy_goes(shop, end):
    book = f"BOOK-{end}"
    sell(shop, book, price="5.00", stock=1)
    policy = {"tracked": True, "backorder_limit": 1, "safety_stock": 0}
    shop.staff().put(f"{ADMIN}/stock/{book}/policy", policy).expect(200)
    shoppers = [ready_to_pay(shop, book) for _ in range(3)]
    strike(shop, end, *shoppers)
    for shopper in shoppers[:2]:
        shopper.checkout().expect(201)
    assert shoppers[2].checkout().expect(409).json["type"].endswith("out-of-stock")
    settle(shop, shoppers)
    wait_until(lambda: stock_of(shop, book)["allocated"] == 2, 30, "both units")
    assert ledger_of(shop, shoppers[2].order) == []


@through
def test_a_cart_that_costs_nothing_is_an_order_without_a_payment(shop, end):
    sell(shop, "GIFT", price="0.00", stock=5)
    with other_settings(shop, "shipping", delivery_costs(0)):
        shopper = ready_to_pay(shop, "GIFT")
        assert shopper.see_cart()["totals"]["total"]["minor_units"] == 0
        shopper.checkout(card=None).expect(201)
    strike(shop, end, shopper)
    order = shopper.see_order()
    assert (order["payment_status"], order["payments"]) == ("not_required", [])
    wait_until(lambda: stock_of(shop, "GIFT")["allocated"] >= 1, 30, "its unit")
    assert ledger_of(shop, shopper.order) == []

