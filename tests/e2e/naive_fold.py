"""What the storefront's views must show, folded from the raw log in the most naive way: one record
at a time, no batches, no database. Shares no code and no idea with projections/.

    expected = fold(shop.run("log", "read", "--json"))
    actual = rows_of(database)
"""

import json
import re

from conftest import run_sql

UNLIMITED = 1_000_000_000
OPEN_PAYMENTS = ("initiated", "action_required", "pending", "unknown")


def records(text):
    """The valid records, partition by partition, each in order."""
    for line in text.splitlines():
        entry = json.loads(line)
        if entry["verdict"] == "record":
            yield entry["entry"]


def words_of(text):
    for word in re.split(r"[^a-z0-9\x80-\U0010ffff]+", lower_ascii(text).replace("'", "")):
        if 3 <= len(word.encode()) <= 40:
            yield word


def lower_ascii(text):
    return re.sub("[A-Z]", lambda match: match.group().lower(), text)


class Fold:
    def __init__(self):
        self.products = {}
        self.categories = {}
        self.stock = {}
        self.stock_of_item = {}
        self.orders = {}
        self.payments = {}
        self.redirects = set()

    def apply(self, record):
        for event in record["events"]:
            kind, _, what = event["type"].partition(".")
            handler = getattr(self, f"on_{kind}", None)
            if handler:
                handler(event["stream"], what, event.get("data", {}))

    # ---- Products -------------------------------------------------------------------------------

    def on_product(self, id, what, data):
        if what == "created":
            self.products[id] = {
                "status": "draft", "title": data.get("title", ""), "slug": data.get("slug", ""),
                "kind": data.get("kind", "physical"), "attributes": data.get("attributes", {}),
                "variants": {}, "categories": set(),
            }
            return
        product = self.products[id]
        if what == "details_changed":
            for field in ("title", "attributes"):
                if data.get(field) is not None:
                    product[field] = data[field]
        elif what == "slug_changed":
            if product["status"] != "draft":
                self.redirects.add((product["slug"], id))
            product["slug"] = data["slug"]
        elif what in ("published", "unpublished", "archived"):
            product["status"] = what
        elif what in ("variant_added", "variant_changed"):
            variant = data["variant"]
            prices = product["variants"].get(variant["variant_id"], {}).get("prices", {})
            product["variants"][variant["variant_id"]] = {**variant, "prices": prices}
        elif what == "variant_removed":
            product["variants"].pop(data["variant_id"], None)
        elif what in ("price_set", "price_removed"):
            variant = product["variants"].get(data["variant_id"])
            if variant is None:
                return
            key = data["price"]["key"] if what == "price_set" else data["key"]
            name = (key["currency"], key.get("list", "base"), key.get("min_quantity", 1),
                    key.get("valid_from"), key.get("valid_until"))
            variant["prices"].pop(name, None)
            if what == "price_set":
                variant["prices"][name] = data["price"]["price"]["money"].get("minor_units", 0)
        elif what == "category_assigned":
            product["categories"].add(data["category_id"])
        elif what == "category_unassigned":
            product["categories"].discard(data["category_id"])

    def on_category(self, id, what, data):
        if what == "created":
            self.categories[id] = {
                "slug": data["slug"], "title": data["title"], "parent": data.get("parent") or "",
                "place": data.get("position", 0), "status": "active",
            }
        elif what == "changed":
            self.categories[id]["title"] = data.get("title") or self.categories[id]["title"]
        elif what == "moved":
            self.categories[id]["parent"] = data.get("parent") or ""
            self.categories[id]["place"] = data.get("position", 0)
        elif what == "removed":
            self.categories[id]["status"] = "removed"

    # ---- Stock ----------------------------------------------------------------------------------

    def on_stock(self, id, what, data):
        item = self.stock.setdefault(
            id, {"on_hand": 0, "held": {}, "allocated": {}, "safety": 0, "backorder": 0,
                 "tracked": True},
        )
        line = data.get("reservation", {}).get("line_id")
        if what == "opened":
            self.stock_of_item[data["inventory_item"]] = id
        elif what == "policy_set":
            item["tracked"] = data.get("tracked", True)
            item["backorder"] = data.get("backorder_limit", 0)
            item["safety"] = data.get("safety_stock", 0)
        elif what == "received":
            item["on_hand"] += data["quantity"]
        elif what == "adjusted":
            item["on_hand"] += data.get("delta", 0)
        elif what == "reserved":
            item["held"][line] = data["quantity"]
        elif what == "allocated":
            item["held"].pop(line, None)
            item["allocated"][line] = data["quantity"]
        elif what == "released" and data.get("quantity", 0) > 0:
            item["held"].pop(line, None)
            item["allocated"].pop(line, None)

    def sellable(self, product, variant):
        if product["kind"] == "digital":
            return UNLIMITED
        item = self.stock.get(self.stock_of_item.get(variant["inventory_item"]))
        if item is None:
            return 0
        if not item["tracked"] or item["backorder"] == -1:
            return UNLIMITED
        taken = sum(item["held"].values()) + sum(item["allocated"].values())
        return max(0, item["on_hand"] - taken - item["safety"] + item["backorder"])

    # ---- Orders and payments --------------------------------------------------------------------

    def on_order(self, id, what, data):
        if what == "placed":
            totals = data.get("totals", {})
            self.orders[id] = {
                "number": data["number"], "status": "placed",
                "total": totals.get("total", {}).get("minor_units", 0),
                "items": sum(line.get("quantity", 0) for line in data.get("lines", [])
                             if line.get("kind", "item") == "item"),
            }
        elif what == "canceled":
            self.orders[id]["status"] = "canceled"

    def on_payment(self, id, what, data):
        payment = self.payments.setdefault(
            id, {"order": None, "status": None, "authorized": None, "captured": 0})
        amount = (data.get("amount") or {}).get("minor_units", 0)
        if what == "initiated":
            payment.update(order=data["order_id"], status="initiated")
        elif what == "outcome_unknown":
            if data.get("operation", "authorize") == "authorize":
                payment["status"] = "unknown"
        elif what == "authorized":
            payment.update(status="authorized", authorized=amount)
        elif what == "authorization_expired":
            payment["status"] = "expired"
        elif what == "captured":
            payment["status"] = "captured"
            payment["captured"] += amount
        elif what in ("action_required", "pending", "declined", "voided", "discovered"):
            payment["status"] = what

    def payment_status(self, id, order):
        mine = [payment for payment in self.payments.values() if payment["order"] == id]
        captured = sum(payment["captured"] for payment in mine)
        held = sum(payment["authorized"] for payment in mine if payment["status"] == "authorized")
        statuses = {payment["status"] for payment in mine}
        if order["total"] == 0:
            return "not_required"
        if captured + held > order["total"]:
            return "overpaid"
        if captured > 0:
            return "captured" if captured == order["total"] else "partially_captured"
        if held > 0:
            return "authorized"
        if statuses & set(OPEN_PAYMENTS):
            return "pending"
        for last in ("voided", "expired"):
            if last in statuses:
                return last
        return "pending"

    # ---- What is shown --------------------------------------------------------------------------

    def shown(self):
        return {id: p for id, p in self.products.items() if p["status"] == "published"}

    def rows(self):
        return {
            "listing": sorted(self.listings()),
            "variant": sorted(self.variants()),
            "search_word": sorted(self.search_words().items()),
            "slug_redirect": sorted(self.redirects),
            "category": sorted(
                (id, c["slug"], c["title"], c["parent"], c["place"], c["status"])
                for id, c in self.categories.items()),
            "stock": sorted(
                (id, s["on_hand"], sum(s["held"].values()), sum(s["allocated"].values()))
                for id, s in self.stock.items()),
            "sale": sorted(
                (id, o["number"], o["status"], self.payment_status(id, o), o["total"], o["items"])
                for id, o in self.orders.items()),
            "payment": sorted(
                (id, p["order"], p["status"], p["captured"]) for id, p in self.payments.items()),
        }

    def listings(self):
        for id, product in self.shown().items():
            lowest = {}
            for variant in product["variants"].values():
                for currency, price in list_prices(variant["prices"]).items():
                    lowest[currency] = min(price, lowest.get(currency, price))
            sources = {}
            for variant in product["variants"].values():
                sources[variant["inventory_item"]] = self.sellable(product, variant)
            available = min(UNLIMITED, sum(sources.values()))
            for currency, price in lowest.items():
                yield (id, currency, price, product["title"],
                       product["attributes"].get("color", ""),
                       product["attributes"].get("material", ""),
                       ",".join(sorted(product["categories"])), available)

    def variants(self):
        for id, product in self.shown().items():
            for variant in product["variants"].values():
                yield (id, variant["variant_id"], variant["sku"], self.sellable(product, variant))

    def search_words(self):
        counts = {}
        for product in self.shown().values():
            text = [product["title"], *product["attributes"].values()]
            for variant in product["variants"].values():
                text.extend(variant.get("option_values", {}).values())
            for word in set(words_of(" ".join(text))):
                counts[word] = counts.get(word, 0) + 1
        return counts


