"""What is on the paper: read back from the finished document by other programs."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from reportlab.pdfbase import pdfmetrics

from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.slip_pen import dark_runs
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.adapters.printing.typefaces import ADVANCE, BOLD, REGULAR, register_typeface
from counterfoil.domain.paper import A4, ROLL_58, ROLL_80, Paper
from counterfoil.domain.slip import Slip, SlipKind, Text
from counterfoil.ports.symbols import SymbolError
from support.outcomes import all_outcomes
from support.slips import (
    CHANGE_PIN,
    REFERENCE,
    USED_PIN,
    all_slips,
    copy_slip,
    final_slip,
    no_amount_slip,
    pending_slip,
    sms_slip,
)

TITLE = "Counterfoil 03-008841"
PAPERS = (ROLL_80, ROLL_58, A4)
DOTS_PER_POINT = 203 / 72
"""The resolution of a receipt printer."""


def draw(slip: Slip, paper: Paper = ROLL_80) -> bytes:
    """Return the slip's document."""
    return SlipPdf(ZxingSymbols(), paper=paper).draw(slip, title=TITLE).pdf


def words(pdf: bytes) -> str:
    """Return all words of a document as a PDF reader copies them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(_page_words(page) for page in _pages(document))
    finally:
        document.close()


def _pages(document: Any) -> Iterator[Any]:
    for index in range(len(document)):
        page = document[index]
        yield page
        page.close()


def _page_words(page: Any) -> str:
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()


def codes(pdf: bytes) -> dict[str, str]:
    """Return the text of each symbol by the kind of symbol, seen at a printer's resolution."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = {}
        for page in _pages(document):
            bitmap = page.render(scale=2 * DOTS_PER_POINT)
            for code in zxingcpp.read_barcodes(bitmap.to_pil()):
                found[str(code.format)] = code.text
            bitmap.close()
        return found
    finally:
        document.close()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_the_qr_code_is_the_change_pin_and_the_barcode_our_reference(
    paper: Paper,
) -> None:
    """A camera reads exactly the PIN, a scanner exactly the reference."""
    found = codes(draw(final_slip(), paper))
    assert sorted(found.values()) == sorted([CHANGE_PIN, REFERENCE])


def test_the_pin_stands_in_groups_of_four() -> None:
    """The digits are text with spaces between the groups."""
    assert "8814 0327 5519 6042" in words(draw(final_slip()))


def test_on_narrow_paper_the_groups_stay_whole() -> None:
    """Two groups a line on 58 mm."""
    text = words(draw(final_slip(), ROLL_58))
    assert "8814 0327" in text
    assert "5519 6042" in text


@pytest.mark.parametrize("name", sorted(all_slips()))
def test_the_used_pin_is_nowhere(name: str) -> None:
    """Neither as words nor in a code."""
    pdf = draw(all_slips()[name])
    shown = re.sub(r"\s", "", words(pdf)) + "".join(codes(pdf).values())
    assert USED_PIN not in shown
    assert USED_PIN[:12] not in shown


def test_a_slip_without_secrets_prints_no_digits_and_no_qr_code() -> None:
    """The box stays empty where the slip has no PIN."""
    pdf = draw(final_slip().without_secrets())
    assert CHANGE_PIN[:4] not in words(pdf)
    assert list(codes(pdf).values()) == [REFERENCE]


def test_bands_stand_at_the_top_and_the_bottom() -> None:
    """Nobody tears the warning off."""
    assert words(draw(pending_slip())).count("PENDING: NOT CONFIRMED") == 2
    assert words(draw(copy_slip())).count("COPY 2") == 2


def test_an_sms_slip_has_no_pin_and_one_without_amount_says_what_to_do() -> None:
    """Each kind of change voucher says how the customer gets the rest."""
    assert "Sent by SMS to 082 *** 4567" in words(draw(sms_slip()))
    assert re.search(r"Value\s+check the balance", words(draw(no_amount_slip())))


def test_the_document_names_no_machine_no_person_and_no_pin() -> None:
    """Its properties are the title and our name, and the same slip gives the same bytes."""
    pdf = draw(final_slip())
    document = pypdfium2.PdfDocument(pdf)
    properties = document.get_metadata_dict(skip_empty=True)
    document.close()
    assert properties.pop("Title") == TITLE
    assert {properties.pop("Creator"), properties.pop("Producer")} == {"Counterfoil"}
    assert set(properties) <= {"CreationDate", "ModDate"}
    assert CHANGE_PIN.encode() not in pdf
    assert pdf == draw(final_slip())


@pytest.mark.parametrize("paper", [ROLL_80, ROLL_58], ids=lambda paper: paper.name)
def test_a_roll_s_page_is_as_wide_as_the_roll_and_as_long_as_the_slip(paper: Paper) -> None:
    """No paper is wasted, and nothing is cut off."""
    short = SlipPdf(ZxingSymbols(), paper=paper).draw(pending_slip(), title=TITLE)
    long = SlipPdf(ZxingSymbols(), paper=paper).draw(final_slip(), title=TITLE)
    document = pypdfium2.PdfDocument(long.pdf)
    width, height = document.get_page_size(0)
    document.close()
    assert width == pytest.approx(paper.width_mm * 72 / 25.4, abs=0.01)
    assert height == pytest.approx(long.height_mm * 72 / 25.4, abs=0.01)
    assert long.height_mm > short.height_mm


