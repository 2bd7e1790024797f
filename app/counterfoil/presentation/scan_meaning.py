"""What a scan means to the form: the next customer's voucher, another code of this one, or none.

Every scan has a visible effect: the code appears in the form, somebody is asked which type it is,
or a sentence says why it is not taken. A type is recognised by the shape that its metadata tells:
how long a code is, or the pattern that it has. A type that tells none is never recognised.
"""

from dataclasses import replace
from enum import Enum, auto

from counterfoil.declaring import dataclass
from counterfoil.domain.entry import clean_field
from counterfoil.domain.failures import EntryError
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import FieldSpec, VoucherType
from counterfoil.ports.patterns import Patterns
from counterfoil.presentation import result_screen
from counterfoil.presentation.counter_form import Entry, is_code_field
from counterfoil.presentation.counter_stages import Form
from counterfoil.presentation.result_screen import Outcome
from counterfoil.presentation.screens import Act
from counterfoil.presentation.words import counter, entries

_OVER = frozenset(
    {
        RedemptionState.FINAL,
        RedemptionState.DECLINED,
        RedemptionState.ABANDONED,
        RedemptionState.REVERSED,
        RedemptionState.REVERSED_UNVERIFIED,
    }
)
"""A result of these is left by the next customer's voucher; any other has to be left by hand."""


class Meaning(Enum):
    """What a scan that was accepted does to the form."""

    FILLS = auto()
    """It fills a field of the voucher that is in the form."""
    ASKS_WHOSE = auto()
    """It stands in the form, and somebody must say first whose voucher it is: a rest is owed."""
    CORRECTS = auto()
    """It takes the place of a code that was refused; amount and phone number stay."""
    SAME = auto()
    """It is in the form already, so nothing changes."""
    NEXT_CUSTOMER = auto()
    """It takes the place of everything that was in the form."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The form after a scan, and what the scan meant."""

    form: Form
    meaning: Meaning = Meaning.FILLS
    others: tuple[VoucherType, ...] = ()
    """Further types whose codes have the same shape."""


