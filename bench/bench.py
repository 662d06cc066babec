#!/usr/bin/env python3
"""Measures the release programs and prints a table; ./bench/run builds them first. The rows are
those of bench/README.md, which says what each includes."""

import argparse
import json
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import time
import traceback
import urllib.parse

import on_kafka
import shop as programs
import stock
from after_sale import large_order, order_lists, year
from large_catalog import import_csv, search
from shop import BENCH, Shop, cost, fill_with_demo

WRK_SCRIPT = programs.ROOT / "bench" / "wrk" / "urls.lua"


class Run:
    """One run of the bench: its folder, its results, the shop under measurement."""

    def __init__(self, options):
        self.options = options
        self.work = pathlib.Path(options.work)
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True, mode=0o700)
        self.log = open(self.work / "log", "wb")
        self.rows = []
        self.shop = None

    def add(self, row):
        self.rows.append(row)
        print(line_of(row), flush=True)

    def bench(self, part, *arguments, shop=None):
        """Runs a part of shopverse_bench and adds its rows; with what they cost `shop`."""
        before, began = (shop.cpu() if shop else None), time.monotonic()
        out = subprocess.run([BENCH, part, *map(str, arguments)], check=True,
                             stdout=subprocess.PIPE, stderr=self.log)
        rows = [json.loads(line) for line in out.stdout.decode().splitlines()]
        for row in rows:
            if before:
                row |= cost(before, shop.cpu(), row, time.monotonic() - began)
            self.add(row)
        return rows

    def close_shop(self):
        self.shop.close()
        self.shop = None

    def load(self, row, script, *arguments):
        files = ["--skus", self.work / "skus", "--urls", self.work / "urls", "--pages",
                 self.work / "pages"]
        return self.bench("load", "--address", self.shop.address, "--script", script, "--row", row,
                          "--seconds", self.options.seconds, *files, *arguments, shop=self.shop)

    def wrk(self, row, urls, connections=64):
        path = self.work / "wrk-urls"
        path.write_text("\n".join(urls) + "\n")
        before, began = self.shop.cpu(), time.monotonic()
        out = subprocess.run(
            ["wrk", "-t", "1", "-c", str(connections), "-d", f"{self.options.seconds}s", "-s",
             WRK_SCRIPT, f"http://{self.shop.address}"],
            check=True, capture_output=True, env={"URLS": str(path), "PATH": "/usr/bin:/bin"})
        result = json.loads(out.stdout.decode().splitlines()[-1])
        result = {"row": row} | result
        self.add(result | cost(before, self.shop.cpu(), result, time.monotonic() - began))


def line_of(row):
    shown = []
    for name, value in row.items():
        if name == "row":
            continue
        text = f"{value:,.0f}" if isinstance(value, float) and abs(value) >= 100 else (
            f"{value:.3g}" if isinstance(value, float) else str(value))
        shown.append(f"{name} {text}")
    return f"{row['row']:<52} " + "  ".join(shown)


# ---- Rows ----------------------------------------------------------------------------------------


def disk(run):
    run.bench("disk", "--folder", run.work)


def codec_and_decide(run):
    run.bench("codec")
    run.bench("decide")


def append(run):
    run.bench("append", "--folder", run.work / "append", "--seconds", run.options.seconds)
    stock.append_through_the_engine(run, lambda _: "rocksdb")


def open_shop(run):
    """The shop of the rows that follow, with the demo's catalog."""
    programs.make_shop(run)
    run.shop.start()
    stock.fill(run)


def lists(run):
    run.wrk("product list of 24, 500 URLs, 64 connections, cache on",
            (run.work / "urls").read_text().split())


def pages(run):
    urls = (run.work / "pages").read_text().split()
    run.wrk("product page, page cache on", urls)
    run.shop.end("serve")
    run.shop.start("--no-page-cache")
    run.wrk("product page from Postgres, page cache off", urls)
    run.shop.end("serve")
    run.shop.start()


def carts(run):
    stock.carts(run)


def journeys(run):
    for shoppers in (8, 64):
        run.load(f"whole journey, {shoppers} shoppers", "journey", "--connections", shoppers)


def visible(run):
    files = ["--skus", run.work / "skus", "--pages", run.work / "pages", "--key", run.work / "key"]
    paced = subprocess.Popen(
        [BENCH, "load", "--address", run.shop.address, "--script", "cart", "--connections", "64",
         "--rate", "2000", "--seconds", str(run.options.seconds + 2), "--row", "paced",
         "--skus", run.work / "skus"], stdout=subprocess.PIPE, stderr=run.log)
    time.sleep(1)
    before, began = run.shop.cpu(), time.monotonic()
    run.bench("load", "--address", run.shop.address, "--script", "visible", "--connections", 16,
              "--rate", 100, "--seconds", run.options.seconds, *files, "--row",
              "commit to visible, at 2,000 commands a second")
    after, seconds = run.shop.cpu(), time.monotonic() - began
    row = json.loads(paced.communicate()[0].decode())
    row["row"] = "… the 2,000 commands a second beside it"
    run.add(row | cost(before, after, {"per_second": 2000 + 100}, seconds))


def memory(run, of="the bench's catalog and all that was done before"):
    row = {"row": f"resident memory of serve with {of}, Postgres beside it",
           "serve_mb": round(programs.resident_mb(run.shop.pid), 1)}
    pids = [run.shop.postgres_pid, *programs.children_of(run.shop.postgres_pid)]
    run.add(row | {"postgres_mb_sum": round(sum(map(programs.resident_mb, pids)), 1)})


