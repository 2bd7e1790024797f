"""Barcodes and QR codes by ZXing, the library that also reads them in the tests.

Its import is small and it draws in a fifth of a millisecond, so the screen can have the barcode
without loading the PDF library.
"""

from typing import Any

from counterfoil.overriding import override
from counterfoil.ports.symbols import SymbolError, Symbols

_INK = 0
_QR_BYTES_MAX = 500


class ZxingSymbols(Symbols):
    """Encodes barcodes and QR codes with ``zxing-cpp``, which is imported at the first call."""

    @override
    def code128(self, text: str) -> tuple[bool, ...]:
        if not (text and text.isascii() and text.isprintable()):
            raise SymbolError("a Code 128 holds printable ASCII, at least one character")
        return _modules("Code128", text)[0]

    @override
    def qr(self, text: str) -> tuple[tuple[bool, ...], ...]:
        if not 0 < len(text.encode()) <= _QR_BYTES_MAX:
            raise SymbolError(f"a slip's QR code holds 1 to {_QR_BYTES_MAX} bytes")
        return _modules("QRCode", text, ec_level="M")


def _modules(symbology: str, text: str, **options: str) -> tuple[tuple[bool, ...], ...]:
    import zxingcpp

    wanted = getattr(zxingcpp.BarcodeFormat, symbology)
    symbol: Any = zxingcpp.create_barcode(text, wanted, **options)
    image = symbol.to_image(scale=1, add_hrt=False, add_quiet_zones=False)
    height, width = image.shape
    pixels = memoryview(image).tobytes()
    return tuple(
        tuple(pixel == _INK for pixel in pixels[row * width : (row + 1) * width])
        for row in range(height)
    )
