"""kill -9 in the middle of everything: what was answered is in the log, exactly once, and every
order is charged exactly once.

SHOPVERSE_KILL_ROUNDS says how often a program is killed at random moments (`./test --all` asks for
more than the default), SHOPVERSE_SEED makes the moments the same again."""

import contextlib
import http.server
import itertools
import json
import os
import random
import subprocess
import sys
import threading
import time

import pytest

from client import AWAY
from programs import ROOT, served, wait_until
from shopper import at_once, buy, charges, check_books, ledger_of, open_streams, ready_to_pay
from staff import sell

ROUNDS = int(os.environ.get("SHOPVERSE_KILL_ROUNDS", "2"))
SEED = int(os.environ.get("SHOPVERSE_SEED", "0")) or random.randrange(1, 1 << 30)
THINGS = ("MUG", "TEA")
# All of them are paid in the end, some of them not at once.
CARDS = ("tok_ok", "tok_slow", "tok_lost_after_charge", "tok_lost_before_charge", "tok_duplicate")


def rush(shop, strike):
    """Thirty want one of each, there are ten, and strike() happens meanwhile. The shoppers, and
    when what was struck started last."""
    print(f"SHOPVERSE_SEED={SEED}")
    chance = random.Random(SEED)
    for sku in THINGS:
        sell(shop, sku, stock=10)
    shoppers = [ready_to_pay(shop, *THINGS[:: 1 if i % 2 else -1], patient=True) for i in range(30)]
    moments = [chance.uniform(0, 1.5) for _ in shoppers]

    def come_and_buy(shopper, moment):
        time.sleep(moment)
        return buy(shopper, THINGS, CARDS)

    buyers = [lambda s=s, m=m: come_and_buy(s, m) for s, m in zip(shoppers, moments)]
    *orders, started = at_once([*buyers, lambda: strike(chance)])
    assert len([order for order in orders if order]) == 10
    return shoppers, started


def kill_at_random(program, chance):
    """When it started last."""
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0.05, 0.4))
        program.kill()
        program.start()
    return time.monotonic()


def test_the_last_ten_are_sold_while_the_shop_is_killed_at_random_moments(shop):
    shoppers, started = rush(shop, lambda chance: kill_at_random(shop, chance))
    assert any(shopper.api.failures for shopper in shoppers), "nobody was hit"
    assert check_books(shop, shoppers, THINGS, since=started) == 10


def test_the_last_ten_are_sold_while_the_sandbox_is_killed_at_random_moments(shop):
    shoppers, started = rush(shop, lambda chance: kill_at_random(shop.sandbox, chance))
    assert check_books(shop, shoppers, THINGS, since=started) == 10


def test_what_was_answered_before_a_kill_is_in_the_log_exactly_once(shop):
    print(f"SHOPVERSE_SEED={SEED}")
    sell(shop, "MUG", stock=10_000)
    shoppers = [ready_to_pay(shop, "MUG", patient=True) for _ in range(8)]
    stop = threading.Event()

    def add_mugs(shopper):
        added = 0
        while not stop.is_set():
            shopper.add("MUG")
            added += 1
        return added

    def strike():
        try:
            kill_at_random(shop, random.Random(SEED))
            time.sleep(0.5)
        finally:
            stop.set()

    *added, _ = at_once([*(lambda s=s: add_mugs(s) for s in shoppers), strike])
    # Each answer added one mug to the first one; one more or less would be a lost or a double one.
    mugs = [sum(line["quantity"] for line in s.see_cart()["lines"]) for s in shoppers]
    assert mugs == [1 + count for count in added]
    assert all(added)


