"""Customers: made, changed, given orders, erased. That nothing of an erased one can be read
anywhere: test_erasure.py."""

import json

from client import Client
from conftest import running
from programs import Shop, wait_until
from shopper import ADDRESS, at_once
from sql import dump_of
from staff import sell
from test_staff_orders import INVOICE, ORDERS

CUSTOMERS = "/api/v1/admin/customers"
ADA = {"name": "Ada Lovelace", "email": "ada@analytical.example", "phone": "+44 20 7930 7207",
       "company": "Difference Engines", "vat_id": "GB123456789"}
# Words that name her, wherever they turn up.
TRACES = ["Lovelace", "analytical", "7930 7207", "79307207", "Difference", "GB123456789",
          "James's Square", "SW1Y"]


def register(shop, **body):
    return shop.staff().post(CUSTOMERS, {"contact": ADA, "country": "GB", **body})


def buy(shop, customer):
    return shop.staff().post(ORDERS, {
        "customer_id": customer, "contact": ADA, "shipping_address": ADDRESS,
        "billing_address": ADDRESS, "payment": INVOICE, "lines": [{"sku": "MUG", "quantity": 2}],
    }).expect(201).json


def erase(shop, customer):
    path = f"{CUSTOMERS}/{customer}?reason=asked"
    return shop.staff().delete(path).expect(200).json


def test_a_customer_is_registered_changed_and_read(shop):
    made = register(shop, kind="company")
    customer = made.expect(201).json
    path = f"{CUSTOMERS}/{customer['id']}"
    assert made.headers["Location"] == path
    assert customer["contact"] == ADA and customer["country"] == "GB"
    assert customer["status"] == "known" and customer["kind"] == "company"
    changed = shop.staff().patch(path, {"contact": {**ADA, "phone": None}, "country": "FR"},
                                 headers={"If-Match": made.headers["ETag"]}).expect(200).json
    assert changed["contact"]["phone"] is None and changed["country"] == "FR"
    assert shop.staff().get(path).expect(200).json == changed
    shop.staff().patch(path, {"country": "GB"},
                       headers={"If-Match": made.headers["ETag"]}).expect(412)
    for body, pointer in [({"contact": {"email": "ada"}}, "/contact/email"),
                          ({"country": "XX"}, "/country")]:
        refused = shop.staff().patch(path, body).expect(400, 422)
        assert refused.json["errors"][0]["pointer"] == pointer
    shop.staff().get(f"{CUSTOMERS}/cus_{'0' * 20}").expect(404)
    shop.api().get(path).expect(401)


def test_changes_at_the_same_moment_are_all_there_afterwards(shop):
    path = f"{CUSTOMERS}/{register(shop).expect(201).json['id']}"
    for n in range(50):
        contact, country = {**ADA, "name": f"Ada {n}"}, ["FR", "DE"][n % 2]
        changes = [{"contact": contact}, {"country": country}] * 4
        at_once([lambda body=body: shop.staff().patch(path, body).expect(200)
                 for body in changes])
        seen = shop.staff().get(path).expect(200).json
        assert (seen["contact"]["name"], seen["country"]) == (contact["name"], country)


def test_another_systems_customer_is_one_customer(shop):
    external = {"system": "till", "id": "17850"}
    first = register(shop, external=external).expect(201).json
    again = register(shop, external=external).expect(200).json
    assert again == first and first["external"] == external


def told_of(shop, order, customer):
    """What staff is told of them, as one text."""
    calls = [f"{ORDERS}/{order['id']}", f"{CUSTOMERS}/{customer}",
             f"/api/v1/admin/history/{order['id']}", f"/api/v1/admin/history/{customer}"]
    answers = [shop.staff().get(path) for path in calls]
    assert answers[0].status == 200 and answers[1].status == 200
    return "\n".join(answer.body.decode() for answer in answers)


def found_by_email(shop):
    found = shop.staff().get(f"{ORDERS}?email={ADA['email']}").expect(200).json
    return [item["id"] for item in found["items"]]


def traces_in(text):
    return [trace for trace in TRACES if trace in text]


def caught_up(shop):
    views = shop.staff().get("/api/v1/admin/projections").expect(200).json["items"]
    return all(view["lag"] == 0 for view in views)


def test_an_erased_customer_can_be_neither_changed_nor_sold_to(shop):
    sell(shop, "MUG", price="5.99")
    customer = register(shop).expect(201).json["id"]
    bystander = register(shop, contact={"name": "Mary Somerville"}).expect(201).json["id"]
    order = buy(shop, customer)
    seen = erase(shop, customer)
    assert seen["status"] == "erased" and seen["contact"]["email"] == "[erased]"
    assert erase(shop, customer)["status"] == "erased"
    staff = shop.staff()
    staff.patch(f"{CUSTOMERS}/{customer}", {"contact": ADA}).expect(409)
    staff.post(ORDERS, {"customer_id": customer, "lines": [{"sku": "MUG", "quantity": 1}]}
               ).expect(409)
    now = staff.get(f"{ORDERS}/{order['id']}").expect(200).json
    assert now["contact"]["email"] == "[erased]" and now["shipping_address"]["name"] == "[erased]"
    assert now["shipping_address"]["country"] == "GB"
    assert now["totals"] == order["totals"] and now["lines"] == order["lines"]
    assert staff.get(f"{CUSTOMERS}/{bystander}").json["contact"]["name"] == "Mary Somerville"


