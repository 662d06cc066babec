"""The judges of the fire themselves: each wrong there can be is made up once, and must be found, by
the check that is there for it."""

import copy
import json

import pytest

import fire_checks
from fire_history import ADD, CHANGE, CREATE, READ, SET, Call, CartLog, Operation
from fire_plan import KINDS, VICTIMS, plan
from naive_log import judged

CART = "crt_1"
TERM = "1-a"
MUG = "ADDED-1"


def claim(term=TERM, log="log_1"):
    return {"claim": term, "address": "here", "log": {"id": log}}


def record(seq, *events, command="AddLine", term=TERM, id=None):
    return {"term": term, "seq": seq, "command": {"id": id or f"cmd-{seq}", "type": command},
            "events": list(events)}


def event(version, type, **data):
    return {"type": f"cart.{type}", "stream": CART, "version": version, "data": data}


def added(version, sku, quantity):
    return event(version, "line_added", line={"line_id": f"lin_{sku}", "sku": sku,
                                              "quantity": quantity})


def changed(version, sku, quantity):
    return event(version, "line_quantity_changed", line_id=f"lin_{sku}", quantity=quantity)


def log_of(bodies):
    return CartLog(judged({f"commerce-0:{offset}": json.dumps(body)
                           for offset, body in enumerate(bodies)}))


def wrote(kind, began, sku="", quantity=0, offset=None, process=0, **told):
    """Acknowledged a second later, by the record at that offset; in doubt without one."""
    answer = {"status": 201, "position": f"commerce-0:{offset}"} if offset else {}
    return Operation(kind, CART, sku, quantity, calls=[
        Call(process, began, began + 1, **{**answer, **told})])


def saw(began, version, lines, **told):
    return Operation(READ, CART, calls=[
        Call(1, began, began + 1, **{"status": 200, "version": version, "lines": lines, **told})])


class Story:
    """What clients did, one after another, and the log of it; all of it right."""

    def __init__(self):
        self.log = [
            claim(),
            record(1, event(1, "created"), command="CreateCart"),
            record(2, added(2, MUG, 3)),
            record(3, added(3, SET, 1)),
            record(4, changed(4, MUG, 8)),
            record(5, changed(5, SET, 7), command="ChangeLineQuantity"),
        ]
        self.operations = [
            wrote(CREATE, 0, offset=1),
            wrote(ADD, 2, MUG, 3, offset=2),
            wrote(ADD, 4, SET, 1, offset=3),
            wrote(ADD, 6, MUG, 5, offset=4),
            saw(8, 4, {MUG: 8, SET: 1}),
            wrote(CHANGE, 10, SET, 7, offset=5),
            saw(12, 5, {MUG: 8, SET: 7}),
        ]

    def findings(self):
        return fire_checks.findings(self.operations, log_of(self.log))

    def last_write(self):
        return self.operations[5]


@pytest.fixture
def story():
    return Story()


def test_a_history_without_a_fault_is_found_none(story):
    assert story.findings() == {}


def test_a_write_in_doubt_may_be_done_or_not(story):
    story.operations.append(wrote(ADD, 14, MUG, 6))
    story.operations[-1].given_up = True
    assert story.findings() == {}
    story.log.append(record(6, changed(6, MUG, 14)))
    story.operations.append(saw(20, 6, {MUG: 14, SET: 7}))
    assert story.findings() == {}


# ---- controls: what is acknowledged -------------------------------------------------------------


def test_an_acknowledged_write_that_is_not_in_the_log_is_found(story):
    del story.log[5]
    story.operations.pop()
    assert story.findings() == {"lost": [
        f"acknowledged, and not in the log: {story.last_write()}"]}


def test_an_acknowledged_write_whose_place_holds_something_else_is_found(story):
    story.last_write().calls[0].position = "commerce-0:4"
    assert set(story.findings()) == {"lost"}


@pytest.mark.parametrize("verdict, spoil", [
    ("stale_term", lambda log: log.insert(5, claim("2-b"))),
    ("out_of_seq", lambda log: log[5].update(seq=7)),
])
def test_a_void_record_that_was_acknowledged_is_found(story, verdict, spoil):
    spoil(story.log)
    story.operations.pop()
    last = story.last_write()
    last.calls[0].position = f"commerce-0:{len(story.log) - 1}"
    assert story.findings() == {"void": [f"acknowledged, and {verdict}: {last}"]}


def test_a_write_that_was_refused_and_done_all_the_same_is_found(story):
    story.last_write().calls[0].status = 409
    assert set(story.findings()) == {"refused"}
    assert len(story.findings()["refused"]) == 2


def test_a_client_that_asks_on_and_hears_nothing_is_found(story):
    story.operations.append(wrote(ADD, 14, MUG, 6, status=503))
    assert set(story.findings()) == {"unanswered"}


# ---- controls: what is done twice, or by nobody -------------------------------------------------


