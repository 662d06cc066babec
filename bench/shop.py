"""The programs under measurement: a private Postgres, the sandbox and the shop, on a folder of
their own; and what they cost, from /proc."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "release" / "shopverse"
BENCH = ROOT / "build" / "release" / "shopverse_bench"
POSTGRES = ROOT / "deploy" / "local" / "postgres.sh"
KAFKA = ROOT / "deploy" / "local" / "kafka.sh"
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process, its ended children included."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(f) for f in fields[11:15]) / TICK


def children_of(pid):
    found = []
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        found += [int(p) for p in (task / "children").read_text().split()]
    return found


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


class Shop:
    """A shop process with what it needs. start() and kill() may alternate."""

    def __init__(self, data, log):
        self.data = pathlib.Path(data)
        self.log = log
        self.processes = {}
        self.address = None

    def start_postgres(self):
        subprocess.run([POSTGRES, "start", self.data], check=True, stdout=self.log)
        out = subprocess.run([POSTGRES, "conninfo", self.data], check=True, capture_output=True)
        self.conninfo = out.stdout.decode().strip()
        home = subprocess.run([POSTGRES, "home", self.data], check=True, capture_output=True)
        pid_file = pathlib.Path(home.stdout.decode().strip()) / "cluster" / "postmaster.pid"
        self.postgres_pid = int(pid_file.read_text().splitlines()[0])

    def new_database(self, name):
        """The conninfo of an empty one beside the shop's own."""
        subprocess.run(["psql", "-qX", "-d", self.conninfo, "-c", f"CREATE DATABASE {name}"],
                       check=True, stdout=self.log, stderr=self.log)
        return f"{self.conninfo} dbname={name}"

    def start_process(self, name, *arguments):
        path = self.data / f"{name}.json"
        path.unlink(missing_ok=True)
        process = subprocess.Popen(
            [PROGRAM, name, "--data", self.data, *arguments], stdout=self.log, stderr=self.log)
        self.processes[name] = process
        deadline = time.monotonic() + 300
        while not path.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"shopverse {name} did not start; see the bench's log")
            time.sleep(0.005)
        return json.loads(path.read_text())["address"].split("://")[-1]

    def start(self, *arguments):
        self.address = self.start_process(
            "serve", "--port", "0", "--postgres", self.conninfo, *arguments)
        return self.address

    def command(self, *words):
        """A sub-command on the shop's folder."""
        subprocess.run([PROGRAM, *words, "--data", self.data], check=True, stdout=self.log,
                       stderr=self.log)

    def count_events(self):
        """In all of the log: a record, the result of one command, holds one or more."""
        read = [PROGRAM, "log", "read", "--data", self.data]
        with subprocess.Popen(read, stdout=subprocess.PIPE, stderr=self.log) as process:
            events = sum(line.startswith(b"    ") for line in process.stdout)
        if process.returncode:
            raise RuntimeError("the log could not be read; see the bench's log")
        return events

    def end(self, name, how=signal.SIGTERM):
        process = self.processes.pop(name, None)
        if process is not None:
            process.send_signal(how)
            process.wait(timeout=120)

    def close(self):
        for name in ("serve", "sandbox"):
            self.end(name)
        subprocess.run([POSTGRES, "delete", self.data], check=False, stdout=self.log)

    @property
    def pid(self):
        return self.processes["serve"].pid

    def cpu(self):
        """CPU seconds so far of the shop and of Postgres."""
        postgres = sum(cpu_seconds(p) for p in [self.postgres_pid, *children_of(self.postgres_pid)])
        return cpu_seconds(self.pid), postgres

    def key(self):
        return (self.data / "staff-key").read_text().split("\n")[0]

    def call(self, method, target, body=None, staff=False, content_type="application/json",
             headers=None):
        """The answer as (status, headers, parsed JSON or None)."""
        request = urllib.request.Request(f"http://{self.address}{target}", method=method,
                                         headers=headers or {})
        if staff:
            request.add_header("Authorization", f"Bearer {self.key()}")
        if body is not None:
            request.data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                text = answer.read()
                return answer.status, answer.headers, parsed(text)
        except urllib.error.HTTPError as error:
            return error.code, error.headers, parsed(error.read())

    def metric(self, name):
        """The sum over its labels."""
        with urllib.request.urlopen(f"http://{self.address}/metrics", timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines
                   if re.split(r"[ {]", line, maxsplit=1)[0] == name)

    def wait_until(self, what, condition, seconds=300):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.05)  # what is asked costs the shop something
        raise RuntimeError(f"waited {seconds} s in vain: {what}")


def make_shop(run, name="shop"):
    """The shop of the rows that follow, not started yet."""
    run.shop = Shop(run.work / name, run.log)
    run.shop.data.mkdir(mode=0o700)
    run.shop.start_postgres()
    run.shop.start_process("sandbox")


def parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def cost(before, after, row, seconds):
    """CPU microseconds per call. The warm-up counts on both sides, as it is in both."""
    calls = max(1.0, row["per_second"] * seconds)
    return {"server_cpu_us": round((after[0] - before[0]) * 1e6 / calls, 1),
            "postgres_cpu_us": round((after[1] - before[1]) * 1e6 / calls, 1)}


def product_total(shop):
    status, _, body = shop.call("GET", "/api/v1/products?limit=1")
    return body["total"] if status == 200 else 0


def fill_with_demo(shop):
    shop.command("demo", "catalog", "--demo-files", ROOT / "demo")
    shop.wait_until("the demo's products", lambda: product_total(shop) >= 3700)
