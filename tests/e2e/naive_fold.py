"""What has become of products, stock, orders and payments, folded from the raw log in the most
naive way: one record at a time, no batches, no database. Shares no code and no idea with
projections/. What the views must show of it is in naive_rows.py."""

import datetime
import json

OPEN_PAYMENTS = ("initiated", "action_required", "pending", "unknown")


def records(text):
    """The valid records, partition by partition, each in order."""
    for line in text.splitlines():
        entry = json.loads(line)
        if entry["verdict"] == "record":
            yield entry["entry"]


def microseconds(text):
    """Since 1970, of "2026-11-24T01:54:10.000000Z", and of what Postgres makes of it."""
    if text is None:
        return None
    when = datetime.datetime.fromisoformat(text)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (when - epoch) // datetime.timedelta(microseconds=1)


def units(money):
    return (money or {}).get("minor_units", 0)


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
            self.version = event["version"]
            self.time = microseconds(event.get("effective_at", record["time"]))
            if handler:
                handler(event["stream"], what, event.get("data", {}))

    # ---- Products -------------------------------------------------------------------------------

    def on_product(self, id, what, data):
        if what == "created":
            self.products[id] = {
                "status": "draft", "title": "", "slug": "", "description": "", "kind": "physical",
                "tax_class": "standard", "options": [], "attributes": {}, **data,
                "variants": {}, "categories": [], "created": self.time,
            }
        product = self.products[id]
        product.update(version=self.version, changed=self.time)
        if what == "details_changed":
            product.update({field: value for field, value in data.items() if value is not None})
        elif what == "slug_changed":
            if product["status"] != "draft":
                self.redirects.add((product["slug"], id))
            product["slug"] = data["slug"]
        elif what in ("published", "unpublished", "archived"):
            product["status"] = what
        elif what in ("variant_added", "variant_changed"):
            variant = data["variant"]
            prices = product["variants"].get(variant["variant_id"], {}).get("prices", {})
            product["variants"][variant["variant_id"]] = {
                "option_values": {}, "barcode": "", "weight_g": 0, "unit": "C62",
                "min_quantity": 1, "quantity_step": 1, **variant, "prices": prices}
        elif what == "variant_removed":
            product["variants"].pop(data["variant_id"], None)
        elif what in ("price_set", "price_removed"):
            variant = product["variants"].get(data["variant_id"])
            if variant is None:
                return
            key = data["price"]["key"] if what == "price_set" else data["key"]
            key = {"list": "base", "min_quantity": 1, "valid_from": None, "valid_until": None,
                   **key}
            name = tuple(key[part] for part in
                         ("currency", "list", "min_quantity", "valid_from", "valid_until"))
            variant["prices"].pop(name, None)
            if what == "price_set":
                variant["prices"][name] = {"includes_tax": True, "compare_at": None,
                                           **data["price"], "key": key}
        elif what == "category_assigned":
            product["categories"].append(data["category_id"])
        elif what == "category_unassigned":
            product["categories"].remove(data["category_id"])

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
            id, {"variant_id": "", "inventory_item": "", "location": "", "on_hand": 0, "held": {},
                 "allocated": {}, "orders": {}, "safety": 0, "backorder": 0, "tracked": True},
        )
        reservation = data.get("reservation", {})
        line = reservation.get("line_id")
        item["orders"][line] = reservation.get("order_id")
        if what == "opened":
            item.update(data)
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

    # ---- Orders and payments --------------------------------------------------------------------

    def on_order(self, id, what, data):
        if what == "placed":
            self.orders[id] = {"status": "placed", "placed": data, "placed_at": self.time,
                               "canceled_at": None}
        elif what == "canceled":
            self.orders[id].update(status="canceled", canceled_at=self.time)

    def on_payment(self, id, what, data):
        payment = self.payments.setdefault(id, {
            "order_id": None, "attempt": None, "provider": None, "method": None, "status": None,
            "currency": None, "amount": None, "authorized": None, "captured": 0,
            "provider_reference": None, "failure": None, "initiated_at": None})
        payment["changed_at"] = self.time
        amount = units(data.get("amount"))
        if what in ("initiated", "discovered"):
            payment.update(
                order_id=data.get("order_id"), attempt=data.get("attempt"),
                provider=data["provider"], amount=amount, currency=data["amount"]["currency"],
                method=data.get("method", {}).get("type", "") if what == "initiated" else None,
                initiated_at=self.time, status=what)
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
        elif what in ("action_required", "pending", "declined", "voided"):
            payment["status"] = what
        if what in ("submitted", "authorized", "mismatch_detected", "discovered"):
            payment["provider_reference"] = data["provider_reference"]
        if what in ("declined", "capture_failed", "void_failed"):
            payment["failure"] = data["code"]
        if what == "mismatch_detected":
            payment["failure"] = "mismatch"

    def payment_status(self, id):
        total = units(self.orders[id]["placed"].get("totals", {}).get("total"))
        mine = [payment for payment in self.payments.values() if payment["order_id"] == id]
        captured = sum(payment["captured"] for payment in mine)
        held = sum(payment["authorized"] for payment in mine if payment["status"] == "authorized")
        statuses = {payment["status"] for payment in mine}
        if total == 0:
            return "not_required"
        if captured + held > total:
            return "overpaid"
        if captured > 0:
            return "captured" if captured == total else "partially_captured"
        if held > 0:
            return "authorized"
        if statuses & set(OPEN_PAYMENTS):
            return "pending"
        for last in ("voided", "expired"):
            if last in statuses:
                return last
        return "pending"


def fold(log_text):
    result = Fold()
    for record in records(log_text):
        result.apply(record)
    return result
