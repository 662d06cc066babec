"""What shoppers meet on their way through the products."""

import json

from programs import wait_until
from shopper import ready_to_pay
from staff import sell


def listed(shop, query):
    """The SKUs of a list, and its facets."""
    answer = shop.api().get(f"/api/v1/products?{query}").expect(200).json
    return {item["sku"] for item in answer["items"]}, answer["facets"]


def count_of(facets, facet, value):
    return {each["value"]: each["count"] for each in facets[facet]}.get(value)


def test_an_old_link_to_a_product_leads_on_to_where_it_is_now(shop):
    sell(shop, "MUG", slug="mug")
    page = wait_until(lambda: shown(shop, "mug"), 30, "the page")
    slug = f"/api/v1/admin/products/{page['id']}/slug"
    shop.staff().put(slug, {"slug": "beaker"}).expect(200, 202)
    wait_until(lambda: shown(shop, "beaker"), 30, "the page under its new slug")
    old = shop.api().get("/api/v1/products/mug").expect(301)
    assert old.headers["Cache-Control"] == "no-cache"  # it may get its old slug back
    assert old.headers["Location"] == "/api/v1/products/beaker"
    assert shop.api().get(old.headers["Location"]).expect(200).json["sku"] == "MUG"
    described = shop.api().get("/openapi.json").expect(200).json
    answers = described["paths"]["/api/v1/products/{slug}"]["get"]["responses"]
    assert answers["301"]["description"] == "Moved Permanently"


def shown(shop, slug):
    answer = shop.api().get(f"/api/v1/products/{slug}")
    return answer.json if answer.status == 200 else None


def test_several_values_of_one_facet_are_alternatives(shop):
    sell(shop, "ROSE", color="Red", material="Wood")
    sell(shop, "SKY", color="Blue", material="Wood")
    sell(shop, "LEAF", color="Green", material="Glass")
    wait_until(lambda: len(listed(shop, "limit=9")[0]) == 3, 30, "the list")
    skus, facets = listed(shop, "color=Red&color=Blue")
    assert skus == {"ROSE", "SKY"}
    assert count_of(facets, "color", "Green") == 1
    assert count_of(facets, "material", "Wood") == 2
    assert listed(shop, "color=Red&color=Green&material=Wood")[0] == {"ROSE"}
    assert listed(shop, "color=Red&color=Red")[0] == {"ROSE"}


def test_pages_of_a_list_keep_every_value_that_was_chosen(shop):
    for number in range(3):
        sell(shop, f"ROSE{number}", color="Red")
    sell(shop, "SKY", color="Blue")
    sell(shop, "LEAF", color="Green")
    wait_until(lambda: len(listed(shop, "limit=9")[0]) == 5, 30, "the list")
    seen = []
    path = "/api/v1/products?color=Red&color=Blue&limit=3"
    while path:
        answer = shop.api().get(path).expect(200)
        seen += [item["sku"] for item in answer.json["items"]]
        link = answer.headers.get("Link", "")
        path = link.split(">")[0].lstrip("<") if 'rel="next"' in link else None
    assert sorted(seen) == ["ROSE0", "ROSE1", "ROSE2", "SKY"]


def test_what_makes_no_sense_twice_is_refused_twice(shop):
    for query in ("sort=name&sort=price", "q=a&q=b", "limit=1&limit=2"):
        shop.api().get(f"/api/v1/products?{query}").expect(400)
    many = "&".join(f"color=c{number}" for number in range(21))
    shop.api().get(f"/api/v1/products?{many}").expect(400)


def test_who_bought_sees_what_is_left_with_the_position_of_the_checkout(shop):
    for sku in ("LAMP", "MUG", "ROSE"):
        sell(shop, sku, stock=9)
    for left in (8, 7, 6):
        shopper = ready_to_pay(shop, "LAMP", "MUG", "ROSE")
        position = shopper.checkout().expect(201).headers["Shop-Position"]
        behind = {"Shop-Min-Position": position}
        for slug in ("lamp", "mug", "rose"):
            page = shop.api().get(f"/api/v1/products/{slug}", headers=behind).expect(200)
            assert page.json["available"] == left
        told = dict(part.split(":") for part in position.split(","))
        for partition, offset in reservations_of(shop, shopper.order):
            assert int(told[partition]) >= offset


def reservations_of(shop, order):
    """Where in the log the stock of an order was reserved."""
    for line in shop.run("log", "read", "--json").splitlines():
        record = json.loads(line)
        for event in record["entry"].get("events", []):
            if event["type"] == "stock.reserved" and order in json.dumps(event["data"]):
                partition, offset = record["position"].split(":")
                yield partition, int(offset)
