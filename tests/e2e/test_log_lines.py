"""What the shop says while it works: one JSON document a line, in the Elastic Common Schema, and
nothing in it that opens a door."""

import json
import re

from shopper import ready_to_pay
from staff import sell

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def lines_of(shop):
    return [json.loads(line) for line in shop.log_text().splitlines()]


def test_every_line_is_a_document_of_the_elastic_common_schema(make_shop):
    shop = make_shop("--access-log", "all")
    sell(shop, "MUG")
    shop.api().get("/api/v1/products?q=mug").expect(200)
    shop.stop()
    lines = lines_of(shop)
    assert lines
    for line in lines:
        assert TIME.fullmatch(line["@timestamp"])
        assert line["log.level"] in ("debug", "info", "warn", "error")
        assert line["message"] and line["ecs.version"] and line["service.name"] == "shopverse"
    reads = [line for line in lines if line.get("http.route") == "/api/v1/products"]
    assert [(line["http.request.method"], line["http.response.status_code"]) for line in reads] == [
        ("GET", 200)]


def test_no_line_holds_a_token_a_key_a_card_or_what_was_searched_for(make_shop):
    shop = make_shop("--access-log", "all")
    sell(shop, "MUG")
    shopper = ready_to_pay(shop, "MUG")
    shopper.api.get(f"/api/v1/carts/{shopper.cart}?t={shopper.token}").expect(200)
    shopper.checkout(key="a-key-that-nobody-will-guess").expect(201)
    shop.api().get("/api/v1/products?q=something-private").expect(200)
    staff_key = shop.staff_key()
    shop.stop()
    text = shop.log_text()
    for secret in (shopper.token, staff_key, "tok_ok", "a-key-that-nobody", "something-private",
                   shopper.email, "Lovelace"):
        assert secret not in text, secret
