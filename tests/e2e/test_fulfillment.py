"""What staff does after the sale: goods leave in parts, and money with them; holds and cancels."""

import pytest

from programs import wait_until
from shopper import Shopper, ledger_of, stock_of
from staff import sell

WHY = {"reason": {"code": "phone", "note": "asked by phone"}}


class Sale:
    """An order of three mugs at 3.33 and two teas at 5.00, and what staff does to it."""

    def __init__(self, shop):
        sell(shop, "MUG", price="3.33", stock=10)
        sell(shop, "TEA", price="5.00", stock=10)
        self.shop = shop
        self.staff = shop.staff()
        self.shopper = Shopper(shop)
        self.shopper.open_cart()
        self.shopper.add("MUG", 3)
        self.shopper.add("TEA", 2)
        self.shopper.address()
        self.shopper.checkout().expect(201)
        self.id = self.shopper.order
        self.mug, self.tea = self.shopper.see_order()["lines"]
        self.total = self.see()["totals"]["total"]["minor_units"]
        self.delivery = self.total - cost(self.mug, 3) - cost(self.tea, 2)
        # Its units are set aside a moment after it is placed.
        dry = "fulfillments?dry_run=1"
        wait_until(lambda: self.post(dry).status == 200, 30, "the units of the order")

    def see(self):
        return self.staff.get(f"/api/v1/admin/orders/{self.id}").expect(200).json

    def post(self, what, body=None, **options):
        return self.staff.post(f"/api/v1/admin/orders/{self.id}/{what}", body or WHY, **options)

    def units(self, mugs=0, teas=0):
        wanted = ((self.mug, mugs), (self.tea, teas))
        return [{"line_id": line["id"], "quantity": n} for line, n in wanted if n]

    def fulfill(self, mugs=0, teas=0, query="", **body):
        return self.post(f"fulfillments{query}", {"lines": self.units(mugs, teas), **body, **WHY})

    def ship(self, fulfillment, query="", **body):
        return self.staff.post(f"/api/v1/admin/fulfillments/{fulfillment}/ship{query}", body)

    def moved(self, kind):
        """Minor units of each movement of that kind at the provider."""
        return [move["amount"]["minor_units"] for move in ledger_of(self.shop, self.id)
                if move["kind"] == kind]

    def paid(self, captures=(), refunds=(), voids=()):
        """The order, once this is what moved at the provider, and the order knows."""

        def knows():
            payment = self.see()["payments"][0]
            return (payment["captured"]["minor_units"] == sum(captures)
                    and payment["refunded"]["minor_units"] == sum(refunds)
                    and (not voids or captures or payment["status"] == "voided"))

        wait_until(knows, 30, f"captures {captures}, refunds {refunds}, voids {voids}")
        assert (self.moved("capture"), self.moved("refund"), self.moved("void")) == (
            list(captures), list(refunds), list(voids))
        return self.see()

    def has_stock(self, sku, **levels):
        wait_until(lambda: stock_of(self.shop, sku).items() >= levels.items(), 60,
                   f"{sku} at {levels}")


def gbp(pence):
    return {"minor_units": pence, "currency": "GBP"}


def cost(line, units):
    """The first so many units of a line, half a penny up."""
    return (2 * line["gross"]["minor_units"] * units + line["quantity"]) // (2 * line["quantity"])


@pytest.fixture
def sale(shop):
    return Sale(shop)


def test_goods_leave_in_parts_and_each_takes_its_money(sale):
    first = sale.fulfill(mugs=1, teas=1, ship={"carrier": "post", "tracking": ["A1"]}).expect(201)
    assert first.json["status"] == "confirmed"
    assert first.json["fulfillment_status"] == "partially_fulfilled"
    paid = cost(sale.mug, 1) + cost(sale.tea, 1) + sale.delivery
    order = sale.paid([paid])
    assert order["lines"][0]["quantities"] == {
        "ordered": 3, "canceled": 0, "fulfilled": 1, "returned": 0}
    assert order["fulfillments"][0]["tracking"] == ["A1"]
    assert order["balance"]["minor_units"] == sale.total - paid

    planned = sale.fulfill(mugs=1).expect(201).json["fulfillments"][1]
    assert planned["status"] == "created" and sale.moved("capture") == [paid]
    sale.ship(planned["id"], carrier="post").expect(200)
    second = cost(sale.mug, 2) - cost(sale.mug, 1)
    sale.paid([paid, second])

    rest = sale.post("fulfillments", {"ship": {}}).expect(201).json  # all that is left
    assert rest["fulfillment_status"] == "fulfilled"
    order = sale.paid([paid, second, sale.total - paid - second])
    assert order["balance"]["minor_units"] == 0
    sale.has_stock("MUG", on_hand=7, allocated=0)
    sale.has_stock("TEA", on_hand=8, allocated=0)
    for fulfillment in order["fulfillments"]:
        order = sale.staff.post(
            f"/api/v1/admin/fulfillments/{fulfillment['id']}/deliver").expect(200).json
    assert order["fulfillment_status"] == "delivered"
    assert sale.shopper.see_order()["fulfillments"][0]["carrier"] == "post"
    sale.post("fulfillments").expect(409)  # nothing is left


