"""How a shop on Kafka is started: a log that could lose events, or is another shop's, is not begun
with; and what goes with it."""

import json
import re
import subprocess

import pytest

from brokers import entries, needs_kafka, other_id
from conftest import running
from programs import Shop, wait_until

pytestmark = needs_kafka


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


def opened_once(bare, log):
    """A shop that was open and is not, its log.json, and what that says."""
    shop = bare("data", "--log", log.place)
    with running(shop):
        pass
    file = shop.data / "log.json"
    return shop, file, json.loads(file.read_text())


def test_the_same_topics_on_other_brokers_are_not_taken_for_the_shop_s_log(bare, log):
    shop, file, known = opened_once(bare, log)
    assert known["log_id"].startswith("log_")
    # The same as if the brokers were others: what they hold is not what the folder knows.
    other = {**known, "log_id": other_id(known["log_id"])}
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


def test_of_two_shops_that_begin_on_one_log_at_once_one_is_refused_for_good(bare, log):
    shops = [bare(folder, "--log", log.place) for folder in ("one", "two")]
    try:
        for shop in shops:
            shop.start(wait=False)
        wait_until(lambda: any(shop.process.poll() for shop in shops), 60, "one to be refused")
        shops.sort(key=lambda shop: shop.process.poll() is not None)
        own, other = shops
        wait_until(own.is_up, 60, "the other one's start")
        assert other.has_died()
        assert re.search("another shop began on it|whose keys are not in this data folder",
                         other.log_text())
        assert "whose keys are not in this data folder" in refusal(other)
    finally:
        for shop in shops:
            shop.kill()
    assert "whose keys are not in this data folder" in refusal(other)
    with running(own), running(bare(other.data.name, "--log", f"{log.place}-other")):
        pass


def test_a_first_start_that_came_to_no_end_is_gone_on_with_on_a_log_of_the_name_it_drew(bare, log):
    shop, file, known = opened_once(bare, log)

    def forget(drawn):
        """As if it had died before it noted that the log bears its name."""
        left = {**known, "drawn_id": drawn}
        del left["log_id"]
        file.write_text(json.dumps(left))

    forget(known["log_id"])
    with running(shop):
        pass
    assert json.loads(file.read_text()) == known
    forget(other_id(known["log_id"]))
    assert "whose keys are not in this data folder" in refusal(shop)


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
