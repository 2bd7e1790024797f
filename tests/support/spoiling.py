"""Right answers, spoilt byte by byte, for the parsers of foreign bytes.

With ``COUNTERFOIL_FUZZ_EXAMPLES`` set, as many examples are tried of each; a million takes hours.
"""

import os
from collections.abc import Callable

from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("COUNTERFOIL_FUZZ_EXAMPLES", "400"))
"""How many examples each fuzz of bytes tries."""

_PIECES = (b"", b"0", b"9", b"-", b".", b"e9", b'"', b",", b"{", b"}", b"null", b"true", b"\\u0000")

Change = Callable[[bytes], bytes]


def spoilt(body: bytes) -> st.SearchStrategy[bytes]:
    """Return a body with up to four changes; few enough that much of it is still right."""
    return st.lists(_changes(len(body)), max_size=4).map(lambda changes: _apply(body, changes))


def _apply(body: bytes, changes: list[Change]) -> bytes:
    for change in changes:
        body = change(body)
    return body


def _changes(size: int) -> st.SearchStrategy[Change]:
    places = st.integers(0, size)
    spans = st.tuples(places, st.integers(0, 12))
    return st.one_of(
        st.tuples(places, st.integers(0, 7)).map(_flip),
        st.tuples(spans, st.sampled_from(_PIECES) | st.binary(max_size=3)).map(_replace),
        st.tuples(places, places, st.integers(1, 60)).map(_copy),
    )


def _flip(where: tuple[int, int]) -> Change:
    place, bit = where

    def change(body: bytes) -> bytes:
        if place >= len(body):
            return body
        return body[:place] + bytes([body[place] ^ (1 << bit)]) + body[place + 1 :]

    return change


def _replace(where: tuple[tuple[int, int], bytes]) -> Change:
    (place, length), piece = where
    return lambda body: body[:place] + piece + body[place + length :]


def _copy(where: tuple[int, int, int]) -> Change:
    """Put a piece of the body somewhere else as well."""
    from_, to, length = where
    return lambda body: body[:to] + body[from_ : from_ + length] + body[to:]
