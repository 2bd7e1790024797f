"""The page Shift: opens it, moves its cash, counts the drawer blind, and closes with the Z."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from counterfoil.domain.books import Books
from counterfoil.domain.drawer import (
    CashMove,
    CashMoveKind,
    ShiftProblem,
    denominations,
    worth_of,
)
from counterfoil.domain.failures import (
    CounterfoilError,
    ShiftRefusedError,
)
from counterfoil.domain.money import AmountError, AmountProblem, parse_amount, sign_of
from counterfoil.domain.shift import Shift, ShiftReport, ShiftState
from counterfoil.overriding import override
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.screens import Act, AmountRow, Button, Fact, PaperRow
from counterfoil.presentation.sheet_presenter import SheetPresenter
from counterfoil.presentation.shift_screen import (
    AMOUNT,
    REASON,
    EarlierRow,
    PieceRow,
    ShiftScreen,
    ShiftStage,
)
from counterfoil.presentation.words import entries, failures, shift_page, window
from counterfoil.presentation.words.shift_slips import shift_slip
from counterfoil.presentation.words.speaking import for_the_record
from counterfoil.service.commands import (
    CloseShift,
    Command,
    CountDrawer,
    DropCash,
    OpenDrawer,
    OpenShift,
    PayIn,
    PayOut,
    PrintShift,
    ReadShift,
)
from counterfoil.service.services import Services

EARLIER_MAX = 50
"""So many earlier shifts are listed; older ones are read on the command line."""
_MOVES = {
    Act.PAY_IN: CashMoveKind.PAY_IN,
    Act.PAY_OUT: CashMoveKind.PAY_OUT,
    Act.DROP_CASH: CashMoveKind.DROP,
    Act.OPEN_DRAWER: CashMoveKind.NO_SALE,
}
_STEPS = {ShiftStage.COUNT: 0, ShiftStage.COUNTED: 1}
_HOME = frozenset({ShiftStage.READING, ShiftStage.CLOSED, ShiftStage.OPEN})
_LEAVABLE = frozenset({ShiftStage.MOVE, ShiftStage.COUNT, ShiftStage.COUNTED, ShiftStage.REPORT})


class ShiftPresenter(SheetPresenter):
    """Holds the page. What is typed stays while somebody looks at another page.

    A report does not stay: a shift's takings are shown only to those who may read them.
    """

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(services, approvals, parent)
        self._stage = ShiftStage.READING
        self._shift: Shift | None = None
        self._earlier: tuple[Shift, ...] = ()
        self._kind = CashMoveKind.PAY_IN
        self._amount = self._words = ""
        self._reason: int | None = None
        self._pieces: dict[int, int] = {}
        self._before_keys: tuple[str, str, dict[int, int]] = ("", "", {})
        self._counted_cents = 0
        self._is_explaining = False
        self._report: ShiftReport | None = None
        self._is_new_z = False
        """Whether the report is the Z that was closed just now."""
        self._amount_error = ""
        self._presses: Mapping[ShiftStage, Callable[[], None]] = {
            ShiftStage.CLOSED: self._press_open,
            ShiftStage.OPEN: partial(self._go_to, ShiftStage.COUNT),
            ShiftStage.MOVE: self._press_move,
            ShiftStage.COUNT: partial(self._start, self._keep_count),
            ShiftStage.COUNTED: self._press_close,
            ShiftStage.REPORT: partial(self._start, self._print),
        }
        self._turn = 0
        """How often a report was put away, for those that are still being read."""

    # ------------------------------------------------------------------------------- from outside

    @property
    def left_open(self) -> str:
        """What closing the till now would lose, as a sentence; empty if nothing."""
        is_counting = self._stage is ShiftStage.COUNT and any(self._pieces.values())
        return shift_page.COUNT_LEFT_OPEN if is_counting else ""

    def enter(self) -> None:
        """Come to the page, and read whether a shift is open."""
        self.put_away()
        self.refresh()
        self._point_at(self._first_place)

    def refresh(self) -> None:
        """Read again whether a shift is open; what is typed stays."""
        _ = self._services.owner.spawn(self._fenced(self._read), "read shift")

    def put_away(self) -> None:
        """Hide a report, before a person comes to the till who may not read it."""
        self._turn += 1
        if self._stage is ShiftStage.REPORT:
            self._go_home()

    @override
    def say_anew(self) -> None:
        self._amount_error = ""
        super().say_anew()

    @override
    def screen(self) -> ShiftScreen:
        """Return what is to be shown now."""
        match self._stage:
            case ShiftStage.READING:
                return self._made(title=shift_page.READING)
            case ShiftStage.CLOSED:
                return self._closed()
            case ShiftStage.OPEN:
                return self._open()
            case ShiftStage.MOVE:
                return self._move()
            case ShiftStage.COUNT:
                return self._count()
            case ShiftStage.COUNTED:
                return self._counted()
            case ShiftStage.REPORT:
                return self._reported()

    # ------------------------------------------------------------------------------------ intents

    def edit_amount(self, text: str) -> None:
        """Store the text that was typed as an amount."""
        self._amount, self._amount_error, self._error = text, "", ""
        self._emit()

    def edit_words(self, text: str) -> None:
        """Store a reason in somebody's own words; it replaces one that was chosen."""
        self._words, self._error = text, ""
        self._emit()

    def choose_reason(self, place: int) -> None:
        """Choose a reason by its index; one in own words is emptied."""
        self._reason, self._words, self._error = place, "", ""
        self._emit()

    def edit_pieces(self, value: int, text: str) -> None:
        """Store how many notes or coins of one value, in minor units, somebody counted."""
        self._pieces[value] = int(text) if text else 0
        self._error = ""
        self._emit()

    def note_entry(self) -> None:
        """Keep what is typed before the first keys of what may be a scan."""
        self._before_keys = (self._amount, self._words, dict(self._pieces))

    def begin_scan(self) -> None:
        """Undo what the first keys of a scan did here: no code is an amount or a count."""
        self._amount, self._words, self._pieces = self._before_keys
        self._emit()

    def act(self, act: Act) -> None:
        """Carry out a button, unless it has only just appeared."""
        if self._is_deaf:
            return
        if act is Act.BACK:
            self.back()
        elif act in _MOVES and self._stage is ShiftStage.OPEN:
            self._kind = _MOVES[act]
            self._go_to(ShiftStage.MOVE)
        elif act is Act.READ_X and self._stage is ShiftStage.OPEN:
            self._start(partial(self._show, None, self._turn))
        elif act is Act.COUNT_AGAIN and self._stage is ShiftStage.COUNTED:
            self._go_to(ShiftStage.COUNT)

    def choose_earlier(self, number: int) -> None:
        """Show the Z with this number, if the person may read it."""
        if not self._is_deaf and self._stage in _HOME:
            self._start(partial(self._show, number, self._turn))

    def back(self) -> None:
        """Go back to the shift; what was typed of a count stays for the next time."""
        if self._stage in _LEAVABLE and not self._is_busy:
            self._go_home()
            self.refresh()

    def press(self) -> None:
        """Carry out the primary button; a second press does nothing."""
        if not self._is_deaf and (press := self._presses.get(self._stage)) is not None:
            press()

    # ---------------------------------------------------------------------------------------- work

    def _press_open(self) -> None:
        cents = self._cents(can_be_nothing=True)
        if cents is None:
            self._point_at(AMOUNT)
        else:
            self._start(partial(self._open_with, cents))

    def _press_move(self) -> None:
        cents = self._cents() if self._kind is not CashMoveKind.NO_SALE else 0
        if cents is None:
            self._point_at(AMOUNT)
        elif not self._said:
            self._error = failures.failure(ShiftRefusedError(ShiftProblem.NO_REASON))
            self._point_at(REASON)
        else:
            self._start(partial(self._move_cash, cents))

    def _press_close(self) -> None:
        if self._is_explaining and not self._said:
            self._error = failures.failure(ShiftRefusedError(ShiftProblem.NOT_EXPLAINED))
            self._point_at(REASON)
        else:
            self._start(self._close)

    async def _read(self) -> None:
        shift = await self._services.journal.open_shift()
        shifts = await self._services.journal.shifts(EARLIER_MAX)
        self._earlier = tuple(one for one in shifts if one.state is ShiftState.CLOSED)
        was = self._shift
        self._shift = shift
        if self._stage not in _HOME:
            # What is typed stays; whether it can still be done is said once it is pressed.
            self._shift = shift or was
            return
        home = ShiftStage.CLOSED if shift is None else ShiftStage.OPEN
        if home is not self._stage:
            self._go_to(home)

    async def _open_with(self, cents: int) -> None:
        self._shift = await self._services.run(OpenShift(cents))
        self._pieces = {}
        self._go_to(ShiftStage.OPEN)

    async def _move_cash(self, cents: int) -> None:
        kind = self._kind
        await self._approvals.run(_move_of(kind, cents, self._said))
        self.told.emit(shift_page.moved(kind, cents, self._currency), "check")
        if self._stage is ShiftStage.MOVE:
            self._go_home()

    async def _keep_count(self) -> None:
        pieces = {value: count for value, count in self._pieces.items() if count}
        kept = await self._services.run(CountDrawer(pieces))
        # What should be there is not kept here: the count is blind.
        self._counted_cents = kept.counted_cents
        self._is_explaining = False
        self._go_to(ShiftStage.COUNTED)

    async def _close(self) -> None:
        try:
            shift = await self._services.run(CloseShift(self._said))
        except ShiftRefusedError as error:
            if error.problem is ShiftProblem.NOT_EXPLAINED:
                self._is_explaining = True
                self._point_at(REASON)
            raise
        self._shift, self._pieces = None, {}
        self._is_new_z = True
        self._report = ShiftReport(shift, shift.books or Books())
        self._go_to(ShiftStage.REPORT)
        await self._read()

    async def _show(self, number: int | None, turn: int) -> None:
        report = await self._approvals.run(ReadShift(number))
        if turn == self._turn and self._stage in _HOME:
            self._is_new_z = False
            self._report = report
            self._go_to(ShiftStage.REPORT)

    async def _print(self) -> None:
        report = self._report
        assert report is not None, "a report is printed where one is shown"
        is_z = report.shift.state is ShiftState.CLOSED
        number = report.shift.number
        paper = await self._approvals.run(PrintShift(number if is_z else None))
        self.told.emit(shift_page.printed(paper.copy_number, paper.outcome), "printer")
        if not is_z or self._report is not report:
            return
        kept = await self._services.journal.shift(number)
        if kept is not None and self._report is report:
            self._report = ShiftReport(kept, report.books)

    # ------------------------------------------------------------------------------ what is shown

    def _made(self, **parts: Any) -> ShiftScreen:
        return ShiftScreen(
            stage=self._stage,
            error=self._error,
            appeared=self._appeared,
            point=self._point,
            points=self._points,
            **{"status": shift_page.status(self._shift), "can_press": not self._is_busy, **parts},
        )

    def _closed(self) -> ShiftScreen:
        cents = self._typed_cents(can_be_nothing=True)
        act = shift_page.OPEN_SHIFT
        return self._made(
            title=shift_page.NO_SHIFT,
            description=shift_page.OPEN_WITH,
            amount_label=shift_page.FLOAT,
            amount=self._amount_row(),
            earlier=self._earlier_rows,
            primary=act if cents is None else shift_page.open_with(cents, self._currency),
            paper=self._draft(),
        )

    def _open(self) -> ShiftScreen:
        shift = self._shift
        assert shift is not None, "it is open"
        return self._made(
            title=shift_page.title(shift),
            description=shift_page.TO_THE_END,
            facts=(
                Fact(shift_page.OPENED_BY, shift.opened_by),
                Fact(shift_page.SINCE, shift_page.clock(shift.opened_at)),
                Fact(shift_page.FLOAT, shift_page.money(shift.float_cents, shift.currency)),
            ),
            earlier=self._earlier_rows,
            buttons=(Button(shift_page.READ_X, Act.READ_X, icon="list"),),
            primary=shift_page.COUNT_DRAWER,
            paper=self._draft(),
        )

    def _move(self) -> ShiftScreen:
        kind = self._kind
        is_amount = kind is not CashMoveKind.NO_SALE
        return self._made(
            title=shift_page.move_title(kind),
            description=shift_page.move_line(kind),
            amount_label=window.AMOUNT,
            amount=self._amount_row() if is_amount else None,
            reason_label=shift_page.REASON,
            reasons=shift_page.REASONS[kind],
            reason=self._reason,
            words=self._words,
            buttons=(_back(),),
            primary=shift_page.move_act(kind, self._typed_cents(), self._currency),
            paper=self._draft(),
        )

    def _count(self) -> ShiftScreen:
        currency = self._currency
        values = denominations(currency)
        notes = [value for value in values if shift_page.is_note(value, currency)]
        if len(notes) == len(values):
            notes = notes[: (len(notes) + 1) // 2]
        total = worth_of(self._pieces)
        return self._made(
            title=shift_page.COUNT_DRAWER,
            description=shift_page.BLIND,
            steps=shift_page.STEPS,
            step=_STEPS[self._stage],
            headings=shift_page.headings(currency),
            notes=tuple(self._piece_row(value) for value in notes),
            coins=tuple(self._piece_row(value) for value in values if value not in notes),
            counted=shift_page.money(total, currency),
            buttons=(_back(),),
            primary=shift_page.FINISH_COUNT,
            paper=self._draft(self._sorted_pieces),
        )

    def _counted(self) -> ShiftScreen:
        currency = self._currency
        return self._made(
            title=shift_page.CLOSE_TITLE,
            description=shift_page.Z_ENDS_IT,
            steps=shift_page.STEPS,
            step=_STEPS[self._stage],
            facts=(Fact(shift_page.COUNTED, shift_page.money(self._counted_cents, currency)),),
            reason_label=shift_page.EXPLAIN if self._is_explaining else "",
            reasons=shift_page.EXPLANATIONS if self._is_explaining else (),
            reason=self._reason,
            words=self._words,
            buttons=(Button(shift_page.COUNT_AGAIN, Act.COUNT_AGAIN, "F9"),),
            primary=shift_page.CLOSE_WITH_Z,
            paper=self._draft(self._sorted_pieces),
        )

    def _reported(self) -> ShiftScreen:
        report = self._report
        assert report is not None, "a report is shown"
        shift = report.shift
        is_z = shift.state is ShiftState.CLOSED
        description = "" if is_z else shift_page.X_GOES_ON
        at = self._services.clock.now().wall.astimezone()
        slip = shift_slip(self._services.profile, report, at)
        is_copy = is_z and shift.papers > 0
        return self._made(
            title=(shift_page.z_title if is_z else shift_page.x_title)(shift.number),
            description=shift_page.CLOSED_NOW if self._is_new_z else description,
            steps=shift_page.STEPS if self._is_new_z else (),
            step=len(shift_page.STEPS) - 1,
            buttons=(_back(),),
            primary=shift_page.PRINT_COPY if is_copy else shift_page.PRINT,
            primary_key="F9",
            paper=PaperRow(slip=slip, is_torn=is_z),
        )

    def _piece_row(self, value: int) -> PieceRow:
        count = self._pieces.get(value, 0)
        return PieceRow(
            value=value,
            label=shift_page.denomination(value, self._currency),
            count=str(count) if count else "",
            worth=shift_page.money(value * count, self._currency) if count else "–",
        )

    def _draft(self, found: dict[int, int] | None = None) -> PaperRow:
        services = self._services
        at = services.clock.now().wall
        slip = shift_page.draft(services.profile, self._shift, services.actor.name, at, found)
        return PaperRow(slip=slip)

    def _amount_row(self) -> AmountRow:
        sign = sign_of(self._currency)
        return AmountRow(text=self._amount, error=self._amount_error, currency_sign=sign)

    @property
    def _earlier_rows(self) -> tuple[EarlierRow, ...]:
        return tuple(EarlierRow(one.number, shift_page.earlier(one)) for one in self._earlier)

    @property
    def _sorted_pieces(self) -> dict[int, int]:
        return {value: self._pieces.get(value, 0) for value in denominations(self._currency)}

    # ------------------------------------------------------------------------------------ plumbing

    @property
    def _currency(self) -> str:
        return self._services.profile.currency if self._shift is None else self._shift.currency

    @property
    def _said(self) -> str:
        """The reason: in own words, or else as chosen, in the till's."""
        with for_the_record():
            reasons = (
                shift_page.EXPLANATIONS
                if self._stage is ShiftStage.COUNTED
                else shift_page.REASONS[self._kind]
            )
        chosen = "" if self._reason is None else reasons[self._reason]
        return self._words.strip() or chosen

    @property
    def _first_place(self) -> str:
        match self._stage:
            case ShiftStage.CLOSED:
                return AMOUNT
            case ShiftStage.MOVE:
                return REASON if self._kind is CashMoveKind.NO_SALE else AMOUNT
            case ShiftStage.COUNT:
                return str(denominations(self._currency)[0])
            case _:
                return ""

    def _typed_cents(self, *, can_be_nothing: bool = False) -> int | None:
        try:
            return parse_amount(self._amount, currency=self._currency).cents
        except AmountError as error:
            is_nothing = error.cause.problem is AmountProblem.ZERO
            return 0 if can_be_nothing and is_nothing else None

    def _cents(self, *, can_be_nothing: bool = False) -> int | None:
        """Return what was typed; where it is no amount, say so below it and return None."""
        cents = self._typed_cents(can_be_nothing=can_be_nothing)
        if cents is None:
            try:
                parse_amount(self._amount, currency=self._currency)
            except AmountError as error:
                self._amount_error = f"{entries.misentry(error.cause)}."
        return cents

    def _go_home(self) -> None:
        self._report = None
        self._go_to(ShiftStage.CLOSED if self._shift is None else ShiftStage.OPEN)

    def _go_to(self, stage: ShiftStage) -> None:
        self._stage = stage
        self._amount = self._words = self._error = self._amount_error = ""
        self._reason = None
        self._appear(self._first_place)

    @override
    def _refuse(self, error: CounterfoilError) -> None:
        if isinstance(error, ShiftRefusedError):
            # Whoever closed or opened it meanwhile: what is typed here stays.
            self._error = failures.failure(error)
        else:
            super()._refuse(error)


def _move_of(kind: CashMoveKind, cents: int, reason: str) -> Command[CashMove]:
    match kind:
        case CashMoveKind.PAY_IN:
            return PayIn(cents, reason)
        case CashMoveKind.PAY_OUT:
            return PayOut(cents, reason)
        case CashMoveKind.DROP:
            return DropCash(cents, reason)
        case CashMoveKind.NO_SALE:
            return OpenDrawer(reason)


def _back() -> Button:
    return Button(window.BACK, Act.BACK, "Esc")
