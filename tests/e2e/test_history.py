"""Another shop's history comes in: whole, once, also through a crash, and with a report first."""

import collections
import json
import re
import subprocess

from programs import wait_until
from shopper import at_once
from test_roles import holding, new_key

HISTORY = "/api/v1/admin/imports/history"
SKUS = [f"H-{n}" for n in range(1, 9)]
WEEKS = 6
ORDERS_A_WEEK = 12
PRICE = 250


def at(week, hour):
    return f"2024-0{1 + week // 4}-{1 + 7 * (week % 4):02}T{hour:02}:00:00Z"


def item(number, sku, quantity):
    return {"id": str(number), "kind": "item", "sku": sku, "title": f"Thing {sku}",
            "quantity": quantity, "unit_price": {"minor_units": PRICE},
            "gross": PRICE * quantity}


def order_of(name, week, hour, customer):
    lines = [item(n, SKUS[(hour + n) % len(SKUS)], n) for n in range(1, 4)]
    lines.append({"id": "post", "kind": "shipping", "title": "Postage", "quantity": 1,
                  "unit_price": {"minor_units": 395}, "gross": 395})
    return {"type": "order", "id": name, "at": at(week, hour), "currency": "GBP",
            **({"customer": customer} if customer else {}), "country": "GB", "lines": lines,
            "payments": [{"provider": "offline", "method": "invoice", "reference": name,
                          "amount": sum(line["gross"] for line in lines)}],
            "fulfilled": True}


def credited(order, number, quantity):
    line = order["lines"][number - 1]
    return {"kind": "item", "sku": line["sku"], "title": line["title"], "quantity": quantity,
            "unit_price": line["unit_price"], "gross": PRICE * quantity, "restock": True,
            "order": order["id"], "order_line": line["id"]}


def note_of(name, week, lines, settle):
    return {"type": "credit_note", "id": name, "at": at(week, 23), "currency": "GBP",
            "reason": "returned", "lines": lines, "settle": settle}


def refund_on(order, amount):
    return {"by": "refund", "amount": amount, "order": order["id"]}


def notes_of(week, orders):
    """About one order; about two and none; about none."""
    one, two, three = orders[:3]
    apart = credited(three, 1, 1) | {"title": "Not known"}
    del apart["order"], apart["order_line"]
    fee = {"kind": "surcharge", "title": "Fee", "quantity": 1,
           "unit_price": {"minor_units": 900}, "gross": 900, "restock": False}
    return [
        note_of(f"C{week}a", week, [credited(one, 2, 1), credited(one, 3, 3)],
                [refund_on(one, 4 * PRICE)]),
        note_of(f"C{week}b", week, [credited(one, 1, 1), credited(two, 2, 2), apart],
                [refund_on(one, PRICE), refund_on(two, 2 * PRICE),
                 {"by": "offline", "amount": PRICE}]),
        note_of(f"C{week}c", week, [fee], [{"by": "offset", "amount": 900}]),
    ]


