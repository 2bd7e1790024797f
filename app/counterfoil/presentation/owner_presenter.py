"""The owner's page: statements, their differences, and what is kept about customers."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.failures import (
    CounterfoilError,
    EntryError,
    SettlementTextError,
    StatementRefusedError,
    UnknownDifferenceError,
)
from counterfoil.domain.reconciliation import Difference, DifferenceKind, Reconciliation
from counterfoil.domain.retention import RetentionState
from counterfoil.domain.slip import Slip
from counterfoil.domain.staff import Permission
from counterfoil.domain.statement import BadLine, LineKind, Preview, StatementProblem
from counterfoil.overriding import override
from counterfoil.ports.statements import FoundFile
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.owner_screen import (
    FILE,
    REASON,
    ChosenField,
    ListedRow,
    OwnerScreen,
    OwnerStage,
    Section,
)
from counterfoil.presentation.screens import Act, Button, Fact, PaperRow
from counterfoil.presentation.sheet_presenter import SheetPresenter
from counterfoil.presentation.words import failures, owner_page, statements, window
from counterfoil.presentation.words.owed import upstream_name
from counterfoil.presentation.words.speaking import for_the_record
from counterfoil.service.commands import (
    Progress,
    ReconcileStatement,
    ResolveDifference,
    ShredDue,
    Stage,
    Wanted,
)
from counterfoil.service.services import Services

RUNS_MAX = 50
"""So many earlier runs are listed; older ones are read on the command line."""
_RUN, _DIFFERENCE, _FILE = "run-", "difference-", "file-"
_KIND = "kind:"
"""What the name of a field begins with that says what a word in the column of kinds means."""
_HOME = frozenset({OwnerStage.READING, OwnerStage.HOME})
_STEPS = {OwnerStage.FILE: 0, OwnerStage.COLUMNS: 1, OwnerStage.RUNNING: 2}
_FREE = frozenset({Permission.RECONCILE, Permission.SHRED})


class OwnerPresenter(SheetPresenter):
    """Holds the page. A comparison goes on while somebody looks at another page.

    Signals:
        finished(str): a comparison has come to its end, in words for another page.
        sale_wished(str): the sale with this reference is to be shown.
    """

    finished = Signal(str)
    sale_wished = Signal(str)

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(services, approvals, parent)
        self._stage = OwnerStage.READING
        self._runs: tuple[Reconciliation, ...] = ()
        self._open: tuple[Difference, ...] = ()
        self._upstream = self._path = ""
        self._found: tuple[FoundFile, ...] = ()
        self._changes: dict[str, str] = {}
        self._preview: Preview | None = None
        self._bad_lines: tuple[BadLine, ...] = ()
        self._is_done_before = False
        self._running: asyncio.Task[None] | None = None
        self._progress: Progress | None = None
        self._run: Reconciliation | None = None
        """The run that is shown; None where differences of all are."""
        self._differences: tuple[Difference, ...] = ()
        self._difference: Difference | None = None
        self._reason: int | None = None
        self._words = ""
        self._before_keys = "", ""
        self._retention: RetentionState | None = None
        self._presses: Mapping[OwnerStage, Callable[[], None]] = {
            OwnerStage.HOME: partial(self._start, self._choose_file),
            OwnerStage.FILE: self._press_look,
            OwnerStage.COLUMNS: self._press_compare,
            OwnerStage.RUN: self.back,
            OwnerStage.DIFFERENCE: self._press_resolve,
            OwnerStage.RETENTION: self._press_remove,
        }
        self._screens: Mapping[OwnerStage, Callable[[], OwnerScreen]] = {
            OwnerStage.READING: partial(self._made, title=owner_page.READING),
            OwnerStage.HOME: self._home,
            OwnerStage.FILE: self._file,
            OwnerStage.COLUMNS: self._columns,
            OwnerStage.RUNNING: self._run_under_way,
            OwnerStage.RUN: self._run_done,
            OwnerStage.DIFFERENCE: self._one_difference,
            OwnerStage.RETENTION: self._kept,
        }

    # ------------------------------------------------------------------------------- from outside

    @property
    def is_open(self) -> bool:
        """Whether the person at the till may come to this page."""
        return any(self._services.actor.may(one) for one in _FREE)

    @property
    def left_open(self) -> str:
        """What closing the till now would lose, as a sentence; empty where that is nothing."""
        return owner_page.LEFT_OPEN if self._running is not None else ""

    def enter(self) -> None:
        """Come to the page; what is being compared is shown, and else what waits."""
        if self._running is None:
            self._stage = OwnerStage.READING
        self.refresh()
        self._point_at("")

    def refresh(self) -> None:
        """Read again what waits for somebody; what is typed stays."""
        _ = self._services.owner.spawn(self._fenced(self._read), "read owner's page")

    def put_away(self) -> None:
        """Show nothing of it any more: who comes next may not be one who may see it."""
        if self._stage is not OwnerStage.RUNNING:
            self._stage = OwnerStage.READING
            self._error = ""

    @override
    def screen(self) -> OwnerScreen:
        """Return what is to be shown now."""
        return self._screens[self._stage]()

    # ------------------------------------------------------------------------------------ intents

    def choose_provider(self, place: int) -> None:
        """Take whose statement it is, by its place."""
        self._upstream, self._error = self._services.statements.upstreams()[place], ""
        self._emit()

    def edit_path(self, text: str) -> None:
        """Take where the file is, as it was typed."""
        self._path, self._error = text, ""
        self._emit()

    def edit_field(self, name: str, value: str) -> None:
        """Take which column says something, and read the first lines again so."""
        if name.startswith(_KIND):
            name, value = self._with_word(LineKind(value), name.removeprefix(_KIND))
        self._changes[name] = value
        self._error = ""
        self._start(self._look)

    def note_entry(self) -> None:
        """Keep what is typed before the first keys of what may be a scan."""
        self._before_keys = self._path, self._words

    def begin_scan(self) -> None:
        """Undo what the first keys of a scan did here: no code is a file or a reason."""
        self._path, self._words = self._before_keys
        self._emit()

    def choose_reason(self, place: int) -> None:
        """Take the place of a reason; what was typed in own words is emptied."""
        self._reason, self._words, self._error = place, "", ""
        self._emit()

    def edit_words(self, text: str) -> None:
        """Take what became of it in somebody's own words, which count before a chosen reason."""
        self._words, self._error = text, ""
        self._emit()

    def choose_row(self, key: str) -> None:
        """Go where a row of a list leads, or look at the file that it names."""
        if self._is_deaf:
            return
        if key.startswith(_FILE):
            self._path, self._error = key.removeprefix(_FILE), ""
            self._press_look()
        elif key.startswith(_RUN):
            self._start(partial(self._show_run, int(key.removeprefix(_RUN))))
        else:
            self._start(partial(self._show_difference, int(key.removeprefix(_DIFFERENCE))))

    def act(self, act: Act) -> None:
        """Carry out a button, unless it has only just appeared."""
        if act is Act.STOP:
            self._stop()
        elif self._is_deaf:
            return
        elif act is Act.BACK:
            self.back()
        elif act is Act.RETENTION:
            self._start(self._show_retention)
        elif act is Act.COMPARE_AGAIN:
            self._compare(is_again=True)
        elif act is Act.SHOW_SALE and self._difference is not None:
            self.sale_wished.emit(self._difference.reference)

    def back(self) -> None:
        """Go one step back."""
        if self._stage is OwnerStage.COLUMNS:
            self._go_to(OwnerStage.FILE)
        elif self._stage is OwnerStage.DIFFERENCE and self._run is not None:
            self._start(partial(self._show_run, self._run.number))
        elif self._stage not in _HOME and self._stage is not OwnerStage.RUNNING:
            self._go_home()

    def press(self) -> None:
        """Carry out the primary button, once however often it is pressed."""
        if not self._is_deaf and (press := self._presses.get(self._stage)) is not None:
            press()

    # ---------------------------------------------------------------------------------------- work

    def _press_look(self) -> None:
        if not self._upstream:
            self._error = owner_page.NO_PROVIDER
            self._point_at("")
        elif not self._path.strip():
            self._error = owner_page.NO_FILE
            self._point_at(FILE)
        else:
            self._changes = {}
            self._start(self._look)

    def _press_compare(self) -> None:
        preview = self._preview
        if preview is None or not preview.columns.is_whole:
            self._error = owner_page.NOT_WHOLE
            self._emit()
        else:
            self._compare(is_again=False)

    def _press_resolve(self) -> None:
        if self._difference is None or self._difference.is_resolved:
            self.back()
        elif not self._said:
            self._error = owner_page.NO_REASON
            self._point_at(REASON)
        else:
            self._start(partial(self._resolve, self._difference.number))

    def _press_remove(self) -> None:
        if self._retention is not None and self._retention.due:
            self._start(self._shred)

    async def _read(self) -> None:
        self._runs = await self._services.journal.reconciliations(RUNS_MAX)
        self._open = await self._services.journal.open_differences()
        if self._stage is OwnerStage.READING:
            self._go_to(OwnerStage.HOME)

    async def _choose_file(self) -> None:
        upstreams = self._services.statements.upstreams()
        if len(upstreams) == 1:
            (self._upstream,) = upstreams
        self._found = await self._services.statements.found()
        self._go_to(OwnerStage.FILE)

    async def _look(self) -> None:
        look = self._services.statements.preview
        self._preview = await look(self._file_path, self._upstream, self._changes)
        self._bad_lines = self._preview.bad_lines
        if self._stage is not OwnerStage.COLUMNS:
            self._is_done_before = False
            self._go_to(OwnerStage.COLUMNS)

    def _with_word(self, kind: LineKind, word: str) -> tuple[str, str]:
        """Return which words have a meaning once this one has it, too."""
        kept = () if self._preview is None else getattr(self._preview.columns, kind.value)
        return kind.value, ",".join((*kept, word))

    def _compare(self, *, is_again: bool) -> None:
        preview = self._preview
        assert preview is not None, "a statement is looked at before it is compared"
        wanted = Wanted(
            path=self._file_path,
            upstream=self._upstream,
            columns=preview.columns,
            is_again=is_again,
            told=self._follow,
        )
        self._progress, self._bad_lines, self._is_done_before = None, (), False
        self._go_to(OwnerStage.RUNNING)
        work = self._fenced(partial(self._run_to_end, wanted))
        self._running = task = self._services.owner.spawn(work, "compare statement")
        task.add_done_callback(self._ended)

    async def _run_to_end(self, wanted: Wanted) -> None:
        try:
            done = await self._services.run(ReconcileStatement(wanted))
        except CounterfoilError as error:
            self._running = None
            self._take_refusal(error)
            self._go_to(OwnerStage.COLUMNS, keeps_error=True)
            raise
        self._running = None
        self.finished.emit(owner_page.finished(done.run))
        self._run, self._differences = done.run, done.differences
        self._go_to(OwnerStage.RUN)
        await self._read()

    def _take_refusal(self, error: CounterfoilError) -> None:
        if isinstance(error, StatementRefusedError):
            self._bad_lines = error.cause.bad_lines
            self._is_done_before = error.cause.problem is StatementProblem.DONE_BEFORE

    def _follow(self, progress: Progress) -> None:
        """Show how far it is, each time that a hundredth more is done."""
        before, self._progress = self._progress, progress
        if before is None or _hundredth(before) != _hundredth(progress):
            self._emit()

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Say that a comparison was stopped; one that was already being written is kept."""
        if task.cancelled() and self._running is task:
            self._running = None
            _ = self._services.owner.spawn(self._fenced(self._after_stop), "stopped comparing")

    async def _after_stop(self) -> None:
        newest = self._runs[0].number if self._runs else 0
        await self._read()
        is_kept = bool(self._runs) and self._runs[0].number > newest
        self.told.emit(owner_page.TOO_LATE if is_kept else owner_page.STOPPED, "alert")
        self._go_to(OwnerStage.HOME if is_kept else OwnerStage.COLUMNS)

    async def _show_run(self, number: int) -> None:
        runs = await self._services.journal.reconciliations(RUNS_MAX)
        self._run = next((one for one in runs if one.number == number), None)
        self._differences = await self._services.journal.differences(number)
        self._go_to(OwnerStage.HOME if self._run is None else OwnerStage.RUN)

    async def _show_difference(self, number: int) -> None:
        if self._stage is not OwnerStage.RUN:
            self._run = None
        self._difference = await self._services.journal.difference(number)
        self._go_to(OwnerStage.HOME if self._difference is None else OwnerStage.DIFFERENCE)

    async def _resolve(self, number: int) -> None:
        done = await self._approvals.run(ResolveDifference(number, self._said))
        self.told.emit(f"{owner_page.RESOLVED}: {done.reason}", "check")
        await self._read()
        if self._stage is not OwnerStage.DIFFERENCE:
            return
        if self._run is not None:
            await self._show_run(self._run.number)
        else:
            self._go_home()

    async def _show_retention(self) -> None:
        self._retention = await self._services.retention.state()
        self._go_to(OwnerStage.RETENTION)

    async def _shred(self) -> None:
        done = await self._approvals.run(ShredDue())
        self.told.emit(owner_page.removed(done.shredded), "check")
        self._retention = await self._services.retention.state()

    # ------------------------------------------------------------------------------ what is shown

    def _made(self, **parts: Any) -> OwnerScreen:
        return OwnerScreen(
            stage=self._stage,
            error=self._error,
            appeared=self._appeared,
            point=self._point,
            points=self._points,
            status=owner_page.STATUS,
            **{"can_press": not self._is_busy, **parts},
        )

    def _home(self) -> OwnerScreen:
        last = self._runs[0] if self._runs else None
        return self._made(
            title=owner_page.STATEMENTS,
            description=owner_page.HOME_LINE,
            sections=(
                Section(
                    heading=owner_page.OPEN_DIFFERENCES,
                    rows=tuple(_difference_row(one, owner_page.open_row) for one in self._open),
                    nothing=owner_page.NO_OPEN,
                ),
                Section(
                    heading=owner_page.EARLIER,
                    rows=tuple(
                        ListedRow(text=owner_page.run_row(one), key=f"{_RUN}{one.number}")
                        for one in self._runs
                    ),
                    nothing=owner_page.NO_RUNS,
                ),
            ),
            buttons=(Button(owner_page.KEPT, Act.RETENTION, "F9"),),
            primary=owner_page.COMPARE,
            paper=_paper(
                owner_page.file_paper("", "", owner_page.NO_RUNS)
                if last is None
                else owner_page.run_paper(last)
            ),
        )

    def _file(self) -> OwnerScreen:
        upstreams = self._services.statements.upstreams()
        at = upstreams.index(self._upstream) if self._upstream in upstreams else None
        return self._made(
            title=owner_page.CHOOSE,
            description=owner_page.CHOOSE_LINE,
            **self._step,
            provider_label=owner_page.PROVIDER,
            providers=tuple(map(upstream_name, upstreams)),
            provider=at,
            path=self._path,
            sections=(
                Section(
                    heading=owner_page.FOUND,
                    rows=tuple(
                        ListedRow(
                            text=owner_page.file_row(one.path.name, one.changed_at),
                            key=f"{_FILE}{one.path}",
                        )
                        for one in self._found
                    ),
                    nothing=owner_page.NONE_FOUND,
                ),
            ),
            buttons=(_back(),),
            primary=owner_page.LOOK,
            paper=_paper(owner_page.file_paper(self._upstream, Path(self._path).name)),
        )

    def _columns(self) -> OwnerScreen:
        preview = self._preview
        assert preview is not None, "a statement is looked at"
        again = Button(owner_page.AGAIN, Act.COMPARE_AGAIN, "F9")
        return self._made(
            title=owner_page.COLUMNS,
            description=_how(preview),
            **self._step,
            sections=_bad_sections(self._bad_lines),
            fields=_fields_of(preview),
            buttons=(again if self._is_done_before else _back(),),
            primary=owner_page.START,
            paper=_paper(owner_page.preview_paper(preview)),
        )

    def _run_under_way(self) -> OwnerScreen:
        done = self._progress
        is_reading = done is None or done.stage is Stage.READING
        share = 0.0 if done is None else done.share
        return self._made(
            title=owner_page.RUNNING,
            description=owner_page.RUNNING_LINE,
            **self._step,
            share=share / 2 if is_reading else 0.5 + share / 2,
            progress=owner_page.progress(done.done if done else 0, is_reading=is_reading),
            buttons=(Button(owner_page.STOP, Act.STOP, "Esc"),),
            paper=_paper(owner_page.file_paper(self._upstream, Path(self._path).name)),
        )

    def _run_done(self) -> OwnerScreen:
        run = self._run
        assert run is not None, "a run is shown"
        counts = Counter(one.kind for one in self._differences)
        resolved = sum(one.is_resolved for one in self._differences)
        return self._made(
            title=owner_page.run_title(run),
            description=run.file_name,
            facts=(
                Fact(owner_page.MATCHED, str(run.matched)),
                Fact(owner_page.DIFFERENCES, str(run.differences)),
                Fact(owner_page.NOT_SETTLED, str(run.undecided)),
            ),
            sections=tuple(
                Section(
                    heading=owner_page.kind_heading(kind, counts[kind]),
                    rows=tuple(
                        _difference_row(one, owner_page.difference_row)
                        for one in self._differences
                        if one.kind is kind
                    ),
                )
                for kind in DifferenceKind
                if counts[kind]
            )
            or (Section(heading=owner_page.DIFFERENCES, nothing=owner_page.NO_DIFFERENCE),),
            buttons=(_back(),),
            primary=owner_page.DONE,
            paper=_paper(owner_page.run_paper(run, (counts, resolved))),
        )

    def _one_difference(self) -> OwnerScreen:
        one = self._difference
        assert one is not None, "a difference is shown"
        is_open = not one.is_resolved
        has_sale = one.redemption_id is not None
        sale = Button(owner_page.SHOW_SALE, Act.SHOW_SALE, "F9", icon="search")
        return self._made(
            title=owner_page.kind_title(one.kind),
            description=owner_page.what_to_do(one),
            facts=(
                Fact(owner_page.REFERENCE, one.reference or one.their_reference, is_mono=True),
                Fact(owner_page.HERE, owner_page.here(one)),
                Fact(owner_page.THERE, owner_page.there(one)),
            ),
            reason_label=owner_page.WHY if is_open else "",
            reasons=owner_page.REASONS if is_open else (),
            reason=self._reason,
            words=self._words,
            buttons=(_back(), sale) if has_sale else (_back(),),
            primary=owner_page.RESOLVE if is_open else owner_page.DONE,
            paper=_paper(owner_page.difference_paper(one)),
        )

    def _kept(self) -> OwnerScreen:
        state, rules = self._retention, self._services.retention.retention
        assert state is not None, "it was read"
        said = (
            (owner_page.due_line(state), ()),
            (owner_page.HELD_BACK, owner_page.held_lines(state)),
            (owner_page.LAST_ROUND, owner_page.round_lines(state.last)),
            (owner_page.IN_BACKUPS, owner_page.backup_lines(rules)),
        )
        return self._made(
            title=owner_page.RETENTION,
            description=owner_page.RETENTION_LINE,
            sections=tuple(
                Section(heading=heading, rows=tuple(ListedRow(text=line) for line in lines))
                for heading, lines in said
            ),
            buttons=(_back(),),
            primary=owner_page.REMOVE_NOW if state.due else "",
            paper=_paper(owner_page.retention_paper(rules)),
        )

    # ------------------------------------------------------------------------------------ plumbing

    @property
    def _step(self) -> dict[str, Any]:
        return {"steps": owner_page.STEPS, "step": _STEPS[self._stage]}

    @property
    def _file_path(self) -> Path:
        return Path(self._path.strip()).expanduser()

    @property
    def _said(self) -> str:
        with for_the_record():
            chosen = "" if self._reason is None else owner_page.REASONS[self._reason]
        return self._words.strip() or chosen

    def _go_home(self) -> None:
        self._run = self._difference = None
        self._go_to(OwnerStage.HOME)

    def _go_to(self, stage: OwnerStage, *, keeps_error: bool = False) -> None:
        self._stage = stage
        if not keeps_error:
            self._error = ""
        self._words, self._reason = "", None
        self._appear(_FIRST.get(stage, ""))

    @override
    def _refuse(self, error: CounterfoilError) -> None:
        if isinstance(error, StatementRefusedError | EntryError | SettlementTextError):
            # The lines that cannot be read are listed on the page.
            self._error = failures.failure(error).partition("\n")[0]
            return
        super()._refuse(error)
        if isinstance(error, UnknownDifferenceError):
            self._go_home()


def _hundredth(progress: Progress) -> tuple[Stage, int]:
    return progress.stage, int(progress.share * 100)


def _paper(slip: Slip) -> PaperRow:
    return PaperRow(slip=slip)


def _difference_row(one: Difference, words: Callable[[Difference], str]) -> ListedRow:
    return ListedRow(text=words(one), key=f"{_DIFFERENCE}{one.number}")


def _bad_sections(bad_lines: tuple[BadLine, ...]) -> tuple[Section, ...]:
    if not bad_lines:
        return ()
    rows = tuple(ListedRow(text=statements.bad_line(one)) for one in bad_lines)
    return (Section(heading=owner_page.BAD_LINES, rows=rows),)


def _how(preview: Preview) -> str:
    if not preview.columns.is_whole:
        return owner_page.NOT_WHOLE
    if preview.kinds:
        return owner_page.KINDS_TO_SAY
    return owner_page.SAVED if preview.is_saved else owner_page.GUESSED


def _fields_of(preview: Preview) -> tuple[ChosenField, ...]:
    """Return what may be said about the columns: those that need an answer come first."""
    columns = preview.columns
    words = [
        ChosenField(name=f"{_KIND}{word}", label=label, value="", choices=choices)
        for word in preview.kinds
        for label, choices in (owner_page.kind_field(word),)
    ]
    named = [
        ChosenField(
            name=name,
            label=label,
            value=getattr(columns, name),
            choices=pairs,
            is_optional=name != "amount",
        )
        for name, label, pairs in owner_page.column_fields(preview.headings)
    ]
    if columns.till:
        named.append(ChosenField(name="till_is", label=owner_page.TILL_IS, value=columns.till_is))
    forms = [
        ChosenField(name=name, label=label, value=getattr(columns, name).value, choices=pairs)
        for name, label, pairs in owner_page.form_fields()
    ]
    return (*words, *named, *forms)


_FIRST = {OwnerStage.FILE: FILE, OwnerStage.DIFFERENCE: REASON}


def _back() -> Button:
    return Button(window.BACK, Act.BACK, "Esc")
