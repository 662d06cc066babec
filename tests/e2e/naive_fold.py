"""What has become of products, stock, orders and all that follows from them, folded from the raw
log in the most naive way: one record at a time, no batches, no database. Shares no code and no idea
with projections/. What the views must show of it is in naive_rows.py and naive_sales.py."""

import datetime
import json



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


MOVES = ("received", "adjusted", "shipped", "restocked")


class Fold:
    def __init__(self):
        self.products = {}
        self.categories = {}
        self.stock = {}
        self.stock_of_item = {}
        self.movements = []
        self.orders = {}
        self.notes = []
        self.payments = {}
        self.refunds = {}
        self.fulfillments = {}
        self.credit_notes = {}
        self.customers = {}
        self.destroyed_keys = set()
        self.redirects = set()

    def apply(self, record):
        self.actor = record.get("actor", {})
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
            item["on_hand"] += data.get("quantity", 0)
        elif what == "adjusted":
            item["on_hand"] += data.get("delta", 0)
        elif what == "reserved":
            item["held"][line] = data["quantity"]
        elif what == "allocated":
            item["held"].pop(line, None)
            item["allocated"][line] = data["quantity"]
        elif what == "released" and data.get("quantity", 0) > 0:
            for place in ("held", "allocated"):
                item[place].pop(line, None)
                if data.get(place, 0) > 0:
                    item[place][line] = data[place]
        elif what == "shipped":
            item["on_hand"] -= data.get("taken", 0)
            item["held"].pop(data["line_id"], None)
            item["allocated"].pop(data["line_id"], None)
            if data.get("left", 0) > 0:
                item["allocated"][data["line_id"]] = data["left"]
                item["orders"][data["line_id"]] = data["order_id"]
        elif what == "restocked" and data.get("disposition", "sellable") == "sellable":
            item["on_hand"] += data["quantity"]
        if what in MOVES:
            self.move(id, what, data)

    def move(self, id, what, data):
        units = data.get("delta" if what == "adjusted" else "quantity", 0)
        on_hand = units
        if what == "shipped":
            units, on_hand = -units, -data.get("taken", 0)
        elif what == "restocked" and data.get("disposition", "sellable") != "sellable":
            on_hand = 0
        document = {"received": "reference", "shipped": "fulfillment_id", "restocked": "document"}
        self.movements.append({
            "stock_id": id, "version": self.version, "moved_at": self.time, "kind": what,
            "units": units, "on_hand": on_hand, "counted": data.get("counted"),
            "reason": {"received": data.get("reason", "purchase"),
                       "adjusted": data.get("reason", "count"), "shipped": "",
                       "restocked": data.get("disposition", "sellable")}[what],
            "note": data.get("note", ""), "document": data.get(document.get(what), ""),
            "order_id": data.get("order_id", ""), **self.recorded_by()})

    def recorded_by(self):
        return {"actor_kind": self.actor.get("kind", "system"),
                "actor_id": self.actor.get("id", "")}

    # ---- Orders and payments --------------------------------------------------------------------

    def on_order(self, id, what, data):
        if what == "placed":
            self.orders[id] = {
                "placed": data, "placed_at": self.time, "confirmed_at": None, "canceled_at": None,
                "hold": "", "customer_id": data.get("party", {}).get("customer_id", ""),
                "credited": 0, "given": 0, "canceled": 0, "canceled_items": 0}
        order = self.orders[id]
        if what in ("confirmed", "canceled"):
            order[f"{what}_at"] = self.time
        elif what == "held":
            order["hold"] = data.get("hold", "payment")
        elif what == "hold_released":
            order["hold"] = ""
        elif what == "customer_assigned":
            order["customer_id"] = data["customer_id"]
        elif what == "note_added":
            text = data.get("text", {})
            self.notes.append({
                "order_id": id, "number": data["note"], "noted_at": self.time,
                **self.recorded_by(), "person": text.get("key", ""),
                "sealed": text.get("ciphertext", "")})
        elif what == "lines_credited":
            order["credited"] += units(data["amount"])
            order["given"] += units(data.get("given"))
        elif what == "lines_canceled":
            order["canceled"] += units(data["amount"])
            goods = {line["line_id"] for line in order["placed"].get("lines", ())
                     if line.get("kind", "item") == "item"}
            order["canceled_items"] += sum(
                line["quantity"] for line in data["lines"] if line["line_id"] in goods)

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
            if what == "discovered":
                payment["captured" if data.get("is_captured") else "authorized"] = amount
        elif what == "hold_discovered":
            payment.update(amount=amount, authorized=amount)
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
        elif what == "voided" and data.get("reason") == "rest":
            pass
        elif what in ("action_required", "pending", "declined", "voided"):
            payment["status"] = what
        if what in ("submitted", "authorized", "mismatch_detected", "discovered"):
            payment["provider_reference"] = data.get("provider_reference", "")
        if what in ("declined", "capture_failed", "void_failed"):
            payment["failure"] = data["code"]
        if what == "mismatch_detected":
            payment["failure"] = "mismatch"
        if what == "mismatch_accepted":
            payment["failure"] = ""
            if not data.get("refund_id"):
                payment["status"] = "captured"
                payment["captured"] += amount - units(data["counted"])
        if what.startswith("refund") or data.get("refund_id") and what == "mismatch_accepted":
            self.refund(id, what, data)

    def refund(self, payment, what, data):
        refund = self.refunds.setdefault(data["refund_id"], {
            "payment_id": payment, "credit_note_id": "", "status": "", "amount": 0,
            "currency": "", "reason": "", "failure": "", "replaces": "",
            "requested_at": self.time})
        refund["changed_at"] = self.time
        refund["status"] = {"refund_requested": "requested", "refund_pending": "pending",
                            "refund_failed": "failed", "refunded": "refunded",
                            "mismatch_accepted": "refunded", "refund_settled": "settled"}[what]
        if "amount" in data and what != "refund_settled":
            refund.update(amount=units(data["amount"]), currency=data["amount"]["currency"])
        if what == "refund_requested":
            refund["credit_note_id"] = data.get("credit_note_id", "")
            refund["reason"] = data.get("reason", {}).get("code", "")
            refund["replaces"] = data.get("replaces", "")
        refund["failure"] = data.get("code", refund["failure"])

    def on_fulfillment(self, id, what, data):
        if what == "effect_answered":
            return
        if what == "created":
            self.fulfillments[id] = {**data, "carrier": None, "tracking": None, "shipped_at": None,
                                     "ended_at": None}
        fulfillment = self.fulfillments[id]
        fulfillment.update(status=what, reason=data.get("reason", {}))
        moment = {"created": "created_at", "shipped": "shipped_at"}.get(what, "ended_at")
        fulfillment[moment] = self.time
        if what == "shipped":
            fulfillment.update(carrier=data.get("carrier", ""), tracking=data.get("tracking", []))

    # ---- Credit notes and customers -------------------------------------------------------------

    def on_credit_note(self, id, what, data):
        if what == "requested":
            self.credit_notes[id] = {**data, "requested_at": self.time, "number": None,
                                     "issued_at": None, "settled": 0}
        note = self.credit_notes[id]
        if what == "issued":
            note.update(number=data["number"], issued_at=self.time)
        elif what in ("settled", "reopened"):
            note["settled"] += units(data["amount"]) * (1 if what == "settled" else -1)

    def on_customer(self, id, what, data):
        if what in ("registered", "imported"):
            self.customers[id] = {"status": "known", "known_since": self.time, "country": "",
                                  **data["profile"]}
        customer = self.customers[id]
        customer["changed_at"] = self.time
        if what == "contact_changed":
            customer.update(personal=data["personal"], country=data.get("country", ""))
        elif what == "erased":
            customer.update(status="erased", personal={})
            self.destroyed_keys.update(data.get("keys", ()))


def fold(log_text):
    result = Fold()
    for record in records(log_text):
        result.apply(record)
    return result
