"""The lists staff search, over rows that a shop's events made: every item of every list, column by
column, is what a naive fold of the log makes of it; and so is what each filter leaves."""

import itertools

from naive_filters import filters
from naive_lists import email_of, lists_of, notes_of
from naive_rows import plain
from naive_sales import email_hash
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
    check_filters(shop, rows, lists)


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


# What is no filter.
PAGING = {"cursor", "limit", "Shop-Min-Position", "Prefer"}


def check_filters(shop, rows, lists):
    """Each of them finds something and leaves something out, as long as they are documented."""
    finds, leaves_out = set(), set()
    for what, query, keeps in filters(lists, addresses_of(shop, rows)):
        kept = [item for item in lists[what] if keeps(item)]
        assert told(shop, what, **query) == kept, (what, query)
        name = (what, *query)
        finds |= {name} if kept else set()
        leaves_out |= {name} if len(kept) < len(lists[what]) else set()
    assert finds == leaves_out == documented(shop, lists)


def documented(shop, lists):
    paths = shop.api().get("/openapi.json").expect(200).json["paths"]
    return {(what, parameter["name"]) for what in lists
            for parameter in paths[f"/api/v1/admin/{what}"]["get"]["parameters"]
            if parameter["name"] not in PAGING}


def addresses_of(shop, rows):
    """Somebody who is known, somebody who was erased, and a guest: what is found by their e-mail
    addresses."""
    secret = shop.signing_secret()
    guest = next(row["order_id"] for row in rows["sale"] if row["source"] == "web")
    addresses = ("mary@example.com", "ada@example.com",
                 f"{guest.replace('ord_', 'crt_')}@Example.com")
    hashes = {address: email_hash(secret, address) for address in addresses}
    return {address: {row.get("order_id") or row["customer_id"]
                      for row in rows["sale"] + rows["customer"] if row["email_hash"] == hashed}
            for address, hashed in hashes.items()}
