"""Nobody can read a payment token from the log once its payment has come to an end."""

import json

from programs import wait_until
from shopper import ready_to_pay
from staff import sell


def test_a_tokens_key_is_gone_even_if_the_power_went_right_after_its_payments_end(shop):
    sell(shop, "MUG", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    file = shop.data / "keys" / "keys"
    shopper.api.post(
        f"/api/v1/carts/{shopper.cart}/checkout",
        {"payment": {"provider": "sandbox", "token": "tok_slow"}},
        headers={"Prefer": "wait=0"},
    ).expect(202)
    before = file.read_bytes()  # as the disk has it when nothing of what follows was synced
    wait_until(lambda: shopper.see_order()["status"] == "placed")
    shop.kill()
    entries = map(json.loads, shop.run("log", "read", "--json").splitlines())
    events = [event for entry in entries for event in entry["entry"].get("events", [])]
    (payment,) = [event for event in events if event["type"] == "payment.initiated"]
    at = 64 * int(payment["data"]["token"]["key"].partition(".")[0])  # key_file.hpp
    assert before[at + 6 : at + 7] == b"t"
    file.write_bytes(before)
    shop.start()
    wait_until(lambda: file.read_bytes()[at + 6 : at + 7] == b"d", what="the key's end")
    assert file.read_bytes()[at + 8 : at + 40] == bytes(32)
    shopper.reconnect()
    assert shopper.see_order()["contact"]["email"] == shopper.email
