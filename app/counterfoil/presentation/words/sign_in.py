"""The words of the page where people sign in: its fields, its buttons, and the slip beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from counterfoil.declaring import dataclass
from counterfoil.domain.conduct import Alert, AlertKind
from counterfoil.domain.pin_rules import PIN_LENGTH_MIN, PinKind
from counterfoil.domain.slip import Align, Band, Gap, Pair, Rule, Slip, SlipKind, SlipLine, Text
from counterfoil.domain.till import TillProfile
from counterfoil.domain.training import Trainee
from counterfoil.presentation.words import frame, slips
from counterfoil.presentation.words.speaking import SpokenTable, dated, say, speak_constants

SIGN_IN = "Sign in"
CASHIER_NUMBER = "Cashier number"
PIN = "PIN"
PIN_HINT = "A PIN, or a manager's passphrase"
FORGOTTEN = "Forgotten your PIN? A supervisor can set a new one in F10 Menu, Staff."
TOO_MANY = "Too many wrong PINs. Please wait."
LOST = "Lost passphrase"
READY = "Ready. Sign in to start."
SIGNED_IN_FIRST = "Not taken. Sign in first."
NOT_A_BADGE = "Not taken. This is nobody's badge."

FIRST_TITLE = "Who manages this till?"
FIRST_LINE = "Nothing is sold before it has a manager, who says who else works here."
NUMBER = "Number"
NUMBER_HINT = "1 to 6 digits, to sign in with"
NAME = "Name"
NAME_HINT = "As it stands on slips"
PASSPHRASE = "Passphrase"
PASSPHRASE_AGAIN = "Passphrase again"
PASSPHRASE_HINT = f"At least {PIN_LENGTH_MIN[PinKind.PASSPHRASE]} letters"
NOT_THE_SAME = "Not the same as above."
MAKE_MANAGER = "Make the manager"

CODE_TITLE = "Write it down now"
CODE_LINE = "This code lets a manager in who has lost the passphrase. It is shown only now."
CODE_KEEP = "Keep it where only you find it, and not at the till. Each time it is used, all see it."
CODE_WRITTEN = "I have written it down"

RECOVER_TITLE = "A lost passphrase"
RECOVER_LINE = "The recovery code gives a manager a new one. That is on record, and shown."
RECOVERY_CODE = "Recovery code"
CODE_HINT = "Five groups of four"
RECOVER = "Set the new passphrase"
RECOVERED = "The new passphrase is set. Sign in with it."

ALERTS_TITLE = "Look at this first"
ALERTS_LINE = "It happened since you last looked. It accuses nobody: it says where to look."
LEAVE = "Leave the till"
GO_ON = "Go on"
NEW_CODE = "I know of it: make a new code"

TO_TRY = "Sign in as one of these, to try"

_MORNING_UNTIL, _AFTERNOON_UNTIL = 12, 18


def greeting(at: datetime) -> str:
    """Return a greeting for the time of day."""
    if at.hour < _MORNING_UNTIL:
        return say("Good morning")
    return say("Good afternoon") if at.hour < _AFTERNOON_UNTIL else say("Good evening")


def serve_on(till_name: str) -> str:
    """Say what signing in is for."""
    return say("Sign in to serve on {till_name}.", till_name=till_name)


def clock_time(seconds: float) -> str:
    """Write the seconds that are left as ``1:52``."""
    minutes, rest = divmod(int(-(-seconds // 1)), 60)
    return f"{minutes}:{rest:02d}"


_ALERTS: Mapping[AlertKind, str] = SpokenTable(
    {
        AlertKind.RECOVERY_USED: "The recovery code was used to give a manager a new passphrase.",
        AlertKind.WRONG_RECOVERY_CODES: "{one.count} wrong recovery codes were tried.",
        AlertKind.WRONG_PINS: (
            "{one.count} wrong PINs were tried for {one.name}, number {one.number}."
        ),
        AlertKind.COPIED_AGAIN: "{one.name} had {one.count} copies of one slip printed.",
        AlertKind.REOPENED: "{one.name} had codes opened that customers had, {one.count} in all.",
        AlertKind.MANY_VOIDS: (
            "{one.name} asked for {one.count} voids, and redeemed {one.of} times."
        ),
        AlertKind.MANY_SHOWN: (
            "{one.name} was shown the codes of change vouchers {one.count} times."
        ),
        AlertKind.MANY_REFUSED: "{one.count} of the {one.of} vouchers of {one.name} were refused.",
    }
)
_RIGHT_AFTER = " The right one followed."
_ALERTS_MAX = 6


def alerts(told: Sequence[Alert]) -> tuple[str, ...]:
    """Say what a supervisor should know, as far as the page has room."""
    said = tuple(map(_alert, told[:_ALERTS_MAX]))
    rest = len(told) - len(said)
    return (*said, say("And {rest} more of this kind.", rest=rest)) if rest else said


def _alert(one: Alert) -> str:
    said = _ALERTS[one.kind].format(one=one)
    return said + say(_RIGHT_AFTER) if one.was_right else said


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What the slip beside the page says about the till."""

    slips: int = 0
    in_doubt: int = 0
    is_altered: bool = False
    to_try: tuple[Trainee, ...] = ()
    """The people of a training till, whose PINs the slip shows; a real till has none of them."""


def page_slip(profile: TillProfile, at: datetime, facts: PageFacts, version: str) -> Slip:
    """Return the slip beside the page: where this is, and what waits here."""
    checked = frame.RECORD_ALTERED if facts.is_altered else say("OK")
    lines: list[SlipLine] = [
        Text(profile.trading_name.upper(), Align.CENTRE, is_bold=True),
        Text(profile.till_name, Align.CENTRE),
        Rule(),
        Pair(dated(at, "%A"), f"{at:%Y-%m-%d}"),
        Rule(),
        Pair(frame.SLIPS, str(facts.slips)),
        Pair(frame.IN_DOUBT, str(facts.in_doubt)),
        Pair(say("Journal check"), checked),
        *_people(facts.to_try),
        Gap(),
        Text(say("Counterfoil {version}", version=version), Align.CENTRE),
    ]
    bands: Sequence[SlipLine] = [Band(slips.TRAINING_BAND)] if profile.is_training else []
    foot: Sequence[SlipLine] = [Gap(), *bands] if bands else []
    return Slip(kind=SlipKind.DRAFT, lines=(*bands, *lines, *foot))


def _people(to_try: Sequence[Trainee]) -> tuple[SlipLine, ...]:
    if not to_try:
        return ()
    pairs = (Pair(f"{one.number}  {one.name}", one.pin.reveal()) for one in to_try)
    return Rule(), Text(say(TO_TRY), is_bold=True), *pairs


speak_constants(__name__)
