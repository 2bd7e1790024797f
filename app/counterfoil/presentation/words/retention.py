"""What is kept of persons, for how long, and that it was removed."""

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

SHREDDED = "Personal data removed"
SHREDDED_DETAIL = "by the retention rules"
NOTHING_STORED = "Nothing is stored about this number."
FOR_GOOD = "What money moved, when and by whom stays in the journal for good."
WHOLE_AT_ONCE = (
    "All of a redemption goes at once, on the first of its days. The days count from the last "
    "thing that happened to it."
)
_KINDS: Mapping[SecretKind, str] = {
    SecretKind.CHANGE_PIN: "The code of a change voucher",
    SecretKind.PHONE: "A phone number",
    SecretKind.REQUEST: "What was sent and answered",
}
_SHORT: Mapping[SecretKind, str] = {
    SecretKind.CHANGE_PIN: "change voucher's code",
    SecretKind.PHONE: "phone number",
    SecretKind.REQUEST: "request and answers",
}
_HELD: Mapping[WhyKept, str] = {
    WhyKept.NOT_DUE: "not due yet",
    WhyKept.NOT_OVER: "kept: not over, or disputed",
    WhyKept.SLIP_NOT_CONFIRMED: "kept: nobody has confirmed the slip",
}


def refused(error: CounterfoilError) -> str | None:
    """Return why what was removed is not given; None for any other failure."""
    return removed(error.at) if isinstance(error, SecretsShreddedError) else None


def removed(at: datetime) -> str:
    """Say that what is asked for was removed, and when."""
    return f"It was removed on {at.astimezone():%d %B %Y} by the retention rules."


def day_line(kind: SecretKind, days: int) -> str:
    """Say for how long one kind is kept."""
    return f"{_KINDS[kind]}: {_days(days)}"


def table_lines(retention: Retention, keep: int, keep_days: int) -> list[str]:
    """Say what is kept how long, here and in backups."""
    return [
        *(day_line(kind, days) for kind, days in retention.days.items()),
        backups_line(keep, keep_days),
        WHOLE_AT_ONCE,
        FOR_GOOD,
    ]


def backups_line(keep: int, keep_days: int) -> str:
    """Say that older backups still hold what was removed since, and until when."""
    return (
        f"A backup holds what was there when it was made. {keep} stay, none for more than "
        f"{_days(keep_days)} once there are two newer ones."
    )


def state_lines(state: RetentionState) -> list[str]:
    """Say what is due, and what is held back and why."""
    return [
        f"{state.due} due now",
        *(f"{count} {_HELD[why]}" for why, count in state.held.items()),
    ]


def done_line(shredded: int, kept: int) -> str:
    """Say what going through the journal came to."""
    left = f"; {kept} kept longer: not over, disputed, or without a confirmed slip" if kept else ""
    return f"Removed from {_redemptions(shredded)}{left}."


def export_line(redemption: Redemption) -> str:
    """Say what is stored of a redemption with a phone number."""
    return f"{redemption.reference}  {redemption.created_at:%Y-%m-%d}  {held_words(redemption)}"


def held_words(redemption: Redemption) -> str:
    """Say what is held of a person, or when it was removed."""
    if redemption.shredded_at is not None:
        return f"removed {redemption.shredded_at:%Y-%m-%d}"
    return ", ".join(_SHORT[kind] for kind in kinds_of(redemption))


def found_line(found: Iterable[Redemption]) -> str:
    """Say how many redemptions have the number."""
    return f"{_redemptions(len(tuple(found)))} with this number."


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _redemptions(count: int) -> str:
    return "1 redemption" if count == 1 else f"{count} redemptions"
