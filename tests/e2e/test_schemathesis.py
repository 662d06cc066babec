"""Generated requests against the whole API, from its own OpenAPI document: no server error, no
answer that the document does not tell of, nothing wrong accepted. They come into carts, orders and
all else that a shop has: tests/tools/schemathesis_hooks.py."""

import json
import os
import re
import subprocess

from programs import ROOT

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "180"))
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261125")
TOOLS = ROOT / "tests" / "tools"
# The operations it leaves out, and why.
EXCLUDED = {
    "POST /api/v1/admin/imports/history": "it cannot write NDJSON",
    "DELETE /api/v1/admin/customers/{id}": 'an erased customer stays, and reads "[erased]"',
    "DELETE /api/v1/admin/categories/{id}":
        "the same key twice is the same removal, though that category was made anew in between",
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


def test_generated_requests_find_nothing(make_shop, tmp_path):
    shop = make_shop(
        "--key-guesses", "1000000",  # wrong keys are sent by the hundred
        "--payment-tries", "1000000",  # and so are cards
        "--backups", tmp_path / "backups",  # and names of folders all over the machine
    )
    shop.sandbox.set_knobs(webhooks="all")
    key = (shop.data / "staff-key").read_text().strip()
    answers = tmp_path / "answers.json"
    done = subprocess.run(
        [
            ROOT / "build" / "venv" / "bin" / "schemathesis",
            "--config-file", TOOLS / "schemathesis.toml",
            "run", f"http://{shop.address}/openapi.json",
            "--seed", SEED, "--max-time", str(SECONDS),
            *[word for name in EXCLUDED for word in ("--exclude-name", name)],
            "--header", f"Authorization: Bearer {key}",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS * 3 + 120, check=False,
        env={**os.environ, "PYTHONPATH": str(TOOLS), "SHOPVERSE_DATA": str(shop.data),
             "SHOPVERSE_ANSWERS": str(answers)},
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    told = json.loads(answers.read_text())
    document = shop.api().get("/openapi.json").expect(200).json
    operations = [name for name in operations_with_ids(document) if name not in EXCLUDED]
    found = {kind_of(name) for name in operations if told.get(name, {}).keys() & OF_A_HANDLER}
    assert found == {kind_of(name) for name in operations}, "of these kinds nothing was found"
    # A body that fits is rare where much must: it may have been refused each time.
    nowhere = [name for name in operations
               if not told.get(name, {}).keys() & (OF_A_HANDLER | {"400"})]
    assert not nowhere, "they never came to anything that is there"
