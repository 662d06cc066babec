"""Staff bring catalog files into the shop, and keep products, prices and stock by hand."""

import subprocess
import threading

import pytest

from staff import unit_price
from unchanged import check_unchanged, events_in, wait_settled

HEADER = (
    "slug,title,description,category,sku,options,price,currency,tax_class,weight_g,barcode,stock,"
    "color,material\n"
)
IMPORTS = "/api/v1/admin/imports/products"
PRODUCTS = "/api/v1/admin/products"


def send(shop, text, query=""):
    return shop.staff().post(IMPORTS + query, text.encode(), content_type="text/csv")


def mugs(count, price="9.95"):
    return HEADER + "".join(
        f"mug-{i},Mug {i},Holds tea.,Kitchen > Mugs,MUG-{i},,{price},GBP,,300,,{i},Red,Ceramic\n"
        for i in range(1, count + 1)
    )


def stock_of(shop, sku):
    return shop.staff().get(f"/api/v1/admin/stock/{sku}").expect(200).json


def test_a_file_becomes_products_and_the_same_file_again_changes_nothing(shop):
    first = send(shop, mugs(300)).expect(200)
    assert first.headers["Shop-Position"].count(":") >= 1
    assert first.json == {
        "rows": 300, "products": 300, "accepted": 300, "unchanged": 0, "refused": 0, "bad_rows": [],
        "changes": None,
    }
    assert unit_price(shop, "MUG-7") == 995
    assert stock_of(shop, "MUG-7")["available"] == 7
    wait_settled(shop)
    before = events_in(shop)
    again = send(shop, mugs(300)).expect(200).json
    assert (again["accepted"], again["unchanged"], again["refused"]) == (0, 300, 0)
    check_unchanged(before, events_in(shop))


def test_a_file_with_other_prices_changes_the_prices_alone(shop):
    send(shop, mugs(3)).expect(200)
    changed = send(shop, mugs(3, price="8.50")).expect(200).json
    assert changed["accepted"] == 3
    assert unit_price(shop, "MUG-2") == 850


def test_bad_rows_are_named_and_everything_else_is_applied(shop):
    text = mugs(2) + (
        "pot,Pot,,,POT-1,,cheap,GBP,,,,1,,\n"
        "pan,Pan,,,MUG-1,,5,GBP,,,,1,,\n"
        "lid,Lid,,,LID-1,,5,GBP,,,,9,,\n"
    )
    report = send(shop, text).expect(200).json
    assert [bad["row"] for bad in report["bad_rows"]] == [4, 5]
    assert "price" in report["bad_rows"][0]["reason"]
    assert "row 2" in report["bad_rows"][1]["reason"]
    assert report["accepted"] == 3
    assert stock_of(shop, "LID-1")["on_hand"] == 9
    shop.staff().get("/api/v1/admin/stock/POT-1").expect(404)


def test_a_sku_that_another_product_sells_is_refused(shop):
    send(shop, mugs(1)).expect(200)
    report = send(shop, HEADER + "cup,Cup,,,MUG-1,,5,GBP,,,,1,,\n").expect(200).json
    assert report["refused"] == 1
    assert "is in use by" in report["bad_rows"][0]["reason"]
    assert unit_price(shop, "MUG-1") == 995


@pytest.mark.parametrize("end", ["unpublish", "archive"])
def test_a_sku_of_a_product_off_sale_costs_a_file_that_row_and_no_other(shop, end):
    staff = shop.staff()
    made = staff.post(PRODUCTS, {"title": "Mug", "slug": "mug"}).expect(201).json
    path = f"{PRODUCTS}/{made['id']}"
    staff.post(path + "/variants", {"sku": "MUG"}).expect(200)
    staff.post(path + "/publish").expect(200)
    staff.post(f"{path}/{end}").expect(200)
    report = send(shop, HEADER + (
        "cup,Cup,,,MUG,color=Red,5,GBP,,,,1,,\n"
        "cup,Cup,,,CUP,color=Blue,5,GBP,,,,7,,\n"
    )).expect(200).json
    assert (report["accepted"], [bad["row"] for bad in report["bad_rows"]]) == (1, [2])
    assert report["bad_rows"][0]["reason"] == "the SKU is in use by the product mug"
    assert unit_price(shop, "CUP") == 500
    assert stock_of(shop, "CUP")["available"] == 7
    assert stock_of(shop, "MUG")["available"] == 0


def test_a_file_with_an_unknown_column_is_refused_whole(shop):
    answer = send(shop, "slug,titel,sku,price,currency\nmug,Mug,M-1,1,GBP\n").expect(400)
    assert "titel" in answer.json["detail"]


