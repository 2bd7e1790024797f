"""The page Reports: which report of which days, read while the till goes on, and saved."""

import asyncio
from datetime import date, timedelta

from PySide6.QtCore import QObject

from counterfoil.domain.report import Days, Report, ReportKind, local_day
from counterfoil.domain.staff import Permission
from counterfoil.overriding import override
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.report_output import csv_of, month_of, read_day
from counterfoil.presentation.reports_screen import FIRST, LAST, PeriodChoice, ReportsScreen
from counterfoil.presentation.screens import Act, Button, PaperRow
from counterfoil.presentation.sheet_presenter import SheetPresenter
from counterfoil.presentation.words import report_page, reports
from counterfoil.presentation.words.speaking import for_the_record
from counterfoil.service.commands import ReadReport
from counterfoil.service.services import Services

KINDS = tuple(ReportKind)
PERIODS = tuple(PeriodChoice)
_STEPS_SHOWN = 20
"""So often at most is told how far a report is, so that telling takes no time from reading."""


def _exports() -> tuple[Button, ...]:
    return (
        Button(report_page.PDF, Act.SAVE_PDF, "F9"),
        Button(report_page.CSV, Act.SAVE_CSV),
    )


class ReportsPresenter(SheetPresenter):
    """Holds the page. A newer wish ends the reading of an older one.

    A report is put away with whoever may read it: what was taken is not for everybody.
    """

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(services, approvals, parent)
        self._kind, self._period = ReportKind.DAY, PeriodChoice.TODAY
        self._first = self._last = ""
        self._report: Report | None = None
        self._share: float | None = None
        self._task: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------------------- from outside

    def enter(self) -> None:
        """Come to the page, and read the chosen report where that needs nobody else."""
        self._read_if_permitted()

    def put_away(self) -> None:
        """Show no report any more, and read none: who comes next may not be one who may."""
        self._stop()
        self._report = None
        self._emit()

    @override
    def screen(self) -> ReportsScreen:
        """Return what is to be shown now."""
        report, is_reading = self._report, self._share is not None
        profile = self._services.profile
        sheet = None if report is None else reports.sheet_of(report, profile, is_wide=False)
        now = self._services.clock.now().wall
        return ReportsScreen(
            title=report_page.TITLE if report is None else reports.TITLES[report.kind],
            description=reports.period(report.days) if report is not None else report_page.CHOOSE,
            kinds=tuple(reports.KINDS[kind] for kind in KINDS),
            kind=KINDS.index(self._kind),
            periods=tuple(report_page.PERIODS[period] for period in PERIODS),
            period=PERIODS.index(self._period),
            is_other=self._period is PeriodChoice.OTHER,
            first=self._first,
            last=self._last,
            error=self._error,
            sheet=sheet,
            notice=self._notice(),
            share=self._share,
            buttons=_exports() if sheet is not None and not sheet.is_empty else (),
            primary=report_page.SHOW if report is None else report_page.SHOW_AGAIN,
            can_press=not is_reading,
            paper=PaperRow(slip=report_page.summary(profile, report, now)),
            status=report_page.status(None if report is None else report.days),
            point=self._point,
            points=self._points,
        )

    # ------------------------------------------------------------------------------------ intents

    def choose_kind(self, place: int) -> None:
        """Choose a report by its place."""
        self._kind = KINDS[place]
        self._choose()

    def choose_period(self, place: int) -> None:
        """Choose the days by their place."""
        self._period = PERIODS[place]
        if self._period is PeriodChoice.OTHER:
            self._point, self._points = FIRST, self._points + 1
        self._choose()

    def edit_day(self, place: str, text: str) -> None:
        """Take what was typed as the first or the last day."""
        if place == FIRST:
            self._first = text
        else:
            self._last = text
        self._error = ""
        self._emit()

    def act(self, act: Act) -> None:
        """Carry out a button."""
        report = self._report
        if report is None or act not in {one.act for one in self.screen().buttons}:
            return
        save = self._save_csv if act is Act.SAVE_CSV else self._save_pdf
        _ = self._services.owner.spawn(self._fenced(lambda: save(report)), "save report")

    def press(self) -> None:
        """Read the report, and have it approved where that is needed."""
        if self._share is None:
            self._begin()

    # ---------------------------------------------------------------------------------------- work

    def _choose(self) -> None:
        self._stop()
        self._report = None
        self._error = ""
        self._read_if_permitted()

    def _read_if_permitted(self) -> None:
        may_read = self._services.actor.may(Permission.READ_BOOKS)
        if may_read and self._period is not PeriodChoice.OTHER:
            self._begin()
        else:
            self._emit()

    def _begin(self) -> None:
        days = self._days()
        if days is None:
            return
        self._stop()
        self._error = ""
        self._share = 0.0
        self._emit()
        self._task = self._services.owner.spawn(
            self._fenced(lambda: self._read(self._kind, days)), "read report"
        )

    def _stop(self) -> None:
        """End a reading that is under way; nothing of it is shown."""
        task, self._task, self._share = self._task, None, None
        if task is not None:
            _ = task.cancel()

    async def _read(self, kind: ReportKind, days: Days) -> None:
        me = asyncio.current_task()
        try:
            wanted = ReadReport(kind=kind, days=days, told=self._hear)
            report = await self._approvals.run(wanted)
            if self._task is me:
                self._report = report
        finally:
            if self._task is me:
                self._task, self._share = None, None
                self._emit()

    def _hear(self, share: float) -> None:
        shown = self._share
        if shown is not None and share - shown >= 1 / _STEPS_SHOWN:
            self._share = share
            self._emit()

    def _days(self) -> Days | None:
        """Return the chosen days; None where they are not typed rightly, which is said."""
        today = local_day(self._services.clock.now().wall)
        match self._period:
            case PeriodChoice.TODAY:
                return Days(today, today)
            case PeriodChoice.YESTERDAY:
                before = today - timedelta(days=1)
                return Days(before, before)
            case PeriodChoice.WEEK:
                return Days(today - timedelta(days=today.weekday()), today)
            case PeriodChoice.MONTH:
                return month_of(today)
            case PeriodChoice.YEAR:
                return Days(date(today.year, 1, 1), date(today.year, 12, 31))
            case PeriodChoice.OTHER:
                return self._typed_days()

    def _typed_days(self) -> Days | None:
        first, last = read_day(self._first), read_day(self._last or self._first)
        if first is None or last is None:
            self._error = report_page.NOT_A_DAY
            self._point_at(FIRST if first is None else LAST)
            return None
        if last < first:
            self._error = report_page.DAYS_TURNED
            self._point_at(LAST)
            return None
        return Days(first, last)

    async def _save_csv(self, report: Report) -> None:
        with for_the_record():
            content = csv_of(report)
        await self._save(report, "csv", content.encode())

    async def _save_pdf(self, report: Report) -> None:
        with for_the_record():
            sheet = reports.sheet_of(report, self._services.profile, is_wide=True)
        await self._save(report, "pdf", await self._services.report_files.draw(sheet))

    async def _save(self, report: Report, ending: str, content: bytes) -> None:
        try:
            path = await self._services.report_files.keep(
                reports.file_name(report), ending, content
            )
        except OSError as error:
            self.told.emit(report_page.not_saved(error.strerror), "alert")
        else:
            self.told.emit(report_page.saved(path), "check")

    # ------------------------------------------------------------------------------ what is shown

    def _notice(self) -> str:
        if self._share is not None:
            return report_page.reading(self._share)
        if self._report is not None:
            return reports.NOTHING if not self._report.rows else ""
        may_read = self._services.actor.may(Permission.READ_BOOKS)
        return "" if may_read else report_page.NOT_SHOWN
