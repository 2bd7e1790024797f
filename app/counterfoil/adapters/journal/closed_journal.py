"""The journal of a till that cannot open its own: every call raises why nothing can be sold."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NoReturn

from counterfoil.domain.advice import Advice
from counterfoil.domain.audit import Recorded
from counterfoil.domain.bookkeeping import AlikePage, BookedPage, Stretch
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.conduct import Deeds
from counterfoil.domain.failures import JournalUnavailableError
from counterfoil.domain.forwarding import Tally
from counterfoil.domain.printing import PrintJob
from counterfoil.domain.reconciliation import Difference, Reconciliation
from counterfoil.domain.reconciling import Booking
from counterfoil.domain.redemption import Attempt, Redemption
from counterfoil.domain.report import Days
from counterfoil.domain.retention import Holdings, Round
from counterfoil.domain.rows import Row
from counterfoil.domain.sale import Sale
from counterfoil.domain.search import Search
from counterfoil.domain.secret import Secret
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.shift import Shift
from counterfoil.domain.staff import Person
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.overriding import override
from counterfoil.ports.journal import Checked, Journal, Place


class ClosedJournal(Journal):
    """Raises, in every method, the failure that kept the real journal from opening."""

    def __init__(self, failure: JournalUnavailableError) -> None:
        self._failure = failure

    def _refuse(self) -> NoReturn:
        raise self._failure

    @override
    async def commit(self, rows: Sequence[Row]) -> None:
        self._refuse()

    @override
    async def redemption(self, redemption_id: str) -> Redemption | None:
        self._refuse()

    @override
    async def redemption_by_reference(self, reference: str) -> Redemption | None:
        self._refuse()

    @override
    async def last_of_sale(self, sale_id: str) -> Redemption | None:
        self._refuse()

    @override
    async def request(self, redemption_id: str) -> Secret:
        self._refuse()

    @override
    async def open_redemptions(self) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def redemptions_for_a_person(self) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def redemptions_left_open(self) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def slips_to_finish(self) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def slip_ids_to_finish(self) -> frozenset[str]:
        self._refuse()

    @override
    async def declined_since(self, since: datetime) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def history(self, limit: int, before: int | None = None) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def find(self, search: Search, limit: int) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def count(self, search: Search | None = None) -> int:
        self._refuse()

    @override
    async def sale(self, sale_id: str) -> Sale | None:
        self._refuse()

    @override
    async def attempts(self, redemption_id: str) -> tuple[Attempt, ...]:
        self._refuse()

    @override
    async def change(self, redemption_id: str) -> ChangeVoucher | None:
        self._refuse()

    @override
    async def last_answer(self, redemption_id: str) -> Secret | None:
        self._refuse()

    @override
    async def advice(self, redemption_id: str) -> Advice | None:
        self._refuse()

    @override
    async def advice_body(self, advice_id: str) -> Secret:
        self._refuse()

    @override
    async def owed_advices(self, upstream: str | None = None) -> tuple[Advice, ...]:
        self._refuse()

    @override
    async def owed_tallies(self) -> tuple[Tally, ...]:
        self._refuse()

    @override
    async def is_reversal_owed(self, upstream: str) -> bool:
        self._refuse()

    @override
    async def ids_for_a_call(self, reachable: Collection[str]) -> frozenset[str]:
        self._refuse()

    @override
    async def print_jobs(self, redemption_id: str) -> tuple[PrintJob, ...]:
        self._refuse()

    @override
    async def settlements(self, redemption_id: str) -> tuple[Settlement, ...]:
        self._refuse()

    @override
    async def papers_under_way(self) -> tuple[PrintJob, ...]:
        self._refuse()

    @override
    async def events(self, redemption_id: str) -> tuple[Recorded, ...]:
        self._refuse()

    @override
    async def deeds(self, seen_by: str) -> Deeds:
        self._refuse()

    @override
    async def setting_changes(self, limit: int) -> tuple[Recorded, ...]:
        self._refuse()

    @override
    async def open_shift(self) -> Shift | None:
        self._refuse()

    @override
    async def shift(self, number: int) -> Shift | None:
        self._refuse()

    @override
    async def shifts(self, limit: int, before: int | None = None) -> tuple[Shift, ...]:
        self._refuse()

    @override
    async def booked(self, after: int) -> BookedPage:
        self._refuse()

    @override
    async def stretch(self, after: int) -> Stretch | None:
        self._refuse()

    @override
    async def alike(self, stretch: Stretch, days: Days | None, step_s: int | None) -> AlikePage:
        self._refuse()

    @override
    async def next_slip_number(self) -> int:
        self._refuse()

    @override
    async def has_staff(self) -> bool:
        self._refuse()

    @override
    async def staff(self) -> tuple[Person, ...]:
        self._refuse()

    @override
    async def kept_types(self, upstream: str) -> tuple[datetime, tuple[VoucherType, ...]] | None:
        self._refuse()

    @override
    async def verify(self) -> tuple[Finding, ...]:
        self._refuse()

    @override
    async def holdings(self, after: int) -> Holdings:
        self._refuse()

    @override
    async def last_retention(self) -> Round | None:
        self._refuse()

    @override
    async def with_phone(self, phone_fingerprint: str) -> tuple[Redemption, ...]:
        self._refuse()

    @override
    async def some_with_mask(
        self, sms_to: str, after: int
    ) -> tuple[tuple[Redemption, ...], int | None]:
        self._refuse()

    @override
    async def forget(self) -> None:
        self._refuse()

    @override
    async def reconciliations(self, limit: int) -> tuple[Reconciliation, ...]:
        self._refuse()

    @override
    async def last_reconciliation(self, upstream: str) -> Reconciliation | None:
        self._refuse()

    @override
    async def differences(self, run: int) -> tuple[Difference, ...]:
        self._refuse()

    @override
    async def open_differences(self) -> tuple[Difference, ...]:
        self._refuse()

    @override
    async def difference(self, number: int) -> Difference | None:
        self._refuse()

    @override
    async def differences_resolved(self, after: int, until: int) -> tuple[Difference, ...]:
        self._refuse()

    @override
    async def reconciliation_of_file(self, upstream: str, file_hash: str) -> Reconciliation | None:
        self._refuse()

    @override
    async def slip_numbers_of(self, since: datetime, until: datetime) -> tuple[int, int]:
        self._refuse()

    @override
    async def bookings(self, upstream: str, after: int, until: int) -> tuple[Booking, ...]:
        self._refuse()

    @override
    async def bookings_named(self, upstream: str, names: Sequence[str]) -> tuple[Booking, ...]:
        self._refuse()

    @override
    async def place_at(self, share: float) -> Place:
        self._refuse()

    @override
    async def check_some(self, place: Place) -> Checked:
        self._refuse()
