"""What lists and pages show is what the cart charges, also when a sale begins."""

import datetime

from programs import wait_until
from shopper import Shopper
from staff import sell


def list_prices(shop):
    listed = shop.api().get("/api/v1/products?sort=price").expect(200).json["items"]
    return [(item["sku"], item["price"]["minor_units"]) for item in listed]


def test_a_sale_begins_in_lists_pages_and_carts(shop):
    sell(shop, "MUG", price="10.00")
    sell(shop, "CUP", price="9.00")
    wait_until(lambda: list_prices(shop) == [("CUP", 900), ("MUG", 1000)], 20, "the lists")
    page = shop.api().get("/api/v1/products/mug").expect(200).json
    begin = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    prices = f"/api/v1/admin/products/{page['id']}/variants/{page['variants'][0]['id']}/prices"
    shop.staff().put(
        prices,
        {
            "price": {"minor_units": 800, "currency": "GBP"},
            "valid_from": begin.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "reason": {"code": "sale"},
        },
    ).expect(200)
    wait_until(lambda: list_prices(shop) == [("MUG", 800), ("CUP", 900)], 20, "the sale")
    assert datetime.datetime.now(datetime.timezone.utc) >= begin
    page = shop.api().get("/api/v1/products/mug").expect(200).json
    assert page["price"]["minor_units"] == page["variants"][0]["price"]["minor_units"] == 800
    shopper = Shopper(shop)
    shopper.open_cart()
    assert shopper.add("MUG").json["lines"][0]["unit_price"]["minor_units"] == 800
