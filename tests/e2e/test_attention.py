"""What somebody has to look at: listed, told in the log, still there after a restart."""

import json

from client import Client
from programs import wait_until
from shopper import ready_to_pay
from staff import sell


def items_of(client):
    return client.get("/api/v1/admin/attention").expect(200).json["items"]


def wait_for_items(shop, count):
    return wait_until(
        lambda: len(items_of(shop.staff())) == count and items_of(shop.staff()), 20, "the list"
    )


def money_nobody_asked_for(shop, effect="eff_strange"):
    """The sandbox tells the shop of a payment that the shop knows nothing of."""
    shop.sandbox.set_knobs(webhooks="all")
    shop.sandbox.api().post(
        "/v1/authorizations",
        {
            "effect_id": effect,
            "order": "ord_strange",
            "payment": "pay_strange",
            "token": "tok_ok",
            "return_url": "http://localhost/back",
            "amount": {"minor_units": 1999, "currency": "GBP"},
        },
    ).expect(200)


def test_what_needs_a_person_is_listed_until_it_is_mended(shop):
    sell(shop, "MUG", stock=5)
    assert items_of(shop.staff()) == []
    shopper = ready_to_pay(shop, "MUG")
    shopper.checkout().expect(201)
    stock = "/api/v1/admin/stock/MUG"
    wait_until(lambda: shop.staff().get(stock).json["allocated"] == 1, 20, "the allocation")
    counted = shop.staff().post(f"{stock}/adjust", {"on_hand": 0, "reason": "count"}).expect(200)
    assert counted.json["short_by"] == 1
    money_nobody_asked_for(shop)
    items = wait_for_items(shop, 2)
    reasons = [item["reason"] for item in items]
    assert any("19.99 GBP" in reason for reason in reasons), reasons
    assert any("promised and not there: 1" in reason for reason in reasons), reasons
    assert shop.log_text().count("Somebody has to look at this") == 2

    shop.stop()
    shop.start()
    again = wait_for_items(shop, 2)
    assert [item["stream"] for item in again] == [item["stream"] for item in items]

    auditor = json.loads(shop.run("key", "new", "--name", "a", "--role", "auditor", "--json"))
    as_auditor = Client(shop.address, {"Authorization": f"Bearer {auditor['secret']}"})
    path = "/api/v1/admin/attention?limit=1"
    wait_until(lambda: as_auditor.get(path).status == 200, 20, "the new key")
    first = as_auditor.get(path).json
    second = as_auditor.get(f"{path}&cursor={first['next']}").expect(200).json
    assert first["items"] + second["items"] == again
    assert second["next"] is None
    shop.api().get("/api/v1/admin/attention").expect(401)
    printed = [json.loads(line) for line in shop.run("attention", "--json").splitlines()]
    assert [item["stream"] for item in printed] == [item["stream"] for item in again]
    metrics = shop.api().get("/metrics").body.decode()
    assert "shopverse_attention_items 2" in metrics

    shop.staff().post(f"{stock}/receive", {"quantity": 1, "reason": "purchase"}).expect(200)
    wait_for_items(shop, 1)


def test_money_nobody_asked_for_goes_back_or_is_closed(shop):
    money_nobody_asked_for(shop)
    payment = wait_for_items(shop, 1)[0]["stream"]
    path = f"/api/v1/admin/discovered-payments/{payment}"
    seen = shop.staff().get(path).expect(200).json
    assert (seen["status"], seen["left"]["minor_units"]) == ("discovered", 1999)
    assert seen["authorized"] == seen["amount"]
    (item,) = wait_until(
        lambda: shop.staff().get("/api/v1/admin/payments?status=discovered").json["items"], 20,
        "the list of payments")
    assert (item["id"], item["authorized"]) == (payment, seen["authorized"])
    body = {"reason": {"code": "strange"}}
    would = shop.staff().post(f"{path}/give-back?dry_run=1", body).expect(200).json
    assert [(move["kind"], move["amount"]["minor_units"]) for move in would["money"]] == [
        ("void", 1999)]
    assert len(items_of(shop.staff())) == 1
    shop.api().post(f"{path}/give-back", body).expect(401)
    shop.staff().post(f"{path}/give-back", body).expect(202)
    wait_until(lambda: items_of(shop.staff()) == [], 20, "the list")
    wait_until(lambda: shop.staff().get(path).json["status"] == "voided", 20, "the answer")
    shop.staff().post(f"{path}/give-back", body).expect(409)

    money_nobody_asked_for(shop, "eff_stranger")
    payment = wait_for_items(shop, 1)[0]["stream"]
    path = f"/api/v1/admin/discovered-payments/{payment}"
    shop.staff().post(f"{path}/close", {}).expect(400)
    closed = shop.staff().post(f"{path}/close", body).expect(200).json
    assert closed["closed"]["code"] == "strange"
    wait_until(lambda: items_of(shop.staff()) == [], 20, "the list")
    shop.staff().get(f"{path[:-4]}0000").expect(404)
