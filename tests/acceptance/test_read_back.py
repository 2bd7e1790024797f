"""Every slip, at every width, in every form and language: drawn, and read back by other programs.

In the check each two of outcome, width, form and language meet, each in few combinations;
``COUNTERFOIL_READ_BACK=whole`` tries every combination, in every language of the till. Beside them
are two that nobody speaks: longer words, and longer ones with marks on their letters.
"""

import io
import itertools
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from counterfoil.adapters.languages import translations
from counterfoil.adapters.printing.slip_formats import SlipFormat, rendering
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.language import Language
from counterfoil.domain.paper import A4, ROLL_58, ROLL_80
from counterfoil.domain.printer_profile import GENERIC_80, PROFILES, PrinterProfile
from counterfoil.domain.slip import Band, Barcode, Pair, PinBox, QrCode, Slip, Text
from counterfoil.domain.slip_layout import COLUMNS, is_any_letter, lay_out
from counterfoil.presentation.words.speaking import Catalogue, speaking
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from counterfoil_sandbox.printer.picture import draw
from support.outcomes import LONG, SHOPS_OWN, all_outcomes
from support.pseudo import longer, marked


def _spoken(catalogue: Catalogue) -> dict[str, Slip]:
    with speaking(catalogue):
        return all_outcomes()


IS_WHOLE = os.environ.get("COUNTERFOIL_READ_BACK") == "whole"
LANGUAGES = {
    "English": all_outcomes(),
    "longer": _spoken(longer),
    "marked": _spoken(marked),
}
if IS_WHOLE:
    spoken_here = [one for one in Language if one is not Language.ENGLISH]
    LANGUAGES |= {one.name: _spoken(translations(one)) for one in spoken_here}
