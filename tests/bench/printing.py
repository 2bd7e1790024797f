"""How long a slip takes to be written or drawn, beside what the counter may wait for it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench.measuring import Row

_PRINTING = """
import json, time
from dataclasses import replace
from counterfoil import bootstrap
from counterfoil.adapters.printing.slip_escpos import SlipEscPos
from counterfoil.adapters.printing.slip_pdf import SlipPdf
from counterfoil.adapters.printing.symbols import ZxingSymbols
from counterfoil.domain.printer_profile import GENERIC_80
from counterfoil.domain.slip import Text
from support.slips import final_slip
slip = final_slip()
slip = replace(slip, lines=(Text("Café Ümit"), *slip.lines))
def spent_ms(work):
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)
escpos, pdf = SlipEscPos(ZxingSymbols(), GENERIC_80), SlipPdf(ZxingSymbols())
def write():
    escpos.write(slip)
def draw():
    pdf.draw(slip, title="Slip")
print(json.dumps({
    "first": spent_ms(write),
    "later": [spent_ms(write) for _ in range(50)],
    "first pdf": spent_ms(draw),
    "later pdf": [spent_ms(draw) for _ in range(50)],
}))
"""
_TIMES = 5
_FIRST_MS, _LATER_MS, _PDF_MS = 250, 5, 10


def rows() -> Iterator[Row]:
    """Measure the first slip of a process that has loaded the till, and those after it.

    The slip has the change voucher's QR code, and a line that receipt printers get as a picture.
    """
    runs = [_run() for _ in range(_TIMES)]
    first = median(one["first"] for one in runs)
    later = median(median(one["later"]) for one in runs)
    pdf = median(median(one["later pdf"]) for one in runs)
    yield Row(what="first slip for a receipt printer", floor=_FIRST_MS, ours=first, goal=1)
    yield Row(what="each later one", floor=_LATER_MS, ours=later, goal=1)
    yield Row(what="each PDF after the first", floor=_PDF_MS, ours=pdf, goal=1)


def _run() -> Any:
    done = subprocess.run(
        [sys.executable, "-c", _PRINTING], capture_output=True, text=True, timeout=120, check=True
    )
    return json.loads(done.stdout)
