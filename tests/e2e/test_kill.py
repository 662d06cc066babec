"""kill -9 in the middle of everything: what was answered is in the log, exactly once, and every
order is charged exactly once.

SHOPVERSE_KILL_ROUNDS says how often the program is killed (2 by default; `./test --all` asks for
more), SHOPVERSE_SEED makes the moments the same again."""

import http.client
import os
import random
import secrets
import threading
import time

from client import Client
from programs import wait_until
from staff import sell

ROUNDS = int(os.environ.get("SHOPVERSE_KILL_ROUNDS", "2"))
SEED = int(os.environ.get("SHOPVERSE_SEED", "0")) or random.randrange(1, 1 << 30)
CONTACT = {"email": "ada@example.com", "name": "Ada Lovelace"}
ADDRESS = {"name": "Ada Lovelace", "lines": ["12 St James's Square"], "city": "London",
           "postal_code": "SW1Y 4JH", "country": "GB"}
# All of them are paid in the end, some of them not at once.
TOKENS = ("tok_ok", "tok_slow", "tok_lost_after_charge", "tok_lost_before_charge", "tok_duplicate")


def fill_shelves(shop, units):
    for sku in ("MUG", "TEAPOT"):
        sell(shop, sku, price="5.00", stock=units)


def stock_of(shop, sku):
    return shop.staff().get(f"/api/v1/admin/stock/{sku}").expect(200).json


class Shopper:
    """Keeps asking, with the same key, until it is answered: over every death of the shop."""

    def __init__(self, shop, patience_until):
        self.shop = shop
        self.patience_until = patience_until
        self.chance = random.Random(secrets.randbits(32))
        self.failures = 0  # tries without an answer
        self.token = None

    def send(self, method, path, body=None):
        key = secrets.token_urlsafe(24)
        while True:
            answer = self.try_once(method, path, body, key)
            if answer is not None and answer.status not in (503, 504, 429):
                return answer
            self.failures += 1
            assert time.monotonic() < self.patience_until, f"{method} {path} is never answered"
            time.sleep(0.05)

    def try_once(self, method, path, body, key):
        try:
            client = Client(self.shop.address, timeout=20)
            headers = {"Idempotency-Key": key}
            if self.token:
                headers["Shop-Token"] = self.token
            return client.request(method, path, body, headers=headers)
        except (OSError, http.client.HTTPException, ValueError):
            return None  # the shop is away

    def fill_cart(self, skus):
        cart = self.send("POST", "/api/v1/carts", {"currency": "GBP", "country": "GB"}).expect(201)
        self.token = cart.json["token"]
        self.path = f"/api/v1/carts/{cart.json['id']}"
        for sku in skus:
            self.send("POST", f"{self.path}/lines", {"sku": sku, "quantity": 1}).expect(200, 201)
        self.send("PUT", f"{self.path}/contact", CONTACT).expect(200)
        self.send("PUT", f"{self.path}/shipping-address", ADDRESS).expect(200)
        options = self.send("GET", f"{self.path}/shipping-options").json["items"]
        self.send("PUT", f"{self.path}/shipping-option", {"id": options[0]["id"]}).expect(200)

    def check_out(self):
        """The order's id, or None once nothing is left."""
        while True:
            payment = {"provider": "sandbox", "token": self.chance.choice(TOKENS)}
            answer = self.send("POST", f"{self.path}/checkout", {"payment": payment})
            if answer.status == 201:
                return answer.json["id"]
            if answer.status == 202:
                order = self.wait_for_order(answer.json["id"])
                if order["status"] != "failed":
                    return order["id"]
            lines = answer.json.get("lines", []) if answer.status == 409 else []
            if any(line["available"] == 0 for line in lines) and not self.might_come_free():
                return None
            assert time.monotonic() < self.patience_until, answer
            time.sleep(0.1)

    def wait_for_order(self, order):
        while True:
            answer = self.send("GET", f"/api/v1/orders/{order}").expect(200).json
            if answer["status"] != "pending":
                return answer
            assert time.monotonic() < self.patience_until, answer
            time.sleep(0.05)

    def might_come_free(self):
        try:
            return any(stock_of(self.shop, sku)["held"] > 0 for sku in ("MUG", "TEAPOT"))
        except (OSError, http.client.HTTPException, ValueError, AssertionError):
            return True


