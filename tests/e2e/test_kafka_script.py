"""deploy/local/kafka.sh: brokers of Kafka on this machine, asked by a client that is not ours."""

import os
import pathlib
import signal
import socket
import subprocess

import pytest
from confluent_kafka.admin import ConfigResource

from brokers import KAFKA_SCRIPT, Brokers, needs_kafka
from programs import is_running, wait_until

pytestmark = needs_kafka

BROKER_1 = ConfigResource(ConfigResource.Type.BROKER, "1")
EVENTS = [f"event {number}" for number in range(200)]


@pytest.fixture
def brokers(tmp_path):
    made = Brokers(tmp_path / "data")
    yield made
    made.run("delete")
    assert not made.home.exists()


# ---- one broker ---------------------------------------------------------------------------------


def test_events_and_address_outlive_a_kill_and_a_stop(brokers):
    brokers.start()
    address = brokers.address
    known = brokers.metadata().brokers.values()
    assert [f"{broker.host}:{broker.port}" for broker in known] == [address]
    brokers.make_topic("orders")
    brokers.send("orders", EVENTS)

    first = brokers.pid()
    brokers.run("kill", 1)
    assert not is_running(first)
    brokers.run("restart", 1)
    assert brokers.address == address
    assert brokers.read("orders", len(EVENTS)) == EVENTS

    second = brokers.pid()
    brokers.start()
    assert brokers.pid() == second, "the one that runs was to be adopted"
    brokers.run("stop")
    assert not is_running(second)
    brokers.start()
    assert brokers.address == address
    assert brokers.read("orders", len(EVENTS)) == EVENTS


def test_settings_of_ones_own_come_last_and_hold_from_the_next_start_on(brokers):
    brokers.start()
    (brokers.home / "1" / "more.properties").write_text("num.partitions=5\n")
    brokers.run("restart", 1)
    admin = brokers.admin()
    settings = admin.describe_configs([BROKER_1])[BROKER_1].result(30)
    assert settings["num.partitions"].value == "5"


def test_nothing_expires_and_no_topic_comes_by_itself(brokers):
    brokers.start()
    brokers.make_topic("orders")
    topic = brokers.settings_of("orders")
    assert topic["retention.ms"] == topic["retention.bytes"] == "-1"
    assert topic["unclean.leader.election.enable"] == "false"
    assert topic["min.insync.replicas"] == "1"
    with pytest.raises(AssertionError, match="UNKNOWN_TOPIC"):
        brokers.send("ordres", EVENTS[:1])
    assert set(brokers.metadata().topics) == {"orders"}


def test_a_broker_that_cannot_start_says_why_and_none_is_left(brokers):
    brokers.start()
    brokers.run("stop")
    (brokers.home / "1" / "data" / "meta.properties").write_text("version=1\nnode.id=7\n")
    said = brokers.run("start", expect=1)
    assert "meta.properties" in said
    assert f"broker 1 did not start; its whole log is {brokers.home}/1/broker.log." in said
    assert not is_running(brokers.pid())


def test_a_port_that_another_program_took_is_named(brokers):
    brokers.start()
    brokers.run("stop")
    port = int(brokers.address.split(":")[1])
    with socket.create_server(("127.0.0.1", port)):
        said = brokers.run("start", expect=1)
    assert f"port {port} belongs to broker 1" in said
    assert "another program has taken it" in said


def test_throw_away_brokers_end_when_their_test_is_killed(brokers):
    script = f"{KAFKA_SCRIPT} start '{brokers.folder}' --throw-away && echo up && sleep 600"
    test = subprocess.Popen(["bash", "-c", script], stdout=subprocess.PIPE, text=True,
                            start_new_session=True)
    assert test.stdout.readline() == "up\n"
    pid = brokers.pid()
    assert is_running(pid)
    os.killpg(test.pid, signal.SIGKILL)
    test.wait()
    wait_until(lambda: not is_running(pid), 20, "the broker's end")
    wait_until(lambda: not brokers.home.exists(), 20, "the end of its folder")


# ---- three brokers ------------------------------------------------------------------------------


