"""The real programs of a shop, started and stopped by tests. A process is only ever ended by the
id it was started with."""

import contextlib
import http.server
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

from client import Client
from sql import run_sql

ROOT = pathlib.Path(__file__).resolve().parents[2]


def wait_until(condition, seconds=30.0, what="the condition"):
    """Returns the first true value of condition(); fails after that time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.02)


def is_running(pid):
    """A dead one that nobody has waited for has no command line any more."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_text() != ""
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def served(handler):
    """The address of an HTTP server of the test's own: a http.server handler, on threads."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def find_binary():
    """SHOPVERSE_BINARY, or whatever was built here last."""
    named = os.environ.get("SHOPVERSE_BINARY")
    if named:
        return pathlib.Path(named)
    built = [ROOT / "build" / preset / "shopverse" for preset in ("release", "dev")]
    built = [path for path in built if path.exists()]
    assert built, "build first: deploy/local/build.sh dev shopverse"
    return max(built, key=lambda path: path.stat().st_mtime)


class Program:
    """One sub-command that runs until it is told to end, and says where it listens in
    <data>/<name>.json."""

    name = ""

    def __init__(self, binary, data, *arguments):
        self.binary = binary
        self.data = pathlib.Path(data)
        self.arguments = [str(argument) for argument in arguments]
        self.environment = {}  # on top of the test's own
        self.process = None

    @property
    def log_file(self):
        return self.data.parent / f"{self.data.name}-{self.name}.log"

    def log_text(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def start(self, wait=True):
        assert self.process is None, f"{self.name} runs already"
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [self.binary, self.name, "--data", str(self.data), *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
            )
        if wait:
            wait_until(self.is_up, 60, f"{self.name}: start")
        return self

    def is_up(self):
        code = self.process.poll()
        assert code is None, f"{self.name} ended with {code}:\n{self.log_text()[-3000:]}"
        try:
            return self.pid == self.process.pid
        except (FileNotFoundError, ValueError):
            return False

    @property
    def pid(self):
        """Of whoever has said that it is this program."""
        return json.loads((self.data / f"{self.name}.json").read_text())["pid"]

    @property
    def address(self):
        """"127.0.0.1:8080"."""
        text = json.loads((self.data / f"{self.name}.json").read_text())["address"]
        return text.removeprefix("http://")

    def stop(self, seconds=30):
        """Asks it to end, and demands that it does so well."""
        code = self.end(signal.SIGTERM, seconds)
        assert code == 0, f"{self.name} ended with {code}:\n{self.log_text()[-3000:]}"

    def kill(self):
        """kill -9."""
        self.end(signal.SIGKILL, 60)

    def has_died(self):
        """Whether it ended by itself; then it can be started again."""
        if self.process is None or self.process.poll() is None:
            return False
        self.process = None
        return True

    def end(self, with_signal, seconds):
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(with_signal)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(
                f"{self.name} did not end:\n{self.log_text()[-3000:]}"
            ) from None


class Sandbox(Program):
    name = "sandbox"

    def __init__(self, binary, data, slow_ms=300, late_ms=300, action_seconds=5):
        super().__init__(
            binary, data, "--slow-ms", slow_ms, "--late-ms", late_ms,
            "--action-seconds", action_seconds,
        )

    def api(self):
        return Client(self.address)

    def ledger(self, order=None):
        return self.api().get("/v1/ledger" + (f"?order={order}" if order else "")).json

    def set_knobs(self, **knobs):
        return self.api().put("/v1/knobs", knobs).expect(200)


class Shop(Program):
    name = "serve"

    def __init__(self, binary, data, postgres=None, *arguments):
        options = ["--port", "0"] + (["--postgres", postgres] if postgres else [])
        super().__init__(binary, data, *options, *arguments)

    def api(self):
        """A shopper."""
        return Client(self.address)

    def staff_key(self):
        """That the first start made: every role."""
        return (self.data / "staff-key").read_text().strip()

    def staff(self):
        """Whoever holds it."""
        return Client(self.address, {"Authorization": f"Bearer {self.staff_key()}"})

    @property
    def keys(self):
        """The database in which several processes have their keys."""
        return self.arguments[self.arguments.index("--keys") + 1]

    def signing_secret(self):
        """Of its folder, or of the database that the shop's keys are in."""
        file = self.data / "secrets" / "signing"
        if file.exists():
            return file.read_text().strip()
        [secret] = run_sql(self.keys, "SELECT value FROM shop_keys.secret WHERE name = 'signing'")
        return secret

    def run(self, *arguments, expect=0):
        """Another sub-command on the same data folder; returns its standard output."""
        return self.ask(*arguments, expect=expect).stdout

    def ask(self, *arguments, expect):
        """The same; with all it said, and how it ended."""
        done = subprocess.run(
            [self.binary, *[str(a) for a in arguments], "--data", str(self.data)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False,
        )
        assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stderr}"
        return done
