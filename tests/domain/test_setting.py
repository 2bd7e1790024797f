"""What a person types for a setting, and the value that it is."""

import pytest

from counterfoil.domain.setting import (
    Setting,
    SettingKind,
    SettingValue,
    setting_text,
    typed_value,
)


@pytest.mark.parametrize(
    ("kind", "before", "typed", "value"),
    [
        (SettingKind.TEXT, "a", " Corner Shop ", "Corner Shop"),
        (SettingKind.TEXT, "a", "", ""),
        (SettingKind.TEXT, None, " ", None),
        (SettingKind.WHOLE, 1, "12", 12),
        (SettingKind.WHOLE, 1, "", None),
        (SettingKind.WHOLE, 1, "twelve", "twelve"),
        (SettingKind.NUMBER, 1.0, "1,25", 1.25),
        (SettingKind.YES_NO, True, "false", False),
        (SettingKind.YES_NO, True, "perhaps", "perhaps"),
        (SettingKind.CHOICE, 9600, "19200", 19200),
        (SettingKind.CHOICE, 9600, "300", "300"),
        (SettingKind.LINES, (), "Thank you |Open 8:00", ("Thank you", "Open 8:00")),
        (SettingKind.LINES, (), r"Shop 1 \| Shop 2 | Thank you", ("Shop 1 | Shop 2", "Thank you")),
        (SettingKind.LINES, ("a",), "", ()),
    ],
)
def test_what_is_typed_becomes_a_value_of_its_kind(
    kind: SettingKind, before: SettingValue, typed: str, value: SettingValue
) -> None:
    """What is none stays as it was typed, so that the check of the file refuses it."""
    one = Setting(name="x", kind=kind, value=before, choices=(9600, 19200))
    assert typed_value(one, typed) == value


@pytest.mark.parametrize("value", ["a", 12, 1.25, True, False, ("a", "b"), (), None])
def test_a_value_is_typed_as_it_is_shown(value: SettingValue) -> None:
    """So that nothing is changed by looking at it."""
    assert (
        setting_text(value)
        == {
            "a": "a",
            12: "12",
            1.25: "1.25",
            True: "true",
            False: "false",
            ("a", "b"): "a | b",
            (): "",
            None: "",
        }[value]
    )


@pytest.mark.parametrize("lines", [("a|b", "c"), ("|",), ("a | b",), (r"a\|b", "a\\"), ("", "a")])
def test_lines_with_a_bar_are_typed_as_they_are_shown(lines: tuple[str, ...]) -> None:
    """A bar of their own has a stroke before it, and divides nothing."""
    one = Setting(name="slip.footer", kind=SettingKind.LINES, value=lines)
    assert typed_value(one, setting_text(lines)) == lines


@pytest.mark.parametrize("name", ["electrum.terminal_id", "electrum.merchant.id"])
def test_spaces_that_fill_a_value_up_are_part_of_it(name: str) -> None:
    """Electrum has registered it in its whole width."""
    one = Setting(name=name, kind=SettingKind.TEXT, value="SHOP  01")
    assert typed_value(one, " SHOP 1 ") == " SHOP 1 "
    assert typed_value(one, "  ") == ""
