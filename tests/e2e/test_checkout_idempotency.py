"""The same command twice: one effect, one answer."""

import json

import pytest

from client import Client
from programs import wait_until
from shopper import Shopper, charges, ledger_of, ready_to_pay
from staff import reprice, sell

KEY = "a-key-that-nobody-will-guess"


def test_a_repeated_creation_answers_the_same_cart(shop):
    first, second = Shopper(shop), Shopper(shop)
    made = first.open_cart(KEY)
    again = second.open_cart(KEY)
    assert again.json == made.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in made.headers


def test_a_short_key_of_somebody_without_credentials_is_refused(shop):
    shop.api().post("/api/v1/carts", {}, key="short").expect(400)


def test_a_strangers_key_is_another_command(shop):
    sell(shop, "MUG", stock=10)
    one, other = ready_to_pay(shop, "MUG"), ready_to_pay(shop, "MUG")
    assert one.checkout(key="1").expect(201).json["id"] == one.order
    assert other.checkout(key="1").expect(201).json["id"] == other.order


def test_two_of_the_staff_with_one_key_are_two_commands_of_the_same_stock(shop):
    sell(shop, "MUG", stock=0)
    delivery = {"quantity": 10, "reason": "purchase"}
    for name, known in (("ada", 10), ("bob", 20)):
        made = json.loads(shop.run("key", "new", "--name", name, "--role", "staff", "--json"))
        staff = Client(shop.address, {"Authorization": f"Bearer {made['secret']}"})
        wait_until(lambda: staff.get("/api/v1/admin/stock/MUG").status == 200, 20, "the new key")
        for replayed in (None, "true"):
            answer = staff.post("/api/v1/admin/stock/MUG/receive", delivery, key=KEY).expect(200)
            assert answer.headers["Idempotent-Replayed"] == replayed
            assert answer.json["on_hand"] == known


def test_a_key_with_another_body_is_refused(shop):
    sell(shop, "MUG", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout(key=KEY).expect(201)
    answer = shopper.checkout("tok_declined", key=KEY).expect(422)
    assert answer.json["type"].endswith("idempotency-key-reused")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_an_answer_is_remembered_across_a_restart(shop, end):
    sell(shop, "MUG", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    first = shopper.checkout(key=KEY).expect(201)
    getattr(shop, end)()
    shop.start()
    shopper.reconnect()
    again = shopper.checkout(key=KEY).expect(201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["number"] == first.json["number"]
    assert len(charges(ledger_of(shop, shopper.order))) == 1


@pytest.mark.parametrize("meanwhile", [None, "stop", "kill"])
def test_a_refusal_is_not_remembered(shop, meanwhile):
    sell(shop, "MUG", price="5.00", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    total = shopper.see_cart()["totals"]["total"]
    reprice(shop, "MUG", "6.00")
    refused = shopper.checkout(key=KEY, expected_total=total).expect(409)
    assert refused.json["type"].endswith("total-changed")
    if meanwhile:
        getattr(shop, meanwhile)()
        shop.start()
        shopper.reconnect()
    reprice(shop, "MUG", "5.00")
    placed = shopper.checkout(key=KEY, expected_total=total).expect(201)
    assert "Idempotent-Replayed" not in placed.headers
    assert len(charges(ledger_of(shop, shopper.order))) == 1


def test_a_repeated_cancel_changes_nothing(shop):
    sell(shop, "MUG", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout().expect(201)
    first = shopper.cancel(KEY).expect(200)
    again = shopper.cancel(KEY).expect(200)
    assert first.json["status"] == again.json["status"] == "canceled"
    assert again.headers["Idempotent-Replayed"] == "true"