@pytest.mark.parametrize("paper", [ROLL_80, ROLL_58], ids=lambda paper: paper.name)
def test_the_page_of_a_short_slip_is_taller_than_wide(paper: Paper) -> None:
    """A print system turns any other by a quarter."""
    slip = Slip(kind=SlipKind.ORIGINAL, lines=(Text("short"),))
    drawn = SlipPdf(ZxingSymbols(), paper=paper).draw(slip, title=TITLE)
    document = pypdfium2.PdfDocument(drawn.pdf)
    width, height = document.get_page_size(0)
    document.close()
    assert height > width


def test_a_long_slip_goes_on_over_the_sheets_of_an_office_printer() -> None:
    """Every line is on one of the pages."""
    lines = tuple(Text(f"line {number:03}") for number in range(200))
    pdf = draw(Slip(kind=SlipKind.ORIGINAL, lines=lines), A4)
    document = pypdfium2.PdfDocument(pdf)
    page_count = len(document)
    document.close()
    assert page_count > 2
    assert re.findall(r"line \d{3}", words(pdf)) == [line.text for line in lines]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("X", "NOT SETTLED, CARRIED OVER"),
        ("Z", "ALSO"),
        ("copy of a Z", "DRAWER"),
        ("settled", "MERCHANT COPY"),
    ],
)
def test_a_page_of_an_office_printer_ends_with_a_section(name: str, begins: str) -> None:
    """What belongs together is on one sheet: each begins with a heading, and none ends with one."""
    document = pypdfium2.PdfDocument(draw(all_outcomes()[name], A4))
    firsts = [_page_words(page).splitlines()[0].strip() for page in _pages(document)]
    document.close()
    assert len(firsts) == 2
    assert firsts[1] == begins


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("X", "X: THE SHIFT GOES ON, Till 3, X REPORT 2026-11-28 18:04, page {} of 2"),
        ("Z", "Till 3, Z REPORT 12, page {} of 2"),
        ("copy of a Z", "TRAINING, COPY 2, Till 3, Z REPORT 12, page {} of 2"),
    ],
)
def test_each_page_of_an_office_printer_says_which_report_it_is_of(name: str, says: str) -> None:
    """A page that lies alone is put back where it belongs, and none is taken for an original."""
    document = pypdfium2.PdfDocument(draw(all_outcomes()[name], A4))
    lasts = [_page_words(page).splitlines()[-1].strip() for page in _pages(document)]
    document.close()
    assert lasts == [says.format(number) for number in (1, 2)]


def test_the_foot_of_a_page_is_whole_however_long_its_till_is_called() -> None:
    """It is written smaller then, and within the page."""
    name, lines = "Till of the long counter " * 6, (Text("line"),) * 200
    slip = Slip(kind=SlipKind.ORIGINAL, lines=lines, page_foot=f"{name}{{page}}/{{pages}}")
    document = pypdfium2.PdfDocument(draw(slip, A4))
    page = document[0]
    area = page.get_size()
    foot = page.get_textpage().get_text_bounded(10, 0, area[0] - 10, 50).strip()
    document.close()
    assert foot == f"{name}1/5"


def test_a_slip_of_one_page_counts_no_pages() -> None:
    """What a customer is handed is one piece, on whatever paper."""
    for paper in PAPERS:
        assert "page" not in words(draw(final_slip(), paper))
    assert "page" not in words(draw(all_outcomes()["Z"]))


def test_letters_that_the_typeface_lacks_are_written_plainly() -> None:
    """A name is readable on every machine, whatever is installed."""
    slip = Slip(
        kind=SlipKind.ORIGINAL, lines=(Text("\u0141\u00f3d\u017a \u1e13o \U0001d7ff\u202e!"),)
    )
    assert "\u0141\u00f3d\u017a \u1e13o 9!" in words(draw(slip))


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_every_character_of_the_paper_is_as_wide_as_the_layout_counts(name: str) -> None:
    """The columns of a slip stand under each other, in both weights."""
    register_typeface()
    for character in map(chr, range(0x20, 0x7F)):
        assert pdfmetrics.stringWidth(character, name, 1) == pytest.approx(ADVANCE)


@pytest.mark.parametrize("text", ["", "\u00e9", "a\n"])
def test_a_barcode_refuses_what_it_cannot_hold(text: str) -> None:
    """The reference is printable ASCII."""
    with pytest.raises(SymbolError):
        ZxingSymbols().code128(text)


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_a_qr_code_refuses_what_it_cannot_hold(text: str) -> None:
    """Nothing, or too much."""
    with pytest.raises(SymbolError):
        ZxingSymbols().qr(text)


def test_a_qr_code_is_square_and_begins_with_ink() -> None:
    """The corner is a finder pattern, so no quiet zone is in the modules."""
    modules = ZxingSymbols().qr(CHANGE_PIN)
    assert {len(row) for row in modules} == {len(modules)}
    assert modules[0][:8] == (True,) * 7 + (False,)


def test_neighbouring_modules_become_one_run() -> None:
    """The path has one rectangle for each run."""
    assert dark_runs((True, True, False, True)) == [(0, 2), (3, 1)]


def test_nothing_heavy_is_imported_before_a_slip_is_drawn() -> None:
    """A fresh interpreter with the printers imported has neither library in memory."""
    import subprocess

    code = (
        "import sys, counterfoil.adapters.printing.queue_printer, "
        "counterfoil.adapters.printing.folder_printer, counterfoil.adapters.printing.symbols\n"
        "print([name for name in ('reportlab', 'zxingcpp', 'PIL') if name in sys.modules])"
    )
    app = Path(__file__).parents[3] / "app"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(app)},
    )
    assert done.stdout.strip() == "[]"
