"""How long the till keeps personal data, and what keeps a redemption's data from being removed.

One key opens all that is sealed of a redemption: its request, the answers, and the codes of its
change voucher, which an answer repeats. So all of it goes at once, on the earliest day of whatever
the redemption holds. Nothing is kept longer than its own days say.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.redemption import Redemption


class SecretKind(StrEnum):
    """The kinds of personal data that a redemption may hold."""

    CHANGE_PIN = "change_pin"
    """The code of a change voucher, which is as good as cash."""
    PHONE = "phone"
    """The number of a phone."""
    REQUEST = "request"
    """What was sent and answered, word for word; every redemption has it."""


class WhyKept(StrEnum):
    """Why a redemption keeps its key, however old it is."""

    NOT_OVER = "not_over"
    """It, its sale, its refund or what the provider is to be told is not over, or is disputed."""
    SLIP_NOT_CONFIRMED = "slip_not_confirmed"
    """No person has said that its slip came out whole."""
    NOT_DUE = "not_due"
    """Its days have not passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days each kind of personal data is kept after the redemption's last event.

    The defaults follow the schedule for POPIA: not longer than it is of use. What money moved, when
    and by whom stays in the journal, as the law on books asks for years.
    """

    change_pin_days: int = 30
    phone_days: int = 90
    request_days: int = 90
    backups: int = 7
    """How many backups stay, which hold what was there when they were made."""
    backup_days: int = 90
    """For how many days a backup stays at most, once there are newer ones."""

    @property
    def days(self) -> dict[SecretKind, int]:
        """The number of days for each kind of data."""
        return {
            SecretKind.CHANGE_PIN: self.change_pin_days,
            SecretKind.PHONE: self.phone_days,
            SecretKind.REQUEST: self.request_days,
        }

    def days_of(self, redemption: Redemption) -> int:
        """Return how many days a redemption's data is kept: the fewest of the kinds it holds."""
        return min(self.days[kind] for kind in kinds_of(redemption))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A redemption that has its key, and what decides whether it may be dropped.

    ``last_at`` is when the last thing happened to it.
    """

    redemption: Redemption
    last_at: datetime
    is_over: bool
    is_slip_confirmed: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """A part of the journal: the redemptions with a key in it, and where the next part begins.

    ``next_after`` is None after the last part.
    """

    found: tuple[Holding, ...]
    next_after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The journal was gone through for what may be kept no longer."""

    at: datetime
    by: str
    shredded: int
    kept: int
    """So many were old enough, and are not over or have no confirmed slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionState:
    """How many redemptions' keys may be dropped now (``due``), and why others are kept.

    ``held`` counts the redemptions that are kept, by the reason. ``last`` is None where no round
    was made of late.
    """

    due: int
    held: Mapping[WhyKept, int]
    last: Round | None = None


def kinds_of(redemption: Redemption) -> tuple[SecretKind, ...]:
    """Return the kinds of personal data that a redemption holds, if it was not shredded."""
    kinds = [SecretKind.REQUEST]
    if redemption.has_change_pin:
        kinds.append(SecretKind.CHANGE_PIN)
    if redemption.sms_to is not None:
        kinds.append(SecretKind.PHONE)
    return tuple(kinds)


def why_kept(holding: Holding, retention: Retention, now: datetime) -> WhyKept | None:
    """Return why a redemption keeps its key; None where it is to be dropped now."""
    if not holding.is_over:
        return WhyKept.NOT_OVER
    if not holding.is_slip_confirmed:
        return WhyKept.SLIP_NOT_CONFIRMED
    days = timedelta(days=retention.days_of(holding.redemption))
    return WhyKept.NOT_DUE if now - holding.last_at < days else None
