"""A slip as plain text and as a picture, read back by other programs."""

import io
import unicodedata
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_formats import SlipFormat, rendering
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.paper import A4, ROLL_58, ROLL_80, Paper
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Align, Band, Dots, Logo, Pair, PinBox, Slip, SlipKind, Text
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from support.slips import CHANGE_PIN, REFERENCE, all_slips, copy_slip, final_slip

TITLE = "Slip 03-008841"
WHOLE_PIN = "8814 0327 5519 6042"
PAPERS = (ROLL_80, ROLL_58, A4)


def render(wanted: SlipFormat, slip: Slip, paper: Paper = ROLL_80) -> bytes:
    """Return the file of a slip."""
    made = rendering(wanted, ZxingSymbols(), paper=paper, profile=GENERIC_80)
    written = made.render(slip, TITLE)
    assert written.startswith(made.beginning)
    return written


def text_of(slip: Slip, paper: Paper = ROLL_80) -> str:
    """Return a slip in plain text."""
    return render(SlipFormat.TEXT, slip, paper).decode()


def picture_of(slip: Slip, paper: Paper = ROLL_80) -> Image.Image:
    """Return the picture of a slip."""
    return Image.open(io.BytesIO(render(SlipFormat.PNG, slip, paper)))


def test_text_is_the_rows_of_the_paper() -> None:
    """The shop in the middle, the amount at the end of its line, the code in a box."""
    lines = text_of(final_slip()).splitlines()
    assert lines[0] == "CORNER SHOP".center(42).rstrip()
    assert lines[4] == "-" * 42
    assert f"Paid{'R19.00':>38}" in lines
    box = lines.index(f"|{WHOLE_PIN.center(40)}|")
    assert lines[box - 1] == lines[box + 1] == f"+{'-' * 40}+"
    assert REFERENCE in text_of(final_slip())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
@pytest.mark.parametrize("name", sorted(all_slips()))
def test_no_line_of_text_is_wider_than_the_paper(name: str, paper: Paper) -> None:
    """On every paper, whatever the slip is."""
    lines = text_of(all_slips()[name], paper).splitlines()
    assert max(map(len, lines)) <= paper.columns
    assert all(line == line.rstrip() for line in lines)


def test_a_band_stands_out_in_text() -> None:
    """Between stars, at the top and at the bottom."""
    lines = text_of(copy_slip()).splitlines()
    assert lines[0] == lines[-1] == " COPY 2 ".center(42, "*")


def test_text_without_the_code_has_an_empty_box() -> None:
    """Of a slip that is for a screen."""
    assert f"|{' ' * 40}|" in text_of(final_slip().without_secrets()).splitlines()


@pytest.mark.fault("X7")
def test_hostile_words_are_letters_in_their_columns_and_no_control() -> None:
    """By wide letters nothing is shifted, and nothing steers the screen that shows the text."""
    words = "\x1b[2J\u202e\u4e2d\u0416\u0664\x07\x00\U0001f600"
    lines = (Text(words, Align.END), Pair("a", "b"), PinBox((4,), Secret("12\x1b\u0663")))
    slip = Slip(kind=SlipKind.ORIGINAL, lines=lines)
    shown = text_of(slip)
    assert all(letter.isprintable() or letter == "\n" for letter in shown)
    assert shown.splitlines()[0] == "[2J\u4e2d\u04164\U0001f600".rjust(40)  # two of them are wide
    assert "123" in shown


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_scanner_reads_both_codes_from_the_picture(paper: Paper) -> None:
    """At one pixel for each dot of a printer."""
    found = {code.text for code in zxingcpp.read_barcodes(picture_of(final_slip(), paper))}
    assert found == {CHANGE_PIN, REFERENCE}


def test_the_picture_is_as_large_as_its_paper() -> None:
    """With eight pixels for a millimetre; several pages stand below each other."""
    assert picture_of(final_slip()).width == 640
    assert picture_of(final_slip(), ROLL_58).width == 464
    assert picture_of(final_slip(), A4).size == (1680, 2376)
    long = replace(final_slip(), lines=final_slip().lines * 4)
    assert picture_of(long, A4).size == (1680, 4 * 2376)


def test_the_picture_shows_ink_where_the_paper_has_it() -> None:
    """A band is dark and its words are light; the margins are white."""
    picture = picture_of(copy_slip()).convert("L")
    left, top, right, _bottom = (
        picture.point(lambda shade: 255 * (shade < 128)).getbbox() or (0,) * 4
    )
    assert (left, right) == (32, 608)
    band = picture.crop((left, top, right, top + 16))
    dark, light = band.histogram()[0], sum(band.histogram()[200:])
    assert dark > light > 0