def test_three_brokers_go_on_without_one_and_take_it_back(brokers):
    brokers.start(3)
    address = brokers.address
    assert len(brokers.metadata().brokers) == 3
    brokers.make_topic("orders")
    topic = brokers.settings_of("orders")
    assert topic["min.insync.replicas"] == "2"

    brokers.send("orders", EVENTS[:100])
    brokers.run("kill", brokers.metadata().topics["orders"].partitions[0].leader)
    brokers.send("orders", EVENTS[100:])
    assert brokers.read("orders", len(EVENTS)) == EVENTS

    brokers.start(3)
    assert brokers.address == address
    wait_until(lambda: len(brokers.metadata().topics["orders"].partitions[0].isrs) == 3, 30,
               "the replica's return")
    said = brokers.run("start", "--brokers", 1, expect=1)
    assert "was made for --brokers 3; delete it first" in said


# ---- the jars -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def jars():
    """Kafka's, in this user's cache."""
    subprocess.run([KAFKA_SCRIPT, "fetch"], check=True)
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    (folder,) = (cache / "shopverse").glob("kafka-[0-9]*[0-9]")
    return folder


@pytest.fixture
def fetch(tmp_path, jars):
    """fetch(what Maven does) into a cache of its own: (exit code, what it said). $TO is where."""
    programs = tmp_path / "programs"
    programs.mkdir()
    cache = tmp_path / "cache"

    def run(maven):
        stand_in = programs / "mvn"
        stand_in.write_text('#!/bin/bash\n'
                            f'FROM={jars}\nfor TO; do :; done; TO=${{TO#*=}}\n{maven}\n')
        stand_in.chmod(0o755)
        done = subprocess.run(
            [KAFKA_SCRIPT, "fetch"], capture_output=True, text=True, check=False,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}",
                 "XDG_CACHE_HOME": str(cache)},
        )
        return done.returncode, done.stderr

    run.into = cache / "shopverse" / jars.name
    return run


ALL = 'mkdir "$TO"; cp "$FROM"/* "$TO"'


def test_jars_are_fetched_once_and_again_when_one_is_damaged(fetch):
    code, said = fetch(ALL)
    assert code == 0, said
    assert "Fetched" in said
    assert fetch("exit 1") == (0, "")
    next(fetch.into.glob("kafka-clients*")).write_bytes(b"half")
    assert "Fetched" in fetch(ALL)[1]
    assert fetch("exit 1") == (0, "")


def test_what_is_not_whole_is_never_taken_for_kafka(fetch):
    code, said = fetch(ALL + '; rm "$TO"/kafka-clients*')
    assert code == 1
    assert "is not what deploy/local/kafka/jars.sha256 lists" in said
    fetch(ALL + "; kill -9 $PPID")
    assert not fetch.into.exists()


def test_without_a_network_the_sentence_says_what_to_check(fetch):
    code, said = fetch('echo "[ERROR] Unknown host: far away"; exit 1')
    assert code == 1
    assert "Unknown host: far away" in said
    assert "check that Maven reaches Maven Central, and try again." in said


# ---- what cannot be done ------------------------------------------------------------------------


@pytest.mark.parametrize("arguments, says", [
    ([], "say what to do, and in which folder."),
    (["start"], "say what to do, and in which folder."),
    (["stopp", "DIR"], 'unknown action "stopp".'),
    (["start", "DIR", "--brokers"], "--brokers takes 1 or 3."),
    (["start", "DIR", "--brokers", "2"], "--brokers takes 1 or 3."),
    (["start", "DIR", "--broker", "3"], 'unknown option "--broker".'),
    (["kill", "DIR"], "say which broker of"),
    (["restart", "DIR", "4"], "say which broker of"),
])
def test_wrong_arguments_are_told_in_one_sentence(tmp_path, arguments, says):
    done = subprocess.run([KAFKA_SCRIPT, *arguments], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_its_own_is_left_alone(tmp_path):
    others = Brokers(tmp_path)
    others.home.mkdir()
    (others.home / "thesis.txt").write_text("on Kafka")
    assert "was not made by this script" in others.run("start", expect=1)
    assert "not deleting it" in others.run("delete", expect=1)
    assert (others.home / "thesis.txt").exists()


def test_a_folder_that_cannot_be_written_and_one_without_brokers_are_named(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot write into" in Brokers(tmp_path / "file" / "data").run("start", expect=1)
    nothing = Brokers(tmp_path / "nothing")
    assert "has no brokers; make them with" in nothing.run("address", expect=1)
    nothing.run("stop")
    nothing.run("delete")


def test_without_java_the_sentence_says_how_to_get_it(tmp_path):
    for name in ("bash", "dirname", "realpath", "sed"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    said = Brokers(tmp_path / "data").run("start", expect=1, PATH=str(tmp_path))
    assert said == "kafka.sh: java is not installed; deploy/local/packages.sh kafka does it.\n"
