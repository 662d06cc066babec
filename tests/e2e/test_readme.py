"""The README's purchase, and what comes after it, word by word: whoever types it gets what it
says. And the names that CONTRIBUTING.md and ./test --help give as examples."""

import json
import re
import subprocess

import pytest

from conftest import running
from programs import ROOT, Shop, wait_until
from staff import sell


@pytest.fixture(scope="module")
def purchase():
    """The blocks of "Buy something" and "After the sale": (language, text)."""
    readme = (ROOT / "README.md").read_text()
    section = readme.split("## Buy something")[1].split("\n## Where things are")[0]
    return re.findall(r"^```(\w*)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def typed(shop, purchase):
    """All that is to be typed, with this shop's address, folder and program for the README's."""
    text = "\n".join(block for language, block in purchase if language == "bash")
    for theirs, ours in {
        "http://localhost:8080": f"http://{shop.address}",
        "build/release/shopverse": str(shop.binary),
        "--data var": f"--data {shop.data}",
        "var/staff-key": str(shop.data / "staff-key"),
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


def documents(text):
    """The JSON values that a text consists of, up to what is none."""
    decoder = json.JSONDecoder()
    found = []
    while text.strip():
        try:
            value, end = decoder.raw_decode(text.lstrip())
        except ValueError:
            break
        found.append(value)
        text = text.lstrip()[end:]
    return found, text


def found_by(shop, words):
    found = shop.api().get(f"/api/v1/products?q={words}&in_stock=true").expect(200)
    return found.json["total"] == 1


def test_the_readmes_purchase_buys_something(shop, purchase):
    sell(shop, "LANTERN", title="Hanging Heart Lantern", stock=100)
    wait_until(lambda: found_by(shop, "lantren"), 30, "the lantern in the list")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", typed(shop, purchase)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    answers, rest = documents(done.stdout)
    found, *_, order, seen = answers
    log = rest[:rest.index("\n{")]  # told between the purchase and what comes after it
    tried, parcel, credited = documents(rest[len(log):])[0]
    assert found["sku"] == "LANTERN"
    assert (order["status"], order["payment_status"]) == ("placed", "authorized")
    assert seen["status"] == "placed" and seen["totals"]["minor_units"] > 0
    # The log shows the steps that the README shows, in its order.
    shown = next(block for language, block in purchase if language == "")
    steps = re.findall(r"[a-z]+\.[a-z_]+$", shown, re.MULTILINE)
    told = iter(re.findall(r"[a-z]+\.[a-z_]+$", log, re.MULTILINE))
    assert len(steps) > 5
    assert [step for step in steps if step not in told] == []
    # A parcel, tried out and sent, and a unit of it that comes back.
    total = seen["totals"]["minor_units"]
    assert [move["amount"]["minor_units"] for move in tried["money"]] == [total]
    assert [move["quantity"] for move in tried["stock"]] == [2]
    assert parcel == {"status": "confirmed", "fulfillment_status": "fulfilled"}
    assert credited["number"] == 1 and 0 < credited["total"]["minor_units"] < total


def test_the_backup_of_the_operators_page_makes_a_copy_that_opens(shop, tmp_path):
    page = (ROOT / "docs" / "operating.md").read_text()
    text = re.search(r"## Keep a copy\n\n```bash\n(.*?)```", page, re.DOTALL).group(1)
    for theirs, ours in {"shopverse ": f"{shop.binary} ", "--data var": f"--data {shop.data}",
                         "../": f"{tmp_path}/"}.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    subprocess.run(["bash", "-euc", text], check=True, timeout=60)
    assert (tmp_path / "restored" / "staff-key").read_text() == shop.data.joinpath(
        "staff-key").read_text()
    with running(Shop(shop.binary, tmp_path / "restored")) as copy:
        copy.staff().get("/api/v1/admin/attention").expect(200)


def test_the_metrics_of_the_operators_page_are_there(shop):
    page = (ROOT / "docs" / "operating.md").read_text()
    named = set(re.findall(r"shopverse_\w+", page))
    told = shop.api().get("/metrics").expect(200).body.decode()
    assert len(named) > 6
    assert {name for name in named if f"# HELP {name} " not in told} == set()


# ---- Examples of ./test -------------------------------------------------------------------------

def examples(text):
    """What it gives to ./test in quotes, and the end-to-end tests it names."""
    return {*re.findall(r'^\./test "(.+?)"', text, re.MULTILINE),
            *re.findall(r"tests/e2e/\w+\.py", text)}


def unknown(names):
    """Those of which there is no such file, and no unit test with that in its name or its tags."""
    sources = "".join(file.read_text() for file in (ROOT / "tests").rglob("*_test.cpp"))
    tests = re.findall(r"TEST_CASE(?:_METHOD)?\((.*?)\) \{", sources, re.DOTALL)
    return {name for name in names
            if not (ROOT / name).is_file() and not any(name in test for test in tests)}


def test_whoever_types_an_example_of_the_tests_runs_one():
    told = subprocess.run([ROOT / "test", "--help"], check=True, capture_output=True, text=True)
    contributing = examples((ROOT / "CONTRIBUTING.md").read_text())
    assert {"a canceled order", "[golden]"} <= contributing and examples(told.stdout)
    assert unknown(contributing | examples(told.stdout)) == set()


def test_control_an_example_without_a_test_is_found():
    text = './test "a shipped ordr"  # one\n./test "[goldn]"\ntests/e2e/race_test.py'
    assert unknown(examples(text)) == {"a shipped ordr", "[goldn]", "tests/e2e/race_test.py"}
