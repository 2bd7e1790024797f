"""Builds what the counter shows of a stage; pure functions from values to records."""

from dataclasses import field, replace

from counterfoil.declaring import dataclass
from counterfoil.domain.offer import Offer
from counterfoil.domain.slip import Slip
from counterfoil.domain.slip_facts import Heading
from counterfoil.presentation import result_screen
from counterfoil.presentation.counter_form import (
    amount_row,
    draft_entry,
    field_row,
    foot,
    primary_text,
    ready,
    tile_groups,
    typed_tail,
)
from counterfoil.presentation.counter_stages import (
    CounterStage,
    DoubtQuestion,
    Empty,
    Form,
    RestQuestion,
    Result,
    TypeQuestion,
    Working,
    form_of,
)
from counterfoil.presentation.monogram import monogram
from counterfoil.presentation.screens import (
    Button,
    CounterScreen,
    LastRow,
    PaperRow,
    Room,
    Stage,
    TileGroup,
)
from counterfoil.presentation.words import buttons, counter, failures
from counterfoil.presentation.words.rows import mark_of
from counterfoil.presentation.words.slips import draft_slip
from counterfoil.service.services import Services


def _rest_buttons() -> tuple[Button, ...]:
    return (
        buttons.ANOTHER_VOUCHER,
        replace(buttons.TAKE_REST, key="F9"),
        replace(buttons.REST_PAID_OTHERWISE, key="F2"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What the counter shows of the journal, as read at one moment."""

    slip_number: int = 1
    last: tuple[LastRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the counter shows beside its stage, whichever it is."""

    room: Room = Room.REDEEM
    offer: Offer = field(default_factory=lambda: Offer((), None, is_fresh=False))
    groups: tuple[TileGroup, ...] = ()
    glance: Glance = field(default_factory=Glance)
    is_scanning: bool = False
    """A scanner is typing, so nothing is pressed."""
    is_stopped: bool = False
    """The till is closing, so nothing is begun."""

    def with_offer(self, offer: Offer) -> "Surroundings":
        """Return a copy with other voucher types."""
        return replace(self, offer=offer, groups=tile_groups(offer))


def counter_screen(stage: CounterStage, around: Surroundings, services: Services) -> CounterScreen:
    """Return everything that is shown of a stage."""
    frame = CounterScreen(
        groups=around.groups, paper=_paper(stage, around, services), last=around.glance.last
    )
    shown = _shown(stage, frame, around)
    return _closing(shown) if around.is_stopped else shown


def _shown(
    stage: CounterStage, frame: CounterScreen, around: Surroundings, *, is_busy: bool = False
) -> CounterScreen:
    match stage:
        case Empty():
            return _empty(frame, around.offer)
        case Form():
            return _form(stage, frame, around, is_busy=is_busy)
        case DoubtQuestion(form, is_old):
            shown = _form(form, frame, around, is_busy=is_busy)
            why = counter.FORM_HAS_WAITED if is_old else counter.LAST_SCAN_NOT_TAKEN
            tail = typed_tail(form.chosen, form.entry)
            return _asking(
                shown, counter.still_this(why, tail), (buttons.SAME_VOUCHER, buttons.EMPTY_FORM)
            )
        case TypeQuestion():
            return _which_type(stage, frame)
        case RestQuestion(form):
            shown = _form(form, frame, around, is_busy=is_busy)
            owed = form.entry.rest.said() if form.entry.rest else ""
            return _asking(shown, counter.with_another(owed), _rest_buttons())
        case Working(over):
            return _shown(over, frame, around, is_busy=True)
        case Result():
            return _result(stage, frame, around.offer)


def _empty(frame: CounterScreen, offer: Offer) -> CounterScreen:
    trouble = offer.trouble
    title = counter.empty_title(is_asking=trouble is None)
    offered = () if trouble is None else (buttons.TRY_AGAIN,)
    icon = "hourglass" if trouble is None else "network-off"
    return replace(
        frame, title=title, notice=failures.no_types(trouble), icon=icon, buttons=offered
    )


def _which_type(asked: TypeQuestion, frame: CounterScreen) -> CounterScreen:
    names = [one.name for one in asked.types]
    return replace(
        frame,
        title=counter.WHICH_VOUCHER,
        notice=counter.which_voucher(asked.code.tail(), names),
        icon="barcode",
        buttons=(buttons.NONE_OF_THEM,),
        fitting=tuple(one.id for one in asked.types),
    )


def _asking(shown: CounterScreen, question: str, answers: tuple[Button, ...]) -> CounterScreen:
    return replace(shown, stage=Stage.QUESTION, notice=question, buttons=answers)


def _result(result: Result, frame: CounterScreen, offer: Offer) -> CounterScreen:
    """Return a result, whatever discovery says of its type by now."""
    redemption = result.redemption
    mark = mark_of(redemption, offer.colours)
    return replace(
        frame,
        stage=Stage.RESULT,
        chosen=redemption.type_id,
        title=redemption.type_name,
        monogram=mark,
        result=replace(result_screen.result(result.outcome), monogram=mark),
    )


def _form(
    form: Form, frame: CounterScreen, around: Surroundings, *, is_busy: bool
) -> CounterScreen:
    chosen, entry, room = form.chosen, form.entry, around.room
    is_balance = room is Room.BALANCE
    can_press = entry.is_complete(chosen, room) and not is_busy and not around.is_scanning
    shown = replace(
        frame,
        stage=Stage.FORM,
        chosen=chosen.id,
        title=chosen.name,
        description=chosen.description,
        monogram=monogram(chosen.id, chosen.name, chosen.colour),
        error=entry.error,
        has_balance_button=chosen.can_look_up and not is_balance,
        fields=tuple(field_row(spec, entry) for spec in chosen.fields),
        amount=None if is_balance else amount_row(chosen, entry, form.told, form.takeable),
        primary_text=primary_text(chosen, entry, room, is_busy=is_busy),
        primary_key="F3" if is_balance else "F12",
        can_press=can_press,
        ready=ready(chosen, entry) if can_press and not is_balance else "",
        foot=foot(chosen, entry, room, can_press=can_press),
        foot_acts=() if is_balance or is_busy else _foot_acts(form),
    )
    told = form.balance
    if told is None or not is_balance:
        return shown
    if form.is_usable and not is_busy:
        shown = replace(
            shown, primary_text=counter.USE_THIS, primary_key="F11", foot=counter.ASK_ONCE_MORE
        )
    return replace(shown, balance=told.facts, balance_lines=told.lines, balance_note=told.note)


def _foot_acts(form: Form) -> tuple[Button, ...]:
    if form.entry.rest is not None:
        return buttons.TAKE_REST, buttons.REST_PAID_OTHERWISE
    if form.entry.due_beside(form.chosen) is not None:
        return (buttons.NO_REST,)
    return (buttons.BRING_BACK,) if form.cleared is not None else ()


def _paper(stage: CounterStage, around: Surroundings, services: Services) -> PaperRow:
    if not isinstance(stage, Result):
        form = None if isinstance(stage, TypeQuestion) else form_of(stage)
        return PaperRow(slip=_draft(form, around, services))
    is_refused = stage.redemption.state in result_screen.REFUSED
    form = None if is_refused else form_of(stage)
    draft = _draft(form, around, services, own_number=stage.redemption.slip_number)
    return result_screen.paper(stage.outcome, services.slips, draft)


def _draft(
    form: Form | None, around: Surroundings, services: Services, *, own_number: int = 0
) -> Slip:
    heading = Heading(
        profile=services.profile,
        cashier=services.actor.name,
        at=services.clock.now().wall.astimezone(),
        slip_number=own_number or around.glance.slip_number,
    )
    entry = draft_entry(form.chosen, form.entry, around.room) if form is not None else None
    return draft_slip(heading, entry)


def _closing(screen: CounterScreen) -> CounterScreen:
    """Return a screen on which nothing can be pressed any more."""
    result = screen.result
    if result is not None:
        said = result.nothing_to_press or counter.CLOSING
        result = replace(result, buttons=(), nothing_to_press=said)
    return replace(
        screen,
        result=result,
        buttons=(),
        primary_text=counter.CLOSING,
        can_press=False,
        foot="",
        foot_acts=(),
    )
