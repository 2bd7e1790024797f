"""What the X and the Z of a shift say, once for paper and screen."""

from collections.abc import Iterator
from datetime import datetime

from counterfoil.domain.books import IN_SALES, BookLine, Books, Entry
from counterfoil.domain.money import format_cents
from counterfoil.domain.settlement import CustomerGot
from counterfoil.domain.shift import Shift, ShiftReport
from counterfoil.domain.slip import Align, Band, Gap, Pair, Rule, Slip, SlipKind, SlipLine, Text
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.tender import TenderKind
from counterfoil.domain.text import humanise
from counterfoil.domain.till import TillProfile
from counterfoil.presentation.words import slips
from counterfoil.presentation.words.settlements import GOT
from counterfoil.presentation.words.shifts import TENDERS
from counterfoil.presentation.words.slips import shop_foot, shop_head
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

X_BAND = "X: THE SHIFT GOES ON"
COPY_BAND = "COPY {number}"
_LINE_TO_SIGN = "_" * 20


def shift_slip(
    profile: TillProfile, report: ShiftReport, at: datetime, *, copy_number: int = 0
) -> Slip:
    """Return the slip of an open shift, an X, or of a closed one, its Z; no code is on it.

    ``at`` is when an X is read, in the shop's own time zone.
    """
    shift, books = report.shift, report.books
    is_z = shift.closed_at is not None
    title = say("Z REPORT {number}", number=shift.number) if is_z else say("X REPORT")
    named = title if is_z else f"{title} {at:%Y-%m-%d %H:%M}"
    bands = [Band(slips.TRAINING_BAND)] if profile.is_training else []
    if not is_z:
        bands.append(Band(say(X_BAND)))
    if copy_number:
        bands.append(Band(say(COPY_BAND, number=copy_number)))
    lines: list[SlipLine] = [
        *bands,
        *shop_head(profile),
        Rule(),
        Text(title, Align.CENTRE, is_bold=True, is_double=True),
        Gap(),
        *_heading(profile, shift, at),
        *_put_back(shift, books),
        Rule(),
        *_vouchers(books),
        *_people(books),
        *_tenders(books, shift.currency),
        *_drawer(shift, books),
        *_beside(books),
        *_carried(books),
    ]
    if is_z:
        lines += [Rule(), Gap(), *_to_sign(say("Cashier")), *_to_sign(say("Supervisor"))]
    if books.head is not None:
        lines += [Rule(), Pair(say("Journal"), books.head.text)]
    foot: list[SlipLine] = [Gap(), *bands[::-1]] if bands else []
    lines += [*shop_foot(profile), *foot]
    name = f"Z-{shift.number:06}" if is_z else f"X-{shift.number:06}"
    return Slip(
        kind=SlipKind.COPY if copy_number else SlipKind.ORIGINAL,
        lines=tuple(lines),
        number=name,
        copy_number=copy_number,
        title=say("Counterfoil {name}", name=name),
        page_foot=slips.page_foot(bands, f"{profile.till_name}, {named}"),
    )


def _heading(profile: TillProfile, shift: Shift, at: datetime) -> Iterator[SlipLine]:
    yield Pair(say("Till"), profile.till_name)
    yield Pair(say("Shift"), str(shift.number))
    yield Pair(say("Opened"), f"{shift.opened_at.astimezone():%Y-%m-%d %H:%M}")
    yield Pair(say("by"), shift.opened_by)
    if shift.closed_at is None:
        yield Pair(say("Read"), f"{at:%Y-%m-%d %H:%M}")
    else:
        yield Pair(say("Closed"), f"{shift.closed_at.astimezone():%Y-%m-%d %H:%M}")
        yield Pair(say("by"), shift.closed_by or "")


def _put_back(shift: Shift, books: Books) -> Iterator[SlipLine]:
    """Say that the number of the Z may have been given before: the journal may have lost one."""
    if not books.put_back_by:
        return
    yield from (Rule(), Text(say("JOURNAL PUT BACK OR BEGUN ANEW"), is_bold=True))
    yield Pair(say("accepted by"), books.put_back_by)
    yield Text(say("A Z {number} or a later one may exist twice.", number=shift.number))


def _vouchers(books: Books) -> Iterator[SlipLine]:
    """Say what vouchers paid, by provider, what was taken back, and what that makes."""
    yield Text(say("VOUCHERS"), is_bold=True)
    for line in books.each(Entry.REDEEMED, "provider"):
        yield _line(humanise(line.provider), line)
    for entry, label in _TAKEN_BACK:
        sign = 1 if entry in IN_SALES else -1
        for line in books.each(entry, "provider"):
            yield _line(f"{say(label)}, {humanise(line.provider)}", line, sign=sign)
    for currency in sorted({line.currency for line in books.lines}):
        paid = books.vouchers_cents(currency)
        yield Pair(say("Vouchers paid"), format_cents(paid, currency), is_bold=True)


_TAKEN_BACK = (
    (Entry.VOIDED, "Voided"),
    (Entry.VOIDED_OUTSIDE, "Voided outside"),
    (Entry.DISPUTED, "Not honoured"),
    (Entry.REFUNDED, "Refunded"),
    (Entry.REFUND_DISPUTED, "Refund not honoured"),
)


