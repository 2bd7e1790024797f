"""Words in the letters of every script, as dots: in every form of a slip, and in their columns."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from counterfoil.adapters.printing import lettering
from counterfoil.adapters.printing.lettering import can_draw, draw_line, needs_picture
from counterfoil.adapters.printing.slip_formats import SlipFormat, rendering
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.printing.system_fonts import font_folders, fonts_in
from counterfoil.domain.paper import ROLL_80
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.domain.slip import Align, Band, Pair, Slip, SlipKind, Text
from counterfoil.domain.slip_layout import lay_out
from counterfoil_sandbox.printer.escpos import EscPosPrinter

CELL, DOTS = 12, 576
HEBREW = "\u05e9\u05dc\u05d5\u05dd"
MARKED = "q\u0308"
"""What no single character is."""
SCRIPTS = {
    "Hebrew": HEBREW,
    "Arabic": "\u0627\u0644\u0633\u0644\u0627\u0645",
    "Devanagari": "\u0928\u092e\u0938\u094d\u0924\u0947",
    "Chinese": "\u4e2d\u6587",
    "marks": MARKED,
    "Vietnamese": "\u1ec7",
    "Cyrillic": "\u0416",
}


def drawn(text: str, align: Align = Align.START) -> Image.Image:
    """Return one line as a picture in which ink is white."""
    dots = draw_line(((text, align),), cell=CELL, dots=DOTS)
    return Image.frombytes("1", (8 * dots.row_bytes, dots.height), dots.data)


def inked(text: str, align: Align = Align.START) -> tuple[int, int]:
    """Return the first and the last column of dots that have ink."""
    left, _top, right, _bottom = drawn(text, align).getbbox() or (0, 0, 0, 0)
    return left, right


def written(wanted: SlipFormat, slip: Slip) -> bytes:
    """Return a slip in a form."""
    return rendering(wanted, ZxingSymbols(), paper=ROLL_80, profile=GENERIC_80).render(slip, "t")


def needs(words: str) -> None:
    """Count a test as not run on a machine that has no font for these words."""
    if not all(map(can_draw, words)):
        # Such fonts belong to the machine: the one that the till ships does not have every script.
        pytest.skip("no font of this machine has these letters")


@pytest.mark.fault("R4")
@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_words_in_every_script_are_on_every_paper(words: str) -> None:
    """As letters or as a picture of them, never as question marks; other lines stay letters."""
    needs(words)
    slip = Slip(
        kind=SlipKind.ORIGINAL,
        lines=(Text(words), Text("after"), Pair(words, "R19.00"), Band(words)),
    )
    assert words in written(SlipFormat.TEXT, slip).decode()
    with pypdfium2.PdfDocument(written(SlipFormat.PDF, slip)) as document:
        said = document[0].get_textpage().get_text_range()
        pictures = [one for one in document[0].get_objects() if one.type == IMAGE]
    assert "after" in said
    assert "R19.00" in said
    assert "?" not in said
    assert said.count(words) + len(pictures) == 3
    printer = EscPosPrinter(dots=GENERIC_80.dots)
    printer.feed(written(SlipFormat.ESCPOS, slip))
    (paper,) = printer.papers
    assert (printer.errors, paper.text.split(), len(paper.rasters)) == ([], ["after"], 3)
    page = Image.open(io.BytesIO(written(SlipFormat.PNG, slip)))
    assert page.crop((32, 32, 100, 62)).getextrema()[0] == 0


IMAGE = 3
"""How the library that reads PDF files names a picture."""


def test_the_pair_beside_another_script_keeps_its_ends() -> None:
    """A value stands at the right, whichever way its label runs."""
    needs(HEBREW)
    both = draw_line(((HEBREW, Align.START), ("R19.00", Align.END)), cell=CELL, dots=DOTS)
    picture = Image.frombytes("1", (DOTS, both.height), both.data)
    value = drawn("R19.00", Align.END).crop((400, 0, DOTS, both.height))
    assert picture.crop((400, 0, DOTS, both.height)).tobytes() == value.tobytes()


def test_a_pair_without_a_value_is_its_label() -> None:
    """Nothing is drawn of what is not said."""
    alone = draw_line((("\u0416", Align.START),), cell=CELL, dots=DOTS)
    assert draw_line((("\u0416", Align.START), ("", Align.END)), cell=CELL, dots=DOTS) == alone


def test_words_that_run_from_right_to_left_do() -> None:
    """The second letter stands at the left of the first."""
    first, second = "\u05d5", "\u05d9"  # both narrow, so that neither is drawn narrower
    needs(first + second)
    edge = inked(second)[1]
    both = drawn(first + second).crop((0, 0, edge, 30)).tobytes()
    assert both == drawn(second).crop((0, 0, edge, 30)).tobytes()
    assert both != drawn(first).crop((0, 0, edge, 30)).tobytes()


def test_a_mark_takes_no_column() -> None:
    """It stands on its letter, where it is one of the typeface's too."""
    assert drawn(MARKED).tobytes() != drawn("q").tobytes()
    assert inked(MARKED + "n")[1] == inked("qn")[1]
    assert not needs_picture("\u0416\u1e13")
    assert needs_picture(MARKED)


