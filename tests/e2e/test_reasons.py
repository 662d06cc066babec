"""Who did what, and why, is in the log."""

import copy
import functools
import json
import re

from programs import ROOT, wait_until
from staff import sell
from test_log_and_backup import records
from trading import WHY, trade

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


# ---- Every act ----------------------------------------------------------------------------------

# Decided with another event of the same record, which says why.
BESIDE = {"order.confirmed", "payment.void_requested"}
# What after_the_sale() does to orders, each for the reason it gives.
AFTER_THE_SALE = ("fulfillment.created", "fulfillment.shipped", "fulfillment.failed",
                  "credit_note.requested", "order.lines_canceled", "order.held",
                  "payment.capture_requested")


@functools.cache
def fields_of_reasons():
    """By the type of event, which field says why, of those that have one."""
    page = (ROOT / "docs" / "events.md").read_text()
    told = re.findall(r"^- `([\w.]+)` [^:]*: (.*?)(?=^- |^#|\Z)", page, re.MULTILINE | re.DOTALL)
    found = {kind: re.search(r"\*\*(\w+)\*\*\s+\*Reason\*", fields) for kind, fields in told}
    return {kind: field[1] for kind, field in found.items() if field}


def acts_of_staff(entries):
    """Each event that a member of staff is the actor of, as type, actor and reason."""
    fields = fields_of_reasons()
    for entry in entries:
        record = entry["entry"]
        actor = record.get("actor", {})
        if actor.get("kind") != "staff":
            continue
        for event in record["events"]:
            # A slug only describes.
            if event["type"] in fields and event["data"].get("purpose") != "slug":
                yield event["type"], actor, event["data"].get(fields[event["type"]], {})


def unexplained(entries):
    found = set()
    for entry in entries:
        acts = list(acts_of_staff([entry]))
        is_told = any(reason.get("code") for _, _, reason in acts)
        found |= {kind for kind, actor, reason in acts if not actor.get("id") or not (
            is_told if kind in BESIDE else reason.get("code"))}
    return found


def test_every_act_of_staff_says_who_and_why(shop):
    trade(shop)
    entries = [entry for entry in records(shop) if "events" in entry["entry"]]
    assert unexplained(entries) == set()
    acts = list(acts_of_staff(entries))
    assert len({kind for kind, _, _ in acts}) > 15  # it is about something
    for kind in AFTER_THE_SALE:
        assert WHY in [reason for each, _, reason in acts if each == kind], kind
    check_control(entries)


def check_control(entries):
    """One act without its reason is found, and one without its actor."""
    for kind in ("order.held", "stock.policy_set"):
        for lost in ("reason", "actor"):
            told = copy.deepcopy(entries)
            for entry in told:
                if kind not in [event["type"] for event in entry["entry"]["events"]]:
                    continue
                if lost == "actor":
                    entry["entry"]["actor"].pop("id", None)
                for event in entry["entry"]["events"]:
                    event["data"].pop(lost, None)
            assert unexplained(told) >= {kind}, lost
