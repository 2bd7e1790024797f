"""The entry form as it is shown: built from what discovery says of a type, and what was typed."""

from collections.abc import Mapping
from dataclasses import field, replace
from itertools import groupby

from counterfoil.declaring import dataclass
from counterfoil.domain.entry import missing
from counterfoil.domain.money import (
    Amount,
    AmountError,
    Exact,
    FullValue,
    Money,
    parse_amount,
    sign_of,
    type_amount,
)
from counterfoil.domain.offer import Offer
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import DraftEntry, masked_phone, masked_voucher
from counterfoil.domain.voucher_type import Choice, FieldKind, FieldSpec, VoucherType
from counterfoil.ports.gateway import LookupRefusal
from counterfoil.presentation.monogram import Monogram, monogram
from counterfoil.presentation.screens import (
    AMOUNT,
    AmountRow,
    FieldRow,
    Room,
    TileGroup,
    TileRow,
)
from counterfoil.presentation.words import counter, entries, failures
from counterfoil.presentation.words.sentences import begin
from counterfoil.presentation.words.slips import amount_text
from counterfoil.service.form import names_a_voucher


def yes_or_no() -> tuple[Choice, ...]:
    """Return the choices of a field that is answered with yes or no."""
    return Choice(value="true", label=entries.YES), Choice(value="false", label=entries.NO)


_CODE_KINDS = frozenset({FieldKind.DIGITS, FieldKind.TEXT})


@dataclass(frozen=True, slots=True)
class Missing:
    """The first thing the form still needs: a field's name or ``AMOUNT``, and a sentence."""

    place: str
    words: str


