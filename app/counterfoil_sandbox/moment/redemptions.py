"""The rules by which the sandbox redeems and looks up stored value."""

import json
import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import ValidationError

from counterfoil_sandbox.clock import SandboxClock, stamp
from counterfoil_sandbox.faults import FaultBoard
from counterfoil_sandbox.ledger import (
    Debit,
    Ledger,
    Message,
    NewVoucher,
    RedemptionRow,
    StoredAnswer,
    Voucher,
)
from counterfoil_sandbox.moment.models import (
    LOOKUP,
    LOOKUP_OF_THREE,
    REDEMPTION,
    REDEMPTION_OF_THREE,
    AnyLookup,
    AnyRedemption,
    ChangeVoucher,
    LastError,
    LookupResult,
    Operation,
    Redemption,
)
from counterfoil_sandbox.pins import BLU, CENTRE, KOPANO, LESSONS, ONE_VOUCHER, OTT
from counterfoil_sandbox.problem import PROBLEM_TYPE, problem
from counterfoil_sandbox.wire import Patience, WireAnswer

UPSTREAM = "moment"
CREATE_PATH = "/collect/redemptions"
LOOKUP_PATH = "/stored_value/lookup"
KEYS_ARE_KEPT = timedelta(hours=24)
REPLAYED = "Idempotent-Replayed"
_LONGEST_KEY = 255
_HASH_LENGTH = 16

_USED = "The voucher you have entered has already been used, please use another voucher pin."
_NOT_FOUND = "The voucher you have entered could not be found, please check the voucher pin."
_CANCELLED = "The voucher you have entered has been cancelled, please use another voucher pin."
_EXPIRED = "The voucher you have entered has expired, please use another voucher pin."
_TOO_LARGE = "The amount is too large for the voucher you have entered."
_MISMATCH = "The details you have entered do not match."
_BY_STATUS = {"used": _USED, "cancelled": _CANCELLED, "expired": _EXPIRED}

