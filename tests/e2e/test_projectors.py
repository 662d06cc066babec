"""Views that are fed by processes of their own: they share the work, and whichever is killed,
frozen or stopped, every row is written once."""

import contextlib
import os
import signal
import subprocess
import threading
import time

import pytest

import naive_fold
from brokers import needs_kafka
from naive_rows import difference, rows_of_fold, rows_of_tables
from programs import wait_until
from projectors import Projector
from shopper import at_once, ready_to_pay
from sql import run_sql
from test_cluster import sell_everywhere, several
from trading import rest

pytestmark = needs_kafka

PARTITIONS = 9  # that the storefront is made from: catalog-0 and commerce-0 … commerce-7
ORDERS = "/api/v1/admin/orders"
VIEWS = "/api/v1/admin/projections"


class Shop:
    """Two processes that take requests and feed nothing, and two that feed."""

    def __init__(self, processes, projectors):
        self.processes = processes
        self.projectors = projectors

    def buy(self, number=0):
        """Where the order stands in the log."""
        shopper = ready_to_pay(self.processes[number % len(self.processes)], "MUG")
        return shopper.checkout("tok_ok").expect(201).headers["Shop-Position"]

    def orders_at(self, position, number=0, wait=25):
        headers = {"Shop-Min-Position": position, "Prefer": f"wait={wait}"}
        return self.processes[number].staff().get(ORDERS, headers=headers)

    def versions(self):
        return self.processes[1].staff().get(VIEWS).expect(200).json["items"]

    def feeders(self):
        """Who feeds which partitions of the live version, as operators see it."""
        live = next(each for each in self.versions() if each["state"] == "live")
        fed = {}
        for each in live["partitions"]:
            fed.setdefault(each["fed_by"], set()).add(each["partition"])
        return fed

    def is_shared_by(self, *projectors):
        """Whether they feed all of it, each a fair part."""
        parts = [each.fed() for each in projectors]
        known = {name.rpartition(":")[2]: part for name, part in self.feeders().items()}
        return (known == {str(each.process.pid): part for each, part in zip(projectors, parts)}
                and sum(map(len, parts)) == PARTITIONS
                and max(map(len, parts)) - min(map(len, parts)) <= 1)

    def check_rows(self):
        """Every row of every table against a fold of the log that is not ours."""
        rest(self.processes[0])
        wait_until(lambda: all(each["lag"] == 0 for each in self.versions()), 30, "no lag")
        process = self.processes[0]
        fold = naive_fold.fold(process.run("log", "read", "--json"))
        expected = rows_of_fold(fold, process.database, process.signing_secret())
        live = next(each["version"] for each in self.versions() if each["state"] == "live")
        rows = rows_of_tables(process.database, f"storefront_{live}")
        assert difference(rows, expected) == ""
        assert run_sql(process.database, "SELECT count(*) FROM dead_letter") == ["0"]
        return len(rows["sale"])


@pytest.fixture
def shop(binary, tmp_path, postgres_server, log):
    with several(binary, tmp_path, postgres_server, log, 2, "--offices", "group",
                 "--follow-views") as processes:
        for process in processes:
            process.keep_key()
        projectors = [Projector(binary, tmp_path / f"projector-{number}.log", log.place,
                                process.database, process.keys) for number in range(2)]
        made = Shop(processes, projectors)
        try:
            for each in projectors:
                each.start(wait=False)
            wait_until(lambda: all(each.is_up() for each in projectors), 60, "projectors")
            wait_until(lambda: made.is_shared_by(*projectors), 30, "a fair share for each")
            sell_everywhere(processes, "MUG", stock=5000)
            yield made
        finally:
            for each in projectors:
                if each.process is not None:
                    each.stop()