def test_nothing_leaves_while_the_order_is_on_hold(sale):
    fulfillment = sale.fulfill(mugs=1).expect(201).json["fulfillments"][0]["id"]
    assert sale.post("hold", {"hold": "fraud", **WHY}).expect(200).json["status"] == "on_hold"
    assert sale.see()["staff"]["hold"] == {"hold": "fraud", **WHY}
    assert sale.shopper.see_order()["staff"] is None
    for refused in (sale.ship(fulfillment), sale.fulfill(mugs=1), sale.post("capture"),
                    sale.post("confirm")):
        assert refused.expect(409).json["type"].endswith("order-on-hold")
    released = sale.post("release-hold").expect(200).json
    assert released["status"] == "confirmed" and released["staff"]["hold"] is None
    sale.ship(fulfillment).expect(200)
    sale.paid([cost(sale.mug, 1) + sale.delivery])


def test_lines_are_canceled_in_part_and_cost_nothing_any_more(sale):
    order = sale.post("cancel-lines", {"lines": sale.units(mugs=1, teas=2), **WHY}).expect(200).json
    less = cost(sale.mug, 1) + cost(sale.tea, 2)
    assert order["due"]["minor_units"] == sale.total - less
    assert order["lines"][1]["quantities"]["canceled"] == 2
    sale.has_stock("TEA", available=10)
    sale.has_stock("MUG", allocated=2)
    sale.post("fulfillments", {"ship": {}}).expect(201)
    assert sale.paid([sale.total - less], voids=[less])["balance"]["minor_units"] == 0
    sale.post("cancel-lines", {"lines": sale.units(mugs=1)}).expect(400, 422)  # all has left


def test_what_was_captured_for_canceled_lines_goes_back(sale):
    sale.post("capture").expect(200)
    sale.post("cancel-lines", {"lines": sale.units(teas=1), **WHY}).expect(200)
    order = sale.paid([sale.total], refunds=[cost(sale.tea, 1)])
    assert order["balance"]["minor_units"] == 0


def test_staff_cancels_an_order_that_is_not_paid_and_lets_the_money_go(sale):
    sale.fulfill(mugs=1).expect(201)
    order = sale.post("cancel", {"cause": "inventory", **WHY}).expect(200).json
    assert order["status"] == "canceled"
    assert order["fulfillments"][0]["status"] == "canceled"
    sale.paid(voids=[sale.total])
    sale.has_stock("MUG", available=10)


def test_staff_cancels_an_order_that_is_paid_and_the_money_goes_back(sale):
    sale.post("capture").expect(200)
    sale.post("cancel").expect(200)
    order = sale.paid([sale.total], refunds=[sale.total])
    assert (order["due"]["minor_units"], order["balance"]["minor_units"]) == (0, 0)


def test_a_shopper_cancels_until_the_order_is_being_packed(sale):
    fulfillment = sale.fulfill(mugs=1).expect(201).json["fulfillments"][0]["id"]
    assert sale.shopper.cancel().expect(409).json["type"].endswith("in-fulfillment")
    sale.staff.post(f"/api/v1/admin/fulfillments/{fulfillment}/cancel", WHY).expect(200)
    assert sale.shopper.cancel().expect(200).json["status"] == "canceled"
    sale.fulfill(mugs=1).expect(409)


def test_what_has_left_is_not_canceled(sale):
    sale.fulfill(mugs=1, ship={}).expect(201)
    assert sale.post("cancel").expect(409).json["type"].endswith("already-shipped")


def test_a_dry_run_says_what_would_move_and_moves_nothing(sale):
    before, ledger = sale.see(), ledger_of(sale.shop, sale.id)
    shipped = sale.fulfill(mugs=2, ship={}, query="?dry_run=1").expect(200).json
    payment = before["payments"][0]["id"]
    total, amount = gbp(sale.total), gbp(cost(sale.mug, 2) + sale.delivery)
    left = gbp(sale.total - amount["minor_units"])
    assert shipped == {
        "money": [{"payment_id": payment, "kind": "capture", "amount": amount}],
        "orders": [{"order_id": sale.id, "due": {"before": total, "after": total},
                    "balance": {"before": total, "after": left}}],
        "stock": [{"sku": "MUG", "kind": "ship", "quantity": 2}],
        "events": ["order.confirmed", "fulfillment.created", "fulfillment.shipped",
                   "payment.capture_requested"],
    }
    canceled = sale.post("cancel?dry_run=1").expect(200).json
    assert [move["kind"] for move in canceled["money"]] == ["void"]
    assert {(move["sku"], move["kind"], move["quantity"]) for move in canceled["stock"]} == {
        ("MUG", "release", 3), ("TEA", "release", 2)}
    lines = {"lines": sale.units(teas=1)}
    canceled = sale.post("cancel-lines?dry_run=1", lines).expect(200).json
    assert canceled["money"] == []
    less = {"before": total, "after": gbp(sale.total - 500)}
    assert canceled["orders"] == [{"order_id": sale.id, "due": less, "balance": less}]
    assert canceled["stock"] == [{"sku": "TEA", "kind": "release", "quantity": 1}]
    captured = sale.post("capture?dry_run=1").expect(200).json
    assert captured["money"][0]["amount"]["minor_units"] == sale.total
    sale.fulfill(mugs=4, query="?dry_run=1").expect(400, 422)  # refused as the call itself would be
    sale.post("cancel?dry_run=yes").expect(400, 422)
    assert (sale.see(), ledger_of(sale.shop, sale.id)) == (before, ledger)


