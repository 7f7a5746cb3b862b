"""The cut: a way to a server on which each connection brings so many bytes, and then nothing more.

No reset and no close: what the server sends after that goes nowhere, as readers meet it.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LIMIT = 16_384
AT_ONCE = 65_536


@dataclass
class Connection:
    """One connection. sent: how many bytes of the server's the reader got. is_cut: whether there were more."""

    sent: int = 0
    is_cut: bool = False


@dataclass
class Cut:
    """The way to a server. connections: those on which something came, the oldest first."""

    port: int = 0
    connections: list[Connection] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """The address of the server behind the cut."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def were_cut(self) -> int:
        """How many connections were cut."""
        return sum(each.is_cut for each in self.connections)


@contextmanager
def cut_before(server: int, limit: int = LIMIT) -> Iterator[Cut]:
    """Stand before a server on this machine, by its port, until the end of the block."""

    class Way(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", server)) as there:
                asking = threading.Thread(target=ask, args=(self.request, there), daemon=True)
                asking.start()
                if bring(there, self.request):
                    asking.join()  # a reader who waits is left waiting

    def ask(reader: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := reader.recv(AT_ONCE):
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)

    def bring(there: socket.socket, reader: socket.socket) -> bool:
        here = Connection()
        with suppress(OSError):
            while data := there.recv(AT_ONCE):
                if not here.sent:
                    cut.connections.append(here)
                passing = data[: limit - here.sent]
                here.sent += len(passing)
                here.is_cut = here.is_cut or len(passing) < len(data)
                reader.sendall(passing)
        return here.is_cut

    way = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Way)
    way.daemon_threads, way.block_on_close = True, False
    cut = Cut(way.server_address[1])
    thread = threading.Thread(target=way.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield cut
    finally:
        way.shutdown()
        way.server_close()
        thread.join()
