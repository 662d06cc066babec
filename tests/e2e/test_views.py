"""The storefront's views: equal to a naive fold of the raw log, through rebuild and swap; and what
readers may rely on."""

import json
import urllib.parse

import naive_fold
from naive_rows import difference, rows_of_fold, rows_of_table, rows_of_tables, tables_of
from programs import wait_until
from shopper import ready_to_pay, settle
from sql import run_sql
from staff import sell
from trading import trade

# Columns in which trade() leaves every row empty, for no call of the API fills them yet;
# tests/projections/naive_fold_test.cpp does.
EMPTY = {"sale.discount"}


def versions(shop):
    items = shop.staff().get("/api/v1/admin/projections").expect(200).json["items"]
    return {each["version"]: each for each in items if each["view"] == "storefront"}


def caught_up(shop):
    return all(version["lag"] == 0 for version in versions(shop).values())


def show_all(shop):
    wait_until(lambda: caught_up(shop), 30, "views caught up")


def expected_rows(shop):
    show_all(shop)
    fold = naive_fold.fold(shop.run("log", "read", "--json"))
    return rows_of_fold(fold, shop.database, shop.signing_secret())


def check_views(shop):
    expected = expected_rows(shop)
    live = next(number for number, v in versions(shop).items() if v["state"] == "live")
    assert difference(rows_of_tables(shop.database, f"storefront_{live}"), expected) == ""
    return expected


def dump(shop, schema):
    """Every table of one version, every row as Postgres writes it. Sets of facets that no listing
    has any more are kept or not, as batches happened to fall."""
    where = {"facet_set": f"WHERE facets IN (SELECT facets FROM {schema}.listing)"}
    return {
        table: run_sql(shop.database, f"SELECT t::text FROM {schema}.{table} t "
                                      f"{where.get(table, '')} ORDER BY 1")
        for table in tables_of(shop.database, schema)}


def empty_columns(tables):
    """Those that say nothing in any row; of a table without rows, the table."""
    assert all(tables.values()), [name for name, rows in tables.items() if not rows]
    return {f"{table}.{column}" for table, rows in tables.items() for column in rows[0]
            if not any(row[column] for row in rows)}


def test_every_view_equals_a_naive_fold_of_the_log_and_its_own_rebuild(shop):
    trade(shop)
    expected = check_views(shop)
    assert empty_columns(expected) == EMPTY
    assert {row["payment_status"] for row in expected["sale"]} >= {"authorized", "captured"}

    shop.run("project", "rebuild")
    shop.run("project", "swap")
    states = {number: version["state"] for number, version in versions(shop).items()}
    assert states == {1: "previous", 2: "live"}
    check_views(shop)
    assert dump(shop, "storefront_1") == dump(shop, "storefront_2")

    sell(shop, "LATER", title="Sold after the swap")
    check_views(shop)
    shop.run("project", "swap", "--version", "1")
    check_views(shop)
    later = "SELECT count(*) FROM storefront.variant WHERE sku = 'LATER'"
    assert run_sql(shop.database, later) == ["1"]
    shop.run("project", "drop", "--version", "2")
    assert list(versions(shop)) == [1]


# What somebody changes by hand, and the table in which it must be seen.
WRONG_VALUES = {
    "UPDATE {schema}.page SET head = replace(head, 'good', 'bad')": "page",
    "UPDATE {schema}.page SET variants[1] = replace(variants[1], '50', '51')": "page",
    "UPDATE {schema}.card SET card = replace(card, '50', '51')": "card",
    "UPDATE {schema}.listing SET words = strip(words)": "listing",
    "UPDATE {schema}.facet_set SET band = band + 1": "listing",
    "UPDATE {schema}.sale SET country = 'FR'": "sale",
    "UPDATE {schema}.customer SET country = 'FR'": "customer",
    "UPDATE {schema}.stock_movement SET units = units + 1": "stock_movement",
    "UPDATE {schema}.payment SET changed_at = changed_at + interval '1 microsecond'": "payment",
}
LOST_ROW = "DELETE FROM {schema}.{table} WHERE ctid = (SELECT min(ctid) FROM {schema}.{table})"


def test_control_a_wrong_value_or_a_lost_row_of_any_table_is_found(shop):
    trade(shop)
    expected = check_views(shop)
    damages = {**WRONG_VALUES, **{LOST_ROW.replace("{table}", table): table
                                  for table, rows in expected.items() if rows}}
    for damage, table in damages.items():
        before = rows_of_table(shop.database, "storefront_1", table)
        run_sql(shop.database, damage.replace("{schema}", "storefront_1"))
        after = rows_of_table(shop.database, "storefront_1", table)
        assert difference({table: after}, {table: before}) != "", damage


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


