"""What an upstream's answer lets the till conclude: approved, declined with proof, or unknown."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class CodeShape:
    """What may be shown of a change voucher's code: its name and length, but not the code."""

    name: str
    """The provider's own key, such as ``pin``, ``token`` or ``barcode``."""
    length: int
    """How many characters it has."""
    is_number: bool = False
    """It came as a number, so zeros at its start may be missing."""

    @property
    def is_scanned(self) -> bool:
        """Whether it is meant for a scanner; any other code can be typed."""
        return self.name.casefold().endswith("barcode")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShape:
    """What may be shown of a change voucher, without any of its codes; see `ChangeVoucher`.

    ``instructions`` are there only where they repeat no code.
    """

    codes: tuple[CodeShape, ...] = ()
    amount_cents: int | None = None
    serial_number: str | None = None
    expires: str | None = None
    instructions: str | None = None
    is_sent_by_sms: bool = False
    unread: tuple[str, ...] = ()
    more: tuple["ChangeShape", ...] = ()

    @property
    def vouchers(self) -> tuple["ChangeShape", ...]:
        """Every voucher of the answer, this one first."""
        return (self, *self.more)

    @property
    def total_cents(self) -> int | None:
        """What all vouchers of the answer are worth; None where one does not say."""
        told = [one.amount_cents for one in self.vouchers if one.amount_cents is not None]
        return sum(told) if len(told) == len(self.vouchers) else None

    @property
    def all_codes(self) -> tuple[CodeShape, ...]:
        """The codes of every voucher of the answer."""
        return tuple(code for voucher in self.vouchers for code in voucher.codes)


@dataclass(frozen=True, slots=True)
class ChangeCode:
    """One code of a change voucher, under the name that its provider gave it."""

    name: str
    """The provider's own key, such as ``pin``, ``token`` or ``barcode``."""
    text: Secret
    is_number: bool = False
    """It came as a number, so zeros at its start may be missing."""

    @property
    def shape(self) -> CodeShape:
        """What may be shown of the code."""
        return CodeShape(self.name, len(self.text), self.is_number)

    @property
    def is_scanned(self) -> bool:
        """Whether the code is meant for a scanner; every other code can be typed."""
        return self.shape.is_scanned


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeVoucher:
    """The new voucher for the value that remains; its codes are the customer's only way to it.

    Every part is optional, because providers give different parts. ``codes`` are in the order of
    their use: what is typed before what is scanned. ``amount_cents`` is absent where the provider
    tells no value. A provider that sends the remainder by SMS gives no code; then
    ``is_sent_by_sms`` is true.
    """

    codes: tuple[ChangeCode, ...] = ()
    amount_cents: int | None = None
    serial_number: str | None = None
    expires: str | None = None
    instructions: str | None = field(default=None, repr=False)
    """The provider's own words; they may repeat a code."""
    is_sent_by_sms: bool = False
    unread: tuple[str, ...] = ()
    """The names of what else came, never the values. They matter where no code could be read."""
    more: tuple["ChangeVoucher", ...] = ()
    """Further vouchers of the same answer."""

    @property
    def pin(self) -> Secret | None:
        """The first code that can be typed, such as a PIN or a token; None where none came."""
        return next((code.text for code in self.codes if not code.is_scanned), None)

    @property
    def vouchers(self) -> tuple["ChangeVoucher", ...]:
        """Every voucher of the answer, this one first."""
        return (self, *self.more)

    @property
    def all_codes(self) -> tuple[ChangeCode, ...]:
        """The codes of every voucher of the answer."""
        return tuple(code for voucher in self.vouchers for code in voucher.codes)

    @property
    def is_unreadable(self) -> bool:
        """Whether value remains on a voucher that no code could be read of."""
        return any(not one.codes and not one.is_sent_by_sms for one in self.vouchers)

    @property
    def shape(self) -> ChangeShape:
        """What may be shown of the voucher."""
        return self._shape_beside(self)

    def is_repeated_in(self, words: str) -> bool:
        """Whether words repeat one of the codes, however they are grouped."""
        plain = _without_grouping(words)
        codes = (_without_grouping(code.text.reveal()) for code in self.all_codes)
        return any(code in plain for code in codes)

    def _shape_beside(self, whole: "ChangeVoucher") -> ChangeShape:
        """Return the shape of one voucher; its words may repeat the code of another."""
        words = self.instructions
        is_free = words is not None and not whole.is_repeated_in(words)
        return ChangeShape(
            codes=tuple(code.shape for code in self.codes),
            amount_cents=self.amount_cents,
            serial_number=self.serial_number,
            expires=self.expires,
            instructions=words if is_free else None,
            is_sent_by_sms=self.is_sent_by_sms,
            unread=self.unread,
            more=tuple(one._shape_beside(whole) for one in self.more),  # noqa: SLF001 - of its own kind
        )


