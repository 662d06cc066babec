"""Packs the UCI Online Retail table into three small CSV files, and checks that nothing is lost.

    python3 demo/online-retail/compact.py pack ONLINE_RETAIL.csv   # writes the three .csv.gz files
    python3 demo/online-retail/compact.py unpack > OUT.csv         # the original rows, in order

goods.csv      one row per pair of code and description; its number is its place, from 0
documents.csv  one row per run of lines with the same number, time, customer and country
lines.csv      good, quantity, price; the price is left out if it is the good's last one
"""
import csv
import gzip
import io
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADER = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
          "CustomerID", "Country"]


def write(name, header, rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    # Without a time stamp the same rows give the same bytes.
    (HERE / name).write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def read(name):
    with gzip.open(HERE / name, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def pack(source):
    opener = gzip.open if source.endswith(".gz") else open
    with opener(source, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == HEADER, rows[0]
    rows = rows[1:]
    goods = sorted({(row[1], row[2]) for row in rows})
    number = {good: i for i, good in enumerate(goods)}
    documents, lines, last_price = [], [], {}
    for invoice, code, description, quantity, date, price, customer, country in rows:
        assert date.endswith(":00")
        document = [invoice, date[:-3], customer, country]
        if not documents or documents[-1][:4] != document:
            documents.append(document + [0])
        documents[-1][4] += 1
        good = number[code, description]
        lines.append([good, quantity, "" if last_price.get(good) == price else price])
        last_price[good] = price
    write("goods.csv.gz", ["code", "description"], goods)
    write("documents.csv.gz", ["invoice", "minute", "customer", "country", "lines"], documents)
    write("lines.csv.gz", ["good", "quantity", "price"], lines)
    assert list(unpacked()) == rows, "packing lost something"
    print(f"{len(rows)} rows packed and compared")


def unpacked():
    goods = list(read("goods.csv.gz"))
    lines, last_price = read("lines.csv.gz"), {}
    for invoice, minute, customer, country, count in read("documents.csv.gz"):
        for _ in range(int(count)):
            good, quantity, price = next(lines)
            last_price[good] = price = price or last_price[good]
            yield [invoice, *goods[int(good)], quantity, minute + ":00", price, customer, country]


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "pack":
        pack(sys.argv[2])
    elif sys.argv[1:] == ["unpack"]:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(unpacked())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
