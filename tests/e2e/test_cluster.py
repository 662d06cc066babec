"""A shop of several processes over one log in Kafka: any of them is asked, whoever decides; one
that ends, or dies, is stood in for by the others."""

import contextlib
import os
import signal
import time

import pytest

from brokers import needs_kafka
from client import Client
from conftest import new_database, running
from programs import Sandbox, Shop, wait_until
from shopper import Shopper, at_once, check_books, ready_to_pay
from staff import sell

pytestmark = needs_kafka

OFFICES = 9  # of a log made with the defaults: catalog-0 and commerce-0 … commerce-7


class Process(Shop):
    """One of several."""

    def staff_key(self):
        """The first to start alone was given one, which is of use at every process."""
        return sorted(self.data.parent.glob("process-*/staff-key"))[0].read_text().strip()

    def keep_key(self):
        """For the commands that ask a running shop."""
        key = self.staff_key()
        own = self.data / "staff-key"
        own.touch(0o600)
        own.write_text(key + "\n")

    def offices(self):
        """The partitions it serves, by its own word."""
        text = self.api().get("/metrics").expect(200).body.decode()
        return {
            line.split('"')[1] for line in text.splitlines()
            if line.startswith("shopverse_office{") and line.endswith(" 1")
        }

    def told(self):
        """What it knows of all partitions: (owner, term) by their names."""
        view = self.staff().get("/api/v1/admin/cluster").expect(200).json
        return {row["partition"]: (row["owner"], row["term"]) for row in view["partitions"]}

    def own_address(self):
        """As the others name it."""
        return self.staff().get("/api/v1/admin/cluster").expect(200).json["address"]


@contextlib.contextmanager
def several(binary, tmp_path, postgres_server, log, count, *arguments):
    """So many processes, each with a data folder of its own, started at the same moment."""
    with (running(Sandbox(binary, tmp_path / "sandbox")) as sandbox,
          new_database(postgres_server) as views, new_database(postgres_server) as keys):
        processes = []
        for number in range(count):
            process = Process(
                binary, tmp_path / f"process-{number}", views, "--log", log.place, "--keys", keys,
                "--peer-listen", "127.0.0.1:0", "--sandbox", sandbox.address,
                *(arguments or ["--offices", "group"]))
            process.sandbox = sandbox
            process.database = views
            processes.append(process)
        for process in processes:
            process.start(wait=False)
        try:
            for process in processes:
                wait_until(process.is_up, 60, "the start of all")
            yield processes
        finally:
            for process in processes:
                if process.process is not None:
                    process.stop()


@pytest.fixture
def processes(binary, tmp_path, postgres_server, log):
    with several(binary, tmp_path, postgres_server, log, 3) as made:
        wait_until(lambda: share_all(made), 60, "every partition to have an owner")
        yield made


def share_all(processes):
    """Whether each partition is served by exactly one of them, and each of them serves some."""
    offices = [process.offices() for process in processes]
    return all(offices) and sum(map(len, offices)) == len(set().union(*offices)) == OFFICES


def sell_everywhere(processes, sku, stock):
    """A change of the catalog is known to all of them a moment later."""
    sell(processes[0], sku, stock=stock)
    for process in processes:
        shopper = Shopper(process)
        shopper.open_cart()
        line = f"/api/v1/carts/{shopper.cart}/lines"
        wait_until(lambda: shopper.api.post(line, {"sku": sku, "quantity": 1}).status == 201)


def buy_through(processes, sku):
    """One cart and its checkout, each step of another process."""
    shoppers = []
    for process in processes:
        shopper = Shopper(process)
        shoppers.append(shopper)
    first = shoppers[0]
    first.open_cart()
    for shopper in shoppers[1:]:
        shopper.cart, shopper.token = first.cart, first.token
        shopper.reconnect()
    shoppers[1 % len(shoppers)].add(sku)
    shoppers[2 % len(shoppers)].address()
    shoppers[0].checkout("tok_ok").expect(201)
    for shopper in shoppers:
        order = shopper.see_order()
        assert (order["status"], order["contact"]["email"]) == ("placed", first.email)
    return first


def test_any_process_is_asked_whoever_decides(processes):
    sell_everywhere(processes, "MUG", stock=100)
    sold = [buy_through(processes[n % 3:] + processes[:n % 3], "MUG") for n in range(9)]
    assert len({shopper.order for shopper in sold}) == 9
    assert check_books(processes[0], sold, ["MUG"]) == 9


def test_the_last_unit_is_sold_once_through_whichever_process(processes):
    sell_everywhere(processes, "LAMP", stock=2)
    shoppers = [ready_to_pay(process, "LAMP") for process in processes for _ in range(3)]
    answers = at_once([lambda each=each: each.checkout("tok_ok") for each in shoppers])
    assert sorted(answer.status for answer in answers).count(201) == 2
    assert check_books(processes[1], shoppers, ["LAMP"]) == 2


def test_a_price_that_was_seen_counts_at_any_process(processes):
    sell_everywhere(processes, "MUG", stock=100)
    read = processes[0].api()
    wait_until(lambda: read.get("/api/v1/products/mug").status == 200, what="the page")
    page = read.get("/api/v1/products/mug").expect(200).json
    prices = f"/api/v1/admin/products/{page['id']}/variants/{page['variants'][0]['id']}/prices"
    shoppers = [Shopper(process) for process in processes]
    for units in range(500, 530):
        changed = processes[units % 3].staff().put(prices, {
            "price": {"minor_units": units, "currency": "GBP"}}).expect(200)
        seen = {"Shop-Min-Position": changed.headers["Shop-Position"]}
        shopper = shoppers[(units + 1) % 3]
        shopper.open_cart()
        line = shopper.api.post(f"/api/v1/carts/{shopper.cart}/lines",
                                {"sku": "MUG", "quantity": 1}, headers=seen).expect(201).json
        assert line["lines"][0]["unit_price"]["minor_units"] == units


