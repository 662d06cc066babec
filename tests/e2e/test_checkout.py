"""One shopper and each way a payment can go."""

import contextlib
import http.client
import json

import pytest

from client import Client
from programs import wait_until
from shopper import (
    Shopper,
    charges,
    check_books,
    ledger_of,
    net_money,
    ready_to_pay,
    settle,
    stock_of,
)
from staff import sell


@pytest.fixture
def shopper(shop):
    sell(shop, "MUG", stock=10)
    return ready_to_pay(shop, "MUG")


def test_a_cart_becomes_an_order(shop, shopper):
    total = shopper.see_cart()["totals"]["total"]
    answer = shopper.checkout(expected_total=total).expect(201)
    order = answer.json
    assert answer.headers["Location"] == f"/api/v1/orders/{order['id']}"
    assert answer.headers["Shop-Position"].startswith("commerce-")
    assert order["status"] == "placed" and order["payment_status"] == "authorized"
    assert order["totals"]["total"] == total
    assert order["contact"]["email"] == shopper.email
    assert order["lines"][0]["quantities"]["ordered"] == 1
    assert shopper.see_order() == order
    assert check_books(shop, [shopper], ["MUG"]) == 1


def test_another_shoppers_order_is_not_there(shop, shopper):
    shopper.checkout().expect(201)
    stranger = Client(shop.address)
    path = f"/api/v1/orders/{shopper.order}"
    stranger.get(path).expect(404)
    stranger.get(f"{path}?t={shopper.token}").expect(200)
    other = Shopper(shop)
    other.open_cart()
    other.api.get(path).expect(404)
    other.api.post(f"{path}/cancel").expect(404)


def test_a_declined_card_is_told_and_another_one_pays(shop, shopper):
    declined = shopper.checkout("tok_declined").expect(402)
    assert declined.json["order_id"] == shopper.order
    assert declined.json["code"] == "card_declined"
    assert shopper.see_order()["status"] == "pending"
    assert stock_of(shop, "MUG")["held"] == 1
    assert shopper.see_cart()["status"] == "checking_out"
    shopper.checkout("tok_ok").expect(201)
    assert len(charges(ledger_of(shop, shopper.order))) == 1
    assert check_books(shop, [shopper], ["MUG"]) == 1


def test_a_declined_order_can_be_canceled_and_the_cart_goes_on(shop, shopper):
    shopper.checkout("tok_declined").expect(402)
    assert shopper.cancel().expect(200, 202).json["status"] in ("failed", "pending")
    settle(shop, [shopper])
    assert shopper.see_order()["failure"]["reason"] == "canceled"
    assert stock_of(shop, "MUG")["held"] == 0
    shopper.add("MUG")
    shopper.checkout().expect(201)


@pytest.mark.parametrize(
    "card", ["tok_slow", "tok_lost_after_charge", "tok_lost_before_charge", "tok_duplicate"]
)
def test_slow_lost_and_repeated_answers_charge_once(shop, shopper, card):
    shopper.checkout(card).expect(201, 202)
    wait_until(lambda: shopper.see_order()["status"] == "placed", 60, "the order")
    assert len(charges(ledger_of(shop, shopper.order))) == 1
    assert check_books(shop, [shopper], ["MUG"]) == 1


def test_a_card_that_wants_the_shopper_sends_him_to_the_provider_and_back(shop, shopper):
    answer = shopper.checkout("tok_needs_action", payment={"return_url": "/thanks"}).expect(202)
    action = answer.json["payments"][0]["action"]
    assert action["kind"] == "redirect"
    address, path = action["url"].removeprefix("http://").split("/", 1)
    Client(address).get("/" + path).expect(200)
    assert shopper.decide().headers["Location"].endswith("/thanks")
    wait_until(lambda: shopper.see_order()["status"] == "placed", 30, "the order")


def test_a_refresh_asks_the_provider_when_no_webhook_comes(shop, shopper):
    shop.sandbox.set_knobs(webhooks="nothing")
    answer = shopper.checkout("tok_needs_action").expect(202)
    payment = answer.json["payments"][0]
    shopper.decide()
    refreshed = shopper.api.post(f"/api/v1/orders/{shopper.order}/payments/{payment['id']}/refresh")
    assert refreshed.expect(200).json["status"] == "placed"


def test_nobody_is_sent_to_another_site(shop, shopper):
    for url in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        shopper.checkout(payment={"return_url": url}).expect(400)
    assert shopper.see_cart()["status"] == "open"


