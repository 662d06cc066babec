"""Erasing a person, whole: whatever the shop ever knew of them can be read nowhere any more, by
nobody who has all that is left, and every sum stays. Whoever asks looks for the words of an
invented person that turn up nowhere else."""

import contextlib
import json
import os
import threading

import pytest

from client import AWAY
from later import Later
from naive_sales import email_hash
from person import ADDRESS, CONTACT, EARLIER, MARKERS, Person
from programs import wait_until
from restoring import back_up, restored
from shopper import Shopper
from sql import back_up_database, dump_of, run_sql
from staff import sell
from test_customers import CUSTOMERS
from test_staff_lists import ids_of
from test_staff_orders import INVOICE, ORDERS
from test_views import caught_up, check_views
from unsealing import files_of, unsealed

HOUR = 3600
DAY = 24 * HOUR

# ---- Where somebody might look ------------------------------------------------------------------


def everything_answered(shop, person):
    """Whatever staff can ask of them."""
    staff = shop.staff()
    lists = [ORDERS, CUSTOMERS, *(f"/api/v1/admin/{what}" for what in (
        "credit-notes", "fulfillments", "payments", "refunds", "stock-movements", "attention",
        "projections"))]
    streams = [*person.orders, *person.customers]
    for order in staff.get(ORDERS).expect(200).json["items"]:
        streams.append(order["id"])
    orders = [f"{ORDERS}/{id}" for id in streams if id.startswith("ord_")]
    paths = [*lists, *orders, *(f"{path}/notes" for path in orders),
             *(f"{CUSTOMERS}/{id}" for id in person.customers),
             *(f"/api/v1/admin/history/{id}" for id in streams)]
    return "\n".join(staff.get(path).expect(200).body.decode() for path in paths)


def places(shop, person):
    """What is said of whom where, by the place's name."""
    wait_until(lambda: caught_up(shop), what="views caught up")
    exported = shop.run("log", "read", "--json")
    return {
        "the log, as far as it opens": unsealed(exported, shop.data)[0],
        "the log as it is exported": exported,
        "every table": dump_of(shop.database),
        "every answer": everything_answered(shop, person),
        "every file": "\n".join(content.decode("latin-1") for _, content in files_of(shop.data)),
        "what serve told": shop.log_text(),
    }


def traces(shop, person):
    secret = shop.signing_secret()
    hashes = [email_hash(secret, contact["email"]) for contact in (CONTACT, EARLIER)]
    return {place: [word for word in [*MARKERS, *hashes] if word in text]
            for place, text in places(shop, person).items()}


def check_is_gone(shop, person):
    for place, words in traces(shop, person).items():
        assert words == [], place
    staff = shop.staff()
    for customer in person.customers:
        seen = staff.get(f"{CUSTOMERS}/{customer}").expect(200).json
        assert seen["status"] == "erased" and seen["contact"]["email"] == "[erased]"
    for order in person.orders:
        notes = staff.get(f"{ORDERS}/{order}/notes").expect(200).json["items"]
        assert [note["text"] for note in notes] == ["[erased]"]
    for query in (CONTACT["email"], EARLIER["email"]):
        assert ids_of(shop, "orders", email=query) == ids_of(shop, "customers", q=query) == []


def check_is_known(shop, person):
    """Else nothing is proven by what is not found."""
    found = traces(shop, person)
    assert set(found["the log, as far as it opens"]) == set(MARKERS)
    assert len(found["every answer"]) >= 8 and len(found["every table"]) == 1
    assert "Xtlpsday" in found["every answer"]
    assert set(ids_of(shop, "customers", q=CONTACT["email"])) == set(person.customers)
    assert set(ids_of(shop, "orders", email=CONTACT["email"])) >= set(person.orders)
    assert ids_of(shop, "customers", q=EARLIER["email"]) == []
    assert [found[place] for place in ("the log as it is exported", "every file",
                                       "what serve told")] == [[], [], []]


SUMS = {
    "sale": "count(*), sum(total), sum(tax), sum(due), sum(balance), sum(captured), sum(refunded), "
            "sum(credited), sum(items), sum(shipped_items)",
    "payment": "count(*), sum(amount), sum(captured)",
    "refund": "count(*), sum(amount)",
    "credit_note": "count(*), sum(total), sum(settled), sum(items)",
    "fulfillment": "count(*), sum(items)",
    "stock_movement": "count(*), sum(units), sum(on_hand)",
    "customer": "count(*)",
}


def totals(shop):
    wait_until(lambda: caught_up(shop), what="views caught up")
    sums = {table: run_sql(shop.database, f"SELECT {columns} FROM storefront.{table}")
            for table, columns in SUMS.items()}
    orders = {}
    for order in shop.staff().get(ORDERS).expect(200).json["items"]:
        seen = shop.staff().get(f"{ORDERS}/{order['id']}").expect(200).json
        orders[order["id"]] = [seen[name] for name in ("totals", "lines", "payments", "balance")]
    return sums, orders


