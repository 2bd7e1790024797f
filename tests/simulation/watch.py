"""Checks the invariants after every step, against what is durable and what really happened.

The watch keeps a copy of every row that a commit made durable, and hears of each step: a commit,
a send, a message that arrives upstream, a notice on the screen, a paper, goods over the counter.

=====  ==============================================================  ============================
no.    invariant                                                       checked
=====  ==============================================================  ============================
I1     one open redemption per sale and per voucher                    each commit
I2     what was taken equals what the till says, or a person is told   each debit, and at the end
I3     never two debits for one redemption, no sale paid beyond due    each debit, and at the end
I4     goods only after a durable FINAL (or cash)                      each notice, each hand-over
I5     goods handed over were paid for                                 at the end
I6     what is REVERSED is not taken                                   each debit, and at the end
I7     one advice per request, its id and bytes constant               each commit, each advice
I8     a request is not both confirmed and reversed                    each advice that arrives
I9     one key, one text, never 24 hours after the first use           each send
I10    nothing leaves, and no paper comes, before its row              each send, each paper
I11    a PIN that is shown or printed is durable                       each notice, each paper
I12    every change voucher of a final sale can be recovered           at the end
I13    one paper says that it is the original                          each paper
I14    moves by the table; what is over never changes, but is shredded each commit
I15    when faults stop, all is decided and acknowledged within 2 h    at the end
I16    no PIN in the file                                              at the end of every 50th seed
I17    no sale is paid more than it owes                               each commit
I18    versions and counts never go back                               each commit
I19    the chain of happenings verifies                                at the end of every 50th seed
I20    recovery twice is recovery once                                 at every third start
I21    no row is lost: the file holds what was committed               each start, and at the end
I22    what needs a right is done with it, or by one good approval      each commit
I23    nothing is declined while an attempt is undecided               each commit, each debit
I24    advices leave at no more than one a second after a burst        each advice
I25    the same seed gives the same trace                              by running it again
I28    settled once, by what the provider says; nothing is sent then   each commit, each advice
I29    what is settled locks no voucher, and waits for nobody          each commit, at the end
I30    a slip is to be finished until a person says that it is whole   each commit, start, the end
I31    a file with a code goes only once it is old, and may be spared  each removal
I32    Zs and the last X are the sum of what was sold and of the cash  each commit, at the end
I33    only what is over, with a slip that is whole, is ever shredded  each commit
I34    put back: held, sound, all it had, only what came since is lost each restore, Z, and the end
=====  ==============================================================  ============================

After a restore all of this holds of what the backup had. What it cannot hold of is the `Gap`.

Not seen here: I16 for screens, logs and paper is the canary's in the
other layers, and I26 is about the window, whose tests show it.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from counterfoil.domain.advice import Advice, AdviceKind, AdviceState
from counterfoil.domain.money import Exact
from counterfoil.domain.printing import PrintJob, PrintState, has_slip
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import (
    AdviceAttemptEnded,
    AdviceAttemptStarted,
    AdviceOwed,
    AdviceSettled,
    ConfirmationReplaced,
    CustomerNoted,
    PrintMoved,
    PrintQueued,
    RedemptionChanged,
    RedemptionPrepared,
    Row,
    SaleClosed,
    SaleOpened,
    SecretsShredded,
    SettlementKept,
    StaffKept,
    VoidAsked,
)
from counterfoil.domain.settlement import Evidence, SettledAs, Settlement
from counterfoil.domain.slip import Slip, SlipKind
from counterfoil.domain.slip_facts import shredded_phone
from counterfoil.domain.states import (
    MOVES,
    OPEN,
    TERMINAL,
    VOUCHER_LOCKED,
    Customer,
    RedemptionState,
    SaleState,
)
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.ports.papers import KeptPaper
from simulation.drawer import DrawerBooks
from simulation.rights import Rights

S = RedemptionState

KEY_KEPT_S = 24 * 3600.0
"""How long an upstream knows a key."""
NOTHING_TAKEN = frozenset({S.DECLINED, S.ABANDONED, S.REVERSED})
_BURST = 5
_FINISHING = {SlipKind.ORIGINAL, SlipKind.COPY}


class WrongWorldError(AssertionError):
    """Something came out that must never be."""

    def __init__(self, invariant: str, words: str) -> None:
        super().__init__(f"{invariant}: {words}")
        self.invariant = invariant


@dataclass(slots=True)
class _Use:
    """How a key was used."""

    key: str
    text: str
    first_s: float


@dataclass(frozen=True, slots=True)
class Noted:
    """What was in the journal at one moment."""

    books: dict[str, Any]
    rights: Any
    drawer: DrawerBooks


@dataclass(slots=True)
class Gap:
    """What restores have cost: what a journal that was put back cannot know, and no more.

    Where nothing was put back it is empty.
    """

    lost: set[str] = field(default_factory=set)
    """Redemptions that began after the backup; the journal has them no more."""
    unsent: set[str] = field(default_factory=set)
    """Redemptions that the backup has as not sent yet, and that were sent after it."""
    voided: set[str] = field(default_factory=set)
    """Redemptions that the backup has as paid, and that were taken back after it."""
    told: set[str] = field(default_factory=set)
    """Redemptions about which an advice left after the backup."""
    printed: set[str] = field(default_factory=set)
    """Redemptions of which a slip was printed after the backup."""
    sales: set[str] = field(default_factory=set)
    """Sales of these, and those that were closed, paid or given back after the backup, or of which
    goods moved.
    """


_IN_JOURNAL = (
    *("rows", "changes", "requests", "advices", "texts", "sales", "due_cents", "customers"),
    *("unspoken", "papers", "settlements", "ever", "said_whole"),
)
"""What goes back with the journal. What happened outside of it stays."""


@dataclass(slots=True)
class Watch:
    """What is durable, and whether it ever was otherwise than it must be."""

    rows: dict[str, Redemption] = field(default_factory=dict)
    changes: dict[str, ChangeVoucher] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    advices: dict[str, Advice] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """The text of each advice, by the redemption's id."""
    sales: dict[str, SaleState] = field(default_factory=dict)
    due_cents: dict[str, int | None] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    """What is noted of the customer of a sale that the till had stopped over."""
    unspoken: set[str] = field(default_factory=set)
    """Sales that the till had stopped over, and for which nobody has spoken yet."""
    papers: dict[tuple[str, int], PrintJob] = field(default_factory=dict)
    settlements: dict[tuple[str, SettledAs], Settlement] = field(default_factory=dict)
    """How people settled a redemption, each way once."""
    found: WrongWorldError | None = None
    """The first thing that was wrong."""
    ever: set[tuple[str, RedemptionState]] = field(default_factory=set)
    very_late: set[str] = field(default_factory=set)
    """What was taken hours after its request was given up."""
    not_promised: set[str] = field(default_factory=set)
    """What no till could keep from being taken twice; `docs/reliability.md` says so."""
    is_clock_fooled: bool = False
    """The wall clock was set back, and the power failed before the till could look at it."""
    originals: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The print jobs of which a paper came out, whole or in part, that says it is the original."""
    whole: set[tuple[str, int]] = field(default_factory=set)
    """The print jobs that came out whole."""
    said_whole: set[tuple[str, int]] = field(default_factory=set)
    """Those of which a person says so, which is not always right."""
    gap: Gap = field(default_factory=Gap)
    _rights: Rights = field(init=False)
    drawer: DrawerBooks = field(init=False)
    _uses: dict[str, _Use] = field(default_factory=dict)
    _told: dict[str, set[AdviceKind]] = field(default_factory=lambda: defaultdict(set))
    _advised_s: deque[float] = field(default_factory=lambda: deque(maxlen=70))

    def __post_init__(self) -> None:
        self._rights = Rights(self.rows, self.check)
        self.drawer = DrawerBooks(self.rows, self.check)

    def wrong(self, invariant: str, words: str) -> None:
        """Note that an invariant does not hold; the first one is kept and ends the seed."""
        if self.found is None:
            self.found = WrongWorldError(invariant, words)

    def check(self, holds: object, invariant: str, words: str) -> None:
        """Note an invariant that does not hold."""
        if not holds:
            self.wrong(invariant, words)

    # ----------------------------------------------------------------------------------- restores

    def noted(self) -> Noted:
        """Return what is in the journal now, for a backup."""
        books = {name: getattr(self, name).copy() for name in _IN_JOURNAL}
        return Noted(books, self._rights.noted(), self.drawer.noted())

    def went_back(self, noted: Noted, by: str) -> None:
        """Hear that a backup was put back, and who accepted it; note what is lost with that."""
        self._note_gap(noted)
        for name in _IN_JOURNAL:
            book = getattr(self, name)
            book.clear()
            book.update(noted.books[name])
        self._rights.went_back(noted.rights)
        self.drawer = replace(noted.drawer.noted(), put_back_by=by)

    def _note_gap(self, noted: Noted) -> None:
        gap, then = self.gap, noted.books
        lost = self.rows.keys() - then["rows"].keys()
        gap.lost |= lost
        unsent = {
            one.id
            for one in then["rows"].values()
            if one.state is S.PREPARED and self.rows[one.id].attempts
        }
        gap.unsent |= unsent
        paid = {one.id for one in then["rows"].values() if one.state is S.FINAL}
        gap.voided |= {one for one in paid if self.rows[one].state is not S.FINAL}
        tried = {one.redemption_id: one.attempts for one in then["advices"].values()}
        gap.told |= {
            one.redemption_id
            for one in self.advices.values()
            if one.attempts > tried.get(one.redemption_id, 0)
        }
        gap.printed |= {of for of, number in self.papers.keys() - then["papers"].keys()}
        gap.sales |= {one for one, state in self.sales.items() if state != then["sales"].get(one)}
        given = {of for of, how in self.settlements.keys() - then["settlements"].keys()}
        for one in map(self.rows.__getitem__, sorted(lost | given | unsent)):
            gap.sales.add(one.sale_id)
            if one.refund_of is not None:
                gap.sales.add(self.rows[one.refund_of].sale_id)

    # ------------------------------------------------------------------------------------ commits

    def durable(self, rows: Iterable[Row], now_s: float) -> None:
        """Hear of a commit that is on the disk."""
        written = tuple(rows)
        for row in written:
            if isinstance(row, StaffKept | VoidAsked | SettlementKept | PrintQueued | PrintMoved):
                self._rights.hear(row, now_s)
            self.drawer.hear(row)
            self._written(row)
        for row in written:
            if isinstance(row, RedemptionChanged):
                self._owed(row.after)
            if isinstance(row, SettlementKept):
                self._ended_by(row.settlement)

    def _written(self, row: Row) -> None:
        match row:
            case SaleOpened() | SaleClosed() | CustomerNoted():
                self._sale(row)
            case RedemptionPrepared(redemption, request):
                self._born(redemption)
                self.requests[redemption.id] = request.reveal()
            case RedemptionChanged():
                self._changed(row)
            case (
                AdviceOwed()
                | ConfirmationReplaced()
                | AdviceAttemptStarted()
                | AdviceAttemptEnded()
                | AdviceSettled()
            ):
                self._advice(row)
            case SettlementKept(settlement):
                self._settled(settlement)
            case SecretsShredded(redemption_id, at):
                self._shredded(redemption_id, at)
            case PrintQueued() | PrintMoved():
                job = row.job if isinstance(row, PrintQueued) else row.after
                key = job.redemption_id, job.number
                self.papers[key] = job
                is_said = job.state is not PrintState.CONFIRMED or key in self.said_whole
                self.check(is_said, "I30", "a slip is taken for whole, and nobody said so")
            case _:
                pass  # an attempt stands beside the change that counts it

    def _shredded(self, redemption_id: str, at: datetime) -> None:
        """Find nothing shredded that anybody may need: what it is asked, told or printed with."""
        row, advice = self.rows[redemption_id], self.advices.get(redemption_id)
        self.check(row.shredded_at is None, "I14", "shredded twice")
        is_over = row.state in TERMINAL or row.state is S.FINAL
        self.check(is_over, "I33", f"shredded, and {row.state}")
        told = {AdviceState.ACKNOWLEDGED, AdviceState.SETTLED}
        is_told = advice is None or (advice.state in told and not advice.is_to_be_sent)
        self.check(is_told, "I33", "shredded, and the provider is to be told, or disputes it")
        is_whole = redemption_id not in self.slips_to_finish()
        self.check(is_whole, "I33", "shredded, and nobody has confirmed its slip")
        open_refunds = [
            one for one in self.refunds_of(redemption_id) if one.state in VOUCHER_LOCKED
        ]
        self.check(not open_refunds, "I33", "shredded, and a refund of it is open")
        phone = None if row.sms_to is None else shredded_phone(row.sms_to)
        self.rows[redemption_id] = replace(row, sms_to=phone, shredded_at=at)

    def _settled(self, new: Settlement) -> None:
        """Find nothing settled twice, and nothing given that was given back otherwise."""
        row, key = self.rows[new.redemption_id], (new.redemption_id, new.settled_as)
        self.check(key not in self.settlements, "I28", "settled twice in one way")
        if new.settled_as is SettledAs.OUTSIDE:
            self.check(row.state is S.FINAL, "I28", f"given outside the voucher, and {row.state}")
            for refund in self.refunds_of(row.id):
                is_nothing = refund.state in NOTHING_TAKEN
                self.check(is_nothing, "I28", f"given outside, and a refund is {refund.state}")
        self.settlements[key] = new

    def _ended_by(self, settlement: Settlement) -> None:
        """Find nothing locked, and nothing to be sent, that people settled."""
        row = self.rows[settlement.redemption_id]
        self.check(row.state not in VOUCHER_LOCKED, "I29", f"settled, and {row.state}")
        advice = self.advices.get(row.id)
        is_over = advice is None or not advice.is_to_be_sent
        is_by_hand = settlement.settled_as is SettledAs.BY_HAND
        self.check(is_over or not is_by_hand, "I28", "settled, and still to be sent")

    def is_settled_by_hand(self, redemption_id: str) -> bool:
        """Whether people settled a redemption by what the provider says."""
        return (redemption_id, SettledAs.BY_HAND) in self.settlements

    def _sale(self, row: SaleOpened | SaleClosed | CustomerNoted) -> None:
        if isinstance(row, SaleOpened):
            self.sales[row.sale.id] = row.sale.state
            self.due_cents[row.sale.id] = row.sale.due_cents
            return
        self.check(self.sales[row.sale_id] is SaleState.OPEN, "I14", "a sale closed twice")
        if isinstance(row, SaleClosed):
            self.sales[row.sale_id] = row.ending.state
            return
        self.customers[row.sale_id] = row.customer
        if row.customer in {Customer.PAID_OTHERWISE, Customer.GONE}:
            self.sales[row.sale_id] = SaleState.SET_ASIDE

    def spoken_for(self, sale_id: str) -> None:
        """Hear that somebody says where the customer of a sale is."""
        self.unspoken.discard(sale_id)

    def _born(self, new: Redemption) -> None:
        self.check(self.sales.get(new.sale_id) is SaleState.OPEN, "I1", "born in a closed sale")
        if new.refund_of is not None:
            self._refund_born(new, new.refund_of)
        for old in self.rows.values():
            is_same_voucher = old.fingerprint == new.fingerprint
            self.check(
                not (is_same_voucher and old.state in VOUCHER_LOCKED),
                "I1",
                "a voucher has two open redemptions",
            )
            self.check(
                not (old.sale_id == new.sale_id and old.state in OPEN),
                "I1",
                "a sale has two open redemptions",
            )
        self.rows[new.id] = new
        self.ever.add((new.id, new.state))

    def _refund_born(self, new: Redemption, taken_id: str) -> None:
        """Find no refund of what is not final, and no second one."""
        taken = self.rows[taken_id]
        self.check(taken.state is S.FINAL, "I14", f"a refund of what is {taken.state}")
        self.check(asked_cents(new) == taken.redeemed_cents, "I3", "a refund of another amount")
        for old in self.refunds_of(taken_id):
            self.check(old.state in NOTHING_TAKEN, "I3", f"a second refund, one is {old.state}")

    def refunds_of(self, redemption_id: str) -> list[Redemption]:
        """Return what gives a redemption back, or tried to."""
        return [one for one in self.rows.values() if one.refund_of == redemption_id]

    def _changed(self, row: RedemptionChanged) -> None:
        old, new = self.rows[row.after.id], row.after
        moved = (old.state, new.state)
        self.check(old.state not in TERMINAL, "I14", f"{old.state} was changed")
        self.check(new.state is old.state or moved in MOVES, "I14", f"moved {moved}")
        is_rising = (
            new.attempts >= old.attempts
            and new.attempts_ended >= old.attempts_ended
            and new.upstream_version >= old.upstream_version
        )
        self.check(is_rising, "I18", "a count or version went back")
        if new.state in {S.DECLINED, S.REVERSED} and new.state is not old.state:
            self.check(not new.is_being_asked, "I23", f"{new.state} while it is being asked")
        if new.state is S.FINAL and new.state is not old.state:
            is_open = self.sales[new.sale_id] is SaleState.OPEN
            self.check(is_open, "I17", "a sale that was closed otherwise is paid by an approval")
            is_asked = new.sale_id not in self.unspoken
            self.check(is_asked, "I27", "a sale is paid after a stop, and nobody was asked")
        self.rows[new.id] = new
        if row.change is not None:
            self.check(new.id not in self.changes, "I12", "a change voucher was written twice")
            self.changes[new.id] = row.change
        self.ever.add((new.id, new.state))
        due = self.due_cents[new.sale_id]
        self.check(due is None or self.paid_cents(new.sale_id) <= due, "I17", "a sale is overpaid")

    def paid_cents(self, sale_id: str) -> int:
        """Return what durable final redemptions paid of a sale."""
        return sum(
            one.redeemed_cents or 0
            for one in self.rows.values()
            if one.sale_id == sale_id and one.state is S.FINAL
        )

    def _advice(
        self,
        row: AdviceOwed
        | ConfirmationReplaced
        | AdviceAttemptStarted
        | AdviceAttemptEnded
        | AdviceSettled,
    ) -> None:
        new = row.after if isinstance(row, AdviceAttemptEnded | AdviceSettled) else row.advice
        old = self.advices.get(new.redemption_id)
        if isinstance(row, AdviceOwed):
            self.check(old is None, "I7", "a second advice about one request")
        elif old is not None:
            is_unsent = old.attempts == 0 and old.kind is AdviceKind.CONFIRMATION
            is_replaced = isinstance(row, ConfirmationReplaced)
            self.check(old.id == new.id, "I7", "another id")
            is_sent = isinstance(row, AdviceSettled) and old.is_under_way
            self.check(not is_sent, "I28", "settled while it was being sent")
            self.check(new.attempts >= old.attempts, "I18", "attempts of an advice went back")
            self.check(
                new.kind is old.kind or (is_replaced and is_unsent),
                "I7",
                "replaced after it had left",
            )
        if isinstance(row, AdviceOwed | ConfirmationReplaced):
            self.texts[new.redemption_id] = row.body.reveal()
        self.advices[new.redemption_id] = new

    def _owed(self, after: Redemption) -> None:
        """Find no state without the advice that it owes."""
        if after.kind is UpstreamKind.KEYED:
            return
        advice = self.advices.get(after.id)
        kind = advice and advice.kind
        if after.state is S.REVERSING:
            self.check(kind is AdviceKind.REVERSAL, "I7", "reversed without a reversal")
        if after.state is S.FINAL and after.has_confirmation:
            self.check(kind is AdviceKind.CONFIRMATION, "I7", "final without a confirmation")

    # -------------------------------------------------------------------------------------- sends

    def request_leaves(self, reference: str, key: str, text: str, now_s: float) -> None:
        """Hear that a request is about to leave the till."""
        row = self.rows.get(reference)
        if row is None:
            self.wrong("I10", "a request left that was never written")
            return
        is_written = row.state is S.INFLIGHT and row.is_being_asked
        self.check(is_written, "I10", "a request left before its attempt was written")
        self.check(self.requests[reference] == text, "I9", "other bytes than those written")
        first = self._uses.setdefault(reference, _Use(key, text, now_s))
        self.check(first.text == text, "I9", "the same redemption with other bytes")
        self.check(first.key == key, "I9", "the same redemption with another key")
        if self.is_clock_fooled and now_s - first.first_s >= KEY_KEPT_S:
            self.not_promised.add(reference)
        else:
            self.check(now_s - first.first_s < KEY_KEPT_S, "I9", "a key was sent after 24 hours")
        if row.kind is UpstreamKind.ADVISED:
            self.check(row.attempts == 1, "I9", "a request of this kind was sent twice")

    def advice_leaves(self, request_id: str, kind: AdviceKind, text: str, now_s: float) -> None:
        """Hear that an advice is about to leave the till."""
        advice, row = self.advices.get(request_id), self.rows.get(request_id)
        if advice is None or row is None:
            self.wrong("I10", "an advice left that was never written")
            return
        self.check(advice.is_under_way, "I10", "an advice left before it was counted")
        is_over = self.is_settled_by_hand(request_id)
        self.check(not is_over, "I28", "an advice left about what people settled")
        self.check(advice.kind is kind, "I7", "an advice left that is not the one written")
        self.check(self.texts[request_id] == text, "I7", "an advice with other bytes")
        self.check(not row.is_being_asked, "I10", "an advice overtook its request")
        self._advised_s.append(now_s)
        times = list(self._advised_s)
        for number, then_s in enumerate(times):
            allowed = _BURST + (now_s - then_s) + 1e-3
            self.check(len(times) - number <= allowed, "I24", "too many advices")

    def booted(self) -> None:
        """Hear that the till started anew: its rates begin anew, and customers may have gone."""
        self._advised_s.clear()
        self._rights.booted()
        self.unspoken |= {
            one.sale_id
            for one in self.rows.values()
            if one.state in OPEN - {S.PREPARED}
            and self.sales[one.sale_id] is SaleState.OPEN
            and self.customers.get(one.sale_id) is not Customer.HERE
            and not one.is_refund
        }

    # ----------------------------------------------------------------------------------- upstream

    def debited(self, reference: str, times: int, *, is_very_late: bool = False) -> None:
        """Hear that an upstream took value for a redemption, for the n-th time."""
        row = self.rows.get(reference)
        if is_very_late:
            self.very_late.add(reference)
        is_foreseen = is_very_late or reference in self.not_promised | self.gap.unsent
        is_once = times <= 1 or reference in self.not_promised
        self.check(is_once, "I3", "the same redemption was taken twice")
        is_unsent = row is None or row.state is S.PREPARED
        if is_unsent and reference not in self.gap.unsent | self.gap.lost:
            self.wrong("I10", "taken for what was never sent")
        elif row is not None and row.state in NOTHING_TAKEN and not is_foreseen:
            self.wrong("I6" if row.state is S.REVERSED else "I2", f"taken and {row.state}")

    def advised(self, request_id: str, kind: AdviceKind) -> None:
        """Hear that an advice arrived."""
        self._told[request_id].add(kind)
        is_one = len(self._told[request_id]) == 1 or request_id in self.gap.told
        self.check(is_one, "I8", "confirmed and reversed")

    # ------------------------------------------------------------------------- screen and counter

    def shown(self, redemption: Redemption) -> None:
        """Hear what the screen shows."""
        is_durable = (redemption.id, redemption.state) in self.ever
        self.check(is_durable, "I4", f"{redemption.state} was shown and is not durable")
        row = self.rows.get(redemption.id)
        if redemption.change is not None and row is not None:
            kept = self.changes.get(redemption.id)
            is_kept = kept is not None and kept.shape == redemption.change
            self.check(is_kept, "I11", "a PIN was shown and is not kept")

    def paper(self, redemption_id: str, slip: Slip, lines: int) -> None:
        """Hear that bytes go to the printer, and how many lines of the slip come out."""
        counted = [
            job.number
            for job in self.papers.values()
            if job.redemption_id == redemption_id and job.state is PrintState.QUEUED
        ]
        if not counted:
            self.wrong("I10", "a paper came that was not counted")
            return
        change = self.changes.get(redemption_id)
        if slip.has_secret:
            self.check(change is not None, "I11", "a PIN was printed and is not kept")
        elif slip.kind in _FINISHING and change is not None and change.pin is not None:
            is_customer_s = self.rows[redemption_id].state is S.FINAL
            self.check(not is_customer_s, "I12", "a slip has no PIN, and the customer needs it")
        if lines and slip.kind is SlipKind.ORIGINAL:
            self.originals[redemption_id] |= {*counted}
            is_one = len(self.originals[redemption_id]) == 1 or redemption_id in self.gap.printed
            self.check(is_one, "I13", "two papers say original")
        if lines == len(slip.lines):
            self.whole |= {(redemption_id, number) for number in counted}

    def slips_to_finish(self) -> set[str]:
        """Return whose slip no person has found whole: of what was sold, and of what was settled.

        What was voided outside the voucher has a paper of its own. Nobody has to be given a slip of
        what the provider did not take, or of a refund that people settled.
        """
        return {one.id for one in self.rows.values() if self._is_slip_due(one)}

    def _is_slip_due(self, one: Redemption) -> bool:
        is_settled_sale = one.state is S.RESOLVED and not one.is_refund
        if one.state is not S.FINAL and not is_settled_sale:
            return False
        how = None if one.settled_as is None else self.settlements[one.id, one.settled_as]
        if how is not None and how.evidence is Evidence.NOT_TAKEN:
            return False
        is_outside = one.settled_as is SettledAs.OUTSIDE
        kinds = {SlipKind.VOID} if is_outside else _FINISHING
        return not any(
            job.redemption_id == one.id and job.state is PrintState.CONFIRMED and job.kind in kinds
            for job in self.papers.values()
        )

    def all_have_slips(self) -> None:
        """Find every customer with a slip that is whole, as far as people can tell."""
        self.check(not self.slips_to_finish(), "I30", "a customer was never given a slip")

    def removed(self, file: KeptPaper, until: datetime) -> None:
        """Hear that a file with a code was removed, of those that are as old as this."""
        spared = [
            job
            for job in self.papers.values()
            if (row := self.rows[job.redemption_id]).reference == file.reference
            and job.kind is not SlipKind.PENDING
            and job.copy_number == file.copy_number
            and job.queued_at <= until
            and (job.state is PrintState.CONFIRMED or has_slip(row))
        ]
        self.check(spared, "I31", "a slip with a code was removed too early")

    def is_told_to_a_person(self, sale_id: str) -> bool:
        """Whether a person is called about any redemption of a sale, or knows nothing for sure."""
        unsure = {S.ATTENTION, S.UNCLAIMED, S.REVERSED_UNVERIFIED}
        suspended = {AdviceState.SUSPENDED, AdviceState.DISPUTED}
        return any(
            one.state in unsure
            or (one.id in self.advices and self.advices[one.id].state in suspended)
            for one in self.rows.values()
            if one.sale_id == sale_id
            or (one.refund_of is not None and self.rows[one.refund_of].sale_id == sale_id)
        )


def asked_cents(redemption: Redemption) -> int | None:
    """Return the exact amount that was asked for."""
    return redemption.amount.cents if isinstance(redemption.amount, Exact) else None