_JSON = "application/json"
_CURRENCY = "ZAR"
_ALPHABET_36 = string.digits + string.ascii_lowercase
# Types whose remaining value moves to a new voucher; of the others it stays where it is.
_WITH_REPLACEMENT = frozenset({ONE_VOUCHER, OTT, BLU})
_LESSON_PINS = frozenset(row.pin for row in LESSONS.values())
_IDENTIFIERS = {
    ONE_VOUCHER: ("pin",),
    OTT: ("pin", "token"),
    BLU: ("token", "pin"),
    CENTRE: ("card_number",),
    KOPANO: ("member_number",),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; with ``is_lost`` the connection is cut instead of sending it."""

    status: int
    body: bytes
    content_type: str = _JSON
    is_replayed: bool = False
    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """A valid request to redeem, with what the ledger needs to know of it."""

    type: str
    source: Mapping[str, str | int | float] = field(repr=False)
    identifier: str
    number: str = field(repr=False)
    amount_cents: int | None
    external_reference: str | None
    metadata: Mapping[str, str] | None
    redemption_options: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Steps:
    """Where a redemption stands when its document is written."""

    status: Literal["draft", "confirmed", "failed"]
    amount_cents: int
    voucher: Voucher | None = None
    refusal: str | None = None
    replacement: Voucher | None = None


class RedemptionDesk:
    """Answers requests to redeem a voucher, fetch a redemption or look up what a voucher holds."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        board: FaultBoard,
        clock: SandboxClock,
        patience: Patience,
        extra_types: bool,
        randomness: random.Random,
    ) -> None:
        """Work on ``ledger``, as the dials of ``board`` say."""
        self._ledger = ledger
        self._board = board
        self._clock = clock
        self._patience = patience
        self._redemptions = REDEMPTION if extra_types else REDEMPTION_OF_THREE
        self._lookups = LOOKUP if extra_types else LOOKUP_OF_THREE
        self._random = randomness
        self._in_flight: set[str] = set()

    # Creating

    async def create(self, raw: bytes, key: str | None) -> Answer:
        """Answer a request to redeem; with a key, the same answer for the next 24 hours."""
        if key is None:
            return await self._carry_out(raw, None)
        if not 1 <= len(key) <= _LONGEST_KEY:
            return _refused(400, "Idempotency-Key must be 1 to 255 characters long.", CREATE_PATH)
        stored = self._ledger.stored_answer(key, now=self._clock.now(), keep=KEYS_ARE_KEPT)
        if stored is not None:
            if stored.fingerprint != self._ledger.hash(raw):
                return _refused(
                    409, "The Idempotency-Key was used with another request.", CREATE_PATH
                )
            return Answer(stored.status, stored.body, stored.content_type, is_replayed=True)
        if key in self._in_flight:
            return _refused(
                409, "A request with this Idempotency-Key is still under way.", CREATE_PATH
            )
        self._in_flight.add(key)
        try:
            return await self._carry_out(raw, key)
        finally:
            self._in_flight.discard(key)

    def keep_answer(self, key: str, request_body: bytes, answer: WireAnswer) -> None:
        """Store, under an idempotency key, an answer that a fault rule gave."""
        content_type = dict(answer.headers).get("content-type", _JSON)
        self._store(key, request_body, Answer(answer.status, answer.body, content_type))

    async def _carry_out(self, raw: bytes, key: str | None) -> Answer:
        ask = self._read(raw)
        if not isinstance(ask, Answer):
            self._renew(ask)
        voucher = None if isinstance(ask, Answer) else self._find(ask)
        if voucher is not None and voucher.situation == "slow" and voucher.status == "active":
            await self._patience.pause(self._board.dials.slow_s)
        with self._ledger.transaction():
            answer = ask if isinstance(ask, Answer) else self._redeem(ask, key)
            if key is not None:
                self._store(key, raw, answer)
        return answer

    def _renew(self, ask: _Ask) -> None:
        """Make a voucher for practice new that was spent before."""
        spent = self._find(ask) if ask.number in _LESSON_PINS else None
        if spent is not None and spent.status == "used" and spent.situation != "used":
            situation = spent.situation
            self._ledger.renew(
                spent,
                self.new_voucher(ask.type, spent.value_cents, pin=ask.number, situation=situation),
            )

    def _read(self, raw: bytes) -> _Ask | Answer:
        try:
            parsed = self._redemptions.validate_json(raw)
        except ValidationError as error:
            return _refused(400, _what_is_wrong(error), CREATE_PATH)
        has_amount = "amount" in parsed.model_fields_set
        if has_amount and parsed.currency != _CURRENCY:
            return _refused(422, "The currency is not supported.", CREATE_PATH)
        return _ask_of(parsed)

    def _redeem(self, ask: _Ask, key: str | None) -> Answer:
        # Looked for again: while a slow request waited, the voucher may have been redeemed.
        voucher = self._find(ask)
        situation = "usable" if voucher is None else voucher.situation
        refusal = _refusal(ask, voucher)
        if refusal is None and situation == "stored_error":
            return _refused(500, "Something went wrong on our side.", CREATE_PATH)
        redemption_id = "rdm_" + self._digits("0123456789abcdef", 24)
        if refusal is None and situation == "stays_draft":
            steps = _Steps("draft", _amount(ask, voucher), voucher)
        else:
            steps = self._settle(ask, voucher, redemption_id, refusal)
        created_at = self._clock.now()
        document = self._document(ask, redemption_id, steps, created_at)
        self._ledger.save_redemption(
            RedemptionRow(
                id=redemption_id,
                upstream=UPSTREAM,
                voucher_id=None if voucher is None else voucher.id,
                external_reference=ask.external_reference,
                idempotency_key=key,
                document=document,
                request=_as_request(ask) if steps.status == "draft" else {},
                created_at=created_at,
            )
        )
        if refusal is not None and self._board.dials.decline_as != "failed":
            return _refused(int(self._board.dials.decline_as), refusal, CREATE_PATH)
        is_lost = steps.status == "confirmed" and situation == "answer_lost"
        body = json.dumps(document).encode()
        return Answer(self._board.dials.create_status, body, is_lost=is_lost)

    def _settle(
        self, ask: _Ask, voucher: Voucher | None, redemption_id: str, refusal: str | None
    ) -> _Steps:
        """Take the value, unless the request is refused."""
        amount_cents = _amount(ask, voucher)
        if voucher is None or refusal is not None:
            return _Steps("failed", amount_cents, voucher, refusal or _NOT_FOUND)
        rest_cents = voucher.balance_cents - amount_cents
        is_replaced = rest_cents > 0 and ask.type in _WITH_REPLACEMENT
        replacement = self._ledger.debit(
            Debit(
                voucher_id=voucher.id,
                redemption_id=redemption_id,
                external_reference=ask.external_reference,
                amount_cents=amount_cents,
                at=self._clock.now(),
            ),
            replacement=self.new_voucher(ask.type, rest_cents) if is_replaced else None,
        )
        phone_number = ask.source.get("phone_number")
        if replacement is not None and phone_number and ask.type in (ONE_VOUCHER, OTT):
            self._send_message(redemption_id, str(phone_number), replacement)
        return _Steps("confirmed", amount_cents, voucher, replacement=replacement)

    def _send_message(self, redemption_id: str, phone_number: str, voucher: Voucher) -> None:
        rand, cents = divmod(voucher.value_cents, 100)
        self._ledger.add_message(
            Message(
                redemption_id=redemption_id,
                phone_number=phone_number,
                text=f"Your balance of R{rand}.{cents:02d} is on a new voucher: {voucher.pin}",
                pin=voucher.pin,
                value_cents=voucher.value_cents,
                at=self._clock.now(),
            )
        )

    # Fetching and completing

    def fetch(self, redemption_id: str) -> Answer:
        """Answer with a redemption as it is now."""
        row = self._ledger.find_redemption(redemption_id)
        if row is None:
            return _refused(404, "The requested resource does not exist.", CREATE_PATH + "/{id}")
        wait_s = self._board.dials.draft_completes_after_s
        age = self._clock.now() - row.created_at
        if wait_s is not None and age >= timedelta(seconds=wait_s):
            row = self.complete(redemption_id, outcome="confirmed") or row
        return Answer(200, json.dumps(dict(row.document)).encode())

    def complete(
        self, redemption_id: str, *, outcome: Literal["confirmed", "failed"]
    ) -> RedemptionRow | None:
        """Confirm or fail a draft redemption and return it; None when there is no such draft."""
        with self._ledger.transaction():
            row = self._ledger.find_redemption(redemption_id)
            if row is None or row.document["status"] != "draft":
                return None
            ask = _Ask(**row.request)
            voucher = self._find(ask)
            refusal = _CANCELLED if outcome == "failed" else _refusal(ask, voucher)
            steps = self._settle(ask, voucher, redemption_id, refusal)
            document = self._document(ask, redemption_id, steps, row.created_at)
            self._ledger.save_redemption(
                RedemptionRow(
                    id=row.id,
                    upstream=row.upstream,
                    voucher_id=row.voucher_id,
                    external_reference=row.external_reference,
                    idempotency_key=row.idempotency_key,
                    document=document,
                    request=row.request,
                    created_at=row.created_at,
                )
            )
            return self._ledger.find_redemption(redemption_id)

    # Looking up

    def look_up(self, raw: bytes) -> Answer:
        """Answer with the balance of a voucher; nothing changes."""
        try:
            parsed = self._lookups.validate_json(raw)
        except ValidationError as error:
            return _refused(400, _what_is_wrong(error), LOOKUP_PATH)
        if parsed.type == ONE_VOUCHER:
            return _refused(422, "Lookup is not supported for this type.", LOOKUP_PATH)
        voucher, details = self._find_for_lookup(parsed)
        refusal = _standing(voucher, details)
        if refusal is not None and self._board.dials.decline_as != "failed":
            return _refused(int(self._board.dials.decline_as), refusal, LOOKUP_PATH)
        result = LookupResult(
            type=parsed.type,
            source=details,
            balance=None if voucher is None or refusal is not None else voucher.balance_cents,
            currency=None if refusal is not None else _CURRENCY,
            provider_metadata=_provider_metadata(parsed.type, voucher),
            error=None if refusal is None else _last_error(refusal),
        )
        return Answer(200, result.model_dump_json(exclude_none=True).encode())

    def _find_for_lookup(self, parsed: AnyLookup) -> tuple[Voucher | None, dict[str, str | int]]:
        details = _details(parsed)
        serial_number = details.get("serial_number")
        if parsed.type == BLU and serial_number is not None:
            # As at the issuer, the serial number is preferred when both are sent.
            return self._ledger.find_by_serial(parsed.type, str(serial_number)), details
        _, number = _identify(parsed.type, details)
        return self._ledger.find_by_pin(parsed.type, number), details

    # Making things

    def new_voucher(
        self, type_id: str, value_cents: int, *, pin: str | None = None, situation: str = "usable"
    ) -> NewVoucher:
        """Return a new voucher whose numbers have the shape of its type and are not taken."""
        lengths = {OTT: 12, CENTRE: 19, KOPANO: 10}
        number = pin or self._digits(string.digits, lengths.get(type_id, 16))
        while pin is None and self._ledger.find_by_pin(type_id, number) is not None:
            number = self._digits(string.digits, lengths.get(type_id, 16))
        now = self._clock.now()
        if type_id == BLU:
            serial_number = "BL" + self._digits("0123456789ABCDEF", 14)
        elif type_id == ONE_VOUCHER:
            serial_number = self._timed_serial(now)
        else:
            serial_number = self._digits(string.digits, 12)
        is_status = situation in ("used", "expired", "cancelled")
        return NewVoucher(
            type=type_id,
            pin=number,
            serial_number=serial_number,
            value_cents=value_cents,
            expiry_date=(now + timedelta(days=3 * 365)).date().isoformat(),
            status=situation if is_status else "active",
            situation=situation,
        )

    def _document(
        self, ask: _Ask, redemption_id: str, steps: _Steps, created_at: datetime
    ) -> dict[str, Any]:
        now = self._clock.now()
        is_confirmed = steps.status == "confirmed"
        is_failed = steps.status == "failed"
        # A number that nobody issued here may be a real voucher's, and what is answered is kept.
        unknown = f"unknown-{self._ledger.hash(ask.number)[:_HASH_LENGTH]}"
        identity = {ask.identifier: unknown if steps.voucher is None else ask.number}
        serial = {"serial_number": self._timed_serial(now)}
        error = None if steps.refusal is None else _last_error(steps.refusal)
        operations: list[Operation] = []
        if steps.status != "draft":
            operations.append(self._operation("reserve", steps.amount_cents, identity, error))
        if is_confirmed:
            operations.append(self._operation("confirm", steps.amount_cents, serial, None))
        redemption = Redemption(
            id=redemption_id,
            status=steps.status,
            version={"draft": 1, "failed": 2, "confirmed": 3}[steps.status],
            type=ask.type,
            provider_reference=serial if is_confirmed else identity if is_failed else None,
            amount=steps.amount_cents if ask.amount_cents is None else ask.amount_cents,
            # As in the provider's example, a failed redemption too says what it tried to reserve.
            reserved_amount=0 if steps.status == "draft" else steps.amount_cents,
            redeemed_amount=steps.amount_cents if is_confirmed else None,
            reversed_amount=0,
            currency=_CURRENCY,
            operations=operations,
            change_voucher=_change_voucher(ask.type, steps.replacement),
            last_error=error,
            redemption_options=None if not ask.redemption_options else dict(ask.redemption_options),
            metadata=None if not ask.metadata else dict(ask.metadata),
            external_reference=ask.external_reference,
            created_at=stamp(created_at),
            updated_at=stamp(now),
        )
        return redemption.model_dump(mode="json", exclude_none=True)

    def _operation(
        self,
        kind: Literal["reserve", "confirm"],
        amount_cents: int,
        provider_reference: dict[str, str],
        error: LastError | None,
    ) -> Operation:
        now = self._clock.now()
        return Operation(
            id=f"{_base_36(int(now.timestamp() * 1000))}_{self._digits(_ALPHABET_36, 8)}",
            type=kind,
            status="succeeded" if error is None else "failed",
            amount=amount_cents,
            provider_reference=provider_reference,
            error=error,
            created_at=stamp(now),
        )

    def _store(self, key: str, raw: bytes, answer: Answer) -> None:
        self._ledger.store_answer(
            key,
            StoredAnswer(
                fingerprint=self._ledger.hash(raw),
                status=answer.status,
                content_type=answer.content_type,
                body=answer.body,
                at=self._clock.now(),
            ),
        )

    def _find(self, ask: _Ask) -> Voucher | None:
        return self._ledger.find_by_pin(ask.type, ask.number)

    def _timed_serial(self, now: datetime) -> str:
        return now.strftime("%Y%m%d%H%M%S") + self._digits(string.digits, 6)

    def _digits(self, alphabet: str, length: int) -> str:
        return "".join(self._random.choices(alphabet, k=length))


