"""Some days in the life of a small shop: what shoppers and staff do to every table of its views."""

import json
import random

from programs import wait_until
from shopper import ADDRESS, open_streams, ready_to_pay
from staff import sell

WHY = {"code": "damaged", "note": "broken on the way"}
NOTE = "Rings at eight."
ADMIN = "/api/v1/admin"


def trade(shop, seed=7):
    """Some days in the life of a small shop."""
    chance = random.Random(seed)
    skus = [f"THING{number}" for number in range(12)]
    for number, sku in enumerate(skus):
        sell(shop, sku, price=f"{1 + number}.50", stock=4 + number, color="Red", material="Wood",
             title=f"A thing of kind {number % 3}", description="It's good for running.",
             category=f"Things > Kind {number % 3}")
    for number in range(14):
        shopper = ready_to_pay(shop, *chance.sample(skus, 2))
        card = chance.choice(["tok_ok", "tok_ok", "tok_ok", "tok_declined"])
        answer = shopper.checkout(card)
        if answer.status == 201 and number % 4 == 0:
            shopper.cancel(key=True).expect(200, 202)
        elif answer.status == 201 and number % 4 == 1:
            shop.staff().post(
                f"/api/v1/admin/orders/{shopper.order}/capture",
                {"reason": {"code": "shipped"}}, key=True,
            ).expect(200, 202)
        elif answer.status == 402:
            shopper.cancel(key=True)
    after_the_sale(shop, skus[3:6])
    sell(shop, skus[0], price="99.00", stock=1, color="Blue")
    change_by_hand(shop, skus[1])
    for customer in ("ada", "mary"):
        buy_by_phone(shop, customer, skus[2])
    bring_history(shop, skus[6])
    sell_by_hand(shop, skus[7])
    # A refused card keeps the hold until its deadline.
    ready_to_pay(shop, skus[8]).checkout("tok_declined").expect(402)
    staff = shop.staff()
    wait_until(lambda: staff.get(f"{ADMIN}/customers?q=ada").json["items"])
    erased = staff.get(f"{ADMIN}/customers?q=ada").json["items"][0]["id"]
    staff.delete(f"{ADMIN}/customers/{erased}?reason=asked").expect(200)


def buy_by_phone(shop, name, sku):
    """A customer known to another system orders; the address is made of the name there."""
    contact = {"name": name, "email": f"{name}@example.com"}
    customer = shop.staff().post("/api/v1/admin/customers", {
        "contact": contact, "country": "GB", "external": {"system": "till", "id": name},
    }).expect(201).json["id"]
    order = shop.staff().post("/api/v1/admin/orders", {
        "customer_id": customer, "contact": contact, "shipping_address": ADDRESS,
        "payment": {"provider": "offline", "method": "invoice", "reference": "INV-7"},
        "lines": [{"sku": sku, "quantity": 1}],
    }, key=True).expect(201).json["id"]
    for _ in range(2):
        shop.staff().post(f"{ADMIN}/orders/{order}/notes", {"text": NOTE}, key=True).expect(201)


def change_by_hand(shop, sku):
    """What no catalog file brings: another slug, prices for many and for some days, stock."""
    staff = shop.staff()
    page = f"/api/v1/products/{sku.lower()}"
    wait_until(lambda: staff.get(page).status == 200, what="the product in the view")
    product = staff.get(page).json
    path = f"/api/v1/admin/products/{product['id']}"
    prices = f"{path}/variants/{product['variants'][0]['id']}/prices"
    staff.put(f"{path}/slug", {"slug": "a-better-name"}).expect(200, 202)
    for key in ({"min_quantity": 10}, {"valid_until": "2030-01-01T00:00:00Z"}):
        staff.put(prices, {
            "price": {"minor_units": 199, "currency": "GBP"},
            "compare_at": {"minor_units": 299, "currency": "GBP"}, **key,
        }).expect(200)
    staff.post(f"/api/v1/admin/stock/{sku}/receive", {"quantity": 5, "reason": "purchase"},
               key=True).expect(200, 201)


def sell_by_hand(shop, sku):
    """What staff alone do: a product of two sizes, goods on order, an order with a rebate."""
    staff = shop.staff()
    staff.post(f"{ADMIN}/categories", {"title": "Sizes", "slug": "sizes", "position": 3},
               key=True).expect(201)
    made = staff.post(f"{ADMIN}/products", {
        "title": "Teapot", "slug": "teapot", "options": ["size"]}, key=True).expect(201).json
    for size in ("S", "L"):
        staff.post(f"{ADMIN}/products/{made['id']}/variants", {
            "sku": f"POT-{size}", "option_values": {"size": size}}, key=True).expect(200)
        staff.post(f"{ADMIN}/stock/POT-{size}/receive", {"quantity": 1, "reason": "opening"},
                   key=True).expect(200)
    staff.put(f"{ADMIN}/stock/{sku}/policy", {
        "tracked": True, "backorder_limit": 5, "safety_stock": 1}).expect(200)
    staff.post(f"{ADMIN}/orders", {
        "external": {"system": "till", "id": "1002"},
        "lines": [{"sku": sku, "quantity": 1},
                  {"kind": "adjustment", "title": "Rebate", "quantity": 1,
                   "unit_price": {"minor_units": -50, "currency": "GBP"}}]}, key=True).expect(201)