def test_a_wrong_amount_makes_no_order_and_is_voided_when_the_shopper_gives_up(shop, shopper):
    shopper.checkout("tok_wrong_amount").expect(202)
    assert shopper.see_order()["status"] == "pending"
    shopper.cancel().expect(200, 202)
    settle(shop, [shopper])
    assert net_money(ledger_of(shop, shopper.order)) == 0
    assert stock_of(shop, "MUG")["held"] == 0


def test_money_that_comes_after_the_cancel_goes_back(shop, shopper):
    shopper.checkout("tok_late_authorization").expect(402)
    shopper.cancel().expect(200, 202)
    wait_until(lambda: charges(ledger_of(shop, shopper.order)), 30, "the late authorization")
    wait_until(lambda: net_money(ledger_of(shop, shopper.order)) == 0, 30, "its void")
    assert shopper.see_cart()["status"] == "open"


def test_a_placed_order_is_canceled_with_a_void_or_with_a_refund(shop, shopper):
    shopper.checkout().expect(201)
    assert shopper.cancel().expect(200).json["status"] == "canceled"
    wait_until(lambda: net_money(ledger_of(shop, shopper.order)) == 0, 30, "the void")
    wait_until(lambda: stock_of(shop, "MUG")["reserved"] == 0, 30, "the release")
    other = ready_to_pay(shop, "MUG")
    other.checkout().expect(201)
    path = f"/api/v1/admin/orders/{other.order}/capture"
    captured = shop.staff().post(path, {"reason": {"code": "shipped"}}).expect(200)
    assert captured.json["payment_status"] == "captured"
    shop.staff().post(path, {"reason": {"code": "shipped"}}).expect(409)
    shop.api().post(path, {"reason": {"code": "shipped"}}).expect(401)
    assert other.cancel().expect(200).json["status"] == "canceled"
    refunds = [move["amount"] for move in ledger_of(shop, other.order) if move["kind"] == "capture"]
    wait_until(lambda: [move["amount"] for move in ledger_of(shop, other.order)
                        if move["kind"] == "refund"] == refunds, 30, "the refund")


def test_what_the_shopper_saw_is_what_is_charged(shop, shopper):
    wrong = {"minor_units": 1, "currency": "GBP"}
    answer = shopper.checkout(expected_total=wrong).expect(409)
    assert answer.json["type"].endswith("total-changed")
    assert answer.json["total"] == shopper.see_cart()["totals"]["total"]
    assert ledger_of(shop, shopper.order) == []
    shopper.checkout(expected_total=answer.json["total"]).expect(201)


@contextlib.contextmanager
def watch(shopper, last_event_id=None):
    """A function that waits for the next event of his order."""
    headers = {"Shop-Token": shopper.token}
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    connection = http.client.HTTPConnection(shopper.shop.address, timeout=30)
    connection.request("GET", f"/api/v1/orders/{shopper.order}/events", headers=headers)
    stream = connection.getresponse()
    assert stream.status == 200
    assert stream.headers["Content-Type"].startswith("text/event-stream")

    def next_event():
        fields = {}
        while True:
            line = stream.readline().decode().rstrip("\n")
            if not line and "data" in fields:
                return fields["id"], json.loads(fields["data"])["status"]
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value

    try:
        yield next_event
    finally:
        connection.close()


def test_an_order_can_be_watched(shopper):
    shopper.checkout("tok_declined").expect(402)
    with watch(shopper) as next_event:
        assert next_event()[1] == "pending"
        shopper.checkout("tok_ok").expect(201)
        while next_event()[1] != "placed":
            pass


def test_whoever_comes_back_to_watch_is_told_only_what_is_new(shopper):
    shopper.checkout("tok_declined").expect(402)
    with watch(shopper) as next_event:
        seen = next_event()
    with watch(shopper) as next_event:
        assert next_event() == seen  # he did not say what he knows
    with watch(shopper, last_event_id=seen[0]) as next_event:
        shopper.checkout("tok_ok").expect(201)
        assert next_event() != seen


def test_a_shopper_who_will_not_wait_is_answered_at_once(shop, shopper):
    answer = shopper.api.post(
        f"/api/v1/carts/{shopper.cart}/checkout",
        {"payment": {"provider": "sandbox", "token": "tok_slow"}},
        headers={"Prefer": "wait=0"},
    ).expect(202)
    assert answer.json["status"] == "pending"
    wait_until(lambda: shopper.see_order()["status"] == "placed")


