"""A shop opens, says so, and closes."""

import json
import re
import stat

from programs import Shop


def test_a_shop_opens_answers_and_closes_in_order(shop):
    assert shop.api().get("/livez").expect(200).body == b"ok\n"
    assert shop.api().get("/readyz").expect(200)
    shop.stop()
    assert not (shop.data / "serve.json").exists()


def test_the_first_page_leads_to_an_api_document_that_can_be_read_and_tried(shop):
    ask = shop.api().get
    links = re.findall(r'href="([^"]+)"', ask("/").expect(200).body.decode())
    assert {"/docs", "/openapi.json", "/pages/style.css"} <= set(links)
    assert [link for link in links if ask(link).status != 200] == []

    docs = ask("/docs").expect(200)
    (script,) = re.findall(r'<script type="module" src="([^"]+)"></script>', docs.body.decode())
    (style,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', docs.body.decode())
    assert ask(style).expect(200).headers["Content-Type"].startswith("text/css")
    source = ask(script).expect(200)
    assert source.headers["Content-Type"].startswith("text/javascript")
    assert b'fetch("/openapi.json")' in source.body
    # Nothing of it is from elsewhere, and nobody can put it into a page of theirs.
    rules = docs.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "frame-ancestors 'none'"} <= set(rules)


def test_the_first_start_makes_a_staff_key_that_nobody_else_can_read(shop):
    file = shop.data / "staff-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(shop.data.stat().st_mode) == 0o700
    assert file.read_text().strip() not in shop.log_text()


def test_keys_can_be_made_and_revoked_while_the_shop_runs(shop):
    made = json.loads(shop.run("key", "new", "--name", "Ada", "--role", "operator", "--json"))
    listed = json.loads(shop.run("key", "list", "--json"))
    assert [key["name"] for key in listed] == ["first", "Ada"]
    assert made["secret"] not in json.dumps(listed)
    shop.run("key", "revoke", made["id"])
    assert json.loads(shop.run("key", "list", "--json"))[1]["revoked_at"]
    shop.run("key", "revoke", "key_unknown", expect=1)
    shop.run("key", "new", "--name", "Eve", "--role", "queen", expect=2)


def test_two_shops_never_share_a_data_folder(shop):
    second = Shop(shop.binary, shop.data)
    second.start(wait=False)
    assert second.process.wait(30) == 1
    assert "already" in second.log_text()


def test_an_older_program_refuses_newer_data(make_shop):
    shop = make_shop()
    shop.stop()
    (shop.data / "level.json").write_text('{"level":999,"written_by":"9.9.9"}')
    shop.start(wait=False)
    assert shop.process.wait(30) == 1
    assert "9.9.9" in shop.log_text()
    shop.process = None
