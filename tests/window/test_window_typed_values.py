"""What is typed into a field is what is sent, or it is refused: no key makes another value."""

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from counterfoil.domain.money import Exact
from counterfoil.domain.voucher_type import FieldKind, FieldSpec, VoucherType
from counterfoil.ui import theme
from counterfoil.ui.theme import ThemeName
from support.gateways import ScriptedGateway
from support.till import approved
from support.window import open_window

CODE = "ABCD2345"


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> Iterator[None]:
    """Begin and end in the light theme, without motion."""
    theme.apply_theme(qapp, ThemeName.LIGHT, motion=False)
    yield
    theme.apply_theme(qapp, ThemeName.LIGHT)


def with_field(kind: FieldKind) -> VoucherType:
    """Return a voucher type that asks for a code and one thing more."""
    code = FieldSpec(name="code", label="Code", kind=FieldKind.TEXT, is_sensitive=True)
    more = FieldSpec(name="more", label="More", kind=kind)
    return VoucherType(
        id="odd", upstream="moment", category="vouchers", name="Odd", fields=(code, more)
    )


@pytest.mark.parametrize(
    ("kind", "typed", "sent"),
    [
        (FieldKind.INTEGER, "125", "125"),
        (FieldKind.INTEGER, "12.5", None),
        (FieldKind.INTEGER, "1e3", None),
        (FieldKind.INTEGER, "-5", None),  # less than the least, and never 5
        (FieldKind.NUMBER, "12,5", "12.5"),
        (FieldKind.NUMBER, "1e3", None),
        (FieldKind.NUMBER, "12%5", None),
        (FieldKind.MONEY, "1e3", None),
        (FieldKind.MONEY, "-5", None),
        (FieldKind.DATE, "20261128", "2026-11-28"),
        (FieldKind.DATE, "2026-11-28", "2026-11-28"),
        (FieldKind.DATE, "28/11/2026", "2026-11-28"),
        (FieldKind.DATE, "5/6/2026", None),
        (FieldKind.DATE, "2026-02-30", None),
    ],
)
async def test_a_field_sends_what_was_typed_or_says_that_it_does_not(
    kind: FieldKind, typed: str, sent: str | None
) -> None:
    """A point that vanished made 125 of 12.5."""
    upstream = ScriptedGateway(types=(with_field(kind),), otherwise=approved(500, change=None))
    async with open_window(upstream) as till:
        till.type_into("field-code", CODE)
        till.type_into("field-more", typed)
        till.type_into("amount", "5.00")
        till.press(Qt.Key.Key_F12)
        if sent is None:
            await till.settle()
            assert upstream.asks == []
            assert till.counter.screen().fields[1].error
            assert till.counter.screen().foot.startswith("More: ")
            assert till.box("field-more").value() == typed
            return
        await till.until_result()
        assert json.loads(upstream.asks[0].request.reveal())["source"]["more"] == sent


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1e3", None),
        ("-5", None),
        ("5-", None),
        ("12345678", None),
        ("5x", None),
        ("R5", 500),
        ("1 234,50", 123_450),
    ],
)
async def test_an_amount_is_taken_as_it_stands_there_or_not_at_all(
    typed: str, cents: int | None
) -> None:
    """Letters and signs that were left out made another amount of it."""
    kept = with_field(FieldKind.TEXT)
    upstream = ScriptedGateway(types=(kept,), otherwise=approved(cents or 1, change=None))
    async with open_window(upstream) as till:
        till.type_into("field-code", CODE)
        till.type_into("field-more", "any")
        till.type_into("amount", typed)
        assert till.box("amount").value() == typed.removeprefix("R")
        till.press(Qt.Key.Key_F12)
        if cents is None:
            await till.settle()
            assert upstream.asks == []
            assert till.counter.screen().foot.startswith("Amount: ")
            return
        await till.until_result()
        assert (await till.redemptions())[0].amount == Exact(cents)


async def test_a_date_says_how_it_is_written_before_and_after_a_mistake() -> None:
    """Year, month, day: 5/6/2026 is two days, and which one depends on who reads it."""
    async with open_window(ScriptedGateway(types=(with_field(FieldKind.DATE),))) as till:
        assert till.counter.screen().fields[1].hint == "Year-month-day, such as 2026-11-28"
        till.type_into("field-more", "5/6/2026")
        till.type_into("field-code", CODE)
        assert till.counter.screen().fields[1].error == "Write year-month-day, such as 2026-11-28"


async def test_a_question_is_answered_and_not_chosen() -> None:
    """The label is a question of its own, such as Adult."""
    async with open_window(ScriptedGateway(types=(with_field(FieldKind.BOOLEAN),))) as till:
        till.type_into("field-code", CODE)
        assert till.counter.screen().foot == "Answer Yes or No: More."