def _refused(status: int, detail: str, instance: str) -> Answer:
    return Answer(status, json.dumps(problem(status, detail, instance)).encode(), PROBLEM_TYPE)


def _what_is_wrong(error: ValidationError) -> str:
    """Name the first field that is wrong, without its value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "The body is not JSON."
    place = ".".join(str(part) for part in first["loc"] if "." not in str(part))
    # The words of most messages quote no value; a discriminator's do.
    words = "unknown type" if first["type"] == "union_tag_invalid" else first["msg"]
    return f"{place or 'body'}: {words}"


def _details(parsed: AnyRedemption | AnyLookup) -> dict[str, str | int]:
    return parsed.source.model_dump(exclude_unset=True)


def _identify(type_id: str, details: Mapping[str, str | int | float]) -> tuple[str, str]:
    identifier = next(name for name in _IDENTIFIERS[type_id] if name in details)
    return identifier, str(details[identifier])


def _ask_of(parsed: AnyRedemption) -> _Ask:
    details = _details(parsed)
    identifier, number = _identify(parsed.type, details)
    return _Ask(
        type=parsed.type,
        source=details,
        identifier=identifier,
        number=number,
        amount_cents=parsed.amount if "amount" in parsed.model_fields_set else None,
        external_reference=parsed.external_reference or None,
        metadata=parsed.metadata or None,
        redemption_options=parsed.redemption_options or None,
    )


def _as_request(ask: _Ask) -> dict[str, Any]:
    return {name: getattr(ask, name) for name in _Ask.__dataclass_fields__}


def _amount(ask: _Ask, voucher: Voucher | None) -> int:
    if voucher is None:
        return ask.amount_cents or 0
    held_cents = voucher.balance_cents or voucher.value_cents
    if ask.amount_cents is None:
        return held_cents
    gives_less = voucher.situation == "gives_what_it_holds"
    return min(ask.amount_cents, held_cents) if gives_less else ask.amount_cents


def _standing(voucher: Voucher | None, details: Mapping[str, str | int | float]) -> str | None:
    """Return why the voucher cannot be used at all, in the provider's words."""
    if voucher is None:
        return _NOT_FOUND
    expected = {**voucher.credentials, "face_value": voucher.value_cents}
    for name, value in details.items():
        if name in expected and str(value) != str(expected[name]):
            return _MISMATCH
    return _BY_STATUS.get(voucher.status)


