"""Texts that are packed before they are sealed."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.adapters.journal.storage import packing
from counterfoil.adapters.journal.storage.packing import pack, unpack
from support import moment_bodies, suv_bodies


@given(st.binary(max_size=2_000))
def test_what_is_packed_comes_back(plain: bytes) -> None:
    """Whatever it is."""
    assert unpack(pack(plain)) == plain


def test_what_the_providers_say_takes_half_the_room_or_less() -> None:
    """An answer of each of the two interfaces."""
    for body in (moment_bodies.redemption(), suv_bodies.transaction()):
        plain = json.dumps(body).encode()
        assert len(pack(plain)) * 2 < len(plain)


def test_the_words_never_change() -> None:
    """With other words nothing that was sealed could be read again."""
    words = hashlib.sha256(packing._WORDS).hexdigest()
    assert words == "57893afa11c67e755f6db520df530b4a173207c1e839275664ed5be1b1bfadd8"


@pytest.mark.parametrize("packed", [b"", b"\xff\xff", pack(b"a whole text")[:-1]])
def test_half_a_text_is_refused(packed: bytes) -> None:
    """A text that is cut is not taken for a shorter one."""
    with pytest.raises(ValueError, match="packed text"):
        unpack(packed)
