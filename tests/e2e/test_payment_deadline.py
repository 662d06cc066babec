"""The end of the time to pay, which is a few seconds here: the provider is asked to cancel, and
nothing becomes of the units before it has answered. Against the sandbox, which is away when the
time is over; and the shop is killed meanwhile. The numbers are those of the rules in
docs/domain.md."""

import collections
import datetime
import json

import pytest

from conftest import new_database, running
from programs import Sandbox, Shop, wait_until
from shopper import charges, ledger_of, net_money, ready_to_pay, settle, stock_of
from staff import sell
from test_log_and_backup import records, types
from test_provider_truth import checkout_at_once, moved, strike, told_of_payment, total_of

SECONDS = 6
SKUS = ("LEFT", "APPROVED", "WRONG")
Late = collections.namedtuple("Late", "left reference approved wrong meanwhile")


@pytest.fixture(scope="module")
def shop(binary, tmp_path_factory, postgres_server):
    """Its provider listens at one address whenever it starts, and does not find the shop: no
    webhook comes, so the shop learns by its own questions alone."""
    folder = tmp_path_factory.mktemp("deadline")
    with (running(Sandbox(binary, folder / "provider", action_seconds=900)) as sandbox,
          new_database(postgres_server) as conninfo,
          running(Shop(binary, folder / "shop", conninfo, "--payment-time", SECONDS,
                       "--sandbox", sandbox.address)) as shop):
        sandbox.arguments += ["--port", sandbox.address.rpartition(":")[2]]
        shop.sandbox = sandbox
        yield shop


@pytest.fixture(scope="module", params=["calm", "kill"])
def late(request, shop):
    """Three whose time to pay is over while the provider is away, and what was to be seen then: one
    who left the provider's page, one who approved there without the shop's hearing of it, one whose
    card held another amount."""
    skus = [f"{sku}-{request.param}" for sku in SKUS]
    for sku in skus:
        sell(shop, sku, price="3.33", stock=10)
    shoppers = [ready_to_pay(shop, sku) for sku in skus]
    left, approved, wrong = shoppers
    checkout_at_once(wrong, "tok_wrong_amount").expect(202)
    wait_until(lambda: "payment.mismatch_detected" in told_of_payment(shop, wrong), 30, "the card")
    left.checkout("tok_needs_action").expect(202)
    reference = left.see_order()["payments"][0]["action"]["url"].rpartition("/")[2]
    approved.checkout("tok_needs_action").expect(202)
    approved.decide()  # and the shop asks how it stands two seconds after it began
    shop.sandbox.kill()
    wait_until(lambda: all(map(is_over, shoppers)), 60, "the end of the time to pay")
    strike(shop, request.param, *shoppers)
    meanwhile = [(each.see_order()["status"], each.see_cart()["status"],
                  stock_of(shop, sku)["held"]) for each, sku in zip(shoppers, skus)]
    shop.sandbox.start()
    return Late(left, reference, approved, wrong, meanwhile)


def is_over(shopper):
    checkout = shopper.cart.replace("crt_", "chk_")
    told = types(records(shopper.shop, "--stream", checkout))
    return "checkout.deadline_passed" in told or "checkout.failed" in told


def sku_of(shopper):
    return shopper.see_cart()["lines"][0]["sku"]


def units(shopper):
    """Of his cart's goods: held by a checkout, and sold."""
    stock = stock_of(shopper.shop, sku_of(shopper))
    return stock["held"], stock["allocated"]


def recorded_at(shop, kind, name):
    """When the event was recorded that is of that stream, or names it."""
    (time,) = [record["entry"]["time"] for record in records(shop)
               for event in record["entry"].get("events", [])
               if event["type"] == kind and name in json.dumps(event)]
    return time


def check_that_the_units_went_back_after_the_void(shop, shopper):
    assert shopper.see_cart()["status"] == "open"
    assert units(shopper) == (0, 0)
    payment = shopper.see_order()["payments"][0]["id"]
    voided = recorded_at(shop, "payment.voided", payment)
    assert voided < recorded_at(shop, "stock.released", shopper.order)


# ---- 6: the deadline is the checkout's ----------------------------------------------------------