@pytest.fixture(scope="session")
def die_at_step(tmp_path_factory):
    """A library that ends whoever loads it at a step of the log."""
    library = tmp_path_factory.mktemp("die_at_step") / "die_at_step.so"
    source = ROOT / "tests" / "tools" / "die_at_step.c"
    subprocess.run(["clang-19", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


@pytest.fixture
def make_mortal_shop(make_shop, die_at_step, tmp_path):
    """A shop that dies when the number in shop.steps_left is counted down."""

    def make(*arguments):
        shop = make_shop(*arguments, start=False)
        shop.steps_left = tmp_path / "steps_left"
        shop.steps_left.write_bytes(bytes(4))
        shop.environment = {"LD_PRELOAD": str(die_at_step), "DIE_AT_STEP": str(shop.steps_left)}
        return shop.start()

    return make


def check_out(shopper, tabs, has_key):
    """In so many tabs at once, with one key or none; the answers."""
    key = f"the-key-of-{shopper.cart}" if has_key else None
    return at_once([lambda t=tab: t.checkout(key=key) for tab in shopper.tabs(tabs)])


def pay_and_die(shop, pay, step):
    """pay(), during which the shop dies at that step; False if that had fewer steps."""
    shop.steps_left.write_bytes(step.to_bytes(4, sys.byteorder))
    try:
        pay()
        wait_until(lambda: shop.has_died() or open_streams(shop) == 0, 30, "its end")
        time.sleep(0.2)  # the step that ends the last stream may be the one it dies at
        shop.has_died()
    except AWAY:
        wait_until(shop.has_died, 10, "the death")
    shop.steps_left.write_bytes(bytes(4))
    return shop.process is None


def last_events(shop):
    """Types of the events of the record that was written last."""
    lines = shop.run("log", "read", "--json").splitlines()
    last = max((json.loads(line)["entry"] for line in lines), key=lambda entry: entry["time"])
    return {event["type"] for event in last.get("events", [])}


def die_at_every_step(shop, tabs=1, has_key=True):
    """One cart after another is checked out, each a step longer, until a checkout lives to its end.
    The types of events that were the last in the log when the shop died."""
    sell(shop, "MUG", stock=100)
    shoppers = []
    died_behind = set()
    for step in itertools.count(1):
        shopper = ready_to_pay(shop, "MUG")
        shoppers.append(shopper)
        if not pay_and_die(shop, lambda s=shopper: check_out(s, tabs, has_key), step):
            break
        died_behind |= last_events(shop)
        shop.start()
        started = time.monotonic()
        for each in shoppers:
            each.reconnect()
        for answer in check_out(shopper, tabs, has_key):
            answer.expect(201, 202)
        assert check_books(shop, shoppers, ["MUG"], since=started) == step
        assert len(charges(ledger_of(shop, shopper.order))) == 1
    return died_behind


@pytest.mark.parametrize("tabs, has_key", [(1, True), (5, True), (5, False)])
def test_a_kill_at_every_step_of_a_checkout_makes_one_order_and_one_charge(
        make_mortal_shop, tabs, has_key):
    died_behind = die_at_every_step(make_mortal_shop(), tabs, has_key)
    assert died_behind >= {
        "cart.locked", "stock.reserved", "payment.authorized", "order.placed", "stock.allocated"}


@contextlib.contextmanager
def forgetful_provider(sandbox, on_authorized):
    """The address of a provider that takes each request to authorize for a new one, and says so
    before it answers."""
    requests = itertools.count(1)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = body["effect_id"]
            if self.path == "/v1/authorizations":
                body["effect_id"] = f"{key}-{next(requests)}"
            answer = sandbox.api().post(self.path, body)
            if self.path == "/v1/authorizations":
                on_authorized()
            self.reply(answer, answer.body.replace(body["effect_id"].encode(), key.encode()))

        def do_GET(self):
            answer = sandbox.api().get(self.path)
            self.reply(answer, answer.body)

        def reply(self, answer, body):
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with served(Handler) as address:
        yield address


def test_control_a_provider_without_keys_charges_twice(make_mortal_shop, sandbox):
    first = [True]

    def die_before_that_is_recorded():
        if first:
            first.clear()
            shop.steps_left.write_bytes((1).to_bytes(4, sys.byteorder))

    with forgetful_provider(sandbox, die_before_that_is_recorded) as address:
        shop = make_mortal_shop("--sandbox", address)
        sell(shop, "MUG", stock=100)
        shopper = ready_to_pay(shop, "MUG")
        assert pay_and_die(shop, lambda: check_out(shopper, 1, has_key=True), step=0)
        shop.start()
        started = time.monotonic()
        shopper.reconnect()
        for answer in check_out(shopper, 1, has_key=True):
            answer.expect(201, 202)
        with pytest.raises(AssertionError, match="the money held is not what the order says"):
            check_books(shop, [shopper], ["MUG"], since=started)
