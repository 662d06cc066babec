"""Three processes, two that feed views, three brokers, and everything that can go wrong with them,
or is planned, while many clients fill carts and buy the last of things through whichever process
they come to. What the clients were told is compared with the log, which is read from the brokers
without any code of the shop's.

    SHOPVERSE_FIRE_SECONDS   how long it burns: 240 if nothing is said
    SHOPVERSE_SEED           the plan and the clients' choices again
    SHOPVERSE_FIRE_BROKERS   1 or 3
    SHOPVERSE_FIRE_CLIENTS   12 if nothing is said
    SHOPVERSE_FIRE_REPORT    a file for the figures; `pytest -s` shows them too

Threads and processes meet as they like, so a seed repeats what is done to the shop, not what
comes of it."""

import os
import pathlib
import random
import threading
import time

import pytest

import naive_fold
from brokers import Brokers, entries, needs_kafka
from fire_checks import findings
from fire_history import ADDED, SET, CartLog
from fire_load import Load
from fire_plan import plan
from fire_report import figures, told, write_history
from fire_sales import Sales
from fire_shop import burning_shop
from naive_log import judged
from naive_rows import difference, rows_of_fold, rows_of_tables
from programs import wait_until
from sql import run_sql
from staff import sell
from test_cluster import sell_everywhere
from test_views import caught_up, versions

pytestmark = needs_kafka

SECONDS = float(os.environ.get("SHOPVERSE_FIRE_SECONDS", "240"))
BROKERS = int(os.environ.get("SHOPVERSE_FIRE_BROKERS", "3"))
CLIENTS = int(os.environ.get("SHOPVERSE_FIRE_CLIENTS", "12"))
SEED = int(os.environ.get("SHOPVERSE_SEED", "0")) or random.randrange(1, 1 << 30)
AGAIN = f"SHOPVERSE_SEED={SEED} SHOPVERSE_FIRE_SECONDS={SECONDS:.0f} "
SALE_EVERY = 12  # seconds, at most so often


@pytest.fixture
def shop(binary, tmp_path, postgres_server):
    print(AGAIN)
    brokers = Brokers(tmp_path / "brokers").start(BROKERS)
    try:
        with burning_shop(binary, tmp_path, postgres_server, brokers) as made:
            yield made
    finally:
        brokers.run("delete")


def burn(shop, load, faults):
    """Carries out the plan. Returns [(fault, when it began, when it was over)]."""
    began = time.monotonic()
    done, errors = [], []

    def strike(fault):
        at = time.monotonic()
        try:
            shop.strike(fault, before_the_end=lambda: load.ask_sleeper(fault.victim))
        except Exception as error:  # noqa: BLE001: told below
            errors.append(error)
        done.append((fault, at, time.monotonic()))

    threads = []
    for fault in faults:
        time.sleep(max(0.0, began + fault.began - time.monotonic()))
        if errors or load.errors:
            break
        await_victim(threads, fault)
        threads.append((fault, threading.Thread(target=strike, args=[fault])))
        threads[-1][1].start()
    for _, thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return done


def await_victim(threads, fault):
    """A slow machine may need longer than planned to bring one back."""
    for other, thread in threads:
        if fault.is_of_the_same_as(other):
            thread.join()


def log_of_the_brokers(shop):
    """As a client reads it that is not ours; what the shop's own reader says of it is the same."""
    messages = {at: message.value() for at, message in shop.log.messages().items()}
    log = judged(messages)
    own = {at: verdict for at, (verdict, _) in entries(shop.processes[0]).items()}
    assert own == {at: entry.verdict for at, entry in log.items()}
    return log


def check_views(shop, log):
    """Every row is what a naive fold of the log makes of it."""
    fold = naive_fold.Fold()
    for entry in log.values():
        if entry.counts:
            fold.apply(entry.body)
    expected = rows_of_fold(fold, shop.database, shop.processes[0].signing_secret())
    assert difference(rows_of_tables(shop.database, "storefront_1"), expected) == ""
    return sum(map(len, expected.values()))


def test_nothing_is_lost_doubled_or_wrongly_confirmed_whatever_burns(shop, tmp_path):
    faults = plan(SEED, SECONDS)
    load = Load(shop, CLIENTS, SEED)
    sales = Sales(shop, max(2, int(SECONDS / SALE_EVERY)), SEED)
    for sku in (*ADDED, SET):
        sell(shop.processes[0], sku, stock=1_000_000)
    sales.stock_up()
    sell_everywhere(shop.processes, sales.all[-1].sku, stock=3)

    load.start()
    sales.thread.start()
    try:
        burned = burn(shop, load, faults)
        assert shop.deaths == [], "\n".join(shop.deaths)
        shop.await_calm()
        time.sleep(2)
    finally:
        load.done.set()  # or their threads go on for ever
        sales.done.set()
    load.stop()
    sales.stop()
    shown = load.see_all()
    orders = sales.check()
    wait_until(lambda: caught_up(shop.processes[0]), 60, "views caught up")
    assert {version["state"] for version in versions(shop.processes[0]).values()} == {"live"}
    assert run_sql(shop.database, "SELECT count(*) FROM dead_letter") == ["0"]
    handed_over = shop.handed_over()
    for process in shop.everybody:
        shop.note_death(process)
        process.stop(60)
    assert shop.deaths == [], "\n".join(shop.deaths)

    log = log_of_the_brokers(shop)
    carts = CartLog(log)
    found = findings(load.operations, carts)
    found |= {"last": last(shown, carts)} if last(shown, carts) else {}
    rows = check_views(shop, log)
    report = "\n".join([
        "", AGAIN, *figures(load.operations, carts, burned),
        f"orders of last units  {orders}", f"starts in vain        {shop.failed_starts}",
        f"handed over by name   {handed_over}",
        f"rows of views         {rows}", *told(found), ""])
    print(report)
    if "SHOPVERSE_FIRE_REPORT" in os.environ:
        with pathlib.Path(os.environ["SHOPVERSE_FIRE_REPORT"]).open("a") as file:
            file.write(report)
    where = write_history(tmp_path, load.operations, log, burned)
    if found:
        pytest.fail(f"{report}\nThe whole history is in {where}")


def last(shown, carts):
    """In the end every cart is shown as the log has it, by the last process that was asked."""
    return [f"in the end {cart} is shown as {seen and seen['version']}, not as the log has it"
            for cart, seen in shown.items()
            if seen is None or seen["version"] != len(carts.of_cart(cart))]
