"""The entry form as it is shown: metadata and what was typed go in, rows come out."""

from dataclasses import replace
from typing import Any

import pytest

from counterfoil.domain.money import Exact, FullValue, Limits, Money
from counterfoil.domain.offer import Offer
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType
from counterfoil.presentation.counter_form import (
    Entry,
    Rest,
    amount_row,
    draft_entry,
    empty_entry,
    field_row,
    foot,
    primary_text,
    tile_groups,
)
from counterfoil.presentation.screens import Room

CODE = FieldSpec(
    name="code",
    label="Card code",
    kind=FieldKind.DIGITS,
    is_sensitive=True,
    example="1234567890123456",
    length=16,
)
PHONE = FieldSpec(name="cell", label="Mobile number", kind=FieldKind.PHONE, is_required=False)
MADE_UP = VoucherType(
    id="made.up",
    upstream="moment",
    category="made_up",
    name="Made Up",
    fields=(CODE, PHONE),
    can_look_up=True,
)


def filled(**changes: Any) -> Entry:
    """Return an entry with a code and an amount."""
    return replace(Entry(texts={"code": "1234567890123456"}, amount_text="19.00"), **changes)


def test_the_button_needs_every_required_field_and_an_amount() -> None:
    """Optional fields may stay empty; an unreadable amount is none; balances need no amount."""
    assert filled().is_complete(MADE_UP, Room.REDEEM)
    assert not filled(texts={"code": " "}).is_complete(MADE_UP, Room.REDEEM)
    assert not filled(amount_text="1,234").is_complete(MADE_UP, Room.REDEEM)
    assert filled(amount_text="").is_complete(MADE_UP, Room.BALANCE)
    assert filled(amount_text="", is_whole=True).is_complete(MADE_UP, Room.REDEEM)


def test_a_balance_needs_whatever_names_the_voucher() -> None:
    """Any field but a phone number will do: a serial number may stand for the code."""
    serial = FieldSpec(name="serial", label="Serial number", is_required=False)
    both = replace(MADE_UP, fields=(CODE, serial, PHONE))
    assert Entry(texts={"serial": "BL0A"}).is_complete(both, Room.BALANCE)
    assert not Entry(texts={"cell": "0825554567"}).is_complete(both, Room.BALANCE)
    assert not Entry(texts={"serial": "BL0A"}, amount_text="1.00").is_complete(both, Room.REDEEM)


def test_what_the_upstream_does_not_redeem_is_only_looked_up() -> None:
    """A type that cannot be redeemed has no live button in Redeem, says so, and has a balance."""
    lookup_only = replace(MADE_UP, can_redeem=False)
    assert not filled().is_complete(lookup_only, Room.REDEEM)
    assert filled().is_complete(lookup_only, Room.BALANCE)
    not_looked_up = replace(MADE_UP, can_look_up=False)
    assert not filled().is_complete(not_looked_up, Room.BALANCE)
    told = foot(not_looked_up, filled(), Room.BALANCE, can_press=False)
    assert told.startswith("Made Up cannot show a balance.")
    said = foot(lookup_only, filled(), Room.REDEEM, can_press=False)
    assert said == "Made Up cannot be used at this till."


@pytest.mark.parametrize(
    ("entry", "room", "is_busy", "said"),
    [
        (filled(), Room.REDEEM, False, "Use voucher for R19.00"),
        (filled(is_whole=True), Room.REDEEM, False, "Use voucher for the whole value"),
        (filled(amount_text=""), Room.REDEEM, False, "Use voucher"),
        (filled(), Room.REDEEM, True, "Saving…"),
        (filled(), Room.BALANCE, False, "Check the balance"),
        (filled(), Room.BALANCE, True, "Asking…"),
    ],
)
def test_the_button_says_what_it_will_do(
    entry: Entry, room: Room, is_busy: bool, said: str
) -> None:
    """The amount on the button is the amount that will be sent, or words for all of it."""
    assert primary_text(MADE_UP, entry, room, is_busy=is_busy) == said


def test_choosing_everything_is_not_an_amount() -> None:
    """Only the choice gives FullValue; an empty amount gives nothing."""
    assert filled(is_whole=True).amount(MADE_UP) == FullValue()
    assert filled().amount(MADE_UP) == Exact(1900)
    assert filled(amount_text="").amount(MADE_UP) is None


def test_an_amount_over_the_types_limit_says_so_where_the_button_is_off() -> None:
    """In the box and below the button, before anything is sent."""
    limited = replace(MADE_UP, limits=Limits(most_cents=500_000))
    entry = filled(amount_text="99999").with_amount_checked(limited)
    assert entry.amount_error == "At most R5,000.00 for this voucher"
    said = foot(limited, entry, Room.REDEEM, can_press=False)
    assert said == "Amount: at most R5,000.00 for this voucher."
    assert not entry.is_complete(limited, Room.REDEEM)
    assert entry.is_complete(MADE_UP, Room.REDEEM)


