"""A shopper with one cart, and what staff see of stock and money."""

import random
import re
import threading
import time

from client import AWAY, Client, PatientClient
from programs import wait_until

ADDRESS = {
    "name": "Ada Lovelace",
    "lines": ["12 St James's Square"],
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


class Shopper:
    """Each has a connection of his own; a patient one asks until he is answered, whatever dies."""

    def __init__(self, shop, patient=False):
        self.shop = shop
        self.api = PatientClient(shop) if patient else Client(shop.address)
        self.cart = None
        self.token = None

    def open_cart(self, key=None):
        made = self.api.post("/api/v1/carts", {}, key=key).expect(201)
        self.cart = made.json["id"]
        self.token = made.json["token"]
        self.api.headers["Shop-Token"] = self.token
        return made

    def reconnect(self):
        """After a restart of the shop, which may listen elsewhere."""
        self.api.close()
        self.api = Client(self.shop.address, {"Shop-Token": self.token})

    def tabs(self, count):
        """So many who have his cart open, each with a connection of its own."""
        tabs = [Shopper(self.shop) for _ in range(count)]
        for tab in tabs:
            tab.cart, tab.token = self.cart, self.token
            tab.reconnect()
        return tabs

    def add(self, sku, quantity=1):
        path = f"/api/v1/carts/{self.cart}/lines"
        return self.api.post(path, {"sku": sku, "quantity": quantity}).expect(201)

    @property
    def email(self):
        """Everybody has another one."""
        return f"{self.cart}@Example.com"

    def address(self):
        cart = f"/api/v1/carts/{self.cart}"
        self.api.put(f"{cart}/contact", {"email": self.email}).expect(200)
        self.api.put(f"{cart}/shipping-address", ADDRESS).expect(200)
        return self.api.put(f"{cart}/shipping-option", {"id": "standard"}).expect(200)

    def checkout(self, card="tok_ok", key=None, **body):
        if card:
            body["payment"] = {"provider": "sandbox", "token": card, **body.pop("payment", {})}
        return self.api.post(f"/api/v1/carts/{self.cart}/checkout", body, key=key)

    def decide(self, choice="approve"):
        """On the provider's page, where his last payment sends him."""
        url = self.see_order()["payments"][-1]["action"]["url"]
        address, path = url.removeprefix("http://").split("/", 1)
        form = "application/x-www-form-urlencoded"
        chosen = Client(address).post(f"/{path}", f"choice={choice}", content_type=form)
        return chosen.expect(200, 303)  # 303: it sends him back

    def see_cart(self):
        return self.api.get(f"/api/v1/carts/{self.cart}").expect(200).json

    @property
    def order(self):
        return self.cart.replace("crt_", "ord_")

    def see_order(self):
        return self.api.get(f"/api/v1/orders/{self.order}").expect(200).json

    def cancel(self, key=None):
        return self.api.post(f"/api/v1/orders/{self.order}/cancel", key=key)


def ready_to_pay(shop, *skus, patient=False):
    """A shopper whose cart has one of each, and lacks nothing."""
    shopper = Shopper(shop, patient)
    shopper.open_cart()
    for sku in skus:
        shopper.add(sku)
    shopper.address()
    return shopper


def at_once(calls):
    """Runs them all in parallel; their results, in order. What fails, fails here."""
    results = [None] * len(calls)
    errors = []
    gate = threading.Barrier(len(calls))

    def run(index, call):
        gate.wait()
        try:
            results[index] = call()
        except Exception as error:  # noqa: BLE001: told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def stock_of(shop, sku):
    return shop.staff().get(f"/api/v1/admin/stock/{sku}").expect(200).json


def net_money(ledger):
    """What is held or taken: authorized and not voided."""
    signs = {"authorize": 1, "void": -1}
    return sum(signs.get(move["kind"], 0) * move["amount"]["minor_units"] for move in ledger)


def charges(ledger):
    return [move for move in ledger if move["kind"] == "authorize"]


def ledger_of(shop, order=None):
    """What the provider's books say; asked again where the provider was too slow to answer."""
    query = f"?order={order}" if order else ""
    for _ in range(3):
        answer = shop.staff().get(f"/api/v1/admin/sandbox/ledger{query}").expect(200, 503)
        if answer.status == 200:
            break
    return answer.expect(200).json


def open_streams(shop):
    """How many owe something or wait for a deadline: what has not come to its end."""
    text = shop.api().get("/metrics").expect(200).body.decode()
    return int(re.search(r"^shopverse_open_streams (\d+)", text, re.MULTILINE)[1])


def settle(shop, shoppers, seconds=60):
    """Waits until nothing is under way any more: every cart is open again, or an order."""

    def is_settled():
        return all(s.see_cart()["status"] in ("open", "completed") for s in shoppers)

    wait_until(is_settled, seconds, "every checkout's end")


def check_books(shop, shoppers, skus, since=None):
    """What must be true within a minute of whatever happened, at `since` (of the monotonic clock)
    or now: nothing is owed, nothing is held for nobody, and the money held is what the orders that
    stand say. These are all orders there are. Returns how many."""
    begun = since or time.monotonic()
    settle(shop, shoppers, begun + 60 - time.monotonic())
    wait_until(lambda: open_streams(shop) == 0, begun + 60 - time.monotonic(),
               "the end of all that is owed, a minute after that moment,")
    print(f"nothing was open {time.monotonic() - begun:.1f} s after the moment that counts")
    numbers = [number for number in map(check_order, shoppers) if number]
    assert len(set(numbers)) == len(numbers), "two orders have one number"
    assert net_money(ledger_of(shop)) == sum(
        net_money(ledger_of(shop, s.order)) for s in shoppers), "money is held for nobody"
    for sku in skus:
        stock = stock_of(shop, sku)
        assert (stock["held"], stock["allocated"]) == (0, len(numbers)), sku
    return len(numbers)


def check_order(shopper):
    """The number of his order; None if he has none, and then no money is held for him."""
    ledger = ledger_of(shopper.shop, shopper.order)
    if shopper.see_cart()["status"] == "open":
        assert net_money(ledger) == 0
        return None
    order = shopper.see_order()
    assert (order["status"], order["payment_status"]) == ("placed", "authorized")
    total = order["totals"]["total"]["minor_units"]
    assert net_money(ledger) == total, "the money held is not what the order says"
    return order["number"]


def buy(shopper, skus, cards, seconds=120):
    """Checks out with card after card until there is an order (its id) or nothing left (None)."""
    chance = random.Random(shopper.cart)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = shopper.checkout(chance.choice(cards))
        if answer.status == 202:
            status = wait_until(lambda: decided(shopper), 60, "the order's outcome")
            if status != "failed":
                return shopper.order
        elif answer.status == 201:
            return answer.json["id"]
        elif sold_out(answer) and not any(might_come_free(shopper.shop, sku) for sku in skus):
            return None
        time.sleep(0.1)
    raise AssertionError(f"neither bought nor sold out: {answer}")


def decided(shopper):
    status = shopper.see_order()["status"]
    return None if status == "pending" else status


def sold_out(answer):
    return answer.status == 409 and any(
        line["available"] == 0 for line in answer.json.get("lines", []))


def might_come_free(shop, sku):
    """Somebody else's undecided checkout holds some."""
    try:
        return stock_of(shop, sku)["held"] > 0
    except (*AWAY, ValueError, AssertionError):  # the shop is away
        return True
