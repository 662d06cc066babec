"""./run on a data folder of a test's own."""

import os
import pathlib
import signal
import socket
import subprocess

import pytest

from brokers import KAFKA_SCRIPT
from client import Client
from conftest import POSTGRES_SCRIPT
from programs import ROOT, Sandbox, Shop, wait_until
from shopper import ready_to_pay
from staff import sell
from test_views import check_views

BINARY = ROOT / "build" / "release" / "shopverse"
needs_release = pytest.mark.skipif(
    not BINARY.exists(),
    reason="./run would build the release preset first, which takes minutes",
)

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
        keys = ["--keys", self.postgres("keys")] if (self.data / "keys.json").exists() else []
        shop = Shop(BINARY, self.data, None, *keys)
        shop.database = self.conninfo
        return shop

    @property
    def conninfo(self):
        return self.postgres("conninfo")

    def postgres(self, what):
        """What the script of the private Postgres prints."""
        return subprocess.run([POSTGRES_SCRIPT, what, self.data], check=True,
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
        return pathlib.Path(self.postgres("home"))

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
