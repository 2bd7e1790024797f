"""What people type, ready to be sent."""

from dataclasses import replace

import pytest

from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.entry import clean_field, fingerprint_source
from counterfoil.domain.failures import EntryError
from counterfoil.domain.secret import Secret
from counterfoil.domain.voucher_type import Choice, FieldKind, FieldSpec, VoucherType, WireKind
from support.canary import CANARY_PHONE, CANARY_PIN, CANARY_TOKEN

PIN = FieldSpec(
    name="pin", label="Voucher PIN", kind=FieldKind.DIGITS, is_sensitive=True, length=16
)
NOTE = FieldSpec(name="note", label="Note", is_required=False)
BRAND = FieldSpec(
    name="brand",
    label="Card brand",
    kind=FieldKind.CHOICE,
    choices=(Choice(value="Classic", label="Blue"), Choice(value="Gold", label="Classic")),
)
PHONE = FieldSpec(name="phone_number", label="Mobile number", kind=FieldKind.PHONE)
FACE = FieldSpec(
    name="face", label="Face value", kind=FieldKind.MONEY, is_required=False, is_sensitive=False
)
CHECKED = FieldSpec(name="checked", label="Checked", kind=FieldKind.BOOLEAN)


def grouped(digits: str, separator: str) -> str:
    """Write digits in groups of four."""
    return separator.join(digits[at : at + 4] for at in range(0, len(digits), 4))


@pytest.mark.fault("H10")
@pytest.mark.parametrize("separator", ["", " ", "-", "\u2013", "\u00a0", "\u200b", "  "])
def test_digits_may_be_grouped_as_people_like(separator: str) -> None:
    """Spaces, dashes of any kind and invisible marks only separate groups."""
    assert clean_field(PIN, f" {grouped(CANARY_PIN, separator)}\n") == CANARY_PIN


@pytest.mark.fault("H10")
def test_digits_of_any_script_are_digits() -> None:
    """A pasted PIN in Arabic or full-width digits is read as the same number."""
    arabic = "".join(chr(0x0660 + int(digit)) for digit in CANARY_PIN)
    wide = "".join(chr(0xFF10 + int(digit)) for digit in CANARY_PIN)
    assert clean_field(PIN, arabic) == clean_field(PIN, wide) == CANARY_PIN


@pytest.mark.parametrize("text", ["111568409141983O", "1115²", "\u0661\u0662x", "1.5", "½"])
def test_letters_and_fractions_are_no_digits(text: str) -> None:
    """What cannot be a digit is refused, and not repeated in the words."""
    with pytest.raises(EntryError, match="no_digits") as refused:
        clean_field(PIN, text)
    assert text not in str(refused.value)
    assert refused.value.field == "pin"


@pytest.mark.fault("H10")
def test_a_short_code_is_refused_with_its_count() -> None:
    """The cashier hears how many digits are missing before anything is sent."""
    with pytest.raises(EntryError, match="found=10, wanted=16"):
        clean_field(PIN, "1234567890")


def test_a_longer_code_than_hinted_is_sent_unless_it_was_scanned_twice() -> None:
    """The hint is a floor. The same code twice is one code; two codes are none."""
    assert clean_field(PIN, "1" * 18) == "1" * 18
    assert clean_field(PIN, CANARY_PIN * 2) == CANARY_PIN
    with pytest.raises(EntryError, match="found=32, wanted=16"):
        clean_field(PIN, "1" * 16 + "2" * 16)


def test_without_a_hint_any_length_of_digits_is_sent() -> None:
    """A type whose codes have 12 or 16 digits names no length, and both are let through."""
    spec = replace(PIN, length=None)
    assert clean_field(spec, CANARY_TOKEN) == CANARY_TOKEN
    assert clean_field(spec, CANARY_PIN) == CANARY_PIN


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (PIN, EntryProblem.MISSING),
        (PHONE, EntryProblem.MISSING),
        (replace(NOTE, is_required=True), EntryProblem.MISSING),
        (BRAND, EntryProblem.NOT_CHOSEN),
        (replace(FACE, is_required=True), EntryProblem.MISSING),
        (CHECKED, EntryProblem.NOT_ANSWERED),
    ],
)
def test_an_empty_required_field_is_asked_for_by_its_label(
    spec: FieldSpec, problem: EntryProblem
) -> None:
    """The cause names the field as the form does."""
    with pytest.raises(EntryError) as refused:
        clean_field(spec, " \t")
    assert refused.value.cause == NotAValue(problem, label=spec.label)


