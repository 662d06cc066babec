"""What clients did to carts and were told, and what the log says became of these carts: the two
sides that fire_checks.py compares.

An operation is what a client wants: tried, under one Idempotency-Key, until it is answered or
given up. A cart has lines of two kinds: ADDED, to which units are added, and SET, whose quantity is
set. No two operations on one cart have the same quantity, so each leaves a mark in the log that is
its own, whatever keys and command ids say."""

import dataclasses

ADDED = ("ADDED-1", "ADDED-2")
SET = "SET"
CREATE, ADD, CHANGE, READ = "create", "add", "change", "read"
NOT_NOW = (429, 503, 504)  # ask again with the same key


@dataclasses.dataclass
class Call:
    """One try. Times are of one monotonic clock."""
    process: int
    began: float
    ended: float
    status: int | None = None  # None: no answer
    problem: str = ""  # "in-doubt"
    position: str = ""  # of the record that carried it out
    replayed: bool = False
    version: int | None = None  # of the cart that was shown
    lines: dict | None = None  # {SKU: quantity} of it

    @property
    def is_acknowledged(self):
        return self.status in (200, 201)

    @property
    def is_refused(self):
        """Told no, for good."""
        return self.status is not None and not self.is_acknowledged and self.status not in NOT_NOW


@dataclasses.dataclass
class Operation:
    kind: str
    cart: str | None  # None: a creation that nobody has answered
    sku: str = ""
    quantity: int = 0
    given_up: bool = False  # the client does not ask until it knows
    calls: list = dataclasses.field(default_factory=list)

    @property
    def began(self):
        return self.calls[0].began

    @property
    def acknowledged(self):
        """The first answer that says it is done."""
        return next((call for call in self.calls if call.is_acknowledged), None)

    @property
    def is_write(self):
        return self.kind != READ

    @property
    def mark(self):
        return (self.kind, self.sku, self.quantity)

    def __str__(self):
        tries = ", ".join(
            f"{c.began:.3f}–{c.ended:.3f} at {c.process}: {c.status or 'no answer'}"
            f"{' ' + c.problem if c.problem else ''}{' ' + c.position if c.position else ''}"
            f"{f' version {c.version}' if c.version is not None else ''}"
            f"{' replayed' if c.replayed else ''}" for c in self.calls)
        return f"{self.kind} {self.sku} {self.quantity} of {self.cart} ({tries})"


@dataclasses.dataclass
class Change:
    """One event of a cart."""
    version: int
    position: str
    mark: tuple  # as that of the operation it comes from
    lines: dict  # {SKU: quantity} after it


class CartLog:
    """The carts of a log, folded naively: {cart: its changes in the order of the log}."""

    def __init__(self, entries):
        self.entries = entries  # {position: Entry}
        self.changes = {}
        self.line_skus = {}  # {(cart, line id): SKU}
        self.command_ids = []
        for entry in entries.values():
            if entry.counts:
                self.command_ids.append(entry.body["command"]["id"])
                self.add(entry)

    def add(self, entry):
        command = entry.body["command"]["type"]
        for event in entry.body["events"]:
            if event["stream"].startswith("crt_"):
                self.add_event(entry.position, command, event)

    def add_event(self, position, command, event):
        cart, data = event["stream"], event.get("data", {})
        changes = self.changes.setdefault(cart, [])
        lines = dict(changes[-1].lines) if changes else {}
        mark = (event["type"], "", 0)
        if event["type"] == "cart.created":
            mark = (CREATE, "", 0)
        elif event["type"] == "cart.line_added":
            sku = data["line"]["sku"]
            self.line_skus[cart, data["line"]["line_id"]] = sku
            lines[sku] = data["line"]["quantity"]
            mark = (ADD, sku, lines[sku])
        elif event["type"] == "cart.line_quantity_changed":
            sku = self.line_skus[cart, data["line_id"]]
            before, lines[sku] = lines[sku], data["quantity"]
            added = command == "AddLine"
            mark = (ADD, sku, lines[sku] - before) if added else (CHANGE, sku, lines[sku])
        changes.append(Change(event["version"], position, mark, lines))

    def of_cart(self, cart):
        return self.changes.get(cart, [])
