"""A slip's bytes for a receipt printer, read back by a printer without paper."""

import re
from dataclasses import replace
from functools import partial

import pytest
import zxingcpp

from counterfoil import assets
from counterfoil.adapters.printing import slip_escpos
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import (
    GENERIC_58,
    GENERIC_80,
    PROFILES,
    Cut,
    PrinterProfile,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import (
    Align,
    Band,
    Barcode,
    Pair,
    PinBox,
    QrCode,
    Slip,
    SlipKind,
    SlipLine,
    Text,
)
from counterfoil.domain.slip_layout import COLUMNS
from counterfoil.overriding import override
from counterfoil.ports.symbols import SymbolError
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from counterfoil_sandbox.printer.paper import Paper
from counterfoil_sandbox.printer.picture import draw
from support.hostile import HOSTILE
from support.slips import CHANGE_PIN, REFERENCE, USED_PIN, all_slips, final_slip

WITH_QR = PROFILES["TM-T20II"]
STEERING = (
    "\x1bp\x00\x19\xfa",
    "\x10\x14\x01\x00\x05",
    "\x1dV\x00",
    "\x1bt\x11\x82",
    "\x1b@\x1bi",
    "\x1d(k\x03\x001Q0",
    "W" * 10_000,
    "\u202eR00.91\u202c",
    "".join(chr(code) for code in range(0x20)),
    "\u0661\u06f2\u096b\uff14\U0001d7d3\U0001fbf9",
)


def sent(slip: Slip, profile: PrinterProfile) -> EscPosPrinter:
    """Return a printer of this model that was sent the slip."""
    printer = EscPosPrinter(dots=profile.dots, can_draw_codes=profile.has_qr or profile.has_barcode)
    printer.feed(SlipEscPos(ZxingSymbols(), profile).write(slip))
    return printer


def paper_of(slip: Slip, profile: PrinterProfile) -> Paper:
    """Return the one paper that came out, where nothing was misread or ran over the edge."""
    printer = sent(slip, profile)
    assert printer.errors == []
    assert printer.overruns == 0
    assert printer.drawer_kicks == 0
    if profile.cut is Cut.NONE:
        assert printer.papers == []
        return printer.roll
    (paper,) = printer.papers
    assert printer.roll == Paper()
    return paper


def slip_of(*lines: SlipLine) -> Slip:
    """Return a slip of these lines."""
    return Slip(kind=SlipKind.ORIGINAL, lines=lines, number="03-000001", reference=REFERENCE)


def codes(paper: Paper, profile: PrinterProfile) -> list[str]:
    """Return what a scanner reads from the paper."""
    return sorted(code.text for code in zxingcpp.read_barcodes(draw(paper, dots=profile.dots)))


def at_columns(columns: int) -> PrinterProfile:
    """Return a printer with so many columns, which draws codes itself from 42 on."""
    base = GENERIC_58 if columns < 42 else WITH_QR
    return base.with_columns(columns)


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("name", sorted(all_slips()))
def test_every_slip_at_every_width_says_what_it_is_to_say(name: str, columns: int) -> None:
    """The amount, the reference and the PIN in its groups; the codes are read from the paper."""
    slip, profile = all_slips()[name], at_columns(columns)
    paper = paper_of(slip, profile)
    has_barcode = any(isinstance(line, Barcode) for line in slip.lines)
    wanted = [REFERENCE] * has_barcode + [CHANGE_PIN] * slip.has_secret
    assert codes(paper, profile) == sorted(wanted)
    assert (f"Ref {REFERENCE}" in paper.text) == (REFERENCE in repr(slip.lines))
    assert paper.text.count("R19.00") == repr(slip.lines).count("R19.00")
    assert USED_PIN not in paper.text
    if slip.has_secret:
        groups = ["8814 0327", "5519 6042"]
        for line in groups if columns < 42 else [" ".join(groups)]:
            assert re.search(rf"^\|\s*{line}\s*\|$", paper.text, re.MULTILINE)
    assert all(len(line.text) <= columns for line in paper.lines)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda one: one.name)
