"""Rows of a shop whose log is in Kafka, beside the same of the embedded log: one broker, which
shares the cores with all else and acknowledges from its page cache."""

import concurrent.futures
import contextlib
import json
import signal
import subprocess
import threading
import time

import stock
from shop import BENCH, KAFKA, Shop, make_shop

PROCESSES = 3
WARM_UP_S = 30


@contextlib.contextmanager
def one_broker(run):
    """Yields kafka://host:port."""
    folder = run.work / "broker"
    subprocess.run([KAFKA, "start", folder], check=True, stdout=run.log, stderr=run.log)
    try:
        out = subprocess.run([KAFKA, "address", folder], check=True, capture_output=True)
        yield "kafka://" + out.stdout.decode().strip()
    finally:
        subprocess.run([KAFKA, "delete", folder], check=False, stdout=run.log)


def warm_up(run, brokers):
    """A broker compiles what it does often: one that has just started is half as fast."""
    subprocess.run([BENCH, "engine", "--folder", run.work / "engine", "--log", f"{brokers}/warm",
                    "--shoppers", "256", "--seconds", str(WARM_UP_S)],
                   check=True, stdout=run.log, stderr=run.log)


def one_process(run, rebuild):
    with one_broker(run) as brokers:
        warm_up(run, brokers)
        stock.append_through_the_engine(run, lambda shoppers: f"{brokers}/engine-{shoppers}")
        make_shop(run, "kafka")
        try:
            run.shop.start("--log", f"{brokers}/shop")
            stock.fill(run)
            stock.carts(run, " on Kafka")
            rebuild(run, "a log on Kafka, most of it carts")
        finally:
            run.close_shop()


class Several:
    """Processes that are one shop. The first of them is run.shop, as of any other row."""

    def __init__(self, run, first, brokers):
        self.run = run
        self.keys = first.new_database("keys")
        self.options = ["--log", f"{brokers}/several", "--keys", self.keys, "--offices", "group",
                        "--peer-listen", "127.0.0.1:0"]
        first.start(*self.options)
        self.shops = [first]
        self.wait_for_offices(1)

    def add(self):
        first = self.shops[0]
        shop = Shop(first.data.with_name(f"process-{len(self.shops) + 1}"), self.run.log)
        shop.data.mkdir(mode=0o700)
        shop.conninfo, shop.postgres_pid = first.conninfo, first.postgres_pid
        sandbox = json.loads((first.data / "sandbox.json").read_text())["address"]
        shop.start(*self.options, "--sandbox", sandbox.split("://")[-1])
        self.shops.append(shop)
        self.wait_for_offices(len(self.shops))

    def wait_for_offices(self, count):
        """Until each serves a share of the nine partitions, and nothing moves any more."""
        def is_shared():
            held = [shop.metric("shopverse_office") for shop in self.shops]
            return sum(held) == 9 and min(held) >= 9 // count

        self.shops[0].wait_until(f"{count} processes to share the partitions", is_shared, 60)

    def load(self, connections):
        """Each is asked by as many, at the same time; what they did together."""
        share = connections // len(self.shops)
        before, began = [shop.cpu() for shop in self.shops], time.monotonic()
        loads = [subprocess.Popen(
            [BENCH, "load", "--address", shop.address, "--script", "cart", "--connections",
             str(share), "--seconds", str(self.run.options.seconds), "--skus",
             self.run.work / "skus", "--row", "part"],
            stdout=subprocess.PIPE, stderr=self.run.log) for shop in self.shops]
        parts = [json.loads(load.communicate()[0].decode().splitlines()[-1]) for load in loads]
        seconds = time.monotonic() - began
        calls = sum(part["per_second"] for part in parts) * seconds
        cpu = sum(shop.cpu()[0] - was[0] for shop, was in zip(self.shops, before))
        self.run.add({
            "row": f"add to cart on Kafka, {len(self.shops)} processes, {connections} connections",
            "per_second": sum(part["per_second"] for part in parts),
            "failed": sum(part["failed"] for part in parts),
            "p50_ms": max(part["p50_ms"] for part in parts),
            "p99_ms": max(part["p99_ms"] for part in parts),
            "server_cpu_us": round(cpu * 1e6 / calls, 1)})

    def take_over(self, how):
        """One process ends, while shoppers ask the first for a cart each, over all partitions, and
        ask again until they are answered: the longest that one of them waited."""
        carts = [self.shops[0].call("POST", "/api/v1/carts", {})[2] for _ in range(32)]
        ended = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(len(carts)) as pool:
            waits = [pool.submit(self.longest_wait, cart, ended) for cart in carts]
            time.sleep(1)
            self.shops.pop().end("serve", how)
            time.sleep(20)  # longer than the group's session
            ended.set()
        self.run.add({"row": f"a process of {len(self.shops) + 1} ends, {how.name}: longest wait",
                      "slowest_s": max(wait.result() for wait in waits), "carts": len(carts)})

    def longest_wait(self, cart, ended):
        path = f"/api/v1/carts/{cart['id']}/lines"
        sku = (self.run.work / "skus").read_text().split()[0]
        longest, answered = 0.0, time.monotonic()
        while not ended.is_set():
            status, _, _ = self.shops[0].call("POST", path, {"sku": sku, "quantity": 1},
                                              headers={"Shop-Token": cart["token"]})
            if status == 201:
                longest = max(longest, time.monotonic() - answered)
                answered = time.monotonic()
            time.sleep(0.05)
        return longest

    def close(self):
        for shop in self.shops[1:]:
            shop.end("serve")


def several(run):
    """One, two and three processes, and what it takes to stand in for one of them."""
    with one_broker(run) as brokers:
        warm_up(run, brokers)
        make_shop(run, "several")
        processes = None
        try:
            processes = Several(run, run.shop, brokers)
            stock.fill(run)
            processes.load(64)
            for _ in range(PROCESSES - 1):
                processes.add()
                processes.load(64)
            for how in (signal.SIGTERM, signal.SIGKILL):
                processes.take_over(how)
        finally:
            if processes is not None:
                processes.close()
            run.close_shop()
