"""Lets generated requests into what a shop has: three of four get the ids of something that is
there, in place of made-up ones, and whatever opens a cart or an order comes with its token. Loaded
by schemathesis (schemathesis.toml).

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

from client import Client  # noqa: E402
from programs import Sandbox, Shop, wait_until  # noqa: E402
from shopper import ready_to_pay  # noqa: E402
from staff import sell  # noqa: E402

ADMIN = "/api/v1/admin"
USES = 8  # of one thing, before there is a new one
CONTACT = {"name": "Ada Lovelace", "email": "ada@example.com"}

shop = Shop(None, os.environ["SHOPVERSE_DATA"])
sandbox = Sandbox(None, os.environ["SHOPVERSE_DATA"])
numbers = itertools.count(1)
tokens = {}  # of carts and orders, by id
answers = collections.defaultdict(collections.Counter)  # statuses by operation
calls = collections.Counter()  # by operation


def settings():
    staff = shop.staff()
    for kind in ("tax", "shipping", "store"):
        path = f"{ADMIN}/settings/{kind}"
        yield path, staff.get(path).expect(200).json["document"]


class Goods:
    """What orders are of. Generated requests change the shop's settings: then it gets back those
    that it had."""

    def __init__(self):
        self.settings = list(settings())
        self.restock()

    def restock(self):
        for path, document in self.settings:
            shop.staff().put(path, {"document": document}).expect(200)
        self.sku = f"GENERATED-{next(numbers)}"
        sell(shop, self.sku, stock=1_000_000)


goods = Goods()


class Pool:
    """Something that is there, made anew every few uses: the ids by which it is called."""

    def __init__(self, make):
        self.make = make
        self.uses = 0
        self.made = None

    def take(self):
        if self.uses % USES == 0:
            try:
                self.made = self.make()
            except AssertionError:
                goods.restock()
                self.made = self.make()
        self.uses += 1
        return self.made


def a_cart():
    shopper = ready_to_pay(shop, goods.sku)
    tokens[shopper.cart] = tokens[shopper.order] = shopper.token
    return {"id": shopper.cart, "line_id": shopper.see_cart()["lines"][0]["id"]}


def an_order():
    shopper = ready_to_pay(shop, goods.sku)
    tokens[shopper.order] = shopper.token
    shopper.checkout().expect(201)
    return {"id": shopper.order, "payment_id": shopper.see_order()["payments"][0]["id"]}


def a_planned_fulfillment():
    order = f"{ADMIN}/orders/{an_order()['id']}"
    staff = shop.staff()
    # Its units are set aside a moment after it is placed.
    wait_until(lambda: staff.post(f"{order}/fulfillments?dry_run=1", {}).status == 200)
    planned = staff.post(f"{order}/fulfillments", {}).expect(201).json
    return {"id": planned["fulfillments"][0]["id"]}


def a_credited_order():
    """Paid, and some of it given back."""
    ids = an_order()
    order = f"{ADMIN}/orders/{ids['id']}"
    staff = shop.staff()
    line = staff.get(order).expect(200).json["lines"][0]["id"]
    staff.post(f"{order}/capture", {"reason": {"code": "shipped"}}).expect(200)
    note = staff.post(f"{order}/credit-notes", {
        "lines": [{"line_id": line, "quantity": 1, "restock": 0}],
        "reason": {"code": "damaged"}}).expect(201).json["id"]
    path = f"{order}/payments/{ids['payment_id']}/refunds"
    refund = wait_until(lambda: staff.get(path).expect(200).json["refunds"])[0]
    return {**ids, "refund_id": refund["id"], "note": note}


def a_credit_note():
    made = a_credited_order()
    return {"id": made["note"], "order_id": made["id"]}


def a_customer():
    made = shop.staff().post(f"{ADMIN}/customers", {"contact": CONTACT, "country": "GB"})
    return {"id": made.expect(201).json["id"]}


def a_category():
    number = next(numbers)
    made = shop.staff().post(f"{ADMIN}/categories", {
        "title": "Kitchen", "slug": f"kitchen-{number}"})
    return {"id": made.expect(201).json["id"]}


def a_product():
    """On sale, and by all the names it has."""
    sku = f"MADE-{next(numbers)}"
    sell(shop, sku)
    slug = sku.lower()
    page = wait_until(lambda: shop.api().get(f"/api/v1/products/{slug}").json.get("variants")
                      and shop.api().get(f"/api/v1/products/{slug}").expect(200).json)
    return {"id": page["id"], "variant_id": page["variants"][0]["id"], "sku": sku, "slug": slug,
            "category_id": a_category()["id"]}


def money_nobody_asked_for():
    """The provider tells of it; it is somebody's task from then on."""
    number = next(numbers)
    known = told_of()
    Client(sandbox.address).post("/v1/authorizations", {
        "effect_id": f"eff_{number}", "order": f"ord_{number}", "payment": f"pay_{number}",
        "token": "tok_ok", "return_url": "http://localhost/back",
        "amount": {"minor_units": 1999, "currency": "GBP"}}).expect(200)
    return {"id": wait_until(lambda: told_of() - known).pop()}