@pytest.mark.parametrize("spec", [NOTE, FACE, replace(PIN, is_required=False)])
def test_an_empty_optional_field_stays_empty(spec: FieldSpec) -> None:
    """Nothing is made up for a field that was left out."""
    assert clean_field(spec, "  ") == ""


def test_text_is_cleaned_and_never_cut_silently() -> None:
    """A text keeps its words, loses its controls, and is refused when it is too long."""
    assert clean_field(NOTE, " a\x07 b ") == "a b"
    with pytest.raises(EntryError, match="wanted=255"):
        clean_field(NOTE, "x" * 256)
    with pytest.raises(EntryError, match="too_long"):
        clean_field(PIN, "1" * 10_000)


def test_a_choice_is_one_of_the_list() -> None:
    """Small and capital letters do not matter; the list's own value is sent, and goes first."""
    assert clean_field(BRAND, " gold ") == "Gold"
    assert clean_field(BRAND, "blue") == clean_field(BRAND, "classic") == "Classic"
    with pytest.raises(EntryError, match="not_in_list"):
        clean_field(BRAND, "Silver")


def test_money_is_sent_in_cents() -> None:
    """A money field takes what the amount box takes."""
    assert clean_field(FACE, "R1 234,50") == "123450"
    assert clean_field(replace(FACE, currency="UGX"), "5 000") == "5000"
    with pytest.raises(EntryError, match="ambiguous"):
        clean_field(FACE, "1,234")


def test_a_phone_number_is_left_to_the_phones_port() -> None:
    """Its spaces and signs mean something there."""
    assert clean_field(PHONE, " 082 015 9463 ") == "082 015 9463"


def voucher_type(*fields: FieldSpec) -> VoucherType:
    """Build a made-up type with these fields."""
    return VoucherType(id="made.up", upstream="moment", category="made", name="Made", fields=fields)


def test_a_fingerprint_comes_from_the_secret_not_from_the_phone() -> None:
    """The same voucher is the same with another customer's number."""
    kind = voucher_type(PIN, PHONE)
    one = {"pin": Secret(CANARY_PIN), "phone_number": Secret(CANARY_PHONE)}
    two = {"pin": Secret(CANARY_PIN), "phone_number": Secret("+27820000000")}
    assert fingerprint_source(kind, one) == fingerprint_source(kind, two) == CANARY_PIN


def test_a_fingerprint_ignores_grouping_and_small_letters() -> None:
    """A token typed in another way is still the same voucher."""
    token = replace(NOTE, name="token", is_sensitive=True)
    kind = voucher_type(token)
    assert fingerprint_source(kind, {"token": Secret("ab-12 cd34")}) == "AB12CD34"
    assert fingerprint_source(kind, {"token": Secret("AB12CD34")}) == "AB12CD34"


@pytest.mark.parametrize(
    ("wire", "typed", "known"),
    [
        (WireKind.INTEGER, "0000123456789012", "123456789012"),
        (WireKind.INTEGER, "123456789012", "123456789012"),
        (WireKind.INTEGER, "0000000000000000", "0000000000000000"),
        (WireKind.TEXT, "0000123456789012", "0000123456789012"),
    ],
)
def test_zeros_in_front_of_a_number_make_no_other_voucher(
    wire: WireKind, typed: str, known: str
) -> None:
    """What is sent as a number is sent alike with and without them."""
    kind = voucher_type(replace(PIN, wire=wire))
    assert fingerprint_source(kind, {"pin": Secret(typed)}) == known


