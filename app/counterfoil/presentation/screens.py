"""What each page shows, as frozen records: a view draws one and decides nothing."""

from collections.abc import Callable
from dataclasses import field, replace
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import Slip
from counterfoil.domain.voucher_type import Choice, FieldKind
from counterfoil.presentation.monogram import Monogram
from counterfoil.presentation.rooms import Room as Room  # noqa: PLC0414 - a part of every screen
from counterfoil.presentation.rooms import Tone as Tone  # noqa: PLC0414


class Stage(StrEnum):
    """Which part of the pages Redeem and Balance is shown beside the slip."""

    EMPTY = "empty"
    """There is no type to choose: offline without any kept, or still asking for them."""
    FORM = "form"
    QUESTION = "question"
    """The form, with one question about its voucher or its sale."""
    RESULT = "result"
    """A banner with what is known; the form is put away."""


class Act(StrEnum):
    """The action that a button of a question, a result or a list stands for."""

    NEW_VOUCHER = "new_voucher"
    TAKE_REST = "take_rest"
    REST_PAID_OTHERWISE = "rest_paid_otherwise"
    NO_REST = "no_rest"
    GO_ON_WITH_SALE = "go_on_with_sale"
    CORRECT_ENTRY = "correct_entry"
    LOOK_UP_BALANCE = "look_up_balance"
    LOOK_IN_HISTORY = "look_in_history"
    SLIP_COMPLETE = "slip_complete"
    SLIP_NOT_COMPLETE = "slip_not_complete"
    PRINT_AGAIN = "print_again"
    PRINT_PENDING = "print_pending"
    RESUME_PRINTER = "resume_printer"
    SAME_VOUCHER = "same_voucher"
    EMPTY_FORM = "empty_form"
    ASK_AGAIN = "ask_again"
    REFRESH = "refresh"
    BRING_BACK = "bring_back"
    PAID_OTHERWISE = "paid_otherwise"
    STILL_HERE = "still_here"
    CUSTOMER_GONE = "customer_gone"
    TRY_NOW = "try_now"
    RESUME = "resume"
    COPY_REFERENCE = "copy_reference"
    VOID = "void"
    SETTLE = "settle"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    DROP_CASH = "drop_cash"
    OPEN_DRAWER = "open_drawer"
    READ_X = "read_x"
    COUNT_AGAIN = "count_again"
    RETENTION = "retention"
    STOP = "stop"
    COMPARE_AGAIN = "compare_again"
    SHOW_SALE = "show_sale"
    BACK = "back"
    SAVE_CSV = "save_csv"
    SAVE_PDF = "save_pdf"


class Cue(StrEnum):
    """A sound that is played for something that is shown as well."""

    APPROVED = "approved"
    DECLINED = "declined"
    IN_DOUBT = "in_doubt"
    NOT_TAKEN = "not_taken"
    SOUNDS_ON = "sounds_on"


