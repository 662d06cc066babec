"""shopverse demo year into a shop that refuses some of it: its report says so. Here the year is its
first documents; all of it is test_year.py's."""

import csv
import gzip
import json
import shutil

from naive_year import DEMO
from test_history import report_of

DOCUMENTS = 12
SYSTEM = "?system=online-retail"


def cut(folder, name, count):
    with gzip.open(folder / name, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:count + 1]
    with gzip.open(folder / name, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return rows[1:]


def short_year(tmp_path):
    """The demo's folder with the first documents only, and how many rows they have."""
    demo = tmp_path / "demo"
    shutil.copytree(DEMO, demo)
    documents = cut(demo / "online-retail", "documents.csv.gz", DOCUMENTS)
    rows = sum(int(document[4]) for document in documents)
    cut(demo / "online-retail", "lines.csv.gz", rows)
    return demo, rows


def records_of(shop, demo, file):
    shop.run("demo", "year", "--demo-files", demo, "--out", file, expect=1)  # other figures
    return [json.loads(line) for line in file.read_text().splitlines()]


def classes_of(told):
    """The second of the two reports."""
    return {row["title"]: row for row in json.loads(told.splitlines()[1])["classes"]}


def test_rows_that_the_shop_refuses_are_not_told_as_accepted(shop, tmp_path):
    demo, rows = short_year(tmp_path)
    records = records_of(shop, demo, tmp_path / "year.ndjson")
    (order, *_) = (record for record in records if record["type"] == "order")
    sku = order["lines"][0]["sku"]
    (product,) = (record for record in records if record["type"] == "product"
                  and record["sku"] == sku)
    report_of(shop, [product], SYSTEM)
    policy = {"tracked": True, "backorder_limit": 0, "safety_stock": 1_000_000}  # sells none of it
    shop.staff().put(f"/api/v1/admin/stock/{sku}/policy", policy).expect(200)
    year = ("demo", "year", "--demo-files", demo)
    classes = classes_of(shop.run(*year, "--json", expect=1))
    goods = classes["goods sold"]
    refused = sum(refusal["rows"] for refusal in goods["refusals"])
    assert refused >= len(order["lines"])
    assert goods["accepted"] == goods["rows"] - refused > 0
    (refusal,) = goods["refusals"]
    assert refusal["code"] == "out_of_stock" and order["id"] in refusal["examples"]
    assert sum(row["rows"] for row in classes.values()) == rows
    told = shop.run(*year, expect=1)
    assert f"the shop refused {refused}: out_of_stock" in told
