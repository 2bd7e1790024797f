"""How long the till keeps what it holds of persons, and what keeps a redemption's from going.

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
    """What a redemption may hold of a person."""

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
    """For how many days what is kept of persons may be read, counted from the last event of it.

    The defaults follow the schedule for POPIA: not longer than it is of use. What money moved, when
    and by whom stays in the journal, as the law on books asks for years.
    """

    change_pin_days: int = 30
    phone_days: int = 90
    request_days: int = 90

    @property
    def days(self) -> dict[SecretKind, int]:
        """The days of each kind."""
        return {
            SecretKind.CHANGE_PIN: self.change_pin_days,
            SecretKind.PHONE: self.phone_days,
            SecretKind.REQUEST: self.request_days,
        }

    def days_of(self, redemption: Redemption) -> int:
        """Return the days of a redemption: the fewest of all that it holds."""
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
class RetentionState:
    """What of the journal is due: ``due`` keys may be dropped now.

    ``held`` says of the others why not: by each reason how many.
    """

    due: int
    held: Mapping[WhyKept, int]


def kinds_of(redemption: Redemption) -> tuple[SecretKind, ...]:
    """Return what a redemption that was not shredded holds of a person."""
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
