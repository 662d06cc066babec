"""The demo's year counted once more, from its own tables and as plainly as can be: the judge of
what the program makes of it.

    documents = documents_of_year()             # number → its rows
    class_of(documents["536365"], row)          # "goods", …
    credits = credited(documents)               # how the cancelled documents match, in pence
    credits.lines["C536383"]                    # … and each line of one of them
"""

import collections
import datetime
import decimal
import pathlib
import sys
import typing

DEMO = pathlib.Path(__file__).resolve().parents[2] / "demo"
sys.path.insert(0, str(DEMO / "online-retail"))

from compact import unpacked  # noqa: E402

SUMMER_2011 = datetime.datetime(2011, 3, 27, 1), datetime.datetime(2011, 10, 30, 1)  # in UTC
SHIPPING = {"POST", "DOT", "C2"}
FEES = SHIPPING | {"M", "D", "S", "B", "PADS", "BANK CHARGES", "AMAZONFEE", "CRUK"}
COUNTRIES = dict(pair.split(":") for pair in (
    "Australia:AU|Austria:AT|Bahrain:BH|Belgium:BE|Brazil:BR|Canada:CA|Channel Islands:JE|"
    "Cyprus:CY|Czech Republic:CZ|Denmark:DK|EIRE:IE|Finland:FI|France:FR|Germany:DE|Greece:GR|"
    "Hong Kong:HK|Iceland:IS|Israel:IL|Italy:IT|Japan:JP|Lebanon:LB|Lithuania:LT|Malta:MT|"
    "Netherlands:NL|Norway:NO|Poland:PL|Portugal:PT|RSA:ZA|Saudi Arabia:SA|Singapore:SG|Spain:ES|"
    "Sweden:SE|Switzerland:CH|USA:US|United Arab Emirates:AE|United Kingdom:GB").split("|"))
# Places that are no country of their own, of which the words are kept.
NO_COUNTRIES = {"Channel Islands", "European Community", "Unspecified"}


class Row(typing.NamedTuple):
    number: int
    document: str
    sku: str
    description: str
    quantity: int
    price: decimal.Decimal
    pence: int
    at: datetime.datetime  # on the clock in London
    customer: str
    country: str  # in words

    @property
    def is_fee(self):
        return self.sku in FEES or self.sku.startswith("GIFT_0001")

    @property
    def kind(self):
        """Of an order's or a credit note's line."""
        if not self.is_fee:
            return "item"
        if self.sku in SHIPPING:
            return "shipping"
        if self.sku.startswith("GIFT"):
            return "voucher"
        return "adjustment" if self.sku in ("D", "B") else "surcharge"


def pence_of(quantity, price):
    amount = (price * quantity * 100).quantize(decimal.Decimal(1), decimal.ROUND_HALF_UP)
    return int(amount)


def documents_of_year():
    documents = collections.defaultdict(list)
    for number, row in enumerate(unpacked(), 1):
        document, code, description, quantity, minute, price, customer, country = row
        price, quantity = decimal.Decimal(price), int(quantity)
        at = datetime.datetime.fromisoformat(minute)
        documents[document].append(Row(number, document, code.upper(), description, quantity,
                                       price, pence_of(quantity, price), at, customer, country))
    return documents


def on_the_clock(text):
    """What the clock in London showed at that time in UTC, as records tell it."""
    at = datetime.datetime.fromisoformat(text[:19])
    is_summer = SUMMER_2011[0] <= at < SUMMER_2011[1]
    return at + datetime.timedelta(hours=1 if is_summer else 0)


def class_of(document, row):
    """`document` is all its rows."""
    if row.document[0] == "A":
        return "bad_debt" if row.price > 0 else "bad_debt_back"
    if row.document[0] == "C":
        return "fee_credited" if row.is_fee else "goods_credited"
    if all(other.price == 0 for other in document):
        if row.is_fee:
            return "fee_without_price"
        if row.customer:
            return "gift"
        return "stock_up" if row.quantity > 0 else "stock_down"
    if not row.is_fee:
        return "goods" if row.price else "free_goods"
    if not row.price:
        return "free_fee"
    if row.sku in SHIPPING:
        return "shipping"
    return "voucher" if row.sku.startswith("GIFT") else "surcharge"


def by_time(documents):
    return sorted(documents.values(), key=lambda rows: (rows[0].at, rows[0].number))


def same_rows(rows):
    return sorted((row.sku, abs(row.quantity), row.price) for row in rows)


