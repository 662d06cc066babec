"""What each filter of staff's lists must leave of the items that a naive fold expects
(naive_lists.py).

    for what, query, keeps in filters(lists, addresses): …
"""

import datetime

# The filter, and the member that it looks at.
MEMBERS = {
    "orders": {"status": "status", "payment_status": "payment_status", "customer": "customer_id",
               "fulfillment_status": "fulfillment_status", "country": "country",
               "number": "number", "q": "number"},
    "fulfillments": {"status": "status", "order": "order_id", "location": "location",
                     "q": "order_number"},
    "credit-notes": {"status": "status", "customer": "customer_id", "reason": "reason",
                     "q": "number"},
    "customers": {"status": "status", "kind": "kind", "country": "country", "q": "id"},
    "products": {"status": "status"},
    "payments": {"status": "status", "provider": "provider", "order": "order_id",
                 "q": "order_number"},
    "refunds": {"status": "status", "owed": "is_owed", "provider": "provider",
                "payment": "payment_id", "order": "order_id", "credit_note": "credit_note_id",
                "q": "order_number"},
    "stock-movements": {"kind": "kind", "order": "order_id", "document": "document"},
}
TIMES = {"orders": "placed_at", "fulfillments": "created_at", "credit-notes": "requested_at",
         "payments": "initiated_at", "refunds": "requested_at", "stock-movements": "moved_at"}
VALUES_MAX = 3  # of each member


def filters(lists, addresses):
    """A list, the query of one filter, and whether it keeps an item. `addresses`: for each e-mail
    address, the ids of what was bought under it and of who has it."""
    for what, names in MEMBERS.items():
        for name, member in names.items():
            values = dict.fromkeys(item[member] for item in lists[what] if item[member])
            for value in list(values)[:VALUES_MAX]:
                yield what, {name: str(value).lower() if value is True else value}, (
                    lambda item, member=member, value=value: item[member] == value)
    for what, member in TIMES.items():
        moment = lists[what][len(lists[what]) // 2][member]
        yield what, {"from": text_of(moment)}, (
            lambda item, member=member, moment=moment: item[member] >= moment)
        yield what, {"to": text_of(moment)}, (
            lambda item, member=member, moment=moment: item[member] < moment)
    for address, ids in addresses.items():
        for what in ("orders", "customers"):
            for name in ("q", "email"):
                yield what, {name: address}, lambda item, ids=ids: item["id"] in ids
    for what, queries in others(lists).items():
        yield from ((what, *each) for each in queries)


def others(lists):
    """Filters that look at more than one member, or at a part of it."""
    orders = lists["orders"]
    number, known = orders[0]["number"], first(orders, "external")
    signs = {"negative": -1, "zero": 0, "positive": 1}
    parcel = first(lists["fulfillments"], "tracking")[-1]
    numbers = {order["id"]: order["number"] for order in orders}
    note = first(lists["credit-notes"], "order_ids")[0]
    customer = first(lists["customers"], "external")
    paid = first(lists["payments"], "reference")
    back = next(payment for payment in lists["payments"]
                if payment["id"] in {refund["payment_id"] for refund in lists["refunds"]})
    actor = next(item["actor"] for item in lists["stock-movements"]
                 if item["actor"]["kind"] == "staff")
    return {
        "orders": [
            ({"number": number[:3]}, lambda item: item["number"].startswith(number[:3])),
            ({"q": known["id"]}, lambda item: item["external"] == known),
            *(({"balance": name},
               lambda item, sign=sign: sign_of(item["balance"]["minor_units"]) == sign)
              for name, sign in signs.items())],
        "fulfillments": [({"q": parcel}, lambda item: parcel in item["tracking"]),
                         ({"location": "loc_other"}, lambda item: False)],
        "credit-notes": [
            ({"order": note}, lambda item: note in item["order_ids"]),
            ({"q": numbers[note]}, lambda item: note in item["order_ids"]),
            ({"q": (external := first(lists["credit-notes"], "external"))["id"]},
             lambda item: item["external"] == external)],
        "customers": [({"q": customer["id"][:2]}, lambda item: item["external"]["id"].startswith(
            customer["id"][:2]))],
        "products": [({"q": "OF thing"}, lambda item: has_words(item, "of", "thing")),
                     ({"q": "pot-s"}, lambda item: "POT-S" in item["skus"])],
        "stock": [({"available_max": 1}, lambda item: item["available"] <= 1),
                  ({"q": "TEAP"}, lambda item: "teap" in item["title"].lower())],
        "payments": [({"q": paid}, lambda item: item["reference"] == paid)],
        "refunds": [({"q": back["reference"]}, lambda item: item["payment_id"] == back["id"]),
                    ({"owed": "false"}, lambda item: not item["is_owed"])],
        "stock-movements": [({"actor": value}, lambda item, value=value: value in
                             item["actor"].values()) for value in actor.values()],
    }


def first(items, member):
    return next(item[member] for item in items if item[member])


def sign_of(units):
    return (units > 0) - (units < 0)


def has_words(product, *words):
    text = " ".join([product["title"], product["slug"], *product["skus"]]).lower()
    return all(word in text for word in words)


def text_of(microseconds):
    """As the API takes a time."""
    moment = datetime.datetime.fromtimestamp(0, datetime.timezone.utc) + datetime.timedelta(
        microseconds=microseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
