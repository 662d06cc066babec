"""Postgres goes away and comes back: carts go on, and whatever needs a view says so at once."""

import subprocess

import pytest

from client import Client
from conftest import POSTGRES_SCRIPT, running
from programs import Shop, wait_until
from shopper import ready_to_pay
from staff import sell

SOON = 10  # seconds; whoever hangs, hangs for good


class OwnPostgres:
    """A server of the test's own."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, action, *options):
        done = subprocess.run([POSTGRES_SCRIPT, action, self.folder, *options], check=True,
                              stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def start(self):
        self.run("start", "--throw-away")

    def stop(self):
        self.run("stop")


@pytest.fixture
def own_postgres(tmp_path):
    server = OwnPostgres(tmp_path / "postgres")
    server.start()
    yield server
    server.run("delete")


@pytest.fixture
def own_shop(binary, data, sandbox, own_postgres):
    conninfo = own_postgres.run("conninfo")
    with running(Shop(binary, data, conninfo, "--no-page-cache")) as shop:
        yield shop


def answers_of(shop):
    """What a guest and staff are told by everything that reads from Postgres."""
    guest = Client(shop.address, timeout=SOON)
    staff = shop.staff()
    staff.timeout = SOON
    pages = ["/readyz", "/api/v1/products/lamp", "/api/v1/products?q=lamp",
             "/api/v1/search/suggest?q=la"]
    desks = ["/api/v1/admin/orders", "/api/v1/admin/projections"]
    return [guest.get(path) for path in pages] + [staff.get(path) for path in desks]


def test_without_postgres_reads_say_so_and_come_back_with_it(own_shop, own_postgres):
    sell(own_shop, "LAMP", stock=3)
    wait_until(lambda: {a.status for a in answers_of(own_shop)} == {200}, 30, "the views")
    own_postgres.stop()
    for answer in answers_of(own_shop):
        assert answer.expect(503).headers["Retry-After"]
    ready_to_pay(own_shop, "LAMP").checkout("tok_ok").expect(201)
    own_shop.api().get("/livez").expect(200)
    own_postgres.start()
    wait_until(lambda: {a.status for a in answers_of(own_shop)} == {200}, 30, "the views again")
    page = "/api/v1/products/lamp"
    wait_until(lambda: own_shop.api().get(page).json["available"] == 2, 30, "the sale in the view")


def test_a_shop_stops_in_order_while_postgres_is_away(own_shop, own_postgres):
    own_postgres.stop()
    for _ in range(3):
        Client(own_shop.address, timeout=SOON).get("/readyz").expect(503)
    own_shop.stop()
    assert "did not end in time" not in own_shop.log_text()
