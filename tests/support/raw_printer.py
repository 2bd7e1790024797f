"""A receipt printer on a real socket, which can stop at any byte of a slip."""

import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from counterfoil_sandbox.printer.escpos import EscPosPrinter

_RESET = struct.pack("ii", 1, 0)  # hang up at once, losing what is on its way


class RawPrinter:
    """Listens on a free port of this machine and gives one connection at a time to its machine.

    ``is_silent`` answers no status. ``hangs_up_after`` is after how many bytes of a connection it
    ends it, and ``deaf_after`` after how many it reads and answers nothing more, status requests
    counted. ``says`` is sent to whoever connects.
    """

    def __init__(
        self,
        machine: EscPosPrinter | None = None,
        *,
        is_silent: bool = False,
        hangs_up_after: int | None = None,
        deaf_after: int | None = None,
        says: bytes = b"",
    ) -> None:
        self.machine = machine or EscPosPrinter(dots=504)
        self.is_silent = is_silent
        self.hangs_up_after = hangs_up_after
        self.deaf_after = deaf_after
        self.says = says
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="raw-printer")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            pass
        self._thread.join(10)
        self._listening.close()

    def rest(self) -> None:
        """Wait until all that was sent before has been read: connections are served in turn."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as last:
            last.shutdown(socket.SHUT_WR)
            while last.recv(256):
                pass

    @property
    def text(self) -> str:
        """What has come out so far, from the first paper to what still hangs in the printer."""
        return "\n".join(paper.text for paper in (*self.machine.papers, self.machine.roll))

    def _serve(self) -> None:
        while True:
            connection, _address = self._listening.accept()
            with connection:
                if self._closing.is_set():
                    return
                self.connections += 1
                with suppress(OSError):
                    self._print(connection)

    def _print(self, connection: socket.socket) -> None:
        connection.sendall(self.says)
        taken = 0
        while True:
            if taken == self.hangs_up_after:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                return
            if taken == self.deaf_after:
                self._closing.wait(10)
                return
            data = connection.recv(self._room(taken))
            if not data:
                return
            taken += len(data)
            answer = self.machine.feed(data)
            if not self.is_silent:
                connection.sendall(answer)

    def _room(self, taken: int) -> int:
        ends = (self.hangs_up_after, self.deaf_after, taken + 4096)
        return min(end for end in ends if end is not None) - taken
