"""./run: one command opens a shop, one signal closes it, and no death costs an event."""

import fcntl
import os
import pathlib
import pty
import signal
import socket
import stat
import subprocess
import time

import pytest

from brokers import KAFKA_SCRIPT, Brokers, needs_kafka
from client import Client
from conftest import POSTGRES_SCRIPT
from programs import ROOT, Sandbox, Shop, is_running, wait_until
from shopper import ready_to_pay
from sql import run_sql
from staff import sell
from test_views import check_views, show_all
from unwritten import check_unwritten, commits_kept_in_memory

BINARY = ROOT / "build" / "release" / "shopverse"
pytestmark = pytest.mark.skipif(
    not BINARY.exists(),
    reason="./run would build the release preset first, which takes minutes",
)

YEAR = 900  # seconds; a shop is filled
START = 60  # seconds; a first start makes a Postgres cluster


class Run:
    """One ./run on a data folder, which may have been used before."""

    def __init__(self, data, port):
        self.demo = "none"
        self.data = data
        self.port = port
        self.output = data.parent / "run.log"
        self.process = None

    def start(self, *options, stdin=subprocess.DEVNULL, path=None):
        """`path`: where programs are looked for first."""
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "run", "--port", str(self.port), "--data", self.data, "--demo", self.demo,
                 *options],
                stdin=stdin, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                # A shell cannot trap what was ignored before it began, as in a background job.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                env={**os.environ, "PATH": f"{path or ROOT}:{os.environ['PATH']}"},
            )
        return self

    def open(self, *options):
        wait_until(self.start(*options).is_open, START, "the open shop")
        Client(f"127.0.0.1:{self.port}").get("/readyz").expect(200)
        return self.shop

    @property
    def shop(self):
        shop = Shop(BINARY, self.data)
        shop.database = self.conninfo
        return shop

    @property
    def conninfo(self):
        return subprocess.run([POSTGRES_SCRIPT, "conninfo", self.data], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()

    def refuses(self, *options, **how):
        """Its words, if it ends before it opens anything."""
        process = self.start(*options, **how).process
        assert process.wait(START) != 0, self.said()
        self.process = None
        return self.said().splitlines()

    def said(self):
        return self.output.read_text(errors="replace")

    def is_open(self):
        assert self.process.poll() is None, self.said()
        return "The shop is open: " in self.said()

    def end(self, with_signal=signal.SIGTERM):
        """Asks it to end, or with SIGKILL does not ask; its exit code."""
        process, self.process = self.process, None
        process.send_signal(with_signal)
        return process.wait(START)

    @property
    def postgres_home(self):
        home = subprocess.run([POSTGRES_SCRIPT, "home", self.data], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()
        return pathlib.Path(home)

    @property
    def postmaster_file(self):
        return self.postgres_home / "cluster" / "postmaster.pid"

    def processes(self):
        """Of the shop, the sandbox and Postgres."""
        return [Shop(None, self.data).pid, Sandbox(None, self.data).pid,
                int(self.postmaster_file.read_text().split()[0])]


@pytest.fixture
def run(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    run = Run(tmp_path / "data", port)
    yield run
    if run.process is not None:
        run.end()
    subprocess.run([POSTGRES_SCRIPT, "delete", run.data], check=True)
    subprocess.run([KAFKA_SCRIPT, "delete", run.data], check=True)


def sell_one(shop):
    """Somebody who has bought a mug."""
    sell(shop, "MUG", stock=10)
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout().expect(201)
    return shopper


def check_sold(shop, shopper):
    shopper.shop = shop
    shopper.reconnect()
    order = shopper.see_order()
    assert (order["status"], order["payment_status"]) == ("placed", "authorized")
    assert shop.staff().get("/api/v1/admin/stock/MUG").expect(200).json["allocated"] == 1
    check_views(shop)
    assert shop.api().get("/api/v1/products/mug").expect(200).json["available"] == 9
    (listed,) = shop.api().get("/api/v1/products").expect(200).json["items"]
    assert listed["available"] == 9
    (sold,) = shop.staff().get("/api/v1/admin/orders").expect(200).json["items"]
    assert sold["id"] == order["id"]


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_shop_is_opened_closed_without_a_rest_and_opened_again_with_all_it_sold(run, with_signal):
    shopper = sell_one(run.open())
    processes = run.processes()
    assert all(map(is_running, processes))
    assert run.end(with_signal) == 0, run.said()
    assert "Stopping." in run.said()
    # Whoever asked Postgres to end goes on when its file is gone, a moment before it is.
    wait_until(lambda: not any(map(is_running, processes)), 5, "the end of every process")
    check_sold(run.open(), shopper)


def test_what_a_killed_start_left_running_is_stopped_and_its_postgres_adopted(run):
    shopper = sell_one(run.open())
    run.end(signal.SIGKILL)
    serve, sandbox, postmaster = run.processes()
    shop = run.open()
    assert f"Stopping the serve of an earlier start (process {serve})." in run.said()
    assert f"Stopping the sandbox of an earlier start (process {sandbox})." in run.said()
    assert not is_running(serve) and not is_running(sandbox)
    assert run.processes()[2] == postmaster
    check_sold(shop, shopper)


def test_a_shop_of_which_every_process_was_killed_opens_again_and_touches_no_stranger(run):
    shop = run.open()
    with commits_kept_in_memory(shop.database) as writer:
        shopper = sell_one(shop)
        show_all(shop)
        check_unwritten(shop.database)
        run.end(signal.SIGKILL)
        processes = [*run.processes(), writer]
        for process in processes:
            os.kill(process, signal.SIGKILL)
    wait_until(lambda: not any(map(is_running, processes)), 10, "the end of every process")
    # Numbers of processes are used again: these are now a stranger's, of whoever runs this test.
    stranger = str(os.getpid())
    for file, number in zip(
            (run.data / "serve.json", run.data / "sandbox.json", run.postmaster_file), processes):
        file.write_text(file.read_text().replace(str(number), stranger, 1))
    shop = run.open()
    assert "earlier start" not in run.said()
    check_sold(shop, shopper)


def test_what_depends_on_another_part_is_stopped_before_it(run):
    """The shop before the sandbox, whose answers it may await, and both before Postgres."""
    run.open()
    parts = dict(zip(("serve", "sandbox", "postgres"), run.processes()))
    run.process.send_signal(signal.SIGTERM)
    ended = []
    end = time.monotonic() + START
    while len(ended) < len(parts):  # without a pause: two may end within milliseconds
        assert time.monotonic() < end, run.said()
        ended.extend(name for name, process in parts.items()
                     if name not in ended and not is_running(process))
    assert ended == ["serve", "sandbox", "postgres"], run.said()
    assert run.end() == 0


def test_its_postgres_listens_on_a_socket_that_nobody_else_can_enter_and_nowhere_else(run):
    run.open()
    assert {name: run_sql(run.conninfo, f"SHOW {name}") for name in (
        "listen_addresses", "server_encoding", "lc_collate", "lc_ctype",
        "default_text_search_config")} == {
        "listen_addresses": [],  # an empty line
        "server_encoding": ["UTF8"],
        "lc_collate": ["C.UTF-8"],
        "lc_ctype": ["C.UTF-8"],
        "default_text_search_config": ["pg_catalog.english"],
    }
    (folder,) = run_sql(run.conninfo, "SHOW unix_socket_directories")
    assert len(f"{folder}/.s.PGSQL.5432") <= 107, "a socket's path has no more room"
    for private in (folder, run.postgres_home / "cluster"):
        assert stat.S_IMODE(os.stat(private).st_mode) == 0o700


@needs_kafka
def test_with_kafka_the_shop_has_a_broker_of_its_own_that_starts_and_ends_with_it(run):
    for options in (["--log", "kafka"], []):
        run.open(*options)
        Client(f"127.0.0.1:{run.port}").post("/api/v1/carts", {}).expect(201)
        processes = [*run.processes(), Brokers(run.data).pid()]
        assert all(map(is_running, processes))
        assert run.end() == 0, run.said()
        wait_until(lambda: not any(map(is_running, processes)), 5, "the end of every process")
    assert "kafka://" in (run.data / "log.json").read_text()
    assert not (run.data / "log").exists()

    run.open("--fresh", "--yes")
    assert not (run.data / "kafka").exists() and (run.data / "log").exists()


@needs_kafka
def test_several_processes_are_one_shop_that_goes_on_when_one_dies(run):
    run.open("--log", "kafka", "--processes", "3")
    folders = [run.data, run.data / "process-2", run.data / "process-3"]
    for again in (False, True):
        if again:
            run.open("--processes", "3")
        shops = [Shop(BINARY, folder) for folder in folders]
        for shop in shops:
            assert f"http://{shop.address}" in run.said()
            wait_until(lambda shop=shop: opens_a_cart(shop), 15, "a cart of each process")
        processes = [shop.pid for shop in shops]
        os.kill(processes[1], signal.SIGKILL)
        wait_until(lambda: "serve-2 ended by itself, and the others go on" in run.said())
        for shop in (shops[0], shops[2]):
            wait_until(lambda shop=shop: all(opens_a_cart(shop) for _ in range(20)), 30,
                       "carts of all partitions")
        assert run.end() == 0, run.said()
        wait_until(lambda: not any(map(is_running, processes)), 5, "the end of every process")
    run.open("--fresh", "--yes")
    assert not (run.data / "process-2").exists()


def opens_a_cart(shop):
    return shop.api().post("/api/v1/carts", {}).status == 201


@needs_kafka
def test_a_shop_on_kafka_that_began_as_one_process_goes_on_as_three_and_as_one_again(run):
    shopper = sell_one(run.open("--log", "kafka"))
    assert run.end() == 0, run.said()
    shop = run.open("--processes", "3")
    assert "Taking the shop's keys into its Postgres" in run.said()
    check_sold(shop, shopper)
    assert run.end() == 0, run.said()
    check_sold(run.open(), shopper)


def test_an_embedded_shop_is_told_how_to_become_several_processes(run):
    (run.data / "log").mkdir(parents=True)
    (said,) = run.refuses("--processes", "2")
    assert "docs/how-to/move-to-kafka.md says how" in said


# ---- --fresh ------------------------------------------------------------------------------------

@pytest.fixture
def kept(run):
    """A file of a shop that was used before."""
    run.data.mkdir()
    (run.data / "level.json").write_text('{"level":1,"written_by":"0.1"}')
    file = run.data / "staff-key"
    file.write_text("a key")
    return file


@pytest.mark.parametrize("name", ["letter", "level.json", "logs"])
def test_fresh_refuses_a_folder_that_is_no_shops_and_does_not_touch_it(run, name):
    run.data.mkdir()
    letter = run.data / name
    letter.write_text("a key")
    run.data.chmod(0o755)
    assert run.refuses("--fresh", "--yes") == [
        f"run: --fresh deletes a shop's folder, and {run.data} is none; nothing was deleted."]
    assert letter.read_text() == "a key"
    assert [file.name for file in run.data.iterdir()] == [name]
    assert run.data.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("left", ["secrets", "log"])
def test_fresh_deletes_what_a_broken_start_has_left(run, left):
    (run.data / left).mkdir(parents=True)
    (run.data / "run.lock").touch()
    if left == "log":  # events: of a shop, and there is no word that it is one
        assert run.refuses("--fresh", "--yes")[-1].endswith("is none; nothing was deleted.")
    else:
        run.open("--fresh", "--yes")


def test_fresh_deletes_nothing_where_nobody_can_answer(run, kept):
    said = run.refuses("--fresh")
    assert f"  {run.data}" in said, "it names what it would delete"
    assert said[-1] == "run: --fresh asks before it deletes; say --yes where nobody can answer."
    assert kept.read_text() == "a key"


def test_fresh_deletes_nothing_when_the_answer_is_no(run, kept):
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, b"n\n")
        assert run.refuses("--fresh", stdin=terminal)[-1].endswith("run: nothing was deleted.")
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert kept.read_text() == "a key"


def test_fresh_stops_nothing_when_the_answer_is_no(run):
    shopper = sell_one(run.open())
    run.end(signal.SIGKILL)
    processes = run.processes()
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, b"n\n")
        said = run.refuses("--fresh", stdin=terminal)
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert "It runs still, and is stopped first." in said
    assert all(map(is_running, processes))
    check_sold(run.open(), shopper)


def test_fresh_refuses_a_folder_in_which_another_shop_lies(run, kept):
    year = run.data / "year"
    year.mkdir()
    letter = year / "letter"
    for file in (letter, year / "run.lock"):
        file.touch()
    (year / "level.json").write_bytes((run.data / "level.json").read_bytes())
    assert run.refuses("--fresh", "--yes") == [
        f"run: --fresh would delete another shop with this one: {year}; move it or delete it "
        "first. Nothing was deleted."]
    assert letter.exists() and kept.read_text() == "a key"


def test_fresh_takes_a_backup_in_the_folder_for_no_other_shop(run, kept):
    backup = run.data / "backups" / "monday"
    backup.mkdir(parents=True)
    (backup / "level.json").write_bytes((run.data / "level.json").read_bytes())
    assert run.refuses("--fresh")[-1].startswith("run: --fresh asks before it deletes;")


def test_fresh_with_yes_opens_an_empty_shop_in_place_of_a_full_one(run):
    sell_one(run.open())
    marks = (run.data / "left-over", run.postgres_home / "left-over")
    for mark in marks:
        mark.touch()
    run.end(signal.SIGKILL)  # what still runs then is ended too
    processes = run.processes()
    shop = run.open("--fresh", "--yes")
    said = run.said().splitlines()
    assert f"  {run.data}" in said
    assert run.postgres_home.is_relative_to(run.data) or f"  {run.postgres_home}" in said
    assert not any(mark.exists() for mark in marks)
    assert not any(map(is_running, processes))
    shop.staff().get("/api/v1/admin/stock/MUG").expect(404)


# ---- What is in the way, each told in one sentence -----------------------------------------------

@pytest.mark.skipif("SHOPVERSE_YEAR" not in os.environ, reason="takes minutes")
def test_a_shop_with_a_year_behind_it_is_opened_and_has_it_still_when_it_is_opened_again(run):
    run.demo = "year"
    for seconds in (YEAR, START):
        wait_until(run.start().is_open, seconds, "the open shop")
        assert ("Filling the shop" in run.said()) == (seconds == YEAR)
        subprocess.run([BINARY, "demo", "check", "--demo-files", ROOT / "demo", "--data", run.data],
                       check=True)
        assert run.end() == 0, run.said()


def test_a_port_that_is_taken_is_told_in_one_sentence(run):
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.refuses() == [
            f"run: port {run.port} is taken by another program; choose one with --port."]


def test_fresh_deletes_nothing_when_the_port_is_taken(run, kept):
    with socket.create_server(("127.0.0.1", run.port)):
        (said,) = run.refuses("--fresh", "--yes")
    assert said.startswith(f"run: port {run.port} is taken")
    assert kept.read_text() == "a key"


def test_a_disk_that_is_full_is_told_in_one_sentence(run, tmp_path):
    df = tmp_path / "df"
    df.write_text("#!/bin/sh\necho Avail\necho 12\n")
    df.chmod(0o755)
    (said,) = run.refuses(path=tmp_path)
    assert "too little disk: " in said and said.endswith(", and 12 MB are free.")


@pytest.mark.parametrize("wrong", [["--prot", "80"], ["--port", "many"], ["--demo", "all"],
                                   ["--data"], ["--origin", "shop.local"], ["--log", "nonsense"],
                                   ["--log", "kafka://"], ["--processes", "0"],
                                   ["--log", "kafka", "--processes", "many"],
                                   ["--processes", "3"]])
def test_a_wrong_option_is_told_in_one_sentence(run, wrong):
    (said,) = run.refuses(*wrong)
    assert said.endswith(f"Try {ROOT}/run --help.")


def test_a_shop_that_runs_is_not_opened_twice(run):
    run.open()
    second = Run(run.data, 0)
    second.output = run.data.parent / "second.log"
    assert second.refuses() == [
        f"run: a shop runs on {run.data} already: http://127.0.0.1:{run.port}"]


def test_a_shop_that_is_being_opened_is_not_opened_twice(run):
    run.data.mkdir()
    with open(run.data / "run.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run.refuses() == [f"run: a shop is being opened on {run.data} already."]
