"""What a scan means to the form: the next customer's voucher, another code of this one, or none.

Every scan has a visible effect: the code appears in the form, or a sentence says why not.
"""

from dataclasses import replace
from enum import Enum, auto

from counterfoil.declaring import dataclass
from counterfoil.domain.entry import clean_field
from counterfoil.domain.failures import EntryError
from counterfoil.domain.secret import Secret
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType
from counterfoil.presentation import result_screen
from counterfoil.presentation.counter_form import Entry
from counterfoil.presentation.result_screen import Outcome
from counterfoil.presentation.screens import Act
from counterfoil.presentation.words import counter, entries

_CODE_KINDS = frozenset({FieldKind.DIGITS, FieldKind.TEXT})
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
    SAME = auto()
    """It is in the form already, so nothing changes."""
    NEXT_CUSTOMER = auto()
    """It takes the place of everything that was in the form."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The form after a scan, and what the scan meant."""

    entry: Entry
    meaning: Meaning = Meaning.FILLS


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a scan was not accepted, as a sentence; the form is unchanged."""

    why: str


def into_form(chosen: VoucherType, entry: Entry, code: Secret, into: str) -> Taken | NotTaken:
    """Return the form with a scanned code in it, or why it is not accepted.

    ``into`` is the field with the cursor, or empty. An empty code field under the cursor takes a
    code that fits it. So does another empty one, if the codes typed so far have another shape: the
    scan is one more code of the same voucher. Otherwise the code starts the next voucher, and
    everything typed for the voucher in the form is dropped.
    """
    if _is_there(chosen, entry, code):
        return Taken(entry, Meaning.SAME)
    place, value = _fitting(chosen, code, _first(into, chosen, entry))
    if place is None:
        return NotTaken(counter.not_taken_by(chosen.name, value))
    if place.name == into and not entry.texts.get(into):
        return Taken(entry.with_text(place.name, value))
    is_empty = not any(text.strip() for text in entry.texts.values())
    if is_empty or _is_one_more(chosen, entry, code):
        return Taken(entry.with_text(place.name, value))
    fresh = replace(entry.fresh(), amount_text="")
    return _taken_as_next(fresh.with_text(place.name, value))


def into_next(
    chosen: VoucherType, outcome: Outcome, entry: Entry, code: Secret
) -> Taken | NotTaken:
    """Return the form after a result, with the next voucher's code in it, or why not."""
    if outcome.is_asked or outcome.redemption.state not in _OVER:
        can_leave = Act.NEW_VOUCHER in result_screen.acts(outcome)
        first = counter.PRESS_F2_FIRST if can_leave else counter.WAIT_FOR_ANSWER
        return NotTaken(counter.not_taken(first))
    place, value = _fitting(chosen, code, chosen.fields)
    if place is None:
        return NotTaken(counter.not_taken_by(chosen.name, value))
    return _taken_as_next(entry.with_text(place.name, value))


def _taken_as_next(entry: Entry) -> Taken:
    """Take a form as the next customer's; where a rest is owed, somebody must say whose it is."""
    return Taken(entry, Meaning.NEXT_CUSTOMER if entry.rest is None else Meaning.ASKS_WHOSE)


def is_code_field(spec: FieldSpec) -> bool:
    """Whether a scanner may fill a field: one that names the voucher, and is no choice.

    A phone number names a person.
    """
    return spec.kind in _CODE_KINDS and (spec.is_required or spec.is_sensitive)


def _is_there(chosen: VoucherType, entry: Entry, code: Secret) -> bool:
    """Whether the form holds this code already, however it was typed."""
    for spec in filter(is_code_field, chosen.fields):
        scanned = _cleaned(spec, code.reveal())
        typed = _cleaned(spec, entry.texts.get(spec.name, ""))
        if isinstance(typed, str) and typed and typed == scanned:
            return True
    return False


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
