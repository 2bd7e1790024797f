"""A provider as small as it can be: what it owes, what it took, and how its answers get lost.

It knows the truth that the till must end up with, so that a simulation can compare the two.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from typing_extensions import override

from counterfoil.domain.money import Exact
from counterfoil.domain.redemption import AttemptKind, Redemption
from counterfoil.domain.secret import Secret
from counterfoil.domain.verdict import (
    Approved,
    ChangeCode,
    ChangeVoucher,
    Declined,
    DeclineReason,
    FollowUp,
    Unknown,
    UnknownCause,
    Verdict,
)
from counterfoil.domain.voucher_type import ALL_TEXT, VoucherType, WireKind
from counterfoil.ports.gateway import Balance, Gateway, LookupRefused, Order
from support.clocks import SteppedClock

KEY_KEPT_S = 24 * 3600.0
"""How long the provider knows a key; afterwards the same request is a new one."""


class Fate(StrEnum):
    """What happens to one attempt on its way."""

    FINE = "fine"
    NOT_SENT = "not_sent"
    LOST_BEFORE = "lost_before"
    LOST_AFTER = "lost_after"
    LATE = "late"
    """Given up by the till, and delivered some time later."""
    TWICE = "twice"
    """Delivered two times by the network."""
    CONFLICT = "conflict"
    BUSY = "busy"
    ERROR = "error"
    """A server error from something in front of the provider."""
    DRAFT = "draft"
    """Taken on and not decided."""
    STORED_ERROR_BEFORE = "stored_error_before"
    """A server error that the provider keeps under the key, before any effect."""
    STORED_ERROR_AFTER = "stored_error_after"


@dataclass(slots=True)
class _Order:
    """What was asked under one key."""

    redemption: Redemption
    pin: str
    taken_on_s: float
    verdict: Verdict | None = None
    """None while it is a draft."""
    is_error: bool = False


@dataclass
class ModelProvider(Gateway):
    """Keeps vouchers, debits and keys in dictionaries; when the fates are used up, all is well."""

    clock: SteppedClock
    vouchers: dict[str, int] = field(default_factory=dict)
    """What each voucher is worth, in cents."""
    debits: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """What was taken for each of the till's references."""
    replacements: dict[str, ChangeVoucher | None] = field(default_factory=dict)
    sent: dict[str, set[tuple[str, Secret]]] = field(default_factory=lambda: defaultdict(set))
    """Each key and text that came for a reference."""
    fates: deque[Fate] = field(default_factory=deque)
    counts: Counter[Fate] = field(default_factory=Counter)
    true_s: float = 0.0
    """True time that passed while the till's machine was off."""
    _orders: dict[str, _Order] = field(default_factory=dict)
    _late: list[tuple[str, _Order]] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    @property
    @override
    def upstream(self) -> str:
        """The upstream's name."""
        return "moment"

    @override
    async def fetch_types(self) -> tuple[VoucherType, ...]:
        """Tell no types."""
        return ()

    @override
    async def look_up(
        self, type_id: str, fields: Mapping[str, Secret], wire: Mapping[str, WireKind] = ALL_TEXT
    ) -> Balance | LookupRefused:
        """Tell the value of a voucher."""
        return Balance(amount_cents=self.vouchers[fields["pin"].reveal()], currency="ZAR")

    @override
    def compose(self, order: Order) -> Secret:
        """Build a request from which the voucher can be read again."""
        return Secret(f"{order.redemption_id} {order.amount} {order.fields['pin'].reveal()}")

    @override
    async def ask(self, redemption: Redemption, kind: AttemptKind, request: Secret) -> Verdict:
        """Let the attempt meet its fate."""
        fate = self.fates.popleft() if self.fates else Fate.FINE
        self.counts[fate] += 1
        if kind is AttemptKind.FETCH:
            return self._fetched(redemption, fate)
        self.sent[redemption.id].add((redemption.idempotency_key, request))
        order = _Order(redemption, request.reveal().split()[-1], self._now_s)
        if fate in {Fate.FINE, Fate.TWICE}:
            self._process(redemption.idempotency_key, order)
            return self._process(redemption.idempotency_key, order)
        return self._mishap(fate, redemption.idempotency_key, order)

    def deliver_late(self) -> None:
        """Let what the till gave up arrive after all, unless it is too old to be alive."""
        for key, order in self._late:
            if self._now_s - order.taken_on_s < KEY_KEPT_S / 24:
                self._process(key, order)
        self._late.clear()

    @property
    def _now_s(self) -> float:
        return self.true_s + self.clock.now().monotonic_s

    def _mishap(self, fate: Fate, key: str, order: _Order) -> Verdict:
        if fate is Fate.NOT_SENT:
            return Declined(reason=DeclineReason.NOT_SENT)
        if fate is Fate.LATE:
            self._late.append((key, order))
        if fate is Fate.LOST_AFTER:
            self._process(key, order)
        if key in self._orders and fate not in _LINE_TROUBLE:
            return self._process(key, order)  # a stored answer is all that a known key brings
        if fate is Fate.DRAFT:
            self._orders[key] = order
            return self._answer(order)
        if fate is Fate.STORED_ERROR_AFTER:
            self._process(key, order)
        if fate in {Fate.STORED_ERROR_BEFORE, Fate.STORED_ERROR_AFTER}:
            self._orders.setdefault(key, order).is_error = True
        return Unknown(cause=_CAUSES[fate])

    def _fetched(self, redemption: Redemption, fate: Fate) -> Verdict:
        orders = [one for one in self._orders.values() if one.redemption.id == redemption.id]
        if fate in _LINE_TROUBLE or not orders:
            return Unknown(cause=_CAUSES.get(fate, UnknownCause.NO_NEWS))
        if fate is not Fate.DRAFT and orders[-1].verdict is None:
            orders[-1].verdict = self._decide(orders[-1])
        return self._answer(orders[-1])

    def _process(self, key: str, order: _Order) -> Verdict:
        known = self._orders.get(key)
        if known is not None and self._now_s - known.taken_on_s >= KEY_KEPT_S:
            known = None
        if known is None:
            known = self._orders[key] = order
            known.verdict = self._decide(order)
        if known.is_error:
            return Unknown(cause=UnknownCause.STORED_ERROR, follow_up=FollowUp.PERSON)
        return self._answer(known)

    def _answer(self, order: _Order) -> Verdict:
        upstream_id = self._id_of(order.redemption)
        return order.verdict or Unknown(
            cause=UnknownCause.NOT_FINAL,
            follow_up=FollowUp.FETCH,
            upstream_id=upstream_id,
            upstream_version=1,
        )

    def _decide(self, order: _Order) -> Verdict:
        value, asked = self.vouchers[order.pin], order.redemption.amount
        upstream_id = self._id_of(order.redemption)
        if value == 0:
            return Declined(reason=DeclineReason.ALREADY_USED, upstream_id=upstream_id)
        taken = min(value, asked.cents) if isinstance(asked, Exact) else value
        self.debits[order.redemption.id].append(taken)
        self.vouchers[order.pin] = 0
        change = None
        if value > taken:
            pin = f"{len(self.vouchers):04d}{value - taken:012d}"
            self.vouchers[pin] = value - taken
            change = ChangeVoucher(
                codes=(ChangeCode("pin", Secret(pin)),), amount_cents=value - taken
            )
        self.replacements[order.redemption.id] = change
        return Approved(
            redeemed_cents=taken, upstream_id=upstream_id, upstream_version=3, change=change
        )

    def _id_of(self, redemption: Redemption) -> str:
        return self._ids.setdefault(redemption.id, f"rdm_{len(self._ids):024x}")


_CAUSES = {
    Fate.LOST_BEFORE: UnknownCause.TIME_OUT,
    Fate.LOST_AFTER: UnknownCause.CUT_OFF,
    Fate.LATE: UnknownCause.TIME_OUT,
    Fate.NOT_SENT: UnknownCause.NO_CONNECTION,
    Fate.CONFLICT: UnknownCause.CONFLICT,
    Fate.BUSY: UnknownCause.RATE_LIMITED,
    Fate.ERROR: UnknownCause.UPSTREAM_ERROR,
    Fate.STORED_ERROR_BEFORE: UnknownCause.UPSTREAM_ERROR,
    Fate.STORED_ERROR_AFTER: UnknownCause.UPSTREAM_ERROR,
}
_LINE_TROUBLE = frozenset(
    {
        Fate.NOT_SENT,
        Fate.LOST_BEFORE,
        Fate.LOST_AFTER,
        Fate.LATE,
        Fate.CONFLICT,
        Fate.BUSY,
        Fate.ERROR,
    }
)
