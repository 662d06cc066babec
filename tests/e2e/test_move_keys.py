"""docs/how-to/move-to-kafka.md, "From one process to three": a shop whose keys were in its folder,
with orders and customers, goes on as several processes."""

import pytest

from brokers import needs_kafka
from client import Client
from conftest import new_database
from programs import wait_until
from shopper import check_books, ready_to_pay
from staff import sell
from test_cluster import Process, share_all
from test_customers import ADA, CUSTOMERS, erase, register
from test_move_log import BROKERS, commands

pytestmark = needs_kafka

KEYS = "host=pg dbname=shop_keys"


class Moving:
    """A shop on Kafka with one order, one customer, one who is erased, and what the page says."""

    def __init__(self, shop, log, keys):
        self.shop = shop
        self.keys = keys
        self.places = {BROKERS: log.place, KEYS: keys}
        sell(shop, "MUG", stock=100)
        self.shoppers = [self.buy(shop)]
        self.known = register(shop).expect(201).json["id"]
        self.erased = register(shop).expect(201).json["id"]
        erase(shop, self.erased)

    def buy(self, shop):
        shopper = ready_to_pay(shop, "MUG")
        shopper.checkout("tok_ok").expect(201)
        return shopper

    def words(self, words):
        words = [self.places.get(word, word) for word in words]
        at = words.index("--peer-listen") + 1 if "--peer-listen" in words else None
        return [*words[:at], "127.0.0.1:0", *words[at + 1:]] if at else words

    def check(self, process):
        """All of before is told by that process."""
        for shopper in self.shoppers:
            shopper.shop = process
            shopper.reconnect()
            order = shopper.see_order()
            assert (order["status"], order["contact"]["email"]) == ("placed", shopper.email)
        assert see(process, self.known)["contact"]["name"] == ADA["name"]
        gone = see(process, self.erased)
        assert gone["status"] == "erased" and gone["contact"]["email"] == "[erased]"


def see(process, customer):
    return process.staff().get(f"{CUSTOMERS}/{customer}").expect(200).json


@pytest.fixture
def keys(postgres_server):
    with new_database(postgres_server) as conninfo:
        yield conninfo


@pytest.fixture
def moving(make_shop, log, keys):
    return Moving(make_shop("--log", log.place), log, keys)


def refusal(shop, *options):
    return shop.ask("keys", "move", *options, expect=1).stderr


def test_a_shop_that_follows_the_page_goes_on_as_several_processes(moving, tmp_path):
    shop = moving.shop
    move, first, more, status = commands("From one process to three")
    assert [words[0] for words in (move, first, more, status)] == [
        "keys", "serve", "serve", "cluster"]
    shop.stop()
    said = shop.ask(*moving.words(move), expect=0)
    for secret in secrets_of(shop.data):
        assert secret not in said.stdout + said.stderr
    shop.start(wait=False)
    wait_until(shop.has_died)
    assert "Name it with --keys CONNINFO" in shop.log_text()

    views = shop.arguments[:4]  # --port 0 --postgres …
    assert views[0] == "--port" and views[2] == "--postgres"
    processes = []
    for number, words in enumerate((first, more), start=1):
        data = tmp_path / f"process-{number}"
        if number == 1:
            data.symlink_to(shop.data)  # where the sandbox still is
        process = Process(shop.binary, data, None)
        process.arguments = [*views, "--sandbox", shop.sandbox.address, *moving.words(words)[1:]]
        process.sandbox, process.database = shop.sandbox, shop.database
        process.start()
        processes.append(process)
    try:
        wait_until(lambda: share_all(processes), 60, "both to serve some")
        assert "serves" in processes[0].run(*status)
        for process in processes:
            moving.check(process)
        moving.shoppers += [moving.buy(process) for process in processes]
        erase(processes[1], moving.known)
        wait_until(lambda: see(processes[0], moving.known)["contact"]["email"] == "[erased]")
        assert check_books(processes[1], moving.shoppers, ["MUG"]) == 3
        assert "rebuilt" not in processes[0].log_text()
    finally:
        for process in processes:
            process.stop()


def secrets_of(data):
    files = [data / "keys.moved" / name for name in ("command-ids", "cart-tokens", "signing")]
    return [file.read_text().strip() for file in files] + [(data / "staff-key").read_text().strip()]


def test_keys_are_moved_of_a_closed_shop_alone_and_into_an_empty_database(moving):
    shop = moving.shop
    assert "stop it first" in refusal(shop, "--keys", moving.keys)
    assert "--keys" in shop.ask("keys", "move", expect=2).stderr
    shop.stop()
    shop.run("keys", "move", "--keys", moving.keys)
    assert "already" in refusal(shop, "--keys", moving.keys)
    assert "are in a database" in shop.ask("key", "list", expect=1).stderr
    assert "first" in shop.run("key", "list", "--keys", moving.keys)


def test_a_shop_is_not_moved_into_another_shops_keys(moving, make_shop):
    shop = moving.shop
    shop.stop()
    options = list(shop.arguments)
    other = Process(shop.binary, shop.data.parent / "other", None, "--keys", moving.keys)
    other.start()
    other.stop()
    assert "another shop" in refusal(shop, "--keys", moving.keys)
    shop.arguments = options
    shop.start()
    moving.check(shop)
    assert Client(shop.address).get("/readyz").expect(200)
