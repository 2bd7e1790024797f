"""Asks a person what the provider says about a redemption, and settles it by that."""

import asyncio
from dataclasses import field

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import NotPermittedError, SettlementTextError
from counterfoil.domain.money import format_cents
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import TEXTS, CustomerGot, Evidence
from counterfoil.domain.settling import is_late_approval, needed_texts
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.screens import Fact
from counterfoil.presentation.words import approvals, settlements
from counterfoil.presentation.words.rows import tail_of
from counterfoil.service.commands import SettleByHand
from counterfoil.service.services import Services
from counterfoil.service.views import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleScreen:
    """The question what the provider says about one redemption."""

    facts: tuple[Fact, ...]
    question: str
    line: str
    evidence: tuple[str, ...]
    said: int | None = None
    """The place of what the provider says."""
    gots: tuple[str, ...]
    got: int | None = None
    fields: tuple[str, ...] = TEXTS
    """The texts that are asked for."""
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    act: str = field(default_factory=lambda: settlements.SETTLE)
    can_press: bool = False
    point: str = ""
    """The text that the cursor goes to."""
    points: int = 0


class SettlePresenter(QObject):
    """Holds the one redemption that somebody is settling.

    Signals: ``changed(SettleScreen)`` there is something new to show; None when nothing is asked.
    """

    changed = Signal(object)

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._approvals = approvals
        self._dossier: Dossier | None = None
        self._answered: asyncio.Future[SettleByHand | None] | None = None
        self._is_wanted = False
        """Whether it is asked again where nobody approved it, or a text was not taken."""
        self._said: int | None = None
        self._got: int | None = None
        self._texts: dict[str, str] = {}
        self._errors: dict[str, str] = {}
        self._point, self._points = "", 0

    # ------------------------------------------------------------------------------- from outside

    @property
    def is_in_front(self) -> bool:
        """Whether the question is shown in front of the page."""
        return self.screen() is not None

    async def settle(self, redemption_id: str) -> Redemption | None:
        """Ask what the provider says, and settle it by that; None where the person has gone back.

        A text that is refused is asked for again, and so are all where nobody approved the
        settlement.

        Raises:
            CounterfoilError: what `Gate.run` raises.

        """
        if self._dossier is not None:
            return None
        self._dossier = await self._services.settlements.dossier(redemption_id)
        self._is_wanted = True
        self._said = self._got = None
        if is_late_approval(self._dossier.redemption):
            self._said = tuple(Evidence).index(Evidence.TAKEN)
        self._texts, self._errors, self._point = {}, {}, ""
        try:
            while self._is_wanted and (command := await self._ask()) is not None:
                try:
                    return await self._approvals.run(command)
                except SettlementTextError as error:
                    said = settlements.refused(error)
                    assert said is not None, "each fault of a text has its words"
                    self._errors = {error.field: said}
                    self._point_at(error.field)
                except NotPermittedError:
                    continue
            return None
        finally:
            self._dossier = None
            self._emit()

    def withdraw(self) -> None:
        """Close the question; nothing is settled."""
        self._is_wanted = False
        self._answer(None)

    def screen(self) -> SettleScreen | None:
        """Return what is to be shown now; None where nothing is asked."""
        dossier = self._dossier
        if dossier is None or not self._is_asking:
            return None
        one = dossier.redemption
        amount = format_cents(one.redeemed_cents or 0, one.currency)
        question, line = settlements.question(one, dossier.advice), settlements.ask_by(one)
        if self._is_answered:
            question, line = settlements.late_offer(one)
        return SettleScreen(
            facts=(
                Fact(approvals.AMOUNT, amount),
                Fact(approvals.VOUCHER, f"{one.type_name} {tail_of(one)}", is_mono=True),
                Fact(approvals.CASHIER, one.cashier),
            ),
            question=question,
            line=line,
            evidence=tuple(map(settlements.said_choice, Evidence)),
            said=self._said,
            gots=tuple(
                settlements.got_choice(got, is_offered=self._is_answered) for got in CustomerGot
            ),
            got=self._got,
            fields=self._fields,
            texts=dict(self._texts),
            errors=dict(self._errors),
            act=settlements.act(one, self._evidence, self._customer_got),
            can_press=not self._missing(),
            point=self._point,
            points=self._points,
        )

    # ------------------------------------------------------------------------------------ intents

    def choose_evidence(self, place: int) -> None:
        """Choose, by its index, what the provider says."""
        self._said = place
        self._emit()

    def choose_got(self, place: int) -> None:
        """Choose, by its index, what the customer got."""
        self._got = place
        self._emit()

    def edit(self, name: str, text: str) -> None:
        """Store what was typed as one of the texts, by the field's name."""
        self._texts[name] = text
        self._errors.pop(name, None)
        self._emit()

    def submit(self, name: str) -> None:
        """Move the cursor on after Enter in a text; Enter never settles."""
        after = self._fields[self._fields.index(name) + 1 :]
        self._point_at(after[0] if after else self._missing())

    def press(self) -> None:
        """Settle the redemption; a second press does nothing."""
        if missing := self._missing():
            self._point_at(missing)
            return
        dossier, evidence, got = self._dossier, self._evidence, self._customer_got
        assert evidence is not None, "it is chosen"
        assert got is not None, "it is chosen"
        if dossier is not None:
            texts = {name: self._texts.get(name, "") for name in self._fields}
            self._answer(
                SettleByHand(
                    redemption_id=dossier.redemption.id, evidence=evidence, got=got, **texts
                )
            )
            self._emit()

    # ------------------------------------------------------------------------------------ plumbing

    @property
    def _is_asking(self) -> bool:
        return self._answered is not None and not self._answered.done()

    @property
    def _is_answered(self) -> bool:
        """Whether the provider's answer is here, so that nobody has to be asked for one."""
        dossier = self._dossier
        is_late = dossier is not None and is_late_approval(dossier.redemption)
        return is_late and self._evidence is Evidence.TAKEN

    @property
    def _fields(self) -> tuple[str, ...]:
        return TEXTS[-1:] if self._is_answered else TEXTS

    @property
    def _evidence(self) -> Evidence | None:
        return None if self._said is None else tuple(Evidence)[self._said]

    @property
    def _customer_got(self) -> CustomerGot | None:
        return None if self._got is None else tuple(CustomerGot)[self._got]

    async def _ask(self) -> SettleByHand | None:
        self._answered = asyncio.get_running_loop().create_future()
        self._emit()
        return await self._answered

    def _answer(self, command: SettleByHand | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(command)

    def _missing(self) -> str:
        """Return what is still missing; empty for nothing."""
        dossier, evidence, got = self._dossier, self._evidence, self._customer_got
        if dossier is None or evidence is None:
            return "evidence"
        if got is None:
            return "got"
        needed = needed_texts(dossier.redemption, evidence, got)
        return next((name for name in needed if not self._texts.get(name, "").strip()), "")

    def _point_at(self, place: str) -> None:
        self._point = place
        self._points += 1
        self._emit()

    def _emit(self) -> None:
        self.changed.emit(self.screen())
