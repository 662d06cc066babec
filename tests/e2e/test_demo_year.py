"""shopverse demo year: every row of the real year, judged by a naive count of the same tables."""

import collections
import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import pty
import re
import subprocess

import jsonschema_rs
import pytest

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

    def records(self):
        with open(self.folder / "year.ndjson", encoding="utf-8") as lines:
            for line in lines:
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


def lines_of(rows):
    return [(row.sku, row.quantity, row.pence) for row in rows]


def test_orders_and_credit_notes_hold_every_row_at_its_time(year):
    """Orders line by line; credit notes by product and price, for their lines may be split."""
    seen = set()
    for record in year.records():
        if record["type"] not in ("order", "credit_note"):
            continue
        rows = year.documents[record["id"]]
        seen.add(record["id"])
        assert naive_year.on_the_clock(record["at"]) == rows[0].at
        assert record.get("customer", "") == rows[0].customer
        lines = [(line["sku"], line["quantity"], line["gross"]) for line in record["lines"]]
        if record["type"] == "order":
            kept = [row for row in rows if
                    naive_year.class_of(rows, row) not in ("fee_without_price", "bad_debt_back")]
            assert lines == lines_of(kept)
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


def test_credits_are_matched_as_a_naive_count_matches_them(year):
    match, found = naive_year.credited(year.documents), year.report["credits"]
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
    for record in year.records():
        if record["type"] == "receipt" and record["id"].startswith("assumed-"):
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
