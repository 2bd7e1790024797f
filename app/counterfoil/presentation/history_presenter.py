"""The page History: the redemptions of this till, the latest first."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import field, replace
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QObject, Signal

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice
from counterfoil.domain.forwarding import hold_left_s
from counterfoil.domain.money import Money, add_up
from counterfoil.domain.printing import has_slip
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.search import COUNTED_MAX, Search
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.time import Instant
from counterfoil.overriding import override
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.list_presenter import (
    Chosen,
    ListPresenter,
    ListSnapshot,
    Work,
    pick,
)
from counterfoil.presentation.screens import (
    Act,
    Button,
    DetailRow,
    HistoryFilter,
    LastRow,
    LedgerScreen,
    Room,
)
from counterfoil.presentation.search_words import narrowed, search_of, shown_text
from counterfoil.presentation.words import buttons, lists, owed
from counterfoil.presentation.words.rows import kept_cents, last_row
from counterfoil.service.services import Services

PAGE = 100
"""How many redemptions are listed at first, and how many more each time older ones are wanted."""
_NEWEST = 20
"""How many are looked at for the last payment: a refund is none, an altered one is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySnapshot(ListSnapshot):
    """The redemptions that were found, the latest first, and the chosen one."""

    text: str = ""
    """What they were found by."""
    filters: frozenset[HistoryFilter] = frozenset()
    """What they were narrowed to."""
    entries: tuple[Redemption, ...] = ()
    count: int = 0
    """How many there are in all, listed or not."""
    colours: Mapping[str, str] = field(default_factory=dict)
    held: Advice | None = None
    """The advice that the chosen one's provider is still owed."""


