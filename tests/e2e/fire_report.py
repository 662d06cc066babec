"""The figures of a fire, and what is kept of one that found something."""

import collections
import itertools
import json

from fire_checks import told_not_done

SHOWN = 12  # findings of a kind


def slowest(operations):
    """The write that waited longest from its first try to its answer, of those who asked on."""
    waits = [(o.acknowledged.ended - o.began, o) for o in operations
             if o.is_write and o.acknowledged]
    return max(waits, key=lambda wait: wait[0])


def silences(operations):
    """(seconds, since when, partition): how long each partition acknowledged nothing of what it was
    asked to write."""
    writes = collections.defaultdict(list)
    for operation in operations:
        call = operation.acknowledged
        if operation.is_write and call:
            writes[call.position.partition(":")[0]].append((call.ended, operation.began))
    found = []
    for partition, moments in writes.items():
        moments.sort()
        asked = list(itertools.accumulate((began for _, began in reversed(moments)), min))[::-1]
        for at in range(1, len(moments)):
            since = max(moments[at - 1][0], asked[at])
            found.append((moments[at][0] - since, since, partition))
    return found


def worst_silences(operations, burned):
    """{kind of fault: the longest silence that any partition kept while it burned}"""
    worst = {}
    all_of_them = silences(operations)
    for fault, began, ended in burned:
        within = [seconds for seconds, since, _ in all_of_them
                  if since < ended and since + seconds > began]
        worst[fault.kind] = max([worst.get(fault.kind, 0.0), *within])
    return {kind: f"{seconds:.1f} s" for kind, seconds in worst.items()}


def percentile(operations, share):
    waits = sorted(o.acknowledged.ended - o.began for o in operations
                   if o.is_write and o.acknowledged)
    return waits[min(len(waits) - 1, int(len(waits) * share))]


def entries_by_verdict(entries):
    return collections.Counter(entry.verdict for entry in entries.values())


def takeovers(entries):
    """Claims that count, but for the first of each partition."""
    claims = [entry.partition for entry in entries.values() if entry.verdict == "claim"]
    return len(claims) - len(set(claims))


def counted(counts):
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=str))


def figures(operations, log, burned):
    """What was done, what struck, and how long it took; a line each."""
    writes = [o for o in operations if o.is_write]
    acknowledged = [o for o in writes if o.acknowledged]
    reads = [o for o in operations if not o.is_write]
    in_doubt = [o for o in writes if not o.acknowledged]
    carried_out = {(cart, change.mark) for cart in log.changes for change in log.of_cart(cart)}
    done = sum((o.cart, o.mark) in carried_out for o in in_doubt)
    wait, operation = slowest(operations)
    silence, _, partition = max(silences(operations))
    answers = collections.Counter(
        call.status if call.is_acknowledged else call.problem or "no answer"
        for o in operations for call in o.calls)
    return [
        f"acknowledged writes   {len(acknowledged)}, of them on another try "
        f"{sum(len(o.calls) > 1 for o in acknowledged)}, replayed "
        f"{sum(o.acknowledged.replayed for o in acknowledged)}",
        f"in doubt, given up    {len(in_doubt)}, of them in the log {done}",
        f"reads                 {sum(o.acknowledged is not None for o in reads)} of {len(reads)}",
        f"calls                 {counted(answers)}",
        f"carts                 {len({o.cart for o in operations if o.cart})}",
        f"faults                {counted(collections.Counter(f.kind for f, _, _ in burned))}",
        f"takeovers             {takeovers(log.entries)}",
        f"entries of the log    {counted(entries_by_verdict(log.entries))}",
        f"told \"not-owner\", and done all the same  {len(told_not_done(operations, log))}",
        f"wait for a write      p50 {percentile(operations, 0.5) * 1000:.0f} ms, "
        f"p99 {percentile(operations, 0.99) * 1000:.0f} ms, longest {wait:.1f} s",
        f"longest silence of a partition  {silence:.1f} s, of {partition}; while there was "
        f"{counted(worst_silences(operations, burned))}",
        f"the longest wait      {operation}",
    ]


def told(found):
    """The findings, some of each kind."""
    lines = [f"stale reads {len(found.get('stale', []))}, lost {len(found.get('lost', []))}, "
             f"void acknowledged {len(found.get('void', []))}, "
             f"doubled {len(found.get('doubled', []))}"]
    for name, wrong in found.items():
        lines += [f"{name}: {len(wrong)}", *wrong[:SHOWN]]
    return lines


def write_history(folder, operations, entries, burned):
    """A file with everything, a line each."""
    file = folder / "history.txt"
    with file.open("w") as out:
        for fault, began, ended in burned:
            out.write(f"{began:.3f}–{ended:.3f} {fault}\n")
        for operation in sorted(operations, key=lambda o: o.began):
            out.write(f"{operation}\n")
        for position, entry in entries.items():
            out.write(f"{position} {entry.verdict} {json.dumps(entry.body)}\n")
    return file
