"""What each receipt printer can do: its columns, its dots, and whether it cuts and draws codes.

Taken from the ESC/POS printer database of receipt-print-hq (CC BY 4.0), read in July 2026, without
displays, and without the printers that speak Star's language or strike a ribbon. Where it names no
width, a column is taken as twelve dots wide. One of its entries, NT-80-V-UL, gives the width of a
letter for the columns; here it has those that fit its dots.
"""

from dataclasses import replace
from enum import StrEnum

from counterfoil.declaring import dataclass

FONT_DOTS = 12
"""The width of a letter in the font that every receipt printer begins with."""

RECEIPT_KINDS = ("network", "usb", "serial")
"""How the till reaches a printer that it speaks to itself, as the settings name it."""
DRAWER_SOCKETS = (0, 1, 2)
BAUDS = (9600, 19200, 38400, 57600, 115200)
"""How many bits a second a serial port may be set to."""


class Cut(StrEnum):
    """How a printer cuts. A part cut leaves a little paper, so that the slip does not fall."""

    NONE = "none"
    FULL = "full"
    PART = "part"


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One model of receipt printer.

    ``columns`` is how many characters a line has, and ``dots`` how many dots wide it prints.
    Pictures can be printed only with ``has_raster``.
    """

    name: str
    columns: int
    dots: int
    cut: Cut = Cut.PART
    has_qr: bool = True
    has_barcode: bool = True
    has_raster: bool = True
    drawer: int = 0
    """The socket that the shop's cash drawer hangs at, 1 or 2; 0 where it hangs at none."""

    def with_columns(self, columns: int) -> "PrinterProfile":
        """Return the same model set to another number of columns."""
        return replace(self, columns=columns, dots=columns * FONT_DOTS)


_P = PrinterProfile

GENERIC_80 = _P("generic-80", 42, 504, has_qr=False)
"""Any printer for 80 mm. It has a cutter or ignores a cut; codes it may not know are pictures."""
GENERIC_58 = _P("generic-58", 32, 384, cut=Cut.NONE, has_qr=False, has_barcode=False)
"""Any printer for 58 mm, as most of them are."""
GENERICS = {"80": GENERIC_80, "58": GENERIC_58}
"""What any printer for a paper can do, by the paper's name in the settings."""

_KNOWN = (
    GENERIC_58,
    GENERIC_80,
    _P("CT-S651", 48, 640),
    _P("ITPP047", 42, 512),
    _P("KR-306", 48, 576),
    _P("NT-5890K", 32, 384, cut=Cut.NONE, has_qr=False, has_barcode=False),
    _P("NT-80-V-UL", 48, 576),
    _P("P822D", 42, 576),
    _P("POS-5890", 32, 384, cut=Cut.NONE, has_qr=False, has_barcode=False),
    _P("RP-F10-58mm", 36, 432),
    _P("RP-F10-80mm", 48, 576),
    _P("RP326", 42, 504),
    _P("RP332", 42, 504, cut=Cut.FULL),
    _P("SRP-S300", 48, 640),
    _P("Sunmi-V2", 32, 384, cut=Cut.NONE),
    _P("T-1", 42, 504),
    _P("TEP-200M", 42, 504),
    _P("TH230", 44, 576, has_qr=False, has_raster=False),
    _P("TH230Plus", 44, 576, has_raster=False),
    _P("TM-L90", 48, 576),
    _P("TM-P80", 42, 576),
    _P("TM-P80-42col", 42, 546),
    _P("TM-T20II", 48, 576),
    _P("TM-T20II-42col", 42, 546),
    _P("TM-T20III", 48, 576),
    _P("TM-T70", 42, 512),
    _P("TM-T70-SA", 48, 576),
    _P("TM-T70II", 42, 512),
    _P("TM-T70II-CH", 48, 576),
    _P("TM-T70II-CH-58mm", 34, 416),
    _P("TM-T70II-SA", 48, 576),
    _P("TM-T88II", 42, 512),
    _P("TM-T88III", 42, 512),
    _P("TM-T88IV", 42, 512),
    _P("TM-T88IV-SA", 42, 512),
    _P("TM-T88V", 42, 512),
    _P("TM-m30III", 48, 576),
    _P("YHD-8390", 48, 640),
    _P("ZJ-5870", 32, 384, cut=Cut.NONE, has_qr=False, has_barcode=False),
)
PROFILES = {profile.name: profile for profile in _KNOWN}
"""Each profile by its name in the settings."""