def test_letters_that_are_wider_than_their_columns_are_drawn_narrower() -> None:
    """Nothing runs over what stands beside it."""
    needs("\u2713")
    assert inked("\u2713" * 10)[1] <= 10 * CELL
    assert inked("\u2713" * 100)[1] <= DOTS


@pytest.mark.parametrize(
    ("align", "edges"),
    [(Align.START, (0, 36)), (Align.CENTRE, (270, 306)), (Align.END, (540, 576))],
)
def test_a_picture_of_words_stands_where_the_words_would(
    align: Align, edges: tuple[int, int]
) -> None:
    """At the start, in the middle and at the end."""
    left, right = inked("\u0416\u0416\u0416", align)
    assert edges[0] <= left < right <= edges[1]


def test_no_line_is_wider_than_the_paper_whatever_its_letters() -> None:
    """Chinese letters take two columns each, and lines break between any two of them."""
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(Text("\u4e2d" * 50 + " R19.00"),))
    rows = [getattr(row, "text", "") for row in lay_out(slip, 42, lambda _letter: True)]
    assert rows == ["\u4e2d" * 21, "\u4e2d" * 21, "\u4e2d" * 8 + " R19.00"]


def test_no_letter_has_more_marks_than_a_language_needs() -> None:
    """They would paint over the lines around them; a mark without a letter says nothing."""
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(Text("\u0308q" + "\u0308" * 9),))
    (row,) = lay_out(slip, 42, lambda _letter: True)
    assert getattr(row, "text", "") == "q" + "\u0308" * 3


def test_a_broken_font_has_no_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is passed over, and a letter that nothing has is not looked for again."""
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(lettering, "font_files", lambda: (broken,))
    monkeypatch.setattr(lettering, "_found_in", [])
    monkeypatch.setattr(lettering, "_not_found", set())
    assert not can_draw("\U00013000")
    assert not can_draw("\U00013000")
    broken.unlink()
    monkeypatch.setattr(lettering, "_NOT_FOUND_MAX", 1)
    assert not can_draw("\U00013001")


def test_plain_fonts_come_first(tmp_path: Path) -> None:
    """What claims every letter and draws none is no font; a folder may be missing."""
    for name in ("b-Bold.ttf", "a-Regular.TTF", "LastResort.otf", "z.otf", "notes.txt"):
        (tmp_path / name).touch()
    found = [path.name for path in fonts_in((tmp_path, tmp_path / "missing"))]
    assert found == ["a-Regular.TTF", "z.otf", "b-Bold.ttf"]


@pytest.mark.parametrize(
    ("platform", "place"),
    [("win32", "D:/Win/Fonts"), ("darwin", "/Library/Fonts"), ("linux", "/usr/share/fonts")],
)
def test_each_system_has_its_places(platform: str, place: str) -> None:
    """And a user has their own."""
    folders = list(font_folders(platform, {"WINDIR": "D:/Win", "HOME": "/home/thandi"}))
    assert Path(place) in folders
    assert any(folder.is_relative_to("/home/thandi") for folder in folders)
