"""shopverse demo year: every row of the real year, judged by a naive count of the same tables."""

import collections
import contextlib
import datetime
import decimal
import functools
import hashlib
import json
import os
import pathlib
import pty
import re
import subprocess

import jsonschema_rs
import pytest

import naive_goods
import naive_year

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "docs" / "history.schema.json"


def words_for(binary, folder):
    return [binary, "demo", "year", "--json", "--out", folder / "year.ndjson",
            "--rows", folder / "rows.ndjson"]


def make_year(binary, folder):
    run = subprocess.run(words_for(binary, folder), check=True, capture_output=True, text=True,
                         timeout=300)
    assert re.fullmatch(r"(The year: [^\n]+\n)+", run.stderr)  # the bar is for a terminal
    return json.loads(run.stdout)


def make_year_at_a_terminal(binary, folder):
    """What the terminal was told."""
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(words_for(binary, folder), stdout=subprocess.DEVNULL,
                          stderr=terminal) as run:
        os.close(terminal)
        told = b""
        with contextlib.suppress(OSError):  # the terminal's end
            while piece := os.read(keyboard, 65_536):
                told += piece
    os.close(keyboard)
    assert run.returncode == 0
    return told.decode()


def check_bar(told):
    """It was drawn again and again, fuller each time, and then said how long it all took."""
    *bars, end = told.replace("\r\n", "\n").removeprefix("\r").split("\r")
    drawn = [re.fullmatch(r"The year \[(#*)(\.*)\] +(\d+) %", bar) for bar in bars]
    percent = [int(bar[3]) for bar in drawn]
    assert percent[0] < 10 and len(percent) > 50 and percent == sorted(set(percent))
    for bar in drawn:
        assert (len(bar[1]), len(bar[1] + bar[2])) == (int(bar[3]) * 40 // 100, 40)
    full = re.escape("The year [" + "#" * 40 + "] 100 %\n")
    assert re.fullmatch(full + r"The year: 135491 records in [^\n]+\n", end)


class Year:
    def __init__(self, binary, folder):
        self.folder = folder
        self.report = make_year(binary, folder)
        self.documents = naive_year.documents_of_year()

    @functools.cached_property
    def match(self):
        return naive_year.credited(self.documents)

    def records(self, *types):
        """Of those types, or all."""
        begins = tuple(f'{{"type":"{name}",' for name in types) or "{"
        with open(self.folder / "year.ndjson", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith(begins):
                    yield json.loads(line)


@pytest.fixture(scope="module")
def year(binary, tmp_path_factory):
    return Year(binary, tmp_path_factory.mktemp("year"))


def test_every_row_is_what_a_naive_count_says(year):
    expected = {row.number: (row.document, row.sku, naive_year.class_of(rows, row))
                for rows in year.documents.values() for row in rows}
    found = {}
    for line in (year.folder / "rows.ndjson").read_text().splitlines():
        fate = json.loads(line)
        assert fate["row"] not in found
        found[fate["row"]] = (fate["document"], fate["sku"], fate["row_class"])
    assert len(expected) == 541_909
    assert found == expected


def kept(rows):
    """Those of an order's document that become its lines."""
    return [row for row in rows
            if naive_year.class_of(rows, row) not in ("fee_without_price", "bad_debt_back")]


def lines_of(rows):
    return [(row.sku, row.quantity, row.pence) for row in rows]


def test_orders_and_credit_notes_hold_every_row_at_its_time(year):
    """Orders line by line; credit notes by product and price, for their lines may be split."""
    seen = set()
    for record in year.records("order", "credit_note"):
        rows = year.documents[record["id"]]
        seen.add(record["id"])
        assert naive_year.on_the_clock(record["at"]) == rows[0].at
        assert record.get("customer", "") == rows[0].customer
        lines = [(line["sku"], line["quantity"], line["gross"]) for line in record["lines"]]
        if record["type"] == "order":
            assert lines == lines_of(kept(rows))
            continue
        sums = collections.Counter()
        for sku, quantity, gross in lines:
            sums[sku] += quantity
            sums["pence"] += gross
        for row in rows:
            sums[row.sku] += row.quantity
            sums["pence"] += row.pence
        assert not any(sums.values())
    assert len(seen) == 19_963 + 3_836


def price_of(line):
    price = line["unit_price"]
    if "precise" in price:
        return decimal.Decimal(price["precise"]["units"]).scaleb(-price["precise"]["scale"])
    return decimal.Decimal(price["minor_units"]).scaleb(-2)


def test_every_line_is_of_its_rows_kind_price_and_description(year):
    for record in year.records("order"):
        rows = kept(year.documents[record["id"]])
        assert [(line["id"], line["kind"], price_of(line), naive_goods.letters_of(line["title"]))
                for line in record["lines"]] == [
            (str(number), row.kind, row.price, naive_goods.spelled(row.description))
            for number, row in enumerate(rows, 1)]


def test_every_order_is_paid_by_its_invoice_and_goes_to_its_country(year):
    places = set()
    for record in year.records("order"):
        rows = year.documents[record["id"]]
        (place,) = {row.country for row in rows}
        places.add(place)
        assert record.get("country") == naive_year.COUNTRIES.get(place)
        told = f"Country: {place}" if place in naive_year.NO_COUNTRIES else None
        assert record.get("note") == told
        pence = sum(row.pence for row in kept(rows))
        paid = {"provider": "offline", "method": "invoice", "reference": record["id"],
                "amount": pence}
        assert record["payments"] == ([paid] if pence else [])
        assert record["currency"] == "GBP" and record["fulfilled"]
    assert places == naive_year.COUNTRIES.keys() | naive_year.NO_COUNTRIES


def test_every_product_has_the_most_frequent_title_and_price(year):
    goods = naive_goods.goods_of(year.documents)
    for record in year.records("product"):
        of_sku = goods.pop(record["sku"])
        titles = {naive_goods.spelled(text) for text in of_sku.descriptions}
        assert naive_goods.letters_of(record["title"]) in (
            titles or {naive_goods.letters_of(record["sku"])}), record
        assert record["title"] != record["title"].upper() or not titles, record
        assert record["publish"] == bool(of_sku.sold)
        if of_sku.sold:
            assert record["price"]["minor_units"] in of_sku.prices, record
        else:
            assert "price" not in record
    assert not goods


def test_every_count_of_stock_and_every_customer_is_there(year):
    expected = sorted(
        (row.document, row.sku, row.quantity, row.description,
         naive_goods.reason_of(row.description))
        for rows in year.documents.values() for row in rows
        if naive_year.class_of(rows, row) in ("stock_up", "stock_down"))
    records = list(year.records("adjustment"))
    assert len({record["id"] for record in records}) == len(records) == 2_098
    assert sorted((record["id"].split("-")[0], record["sku"], record["delta"],
                   record.get("note", ""), record["reason"]) for record in records) == expected
    customers = {row.customer for rows in year.documents.values() for row in rows} - {""}
    known = [record["id"] for record in year.records("customer")]
    assert sorted(known) == sorted(customers) and len(known) == 4_372


def test_each_credit_belongs_to_the_line_and_the_payment_that_a_naive_count_finds(year):
    match, reversals, notes = year.match, 0, 0
    for record in year.records("credit_note"):
        rows = year.documents[record["id"]]
        notes += 1
        assert sorted(map(str, map(credit_of, record["lines"]))) == sorted(
            map(str, match.lines[record["id"]])), record["id"]
        settled = {(each["by"], each.get("order")): each["amount"] for each in record["settle"]}
        assert len(settled) == len(record["settle"])  # once per payment
        assert settled == {key: pence for key, pence in match.settled[record["id"]].items()
                           if pence}, record["id"]
        of_sku = {row.sku: row for row in rows}
        for line in record["lines"]:
            row = of_sku[line["sku"]]
            assert (line["kind"], line["restock"]) == (row.kind, not row.is_fee)
        if "reverses" in record:
            reversals += 1
            sale = year.documents[record["reverses"]]
            assert naive_year.same_rows(sale) == naive_year.same_rows(rows)
            assert sale[0].customer == rows[0].customer != "" and sale[0].at <= rows[0].at
    assert (notes, reversals) == (3_836, match.reversals)


def credit_of(line):
    """As naive_year.Match.lines tells it."""
    link = (line["order"], line["order_line"], line["matched_by"]) if "order" in line else None
    return line["sku"], line["quantity"], line["gross"], link


def test_credits_are_matched_as_a_naive_count_matches_them(year):
    match, found = year.match, year.report["credits"]
    assert match.pence == {name: found[name]["pence"] for name in match.pence}
    assert match.over == {name: found["over"][name] for name in ("count", "pence")}
    assert match.several_orders == found["notes_over_several_orders"] == 426
    assert match.reversals == found["reversals"] == 131


def test_money_and_goods_of_the_golden_figures_are_those_of_a_naive_count(year):
    golden = json.loads((naive_year.DEMO / "online-retail" / "golden.json").read_text())
    assert golden["moves"] == naive_year.moves_of(year.documents)


def test_stock_is_received_as_little_as_needed_and_as_early(year):
    """In each week all may go out before anything comes in."""
    out, back = naive_year.flows_of(year.documents)
    received = collections.Counter()
    for record in year.records("receipt"):
        if record["id"].startswith("assumed-"):
            at = naive_year.on_the_clock(record["at"])
            assert at.time() == datetime.time()
            received[at.date(), record["sku"]] += record["quantity"]
    balance = collections.Counter()
    for key in sorted(out.keys() | back.keys() | received.keys()):
        sku = key[1]
        least = balance[sku] + received[key] - out[key]
        assert least == 0 if received[key] else least >= 0, key
        balance[sku] = least + back[key]


def test_every_record_keeps_to_the_schema_and_the_order_of_time(year):
    schema = jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text()))
    types, last = collections.Counter(), ""
    for record in year.records():
        types[record["type"]] += 1
        assert schema.is_valid(record), record["type"] + " " + record.get("id", "")
        assert record.get("at", last) >= last
        last = record.get("at", last)
    assert types == {name: tally["count"] for name, tally in year.report["records"].items()}


def test_the_year_is_the_same_to_the_byte_each_time_and_a_bar_shows_how_far_it_is(
        year, binary, tmp_path):
    told = make_year_at_a_terminal(binary, tmp_path)
    for name in ("year.ndjson", "rows.ndjson"):
        digests = {hashlib.sha256((folder / name).read_bytes()).hexdigest()
                   for folder in (year.folder, tmp_path)}
        assert len(digests) == 1
    check_bar(told)


def test_a_report_that_cannot_be_made_says_why(binary, tmp_path):
    for words, told in ((["--demo-files", tmp_path], "Say where it is: --demo-files."),
                        (["--out", tmp_path / "no" / "file"], "cannot be written"),
                        (["--out", "/dev/full"], "cannot be written")):
        run = subprocess.run([binary, "demo", "year", *words], capture_output=True, text=True,
                             check=False, timeout=60)
        assert run.returncode == 1 and told in run.stderr and run.stdout == ""
