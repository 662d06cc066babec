"""Generated requests against the whole API, from its own OpenAPI document: no server error, no
answer that the document does not tell of, nothing wrong accepted. They come into carts, orders and
all else that a shop has: tests/tools/schemathesis_hooks.py."""

import http.server
import json
import os
import re
import subprocess

import pytest

from client import Client
from programs import ROOT, served

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "180"))
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261125")
TOOLS = ROOT / "tests" / "tools"
# The operations it leaves out, and why.
EXCLUDED = {
    "POST /api/v1/admin/imports/history": "it cannot write NDJSON",
    "DELETE /api/v1/admin/customers/{id}": 'an erased customer stays, and reads "[erased]"',
}
# Statuses that only the call itself gives, once it has found what it is about.
OF_A_HANDLER = {"200", "201", "202", "204", "303", "402", "409", "412"}
# What names parts of the shop itself; every other name in a path is the id of something made.
PARTS = {"partition", "provider", "view"}


def kind_of(operation):
    """What its first id is of: "/api/v1/admin/orders/{id}"."""
    return re.match(r"\S+ (.*?\{\w+\})", operation)[1]


def operations_with_ids(document):
    for path, methods in document["paths"].items():
        if set(re.findall(r"\{(\w+)\}", path)) - PARTS:
            yield from (f"{method.upper()} {path}" for method in methods)


def generate(shop, tmp_path, seconds, *words, address=None):
    """What the tool came to, and which statuses it was answered, by operation."""
    answers = tmp_path / "answers.json"
    done = subprocess.run(
        [
            ROOT / "build" / "venv" / "bin" / "schemathesis",
            "--config-file", TOOLS / "schemathesis.toml",
            "run", f"http://{address or shop.address}/openapi.json",
            "--seed", SEED, "--max-time", str(seconds), *words,
            "--header", f"Authorization: Bearer {shop.staff_key()}",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=seconds * 3 + 120, check=False,
        env={**os.environ, "PYTHONPATH": str(TOOLS), "SHOPVERSE_DATA": str(shop.data),
             "SHOPVERSE_ANSWERS": str(answers)},
    )
    return done, json.loads(answers.read_text()) if answers.exists() else {}


def test_generated_requests_find_nothing(make_shop, tmp_path):
    shop = make_shop(
        "--key-guesses", "1000000",  # wrong keys are sent by the hundred
        "--payment-tries", "1000000",  # and so are cards
        "--backups", tmp_path / "backups",  # and names of folders all over the machine
    )
    shop.sandbox.set_knobs(webhooks="all")
    done, told = generate(shop, tmp_path, SECONDS,
                          *[word for name in EXCLUDED for word in ("--exclude-name", name)])
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    document = shop.api().get("/openapi.json").expect(200).json
    operations = [name for name in operations_with_ids(document) if name not in EXCLUDED]
    found = {kind_of(name) for name in operations if told.get(name, {}).keys() & OF_A_HANDLER}
    assert found == {kind_of(name) for name in operations}, "of these kinds nothing was found"
    # A body that fits is rare where much must: it may have been refused each time.
    nowhere = [name for name in operations
               if not told.get(name, {}).keys() & (OF_A_HANDLER | {"400"})]
    assert not nowhere, "they never came to anything that is there"


# ---- Control ------------------------------------------------------------------------------------

CONTROLLED = "/api/v1/store"


def passes_on_to(shop, change):
    """A handler that asks the shop, and answers what `change` makes of its answers there."""

    class Proxy(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = Client(shop.address).request(self.command, self.path, body or None,
                                                  dict(self.headers))
            text = change(answer.body) if self.path.startswith(CONTROLLED) else answer.body
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = pass_on
        do_TRACE = do_QUERY = pass_on

        def log_message(self, *words):
            pass

    return Proxy


@pytest.mark.parametrize("renamed, finds", [("currency", False), ("money", True)])
def test_control_one_member_of_one_answer_that_is_not_what_the_document_says_is_found(
        make_shop, tmp_path, renamed, finds):
    shop = make_shop("--key-guesses", "1000000")
    member = f'"{renamed}":'.encode()
    proxy = passes_on_to(shop, lambda body: body.replace(b'"currency":', member, 1))
    with served(proxy) as address:
        done, told = generate(shop, tmp_path, 20, "--include-path", CONTROLLED, address=address)
    assert told[f"GET {CONTROLLED}"]["200"] > 0
    assert (done.returncode != 0) == finds, done.stdout[-5_000:]
    assert ("currency" in done.stdout) == finds
