"""Numbers that nobody means, wherever staff or shoppers tell money or pieces: each is refused by a
problem document that names its place, and nothing happens."""

import copy
import dataclasses
import json

import pytest

from shopper import Shopper
from staff import sell
from test_views import show_all
from unchanged import check_unchanged, events_in, wait_settled

ADMIN = "/api/v1/admin"
ORDER = f"{ADMIN}/orders/{{id}}"
VARIANTS = f"{ADMIN}/products/{{product}}/variants"
MONEY_MAX = 1_000_000_000_000
UNITS_MAX = 1_000_000_000
STEPS_MAX = 1_000_000
INT64 = 2**63
HERE = "the number stands here"

# No integers of 64 bits: refused wherever one is asked for.
NO_INTEGERS = ["1.5", "0.1", "100.0", '"7"', "true", "[]", "{}", str(INT64)]
NO_JSON = ["NaN", "Infinity", "1e999", "0x10", "007", "1" * 30, str(-INT64 - 1)]
NO_CURRENCIES = ['"GBX"', '"gbp"', '""', '"GBPP"', "7", "null"]


def money(number=HERE, currency="GBP"):
    return {"minor_units": number, "currency": currency}


def line(**told):
    return {"lines": [{"line_id": "{line}", **told}]}


def ordered(**told):
    return {"lines": [{"sku": "MUG", "quantity": 1, **told}]}


def free_credit(**told):
    return {"lines": [{"title": "Sorry", "amount": money(100), **told}]}


def settled(number):
    return [{"by": "offline", "amount": number}]


def zones(**band):
    return {"document": {"zones": [{"name": "All", "countries": ["GB"], "rates": [{
        "id": "post", "title": "Post", "measure": "weight",
        "bands": [{"up_to": 100, "price": money(395), **band}, {"price": money(500)}]}]}]}}


@dataclasses.dataclass
class Number:
    """One place of one body. Below `least` and above `most` it is refused, `good` is taken. With
    `changed`, any number but that of today is refused by a problem of that name, and so is any
    other currency."""

    call: str
    body: dict
    least: int = 0
    most: int = MONEY_MAX
    good: int = 1
    changed: str = ""
    any_currency: bool = False

    @property
    def pointer(self):
        return next(pointer_to(HERE, self.body))

    def __str__(self):
        return f"{self.call} {self.pointer}"

    @property
    def integers(self):
        near = {self.least - 1, self.most + 1, -INT64, INT64 - 1, -1, 0}
        return [str(n) for n in sorted(near) if -INT64 <= n < INT64
                and not self.least <= n <= self.most]


def pointer_to(wanted, value, at=""):
    if value == wanted:
        yield at
    members = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, list) else ())
    for name, member in members:
        yield from pointer_to(wanted, member, f"{at}/{name}")


