"""The table of the sandbox's vouchers: what each does when it is redeemed or looked up.

These are values of this simulator. No provider documents them, except where ``note`` says that the
value is in a provider's printed example.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Situation(StrEnum):
    """What happens when the voucher is redeemed."""

    USABLE = "usable"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """Not in the ledger: any other number of the right shape does the same."""
    INSUFFICIENT = "insufficient"
    """A usable voucher of small value, to be asked for more than it holds."""
    SLOW = "slow"
    """The effect and the answer come after the ``slow_s`` dial's seconds."""
    GIVES_WHAT_IT_HOLDS = "gives_what_it_holds"
    """Asked for more than it holds, it gives that and is used."""
    STAYS_DRAFT = "stays_draft"
    """Answered as ``draft`` with nothing taken, until it is completed by hand or by the dial."""
    STORED_ERROR = "stored_error"
    """A 500 that is stored under the idempotency key; nothing is taken."""
    ANSWER_LOST = "answer_lost"
    """The value is taken, then the line is cut before a byte of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPin:
    """One row of the table: a voucher that can be tried.

    ``source`` can be sent as it is; ``identifier`` names the key in it that identifies the voucher.
    """

    type: str
    identifier: str
    source: Mapping[str, str | int]
    situation: Situation
    value_cents: int
    serial_number: str
    is_extra: bool = False
    note: str = ""

    @property
    def pin(self) -> str:
        """The number that names the voucher."""
        return str(self.source[self.identifier])


# Situation code in the number, how many copies, value in cents, situation, what it is for.
_PATTERN: tuple[tuple[int, int, int, Situation, str], ...] = (
    (1, 8, 5000, Situation.USABLE, "R50, in full or in part"),
    (2, 4, 10000, Situation.USABLE, "R100, in full or in part"),
    (3, 2, 1900, Situation.USABLE, "R19 exactly"),
    (4, 2, 50000, Situation.USABLE, "R500, in full or in part"),
    (20, 1, 5000, Situation.USED, "already used"),
    (21, 1, 5000, Situation.EXPIRED, "expired"),
    (22, 1, 0, Situation.UNKNOWN, "not in the ledger"),
    (23, 1, 5000, Situation.CANCELLED, "cancelled by the issuer"),
    (24, 2, 500, Situation.INSUFFICIENT, "R5: ask for more and it is declined"),
    (25, 2, 1900, Situation.GIVES_WHAT_IT_HOLDS, "R19: ask for more and it gives R19"),
    (30, 3, 5000, Situation.SLOW, "R50, answers after 20 s"),
    (31, 3, 5000, Situation.STAYS_DRAFT, "R50, stays draft"),
    (32, 2, 5000, Situation.STORED_ERROR, "R50, a stored 500; nothing is taken"),
    (33, 4, 5000, Situation.ANSWER_LOST, "R50, taken but the answer is lost"),
)

ONE_VOUCHER = "vouchers.one_voucher"
OTT = "vouchers.ott"
BLU = "vouchers.blu"
CENTRE = "gift_cards.centre"
KOPANO = "loyalty_points.kopano"

_PHONE = "+27821234567"
BRANCHES = 60
CARD_BRANDS = ("Centre Classic", "Centre Gold", "Centre Kids")

_EXTRA_PATTERN = tuple(row for row in _PATTERN if row[0] not in {3, 4})


def _documented() -> Iterator[SandboxPin]:
    yield SandboxPin(
        type=ONE_VOUCHER,
        identifier="pin",
        source={"pin": "1115684091419838"},
        situation=Situation.USABLE,
        value_cents=5000,
        serial_number="20260101090000000000",
        note="R50; the number stands in the provider's printed example",
    )
    yield SandboxPin(
        type=OTT,
        identifier="pin",
        source={"pin": "9988776655443322", "phone_number": _PHONE},
        situation=Situation.USABLE,
        value_cents=5000,
        serial_number="000000000000",
        note="R50; the number stands in the provider's printed example",
    )


def _vouchers() -> Iterator[SandboxPin]:
    for code, copies, value_cents, situation, note in _PATTERN:
        for copy in range(1, copies + 1):
            tail = f"{code:02d}{copy:02d}"
            yield SandboxPin(
                type=ONE_VOUCHER,
                identifier="pin",
                source={"pin": f"111568400000{tail}"},
                situation=situation,
                value_cents=value_cents,
                serial_number=f"2026010109000000{tail}",
                note=note,
            )
            yield SandboxPin(
                type=OTT,
                identifier="pin",
                source={"pin": f"99887766{tail}", "phone_number": _PHONE},
                situation=situation,
                value_cents=value_cents,
                serial_number=f"12000000{tail}",
                note=note,
            )
            yield SandboxPin(
                type=OTT,
                identifier="pin",
                source={"pin": f"998877660000{tail}", "phone_number": _PHONE},
                situation=situation,
                value_cents=value_cents,
                serial_number=f"16000000{tail}",
                note=note,
            )
            yield SandboxPin(
                type=BLU,
                identifier="token",
                source={"token": f"445566770000{tail}"},
                situation=situation,
                value_cents=value_cents,
                serial_number=f"BL0A0B0C0D0E{tail}",
                note=note,
            )


def _extras() -> Iterator[SandboxPin]:
    for code, copies, value_cents, situation, note in _EXTRA_PATTERN:
        for copy in range(1, copies + 1):
            tail = f"{code:02d}{copy:02d}"
            yield SandboxPin(
                type=CENTRE,
                identifier="card_number",
                source={
                    "card_brand": CARD_BRANDS[copy % len(CARD_BRANDS)],
                    "card_number": f"603571000000000{tail}",
                    "security_code": f"{100 + code:03d}",
                },
                situation=situation,
                value_cents=value_cents,
                serial_number=f"CC{tail}",
                is_extra=True,
                note=f"{note}; the remainder stays on the card",
            )
            yield SandboxPin(
                type=KOPANO,
                identifier="member_number",
                source={"member_number": f"700000{tail}", "birth_year": 1980 + copy},
                situation=situation,
                value_cents=value_cents,
                serial_number=f"KP{tail}",
                is_extra=True,
                note=f"{note}; the remainder stays with the member",
            )


def _lesson(number: int, situation: Situation, value_cents: int, note: str) -> SandboxPin:
    tail = f"90{number:02d}"
    return SandboxPin(
        type=ONE_VOUCHER,
        identifier="pin",
        source={"pin": f"111568400000{tail}"},
        situation=situation,
        value_cents=value_cents,
        serial_number=f"2026010109000000{tail}",
        note=f"{note}; for practice, again and again",
    )


LESSONS: Mapping[str, SandboxPin] = {
    "full": _lesson(1, Situation.USABLE, 1900, "R19 exactly"),
    "part": _lesson(2, Situation.USABLE, 5000, "R50, in part"),
    "rest": _lesson(7, Situation.GIVES_WHAT_IT_HOLDS, 1900, "R19: ask for more and it gives R19"),
    "refused": _lesson(3, Situation.USED, 5000, "already used"),
    "slow": _lesson(4, Situation.SLOW, 5000, "R50, answers after 20 s"),
    "answer_lost": _lesson(5, Situation.ANSWER_LOST, 5000, "R50, taken but the answer is lost"),
    "no_printer": _lesson(6, Situation.USABLE, 5000, "R50; its slip is not printed at first"),
}
"""One voucher for each situation that is practised in training, by the situation's name.

Each is new whenever it is redeemed, however often that was before.
"""

SANDBOX_PINS: tuple[SandboxPin, ...] = (
    *(*_documented(), *_vouchers(), *_extras()),
    *LESSONS.values(),
)


def sandbox_pins(*, extra_types: bool) -> tuple[SandboxPin, ...]:
    """Return the rows of the table, with or without the two extra types."""
    return tuple(row for row in SANDBOX_PINS if extra_types or not row.is_extra)


def pins_for(type_id: str, situation: Situation, *, value_cents: int | None = None) -> list[str]:
    """Return the voucher numbers of one type and situation, in the table's order."""
    return [
        row.pin
        for row in SANDBOX_PINS
        if row.type == type_id
        and row.situation is situation
        and value_cents in (None, row.value_cents)
    ]