def _people(books: Books) -> Iterator[SlipLine]:
    found = books.each(Entry.REDEEMED, "person")
    if not found:
        return
    yield from (Gap(), Text(say("BY CASHIER"), is_bold=True))
    for line in found:
        yield _line(line.person, line)
        voided = books.total(Entry.VOIDED, Entry.VOIDED_OUTSIDE, Entry.REFUNDED, person=line.person)
        if voided is not None:
            yield _line(say("- taken back"), voided, sign=-1)


def _tenders(books: Books, currency: str) -> Iterator[SlipLine]:
    yield from (Gap(), Text(say("HOW SALES WERE PAID"), is_bold=True))
    vouchers = books.vouchers_cents(currency)
    yield Pair(TENDERS[TenderKind.VOUCHER], format_cents(vouchers, currency))
    for line in books.each(Entry.TENDERED, "detail"):
        yield _line(TENDERS[TenderKind(line.detail)], line)


def _drawer(shift: Shift, books: Books) -> Iterator[SlipLine]:
    drawer, currency = books.drawer, shift.currency
    yield from (Rule(), Text(say("DRAWER"), is_bold=True))
    yield Pair(say("Float"), format_cents(drawer.float_cents, currency))
    for entry, label, sign in _MOVED:
        for line in books.each(entry, "currency"):
            yield _line(say(label), line, sign=sign)
    given = books.total(Entry.VOIDED_OUTSIDE, Entry.SETTLED, detail=CustomerGot.CASH.value)
    if given is not None:
        yield _line(say("Cash given back"), given, sign=-1)
    holds = format_cents(drawer.holds_cents, currency)
    yield Pair(say("Should be there"), holds, is_bold=True)
    if drawer.counted_cents is None or drawer.difference_cents is None:
        return
    yield Pair(say("Counted"), format_cents(drawer.counted_cents, currency), is_bold=True)
    if drawer.expected_cents != drawer.holds_cents:
        expected = format_cents(drawer.expected_cents or 0, currency)
        yield Pair(say("Should have been there then"), expected)
    difference = format_cents(drawer.difference_cents, currency)
    label = say("Too little") if drawer.difference_cents < 0 else say("Too much")
    yield Pair(label if drawer.difference_cents else say("Difference"), difference, is_bold=True)
    if drawer.counts > 1:
        yield Pair(say("Counted so often"), str(drawer.counts))
    if shift.explanation:
        yield Text(say("Why: {reason}", reason=shift.explanation))


_MOVED = (
    (Entry.PAID_IN, "Paid in", 1),
    (Entry.PAID_OUT, "Paid out", -1),
    (Entry.DROPPED, "Dropped to the safe", -1),
)


def _beside(books: Books) -> Iterator[SlipLine]:
    """Say what an owner asks about beside the money."""
    found = [
        (say(label), line.count)
        for entry, label in _COUNTED
        if (line := books.total(entry)) is not None
    ]
    settled = books.each(Entry.SETTLED, "detail")
    if not found and not settled:
        return
    yield from (Gap(), Text(say("ALSO"), is_bold=True))
    for label, count in found:
        yield Pair(label, str(count))
    for line in settled:
        got = GOT[CustomerGot(line.detail)]
        yield _line(say("Settled by hand: {got}", got=got), line)


_COUNTED = (
    (Entry.REFUSED, "Vouchers refused"),
    (Entry.COPIED, "Slips printed again"),
    (Entry.REVEALED, "Codes shown"),
    (Entry.NO_SALE, "Drawer opened, no sale"),
)


def _carried(books: Books) -> Iterator[SlipLine]:
    """Name what is not settled: it is carried over to the next shift."""
    if books.carried_count or books.owed_advices:
        yield from (Gap(), Text(say("NOT SETTLED, CARRIED OVER"), is_bold=True))
    for one in books.carried:
        amount = "?" if one.cents is None else format_cents(one.cents, one.currency)
        yield Pair(f"{one.reference} {humanise(one.provider)}", amount)
        yield Text(_OPEN.get(one.state) or say(_NOT_KNOWN))
    more = books.carried_count - len(books.carried)
    if more:
        yield Text(say("and {count} more", count=more))
    if books.owed_advices:
        yield Pair(say("Messages to send to providers"), str(books.owed_advices))
    if books.left_out:
        yield Gap()
        yield Pair(say("Altered records, not counted"), str(books.left_out), is_bold=True)


_NOT_KNOWN = "- result not known yet"
_OPEN = SpokenTable(
    {
        RedemptionState.REVERSING: "- being given back",
        RedemptionState.UNCLAIMED: "- approved too late",
        RedemptionState.ATTENTION: "- a supervisor must settle it",
    }
)


def _to_sign(who: str) -> Iterator[SlipLine]:
    yield from (Gap(), Pair(who, _LINE_TO_SIGN), Gap())


def _line(label: str, line: BookLine, *, sign: int = 1) -> Pair:
    """Return a line of the books: what it is, how often, and the amount."""
    return Pair(
        say("{label} {count}x", label=label, count=line.count),
        format_cents(sign * line.cents, line.currency),
    )


speak_constants(__name__)
