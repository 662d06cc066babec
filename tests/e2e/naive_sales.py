"""The rows of orders and of what follows from them, made of a naive fold of the log."""

import hashlib
import hmac

from naive_fold import units
from staff import PHONE_EMAIL

OPEN_PAYMENTS = {"initiated", "action_required", "pending", "unknown"}
LEFT_THE_HOUSE = ("shipped", "delivered", "failed")


def rows_of_sales(fold, secret):
    """`secret` is what <data>/secrets/signing holds; None: the view has no hashes of addresses."""
    return {
        "sale": [sale(fold, id, order, secret) for id, order in fold.orders.items()],
        "order_note": fold.notes,
        "payment": [{"payment_id": id, **p} for id, p in fold.payments.items()],
        "refund": [{"refund_id": id, **r} for id, r in fold.refunds.items()],
        "fulfillment": [fulfillment(id, f) for id, f in fold.fulfillments.items()],
        "credit_note": [credit_note(id, note) for id, note in fold.credit_notes.items()],
        "customer": [customer(id, c, secret) for id, c in fold.customers.items()],
        "erased_person": [{"person": key} for key in fold.destroyed_keys],
    }


def email_hash(secret, address):
    """Under which staff find an address."""
    text = "email:" + address.strip().lower()
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]


def items_in(lines):
    return sum(line["quantity"] for line in lines if line.get("kind", "item") == "item")


def external(data):
    known = data.get("external") or {}
    return {"external_system": known.get("system", ""), "external_id": known.get("id", "")}


def sale(fold, id, order, secret):
    placed = order["placed"]
    totals = {name: units(placed["totals"].get(name))
              for name in ("discount", "shipping", "tax", "total")}
    address = placed.get("shipping_address") or placed.get("billing_address") or {}
    personal = placed.get("party", {}).get("personal", {})
    lines = placed.get("lines", [])
    row = {
        "order_id": id, "number": placed["number"], "status": status(order),
        "placed_at": order["placed_at"], "confirmed_at": order["confirmed_at"],
        "canceled_at": order["canceled_at"], "hold": order["hold"],
        "source": placed.get("source", "web"), "channel": placed.get("channel", ""),
        **external(placed), "checkout_id": placed["checkout_id"],
        "cart_id": placed.get("cart_id", ""), "customer_id": order["customer_id"],
        "person": personal.get("key", ""), "contact": personal.get("ciphertext", ""),
        "country": address.get("country", ""), "currency": placed["totals"]["total"]["currency"],
        "items": items_in(lines), "items_total": units(placed["totals"].get("items")), **totals,
        "lines": lines, "access_token_hash": placed.get("access_token_hash", ""),
        "email_hash": hash_of_contact(fold, placed, secret),
        "canceled_items": order["canceled_items"], "canceled": order["canceled"],
        "credited": order["credited"], "given": order["given"],
    }
    row.update(money(fold, id), **shipments(fold, id))
    left = 0 if order["canceled_at"] else row["total"] - row["canceled"] - row["credited"]
    row["due"] = left + row["given"]
    row["balance"] = row["due"] - (row["captured"] - row["refunded"])
    row["payment_status"] = payment_status(row)
    row["fulfillment_status"] = fulfillment_status(row)
    return row


def status(order):
    if order["canceled_at"]:
        return "canceled"
    if order["hold"]:
        return "on_hold"
    return "confirmed" if order["confirmed_at"] else "placed"


# Sealed in the log, but known: an address is made of the cart's id (shopper.py), or of what another
# system calls the customer; who orders by phone otherwise has always the same.
def hash_of_contact(fold, placed, secret):
    key = placed.get("party", {}).get("personal", {}).get("key")
    if secret is None or key is None or key in fold.destroyed_keys:
        return ""
    if placed.get("cart_id"):
        return email_hash(secret, f"{placed['cart_id']}@example.com")
    customer = fold.customers.get(placed["party"].get("customer_id"), {})
    return email_hash(secret, address_of(customer))


