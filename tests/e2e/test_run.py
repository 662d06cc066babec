"""./run: one command opens a shop, one signal closes it."""

import pathlib
import signal
import socket
import subprocess

import pytest

from client import Client
from conftest import POSTGRES_SCRIPT
from programs import ROOT, Sandbox, Shop, wait_until

pytestmark = pytest.mark.skipif(
    not (ROOT / "build" / "release" / "shopverse").exists(),
    reason="./run would build the release preset first, which takes minutes",
)

START = 60  # seconds; a first start makes a Postgres cluster


class Run:
    """One ./run on a data folder, which may have been used before."""

    def __init__(self, data, port):
        self.data = data
        self.port = port
        self.output = data.parent / "run.log"
        self.process = None

    def start(self):
        with open(self.output, "wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "run", "--port", str(self.port), "--data", self.data, "--demo", "none"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def said(self):
        return self.output.read_text(errors="replace")

    def is_open(self):
        assert self.process.poll() is None, self.said()
        return "The shop is open: " in self.said()

    def end(self):
        """Asks it to end; its exit code."""
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        return process.wait(START)

    def processes(self):
        """Of the shop, the sandbox and Postgres."""
        home = subprocess.run([POSTGRES_SCRIPT, "home", self.data], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()
        postmaster = pathlib.Path(home) / "cluster" / "postmaster.pid"
        return [Shop(None, self.data).pid, Sandbox(None, self.data).pid,
                int(postmaster.read_text().split()[0])]


def is_there(process):
    return pathlib.Path(f"/proc/{process}").exists()


@pytest.fixture
def run(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    run = Run(tmp_path / "data", port)
    yield run
    if run.process is not None:
        run.end()
    subprocess.run([POSTGRES_SCRIPT, "delete", run.data], check=True)


def test_a_shop_is_opened_closed_without_a_rest_and_opened_again(run):
    for _ in range(2):
        wait_until(run.start().is_open, START, "the open shop")
        Client(f"127.0.0.1:{run.port}").get("/readyz").expect(200)
        processes = run.processes()
        assert all(map(is_there, processes))
        assert run.end() == 0, run.said()
        assert "Stopping." in run.said()
        # Whoever asked Postgres to end goes on when its file is gone, a moment before it is.
        wait_until(lambda: not any(map(is_there, processes)), 5, "the end of every process")


def test_a_port_that_is_taken_is_told_in_one_sentence(run):
    with socket.create_server(("127.0.0.1", run.port)):
        assert run.start().process.wait(START) != 0
    assert run.said().splitlines() == [
        f"run: port {run.port} is taken by another program; choose one with --port."]
    run.process = None
