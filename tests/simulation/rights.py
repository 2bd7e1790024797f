"""Checks that nothing is done without right, by what is durable (I22).

It knows nothing of the gate: it hears of each approval as it was written, and of each act that
names one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import (
    PrintMoved,
    PrintQueued,
    SettlementKept,
    StaffKept,
    VoidAsked,
)
from counterfoil.domain.settlement import SettledAs
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import Permission, StaffDeed
from simulation.staff import may

APPROVED_FOR_S = 120.0
_MOMENT_S = 0.01


@dataclass(frozen=True, slots=True)
class _Approved:
    """What somebody approved, and what the redemption had taken then."""

    by: str
    of: str
    permission: Permission
    redemption_id: str
    cents: int | None
    at_s: float


@dataclass(slots=True)
class Rights:
    """Keeps the approvals that were given and not used."""

    rows: Mapping[str, Redemption]
    check: Callable[[object, str, str], None]
    _given: list[_Approved] = field(default_factory=list)
    _voided: set[tuple[str, str, str | None]] = field(default_factory=set)
    """Which redemptions somebody asked to void, and who approved it."""
    _handed_over: set[str] = field(default_factory=set)
    """Whose customers have the slip with the code of their change voucher."""

    def noted(self) -> tuple[set[tuple[str, str, str | None]], set[str]]:
        """Return what is in the journal of it."""
        return set(self._voided), set(self._handed_over)

    def went_back(self, noted: tuple[set[tuple[str, str, str | None]], set[str]]) -> None:
        """Hear that the journal is as it was then."""
        self._voided, self._handed_over = set(noted[0]), set(noted[1])

    def booted(self) -> None:
        """Forget the approvals: a stop of the till ends them."""
        self._given.clear()

    def hear(
        self,
        row: StaffKept | VoidAsked | SettlementKept | PrintQueued | PrintMoved,
        now_s: float,
    ) -> None:
        """Hear of what was approved, and of what was done by it."""
        match row:
            case StaffKept(deed=StaffDeed.APPROVED):
                self._approved(row, now_s)
            case VoidAsked():
                self._voided.add((row.redemption_id, row.by, row.approved_by))
                self._done(row.redemption_id, Permission.VOID, row.by, row.approved_by, now_s)
            case SettlementKept(settlement):
                by, approved_by = settlement.by, settlement.approved_by
                if settlement.settled_as is SettledAs.OUTSIDE:
                    is_void = (settlement.redemption_id, by, approved_by) in self._voided
                    self.check(is_void, "I22", "settled outside the voucher, and nobody voided it")
                    return
                needed = Permission.SETTLE_BY_HAND
                self._done(settlement.redemption_id, needed, by, approved_by, now_s)
            case PrintMoved(after=job) if job.state is PrintState.CONFIRMED:
                self._said_whole(job)
            case PrintQueued(job) if job.kind is SlipKind.COPY and job.by:
                is_reopened = job.redemption_id in self._handed_over
                needed = Permission.REOPEN_CHANGE if is_reopened else Permission.PRINT_COPY
                self._done(job.redemption_id, needed, job.by, row.approved_by, now_s)
                is_told = row.is_reopened is is_reopened
                self.check(is_told, "I22", "a copy says wrongly whether it was handed over")
            case _:
                pass

    def _said_whole(self, job: PrintJob) -> None:
        if job.kind is not SlipKind.VOID and self.rows[job.redemption_id].has_change_pin:
            self._handed_over.add(job.redemption_id)

    def _approved(self, row: StaffKept, now_s: float) -> None:
        if row.redemption_id is None:
            return
        assert row.of is not None, "somebody asked for it"
        assert row.permission is not None, "it is for something"
        redemption = self.rows[row.redemption_id]
        self.check(may(row.by, row.permission), "I22", "approved by who may not do it")
        self.check(row.by not in {row.of, redemption.cashier}, "I22", "approved to oneself")
        self._given.append(
            _Approved(
                by=row.by,
                of=row.of,
                permission=row.permission,
                redemption_id=redemption.id,
                cents=redemption.redeemed_cents,
                at_s=now_s,
            )
        )

    def _done(
        self, redemption_id: str, needed: Permission, by: str, approved_by: str | None, now_s: float
    ) -> None:
        redemption = self.rows[redemption_id]
        if approved_by is None:
            is_right = may(by, needed) and redemption.cashier != by
            self.check(is_right, "I22", f"{needed} by who may not do it alone")
            return
        fitting = [
            one
            for one in self._given
            if (one.by, one.of, one.permission) == (approved_by, by, needed)
            and one.redemption_id == redemption_id
            and one.cents == redemption.redeemed_cents
            and now_s - one.at_s <= APPROVED_FOR_S + _MOMENT_S
        ]
        self.check(fitting, "I22", f"{needed} with no approval for it that was not used")
        if fitting:
            self._given.remove(fitting[0])
