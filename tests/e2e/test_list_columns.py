"""The lists staff search, over rows that a shop's events made: every item of every list, column by
column, is what a naive fold of the log makes of it; and so is what each filter leaves."""

import datetime
import itertools

from naive_lists import email_of, lists_of, notes_of
from naive_rows import plain
from test_staff_lists import pages_of
from test_views import check_views
from trading import NOTE, trade

# Members of items that say the same in all that trade() does: they cannot be told apart here.
ALIKE = set()


def told(shop, what, **query):
    """The list's items, page by page, but for contacts, which are sealed."""
    items = [plain(item) for item in pages_of(shop, what, 7, **query)]
    return [{name: value for name, value in item.items() if name != "contact"} for item in items]


def alike(lists):
    """Pairs of members that could be swapped without a list showing it."""
    return {(what, one, other) for what, items in lists.items()
            for one, other in itertools.combinations(sorted(items[0]), 2)
            if all(item[one] == item[other] for item in items)}


def test_every_list_says_column_by_column_what_a_naive_fold_says(shop):
    trade(shop)
    rows = check_views(shop)
    lists = lists_of(rows)
    assert alike(lists) == ALIKE
    for what, items in lists.items():
        assert told(shop, what) == items, what
    emails = [item["contact"]["email"] for item in pages_of(shop, "customers", 7)]
    customers = {row["customer_id"]: row for row in rows["customer"]}
    assert emails == [email_of(customers[item["id"]]) for item in lists["customers"]]
    check_notes(shop, rows)
    for what, query, keeps in filters(lists):
        kept = [item for item in lists[what] if keeps(item)]
        assert 0 < len(kept) < len(lists[what]), (what, query)
        assert told(shop, what, **query) == kept, (what, query)


def check_notes(shop, rows):
    """Of a customer who is known, and of one who was erased."""
    erased = {row["person"]: False for row in rows["order_note"]}
    known = {row["customer_id"] for row in rows["customer"] if row["status"] == "known"}
    for sale in rows["sale"]:
        if sale["person"] in erased:
            erased[sale["person"]] = sale["customer_id"] not in known
    assert set(erased.values()) == {True, False}

    def text_of(row):
        return "[erased]" if erased[row["person"]] else NOTE

    for sale in rows["sale"]:
        order = sale["order_id"]
        notes = notes_of(rows, order, text_of)
        assert told(shop, f"orders/{order}/notes") == notes


# Of the lists of money and of goods: the filter, and the member that it looks at.
FILTERS = {
    "payments": {"status": "status", "provider": "provider", "order": "order_id",
                 "q": "order_number"},
    "refunds": {"status": "status", "owed": "is_owed", "payment": "payment_id",
                "order": "order_id", "credit_note": "credit_note_id", "q": "order_number"},
    "stock-movements": {"kind": "kind", "order": "order_id", "document": "document"},
}
TIMES = {"payments": "initiated_at", "refunds": "requested_at", "stock-movements": "moved_at"}


def filters(lists):
    """A list, the query of one filter, and what it keeps."""
    for what, names in FILTERS.items():
        for name, member in names.items():
            value = next(item[member] for item in lists[what] if item[member])
            yield what, {name: str(value).lower() if value is True else value}, (
                lambda item, member=member, value=value: item[member] == value)
        member = TIMES[what]
        moment = lists[what][len(lists[what]) // 2][member]
        yield what, {"from": text_of(moment)}, (
            lambda item, member=member, moment=moment: item[member] >= moment)
        yield what, {"to": text_of(moment)}, (
            lambda item, member=member, moment=moment: item[member] < moment)
    paid = next(item for item in lists["payments"] if item["reference"])
    yield "payments", {"q": paid["reference"]}, (
        lambda item: item["reference"] == paid["reference"])
    for actor in next(item["actor"] for item in lists["stock-movements"]
                      if item["actor"]["kind"] == "staff").values():
        yield "stock-movements", {"actor": actor}, (
            lambda item, actor=actor: actor in item["actor"].values())


def text_of(microseconds):
    """As the API takes a time."""
    moment = datetime.datetime.fromtimestamp(0, datetime.timezone.utc) + datetime.timedelta(
        microseconds=microseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