class Match:
    """Credits by the same customer and product: same price first, newest first, what is left."""

    def __init__(self):
        self.sold = collections.defaultdict(list)
        self.pence = collections.Counter()
        self.over = collections.Counter()
        self.several_orders = 0
        self.reversals = 0
        self.sales = collections.defaultdict(list)
        # By the cancelled document: SKU, units, pence, and to which line of which order they
        # belong; what is settled how, and on whose payment.
        self.lines = collections.defaultdict(list)
        self.settled = collections.defaultdict(collections.Counter)

    def sell(self, rows):
        self.sales[rows[0].customer].append(same_rows(rows))
        for number, row in enumerate(rows, 1):
            if row.customer and row.price and not row.is_fee:
                self.sold[row.customer, row.sku].append([row, row.quantity, row.pence, number])

    def credit(self, rows):
        orders = set()
        for row in rows:
            if row.is_fee:
                self.pence["fees"] -= row.pence
                self.lines[row.document].append((row.sku, -row.quantity, -row.pence, None))
                self.settled[row.document]["offset", None] -= row.pence
                continue
            left = -row.quantity
            for same in (True, False):
                for line in reversed(self.sold.get((row.customer, row.sku), [])):
                    units = min(left, line[1])
                    if units == 0 or (line[0].price == row.price) is not same:
                        continue
                    orders.add(line[0].document)
                    self.link(line, units, row, same)
                    left -= units
            self.leave(left, row)
        self.several_orders += len(orders) > 1
        self.reversals += rows[0].customer != "" and same_rows(rows) in self.sales[rows[0].customer]

    def leave(self, units, row):
        """What no earlier sale is found for."""
        pence = pence_of(units, row.price)
        self.pence["nothing_earlier" if row.customer else "guest"] += pence
        if units:
            self.lines[row.document].append((row.sku, units, pence, None))
            self.settled[row.document]["offline", None] += pence

    def link(self, line, units, row, same):
        pence = pence_of(units, row.price)
        paid = min(pence, line[2])
        how = "same_price" if same else "other_price"
        self.pence[how] += pence
        order = line[0].document
        self.lines[row.document].append((row.sku, units, pence, (order, str(line[3]), how)))
        self.settled[row.document]["refund", order] += paid
        self.settled[row.document]["offline", None] += pence - paid
        if paid < pence:
            self.over["count"] += 1
            self.over["pence"] += pence - paid
        line[1] -= units
        line[2] -= paid


def credited(documents):
    match = Match()
    for rows in by_time(documents):
        if rows[0].document[0] == "C":
            match.credit(rows)
        elif rows[0].document[0] != "A" and any(row.price for row in rows):
            match.sell(rows)
    return match


OUT, IN = ("goods", "free_goods", "gift", "stock_down"), ("stock_up", "goods_credited")
CLOSING_LEAST = 24
CLOSING_FROM = datetime.datetime(2011, 11, 12)  # 28 days, 2011-12-09 the last of them


def week_of(at):
    return at.date() - datetime.timedelta(days=at.weekday())


def flows_of(documents):
    """What goes out and comes in, by week and product."""
    out, back = collections.Counter(), collections.Counter()
    for rows in documents.values():
        for row in rows:
            row_class = class_of(rows, row)
            key = week_of(rows[0].at), row.sku
            if row_class in OUT:
                out[key] += abs(row.quantity)
            elif row_class in IN:
                back[key] += abs(row.quantity)
    return out, back


def units_on_hand(documents):
    """After the year, once every product that was ever sold got what the shop opens with."""
    out, back = flows_of(documents)
    balance, lately = collections.Counter(), collections.Counter()
    for key in sorted(out.keys() | back.keys()):
        sku = key[1]
        balance[sku] = max(balance[sku], out[key]) - out[key] + back[key]
    for rows in documents.values():
        for row in rows:
            if row.document[0] != "C" and not row.is_fee and row.price > 0 and row.quantity > 0:
                lately[row.sku] += row.quantity if rows[0].at >= CLOSING_FROM else 0
    return balance.total() + sum(max(CLOSING_LEAST, units) for units in lately.values())


def moves_of(documents):
    """What golden.json says of money and goods."""
    units, pence = collections.Counter(), collections.Counter()
    for rows in documents.values():
        for row in rows:
            row_class = class_of(rows, row)
            units[row_class] += abs(row.quantity)
            pence[row_class] += row.pence
    sold = ("goods", "shipping", "surcharge", "voucher", "bad_debt")
    match = credited(documents)
    refunded = match.pence["same_price"] + match.pence["other_price"] - match.over["pence"]
    notes = sum(number[0] == "C" for number in documents)
    return {"captured": pounds(sum(pence[row_class] for row_class in sold)),
            "refunded": pounds(refunded), "open_balances": "0.00",
            "notes_settled": notes, "highest_note_number": notes,
            "units_shipped": units["goods"] + units["free_goods"] + units["gift"],
            "units_returned": units["goods_credited"], "units_on_hand": units_on_hand(documents)}


def pounds(pence):
    return f"{pence // 100}.{pence % 100:02}"