def _without_grouping(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


class DeclineReason(StrEnum):
    """Why nothing was taken; the words for the cashier are chosen from this, never from prose."""

    NOT_SENT = "not_sent"
    """The line could not be opened: the request provably never left."""
    NOT_SECURE = "not_secure"
    """The line opened and could not be made safe: the certificate, or this till's clock, is wrong.
    The request provably never left."""
    NOT_AUTHORISED = "not_authorised"
    """The upstream does not accept this till's key, or the address is wrong."""
    ALREADY_USED = "already_used"
    EXPIRED = "expired"
    NOT_FOUND = "not_found"
    INSUFFICIENT = "insufficient"
    USED_OR_TOO_LITTLE = "used_or_too_little"
    """Used already, or too little on it: the upstream does not say which."""
    CANCELLED = "cancelled"
    AMOUNT_REFUSED = "amount_refused"
    BAD_REQUEST = "bad_request"
    """The upstream found the request malformed: a field is wrong or missing."""
    PROVIDER_DOWN = "provider_down"
    """The provider behind the upstream has an outage, and nothing was taken."""
    REFUSED = "refused"
    """Refused with proof, for a reason that has no word of its own."""


class Remedy(StrEnum):
    """What can be done about a refusal."""

    RETYPE = "retype"
    OTHER_AMOUNT = "other_amount"
    OTHER_VOUCHER = "other_voucher"
    LATER = "later"
    NETWORK = "network"
    CLOCK = "clock"
    SUPPORT = "support"


REMEDIES: Mapping[DeclineReason, Remedy] = {
    DeclineReason.NOT_SENT: Remedy.NETWORK,
    DeclineReason.NOT_SECURE: Remedy.CLOCK,
    DeclineReason.NOT_AUTHORISED: Remedy.SUPPORT,
    DeclineReason.ALREADY_USED: Remedy.OTHER_VOUCHER,
    DeclineReason.EXPIRED: Remedy.OTHER_VOUCHER,
    DeclineReason.NOT_FOUND: Remedy.RETYPE,
    DeclineReason.INSUFFICIENT: Remedy.OTHER_AMOUNT,
    DeclineReason.USED_OR_TOO_LITTLE: Remedy.OTHER_AMOUNT,
    DeclineReason.CANCELLED: Remedy.OTHER_VOUCHER,
    DeclineReason.AMOUNT_REFUSED: Remedy.OTHER_AMOUNT,
    DeclineReason.BAD_REQUEST: Remedy.RETYPE,
    DeclineReason.PROVIDER_DOWN: Remedy.LATER,
    DeclineReason.REFUSED: Remedy.OTHER_VOUCHER,
}
"""What each reason leads to, every one of them."""


class UnknownCause(StrEnum):
    """What happened instead of an answer that proves something. None of these is a decline."""

    NO_CONNECTION = "no_connection"
    TIME_OUT = "time_out"
    CUT_OFF = "cut_off"
    NOT_FINAL = "not_final"
    """The upstream has the redemption and has not decided it."""
    CONFLICT = "conflict"
    RATE_LIMITED = "rate_limited"
    UPSTREAM_ERROR = "upstream_error"
    STORED_ERROR = "stored_error"
    """The upstream repeats a stored server error: asking again with the same key is useless."""
    NOT_AUTHORISED = "not_authorised"
    NO_NEWS = "no_news"
    """A refusal that proves nothing about an earlier attempt."""
    REDIRECTED = "redirected"
    NOT_THE_UPSTREAM = "not_the_upstream"
    """Something else answered, such as a captive portal's page."""
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    """An answer whose body is not what the interface describes."""
    STALE = "stale"
    """An answer older than one already seen."""
    MISMATCH = "mismatch"
    """A well-formed answer that is about something else than what was asked."""
    INTERRUPTED = "interrupted"
    """The till stopped while the attempt was under way."""


class FollowUp(StrEnum):
    """What the till can still do to find out what became of an attempt."""

    RESEND = "resend"
    """The same bytes with the same key."""
    FETCH = "fetch"
    """Ask for the redemption by the upstream's own id."""
    PERSON = "person"
    """Nothing the till can do by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """The upstream approved, and its answer is complete and matches the request.

    ``redeemed_cents`` were taken from the voucher; of a refund, put back on it.
    """

    redeemed_cents: int
    upstream_id: str
    upstream_version: int
    upstream_reference: str | None = None
    change: ChangeVoucher | None = None
    body: Secret | None = None
    """The whole answer as it came, for the journal's encrypted column."""
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """Proof that no money moved."""

    reason: DeclineReason
    upstream_id: str | None = None
    body: Secret | None = None
    http_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """No proof that money moved, and none that it did not.

    ``retry_after_s`` is how long the upstream asks the till to wait, in seconds; None if it does
    not.
    """

    cause: UnknownCause
    follow_up: FollowUp = FollowUp.RESEND
    upstream_id: str | None = None
    upstream_version: int | None = None
    retry_after_s: float | None = None
    body: Secret | None = None
    http_status: int | None = None


Verdict = Approved | Declined | Unknown
