"""Keys that are damaged on the disk, or gone, and damaged lists of erasures: what that costs, and
what it does not."""

import json
import re

from programs import wait_until
from shopper import ready_to_pay
from staff import sell
from test_customers import CUSTOMERS
from unsealing import RECORD, sealed_in


def keys_of(shop, stream):
    """The ids of the keys that what a stream says of persons is sealed with."""
    keys = []
    for line in shop.run("log", "read", "--json").splitlines():
        for event in json.loads(line)["entry"].get("events", []):
            if event["stream"] == stream:
                keys += [key for key, _ in sealed_in(event["data"])]
    return keys


def place_of(key):
    return int(key.partition(".")[0]) * RECORD


def change_byte(shop, at):
    with open(shop.data / "keys" / "keys", "r+b") as file:
        file.seek(at)
        was = file.read(1)[0]
        file.seek(at)
        file.write(bytes([was ^ 1]))


def test_a_damaged_key_costs_what_is_sealed_under_it_and_nothing_else(shop):
    sell(shop, "MUG", stock=10)
    ada, grace = (ready_to_pay(shop, "MUG") for _ in range(2))
    place = place_of(keys_of(shop, ada.cart)[0])
    shop.stop()
    change_byte(shop, place + 20)
    shop.start()
    assert f"is damaged at byte {place}." in shop.log_text()
    for shopper in (ada, grace):
        shopper.reconnect()
    ada.checkout(key="a-key-of-22-characters-").expect(500)
    grace.checkout().expect(201)
    assert grace.see_order()["contact"]["email"] == grace.email


def test_a_customer_whose_key_is_damaged_is_erased_and_the_shop_starts_again(shop):
    staff = shop.staff()
    ada, grace = (staff.post(CUSTOMERS, {"contact": {"email": email}}).expect(201).json["id"]
                  for email in ("ada@example.com", "grace@example.com"))
    place = place_of(keys_of(shop, ada)[0])
    for byte in (20, 2):  # of the key, and of what tells whose it is
        change_byte(shop, place + byte)
    staff.delete(f"{CUSTOMERS}/{ada}?reason=asked").expect(200)
    assert re.search("A key that was to be destroyed is damaged.*" + ada, shop.log_text())
    shop.stop()
    shop.start()
    staff = shop.staff()
    assert staff.get(f"{CUSTOMERS}/{ada}").expect(200).json["status"] == "erased"
    assert staff.get(f"{CUSTOMERS}/{grace}").expect(200).json["contact"]["email"] == \
        "grace@example.com"


def test_a_damaged_list_of_customers_refuses_the_start_and_one_of_carts_is_told(shop):
    shop.stop()
    erasures = shop.data / "erasures"
    erasures.mkdir(mode=0o700)
    carts = erasures / "list.2026-10"
    carts.write_text("{}\n{\n")
    shop.start()
    wait_until(lambda: f"Line 2 of {carts} is damaged" in shop.log_text(), what="the warning")
    shop.stop()
    (erasures / "list").write_text("{\n")
    shop.start(wait=False)
    wait_until(shop.has_died, what="the refusal")
    assert f"Line 1 of {erasures / 'list'} is damaged" in shop.log_text()
    (erasures / "list").unlink()
    shop.start()


def test_a_cart_whose_key_came_to_an_end_is_not_sold_to_nobody(shop):
    """As it is when a wall clock was days ahead, and was set right before the cart had expired."""
    sell(shop, "MUG", stock=10)
    ada, grace = (ready_to_pay(shop, "MUG") for _ in range(2))
    keys = keys_of(shop, ada.cart)
    shop.stop()
    erasures = shop.data / "erasures"
    erasures.mkdir(mode=0o700)
    (erasures / "list.2026-10").write_text(json.dumps({"keys": keys}) + "\n")
    shop.start()
    for shopper in (ada, grace):
        shopper.reconnect()
    wait_until(lambda: ada.see_cart()["contact"]["email"] == "[erased]", what="the key's end")
    assert ada.see_cart()["status"] == "open"
    refused = ada.checkout(key="a-key-of-22-characters-").expect(409).json
    assert refused["type"].endswith("cart-expired") and "Start a new cart" in refused["detail"]
    contact = f"/api/v1/carts/{ada.cart}/contact"
    assert ada.api.put(contact, {"email": "ada@example.com"}).expect(409).json["type"].endswith(
        "cart-expired")
    again = ready_to_pay(shop, "MUG")
    for shopper in (again, grace):
        shopper.checkout().expect(201)
        assert shopper.see_order()["contact"]["email"] == shopper.email