def check_is_gone_anew(copy, person):
    """From what was restored: the erasures are recorded there once more."""
    wait_until(lambda: all(is_erased(copy, id) for id in person.customers),
               what="the erasures recorded anew")
    check_is_gone(copy, person)
    check_views(copy)


@pytest.fixture
def backups(tmp_path):
    return tmp_path / "backups"


@pytest.fixture
def shop(make_shop, backups):
    return make_shop("--backups", backups)


# ---- The tests ----------------------------------------------------------------------------------


def test_an_erased_person_is_found_nowhere_and_every_sum_stays(shop, backups, tmp_path,
                                                               postgres_server):
    person = Person(shop)
    check_is_known(shop, person)
    before = totals(shop)
    backup = back_up(shop, backups / "older")
    views = back_up_database(shop.database, tmp_path / "views.sql")
    person.erase()
    check_is_gone(shop, person)
    assert totals(shop) == before
    check_views(shop)
    for rebuilt in ("rebuild", "swap"):
        shop.run("project", rebuilt)
    check_is_gone(shop, person)
    shop.stop()
    shop.start()
    check_is_gone(shop, person)
    shop.stop()
    for older in (None, views):
        with restored(shop, backup, tmp_path, postgres_server, views=older) as copy:
            check_is_gone_anew(copy, person)
            assert totals(copy) == before


def test_control_a_backup_that_is_restored_without_the_list_tells_all(shop, backups, tmp_path,
                                                                      postgres_server):
    person = Person(shop)
    backup = back_up(shop, backups / "older")
    views = back_up_database(shop.database, tmp_path / "views.sql")
    person.erase()
    shop.stop()
    empty = tmp_path / "empty"
    empty.touch()
    for older in (None, views):
        with restored(shop, backup, tmp_path, postgres_server, "--erasures", empty,
                      views=older) as copy:
            check_is_known(copy, person)


def test_a_dead_letter_tells_nothing_of_who_was_erased(shop, backups, tmp_path, postgres_server):
    """The view cannot take the order; what it says why must not outlive the person, nor come back
    with an older Postgres."""
    sell(shop, "MUG")
    refuse = "ALTER TABLE storefront_1.{} ADD CONSTRAINT {} CHECK ({})"
    run_sql(shop.database, refuse.format("sale", "no_contact", "contact IS NULL OR contact = ''"))
    run_sql(shop.database, refuse.format("customer", "no_person", "person = ''"))
    staff = shop.staff()
    customer = staff.post(CUSTOMERS, {"contact": CONTACT}).expect(201).json["id"]
    order = staff.post(ORDERS, {"customer_id": customer, "contact": CONTACT, "payment": INVOICE,
                                "shipping_address": ADDRESS,
                                "lines": [{"sku": "MUG", "quantity": 1}]}).expect(201).json["id"]
    wait_until(lambda: int(run_sql(shop.database, "SELECT count(*) FROM dead_letter")[0]) >= 2,
               what="both are dead letters")
    backup = back_up(shop, backups / "older")
    views = back_up_database(shop.database, tmp_path / "views.sql")
    staff.delete(f"{CUSTOMERS}/{customer}?reason=asked").expect(200)
    check_letters(shop, order)
    shop.stop()
    with restored(shop, backup, tmp_path, postgres_server, views=views) as copy:
        wait_until(lambda: is_erased(copy, customer), what="the erasure recorded anew")
        check_letters(copy, order)


def check_letters(shop, order):
    wait_until(lambda: caught_up(shop), what="views caught up")
    secret = shop.signing_secret()
    dump = dump_of(shop.database)
    assert [word for word in [*MARKERS, email_hash(secret, CONTACT["email"])] if word in dump] == []
    letters = "\n".join(run_sql(shop.database, "SELECT record FROM dead_letter"))
    assert order in letters
    seen = shop.staff().get(f"{ORDERS}/{order}").expect(200).json
    assert seen["contact"]["email"] == "[erased]"


# ---- Who did not buy ----------------------------------------------------------------------------


class Visitor:
    """Somebody who left a cart, and wanted by phone what was not there."""

    def __init__(self, shop):
        sell(shop, "BOWL", stock=0)
        shopper = Shopper(shop)
        shopper.open_cart()
        contact = {name: CONTACT[name] for name in ("name", "email", "phone")}
        for what, said in (("contact", contact), ("shipping-address", ADDRESS)):
            shopper.api.put(f"/api/v1/carts/{shopper.cart}/{what}", said).expect(200)
        self.order_by_phone(shop).expect(409)
        started = [event["stream"] for event in events_of(shop, "checkout.started")]
        self.orders, self.customers = [*started, shopper.cart], []

    @staticmethod
    def order_by_phone(shop):
        return shop.staff().post(ORDERS, {
            "external": {"system": "phone", "id": "7"}, "contact": CONTACT,
            "shipping_address": ADDRESS, "billing_address": ADDRESS, "payment": INVOICE,
            "lines": [{"sku": "BOWL", "quantity": 1}]}, key=True)


def events_of(shop, kind):
    entries = [json.loads(line)["entry"] for line in shop.run("log", "read", "--json").splitlines()]
    return [event for entry in entries for event in entry.get("events", [])
            if event["type"] == kind]


