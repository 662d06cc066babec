"""The program at the command line: what it says of itself, and to other programs."""

import select
import subprocess

import pytest

from shopper import Shopper


def run(binary, *words):
    return subprocess.run([binary, *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)


@pytest.mark.parametrize("noun", ["log", "key", "project", "import", "demo"])
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
