"""Whether a shop has written anything to its log."""

from programs import wait_until


def metrics_of(shop, *names):
    text = shop.api().get("/metrics").expect(200).body.decode()
    return sorted(line for line in text.splitlines() if line.startswith(names))


def wait_settled(shop):
    """A new shop opens its series of order numbers first: eight blocks, one a partition."""
    steps = "shopverse_effects_sent_total"
    wait_until(lambda: int(metrics_of(shop, steps)[0].split()[1]) >= 8)


def events_in(shop):
    """What the log's partitions hold, once the shop has nothing left to do by itself."""
    idle = ["shopverse_effects_running 0", "shopverse_open_streams 0"]
    wait_until(lambda: metrics_of(shop, "shopverse_effects_running", "shopverse_open") == idle)
    return metrics_of(shop, "shopverse_log_end_offset")


def check_unchanged(before, after):
    """`before` and `after`: events_in() then and now."""
    written = [line for line in after if line not in before]
    assert after == before, f"it wrote events: {written}"
