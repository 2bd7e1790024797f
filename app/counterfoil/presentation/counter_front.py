"""Holds the stage that is shown at the counter, and builds the screen from it.

A stage is replaced as a whole.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from counterfoil.domain.failures import (
    CounterfoilError,
    EntryError,
    JournalUnavailableError,
    NotPermittedError,
)
from counterfoil.domain.redemption import Redemption
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.counter_screen import Glance, Surroundings, counter_screen
from counterfoil.presentation.counter_stages import (
    CounterStage,
    Empty,
    Form,
    RestQuestion,
    Result,
    Working,
    form_of,
    with_form,
)
from counterfoil.presentation.latest_reader import LatestReader
from counterfoil.presentation.screens import AMOUNT, CounterScreen
from counterfoil.presentation.words import failures
from counterfoil.presentation.words.rows import last_row
from counterfoil.service.services import Services

ANSWERS_FROM_S = 0.6
"""A result, or a form that comes back filled, takes no key or click before.

A double press can so neither answer a question nor redeem again."""
LAST_MAX = 5


class CounterFront(QObject):
    """Holds the stage at the counter, and runs work whose failure is shown there.

    Signals:
        changed(CounterScreen): there is something new to show.
        failed(CounterfoilError): the till cannot go on selling.
        finished(Redemption): a redemption that is shown came to an end.
        told(str, str): a message that needs no answer, and its icon.
        asked(): a question says by now why something is not taken.
        refused(str): why something scanned, pasted or typed is not taken.
        pointed(str): where the cursor goes: a field, ``AMOUNT``, or empty for the first field.
        room_wished(Room): another page is to come in front.
        papers_changed(): a person said whether a slip came out.

    """

    changed = Signal(object)
    failed = Signal(object)
    finished = Signal(object)
    papers_changed = Signal()
    room_wished = Signal(object)
    told = Signal(str, str)
    refused = Signal(str)
    asked = Signal()
    pointed = Signal(str)

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.services = services
        self.approvals = approvals
        self._stage: CounterStage = Empty()
        self._around = Surroundings()
        self._appeared_at_s = 0.0
        self._shown: CounterScreen | None = None
        self._glances = LatestReader(services.owner, self._fenced_glance, "refresh last rows")

    @property
    def stage(self) -> CounterStage:
        """The stage that is shown: form, question, result or nothing to choose."""
        return self._stage

    @property
    def around(self) -> Surroundings:
        """What is shown beside the stage."""
        return self._around

    def swap(self, stage: CounterStage, *, is_new: bool = False) -> None:
        """Show another stage. With ``is_new`` its buttons are ignored for a moment.

        So are those of the question how the rest of a sale is paid, when it appears.
        """
        if is_new or (isinstance(stage, RestQuestion) and not _asks_rest(self._stage)):
            self._appeared_at_s = self.now_s()
        self._stage = stage
        self.emit_screen()

    def surround(self, **changes: Any) -> None:
        """Change what is shown beside the stage; the names are those of `Surroundings`."""
        self._around = replace(self._around, **changes)
        self.emit_screen()

    def screen(self) -> CounterScreen:
        """Return what is to be shown now."""
        return counter_screen(self._stage, self._around, self.services)

    def emit_screen(self) -> None:
        """Emit ``changed`` with what is to be shown now, unless that is what is shown."""
        screen = self.screen()
        if screen != self._shown:
            self._shown = screen
            self.changed.emit(screen)

    def in_front(self, then: Redemption) -> Result | None:
        """Return the shown result if it is of this redemption, in the same state; else None."""
        stage = self._stage
        return stage if isinstance(stage, Result) and stage.is_of(then) else None

    @property
    def has_just_appeared(self) -> bool:
        """Whether the stage appeared so recently that a press was meant for the one before."""
        return self.now_s() - self._appeared_at_s < ANSWERS_FROM_S

    def now_s(self) -> float:
        """Return the monotonic time in seconds."""
        return self.services.clock.now().monotonic_s

    def point(self) -> None:
        """Move the cursor to the first field where something is missing.

        In a complete form it goes to the amount, so that the PIN is masked.
        """
        form = form_of(self._stage)
        if form is not None:
            missing = form.entry.missing(form.chosen, self._around.room)
            self.pointed.emit(AMOUNT if missing is None else missing.place)

    async def glance_at_journal(self) -> None:
        """Read what the counter shows of the journal, and return once it is shown."""
        await self._glances.fresh()

    async def _fenced_glance(self) -> None:
        await self.fenced(self._glance)

    async def _glance(self) -> None:
        journal, waits_for = self.services.journal, self.services.asking.waits_for
        slip_number = await journal.next_slip_number()
        history = await journal.history(LAST_MAX)
        colours = self._around.offer.colours
        last = tuple(last_row(one, colours, is_checked=waits_for(one)) for one in history)
        self._around = replace(self._around, glance=Glance(slip_number=slip_number, last=last))

    # --------------------------------------------------------------------------------------- work

    def start(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        """Run work in a task of its own; a failure is shown in words."""
        _ = self.services.owner.spawn(self.fenced(work), name)

    async def fenced(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run work; a failure is shown in words, and the till goes on."""
        try:
            await work()
        except JournalUnavailableError as error:
            self.failed.emit(error)
        except NotPermittedError as error:
            self.refused.emit(failures.failure(error))
        except CounterfoilError as error:
            self._say(error)
        finally:
            self.emit_screen()

    def _say(self, error: CounterfoilError) -> None:
        """Say a failure where the cashier looks: in the form, or beside a result."""
        stage, form = self._stage, form_of(self._stage)
        if isinstance(stage, Result):
            self.told.emit(failures.failure(error, stage.redemption.type_name), "alert")
            return
        if form is None:
            self.told.emit(failures.failure(error), "alert")
            return
        said = failures.failure(error, form.chosen.name)
        self._stage = with_form(stage, _with_failure(form, error, said))
        if isinstance(error, EntryError):
            self.point()


def _asks_rest(stage: CounterStage) -> bool:
    match stage:
        case RestQuestion() | Working(RestQuestion()):
            return True
        case _:
            return False


def _with_failure(form: Form, error: CounterfoilError, said: str) -> Form:
    has_field = isinstance(error, EntryError) and any(
        one.name == error.field for one in form.chosen.fields
    )
    if isinstance(error, EntryError) and has_field:
        return replace(form, entry=form.entry.with_error(error.field, said))
    return replace(form, entry=replace(form.entry, error=said))