OUTCOMES = tuple(LANGUAGES["English"])
PAPERS = {32: ROLL_58, 35: ROLL_58, 42: ROLL_80, 44: A4, 48: ROLL_80}
DOTS_PER_POINT = 203 / 72
_AMOUNT = re.compile(r"-?R[0-9,]+\.[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Read:
    """What is on a paper; words are None where they are a picture."""

    words: str | None
    codes: frozenset[str] | None
    is_escpos: bool = False


def written(wanted: SlipFormat, slip: Slip, columns: int, profile: PrinterProfile) -> bytes:
    """Return a slip in a form."""
    paper = replace(PAPERS[columns], columns=columns)
    form = rendering(wanted, ZxingSymbols(), paper=paper, profile=profile.with_columns(columns))
    return form.render(slip, "Slip 03-008841")


def scanned(pictures: Iterable[Any]) -> frozenset[str]:
    """Return what a scanner reads from pictures."""
    return frozenset(code.text for one in pictures for code in zxingcpp.read_barcodes(one))


def as_pdf(slip: Slip, columns: int) -> Read:
    """Read a PDF at the resolution of a receipt printer."""
    with pypdfium2.PdfDocument(written(SlipFormat.PDF, slip, columns, GENERIC_80)) as document:
        words = "\n".join(page.get_textpage().get_text_range() for page in document)
        pictures = [page.render(scale=DOTS_PER_POINT).to_pil() for page in document]
    return Read(words, scanned(pictures))


def as_picture(slip: Slip, columns: int) -> Read:
    """Read a picture of the paper."""
    content = written(SlipFormat.PNG, slip, columns, GENERIC_80)
    return Read(None, scanned([Image.open(io.BytesIO(content))]))


def as_text(slip: Slip, columns: int) -> Read:
    """Read plain text."""
    words = written(SlipFormat.TEXT, slip, columns, GENERIC_80).decode()
    assert max(map(len, words.splitlines())) <= columns
    return Read(words, None)


def as_escpos(slip: Slip, columns: int, profile: PrinterProfile) -> Read:
    """Read the paper of a receipt printer."""
    machine = EscPosPrinter(dots=profile.with_columns(columns).dots)
    machine.feed(written(SlipFormat.ESCPOS, slip, columns, profile))
    assert (machine.errors, machine.overruns, machine.drawer_kicks) == ([], 0, 0)
    (paper,) = machine.papers
    return Read(paper.text, scanned([draw(paper, dots=machine.dots)]), is_escpos=True)


def as_dots(slip: Slip, columns: int) -> Read:
    """Read codes that were sent dot by dot."""
    return as_escpos(slip, columns, replace(GENERIC_80, has_barcode=False))


def as_commands(slip: Slip, columns: int) -> Read:
    """Read codes that the printer drew itself."""
    return as_escpos(slip, columns, PROFILES["TM-T20II"])


FORMS = (as_pdf, as_picture, as_text, as_dots, as_commands)


def combinations() -> Iterator[tuple[str, int, int, str]]:
    """Return outcome, width, form and language: of each two every pair, or everything."""
    if IS_WHOLE:
        yield from product(OUTCOMES, COLUMNS, range(len(FORMS)), LANGUAGES)
        return
    languages = tuple(LANGUAGES)
    for number, name in enumerate(OUTCOMES):
        for place, columns in enumerate(COLUMNS):
            turn = number + place
            yield name, columns, turn % len(FORMS), languages[turn % len(languages)]


def test_each_pair_is_among_the_combinations() -> None:
    """The control: a width that no form meets would be tried in nothing."""
    kinds = (OUTCOMES, COLUMNS, range(len(FORMS)), LANGUAGES)
    for one, other in itertools.combinations(range(len(kinds)), 2):
        met = {(each[one], each[other]) for each in combinations()}
        assert met == set(product(kinds[one], kinds[other]))


@pytest.mark.timeout(600 if IS_WHOLE else 60)
@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("form", range(len(FORMS)), ids=lambda one: FORMS[one].__name__)
def test_a_slip_is_read_as_it_was_meant(form: int, outcome: str) -> None:
    """The code in groups of four, the amount and the reference; both codes by a scanner."""
    for name, columns, chosen, language in combinations():
        if (name, chosen) == (outcome, form):
            slip = LANGUAGES[language][name]
            check(slip, FORMS[form](slip, columns), f"{name}, {columns}, {language}")


def test_every_word_of_every_slip_is_said_in_the_language() -> None:
    """What is left in English is no word of the till: names, numbers and the provider's lines."""
    foreign = {"CORNER SHOP", "Corner Shop Trading (Pty) Ltd", "14 Long Street, Cape Town 8001"}
    foreign |= {*SHOPS_OWN.slip_header, *SHOPS_OWN.slip_footer}
    foreign |= {"K7Q-42F Moment", "M2P-9XD Electrum"}
    foreign |= {"Till 3  Thandi M.", "1Voucher", "_" * 24, "Thandi M.", "Sipho K.", *LONG}
    said: set[str] = set()
    for slip in LANGUAGES["marked"].values():
        for line in slip.lines:
            match line:
                case Text(text) | Pair(text) | Band(text):
                    said.add(text)
                case Barcode() | QrCode():
                    said.add(line.label)
                case _:
                    pass
    assert {text for text in said if not text.startswith("[")} == foreign


@pytest.mark.parametrize("columns", COLUMNS)
def test_no_word_is_cut_in_a_longer_language(columns: int) -> None:
    """Each bracket that opens is closed on the same paper."""
    for slip in LANGUAGES["marked"].values():
        rows = lay_out(slip, columns, is_any_letter)
        said = "".join(getattr(row, name, "") for row in rows for name in ("text", "label"))
        assert said.count("[") == said.count("]") > 5


def check(slip: Slip, read: Read, case: str) -> None:
    """Compare what is read from a paper with what the slip says."""
    if read.codes is not None:
        assert read.codes == codes_of(slip), case
    if read.words is None:
        return
    words = " ".join(read.words.split())
    assert all(group in words for group in groups_of(slip)), case
    if words_are_pictures(slip, read):
        return
    assert slip.reference in words, case
    assert all(amount in words for amount in amounts_of(slip)), case
    assert all(said in words for said in labels_of(slip, has_qr=read.codes is not None)), case


def words_are_pictures(slip: Slip, read: Read) -> bool:
    """Whether a receipt printer was sent letters that it has only as pictures."""
    return read.is_escpos and not all(
        line.label.isascii() for line in slip.lines if isinstance(line, Pair)
    )


def groups_of(slip: Slip) -> list[str]:
    """Return each group of four of the codes that a customer types."""
    pins = [one.pin.reveal() for one in slip.lines if isinstance(one, PinBox) and one.pin]
    return [pin[start : start + 4] for pin in pins for start in range(0, len(pin), 4)]


def amounts_of(slip: Slip) -> set[str]:
    """Return each amount that stands at the end of a line."""
    values = (line.value for line in slip.lines if isinstance(line, Pair))
    return {value for value in values if _AMOUNT.fullmatch(value)}


def labels_of(slip: Slip, *, has_qr: bool) -> list[str]:
    """Return what the paper says of each of its codes."""
    kinds = Barcode | QrCode if has_qr else Barcode
    labels = [line.label for line in slip.lines if isinstance(line, kinds)]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    return labels


def codes_of(slip: Slip) -> frozenset[str]:
    """Return what a scanner is to read."""
    bars = [line.text for line in slip.lines if isinstance(line, Barcode)]
    squares = [line.content for line in slip.lines if isinstance(line, QrCode)]
    return frozenset([*bars, *(square.reveal() for square in squares if square)])