def test_a_dry_run_under_a_key_leaves_the_key_to_the_call(sale):
    dry = sale.post("cancel?dry_run=1", key="the-same-key-for-both-of-them").expect(200)
    assert "money" in dry.json
    real = sale.post("cancel", key="the-same-key-for-both-of-them").expect(200)
    assert "Idempotent-Replayed" not in real.headers and real.json["status"] == "canceled"
    again = sale.post("cancel", key="the-same-key-for-both-of-them").expect(200)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_shipment_is_recorded_once_per_key(sale):
    body = {"lines": sale.units(mugs=1), "ship": {}, **WHY}
    first, second = (
        sale.post("fulfillments", body, key="one-parcel-that-is-posted-twice").expect(201)
        for _ in range(2))
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(sale.paid([cost(sale.mug, 1) + sale.delivery])["fulfillments"]) == 1


def test_goods_that_are_not_on_hand_are_owed_until_they_are_counted(sale):
    short = {"on_hand": 1, "reason": "loss"}
    sale.staff.post("/api/v1/admin/stock/MUG/adjust", short).expect(200)
    sale.fulfill(mugs=2, ship={}).expect(201)
    sale.paid([cost(sale.mug, 2) + sale.delivery])
    assert stock_of(sale.shop, "MUG")["on_hand"] == 1
    goods = {"quantity": 5, "reason": "purchase"}
    sale.staff.post("/api/v1/admin/stock/MUG/receive", goods).expect(200)
    sale.has_stock("MUG", on_hand=4)


@pytest.mark.parametrize("path, body", [
    ("fulfillments", {"lines": []}),
    ("fulfillments", {"lines": [{"line_id": "line_nonsense", "quantity": 1}]}),
    ("fulfillments", {"ship": {"tracking": [""]}}),
    ("fulfillments", {"ship": {"tracking": ["x"] * 21}}),
    ("fulfillments", {"ship": {"shipped_at": "2999-01-01T00:00:00Z"}}),
    ("fulfillments", {"location": "loc_other"}),
    ("cancel-lines", {"lines": []}),
    ("cancel-lines", {}),
    ("cancel", {"cause": "whim"}),
    ("hold", {"hold": "mood"}),
    ("notes", {"text": ""}),
])
def test_wrong_arguments_are_refused_and_change_nothing(sale, path, body):
    before = sale.see()
    sale.post(path, body).expect(400, 422)
    assert sale.see() == before


def test_notes_are_sealed_and_read_back_the_newest_first(sale):
    path = f"/api/v1/admin/orders/{sale.id}/notes"
    assert sale.staff.get(path).expect(200).json["items"] == []
    sale.post("notes", {"text": "Ada Lovelace called twice"}).expect(201)
    written = sale.post("notes", {"text": "She will call again"}).expect(201)
    assert written.json["staff"]["notes"] == 2
    seen = {"Shop-Min-Position": written.headers["Shop-Position"]}
    last, first = sale.staff.get(path, headers=seen).expect(200).json["items"]
    assert (last["number"], last["text"]) == (2, "She will call again")
    assert (first["number"], first["text"]) == (1, "Ada Lovelace called twice")
    assert first["actor"]["kind"] == "staff" and first["noted_at"] <= last["noted_at"]
    page = sale.staff.get(f"{path}?limit=1").expect(200).json
    (rest,) = sale.staff.get(f"{path}?limit=1&cursor={page['next']}").expect(200).json["items"]
    assert rest == first
    sale.shop.api().get(path).expect(401)
    sale.staff.get(path.replace(sale.id, "ord_" + "0" * 20)).expect(404)
    history = sale.staff.get(f"/api/v1/admin/history/{sale.id}").expect(200).body.decode()
    assert "order.note_added" in history and "called twice" not in history


def test_what_is_not_there_is_not_found_and_strangers_do_nothing(sale):
    fulfillment = sale.fulfill(mugs=1).expect(201).json["fulfillments"][0]["id"]
    none = fulfillment[:-4] + ("0000" if not fulfillment.endswith("0000") else "1111")
    sale.ship(none).expect(404)
    sale.ship("nonsense").expect(404)
    order = f"/api/v1/admin/orders/{sale.id}"
    for path in (f"{order}/fulfillments", f"{order}/cancel", f"{order}/hold",
                 f"/api/v1/admin/fulfillments/{fulfillment}/ship"):
        sale.shop.api().post(path, {}).expect(401)