def back_up(shop, tmp_path):
    """Made while nobody works on the shop."""
    folder = tmp_path / "backups" / "before"
    folder.parent.mkdir()
    shop.stop()
    shop.run("backup", folder)
    shop.start()
    return folder


def test_a_list_of_erasures_that_is_named_is_applied(shop, tmp_path):
    customer = register(shop).expect(201).json["id"]
    backup = back_up(shop, tmp_path)
    erase(shop, customer)
    shop.stop()
    elsewhere = tmp_path / "moved"
    elsewhere.mkdir()
    backup.rename(elsewhere / "backup")
    copy = Shop(shop.binary, tmp_path / "restored")
    copy.run("restore", elsewhere / "backup", "--erasures", shop.data / "erasures" / "list")
    with running(copy):
        wait_until(lambda: copy.staff().get(f"{CUSTOMERS}/{customer}").json["status"] == "erased",
                   what="the erasure recorded anew")
        contact = copy.staff().get(f"{CUSTOMERS}/{customer}").json["contact"]
        assert contact["email"] == "[erased]"
        assert json.dumps(contact).count("Lovelace") == 0


def assign(shop, order, customer, **options):
    body = {"customer_id": customer, "reason": {"code": "claimed"}}
    return shop.staff().post(f"{ORDERS}/{order}/customer", body, **options)


def buy_as_guest(shop):
    """Ada's order by phone, before she was a customer, and a note about her; its id."""
    order = shop.staff().post(ORDERS, {
        "contact": ADA, "shipping_address": ADDRESS, "billing_address": ADDRESS,
        "payment": INVOICE, "lines": [{"sku": "MUG", "quantity": 2}]}).expect(201).json
    shop.staff().post(f"{ORDERS}/{order['id']}/notes", {"text": "Lovelace called"}).expect(201)
    return order


def test_a_guests_order_is_assigned_to_a_customer_and_erased_with_them(shop):
    sell(shop, "MUG", price="5.99")
    customer = register(shop).expect(201).json["id"]
    order, stranger = buy_as_guest(shop), buy_as_guest(shop)
    path = f"{ORDERS}/{order['id']}/customer"
    shop.staff().post(path, {"customer_id": f"cus_{'0' * 20}"}).expect(404)
    shop.staff().post(path, {}).expect(400, 422)
    shop.api().post(path, {"customer_id": customer}).expect(401)
    assign(shop, f"ord_{'0' * 20}", customer).expect(404)
    assign(shop, order["id"], customer, key="the-same-call-twice").expect(200)
    again = assign(shop, order["id"], customer, key="the-same-call-twice").expect(200)
    assert again.headers["Idempotent-Replayed"] == "true"
    wait_until(lambda: caught_up(shop), what="views caught up")
    found = shop.staff().get(f"{ORDERS}?customer={customer}").expect(200).json["items"]
    assert [item["id"] for item in found] == [order["id"]]

    shop.kill()
    shop.start()
    erase(shop, customer)
    wait_until(lambda: caught_up(shop), what="views caught up")
    now = shop.staff().get(f"{ORDERS}/{order['id']}").expect(200).json
    assert now["contact"]["email"] == "[erased]" and now["shipping_address"]["name"] == "[erased]"
    assert now["totals"] == order["totals"]
    assert traces_in(told_of(shop, order, customer)) == []
    assert traces_in(dump_of(shop.database) + shop.run("log", "read", "--json")) == []
    assert found_by_email(shop) == [stranger["id"]]
    kept = shop.staff().get(f"{ORDERS}/{stranger['id']}").json["contact"]["email"]
    assert kept == ADA["email"]
    assign(shop, stranger["id"], customer).expect(409)


def test_an_order_is_erased_with_whom_it_was_assigned_to_last(shop):
    sell(shop, "MUG", price="5.99")
    wrong, right = (register(shop, contact={"name": name}).expect(201).json["id"]
                    for name in ("Mary Somerville", "Ada Lovelace"))
    order = buy_as_guest(shop)["id"]
    assign(shop, order, wrong).expect(200)
    assign(shop, order, right).expect(200)
    erase(shop, wrong)
    assert shop.staff().get(f"{ORDERS}/{order}").json["contact"]["email"] == ADA["email"]
    erase(shop, right)
    assert shop.staff().get(f"{ORDERS}/{order}").json["contact"]["email"] == "[erased]"
    assign(shop, buy(shop, register(shop).json["id"])["id"], register(shop).json["id"]).expect(409)


def test_only_staff_erase(shop):
    customer = register(shop).expect(201).json["id"]
    Client(shop.address).delete(f"{CUSTOMERS}/{customer}").expect(401)
