"""A report as the text of a file: CSV for a spreadsheet, or JSON for a script."""

from dataclasses import fields
from datetime import date, timedelta

from counterfoil.domain.report import Days, Figures, Report, ReportRow
from counterfoil.presentation.csv_table import csv_text
from counterfoil.presentation.documents import Document, difference_document
from counterfoil.presentation.words import reports

_BOM = "\ufeff"
"""By which spreadsheets know that letters are UTF-8."""
FIRST_YEAR, LAST_YEAR = 2000, 2199


def csv_of(report: Report) -> str:
    """Return a report as CSV; no cell of it can be taken for a formula."""
    return _BOM + csv_text(*reports.csv_cells(report))


def days_document(report: Report) -> Document:
    """Return a report as JSON: amounts in minor units, and days as a calendar writes them."""
    return {
        "report": report.kind.value,
        "from": report.days.first.isoformat(),
        "to": report.days.last.isoformat(),
        "currency": report.currency,
        "rows": [
            {report.kind.value: _key(row), "marks": sorted(row.marks)} | _figures(row)
            for row in report.rows
        ],
        "totals": [_figures(row) for row in report.totals],
        "differences": [difference_document(one) for one in report.differences],
        "left_out": report.left_out,
    }


def read_day(text: str) -> date | None:
    """Read a day such as 2026-11-30; None where it is none that a till can have seen."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def month_of(day: date) -> Days:
    """Return the days of a month."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return Days(first, after - timedelta(days=1))


def _key(row: ReportRow) -> object:
    return row.key.isoformat() if isinstance(row.key, date) else row.key


def _figures(row: ReportRow) -> Document:
    named = {part.name: getattr(row.figures, part.name) for part in fields(Figures)}
    return {"currency": row.currency, **named, "vouchers_cents": row.figures.vouchers_cents}
