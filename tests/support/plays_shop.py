"""The states of the shift, the rest of a sale, reports and the owner's page."""

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt

from counterfoil.presentation.owner_screen import OwnerStage
from counterfoil.presentation.screens import Room
from counterfoil.presentation.shift_screen import ShiftStage
from counterfoil.service.commands import CloseShift, CountDrawer, OpenShift, Progress, Stage
from support.plays_counter import PIN, START, approved, warm
from support.plays_people import sign_in
from support.report_days import lived
from support.statement_files import planted, sold
from support.window import WindowTill


async def shift_closed(till: WindowTill) -> None:
    """Show the page Shift before the first shift, with a float typed in."""
    await sign_in(till)
    till.press(Qt.Key.Key_F7)
    await till.until(lambda: till.has("shift-amount"))
    till.type_into("shift-amount", "500")


async def shift_open(till: WindowTill) -> None:
    """Show an open shift."""
    await shift_closed(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("open-page"))
    await till.ready_to_answer()


async def shift_move(till: WindowTill) -> None:
    """Show cash that is paid out."""
    await shift_open(till)
    till.click("act-pay_out")
    till.type_into("shift-amount", "45")
    till.click("shift-reason-1")


async def shift_asked(till: WindowTill) -> None:
    """Show a supervisor being asked for it."""
    await shift_move(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("approval-overlay"))


async def shift_count(till: WindowTill) -> None:
    """Show the blind count."""
    await shift_open(till)
    till.press(Qt.Key.Key_F11)
    for value, count in ((20000, 4), (10000, 7), (5000, 3), (2000, 6), (500, 4)):
        till.type_into(f"count-{value}", str(count))
    till.box("count-200").setFocus(Qt.FocusReason.OtherFocusReason)


async def shift_counted(till: WindowTill) -> None:
    """Show the question why the count is not what should be there."""
    await shift_count(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.shift.screen().stage is ShiftStage.COUNTED)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("shift-reason-2"))
    till.click("shift-reason-2")


async def shift_z(till: WindowTill) -> None:
    """Show the Z of a shift in which something was sold."""
    await shift_open(till)
    till.press(Qt.Key.Key_F2)
    await till.settle()
    await warm(till)
    till.press(Qt.Key.Key_F7)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    for value, count in ((20000, 2), (10000, 1)):
        till.type_into(f"count-{value}", str(count))
    for _ in range(2):
        await till.ready_to_answer()
        till.press(Qt.Key.Key_F11)
        await till.settle()
    await till.until(lambda: till.has("report-page"))


async def shift_earlier(till: WindowTill) -> None:
    """Show the earlier shifts."""
    await shift_z(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_Escape)
    await till.until(lambda: till.has("earlier-1"))


async def shift_x(till: WindowTill) -> None:
    """Show the X of a shift in which something was sold, to somebody who may read it."""
    await till.pages._services.run(OpenShift(50_000))
    await warm(till)
    till.press(Qt.Key.Key_F7)
    await till.until(lambda: till.has("shift-button"))
    await till.ready_to_answer()
    till.click("shift-button")
    await till.until(lambda: till.has("report-page"))
    await till.ready_to_answer()


async def shift_copy(till: WindowTill) -> None:
    """Show a Z that was printed, of which the next paper is a copy."""
    await _closed(till)
    till.press(Qt.Key.Key_F7)
    await till.until(lambda: till.has("earlier-1"))
    await till.ready_to_answer()
    till.click("earlier-1")
    await till.until(lambda: till.has("report-page"))
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.pages.shift.screen().can_press)
    await till.ready_to_answer()


async def _closed(till: WindowTill) -> None:
    await till.pages._services.run(OpenShift(50_000))
    await warm(till)
    await till.pages._services.run(CountDrawer({20_000: 2, 5_000: 1}))
    await till.pages._services.run(CloseShift("the wrong change was given"))


async def shift_pay_in(till: WindowTill) -> None:
    """Show cash that is put in."""
    await shift_open(till)
    till.click("act-pay_in")
    till.type_into("shift-amount", "200")
    till.click("shift-reason-0")


async def shift_drop(till: WindowTill) -> None:
    """Show cash that goes to the safe."""
    await shift_open(till)
    till.click("act-drop_cash")
    till.type_into("shift-amount", "400")


async def shift_no_sale(till: WindowTill) -> None:
    """Show the drawer being opened without a sale, and what is missing for that."""
    await shift_open(till)
    till.click("act-open_drawer")
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.settle()


async def owner_home(till: WindowTill) -> None:
    """Show the owner's page before any statement."""
    till.pages.go_to(Room.OWNER)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.HOME)
    await till.ready_to_answer()


async def owner_file(till: WindowTill) -> None:
    """Show the choice of a statement's file."""
    await sold(till.journal)
    downloads = Path(tempfile.mkdtemp()) / "Downloads"
    downloads.mkdir()
    for name in ("moment-2026-11.csv", "moment-2026-10.csv", "suppliers.csv"):
        await planted(till.journal, downloads / name)
    os.environ["HOME"] = str(downloads.parent)
    await owner_home(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.has("owner-file"))
    await till.ready_to_answer()
    till.pages.owner.edit_path(str(downloads / "moment-2026-11.csv"))
    await till.ready_to_answer()


