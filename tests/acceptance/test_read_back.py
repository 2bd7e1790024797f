"""Every slip, at every width, in every form: drawn, and read back by other programs.

In the check each outcome meets each width, each form meets each of both, and in one combination
only; ``COUNTERFOIL_READ_BACK=whole`` tries every combination.
"""

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from counterfoil.adapters.printing.slip_formats import SlipFormat, rendering
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.paper import A4, ROLL_58, ROLL_80
from counterfoil.domain.printer_profile import GENERIC_80, PROFILES, PrinterProfile
from counterfoil.domain.slip import Barcode, PinBox, QrCode, Slip
from counterfoil.domain.slip_layout import COLUMNS
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from counterfoil_sandbox.printer.picture import draw
from support.outcomes import all_outcomes

OUTCOMES = all_outcomes()
PAPERS = {32: ROLL_58, 35: ROLL_58, 42: ROLL_80, 44: A4, 48: ROLL_80}
DOTS_PER_POINT = 203 / 72


@dataclass(frozen=True, slots=True)
class Read:
    """What is on a paper; words are None where they are a picture."""

    words: str | None
    codes: frozenset[str] | None


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
    return Read(paper.text, scanned([draw(paper, dots=machine.dots)]))


def as_dots(slip: Slip, columns: int) -> Read:
    """Read codes that were sent dot by dot."""
    return as_escpos(slip, columns, replace(GENERIC_80, has_barcode=False))


def as_commands(slip: Slip, columns: int) -> Read:
    """Read codes that the printer drew itself."""
    return as_escpos(slip, columns, PROFILES["TM-T20II"])


FORMS = (as_pdf, as_picture, as_text, as_dots, as_commands)


def combinations() -> Iterator[tuple[str, int, int]]:
    """Return outcome, width and form: of each two every pair, or everything."""
    if os.environ.get("COUNTERFOIL_READ_BACK") == "whole":
        yield from product(OUTCOMES, COLUMNS, range(len(FORMS)))
        return
    for number, name in enumerate(OUTCOMES):
        for place, columns in enumerate(COLUMNS):
            yield name, columns, (number + place) % len(FORMS)


def test_each_pair_is_among_the_combinations() -> None:
    """The control: a width that no form meets would be tried in nothing."""
    found = list(combinations())
    assert {one[:2] for one in found} == set(product(OUTCOMES, COLUMNS))
    assert {(one[0], one[2]) for one in found} == set(product(OUTCOMES, range(len(FORMS))))
    assert {one[1:] for one in found} == set(product(COLUMNS, range(len(FORMS))))


@pytest.mark.parametrize("form", range(len(FORMS)), ids=lambda one: FORMS[one].__name__)
def test_a_slip_is_read_as_it_was_meant(form: int) -> None:
    """The code in groups of four, the amount and the reference; both codes by a scanner."""
    for name, columns, chosen in combinations():
        if chosen == form:
            check(OUTCOMES[name], FORMS[form](OUTCOMES[name], columns), f"{name}, {columns}")


def check(slip: Slip, read: Read, case: str) -> None:
    """Compare what is read from a paper with what the slip says."""
    if read.words is not None:
        words = " ".join(read.words.split())
        assert slip.reference in words, case
        assert ("R19.00" in words) or "R19" not in str(slip.lines), case
        for said in groups_of(slip) + labels_of(slip, has_qr=read.codes is not None):
            assert said in words, case
    if read.codes is not None:
        assert read.codes == codes_of(slip), case


def groups_of(slip: Slip) -> list[str]:
    """Return each group of four of the codes that a customer types."""
    pins = [one.pin.reveal() for one in slip.lines if isinstance(one, PinBox) and one.pin]
    return [pin[start : start + 4] for pin in pins for start in range(0, len(pin), 4)]


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
