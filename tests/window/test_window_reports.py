"""The page Reports by keyboard alone and by touch alone, and that it leaves no report to others."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView

from counterfoil.adapters.printing.report_files import DocumentsFolder
from counterfoil.domain.report import Report, ReportKind
from counterfoil.presentation.reports_screen import ReportsScreen
from counterfoil.presentation.screens import Room
from counterfoil.service.commands import ReadReport
from counterfoil.service.report_desk import ReportDesk
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from counterfoil.ui.widgets.bar_chart import BarChart
from counterfoil.ui.widgets.keypad import Keypad
from support.clocks import START
from support.people import hire
from support.report_days import lived
from support.window import WindowTill, open_window
from window.test_window_settling import approve
from window.test_window_sign_in import sign_in


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def page(till: WindowTill) -> ReportsScreen:
    """Return what the page shows."""
    return till.pages.reports.screen()


def cells(till: WindowTill) -> list[list[str]]:
    """Return what the table on the screen says, row by row."""
    table = till.visible("sheet-table")
    assert isinstance(table, QTableView)
    model = table.model()
    columns = range(model.columnCount())
    return [
        [str(model.index(row, column).data()) for column in columns]
        for row in range(model.rowCount())
    ]


async def shown(till: WindowTill, title: str) -> None:
    """Wait until a report is there."""
    await till.until(lambda: page(till).sheet is not None and page(till).title == title)


async def test_a_report_by_keyboard_alone(tmp_path: Path) -> None:
    """F7 twice, arrows for the report, Tab and arrows for the days, F9 for the PDF, F11 again."""
    async with open_window() as till:
        till.pages.reports._services = replace(
            till.pages.reports._services, report_files=DocumentsFolder(tmp_path / "documents")
        )
        till.press(Qt.Key.Key_F7)
        till.press(Qt.Key.Key_F7)
        await shown(till, "Day by day")
        assert page(till).notice == "Nothing was sold in this time"
        assert not till.has("sheet-table")
        await lived(till.journal, START)
        till.press(Qt.Key.Key_F11)
        await till.until(lambda: till.has("sheet-table"))
        assert [row[0] for row in cells(till)] == ["Fri 20 Nov", "Total"]
        for _ in range(4):
            till.press(Qt.Key.Key_Down)
        await shown(till, "By cashier")
        till.press(Qt.Key.Key_Tab)
        till.press(Qt.Key.Key_Down)
        till.press(Qt.Key.Key_Right)
        await till.until(lambda: till.has("sheet-table") and len(cells(till)) == 4)
        assert page(till).description.endswith("31 Dec 2026")
        assert [(row[0], row[-1]) for row in cells(till)][:2] == [
            ("Sipho K.", "voids"),
            ("Thandi M.", ""),
        ]
        chart = till.visible("bar-chart")
        assert isinstance(chart, BarChart)
        assert "Thandi M. R1,026.00" in chart.accessibleDescription()
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: "Saved: " in till.shell.screen().toast)
        (pdf,) = (tmp_path / "documents").iterdir()
        assert pdf.name == "counterfoil-cashier-2026-01-01-to-2026-12-31.pdf"
        assert pdf.read_bytes().startswith(b"%PDF-")
        till.press(Qt.Key.Key_F9)
        await till.until(lambda: "-2.pdf" in till.shell.screen().toast)
        till.press(Qt.Key.Key_F7)
        assert till.shell.screen().room is Room.SHIFT
        assert page(till).sheet is None


async def test_days_by_touch_alone(tmp_path: Path) -> None:
    """Each choice is touched, also days that are typed on the keypad; a folder may be missing."""
    async with open_window() as till:
        blocked = tmp_path / "documents"
        blocked.write_text("no folder")
        till.pages.reports._services = replace(
            till.pages.reports._services, report_files=DocumentsFolder(blocked)
        )
        await lived(till.journal, START)
        till.click("tab-reports")
        await shown(till, "Day by day")
        till.click("period-5")
        await till.until(lambda: till.has("first-day"))
        till.click("reports-primary")
        assert "20261130" in page(till).error
        (pad,) = [one for one in till.window.findChildren(Keypad) if one.isVisible()]
        for digit in "20261118":
            QTest.mouseClick(pad.key_named(digit), Qt.MouseButton.LeftButton)
        till.click("reports-primary")
        await till.until(lambda: till.has("sheet-table"))
        assert [row[0] for row in cells(till)] == ["Wed 18 Nov", "Total"]
        till.click("report-2")
        till.click("reports-primary")
        await shown(till, "By the hour of the day")
        till.click("act-save_csv")
        await till.until(lambda: "Not saved" in till.shell.screen().toast)


async def test_a_cashier_sees_a_report_once_a_supervisor_lets_them() -> None:
    """And whoever comes next does not see it."""
    async with open_window(staff=hire) as till:
        await sign_in(till)
        await lived(till.journal, START - timedelta(hours=1))
        till.click("tab-reports")
        await till.settle()
        assert "supervisor" in page(till).notice
        till.press(Qt.Key.Key_F11)
        await approve(till)
        await till.until(lambda: till.has("sheet-table"))
        till.press(Qt.Key.Key_F8)
        await till.settle()
        assert page(till).sheet is None


async def test_a_newer_wish_ends_an_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The progress is shown meanwhile, and the report of the older wish never appears."""
    ended: list[str] = []

    original = ReportDesk.read

    async def read(self: ReportDesk, wanted: ReadReport) -> Report:
        if wanted.kind is not ReportKind.DAY:
            return await original(self, wanted)
        assert wanted.told is not None
        wanted.told(0.4)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(wanted.kind)
        raise AssertionError

    monkeypatch.setattr(ReportDesk, "read", read)
    async with open_window() as till:
        till.click("tab-reports")
        await till.until(lambda: "40 %" in page(till).notice)
        assert not page(till).can_press
        till.click("report-3")
        await shown(till, "By provider")
        assert ended == ["day"]
        assert till.shell.screen().room is Room.REPORTS


async def test_the_foot_says_again_what_may_be_pressed_at_the_counter() -> None:
    """Nothing changed there while the reports said something else."""
    async with open_window() as till:
        before = till.shell.screen().status
        till.press(Qt.Key.Key_F7)
        till.press(Qt.Key.Key_F7)
        await till.until(lambda: till.shell.screen().status != before)
        till.press(Qt.Key.Key_F2)
        await till.settle()
        assert till.shell.screen().room is Room.REDEEM
        assert till.shell.screen().status == before