PRICES = f"PUT {VARIANTS}/{{variant}}/prices"
NUMBERS = [
    # What is for sale, and how much of it there is.
    Number(PRICES, {"price": money()}, any_currency=True),
    Number(PRICES, {"price": money(100), "compare_at": money()}, least=101, good=200),
    Number(PRICES, {"price": money(100), "min_quantity": HERE}, least=1, most=STEPS_MAX),
    *(Number(call, {"sku": sku, name: HERE}, least=least, most=most)
      for name, least, most in (("weight_g", 0, 10_000_000), ("min_quantity", 1, STEPS_MAX),
                                ("quantity_step", 1, STEPS_MAX))
      for call, sku in ((f"POST {VARIANTS}", f"NEW-{name}"),
                        (f"PUT {VARIANTS}/{{variant}}", "PEN"))),
    Number(f"POST {ADMIN}/stock/MUG/receive", {"quantity": HERE, "reason": "purchase"},
           least=1, most=UNITS_MAX),
    Number(f"POST {ADMIN}/stock/MUG/adjust", {"on_hand": HERE, "reason": "count"},
           most=UNITS_MAX, good=100),
    Number(f"POST {ADMIN}/stock/MUG/adjust", {"on_hand": 99, "reason": "count", "expected": HERE},
           good=100, least=100, most=100, changed="stock-moved"),
    Number(f"PUT {ADMIN}/stock/MUG/policy",
           {"tracked": True, "backorder_limit": HERE, "safety_stock": 0}, -1, UNITS_MAX),
    Number(f"PUT {ADMIN}/stock/MUG/policy",
           {"tracked": True, "backorder_limit": 0, "safety_stock": HERE}, 0, UNITS_MAX),
    Number(f"PUT {ADMIN}/settings/shipping", zones(price=money()), any_currency=True),
    Number(f"PUT {ADMIN}/settings/shipping", zones(up_to=HERE), most=INT64 - 1),
    # What shoppers ask for.
    Number("POST /api/v1/carts/{cart}/lines", {"sku": "MUG", "quantity": HERE}, 1, STEPS_MAX),
    Number("PATCH /api/v1/carts/{cart}/lines/{cart_line}", {"quantity": HERE}, 1, STEPS_MAX),
    Number("POST /api/v1/carts/{cart}/checkout", {"expected_total": money()},
           least=599, most=599, good=599, changed="total-changed"),
    # What staff sell.
    Number(f"POST {ADMIN}/orders", ordered(quantity=HERE), 1, STEPS_MAX),
    Number(f"POST {ADMIN}/orders", ordered(unit_price=money())),
    Number(f"POST {ADMIN}/orders", ordered(unit_price={
        **money(500), "precise": {"units": HERE, "scale": 2}}), 500, 500, 500),
    Number(f"POST {ADMIN}/orders", ordered(unit_price={
        **money(500), "precise": {"units": 5000, "scale": HERE}}), 3, 3, 3),
    Number(f"POST {ADMIN}/orders", {**ordered(), "expected_total": money()},
           least=599, most=599, good=599, changed="total-changed"),
    # What becomes of it.
    Number(f"POST {ORDER}/cancel-lines", line(quantity=HERE), 1, 3),
    Number(f"POST {ORDER}/fulfillments", line(quantity=HERE), 1, 3),
    Number(f"POST {ORDER}/credit-notes", line(quantity=HERE), 1, 3),
    Number(f"POST {ORDER}/credit-notes", line(quantity=1, restock=HERE), 0, 0, 0),
    Number(f"POST {ORDER}/credit-notes", line(amount=money()), 1, 3 * 599),
    Number(f"POST {ORDER}/credit-notes", {"amount": money()}, 1),
    Number(f"POST {ORDER}/credit-notes",
           {"amount": money(100), "settlements": settled(money())}, 100, 100, 100),
    Number(f"POST {ADMIN}/credit-notes", free_credit(amount=money()), any_currency=True),
    Number(f"POST {ADMIN}/credit-notes", free_credit(quantity=HERE), 0, UNITS_MAX),
    Number(f"POST {ADMIN}/credit-notes", free_credit(sku="MUG", quantity=2, restock=HERE), 0, 2),
    Number(f"POST {ADMIN}/credit-notes",
           {**free_credit(), "settlements": settled(money())}, 100, 100, 100),
    Number(f"POST {ORDER}/payments/{{payment}}/refunds", {"amount": money()}, 1),
    Number(f"POST {ADMIN}/orders/{{owed}}/payments", {"method": "transfer", "amount": money()}, 1),
    # A number is right only where the provider contradicts: test_provider_amounts.py.
    Number(f"POST {ORDER}/payments/{{payment}}/accept-amount",
           {"amount": money(), "reason": {"code": "told"}}, least=1, most=0,
           changed="no-mismatch"),
]
# Places and versions: no money and no pieces.
NOT_COUNTED = {"position", "version"}


def by_phone(shop, **body):
    made = shop.staff().post(f"{ADMIN}/orders", {
        "lines": [{"sku": "MUG", "quantity": 3}], **body}).expect(201).json
    return made["id"], made


