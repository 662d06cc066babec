"""Rows about a large catalog: made-up products like the demo's, imported and searched."""

import collections
import csv
import gzip
import random
import re
import time

import shop as programs
from shop import Shop, cost, product_total

COLUMNS = ("slug title description category sku options price currency tax_class weight_g barcode "
           "stock color material").split()


COLORS = "red blue green ivory pink white black silver".split()


def real_titles():
    """Titles of a real shop, in lower case: the demo's data set, the last description of each."""
    with gzip.open(programs.ROOT / "demo" / "online-retail" / "goods.csv.gz", "rt") as file:
        titles = {row["code"]: row["description"].lower() for row in csv.DictReader(file)}
    return [words for words in (re.findall("[a-z]+", title) for title in titles.values())
            if len(words) > 1]


def categories_of(titles):
    """The 40 most frequent last words: what things are."""
    last = collections.Counter(words[-1] for words in titles)
    return [word for word, _ in last.most_common(40)]


def made_up_products(count, chance):
    """Rows of a CSV import. A title is the beginning of a real one and the end of another, so that
    words are as frequent as in a real shop."""
    titles = real_titles()
    categories = categories_of(titles)
    for i in range(count):
        first, second = chance.choice(titles), chance.choice(titles)
        words = first[:(len(first) + 1) // 2] + second[len(second) // 2:]
        title = " ".join(words).capitalize() + f" {i}"
        color = next((word for word in words if word in COLORS), "")
        category = words[-1] if words[-1] in categories else "other"
        yield [f"bench-{i}", title, f"{title} for every day", category, f"BENCH-{i}", "",
               f"{chance.randrange(50, 9999) / 100:.2f}", "GBP", "standard", "300", "", "1000",
               color, ""]


def import_csv(run):
    """Until the last product is on its page. The shop stays open for the search row."""
    run.shop = Shop(run.work / "large", run.log)
    run.shop.data.mkdir(mode=0o700)
    run.shop.start_postgres()
    run.shop.start()
    count = run.options.products
    with open(run.work / "products.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(made_up_products(count, random.Random(1)))
    began, before = time.monotonic(), run.shop.cpu()
    run.shop.command("import", "products", run.work / "products.csv")
    run.shop.wait_until("the last product", lambda: product_total(run.shop) >= count, 1200)
    seconds = time.monotonic() - began
    row = {"row": f"CSV import of {count:,} products, until visible", "per_second": count / seconds}
    run.add(row | cost(before, run.shop.cpu(), row, seconds))


def search(run):
    """70 % two words of one title, 15 % one, 10 % misspelt, 5 % a category with two filters; none
    repeated, and no answer is in the page cache."""
    chance, titles, urls = random.Random(2), real_titles(), set()
    categories = categories_of(titles)
    target = run.options.seconds * 1_000
    while len(urls) < target:
        draw, words = chance.random(), chance.sample(chance.choice(titles), 2)
        number = 1_000 + chance.randrange(run.options.products)
        if draw < 0.70:
            query = f"q={words[0]}+{words[1]}&price_max={number}"
        elif draw < 0.85:
            query = f"q={words[0]}&price_max={number}"
        elif draw < 0.95:
            at = chance.randrange(len(words[0]))
            query = f"q={words[0][:at]}{words[0][at + 1:]}+{words[1]}&price_max={number}"
        else:
            chosen = f"category={chance.choice(categories)}&color={chance.choice(COLORS)}"
            query = f"{chosen}&in_stock=true&price_max={number}"
        urls.add(f"/api/v1/products?limit=24&{query}")
    order = sorted(urls)
    chance.shuffle(order)
    run.wrk(f"search over {run.options.products:,} products, 16 connections", order, 16)