def test_the_command_line_imports_into_the_running_shop(shop, binary, tmp_path):
    file = tmp_path / "mugs.csv"
    file.write_text(mugs(20))
    done = subprocess.run(
        [binary, "import", "products", str(file), "--data", str(shop.data)],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "20 accepted" in done.stdout


CHANGED = mugs(3, price="8.50").replace(",300,,2,", ",300,,50,") + (
    "pan,Pan,,,MUG-3,,5,GBP,,,,1,,\n"
    "lid,Lid,,Kitchen > Lids,LID-1,,5,GBP,,,,9,,\n"
)


def test_a_dry_run_says_in_units_and_prices_what_the_import_then_does(shop):
    send(shop, mugs(3)).expect(200)
    wait_settled(shop)
    before = events_in(shop)
    answer = send(shop, CHANGED, "?dry_run=1").expect(200)
    assert "Shop-Position" not in answer.headers
    tried = answer.json
    check_unchanged(before, events_in(shop))
    changes = tried.pop("changes")
    assert changes.pop("levels") == [
        {"sku": "LID-1", "before": 0, "after": 9}, {"sku": "MUG-2", "before": 2, "after": 50},
    ]
    assert changes == {
        "categories_made": 1, "products_made": 1, "products_changed": 3, "variants_added": 1,
        "prices_changed": 3, "levels_changed": 2, "units_added": 57, "units_removed": 0,
    }
    assert unit_price(shop, "MUG-2") == 995
    done = send(shop, CHANGED).expect(200).json
    assert done.pop("changes") is None
    assert done == tried
    assert (done["accepted"], done["refused"]) == (4, 1)
    assert unit_price(shop, "MUG-2") == 850
    assert (stock_of(shop, "MUG-2")["on_hand"], stock_of(shop, "LID-1")["on_hand"]) == (50, 9)


def test_the_command_line_runs_an_import_dry(shop, tmp_path):
    send(shop, mugs(3)).expect(200)
    file = tmp_path / "mugs.csv"
    file.write_text(CHANGED)
    wait_settled(shop)
    before = events_in(shop)
    told = shop.run("import", "products", file, "--dry-run", expect=1)
    assert "Nothing was changed" in told and "57 units more, 0 less" in told
    assert "MUG-2: 2 units, then 50" in told and "row 5: " in told
    check_unchanged(before, events_in(shop))


def test_a_product_made_by_hand_is_sold_at_its_price_at_once(shop):
    staff = shop.staff()
    made = staff.post(
        PRODUCTS, {"title": "Teapot", "slug": "teapot", "options": ["size"]}, key=True
    ).expect(201)
    path = f"{PRODUCTS}/{made.json['id']}"
    assert made.json["status"] == "draft"
    staff.post(path + "/publish").expect(409)
    added = staff.post(
        path + "/variants",
        {"sku": "TEAPOT", "option_values": {"size": "L"}, "weight_g": 900},
        headers={"If-Match": made.headers["ETag"]},
    ).expect(200)
    variant = added.json["variants"][0]["id"]
    stale = {"If-Match": made.headers["ETag"]}
    staff.patch(path, {"title": "Big teapot"}, headers=stale).expect(412)
    prices = f"{path}/variants/{variant}/prices"
    staff.put(prices, {"price": {"minor_units": 2500, "currency": "GBP"}}).expect(200)
    published = staff.post(path + "/publish").expect(200)
    assert published.json["status"] == "published"
    assert unit_price(shop, "TEAPOT") == 2500
    staff.put(prices, {"price": {"minor_units": 1999, "currency": "GBP"}}).expect(200)
    assert unit_price(shop, "TEAPOT") == 1999
    rival = staff.post(PRODUCTS, {"title": "Other", "slug": "teapot"}, key=True).expect(201)
    rival_path = f"{PRODUCTS}/{rival.json['id']}"
    staff.post(rival_path + "/variants", {"sku": "OTHER"}).expect(200)
    refused = staff.post(rival_path + "/publish").expect(409)
    assert refused.json["type"].endswith("keys-in-use")


def test_stock_is_received_and_counted(shop):
    send(shop, mugs(5)).expect(200)
    staff = shop.staff()
    stock = "/api/v1/admin/stock/MUG-5"
    received = staff.post(
        stock + "/receive", {"quantity": 10, "reason": "purchase"}, key="delivery-of-monday"
    ).expect(200)
    assert received.json["on_hand"] == 15
    again = staff.post(
        stock + "/receive", {"quantity": 10, "reason": "purchase"}, key="delivery-of-monday"
    ).expect(200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert stock_of(shop, "MUG-5")["on_hand"] == 15
    counted = staff.post(stock + "/adjust", {"on_hand": 12, "reason": "count"}).expect(200).json
    assert (counted["on_hand"], counted["available"], counted["reserved"]) == (12, 12, 0)
    staff.post(stock + "/receive", {"quantity": 0, "reason": "purchase"}).expect(400, 422)
    staff.post(stock + "/adjust", {"on_hand": 1, "reason": "whim"}).expect(400, 422)
    staff.get("/api/v1/admin/stock/NOTHING").expect(404)


def test_stock_is_changed_only_by_who_knows_it(shop):
    send(shop, mugs(1)).expect(200)
    staff = shop.staff()
    path = "/api/v1/admin/stock/MUG-1"
    stale = staff.get(path).headers["ETag"]
    delivery = {"quantity": 10, "reason": "purchase"}
    received = staff.post(path + "/receive", delivery, headers={"If-Match": stale}).expect(200)
    count, policy = {"on_hand": 3, "reason": "count"}, {"tracked": True, "safety_stock": 2}
    policy["backorder_limit"] = 0
    calls = [("POST", "/receive", delivery), ("POST", "/adjust", count), ("PUT", "/policy", policy)]
    for method, what, body in calls:
        staff.request(method, path + what, body, headers={"If-Match": stale}).expect(412)
    assert stock_of(shop, "MUG-1") == received.json
    known = received.headers["ETag"]
    for method, what, body in calls:
        answer = staff.request(method, path + what, body, headers={"If-Match": known}).expect(200)
        known = answer.headers["ETag"]
    assert (answer.json["on_hand"], answer.json["safety_stock"]) == (3, 2)


def test_a_product_is_changed_only_by_who_knows_it(shop):
    staff = shop.staff()
    category = staff.post(
        "/api/v1/admin/categories", {"title": "Kitchen", "slug": "kitchen"}).expect(201).json["id"]
    made = staff.post(PRODUCTS, {"title": "Teapot", "slug": "teapot"}).expect(201)
    path = f"{PRODUCTS}/{made.json['id']}"
    stale = made.headers["ETag"]
    known = staff.post(path + "/variants", {"sku": "TEAPOT"}).expect(200).headers["ETag"]
    shelf = f"{path}/categories/{category}"
    calls = [("PUT", shelf), ("DELETE", shelf), ("POST", path + "/publish"),
             ("POST", path + "/unpublish"), ("POST", path + "/archive")]
    before = staff.get(path).json
    for method, call in calls:
        staff.request(method, call, headers={"If-Match": stale}).expect(412)
    assert staff.get(path).json == before
    for method, call in calls:
        known = staff.request(
            method, call, headers={"If-Match": known}).expect(200).headers["ETag"]
    assert staff.get(path).json["status"] == "archived"


def test_a_category_is_moved_and_removed_only_by_who_knows_it(shop):
    staff = shop.staff()
    path = "/api/v1/admin/categories"
    made = staff.post(path, {"title": "Kitchen", "slug": "kitchen"}).expect(201)
    path += "/" + made.json["id"]
    stale = made.headers["ETag"]
    known = staff.patch(path, {"title": "Cooking"}).expect(200).headers["ETag"]
    calls = [("PUT", path + "/place", {"position": 3}), ("DELETE", path, None)]
    before = staff.get(path).json
    for method, call, body in calls:
        staff.request(method, call, body, headers={"If-Match": stale}).expect(412)
    assert staff.get(path).json == before
    for method, call, body in calls:
        known = staff.request(
            method, call, body, headers={"If-Match": known}).expect(200).headers["ETag"]
    staff.get(path).expect(404)


def test_settings_are_overwritten_only_by_who_knows_them(shop):
    staff = shop.staff()
    path = "/api/v1/admin/settings/tax"
    shown = staff.get(path).expect(200)
    document = shown.json["document"]
    document["countries"][0]["rates"]["standard"] = "0.25"
    body = {"document": document, "reason": {"code": "law"}}
    changed = staff.put(path, body, headers={"If-Match": shown.headers["ETag"]}).expect(200)
    assert changed.json["version"] == 1
    staff.put(path, body, headers={"If-Match": shown.headers["ETag"]}).expect(412)
    assert staff.get(path).json["document"]["countries"][0]["rates"]["standard"] == "0.25"
    document["countries"][0]["rates"]["standard"] = "a lot"
    staff.put(path, {"document": document}).expect(400, 422)


def test_nobody_without_a_key_touches_the_catalog(shop):
    shop.api().post(IMPORTS, mugs(1).encode(), content_type="text/csv").expect(401)
    shop.api().post(PRODUCTS, {"title": "T", "slug": "t"}).expect(401)
    shop.api().get("/api/v1/admin/stock/MUG-1").expect(401)


def test_two_imports_of_the_same_file_at_once_make_each_product_once(shop):
    reports = []
    threads = [
        threading.Thread(target=lambda: reports.append(send(shop, mugs(200)).json))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report["refused"] for report in reports] == [0, 0]
    assert unit_price(shop, "MUG-199") == 995


def fill_with_demo(shop):
    return subprocess.run(
        [shop.binary, "demo", "catalog", "--data", str(shop.data)],
        capture_output=True, text=True, check=True,
    ).stdout


def test_the_demo_sells_3798_real_products(shop):
    assert "3798 rows of 3798 products: 3798 accepted, 0 unchanged, 0 refused" in (
        fill_with_demo(shop)
    )
    assert unit_price(shop, "85123A") > 0
    assert stock_of(shop, "85123A")["available"] >= 24
    assert "0 accepted, 3798 unchanged, 0 refused" in fill_with_demo(shop)
