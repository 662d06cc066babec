"""Why staff did what they did to states and stock is in the log."""

import json

from programs import wait_until
from staff import sell

ADMIN = "/api/v1/admin"
SEASON = {"code": "season", "note": "Christmas"}


def reasons_of(shop, stream):
    """By the type of event, what its `reason` and `note` say."""
    lines = shop.run("log", "read", "--json", "--stream", stream).splitlines()
    events = [event for line in lines for event in json.loads(line)["entry"]["events"]]
    return {
        event["type"]: event["data"].get("note") or event["data"].get("reason")
        for event in events
        if event["stream"] == stream
    }


def stock_stream(shop):
    lines = shop.run("log", "read", "--json").splitlines()
    events = [e for line in lines for e in json.loads(line)["entry"].get("events", [])]
    return next(event["stream"] for event in events if event["type"] == "stock.opened")


def test_why_staff_acted_is_in_the_log(shop):
    staff = shop.staff()
    made = staff.post(f"{ADMIN}/products", {"title": "A star", "slug": "star"}).expect(201).json
    product = f"{ADMIN}/products/{made['id']}"
    body = {"sku": "STAR", "reason": {"code": "demand"}}
    variant = staff.post(f"{product}/variants", body).expect(200).json["variants"][0]
    staff.put(f"{product}/variants/{variant['id']}", {**body, "weight_g": 5}).expect(200)
    staff.post(f"{product}/publish?reason=season&note=Christmas").expect(200, 202)
    wait_until(lambda: staff.get(product).json["status"] == "published", 20, "the publication")
    staff.post(f"{product}/unpublish?reason=season&note=Christmas").expect(200)
    staff.delete(f"{product}/variants/{variant['id']}?reason=broken").expect(200)
    staff.post(f"{product}/archive").expect(200)
    said = reasons_of(shop, made["id"])
    assert said["product.variant_added"] == {"code": "demand"}
    assert said["product.variant_changed"] == {"code": "demand"}
    assert said["product.published"] == SEASON
    assert said["product.unpublished"] == SEASON
    assert said["product.variant_removed"] == {"code": "broken"}
    assert said["product.archived"] == {"code": "staff"}


def test_why_stock_came_or_its_policy_changed_is_in_the_log(shop):
    staff = shop.staff()
    made = staff.post(f"{ADMIN}/products", {"title": "A star", "slug": "star"}).expect(201).json
    staff.post(f"{ADMIN}/products/{made['id']}/variants", {"sku": "STAR"}).expect(200)
    stock = f"{ADMIN}/stock/STAR"
    received = {"quantity": 3, "reason": "return", "note": "unopened"}
    staff.post(f"{stock}/receive", received).expect(200)
    policy = {"tracked": True, "backorder_limit": 2, "safety_stock": 0, "reason": SEASON}
    staff.put(f"{stock}/policy", policy).expect(200)
    said = reasons_of(shop, stock_stream(shop))
    assert said["stock.received"] == "unopened"
    assert said["stock.policy_set"] == SEASON


def test_why_staff_sold_without_a_cart_is_in_the_log(shop):
    sell(shop, "MUG")
    body = {"lines": [{"sku": "MUG", "quantity": 1}], "reason": SEASON}
    order = shop.staff().post(f"{ADMIN}/orders", body).expect(201).json
    checkout = order["id"].replace("ord_", "chk_")
    assert reasons_of(shop, checkout)["checkout.started"] == SEASON
