"""A shopper fills a cart: prices, taxes, addresses, shipping, and whose cart it is."""

import threading

import pytest

from staff import sell

ADDRESS = {
    "name": "Ada Lovelace",
    "lines": ["12 St James's Square"],
    "city": "London",
    "postal_code": "sw1y4jh",
    "country": "GB",
}
CONTACT = {"email": "ada@example.com", "name": "Ada Lovelace", "phone": "+44 20 7946 0000"}


def gbp(pence):
    return {"minor_units": pence, "currency": "GBP"}


class Cart:
    """A cart and its token, through one client."""

    def __init__(self, client, **body):
        self.client = client
        created = client.post("/api/v1/carts", body, key=True).expect(201)
        self.created = created
        self.id = created.json["id"]
        self.path = f"/api/v1/carts/{self.id}"
        self.token = {"Shop-Token": created.json["token"]}

    def get(self, path="", **options):
        return self.client.get(self.path + path, headers=self.token, **options)

    def put(self, path, body, headers=None):
        return self.client.put(self.path + path, body, headers={**self.token, **(headers or {})})

    def add(self, sku, quantity=1, headers=None, key=None):
        return self.client.post(
            self.path + "/lines",
            {"sku": sku, "quantity": quantity},
            key=key,
            headers={**self.token, **(headers or {})},
        )

    def patch(self, line, quantity, headers=None):
        return self.client.patch(
            f"{self.path}/lines/{line}",
            {"quantity": quantity},
            headers={**self.token, **(headers or {})},
        )

    def delete(self, line, headers=None):
        return self.client.delete(
            f"{self.path}/lines/{line}", headers={**self.token, **(headers or {})}
        )


@pytest.fixture
def mugs(shop):
    """A shop that sells MUG at 5.99 and BOWL at 8.99."""
    sell(shop, "MUG", price="5.99", weight_g=300)
    sell(shop, "BOWL", price="8.99", weight_g=900)
    return shop


