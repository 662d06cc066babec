"""shopverse demo check: two books of an import against figures that neither of them made. The year
itself takes minutes (test_year.py); here a few weeks of 2011 are its history."""

import collections
import json

from sql import run_sql
from test_history import history, report_of, text_of
from test_views import show_all

SYSTEM = "online-retail"
# What a shop's views may lose or get wrong, and the figure that tells it.
DAMAGES = {
    "UPDATE sale SET lines = replace(lines, '\"quantity\":2', '\"quantity\":3')": "units",
    "DELETE FROM sale WHERE external_id = '0-1'": "orders",
    "UPDATE sale SET customer_id = '' WHERE external_id = '0-2'": "orders_without_customer",
    "UPDATE sale SET captured = captured - 1 WHERE external_id = '0-0'": "captured",
    "UPDATE sale SET refunded = 0 WHERE refunded > 0": "refunded",
    "UPDATE sale SET credited = 0 WHERE credited > 0": "open_balances",
    "UPDATE credit_note SET total = total + 1 WHERE external_id = 'C0a'": "refunds",
    "UPDATE credit_note SET settled = 0 WHERE external_id = 'C0a'": "notes_settled",
    "UPDATE credit_note SET number = number + 1": "highest_note_number",
    "DELETE FROM stock_movement WHERE kind = 'shipped'": "units_shipped",
    "DELETE FROM stock_movement WHERE kind = 'restocked'": "units_returned",
    "DELETE FROM stock_movement WHERE kind = 'received'": "units_on_hand",
}


def records_of_2011():
    text = text_of(history(weeks=2)).replace('"2024-', '"2011-')
    return [json.loads(line) for line in text.splitlines()]


def moves_of(records):
    """As golden.json tells them."""
    pence, units = collections.Counter(), collections.Counter()
    notes = [record for record in records if record["type"] in ("credit_note", "refund")]
    for record in records:
        kind = record["type"]
        if kind in ("receipt", "adjustment"):
            units["on_hand"] += record.get("quantity", 0) + record.get("delta", 0)
        elif kind == "payment":
            pence["captured"] += record["amount"]
        elif kind == "refund":
            pence["refunded"] += record["amount"]
            units["returned"] += sum(line["quantity"] for line in record.get("lines", []))
        elif kind == "order":
            pence["captured"] += sum(paid["amount"] for paid in record["payments"])
            units["shipped"] += sum(line["quantity"] for line in record["lines"]
                                    if line["kind"] == "item")
        elif kind == "credit_note":
            pence["refunded"] += sum(settled["amount"] for settled in record["settle"]
                                     if settled["by"] == "refund")
            units["returned"] += sum(line["quantity"] for line in record["lines"]
                                     if line["restock"])
    return {"captured": pounds(pence["captured"]), "refunded": pounds(pence["refunded"]),
            "notes_settled": len(notes), "highest_note_number": len(notes),
            "units_shipped": units["shipped"], "units_returned": units["returned"],
            "units_on_hand": units["on_hand"] - units["shipped"] + units["returned"]}


def pounds(pence):
    return f"{pence // 100}.{pence % 100:02}"


def check(shop, demo, expect):
    return {each["figure"]: each for each in json.loads(shop.run(
        "demo", "check", "--json", "--demo-files", demo, "--postgres", shop.database,
        expect=expect))}


def golden_of(figures, moves):
    """golden.json as `figures` are in the views."""
    golden = {"rows": 0, "moves": {}, "months": collections.defaultdict(dict)}
    for name, figure in figures.items():
        value = figure["views"] if "." in figure["views"] else int(figure["views"])
        *month, member = name.split()
        if month:
            golden["months"][month[0]][member] = value
        elif member in MOVES:
            golden["moves"][member] = value
        else:
            golden[member] = value
    golden["moves"] |= moves
    return golden


MOVES = {"captured", "refunded", "open_balances", "notes_settled", "highest_note_number",
         "units_shipped", "units_returned", "units_on_hand"}
NOTHING = {"rows": 0, "orders": 0, "gross": "0.00", "units": 0, "aov": "0.00",
           "cancelled_documents": 0, "refunds": "0.00", "net": "0.00", "customers": 0,
           "repeat_customers": 0, "orders_without_customer": 0, "months": {},
           "moves": {name: 0 if "_" in name and name != "open_balances" else "0.00"
                     for name in MOVES}}


def write_golden(demo, golden):
    (demo / "online-retail").mkdir(parents=True, exist_ok=True)
    (demo / "online-retail" / "golden.json").write_text(json.dumps(golden))


def test_both_books_agree_with_figures_made_elsewhere_and_any_damage_of_the_views_is_told(
        shop, tmp_path):
    records = records_of_2011()
    assert report_of(shop, records, f"?system={SYSTEM}")["refused"] == 0
    show_all(shop)
    write_golden(tmp_path, NOTHING)
    found = check(shop, tmp_path, expect=1)
    assert [name for name, each in found.items() if each["views"] != each["log"]] == []
    write_golden(tmp_path, golden_of(found, moves_of(records)))
    assert all(each["agrees"] for each in check(shop, tmp_path, expect=0).values())
    for damage, figure in DAMAGES.items():
        run_sql(shop.database, f"SET search_path = storefront_1; BEGIN; {damage}; COMMIT")
        told = check(shop, tmp_path, expect=1)
        assert not told[figure]["agrees"], damage
        assert told[figure]["log"] == told[figure]["independent"], damage
