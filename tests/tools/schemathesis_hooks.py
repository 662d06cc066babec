"""Lets generated requests into carts and orders: three of four get the id, and where it takes one
the token, of something that is there. Loaded by schemathesis (schemathesis.toml).

SHOPVERSE_DATA names the shop's data folder. SHOPVERSE_ANSWERS names a file that in the end says
which statuses each operation was answered with."""

import atexit
import collections
import itertools
import json
import os
import pathlib
import sys

import schemathesis

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))

from programs import Shop  # noqa: E402
from shopper import ready_to_pay  # noqa: E402
from staff import sell  # noqa: E402

CARTS, ORDERS = "/api/v1/carts/{id}", "/api/v1/orders/{id}"
STAFF_ORDERS = "/api/v1/admin/orders/{id}"
FULFILLMENTS = "/api/v1/admin/fulfillments/{id}"
USES = 8  # of one cart or order, before there is a new one

shop = Shop(None, os.environ["SHOPVERSE_DATA"])
skus = (f"GENERATED-{i}" for i in itertools.count(1))
answers = collections.defaultdict(collections.Counter)  # statuses by operation
calls = collections.Counter()  # by operation


def settings():
    path = "/api/v1/admin/settings/{}"
    staff = shop.staff()
    for kind in ("tax", "shipping", "store"):
        yield path.format(kind), staff.get(path.format(kind)).expect(200).json["document"]


class Pool:
    """Something that is there, made anew every few uses."""

    def __init__(self, make):
        self.make = make
        self.uses = 0
        self.made = None

    def take(self):
        if self.uses % USES == 0:
            self.made = self.make()
        self.uses += 1
        return self.made


class Goods:
    """What is on sale. Generated requests end products and change settings: then others come."""

    def __init__(self):
        self.settings = list(settings())
        self.restock()

    def restock(self):
        for path, document in self.settings:
            shop.staff().put(path, {"document": document}).expect(200)
        self.sku = next(skus)
        sell(shop, self.sku, stock=1_000_000)

    def shopper(self):
        try:
            return ready_to_pay(shop, self.sku)
        except AssertionError:
            self.restock()
            return ready_to_pay(shop, self.sku)


goods = Goods()


def a_cart():
    shopper = goods.shopper()
    line = shopper.see_cart()["lines"][0]["id"]
    return {"id": shopper.cart, "line_id": line}, shopper.token


def an_order():
    shopper = goods.shopper()
    shopper.checkout().expect(201)
    order = shopper.see_order()
    ids = {"id": order["id"], "payment_id": order["payments"][0]["id"]}
    return ids, shopper.token


def a_fulfillment():
    ids, _ = an_order()
    planned = shop.staff().post(STAFF_ORDERS.format(**ids) + "/fulfillments", {}).expect(201).json
    return {"id": planned["fulfillments"][0]["id"]}, None


POOLS = {
    CARTS: Pool(a_cart),
    ORDERS: Pool(an_order),
    STAFF_ORDERS: Pool(an_order),
    FULFILLMENTS: Pool(a_fulfillment),
}


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    pool = next((POOLS[start] for start in POOLS if path.startswith(start)), None)
    calls[case.operation.label] += 1
    if pool is None or calls[case.operation.label] % 4 == 0:
        return
    ids, token = pool.take()
    known = {name: ids[name] for name in case.path_parameters if name in ids}
    case.path_parameters = {**case.path_parameters, **known}
    if token and path not in (ORDERS, ORDERS + "/events"):  # which staff's key opens too
        case.headers["Shop-Token"] = token


@schemathesis.hook
def after_call(context, case, response):
    answers[case.operation.label][response.status_code] += 1


@atexit.register
def tell_answers():
    pathlib.Path(os.environ["SHOPVERSE_ANSWERS"]).write_text(json.dumps(answers, indent=1))