def test_a_read_says_how_far_its_view_has_come_and_how_old_it_is(shop):
    sell(shop, "LAMP", stock=5)
    written = shop.staff().post("/api/v1/admin/stock/LAMP/receive",
                                {"quantity": 1, "reason": "purchase"}).expect(200)
    partition, _, offset = written.headers["Shop-Position"].partition(":")
    page = shop.api().get("/api/v1/products/lamp",
                          headers={"Shop-Min-Position": f"{partition}:{offset}"}).expect(200)
    passed = dict(each.split(":") for each in page.headers["Shop-View-Position"].split(","))
    assert int(passed[partition]) >= int(offset)
    assert 0 <= int(page.headers["Shop-View-Age-Ms"]) < 60_000


def test_a_read_of_a_position_that_does_not_come_is_answered_in_time(shop):
    sell(shop, "LAMP")
    answer = shop.api().get(
        "/api/v1/products",
        headers={"Shop-Min-Position": "catalog-0:999999", "Prefer": "wait=0"},
    ).expect(504)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert shop.api().get(
        "/api/v1/products", headers={"Shop-Min-Position": "nowhere"}).status in (400, 422)


REFUSES_BAD = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not this''; END';
CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON storefront_1.product FOR EACH ROW
WHEN (NEW.title = 'BAD') EXECUTE FUNCTION refuse()"""


def test_a_read_of_what_was_put_aside_is_refused_with_its_position(shop):
    sell(shop, "LAMP")
    sell(shop, "VASE")
    show_all(shop)
    run_sql(shop.database, REFUSES_BAD)

    def rename(slug, title):
        product = shop.api().get(f"/api/v1/products/{slug}").expect(200).json["id"]
        changed = shop.staff().patch(f"/api/v1/admin/products/{product}", {"title": title})
        return changed.expect(200).headers["Shop-Position"]

    def read(position):
        return shop.api().get("/api/v1/products", headers={
            "Shop-Min-Position": position, "Prefer": "wait=20"})

    read(rename("vase", "A jug")).expect(200)
    aside = rename("lamp", "BAD")
    refused = read(aside).expect(503).json
    assert refused["type"].endswith("view-parked") and aside in refused["detail"]
    behind = rename("lamp", "A lantern")  # waits behind it
    assert behind in read(behind).expect(503).json["detail"]
    read(rename("vase", "A mug")).expect(200)


def test_a_position_in_a_partition_that_a_list_is_not_made_from_is_refused_by_name(shop):
    for partition in ("commerce-99", "catalog-7", "clicks-0"):
        refused = shop.api().get("/api/v1/products",
                                 headers={"Shop-Min-Position": f"{partition}:1"}).expect(400)
        assert partition in refused.json["errors"][0]["detail"]


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
    assert shop.api().get("/api/v1/admin/orders").status == 401


def test_staff_find_orders_by_an_address_that_no_view_holds(shop):
    sell(shop, "LAMP", stock=9)
    shoppers = [ready_to_pay(shop, "LAMP") for _ in range(3)]
    for shopper in shoppers:
        shopper.checkout("tok_ok").expect(201)
    show_all(shop)
    staff = shop.staff()

    def orders(email, **more):
        query = urllib.parse.urlencode({"email": email, **more})
        return staff.get(f"/api/v1/admin/orders?{query}").expect(200).json

    wanted = shoppers[1]
    for spelling in (wanted.email, wanted.email.upper(), f"  {wanted.email.lower()} "):
        assert [order["id"] for order in orders(spelling)["items"]] == [wanted.order]
    assert orders("nobody@example.com")["items"] == []
    assert orders(wanted.email, status="canceled")["items"] == []
    listed = staff.get("/api/v1/admin/orders?limit=1").expect(200).json
    staff.get(f"/api/v1/admin/orders?limit=1&cursor={listed['next']}").expect(200)
    query = urllib.parse.urlencode({"email": wanted.email, "cursor": listed["next"]})
    staff.get(f"/api/v1/admin/orders?{query}").expect(400)  # a cursor of another list

    everything = json.dumps([orders(wanted.email), dump(shop, "storefront_1")])
    assert "@example.com" not in everything.lower()
    hashes = run_sql(shop.database, "SELECT email_hash FROM storefront.sale")
    assert len(set(hashes)) == 3 and all(len(each) == 32 for each in hashes)
