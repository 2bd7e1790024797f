"""Machine-readable symbols as modules, so that paper and screen draw the same ones."""

from typing import Protocol

Rows = tuple[tuple[bool, ...], ...]
"""The modules of a QR code, row by row; true is ink."""


class SymbolError(ValueError):
    """The text cannot be written as this symbol."""


class Symbols(Protocol):
    """An encoder of barcodes and QR codes; both without their quiet zones.

    Callable from any thread. The first call may take some tens of milliseconds.
    """

    def code128(self, text: str) -> tuple[bool, ...]:
        """Return the modules of a Code 128 from left to right; true is ink.

        Raises:
            SymbolError: the text is empty or has a character that Code 128 cannot encode.

        """
        ...

    def qr(self, text: str) -> Rows:
        """Return the rows of a QR code at error correction level M; true is ink.

        Raises:
            SymbolError: the text is empty or too long.

        """
        ...
