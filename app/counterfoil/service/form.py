"""Turn what was typed into a form into fields that can be sent."""

from collections.abc import Mapping
from dataclasses import replace

from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.entry import clean_field
from counterfoil.domain.failures import EntryError
from counterfoil.domain.secret import Secret
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType
from counterfoil.ports.patterns import Patterns
from counterfoil.ports.phones import Phones


def read_form(
    voucher_type: VoucherType,
    texts: Mapping[str, str],
    phones: Phones,
    patterns: Patterns,
    *,
    for_lookup: bool = False,
) -> dict[str, Secret]:
    """Clean and check every field of the form; optional fields left empty are left out.

    ``for_lookup`` is for a balance, which may be found by fewer fields: a required one may be
    missing when another that names the voucher is given. A phone number names a person, not a
    voucher.

    Raises:
        EntryError: the first field that cannot be sent.

    """
    known = {spec.name for spec in voucher_type.fields}
    for name in texts:
        if name not in known:
            raise EntryError(name, NotAValue(EntryProblem.NO_SUCH_FIELD))
    specs = voucher_type.fields
    if for_lookup and any(names_a_voucher(spec, texts) for spec in specs):
        specs = tuple(replace(spec, is_required=False) for spec in specs)
    fields = {}
    for spec in specs:
        value = _read_field(spec, texts.get(spec.name, ""), phones, patterns)
        if value:
            fields[spec.name] = Secret(value)
    return fields


def names_a_voucher(spec: FieldSpec, texts: Mapping[str, str]) -> bool:
    """Whether something was typed into a field that can tell one voucher from another."""
    return spec.kind is not FieldKind.PHONE and bool(texts.get(spec.name, "").strip())


def check_field(spec: FieldSpec, text: str, patterns: Patterns) -> str:
    """Return what to send for one field.

    Its length, letters and pattern are checked. Whether a phone number exists is not: the tables
    for that are slow to load.

    Raises:
        EntryError: it cannot be sent.

    """
    value = clean_field(spec, text)
    if value and spec.pattern and not patterns.fits(spec.pattern, value):
        example = "" if spec.is_sensitive else spec.example
        problem = EntryProblem.NOT_LIKE if example else EntryProblem.NOT_IN_FORM
        raise EntryError(spec.name, NotAValue(problem, wanted=example))
    return value


def _read_field(spec: FieldSpec, text: str, phones: Phones, patterns: Patterns) -> str:
    value = check_field(spec, text, patterns)
    if not value or spec.kind is not FieldKind.PHONE:
        return value
    try:
        return phones.parse(value).reveal()
    except ValueError:
        raise EntryError(spec.name, NotAValue(EntryProblem.NOT_A_PHONE)) from None