class Places:
    """A shop that has one of each, and its names."""

    def __init__(self, shop):
        self.shop = shop
        sell(shop, "MUG", price="5.99", stock=106)
        sell(shop, "PEN")
        show_all(shop)
        product = shop.staff().get("/api/v1/products/pen").expect(200).json
        order, told = by_phone(shop, payment={"provider": "offline", "method": "cash"})
        owed, _ = by_phone(shop)
        shopper = Shopper(shop)
        shopper.open_cart()
        shopper.add("MUG")
        shop.staff().post(f"{ADMIN}/stock/MUG/adjust", {"on_hand": 100, "reason": "count"}
                          ).expect(200)
        self.token = {"Shop-Token": shopper.token}
        self.names = {
            "product": product["id"], "variant": product["variants"][0]["id"],
            "id": order, "line": told["lines"][0]["id"], "payment": told["payments"][0]["id"],
            "owed": owed, "cart": shopper.cart,
            "cart_line": shopper.see_cart()["lines"][0]["id"]}

    def named(self, text):
        for name, id in self.names.items():
            text = text.replace(f"{{{name}}}", id)
        return text

    def send(self, number, text, query=""):
        """The answer to that body, in which `text` stands for the number."""
        method, path = self.named(number.call).split()
        body = self.named(json.dumps(number.body)).replace(f'"{HERE}"', text)
        return self.shop.staff().request(method, path + query, body, self.token)


@pytest.fixture(scope="module")
def places(shared_shop):
    wait_settled(shared_shop)
    made = Places(shared_shop)
    events_in(shared_shop)
    return made


def problem_of(answer):
    assert answer.headers["Content-Type"] == "application/problem+json", answer
    assert answer.json["status"] == answer.status
    return answer.json["type"].rsplit(":", 1)[-1]


def assert_named(answer, pointer, *about):
    """Wrong fields, which are that place or what it is a part of."""
    assert problem_of(answer.expect(400)) != "malformed-json", (about, answer)
    told = {error["pointer"] for error in answer.json["errors"]}
    assert told and all(each[:1] == "/" and pointer.startswith(each) for each in told), (
        about, answer.json)


def assert_refused(answer, number, pointer, text):
    if number.changed and answer.status == 409:
        assert problem_of(answer) == number.changed, (text, answer)
    else:
        assert_named(answer, pointer, str(number), text)


@pytest.mark.parametrize("number", NUMBERS, ids=str)
def test_a_number_that_nobody_means_is_refused_by_its_place(places, number):
    before = events_in(places.shop)
    for text in [*NO_INTEGERS, *number.integers]:
        assert_refused(places.send(number, text), number, number.pointer, text)
    for text in NO_JSON:
        answer = places.send(number, text).expect(400)
        assert problem_of(answer) == "malformed-json", (text, answer)
    check_unchanged(before, events_in(places.shop))


AMOUNTS = [number for number in NUMBERS if number.pointer.endswith("/minor_units")]


@pytest.mark.parametrize("number", AMOUNTS, ids=str)
def test_money_of_another_kind_is_refused_by_its_place(places, number):
    pointer = number.pointer.replace("minor_units", "currency")
    before = events_in(places.shop)
    for text in [*NO_CURRENCIES, *([] if number.any_currency else ['"EUR"'])]:
        other = dataclasses.replace(number, body=copy.deepcopy(number.body))
        amount = holder_of(other.body)
        amount.update(money(number.good, HERE))
        assert_refused(places.send(other, text), number, pointer, text)
    check_unchanged(before, events_in(places.shop))


def holder_of(value):
    """The object in which the number stands."""
    if isinstance(value, dict) and HERE in value.values():
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next(filter(None, map(holder_of, parts)), None)


def parameters_of(document, number):
    """Of that call, as the document names them."""
    method, path = number.call.split()
    for pattern, methods in document["paths"].items():
        if shape_of(pattern) == shape_of(path):
            return {each["name"] for each in methods[method.lower()]["parameters"]}
    raise AssertionError(f"{number.call} is not in the document")


@pytest.mark.parametrize("number", NUMBERS, ids=str)
def test_control_the_same_call_with_a_good_number_is_taken(places, number):
    if number.changed == "no-mismatch":
        return
    document = places.shop.api().get("/openapi.json").expect(200).json
    can_try = "dry_run" in parameters_of(document, number)
    answer = places.send(number, str(number.good), "?dry_run=1" if can_try else "")
    if number.changed == "total-changed" and not can_try:
        assert problem_of(answer) != number.changed  # what else it lacks is told
    else:
        answer.expect(200, 201, 202)


# ---- That the table is whole --------------------------------------------------------------------