def test_a_process_that_ends_leaves_its_offices_to_the_others(processes):
    sell_everywhere(processes, "MUG", stock=100)
    before = buy_through(processes, "MUG")
    processes[1].stop()
    left = [processes[0], processes[2]]
    wait_until(lambda: share_all(left), 20, "the others to serve everything")
    after = buy_through(left, "MUG")
    processes[1].start()
    wait_until(lambda: share_all(processes), 30, "the one that is back to have its part")
    assert check_books(processes[1], [before, after], ["MUG"]) == 2


def test_a_process_that_is_killed_is_stood_in_for_within_seconds(processes):
    sell_everywhere(processes, "MUG", stock=100)
    killed = processes[2]
    theirs = killed.offices()
    killed.kill()
    since = time.monotonic()
    left = processes[:2]
    wait_until(lambda: share_all(left), 20, f"the others to serve {theirs}")
    assert time.monotonic() - since < 15
    sold = [buy_through(left, "MUG") for _ in range(4)]
    killed.start()
    wait_until(lambda: share_all(processes), 30, "the one that is back to have its part")
    assert check_books(killed, sold, ["MUG"]) == 4


def test_a_process_that_was_frozen_tells_nothing_old_when_it_goes_on(processes):
    sell_everywhere(processes, "MUG", stock=100)
    frozen, left = processes[2], processes[:2]
    shoppers = [Shopper(left[0]) for _ in range(40)]  # of all partitions
    for shopper in shoppers:
        shopper.open_cart()
    gone = frozen.own_address()
    os.kill(frozen.process.pid, signal.SIGSTOP)
    try:
        wait_until(lambda: share_all(left), 20, "the others to serve everything")
        wait_until(lambda: knows_no_part_of(left[0], gone), 20, "the one asked to hear of it")
        for shopper in shoppers:
            shopper.add("MUG")
    finally:
        os.kill(frozen.process.pid, signal.SIGCONT)

    def look(shopper):
        path = f"/api/v1/carts/{shopper.cart}"
        return Client(frozen.address, {"Shop-Token": shopper.token}).get(path)

    answers = at_once([lambda each=each: look(each) for each in shoppers])
    seen = [answer for answer in answers if answer.status != 503]
    assert all(len(answer.expect(200).json["lines"]) == 1 for answer in seen)
    wait_until(lambda: share_all(processes), 30, "the one that goes on to have its part")
    assert all(len(look(shopper).expect(200).json["lines"]) == 1 for shopper in shoppers)


def test_all_processes_tell_the_same_owners(processes):
    addresses = {process.own_address(): process for process in processes}
    told = wait_until(lambda: agreed(processes), 30, "all to say the same")
    assert len(told) == OFFICES
    for partition, (owner, term) in told.items():
        assert partition in addresses[owner].offices() and term >= 1
    killed = processes[2]
    gone = killed.own_address()
    killed.kill()
    left = processes[:2]
    wait_until(lambda: share_all(left), 20, "the others to serve everything")
    after = wait_until(lambda: agreed(left), 30, "both to say the same")
    assert gone not in {owner for owner, _ in after.values()}
    assert all(after[partition][1] > term for partition, (owner, term) in told.items()
               if owner == gone)
    left[0].keep_key()
    table = left[0].run("cluster", "status")
    assert f"{left[0].own_address()} (this)" in table and left[1].own_address() in table
    assert f"serves {len(left[0].offices())} of {OFFICES} partitions" in table


def knows_no_part_of(process, address):
    return address not in {owner for owner, _ in process.told().values()}


def agreed(processes):
    """Owners and terms, if each of them says the same and knows one for each partition."""
    told = [process.told() for process in processes]
    same = all(each == told[0] for each in told)
    return same and all(owner for owner, _ in told[0].values()) and told[0]


def test_offices_can_be_given_by_hand(binary, tmp_path, postgres_server, log):
    first = ["--offices", "catalog-0,commerce-0,commerce-1,commerce-2,commerce-3"]
    with several(binary, tmp_path, postgres_server, log, 1, *first) as made:
        one = made[0]
        wait_until(lambda: len(one.offices()) == 5, 20, "its offices")
        # What it does not serve is served by nobody.
        opening = [lambda: Client(one.address).post("/api/v1/carts", {}).status] * 20
        assert set(at_once(opening)) == {201, 503}
        told = one.told()
        nobody = {partition for partition, told in told.items() if told == (None, None)}
        assert nobody == {f"commerce-{number}" for number in range(4, 8)}
        table = one.run("cluster", "status")
        assert table.count("nobody known") == 4
        assert "Nobody is known to serve 4 of them" in table
        metrics = one.api().get("/metrics").body.decode()
        assert "shopverse_partitions_without_owner 4\n" in metrics


@pytest.mark.parametrize("missing, arguments", [
    ("--peer-listen ADDRESS:PORT", ["--keys", "dbname=nowhere"]),
    ("--keys CONNINFO", ["--peer-listen", "127.0.0.1:0"]),
])
def test_one_of_several_says_what_it_lacks(binary, data, missing, arguments):
    shop = Shop(binary, data, None, "--log", "kafka://127.0.0.1:1", "--offices", "group",
                *arguments)
    shop.start(wait=False)
    wait_until(shop.has_died)
    assert f"--offices group is for one of several processes, which also needs {missing}." in (
        shop.log_text())
