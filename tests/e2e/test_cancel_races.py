"""Who is first when an order is canceled and packed, or credited twice, in the same moment: one of
them, also through kill -9, and money and goods follow that one."""

from programs import wait_until
from shopper import at_once, stock_of
from test_provider_truth import (  # shared and shop are fixtures
    WHY,
    Sale,
    shared,
    shop,
    strike,
    through,
)

ROUNDS = 8  # at least, and until either side was first
ROUNDS_MAX = 100
PACKERS = (1, 3)  # in turn, so that either side has its chance


def asking(shop):
    """Staff, whose connection stands already."""
    staff = shop.staff()
    staff.get("/livez").expect(200)
    return staff


def mugs(shop):
    stock = stock_of(shop, "MUG")
    return stock["on_hand"], stock["held"] + stock["allocated"]


@through
def test_a_shoppers_cancel_and_staffs_parcel_in_one_moment_are_one_of_both(shop, end):
    firsts = []
    while len(firsts) < ROUNDS or len(set(firsts)) < 2:
        assert len(firsts) < ROUNDS_MAX, f"the {firsts[0]} is always first"
        before = mugs(shop)
        sale = Sale(shop)
        path = f"/api/v1/admin/orders/{sale.id}/fulfillments"
        packers = [asking(shop) for _ in range(PACKERS[len(firsts) % 2])]
        if end == "kill":  # it dies before the money has moved
            shop.sandbox.set_knobs(answer_delay_ms=300)
        canceled, *packed = at_once([sale.shopper.cancel, *(
            lambda staff=staff, path=path: staff.post(path, {**WHY, "ship": {}})
            for staff in packers)])
        strike(shop, end, sale.shopper)
        shop.sandbox.set_knobs()
        is_canceled = canceled.status in (200, 202)
        firsts.append("cancel" if is_canceled else "parcel")
        won, *lost = sorted(packed, key=lambda answer: answer.status)
        assert won.status == (409 if is_canceled else 201), packed
        assert {answer.status for answer in lost} <= {409}, packed
        assert is_canceled or canceled.expect(409).json["type"].endswith("in-fulfillment")
        check_canceled(sale, before) if is_canceled else check_packed(sale, before)
        assert sale.see()["balance"]["minor_units"] == 0


def check_canceled(sale, before):
    wait_until(lambda: sale.moved("void") == [sale.total], 30, "the money to be let go")
    assert sale.see()["status"] == "canceled" and sale.see()["fulfillments"] == []
    assert sale.moved("capture") == []
    wait_until(lambda: mugs(sale.shop) == before, 30, "the mugs to be on sale again")


def check_packed(sale, before):
    wait_until(lambda: sale.captured() == sale.total, 30, "the money to be taken")
    assert sale.see()["fulfillment_status"] == "fulfilled"
    assert sale.moved("capture") == [sale.total] and sale.moved("void") == []
    on_hand, reserved = before
    wait_until(lambda: mugs(sale.shop) == (on_hand - 3, reserved), 30, "the mugs to be gone")


def refunds(sale):
    """A sandbox that was started again tells them in another order than they came."""
    return sorted(sale.moved("refund"))


def notes(shop, *ids):
    """Once they have their numbers."""
    found = [shop.staff().get(f"/api/v1/admin/credit-notes/{id}").expect(200).json for id in ids]
    return found if all(note["number"] for note in found) else None


@through
def test_money_that_goes_back_in_parts_goes_back_once_and_never_beyond_what_was_paid(shop, end):
    sale = Sale(shop)
    sale.post("capture").expect(200)
    parts = [{**sale.units(1)}, {**sale.units(2)}]
    made = []
    for number, part in enumerate(parts):
        shop.sandbox.kill()  # the part is owed when the shop dies
        made.append(sale.post("credit-notes", part, key=f"part-{number}-of-{sale.id}").expect(201))
        strike(shop, end, sale.shopper)
        again = sale.post("credit-notes", part, key=f"part-{number}-of-{sale.id}").expect(201)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json["id"] == made[-1].json["id"]
        shop.sandbox.start()
        wait_until(lambda n=number: refunds(sale) == [333, 666][:n + 1], 120, "the refund")
    assert sale.post("credit-notes", sale.units(1)).status in (400, 422)
    rest = sale.total - 999

    def credit(units):
        amount = {"minor_units": units, "currency": "GBP"}
        return shop.staff().post(f"/api/v1/admin/orders/{sale.id}/credit-notes",
                                 {**WHY, "amount": amount})

    assert credit(rest + 1).expect(409).json["left"]["minor_units"] == rest
    shop.sandbox.kill()
    last, refused = sorted(at_once([lambda: credit(rest)] * 2), key=lambda answer: answer.status)
    assert refused.expect(409).json["left"]["minor_units"] == 0
    strike(shop, end, sale.shopper)
    assert credit(1).expect(409).json["left"]["minor_units"] == 0  # what is owed counts
    shop.sandbox.start()
    wait_until(lambda: sale.see()["payment_status"] == "refunded", 120, "the last refund")
    assert refunds(sale) == sorted([333, 666, rest])
    assert sale.moved("capture") == [sale.total]
    assert credit(1).status == 409
    ids = [note.json["id"] for note in (*made, last.expect(201))]
    first, *others = [note["number"] for note in wait_until(lambda: notes(shop, *ids))]
    assert others == [first + 1, first + 2]
    assert sale.see()["balance"]["minor_units"] == 0