def memory_large(run):
    memory(run, f"{run.options.products:,} products")


def close_shop(run):
    run.close_shop()


def kafka(run):
    on_kafka.one_process(run, rebuild)
    on_kafka.several(run)


def rebuild(run, of="the bench's log, most of it carts"):
    """The next version of the storefront's views beside the live one, until it has caught up."""
    def versions():
        _, _, body = run.shop.call("GET", "/api/v1/admin/projections", staff=True)
        return body["items"]

    _, _, log = run.shop.call("GET", "/api/v1/admin/log", staff=True)
    records = sum(partition["end"] for partition in log["items"])
    began, before = time.monotonic(), run.shop.cpu()
    status, _, body = run.shop.call("POST", "/api/v1/admin/projections/storefront/rebuild",
                                    staff=True)
    assert status == 200, body
    newest = max(item["version"] for item in body["items"])
    run.shop.wait_until("the rebuild", lambda: any(
        item["version"] == newest and item["lag"] == 0 for item in versions()), 600)
    seconds = time.monotonic() - began
    row = {"row": f"rebuild of the storefront views, {of}", "per_second": records / seconds,
           "records": records}
    row |= cost(before, run.shop.cpu(), row, seconds)
    events = run.shop.count_events()  # behind the measurement: it reads all of the log
    run.add(row | {"events_per_second": events / seconds, "events": events})


def rebuild_year(run):
    rebuild(run, "the year's log, all of which they show")


def restart(run):
    """kill -9 of serve on a log of many records, in the middle of carts; Postgres stays up. Until a
    cart that was made before is read, and a product page."""
    shop = run.shop = Shop(run.work / "old", run.log)
    shop.data.mkdir(mode=0o700)
    shop.start_postgres()
    shop.start()
    fill_with_demo(shop)
    shop.end("serve")
    records = 0.0
    while records < run.options.records:
        rows = run.bench("engine", "--folder", shop.data, "--fill", "yes", "--seconds", 20)
        records += rows[0]["per_second"] * 20
    shop.start()
    products = stock.all_products(shop)
    page = products[0]["slug"]
    _, _, cart = shop.call("POST", "/api/v1/carts", {})
    kill_amid_carts(run, [p["sku"] for p in products if p["available"] >= 100])
    began = time.monotonic()
    shop.start()
    request = programs.urllib.request.Request(
        f"http://{shop.address}/api/v1/carts/{cart['id']}", headers={"Shop-Token": cart["token"]})
    programs.urllib.request.urlopen(request).read()
    cart_seconds = time.monotonic() - began
    assert shop.call("GET", f"/api/v1/products/{page}")[0] == 200
    page_seconds = time.monotonic() - began
    run.add({"row": f"restart after kill -9 amid carts, {records:,.0f} records",
             "cart_s": cart_seconds, "cart_and_page_s": page_seconds,
             "tail_records": shop.metric("shopverse_log_records_folded_total"),
             "serve_mb": round(programs.resident_mb(shop.pid), 1)})


def kill_amid_carts(run, skus):
    """The load ends by itself when nobody answers it any more."""
    stock.write_lines(run.work / "old-skus", skus)
    with subprocess.Popen(
            [BENCH, "load", "--address", run.shop.address, "--script", "cart", "--connections",
             "64", "--seconds", "60", "--skus", run.work / "old-skus"],
            stdout=subprocess.DEVNULL, stderr=run.log) as carts:
        time.sleep(5)  # states are saved each second
        assert carts.poll() is None, "the carts ended before the shop; see the bench's log"
        run.shop.end("serve", signal.SIGKILL)


ROWS = {
    "disk before": disk, "codec": codec_and_decide, "append": append, "kafka": kafka,
    "open": open_shop,
    "list": lists, "page": pages, "cart": carts, "journey": journeys, "visible": visible,
    "large": large_order, "rebuild": rebuild, "memory": memory, "close": close_shop,
    "import": import_csv, "search": search, "memory large": memory_large,
    "close large": close_shop, "year": year, "year rebuilt": rebuild_year,
    "orders": order_lists, "close year": close_shop,
    "restart": restart, "close old": close_shop, "disk after": disk,
}


def machine():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            name = line.split(":")[1].strip()
            return f"{name}, {programs.os.cpu_count()} cores, {platform.release()}"
    return platform.platform()


def run_all(run):
    wanted = run.options.rows.split(",") if run.options.rows else None
    missed = 0
    for name, measure in ROWS.items():
        if wanted and name.split()[0] not in wanted and not name.startswith(("open", "close")):
            continue
        if name.startswith("close") and run.shop is None:
            continue
        try:
            measure(run)
        except Exception as error:  # a row that cannot be measured is said, and the rest goes on
            missed += 1
            traceback.print_exc(file=sys.stderr)
            run.add({"row": name, "not_measured": str(error)})
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", default=programs.ROOT / "build" / "bench",
                        help="folder for data and results; deleted first")
    parser.add_argument("--seconds", type=int, default=10, help="of each row")
    parser.add_argument("--products", type=int, default=100_000, help="of import and search")
    parser.add_argument("--records", type=int, default=5_000_000, help="of the restart row")
    parser.add_argument("--rows", help="only these, by commas: " + ", ".join(
        dict.fromkeys(n.split()[0] for n in ROWS)))
    run = Run(parser.parse_args())
    print(machine())
    missed = run_all(run)
    result = {"machine": machine(), "rows": run.rows}
    (run.work / "results.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {run.work / 'results.json'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
