"""The real year in a shop: nothing is refused, and its books agree with independent figures to the
penny; twice, and through a crash. It takes many minutes: only where SHOPVERSE_YEAR is set."""

import json
import os
import re
import subprocess

import pytest

from programs import wait_until

pytestmark = pytest.mark.skipif("SHOPVERSE_YEAR" not in os.environ, reason="takes minutes")
RECORDS = 135_491
MIDDLE = 600_000  # entries of the log, of 1.8 million


def year(shop):
    return subprocess.Popen(
        [shop.binary, "demo", "year", "--json", "--data", str(shop.data)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def report_of(run):
    out, err = run.communicate(timeout=900)
    assert run.returncode == 0, err + out[:3000]
    return json.loads(out.splitlines()[0])


def checked(shop):
    postgres = shop.arguments[shop.arguments.index("--postgres") + 1]
    return json.loads(shop.run("demo", "check", "--json", "--postgres", postgres))


def log_ends(shop):
    """Of each partition."""
    text = shop.api().get("/metrics").expect(200).body.decode()
    ends = re.findall(r"^shopverse_log_end_offset\{([^}]*)\} (\d+)", text, re.MULTILINE)
    assert ends
    return {partition: int(end) for partition, end in ends}


def wait_for_views(shop):
    wait_until(lambda: all(version["lag"] == 0 for version in
                           json.loads(shop.run("project", "status", "--json"))["items"]),
               300, "the views have caught up")


def test_the_year_agrees_to_the_penny_through_a_kill_and_twice(shop):
    run = year(shop)
    wait_until(lambda: sum(log_ends(shop).values()) > MIDDLE, 300, "the middle of the year")
    shop.kill()
    assert run.wait(60) == 1
    shop.start()
    report = report_of(year(shop))
    assert (report["read"], report["refused"]) == (RECORDS, 0)
    assert 0 < report["already_there"] < RECORDS
    assert report["accepted"] + report["already_there"] == RECORDS
    wait_for_views(shop)
    figures = checked(shop)
    assert all(figure["agrees"] for figure in figures)
    before = log_ends(shop)
    again = report_of(year(shop))
    assert (again["accepted"], again["already_there"]) == (0, RECORDS)
    assert checked(shop) == figures
    assert log_ends(shop) == before
