"""Wires between programs: a TCP proxy that can be cut, muted and shut. A wire leads from a door,
which is a port, to whoever listens at the far end; all doors of one wire share its fate."""

import asyncio
import contextlib
import random
import socket
import threading

CHUNK = 1 << 16


def free_ports(count):
    """None of them is one that Linux gives to outgoing connections (from 32768)."""
    found = []
    while len(found) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found += [port] if port not in found else []
    return found


class Wire:
    """Changed and used on the loop's thread."""

    def __init__(self):
        self.there = asyncio.Event()  # set: what is said at the door arrives at the far end
        self.back = asyncio.Event()
        self.writers = set()
        self.is_open = True
        self.mend()

    def mend(self):
        """What was held arrives now, late."""
        self.is_open = True
        self.there.set()
        self.back.set()

    def cut(self):
        self.there.clear()
        self.back.clear()

    def mute(self):
        """Only what is answered is held."""
        self.back.clear()

    def refuse(self):
        self.is_open = False
        for writer in list(self.writers):
            writer.transport.abort()

    async def connect(self, reader, writer, port):
        """Until either side has ended."""
        try:
            if self.is_open:
                theirs, to_theirs = await asyncio.open_connection("127.0.0.1", port)
                await self.pass_on(reader, writer, theirs, to_theirs)
        except OSError:
            pass  # nobody is there
        finally:
            writer.transport.abort()

    async def pass_on(self, reader, writer, theirs, to_theirs):
        ends = {writer, to_theirs}
        self.writers |= ends
        pumps = [asyncio.ensure_future(pump(reader, to_theirs, self.there)),
                 asyncio.ensure_future(pump(theirs, writer, self.back))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in pumps:
                each.cancel()
            for end in ends:
                end.transport.abort()
            self.writers -= ends


async def pump(reader, writer, gate):
    with contextlib.suppress(OSError):
        while chunk := await reader.read(CHUNK):
            await gate.wait()
            writer.write(chunk)
            await writer.drain()


class Wires:
    """On a loop and a thread of their own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.wires = {}  # by name
        self.servers = []

    def open(self, name, far_ends):
        """A wire of that name; a door for each of these ports, in their order."""
        return self.on_loop(self.open_doors(name, far_ends))

    async def open_doors(self, name, far_ends):
        wire = self.wires[name] = Wire()
        doors = free_ports(len(far_ends))
        for door, port in zip(doors, far_ends):
            self.servers.append(await asyncio.start_server(
                lambda r, w, port=port: wire.connect(r, w, port), "127.0.0.1", door))
        return doors

    def on_loop(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def do(self, name, what):
        """`what`: mend, cut, mute or refuse."""
        async def on_wire():
            getattr(self.wires[name], what)()

        self.on_loop(on_wire())

    def close(self):
        async def close_all():
            for server in self.servers:
                server.close()
            for wire in self.wires.values():
                wire.refuse()

        self.on_loop(close_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
