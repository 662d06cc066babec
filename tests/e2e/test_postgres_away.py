"""Postgres goes away and comes back: carts go on, and whatever needs a view says so at once."""

import contextlib
import os
import pathlib
import signal
import subprocess

import pytest

from client import Client
from conftest import POSTGRES_SCRIPT, running
from programs import Shop, is_running, wait_until
from shopper import ready_to_pay
from staff import sell
from test_views import check_views, show_all
from unwritten import check_unwritten, commits_kept_in_memory

SOON = 4  # seconds; whoever hangs, hangs for good


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

    @property
    def pid(self):
        home = pathlib.Path(self.run("home"))
        return int((home / "cluster" / "postmaster.pid").read_text().split()[0])

    def kill(self):
        """kill -9 of all its processes."""
        pid = self.pid
        processes = [pid, *children_of(pid)]
        for each in processes:
            with contextlib.suppress(ProcessLookupError):  # they end with the first by themselves
                os.kill(each, signal.SIGKILL)
        wait_until(lambda: not any(map(is_running, processes)), 10, "the end of every process")

    @contextlib.contextmanager
    def frozen(self):
        """All its processes stand still."""
        pid = self.pid
        stopped = []
        try:
            for each in [pid, *children_of(pid)]:  # the one that makes others first
                os.kill(each, signal.SIGSTOP)
                stopped.append(each)
            yield
        finally:
            for each in stopped:
                os.kill(each, signal.SIGCONT)


def children_of(pid):
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


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
        shop.database = conninfo
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


def test_commits_that_postgres_lost_when_it_was_killed_are_made_again(own_shop, own_postgres):
    sell(own_shop, "LAMP", stock=3)
    show_all(own_shop)
    with commits_kept_in_memory(own_shop.database):
        ready_to_pay(own_shop, "LAMP").checkout("tok_ok").expect(201)
        show_all(own_shop)
        assert own_shop.api().get("/api/v1/products/lamp").json["available"] == 2
        check_unwritten(own_shop.database)
        own_postgres.kill()
    own_postgres.start()
    wait_until(lambda: {a.status for a in answers_of(own_shop)} == {200}, 30, "the views again")
    check_views(own_shop)
    assert own_shop.api().get("/api/v1/products/lamp").json["available"] == 2


def test_a_frozen_postgres_is_told_soon_and_served_again(own_shop, own_postgres):
    sell(own_shop, "LAMP", stock=3)
    wait_until(lambda: {a.status for a in answers_of(own_shop)} == {200}, 30, "the views")
    with own_postgres.frozen():
        for _ in range(2):
            for answer in answers_of(own_shop):
                assert answer.expect(503).json["type"].endswith(":view-unavailable")
        ready_to_pay(own_shop, "LAMP").checkout("tok_ok").expect(201)
    wait_until(lambda: {a.status for a in answers_of(own_shop)} == {200}, 10, "the views again")
    page = "/api/v1/products/lamp"
    wait_until(lambda: own_shop.api().get(page).json["available"] == 2, 30, "the sale in the view")


def test_a_shop_stops_in_order_while_postgres_is_frozen(own_shop, own_postgres):
    with own_postgres.frozen():
        own_shop.stop()
    assert "did not end in time" not in own_shop.log_text()


def test_a_shop_stops_in_order_while_postgres_is_away(own_shop, own_postgres):
    own_postgres.stop()
    for _ in range(3):
        Client(own_shop.address, timeout=SOON).get("/readyz").expect(503)
    own_shop.stop()
    assert "did not end in time" not in own_shop.log_text()