def test_every_printer_gets_what_it_can_do(profile: PrinterProfile) -> None:
    """Codes are drawn by the printer or dot by dot, and none of them where it can do neither."""
    slip = slip_of(*final_slip().lines, Text("Caf\u00e9"), Band("COPY \u0416"))
    paper = paper_of(slip, profile)
    kinds = {symbol.kind for symbol in paper.symbols}
    assert ("QRCode" in kinds) == profile.has_qr
    assert ("Code128" in kinds) == profile.has_barcode
    readable = [REFERENCE] * (profile.has_barcode or profile.has_raster)
    readable += [CHANGE_PIN] * (profile.has_qr or profile.has_raster)
    assert codes(paper, profile) == sorted(readable)
    assert ("Cafe" in paper.text) == (not profile.has_raster)


def test_the_pin_is_in_double_size_and_bands_are_reversed() -> None:
    """As on the other papers."""
    paper = paper_of(slip_of(Band("COPY 1"), PinBox((4, 4), Secret("12345678"))), WITH_QR)
    styles = {span.text.strip(): span.style for line in paper.lines for span in line.spans}
    assert (styles["1234 5678"].across, styles["1234 5678"].down) == (2, 2)
    assert styles["COPY 1"].is_reverse
    assert all(
        span.text.strip() == "COPY 1" for line in paper.lines for span in line.spans
        if span.style.is_reverse
    )  # fmt: skip


def test_lines_stand_where_they_are_to_stand() -> None:
    """At the start, in the middle and at the end, in both sizes."""
    lines = [Text("abcd", align, is_double=wide) for align in Align for wide in (False, True)]
    paper = paper_of(slip_of(*lines, Pair("left", "right")), GENERIC_58)
    begins = [line.text.index("abcd") for line in paper.lines[:6]]
    assert begins == [0, 0, 14, 6, 28, 12]
    assert paper.lines[6].text == "left" + " " * 23 + "right"


def test_paper_is_fed_before_it_is_cut_and_at_the_end() -> None:
    """The cutter is a hand above the print head, and without one a person tears there."""
    for profile in (GENERIC_58, GENERIC_80, WITH_QR):
        paper = paper_of(final_slip(), profile)
        assert paper.fed_at_end_dots >= 150
    assert b"\x1dV\0" in SlipEscPos(ZxingSymbols(), replace(WITH_QR, cut=Cut.FULL)).write(
        final_slip()
    )


@pytest.mark.fault("R4", "X7")
@pytest.mark.parametrize(
    "profile", [GENERIC_58, WITH_QR, PROFILES["TH230"]], ids=lambda one: one.name
)
@pytest.mark.parametrize("word", STEERING, ids=lambda word: ascii(word[:12]))
def test_hostile_words_are_words_on_paper(word: str, profile: PrinterProfile) -> None:
    """They open no drawer, cut nothing, choose no page, and what stands around them is there."""
    slip = slip_of(Text("before"), Text(word), Pair(word, "R1.00"), Band(word), Text("after"))
    paper = paper_of(slip, profile)
    lines = paper.text.splitlines()
    assert lines[0] == "before"
    assert "after" in lines
    assert len(paper.pieces) < 4 * 50


@pytest.mark.many_runs
@pytest.mark.fault("X7")
def test_all_that_has_broken_other_programs_is_words_on_paper() -> None:
    """In every way that a slip has for words."""
    for word in HOSTILE:
        short = word[:600]
        slip = slip_of(Text(short), Text(short, Align.CENTRE, is_double=True), Pair(short, short))
        paper = paper_of(slip_of(*slip.lines, Band(short), Text("after")), GENERIC_58)
        assert "after" in paper.text.splitlines()


def test_digits_of_every_script_are_digits() -> None:
    """Also in a line that is printed as letters alone."""
    paper = paper_of(slip_of(Text("R\u0661\u06f2.\u096b\uff14")), GENERIC_58)
    assert paper.text.splitlines()[0] == "R12.54"


