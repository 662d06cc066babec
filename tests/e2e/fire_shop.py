"""The shop under fire: three processes over brokers in Kafka and two that only feed views, beside
one sandbox and one Postgres; and what is done to them. A wire (wires.py) leads from each of them to
the brokers, and another one from the others to each that serves. Brokers tell their clients which
address to come back to: so each has a listener of its own at each broker, and the address that one
advertises is a door's."""

import contextlib
import os
import random
import re
import signal
import time

from brokers import ShopLog
from conftest import new_database, running
from fire_plan import VICTIMS
from programs import Sandbox, wait_until
from projectors import Projector
from test_cluster import OFFICES, Process, share_all
from wires import Wires, free_ports

COUNT = VICTIMS["process"]
PROJECTORS = VICTIMS["projector"]
ALL = COUNT + PROJECTORS  # that know the brokers; the projectors come last
LISTENERS = [f"WIRE{number}" for number in range(ALL)]


def to_brokers(number):
    return f"from {number} to the brokers"


def of_projector(number):
    """Its number among all."""
    return COUNT + number


def to_process(number):
    return f"from the others to {number}"


def listen_behind_wires(brokers, wires):
    """Gives each broker a listener for each process, at the far end of its wire. The doors of each
    process."""
    numbers = range(1, len(brokers.address.split(",")) + 1)
    own = dict(zip(numbers, brokers.address.split(",")))
    behind = {number: free_ports(ALL) for number in numbers}
    doors = [wires.open(to_brokers(each), [behind[number][each] for number in numbers])
             for each in range(ALL)]
    brokers.run("stop")
    for number in numbers:
        controller = (brokers.home / "ports").read_text().splitlines()[number - 1].split()[2]
        listeners = [f"PLAINTEXT://{own[number]}", f"CONTROLLER://127.0.0.1:{controller}"]
        told = [f"PLAINTEXT://{own[number]}"]
        for each, name in enumerate(LISTENERS):
            listeners.append(f"{name}://127.0.0.1:{behind[number][each]}")
            told.append(f"{name}://127.0.0.1:{doors[each][number - 1]}")
        protocols = [f"{name}:PLAINTEXT" for name in ("PLAINTEXT", "CONTROLLER", *LISTENERS)]
        (brokers.home / str(number) / "more.properties").write_text(
            f"listeners={','.join(listeners)}\nadvertised.listeners={','.join(told)}\n"
            f"listener.security.protocol.map={','.join(protocols)}\n"
            + "".join(f"listener.name.{name.lower()}.num.network.threads=1\n"
                      for name in LISTENERS))
    brokers.start(len(numbers))
    return doors


def place_of(ports, prefix):
    return f"kafka://{','.join(f'127.0.0.1:{port}' for port in ports)}/{prefix}"


