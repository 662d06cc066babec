"""What shoppers meet on their way through the products."""

from programs import wait_until
from staff import sell


def test_an_old_link_to_a_product_leads_on_to_where_it_is_now(shop):
    sell(shop, "MUG", slug="mug")
    page = wait_until(lambda: shown(shop, "mug"), 30, "the page")
    slug = f"/api/v1/admin/products/{page['id']}/slug"
    shop.staff().put(slug, {"slug": "beaker"}).expect(200, 202)
    wait_until(lambda: shown(shop, "beaker"), 30, "the page under its new slug")
    old = shop.api().get("/api/v1/products/mug").expect(301)
    assert old.headers["Location"] == "/api/v1/products/beaker"
    assert shop.api().get(old.headers["Location"]).expect(200).json["sku"] == "MUG"
    described = shop.api().get("/openapi.json").expect(200).json
    answers = described["paths"]["/api/v1/products/{slug}"]["get"]["responses"]
    assert answers["301"]["description"] == "Moved Permanently"


def shown(shop, slug):
    answer = shop.api().get(f"/api/v1/products/{slug}")
    return answer.json if answer.status == 200 else None
