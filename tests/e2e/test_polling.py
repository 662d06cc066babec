"""No webhook comes and nobody refreshes: polling alone has to tell how payments stand, against the
sandbox, through kill -9 (rule 2 in docs/domain.md)."""

import pytest

from conftest import running_with_sandbox
from programs import wait_until
from shopper import charges, ledger_of, net_money, ready_to_pay
from staff import sell
from test_log_and_backup import records
from test_provider_truth import Sale, checkout_at_once, strike, through, total_of

SLOW_MS = 14_000  # beyond what the shop waits for an answer


@pytest.fixture(scope="module")
def shop(binary, tmp_path_factory, postgres_server):
    folder = tmp_path_factory.mktemp("polling") / "data"
    with running_with_sandbox(binary, folder, postgres_server, slow_ms=SLOW_MS, late_ms=3_000,
                              action_seconds=900) as shop:
        shop.sandbox.set_knobs(webhooks="nothing")
        sell(shop, "MUG", price="3.33", stock=1_000)
        yield shop


def seen_by(shop, payment):
    """The events of the payment's, and how the shop learnt of each that the provider told."""
    return [(event["type"], event["data"].get("seen", {}).get("by", "response"))
            for record in records(shop, "--stream", payment)
            for event in record["entry"]["events"] if event["stream"] == payment]


def check_that_polling_told_of_one_charge(shop, shopper):
    wait_until(lambda: shopper.see_order()["status"] == "placed", 40, "the order")
    payment = shopper.see_order()["payments"][0]["id"]
    assert [by for kind, by in seen_by(shop, payment) if kind == "payment.authorized"] == ["sync"]
    assert len(charges(ledger_of(shop, shopper.order))) == 1
    assert net_money(ledger_of(shop, shopper.order)) == total_of(shopper)


@through
def test_what_the_shopper_approved_is_found_out(shop, end):
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout("tok_needs_action").expect(202)
    shopper.decide()
    strike(shop, end, shopper)
    check_that_polling_told_of_one_charge(shop, shopper)


@through
def test_an_answer_that_is_not_waited_for_is_found_out(shop, end):
    shopper = ready_to_pay(shop, "MUG")
    checkout_at_once(shopper, "tok_slow").expect(202)
    wait_until(lambda: shopper.see_order()["payments"][0]["status"] == "pending", 30,
               "the provider's word that it takes longer")
    assert charges(ledger_of(shop, shopper.order)) == []
    strike(shop, end, shopper)
    check_that_polling_told_of_one_charge(shop, shopper)


@through
def test_the_end_of_a_refund_is_found_out(shop, end):
    sale = Sale(shop, "tok_refund_pending")
    sale.post("capture").expect(200)
    note = sale.post("credit-notes", sale.units(1)).expect(201).json
    payment = sale.payment()["id"]

    def told():
        return [kind for kind, _ in seen_by(shop, payment)]

    wait_until(lambda: "payment.refund_pending" in told(), 30, "the provider's word")
    assert sale.moved("refund") == []
    strike(shop, end, sale.shopper)
    wait_until(lambda: "payment.refunded" in told(), 30, "the end of the refund")
    assert told().count("payment.refunded") == 1
    assert "webhook" not in [by for _, by in seen_by(shop, payment)]
    assert sale.moved("refund") == [note["totals"]["total"]["minor_units"]]
    seen = shop.staff().get(f"/api/v1/admin/credit-notes/{note['id']}").expect(200).json
    assert (seen["status"], seen["settled"]) == ("settled", note["totals"]["total"])
    assert sale.see()["payment_status"] == "partially_refunded"
    assert sale.see()["balance"]["minor_units"] == 0
