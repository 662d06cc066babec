"""The last units of something, wanted through all processes by more than there are, each shopper
with two tabs that check out at the same moment."""

import random
import threading
import time

from programs import wait_until
from shopper import (
    at_once, buy, check_order, ledger_of, net_money, open_streams, ready_to_pay, stock_of,
)
from staff import sell

STOCK = 3
SHOPPERS = 5
TABS = 2
PATIENCE = 8.0  # seconds, for one call: a checkout waits for its outcome
CARDS = ("tok_ok", "tok_ok", "tok_slow", "tok_lost_after_charge", "tok_duplicate")


class Sale:
    """One thing, its shoppers, and how each tab says it ended: an order's id or None."""

    def __init__(self, shop, sku, seed):
        self.shop = shop
        self.sku = sku
        self.chance = random.Random(seed)
        self.shoppers = []
        self.told = []

    def hold(self):
        calls = [lambda: patient(ready_to_pay(self.shop, self.sku, patient=True))] * SHOPPERS
        self.shoppers = at_once(calls)
        tabs = [tab for shopper in self.shoppers for tab in tabs_of(shopper)]
        ends = at_once([lambda tab=tab: self.come_and_buy(tab) for tab in tabs])
        self.told = [ends[at:at + TABS] for at in range(0, len(ends), TABS)]

    def come_and_buy(self, tab):
        time.sleep(self.chance.uniform(0, 0.3))
        return buy(tab, [self.sku], CARDS)

    def check(self):
        """After everything: as many orders as there was stock, each shopper's tabs agree, and he
        is charged once or not at all. Returns the orders' numbers."""
        numbers = []
        for shopper, told in zip(self.shoppers, self.told):
            number = check_order(shopper)
            assert told == [shopper.order if number else None] * TABS, (told, number)
            numbers += [number] if number else []
        stock = stock_of(self.shop, self.sku)
        assert len(numbers) == STOCK, f"{self.sku}: {len(numbers)} orders of {STOCK} units"
        assert (stock["held"], stock["allocated"], stock["available"]) == (0, STOCK, 0), stock
        return numbers


def patient(shopper):
    shopper.api.timeout = PATIENCE
    return shopper


def tabs_of(shopper):
    """The same cart, each through any process at each call."""
    tabs = [shopper, *(type(shopper)(shopper.shop, patient=True) for _ in range(TABS - 1))]
    for tab in tabs:
        tab.cart, tab.token = shopper.cart, shopper.token
        tab.api.headers["Shop-Token"] = shopper.token
        tab.api.timeout = PATIENCE
    return tabs


class Sales:
    """One sale after another, on a thread of its own, while there is something to sell."""

    def __init__(self, shop, count, seed):
        self.all = [Sale(shop, f"LAST-{number}", f"{seed}-{number}") for number in range(count)]
        self.held = []
        self.errors = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def stock_up(self):
        for sale in self.all:
            sell(sale.shop.processes[0], sale.sku, stock=STOCK)

    def run(self):
        try:
            for sale in self.all:
                if self.done.is_set():
                    return
                self.held.append(sale)
                sale.hold()
                self.done.wait(3)
        except Exception as error:  # noqa: BLE001: told by stop()
            self.errors.append(error)

    def stop(self):
        self.done.set()
        self.thread.join()
        if self.errors:
            raise self.errors[0]

    def check(self):
        """All that were held; how many orders."""
        shop = self.all[0].shop
        wait_until(lambda: all_open_streams(shop) == 0, 120, "the end of all that is owed")
        numbers = [number for sale in self.held for number in sale.check()]
        assert len(set(numbers)) == len(numbers), "two orders have one number"
        held = sum(net_money(ledger_of(shop, shopper.order))
                   for sale in self.held for shopper in sale.shoppers)
        assert net_money(ledger_of(shop)) == held, "money is held for nobody"
        return len(numbers)


def all_open_streams(shop):
    """Each process knows of its own partitions."""
    return sum(open_streams(process) for process in shop.processes)
