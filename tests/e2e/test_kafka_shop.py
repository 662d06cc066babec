"""A shop whose log is in Kafka: what was answered is in the log exactly once, whatever dies; and a
log that could lose events, or is another shop's, is not begun with."""

import itertools
import json
import os
import random
import re
import subprocess
import threading
import time

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from brokers import Brokers, needs_kafka
from client import PatientClient
from conftest import running
from programs import Shop
from shopper import Shopper, at_once, check_books, ready_to_pay
from staff import sell

pytestmark = needs_kafka

SEED = int(os.environ.get("SHOPVERSE_SEED", "0")) or random.randrange(1, 1 << 30)
SHOPPERS = 6
prefixes = (f"shop{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def brokers(tmp_path_factory):
    made = Brokers(tmp_path_factory.mktemp("brokers"))
    yield made.start()
    made.run("delete")


class Log:
    """One of a test's own."""

    def __init__(self, brokers, prefix):
        self.brokers = brokers
        self.prefix = prefix
        self.place = f"kafka://{brokers.address}/{prefix}"

    def topic(self, name):
        return f"{self.prefix}.{name}"

    def messages(self):
        """All by position, {"commerce-3:17": …}, as a client reads them that is not ours."""
        found = {}
        for name in ("catalog", "commerce", "clicks"):
            for message in self.brokers.messages(self.topic(name)):
                found[f"{name}-{message.partition()}:{message.offset()}"] = message
        return found


@pytest.fixture
def log(brokers):
    return Log(brokers, next(prefixes))


@pytest.fixture
def shop(make_shop, log):
    return make_shop("--log", log.place)


def entries(shop):
    """What `shopverse log read` shows: {position: (verdict, the entry's own bytes)}."""
    found = {}
    for line in shop.run("log", "read", "--json").splitlines():
        entry = json.loads(line)
        text = line.split(',"entry":', 1)[1].removesuffix("}")
        found[entry["position"]] = (entry["verdict"], text.encode())
    return found


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


# ---- logs that are not begun with ---------------------------------------------------------------


def refusal(shop):
    """What `serve` says before it ends, as it should."""
    before = len(shop.log_text())
    process = shop.start(wait=False).process
    shop.process = None
    try:
        assert process.wait(30) != 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError("it was to refuse") from None
    return shop.log_text()[before:]


@pytest.fixture
def bare(binary, tmp_path):
    """bare(folder, option…): a shop without views."""
    return lambda folder, *options: Shop(binary, tmp_path / folder, None, *options)


@pytest.mark.parametrize("setting, value", [
    ("cleanup.policy", "compact"),
    ("retention.ms", "604800000"),
    ("unclean.leader.election.enable", "true"),
])
def test_a_topic_that_would_lose_events_is_refused_with_what_mends_it(bare, log, setting, value):
    topic = log.topic("commerce")
    log.brokers.make_topic(topic, partitions=2, settings={setting: value})
    shop = bare("data", "--log", log.place)
    said = refusal(shop)
    assert f"Topic {topic} would lose events ({setting}={value}). Mend it: " in said
    assert f"--entity-name {topic} " in said
    mend = re.search(r"--add-config ([^\s\"]+)", said)[1]
    log.brokers.change(topic, dict(each.split("=") for each in mend.split(",")))
    with running(shop):
        assert shop.api().get("/livez").status == 200


def test_a_shop_is_not_started_on_another_log_than_its_own(bare, log):
    on_kafka = bare("on-kafka", "--log", log.place)
    embedded = bare("embedded")
    for shop in (on_kafka, embedded):
        with running(shop):
            pass
    assert f"Start it with --log {log.place}." in refusal(bare("on-kafka"))
    assert "Start it with --log rocksdb." in refusal(bare("embedded", "--log", log.place))
    assert "Start it with " in refusal(bare("on-kafka", "--log", f"{log.place}-other"))
    with running(on_kafka), running(embedded):
        pass


def test_the_same_topics_on_other_brokers_are_not_taken_for_the_shop_s_log(bare, log):
    shop = bare("data", "--log", log.place)
    with running(shop):
        pass
    file = shop.data / "log.json"
    known = json.loads(file.read_text())
    assert known["log_id"].startswith("log_")
    # The same as if the brokers were others: what they hold is not what the folder knows.
    other = {**known, "log_id": known["log_id"][:-1] + ("a" if known["log_id"][-1] != "a" else "b")}
    file.write_text(json.dumps(other))
    said = refusal(shop)
    assert "is not this shop's" in said and log.place in said
    assert json.loads(file.read_text()) == other
    file.write_text(json.dumps(known))
    with running(shop):
        pass


def test_a_new_shop_is_not_started_on_the_log_of_another_one(bare, log):
    with running(bare("one", "--log", log.place)):
        pass
    said = refusal(bare("two", "--log", log.place))
    assert "holds the events of a shop whose keys are not in this data folder" in said
    with running(bare("two", "--log", f"{log.place}-other")):
        pass


# ---- what goes with it --------------------------------------------------------------------------


def test_settings_of_the_connection_come_from_a_private_file(bare, log, tmp_path):
    file = tmp_path / "kafka.conf"
    shop = bare("data", "--log", log.place, "--kafka-settings", file)
    file.write_text("client.id=x\n")
    file.chmod(0o644)
    assert f"chmod 600 {file}" in refusal(shop)
    file.chmod(0o600)
    for line in ("sasl.pasword=a secret", "acks=0"):
        file.write_text(f"# of the connection\n{line}\n")
        said = refusal(shop)
        name, value = line.split("=")
        assert name in said and f"={value}" not in said and "a secret" not in said
    file.write_text("# of the connection\n\nclient.id=x\n")
    with running(shop):
        pass
    assert "claim" in {verdict for verdict, _ in entries(shop).values()}


def test_a_shop_on_kafka_says_that_it_makes_no_backups(bare, log, tmp_path):
    shop = bare("data", "--log", log.place)

    def check_refusal():
        done = subprocess.run(
            [shop.binary, "backup", tmp_path / "backup", "--data", shop.data],
            capture_output=True, text=True, check=False,
        )
        assert done.returncode == 1
        assert "The events of this shop are in Kafka" in done.stderr
        assert not (tmp_path / "backup").exists()

    with running(shop):
        check_refusal()
    check_refusal()