class HistoryPresenter(ListPresenter[HistorySnapshot]):
    """Shows the redemptions of this till, and finds some of them.

    Signals, beside those of every list: ``slip_found(str)`` with the reference of a scanned slip
    that is this till's, or of the last one; ``scan_kept()`` when a scanned voucher's sale is shown
    here, or a scan could not be looked up: either way it is for no form; ``masked(str)`` what is to
    stand in the search field instead of a voucher's whole number that was found, or that somebody
    leaves.
    """

    slip_found = Signal(str)
    scan_kept = Signal()
    masked = Signal(str)
    room: ClassVar[Room] = Room.HISTORY

    def __init__(
        self, services: Services, approvals: ApprovalPresenter, parent: QObject | None = None
    ) -> None:
        super().__init__(services, approvals, HistorySnapshot(chosen=Chosen()), parent)
        self._text = ""
        """What is looked for, as it may be shown."""
        self._search: Search | None = None
        self._filters: frozenset[HistoryFilter] = frozenset()
        self._limit = PAGE

    @override
    def enter(self) -> None:
        """Show all redemptions with the newest one chosen, whatever was shown before.

        Until they are read no key has an effect on what was chosen before.
        """
        self._wished = ""
        self._filters = frozenset()
        self._shown = replace(self._shown, chosen=Chosen())
        self.find("")

    def find(self, text: str) -> None:
        """List the redemptions in the whole journal that a text finds; all for an empty text."""
        plain = text.strip()
        if plain == self._text and self._search is not None and self._search.code is not None:
            return  # what stands there masked
        self._search = search_of(plain, self._services.clock.now().wall) if plain else None
        self._text = plain if self._search is None else shown_text(plain, self._search)
        self._limit = PAGE
        self.refresh()

    def conceal(self) -> None:
        """Leave of a whole number only its end, also of one that was not found."""
        if self._search is not None and self._search.code is not None:
            self.masked.emit(self._text)

    def narrow(self, filters: frozenset[HistoryFilter]) -> None:
        """List only what passes these filters, beside the text; all for none."""
        self._filters = filters
        self._limit = PAGE
        self.refresh()

    def find_voucher(self, code: Secret, if_none: Callable[[], None]) -> None:
        """Show what a scanned voucher was used for; call ``if_none`` if it never was, here."""
        self._start(partial(self._find_voucher, code, if_none), "voucher")

    def find_slip(self, reference: str, if_none: Callable[[], None]) -> None:
        """Show the redemption with this reference; call ``if_none`` if there is none."""
        self._start(partial(self._find_slip, reference, if_none), "find slip")

    def find_last_slip(self) -> None:
        """Show the redemption that was paid last, as if its slip had been scanned."""
        self._start(self._find_last_slip, "reprint")

    def list_older(self) -> None:
        """List the next older redemptions as well, if there are any."""
        if self._shown.count > len(self._shown.entries):
            self._limit = len(self._shown.entries) + PAGE
            self.refresh()

    @override
    async def _read(self, wished: str) -> HistorySnapshot:
        text, filters = self._text, self._filters
        search = narrowed(self._search, filters, self._services.clock.now().wall)
        colours = (await self._services.catalogue.kept()).colours
        entries, count = await self._find(search, self._limit)
        found = HistorySnapshot(
            text=text,
            filters=filters,
            entries=entries,
            count=count,
            colours=colours,
            chosen=Chosen(),
        )
        chosen = pick(entries, wished)
        if chosen is None:
            return found
        detail, paper = await self._read_detail(chosen), await self._paper_of(chosen)
        return replace(
            found,
            held=await self._held_advice(chosen),
            chosen=Chosen(id=chosen.id, detail=detail, paper=paper),
        )

    async def _find_voucher(self, code: Secret, if_none: Callable[[], None]) -> None:
        search = Search(code=code)
        if not await self._is_known(self._services.journal.find(search, 1)):
            if_none()
            return
        self.scan_kept.emit()
        self._search, self._text = search, shown_text(code.reveal(), search)
        self._filters = frozenset()
        self._limit = PAGE
        self.masked.emit(self._text)
        await self.load()

    async def _find_slip(self, reference: str, if_none: Callable[[], None]) -> None:
        reading = self._services.journal.redemption_by_reference(reference)
        if await self._is_known(reading):
            self._filters = frozenset()
            self.slip_found.emit(reference)
        else:
            if_none()

    async def _find_last_slip(self) -> None:
        paid = Search(states=frozenset({RedemptionState.FINAL}))
        found = await self._services.journal.find(paid, _NEWEST)
        last = next((one for one in found if not one.is_refund), None)
        if last is None:
            self.told.emit(lists.NO_PAYMENTS, "printer")
            return
        self._filters = frozenset()
        self.slip_found.emit(last.reference)

    async def _is_known(self, reading: Awaitable[object]) -> bool:
        """Whether the journal has what was scanned; a scan that it cannot look up is over."""
        try:
            return bool(await reading)
        except BaseException:
            self.scan_kept.emit()
            raise

    async def _find(self, search: Search | None, limit: int) -> tuple[tuple[Redemption, ...], int]:
        journal = self._services.journal
        if search is None:
            return await journal.history(limit), await journal.count()
        if search.code is not None:
            search = replace(search, phone=await self._phone(search.code))
        found, count = await journal.find(search, limit), await journal.count(search)
        if search.code is not None and found:
            self.masked.emit(self._text)
        # A list that is full beyond what is counted may go on.
        return found, max(count, len(found) + (count > COUNTED_MAX and len(found) == limit))

    async def _phone(self, code: Secret) -> Secret | None:
        """Read it as a phone number, in a thread: that loads large tables."""
        with suppress(ValueError):
            return await asyncio.to_thread(lambda: self._services.phones.parse(code.reveal()))
        return None

    @override
    def _screen_of(self, shown: HistorySnapshot, now: Instant) -> LedgerScreen:
        kept = (Money(kept_cents(one), one.currency) for one in shown.entries)
        total = " and ".join(str(one) for one in add_up(kept) if one.minor_units)
        nothing = Money(0, self._services.profile.currency)
        empty_title, empty_line = lists.nothing_found(shown.text, shown.filters)
        return LedgerScreen(
            room=self.room,
            title=lists.HISTORY,
            rows=tuple(self._row(one, shown.colours) for one in shown.entries),
            chosen=shown.chosen.id,
            detail=self._detail_now(shown, now),
            paper=shown.chosen.paper,
            found_by=lists.looked_for(shown.text, shown.filters),
            filters=self._filters,
            summary=lists.paid(_shown_words(shown), total or str(nothing)),
            count=shown.count,
            empty_title=empty_title,
            empty_line=empty_line,
        )

    def _row(self, one: Redemption, colours: Mapping[str, str]) -> LastRow:
        return last_row(
            one,
            colours,
            is_checked=self._is_checked(one),
            today=self._services.clock.now().wall.astimezone().date(),
        )

    def _detail_now(self, shown: HistorySnapshot, now: Instant) -> DetailRow | None:
        """Return the chosen one as its row is: still checked at the counter, or to be voided."""
        detail = shown.chosen.detail
        chosen = next((one for one in shown.entries if one.id == shown.chosen.id), None)
        if detail is None or chosen is None:
            return detail
        if self._is_checked(chosen):
            return self._while_checked(chosen, detail)
        if shown.held is None:
            return detail
        return replace(detail, what_to_do=owed.voidable_words(hold_left_s(shown.held, now)))

    @override
    def _works(self) -> Mapping[Act, Work]:
        return {
            Act.ASK_AGAIN: self._ask_again,
            Act.PRINT_PENDING: self._print,
            Act.PRINT_AGAIN: self._print,
            Act.VOID: self._void,
        }

    async def _void(self, redemption_id: str) -> None:
        redemption = await self._services.journal.redemption(redemption_id)
        assert redemption is not None, "what is listed is in the journal"
        _ = await self._approvals.void(redemption)

    async def _read_detail(self, chosen: Redemption) -> DetailRow:
        plain = await self._plain_detail(chosen)
        is_final = chosen.state is RedemptionState.FINAL
        return replace(
            plain,
            note=f"{chosen.reference}  {chosen.created_at.astimezone():%a %d %b %Y, %H:%M}",
            buttons=_final_buttons(chosen)
            if is_final
            else self._unsettled_buttons(chosen, buttons.ASK_AGAIN)
            or await self._void_buttons(chosen),
        )

    async def _void_buttons(self, chosen: Redemption) -> tuple[Button, ...]:
        """Return what can be done about one that is over: its paper may be to be signed."""
        is_void = (await self._services.slips.details(chosen)).void is not None
        # The slip of what was refused is for who asks for it, and proposed to nobody.
        is_asked_for = chosen.state is RedemptionState.DECLINED
        printing = replace(buttons.PRINT_SLIP, is_primary=not is_asked_for)
        return (printing,) if has_slip(chosen, is_void=is_void) else ()

    async def _held_advice(self, chosen: Redemption) -> Advice | None:
        is_final = chosen.state is RedemptionState.FINAL
        return await self._services.journal.advice(chosen.id) if is_final else None


def _final_buttons(chosen: Redemption) -> tuple[Button, ...]:
    can_void = not (chosen.is_refund or chosen.is_refunded)
    return (buttons.PRINT_COPY, buttons.VOID) if can_void else (buttons.PRINT_COPY,)


def _shown_words(shown: HistorySnapshot) -> str:
    return lists.shown(len(shown.entries), shown.count, is_found=bool(shown.text or shown.filters))
