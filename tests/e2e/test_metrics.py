"""What Prometheus reads passes Prometheus's own check."""

import subprocess

import pytest

from programs import ROOT


@pytest.fixture(scope="session")
def promtool():
    """Debian's promtool, unpacked: installing the package would start a service."""
    binary = ROOT / "build" / "promtool" / "usr" / "bin" / "promtool"
    if not binary.exists():
        folder = ROOT / "build" / "promtool"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "-qq", "download", "prometheus"], cwd=folder, check=True)
        package = next(folder.glob("prometheus_*.deb"))
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return binary


def test_the_metrics_pass_promtool(shop, promtool):
    shop.api().post("/api/v1/carts", {}).expect(201)
    for path in ("/livez", "/readyz", "/nothing", "/openapi.json"):
        shop.api().get(path)
    text = shop.api().get("/metrics").expect(200).body
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()
    assert b'shopverse_http_requests_total{method="GET",route="/livez",status="2xx"} 1' in text
    for name in ("shopverse_log_group_records", "shopverse_log_group_sync_seconds"):
        assert count_of(text, name) >= 1
    for name in ("shopverse_shard_lock_wait_seconds", "shopverse_command_durable_seconds"):
        assert count_of(text, name) >= 1


def count_of(text, name):
    """Observations of a histogram, over all its labels."""
    lines = [line for line in text.decode().splitlines() if line.startswith(f"{name}_count")]
    return sum(int(line.rpartition(" ")[2]) for line in lines)
