"""Barcodes for the slip on the screen, encoded in a thread and kept."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.secret import Secret
from counterfoil.ports.symbols import Rows, SymbolError, Symbols

Spawn = Callable[[Coroutine[Any, Any, None], str], object]
"""Starts a named task that somebody owns."""


KEPT_MAX = 64
"""More slips than one looks at in a row; the oldest goes, for a till that runs for months."""


class CodeBook(QObject):
    """Returns the modules of a Code 128 at once when they were encoded before, else soon.

    Signals: ``learned()`` when a code was encoded.
    """

    learned = Signal()

    def __init__(self, symbols: Symbols, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._symbols = symbols
        self._spawn = spawn
        self._known: dict[str, tuple[bool, ...]] = {}

    def modules(self, text: str) -> tuple[bool, ...]:
        """Return the bars of a text's barcode; empty while a thread still encodes them."""
        if text not in self._known:
            while len(self._known) >= KEPT_MAX:
                del self._known[next(iter(self._known))]
            self._known[text] = ()
            self._spawn(self._learn(text), "draw barcode")
        return self._known[text]

    def secret_qr(self, text: Secret) -> Rows:
        """Return the rows of a QR code, and keep none of it; empty if the text fits in none."""
        try:
            return self._symbols.qr(text.reveal())
        except SymbolError:
            return ()

    async def _learn(self, text: str) -> None:
        try:
            modules = await asyncio.to_thread(self._symbols.code128, text)
        except SymbolError:
            return
        if text not in self._known:
            return  # So many were asked for since that nobody looks at this one.
        self._known[text] = modules
        self.learned.emit()
