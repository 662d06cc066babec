"""./run: one command opens a shop, one signal closes it, and no death costs an event."""

import fcntl
import os
import pty
import signal
import socket
import stat
import subprocess
import time

import pytest

from brokers import Brokers, needs_kafka
from client import Client
from programs import ROOT, is_running, wait_until
from run_script import BINARY, START, Run, check_sold, needs_release, run, sell_one  # noqa: F401
from sql import run_sql
from test_views import show_all
from unwritten import check_unwritten, commits_kept_in_memory

pytestmark = needs_release

YEAR = 900  # seconds; a shop is filled


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
