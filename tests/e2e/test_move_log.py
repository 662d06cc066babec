"""docs/how-to/move-to-kafka.md: a shop that follows it is the same shop in Kafka, and back."""

import json
import pathlib
import re
import shlex

import pytest

from brokers import entries, needs_kafka
from programs import wait_until
from shopper import check_books, ready_to_pay
from staff import sell

pytestmark = needs_kafka

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "how-to" / "move-to-kafka.md"
BROKERS = "kafka://kafka1:9092,kafka2:9092,kafka3:9092/shop"


def commands(part=""):
    """The words of each command of the page, or of its part with that heading, in their order."""
    parts = {text.partition("\n")[0]: text for text in PAGE.read_text().split("\n## ")}
    text = parts[part] if part else next(iter(parts.values()))
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.strip()]
    assert all(line.startswith("shopverse ") and line.endswith(" --data var") for line in lines)
    return [shlex.split(line)[1:-2] for line in lines]


class Follower:
    """Does what the page says, with a shop, brokers and folders of the test's."""

    def __init__(self, shop, log, folder):
        self.shop = shop
        self.options = list(shop.arguments)
        self.places = {BROKERS: log.place, "../before-kafka": str(folder / "before-kafka")}

    def do(self, words):
        words = [self.places.get(word, word) for word in words]
        if words[0] == "serve":
            self.shop.arguments = [*self.options, *words[1:]]
            self.shop.start()
            return ""
        return self.shop.run(*words)


def buy(shop, shoppers):
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout("tok_ok").expect(201)
    shoppers.append(shopper)
    assert check_books(shop, shoppers, ["MUG"]) == len(shoppers)


def check_same_orders(shop, shoppers):
    for shopper in shoppers:
        shopper.reconnect()
        assert shopper.see_order()["status"] == "placed"


def views(shop):
    return json.loads(shop.run("project", "status", "--json"))["items"]


def check_went_on(shop, before):
    """The same version is live, and behind nothing; it was not built anew."""
    now = views(shop)
    assert [(view["view"], view["version"], view["state"]) for view in now] == [
        (view["view"], view["version"], view["state"]) for view in before]
    assert "rebuilt" not in shop.log_text() and "another log" not in shop.log_text()


def test_a_shop_that_follows_the_page_is_the_same_in_kafka_and_back(shop, log, tmp_path):
    follower = Follower(shop, log, tmp_path)
    sell(shop, "MUG")
    shoppers = []
    buy(shop, shoppers)
    live = views(shop)
    there, back = commands(), commands("Back")
    assert [words[0] for words in there] == ["backup", "log", "serve", "project"]
    shop.stop()
    embedded = entries(shop)
    for words in there:
        follower.do(words)
    wait_until(lambda: "storefront version 1: live, 0 entries behind" in follower.do(there[-1]))
    messages = log.messages()
    assert {at: messages[at].value() for at in embedded} == {
        at: text for at, (_, text) in embedded.items()}
    check_went_on(shop, live)
    check_same_orders(shop, shoppers)
    buy(shop, shoppers)
    assert (shop.data / "log.moved").exists() and not (shop.data / "log").exists()

    assert [words[0] for words in back] == ["log", "serve"]
    shop.stop()
    on_kafka = entries(shop)
    assert len(on_kafka) > len(embedded)
    assert {at: on_kafka[at] for at in embedded} == embedded
    follower.do(back[0])
    assert entries(shop) == on_kafka
    follower.do(back[1])
    check_went_on(shop, live)
    check_same_orders(shop, shoppers)
    buy(shop, shoppers)


@pytest.fixture
def closed(shop):
    """A shop that was open."""
    sell(shop, "MUG")
    shop.stop()
    return shop


def refusal(shop, *options, expect=1):
    """What the command says; nothing has changed."""
    before = entries(shop)
    said = shop.ask("log", "move", *options, expect=expect).stderr
    assert entries(shop) == before
    return said


def test_a_move_that_was_cut_short_goes_on_and_the_shop_keeps_its_log_until_then(closed, log):
    whole = entries(closed)
    log.brokers.run("kill", 1)
    assert "did not answer" in refusal(closed, "--to", log.place)
    log.brokers.run("restart", 1)
    closed.run("log", "move", "--to", log.place)
    assert entries(closed) == whole
    assert "already" in refusal(closed, "--to", log.place)


def test_a_log_is_not_moved_onto_what_somebody_else_wrote(closed, log):
    log.brokers.make_topic(log.topic("catalog"))
    log.brokers.send(log.topic("catalog"), [b"somebody else's"])
    assert "something else at catalog-0:0" in refusal(closed, "--to", log.place)
    assert len(log.brokers.messages(log.topic("catalog"))) == 1
    closed.start()


def test_what_cannot_be_done_is_said(closed, log, tmp_path):
    assert "--to takes rocksdb, or kafka://" in refusal(closed, expect=2)
    assert "--to takes rocksdb, or kafka://" in refusal(closed, "--to", "kafka", expect=2)
    assert "already" in refusal(closed, "--to", "rocksdb")
    log.brokers.make_topic(log.topic("commerce"), partitions=3)
    assert "Choose another prefix" in refusal(closed, "--to", log.place)
    closed.start()
    assert "stop it first" in refusal(closed, "--to", f"{log.place}-other")
