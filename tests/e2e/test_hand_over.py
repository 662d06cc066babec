"""A process of several that is stopped hands its partitions over to the others by name, so that
nobody has to wait for the group: no call is refused, and nothing is done twice."""

import itertools
import secrets
import threading
import time

import pytest

from brokers import needs_kafka
from client import AWAY, Client
from programs import wait_until
from shopper import Shopper
from test_cluster import (  # noqa: F401: the fixture
    OFFICES, Process, buy_through, processes, sell_everywhere, several, share_all,
)

pytestmark = needs_kafka


class Visitor(threading.Thread):
    """Adds to a cart of its own, again and again. A connection that breaks is taken up with another
    process, as a balancer does, under the same key."""

    def __init__(self, whom, sku):
        super().__init__()
        self.whom = whom
        self.sku = sku
        self.asked = itertools.cycle(range(len(whom)))
        shopper = Shopper(whom[0])
        shopper.open_cart()
        self.cart, self.token = shopper.cart, shopper.token
        self.added = 0
        self.refused = []  # answers of 5xx
        self.failures = []  # any other that is none of those expected
        self.longest = 0.0  # of the adds, until they were answered
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.wait(0.03):
            since = time.monotonic()
            answer = self.add(secrets.token_urlsafe(24))
            self.longest = max(self.longest, time.monotonic() - since)
            if answer.status == 201:
                self.added += 1
            else:
                (self.refused if answer.status >= 500 else self.failures).append(answer)

    def add(self, key):
        """Asks until some process answers, whatever it says."""
        while True:
            process = self.whom[next(self.asked)]
            try:
                client = Client(process.address, {"Shop-Token": self.token}, timeout=20)
                return client.post(f"/api/v1/carts/{self.cart}/lines",
                                   {"sku": self.sku, "quantity": 1}, key=key)
            except (*AWAY, ValueError):  # it is not there, or its file is not
                time.sleep(0.01)

    def counted(self):
        """Units in the cart."""
        client = Client(self.whom[0].address, {"Shop-Token": self.token})
        return sum(line["quantity"] for line in client.get(
            f"/api/v1/carts/{self.cart}").expect(200).json["lines"])


class Visitors:
    def __init__(self, whom, sku, count):
        self.all = [Visitor(whom, sku) for _ in range(count)]

    def __enter__(self):
        for each in self.all:
            each.start()
        wait_until(self.have_all_added, 30, "all to be at it")
        return self

    def __exit__(self, *_):
        for each in self.all:
            each.is_over.set()
        for each in self.all:
            each.join()

    def have_all_added(self, more=3):
        return all(each.added >= more for each in self.all)

    def go_on(self):
        """Once each of them has been answered anew."""
        reached = [each.added for each in self.all]
        wait_until(lambda: all(each.added > before + 2 for each, before in zip(self.all, reached)),
                   30, "all to be answered")

    def check(self):
        """Nobody was refused, and what was answered is in the carts, once."""
        assert [answer for each in self.all for answer in each.refused + each.failures] == []
        assert [each.counted() for each in self.all] == [each.added for each in self.all]


def handed_over(process):
    """How many of how many, as its log says."""
    line = next(line for line in reversed(process.log_text().splitlines())
                if "handed over" in line)
    return line.split('"shop.handed_over":"')[1].split('"')[0].split(" of ")


def test_whoever_stops_hands_its_partitions_over(processes):  # noqa: F811
    sell_everywhere(processes, "MUG", stock=1000)
    before = buy_through(processes, "MUG")
    stopping, left = processes[1], [processes[0], processes[2]]
    held = len(stopping.offices())
    with Visitors(left, "MUG", 16) as visitors:
        for each in visitors.all:
            each.longest = 0.0
        stopping.stop()
        visitors.go_on()
        print("longest waits:", sorted(round(each.longest, 3) for each in visitors.all))
        wait_until(lambda: share_all(left), 30, "each partition to have one owner")
    visitors.check()
    assert handed_over(stopping) == [str(held), str(held)]
    assert len(before.see_order()["lines"]) == 1


def test_one_after_the_other_is_restarted_and_nobody_is_refused(processes):  # noqa: F811
    sell_everywhere(processes, "MUG", stock=10_000)
    with Visitors(processes, "MUG", 9) as visitors:
        for process in processes:
            process.stop()
            process.start()
            wait_until(lambda: share_all(processes), 60, "the one that is back to have its part")
            visitors.go_on()
        print("longest waits:", sorted(round(each.longest, 3) for each in visitors.all))
    visitors.check()


def test_a_successor_that_is_dead_is_passed_over(processes):  # noqa: F811
    sell_everywhere(processes, "MUG", stock=100)
    held = len(processes[1].offices())
    processes[2].kill()
    processes[1].stop()
    wait_until(lambda: len(processes[0].offices()) == OFFICES, 30, "the last one to serve all")
    assert handed_over(processes[1]) == [str(held), str(held)]
    buy_through(processes[:1], "MUG")


def test_the_last_one_leaves_to_nobody(processes):  # noqa: F811
    sell_everywhere(processes, "MUG", stock=100)
    processes[2].kill()
    processes[0].stop()
    processes[1].stop()
    assert handed_over(processes[1])[0] == "0"
    for process in processes:
        process.start()
    wait_until(lambda: share_all(processes), 60, "all to have their part")
    buy_through(processes, "MUG")


@pytest.fixture
def pair(binary, tmp_path, postgres_server, log):
    """Two processes whose partitions are given by hand: nobody but a name gives them others'."""
    lists = [",".join(f"commerce-{number}" for number in part)
             for part in (range(4), range(4, 8))]
    lists[0] += ",catalog-0"
    with several(binary, tmp_path, postgres_server, log, 1, "--offices", lists[0]) as made:
        second = Process(binary, tmp_path / "process-1")
        second.arguments = [lists[1] if word == lists[0] else word for word in made[0].arguments]
        second.start()
        yield made[0], second
        if second.process is not None:
            second.stop()


def test_partitions_given_by_hand_are_lent_while_their_process_is_away(pair):
    first, second = pair
    wait_until(lambda: share_all(pair), 30, "both to have their part")
    sell_everywhere(pair, "MUG", stock=100)
    second.stop()
    assert len(first.offices()) == OFFICES
    assert handed_over(second) == ["4", "4"]
    buy_through([first], "MUG")
    second.start()
    wait_until(lambda: share_all(pair) and len(second.offices()) == 4, 30,
               "the one that is back to have its own")
    assert "shopverse_office_fights_total 0\n" in first.api().get("/metrics").body.decode()
    buy_through(list(pair), "MUG")
