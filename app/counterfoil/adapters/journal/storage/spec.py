"""What the journal stores: the columns of each table.

This is the one place that names a column, besides the statements of ``queries.sql`` and the
migrations. A new column is a line here, and a migration.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from counterfoil.adapters.journal.storage.codecs import (
    AMOUNT,
    CHANGE,
    COUNT,
    HASH_BYTES,
    ID_BYTES,
    INSTANT,
    KIND,
    PLAIN,
    TIME,
    TIME_TEXT,
    flag,
    word,
)
from counterfoil.adapters.journal.storage.kept_books import BOOKS
from counterfoil.adapters.journal.storage.table import Change, Codec, Stored, Table
from counterfoil.declaring import dataclass
from counterfoil.domain.advice import Advice, AdviceKind, AdviceState, ReversalReason
from counterfoil.domain.language import Language
from counterfoil.domain.printing import PrintJob, PrintState
from counterfoil.domain.reconciliation import Difference, DifferenceKind, Reconciliation
from counterfoil.domain.reconciling import Booked
from counterfoil.domain.redemption import Attempt, AttemptKind, AttentionCause, Redemption
from counterfoil.domain.sale import Sale, SaleEnding
from counterfoil.domain.settlement import CustomerGot, Evidence, SettledAs, Settlement
from counterfoil.domain.shift import Shift, ShiftState
from counterfoil.domain.slip import SlipKind
from counterfoil.domain.staff import Person, PersonState
from counterfoil.domain.states import Customer, RedemptionState, SaleState
from counterfoil.domain.verdict import DeclineReason, FollowUp, UnknownCause
from counterfoil.domain.voucher_type import ChangeManner, UpstreamKind

SEQUENCE = "sequence"
SLIP_NUMBER = "slip_number"
ID = "id"
REFERENCE = "reference"
UPSTREAM = "upstream"
NUMBER = "number"
STATE = "state"
KIND_OF = "kind"
ENDED_AT = "ended_at"
ROW_KEY = "row_key"
REQUEST_SEALED = "request_sealed"
CHANGE_SEALED = "change_sealed"
BODY_SEALED = "body_sealed"
REFUND_OF = "refund_of"
MAY_HAVE_ARRIVED = "may_have_arrived"
IS_REFUNDED = "is_refunded"
IS_SLIP_FINISHED = "is_slip_finished"
TYPES = "types"
KEY_CHECK = "key_check"
OPENED_COUNT = "opened_count"
FOUND = "found"
SETTLED_AS = "settled_as"
EVIDENCE = "evidence"
SHREDDED_AT = "shredded_at"
PHONE_FINGERPRINT = "phone_fingerprint"
PAD = "pad"
SMS_TO = "sms_to"
LAST_US = "last_us"
IS_OVER = "is_over"
REDEMPTION_ID = "redemption_id"
AT = "at"
AT_US = "at_us"
CONTENT = "content"
FACTS = "facts"
"""Columns that code has to ask for by themselves.

