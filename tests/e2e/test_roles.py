"""Which key opens what: a role reads what it must, and changes only what it may."""

import json

import pytest

from client import Client
from shopper import Shopper, ready_to_pay
from staff import sell


def new_key(shop, role):
    """A running shop would see it within a second; one that starts sees it at once."""
    shop.stop()
    made = shop.run("key", "new", "--name", "Ada", "--role", role, "--json")
    shop.start()
    return json.loads(made)["secret"]


def holding(shop, key, **headers):
    return Client(shop.address, {"Authorization": f"Bearer {key}", **headers})


def placed_order(shop):
    sell(shop, "LAMP", stock=5)
    shopper = ready_to_pay(shop, "LAMP")
    shopper.checkout("tok_ok").expect(201)
    return shopper


@pytest.mark.parametrize("role", ["staff", "operator", "auditor"])
def test_a_staff_key_shows_an_order_and_changes_nothing_of_it(shop, role):
    key = new_key(shop, role)
    shopper = placed_order(shop)
    order = f"/api/v1/orders/{shopper.order}"
    anybody = holding(shop, key)
    seen = anybody.get(order).expect(200).json
    assert seen["status"] == "placed"
    payment = seen["payments"][0]["id"]
    anybody.post(f"{order}/cancel", key=True).expect(404)
    anybody.post(f"{order}/payments/{payment}/refresh", key=True).expect(404)
    after = shopper.see_order()
    assert (after["status"], after["payment_status"]) == ("placed", "authorized")


def test_what_a_shopper_changes_is_recorded_as_the_shoppers(shop):
    key = new_key(shop, "auditor")
    shopper = placed_order(shop)
    both = holding(shop, key, **{"Shop-Token": shopper.token})
    both.post(f"/api/v1/orders/{shopper.order}/cancel", key=True).expect(200, 202)
    lines = shop.run("log", "read", "--json", "--stream", shopper.order).splitlines()
    records = [json.loads(line)["entry"] for line in lines]
    canceled = [r for r in records if r["command"]["type"] == "CancelOrder"]
    assert [(r["actor"]["kind"], r["actor"].get("role", "")) for r in canceled] == [
        ("shopper", "")
    ]


def test_the_document_says_what_opens_an_order_and_what_changes_it(shop):
    paths = shop.api().get("/openapi.json").expect(200).json["paths"]

    def opened_by(path, method):
        return {name for each in paths[path][method]["security"] for name in each}

    tokens = {"shopToken", "shopLink", "shopCookie"}
    assert opened_by("/api/v1/orders/{id}", "get") == tokens | {"staffKey"}
    assert opened_by("/api/v1/orders/{id}/events", "get") == tokens | {"staffKey"}
    assert opened_by("/api/v1/orders/{id}/cancel", "post") == tokens


def test_a_wrong_key_opens_nothing_even_where_none_is_needed(shop):
    shopper = Shopper(shop)
    shopper.open_cart()
    wrong = holding(shop, "nonsense", **{"Shop-Token": shopper.token})
    wrong.get(f"/api/v1/carts/{shopper.cart}").expect(401)
