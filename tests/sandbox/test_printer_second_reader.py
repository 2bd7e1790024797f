"""The printer without paper reads slips as a second reader does, written without seeing it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import GENERIC_58, GENERIC_80, PROFILES, PrinterProfile
from counterfoil.domain.slip import Slip, Text
from counterfoil.domain.slip_layout import COLUMNS
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from counterfoil_sandbox.printer.paper import Feed, Line, Paper, Raster, Symbol
from support.command_reader import Code, CommandReader, Cut, Dots, Kick, Look, Piece, Words
from support.outcomes import all_outcomes

DRAWS_CODES = PROFILES["TM-T20II"]
DRAWS_NOTHING = replace(GENERIC_80, has_barcode=False)
OUT_OF_PLACE = (b"a\x1dV\x01", b"a\x1dV\x42\x05", b"\x1dv0\x00\x01\x00\x00\x09" + bytes(9 * 256))
"""A cut in the middle of a line, and a picture of more rows than there may be."""


def slips() -> dict[str, Slip]:
    """Return a slip of each outcome, and one with words that are printed as a picture."""
    every = all_outcomes()
    some = every["approved in part"]
    return every | {"other letters": replace(some, lines=(*some.lines, Text("\u0416\u4e2d")))}


SLIPS = slips()


def understood(printer: EscPosPrinter) -> list[Piece]:
    """Return what the printer without paper has printed, as the second reader says it."""
    cut_off = [piece for paper in printer.papers for piece in (*_pieces(paper), Cut())]
    kicks: list[Piece] = [Kick()] * printer.drawer_kicks
    return [*cut_off, *_pieces(printer.roll), *kicks]


def _pieces(paper: Paper) -> Iterator[Piece]:
    for piece in paper.pieces:
        match piece:
            case Line():
                if piece.text:
                    yield _words(piece)
            case Raster():
                yield Dots(piece.rows, piece.align, piece.across, piece.down)
            case Symbol():
                yield Code(piece.kind, piece.content, piece.align, piece.module, piece.height)
            case Feed():
                pass


def _words(line: Line) -> Words:
    characters = tuple(
        (
            letter,
            Look(
                is_font_b=span.style.font == "B",
                across=span.style.across,
                down=span.style.down,
                is_bold=span.style.is_bold,
                is_reverse=span.style.is_reverse,
                is_underlined=span.style.is_underlined,
            ),
        )
        for span in line.spans
        for letter in span.text
    )
    return Words(characters, line.align)


def read_twice(written: bytes, profile: PrinterProfile) -> tuple[list[Piece], list[Piece]]:
    """Return what the one and what the other reads."""
    printer = EscPosPrinter(dots=profile.dots)
    printer.feed(written)
    assert printer.errors == []
    return understood(printer), CommandReader(written).read()


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("name", SLIPS)
def test_both_read_every_slip_alike(name: str, columns: int) -> None:
    """Each letter with its size, each picture dot by dot, each code and cut, in their order."""
    for base in (DRAWS_CODES, DRAWS_NOTHING, GENERIC_58):
        profile = base.with_columns(columns)
        written = SlipEscPos(ZxingSymbols(), profile).write(SLIPS[name])
        ours, others = read_twice(written, profile)
        assert ours == others
        assert any(isinstance(piece, Words) for piece in others)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda one: one.name)
def test_both_read_alike_what_each_model_is_sent(profile: PrinterProfile) -> None:
    """Every model of the settings, with codes drawn by it or dot by dot."""
    written = SlipEscPos(ZxingSymbols(), profile).write(SLIPS["approved in part"])
    ours, others = read_twice(written, profile)
    assert ours == others


@pytest.mark.parametrize(
    "data",
    [
        b"a\x1b!\x38b\n\x1b!\x00c\n",
        b"\x1d!\x21wide\n\x1dB\x01ink\n",
        b"\x1ba\x02right\n\x1bd\x03left?\n",
        b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x07\x001P01234\x1d(k\x03\x001Q0",
        b"\x1dh\x40\x1dw\x02\x1dk\x49\x0a{BA-{C\x0c\x22{B" + b"x\n\x1dV\x42\x05end\n",
        b"\x1dv0\x00\x02\x00\x03\x00\n\x1b\xff\x00\x1dV\x1ba\x00x\n\x1dV\x01",
    ],
)
def test_both_read_alike_what_no_slip_needs(data: bytes) -> None:
    """Commands as the reference has them, in other orders."""
    ours, others = read_twice(data, DRAWS_CODES)
    assert ours == others


def test_the_second_reader_takes_nothing_for_a_command_that_is_none() -> None:
    """A reader that passed over what it does not know would agree with everything."""
    for data in (
        b"\x1b\x00",
        b"\x80",
        b"\x1dv1\x00",
        b"\x1dk\x02123\x00",
        b"\x1d(k\x09\x00",
        *OUT_OF_PLACE,
    ):
        with pytest.raises(ValueError, match=r"at|kind|missing"):
            CommandReader(data).read()


@pytest.mark.parametrize("data", OUT_OF_PLACE)
def test_the_printer_without_paper_knows_what_is_out_of_place_as_well(data: bytes) -> None:
    """Epson's pages on GS V and GS v 0 say where and how large they may be."""
    printer = EscPosPrinter()
    printer.feed(data)
    assert [one.data[:2] for one in printer.errors] == [data.lstrip(b"a")[:2]]
    assert printer.papers == []
