"""The journal: the durable record of everything, and the source of truth."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice
from counterfoil.domain.audit import Recorded
from counterfoil.domain.bookkeeping import AlikePage, BookedPage, Stretch
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.conduct import Deeds
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


@dataclass(frozen=True, slots=True)
class Damage:
    """A record that is not as it was written, found while the till is open.

    ``where`` names it as a `Finding` does. Nothing new is sold at its ``upstream``; where that is
    None, nothing new is sold at all. ``reference`` is that of its redemption, empty where it has
    none. A damaged entry of the staff stops no sales: only that person is not let in.
    """

    where: str
    upstream: str | None
    reference: str = ""
    is_of_staff: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next part of a check of all records begins; ``Place()`` is the first record."""

    part: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of checking one slice: where to go on, and all damage known by now."""

    next: Place
    damages: tuple[Damage, ...] = ()


class JournalView(Protocol):
    """The journal for those who only read; it gives no request and no answer of an upstream.

    Every method is one transaction, and may raise JournalUnavailableError.
    """

    async def redemption(self, redemption_id: str) -> Redemption | None:
        """Return one redemption, without the codes of its change; None where there is none."""
        ...

    async def redemption_by_reference(self, reference: str) -> Redemption | None:
        """Return the redemption with this short reference; None where there is none."""
        ...

    async def last_of_sale(self, sale_id: str) -> Redemption | None:
        """Return the newest redemption of a sale; None where there is no such sale."""
        ...

    async def open_redemptions(self) -> tuple[Redemption, ...]:
        """Return the redemptions that the till still has something to do for, oldest first."""
        ...

    async def redemptions_for_a_person(self) -> tuple[Redemption, ...]:
        """Return the redemptions that are unclaimed or need attention, oldest first."""
        ...

    async def redemptions_left_open(self) -> tuple[Redemption, ...]:
        """Return the last redemption of each sale that was open when the till stopped.

        The oldest comes first. `Sale.customer` says whether somebody has answered where its
        customer is.
        """
        ...

    async def slips_to_finish(self) -> tuple[Redemption, ...]:
        """Return what was sold or settled and whose slip no person has confirmed, oldest first.

        Which slips are to be finished is said at `printing.finishing_kinds`.
        """
        ...

    async def slip_ids_to_finish(self) -> frozenset[str]:
        """Return the ids of what `slips_to_finish` returns, without reading whole rows."""
        ...

    async def declined_since(self, since: datetime) -> tuple[Redemption, ...]:
        """Return the redemptions that began since then and were declined, oldest first."""
        ...

    async def history(self, limit: int, before: int | None = None) -> tuple[Redemption, ...]:
        """Return the newest redemptions, ``limit`` at most, with slip numbers below ``before``."""
        ...

    async def find(self, search: Search, limit: int) -> tuple[Redemption, ...]:
        """Return at most ``limit`` redemptions that a search finds, newest first."""
        ...

    async def count(self, search: Search | None = None) -> int:
        """Return how many redemptions there are, or how many a search finds.

        A search is counted up to ``COUNTED_MAX``; one more than that stands for any higher number.
        """
        ...

    async def sale(self, sale_id: str) -> Sale | None:
        """Return one sale with the sum its final redemptions paid; None where there is none."""
        ...

    async def attempts(self, redemption_id: str) -> tuple[Attempt, ...]:
        """Return the attempts of one redemption in order."""
        ...

    async def advice(self, redemption_id: str) -> Advice | None:
        """Return the advice of one redemption; None where it has none."""
        ...

    async def owed_advices(self, upstream: str | None = None) -> tuple[Advice, ...]:
        """Return the advices that are still to be sent, in the order in which they were written.

        These are the owed and the suspended ones, and the acknowledged reversals that will be sent
        once more to be safe (see `Advice`).
        """
        ...

    async def owed_tallies(self) -> tuple[Tally, ...]:
        """Return the tally of unacknowledged advices of each upstream that has any.

        The owed and the suspended are counted, without reading whole rows.
        """
        ...

    async def is_reversal_owed(self, upstream: str) -> bool:
        """Return whether an upstream is owed a reversal that is not suspended."""
        ...

    async def ids_for_a_call(self, reachable: Collection[str]) -> frozenset[str]:
        """Return the ids of redemptions about whose advice a person must call the upstream.

        Repeating it will hardly help, or its upstream is not one of the ``reachable``. They are for
        counting, so no row is read whole.
        """
        ...

    async def settlements(self, redemption_id: str) -> tuple[Settlement, ...]:
        """Return how people settled one redemption, in the order in which they did; often none."""
        ...

    async def print_jobs(self, redemption_id: str) -> tuple[PrintJob, ...]:
        """Return the print jobs of one redemption in order."""
        ...

    async def papers_under_way(self) -> tuple[PrintJob, ...]:
        """Return the print jobs that were counted and have no outcome, oldest slip first."""
        ...

    async def events(self, redemption_id: str) -> tuple[Recorded, ...]:
        """Return the audit events of one redemption, in order; one that was altered is left out."""
        ...

    async def deeds(self, seen_by: str) -> Deeds:
        """Return what people did since the person with this number last said to have seen it.

        At most the last few hundred events of the staff are read. An altered event is left out.
        """
        ...

    async def setting_changes(self, limit: int) -> tuple[Recorded, ...]:
        """Return the newest changes of settings, ``limit`` at most, the newest first.

        Those of late alone are read. An altered one is left out.
        """
        ...

    async def open_shift(self) -> Shift | None:
        """Return the shift that is open; None where none is."""
        ...

    async def shift(self, number: int) -> Shift | None:
        """Return one shift; None where there is none with this number."""
        ...

    async def shifts(self, limit: int, before: int | None = None) -> tuple[Shift, ...]:
        """Return the newest shifts, ``limit`` at most, with numbers below ``before``.

        An altered one is left out.
        """
        ...

    async def booked(self, after: int) -> BookedPage:
        """Return the next events after number ``after`` that the books may count.

        Only a few hundred events are looked at; altered ones are left out and counted.
        """
        ...

    async def stretch(self, after: int) -> Stretch | None:
        """Return the next stretch of events after number ``after``; None after the last event."""
        ...

    async def alike(self, stretch: Stretch, days: Days | None, step_s: int | None) -> AlikePage:
        """Add up what a stretch has for reports: of some days, or with None all of it.

        Each time is rounded down to a whole number of ``step_s`` seconds. Without ``step_s`` the
        times mean nothing. Rows are counted as they are stored; none is authenticated.
        """
        ...

    async def next_slip_number(self) -> int:
        """Return the slip number the next redemption will get."""
        ...

    async def kept_types(self, upstream: str) -> tuple[datetime, tuple[VoucherType, ...]] | None:
        """Return the last types kept for an upstream, and when it gave them.

        None where there are none.
        """
        ...

    async def reconciliations(self, limit: int) -> tuple[Reconciliation, ...]:
        """Return the last runs of reconciliation, newest first."""
        ...

    async def last_reconciliation(self, upstream: str) -> Reconciliation | None:
        """Return the last run of a provider; None where there is none."""
        ...

    async def differences(self, run: int) -> tuple[Difference, ...]:
        """Return the differences of a run, resolved or not."""
        ...

    async def open_differences(self) -> tuple[Difference, ...]:
        """Return the differences that nobody has resolved, oldest first.

        Where a file was reconciled again, only the differences of the later run are in it.
        """
        ...

    async def difference(self, number: int) -> Difference | None:
        """Return one difference; None where there is none of this number."""
        ...

    async def differences_resolved(self, after: int, until: int) -> tuple[Difference, ...]:
        """Return the differences resolved by events with numbers above ``after``, up to ``until``.

        So a report of one shift names each resolution once.
        """
        ...

    async def verify(self) -> tuple[Finding, ...]:
        """Check the whole file: schema, moves between states, sealed fields and event chain.

        Return everything that is not as it was written.
        """
        ...


class Journal(JournalView, Protocol):
    """The whole journal. Every method is one transaction, run whole, and durable when it returns.

    Every method may raise JournalUnavailableError; after a failed write the journal stays
    unavailable until it is opened again.
    """

    async def commit(self, rows: Sequence[Row]) -> None:
        """Write all rows or none, and wait until they are on the disk.

        Raises:
            VoucherInUseError, SaleInUseError, ReferenceTakenError: a new redemption is refused.
            StaleChangeError, SaleClosedError: a change no longer applies.
            RecordAlteredError: a new redemption is refused, because of what was found altered.

        """
        ...

    async def staff(self) -> tuple[Person, ...]:
        """Return the staff, in the order in which they were added; an altered entry is left out."""
        ...

    async def has_staff(self) -> bool:
        """Return whether there is any entry of the staff, altered or not."""
        ...

    async def request(self, redemption_id: str) -> Secret:
        """Return the exact text that is sent for this redemption.

        Raises:
            SecretsShreddedError: the retention rules removed it.

        """
        ...

    async def change(self, redemption_id: str) -> ChangeVoucher | None:
        """Return the change voucher of a redemption with its codes; None where there is none.

        Call it only to print it, or to show it to a person once the journal says that they see it.

        Raises:
            SecretsShreddedError: the retention rules removed it.

        """
        ...

    async def last_answer(self, redemption_id: str) -> Secret | None:
        """Return the last answer to an attempt, as it came; None when none came.

        Raises:
            SecretsShreddedError: the retention rules removed it.

        """
        ...

    async def advice_body(self, advice_id: str) -> Secret:
        """Return the exact text that is sent for an advice.

        Raises:
            SecretsShreddedError: the retention rules removed the request that it is about.

        """
        ...

    async def last_retention(self) -> Round | None:
        """Return the newest round of retention; None where there was none of late."""
        ...

    async def holdings(self, after: int) -> Holdings:
        """Return the redemptions that still have their key; one part of the journal at a time.

        The part begins after the slip number ``after``, and the answer says where the next one
        does. A redemption that was altered is left out.
        """
        ...

    async def with_phone(self, phone_fingerprint: str) -> tuple[Redemption, ...]:
        """Return the redemptions with a phone number, by its keyed hash, oldest first."""
        ...

    async def some_with_mask(
        self, sms_to: str, after: int
    ) -> tuple[tuple[Redemption, ...], int | None]:
        """Find redemptions of an older till by their masked phone number, one part at a time.

        Such a till kept no hash of the number. With them comes the slip number after which the next
        part begins; None after the last part.
        """
        ...

    async def forget(self) -> None:
        """Empty the log beside the journal's file, so that removed data is in no copy of it."""
        ...

    async def reconciliation_of_file(self, upstream: str, file_hash: str) -> Reconciliation | None:
        """Return the last reconciliation of a provider's file with this SHA-256 in hex, or None."""
        ...

    async def slip_numbers_of(self, since: datetime, until: datetime) -> tuple[int, int]:
        """Return the first and last slip number from ``since`` to ``until``; 0 and 0 if none."""
        ...

    async def bookings(self, upstream: str, after: int, until: int) -> tuple[Booking, ...]:
        """Return a provider's redemptions with slip numbers above ``after``, up to ``until``.

        An altered one is left out.
        """
        ...

    async def bookings_named(self, upstream: str, names: Sequence[str]) -> tuple[Booking, ...]:
        """Return a provider's redemptions with one of these ids or short references.

        Dashes and case in ``names`` do not matter. An altered one is left out.
        """
        ...

    async def place_at(self, share: float) -> Place:
        """Return the place that has the given share of all records before it, from 0 up to 1."""
        ...

    async def check_some(self, place: Place) -> Checked:
        """Check a few hundred records from a place on, in a few milliseconds; decrypts no secret.

        After the last record it begins again with the first. The answer has every record that was
        found altered, by this check or by any reading; lists leave such a record out.
        """
        ...
