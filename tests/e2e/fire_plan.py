"""What happens to whom, and when: drawn from a seed, so that it can happen again."""

import dataclasses
import random

# How long each lasts, in seconds. The group misses a process after 6.
KINDS = {
    "kill": (0.0, 9.0),  # of a process, with -9; started again after that time
    "freeze": (6.5, 11.0),  # SIGSTOP, SIGCONT: long enough to be stood in for
    "nap": (0.3, 4.0),  # the same, but not long enough
    "broker": (0.0, 5.0),  # killed with -9, started again
    "cut": (6.5, 10.0),  # between a process and the brokers nothing passes, nor is lost
    "deaf": (1.0, 9.0),  # it hears nothing of the brokers, and they hear it
    "refuse": (1.0, 9.0),  # its connections to them end, and no new one is made
    "apart": (1.0, 9.0),  # the other processes reach it late, after that time
    "mute": (1.0, 9.0),  # it does what they ask, and they hear of it late
}
REST = 3.0  # until one that was struck is itself again, more or less
VICTIMS = 3


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    victim: int  # a process, or a broker
    began: float  # seconds after the beginning
    seconds: float

    def __str__(self):
        return f"{self.began:6.1f} s: {self.kind} {self.victim}, {self.seconds:.1f} s"


def plan(seed, seconds):
    """One fault after another, every kind as often. Each third time the next one strikes before
    this one is over: somebody else, and never all three at once."""
    chance = random.Random(seed)
    faults, deck = [], []
    free = [0.0] * VICTIMS  # when each is itself again
    now = 1.0
    while True:
        deck = deck or chance.sample(sorted(KINDS), len(KINDS))
        kind = deck.pop()
        seconds_of_it = chance.uniform(*KINDS[kind])
        now = max(now, sorted(free)[1])
        victim = chance.choice([n for n in range(VICTIMS) if free[n] <= now])
        end = now + seconds_of_it
        if end > seconds:
            return faults
        faults.append(Fault(kind, victim, now, seconds_of_it))
        free[victim] = end + REST
        overlaps = chance.random() < 1 / 3
        now = chance.uniform(now, end) if overlaps else end + chance.uniform(REST, 7)