def run_rush(shop, shoppers, strike):
    """All check out at once while strike() happens; returns the orders."""
    orders = [None] * len(shoppers)

    def buy(i):
        time.sleep(shoppers[i].chance.uniform(0, 1.5))
        orders[i] = shoppers[i].check_out()

    threads = [threading.Thread(target=buy, args=(i,)) for i in range(len(shoppers))]
    for thread in threads:
        thread.start()
    strike()
    for thread in threads:
        thread.join(240)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits"
    return [order for order in orders if order]


def check_books(shop, orders, units):
    def rests():
        stocks = [stock_of(shop, sku) for sku in ("MUG", "TEAPOT")]
        return all(s["held"] == 0 and s["allocated"] == len(orders) for s in stocks)

    wait_until(rests, 60, "all holds are 0 and what is sold is allocated")
    assert len(orders) == len(set(orders)) == units
    ledger = shop.sandbox.ledger()
    for order in orders:
        kinds = [each["kind"] for each in ledger if each["order"] == order]
        assert kinds.count("authorize") - kinds.count("void") == 1, (order, kinds)
    held = sum((1 if each["kind"] == "authorize" else -1) for each in ledger
               if each["kind"] in ("authorize", "void"))
    assert held == units, "money is held for something that is no order"
    for order in orders:
        shown = shop.staff().get(f"/api/v1/admin/orders/{order}")
        if shown.status == 200:
            assert shown.json["payment_status"] == "authorized"


def rush(shop, units, carts, skus_of):
    fill_shelves(shop, units)
    until = time.monotonic() + 300
    shoppers = [Shopper(shop, until) for _ in range(carts)]
    for i, shopper in enumerate(shoppers):
        shopper.fill_cart(skus_of(i))
    return shoppers


def both(i):
    return ("MUG", "TEAPOT") if i % 2 == 0 else ("TEAPOT", "MUG")


def strike_at_random(program, chance, rounds=ROUNDS):
    for _ in range(rounds):
        time.sleep(chance.uniform(0.05, 0.4))
        program.kill()
        program.start()


def test_thirty_carts_want_ten_of_each_and_ten_get_them(shop):
    shoppers = rush(shop, 10, 30, both)
    orders = run_rush(shop, shoppers, lambda: None)
    check_books(shop, orders, 10)


def test_the_same_while_the_shop_is_killed_at_random_moments(shop):
    print(f"SHOPVERSE_SEED={SEED}")
    shoppers = rush(shop, 10, 30, both)
    orders = run_rush(shop, shoppers, lambda: strike_at_random(shop, random.Random(SEED)))
    assert any(shopper.failures for shopper in shoppers), "nobody was hit"
    check_books(shop, orders, 10)


def test_the_same_while_the_sandbox_is_killed_at_random_moments(shop):
    print(f"SHOPVERSE_SEED={SEED}")
    shoppers = rush(shop, 10, 30, both)
    chance = random.Random(SEED)
    orders = run_rush(shop, shoppers, lambda: strike_at_random(shop.sandbox, chance))
    check_books(shop, orders, 10)


def test_what_was_answered_before_a_kill_is_in_the_log_exactly_once(shop):
    print(f"SHOPVERSE_SEED={SEED}")
    fill_shelves(shop, 1000)
    chance = random.Random(SEED)
    until = time.monotonic() + 300
    shoppers = [Shopper(shop, until) for _ in range(8)]
    stop = threading.Event()
    added = [0] * len(shoppers)

    def add_lines(i):
        shopper = shoppers[i]
        shopper.fill_cart(["MUG"])
        while not stop.is_set():
            body = {"sku": "MUG", "quantity": 1}
            shopper.send("POST", f"{shopper.path}/lines", body).expect(200, 201)
            added[i] += 1

    threads = [threading.Thread(target=add_lines, args=(i,)) for i in range(len(shoppers))]
    for thread in threads:
        thread.start()
    strike_at_random(shop, chance)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join(120)
    # Each answer added one mug to the first one; one more or less would be a lost or a double one.
    for shopper, count in zip(shoppers, added):
        cart = shopper.send("GET", shopper.path).expect(200).json
        assert sum(line["quantity"] for line in cart["lines"]) == 1 + count
    assert sum(added) > 0
