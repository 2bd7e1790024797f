"""Pictures of the slips of every outcome, side by side, for people to look at.

``python -m support.slip_sheets FOLDER`` writes one sheet for each kind of paper, as a file and as a
receipt printer draws it, and the two that are in the operating manual, ``slips.png`` and
``signed-slips.png``.
"""

import io
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

from counterfoil import assets
from counterfoil.adapters.printing.slip_formats import SlipFormat, rendering
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.paper import ROLL_58, ROLL_80, Paper
from counterfoil.domain.printer_profile import GENERIC_58, PROFILES, PrinterProfile
from counterfoil.domain.slip import Dots, Slip
from counterfoil_sandbox.printer.escpos import EscPosPrinter
from counterfoil_sandbox.printer.picture import draw
from support.outcomes import FINAL, SHOPS_OWN, all_outcomes, slip_of
from support.till import CHANGE

PAPERS = {"80": ROLL_80, "58": ROLL_58}
PRINTERS = {"receipt-48": PROFILES["TM-T20II"], "receipt-32": GENERIC_58}
_EDGE = 24
_COUNTER = 190


def on_file(slip: Slip, paper: Paper) -> Image.Image:
    """Return the picture of a slip on a paper."""
    form = rendering(SlipFormat.PNG, ZxingSymbols(), paper=paper, profile=GENERIC_58)
    return Image.open(io.BytesIO(form.render(slip, ""))).convert("L")


def printed(slip: Slip, profile: PrinterProfile) -> Image.Image:
    """Return what comes out of a receipt printer."""
    form = rendering(SlipFormat.ESCPOS, ZxingSymbols(), paper=ROLL_80, profile=profile)
    machine = EscPosPrinter(dots=profile.dots)
    machine.feed(form.render(slip, ""))
    letters = assets.resource_path("fonts", "CounterfoilMono-Regular.ttf")
    paper = (machine.papers or [machine.roll])[0]
    picture: Image.Image = draw(paper, dots=profile.dots, font=letters).convert("L")
    return picture


def sheet(pictures: Iterable[Image.Image]) -> Image.Image:
    """Lay slips side by side."""
    laid = list(pictures)
    width = sum(one.width + _EDGE for one in laid) + _EDGE
    whole = Image.new("L", (width, max(one.height for one in laid) + 2 * _EDGE), _COUNTER)
    left = _EDGE
    for one in laid:
        whole.paste(one, (left, _EDGE))
        left += one.width + _EDGE
    return whole


def awning() -> Dots:
    """Return the logo of a shop: a striped awning over a window."""
    picture = Image.new("1", (160, 88))
    drawing = ImageDraw.Draw(picture)
    for number in range(8):
        left = 4 + number * 19
        if number % 2 == 0:
            drawing.polygon(((left + 8, 4), (left + 22, 4), (left + 19, 40), (left, 40)), 1)
        drawing.pieslice((left, 30, left + 19, 50), 0, 180, 1 if number % 2 == 0 else 0, 1)
    drawing.rectangle((18, 50, 141, 84), outline=1, width=3)
    drawing.line((80, 50, 80, 84), 1, 3)
    return Dots(20, 88, picture.tobytes())


def main(folder: Path) -> None:
    """Write the sheets into a folder."""
    outcomes = list(all_outcomes().values())
    for name, paper in PAPERS.items():
        sheet(on_file(slip, paper) for slip in outcomes).save(folder / f"all-{name}.png")
    for name, profile in PRINTERS.items():
        sheet(printed(slip, profile) for slip in outcomes).save(folder / f"all-{name}.png")
    own = slip_of(FINAL, CHANGE, profile=replace(SHOPS_OWN, logo=awning()))
    shown = (
        on_file(own, ROLL_80),
        printed(own, GENERIC_58),
        on_file(all_outcomes()["pending"], ROLL_58),
        on_file(all_outcomes()["refused"], ROLL_58),
    )
    _save_small(shown, folder / "slips.png")
    to_sign = (
        on_file(all_outcomes()["void outside"], ROLL_80),
        printed(all_outcomes()["settled"], GENERIC_58),
        on_file(all_outcomes()["copy"], ROLL_58),
    )
    _save_small(to_sign, folder / "signed-slips.png")


def _save_small(pictures: Iterable[Image.Image], path: Path) -> None:
    """Lay slips side by side in half their size, as the manual has them."""
    whole = sheet(pictures)
    small = whole.resize((whole.width // 2, whole.height // 2)).quantize(16)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
