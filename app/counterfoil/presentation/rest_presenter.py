"""Takes payment for what a sale's vouchers did not cover: in cash with change, card, or both."""

import asyncio
from collections.abc import Mapping
from dataclasses import field

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.drawer import ShiftProblem
from counterfoil.domain.failures import ShiftRefusedError
from counterfoil.domain.money import (
    AmountError,
    Money,
    format_cents,
    parse_amount,
    sign_of,
)
from counterfoil.domain.tender import Tender, TenderKind, fault_of_tenders
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.counter_front import ANSWERS_FROM_S
from counterfoil.presentation.words import entries, failures, rests
from counterfoil.presentation.words.rests import Way
from counterfoil.service.commands import TakeRest
from counterfoil.service.services import Services

CARD, OTHER, GIVEN = "card", "other", "given"
"""The amounts that are typed; what is left of the rest beside the first two is paid in cash."""
WAYS = tuple(Way)
_FIELDS: Mapping[Way | None, tuple[str, ...]] = {
    Way.CASH: (GIVEN,),
    Way.MIX: (CARD, OTHER, GIVEN),
}
_WHOLE = {Way.CARD: TenderKind.CARD, Way.OTHER: TenderKind.OTHER}


@dataclass(frozen=True, slots=True, kw_only=True)
class RestScreen:
    """The question how the rest is paid, or at the end how much change is due."""

    due: str
    sign: str
    is_shift_open: bool = True
    is_over: bool = False
    """The rest is taken; the change is to be given."""
    ways: tuple[str, ...] = ()
    way: int | None = None
    fields: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    in_cash: str = ""
    """What of a mix is paid in cash."""
    change: str = ""
    error: str = ""
    act: str = ""
    can_press: bool = True
    point: str = ""
    points: int = 0


