"""Clients that fill carts through any process of the shop, ask on until they are answered, and
write down every call."""

import itertools
import random
import secrets
import threading
import time

from client import AWAY, Client
from fire_history import ADD, ADDED, CHANGE, CREATE, READ, SET, Call, Operation

CARTS = 24  # that are filled at a time
CART_LIFE = 250  # operations, then it is left alone and another one is opened
PATIENCE = 7.0  # seconds, for one call: the shop itself waits for 5
ASKS_ON = 150.0  # seconds, until one who asks on takes it that he never will be answered


class Cart:
    def __init__(self, id, token):
        self.id = id
        self.token = token
        self.set_line = None  # the id of the line of SET, once there is one
        self.numbers = itertools.count(2)  # quantities; 1 is that of the line SET at first
        self.left = CART_LIFE


class Caller:
    """One client: a connection to each process, and a list of what it did."""

    def __init__(self, shop, seed, clock=time.monotonic):
        self.shop = shop
        self.clock = clock
        self.chance = random.Random(seed)
        self.operations = []
        self.connections = {}
        self.avoided_until = [0.0] * len(shop.processes)

    def choose(self):
        """Any process; seldom one that has just not answered."""
        for _ in range(4):
            number = self.chance.randrange(len(self.shop.processes))
            if self.avoided_until[number] < self.clock():
                break
        return number

    def perform(self, operation, method, path, body=None, token=None, process=None):
        """Until it is answered, or once if that is all it asks for; the answer, if it is good."""
        headers = {"Shop-Token": token} if token else {}
        if operation.is_write:
            headers["Idempotency-Key"] = secrets.token_urlsafe(24)
        operation.given_up |= process is not None or operation.kind == READ
        end = self.clock() + ASKS_ON
        self.operations.append(operation)
        while True:
            number = self.choose() if process is None else process
            call, answer = self.call(number, method, path, body, headers)
            operation.calls.append(call)
            if call.is_acknowledged:
                return answer.json
            if operation.given_up or call.is_refused or self.clock() > end:
                return None
            time.sleep(self.chance.uniform(0.02, 0.2))

    def call(self, number, method, path, body, headers):
        call = Call(number, self.clock(), 0.0)
        answer = None
        try:
            answer = self.connection(number).request(method, path, body, headers)
        except (*AWAY, ValueError):  # ValueError: its file of its address is half written
            self.connections.pop(number, None)
            self.avoided_until[number] = self.clock() + 1.5
        call.ended = self.clock()
        if answer is not None:
            note(call, answer)
        return call, answer

    def connection(self, number):
        if number not in self.connections:
            address = self.shop.processes[number].address
            self.connections[number] = Client(address, timeout=PATIENCE)
        return self.connections[number]


def note(call, answer):
    call.status = answer.status
    call.position = answer.headers.get("Shop-Position", "")
    call.replayed = answer.headers.get("Idempotent-Replayed") == "true"
    if call.is_acknowledged:
        call.version = answer.json["version"]
        call.lines = {line["sku"]: line["quantity"] for line in answer.json["lines"]}
    else:
        call.problem = answer.json["type"].rsplit(":", 1)[-1]


class Load:
    """So many callers on the same carts, on threads of their own from start() to stop()."""

    def __init__(self, shop, clients, seed):
        self.shop = shop
        self.callers = [Caller(shop, f"{seed}-{number}") for number in range(clients)]
        self.all_callers = list(self.callers)  # those of probes too
        self.carts = []
        self.ever = []  # all that were opened
        self.lock = threading.Lock()
        self.done = threading.Event()
        self.threads = []
        self.errors = []

    @property
    def operations(self):
        return [operation for caller in self.all_callers for operation in caller.operations
                if operation.calls]

    def start(self):
        self.threads = [threading.Thread(target=self.run, args=[each]) for each in self.callers]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.done.set()
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def run(self, caller):
        try:
            while not self.done.is_set():
                self.step(caller)
                time.sleep(caller.chance.uniform(0, 0.03))
        except Exception as error:  # noqa: BLE001: told by stop()
            self.errors.append(error)
            self.done.set()

    def step(self, caller):
        """In one of ten cases the caller takes no second try."""
        with self.lock:
            self.carts = [cart for cart in self.carts if cart.left > 0]
            cart = caller.chance.choice(self.carts) if len(self.carts) >= CARTS else None
            if cart:
                cart.left -= 1
        if cart is None:
            self.open_cart(caller)
            return
        self.use(caller, cart, gives_up=caller.chance.random() < 0.1)

    def open_cart(self, caller):
        operation = Operation(CREATE, None)
        made = caller.perform(operation, "POST", "/api/v1/carts", {})
        if made is None:
            return
        operation.cart = made["id"]
        cart = Cart(made["id"], made["token"])
        self.ever.append(cart)
        filled = caller.perform(Operation(ADD, cart.id, SET, 1), "POST", self.lines_of(cart),
                                {"sku": SET, "quantity": 1}, cart.token)
        if filled is None:
            return
        cart.set_line = next(line["id"] for line in filled["lines"] if line["sku"] == SET)
        with self.lock:
            self.carts.append(cart)

    def use(self, caller, cart, gives_up=False, process=None):
        kind = caller.chance.choices([READ, ADD, CHANGE], [4, 3, 3])[0]
        if kind == READ:
            self.read(caller, cart, process)
        elif kind == ADD:
            sku, quantity = caller.chance.choice(ADDED), next(cart.numbers)
            caller.perform(Operation(ADD, cart.id, sku, quantity, gives_up), "POST",
                           self.lines_of(cart), {"sku": sku, "quantity": quantity}, cart.token,
                           process)
        else:
            quantity = next(cart.numbers)
            caller.perform(Operation(CHANGE, cart.id, SET, quantity, gives_up), "PATCH",
                           f"{self.lines_of(cart)}/{cart.set_line}", {"quantity": quantity},
                           cart.token, process)

    def read(self, caller, cart, process=None):
        return caller.perform(Operation(READ, cart.id), "GET", f"/api/v1/carts/{cart.id}", None,
                              cart.token, process)

    @staticmethod
    def lines_of(cart):
        return f"/api/v1/carts/{cart.id}/lines"

    # ---- A zombie -------------------------------------------------------------------------------

    def ask_sleeper(self, number, count=16):
        """Calls to a process that is frozen, which it will find when it goes on; returns once they
        are on their way."""
        with self.lock:
            carts = random.sample(self.carts, min(count, len(self.carts)))
        for cart in carts:
            caller = Caller(self.shop, cart.id)
            self.all_callers.append(caller)
            thread = threading.Thread(target=self.use, args=[caller, cart, True, number])
            thread.start()
            self.threads.append(thread)
        time.sleep(0.1)

    def see_all(self):
        """Every cart there ever was, of one process after another; what the last one showed."""
        caller = Caller(self.shop, "last")
        self.all_callers.append(caller)
        return {cart.id: [self.read(caller, cart, number)
                          for number in range(len(self.shop.processes))][-1]
                for cart in self.ever}
