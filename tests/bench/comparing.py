"""Compares the journal of a till that has closed with the ledger of its providers."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from counterfoil.adapters.journal.sqlite_journal import SqliteJournal
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil_sandbox.server import SandboxServer
from support.flows import journal_of
from support.tills import CommandLine

S = RedemptionState
_TAKEN = frozenset({S.FINAL, S.UNCLAIMED})
_NOTHING = frozenset({S.ABANDONED, S.DECLINED, S.REVERSED, S.RESOLVED})
_ALL = 1_000_000


@dataclass(slots=True)
class Books:
    """What a comparison found."""

    states: Counter[str] = field(default_factory=Counter)
    in_doubt: int = 0
    findings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Ledger:
    """What both providers know: cents taken and not given back, by the till's own reference."""

    taken: dict[str, int]
    known: set[str]
    """Each reference that has come to them."""
    codes: set[str]
    """Of the change vouchers that they gave."""


def compared(till: CommandLine, server: SandboxServer) -> Books:
    """Compare them to the cent; what is in doubt must be known to the ledger."""
    return asyncio.run(_compared(till, server))


async def _compared(till: CommandLine, server: SandboxServer) -> Books:
    books, ledger = Books(), _read(server)
    async with journal_of(till) as journal:
        if damage := await journal.verify():
            books.findings.append(f"the journal was altered: {len(damage)} findings")
        if owed := await journal.owed_advices():
            books.findings.append(f"{len(owed)} advices are owed")
        for one in await journal.history(_ALL):
            books.states[one.state.value] += 1
            await _check(one, journal, ledger, books)
    left = {reference: cents for reference, cents in ledger.taken.items() if cents}
    if left:
        books.findings.append(f"taken, and in no journal: {len(left)} redemptions")
    return books


async def _check(one: Redemption, journal: SqliteJournal, ledger: _Ledger, books: Books) -> None:
    cents = ledger.taken.pop(one.id, 0)
    wanted = (one.redeemed_cents or 0) if one.state in _TAKEN else 0
    if one.state not in _TAKEN | _NOTHING:
        books.in_doubt += 1
        if one.id not in ledger.known:
            books.findings.append(f"{one.id} is in doubt, and the ledger knows nothing of it")
    elif cents != wanted:
        books.findings.append(f"{one.id} is {one.state.value}: {cents} cents taken, not {wanted}")
    change = await journal.change(one.id)
    code = change.pin.reveal() if change is not None and change.pin is not None else None
    if code is not None and code not in ledger.codes:
        books.findings.append(f"{one.id} has a change voucher that nobody gave")
    if code is None and one.change is not None and one.upstream == "moment" and one.sms_to is None:
        books.findings.append(f"{one.id} has lost the code of its change voucher")


def _read(server: SandboxServer) -> _Ledger:
    first, second = server.ledger.report(), server.suv_ledger.report()
    taken: dict[str, int] = defaultdict(int)
    for voucher in first["vouchers"]:
        for debit in voucher["debits"]:
            if debit["external_reference"]:
                taken[debit["external_reference"]] += debit["amount_cents"]
    for voucher in second["vouchers"]:
        for debit in voucher["debits"]:
            taken[debit["request_id"]] += debit["amount_cents"]
    taken.pop("before-the-sandbox", None)
    known = {row["external_reference"] for row in first["redemptions"]}
    known |= {row["id"] for row in second["requests"]}
    codes = {row["pin"] for row in first["vouchers"] if row["is_replacement"]}
    return _Ledger(taken=dict(taken), known=known, codes=codes)