def rest(shop):
    wait_until(lambda: open_streams(shop) == 0, 60, "the end of all that is owed")


def bought(shop, skus, card="tok_ok"):
    """An order of one of each, whose units are set aside: what staff call it, and its lines."""
    shopper = ready_to_pay(shop, *skus)
    shopper.checkout(card).expect(201)
    rest(shop)
    lines = [line["id"] for line in shopper.see_order()["lines"]]
    return f"{ADMIN}/orders/{shopper.order}", lines


def after_the_sale(shop, skus):
    """One parcel arrives, one is lost, one waits; goods and money come back, some of it late."""
    staff = shop.staff()
    order, lines = bought(shop, skus)

    def fulfill(line, **ship):
        made = staff.post(f"{order}/fulfillments", {
            "lines": [{"line_id": line, "quantity": 1}], "reason": WHY, **ship}, key=True)
        return f"{ADMIN}/fulfillments/{made.expect(201).json['fulfillments'][-1]['id']}"

    parcels = [fulfill(line, ship={"carrier": "post", "tracking": ["T1", "T2"]})
               for line in lines[:2]]
    staff.post(f"{parcels[0]}/deliver", key=True).expect(200)
    staff.post(f"{parcels[1]}/fail", {"reason": WHY}, key=True).expect(200)
    fulfill(lines[2])
    rest(shop)
    credit(staff, order, lines=[{"line_id": lines[0], "quantity": 1, "restock": 1}],
           external={"system": "till", "id": "C7"})
    credit(staff, order, lines=[{"line_id": lines[1], "quantity": 1, "restock": 1,
                                 "disposition": "damaged"}])
    penny = {"minor_units": 1, "currency": "GBP"}
    credit(staff, order, amount=penny)
    credit(staff, order, amount=penny, settlements=[{"by": "offline", "amount": penny}])

    held, lines = bought(shop, skus)
    staff.post(f"{held}/cancel-lines", {"lines": [{"line_id": lines[0], "quantity": 1}],
                                        "reason": WHY}, key=True).expect(200)
    staff.post(f"{held}/hold", {"hold": "address", "reason": WHY}, key=True).expect(200)
    refused, lines = bought(shop, skus[:1], "tok_refund_fails")
    staff.post(f"{refused}/capture", {"reason": WHY}, key=True).expect(200, 202)
    credit(staff, refused, lines=[{"line_id": lines[0], "quantity": 1}])
    ask_again(staff, refused)


def ask_again(staff, order):
    """For money that the provider would not give back; it refuses anew."""
    payment = staff.get(order).expect(200).json["payments"][0]["id"]
    path = f"{order}/payments/{payment}/refunds"

    def failed(count):
        refunds = staff.get(path).expect(200).json["refunds"]
        return [each["id"] for each in refunds if each["status"] == "failed"][count - 1:]

    first = wait_until(lambda: failed(1))[0]
    staff.post(path, {"again": first}, key=True).expect(409)
    wait_until(lambda: failed(2))


def credit(staff, order, **body):
    staff.post(f"{order}/credit-notes", {"reason": WHY, **body}, key=True).expect(201)


def bring_history(shop, sku):
    """A year-old order, and its reversal; of a customer from no country."""
    at = {"at": "2024-03-01T10:00:00Z", "currency": "GBP", "customer": "77"}
    line = {"kind": "item", "sku": sku, "title": "A thing", "quantity": 1,
            "unit_price": {"minor_units": 500}, "gross": 500}
    records = [
        {"type": "customer", "id": "77", "name": "Ada", "email": "77@example.com",
         "company": "Engines Ltd", "country_text": "Unspecified"},
        {"type": "receipt", "id": "R1", "at": at["at"], "sku": sku, "quantity": 1,
         "reason": "opening", "reference": "PO-1"},
        {"type": "adjustment", "id": "A1", "at": at["at"], "sku": sku, "delta": 1,
         "reason": "found", "note": "behind the shelf"},
        {"type": "order", "id": "1001", **at, "country": "GB", "lines": [{"id": "1", **line}],
         "fulfilled": True, "payments": [{"provider": "offline", "method": "cash",
                                          "reference": "R-1", "amount": 500}]},
        {"type": "credit_note", "id": "C1001", **at, "reason": "reversal", "reverses": "1001",
         "lines": [{**line, "restock": True, "order": "1001", "order_line": "1"}],
         "settle": [{"by": "refund", "amount": 500, "order": "1001"}]},
    ]
    text = "".join(json.dumps(record) + "\n" for record in records)
    report = shop.staff().post(f"{ADMIN}/imports/history?system=till", text,
                               content_type="application/x-ndjson").expect(200).json
    assert report["refused"] == 0, report