class RestPresenter(QObject):
    """Holds the one sale whose rest is being taken.

    Signals:
        changed(RestScreen): there is something new to show; None when nothing is asked.
        shift_wished(): somebody wants to open a shift first.
    """

    changed = Signal(object)
    shift_wished = Signal()

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._approvals = approvals
        self._owed: Money | None = None
        self._is_shift_open = self._is_over = False
        self._answered: asyncio.Future[tuple[Tender, ...] | None] | None = None
        self._way: Way | None = None
        self._texts: dict[str, str] = {}
        self._errors: dict[str, str] = {}
        self._error = ""
        self._change_cents = 0
        self._appeared_at_s = 0.0
        self._point, self._points = "", 0

    # ------------------------------------------------------------------------------- from outside

    @property
    def is_in_front(self) -> bool:
        """Whether the question is shown in front of the page."""
        return self._answered is not None

    async def take(self, sale_id: str, owed: Money) -> bool:
        """Ask how the rest of a sale is paid, and record it; return whether that closed the sale.

        A refusal is shown in the question, which then goes on.

        Raises:
            CounterfoilError: any other failure of `Gate.run`.

        """
        if self._owed is not None:
            return False
        self._owed = owed
        self._way, self._texts, self._errors, self._error = Way.CASH, {}, {}, ""
        self._is_over, self._change_cents = False, 0
        try:
            self._is_shift_open = await self._services.journal.open_shift() is not None
            while (tenders := await self._ask()) is not None:
                try:
                    await self._approvals.run(TakeRest(sale_id, tenders))
                except ShiftRefusedError as error:
                    self._is_shift_open = error.problem is not ShiftProblem.NOT_OPEN
                    self._error = failures.failure(error)
                    continue
                await self._tell_change(tenders)
                return True
            return False
        finally:
            self._owed = self._answered = None
            self._emit()

    def withdraw(self) -> None:
        """Close the question without a payment or, after it, the display of the change."""
        self._answer(None)

    def screen(self) -> RestScreen | None:
        """Return what is to be shown now; None where nothing is asked."""
        owed = self._owed
        if owed is None or self._answered is None:
            return None
        due, sign = str(owed), sign_of(owed.currency)
        if self._is_over:
            change = format_cents(self._change_cents, owed.currency)
            return RestScreen(due=due, sign=sign, is_over=True, change=change, act=rests.DONE)
        if not self._is_shift_open:
            return RestScreen(due=due, sign=sign, is_shift_open=False, act=rests.OPEN_SHIFT)
        cash = self._cash_cents(owed)
        is_mix = self._way is Way.MIX
        return RestScreen(
            due=due,
            sign=sign,
            ways=tuple(rests.WAYS[way] for way in WAYS),
            way=None if self._way is None else WAYS.index(self._way),
            fields=_FIELDS.get(self._way, ()),
            texts=dict(self._texts),
            errors=dict(self._errors),
            in_cash=format_cents(max(0, cash), owed.currency) if is_mix else "",
            change=self._change(owed),
            error=self._error,
            act=rests.act(self._way, owed.minor_units, owed.currency),
            can_press=not self._is_taking,
            point=self._point,
            points=self._points,
        )

    # ------------------------------------------------------------------------------------ intents

    def choose(self, place: int) -> None:
        """Choose a way to pay by its index."""
        self._way, self._errors, self._error = WAYS[place], {}, ""
        self._emit()

    def edit(self, name: str, text: str) -> None:
        """Store the text that was typed as one of the amounts, by the field's name."""
        self._texts[name] = text
        self._errors, self._error = {}, ""
        self._emit()

    def press(self) -> None:
        """Take the payment, or close the display of the change; a second press does nothing.

        In the first moment a press is ignored: it was meant for what was shown before.
        """
        owed = self._owed
        if owed is None or self._is_taking or self._has_just_appeared:
            return
        if self._is_over:
            self._answer(None)
        elif not self._is_shift_open:
            self._answer(None)
            self.shift_wished.emit()
        else:
            self._press_take(owed)

    # ---------------------------------------------------------------------------------------- work

    def _press_take(self, owed: Money) -> None:
        tenders = self._tenders(owed)
        if tenders is None:
            self._point_at(next(iter(self._errors), ""))
            return
        problem = fault_of_tenders(owed.minor_units, tenders)
        if problem is None:
            self._answer(tenders)
            return
        self._error = failures.failure(ShiftRefusedError(problem))
        is_given = problem is ShiftProblem.TOO_LITTLE_GIVEN
        self._point_at(GIVEN if is_given or self._way is not Way.MIX else CARD)

    async def _ask(self) -> tuple[Tender, ...] | None:
        self._answered = asyncio.get_running_loop().create_future()
        self._appear()
        return await self._answered

    async def _tell_change(self, tenders: tuple[Tender, ...]) -> None:
        """Show the change until somebody says that it is given; the sale is closed already."""
        self._change_cents = sum(one.change_cents for one in tenders)
        if self._change_cents:
            self._is_over = True
            _ = await self._ask()

    def _tenders(self, owed: Money) -> tuple[Tender, ...] | None:
        """Return the parts as they are typed; None where one of them is no amount."""
        whole = None if self._way is None else _WHOLE.get(self._way)
        if whole is not None:
            return (Tender(whole, owed.minor_units),)
        read = {name: self._typed(name) for name in _FIELDS.get(self._way, ())}
        self._errors = {name: said for name, (_, said) in read.items() if said}
        if self._errors:
            return None
        cents = {name: found for name, (found, _) in read.items() if found}
        cash = self._cash_cents(owed)
        parts = [
            Tender(kind, cents[name])
            for name, kind in ((CARD, TenderKind.CARD), (OTHER, TenderKind.OTHER))
            if name in cents
        ]
        if cash or not parts:
            parts.append(Tender(TenderKind.CASH, cash, cents.get(GIVEN)))
        return tuple(parts)

    def _cash_cents(self, owed: Money) -> int:
        """Return what of the rest is paid in cash; below nothing where the other parts are more."""
        if self._way is Way.CASH:
            return owed.minor_units
        if self._way is not Way.MIX:
            return 0
        others = (self._typed(name)[0] or 0 for name in (CARD, OTHER))
        return owed.minor_units - sum(others)

    def _change(self, owed: Money) -> str:
        if GIVEN not in _FIELDS.get(self._way, ()):
            return ""
        given = self._typed(GIVEN)[0]
        change = None if given is None else given - self._cash_cents(owed)
        return "" if change is None or change < 0 else format_cents(change, owed.currency)

    def _typed(self, name: str) -> tuple[int | None, str]:
        """Return an amount as it is typed, None for an empty one, and what is wrong with it."""
        text = self._texts.get(name, "")
        assert self._owed is not None, "a rest is asked for"
        if not text.strip():
            return None, ""
        try:
            return parse_amount(text, currency=self._owed.currency).cents, ""
        except AmountError as error:
            return None, f"{entries.misentry(error.cause)}."

    # ------------------------------------------------------------------------------------ plumbing

    @property
    def _is_taking(self) -> bool:
        return self._answered is None or self._answered.done()

    @property
    def _has_just_appeared(self) -> bool:
        return self._services.clock.now().monotonic_s - self._appeared_at_s < ANSWERS_FROM_S

    def _answer(self, tenders: tuple[Tender, ...] | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(tenders)

    def _appear(self) -> None:
        self._appeared_at_s = self._services.clock.now().monotonic_s
        self._point_at(GIVEN)

    def _point_at(self, place: str) -> None:
        self._point = place
        self._points += 1
        self._emit()

    def _emit(self) -> None:
        self.changed.emit(self.screen())