def test_a_type_without_secrets_is_told_apart_by_what_it_requires() -> None:
    """A loyalty number that is not marked sensitive still locks its own member."""
    member = FieldSpec(name="member", label="Member number", kind=FieldKind.DIGITS)
    assert fingerprint_source(voucher_type(member, NOTE), {"member": Secret("7000000101")}) == (
        "7000000101"
    )


def test_a_short_secret_does_not_lock_other_vouchers() -> None:
    """Two members born in the same year are two members; the number's end is the text's end."""
    member = FieldSpec(name="member", label="Member number", kind=FieldKind.DIGITS)
    year = FieldSpec(name="year", label="Birth year", kind=FieldKind.DIGITS, is_sensitive=True)
    kind = voucher_type(member, year)
    fields = {"member": Secret("7000000101"), "year": Secret("1981")}
    assert fingerprint_source(kind, fields) == "1981 7000000101"


YEARS = FieldSpec(name="years", label="Years", kind=FieldKind.INTEGER, maximum="6")
WEIGHT = FieldSpec(name="weight", label="Weight", kind=FieldKind.NUMBER, minimum="0.5")
DAY = FieldSpec(name="day", label="Day", kind=FieldKind.DATE, minimum="2026-01-01")
MAIL = FieldSpec(name="mail", label="Email", kind=FieldKind.EMAIL)


@pytest.mark.parametrize(
    ("spec", "typed", "sent"),
    [
        (YEARS, " 06 ", "6"),
        (replace(YEARS, minimum="-3"), "\u22121", "-1"),
        (WEIGHT, "12,5", "12.5"),
        (CHECKED, "Yes", "true"),
        (CHECKED, "false", "false"),
        (DAY, "2026-11-30", "2026-11-30"),
        (DAY, "2026 11 30", "2026-11-30"),
        (DAY, "30/11/2026", "2026-11-30"),
        (DAY, "6.6.2026", "2026-06-06"),
        (MAIL, "thandi@example.org", "thandi@example.org"),
        (replace(NOTE, is_sensitive=True), "]C1AB12", "AB12"),
        (PHONE, "tel:+27 82 015 9463", "tel:+27 82 015 9463"),
    ],
)
def test_a_value_is_read_as_its_kind_is_written(spec: FieldSpec, typed: str, sent: str) -> None:
    """And given in the one way in which it is sent."""
    assert clean_field(spec, typed) == sent


@pytest.mark.parametrize(
    ("spec", "typed", "said"),
    [
        (YEARS, "-1", "below_least.*wanted='0'"),
        (YEARS, "7", "above_most.*wanted='6'"),
        (YEARS, "1.5", "not_whole"),
        (WEIGHT, "0.4", "below_least.*wanted='0.5'"),
        (WEIGHT, "1e3", "not_a_number"),
        (CHECKED, "maybe", "not_yes_or_no"),
        (DAY, "2026-02-30", "not_a_date"),
        (DAY, "05/06/2026", "not_a_date"),
        (DAY, "11/28/2026", "not_a_date"),
        (DAY, "2026-1x1-30", "not_a_date"),
        (DAY, "2025-12-31", "below_least.*wanted='2026-01-01'"),
        (MAIL, "nope", "not_an_email"),
        (replace(FACE, maximum="5000"), "50.01", "above_most.*minor_units=5000"),
        (replace(FACE, maximum="5000", currency="UGX"), "5001", "above_most.*currency='UGX'"),
        (replace(NOTE, length_min=4), "abc", "too_short.*found=3, wanted=4"),
        (replace(NOTE, length_max=4), "abcde", "too_long.*wanted=4"),
        (PHONE, "my number is 0820159463", "not_a_phone"),
    ],
)
def test_a_value_that_its_field_cannot_have_is_refused_with_a_cause(
    spec: FieldSpec, typed: str, said: str
) -> None:
    """Before anything is sent, and without what was typed."""
    with pytest.raises(EntryError, match=said) as refused:
        clean_field(spec, typed)
    assert refused.value.field == spec.name