def check_is_readable(shop, visitor):
    assert {"Qjkvbx", "plovdrek", "7946 0991", "Gnompton", "Wrqzt Lanterns"} <= set(
        traces(shop, visitor)["the log, as far as it opens"])


def check_is_forgotten(shop, visitor):
    for place, words in traces(shop, visitor).items():
        assert words == [], place


def test_whoever_did_not_buy_is_found_nowhere_after_a_month(make_shop, backups, tmp_path,
                                                            postgres_server):
    later = Later(tmp_path)
    shop = make_shop("--backups", backups, start=False)
    shop.environment = later.environment()
    shop.start()
    visitor = Visitor(shop)
    backup = back_up(shop, backups / "older")
    shop.stop()
    shop.start()
    later.pass_by(29 * DAY)
    # Control of traces(), not of the 30 days: what is there, it finds.
    check_is_readable(shop, visitor)
    later.pass_by(DAY + 2 * HOUR)
    wait_until(lambda: events_of(shop, "checkout.guests_forgotten"), 90, "the guest is forgotten")
    wait_until(lambda: visitor.orders[-1] in str(events_of(shop, "cart.expired")), 90,
               "the cart is over")
    check_is_forgotten(shop, visitor)
    shop.stop()
    shop.start()
    check_is_forgotten(shop, visitor)
    sell(shop, "BOWL", stock=5)
    placed = visitor.order_by_phone(shop).expect(201).json["id"]
    told = shop.staff().get(f"{ORDERS}/{placed}").expect(200).json["contact"]
    assert told["email"] == CONTACT["email"]
    shop.stop()
    with restored(shop, backup, tmp_path, postgres_server) as copy:
        check_is_forgotten(copy, visitor)
        assert events_of(copy, "checkout.guests_forgotten") == []
    # Control: it is the list that tells, for the copy was made a month ago.
    empty = tmp_path / "empty"
    empty.touch()
    with restored(shop, backup, tmp_path, postgres_server, "--erasures", empty) as copy:
        check_is_readable(copy, visitor)


# ---- kill -9 in the middle ----------------------------------------------------------------------


def erase_and_die(shop, customer, reaches):
    """kill -9 once the erasure has come as far as `reaches` says."""

    def ask():
        with contextlib.suppress(*AWAY, AssertionError):
            shop.staff().delete(f"{CUSTOMERS}/{customer}?reason=asked").expect(200)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until(reaches, what="the erasure's step")
    shop.kill()
    asking.join()


def is_listed(shop, customer):
    file = shop.data / "erasures" / "list"
    return file.exists() and customer in file.read_text()


def is_recorded(shop, customer):
    """In the log's files: what is durable."""
    return any(b"customer.erased" in content and customer.encode() in content
               for _, content in files_of(shop.data / "log"))


@contextlib.contextmanager
def a_copy_that_hangs(backups):
    """The list beside the backups is a pipe into which nobody writes: the erasure is listed in the
    shop, and goes no further."""
    copy = backups / "erasures"
    kept = copy.read_bytes()
    copy.unlink()
    os.mkfifo(copy)
    try:
        yield
    finally:
        copy.unlink()
        copy.write_bytes(kept)
        copy.chmod(0o600)


def test_an_erasure_that_is_cut_off_once_it_is_listed_is_carried_out_at_the_next_start(
        shop, backups):
    person = Person(shop)
    before = totals(shop)
    back_up(shop, backups / "older")
    with a_copy_that_hangs(backups):
        erase_and_die(shop, person.registered, lambda: is_listed(shop, person.registered))
    assert any("Qjkvbx" in text for text in unsealed_offline(shop)), "it came further"
    shop.start()
    wait_until(lambda: is_erased(shop, person.registered), what="the erasure recorded")
    person.erase(person.imported)
    check_is_gone(shop, person)
    assert totals(shop) == before


def test_control_an_erasure_that_was_cut_off_and_is_not_listed_is_not_carried_out(shop, backups):
    person = Person(shop)
    back_up(shop, backups / "older")
    with a_copy_that_hangs(backups):
        erase_and_die(shop, person.registered, lambda: is_listed(shop, person.registered))
    (shop.data / "erasures" / "list").unlink()
    shop.start()
    check_is_known(shop, person)


def unsealed_offline(shop):
    return unsealed(shop.run("log", "read", "--json"), shop.data)[0].splitlines()


def is_erased(shop, customer):
    return shop.staff().get(f"{CUSTOMERS}/{customer}").expect(200).json["status"] == "erased"


@pytest.mark.parametrize("reaches", [is_listed, is_recorded])
def test_an_erasure_that_dies_at_any_moment_is_whole_after_the_next_start(shop, reaches):
    person = Person(shop)
    before = totals(shop)
    for customer in person.customers:
        erase_and_die(shop, customer, lambda id=customer: reaches(shop, id))
        shop.start()
        wait_until(lambda id=customer: is_erased(shop, id), what="the erasure recorded")
    check_is_gone(shop, person)
    assert totals(shop) == before
