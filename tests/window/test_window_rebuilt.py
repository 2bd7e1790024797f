"""The form is built anew under the cursor, under an overlay and while the window closes."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from counterfoil.domain.offer import Offer
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.canary import CANARY_PIN
from support.window import ONE_VOUCHER, TYPES, WindowTill, open_window


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def renamed(one: VoucherType, label: str) -> VoucherType:
    """Return a type whose first field has another label."""
    first, *rest = one.fields
    return replace(one, fields=(replace(first, label=label), *rest))


async def discover(till: WindowTill, *types: VoucherType) -> None:
    """Let discovery bring other types, and let what was put away be gone."""
    till.counter.offer(Offer(types, None, is_fresh=True))
    await till.settle()


async def test_the_window_lives_when_a_form_changes_under_an_overlay() -> None:
    """F1 or F10 with the cursor in a field, discovery renames a field, Esc: one can type on."""
    async with open_window() as till:
        till.type_into("field-pin", "1115")
        for key, name in itertools.product(
            (Qt.Key.Key_F1, Qt.Key.Key_F10), ("field-pin", "field-phone_number", "amount")
        ):
            await discover(till, ONE_VOUCHER)
            till.box(name).setFocus()
            till.press(key)
            await till.settle()
            await discover(till, renamed(ONE_VOUCHER, "Number on the slip"))
            till.press(Qt.Key.Key_Escape)
            await till.settle()
            assert not till.has("help-overlay")
            assert not till.has("menu-overlay")
            assert till.box("field-pin").value() == "1115"
            assert till.box(name).hasFocus()


async def test_the_window_closes_over_help_after_the_chosen_type_was_dropped() -> None:
    """The type in the form leaves discovery while help is open, and the window is closed."""
    async with open_window() as till:
        till.box("field-pin").setFocus()
        till.press(Qt.Key.Key_F1)
        await till.settle()
        await discover(till, *TYPES[1:])
        assert till.counter.screen().chosen == TYPES[1].id
        till.window.allow_close()
        await till.settle()
        assert not till.window.isVisible()


async def test_the_cursor_stays_in_a_field_that_discovery_renames() -> None:
    """What is typed is kept, and the next key goes where the last one went."""
    async with open_window() as till:
        till.type_into("field-pin", CANARY_PIN[:8])
        till.box("field-pin").setCursorPosition(2)
        await discover(till, renamed(ONE_VOUCHER, "Number on the slip"))
        box = till.box("field-pin")
        assert box.hasFocus()
        assert (box.value(), box.cursorPosition()) == (CANARY_PIN[:8], 2)


async def test_a_field_that_did_not_change_is_not_built_anew() -> None:
    """Discovery renames the PIN while the phone number is typed: nothing there moves."""
    async with open_window() as till:
        till.type_into("field-phone_number", "0825")
        phone = till.box("field-phone_number")
        await discover(till, renamed(ONE_VOUCHER, "Number on the slip"))
        assert till.box("field-phone_number") is phone
        assert phone.hasFocus()
