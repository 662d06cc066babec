"""The goods of the shop under measurement, and the loads that several rows share."""

import urllib.parse

from shop import fill_with_demo

LOADS = (16, 64, 256)  # connections, or shoppers


def fill(run):
    """With the demo's catalog; the files of what load scripts ask for."""
    fill_with_demo(run.shop)
    products = all_products(run.shop)
    in_stock = [p for p in products if p["available"] >= 100]
    write_lines(run.work / "skus", [p["sku"] for p in in_stock])
    write_lines(run.work / "pages", [f"/api/v1/products/{p['slug']}" for p in in_stock])
    write_lines(run.work / "urls", list_urls(run.shop, 500))
    write_lines(run.work / "key", [run.shop.key()])


def all_products(shop):
    products, target = [], "/api/v1/products?limit=100"
    while target:
        status, _, body = shop.call("GET", target)
        assert status == 200, body
        products += body["items"]
        cursor = body["next"] and urllib.parse.quote(body["next"])
        target = cursor and f"/api/v1/products?limit=100&cursor={cursor}"
    return products


def list_urls(shop, count):
    """Different lists of 24, each full: by category or color, and with price limits."""
    _, _, body = shop.call("GET", "/api/v1/products?limit=24")
    chosen = [f"&{name}={urllib.parse.quote(str(f['value']))}"
              for name in ("category", "color") for f in body["facets"][name] if f["count"] >= 24]
    urls = ["/api/v1/products?limit=24"]
    for low in range(0, 1_000, 5):
        for filters in chosen:
            if len(urls) == count:
                return urls
            url = f"/api/v1/products?limit=24{filters}&price_min={low}"
            if len(shop.call("GET", url)[2]["items"]) == 24:
                urls.append(url)
    raise AssertionError(f"Only {len(urls)} full lists of 24.")


def write_lines(path, lines):
    path.write_text("\n".join(lines) + "\n")



def append_through_the_engine(run, log_of):
    """Commands without HTTP. log_of(shoppers): where each load finds an empty log."""
    for shoppers in LOADS:
        run.bench("engine", "--folder", run.work / "engine", "--log", log_of(shoppers),
                  "--shoppers", shoppers, "--seconds", run.options.seconds)


def carts(run, where=""):
    for connections in LOADS:
        run.load(f"add to cart{where}, {connections} connections", "cart", "--connections",
                 connections)
