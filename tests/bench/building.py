"""Journals of many finished sales, written by the real writer under the real vault.

Of very many only the first are: see `bench.laying`.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from uuid import UUID

from bench.laying import lay_sales
from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.adapters.journal.storage.place import JOURNAL_NAME
from counterfoil.adapters.system.vault import SealingVault
from counterfoil.domain.advice import Advice, AdviceKind, AdviceState
from counterfoil.domain.money import Exact
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.redemption import Attempt, AttemptKind, Redemption
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AttemptEnded,
    AttemptStarted,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    Row,
    SaleClosed,
    SaleOpened,
)
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.domain.verdict import ChangeCode, ChangeVoucher
from counterfoil.domain.voucher_type import ChangeManner, UpstreamKind
from support.journals import QUICK, lay_version
from support.memory_vault import MemoryVault
from support.samples import paper_moved

_FIRST = datetime(2026, 1, 2, 8, 0, 0, 123_456, tzinfo=UTC)
_BETWEEN = timedelta(seconds=175)
"""So that 180,000 sales are a year of a busy shop."""
_IN_ONE_COMMIT = 500
_WRITTEN = 2_000
"""So many sales of a journal are written by the real writer."""
_OLD, _OLD_SALES = "2.1", 7
"""The version of an old journal, and how many sales it has from the first."""
_SPREAD = 0x9E3779B1
"""Odd, so that no two numbers below 2**30 give one reference."""
_BOOT = str(UUID(int=7, version=4))
_CASHIERS = ("Nomsa", "Thabo", "Sipho", "Anele")
_NAMES = ("1Voucher", "OTT Voucher", "Gift card", "Coffee card", "Fuel voucher", "Book token")


@dataclass(frozen=True, slots=True)
class Mix:
    """Of so many sales in turn, how many are advised; the others are keyed."""

    name: str
    advised: int
    of: int

    def is_advised(self, number: int) -> bool:
        """Whether the sale of this number is one with a confirmation."""
        return number % self.of < self.advised


KEYED, ADVISED, MIXED = Mix("keyed", 0, 1), Mix("advised", 1, 1), Mix("mixed", 1, 4)


def open_vault() -> SealingVault:
    """Return the vault of every journal that is built."""
    return SealingVault(bytes(range(32)))


async def built(folder: Path, sales: int, mix: Mix) -> Path:
    """Return a folder with a journal of so many sales, which is made where it is not there yet.

    How fast it was made goes to the standard error stream.
    """
    place, making = folder / f"{mix.name}-{sales}", folder / f"{mix.name}-{sales}.unfinished"
    if not place.exists():
        rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        begun_s = perf_counter()
        written = min(sales, _WRITTEN)
        async with SqliteJournal.open(making, open_vault, QUICK) as journal:
            for first in range(1, written + 1, _IN_ONE_COMMIT):
                numbers = range(first, min(first + _IN_ONE_COMMIT, written + 1))
                await journal.commit([row for one in numbers for row in finished_sale(one, mix)])
        if sales > written:
            numbers = range(written + 1, sales + 1)
            lay_sales(making, open_vault(), numbers, partial(finished_sale, mix=mix))
        making.rename(place)
        if sales:
            rate = sales / (perf_counter() - begun_s)
            print(f"built {sales:,} {mix.name} sales, {rate:,.0f} a second", file=sys.stderr)
    return place


def built_old(folder: Path, sales: int) -> Path:
    """Return a folder with a journal of so many sales as a till of version 2.1 left it.

    It is under the vault of the tests, as are the few sales that it has besides.
    """
    place, making = folder / f"old-{sales}", folder / f"old-{sales}.unfinished"
    if not place.exists():
        rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        lay_version(making, _OLD)
        numbers = range(_OLD_SALES + 1, _OLD_SALES + sales + 1)
        rows_of = partial(finished_sale, mix=MIXED)
        lay_sales(making, MemoryVault(), numbers, rows_of, is_old=True)
        making.rename(place)
    return place


def size_of(place: Path) -> int:
    """Return how many bytes a closed journal takes."""
    return (place / JOURNAL_NAME).stat().st_size


def finished_sale(number: int, mix: Mix) -> Iterator[Row]:
    """Return all rows of the sale that gets this slip number: paid, and its slip confirmed."""
    sale = Sale(
        id=_id("sale", number), currency="ZAR", due_cents=_cents(number), opened_at=_at(number)
    )
    keyed = _prepared(number, sale)
    prepared = _advised(keyed) if mix.is_advised(number) else keyed
    yield SaleOpened(sale)
    yield RedemptionPrepared(prepared, _request(number))
    one = replace(prepared, slip_number=number)
    sent = replace(
        one, state=RedemptionState.INFLIGHT, attempts=1, first_sent=_instant(number, 0.2)
    )
    yield RedemptionChanged(one.state, sent, _at(number, 0.2))
    sending = Attempt(
        redemption_id=one.id, number=1, kind=AttemptKind.SEND, started_at=_at(number, 0.2)
    )
    yield AttemptStarted(sending)
    approved = _approved(sent, number)
    yield AttemptEnded(
        redemption_id=one.id,
        number=1,
        at=_at(number, 1.4),
        outcome="approved",
        http_status=200,
        body=_answer(number),
    )
    yield RedemptionChanged(sent.state, approved, _at(number, 1.4), _change(number))
    advice = _confirmation(one, number) if one.has_confirmation else None
    if advice is not None:
        yield AdviceOwed(advice, _request(number))
    final = replace(approved, state=RedemptionState.FINAL)
    yield RedemptionChanged(approved.state, final, _at(number, 1.5))
    yield SaleClosed(sale.id, SaleEnding.PAID)
    yield from _paper(final, number)
    if advice is not None:
        yield from _delivered(advice, number)


def _advised(one: Redemption) -> Redemption:
    return replace(one, upstream="electrum", kind=UpstreamKind.ADVISED, has_confirmation=True)


def _prepared(number: int, sale: Sale) -> Redemption:
    name = _NAMES[number % len(_NAMES)]
    return Redemption(
        id=_id("redemption", number),
        sale_id=sale.id,
        upstream="moment",
        type_id=f"vouchers.{name.lower().replace(' ', '_')}",
        type_name=name,
        fingerprint=sha256(f"voucher {number}".encode()).hexdigest(),
        voucher_tail=f"{int(sha256(f'tail {number}'.encode()).hexdigest()[:8], 16) % 10_000:04}",
        amount=Exact(_cents(number)),
        currency="ZAR",
        idempotency_key=_id("key", number),
        cashier=_cashier(number),
        created_at=_at(number),
        sms_to=None,
        change_manner=ChangeManner.INLINE,
    )


def _approved(sent: Redemption, number: int) -> Redemption:
    return replace(
        sent,
        state=RedemptionState.APPROVED,
        attempts_ended=1,
        last_ended=_instant(number, 1.4),
        known_age_s=1.234567,
        upstream_id=f"rdm_{number:024}",
        upstream_version=3,
        upstream_reference=f"UP-{number:07}",
        redeemed_cents=_cents(number),
        change=_change(number).shape,
    )


def _change(number: int) -> ChangeVoucher:
    return ChangeVoucher(
        codes=(ChangeCode("pin", Secret(_pin("change", number))),),
        amount_cents=8_100,
        serial_number=f"{number:012}",
        expires="2029-11-21",
        instructions="Dial *130*3621# to use it",
    )


def _paper(final: Redemption, number: int) -> Iterator[Row]:
    job = PrintJob(
        redemption_id=final.id,
        number=1,
        kind=SlipKind.ORIGINAL,
        copy_number=0,
        queued_at=_at(number, 2),
        by=_cashier(number),
    )
    yield PrintQueued(job)
    yield from paper_moved(job, "sent", "confirmed")


def _confirmation(one: Redemption, number: int) -> Advice:
    return Advice(
        id=_id("advice", number),
        redemption_id=one.id,
        upstream=one.upstream,
        fingerprint=one.fingerprint,
        kind=AdviceKind.CONFIRMATION,
        reason=None,
        created_at=_at(number, 1.5),
    )


def _delivered(advice: Advice, number: int) -> Iterator[Row]:
    begun = replace(advice, attempts=1)
    yield AdviceAttemptStarted(begun, _at(number, 3))
    after = replace(
        begun,
        attempts_ended=1,
        last_ended_at=_at(number, 3.4),
        state=AdviceState.ACKNOWLEDGED,
        acknowledged_at=_at(number, 3.4),
    )
    yield AdviceAttemptEnded(
        before=AdviceState.OWED,
        after=after,
        at=_at(number, 3.4),
        outcome="acknowledged",
        http_status=200,
    )


def _request(number: int) -> Secret:
    body = {
        "type": "vouchers.one_voucher",
        "pin": _pin("pin", number),
        "phone_number": "+27821234567",
        "amount": {"currency": "ZAR", "value": _cents(number)},
        "sale_reference": "K7Q-42F",
        "terminal": {"till": "Till 3", "store": "Corner Shop"},
    }
    return Secret(json.dumps(body, separators=(",", ":")))


def _answer(number: int) -> Secret:
    redemption_id = f"rdm_{number:024}"
    change = {
        "pin": _pin("change", number),
        "serial_number": f"{number:012}",
        "amount": {"currency": "ZAR", "value": 8_100},
        "expires": "2029-11-21",
        "instructions": "Dial *130*3621# to use it",
    }
    body = {
        "id": redemption_id,
        "status": "confirmed",
        "created_at": _at(number, 1.1).isoformat(),
        "amount": {"currency": "ZAR", "value": _cents(number)},
        "redemption": {
            "voucher_type": "vouchers.one_voucher",
            "serial_number": f"{number:012}",
            "reference": f"UP-{number:07}",
            "version": 3,
        },
        "change": {"voucher": change},
        "links": {"self": f"/v1/redemptions/{redemption_id}"},
    }
    return Secret(json.dumps(body, separators=(",", ":")))


def _id(what: str, number: int) -> str:
    """Return a UUID that is another for each thing; its first letters make the reference."""
    rest = sha256(f"{what} {number}".encode()).digest()[4:16]
    return str(UUID(bytes=(number * _SPREAD % 2**32).to_bytes(4, "big") + rest, version=4))


def _pin(what: str, number: int) -> str:
    return f"{int(sha256(f'{what} {number}'.encode()).hexdigest()[:14], 16) % 10**16:016}"


def _cashier(number: int) -> str:
    return _CASHIERS[number // 40 % len(_CASHIERS)]


def _cents(number: int) -> int:
    return 1_000 + 50 * (number * 37 % 400)


def _at(number: int, seconds: float = 0) -> datetime:
    return _FIRST + number * _BETWEEN + timedelta(seconds=seconds)


def _instant(number: int, seconds: float) -> Instant:
    return Instant(_at(number, seconds), 1_000.123456 + number + seconds, _BOOT)