def _refusal(ask: _Ask, voucher: Voucher | None) -> str | None:
    standing = _standing(voucher, ask.source)
    if standing is not None or voucher is None:
        return standing
    return _TOO_LARGE if _amount(ask, voucher) > voucher.balance_cents else None


def _last_error(message: str) -> LastError:
    # The one code that is documented; the reason is only in the words.
    return LastError(error_code="BAD_REQUEST", message=message)


def _change_voucher(type_id: str, voucher: Voucher | None) -> ChangeVoucher | None:
    if voucher is None or type_id == OTT:
        return None
    if type_id == BLU:
        return ChangeVoucher(pin=voucher.pin, serial_number=voucher.serial_number)
    return ChangeVoucher(
        pin=voucher.pin,
        serial_number=voucher.serial_number,
        amount=voucher.value_cents,
        barcode=voucher.pin,
        instructions="Keep this voucher safe. Enter the 16 digit PIN wherever 1Voucher is taken.",
        expiry_date=voucher.expiry_date,
    )


def _provider_metadata(type_id: str, voucher: Voucher | None) -> dict[str, str | int] | None:
    if voucher is None:
        return None
    if type_id == OTT:
        return {"pin_status": voucher.status, "denomination": voucher.value_cents}
    return {"status": voucher.status.upper(), "expiry_date": voucher.expiry_date}


def _base_36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _ALPHABET_36[digit] + text
    return text or "0"
