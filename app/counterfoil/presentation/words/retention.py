"""What the till says about personal data: what is kept, for how long, and that it was removed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from counterfoil.domain.failures import CounterfoilError, SecretsShreddedError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.retention import (
    Retention,
    RetentionState,
    SecretKind,
    WhyKept,
    kinds_of,
)
from counterfoil.presentation.words.speaking import (
    SpokenTable,
    dated,
    say,
    say_number,
    speak_constants,
)

SHREDDED = "Personal data removed"
SHREDDED_DETAIL = "by the retention rules"
NOTHING_STORED = "Nothing is stored about this number."
FOR_GOOD = "What money moved, when and by whom stays in the journal for good."
WHOLE_AT_ONCE = (
    "All of a payment goes at once, on the first of its days. The days count from the last "
    "thing that happened to it."
)
_KINDS: Mapping[SecretKind, str] = SpokenTable(
    {
        SecretKind.CHANGE_PIN: "The code of a change voucher",
        SecretKind.PHONE: "A phone number",
        SecretKind.REQUEST: "What was sent and answered",
    }
)
_SHORT: Mapping[SecretKind, str] = SpokenTable(
    {
        SecretKind.CHANGE_PIN: "change voucher's code",
        SecretKind.PHONE: "phone number",
        SecretKind.REQUEST: "request and answers",
    }
)
_HELD: Mapping[WhyKept, str] = SpokenTable(
    {
        WhyKept.NOT_DUE: "not due yet",
        WhyKept.NOT_OVER: "kept: not over, or disputed",
        WhyKept.SLIP_NOT_CONFIRMED: "kept: nobody has confirmed the slip",
    }
)


def refused(error: CounterfoilError) -> str | None:
    """Return why removed data cannot be given; None for any other failure."""
    return removed(error.at) if isinstance(error, SecretsShreddedError) else None


def removed(at: datetime) -> str:
    """Say that the data that is asked for was removed, and when."""
    return say(
        "It was removed on {at} by the retention rules.", at=dated(at.astimezone(), "%d %B %Y")
    )


def day_line(kind: SecretKind, days: int) -> str:
    """Say for how many days one kind of data is kept."""
    return f"{_KINDS[kind]}: {_days(days)}"


def table_lines(retention: Retention, keep: int, keep_days: int) -> list[str]:
    """Say for how long each kind of data is kept, here and in backups.

    ``keep`` is how many backups are kept, and ``keep_days`` for how many days.
    """
    return [
        *(day_line(kind, days) for kind, days in retention.days.items()),
        backups_line(keep, keep_days),
        say(WHOLE_AT_ONCE),
        say(FOR_GOOD),
    ]


def backups_line(keep: int, keep_days: int) -> str:
    """Say that older backups still hold what was removed since, and until when."""
    return say(
        "A backup holds what was there when it was made. {keep} stay, none for more "
        "than {days} once there are two newer ones.",
        keep=keep,
        days=_days(keep_days),
    )


def state_lines(state: RetentionState) -> list[str]:
    """Say how many redemptions are due, and why others are kept."""
    return [
        say("{due} due now", due=state.due),
        *(f"{count} {_HELD[why]}" for why, count in state.held.items()),
    ]


def done_line(shredded: int, kept: int) -> str:
    """Say how many redemptions lost their data, and how many that were due kept it."""
    left = (
        say("; {kept} kept longer: not over, disputed, or without a confirmed slip", kept=kept)
        if kept
        else ""
    )
    return say("Removed from {redemptions}{left}.", redemptions=_redemptions(shredded), left=left)


def export_line(redemption: Redemption) -> str:
    """Say in a line which data of one redemption is stored."""
    return f"{redemption.reference}  {redemption.created_at:%Y-%m-%d}  {held_words(redemption)}"


def held_words(redemption: Redemption) -> str:
    """Name the kinds of personal data that a redemption holds, or say when they were removed."""
    if redemption.shredded_at is not None:
        return say("removed {shredded_at}", shredded_at=f"{redemption.shredded_at:%Y-%m-%d}")
    return ", ".join(_SHORT[kind] for kind in kinds_of(redemption))


def found_line(found: Iterable[Redemption]) -> str:
    """Say how many redemptions have the phone number."""
    return say("{redemptions} with this number.", redemptions=_redemptions(len(tuple(found))))


def _days(days: int) -> str:
    return say_number("1 day", "{count} days", days)


def _redemptions(count: int) -> str:
    return say_number("1 payment", "{count} payments", count)


speak_constants(__name__)