``REDEMPTION_ID`` is also what a statement calls the id of the redemption that it joins to a row of
another table.
"""


def _kept(
    change: Change, attribute: str, codec: Codec | None, names: tuple[str, ...], **more: Any
) -> Stored:
    return Stored(names or (attribute,), attribute, codec, change, **more)


def _fixed(attribute: str, codec: Codec = PLAIN, *names: str) -> Stored:
    return _kept(Change.FIXED, attribute, codec, names)


def _once(attribute: str, codec: Codec = PLAIN, *names: str) -> Stored:
    return _kept(Change.ONCE, attribute, codec, names)


def _rising(attribute: str, codec: Codec = PLAIN, *names: str) -> Stored:
    return _kept(Change.RISING, attribute, codec, names)


def _free(attribute: str, codec: Codec = PLAIN, *names: str) -> Stored:
    return _kept(Change.FREE, attribute, codec, names)


def _instant(change: Change, attribute: str) -> Stored:
    parts = tuple(f"{attribute}_{part}" for part in ("wall", "monotonic_s", "boot_id"))
    return _kept(change, attribute, INSTANT, (), spelled=parts)


def _until_sent(attribute: str, codec: Codec) -> Stored:
    return _kept(Change.UNTIL_SENT, attribute, codec, ())


def _derived(column: str, codec: Codec | None = None) -> Stored:
    return Stored((column,), column, codec, Change.DERIVED, is_marked=False)


def _by_hand(change: Change, *names: str, attribute: str | None = None) -> Stored:
    return Stored(names, attribute, None, change)


def _where_it_lies(change: Change = Change.FIXED) -> Stored:
    """Return the number of a row in its table, which its MAC does not cover."""
    return Stored((SEQUENCE,), None, None, change, is_marked=False)


def _of_redemption() -> Stored:
    return _by_hand(Change.FIXED, SLIP_NUMBER, attribute="redemption_id")


def _is_advised(redemption: Redemption) -> bool:
    return redemption.kind is UpstreamKind.ADVISED


def _advised(attribute: str, codec: Codec) -> Stored:
    """Return what is kept of redemptions of the second kind only."""
    return _kept(Change.FIXED, attribute, codec, (), is_for=_is_advised)


SALE = Table(
    name="sale",
    record=Sale,
    key=(ID,),
    stored=(
        _where_it_lies(),
        _fixed("id", ID_BYTES),
        _fixed("currency"),
        _fixed("due_cents"),
        _fixed("opened_at", TIME),
        _free("state", word(SaleState)),
        _free("customer", word(Customer)),
        _free("customer_at", TIME),
        _free("closed_as", word(SaleEnding)),
    ),
)

REDEMPTION = Table(
    name="redemption",
    record=Redemption,
    key=(SLIP_NUMBER,),
    stored=(
        _fixed("slip_number"),
        _fixed("id", ID_BYTES),
        _fixed("reference"),
        _fixed("sale_id", ID_BYTES),
        _fixed("upstream"),
        _fixed("type_id"),
        _fixed("type_name"),
        _fixed("fingerprint", HASH_BYTES),
        _fixed("voucher_tail"),
        _kept(
            Change.FIXED,
            "amount",
            AMOUNT,
            ("amount_cents",),
            spelled=("amount_cents", "is_full_value"),
        ),
        _fixed("currency"),
        _fixed("idempotency_key", ID_BYTES),
        _fixed("cashier"),
        _fixed("created_at", TIME),
        _kept(Change.SHREDDED, "sms_to", PLAIN, ()),
        _fixed("change_manner", word(ChangeManner)),
        _by_hand(Change.SHREDDED, ROW_KEY),
        _by_hand(Change.FIXED, REQUEST_SEALED),
        _fixed("kind", KIND, "upstream_kind"),
        _advised("has_confirmation", flag()),
        _advised("is_advice_effective", flag(absent=True)),
        _advised("can_refund", flag()),
        _fixed("refund_of", ID_BYTES),
        _free("state", word(RedemptionState)),
        _rising("attempts"),
        _rising("attempts_ended"),
        _free("conflicts"),
        _instant(Change.ONCE, "first_sent"),
        _instant(Change.FREE, "last_ended"),
        _free("known_age_s"),
        _free("next_due_at", TIME),
        _free("last_cause", word(UnknownCause)),
        _free("follow_up", word(FollowUp)),
        _free("is_resend_spent", flag()),
        _free("upstream_id"),
        _rising("upstream_version"),
        _free("upstream_reference"),
        _once("redeemed_cents"),
        _once("change", CHANGE, "change_cents", "change_shape"),
        _by_hand(Change.ONCE, CHANGE_SEALED),
        _free("decline", word(DeclineReason)),
        _free("attention", word(AttentionCause)),
        _once("settled_as", word(SettledAs)),
        _fixed("phone_fingerprint", HASH_BYTES),
        _once("shredded_at", TIME),
        _derived(IS_SLIP_FINISHED),
        _derived(IS_REFUNDED, flag()),
    ),
)

_COMPARED = frozenset(part.name for part in fields(Booked))
BOOKED = Table(
    name=REDEMPTION.name,
    record=Booked,
    key=REDEMPTION.key,
    stored=tuple(one for one in REDEMPTION.stored if one.attribute in _COMPARED),
)
"""The few columns of a redemption that are compared with a statement, of a row that is proven."""

ATTEMPT = Table(
    name="attempt",
    record=Attempt,
    key=(SLIP_NUMBER, NUMBER),
    stored=(
        _of_redemption(),
        _fixed("number"),
        _fixed("kind", word(AttemptKind)),
        _fixed("started_at", TIME),
        _free("ended_at", TIME),
        _free("outcome"),
        _free("cause"),
        _free("http_status"),
        _by_hand(Change.FREE, BODY_SEALED),
    ),
)

ADVICE = Table(
    name="advice",
    record=Advice,
    key=(SEQUENCE,),
    stored=(
        _where_it_lies(),
        _of_redemption(),
        _fixed("id", ID_BYTES),
        _fixed("upstream"),
        _fixed("fingerprint", HASH_BYTES),
        _until_sent("kind", word(AdviceKind)),
        _until_sent("reason", word(ReversalReason)),
        _by_hand(Change.UNTIL_SENT, BODY_SEALED),
        _fixed("created_at", TIME),
        _free("state", word(AdviceState)),
        _rising("attempts"),
        _rising("attempts_ended"),
        _free("last_ended_at", TIME),
        _free("next_due_at", TIME),
        _free("last_cause"),
        _once("acknowledged_at", TIME),
        _free("may_have_arrived", flag()),
    ),
)

PRINT_JOB = Table(
    name="print_job",
    record=PrintJob,
    key=(SLIP_NUMBER, NUMBER),
    stored=(
        _of_redemption(),
        _fixed("number"),
        _fixed("kind", word(SlipKind)),
        _fixed("copy_number"),
        _free("state", word(PrintState)),
        _fixed("queued_at", TIME),
        _fixed("by", PLAIN, "queued_by"),
    ),
)


SETTLEMENT = Table(
    name="settlement",
    record=Settlement,
    key=(SLIP_NUMBER, SETTLED_AS),
    stored=(
        _of_redemption(),
        _fixed("settled_as", word(SettledAs)),
        _fixed("got", word(CustomerGot)),
        _fixed("at", TIME, "settled_at"),
        _fixed("by", PLAIN, "settled_by"),
        _fixed("approved_by"),
        _fixed("evidence", word(Evidence)),
        _fixed("said_by"),
        _fixed("provider_reference"),
        _fixed("reason"),
    ),
)


RECONCILIATION = Table(
    name="reconciliation",
    record=Reconciliation,
    key=(NUMBER,),
    stored=(
        _fixed("number"),
        _fixed("upstream"),
        _fixed("at", TIME, "reconciled_at"),
        _fixed("by", PLAIN, "reconciled_by"),
        _fixed("approved_by"),
        _fixed("file_name"),
        _fixed("file_hash", HASH_BYTES),
        _fixed("columns", PLAIN, "columns_read"),
        _fixed("since", TIME, "covers_since"),
        _fixed("until", TIME, "covers_until"),
        _fixed("lines"),
        _fixed("matched"),
        _fixed("undecided"),
        _fixed("without_effect"),
        _fixed("beyond"),
        _fixed("of_other_tills"),
        _fixed("differences"),
    ),
)

DIFFERENCE = Table(
    name="difference",
    record=Difference,
    key=(NUMBER,),
    stored=(
        _fixed("number"),
        _fixed("run"),
        _fixed("kind", word(DifferenceKind)),
        _fixed("reference"),
        _fixed("their_reference"),
        _fixed("redemption_id", ID_BYTES),
        _fixed("state", word(RedemptionState)),
        _fixed("here_cents"),
        _fixed("there_cents"),
        _fixed("currency"),
        _fixed("there_currency"),
        _fixed("at", TIME, "happened_at"),
        _fixed("line"),
        _fixed("lines"),
        _once("resolved_at", TIME),
        _once("resolved_by"),
        _once("approved_by"),
        _once("reason"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTypes:
    """The voucher types of an upstream as JSON, and when it gave them."""

    upstream: str
    at: datetime
    types: str


KEPT_TYPES = Table(
    name="kept_types",
    record=KeptTypes,
    key=(UPSTREAM,),
    stored=(_fixed("upstream"), _free("at", TIME_TEXT), _free("types")),
)


STAFF = Table(
    name="staff",
    record=Person,
    key=(NUMBER,),
    stored=(
        _fixed("number"),
        _fixed("name", PLAIN, "person_name"),
        _free("role"),
        _fixed("added_at", TIME),
        _free("pin"),
        _free("badge"),
        _free("state", word(PersonState)),
        _free("failures"),
        _instant(Change.FREE, "failed"),
        _free("language", word(Language)),
    ),
)


SHIFT = Table(
    name="shift",
    record=Shift,
    key=(NUMBER,),
    stored=(
        _fixed("number"),
        _fixed("opened_at", TIME),
        _fixed("opened_by"),
        _fixed("currency"),
        _fixed("float_cents"),
        _fixed("begins_after"),
        _free("state", word(ShiftState)),
        _once("closed_at", TIME),
        _once("closed_by"),
        _once("explanation"),
        _once("books", BOOKS),
        _rising("printed"),
        _rising("unsent", COUNT),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A supervisor's acceptance of an altered journal.

    ``found`` is a JSON list of texts that say what was altered; the same finding has the same text.
    """

    number: int
    accepted_at: datetime
    accepted_by: str
    reason: str
    found: str


