"""Text from outside becomes one safe line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.text import clean_text, humanise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("  two \t lines\r\nand\x00 more ", "two lines and more"),
        ("pay \u202eRETFA\u202c now", "pay RETFA now"),
        ("\ufeff\u200bjoined\u200d", "joined"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("bad \ud800 half", "bad half"),
        ("Cafe\u0301", "Café"),
        ("x" + "\u0335" * 50, "x" + "\u0335" * 3),
        ("<b>bold</b> & more", "<b>bold</b> & more"),
        ("a\u2028b\u2029c\u00a0d", "a b c d"),
        ("", ""),
    ],
)
def test_what_does_not_belong_into_a_line_is_dropped(text: str, expected: str) -> None:
    """Controls, direction marks, half characters and heaps of marks never reach a screen."""
    assert clean_text(text, 40) == expected


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    """A cut is visible, and the limit holds with it."""
    assert clean_text("one two three", 8) == "one two…"
    assert clean_text("one two", 7) == "one two"


def test_a_huge_text_is_cut_before_any_work_is_done_on_it() -> None:
    """Ten megabytes of marks take no time."""
    assert len(clean_text("a" + "\u0301\u0327" * 5_000_000, 10)) <= 10


@given(st.text(max_size=300), st.integers(2, 60))
def test_any_text_becomes_one_short_safe_line(text: str, limit: int) -> None:
    """Whatever comes in: no control, no format mark, no surrogate, never over the limit."""
    line = clean_text(text, limit)
    assert len(line) <= limit
    assert all(unicodedata.category(letter)[0] != "C" for letter in line)
    assert line == " ".join(line.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("security_code", "Security code"), ("face-value", "Face value"), ("x.y", "X y"), ("", "")],
)
def test_a_machines_name_becomes_words(name: str, expected: str) -> None:
    """Field names without a label are still readable."""
    assert humanise(name) == expected
