"""Every row that the storefront's tables must hold, made of a naive fold of the log, and the rows
they do hold. Both are dictionaries, so that no column is overlooked.

    expected = rows_of_fold(naive_fold.fold(shop.run("log", "read", "--json")), database, secret)
    assert difference(rows_of_tables(database, "storefront_1"), expected) == ""
"""

import json
import math
import re
import time

from naive_fold import microseconds, units
from naive_sales import rows_of_sales
from sql import run_sql

UNLIMITED = 1_000_000_000
BANDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # where the next price band begins

# Columns as the fold can tell them: texts that hold JSON as values, times as microseconds, and what
# only names something by what it names.
WITH_LINES = "to_jsonb(t) || jsonb_build_object('lines', t.lines::jsonb)"
COLUMNS = {
    # state is the view's own memory: all other tables are made of it.
    "product": "to_jsonb(t) - 'state'",
    "page": "to_jsonb(t) - '{head,variants,tail}'::text[] || jsonb_build_object('page', (t.head || "
            "coalesce((SELECT string_agg(v || '0}', ',' ORDER BY n) "
            "FROM unnest(t.variants) WITH ORDINALITY u(v, n)), '') || t.tail || '0}')::jsonb)",
    "card": "to_jsonb(t) || jsonb_build_object('card', (t.card || '}')::jsonb)",
    "listing": "to_jsonb(t) || jsonb_build_object('facets', (SELECT to_jsonb(f) - 'facets' "
               "FROM {schema}.facet_set f WHERE f.facets = t.facets))",
    "sale": WITH_LINES, "fulfillment": WITH_LINES, "credit_note": WITH_LINES,
}
TIMES = ("placed_at", "confirmed_at", "canceled_at", "initiated_at", "changed_at", "requested_at",
         "created_at", "shipped_at", "ended_at", "issued_at", "known_since", "moved_at",
         "noted_at")


def tables_of(database, schema):
    """As Postgres knows them: a new table cannot be forgotten here."""
    return run_sql(database, "SELECT tablename FROM pg_tables "
                             f"WHERE schemaname = '{schema}' ORDER BY 1")


def rows_of_tables(database, schema):
    return {
        name: rows_of_table(database, schema, name)
        for name in tables_of(database, schema)
        if name != "facet_set"}  # shown with each listing; sets that none has any more say nothing


def rows_of_table(database, schema, name):
    columns = COLUMNS.get(name, "to_jsonb(t)").replace("{schema}", schema)
    lines = run_sql(database, f"SELECT {columns} FROM {schema}.{name} t")
    return [plain(json.loads(line)) for line in lines]


def plain(row):
    for name in TIMES:
        if isinstance(row.get(name), str):
            row[name] = microseconds(row[name])
    if "page" in row:
        del row["page"]["available"]
        for variant in row["page"]["variants"]:
            del variant["available"]
    return row


def difference(actual, expected):
    """The first rows that differ, for a message; empty if none do."""
    if actual.keys() != expected.keys():
        return f"tables: {sorted(actual)}, expected {sorted(expected)}"
    for name in expected:
        has, wants = ({json.dumps(row, sort_keys=True) for row in rows[name]}
                      for rows in (actual, expected))
        if has != wants or len(actual[name]) != len(expected[name]):
            return f"{name}: has {sorted(has - wants)[:2]}, lacks {sorted(wants - has)[:2]}"
    return ""


# ---- Products -----------------------------------------------------------------------------------


