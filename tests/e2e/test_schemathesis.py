"""Generated requests against the whole API, from its own OpenAPI document: no server error, no
answer that the document does not tell of, nothing wrong accepted. They come into carts and orders:
tests/tools/schemathesis_hooks.py."""

import json
import os
import subprocess

from programs import ROOT

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "180"))
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261125")
TOOLS = ROOT / "tests" / "tools"
# Operations that may be answered 404 and nothing else, and why.
NEVER_THERE = {}


def test_generated_requests_find_nothing(make_shop, tmp_path):
    shop = make_shop(
        "--key-guesses", "1000000",  # wrong keys are sent by the hundred
        "--payment-tries", "1000000",  # and so are cards
        "--backups", tmp_path / "backups",  # and names of folders all over the machine
    )
    key = (shop.data / "staff-key").read_text().strip()
    answers = tmp_path / "answers.json"
    done = subprocess.run(
        [
            ROOT / "build" / "venv" / "bin" / "schemathesis",
            "--config-file", TOOLS / "schemathesis.toml",
            "run", f"http://{shop.address}/openapi.json",
            "--checks", "all", "--seed", SEED, "--max-time", str(SECONDS),
            # It cannot write NDJSON. An erased customer stays, and reads "[erased]". The same key
            # twice is the same removal, though that category was made anew in between.
            "--exclude-name", "POST /api/v1/admin/imports/history",
            "--exclude-name", "DELETE /api/v1/admin/customers/{id}",
            "--exclude-name", "DELETE /api/v1/admin/categories/{id}",
            "--header", f"Authorization: Bearer {key}",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS * 3 + 120, check=False,
        env={**os.environ, "PYTHONPATH": str(TOOLS), "SHOPVERSE_DATA": str(shop.data),
             "SHOPVERSE_ANSWERS": str(answers)},
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    told = json.loads(answers.read_text())
    nowhere = {name for name, statuses in told.items() if statuses.keys() == {"404"}}
    assert nowhere <= NEVER_THERE.keys(), "they never came to anything that is there"
    reached = {name for name, statuses in told.items() if statuses.keys() & {"200", "201", "202"}}
    assert reached >= {
        "POST /api/v1/carts/{id}/lines", "PUT /api/v1/carts/{id}/contact",
        "POST /api/v1/carts/{id}/checkout", "GET /api/v1/orders/{id}",
        "POST /api/v1/orders/{id}/cancel", "POST /api/v1/admin/orders/{id}/notes"}
    shop.api().get("/livez").expect(200)
