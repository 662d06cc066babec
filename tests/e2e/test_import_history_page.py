"""docs/how-to/import-history.md: its script makes of its example the records it shows."""
import json
import pathlib
import subprocess
import sys

import jsonschema_rs

from test_history import counts, report_of

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


def block(language):
    page = (DOCS / "how-to" / "import-history.md").read_text()
    start = page.index(f"```{language}\n") + len(language) + 4
    return page[start:page.index("```", start)]


def told_records():
    """A record begins in the first column; the lines after it are broken for the page."""
    return [json.loads(text) for text in block("ndjson").replace("\n ", " ").splitlines()]


def made_records():
    order = json.dumps(json.loads(block("json")))
    run = subprocess.run([sys.executable, "-c", block("python")], input=order, text=True,
                         capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def validator():
    schema = json.loads((DOCS / "history.schema.json").read_text())
    return jsonschema_rs.Draft202012Validator(schema)


def test_the_script_makes_the_records_the_page_shows():
    assert made_records() == told_records()


def test_the_records_keep_to_the_schema():
    for record in made_records():
        validator().validate(record)


def test_a_shop_takes_the_records_the_page_shows_as_its_dry_run_said_and_only_once(shop):
    records = made_records()
    whole = {"read": len(records), "accepted": len(records), "already_there": 0, "refused": 0}
    told = report_of(shop, records, "?system=oldshop&dry_run=1")
    assert counts(told) == whole, told["kinds"]
    report = report_of(shop, records, "?system=oldshop")
    assert counts(report) == whole, report["kinds"]
    assert report["sums"] == told["sums"]
    assert report["sums"]["money"] == [
        {"currency": "EUR", "sold": 3490, "paid": 3490, "credited": 1250, "refunded": 1250}]
    again = report_of(shop, records, "?system=oldshop")
    assert counts(again) == {**whole, "accepted": 0, "already_there": len(records)}, again["kinds"]


def test_the_schema_names_the_place_of_what_is_wrong():
    order = next(record for record in made_records() if record["type"] == "order")
    order["lines"][1]["quantity"] = 0
    order["tax"] = 3
    wrong = {tuple(error.instance_path): error.message for error in validator().iter_errors(order)}
    assert set(wrong) == {(), ("lines", 1, "quantity")}
    assert "tax" in wrong[()]
