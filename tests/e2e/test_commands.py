"""The program at the command line: what it says of itself, and to other programs."""

import json
import select
import subprocess

import pytest

from programs import wait_until
from shopper import Shopper


def run(binary, *words):
    return subprocess.run([binary, *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)


@pytest.mark.parametrize("noun", ["log", "key", "project", "import", "demo", "cluster"])
def test_a_noun_by_itself_tells_its_verbs(binary, noun):
    everything = run(binary, "--help").stdout.splitlines()
    verbs = [line for line in everything if line.startswith(f"  {noun} ")]
    asked = run(binary, noun, "--help")
    assert asked.returncode == 0 and verbs
    assert [line for line in asked.stdout.splitlines() if line.startswith("  ")] == verbs
    bare = run(binary, noun)
    assert (bare.returncode, bare.stdout) == (2, asked.stdout)


def test_a_verb_that_does_not_exist_is_named(binary):
    for words in (["log", "burn"], ["burn"]):
        wrong = run(binary, *words)
        assert wrong.returncode == 2 and f'no command "{" ".join(words)}"' in wrong.stderr


def test_a_shop_of_one_process_says_that_it_serves_everything(shop):
    view = json.loads(shop.run("cluster", "status", "--json"))
    assert (view["is_one_of_several"], view["peers"], len(view["partitions"])) == (False, [], 9)
    assert all(row["here"] and row["term"] == 1 for row in view["partitions"])
    table = shop.run("cluster", "status").splitlines()
    assert [line.split()[0] for line in table[:3]] == ["partition", "catalog-0", "commerce-0"]
    assert all("this process" in line for line in table[1:10])
    assert table[-1] == "This process serves 9 of 9 partitions."
    shop.api().get("/api/v1/admin/cluster").expect(401)
    # Views and the state store are behind for a moment only.
    wait_until(lambda: all(row["view_lag"] == 0 for row in json.loads(
        shop.run("cluster", "status", "--json"))["partitions"]), 20, "the views")


def test_the_status_of_a_shop_that_does_not_run_says_so(binary, tmp_path):
    nowhere = run(binary, "cluster", "status", "--data", tmp_path)
    assert nowhere.returncode == 1 and nowhere.stderr and not nowhere.stdout
    wrong = run(binary, "cluster", "status", "--partition", "commerce-0")
    assert wrong.returncode == 2 and "--partition" in wrong.stderr


def test_a_tail_of_the_log_reaches_other_programs_record_by_record(shop):
    tail = subprocess.Popen([shop.binary, "log", "tail", "--data", str(shop.data)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        # The first ones may come before the tail has begun; all of them would fill no buffer.
        for _ in range(10):
            Shopper(shop).open_cart()
            if select.select([tail.stdout], [], [], 2)[0]:
                break
        else:
            pytest.fail("nothing came out of the pipe")
        assert b"CreateCart" in tail.stdout.readline()
    finally:
        tail.terminate()
        tail.wait(10)