def pay_later(week, owed, account):
    """One order half paid when it was sold, and one on account: what came of the money since."""
    total = owed["payments"][0]["amount"]
    owed["payments"][0]["amount"] = total // 2
    account["payments"] = []

    def payment(name, order, amount):
        return {"type": "payment", "id": f"P{week}{name}", "order": order["id"],
                "at": at(week, 21), "amount": amount, "method": "transfer", "reference": "bank"}

    return [payment("a", owed, total - total // 2), payment("b", account, 400),
            payment("c", account, 300),
            {"type": "refund", "id": f"G{week}", "order": account["id"], "at": at(week, 22),
             "amount": 500, "reason": "late"}]


def history(weeks=WEEKS):
    """Of every kind; the stock is just enough if nothing is sold before it came in."""
    records = [{"type": "product", "sku": sku, "title": f"Thing {sku}", "publish": sku != "H-8",
                "price": {"minor_units": PRICE, "currency": "GBP"}} for sku in SKUS]
    records += [{"type": "customer", "id": str(n), "name": f"Ada {n}",
                 "email": f"ada{n}@example.org"} for n in range(5)]
    for week in range(weeks):
        orders = [order_of(f"{week}-{hour}", week, hour, str(hour % 5) if hour % 4 else None)
                  for hour in range(ORDERS_A_WEEK)]
        later = pay_later(week, *orders[4:6])
        sold = collections.Counter()
        for order in orders:
            for line in order["lines"][:3]:
                sold[line["sku"]] += line["quantity"]
        records += [{"type": "receipt", "id": f"R{week}-{sku}", "at": at(week, 0), "sku": sku,
                     "quantity": sold[sku] + 1, "reason": "purchase"} for sku in SKUS]
        records += orders
        records.append({"type": "adjustment", "id": f"A{week}", "at": at(week, 22), "sku": "H-1",
                        "delta": -1, "reason": "damage"})
        records += later + notes_of(week, orders)
        records.append({"type": "refund", "id": f"F{week}", "order": orders[3]["id"],
                        "at": at(week, 23), "amount": 345, "reason": "goodwill",
                        "lines": [{"order_line": "1", "quantity": 1, "amount": 250,
                                   "restock": True}]})
    return records


def text_of(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def send(shop, records, query=""):
    text = records if isinstance(records, str) else text_of(records)
    return shop.staff().post(HISTORY + query, text.encode(), content_type="application/x-ndjson")


def report_of(shop, records, query=""):
    return send(shop, records, query).expect(200).json


def counts(report):
    return {name: report[name] for name in ("read", "accepted", "already_there", "refused")}


def all_events(shop):
    for line in shop.run("log", "read", "--json").splitlines():
        entry = json.loads(line)
        if entry["verdict"] == "record":
            yield from entry["entry"].get("events", [])


def books(shop):
    """What the log comes to: as little code as can be."""
    sums, stock, numbers = collections.Counter(), collections.Counter(), []
    for event in all_events(shop):
        kind, data = event["type"], event["data"]
        sums[kind] += 1
        if kind == "order.placed":
            sums["sold"] += data["totals"]["total"]["minor_units"]
        elif kind in ("payment.captured", "payment.refunded"):
            sums[kind + " pence"] += data["amount"]["minor_units"]
        elif kind == "credit_note.requested":
            sums["credited"] += data["totals"]["total"]["minor_units"]
        elif kind == "credit_note.issued":
            numbers.append(data["number"])
        elif kind in ("stock.received", "stock.restocked"):
            stock[event["stream"]] += data["quantity"]
        elif kind == "stock.adjusted":
            stock[event["stream"]] += data["delta"]
        elif kind == "stock.shipped":
            stock[event["stream"]] -= data["taken"]
    kinds = ("order.placed", "customer.imported", "fulfillment.shipped", "credit_note.requested",
             "stock.received", "stock.adjusted", "stock.restocked", "stock.shipped", "sold",
             "credited", "payment.captured pence", "payment.refunded pence")
    return {kind: sums[kind] for kind in kinds} | {
        "stock": sorted(stock.values()), "numbers": sorted(numbers)}


def expected_books(records):
    orders = [record for record in records if record["type"] == "order"]
    notes = [record for record in records if record["type"] == "credit_note"]
    refunds = [record for record in records if record["type"] == "refund"]
    sold = sum(line["gross"] for order in orders for line in order["lines"])
    credited_sum = sum(line["gross"] for note in notes for line in note["lines"])
    refunded = sum(s["amount"] for note in notes for s in note["settle"] if s["by"] == "refund")
    given = sum(refund["amount"] for refund in refunds)
    paid = [payment for order in orders for payment in order["payments"]]
    paid += [record for record in records if record["type"] == "payment"]
    count = collections.Counter(record["type"] for record in records).__getitem__
    return {
        "order.placed": len(orders), "fulfillment.shipped": len(orders), "sold": sold,
        "customer.imported": 5, "credit_note.requested": len(notes) + len(refunds),
        "stock.received": count("receipt"), "stock.adjusted": count("adjustment"),
        "credited": credited_sum + given,
        "payment.captured pence": sum(payment["amount"] for payment in paid),
        "payment.refunded pence": refunded + given,
        "numbers": list(range(1, len(notes) + len(refunds) + 1)),
    }


def told(shop):
    """All that happened, but for blocks of order numbers, which the shop leases by itself."""
    return [event for event in all_events(shop) if not event["type"].startswith("series.")]


def check(shop, records):
    found = books(shop)
    expected = expected_books(records)
    assert {name: found[name] for name in expected} == expected
    return found


def test_a_history_of_every_kind_comes_in_whole_and_only_once(shop):
    records = history()
    report = report_of(shop, records)
    assert counts(report) == {"read": len(records), "accepted": len(records), "already_there": 0,
                              "refused": 0}, report
    check(shop, records)
    before = told(shop)
    again = report_of(shop, records)
    assert (again["accepted"], again["already_there"]) == (0, len(records)), again
    assert told(shop) == before


def log_entries(shop):
    text = shop.api().get("/metrics").expect(200).body.decode()
    return sum(int(end) for end in re.findall(
        r"^shopverse_log_end_offset\{[^}]*\} (\d+)", text, re.MULTILINE))


def test_an_import_that_was_killed_is_sent_again_and_gives_the_same_books(shop, tmp_path):
    records = history(weeks=36)
    file = tmp_path / "history.ndjson"
    file.write_text(text_of(records))
    command = [shop.binary, "import", "history", str(file), "--data", str(shop.data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        wait_until(lambda: log_entries(shop) > 300, 60, "the first orders")
        shop.kill()
        assert run.wait(60) == 1
    shop.start()
    report = json.loads(shop.run("import", "history", file, "--json"))
    assert report["refused"] == 0, report
    assert report["already_there"] > 0
    check(shop, records)


def at_the_same_time(shop, records, imports):
    """The reports of so many imports of them."""
    reports = at_once([lambda: report_of(shop, records)] * imports)
    assert [report["refused"] for report in reports] == [0] * imports, json.dumps(reports)
    return reports


def test_two_imports_of_one_history_at_once_make_it_once(shop):
    records = history()
    at_the_same_time(shop, records, 2)
    check(shop, records)


def test_what_one_import_is_just_making_another_one_may_name(shop):
    records = []
    for n in range(150):
        records += [{"type": "product", "sku": f"N-{n}", "title": f"New {n}", "publish": True,
                     "price": {"minor_units": PRICE, "currency": "GBP"}},
                    {"type": "receipt", "id": f"R{n}", "at": at(0, 0), "sku": f"N-{n}",
                     "quantity": 1, "reason": "purchase"}]
    reports = at_the_same_time(shop, records, 3)
    assert sum(report["accepted"] for report in reports) >= len(records)
    assert books(shop)["stock"] == [1] * 150


def test_a_dry_run_names_what_is_wrong_and_changes_nothing(shop):
    records = history()
    good = len(records)
    sold = next(record for record in records if record["type"] == "order")
    records += [
        {"type": "receipt", "id": "X1", "at": at(7, 1), "sku": "NO-SUCH", "quantity": 1,
         "reason": "purchase"},
        note_of("X2", 7, [credited(sold, 1, 1) | {"quantity": 9, "gross": 9 * PRICE}], []),
        note_of("X3", 7, [credited(sold, 1, 1) | {"order": "no such"}], []),
        {"type": "refund", "id": "X4", "order": sold["id"], "at": at(7, 1), "amount": 10_000_000,
         "reason": "too much"},
        {"type": "order", "id": "X5", "at": at(7, 1)},
        order_of("X6", 7, 1, "nobody"),
        records[0],
    ]
    before = told(shop)
    text = text_of(records) + "no record\n"
    report = report_of(shop, text, "?dry_run=1")
    assert report["dry_run"]
    assert counts(report) == {"read": len(records) + 1, "accepted": good, "already_there": 1,
                              "refused": 7}, report
    codes = {refusals["code"] for kind in report["kinds"] for refusals in kind["refusals"]}
    assert codes == {"unknown-product", "credited-too-many", "unknown-order", "refunded-too-much",
                     "bad-record", "unknown-customer"}
    assert told(shop) == before


def items_of(shop, path):
    cursor = ""
    while cursor is not None:
        page = shop.staff().get(f"/api/v1/admin/{path}?limit=100{cursor}").expect(200).json
        yield from page["items"]
        cursor = page["next"] and f"&cursor={page['next']}"


def sums_in_lists(shop):
    """What staff's lists come to, as a report tells it."""
    def pence(path, member):
        return sum(item[member]["minor_units"] for item in items_of(shop, path))

    units = collections.Counter()
    for moved in items_of(shop, "stock-movements"):
        units[moved["kind"]] += -moved["units"] if moved["kind"] == "shipped" else moved["units"]
    money = {"currency": "GBP", "sold": pence("orders", "total"),
             "paid": pence("payments", "captured"), "credited": pence("credit-notes", "total"),
             "refunded": pence("payments", "refunded")}
    return {"money": [money], "units": dict(units), "left_out": 0}


def test_a_dry_run_says_in_sum_what_the_import_moves_and_staffs_lists_then_show(shop):
    records = history()
    tried = report_of(shop, records, "?dry_run=1")["sums"]
    report = report_of(shop, records)
    assert report["sums"] == tried
    kinds = {kind["type"]: kind["sums"] for kind in report["kinds"]}
    assert kinds["refund"]["money"][0]["refunded"] == 845 * WEEKS
    nothing = {"money": [], "units": dict.fromkeys(tried["units"], 0), "left_out": 0}
    received = nothing["units"] | {"received": tried["units"]["received"]}
    assert kinds["receipt"] == nothing | {"units": received}
    wait_until(lambda: sums_in_lists(shop) == tried, 60, "the views")
    again = report_of(shop, records)["sums"]
    assert again == nothing


def test_the_command_line_tells_each_records_fate(shop, tmp_path):
    file, fates = tmp_path / "history.ndjson", tmp_path / "fates.ndjson"
    records = history()[:20]
    file.write_text(text_of(records) + text_of([{"type": "receipt", "id": "X", "at": at(0, 1),
                                                 "sku": "NO", "quantity": 1,
                                                 "reason": "purchase"}]))
    told = shop.run("import", "history", file, "--fates", fates, expect=1)
    assert "unknown-product: 1" in told and "line 21, X" in told
    lines = [json.loads(line) for line in fates.read_text().splitlines()]
    assert sorted(line["line"] for line in lines) == list(range(1, 22))
    assert [line["id"] for line in lines if line.get("outcome") == "refused"] == ["X"]


def test_nobody_without_the_right_brings_in_a_history(shop):
    shop.api().post(HISTORY, b"", content_type="application/x-ndjson").expect(401)
    for role in ("auditor", "operator"):
        other = holding(shop, new_key(shop, role))
        other.post(HISTORY, b"", content_type="application/x-ndjson").expect(403)


def test_what_is_no_file_of_records_is_refused(shop):
    staff = shop.staff()
    staff.post(HISTORY, b"sku,title\n", content_type="text/csv").expect(415)
    staff.post(HISTORY, {"type": "product"}).expect(415)
    told = send(shop, "no record at all\n").expect(200).json
    assert (told["read"], told["refused"]) == (1, 1)
    endless = send(shop, '{"type":"product","title":"' + 3_000_000 * "a").expect(400).json
    assert endless["type"].endswith("bad-record") and "too long" in endless["detail"]


def test_a_system_is_called_by_plain_letters(shop):
    for name in ("old%20shop", "caf%C3%A9", "a/b", "", 61 * "a"):
        refused = send(shop, "", f"?system={name}").expect(400).json
        assert refused["errors"][0]["pointer"] == "system", name
    assert counts(report_of(shop, "", "?system=Old-shop_2.0"))["read"] == 0


def test_every_refusal_of_an_import_is_documented(shop):
    paths = shop.api().get("/openapi.json").expect(200).json["paths"]
    for path in (HISTORY, "/api/v1/admin/imports/products"):
        assert {"200", "400", "401", "403", "413", "415", "503"} <= set(
            paths[path]["post"]["responses"])