@contextlib.contextmanager
def buying(shop, count=4):
    """So many shoppers go on buying; the list of where their orders stand."""
    positions = []
    errors = []
    is_over = threading.Event()

    def buy(number):
        while not is_over.is_set():
            try:
                positions.append(shop.buy(number))
            except Exception as error:  # noqa: BLE001: told below
                errors.append(error)
                return

    threads = [threading.Thread(target=buy, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield positions
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
        assert not errors, errors


def test_orders_are_seen_through_any_process_whoever_feeds_them(shop):
    positions = at_once([lambda number=number: shop.buy(number) for number in range(8)])
    for number, position in enumerate(positions):
        shop.orders_at(position, number % 2).expect(200)
    status = shop.processes[0].staff().get(VIEWS).expect(200).json["items"][0]
    assert len(status["partitions"]) == PARTITIONS
    assert not any("nobody" in process.run("project", "status") for process in shop.processes)
    assert shop.check_rows() == 8


def test_when_one_is_killed_under_load_the_other_goes_on_within_seconds(shop):
    killed, left = shop.projectors
    with buying(shop) as positions:
        wait_until(lambda: len(positions) > 20, 60, "some orders")
        killed.kill()
        since = time.monotonic()
        wait_until(lambda: shop.is_shared_by(left), 15, "the other one to feed everything")
        shop.orders_at(shop.buy()).expect(200)
        print(f"all is fed again {time.monotonic() - since:.1f} s after the kill")
        killed.start()
        wait_until(lambda: shop.is_shared_by(killed, left), 30, "the one that is back")
    assert shop.check_rows() > 20


def test_one_that_is_frozen_is_stood_in_for_and_does_no_harm_when_it_goes_on(shop):
    frozen, left = shop.projectors
    with buying(shop) as positions:
        wait_until(lambda: len(positions) > 20, 60, "some orders")
        os.kill(frozen.process.pid, signal.SIGSTOP)
        try:
            wait_until(lambda: shop.is_shared_by(left), 30, "the other one to feed everything")
            shop.orders_at(shop.buy()).expect(200)
        finally:
            os.kill(frozen.process.pid, signal.SIGCONT)
        wait_until(lambda: shop.is_shared_by(frozen, left), 30, "the one that goes on")
    assert shop.check_rows() > 20


def test_without_any_that_feeds_a_read_of_what_was_written_says_so(shop):
    for each in shop.projectors:
        each.stop()
    position = shop.buy()
    assert shop.orders_at(position, wait=1).status == 504
    assert set(shop.feeders()) == {""}
    shop.processes[0].staff().get(ORDERS).expect(200)
    shop.projectors[0].start()
    shop.orders_at(position).expect(200)
    assert shop.check_rows() == 1


def test_a_view_is_rebuilt_by_those_that_feed_it_whoever_is_asked(shop):
    for number in range(6):
        shop.buy(number)
    first, second = (each.staff() for each in shop.processes)
    storefront = f"{VIEWS}/storefront"
    first.post(f"{storefront}/rebuild").expect(200)
    second.post(f"{storefront}/rebuild").expect(409)
    built = {"version": 0}  # whichever is being built
    wait_until(lambda: second.post(f"{storefront}/swap", built).status == 200, 30, "the swap")
    shop.orders_at(shop.buy(), 0).expect(200)
    shop.orders_at(shop.buy(), 1).expect(200)
    assert shop.check_rows() == 8
    second.post(f"{storefront}/drop", {"version": 1}).expect(200)
    assert [each["version"] for each in shop.versions()] == [2]


@pytest.mark.parametrize("said, arguments", [
    ("is read by `shopverse serve` alone", []),
    ("cannot be fed without --postgres CONNINFO, --keys CONNINFO.", ["--log", "kafka://h:1"]),
    ("cannot be fed without --keys CONNINFO.",
     ["--log", "kafka://h:1", "--postgres", "dbname=nowhere"]),
])
def test_it_says_what_it_lacks(binary, said, arguments):
    done = subprocess.run([binary, "project", "run", *arguments], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 2 and said in done.stderr


def test_it_may_begin_before_the_shop_does(
        binary, tmp_path, postgres_server, log):
    with several(binary, tmp_path, postgres_server, log, 1, "--offices", "group") as processes:
        early = Projector(binary, tmp_path / "early.log", f"{log.place}x", processes[0].database,
                          processes[0].keys).start(wait=False)
        wait_until(lambda: "Waiting for it." in early.log_text())
        early.stop()