def test_a_line_with_other_letters_is_a_picture() -> None:
    """Of the same letters, in the same place; other lines stay letters."""
    paper = paper_of(slip_of(Text("a"), Text("\u0416\u00e9", Align.END), Text("b")), WITH_QR)
    (raster,) = paper.rasters
    assert paper.text.split() == ["a", "b"]
    assert (len(raster.rows[0]), len(raster.rows)) == (72, 30)
    inked = [int.from_bytes(row) for row in raster.rows]
    assert any(inked)
    assert all(one < 1 << 24 for one in inked)  # the last two letters of 48


def test_a_band_with_other_letters_is_a_picture_on_ink() -> None:
    """Its letters are of paper."""
    (raster,) = paper_of(slip_of(Band("\u0416")), WITH_QR).rasters
    dots = sum(int.from_bytes(row).bit_count() for row in raster.rows)
    assert 0.9 < dots / (576 * 30) < 1
    assert raster.rows[0] == b"\xff" * 72


def test_a_picture_never_holds_a_command() -> None:
    """A printer carries out some wherever they stand, so a dot is added to break them."""
    modules = tuple(bit == "1" for bit in f"{0x1014010001:040b}")

    class DrawerSymbols(ZxingSymbols):
        @override
        def code128(self, text: str) -> tuple[bool, ...]:
            return modules if text else ()

    wire = SlipEscPos(DrawerSymbols(), replace(GENERIC_58, dots=64)).write(slip_of(Barcode("a")))
    printer = EscPosPrinter(dots=64)
    printer.feed(wire)
    assert printer.drawer_kicks == 0
    assert set(printer.roll.rasters[0].rows) == {b"\x11\x14\x01\x00\x01"}


def _letting_through(byte: int, text: str) -> bytes:
    return text.replace("-", chr(byte)).encode("latin-1")


@pytest.mark.parametrize("byte", [0x00, 0x07, 0x10, 0x1B, 0x1C, 0x1D])
def test_one_control_byte_let_through_would_be_seen(
    byte: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the tests above: a renderer with a hole in it."""
    monkeypatch.setattr(slip_escpos, "_letters", partial(_letting_through, byte))
    printer = sent(slip_of(Text("one-word of many"), Text("after")), GENERIC_80)
    assert printer.errors or printer.drawer_kicks or "one-word" not in printer.papers[0].text


def test_a_qr_code_of_other_bytes_is_drawn_dot_by_dot() -> None:
    """They could be commands to a printer that has no QR codes after all."""
    paper = paper_of(slip_of(QrCode(Secret("caf\u00e9"))), WITH_QR)
    assert paper.symbols == ()
    assert codes(paper, WITH_QR) == ["caf\u00e9"]


def test_a_brace_in_a_barcode_is_a_brace() -> None:
    """It is what chooses a set of letters."""
    assert codes(paper_of(slip_of(Barcode("{A{C1")), WITH_QR), WITH_QR) == ["{A{C1"]


def test_a_barcode_too_long_for_the_printer_is_drawn_narrower() -> None:
    """Its bars would be too thin for the printer's own."""
    paper = paper_of(slip_of(Barcode("ABCDEFGHIJKLMNOPQ")), replace(WITH_QR, dots=384, columns=32))
    assert paper.symbols == ()
    assert len(paper.rasters) == 1


@pytest.mark.parametrize("line", [Barcode("\u0416"), QrCode(Secret("x" * 501))])
def test_a_code_that_cannot_be_made_is_said(line: SlipLine) -> None:
    """Instead of a paper without it."""
    with pytest.raises(SymbolError):
        SlipEscPos(ZxingSymbols(), GENERIC_80).write(slip_of(line))


def test_the_picture_can_be_drawn_with_the_slip_s_own_letters() -> None:
    """For a person to look at."""
    font = assets.resource_path("fonts", "CounterfoilMono-Regular.ttf")
    picture = draw(paper_of(final_slip(), WITH_QR), dots=WITH_QR.dots, font=font)
    assert picture.width == WITH_QR.dots + 48