def told_of():
    """The payments that somebody has to look at."""
    page = shop.staff().get(f"{ADMIN}/attention?limit=100").expect(200).json
    return {item["stream"] for item in page["items"] if item["stream"].startswith("pay_")}


# By the beginning of a path; the first that fits.
POOLS = {path: Pool(make) for path, make in {
    "/api/v1/carts/{id}": a_cart,
    "/api/v1/orders/{id}": an_order,
    "/api/v1/products/{slug}": a_product,
    f"{ADMIN}/orders/{{id}}/payments/{{payment_id}}/refunds/": a_credited_order,
    f"{ADMIN}/orders/{{id}}": an_order,
    f"{ADMIN}/history/{{id}}": an_order,
    f"{ADMIN}/fulfillments/{{id}}": a_planned_fulfillment,
    f"{ADMIN}/credit-notes/{{id}}": a_credit_note,
    f"{ADMIN}/customers/{{id}}": a_customer,
    f"{ADMIN}/categories/{{id}}": a_category,
    f"{ADMIN}/products/{{id}}": a_product,
    f"{ADMIN}/stock/{{sku}}": a_product,
    f"{ADMIN}/discovered-payments/{{id}}": money_nobody_asked_for,
}.items()}


def pool_of(path):
    return next((pool for start, pool in POOLS.items() if path.startswith(start)), None)


def is_about_names(case):
    """Whether it tests what a wrong or a missing header or part of the path does. To change those
    would also bring back a header that was left out."""
    if case.meta is None or not case.meta.generation.mode.is_negative:
        return False
    place = getattr(case.meta.phase.data, "parameter_location", None)
    return place is not None and place.value in ("header", "path")


def leave_out_what_only_answers_give(case):
    """Cursors, positions, versions and the token of a link: made-up ones are refused."""
    for given, name in ((case.query, "cursor"), (case.query, "t"),
                        (case.headers, "Shop-Min-Position"), (case.headers, "If-Match")):
        if given and name in given:
            del given[name]


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.operation.path
    if case.meta is not None and case.meta.generation.mode.is_positive:
        leave_out_what_only_answers_give(case)
    pool = pool_of(path)
    if pool is None or is_about_names(case):
        return
    calls[case.operation.label] += 1
    follows_links = case.meta is not None and case.meta.phase.name.value == "stateful"
    if not follows_links and calls[case.operation.label] % 4:
        ids = pool.take()
        known = {name: ids[name] for name in case.path_parameters if name in ids}
        case.path_parameters = {**case.path_parameters, **known}
    token = tokens.get(case.path_parameters.get("id"))
    if token and not path.startswith(ADMIN):
        case.headers = {**(case.headers or {}), "Shop-Token": token}


@schemathesis.hook
def after_call(context, case, response):
    label = case.operation.label
    if case.method.upper() == case.operation.method.upper():
        answers[label][response.status_code] += 1
    if label == "POST /api/v1/carts" and response.status_code == 201:
        made = response.json()
        tokens[made["id"]] = tokens[made["id"].replace("crt_", "ord_")] = made["token"]


@atexit.register
def tell_answers():
    pathlib.Path(os.environ["SHOPVERSE_ANSWERS"]).write_text(json.dumps(answers, indent=1))
