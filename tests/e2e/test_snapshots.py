"""A new machine of a shop of several processes reads a snapshot and the log's tail, not the log."""

import contextlib

from brokers import needs_kafka
from conftest import new_database, running
from programs import Sandbox, wait_until
from shopper import Shopper, at_once, check_books, ready_to_pay
from sql import run_sql
from staff import sell
from test_cluster import OFFICES, Process

pytestmark = needs_kafka

EVERY = 200  # entries of a partition from one snapshot to the next
CARTS = 40  # on eight partitions
LINES = 60  # into each: over the bound on every partition that has a few carts


def metric(process, name):
    """The sum over all labels."""
    text = process.api().get("/metrics").expect(200).body.decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
               if line.split("{")[0].split(" ")[0] == name)


def fill_carts(shoppers, sku, times):
    def fill(shopper):
        for _ in range(times):
            shopper.add(sku)
    at_once([lambda each=each: fill(each) for each in shoppers])


@contextlib.contextmanager
def alone(process):
    """In office of everything."""
    process.start(wait=False)
    try:
        wait_until(process.is_up, 60, "the start")
        wait_until(lambda: len(process.offices()) == OFFICES, 60, "its offices")
        yield process
    finally:
        if process.process is not None:
            process.stop()


def snapshots_in(views):
    """The newest entry of each partition that has a snapshot."""
    rows = run_sql(views, "SELECT partition, max(entry) FROM snapshot GROUP BY partition")
    return {name: int(entry) for name, entry in (row.split("|") for row in rows)}


def test_a_new_machine_takes_over_by_snapshots(binary, tmp_path, postgres_server, log):
    with (running(Sandbox(binary, tmp_path / "sandbox")) as sandbox,
          new_database(postgres_server) as views, new_database(postgres_server) as keys):
        def process(number):
            made = Process(
                binary, tmp_path / f"process-{number}", views, "--log", log.place, "--keys", keys,
                "--peer-listen", "127.0.0.1:0", "--sandbox", sandbox.address,
                "--offices", "group", "--snapshot-every", str(EVERY))
            made.sandbox = sandbox
            made.database = views
            return made

        with alone(process(0)) as first:
            sell(first, "MUG", stock=100_000)
            shoppers = [Shopper(first) for _ in range(CARTS)]
            for shopper in shoppers:
                shopper.open_cart()
            fill_carts(shoppers, "MUG", LINES)
            wait_until(lambda: len(snapshots_in(views)) >= 2, 60, "snapshots")
            bought = ready_to_pay(first, "MUG")
            bought.checkout("tok_ok").expect(201)
            fill_carts(shoppers, "MUG", 3)
            assert metric(first, "shopverse_snapshots_failed_total") == 0
            kept = snapshots_in(views)
            first.kill()

        with alone(process(1)) as second:
            assert metric(second, "shopverse_snapshots_restored_total") >= len(kept)
            assert metric(second, "shopverse_snapshots_passed_over_total") == 0
            entries = metric(second, "shopverse_log_end_offset")
            folded = metric(second, "shopverse_log_records_folded_total")
            assert CARTS * 3 <= folded <= entries - sum(entry + 1 for entry in kept.values())
            for shopper in [*shoppers, bought]:
                shopper.shop = second
                shopper.reconnect()
            for shopper in shoppers:
                assert shopper.see_cart()["lines"][0]["quantity"] == LINES + 3
            assert check_books(second, [bought], ["MUG"]) == 1