def hash_of_customer(known, secret):
    return email_hash(secret, address_of(known)) if secret and known["personal"] else ""


def address_of(customer):
    known = customer.get("external")
    return f"{known['id']}@example.com" if known else PHONE_EMAIL


def money(fold, id):
    mine = {name: p for name, p in fold.payments.items() if p["order_id"] == id}
    statuses = {payment["status"] for payment in mine.values()}
    unpaid = "pending"
    if not statuses & OPEN_PAYMENTS:
        unpaid = next((each for each in ("voided", "expired") if each in statuses), "pending")
    return {
        "captured": sum(payment["captured"] for payment in mine.values()),
        "refunded": sum(refund["amount"] for refund in fold.refunds.values()
                        if refund["payment_id"] in mine
                        and refund["status"] in ("refunded", "settled")),
        "held": sum(payment["authorized"] for payment in mine.values()
                    if payment["status"] == "authorized"),
        "unpaid_status": unpaid,
    }


def payment_status(row):
    captured, refunded, held = row["captured"], row["refunded"], row["held"]
    kept = captured - refunded
    if kept > row["due"] or held > row["total"] or (held > 0 and 0 < kept >= row["due"]):
        return "overpaid"
    if row["total"] == 0:
        return "not_required"
    if refunded > 0:
        return "refunded" if refunded >= captured else "partially_refunded"
    if captured > 0:
        return "captured" if captured >= row["due"] else "partially_captured"
    return "authorized" if held > 0 else row["unpaid_status"]


def shipments(fold, id):
    def items(statuses):
        return sum(line["quantity"] for f in fold.fulfillments.values() for line in f["lines"]
                   if f["order_id"] == id and f["status"] in statuses)

    return {"shipped_items": items(LEFT_THE_HOUSE), "delivered_items": items(("delivered",))}


def fulfillment_status(row):
    wanted = row["items"] - row["canceled_items"]
    if row["shipped_items"] == 0:
        return "unfulfilled"
    if row["shipped_items"] < wanted:
        return "partially_fulfilled"
    return "delivered" if row["delivered_items"] >= wanted else "fulfilled"


def fulfillment(id, f):
    return {
        "fulfillment_id": id, "order_id": f["order_id"], "number": f["number"],
        "location": f["location"], "status": f["status"], "lines": f["lines"],
        "items": sum(line["quantity"] for line in f["lines"]), "carrier": f["carrier"],
        "tracking": f["tracking"], "reason": f["reason"].get("code", ""),
        "note": f["reason"].get("note", ""), "created_at": f["created_at"],
        "shipped_at": f["shipped_at"], "ended_at": f["ended_at"]}


def credit_note(id, note):
    lines = note.get("lines", [])
    total = units(note["totals"].get("total"))
    orders = {note.get("order_id"), *(line.get("order_id") for line in lines)} - {None}
    issued = "settled" if note["settled"] >= total else "issued"
    return {
        "credit_note_id": id, "number": note["number"], "order_id": note.get("order_id", ""),
        "order_ids": sorted(orders), "customer_id": note.get("customer_id", ""),
        **external(note), "reverses": note.get("reverses", ""),
        "reason": note["reason"].get("code", ""), "note": note["reason"].get("note", ""),
        "currency": note["totals"]["total"]["currency"],
        "items": items_in([line["line"] for line in lines]),
        "tax": units(note["totals"].get("tax")), "total": total, "settled": note["settled"],
        "lines": lines, "requested_at": note["requested_at"], "issued_at": note["issued_at"],
        "status": "requested" if note["number"] is None else issued}


def customer(id, c, secret):
    return {
        "customer_id": id, "status": c["status"], "kind": c.get("kind", "person"),
        "person": c["personal"].get("key", ""), "personal": c["personal"].get("ciphertext", ""),
        "country": c["country"], "country_text": c.get("country_text", ""), **external(c),
        "email_hash": hash_of_customer(c, secret),
        "known_since": c["known_since"], "changed_at": c["changed_at"]}
