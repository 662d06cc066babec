"""Generated requests against the whole API, from its own OpenAPI document: no server error, no
answer that the document does not tell of, nothing wrong accepted."""

import os
import subprocess

from programs import ROOT

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "180"))
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261125")


def test_generated_requests_find_nothing(make_shop, tmp_path):
    shop = make_shop(
        "--key-guesses", "1000000",  # wrong keys are sent by the hundred
        "--backups", tmp_path / "backups",  # and names of folders all over the machine
    )
    key = (shop.data / "staff-key").read_text().strip()
    done = subprocess.run(
        [
            ROOT / "build" / "venv" / "bin" / "schemathesis",
            "--config-file", ROOT / "tests" / "tools" / "schemathesis.toml",
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
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    shop.api().get("/livez").expect(200)