@dataclass(frozen=True, slots=True)
class Rest:
    """What a sale still owes, which another voucher is to pay."""

    sale_id: str
    owed: Money
    sale_name: str = ""
    """How the sale is named to the cashier: by the reference on the slip of its last voucher."""

    def said(self) -> str:
        """Return the sentence that names the sale and what is still to be paid of it."""
        owed = counter.still_owed(self.owed.minor_units, self.owed.currency)
        return f"{self.sale_name}: {owed}" if self.sale_name else owed

    def at_most(self) -> str:
        """Return the sentence that no more than this is owed."""
        return counter.only_owed(self.owed.minor_units, self.owed.currency)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the cashier has typed into the form of one voucher type."""

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)
    amount_text: str = ""
    amount_error: str = ""
    is_whole: bool = False
    error: str = ""
    """A sentence about the whole form."""
    rest: Rest | None = None
    """Set while another voucher pays the rest of an open sale."""
    due: Exact | None = None
    """All that is to be paid, where more was asked for than is on the voucher."""
    sealed: frozenset[str] = frozenset()
    """Fields that somebody typed who has left the till since: what is secret in them stays
    hidden until the field is empty."""

    # ----------------------------------------------------------------------------- what it holds

    @property
    def is_begun(self) -> bool:
        """Whether anything was typed or chosen, or it is known what is to be paid."""
        is_owed = self.rest is not None or self.due is not None
        return is_owed or self.has_more_than(Entry())

    @property
    def has_texts(self) -> bool:
        """Whether a field of the voucher holds more than spaces; the amount does not count."""
        return any(text.strip() for text in self.texts.values())

    def has_more_than(self, empty: "Entry") -> bool:
        """Whether anything was typed or chosen beyond what an ``empty`` form holds."""
        return self.has_texts or self.is_whole or self.amount_text != empty.amount_text

    def amount(self, chosen: VoucherType) -> Amount | None:
        """Return the amount chosen; None where there is none that the type can take.

        While the form goes on with an open sale, an amount above what the sale still owes is None,
        too.
        """
        if self.is_whole:
            return FullValue()
        if not self.amount_text:  # asked some times for each key that is typed elsewhere
            return None
        try:
            amount = parse_amount(self.amount_text, chosen.limits, chosen.currency)
        except AmountError:
            return None
        return None if self._is_above_rest(amount) else amount

    def due_beside(self, chosen: VoucherType) -> Exact | None:
        """Return all that is to be paid, where this voucher pays only a part; else None."""
        amount = self.amount(chosen)
        if self.due is None or self.rest is not None or amount is None:
            return None
        is_part = isinstance(amount, FullValue) or amount.cents < self.due.cents
        return self.due if is_part else None

    def is_complete(self, chosen: VoucherType, room: Room) -> bool:
        """Whether everything that the primary button needs is there."""
        return _is_offered(chosen, room) and self.missing(chosen, room) is None

    def missing(self, chosen: VoucherType, room: Room) -> Missing | None:
        """Return the first field, or the amount, that is empty or wrong, with a sentence about it.

        None where nothing is missing on this page.
        """
        is_balance = room is Room.BALANCE
        if not is_balance and (why := self.cannot_pay_rest(chosen)):
            return Missing("", why)
        is_named = any(names_a_voucher(spec, self.texts) for spec in chosen.fields)
        for spec in chosen.fields:
            is_needed = spec.is_required and not (is_balance and is_named)
            if error := self.errors.get(spec.name):
                return Missing(spec.name, f"{spec.label}: {entries.inside(error)}.")
            if is_needed and not self.texts.get(spec.name, "").strip():
                return Missing(spec.name, f"{entries.misentry(missing(spec))}.")
        if is_balance:
            return None if is_named else Missing("", counter.ENTER_VOUCHER)
        if self.is_whole or self.amount(chosen) is not None:
            return None
        return Missing(AMOUNT, self._amount_words(chosen))

    def cannot_pay_rest(self, chosen: VoucherType) -> str:
        """Return why a type cannot pay the rest of the open sale, as a sentence.

        Empty if it can.
        """
        if self.rest is None:
            return ""
        if self.rest.owed.currency != chosen.currency:
            return counter.another_currency(self.rest.owed.currency, chosen.currency)
        return "" if chosen.can_redeem_part else counter.only_whole(chosen.name)

    # ------------------------------------------------------------------------ what becomes of it

    def fresh(self) -> "Entry":
        """Return an empty form that goes on with the same sale, if one is still owed."""
        return empty_entry(self.rest)

    def with_text(self, name: str, text: str) -> "Entry":
        """Return a copy with a text in a field, whose error is removed."""
        errors = {other: said for other, said in self.errors.items() if other != name}
        is_emptied = not (text and self.texts.get(name))
        sealed = self.sealed - {name} if is_emptied else self.sealed
        texts = {**self.texts, name: text}
        return replace(self, texts=texts, errors=errors, error="", sealed=sealed)

    def seal(self) -> "Entry":
        """Return a copy whose present secrets stay masked."""
        return replace(self, sealed=frozenset(name for name, text in self.texts.items() if text))

    def with_error(self, name: str, said: str) -> "Entry":
        """Return a copy with the error of a field."""
        return replace(self, errors={**self.errors, name: said})

    def with_amount(self, text: str) -> "Entry":
        """Return a copy with an amount; typing ends the choice of the whole value."""
        return replace(self, amount_text=text, amount_error="", is_whole=False)

    def with_whole(self) -> "Entry":
        """Return a copy with the whole value chosen in place of an amount."""
        return replace(self, is_whole=True, amount_text="", amount_error="")

    def with_due(self, amount: Amount | None) -> "Entry":
        """Return a copy that remembers an amount as the price, though a voucher may pay less."""
        if not isinstance(amount, Exact):
            return self
        is_more = self.due is None or amount.cents > self.due.cents
        return replace(self, due=amount) if is_more else self

    def with_amount_checked(self, chosen: VoucherType) -> "Entry":
        """Return a copy with the error of the amount; an empty amount has none."""
        is_typed = bool(self.amount_text.strip()) and not self.is_whole
        return self._refusing_amount(self._amount_trouble(chosen) if is_typed else "")

    def with_whole_refused(self) -> "Entry":
        """Return a copy with the error that the whole value may be more than what is owed."""
        return self._refusing_amount("" if self.rest is None else self.rest.at_most())

    def without_texts(self) -> "Entry":
        """Return a copy without the typed fields, which may hold a PIN."""
        return replace(self, texts={}, sealed=frozenset())

    def for_fields_of(self, chosen: VoucherType) -> "Entry":
        """Return a copy without texts for fields that the type no longer has."""
        names = {spec.name for spec in chosen.fields}
        return replace(self, texts={one: text for one, text in self.texts.items() if one in names})

    # ---------------------------------------------------------------------------- what it says

    def _refusing_amount(self, said: str) -> "Entry":
        return replace(self, amount_error=begin(said))

    def _amount_words(self, chosen: VoucherType) -> str:
        if not chosen.can_redeem_part:
            return counter.PRESS_WHOLE
        if not self.amount_text.strip():
            return counter.ENTER_AMOUNT
        return counter.amount_wrong(self._amount_trouble(chosen))

    def _is_above_rest(self, amount: Exact) -> bool:
        return self.rest is not None and amount.cents > self.rest.owed.minor_units

    def _amount_trouble(self, chosen: VoucherType) -> str:
        try:
            amount = parse_amount(self.amount_text, chosen.limits, chosen.currency)
        except AmountError as error:
            return entries.amount(error.cause)
        return self.rest.at_most() if self.rest and self._is_above_rest(amount) else ""


def is_code_field(spec: FieldSpec) -> bool:
    """Whether a scanner may fill a field: one that names the voucher, and is no choice.

    A phone number names a person.
    """
    return spec.kind in _CODE_KINDS and (spec.is_required or spec.is_sensitive)


def empty_entry(rest: Rest | None = None) -> Entry:
    """Return an empty form; with a rest, its amount is what is still to be paid."""
    if rest is None:
        return Entry()
    return Entry(amount_text=type_amount(rest.owed.minor_units, rest.owed.currency), rest=rest)


def tile_groups(offer: Offer) -> tuple[TileGroup, ...]:
    """Return the types by category, both in the order in which discovery gave them."""
    categories = list(dict.fromkeys(one.category for one in offer.types))
    ordered = sorted(offer.types, key=lambda one: categories.index(one.category))
    return tuple(
        TileGroup(
            heading=category.replace("_", " ").capitalize(),
            tiles=tuple(
                TileRow(type_id=one.id, name=one.name, monogram=_mark(one)) for one in types
            ),
        )
        for category, types in groupby(ordered, key=lambda one: one.category)
    )


def _mark(one: VoucherType) -> Monogram:
    return monogram(one.id, one.name, one.colour)


def field_row(spec: FieldSpec, entry: Entry) -> FieldRow:
    """Return one field as it is shown: its text, and its error or how many digits there are."""
    text = entry.texts.get(spec.name, "")
    return FieldRow(
        name=spec.name,
        label=spec.label,
        kind=spec.kind,
        is_required=spec.is_required,
        is_sensitive=spec.is_sensitive,
        example=_example(spec),
        hint=_hint(spec, text),
        length=spec.length,
        choices=yes_or_no() if spec.kind is FieldKind.BOOLEAN else spec.choices,
        text=Secret(text),
        error=entry.errors.get(spec.name, ""),
        is_sealed=spec.name in entry.sealed,
    )


def amount_row(
    chosen: VoucherType, entry: Entry, told: Money | None = None, takeable: Money | None = None
) -> AmountRow:
    """Return the amount field; ``told`` is what is on the voucher, if the provider said that.

    Of that the ``takeable`` part is proposed.
    """
    hint = "" if chosen.can_redeem_part else counter.ONLY_THE_WHOLE_VALUE
    if told is not None:
        hint = counter.is_on_it(told.minor_units, told.currency)
    return AmountRow(
        text=entry.amount_text,
        is_whole=entry.is_whole,
        can_take_part=chosen.can_redeem_part,
        hint=hint,
        error=entry.amount_error or _more_than(entry.amount(chosen), told, takeable),
        currency_sign=sign_of(chosen.currency),
        whole_text=counter.WHOLE_VALUE if takeable is None else counter.take(takeable),
    )


def _more_than(amount: Amount | None, told: Money | None, takeable: Money | None) -> str:
    """Say that an amount is more than what is on the voucher, and what can be taken."""
    is_more = isinstance(amount, Exact) and told is not None and amount.cents > told.minor_units
    return counter.take_what_is_on_it(told, takeable) if told and takeable and is_more else ""


def primary_text(chosen: VoucherType, entry: Entry, room: Room, *, is_busy: bool) -> str:
    """Return what the primary button says."""
    if room is Room.BALANCE:
        return counter.ASKING if is_busy else counter.CHECK_BALANCE
    amount = entry.amount(chosen)
    if is_busy:
        return counter.SAVING
    if amount is None:
        return counter.REDEEM
    return counter.redeem(_redeemed(amount, chosen, entry))


def ready(chosen: VoucherType, entry: Entry) -> str:
    """Return the sentence that says what will be redeemed; empty until the form is complete."""
    amount = entry.amount(chosen)
    if amount is None:
        return ""
    return counter.ready(_redeemed(amount, chosen, entry), chosen.name)


def _redeemed(amount: Amount, chosen: VoucherType, entry: Entry) -> str:
    if isinstance(amount, FullValue):
        return counter.THE_WHOLE_VALUE
    text = amount_text(amount, chosen.currency)
    return text if entry.rest is None else counter.for_the_rest(text)


def foot(chosen: VoucherType, entry: Entry, room: Room, *, can_press: bool) -> str:
    """Return the line below the primary button: what is missing, or what pressing means."""
    is_balance = room is Room.BALANCE
    if not _is_offered(chosen, room):
        no_balance = failures.lookup_refused(LookupRefusal.NOT_OFFERED, chosen.name)
        return no_balance if is_balance else counter.not_redeemed_here(chosen.name)
    if entry.rest is not None and not is_balance:
        return f"{entry.rest.said()} {entry.cannot_pay_rest(chosen)}".strip()
    if can_press and is_balance:
        return counter.TAKES_NOTHING
    if can_press and (due := entry.due_beside(chosen)) is not None:
        return _beside(due, entry.amount(chosen), chosen.currency)
    if can_press:
        return counter.NOTHING_LEAVES
    missing = entry.missing(chosen, room)
    return missing.words if missing is not None else ""


def _beside(due: Exact, amount: Amount | None, currency: str) -> str:
    """Return what is to be paid beside a voucher that pays a part."""
    if isinstance(amount, Exact):
        return counter.part_of(due.cents, due.cents - amount.cents, currency)
    return counter.whole_of(due.cents, currency)


def _is_offered(chosen: VoucherType, room: Room) -> bool:
    """Whether the upstream offers what the page is for."""
    return chosen.can_look_up if room is Room.BALANCE else chosen.can_redeem


def draft_entry(chosen: VoucherType, entry: Entry, room: Room) -> DraftEntry:
    """Return what the slip on the screen may show while the cashier types.

    Of the voucher's code these are the last four characters, and of a phone number its masked form.
    """
    return DraftEntry(
        type_name=chosen.name,
        voucher=_typed_voucher(chosen, entry),
        amount=entry.amount(chosen) if room is Room.REDEEM else None,
        currency=chosen.currency,
        mobile=_typed_mobile(chosen, entry),
    )


def _typed_voucher(chosen: VoucherType, entry: Entry) -> str:
    tail = typed_tail(chosen, entry)
    return masked_voucher(tail) if tail else ""


def typed_tail(chosen: VoucherType, entry: Entry) -> str:
    """Return how the code ends that was typed, as far as it may be shown; empty where none was."""
    codes = [
        "".join(filter(str.isalnum, entry.texts.get(spec.name, "")))
        for spec in chosen.fields
        if _is_code(spec)
    ]
    longest = max(codes, key=len, default="")
    return Secret(longest).tail() if longest else ""


def _typed_mobile(chosen: VoucherType, entry: Entry) -> str:
    for spec in chosen.fields:
        typed = entry.texts.get(spec.name, "")
        if spec.kind is FieldKind.PHONE and any(map(str.isdecimal, typed)):
            return masked_phone(typed)
    return ""


def _example(spec: FieldSpec) -> str:
    """Return the provider's example, but not of a code: it looks typed, and may be a voucher."""
    return "" if _is_code(spec) else spec.example


def _is_code(spec: FieldSpec) -> bool:
    return spec.is_sensitive or spec.kind is FieldKind.DIGITS


def _hint(spec: FieldSpec, text: str) -> str:
    if spec.kind is FieldKind.DATE:
        return spec.hint or begin(entries.DATE_FORM)
    if spec.kind is not FieldKind.DIGITS or not spec.length:
        return spec.hint
    typed = sum(map(str.isdecimal, text))
    return counter.digits(spec.length, typed)
