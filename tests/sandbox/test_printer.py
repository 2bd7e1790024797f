"""The printer without paper reads what Epson's command reference says, and notes what it does not.

The bytes here are written out by hand from the reference, so that they share no mistake with a
program that makes them.
"""

import pytest
import zxingcpp

from counterfoil_sandbox.printer.escpos import EscPosPrinter, Trouble
from counterfoil_sandbox.printer.paper import Feed, Raster, Style, Symbol
from counterfoil_sandbox.printer.picture import draw

STATUS = b"\x10\x04"
BANDS = ((24, 30), (54, 30), (84, 48), (132, 30), (162, 2), (164, 16))
"""Where the pieces of the picture begin, and their heights, in dots."""


def printed(data: bytes, *, dots: int = 576) -> EscPosPrinter:
    """Return a printer that was sent these bytes."""
    printer = EscPosPrinter(dots=dots)
    printer.feed(data)
    return printer


def test_characters_become_lines() -> None:
    """Each ends at its line feed, with sizes, weight, font and reverse as they were chosen."""
    printer = printed(
        b"\x1b@a\x1bE\x01b\x1d!\x11c\x1d!\x00\x1bE\x00\x1dB\x01d\n\x1dB\0\x1bM\x01e\n"
    )
    first, second = printer.roll.lines
    assert printer.roll.text == "abcd\ne"
    assert [span.style for span in first.spans] == [
        Style(),
        Style(is_bold=True),
        Style(is_bold=True, across=2, down=2),
        Style(is_reverse=True),
    ]
    assert (first.height, second.height) == (48, 30)
    assert second.spans[0].style == Style(font="B")
    assert printer.errors == []


def test_the_print_mode_sets_all_at_once() -> None:
    """ESC ! with double height, double width and bold, and back."""
    printer = printed(b"\x1b!\x38x\x1b!\x81y\x1b!\x00\n")
    assert [span.style for span in printer.roll.lines[0].spans] == [
        Style(across=2, down=2, is_bold=True),
        Style(font="B", is_underlined=True),
    ]


@pytest.mark.parametrize(
    ("page", "letter"), [(0, "\u00e9"), (2, "\u00e9"), (16, "\u201a"), (17, "\u0412")]
)
def test_a_byte_is_a_letter_of_the_chosen_page(page: int, letter: str) -> None:
    """0x82 is another letter in each."""
    assert printed(b"\x1bt" + bytes((page,)) + b"\x82\n").roll.text == letter


def test_a_line_that_is_too_long_goes_on_below() -> None:
    """And is counted, because nobody meant it."""
    printer = printed(b"x" * 33 + b"\n", dots=384)
    assert printer.roll.text == "x" * 32 + "\nx"
    assert printer.overruns == 1


def test_feeding_and_tabs_are_empty_paper() -> None:
    """By dots, by lines, and to the next eighth column."""
    printer = printed(b"\x1bJ\x0c\x1bd\x02a\tb\n\x1b3\x40c\n\x1b2d\n")
    assert printer.roll.pieces[:2] == [Feed(12), Feed(60)]
    assert printer.roll.text == "a       b\nc\nd"
    assert [line.height for line in printer.roll.lines] == [30, 64, 30]


@pytest.mark.parametrize("cut", [b"\x1dV\x00", b"\x1dV1", b"\x1dVA\x00", b"\x1dVB\x40"])
def test_a_cut_ends_the_paper(cut: bytes) -> None:
    """What follows is on the next one."""
    printer = printed(b"a\n\x1bd\x03" + cut + b"b\n")
    assert [paper.text for paper in printer.papers] == ["a"]
    assert printer.papers[0].fed_at_end_dots >= 90
    assert printer.roll.text == "b"


def test_a_picture_is_rows_of_dots() -> None:
    """Two bytes by three rows, whatever the bytes are."""
    printer = printed(b"\x1ba\x01\x1dv0\x00\x02\x00\x03\x00\n\x1b\xff\x00\x1dV\x1ba\x00x\n")
    assert printer.roll.pieces[0] == Raster((b"\n\x1b", b"\xff\x00", b"\x1dV"), "centre")
    assert printer.roll.text == "x"


def test_codes_are_drawn_by_the_printer() -> None:
    """A Code 128 with both kinds of digits, and a QR code."""
    code = b"{BA-{C\x0c\x22{B{{"
    qr = b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1"
    stored = b"\x1d(k\x07\x001P01234\x1d(k\x03\x001Q0"
    printer = printed(
        b"\x1dH\x00\x1dh\x40\x1dw\x02\x1dk\x49" + bytes((len(code),)) + code + qr + stored
    )
    assert printer.errors == []
    assert printer.roll.symbols == (
        Symbol("Code128", "A-1234{", "left", 2, 64),
        Symbol("QRCode", "1234", "left", 6),
    )


def test_the_drawer_opens_at_its_commands() -> None:
    """Also at the one that a printer carries out wherever it stands, inside a picture too."""
    assert printed(b"\x1bp\x00\x19\xfa").drawer_kicks == 1
    assert printed(b"\x10\x14\x01\x00\x01").drawer_kicks == 1
    inside = printed(b"\x1dv0\x00\x05\x00\x01\x00\x10\x14\x01\x00\x01x\n")
    assert inside.drawer_kicks == 1
    assert inside.roll.text == "x"


