"""A person invented for the tests of erasing, and all that a shop may come to know of one."""

from programs import wait_until
from shopper import Shopper, at_once, open_streams
from staff import sell
from test_customers import CUSTOMERS
from test_history import item, note_of, refund_on, report_of
from test_staff_orders import INVOICE, ORDERS
from test_views import caught_up

WHY = {"code": "asked", "note": "by letter"}
CONTACT = {"name": "Zyxwvut Qjkvbx", "email": "qjkvbx@plovdrek.example",
           "phone": "+44 20 7946 0991", "company": "Wrqzt Lanterns Ltd", "vat_id": "GB 918273645"}
ADDRESS = {"name": "Zyxwvut Qjkvbx", "lines": ["77 Gnompton Lane", "Hfjd House"],
           "city": "Vbqlomd", "postal_code": "SW1Y 4ZQ", "country": "GB"}
EARLIER = {**CONTACT, "email": "once@plovdrek.example"}
NOTE = "Mrs Qjkvbx will come on Xtlpsday."
# The name they were put down under by phone, in a try that failed, and nowhere else.
MISHEARD = {**CONTACT, "name": "Mrs Fnordqel"}
# Words that name the person, too long to turn up in ciphertext by chance. Country and postal area
# are plain facts.
MARKERS = ["Zyxwvut", "Qjkvbx", "qjkvbx", "plovdrek", "7946 0991", "Wrqzt Lanterns", "918273645",
           "Gnompton", "Hfjd House", "Vbqlomd", "SW1Y 4ZQ", "Xtlpsday", "Fnordqel"]


class Person:
    """One human being whom the shop knows three times: registered by staff, brought by another
    system's history, and as a shopper."""

    def __init__(self, shop):
        self.shop = shop
        sell(shop, "MUG", price="3.33", stock=50)
        self.registered = self.register()
        self.orders = [self.buy_by_phone(), self.buy_on_the_web(), self.buy_as_a_guest_by_phone()]
        self.imported = self.import_history()
        wait_until(lambda: open_streams(shop) == 0, 30, "the end of all that is owed")
        self.customers = [self.registered, self.imported]

    def register(self):
        staff = self.shop.staff()
        made = staff.post(CUSTOMERS, {"contact": EARLIER, "country": "GB", "kind": "company"}
                          ).expect(201).json["id"]
        staff.patch(f"{CUSTOMERS}/{made}", {"contact": CONTACT}).expect(200)
        return made

    def buy_by_phone(self):
        """Paid, partly shipped, noted, credited."""
        staff = self.shop.staff()
        order = staff.post(ORDERS, {
            "customer_id": self.registered, "contact": CONTACT, "shipping_address": ADDRESS,
            "billing_address": ADDRESS, "payment": INVOICE,
            "lines": [{"sku": "MUG", "quantity": 3}]}, key=True).expect(201).json
        path = f"{ORDERS}/{order['id']}"
        wait_until(lambda: staff.post(f"{path}/fulfillments?dry_run=1", {}).status == 200, 30,
                   "the units of the order")
        line = order["lines"][0]["id"]
        staff.post(f"{path}/notes", {"text": NOTE}, key=True).expect(201)
        staff.post(f"{path}/fulfillments", {
            "lines": [{"line_id": line, "quantity": 2}], "ship": {"carrier": "post"},
            "reason": WHY}, key=True).expect(201)
        staff.post(f"{path}/credit-notes", {
            "lines": [{"line_id": line, "quantity": 1}], "reason": WHY}, key=True).expect(201)
        return order["id"]

    def buy_on_the_web(self):
        """As a guest; staff find out later who it was."""
        shopper = Shopper(self.shop)
        shopper.open_cart()
        shopper.add("MUG")
        cart = f"/api/v1/carts/{shopper.cart}"
        contact = {name: CONTACT[name] for name in ("name", "email", "phone")}
        said = {"contact": contact, "shipping-address": ADDRESS, "billing-address": ADDRESS}
        calls = [lambda tab=tab, path=f"{cart}/{what}", body=body:
                 tab.api.put(path, body).expect(200)
                 for tab, (what, body) in zip(shopper.tabs(6), [*said.items()] * 2)]
        at_once(calls)  # two tabs that save all their forms in the same moment
        shopper.api.put(f"{cart}/shipping-option", {"id": "standard"}).expect(200)
        shopper.checkout().expect(201)
        return self.found_out(shopper.order)

    def buy_as_a_guest_by_phone(self):
        """There is nothing of it at first."""
        sell(self.shop, "BOWL", stock=0)
        order = {"external": {"system": "phone", "id": "7"}, "contact": MISHEARD,
                 "shipping_address": ADDRESS, "payment": INVOICE,
                 "lines": [{"sku": "BOWL", "quantity": 1}]}
        staff = self.shop.staff()
        staff.post(ORDERS, order, key=True).expect(409)
        sell(self.shop, "BOWL", stock=5)
        placed = staff.post(ORDERS, {**order, "contact": CONTACT}, key=True).expect(201)
        return self.found_out(placed.json["id"])

    def found_out(self, order):
        """Who it was that bought it."""
        path = f"{ORDERS}/{order}"
        staff = self.shop.staff()
        staff.post(f"{path}/notes", {"text": NOTE}, key=True).expect(201)
        staff.post(f"{path}/customer", {"customer_id": self.registered, "reason": WHY},
                   key=True).expect(200)
        return order

    def import_history(self):
        lines = [item(1, "MUG", 2)]
        back = {"kind": "item", "sku": "MUG", "title": "Mug", "quantity": 1, "gross": 250,
                "unit_price": {"minor_units": 250}, "restock": True, "order": "1001",
                "order_line": "1"}
        note = note_of("C1", 1, [back], [refund_on({"id": "1001"}, 250)])
        records = [
            {"type": "customer", "id": "17", "name": CONTACT["name"], "email": CONTACT["email"],
             "phone": CONTACT["phone"], "company": CONTACT["company"]},
            {"type": "order", "id": "1001", "at": "2024-03-01T10:00:00Z", "currency": "GBP",
             "customer": "17", "country": "GB", "lines": lines, "fulfilled": True, "note": NOTE,
             "payments": [{"provider": "offline", "method": "cash", "reference": "1",
                           "amount": lines[0]["gross"]}]},
            {**note, "customer": "17", "at": "2024-03-02T10:00:00Z"},
        ]
        report = report_of(self.shop, records, "?system=till")
        assert report["refused"] == 0, report
        staff = self.shop.staff()
        wait_until(lambda: caught_up(self.shop), what="views caught up")
        found = staff.get(f"{CUSTOMERS}?q=17").expect(200).json["items"]
        return found[0]["id"]

    def erase(self, *customers):
        for customer in customers or self.customers:
            self.shop.staff().delete(f"{CUSTOMERS}/{customer}?reason=asked").expect(200)
