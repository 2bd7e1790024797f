"""A line to a printer without paper that is cut at any byte, with no device between."""

from typing_extensions import override

from counterfoil.adapters.printing.receipt_printer import Line, Wire
from counterfoil_sandbox.printer.escpos import EscPosPrinter


class MemoryLine(Line):
    """Carries bytes to its machine; ``breaks_after`` is how many of the next wire get through."""

    def __init__(self, machine: EscPosPrinter) -> None:
        self.machine = machine
        self.breaks_after: int | None = None

    @property
    @override
    def name(self) -> str:
        return "memory"

    @override
    def open(self, limit_s: float) -> Wire:
        return _MemoryWire(self.machine, self.breaks_after)


class _MemoryWire(Wire):
    def __init__(self, machine: EscPosPrinter, left: int | None) -> None:
        self._machine = machine
        self._left = left
        self._answer = b""

    @override
    def send(self, data: bytes, limit_s: float) -> int:
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        if not data:
            raise ConnectionResetError
        self._answer += self._machine.feed(data)
        return len(data)

    @override
    def receive(self, limit_s: float) -> bytes:
        if self._left == 0:
            raise ConnectionResetError
        if not self._answer:
            raise TimeoutError
        answer, self._answer = self._answer, b""
        return answer

    @override
    def finish(self) -> None:
        return

    @override
    def close(self) -> None:
        return