def test_a_shopper_who_waits_gets_the_outcome_of_a_slow_provider(binary, make_shop, sandbox):
    sandbox.stop()
    sandbox.arguments[1] = "4000"  # --slow-ms: beyond what a call waits by itself
    sandbox.start()
    shop = make_shop()
    sell(shop, "MUG", stock=10)
    patient, hasty = ready_to_pay(shop, "MUG"), ready_to_pay(shop, "MUG")
    hasty.checkout("tok_slow").expect(202)
    patient.api.post(
        f"/api/v1/carts/{patient.cart}/checkout",
        {"payment": {"provider": "sandbox", "token": "tok_slow"}},
        headers={"Prefer": "respond-async, wait=20"},
    ).expect(201)
    wait_until(lambda: hasty.see_order()["status"] == "placed")


def test_an_address_that_tries_card_after_card_has_to_wait(make_shop):
    shop = make_shop("--payment-tries", "3")
    sell(shop, "MUG", stock=10)
    for _ in range(4):  # what succeeds does not count
        ready_to_pay(shop, "MUG").checkout().expect(201)
    thieves = [ready_to_pay(shop, "MUG") for _ in range(4)]
    for thief in thieves[:3]:
        thief.checkout("tok_declined").expect(402)
    refused = thieves[3].checkout("tok_declined").expect(429)
    assert refused.json["type"].endswith("too-many-requests")
    assert 1_000 < int(refused.headers["Retry-After"]) <= 1_200
    assert thieves[3].see_cart()["status"] == "open"


def test_an_address_without_tries_still_gets_its_first_answers(make_shop):
    shop = make_shop("--payment-tries", "1")
    sell(shop, "MUG", stock=10)
    buyer, thief, gift = (ready_to_pay(shop, "MUG") for _ in range(3))
    bought = buyer.checkout(key="bought").expect(201)
    thief.checkout("tok_declined", key="declined").expect(402)
    gift.checkout().expect(429)
    again = buyer.checkout(key="bought").expect(201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["number"] == bought.json["number"]
    thief.checkout("tok_declined", key="declined").expect(402)
    thief.checkout("tok_declined", key="bought").expect(429)
    buyer.checkout("tok_declined", key="bought").expect(422)


def test_a_cart_without_tries_still_gets_its_first_answers(shop):
    sell(shop, "MUG", stock=10)
    thief = ready_to_pay(shop, "MUG")
    for number in range(10):
        thief.checkout("tok_declined", key=f"try-{number}").expect(402)
    used_up = thief.checkout("tok_declined", key="one-more").expect(409)
    assert used_up.json["type"].endswith("too-many-payments")
    again = thief.checkout("tok_declined", key="try-0").expect(402)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_what_is_sold_out_or_late_to_succeed_is_no_try(make_shop):
    shop = make_shop("--payment-tries", "1")
    sell(shop, "MUG", stock=10)
    sell(shop, "CUP", stock=1)
    eager = [ready_to_pay(shop, "CUP") for _ in range(3)]
    slow = [ready_to_pay(shop, "MUG") for _ in range(2)]
    eager[0].checkout().expect(201)
    for late in eager[1:]:
        late.checkout().expect(409)
    for shopper in slow:
        hurry = {"headers": {"Prefer": "wait=0"}}
        body = {"payment": {"provider": "sandbox", "token": "tok_slow"}}
        shopper.api.post(f"/api/v1/carts/{shopper.cart}/checkout", body, **hurry).expect(202)
        wait_until(lambda s=shopper: s.see_order()["status"] == "placed")
    ready_to_pay(shop, "MUG").checkout("tok_declined").expect(402)
    ready_to_pay(shop, "MUG").checkout().expect(429)


def test_what_the_provider_cannot_take_is_refused_at_the_checkout(shop):
    sell(shop, "YACHT", price="9000000.00", stock=1000)
    shopper = Shopper(shop)
    shopper.open_cart()
    shopper.add("YACHT", 200)
    shopper.address()
    refused = shopper.checkout().expect(400)
    assert refused.json["errors"][0]["pointer"] == "/payment/provider"
    assert "takes no more than" in refused.json["errors"][0]["detail"]
    assert shopper.see_cart()["status"] == "open"
    shopper.checkout(payment={"provider": "barter"}).expect(400)
