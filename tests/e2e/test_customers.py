"""Customers, and that an erased one can be read nowhere any more."""

import json

from client import Client
from conftest import new_database, run_sql, running
from programs import Shop, wait_until
from shopper import ADDRESS
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


def everything_told(shop, order, customer):
    """All that a reader of any kind can get of them, as one text."""
    orders = shop.staff().get(ORDERS).body.decode()
    return "\n".join([told_of(shop, order, customer), orders,
                       shop.run("log", "read", "--json")])


def dump_of(database):
    """Every row of every table, as text."""
    tables = run_sql(database, "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) "
                               "FROM pg_tables WHERE schemaname NOT LIKE 'pg_%' "
                               "AND schemaname <> 'information_schema'")
    return "\n".join(row for table in tables
                     for row in run_sql(database, f"SELECT t::text FROM {table} t"))


def found_by_email(shop):
    found = shop.staff().get(f"{ORDERS}?email={ADA['email']}").expect(200).json
    return [item["id"] for item in found["items"]]


def files_of(folder):
    for file in folder.rglob("*"):
        if file.is_file():
            yield file, file.read_bytes()


def traces_in(text):
    return [trace for trace in TRACES if trace in text]


def caught_up(shop):
    views = shop.staff().get("/api/v1/admin/projections").expect(200).json["items"]
    return all(view["lag"] == 0 for view in views)


def test_an_erased_customer_can_be_read_nowhere_and_the_sums_stay(shop, tmp_path, postgres_server):
    sell(shop, "MUG", price="5.99")
    customer = register(shop).expect(201).json["id"]
    order = buy(shop, customer)
    bystander = register(shop, contact={"name": "Mary Somerville"}).expect(201).json["id"]
    wait_until(lambda: caught_up(shop), what="views caught up")
    assert "Lovelace" in everything_told(shop, order, customer)
    assert found_by_email(shop) == [order["id"]]
    # Ciphertext alone ever left the process.
    assert traces_in(dump_of(shop.database)) == []
    backup = back_up(shop, tmp_path)

    seen = erase(shop, customer)
    assert seen["status"] == "erased" and seen["contact"]["email"] == "[erased]"
    check_is_erased(shop, order, customer)
    staff = shop.staff()
    assert staff.get(f"{CUSTOMERS}/{bystander}").json["contact"]["name"] == "Mary Somerville"
    assert erase(shop, customer)["status"] == "erased"
    staff.patch(f"{CUSTOMERS}/{customer}", {"contact": ADA}).expect(409)
    staff.post(ORDERS, {"customer_id": customer, "lines": [{"sku": "MUG", "quantity": 1}]}
               ).expect(409)
    for file, content in files_of(shop.data):
        assert not any(trace.encode() in content for trace in TRACES), file
    shop.stop()
    shop.start()
    check_is_erased(shop, order, customer)
    shop.stop()

    with new_database(postgres_server) as conninfo:
        copy = Shop(shop.binary, tmp_path / "restored", conninfo)
        copy.database = conninfo
        copy.run("restore", backup)
        with running(copy):
            wait_until(lambda: caught_up(copy), what="views built")
            wait_until(lambda: copy.staff().get(f"{CUSTOMERS}/{customer}").json["status"]
                       == "erased", what="the erasure recorded anew")
            check_is_erased(copy, order, customer)
            kept = copy.staff().get(f"{CUSTOMERS}/{bystander}").json["contact"]["name"]
            assert kept == "Mary Somerville"


def back_up(shop, tmp_path):
    """Made while nobody works on the shop."""
    folder = tmp_path / "backups" / "before"
    folder.parent.mkdir()
    shop.stop()
    shop.run("backup", folder)
    shop.start()
    return folder


def check_is_erased(shop, order, customer):
    wait_until(lambda: caught_up(shop), what="views caught up")
    assert traces_in(everything_told(shop, order, customer)) == []
    assert traces_in(dump_of(shop.database)) == []
    assert found_by_email(shop) == []
    now = shop.staff().get(f"{ORDERS}/{order['id']}").expect(200).json
    assert now["contact"]["email"] == "[erased]" and now["shipping_address"]["name"] == "[erased]"
    assert now["shipping_address"]["country"] == "GB"
    assert now["totals"] == order["totals"] and now["lines"] == order["lines"]


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