ACCEPTANCE = Table(
    name="acceptance",
    record=Accepted,
    key=(NUMBER,),
    stored=(
        _fixed("number"),
        _fixed("accepted_at", TIME_TEXT),
        _fixed("accepted_by"),
        _fixed("reason"),
        _fixed("found"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Data about the journal itself, in one row: its key's check and how often it was opened."""

    one: int = 1
    key_check: bytes
    opened_count: int = 0


KEEPER = Table(
    name="keeper",
    record=Keeper,
    key=("one",),
    stored=(_fixed("one"), _fixed("key_check"), _rising("opened_count")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvent:
    """An event as a row of the file.

    ``row_mac`` has the first bytes of the MAC of the row it is about.
    """

    sequence: int
    at_us: int
    slip_number: int | None
    kind: int
    content: str
    link: bytes


EVENT = Table(
    name="event",
    record=KeptEvent,
    key=(SEQUENCE,),
    stored=(
        _fixed("sequence"),
        _fixed("at_us"),
        _fixed("slip_number"),
        _fixed("kind"),
        _fixed("content"),
        _fixed("link"),
    ),
)
"""Proven by its link, which covers the row MAC too."""

HAPPENING = "happening"
"""The table of the events before version 2.0, which takes no more."""

TABLES: tuple[Table[Any], ...] = (
    SALE,
    REDEMPTION,
    ATTEMPT,
    ADVICE,
    PRINT_JOB,
    SETTLEMENT,
    RECONCILIATION,
    DIFFERENCE,
    KEPT_TYPES,
    ACCEPTANCE,
    KEEPER,
    STAFF,
    SHIFT,
)
"""Every table whose rows have a MAC; the events' table, whose rows have a link, is the chain's."""