AMOUNT = "\0amount"
"""Stands for the amount among the names of fields; no metadata can name a field so."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button. ``key`` is the key cap, such as ``F11``, or empty."""

    text: str
    act: Act
    key: str = ""
    is_primary: bool = False
    icon: str = ""

    def spoken(self, say: Callable[[str], str]) -> "Button":
        """Return it in the language that this says."""
        return replace(self, text=say(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class TileRow:
    """The tile of one voucher type, in the list at the left."""

    type_id: str
    name: str
    monogram: Monogram


@dataclass(frozen=True, slots=True, kw_only=True)
class TileGroup:
    """The tiles of one category, with its heading."""

    heading: str
    tiles: tuple[TileRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field of the form. ``text`` is secret because it may be a PIN."""

    name: str
    label: str
    kind: FieldKind
    is_required: bool
    is_sensitive: bool
    example: str
    hint: str
    length: int | None
    choices: tuple[Choice, ...] = ()
    text: Secret = field(default_factory=lambda: Secret(""))
    error: str = ""
    is_sealed: bool = False
    """Whether a secret text stays hidden, also where the cursor is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountRow:
    """The amount field; the page Balance has none."""

    text: str = ""
    is_whole: bool = False
    can_take_part: bool = True
    hint: str = ""
    error: str = ""
    whole_text: str = ""
    """What the button beside it says, which takes all that is on the voucher."""
    currency_sign: str = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The state of a redemption in a few words.

    ``seconds`` have passed on the ring that counts while the provider is asked.
    """

    tone: Tone
    icon: str
    first: str
    lines: tuple[str, ...] = ()
    """The lines below the first."""
    is_solid: bool = False
    is_hand_over: bool = False
    """The head that fills the stub from edge to edge; only a final redemption has it."""
    seconds: int | None = None
    status: str = ""
    """What the line at the window's foot says, where it is not first and lines together."""

    def spoken(self, say: Callable[[str], str]) -> "Banner":
        """Return it in the language that this says."""
        lines, status = tuple(map(say, self.lines)), self.status and say(self.status)
        return replace(self, first=say(self.first), lines=lines, status=status)


@dataclass(frozen=True, slots=True)
class Fact:
    """A small label over a value."""

    label: str
    value: str
    is_mono: bool = False


@dataclass(frozen=True, slots=True)
class NumberedStep:
    """One step of what to do, and a muted line with why or how."""

    title: str
    line: str = ""

    def spoken(self, say: Callable[[str], str]) -> "NumberedStep":
        """Return it in the language that this says."""
        return NumberedStep(say(self.title), self.line and say(self.line))


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenCode:
    """One code of a change voucher, hidden: its caption, and how long each group of digits is."""

    groups: tuple[int, ...]
    caption: str = ""
    """The name that it came under; empty for the only PIN of the only voucher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """The change voucher's panel; the codes themselves are read only when somebody shows them.

    ``trouble`` says in sentences that there is a voucher whose code could not be read.
    """

    redemption_id: str
    codes: tuple[HiddenCode, ...] = ()
    facts: tuple[Fact, ...] = ()
    sms_text: str = ""
    """Set instead of codes where the provider sends the rest by SMS."""
    trouble: str = ""
    notes: str = ""
    """What the customer must know about a code, such as that it came without a PIN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about a slip or a customer, and how to find the answer."""

    text: str
    how: str = ""
    icon: str = "printer"

    def spoken(self, say: Callable[[str], str]) -> "Question":
        """Return it in the language that this says."""
        return replace(self, text=say(self.text), how=self.how and say(self.how))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """All that is shown of a result, except the slip."""

    redemption_id: str
    banner: Banner
    monogram: Monogram
    facts: tuple[Fact, ...] = ()
    """The row above the banner; the first is the voucher."""
    headline: str = ""
    sentence: str = ""
    steps: tuple[NumberedStep, ...] = ()
    change: ChangeRow | None = None
    question: Question | None = None
    buttons: tuple[Button, ...] = ()
    nothing_to_press: str = ""
    """The sentence in the disabled bar where the button will be."""
    foot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """The slip at the right, and whether it is dimmed, stamped or torn off."""

    slip: Slip
    is_dimmed: bool = False
    stamp: str = ""
    stamp_tone: Tone = Tone.NONE
    is_torn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRow:
    """One redemption as a line in "Last on this till" and in History."""

    redemption_id: str
    time: str
    day: str = ""
    """The day it was; empty where every line is of today."""
    monogram: Monogram
    name: str
    tail: str
    amount: str
    icon: str
    tone: Tone
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterScreen:
    """The page Redeem or Balance."""

    stage: Stage = Stage.EMPTY
    groups: tuple[TileGroup, ...] = ()
    chosen: str = ""
    title: str = ""
    description: str = ""
    monogram: Monogram | None = None
    has_balance_button: bool = False
    fields: tuple[FieldRow, ...] = ()
    amount: AmountRow | None = None
    primary_text: str = ""
    primary_key: str = ""
    can_press: bool = False
    foot: str = ""
    foot_acts: tuple[Button, ...] = ()
    """What else may be said of what the foot says; quieter than every button."""
    ready: str = ""
    """What may be pressed now, for the line at the window's foot."""
    error: str = ""
    """A sentence about the whole form, in the cashier's words."""
    notice: str = ""
    """What the empty stage says."""
    icon: str = ""
    """What the empty stage shows beside it."""
    fitting: tuple[str, ...] = ()
    """The types of which one is to be chosen; empty where none is asked for."""
    buttons: tuple[Button, ...] = ()
    """The buttons of the empty stage and of a question over the form."""
    balance: tuple[Fact, ...] = ()
    balance_lines: tuple[str, ...] = ()
    """What the provider says of the voucher in whole sentences."""
    balance_note: str = ""
    result: ResultRow | None = None
    paper: PaperRow | None = None
    last: tuple[LastRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One entry in the list of In doubt or Slips to finish."""

    redemption_id: str
    tone: Tone
    icon: str
    state: str
    amount: str
    voucher: str
    tail: str
    age: str
    next_step: str
    owner: str
    paused_upstream: str = ""
    """The upstream whose queue stands still; empty on the card of a redemption."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened to a redemption, as a point of its timeline."""

    time: str
    title: str
    line: str = ""
    is_hand_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailRow:
    """The chosen entry of a list."""

    redemption_id: str
    amount: str
    voucher: str
    tail: str
    tone: Tone
    icon: str
    state: str
    note: str = ""
    """What it is found by again: its reference and its day."""
    what_to_do: str = ""
    timeline: tuple[TimelineRow, ...] = ()
    change: ChangeRow | None = None
    question: Question | None = None
    buttons: tuple[Button, ...] = ()


class HistoryFilter(StrEnum):
    """What History can be narrowed to by a button; see `search_words.narrowed`."""

    TODAY = "today"
    PAID = "paid"
    REFUSED = "refused"
    WAITING = "waiting"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerScreen:
    """A page with a list and the chosen entry: In doubt, Slips to finish, History."""

    room: Room = Room.IN_DOUBT
    title: str = ""
    description: str = ""
    cards: tuple[CardRow, ...] = ()
    rows: tuple[LastRow, ...] = ()
    """Used instead of cards in History."""
    chosen: str = ""
    detail: DetailRow | None = None
    count: int = 0
    """How many rows there are in all, listed or not."""
    found_by: str = ""
    """What the rows were found by; empty where nothing was looked for."""
    filters: frozenset[HistoryFilter] = frozenset()
    """What History is narrowed to."""
    empty_title: str = ""
    empty_line: str = ""
    summary: str = ""
    paper: PaperRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipRow:
    """One sign of the till's health in the top bar; its tone is NONE when all is well."""

    name: str
    icon: str
    text: str
    tone: Tone = Tone.NONE


@dataclass(frozen=True, slots=True)
class CardOfTest:
    """A test voucher of training, as a card to press."""

    name: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingScreen:
    """What training offers at the counter: all its cards, or one step of the tour with its card."""

    cards: tuple[CardOfTest, ...] = ()
    step: str = ""
    """Where the tour is; empty while nobody takes it."""
    words: str = ""
    is_done: bool = False
    """Whether the situation of this step was seen to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellScreen:
    """The frame around the pages: tabs, chips, and the line at the window's foot."""

    room: Room = Room.REDEEM
    in_doubt: int = 0
    in_doubt_tone: Tone = Tone.NONE
    slips: int = 0
    chips: tuple[ChipRow, ...] = ()
    clock: str = ""
    status: str = ""
    status_icon: str = ""
    status_tone: Tone = Tone.NONE
    place: str = ""
    is_training: bool = False
    training: TrainingScreen | None = None
    """What training offers on this page; None where it offers nothing."""
    is_signing_in: bool = False
    """Nobody is at the till: there are no pages to go to."""
    can_lock: bool = False
    """Somebody is at the till who signs in with a number."""
    toast: str = ""
    toast_icon: str = ""
    toast_tone: Tone = Tone.NONE
    toast_number: int = 0
    """Grows with each toast, so that the same words twice are two toasts."""
    closed_title: str = ""
    """Set when the till cannot sell: the whole window says so."""
    closed_line: str = ""
    closed_steps: tuple[NumberedStep, ...] = ()