def rows_of_fold(fold, database, secret):
    """`database` only makes search vectors of texts; `secret` is what <data>/secrets/signing
    holds."""
    shown = {id: p for id, p in fold.products.items() if p["status"] == "published"}
    return {
        "product": [
            {"product_id": id, "version": p["version"], "status": p["status"], "slug": p["slug"],
             "title": p["title"], "skus": [v["sku"] for v in all_of(p)],
             "created_at_us": p["created"], "changed_at_us": p["changed"],
             "prices_until_us": prices_until(p)}
            for id, p in fold.products.items()],
        "variant": [row for id, p in fold.products.items() for row in variants(fold, id, p)],
        "page": [
            {"product_id": id, "currency": currency, "slug": p["slug"], "version": p["version"],
             "page": page(id, p, currency), "stock_ids": [stock_id(fold, p, v) for v in all_of(p)]}
            for id, p in shown.items() for currency in currencies(p) or [""]],
        "card": [
            {"product_id": id, "currency": currency, "card": card(id, p, currency)}
            for id, p in shown.items() for currency in currencies(p)],
        "listing": with_words(database, [
            listing(fold, id, p, currency)
            for id, p in shown.items() for currency in currencies(p)]),
        "slug_redirect": [{"slug": slug, "product_id": id} for slug, id in fold.redirects],
        "search_word": [{"word": word, "products": count}
                        for word, count in search_words(shown).items()],
        "category": [{"category_id": id, **c} for id, c in fold.categories.items()],
        "stock": [stock(id, s) for id, s in fold.stock.items()],
        "stock_hold": [row for id, s in fold.stock.items() for row in holds(id, s)],
        "stock_movement": fold.movements,
        **rows_of_sales(fold, secret),
    }


def all_of(product):
    return list(product["variants"].values())


def stock_id(fold, product, variant):
    return "" if product["kind"] == "digital" else fold.stock_of_item[variant["inventory_item"]]


def variants(fold, id, product):
    for place, variant in enumerate(all_of(product)):
        yield {"product_id": id, "variant_id": variant["variant_id"], "place": place,
               "sku": variant["sku"], "stock_id": stock_id(fold, product, variant)}


def currencies(product):
    return sorted({price["key"]["currency"] for variant in all_of(product)
                   for price in variant["prices"].values() if is_list_price(price)})


def now():
    return time.time_ns() // 1000


def dates(price):
    return (microseconds(price["key"][name]) for name in ("valid_from", "valid_until"))


def is_list_price(price):
    begin, end = dates(price)
    in_force = (begin or 0) <= now() and (end is None or now() < end)
    return price["key"]["list"] == "base" and in_force


def prices_until(product):
    coming = [date for variant in all_of(product) for price in variant["prices"].values()
              for date in dates(price) if date and date > now()]
    return min(coming, default=None)


def list_price(variant, currency):
    """For the smallest quantity; of several the one with the narrowest dates."""

    def rank(price):
        begin, end = dates(price)
        undated = begin is None and end is None
        return (price["key"]["min_quantity"], undated, -(begin or 0), end or math.inf)

    prices = [price for price in variant["prices"].values()
              if is_list_price(price) and price["key"]["currency"] == currency]
    return min(prices, key=rank, default=None)


def lowest_price(product, currency):
    prices = [list_price(variant, currency) for variant in all_of(product)]
    return min((price for price in prices if price),
               key=lambda price: units(price["price"]["money"]), default=None)


def money(value):
    return value and {"minor_units": 0, **value}


def price_fields(price):
    return {"price": price and money(price["price"]["money"]),
            "compare_at": price and money(price["compare_at"])}


def in_order(prices):
    """By their keys; no date comes before any."""
    return sorted(prices.items(), key=lambda item: [part or "" for part in item[0]])


def whole_price(price):
    amount = {"precise": None, **price["price"]}
    return {**price, "compare_at": money(price["compare_at"]),
            "price": {**amount, "money": money(amount["money"])}}


def card(id, product, currency):
    skus = [v["sku"] for v in all_of(product) if not currency or list_price(v, currency)]
    return {
        "id": id, "sku": skus[0] if skus else "", "slug": product["slug"],
        "title": product["title"], **price_fields(lowest_price(product, currency)), "image": None,
        "color": product["attributes"].get("color", ""),
        "material": product["attributes"].get("material", ""),
        "variant_count": len(product["variants"]),
    }


