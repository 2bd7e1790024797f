"""What comes from keys, clipboard or scanner: the code that was there, or why there is none."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.code import CodeProblem, NotACode, read_digits, read_token
from support.canary import CANARY_PIN

FOURS = "-".join(CANARY_PIN[at : at + 4] for at in range(0, 16, 4))


@pytest.mark.parametrize(
    "text",
    [
        CANARY_PIN,
        FOURS,
        f"]C1{CANARY_PIN}",
        f"]E0{CANARY_PIN}",
        f"]d2{CANARY_PIN}\r\n",
        f"PIN: {FOURS}",
        f"pin {CANARY_PIN}",
        f"Voucher PIN = {CANARY_PIN}",
        f"Card number: {FOURS.replace('-', ' ')}",
        FOURS.replace("-", " - "),
        FOURS.replace("-", " ", 1),
        CANARY_PIN * 2,
        f"{CANARY_PIN} {CANARY_PIN}",
    ],
)
def test_a_code_is_taken_without_what_is_known_to_stand_around_it(text: str) -> None:
    """A scanner's prefix and a label go, groups are closed up, and a second scan is the first."""
    assert read_digits(text, 16) == CANARY_PIN


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Your voucher 1115 6840 0000 0101 is worth R50", CodeProblem.WORDS),
        ("2026-11-30 1115684000000101", CodeProblem.WORDS),
        ("&é\"'(-è_çà", CodeProblem.OTHER_KEYBOARD),
        ("&é\"'(§è!çà", CodeProblem.OTHER_KEYBOARD),
        ("!!!%^*$))))", CodeProblem.OTHER_KEYBOARD),
        ("111568400000010I", CodeProblem.NO_DIGITS),
        ("-1115684000000101", CodeProblem.NO_DIGITS),
        ("111568400000", CodeProblem.TOO_SHORT),
        ("1115684000000101" + "2226684000000101", CodeProblem.TOO_LONG),
    ],
)
def test_what_is_not_wholly_a_code_is_refused_with_a_reason(
    text: str, problem: CodeProblem
) -> None:
    """A price, a date or a second voucher would become a part of the number."""
    refused = read_digits(text, 16)
    assert isinstance(refused, NotACode)
    assert refused.problem is problem


@pytest.mark.parametrize("digits", ["123456789012", "9876543210987"])
def test_a_code_scanned_twice_is_one_code_where_no_length_is_told(digits: str) -> None:
    """Never 24 digits for a number of 12; 16 digits may be 8 and 8 by chance."""
    assert read_digits(digits * 2) == read_digits(digits * 3) == digits
    assert read_digits("12345678" * 2) == "12345678" * 2


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("]C1AB12-CD34", "AB12-CD34"),
        ("Code: AB12 CD34", "AB12 CD34"),
        ("AB12CD34EF56" * 2, "AB12CD34EF56"),
        ("correct horse battery", "correct horse battery"),
        ("Your voucher AB12-CD34 is worth R50", NotACode(CodeProblem.WORDS)),
        ("&é\"'(-è_çà", NotACode(CodeProblem.OTHER_KEYBOARD)),
    ],
)
def test_a_code_with_letters_is_taken_as_it_is_spelled(text: str, read: str | NotACode) -> None:
    """Its own signs stay, because they may mean something to the provider."""
    assert read_token(text) == read


PROSE = st.text(alphabet="0123456789 -]C1dPINp:inRrand.,éà&(\u0661\u200e", max_size=40)


@given(st.one_of(PROSE, st.text(max_size=60)), st.none() | st.integers(4, 20))
def test_what_is_taken_stands_in_the_text_as_one_number(text: str, length: int | None) -> None:
    """No digit is gathered over a word: between two of them are only dashes and spaces."""
    read = read_digits(text, length)
    if isinstance(read, NotACode):
        return
    digits = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)
    apart = r"[^\w.,:&(\[\]]*_*[^\w.,:&(\[\]]*"
    assert re.search(apart.join(read), digits)
    assert read.isascii()


@given(st.text(max_size=20), st.text(alphabet="abcdefg .,!", min_size=4, max_size=20))
def test_a_number_among_words_is_never_taken(before: str, after: str) -> None:
    """However they are put together, what follows a code with letters is no code."""
    read = read_digits(f"{before} {CANARY_PIN} {after}x", 16)
    assert isinstance(read, NotACode)
