"""A shopper with one cart, and what staff see of stock and money."""

import threading

from client import Client
from programs import wait_until

ADDRESS = {
    "name": "Ada Lovelace",
    "lines": ["12 St James's Square"],
    "city": "London",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}


class Shopper:
    """Each has a connection of his own."""

    def __init__(self, shop):
        self.shop = shop
        self.api = Client(shop.address)
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

    def add(self, sku, quantity=1):
        path = f"/api/v1/carts/{self.cart}/lines"
        return self.api.post(path, {"sku": sku, "quantity": quantity}).expect(201)

    def address(self):
        cart = f"/api/v1/carts/{self.cart}"
        self.api.put(f"{cart}/contact", {"email": "ada@example.com"}).expect(200)
        self.api.put(f"{cart}/shipping-address", ADDRESS).expect(200)
        return self.api.put(f"{cart}/shipping-option", {"id": "standard"}).expect(200)

    def checkout(self, card="tok_ok", key=None, **body):
        if card:
            body["payment"] = {"provider": "sandbox", "token": card, **body.pop("payment", {})}
        return self.api.post(f"/api/v1/carts/{self.cart}/checkout", body, key=key)

    def see_cart(self):
        return self.api.get(f"/api/v1/carts/{self.cart}").expect(200).json

    @property
    def order(self):
        return self.cart.replace("crt_", "ord_")

    def see_order(self):
        return self.api.get(f"/api/v1/orders/{self.order}").expect(200).json

    def cancel(self, key=None):
        return self.api.post(f"/api/v1/orders/{self.order}/cancel", key=key)


def ready_to_pay(shop, *skus):
    """A shopper whose cart has one of each, and lacks nothing."""
    shopper = Shopper(shop)
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
    query = f"?order={order}" if order else ""
    return shop.staff().get(f"/api/v1/admin/sandbox/ledger{query}").expect(200).json


def settle(shop, shoppers, seconds=60):
    """Waits until nothing is under way any more: every cart is open again, or an order."""

    def is_settled():
        return all(s.see_cart()["status"] in ("open", "completed") for s in shoppers)

    wait_until(is_settled, seconds, "every checkout's end")


def check_books(shop, shoppers, skus):
    """Nothing is held for nobody, and the money held is what the orders that stand say."""
    settle(shop, shoppers)
    placed = 0
    for shopper in shoppers:
        ledger = ledger_of(shop, shopper.order)
        if shopper.see_cart()["status"] == "open":
            wait_until(lambda l=shopper: net_money(ledger_of(shop, l.order)) == 0, 60, "the void")
            continue
        order = shopper.see_order()
        assert order["status"] == "placed"
        assert net_money(ledger) == order["totals"]["total"]["minor_units"]
        placed += 1
    for sku in skus:
        wait_until(lambda s=sku: stock_of(shop, s)["allocated"] == placed, 60, "the allocations")
        assert stock_of(shop, sku)["held"] == 0
    return placed
