"""Reports from the command line: as a table, CSV, JSON and PDF, by who may read the books."""

import csv
import io
import json
from pathlib import Path

import pypdfium2
import pytest

from counterfoil_sandbox.pins import ONE_VOUCHER, Situation, pins_for
from counterfoil_sandbox.server import SandboxServer
from support.canary import CANARY_PIN
from support.tills import CommandLine

PART = ("redeem", "--type", ONE_VOUCHER, "--field", "pin=-", "--amount", "19.00")


def test_a_day_in_each_form(server: SandboxServer, till: CommandLine, tmp_path: Path) -> None:
    """Each form says what was sold; no file is written over, and none holds a code."""
    del server
    reference = till.json(*PART, stdin=CANARY_PIN)["reference"]
    till.run(*PART, stdin=pins_for(ONE_VOUCHER, Situation.USED)[0])
    found = till.json("report", "day")
    (row,) = found["rows"]
    assert (row["sales"], row["sales_cents"], row["vouchers_cents"]) == (1, 1_900, 1_900)
    assert row["refused"] == 1
    assert json.loads(till.run("report", "day", "--format", "json").out) == found
    said = till.run("report", "cashier").out
    assert "By cashier" in said
    assert "R19.00" in said
    text = till.run("report", "provider", "--format", "csv").out.lstrip("\ufeff")
    (cells,) = csv.DictReader(io.StringIO(text))
    assert (cells["Provider"], cells["Taken"]) == ("Moment", "19.00")
    for kind in ("day", "shift", "hour", "provider", "cashier"):
        path = tmp_path / f"{kind}.pdf"
        written = till.run("report", kind, "--format", "pdf", "--output", str(path))
        assert (written.code, path.read_bytes()[:5]) == (0, b"%PDF-")
    again = till.run("report", "day", "--format", "pdf", "--output", str(tmp_path / "day.pdf"))
    assert (again.code, "not written over" in again.err) == (64, True)
    page = pypdfium2.PdfDocument(tmp_path / "day.pdf")[0].get_textpage().get_text_range()
    assert "R19.00" in page
    assert "Vouchers" in page
    assert reference not in page
    path = tmp_path / "empty.pdf"
    long_ago = ("--from", "2001-01-01", "--to", "2001-01-01")
    till.run("report", "cashier", *long_ago, "--format", "pdf", "--output", str(path))
    page = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_range()
    assert "Nothing was sold in this time" in page
    till.json("shift", "open", "500")
    (empty,) = till.json("report", "shift")["rows"]
    text = till.run("report", "shift", "--format", "csv").out.lstrip("\ufeff")
    assert next(csv.DictReader(io.StringIO(text)))["Voids per 100"] == ""
    till.json(*PART, stdin=pins_for(ONE_VOUCHER, Situation.USABLE)[1])
    (shift,) = till.json("report", "shift")["rows"]
    assert (empty["sales"], shift["shift"], shift["sales"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("report day --from yesterday", "--from: "),
        ("report day --to 2026-02-30", "--to: "),
        ("report day --from 2026-03-02 --to 2026-03-01", "--to: the last day is before the first"),
        ("report day --from 0001-01-01", "--from: "),
        ("report day --format pdf", "--output: "),
        ("report week", "week"),
    ],
)
def test_what_is_no_report_is_refused(
    server: SandboxServer, till: CommandLine, line: str, said: str
) -> None:
    """Each refusal names the option."""
    del server
    refused = till.run(*line.split())
    assert refused.code == 64
    assert said in refused.err
