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
    for path in ("/livez", "/readyz", "/nothing", "/openapi.json"):
        shop.api().get(path)
    text = shop.api().get("/metrics").expect(200).body
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()
    assert b'shopverse_http_requests_total{method="GET",route="/livez",status="2xx"} 1' in text
