"""A shop whose log is in Kafka: what was answered is in the log exactly once, whatever dies, and
what is decided elsewhere is seen."""

import json
import os
import random
import threading
import time

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from brokers import entries, needs_kafka, other_id
from client import PatientClient
from programs import wait_until
from shopper import Shopper, at_once, check_books, ready_to_pay
from staff import reprice, sell, unit_price

pytestmark = needs_kafka

SEED = int(os.environ.get("SHOPVERSE_SEED", "0")) or random.randrange(1, 1 << 30)
SHOPPERS = 6


@pytest.fixture
def shop(make_shop, log):
    return make_shop("--log", log.place)


# ---- selling ------------------------------------------------------------------------------------


def test_a_shop_on_kafka_sells_and_its_log_can_be_read_with_and_without_it(shop, log):
    sell(shop, "MUG")
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout("tok_ok").expect(201)
    assert check_books(shop, [shopper], ["MUG"]) == 1
    while_open = entries(shop)
    shop.stop()
    assert entries(shop) == while_open
    messages = log.messages()
    assert {at: message.value() for at, message in messages.items()} == {
        at: text for at, (_, text) in while_open.items()}
    shop.start()
    shopper.reconnect()
    assert shopper.see_order()["status"] == "placed"


def test_every_message_is_a_cloud_event(shop, log):
    sell(shop, "MUG")
    kinds = set()
    ids = set()
    shop.stop()
    messages = log.messages()
    for position, message in messages.items():
        headers = dict(message.headers())
        event = from_binary_event(KafkaMessage(headers, message.key(), message.value()))
        entry = json.loads(message.value())
        assert event.get_data() == entry
        assert event.get_source() == f"/{log.prefix}/{position.split(':')[0]}"
        assert event.get_time() is not None
        ids.add((event.get_source(), event.get_id()))
        kinds.add(event.get_type())
        if "events" in entry:
            first = entry["events"][0]
            assert (event.get_type(), event.get_subject()) == (first["type"], first["stream"])
            assert message.key().decode() == first["stream"]
    assert len(ids) == len(messages)
    assert kinds >= {"claim", "product.published", "cart.line_added"}


# ---- what dies ----------------------------------------------------------------------------------


class Witness(PatientClient):
    """Demands that whoever is to wait is told so."""

    def __init__(self, shop):
        super().__init__(shop)
        self.slowest = 0  # seconds, until the answer that was none of these

    def request(self, *request, **options):
        began = time.monotonic()
        answer = super().request(*request, **options)
        self.slowest = max(self.slowest, time.monotonic() - began)
        return answer

    def try_once(self, *request, **options):
        answer = super().try_once(*request, **options)
        if answer is not None and answer.status in self.NOT_NOW:
            assert answer.headers["Retry-After"], answer
        return answer


def fill_carts(shop, strike):
    """Carts are filled while strike() happens and half a second longer: (shopper, the positions of
    his answers) of each."""
    print(f"SHOPVERSE_SEED={SEED}")
    sell(shop, "MUG", stock=1_000_000)
    shoppers = [Shopper(shop) for _ in range(SHOPPERS)]
    for shopper in shoppers:
        shopper.api = Witness(shop)
        shopper.open_cart()
    stop = threading.Event()

    def fill(shopper):
        positions = []
        while not stop.is_set():
            positions.append(shopper.add("MUG").headers["Shop-Position"])
        return shopper, positions

    def strike_and_stop():
        try:
            strike()
            time.sleep(0.5)
        finally:
            stop.set()

    *filled, _ = at_once([*(lambda s=s: fill(s) for s in shoppers), strike_and_stop])
    return filled


def check_answers(shop, log, filled):
    """Each answer stands where it said, once, and nothing else was put into these carts."""
    seen = entries(shop)
    messages = log.messages()
    assert {at: text for at, (_, text) in seen.items()} == {
        at: message.value() for at, message in messages.items() if at in seen}
    records = {at: json.loads(text) for at, (verdict, text) in seen.items() if verdict == "record"}
    ids = [record["command"]["id"] for record in records.values()]
    assert len(set(ids)) == len(ids), "a command stands in the log twice"
    for shopper, positions in filled:
        added = {at for at, record in records.items() for event in record["events"]
                 if event["stream"] == shopper.cart and event["type"] != "cart.created"}
        assert len(positions) == len(set(positions)) > 0
        assert added == set(positions)
        assert sum(line["quantity"] for line in shopper.see_cart()["lines"]) == len(positions)


def test_what_was_answered_before_the_shop_was_killed_is_in_the_log_once(shop, log):
    chance = random.Random(SEED)

    def kill_twice():
        for _ in range(2):
            time.sleep(chance.uniform(0.2, 0.6))
            shop.kill()
            shop.start()

    filled = fill_carts(shop, kill_twice)
    assert any(shopper.api.failures for shopper, _ in filled), "nobody was hit"
    check_answers(shop, log, filled)


def test_a_broker_that_is_killed_loses_nothing_and_the_shop_goes_on_by_itself(shop, log):
    process = shop.process.pid

    def kill_broker():
        time.sleep(random.Random(SEED).uniform(0.2, 0.6))
        log.brokers.run("kill", 1)
        time.sleep(0.5)
        log.brokers.run("restart", 1)

    filled = fill_carts(shop, kill_broker)
    assert (shop.process.poll(), shop.pid) == (None, process)
    assert any(shopper.api.slowest > 0.4 for shopper, _ in filled), "nobody was hit"
    check_answers(shop, log, filled)
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout("tok_ok").expect(201)


# ---- what another process takes ------------------------------------------------------------------


def reprice_elsewhere(shop, log, units):
    """Another process takes the catalog, and gives what got a price last another one."""
    catalog = [json.loads(text) for at, (_, text) in entries(shop).items()
               if at.startswith("catalog-0:")]
    number, nonce = [entry["claim"] for entry in catalog if "claim" in entry][-1].split("-")
    claim = {**next(entry for entry in catalog if "claim" in entry),
             "claim": f"{int(number) + 1}-{other_id(nonce)}", "address": "elsewhere"}
    record = [entry for entry in catalog
              if any(event["type"] == "product.price_set" for event in entry.get("events", []))][-1]
    record |= {"term": claim["claim"], "seq": 1}
    record["command"]["id"] = other_id(record["command"]["id"])
    for event in record["events"]:
        event["version"] += len(record["events"])
        if event["type"] == "product.price_set":
            event["data"]["price"]["price"]["money"]["minor_units"] = units
    log.brokers.send(log.topic("catalog"), [
        json.dumps(each, separators=(",", ":"), ensure_ascii=False) for each in (claim, record)])


def test_a_shop_that_lost_its_catalog_sells_on_at_the_prices_that_are_made_elsewhere(shop, log):
    sell(shop, "MUG", price="5.99")
    reprice(shop, "MUG", "7.99")
    reprice_elsewhere(shop, log, 899)
    refused = shop.staff().post("/api/v1/admin/categories", {"title": "Cups", "slug": "cups"})
    assert b"not-owner" in refused.expect(503).body
    wait_until(lambda: unit_price(shop, "MUG") == 899, 30, "the price of elsewhere in carts")
    wait_until(lambda: b"899" in shop.api().get("/api/v1/products/mug").body, 30,
               "the price of elsewhere on its page")