def page(id, product, currency):
    return {
        **card(id, product, currency), "version": product["version"],
        "description": product["description"], "kind": product["kind"],
        "tax_class": product["tax_class"], "option_names": product["options"],
        "attributes": product["attributes"], "category_ids": product["categories"],
        "variants": [{
            "id": v["variant_id"], "sku": v["sku"], "options": v["option_values"],
            "barcode": v["barcode"], "weight_g": v["weight_g"], "unit": v["unit"],
            "min_quantity": v["min_quantity"], "quantity_step": v["quantity_step"],
            **price_fields(list_price(v, currency)),
            "prices": [whole_price(price) for key, price in in_order(v["prices"])
                       if key[0] == currency],
        } for v in all_of(product)],
    }


def listing(fold, id, product, currency):
    price = units(lowest_price(product, currency)["price"]["money"])
    color, material = (product["attributes"].get(name, "") for name in ("color", "material"))
    categories = sorted(product["categories"])
    stocks = {stock_id(fold, product, variant) for variant in all_of(product)}
    available = sum(sellable(fold.stock[id]) if id else UNLIMITED for id in stocks)
    return {
        "product_id": id, "currency": currency, "price": price, "title": product["title"],
        "created_at": product["created"], "color": color, "material": material,
        "categories": categories, "available": min(UNLIMITED, available),
        "facets": {"color": color, "material": material, "categories": categories,
                   "band": sum(price >= border * 100 for border in BANDS)},
        "words": texts(product),
    }


# ---- Search -------------------------------------------------------------------------------------


def values_of(product):
    return [*product["attributes"].values(),
            *(value for v in all_of(product) for value in v["option_values"].values())]


def texts(product):
    """By the weight they have in a search."""
    codes = " ".join(f"{variant['sku']} {variant['barcode']}" for variant in all_of(product))
    return {"title": product["title"], "codes": codes, "attributes": " ".join(values_of(product)),
            "description": product["description"]}


def with_words(database, listings):
    """What Postgres's full text search makes of the texts: its own affair, not the views'."""
    rows = json.dumps([row["words"] for row in listings]).replace("'", "''")
    lines = run_sql(
        database,
        "SELECT to_jsonb(setweight(to_tsvector('english', title), 'A') || "
        "setweight(to_tsvector('simple', codes), 'A') || "
        "setweight(to_tsvector('english', attributes), 'B') || "
        "setweight(to_tsvector('english', description), 'D')) "
        f"FROM jsonb_array_elements('{rows}') WITH ORDINALITY e(value, n), "
        "jsonb_to_record(value) r(title text, codes text, attributes text, description text) "
        "ORDER BY n")
    return [{**row, "words": json.loads(line)} for row, line in zip(listings, lines, strict=True)]


def search_words(shown):
    counts = {}
    for product in shown.values():
        for word in set(words_of(" ".join([product["title"], *values_of(product)]))):
            counts[word] = counts.get(word, 0) + 1
    return counts


def words_of(text):
    for word in re.split(r"[^a-z0-9\x80-\U0010ffff]+", lower_ascii(text).replace("'", "")):
        if 3 <= len(word.encode()) <= 40:
            yield word


def lower_ascii(text):
    return re.sub("[A-Z]", lambda match: match.group().lower(), text)


# ---- Stock --------------------------------------------------------------------------------------


def sellable(stock):
    if not stock["tracked"] or stock["backorder"] == -1:
        return UNLIMITED
    taken = sum(stock["held"].values()) + sum(stock["allocated"].values())
    return max(0, stock["on_hand"] - taken - stock["safety"] + stock["backorder"])


def stock(id, stock):
    return {
        "stock_id": id, "variant_id": stock["variant_id"], "location": stock["location"],
        "inventory_item": stock["inventory_item"], "tracked": stock["tracked"],
        "backorder_limit": stock["backorder"], "safety_stock": stock["safety"],
        "on_hand": stock["on_hand"], "held": sum(stock["held"].values()),
        "allocated": sum(stock["allocated"].values()), "sellable": sellable(stock),
    }


def holds(id, stock):
    for line in {**stock["held"], **stock["allocated"]}:
        yield {"stock_id": id, "line_id": line, "order_id": stock["orders"][line],
               "held": stock["held"].get(line, 0), "allocated": stock["allocated"].get(line, 0)}
