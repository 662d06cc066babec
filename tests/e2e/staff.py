"""What staff do before shoppers come."""

import csv
import io

from programs import wait_until

# Of everybody who orders by phone.
PHONE_EMAIL = "ada@example.com"


def sell(shop, sku, price="5.99", stock=100, weight_g=300, **columns):
    """One product with one variant, published, on sale when this returns. Further columns as in a
    catalog file; the same SKU again changes its product."""
    row = {
        "slug": sku.lower(),
        "title": f"A {sku.lower()}",
        "sku": sku,
        "price": price,
        "currency": "GBP",
        "weight_g": weight_g,
        "stock": stock,
        **columns,
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    answer = shop.staff().post(
        "/api/v1/admin/imports/products", text.getvalue(), content_type="text/csv"
    )
    report = answer.expect(200).json
    assert report["refused"] == 0, report
    wait_until(lambda: is_on_sale(shop, sku), 30, f"{sku} on sale")


def reprice(shop, sku, price):
    """Another price, in force when this returns."""
    sell(shop, sku, price=price)
    units = round(float(price) * 100)
    wait_until(lambda: unit_price(shop, sku) == units, 30, "the new price")


def unit_price(shop, sku):
    """What a shopper is asked for it."""
    lines = put_into_cart(shop, sku).expect(201).json["lines"]
    return lines[0]["unit_price"]["minor_units"]


def is_on_sale(shop, sku):
    """Slug and SKU are claimed before a product is published, so that takes a moment."""
    return put_into_cart(shop, sku).expect(201, 404).status == 201


def put_into_cart(shop, sku):
    """The answer to somebody new who wants one."""
    shopper = shop.api()
    cart = shopper.post("/api/v1/carts", {}).expect(201).json
    return shopper.post(
        f"/api/v1/carts/{cart['id']}/lines",
        {"sku": sku, "quantity": 1},
        headers={"Shop-Token": cart["token"]},
    )
