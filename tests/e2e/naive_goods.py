"""What the demo's year says of its goods, counted once more: what each is called, what it costs,
and why it was counted.

    goods = goods_of(documents_of_year())         # SKU → Goods
    goods["85123A"].prices                        # the most frequent ones
    letters_of("Set of 3 Cups") == spelled("SET/3 CUPS")
"""

import collections
import csv
import functools
import re

from naive_year import DEMO

COUNTED = DEMO / "online-retail" / "adjustments.csv"
MARKS = "\"(*').!?:;,"


class Goods:
    def __init__(self):
        self.sold, self.unsold = [], []  # rows

    @property
    def prices(self):
        """In whole pence; several if they are as frequent as each other."""
        pence = [row.price * 100 for row in self.sold]
        return most_frequent(price for price in pence if price == int(price))

    @property
    def descriptions(self):
        """Those of sales; of what was never sold, those that are no notes of a stock count."""
        if self.sold:
            return most_frequent(row.description for row in self.sold)
        return most_frequent(row.description for row in self.unsold
                             if row.description and row.description == row.description.upper())


def most_frequent(values):
    counts = collections.Counter(values)
    return {value for value, count in counts.items() if count == max(counts.values())}


def is_sale(row):
    return row.document[0] != "C" and row.quantity > 0 and row.price > 0


def goods_of(documents):
    goods = collections.defaultdict(Goods)
    for rows in documents.values():
        for row in rows:
            if not row.is_fee:
                of_sku = goods[row.sku]
                (of_sku.sold if is_sale(row) else of_sku.unsold).append(row)
    return goods


@functools.cache
def whole_words():
    """What short and misspelled words stand for."""
    with open(DEMO / "catalog" / "words.csv", encoding="utf-8", newline="") as file:
        return {row["word"]: row["title"] for row in csv.DictReader(file)}


def letters_of(text):
    """Whether "+" or "and" joins two things is left open."""
    return re.sub(r"[\W_]|and", "", text.lower())


@functools.cache
def spelled(description):
    """The letters of its title: words in full, whatever their marks, blanks and capitals."""
    return "".join(letters_of(part) for word in description.upper().replace(",", " ").split()
                   for part in parts_of(word))


def parts_of(word):
    known = whole_words().get(word) or whole_words().get(word.strip(MARKS))
    if known:
        return [known]
    if counted := re.fullmatch(r"(?:S|SET)/(\d.*)", word):
        return ["set of", counted[1]]
    if word.startswith("W/"):
        return ["with", *parts_of(word[2:])]
    pieces = re.split(r"([/+(])", word)
    if len(pieces) == 1:
        return [word]
    return [part for piece in pieces if piece not in "/+(" for part in parts_of(piece)]


@functools.cache
def phrases():
    """What notes of a stock count hold, and for which reason it stands, the first that fits."""
    with open(COUNTED, encoding="utf-8", newline="") as file:
        return [(re.escape(words.rstrip("*")) + (".*" if words.endswith("*") else ""),
                 row["reason"])
                for row in csv.DictReader(file) for words in row["words"].split("|")]


def reason_of(note):
    words = " " + " ".join(re.findall(r"[a-z0-9'-]+", note.lower())) + " "
    return next((reason for phrase, reason in phrases()
                 if re.search(f" {phrase} ", words)), "unknown")
