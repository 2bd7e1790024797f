"""Values are cleaned, grouped and hidden without ever changing what they are."""

import pytest

from counterfoil.ui.theme.grid import SizeClass, grid_for, size_class
from counterfoil.ui.widgets.field_text import (
    FieldKind,
    amount_typed,
    cleaned,
    concealed,
    grouped,
    position_after,
)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("1115 6840-9141 9838", FieldKind.DIGITS, "1115684091419838"),
        ("\u0661\u0662\u0663\u0664", FieldKind.DIGITS, "1234"),
        ("12ab", FieldKind.DIGITS, "12"),
        ("+27 82 555-4567", FieldKind.PHONE, "+27825554567"),
        ("082 555 4567", FieldKind.PHONE, "0825554567"),
        ("line\nbreak\x00", FieldKind.TEXT, "linebreak"),
        ("9" * 300, FieldKind.DIGITS, "9" * 256),
        ("x" * 300, FieldKind.TEXT, "x" * 256),
    ],
)
def test_values_hold_only_what_belongs(typed: str, kind: FieldKind, value: str) -> None:
    """Spaces, dashes and other scripts' digits are taken out; 256 characters are the most."""
    assert cleaned(typed, kind) == value


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("1115684091419838", FieldKind.DIGITS, "1115 6840 9141 9838"),
        ("11156", FieldKind.DIGITS, "1115 6"),
        ("", FieldKind.DIGITS, ""),
        ("0825554567", FieldKind.PHONE, "082 555 4567"),
        ("+27825554567", FieldKind.PHONE, "+27 82 555 4567"),
        ("a b c d e", FieldKind.TEXT, "a b c d e"),
    ],
)
def test_grouping_is_for_the_eye(value: str, kind: FieldKind, shown: str) -> None:
    """Digits stand in fours and phone numbers as people say them."""
    assert grouped(value, kind) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1115684091419838", "•••• •••• •••• 9838"),
        ("12345678", "•••• 5678"),
        ("1234567", "•••• •••"),
        ("12", "••"),
        ("", ""),
    ],
)
def test_hidden_values_keep_four_digits_at_most(value: str, shown: str) -> None:
    """Four of fewer than eight would give most of the value away."""
    assert concealed(value) == shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("19.00", "19.00"),
        ("R1,234.50", "R1,234.50"),
        ("1\u00a0234,50", "1 234,50"),
        ("12345678.50", "12345678.50"),
        ("1e3", "1e3"),
        ("-5", "-5"),
        ("\u0665\u0660", "50"),
    ],
)
def test_an_amount_keeps_every_letter(typed: str, kept: str) -> None:
    """What is left out of an amount would make another amount of it."""
    assert amount_typed(typed) == kept


@pytest.mark.parametrize(("letters", "position"), [(0, 0), (3, 3), (4, 4), (5, 6), (8, 9)])
def test_the_cursor_stays_after_the_same_letter(letters: int, position: int) -> None:
    """Spaces for the eye do not count."""
    assert position_after("1115 6840", letters) == position


@pytest.mark.parametrize(
    ("width", "scale", "named"),
    [
        (1024, 1.0, SizeClass.SMALL),
        (1199, 1.0, SizeClass.SMALL),
        (1200, 1.0, SizeClass.MEDIUM),
        (1339, 1.12, SizeClass.MEDIUM),
        (1340, 1.0, SizeClass.NORMAL),
        (1700, 1.0, SizeClass.LARGE),
        (1700, 1.25, SizeClass.NORMAL),
        (1024, 1.25, SizeClass.SMALL),
    ],
)
def test_the_size_class_follows_width_and_text_size(
    width: int, scale: float, named: SizeClass
) -> None:
    """The largest text drops the class by one."""
    assert size_class(width, scale=scale) is named


@pytest.mark.parametrize(
    ("width", "height", "keypad", "stub"),
    [(1024, 768, 208, 598), (1280, 768, 244, 684), (1366, 768, 244, 740), (1920, 1080, 304, 1102)],
)
def test_the_table_of_widths_adds_up(width: int, height: int, keypad: int, stub: int) -> None:
    """What rail, slip and the outer 14 leave is the stub of the table."""
    grid = grid_for(width, height)
    assert grid.keypad_width == keypad
    assert width - grid.rail_width - grid.slip_width - 14 == stub
    field_column = stub - 2 * grid.stub_padding - grid.column_gap - keypad
    assert field_column == {1024: 334, 1280: 352, 1366: 408, 1920: 662}[width]


def test_low_windows_get_lower_keys() -> None:
    """Below 720 keys and paddings shrink; below 640 the footer loses its words too."""
    assert grid_for(1366, 700).key_height == 56
    assert grid_for(1366, 700).short
    assert not grid_for(1366, 720).short
    assert grid_for(1366, 639).very_short
