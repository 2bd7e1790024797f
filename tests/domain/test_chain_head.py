"""The head of the chain, as it is printed and typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.chain_head import ChainHead, head_of, read_head

HEAD = ChainHead(1207, "K7Q42FXX93PM")


def test_a_head_is_a_number_and_three_groups() -> None:
    """Short enough for a slip of 32 columns, beside its label."""
    assert HEAD.text == "1207-K7Q4-2FXX-93PM"
    assert head_of(7, bytes(16)).text == "7-0000-0000-0000"
    assert head_of(7, b"\xff" * 16).text == "7-ZZZZ-ZZZZ-ZZZZ"


@pytest.mark.parametrize(
    "typed",
    ["1207-K7Q4-2FXX-93PM", " 1207 k7q4 2fxx 93pm ", "1207 K7Q42FXX93PM", "12O7-k7q4-2fxx-93pm"],
)
def test_a_head_is_read_however_it_was_copied(typed: str) -> None:
    """The letter O is a zero."""
    assert read_head(typed) == HEAD


@pytest.mark.parametrize(
    "typed",
    ["", "1207", "K7Q4-2FXX-93PM", "1207-K7Q4-2FXX-93P", "1207-K7Q4-2FXX-93PU", "1207K7Q42FXX93PM"],
)
def test_what_is_no_head_is_not_read_as_one(typed: str) -> None:
    """Nor is one of which a letter is missing."""
    assert read_head(typed) is None


@given(st.integers(1, 10**15), st.binary(min_size=16, max_size=32))
def test_what_is_printed_is_read_back(sequence: int, link: bytes) -> None:
    """By its number first, so that it is found at once."""
    head = head_of(sequence, link)
    assert read_head(head.text) == head
    assert head == head_of(sequence, link[:8])