def test_a_rest_goes_on_with_its_sale() -> None:
    """A fresh form for the rest has its amount typed in and says what is owed."""
    rest = Rest("sale", Money(405, "ZAR"))
    entry = Entry(rest=rest).fresh()
    assert (entry.amount_text, entry.rest) == ("4.05", rest)
    assert foot(MADE_UP, entry, Room.REDEEM, can_press=True) == "R4.05 is still to be paid."
    assert Entry().fresh() == Entry()


def test_what_is_to_be_paid_is_the_most_that_was_asked_for_and_goes_with_its_customer() -> None:
    """A smaller amount, or whatever is on the voucher, pays a part of it; the same pays all."""
    part = filled(amount_text="5").with_due(Exact(1_900)).with_due(Exact(1_000))
    assert part.due_beside(MADE_UP) == Exact(1_900)
    assert part.with_due(FullValue()) == part
    said = foot(MADE_UP, part, Room.REDEEM, can_press=True)
    assert said == "R19.00 is to be paid, R14.00 of it after this voucher."
    assert part.with_whole().due_beside(MADE_UP) == Exact(1_900)
    whole = foot(MADE_UP, part.with_whole(), Room.REDEEM, can_press=True)
    assert whole == "R19.00 is to be paid. The rest comes after this voucher."
    assert part.with_amount("19").due_beside(MADE_UP) is None
    assert part.with_amount("").due_beside(MADE_UP) is None
    assert Entry(due=Exact(1_900)).is_begun
    assert part.fresh() == Entry()


def test_fields_that_are_gone_are_forgotten() -> None:
    """New metadata keeps what was typed only where the field still exists."""
    entry = Entry(texts={"code": "1", "old": "2"}).for_fields_of(MADE_UP)
    assert entry.texts == {"code": "1"}


def test_a_field_counts_its_digits_and_shows_no_code_as_an_example() -> None:
    """The provider's example of a code looks typed, and may be a voucher that can be used."""
    row = field_row(CODE, Entry())
    assert (row.hint, row.example) == ("16 digits", "")
    assert field_row(replace(CODE, is_sensitive=False), Entry()).example == ""
    assert field_row(CODE, Entry(texts={"code": "1234 5"})).hint == "5 of 16 digits"
    assert field_row(replace(PHONE, example="082 123 4567"), Entry()).example == "082 123 4567"


def test_the_slip_sees_only_tails() -> None:
    """The growing slip never gets a whole code or phone number."""
    entry = filled(texts={"code": "1234567890129838", "cell": "0825554567"})
    draft = draft_entry(MADE_UP, entry, Room.REDEEM)
    assert draft.voucher == "**** **** **** 9838"
    assert draft.mobile == "082 *** 4567"
    assert draft_entry(MADE_UP, Entry(), Room.BALANCE).amount is None


def test_what_was_typed_is_in_no_repr() -> None:
    """An entry that ends up in a log shows neither codes nor phone numbers."""
    assert "1234567890123456" not in repr(filled())


def test_types_stand_under_their_categories() -> None:
    """Categories and types keep the order in which they were told."""
    other = replace(MADE_UP, id="b", category="gift_cards", name="B")
    again = replace(MADE_UP, id="c", name="C")
    groups = tile_groups(Offer((MADE_UP, other, again), None, is_fresh=True))
    assert [group.heading for group in groups] == ["Made up", "Gift cards"]
    assert [tile.type_id for tile in groups[0].tiles] == ["made.up", "c"]


def test_the_rest_of_a_sale_is_paid_in_its_own_currency_only() -> None:
    """R14.00 stays R14.00 whatever type is chosen, and a sentence says why it cannot be paid."""
    dollars = replace(MADE_UP, currency="USD")
    rest = empty_entry(Rest("sale", Money(1400, "ZAR")))
    entry = replace(rest, texts=filled().texts)
    assert entry.is_complete(MADE_UP, Room.REDEEM)
    assert not entry.is_complete(dollars, Room.REDEEM)
    assert foot(dollars, entry, Room.REDEEM, can_press=False) == (
        "R14.00 is still to be paid. "
        "This sale is in ZAR, and this voucher type in USD. Choose another type."
    )
    assert entry.is_complete(dollars, Room.BALANCE)


def test_a_currency_without_cents_is_sent_by_its_own_unit() -> None:
    """Five thousand shillings are 5000, and the button says so."""
    shillings, entry = replace(MADE_UP, currency="UGX"), filled(amount_text="5000")
    assert entry.amount(shillings) == Exact(5000)
    assert primary_text(shillings, entry, Room.REDEEM, is_busy=False) == "Use voucher for UGX 5,000"
    refused = filled(amount_text="50.00")
    assert not refused.is_complete(shillings, Room.REDEEM)
    assert foot(shillings, refused, Room.REDEEM, can_press=False) == (
        "Amount: type it as this currency is written, for example 5000."
    )


def test_another_currency_has_its_own_sign() -> None:
    """The sign before the amount is the currency's."""
    assert amount_row(MADE_UP, Entry()).currency_sign == "R"
    assert amount_row(replace(MADE_UP, currency="USD"), Entry()).currency_sign == "USD"
