"""What every list of staff must say, made of the rows that a naive fold expects (naive_rows.py):
each list's items, whole, in order. Times are microseconds, as there."""

from naive_sales import address_of


def lists_of(rows):
    """By the path behind /api/v1/admin/."""
    numbers = {row["order_id"]: row["number"] for row in rows["sale"]}
    return {
        "orders": newest(rows["sale"], "placed_at", "order_id", order),
        "fulfillments": newest(rows["fulfillment"], "created_at", "fulfillment_id",
                               lambda row: fulfillment(row, numbers)),
        "credit-notes": newest(rows["credit_note"], "requested_at", "credit_note_id", credit_note),
        "payments": newest(rows["payment"], "initiated_at", "payment_id",
                           lambda row: payment(row, numbers, rows["refund"])),
        "refunds": newest(rows["refund"], "requested_at", "refund_id",
                          lambda row: refund(row, numbers, rows)),
        "customers": newest(rows["customer"], "known_since", "customer_id",
                            lambda row: customer(row, rows["sale"])),
        "products": newest(rows["product"], "created_at_us", "product_id", product),
        "stock": stock(rows),
        "stock-movements": [movement(row, rows["variant"]) for row in sorted(
            rows["stock_movement"], reverse=True,
            key=lambda row: (row["moved_at"], row["stock_id"], row["version"]))],
    }


def notes_of(rows, order, text_of):
    """Those of one order; `text_of` opens a row."""
    mine = sorted((row for row in rows["order_note"] if row["order_id"] == order),
                  key=lambda row: row["number"], reverse=True)
    return [{"number": row["number"], "noted_at": row["noted_at"], "actor": actor(row),
             "text": text_of(row)} for row in mine]


def newest(rows, time, id, item_of):
    in_order = sorted(rows, key=lambda row: (row[time], row[id]), reverse=True)
    return [item_of(row) for row in in_order]


def some(row, *names):
    return {name: row[name] for name in names}


def money(row, *names):
    return {name: {"minor_units": row[name] or 0, "currency": row["currency"]} for name in names}


def or_none(row, *names):
    return {name: row[name] or None for name in names}


def external(row):
    known = {"system": row["external_system"], "id": row["external_id"]}
    return {"external": known if row["external_id"] else None}


def actor(row):
    return {"kind": row["actor_kind"], "id": row["actor_id"] or None}


def order(row):
    return {
        "id": row["order_id"], "return_status": "none", **external(row),
        **some(row, "number", "status", "payment_status", "fulfillment_status", "placed_at",
               "source", "country", "items"),
        **or_none(row, "hold", "customer_id"),
        **money(row, "total", "due", "captured", "refunded", "balance")}


def fulfillment(row, numbers):
    return {
        "id": row["fulfillment_id"], "order_number": numbers[row["order_id"]],
        "tracking": row["tracking"] or [],
        **some(row, "order_id", "number", "status", "location", "items", "carrier", "reason",
               "note", "created_at", "shipped_at", "ended_at")}


def credit_note(row):
    return {
        "id": row["credit_note_id"], **external(row),
        **some(row, "number", "status", "order_ids", "reason", "note", "items", "requested_at",
               "issued_at"),
        **or_none(row, "customer_id", "reverses"), **money(row, "total", "settled")}


def payment(row, numbers, refunds):
    back = sum(each["amount"] for each in refunds if each["payment_id"] == row["payment_id"]
               and each["status"] in ("refunded", "settled"))
    return {
        "id": row["payment_id"], "order_number": numbers.get(row["order_id"]),
        "reference": row["provider_reference"] or None, "code": row["failure"] or None,
        **some(row, "attempt", "provider", "status", "initiated_at", "changed_at"),
        **or_none(row, "order_id", "method"),
        **money({**row, "refunded": back}, "amount", "authorized", "captured", "refunded")}


def refund(row, numbers, rows):
    paid = next(p for p in rows["payment"] if p["payment_id"] == row["payment_id"])
    asked_again = {each["replaces"] for each in rows["refund"]}
    return {
        "id": row["refund_id"], "order_id": paid["order_id"] or None,
        "order_number": numbers.get(paid["order_id"]), "provider": paid["provider"],
        "is_owed": row["status"] == "failed" and row["refund_id"] not in asked_again,
        "code": row["failure"] or None,
        **some(row, "payment_id", "status", "requested_at", "changed_at"),
        **or_none(row, "credit_note_id", "replaces", "reason"), **money(row, "amount")}


def customer(row, sales):
    """But for the contact, which is sealed."""
    return {
        "id": row["customer_id"], **external(row),
        **some(row, "status", "kind", "known_since", "changed_at"),
        **or_none(row, "country", "country_text"),
        "orders": sum(sale["customer_id"] == row["customer_id"] for sale in sales)}


def email_of(row):
    """What the customer's contact must say."""
    if row["status"] == "erased":
        return "[erased]"
    return address_of({"external": external(row)["external"]})


def product(row):
    return {
        "id": row["product_id"], "created_at": row["created_at_us"],
        "changed_at": row["changed_at_us"], **some(row, "status", "title", "slug", "skus")}


def stock(rows):
    titles = {row["product_id"]: row["title"] for row in rows["product"]}
    items = {row["stock_id"]: row for row in rows["stock"]}
    return [stock_item(variant, titles[variant["product_id"]], items.get(variant["stock_id"]))
            for variant in sorted(rows["variant"], key=lambda row: (row["sku"], row["variant_id"]))
            if variant["stock_id"]]


def stock_item(variant, title, item):
    item = item or {"on_hand": 0, "held": 0, "allocated": 0, "tracked": True, "backorder_limit": 0,
                    "safety_stock": 0}
    reserved = item["held"] + item["allocated"]
    return {
        **some(variant, "sku", "product_id", "variant_id"), "title": title, "reserved": reserved,
        "available": item["on_hand"] - reserved - item["safety_stock"],
        **some(item, "on_hand", "held", "allocated", "tracked", "backorder_limit", "safety_stock")}


def movement(row, variants):
    skus = [each["sku"] for each in variants if each["stock_id"] == row["stock_id"]]
    return {
        "sku": min(skus, default=None), "on_hand_change": row["on_hand"], "actor": actor(row),
        **some(row, "stock_id", "kind", "units", "counted", "moved_at"),
        **or_none(row, "reason", "note", "document", "order_id")}