async def owner_columns(till: WindowTill) -> None:
    """Show which column says what."""
    await owner_file(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.COLUMNS)
    await till.ready_to_answer()


async def owner_running(till: WindowTill) -> None:
    """Show a comparison that goes on."""
    await owner_columns(till)
    presenter = till.pages.owner
    presenter._progress = Progress(Stage.READING, 61_400, 0.62)
    presenter._go_to(OwnerStage.RUNNING)


async def owner_run(till: WindowTill) -> None:
    """Show what came of a statement."""
    await owner_columns(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.RUN)
    await till.ready_to_answer()


async def owner_difference(till: WindowTill) -> None:
    """Show one difference, with a reason chosen."""
    await owner_run(till)
    number = (await till.journal.open_differences())[0].number
    till.click(f"row-difference-{number}")
    await till.until(lambda: till.has("owner-reason-1"))
    await till.ready_to_answer()
    till.click("owner-reason-1")


async def owner_resolved(till: WindowTill) -> None:
    """Show a statement of which a difference is resolved."""
    await owner_difference(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.RUN)
    await till.ready_to_answer()


async def owner_back(till: WindowTill) -> None:
    """Show the page once there are runs and differences."""
    await owner_run(till)
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.HOME)


async def owner_kept(till: WindowTill) -> None:
    """Show what is kept about customers."""
    await sold(till.journal)
    await owner_home(till)
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.pages.owner.screen().stage is OwnerStage.RETENTION)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.settle()
    await till.until(lambda: till.pages.owner.screen().can_press)


async def rest_asked(till: WindowTill) -> None:
    """Show the question about the rest of a sale."""
    await shift_open(till)
    till.press(Qt.Key.Key_F2)
    await till.settle()
    till.gateway.script.append(approved(1900, has_change=False))
    till.fill(pin=PIN, amount="50.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F2)
    await till.until(lambda: till.has("act-take_rest"))


async def rest_foot(till: WindowTill) -> None:
    """Show the form for another voucher, which may yet be paid in cash."""
    await rest_asked(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.settle()


async def rest_cash(till: WindowTill) -> None:
    """Show the rest being taken in cash."""
    await rest_asked(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.has("rest-overlay"))
    till.type_into("rest-given", "50")


async def rest_mix(till: WindowTill) -> None:
    """Show the rest being taken in parts."""
    await rest_cash(till)
    till.click("rest-way-3")
    till.type_into("rest-card", "20")


async def rest_change(till: WindowTill) -> None:
    """Show the change to give."""
    await rest_cash(till)
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F11)
    await till.until(lambda: not till.has("rest-due"))


async def reports_day(till: WindowTill) -> None:
    """Show the days of a month."""
    await lived(till.journal, START)
    till.press(Qt.Key.Key_F7)
    till.press(Qt.Key.Key_F7)
    till.click("period-3")
    await till.until(lambda: till.has("sheet-table"))


async def reports_cashier(till: WindowTill) -> None:
    """Show the cashiers of a month, of whom one stands out."""
    await reports_day(till)
    till.click("report-4")
    await till.until(lambda: till.has("sheet-table"))


async def reports_shift(till: WindowTill) -> None:
    """Show the shifts of a month."""
    await _closed(till)
    await till.pages._services.run(OpenShift(50_000))
    till.press(Qt.Key.Key_F7)
    till.press(Qt.Key.Key_F7)
    till.click("period-3")
    till.click("report-1")
    await till.until(lambda: till.has("sheet-table"))


async def reports_hour(till: WindowTill) -> None:
    """Show the hours of the day."""
    await _report(till, 2)


async def reports_provider(till: WindowTill) -> None:
    """Show the providers of a month."""
    await _report(till, 3)


async def _report(till: WindowTill, place: int) -> None:
    await reports_day(till)
    till.click(f"report-{place}")
    await till.until(lambda: till.has("sheet-table"))


async def reports_other(till: WindowTill) -> None:
    """Show days that somebody types, wrongly."""
    await reports_day(till)
    till.click("period-5")
    till.type_into("first-day", "2026-13-01")
    till.press(Qt.Key.Key_F11)


async def reports_none(till: WindowTill) -> None:
    """Show that nothing was sold."""
    till.press(Qt.Key.Key_F7)
    till.press(Qt.Key.Key_F7)
    await till.until(lambda: till.pages.reports.screen().sheet is not None)


async def rest_no_shift(till: WindowTill) -> None:
    """Show that a shift must be opened first."""
    await sign_in(till)
    till.gateway.script.append(approved(1900, has_change=False))
    till.fill(pin=PIN, amount="50.00")
    till.press(Qt.Key.Key_F12)
    await till.until_result()
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F2)
    await till.until(lambda: till.has("act-take_rest"))
    await till.ready_to_answer()
    till.press(Qt.Key.Key_F9)
    await till.until(lambda: till.has("rest-overlay"))