def list_prices(prices):
    """By currency: of the base list, without dates, for the smallest quantity."""
    smallest = {}
    for (currency, name, quantity, since, until), price in prices.items():
        if name == "base" and since is None and until is None:
            if currency not in smallest or quantity < smallest[currency][0]:
                smallest[currency] = (quantity, price)
    return {currency: price for currency, (_, price) in smallest.items()}


def fold(log_text):
    result = Fold()
    for record in records(log_text):
        result.apply(record)
    return result.rows()


QUERIES = {
    "listing": "SELECT product_id, currency, price, title, color, material, "
               "array_to_string(categories, ','), available FROM storefront.listing",
    "variant": "SELECT v.product_id, v.variant_id, v.sku, CASE WHEN v.stock_id = '' "
               f"THEN {UNLIMITED} ELSE coalesce(s.sellable, 0) END "
               "FROM storefront.variant v LEFT JOIN storefront.stock s USING (stock_id)",
    "search_word": "SELECT word, products FROM storefront.search_word",
    "slug_redirect": "SELECT slug, product_id FROM storefront.slug_redirect",
    "category": "SELECT category_id, slug, title, parent, place, status FROM storefront.category",
    "stock": "SELECT stock_id, on_hand, held, allocated FROM storefront.stock",
    "sale": "SELECT order_id, number, status, payment_status, total, items FROM storefront.sale",
    "payment": "SELECT payment_id, order_id, status, captured FROM storefront.payment",
}


def rows_of(database):
    """The same of the views."""
    rows = {}
    for name, query in QUERIES.items():
        lines = run_sql(database, f"SELECT json_agg(r) FROM ({query}) r")
        text = "\n".join(lines)
        rows[name] = sorted(tuple(row.values()) for row in json.loads(text or "null") or [])
    return rows


def difference(actual, expected):
    """The first rows that differ, for a message; empty if none do."""
    for name in expected:
        if actual[name] != expected[name]:
            extra = [row for row in actual[name] if row not in expected[name]]
            missing = [row for row in expected[name] if row not in actual[name]]
            return f"{name}: has {extra[:3]}, lacks {missing[:3]}"
    return ""
