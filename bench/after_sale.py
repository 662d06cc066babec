"""Rows about what becomes of orders: one of 1,114 lines, and a year of them."""

import statistics
import subprocess
import time

import shop as programs

LINES = 1114  # of the largest invoice of the demo's year
WHY = {"code": "bench"}


def pence(amount):
    return {"minor_units": amount, "currency": "GBP"}


def of(what, times_ms):
    return {"row": f"an order of {LINES:,} lines, {what}", "p50_ms": statistics.median(times_ms),
            "p90_ms": sorted(times_ms)[len(times_ms) * 9 // 10], "max_ms": max(times_ms),
            "calls": len(times_ms)}


def timed(times, call):
    began = time.monotonic()
    status, _, body = call()
    times.append((time.monotonic() - began) * 1e3)
    assert status in (200, 201), body
    return body


INVOICE = {"provider": "offline", "method": "invoice", "reference": "B-1"}
CARD = {"provider": "sandbox", "token": "tok_ok"}


def large_order(run):
    """By card, which is charged as it ships and refunded as it is credited; and by invoice."""
    for name, payment in (("by card", CARD), ("by invoice", INVOICE)):
        for what, times in life_of_large_order(run, payment).items():
            run.add(of(f"{name}: {what}", times))


def life_of_large_order(run, payment, rounds=20):
    """Placed by staff, all of it shipped, half of its lines credited with restock; each until the
    answer, which tells what became of the call. One at a time. Milliseconds per kind of call."""
    shop = run.shop
    skus = (run.work / "skus").read_text().split()[:LINES]
    times = {"placed": [], "shipped": [], "half of it credited": []}
    lines = [{"sku": sku, "quantity": 1, "unit_price": pence(100 + n), "tax": "none"}
             for n, sku in enumerate(skus)]
    body = {"contact": {"email": "bench@example.com"}, "lines": lines, "payment": payment}

    def post(what, target, body):
        return timed(times[what], lambda: shop.call("POST", f"/api/v1/admin/{target}", body, True))

    def allocated(path):
        status, _, _ = shop.call("POST", f"/api/v1/admin/{path}/fulfillments?dry_run=1", {}, True)
        return status == 200

    def charged(path):
        _, _, order = shop.call("GET", f"/api/v1/admin/{path}", staff=True)
        return order["balance"]["minor_units"] == 0

    for _ in range(rounds):
        order = post("placed", "orders", body)
        path = f"orders/{order['id']}"
        shop.wait_until("its units are set aside", lambda path=path: allocated(path))
        post("shipped", f"{path}/fulfillments", {"ship": {"carrier": "post"}, "reason": WHY})
        shop.wait_until("it is paid", lambda path=path: charged(path))
        units = [{"line_id": line["id"], "quantity": 1, "restock": 1}
                 for line in order["lines"][::2]]
        post("half of it credited", f"{path}/credit-notes", {"lines": units, "reason": WHY})
    return times


def year(run):
    """`shopverse demo year` into an empty shop, until `demo check` has waited for the views and
    found that all books agree; then `demo check` alone."""
    programs.make_shop(run, "year")
    shop = run.shop
    shop.start()
    before, began = shop.cpu(), time.monotonic()
    shop.command("demo", "year", "--demo-files", programs.ROOT / "demo")
    imported = time.monotonic() - began
    check_books(shop)
    seconds = time.monotonic() - began
    after = shop.cpu()
    run.add({"row": "the demo's year, until views have caught up and books agree",
             "seconds": seconds, "imported_s": imported, "server_cpu_s": after[0] - before[0],
             "postgres_cpu_s": after[1] - before[1],
             "log_mb": size_mb(shop.data / "log"), "state_mb": size_mb(shop.data / "state"),
             "serve_mb": programs.resident_mb(shop.pid)})
    began = time.monotonic()
    check_books(shop)
    run.add({"row": "demo check, its views up to date", "seconds": time.monotonic() - began})


def check_books(shop):
    """Once the views have read all of the log. Fails unless views, log and the independent figures
    agree."""
    shop.command("demo", "check", "--demo-files", programs.ROOT / "demo")


def size_mb(folder):
    out = subprocess.run(["du", "-sm", folder], capture_output=True, text=True, check=False)
    return int(out.stdout.split()[0]) if out.stdout else 0


ORDER_LIST = "/api/v1/admin/orders"
# Columns that are made up, the rest being those of the year's orders: each comes 50 times, every
# copy a year earlier, 2 % canceled, the newest 3,000 of all unpaid.
COPY_ORDERS = """
DO $$
DECLARE own text; newest timestamptz;
BEGIN
    SELECT string_agg(quote_ident(column_name), ', ') INTO own FROM information_schema.columns
    WHERE table_schema = '{schema}' AND table_name = 'sale' AND is_generated = 'NEVER'
      AND column_name NOT IN ('order_id', 'number', 'placed_at', 'canceled_at');
    EXECUTE format('INSERT INTO {schema}.sale (order_id, number, placed_at, canceled_at, %1$s)
        SELECT ''ord_'' || substr(md5(order_id || copy), 1, 20), number || ''-'' || copy,
               placed_at - copy * interval ''1 year'' + hashtext(order_id || copy) %% 10000
                   * interval ''1 second'',
               CASE WHEN hashtext(order_id || copy) %% 50 = 0 THEN placed_at END, %1$s
        FROM {schema}.sale, generate_series(1, 50) AS copy', own);
    SELECT placed_at INTO newest FROM {schema}.sale ORDER BY placed_at DESC OFFSET 3000 LIMIT 1;
    UPDATE {schema}.sale SET captured = 0, refunded = 0 WHERE placed_at > newest;
END $$;
VACUUM ANALYZE {schema}.sale;
"""


def order_lists(run):
    """The list of orders with 22 kinds of filters, over HTTP, one call at a time, in a shop with
    the year's orders and fifty made-up copies of each in the views' own table."""
    shop = run.shop
    schema = psql(shop, "SELECT table_schema FROM information_schema.tables"
                        " WHERE table_name = 'sale' ORDER BY 1 DESC LIMIT 1")
    psql(shop, COPY_ORDERS.replace("{schema}", schema))
    count = psql(shop, f"SELECT count(*) FROM {schema}.sale")
    urls = order_list_urls(shop, schema)
    times = []
    for _ in range(40):
        times.append([])
        for url in urls:
            timed(times[-1], lambda url=url: shop.call("GET", url, staff=True))
    kinds = [statistics.median(taken) for taken in zip(*times)]
    slowest = max(range(len(urls)), key=kinds.__getitem__)
    taken = sorted(ms for round_ in times for ms in round_)
    run.add({"row": f"list of {int(count):,} orders for staff, {len(urls)} kinds of filters",
             "p50_ms": statistics.median(taken), "p99_ms": taken[len(taken) * 99 // 100],
             "max_ms": taken[-1], "slowest": f"{kinds[slowest]:.1f} ms {urls[slowest]}"})


def order_list_urls(shop, schema):
    one = psql(shop, f"SELECT customer_id || ' ' || number FROM {schema}.sale"
                     " WHERE customer_id <> '' ORDER BY order_id LIMIT 1").split()
    filters = ["", "status=placed", "status=canceled", "status=confirmed", "payment_status=pending",
               "payment_status=captured", "payment_status=partially_refunded",
               "fulfillment_status=unfulfilled", "fulfillment_status=fulfilled", "balance=positive",
               "balance=negative", "country=FR", "country=SG", f"customer={one[0]}",
               f"number={one[1]}", f"number={one[1][:4]}", f"q={one[1][:5]}", "q=bench@example.com",
               "status=canceled&payment_status=partially_refunded",
               "status=placed&country=DE&payment_status=captured&balance=zero",
               "from=1980-03-01T00:00:00Z&to=1980-04-01T00:00:00Z",
               "to=1975-01-01T00:00:00Z&status=placed"]
    return [f"{ORDER_LIST}?limit=50&{chosen}".rstrip("&") for chosen in filters]


def psql(shop, statement):
    out = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", shop.conninfo],
                         input=statement, capture_output=True, text=True, check=False)
    if out.returncode:
        raise RuntimeError(out.stderr)
    return out.stdout.strip()
