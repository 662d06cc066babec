"""What operators can do with the log: look into it, copy it, and begin anew from the copy."""

import collections
import json
import threading

import pytest

from conftest import new_database, running
from programs import Shop
from shopper import Shopper
from staff import sell


def records(shop, *options):
    """The records of the shop's log as the command tells them."""
    lines = shop.run("log", "read", "--json", *options).splitlines()
    return [json.loads(line) for line in lines]


def types(entries):
    return [event["type"] for e in entries for event in e["entry"].get("events", [])]


def kept_in(data):
    """Names of what a shop keeps, but for what it can make again."""
    made_again = ("state", "lock", "serve.json", "sandbox.json")
    return {file.name for file in data.iterdir()} - set(made_again)


def by_partition(entries):
    """The entries of each partition, in their order."""
    partitions = collections.defaultdict(list)
    for entry in entries:
        partitions[entry["position"].partition(":")[0]].append(entry)
    return partitions


def check_copy(copied, before, original):
    """The copy has of each partition what that had at one moment, from its first entry on: nothing
    else, nothing less, and all that was there before."""
    copied, before, original = map(by_partition, (copied, before, original))
    assert copied.keys() == original.keys()
    for name, entries in copied.items():
        assert entries == original[name][: len(entries)], name
        assert len(entries) >= len(before[name]), name


def test_a_carts_records_can_be_read_whether_the_shop_runs_or_not(shop):
    sell(shop, "MUG")
    shopper = Shopper(shop)
    shopper.open_cart()
    shopper.add("MUG", 2)
    seen = records(shop, "--stream", shopper.cart)
    assert types(seen) == ["cart.created", "cart.line_added"]
    assert all(entry["verdict"] == "record" for entry in seen)
    text = shop.run("log", "read", "--stream", shopper.cart)
    assert "AddLine" in text and f"{shopper.cart} 2  cart.line_added" in text
    shop.stop()
    assert records(shop, "--stream", shopper.cart) == seen


def test_the_log_shows_claims_and_nothing_that_is_void(shop):
    entries = records(shop)
    verdicts = {entry["verdict"] for entry in entries}
    assert verdicts <= {"claim", "record"} and "claim" in verdicts
    one = records(shop, "--partition", "catalog-0", "--limit", "1")
    assert [entry["position"] for entry in one] == ["catalog-0:0"]


def test_wrong_options_of_the_log_commands_are_refused(shop):
    shop.run("log", "read", "--partition", "commerce-99", expect=2)
    shop.run("log", "read", "--stream", "nonsense", expect=2)


def test_a_shop_backed_up_while_it_sells_goes_on_elsewhere(shop, tmp_path, postgres_server):
    sell(shop, "MUG")
    shopper = Shopper(shop)
    shopper.open_cart()
    shopper.add("MUG", 2)
    before = shopper.see_cart()
    first = records(shop)
    done = threading.Event()

    def shop_on():
        while not done.is_set():
            Shopper(shop).open_cart()

    busy = threading.Thread(target=shop_on)
    busy.start()
    try:
        shop.run("backup", tmp_path / "backup")
    finally:
        done.set()
        busy.join()
    original = records(shop)
    shop.stop()

    elsewhere = tmp_path / "elsewhere"
    with new_database(postgres_server) as conninfo:
        copy = Shop(shop.binary, elsewhere, conninfo)
        copy.run("restore", tmp_path / "backup")
        assert kept_in(elsewhere) == kept_in(shop.data)
        copied = records(copy)
        assert len(copied) > 20
        check_copy(copied, first, original)
        for lost in first[::7]:
            with pytest.raises(AssertionError):
                check_copy([entry for entry in copied if entry != lost], first, original)
        with running(copy):
            shopper.shop = copy
            shopper.reconnect()
            assert shopper.see_cart()["lines"] == before["lines"]
            assert len(shopper.add("MUG").json["lines"]) == 1


def test_a_running_shop_makes_backups_below_the_named_folder_only(make_shop, tmp_path):
    shop = make_shop("--backups", tmp_path / "backups")
    for folder in (tmp_path / "elsewhere", tmp_path / "backups/../elsewhere", "/"):
        refused = shop.staff().post("/api/v1/admin/backups", {"folder": str(folder)}).expect(400)
        assert refused.json["errors"][0]["pointer"] == "/folder"
    assert not (tmp_path / "elsewhere").exists()
    shop.run("backup", tmp_path / "backups" / "monday")
    assert (tmp_path / "backups" / "monday" / "backup.json").exists()


def test_nothing_is_backed_up_or_restored_over(shop, tmp_path):
    shop.run("backup", tmp_path / "backup")
    shop.run("backup", tmp_path / "backup", expect=1)
    shop.run("restore", tmp_path / "backup", expect=1)