def test_who_does_not_pay_in_time_has_his_cart_again(shop):
    """The provider is there, and the shop lives."""
    for sku in ("MUG", "TEA"):
        sell(shop, sku, price="3.33", stock=10)
    left, declined = ready_to_pay(shop, "MUG"), ready_to_pay(shop, "TEA")
    left.checkout("tok_needs_action").expect(202)
    declined.checkout("tok_declined").expect(402)
    settle(shop, [left, declined])
    assert left.see_order()["failure"]["reason"] == "expired"
    check_that_the_units_went_back_after_the_void(shop, left)
    assert declined.see_order()["failure"]["reason"] == "declined"
    assert units(declined) == (0, 0)
    assert ledger_of(shop) == []


def test_units_are_held_until_the_provider_has_answered(late):
    assert late.meanwhile == 3 * [("pending", "checking_out", 1)]


def test_an_action_left_alone_is_canceled_at_the_provider_and_then_the_units_go_back(shop, late):
    settle(shop, [late.left])
    assert late.left.see_order()["failure"]["reason"] == "expired"
    payment = shop.sandbox.api().get(f"/v1/payments/{late.reference}").expect(200).json
    assert payment["status"] == "voided"
    assert ledger_of(shop, late.left.order) == []
    check_that_the_units_went_back_after_the_void(shop, late.left)
    late.left.checkout("tok_ok").expect(201)
    assert net_money(ledger_of(shop, late.left.order)) == total_of(late.left)


def test_approved_in_the_last_moment_is_an_order(shop, late):
    wait_until(lambda: late.approved.see_order()["status"] == "placed", 30, "the order")
    assert late.approved.see_order()["payment_status"] == "authorized"
    assert late.approved.see_cart()["status"] == "completed"
    told = told_of_payment(shop, late.approved)
    assert told[-2:] == ["payment.void_requested", "payment.authorized"]
    (charge,) = ledger_of(shop, late.approved.order)
    assert (charge["kind"], charge["amount"]["minor_units"]) == (
        "authorize", total_of(late.approved))
    wait_until(lambda: units(late.approved) == (0, 1), 30, "its unit")


# ---- 8: a wrong amount is voided at the deadline ------------------------------------------------

def test_another_amount_is_let_go_when_the_time_is_over(shop, late):
    settle(shop, [late.wrong])
    assert late.wrong.see_order()["failure"]["reason"] == "mismatch"
    (charge,) = charges(ledger_of(shop, late.wrong.order))
    held = charge["amount"]["minor_units"]
    assert held == total_of(late.wrong) - 1
    assert moved(shop, late.wrong.order, "void") == [held]
    assert net_money(ledger_of(shop, late.wrong.order)) == 0
    assert "payment.authorized" not in told_of_payment(shop, late.wrong)
    check_that_the_units_went_back_after_the_void(shop, late.wrong)


# ---- The setting --------------------------------------------------------------------------------

def seconds_left(pay_until):
    left = datetime.datetime.fromisoformat(pay_until) - datetime.datetime.now(datetime.timezone.utc)
    return left.total_seconds()


def buy_by_phone(shop):
    """Until when it is to be paid."""
    return shop.staff().post("/api/v1/admin/orders", {
        "lines": [{"sku": "MUG", "quantity": 1}],
        "payment": {"provider": "sandbox", "token": "tok_needs_action"},
    }).expect(202).json["pay_until"]


def test_a_deadline_is_recorded_and_does_not_move_with_the_setting(make_shop):
    shop = make_shop("--payment-time", "3000")
    sell(shop, "MUG")
    before, after = ready_to_pay(shop, "MUG"), ready_to_pay(shop, "MUG")
    before.checkout("tok_declined").expect(402)
    pay_until = before.see_order()["pay_until"]
    assert 2_900 < seconds_left(pay_until) <= 3_000
    assert 2_900 < seconds_left(buy_by_phone(shop)) <= 3_000
    shop.kill()
    shop.arguments[-1] = "600"
    shop.start()
    for shopper in (before, after):
        shopper.reconnect()
        shopper.checkout("tok_declined").expect(402)
    assert before.see_order()["pay_until"] == pay_until
    assert 500 < seconds_left(after.see_order()["pay_until"]) <= 600
    assert 500 < seconds_left(buy_by_phone(shop)) <= 600