def numbers_in(document, schema, at=""):
    """The pointers of all integers of a body; 0 stands for any element."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    for choice in schema.get("anyOf", schema.get("oneOf", [])):
        yield from numbers_in(document, choice, at)
    if schema.get("type") == "integer":
        yield at
    if "items" in schema:
        yield from numbers_in(document, schema["items"], f"{at}/0")
    for name, member in schema.get("properties", {}).items():
        yield from numbers_in(document, member, f"{at}/{name}")


def shape_of(path):
    """Without the names of its parts: "/api/v1/admin/stock/{}/receive"."""
    fixed = path.replace("MUG", "{sku}").split("/")
    return "/".join("{}" if part.startswith("{") else part for part in fixed)


def test_every_number_of_every_body_stands_in_the_table(places):
    document = places.shop.api().get("/openapi.json").expect(200).json
    told = {
        (f"{method.upper()} {shape_of(path)}", pointer)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for pointer in numbers_in(document, content.get("schema", {}))
        if pointer.rsplit("/", 1)[-1] not in NOT_COUNTED
    }
    table = {(shape_of(number.call), number.pointer) for number in NUMBERS}
    assert told == table


# ---- Files --------------------------------------------------------------------------------------


def import_file(places, what, is_good, file, content_type):
    """The report; a good file is only tried."""
    query = "?dry_run=1" if is_good else ""
    return places.shop.staff().post(f"{ADMIN}/imports/{what}{query}", file,
                                    content_type=content_type).expect(200).json


@pytest.mark.parametrize("column, good, wrong", [
    ("price", "5.99", ["-1", "5.999", "1e3", "NaN", "0x10", "5 99", "10000000000.01", "9" * 30]),
    ("stock", "100", ["-1", "1.5", "1e3", "NaN", "0x10", "1000000001", str(INT64), "9" * 30]),
    ("weight_g", "300", ["-1", "1.5", "1e3", "NaN", "10000001", str(INT64)]),
])
def test_a_row_of_a_catalog_file_with_such_a_number_is_refused_by_its_column(
        places, column, good, wrong):
    before = events_in(places.shop)
    for text in [*wrong, good]:
        row = {"slug": "pot", "title": "Pot", "sku": "POT", "price": "5.99", "currency": "GBP",
               "stock": "100", "weight_g": "300", column: text}
        file = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
        report = import_file(places, "products", text == good, file, "text/csv")
        if text == good:
            assert report["refused"] == 0, report
            continue
        assert report["refused"] == 1, (text, report)
        assert column in report["bad_rows"][0]["reason"], (text, report)
    check_unchanged(before, events_in(places.shop))


AT = {"at": "2024-03-01T10:00:00Z"}
SOLD = {"id": "1", "kind": "item", "sku": "MUG", "title": "Mug", "quantity": 1,
        "unit_price": {"minor_units": 599}, "gross": 599}
PAID = {"provider": "offline", "method": "cash", "reference": "1", "amount": 599}
MOVED = {"id": "1", "sku": "MUG", **AT}


def sale(line=(), payment=()):
    return {"type": "order", "id": "1", **AT, "currency": "GBP", "fulfilled": False,
            "lines": [{**SOLD, **dict(line)}], "payments": [{**PAID, **dict(payment)}]}


# Records, and the number that would be right.
RECORDS = [
    ({"type": "receipt", **MOVED, "reason": "purchase", "quantity": HERE}, 1),
    ({"type": "adjustment", **MOVED, "reason": "found", "delta": HERE}, 1),
    ({"type": "product", "sku": "MUG", "title": "A mug", "publish": True, "price": money()}, 599),
    (sale(line={"quantity": HERE}), 1),
    (sale(line={"unit_price": {"minor_units": HERE}}), 599),
    (sale(line={"gross": HERE}), 599),
    (sale(payment={"amount": HERE}), 599),
]


@pytest.mark.parametrize("record, good", RECORDS)
def test_a_record_of_a_history_with_such_a_number_is_refused(places, record, good):
    before = events_in(places.shop)
    texts = [*NO_INTEGERS, *NO_JSON, str(MONEY_MAX + 1), str(-MONEY_MAX - 1), str(INT64 - 1)]
    wrong, right = ("".join(json.dumps(record).replace(f'"{HERE}"', text) + "\n" for text in each)
                    for each in (texts, [str(good)]))
    for file, refused in ((wrong, len(texts)), (right, 0)):
        report = import_file(places, "history", refused == 0, file, "application/x-ndjson")
        assert (report["read"], report["refused"]) == (file.count("\n"), refused), report["kinds"]
    check_unchanged(before, events_in(places.shop))
