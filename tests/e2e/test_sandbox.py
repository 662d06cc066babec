"""The payment sandbox as a process of its own: its API, its pages, its ledger."""

import contextlib
import http.client
import http.server
import itertools
import json
import os
import types

import pytest

from programs import served, wait_until

numbers = itertools.count(1)


def authorize(sandbox, token, key=None, amount=1999):
    number = next(numbers)
    body = {
        "effect_id": key or f"eff_test{number}",
        "order": f"ord_test{number}",
        "payment": f"pay_test{number}",
        "token": token,
        "return_url": "http://localhost:8080/back?order=1",
        "amount": {"minor_units": amount, "currency": "GBP"},
    }
    return body, sandbox.api().post("/v1/authorizations", body)


def test_the_same_key_moves_money_once(sandbox):
    body, first = authorize(sandbox, "tok_ok")
    again = sandbox.api().post("/v1/authorizations", body)
    assert first.expect(200).json == again.expect(200).json
    assert first.json["status"] == "authorized"
    kinds = [(entry["kind"], entry["amount"]["minor_units"])
             for entry in sandbox.ledger(body["order"])]
    assert kinds == [("authorize", 1999)]
    other = {**body, "amount": {"minor_units": 1, "currency": "GBP"}}
    sandbox.api().post("/v1/authorizations", other).expect(409)


def test_what_was_answered_survives_kill_9(sandbox):
    body, answer = authorize(sandbox, "tok_ok")
    answer.expect(200)
    sandbox.kill()
    sandbox.start()
    assert len(sandbox.ledger(body["order"])) == 1
    assert sandbox.api().get(f"/v1/operations/{body['effect_id']}").json["status"] == "authorized"


def test_an_answer_can_get_lost_after_the_charge(sandbox):
    with pytest.raises((OSError, http.client.HTTPException)):
        authorize(sandbox, "tok_lost_after_charge", key="eff_lost")
    found = sandbox.api().get("/v1/operations/eff_lost").expect(200).json
    assert found["status"] == "authorized"


@pytest.mark.parametrize(
    "choice, status", [("approve", "authorized"), ("decline", "declined"), ("leave", None)]
)
def test_the_shopper_decides_on_the_sandbox_s_page_and_comes_back(sandbox, choice, status):
    body, answer = authorize(sandbox, "tok_needs_action")
    assert answer.expect(200).json["status"] == "action_required"
    url = answer.json["action"]["url"]
    path = "/" + url.split("/", 3)[3]
    page = sandbox.api().get(path).expect(200)
    assert b"19.99 GBP" in page.body
    assert "text/html" in page.headers["Content-Type"]
    back = sandbox.api().post(
        path, f"choice={choice}", content_type="application/x-www-form-urlencoded"
    ).expect(303)
    assert back.headers["Location"] == "http://localhost:8080/back?order=1"
    found = sandbox.api().get(f"/v1/operations/{body['effect_id']}").json["status"]
    assert found == (status or "action_required")


def test_nobody_who_comes_declines_in_the_end(sandbox):
    body, _ = authorize(sandbox, "tok_needs_action")
    wait_until(
        lambda: sandbox.api().get(f"/v1/operations/{body['effect_id']}").json["status"]
        == "declined"
    )


def test_an_unknown_page_is_a_page_all_the_same(sandbox):
    page = sandbox.api().get("/pay/sbx_unknown").expect(404)
    assert b"no such payment" in page.body


def test_knobs_go_back_to_their_defaults(sandbox):
    sandbox.set_knobs(webhook_copies=3)
    assert sandbox.api().get("/v1/knobs").json["webhook_copies"] == 3
    assert sandbox.set_knobs().json["webhook_copies"] == 1


@contextlib.contextmanager
def deaf_shop(data):
    """Listens where the sandbox looks for the shop, and takes webhooks only once it is told to."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            shop.heard.append(body)
            self.send_response(204 if shop.takes else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    shop = types.SimpleNamespace(takes=False, heard=[])
    file = data / "serve.json"
    with served(Handler) as address:
        file.touch(mode=0o600)
        file.write_text(json.dumps({"address": f"http://{address}", "pid": os.getpid()}))
        yield shop
    file.unlink()


def test_a_webhook_comes_until_it_is_taken_whatever_restarts_in_between(sandbox, data):
    with deaf_shop(data) as shop:
        _, answer = authorize(sandbox, "tok_late_authorization")
        assert answer.expect(200).json["status"] == "declined"
        wait_until(lambda: len(shop.heard) >= 3, what="three tries")
        sandbox.kill()
        before = len(shop.heard)
        sandbox.start()
        wait_until(lambda: len(shop.heard) > before, what="a try after the restart")
        shop.takes = True
        before = len(shop.heard)
        wait_until(lambda: len(shop.heard) > before, what="the one that is taken")
        assert all(event == shop.heard[0] for event in shop.heard)
        sandbox.stop()
        sandbox.start()
        # Something later is told, and nothing of what was taken comes before it.
        before = len(shop.heard)
        authorize(sandbox, "tok_late_authorization")
        wait_until(lambda: len(shop.heard) > before, what="the next webhook")
        assert all(event != shop.heard[0] for event in shop.heard[before:])