LOGO = Dots(8, 40, (b"\x00" * 2 + b"\xff" * 4 + b"\x00" * 2) * 40)
"""A square of ink, 32 dots wide, in a picture of 64."""


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_the_shop_s_logo_is_in_the_middle_of_the_paper(paper: Paper) -> None:
    """In the PDF and in the picture; text has none of it, and the words begin below."""
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(Logo(LOGO), Text("shop", Align.CENTRE)))
    dot = paper.text_width_mm * 8 / paper.columns / 12
    pictures = [picture_of(slip, paper)]
    with pypdfium2.PdfDocument(render(SlipFormat.PDF, slip, paper)) as document:
        pictures.append(document[0].render(scale=8 * 25.4 / 72).to_pil().convert("L"))
    for picture in pictures:
        top = round(8 * paper.top_mm)
        head = picture.crop((0, top, picture.width, top + round(40 * dot)))
        left, _top, right, _bottom = head.point(lambda shade: 255 * (shade < 128)).getbbox() or (
            0,
            0,
            0,
            0,
        )
        assert (left + right) / 2 == pytest.approx(picture.width / 2, abs=2)
        assert right - left == pytest.approx(32 * dot, abs=2)
    assert text_of(slip, paper).split() == ["shop"]


def test_a_receipt_printer_gets_the_logo_dot_by_dot_where_it_can_draw() -> None:
    """Every dot as it is; a printer without pictures prints the words alone."""
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(Logo(LOGO), Text("shop")))
    for has_raster in (True, False):
        profile = replace(GENERIC_80, has_raster=has_raster)
        printer = EscPosPrinter(dots=profile.dots)
        printer.feed(SlipEscPos(ZxingSymbols(), profile).write(slip))
        (paper,) = printer.papers
        assert printer.errors == []
        assert paper.text.split() == ["shop"]
        wanted = [b"\x00" * 2 + b"\xff" * 4 + b"\x00" * 2] * 40
        assert [list(one.rows) for one in paper.rasters] == [wanted] * has_raster


DIGITS = "".join(chr(code) for code in range(0x20000) if unicodedata.category(chr(code)) == "Nd")
STEERING = {
    "drawer kick": ("\x1bp\x00\x19\xfa", "p\xfa"),
    "drawer kick at once": ("\x10\x14\x01\x00\x05", ""),
    "cut": ("\x1dV\x00", "V"),
    "code page": ("\x1bt\x11\x82", "t"),
    "reset": ("\x1b@\x1bi", "@i"),
    "QR command": ("\x1d(k\x03\x001Q0", "(k1Q0"),
    "escape sequence": ("\x9b2J\x1b[2J", "2J[2J"),
    "direction": ("\u202eR00.91\u202c\u2066a\u2069\u200f", "R00.91a"),
    "every control": ("".join(map(chr, (*range(9), *range(14, 28), *range(127, 133)))), ""),
    "digits": (DIGITS, "".join(str(unicodedata.decimal(digit)) for digit in DIGITS)),
}


def saying(word: str) -> Slip:
    """Return a slip that says a word in every way that a slip has for words."""
    lines = (Text("before"), Text(word), Text(word, is_double=True), Pair(word, word), Band(word))
    return Slip(kind=SlipKind.ORIGINAL, lines=(*lines, Text("after")))


@pytest.mark.fault("X7", "R4")
@pytest.mark.parametrize("wanted", SlipFormat)
@pytest.mark.parametrize(("word", "plain"), STEERING.values(), ids=STEERING)
def test_a_provider_s_words_are_plain_words_in_every_form(
    wanted: SlipFormat, word: str, plain: str
) -> None:
    """The file is, byte for byte, that of a slip that says the same without what steers."""
    assert plain.isprintable()
    assert len(DIGITS) > 600
    assert render(wanted, saying(word)) == render(wanted, saying(plain))


@pytest.mark.fault("X7")
@pytest.mark.parametrize("wanted", SlipFormat)
def test_a_line_of_ten_kilobytes_is_a_third_of_a_yard_in_every_form(wanted: SlipFormat) -> None:
    """It ends in dots, and what stands after it is there."""
    long, after = Text("W" * 10_000), Text("after")
    rows = (*(Text("W" * 42) for _row in range(47)), Text("..."))
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(long, after))
    assert render(wanted, slip) == render(wanted, replace(slip, lines=(*rows, after)))