def test_a_write_that_is_done_twice_is_found_under_whatever_command_ids(story):
    story.log.append(record(6, changed(6, MUG, 13), id="other"))
    assert set(story.findings()) == {"doubled"}


def test_a_command_that_is_recorded_twice_is_found(story):
    story.log.append(record(6, id="cmd-5", command="SetContact"))
    assert story.findings() == {"doubled": ["2 records of command cmd-5"]}


def test_a_second_answer_that_names_another_place_is_found(story):
    again = copy.copy(story.last_write().calls[0])
    again.position = "commerce-0:4"
    story.last_write().calls.append(again)
    assert set(story.findings()) == {"doubled"}


def test_a_change_that_nobody_asked_for_is_found(story):
    story.log.append(record(6, changed(6, MUG, 10)))
    assert set(story.findings()) == {"unasked"}


# ---- controls: in which order -------------------------------------------------------------------


@pytest.mark.parametrize("version", [5, 7])
def test_a_version_that_comes_twice_or_is_left_out_is_found(story, version):
    story.log.append(record(6, changed(version, MUG, 10)))
    story.operations.append(wrote(ADD, 14, MUG, 2, offset=6))
    assert "order" in story.findings()


def test_a_write_that_stands_before_one_that_was_acknowledged_earlier_is_found(story):
    story.operations[5].calls[0] = Call(0, 1.0, 5.5, 200, position="commerce-0:5")
    found = story.findings()
    assert set(found) == {"stale"}
    assert any(f"then made: 4, by {story.operations[3]}" in line for line in found["stale"])


def test_a_read_that_is_older_than_an_acknowledged_write_is_found(story):
    story.operations[-1] = saw(12, 4, {MUG: 8, SET: 1})
    assert story.findings() == {"stale": [
        f"version 5 of {CART} was known, and then shown: 4, by {story.operations[-1]}"]}


def test_a_read_that_is_older_than_what_another_one_saw_is_found(story):
    """The write behind it was acknowledged to nobody."""
    story.last_write().calls[0] = Call(0, 10, 11)
    story.last_write().given_up = True
    assert story.findings() == {}
    story.operations.append(saw(14, 4, {MUG: 8, SET: 1}))
    assert set(story.findings()) == {"stale"}


def test_a_read_beside_a_write_may_show_either(story):
    story.operations[-1] = saw(10.5, 4, {MUG: 8, SET: 1})
    assert story.findings() == {}


def test_a_read_of_what_nobody_had_asked_for_yet_is_found(story):
    story.operations[4] = saw(8, 5, {MUG: 8, SET: 7})
    assert set(story.findings()) == {"stale"}


def test_a_read_of_something_that_never_was_is_found(story):
    story.operations[-1] = saw(12, 5, {MUG: 8, SET: 6})
    assert set(story.findings()) == {"torn"}
    story.operations[-1] = saw(12, 6, {MUG: 8, SET: 7})
    assert set(story.findings()) == {"torn"}


def test_a_cart_that_is_not_there_any_more_is_found(story):
    story.operations[-1] = saw(12, None, None, status=404, problem="unknown-cart")
    assert set(story.findings()) == {"refused"}


def test_an_answer_that_is_given_again_shows_the_cart_as_it_was_then(story):
    story.operations[3].calls.append(Call(
        2, 14, 15, 201, position="commerce-0:4", replayed=True, version=4,
        lines={MUG: 8, SET: 1}))
    assert story.findings() == {}


# ---- the reader rules ---------------------------------------------------------------------------


def test_what_counts_is_told_by_claims_alone():
    log = [
        record(1), claim("1-a"), record(1), record(1), record(3), record(2), claim("1-b"),
        claim("3-c"), record(3), record(1, term="3-c"), claim("2-d"), claim("4-e", log="log_2"),
        record(2, term="3-c"), {"something": "else"}, [], claim("10-f"), record(3, term="3-c"),
    ]
    entries = judged({f"commerce-0:{offset}": json.dumps(body) for offset, body in enumerate(log)})
    assert [entry.verdict for entry in entries.values()] == [
        "stale_term", "claim", "record", "out_of_seq", "out_of_seq", "record", "stale_claim",
        "claim", "stale_term", "record", "stale_claim", "other_log",
        "record", "foreign", "foreign", "claim", "stale_term",
    ]


# ---- the plan -----------------------------------------------------------------------------------


def test_a_plan_is_the_same_for_a_seed_and_has_every_fault():
    faults = plan(seed=7, seconds=240)
    assert faults == plan(seed=7, seconds=240) != plan(seed=8, seconds=240)
    assert {fault.kind for fault in faults} == set(KINDS)
    assert all(fault.began + fault.seconds <= 240 for fault in faults)
    assert all(fault.victim < VICTIMS[fault.crowd] for fault in faults)
    for at, fault in enumerate(faults):
        burning = [e for e in faults[:at] if e.began <= fault.began < e.began + e.seconds]
        assert len(burning) < 2 and not any(map(fault.is_of_the_same_as, burning))