@pytest.mark.parametrize(
    "data",
    [
        b"\x07",
        b"\x1bz",
        b"\x1b\x00",
        b"\x1d\xff",
        b"\x1c&",
        b"\x1bt\xfe",
        b"\x1bR\x01",
        b"\x1dV\x09",
        b"\x1d(A\x02\x00\x00\x02",
        b"\x1d(k\x03\x001Q0",
        b"\x1d(k\x03\x001C\x00",
        b"\x1d(k\x03\x001Z0",
        b"\x1dk\x49\x02AB",
        b"\x1dk\x49\x02{D",
        b"\x1dk\x04AB\x00",
        b"\x1dv1\x00\x01\x00\x01\x00\xff",
        b"x\x1ba\x01",
        b"\x1dw\x09",
    ],
    ids=lambda data: data.hex(),
)
def test_what_is_no_command_is_noted(data: bytes) -> None:
    """And the next line is printed as if it had not come."""
    printer = printed(data)
    assert printer.errors
    assert all(0 <= error.position <= len(data) for error in printer.errors)


def test_a_printer_without_codes_notes_them() -> None:
    """It would print the bytes as characters."""
    printer = EscPosPrinter(can_draw_codes=False)
    printer.feed(b"\x1dk\x49\x04{BAB\x1d(k\x03\x001C\x06")
    assert len(printer.errors) == 2
    assert printer.roll.symbols == ()


def test_a_status_says_why_nothing_is_printed() -> None:
    """DLE EOT 1 to 4, for each trouble, answered at once."""
    printer = EscPosPrinter()
    assert printer.feed(STATUS + b"\x01" + STATUS + b"\x04") == b"\x12\x12"
    wanted = {
        Trouble.PAPER_END: b"\x1a\x32\x12\x72",
        Trouble.COVER_OPEN: b"\x1a\x16\x12\x12",
        Trouble.OFFLINE: b"\x1a\x12\x12\x12",
        Trouble.CUTTER: b"\x1a\x52\x1a\x12",
    }
    for trouble, answer in wanted.items():
        printer.fail(trouble)
        assert printer.feed(b"".join(STATUS + bytes((n,)) for n in (1, 2, 3, 4))) == answer
        printer.recover(trouble)
    assert printer.errors == []


@pytest.mark.parametrize("after", range(12))
def test_paper_that_ends_lets_the_rest_wait(after: int) -> None:
    """At whichever byte; with a new roll the printer goes on, and nothing is printed twice."""
    data = b"\x1bE\x01ab\ncd\n\x1dV\x00"
    printer = EscPosPrinter(paper_ends_after=after)
    printer.feed(data)
    assert printer.papers == []
    assert printer.troubles == {Trouble.PAPER_END}
    printer.load_paper()
    assert [paper.text for paper in printer.papers] == ["ab\ncd"]
    assert printer.errors == []


def test_power_off_forgets_what_waited() -> None:
    """And what was printed stays."""
    printer = EscPosPrinter(paper_ends_after=3)
    printer.feed(b"ab\ncd\n")
    printer.power_off()
    printer.load_paper()
    printer.feed(b"e\n")
    assert printer.roll.text == "ab\ne"


def test_a_job_that_is_sent_again_comes_out_twice() -> None:
    """As print systems do after a fault."""
    printer = EscPosPrinter(prints_twice=True)
    printer.feed(b"a\n\x1dV\x00")
    assert [paper.text for paper in printer.papers] == ["a", "a"]


def test_the_picture_has_a_pixel_for_each_dot() -> None:
    """Letters in their size and place, reverse ones on ink, and pictures as they were sent."""
    printer = printed(
        b"HI\n\x1bE1\x1b-1HI\n\x1b@\x1d!\x11HI\n\x1d!\0\x1dB1HI\n\x1dB0"
        b"\x1ba2\x1dv0\x03\x01\x00\x01\x00\xff\x1bJ\x10",
        dots=96,
    )
    picture = draw(printer.roll, dots=96)
    assert picture.size == (96 + 48, 30 + 30 + 48 + 30 + 2 + 16 + 48)
    ink = [sum(picture.crop((24, top, 120, top + high)).histogram()[:128]) for top, high in BANDS]
    plain, bold, double, reverse, raster, fed = ink
    assert plain < bold < double
    assert double == 4 * plain
    assert reverse == 24 * 24 - plain
    assert raster == 32
    assert picture.crop((104, 162, 120, 164)).histogram()[0] == 32
    assert fed == 0


def test_codes_in_the_picture_can_be_read() -> None:
    """As a scanner reads them from paper."""
    qr = b"\x1d(k\x03\x001C\x06\x1d(k\x07\x001P01234\x1d(k\x03\x001Q0"
    printer = printed(b"\x1ba1\x1dw\x02\x1dk\x49\x09{BK7Q-42F" + b"\n\n" + qr, dots=384)
    found = zxingcpp.read_barcodes(draw(printer.roll, dots=384))
    assert sorted(code.text for code in found) == ["1234", "K7Q-42F"]