class BurningShop:
    """`address` and `staff()` are those of any process, another one each time."""

    def __init__(self, processes, projectors, wires, log):
        self.processes = processes
        self.projectors = projectors
        self.wires = wires
        self.log = log
        self.deaths = []  # of processes that nobody killed
        self.failed_starts = 0
        self.chance = random.Random(0)

    @property
    def everybody(self):
        return [*self.processes, *self.projectors]

    @property
    def address(self):
        return self.chance.choice(self.processes).address

    def staff(self):
        return self.chance.choice(self.processes).staff()

    # ---- Faults; each returns when it is over ---------------------------------------------------

    def strike(self, fault, before_the_end=lambda: None):
        """`before_the_end` happens while a frozen process still is."""
        getattr(self, f"do_{fault.kind}")(fault.victim, fault.seconds, before_the_end)

    def do_kill(self, victim, seconds, _):
        self.be_away(self.processes[victim], lambda process: process.kill(), seconds)

    def do_leave(self, victim, seconds, _):
        """As when the program is replaced by a newer one."""
        self.be_away(self.processes[victim], lambda process: process.stop(90), seconds)

    def be_away(self, process, end, seconds):
        self.note_death(process)
        end(process)
        time.sleep(seconds)
        process.start(wait=False)
        self.await_start(process)

    def do_freeze(self, victim, seconds, before_the_end):
        self.stand_still(self.processes[victim], seconds, before_the_end)

    do_nap = do_freeze

    @staticmethod
    def stand_still(program, seconds, before_the_end=lambda: None):
        process = program.process
        os.kill(process.pid, signal.SIGSTOP)
        try:
            time.sleep(seconds)
            before_the_end()
        finally:
            os.kill(process.pid, signal.SIGCONT)

    def do_broker(self, victim, seconds, _):
        number = 1 + victim % len(self.log.brokers.address.split(","))
        self.log.brokers.run("kill", number)
        time.sleep(seconds)
        self.restart_broker(number)

    def restart_broker(self, number, tries=4):
        """One that does not answer within half a minute is started again: machines may be busy."""
        for left in reversed(range(tries)):
            try:
                return self.log.brokers.run("restart", number)
            except AssertionError:
                self.failed_starts += 1
                if not left:
                    raise

    def on_wire(self, name, what, seconds):
        self.wires.do(name, what)
        try:
            time.sleep(seconds)
        finally:
            self.wires.do(name, "mend")

    def do_cut(self, victim, seconds, _):
        self.on_wire(to_brokers(victim), "cut", seconds)

    def do_deaf(self, victim, seconds, _):
        self.on_wire(to_brokers(victim), "mute", seconds)

    def do_refuse(self, victim, seconds, _):
        self.on_wire(to_brokers(victim), "refuse", seconds)

    def do_apart(self, victim, seconds, _):
        self.on_wire(to_process(victim), "cut", seconds)

    def do_mute(self, victim, seconds, _):
        self.on_wire(to_process(victim), "mute", seconds)

    def do_projector_kill(self, victim, seconds, _):
        self.be_away(self.projectors[victim], lambda projector: projector.kill(), seconds)

    def do_projector_freeze(self, victim, seconds, _):
        self.stand_still(self.projectors[victim], seconds)

    def do_projector_cut(self, victim, seconds, _):
        self.on_wire(to_brokers(of_projector(victim)), "cut", seconds)

    # ---- What is to be seen to ------------------------------------------------------------------

    def await_start(self, process, seconds=120):
        """As a supervisor does: again, if it says that it cannot start, for no broker answers."""
        end = time.monotonic() + seconds
        while not self.is_up(process):
            assert time.monotonic() < end, f"{process.data.name}: {process.log_text()[-3000:]}"
            time.sleep(0.05)

    def is_up(self, process):
        code = process.process.poll()
        if code is None:
            return process.is_up()
        if code < 0:
            self.note_death(process)
        self.failed_starts += 1
        process.process = None
        time.sleep(0.5)
        process.start(wait=False)
        return False

    def note_death(self, process):
        code = process.process.poll()
        if code is not None:
            self.deaths.append(f"{process.data.name} ended with {code} by itself:\n"
                               f"{process.log_text()[-3000:]}")

    def heal(self):
        """Whatever a fault that was interrupted has left."""
        for name in self.wires.wires:
            self.wires.do(name, "mend")
        for process in self.everybody:
            if process.process is not None and process.process.poll() is None:
                os.kill(process.process.pid, signal.SIGCONT)

    def await_calm(self):
        """Every partition is served, by one process."""
        wait_until(lambda: share_all(self.processes), 90, "every partition to have an owner")
        wait_until(self.is_fed, 60, "every partition of the views to be fed")

    def is_fed(self):
        """Each partition by one of them."""
        fed = [projector.fed() for projector in self.projectors]
        return sum(map(len, fed)) == len(set().union(*fed)) == OFFICES

    def handed_over(self):
        """How many partitions were, of all that were to be: "12 of 12"."""
        told = [re.findall(r'"shop.handed_over":"(\d+) of (\d+)"', process.log_text())
                for process in self.processes]
        pairs = [(int(done), int(of)) for each in told for done, of in each]
        return f"{sum(done for done, _ in pairs)} of {sum(of for _, of in pairs)}"


def make_processes(binary, folder, options):
    """options(number) are those of one of them."""
    return [Process(binary, folder / f"process-{number}", None, *options(number))
            for number in range(COUNT)]


@contextlib.contextmanager
def burning_shop(binary, folder, postgres_server, brokers, prefix="fire"):
    """The brokers run and hold nothing yet."""
    wires = Wires()
    log = ShopLog(brokers, prefix)
    try:
        doors = listen_behind_wires(brokers, wires)
        with (running(Sandbox(binary, folder / "sandbox")) as sandbox,
              new_database(postgres_server) as views, new_database(postgres_server) as keys):
            listen = free_ports(COUNT)
            theirs = [wires.open(to_process(n), [listen[n]])[0] for n in range(COUNT)]
            processes = make_processes(binary, folder, lambda n: [
                "--log", place_of(doors[n], prefix), "--postgres", views, "--keys", keys,
                "--offices", "group", "--peer-listen", f"127.0.0.1:{listen[n]}",
                "--peer-address", f"127.0.0.1:{theirs[n]}",
                "--sandbox", sandbox.address, "--payment-tries", "0", "--follow-views"])
            projectors = [Projector(binary, folder / f"projector-{n}.log",
                                    place_of(doors[of_projector(n)], prefix), views, keys)
                          for n in range(PROJECTORS)]
            shop = BurningShop(processes, projectors, wires, log)
            shop.database = views
            for process in shop.everybody:
                process.start(wait=False)
            try:
                for process in shop.everybody:
                    wait_until(process.is_up, 60, "the start of all")
                shop.await_calm()
                yield shop
            finally:
                shop.heal()
                for process in shop.everybody:
                    if process.process is not None:
                        process.end(signal.SIGTERM, 60)
    finally:
        wires.close()
