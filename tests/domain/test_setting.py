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
