"""Currencies of no decimals and of three: against the sandbox, through kill -9, to the last of
their smallest units."""

import contextlib

import pytest

from programs import wait_until
from shopper import Shopper, ledger_of
from staff import sell
from test_provider_amounts import other_settings
from test_provider_truth import Sale, shared, shop, strike, through  # shared and shop are fixtures


@contextlib.contextmanager
def store_in(shop, currency, delivery):
    """All that is sold meanwhile is sold in it, and brought for so many of its smallest units."""

    def sells(document):
        document["currency"] = currency

    def delivers(document):
        for zone in document["zones"]:
            for rate in zone["rates"]:
                for band in rate["bands"]:
                    band["price"] = {"minor_units": delivery, "currency": currency}

    with other_settings(shop, "store", sells), other_settings(shop, "shipping", delivers):
        yield


@through
@pytest.mark.parametrize("currency, price, unit, delivery", [
    ("JPY", "333", 333, 500), ("KWD", "1.235", 1_235, 2_501)])
def test_yen_and_fils_are_taken_and_given_back_to_the_last_one(
        shop, end, currency, price, unit, delivery):
    def amounts(*units):
        return [{"minor_units": each, "currency": currency} for each in units]

    def ledger(kind):
        return [move["amount"] for move in ledger_of(shop, sale.id) if move["kind"] == kind]

    sku = f"{currency}-{end}"
    with store_in(shop, currency, delivery):
        sell(shop, sku, price=price, currency=currency)
        sale = Sale(shop, sku=sku)
    assert ledger("authorize") == amounts(3 * unit + delivery)
    strike(shop, end, sale.shopper)
    assert [sale.see()["totals"]["total"]] == amounts(3 * unit + delivery)
    sale.post("fulfillments", {**sale.units(1), "ship": {}}).expect(201)
    strike(shop, end, sale.shopper)
    wait_until(lambda: ledger("capture") == amounts(unit + delivery), 30, "the first part")
    sale.post("fulfillments", {"ship": {}}).expect(201)
    wait_until(lambda: sale.captured() == 3 * unit + delivery, 30, "all of the money")
    note = sale.post("credit-notes", sale.units(1)).expect(201).json
    assert [note["totals"]["total"]] == amounts(unit)
    strike(shop, end, sale.shopper)
    wait_until(lambda: sale.see()["payment_status"] == "partially_refunded", 30, "the refund")
    assert ledger("capture") == amounts(unit + delivery, 2 * unit)
    assert ledger("refund") == amounts(unit) and ledger("void") == []
    assert [sale.see()["balance"]] == amounts(0)
    too_much = sale.post("credit-notes", {"amount": amounts(2 * unit + delivery + 1)[0]})
    assert [too_much.expect(409).json["left"]] == amounts(2 * unit + delivery)


@pytest.mark.parametrize("currency, price, most", [
    ("JPY", "9000000000", "99999999999 JPY"), ("KWD", "9000000.000", "99999999.999 KWD")])
def test_more_yen_or_fils_than_the_provider_takes_are_refused_at_the_checkout(
        shop, currency, price, most):
    with store_in(shop, currency, 500):
        sku = f"YACHT-{currency}"
        sell(shop, sku, price=price, currency=currency, stock=100)
        shopper = Shopper(shop)
        shopper.open_cart()
        shopper.add(sku, 100)
        shopper.address()
        (error,) = shopper.checkout().expect(400).json["errors"]
    assert error["pointer"] == "/payment/provider" and most in error["detail"]
    assert shopper.see_cart()["status"] == "open" and ledger_of(shop, shopper.order) == []


def test_no_cart_is_opened_in_a_currency_whose_decimals_are_unknown(shop):
    for currency in ("CLF", "XAU", "QQQ", "yen"):
        refused = shop.api().post("/api/v1/carts", {"currency": currency}).expect(400, 422).json
        assert refused["errors"][0]["pointer"] == "/currency", currency
