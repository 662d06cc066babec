"""A shop that listens to other machines too."""

import socket

import pytest

from client import Client
from conftest import running
from programs import Sandbox, Shop
from shopper import ready_to_pay
from staff import sell

ORIGIN = "http://shop.local:8080"


@pytest.fixture
def open_sandbox(binary, data):
    sandbox = Sandbox(binary, data)
    sandbox.arguments += ["--listen", "0.0.0.0", "--host", "shop.local"]
    with running(sandbox):
        yield sandbox


@pytest.fixture
def open_shop(binary, data, database, open_sandbox):
    options = ("--listen", "0.0.0.0", "--origin", ORIGIN)
    with running(Shop(binary, data, database, *options)) as shop:
        yield shop


def outer_address():
    """An address of this machine that others could have; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


def test_shoppers_at_other_machines_are_sent_to_pages_they_can_reach(open_shop, open_sandbox):
    sell(open_shop, "MUG", stock=3)
    shopper = ready_to_pay(open_shop, "MUG")
    answer = shopper.checkout("tok_needs_action", payment={"return_url": "/thanks"}).expect(202)
    url = answer.json["payments"][0]["action"]["url"]
    page = f"http://shop.local:{open_sandbox.address.rsplit(':')[1]}/pay/"
    assert url.startswith(page), url
    path = "/pay/" + url.removeprefix(page)
    open_sandbox.api().get(path).expect(200)
    done = open_sandbox.api().post(
        path, "choice=approve", content_type="application/x-www-form-urlencoded"
    ).expect(303)
    assert done.headers["Location"] == ORIGIN + "/thanks"


def test_the_cookie_of_a_shop_behind_https_never_leaves_it(make_shop):
    plain = make_shop()
    assert "Secure" not in opened_cart_cookie(plain)
    plain.stop()
    behind_https = make_shop("--origin", "https://shop.local")
    assert "; Secure" in opened_cart_cookie(behind_https)


def opened_cart_cookie(shop):
    return shop.api().post("/api/v1/carts", {}).expect(201).headers["Set-Cookie"]


def test_other_machines_reach_the_sandboxs_pages_and_nothing_else(open_sandbox):
    outside = outer_address()
    if outside.startswith("127."):
        pytest.skip("this machine has no other address")
    elsewhere = Client(f"{outside}:{open_sandbox.address.rsplit(':')[1]}")
    elsewhere.get("/pay/sbx_unknown").expect(404)
    elsewhere.get("/v1/ledger").expect(403)
    elsewhere.put("/v1/knobs", {}).expect(403)
    open_sandbox.api().get("/v1/ledger").expect(200)
