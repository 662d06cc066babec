"""The storefront's views: equal to a naive fold of the raw log, through rebuild and swap; and what
readers may rely on."""

import json
import random

import naive_fold
from conftest import run_sql
from programs import wait_until
from shopper import ready_to_pay, settle
from staff import sell

DUMP = (
    "SELECT string_agg(r, E'\\n') FROM (SELECT t::text FROM {schema}.{table} t ORDER BY 1) d(r)"
)


def versions(shop):
    answer = shop.staff().get("/api/v1/admin/projections").expect(200).json
    return {version["version"]: version for version in answer["items"]}


def caught_up(shop):
    return all(version["lag"] == 0 for version in versions(shop).values())


def show_all(shop):
    wait_until(lambda: caught_up(shop), 30, "views caught up")


def check_views(shop):
    show_all(shop)
    expected = naive_fold.fold(shop.run("log", "read", "--json"))
    actual = naive_fold.rows_of(shop.database)
    assert naive_fold.difference(actual, expected) == ""
    return expected


def trade(shop, seed=7):
    """Some days in the life of a small shop."""
    chance = random.Random(seed)
    skus = [f"THING{number}" for number in range(12)]
    for number, sku in enumerate(skus):
        sell(shop, sku, price=f"{1 + number}.50", stock=4 + number, color="Red", material="Wood",
             title=f"A thing of kind {number % 3}")
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
    sell(shop, skus[0], price="99.00", stock=1, color="Blue")
    staff = shop.staff()
    staff.post(f"/api/v1/admin/stock/{skus[1]}/receive", {"quantity": 5, "reason": "purchase"},
               key=True).expect(200, 201)


def test_every_view_equals_a_naive_fold_of_the_log_and_its_own_rebuild(shop):
    trade(shop)
    show_all(shop)
    expected = check_views(shop)
    assert len(expected["sale"]) > 5
    assert {row[3] for row in expected["sale"]} >= {"authorized", "captured"}

    shop.run("project", "rebuild")
    shop.run("project", "swap")
    states = {number: version["state"] for number, version in versions(shop).items()}
    assert states == {1: "previous", 2: "live"}
    check_views(shop)
    for table in naive_fold.QUERIES:
        old = run_sql(shop.database, DUMP.format(schema="storefront_1", table=table))
        new = run_sql(shop.database, DUMP.format(schema="storefront_2", table=table))
        assert old == new, table

    sell(shop, "LATER", title="Sold after the swap")
    check_views(shop)
    shop.run("project", "swap", "--version", "1")
    check_views(shop)
    later = "SELECT count(*) FROM storefront.variant WHERE sku = 'LATER'"
    assert run_sql(shop.database, later) == [
        "1"
    ]
    shop.run("project", "drop", "--version", "2")
    assert list(versions(shop)) == [1]


def test_views_go_on_after_kill_9_where_they_stood(make_shop):
    shop = make_shop()
    for number in range(5):
        sell(shop, f"BEFORE{number}")
    shop.kill()
    shop.start()
    for number in range(5):
        sell(shop, f"AFTER{number}")
    check_views(shop)


def test_whoever_wrote_something_sees_it_at_once_with_its_position(shop):
    sell(shop, "LAMP", stock=5)
    staff = shop.staff()
    reader = shop.api()
    for units in range(6, 16):
        answer = staff.post("/api/v1/admin/stock/LAMP/receive",
                            {"quantity": 1, "reason": "purchase"}, key=True).expect(200, 201)
        position = answer.headers["Shop-Position"]
        page = reader.get("/api/v1/products/lamp", headers={"Shop-Min-Position": position})
        assert page.expect(200).json["available"] == units
        listed = reader.get("/api/v1/products", headers={"Shop-Min-Position": position})
        assert listed.expect(200).json["items"][0]["available"] == units


def test_a_read_of_a_position_that_does_not_come_is_answered_in_time(shop):
    sell(shop, "LAMP")
    answer = shop.api().get(
        "/api/v1/products",
        headers={"Shop-Min-Position": "catalog-0:999999", "Prefer": "wait=0"},
    ).expect(504)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert shop.api().get(
        "/api/v1/products", headers={"Shop-Min-Position": "nowhere"}).status in (400, 422)


def test_lists_page_by_links_and_every_product_comes_once(shop):
    for number in range(7):
        sell(shop, f"LAMP{number}", price=f"{number % 3 + 1}.00")
    show_all(shop)
    seen = []
    path = "/api/v1/products?sort=price&limit=3"
    while path:
        answer = shop.api().get(path).expect(200)
        assert answer.json["total"] == 7
        seen += [item["slug"] for item in answer.json["items"]]
        link = answer.headers.get("Link", "")
        path = link.split(">")[0].lstrip("<") if 'rel="next"' in link else None
    assert len(seen) == len(set(seen)) == 7
    forged = shop.api().get("/api/v1/products?sort=name&cursor=" + "A" * 40)
    assert forged.status in (400, 422)


def test_a_page_is_not_sent_again_to_whoever_has_it(shop):
    sell(shop, "LAMP")
    show_all(shop)
    first = shop.api().get("/api/v1/products/lamp").expect(200)
    seen = {"If-None-Match": first.headers["ETag"]}
    again = shop.api().get("/api/v1/products/lamp", headers=seen)
    assert again.status == 304 and not again.body
    assert shop.api().get("/api/v1/products/no-such-lamp").status == 404


def test_search_corrects_typos_and_says_so(shop):
    sell(shop, "LAMP", title="Hanging Heart Lantern")
    sell(shop, "MUG", title="Red Spotty Mug")
    show_all(shop)
    found = shop.api().get("/api/v1/products?q=haert%20lantren").expect(200).json
    assert [item["sku"] for item in found["items"]] == ["LAMP"]
    assert found["corrected"] == "heart lantern"
    suggested = shop.api().get("/api/v1/search/suggest?q=spo").expect(200).json
    assert suggested["suggestions"][0]["text"] == "spotty"
    assert [item["sku"] for item in suggested["items"]] == ["MUG"]


def test_staff_find_orders_by_number_and_status(shop):
    sell(shop, "LAMP", stock=9)
    shoppers = [ready_to_pay(shop, "LAMP") for _ in range(3)]
    for shopper in shoppers:
        shopper.checkout("tok_ok").expect(201)
    settle(shop, shoppers)
    shoppers[0].cancel(key=True).expect(200, 202)
    show_all(shop)
    staff = shop.staff()

    def orders(query=""):
        return staff.get(f"/api/v1/admin/orders{query}").expect(200).json["items"]

    wait_until(lambda: len(orders("?status=canceled")) == 1)
    assert len(orders()) == 3
    number = shoppers[1].see_order()["number"]
    found = orders(f"?number={number}")
    assert [order["id"] for order in found] == [shoppers[1].order]
    assert found[0]["payment_status"] == "authorized"
    assert "ada@example.com" not in json.dumps(orders())
    assert shop.api().get("/api/v1/admin/orders").status == 401
