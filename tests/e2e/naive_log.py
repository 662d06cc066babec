"""What of a log counts, by the reader rules as docs/architecture.md states them, of messages as a
client reads them that is not ours. Shares no code with events/."""

import dataclasses
import json


@dataclasses.dataclass
class Entry:
    position: str  # "commerce-3:17"
    verdict: str  # as `shopverse log read --json` calls it
    body: dict  # {} if it is nothing of ours

    @property
    def counts(self):
        return self.verdict == "record"

    @property
    def partition(self):
        return self.position.partition(":")[0]


def body_of(value):
    try:
        body = json.loads(value)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def number_and_nonce(term):
    number, _, nonce = term.partition("-")
    return int(number), nonce


class Partition:
    """The fold of one partition's entries, each in its turn."""

    def __init__(self):
        self.log = None
        self.term = (0, "")
        self.seq = 0

    def judge(self, body):
        if "claim" in body:
            return self.judge_claim(body)
        if "term" in body and "seq" in body:
            return self.judge_record(body)
        return "foreign"

    def judge_claim(self, body):
        if self.log not in (None, body["log"]["id"]):
            return "other_log"
        term = number_and_nonce(body["claim"])
        if term[0] <= self.term[0]:
            return "stale_claim"
        self.log, self.term, self.seq = body["log"]["id"], term, 0
        return "claim"

    def judge_record(self, body):
        if number_and_nonce(body["term"]) != self.term:
            return "stale_term"
        if body["seq"] != self.seq + 1:
            return "out_of_seq"
        self.seq = body["seq"]
        return "record"


def judged(messages):
    """{position: Entry}, partition by partition, each in its order, of {position: bytes}."""
    partitions = {}

    def place(position):
        partition, _, offset = position.partition(":")
        return partition, int(offset)

    entries = {}
    for position in sorted(messages, key=place):
        body = body_of(messages[position])
        partition = partitions.setdefault(place(position)[0], Partition())
        entries[position] = Entry(position, partition.judge(body), body)
    return entries
