"""A report as A4 pages: whatever is in it is drawn, fits, and is read back from the file."""

import io
from pathlib import Path

import pypdfium2
import pytest

from counterfoil.adapters.printing.report_files import DocumentsFolder
from counterfoil.adapters.printing.report_pdf import draw_report
from counterfoil.domain.report_sheet import Bar, ReportSheet, SheetRow


def sheet(rows: int, columns: int = 12, name: str = "Thandi M.") -> ReportSheet:
    """Return a report with so many rows, of which one is marked and one is negative."""
    cells = [f"R{at},234,567.00" for at in range(columns - 1)]
    values = [(-1) ** at * at * 1_000 for at in range(rows)]
    return ReportSheet(
        title="By cashier",
        heading="Corner Shop · November",
        heads=("Cashier", *(f"Column {at} of many" for at in range(columns - 1))),
        rows=tuple(SheetRow((f"{name} {at}", *cells), at == 1) for at in range(rows)),
        nothing="Nothing was sold.",
        totals=(SheetRow(("Total", *cells)),) if rows else (),
        notes=("<b>Not markup & not lost</b>", "A second sentence."),
        chart_title="Vouchers paid",
        bars=tuple(
            Bar(f"{at} Nov", value, f"R{value}", is_marked=at == 1)
            for at, value in enumerate(values)
        ),
    )


def words(pdf: bytes) -> list[str]:
    """Return what each page says."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [page.get_textpage().get_text_range() for page in document]


def test_a_year_is_drawn_with_its_heads_on_every_page() -> None:
    """The same report gives the same bytes."""
    year = sheet(365)
    pdf = draw_report(year)
    pages = words(pdf)
    assert len(pages) > 5
    assert all("Cashier" in page for page in pages)
    assert "Thandi M. 364" in pages[-1]
    assert "<b>Not markup & not lost</b>" in "".join(pages)
    assert draw_report(year) == pdf


@pytest.mark.parametrize(
    "name", ["<i>Zoë</i> & Co", "Ω ≈ ç √", "漢字", "بريد", "a\nb\x07c", "=SUM(A1)", "x" * 200]
)
def test_any_name_is_drawn(name: str) -> None:
    """What the typeface lacks is replaced, and nothing is taken for markup."""
    (page,) = words(draw_report(sheet(3, 5, name)))
    assert "Total" in page


def test_a_report_of_nothing_is_a_page() -> None:
    """With its heading, the sentence that there is nothing, and no empty chart."""
    (page,) = words(draw_report(sheet(0)))
    assert "Corner Shop" in page
    assert "Nothing was sold." in page
    assert "Vouchers paid" not in page


async def test_files_go_into_a_folder_and_none_is_written_over(tmp_path: Path) -> None:
    """The folder is made with the first; only its owner reads what is in it."""
    folder = DocumentsFolder(tmp_path / "documents" / "Counterfoil")
    first = Path(await folder.keep("report", "csv", b"1"))
    second = Path(await folder.keep("report", "csv", b"2"))
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")
    assert (first.name, second.name) == ("report.csv", "report-2.csv")
    assert first.stat().st_mode & 0o077 == 0
    assert (await folder.draw(sheet(2)))[:5] == b"%PDF-"
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        await DocumentsFolder(first).keep("report", "csv", b"3")