def problem_of(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.json["type"].rsplit(":", 1)[-1]


def wrong_fields(answer):
    answer.expect(400)
    return sorted(error["pointer"] for error in answer.json["errors"])


def test_a_shopper_fills_a_cart_and_sees_what_it_costs(mugs):
    cart = Cart(mugs.api())
    assert cart.created.headers["Location"] == cart.path
    first = cart.add("MUG", 2).expect(201).json
    assert first["totals"]["total"] == gbp(1198)
    second = cart.add("BOWL").expect(201).json
    assert [line["sku"] for line in second["lines"]] == ["MUG", "BOWL"]
    assert second["totals"]["items"] == gbp(2097)
    assert second["totals"]["tax"] == gbp(350)
    assert second["prices_include_tax"] is True
    mug = second["lines"][0]
    assert mug["quantity"] == 2
    assert mug["unit_price"] == gbp(599)
    assert mug["net"] == gbp(998) and mug["tax"] == gbp(200) and mug["gross"] == gbp(1198)
    more = cart.add("MUG").expect(201).json
    assert [line["quantity"] for line in more["lines"]] == [3, 1]
    assert more["lines"][0]["id"] == mug["id"]
    fewer = cart.patch(mug["id"], 1).expect(200).json
    assert fewer["totals"]["total"] == gbp(599 + 899)
    left = cart.delete(mug["id"]).expect(200).json
    assert [line["sku"] for line in left["lines"]] == ["BOWL"]
    assert cart.get().expect(200).json == left
    assert problem_of(cart.delete(mug["id"]).expect(404)) == "unknown-line"


def test_a_cart_is_opened_by_its_token_alone(mugs):
    cart = Cart(mugs.api())
    stranger = Cart(mugs.api())
    client = mugs.api()
    token = cart.token["Shop-Token"]
    assert client.get(cart.path).expect(404).json["type"].endswith("unknown-cart")
    client.get(cart.path, headers=stranger.token).expect(404)
    client.get(cart.path, headers={"Shop-Token": token + "x"}).expect(404)
    client.post(
        cart.path + "/lines", {"sku": "MUG", "quantity": 1}, headers=stranger.token
    ).expect(404)
    client.get(f"{cart.path}?t={token}").expect(200)
    client.get(cart.path, headers={"Cookie": f"a=b; shop_token={token}"}).expect(200)
    client.get("/api/v1/carts/crt_nonsense", headers=cart.token).expect(404)
    assert cart.get().json["token"] is None
    cookie = cart.created.headers["Set-Cookie"]
    assert cookie.startswith(f"shop_token={token};")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_the_token_is_nowhere_on_disk(mugs):
    cart = Cart(mugs.api())
    token = cart.token["Shop-Token"].encode()
    cart.put("/contact", CONTACT).expect(200)
    mugs.stop()
    for file in mugs.data.rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        assert token not in content, file
        assert b"ada@example.com" not in content, file
    assert token.decode() not in mugs.log_text()


def test_the_same_creation_twice_is_one_cart(shop):
    client = shop.api()
    key = "a-key-of-two-and-twenty-characters"
    first = client.post("/api/v1/carts", {}, key=key).expect(201)
    second = client.post("/api/v1/carts", {}, key=key).expect(201)
    assert second.json["id"] == first.json["id"]
    assert second.json["token"] == first.json["token"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Shop-Position"] == first.headers["Shop-Position"]
    other = client.post("/api/v1/carts", {"country": "DE"}, key=key).expect(422)
    assert problem_of(other) == "idempotency-key-reused"
    client.post("/api/v1/carts", {}, key="short").expect(400)


def test_a_repeated_change_shows_the_cart_as_it_was_then(mugs):
    cart = Cart(mugs.api())
    first = cart.add("MUG", key="add").expect(201)
    cart.add("BOWL").expect(201)
    again = cart.add("MUG", key="add").expect(201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [line["quantity"] for line in again.json["lines"]] == [1]
    assert again.json["version"] == first.json["version"]
    assert len(cart.get().json["lines"]) == 2


def test_a_repeated_change_is_known_after_a_restart(mugs):
    cart = Cart(mugs.api())
    cart.add("MUG", key="add").expect(201)
    mugs.kill()
    mugs.start()
    cart.client = mugs.api()
    again = cart.add("MUG", key="add").expect(201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert cart.get().json["lines"][0]["quantity"] == 1


def test_who_changes_an_old_view_of_the_cart_is_told_so(mugs):
    cart = Cart(mugs.api())
    tag = cart.get().headers["ETag"]
    assert tag == cart.created.headers["ETag"]
    moved = cart.add("MUG", headers={"If-Match": tag}).expect(201)
    assert problem_of(cart.add("MUG", headers={"If-Match": tag}).expect(412)) == "version-mismatch"
    line = moved.json["lines"][0]["id"]
    cart.patch(line, 5, headers={"If-Match": tag}).expect(412)
    cart.patch(line, 5, headers={"If-Match": moved.headers["ETag"]}).expect(200)
    cart.delete(line, headers={"If-Match": "*"}).expect(200)
    cart.delete(line, headers={"If-Match": "7"}).expect(400)


def test_contact_and_addresses_are_checked_and_kept(mugs):
    cart = Cart(mugs.api())
    cart.add("MUG").expect(201)
    assert cart.put("/contact", CONTACT).expect(200).json["contact"] == CONTACT
    shown = cart.put("/shipping-address", ADDRESS).expect(200).json["shipping_address"]
    assert shown == {**ADDRESS, "postal_code": "SW1Y 4JH", "region": None, "phone": None}
    cart.put("/billing-address", {**ADDRESS, "country": "AE", "postal_code": None}).expect(200)
    bad = cart.put("/contact", {"email": "nobody", "phone": "call me"})
    assert wrong_fields(bad) == ["/email", "/phone"]
    bad = cart.put("/shipping-address", {**ADDRESS, "postal_code": "12345", "city": " "})
    assert wrong_fields(bad) == ["/city", "/postal_code"]
    assert wrong_fields(cart.put("/shipping-address", {**ADDRESS, "country": "XX"})) == ["/country"]
    antarctica = {**ADDRESS, "country": "AQ"}
    assert wrong_fields(cart.put("/shipping-address", antarctica)) == ["/country"]
    assert wrong_fields(cart.put("/contact", {"email": "a@b.example", "age": 3})) == ["/age"]
    assert cart.get().json["contact"] == CONTACT


def test_shipping_is_chosen_among_what_the_destination_has(mugs):
    cart = Cart(mugs.api())
    assert cart.get("/shipping-options").expect(200).json == {"items": []}
    cart.add("MUG").expect(201)
    home = cart.get("/shipping-options").expect(200).json["items"]
    assert {option["id"]: option["price"] for option in home} == {
        "standard": gbp(395), "express": gbp(795), "economy": gbp(295)}
    chosen = cart.put("/shipping-option", {"id": "express"}).expect(200).json
    assert chosen["shipping_option"]["id"] == "express"
    assert chosen["totals"]["shipping"] == gbp(795)
    assert chosen["totals"]["total"] == gbp(599 + 795)
    berlin = {**ADDRESS, "country": "DE", "city": "Berlin", "postal_code": "10115"}
    abroad = cart.put("/shipping-address", berlin).expect(200).json
    assert abroad["shipping_option"] is None
    assert abroad["totals"]["total"] == gbp(599)
    assert abroad["totals"]["tax_lines"][0]["rate"] == "0.19"
    unknown = cart.put("/shipping-option", {"id": "express"}).expect(400)
    assert problem_of(unknown) == "unknown-shipping-option"
    cart.put("/shipping-option", {"id": "standard"}).expect(200)


def test_what_is_wrong_is_named_and_changes_nothing(mugs):
    cart = Cart(mugs.api())
    before = cart.get().json
    assert problem_of(cart.add("NOTHING").expect(404)) == "unknown-sku"
    for quantity in (0, -1, 1_000_001, 2**63, 1.5, "2", None):
        assert wrong_fields(cart.add("MUG", quantity)) == ["/quantity"]
    client = cart.client
    path = cart.path + "/lines"
    for body in ({}, [], {"sku": "MUG"}, {"sku": "MUG", "quantity": 1, "price": 1}):
        client.post(path, body, headers=cart.token).expect(400)
    client.post(path, "{", headers=cart.token).expect(400)
    client.post("/api/v1/carts", {"currency": "XXX"}).expect(400)
    client.post("/api/v1/carts", {"country": "AQ"}).expect(400)
    assert cart.get().json == before


def test_many_tabs_add_to_one_cart_and_nothing_is_lost(mugs):
    cart = Cart(mugs.api())
    failures = []

    def shop_on():
        client = mugs.api()
        for _ in range(20):
            answer = client.post(
                cart.path + "/lines", {"sku": "MUG", "quantity": 1}, headers=cart.token
            )
            if answer.status != 201:
                failures.append(answer)

    tabs = [threading.Thread(target=shop_on) for _ in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert not failures
    final = cart.get().json
    assert [line["quantity"] for line in final["lines"]] == [80]
    assert final["version"] == 81


def test_the_store_says_what_a_shop_window_needs(shop):
    store = shop.api().get("/api/v1/store").expect(200).json
    assert store["currency"] == "GBP"
    assert store["country"] == "GB" and "DE" in store["countries"]
    assert store["prices_include_tax"] is True
    assert store["providers"] == ["sandbox"]
    formats = {row["country"]: row for row in store["address_formats"]}
    assert set(formats) == set(store["countries"])
    assert formats["DE"]["postal_code"] == "NNNNN"