@dataclass(frozen=True, slots=True)
class Several:
    """The types whose codes have the shape of the scan, where the chosen one is none of them."""

    form: Form
    """The empty form over which somebody is asked which of them it is."""
    types: tuple[VoucherType, ...]


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a scan was not accepted, as a sentence; the form is unchanged."""

    why: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """The types that a code may be of."""

    types: tuple[VoucherType, ...]
    patterns: Patterns

    def of(self, code: Secret) -> tuple[VoucherType, ...]:
        """Return the types that tell what a code looks like, and of which this one may be."""
        return tuple(one for one in self.types if self._is_of(one, code))

    def _is_of(self, one: VoucherType, code: Secret) -> bool:
        return any(self._has_shape(spec, code) for spec in filter(is_code_field, one.fields))

    def _has_shape(self, spec: FieldSpec, code: Secret) -> bool:
        value = _cleaned(spec, code.reveal())
        if not isinstance(value, str) or not value:
            return False
        if spec.pattern and not self.patterns.fits(spec.pattern, value):
            return False
        if spec.length is not None:
            return len(value) == spec.length
        return bool(spec.pattern or (spec.length_min and spec.length_max))


def into_form(
    form: Form, code: Secret, into: str, shapes: Shapes, *, has_waited: bool = False
) -> Taken | Several | NotTaken:
    """Return the form with a scanned code in it, or why it is not accepted.

    ``into`` is the field with the cursor, or empty. An empty code field under the cursor takes a
    code that fits it. So does another empty one, if the codes typed so far have another shape: the
    scan is one more code of the same voucher. Otherwise the code starts the next voucher, and
    everything typed for the voucher in the form is dropped. So it is if the form ``has_waited``:
    an amount, a phone number or a rest in it is of somebody who may have left.
    """
    chosen, entry = form.chosen, form.entry
    if _is_there(chosen, entry, code):
        return Taken(form, Meaning.SAME)
    is_filled = entry.is_begun if has_waited else entry.has_texts
    place, value = _fitting(chosen, code, _first(into, chosen, entry))
    if is_filled and place is not None:
        is_under_cursor = place.name == into and not entry.texts.get(into) and not has_waited
        if is_under_cursor or _is_one_more(chosen, entry, code):
            return Taken(form.typed(place.name, value))
    if form.is_correction and not has_waited:
        again = form.anew(_without_codes(chosen, entry))
        return _recognised(again, code, Meaning.CORRECTS, shapes, into)
    meaning = Meaning.NEXT_CUSTOMER if is_filled else Meaning.FILLS
    # What was typed as the amount belongs to the voucher that goes.
    kept = replace(entry.fresh(), amount_text="") if is_filled else entry
    return _recognised(replace(form, entry=kept), code, meaning, shapes, into)


def into_next(
    form: Form, outcome: Outcome, code: Secret, shapes: Shapes
) -> Taken | Several | NotTaken:
    """Return the form after a result, with the next voucher's code in it, or why not.

    ``form`` is the one that would follow the result.
    """
    if outcome.is_asked or outcome.redemption.state not in _OVER:
        can_leave = Act.NEW_VOUCHER in result_screen.acts(outcome)
        first = counter.PRESS_F2_FIRST if can_leave else counter.WAIT_FOR_ANSWER
        return NotTaken(counter.not_taken(first))
    return _recognised(form, code, Meaning.NEXT_CUSTOMER, shapes)


def into_chosen(
    form: Form, code: Secret, meaning: Meaning = Meaning.FILLS, *, into: str = ""
) -> Taken | NotTaken:
    """Return a form with a scanned code in the first field that takes it, or why none does."""
    place, value = _fitting(form.chosen, code, _first(into, form.chosen, form.entry))
    if place is None:
        return NotTaken(counter.not_taken_by(form.chosen.name, value))
    if meaning is Meaning.NEXT_CUSTOMER and form.entry.rest is not None:
        meaning = Meaning.ASKS_WHOSE
    filled = form.anew(form.entry.with_text(place.name, value))
    return Taken(replace(filled, scanned=code), meaning)


def _recognised(
    form: Form, code: Secret, meaning: Meaning, shapes: Shapes, into: str = ""
) -> Taken | Several | NotTaken:
    """Put a code into an empty form, of the type that it is of."""
    known = shapes.of(code)
    others = tuple(one for one in known if one.id != form.chosen.id)
    taken = into_chosen(form, code, meaning, into=into)
    if isinstance(taken, Taken) and (len(others) < len(known) or _is_meant(form, others)):
        return replace(taken, others=others)
    if len(others) == 1:
        entry = Entry(amount_text=form.entry.amount_text, rest=form.entry.rest)
        return into_chosen(Form(chosen=others[0], entry=entry), code, meaning)
    return Several(form.anew(form.entry.fresh()), others) if others else taken


def _is_meant(form: Form, others: tuple[VoucherType, ...]) -> bool:
    """Whether the chosen type takes a code that has the shape of others and not of this one.

    It does where it tells no shape at all, and somebody chose it for this customer or the code has
    the shape of several.
    """
    codes = filter(is_code_field, form.chosen.fields)
    is_shapeless = not any(one.length or one.pattern for one in codes)
    return not others or (is_shapeless and (form.is_chosen or len(others) > 1))


def _is_there(chosen: VoucherType, entry: Entry, code: Secret) -> bool:
    """Whether the form holds this code already, however it was typed."""
    for spec in filter(is_code_field, chosen.fields):
        scanned = _cleaned(spec, code.reveal())
        typed = _cleaned(spec, entry.texts.get(spec.name, ""))
        if isinstance(typed, str) and typed and typed == scanned:
            return True
    return False


def _without_codes(chosen: VoucherType, entry: Entry) -> Entry:
    """Return what was typed without what names the voucher: who it is of has not changed."""
    codes = {spec.name for spec in filter(is_code_field, chosen.fields)}
    return replace(
        entry, texts={name: text for name, text in entry.texts.items() if name not in codes}
    )


def _is_one_more(chosen: VoucherType, entry: Entry, code: Secret) -> bool:
    """Whether a voucher is in the form, and no field that it fills could hold this code."""
    filled = [
        spec
        for spec in filter(is_code_field, chosen.fields)
        if entry.texts.get(spec.name, "").strip()
    ]
    could = (isinstance(_cleaned(spec, code.reveal()), str) for spec in filled)
    return bool(filled) and not any(could)


def _first(into: str, chosen: VoucherType, entry: Entry) -> tuple[FieldSpec, ...]:
    """Return the fields in the order in which a scan tries them: an empty one under the cursor."""
    if entry.texts.get(into):
        return chosen.fields
    return tuple(sorted(chosen.fields, key=lambda spec: spec.name != into))


def _fitting(
    chosen: VoucherType, code: Secret, fields: tuple[FieldSpec, ...]
) -> tuple[FieldSpec | None, str]:
    """Return the first field that a code fits with the value to put there, or why none does."""
    why = counter.no_code(chosen.name)
    for spec in filter(is_code_field, fields):
        value = _cleaned(spec, code.reveal())
        if isinstance(value, str):
            return spec, value
        why = entries.misentry(value.cause)
    return None, why


def _cleaned(spec: FieldSpec, text: str) -> str | EntryError:
    try:
        return clean_field(spec, text)
    except EntryError as error:
        return error
