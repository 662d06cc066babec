"""The checks of a queue and of a register, on the history of clients and the log that came of it.
Each takes the operations of all clients and a CartLog, and returns what is wrong, a line each.

    findings(operations, log) == {}

Of the register: versions order all that is seen of a cart, so it is linearizable if and only if no
call that began after another one had ended saw, or made, what came before it."""

import collections

from fire_history import CREATE


def positioned(operations):
    """Each write that was acknowledged, with that answer."""
    for operation in operations:
        call = operation.acknowledged
        if operation.is_write and call:
            yield operation, call


def change_of(log, operation, position):
    """What the record there did for that operation."""
    return next((change for change in log.of_cart(operation.cart)
                 if (change.position, change.mark) == (position, operation.mark)), None)


def lost(operations, log):
    """Whatever was acknowledged stands in the log, where the answer said."""
    return [f"acknowledged, and not in the log: {operation}"
            for operation, call in positioned(operations)
            if call.position not in log.entries or (
                log.entries[call.position].counts
                and not change_of(log, operation, call.position))]


def void(operations, log):
    """Nothing was acknowledged that does not count."""
    return [f"acknowledged, and {log.entries[call.position].verdict}: {operation}"
            for operation, call in positioned(operations)
            if call.position in log.entries and not log.entries[call.position].counts]


def marks_in(log, cart):
    return collections.Counter(change.mark for change in log.of_cart(cart))


def doubled(operations, log):
    """Each operation was carried out once at most, and all its answers name that one record."""
    wrong = [f"{count} records of command {id}"
             for id, count in collections.Counter(log.command_ids).items() if count > 1]
    marks = {cart: marks_in(log, cart) for cart in log.changes}
    for operation in operations:
        if operation.is_write and operation.cart:
            if marks.get(operation.cart, {}).get(operation.mark, 0) > 1:
                wrong.append(f"carried out more than once: {operation}")
            if len({c.position for c in operation.calls if c.is_acknowledged}) > 1:
                wrong.append(f"answered with two places: {operation}")
    return wrong


def unasked(operations, log):
    """The carts of these clients hold nothing that no client asked for."""
    asked = {(o.cart, o.mark) for o in operations if o.is_write}
    carts = {o.cart for o in operations if o.cart}
    return [f"nobody asked for {change}, of {cart}" for cart in carts
            for change in log.of_cart(cart) if (cart, change.mark) not in asked]


def refused(operations, log):
    """No client had a reason to hear no; and what was refused is not done."""
    wrong = [f"refused without a reason: {o}" for o in operations
             if any(call.is_refused for call in o.calls)]
    for operation in operations:
        is_no = all(call.is_refused for call in operation.calls)
        if operation.is_write and is_no and operation.mark in marks_in(log, operation.cart):
            wrong.append(f"refused, and done: {operation}")
    return wrong


def unanswered(operations, log):
    """Whoever asks on hears how it ended."""
    return [f"never answered: {o}" for o in operations
            if o.is_write and not o.given_up and not o.acknowledged
            and not any(call.is_refused for call in o.calls)]


def order(operations, log):
    """Versions of each cart rise by one, from one."""
    return [f"{cart}: versions {[change.version for change in changes]}"
            for cart, changes in log.changes.items()
            if [change.version for change in changes] != list(range(1, len(changes) + 1))]


def torn(operations, log):
    """Each cart that was shown is one that the log has at that version, to the unit."""
    wrong = []
    for operation in operations:
        for call in operation.calls:
            if call.version is None:
                continue
            changes = log.of_cart(operation.cart)
            known = changes[call.version - 1].lines if 0 < call.version <= len(changes) else None
            if call.lines != known:
                wrong.append(f"shown {call.lines}, the log has {known}: {operation}")
    return wrong


def sights(operations, log):
    """(cart, began, ended, version, whether that was written, operation) of all that was seen or
    made of carts. A write that nobody acknowledged may have been made at any time since."""
    for operation in operations:
        if not operation.cart:
            continue
        for call in operation.calls:
            if call.version is not None and not call.replayed:
                yield operation.cart, call.began, call.ended, call.version, False, operation
        if not operation.is_write:
            continue
        made = [change.version for change in log.of_cart(operation.cart)
                if change.mark == operation.mark]
        call = operation.acknowledged
        ended = call.ended if call else float("inf")
        if made:
            yield operation.cart, operation.began, ended, made[0], True, operation


def stale(operations, log):
    """Nobody sees a cart as it was before what had been acknowledged or shown to anybody, or writes
    before that."""
    of_cart = collections.defaultdict(list)
    for cart, *sight in sights(operations, log):
        of_cart[cart].append(sight)
    wrong = []
    for cart, seen in of_cart.items():
        ends = sorted(seen, key=lambda sight: sight[1])
        newest, passed = 0, 0
        for began, _, version, is_written, operation in sorted(seen, key=lambda sight: sight[0]):
            while passed < len(ends) and ends[passed][1] < began:
                newest = max(newest, ends[passed][2])
                passed += 1
            if version < newest or is_written and version == newest:
                wrong.append(f"version {newest} of {cart} was known, and then "
                             f"{'made' if is_written else 'shown'}: {version}, by {operation}")
    return wrong


CHECKS = {check.__name__: check for check in (
    lost, void, doubled, unasked, refused, unanswered, order, torn, stale)}


def findings(operations, log):
    """{check: what it found}, of those that found anything."""
    found = {name: check(operations, log) for name, check in CHECKS.items()}
    return {name: wrong for name, wrong in found.items() if wrong}


def told_not_done(operations, log):
    """Writes that were told nothing but that nobody is in office, and are in the log: no fault, for
    whoever is told so asks again with the same key. A figure of the report."""
    return [o for o in operations if o.is_write and o.cart and o.kind != CREATE
            and all(c.problem in ("not-owner", "too-busy") for c in o.calls)
            and o.mark in marks_in(log, o.cart)]
