"""Adds up events for reports in the database: by what they are, and by the hour.

A year has millions of events. So a report reads them in stretches of some thousands, each in a few
milliseconds, and only their sums leave the database. Rows are counted as they are stored; whether
they are as they were written is for ``journal verify`` to prove.
"""

import json
import sqlite3
from functools import cache

from counterfoil.adapters.journal.storage import spec
from counterfoil.adapters.journal.storage.chain import UNREADABLE
from counterfoil.adapters.journal.storage.events import beginning_of, event_of, time_us, word_of
from counterfoil.adapters.journal.storage.queries import queries
from counterfoil.adapters.journal.storage.table import SqlValue
from counterfoil.declaring import dataclass
from counterfoil.domain.audit import AuditEvent, PrintQueued, RedemptionChanged, RestPaid
from counterfoil.domain.bookkeeping import Alike, AlikePage, Stretch, Subject, bookings
from counterfoil.domain.money import AMOUNT_CENTS_MAX
from counterfoil.domain.report import Days
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import MOVES
from counterfoil.domain.tender import TenderKind

STRETCH = 8_000
"""So many events are added up at once."""
_MICROSECONDS = 1_000_000
_NO_STEP_S = 2**40
"""Divided by this, all times are the same."""


class Tallier:
    """Adds up the events of one open file. What it reads is not authenticated."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def stretch(self, after: int) -> Stretch | None:
        """Return the next stretch of events after a number; None after the last event."""
        last: int = self._connection.execute(queries()["last_event"]).fetchone()[0]
        if after >= last:
            return None
        until = min(after + STRETCH, last)
        times = {"after": after, "until": until}
        first_us, last_us = self._connection.execute(queries()["read_stretch"], times).fetchone()
        # Before version 2.0 events were kept in another way, and there was no drawer.
        is_there = first_us is not None
        return Stretch(
            after=after,
            until=until,
            first_us=first_us if is_there else 0,
            last_us=last_us if is_there else 0,
            last=last,
            is_whole=until == after + STRETCH,
        )

    def alike(self, stretch: Stretch, days: Days | None, step_s: int | None) -> AlikePage:
        """Add up a stretch: what was recorded on some days, or all of it.

        Times are told in steps of so many seconds; without them all has one time, which says
        nothing.
        """
        step = step_s or _NO_STEP_S
        values: dict[str, SqlValue] = {
            "after": stretch.after,
            "until": stretch.until,
            "since": time_us(days.since) if days else stretch.first_us,
            "before": time_us(days.before) if days else stretch.last_us + 1,
            "step_us": step * _MICROSECONDS,
            "cents_max": AMOUNT_CENTS_MAX,
            "moves": _moves_text(),
            "first_slip": _first_slip(),
        }
        found: list[Alike] = []
        left_out = 0
        for query, read in _READ.items():
            for row in self._connection.execute(queries()[query], values):
                try:
                    found.append(Alike(row["step"] * step, *read(row), row["events"]))
                except UNREADABLE:
                    left_out += row["events"]
        return AlikePage(tuple(found), left_out)


@dataclass(frozen=True, slots=True)
class _Move:
    """A move that the books count, and how the content of its event begins."""

    event: RedemptionChanged
    begins: str


def _read_move(row: sqlite3.Row) -> tuple[AuditEvent, Subject | None]:
    return _moves()[row["place"]].event, _subject(row)


def _read_rest(row: sqlite3.Row) -> tuple[AuditEvent, Subject | None]:
    tender = TenderKind(word_of(row["tender"]))
    rest = RestPaid(
        shift=0, sale_id="", kind=tender, cents=row["cents"] or 0, by=str(row["person"])
    )
    return rest, None


def _read_other(row: sqlite3.Row) -> tuple[AuditEvent, Subject | None]:
    return event_of(row[spec.KIND_OF], row[spec.CONTENT]), _subject(row)


_READ = {
    "tally_moves": _read_move,
    "tally_rests": _read_rest,
    "tally_others": _read_other,
}
"""How a row of each query is read; one of `UNREADABLE` is raised where it cannot be."""


def _subject(row: sqlite3.Row) -> Subject:
    settled_as = row[spec.SETTLED_AS]
    return Subject(
        currency=row["unit"],
        cashier=row["seller"],
        provider=row[spec.UPSTREAM],
        cents=row["cents"],
        is_refund=bool(row["is_refund"]),
        settled_as=None if settled_as is None else SettledAs(settled_as),
    )


@cache
def _moves() -> tuple[_Move, ...]:
    """Return the moves that the books count, as journals before version 4.0 kept them, too."""
    found = []
    anything = Subject(currency="", cashier="", provider="", settled_as=SettledAs.BY_HAND)
    for before, after in sorted(MOVES):
        event = RedemptionChanged(before=before, after=after)
        if any(bookings(event, anything, "")):
            old = json.dumps([before, after], separators=(",", ":")).removesuffix("]")
            begins = {beginning_of(event, 2), old}
            found += [_Move(event, one) for one in sorted(begins)]
    return tuple(found)


@cache
def _moves_text() -> str:
    return json.dumps([one.begins for one in _moves()])


@cache
def _first_slip() -> str:
    """Return the pattern of the event of a first slip, of which there is one to each sale."""
    queued = PrintQueued(number=1, kind=SlipKind.ORIGINAL, copy_number=0, by="")
    begins = beginning_of(queued, 3).removeprefix("[1")
    return f"[[][0-9]{begins},*"
