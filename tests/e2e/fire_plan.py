"""What happens to whom, and when: drawn from a seed, so that it can happen again."""

import dataclasses
import random

# How long each lasts, in seconds. The group misses a process after 6; Postgres gives up one that
# feeds views after 5, and after 10 within a transaction.
KINDS = {
    "kill": (0.0, 9.0),  # of a process, with -9; started again after that time
    "leave": (0.0, 4.0),  # it is asked to end, and hands over by name; started again
    "freeze": (6.5, 11.0),  # SIGSTOP, SIGCONT: long enough to be stood in for
    "nap": (0.3, 4.0),  # the same, but not long enough
    "broker": (0.0, 5.0),  # killed with -9, started again
    "cut": (6.5, 10.0),  # between a process and the brokers nothing passes, nor is lost
    "deaf": (1.0, 9.0),  # it hears nothing of the brokers, and they hear it
    "refuse": (1.0, 9.0),  # its connections to them end, and no new one is made
    "apart": (1.0, 9.0),  # the other processes reach it late, after that time
    "mute": (1.0, 9.0),  # it does what they ask, and they hear of it late
    "projector_kill": (0.0, 9.0),  # the same as above, of those that only feed views
    "projector_freeze": (6.5, 14.0),
    "projector_cut": (6.5, 10.0),
}
REST = 3.0  # until one that was struck is itself again, more or less
VICTIMS = {"process": 3, "projector": 2}


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    victim: int  # of its crowd; or a broker
    began: float  # seconds after the beginning
    seconds: float

    @property
    def crowd(self):
        return crowd_of(self.kind)

    def is_of_the_same_as(self, other):
        return (self.crowd, self.victim) == (other.crowd, other.victim)

    def __str__(self):
        return f"{self.began:6.1f} s: {self.kind} {self.victim}, {self.seconds:.1f} s"


def crowd_of(kind):
    return "projector" if kind.startswith("projector_") else "process"


def plan(seed, seconds):
    """One fault after another, every kind as often. Each third time the next one strikes before
    this one is over: somebody else, never three at once, and never all of a crowd."""
    chance = random.Random(seed)
    faults, deck = [], []
    free = {crowd: [0.0] * count for crowd, count in VICTIMS.items()}  # when each is itself again
    ends = [0.0, 0.0]
    now = 1.0
    while True:
        deck = deck or chance.sample(sorted(KINDS), len(KINDS))
        kind = deck.pop()
        seconds_of_it = chance.uniform(*KINDS[kind])
        theirs = free[crowd_of(kind)]
        now = max(now, sorted(theirs)[1], sorted(ends)[-2])
        victim = chance.choice([n for n, at in enumerate(theirs) if at <= now])
        end = now + seconds_of_it
        if end > seconds:
            return faults
        faults.append(Fault(kind, victim, now, seconds_of_it))
        theirs[victim] = end + REST
        ends.append(end)
        overlaps = chance.random() < 1 / 3
        now = chance.uniform(now, end) if overlaps else end + chance.uniform(REST, 7)
