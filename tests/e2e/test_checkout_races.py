"""Who buys when many want the same: never more than there is, never fewer, nobody charged twice."""

import pytest

from shopper import at_once, charges, check_books, ledger_of, ready_to_pay, stock_of
from staff import sell


def out_of_stock(answer):
    return answer.status == 409 and answer.json["type"].endswith("out-of-stock")


def test_thirty_carts_on_a_stock_of_ten_make_ten_orders(shop):
    sell(shop, "MUG", stock=10)
    shoppers = [ready_to_pay(shop, "MUG") for _ in range(30)]
    answers = at_once([s.checkout for s in shoppers])
    assert check_books(shop, shoppers, ["MUG"]) == 10
    assert stock_of(shop, "MUG")["available"] == 0
    for answer in answers:
        assert answer.status in (201, 202) or out_of_stock(answer), answer
    refused = [answer for answer in answers if out_of_stock(answer)]
    assert all(a.json["lines"][0]["sku"] == "MUG" for a in refused)
    numbers = [s.see_order()["number"] for s in shoppers if s.see_cart()["status"] == "completed"]
    assert len(set(numbers)) == 10


def test_two_things_wanted_in_opposite_order_make_ten_orders_not_fewer(shop):
    sell(shop, "MUG", stock=10)
    sell(shop, "TEA", stock=10)
    wishes = [("MUG", "TEA"), ("TEA", "MUG")]
    shoppers = [ready_to_pay(shop, *wishes[i % 2]) for i in range(30)]
    at_once([s.checkout for s in shoppers])
    assert check_books(shop, shoppers, ["MUG", "TEA"]) == 10


@pytest.mark.parametrize("key", [None, "one-key-for-all-five-tabs"])
def test_five_parallel_checkouts_of_one_cart_are_one_order_and_one_charge(shop, key):
    sell(shop, "MUG", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    answers = at_once([lambda t=tab: t.checkout(key=key) for tab in shopper.tabs(5)])
    assert {answer.status for answer in answers} == {201}
    assert {answer.json["id"] for answer in answers} == {shopper.order}
    assert len({answer.json["number"] for answer in answers}) == 1
    assert len(charges(ledger_of(shop))) == 1
    assert check_books(shop, [shopper], ["MUG"]) == 1
    replayed = [a for a in answers if a.headers.get("Idempotent-Replayed") == "true"]
    assert len(replayed) == (4 if key else 0)


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_an_answer_that_comes_after_cancel_and_restart_leaves_no_money_held(shop, end):
    sell(shop, "MUG", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    shop.sandbox.set_knobs(answer_delay_ms=4_000)
    shopper.checkout().expect(202)
    assert shopper.cancel().expect(200, 202).json["status"] in ("pending", "failed")
    getattr(shop, end)()
    shop.sandbox.set_knobs(answer_delay_ms=0)
    shop.start()
    shopper.reconnect()
    assert check_books(shop, [shopper], ["MUG"]) == 0
    shopper.checkout().expect(201)
    assert check_books(shop, [shopper], ["MUG"]) == 1
