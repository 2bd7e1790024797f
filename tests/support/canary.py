"""Made-up secrets that every test uses, and the search that must find them nowhere.

A test that needs a PIN, a token or a phone number takes one of these constants. When the session
ends, every file it wrote and every log record it made is searched for them. A test that cannot
choose its secret, because an upstream made it up, adds it with ``watch``.
"""

import base64
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CANARY_PIN = "9173062845510937"
"""The PIN that a customer hands over."""
CANARY_CHANGE_PIN = "6208841937754026"
"""The PIN of a change voucher that an upstream gives back."""
CANARY_TOKEN = "580317749263"
"""A twelve-digit token, as some voucher types have."""
CANARY_PHONE = "+27820159463"
"""A customer's phone number."""
CANARY_API_KEY = "sk_test_canary_7Yq2mX0bT9wLr4"
"""The key that the till shows its upstream."""

PAPER = "paper"
"""A folder printer's output lies in a directory of this name; a change PIN may stand there."""
UPSTREAM = "upstream"
"""A sandbox that keeps its ledger on disk does so in a directory of this name: it is the issuer's
own book, which knows every PIN it sold."""

LENGTH_MIN = 9
"""Anything shorter turns up by chance."""

_SEPARATORS = "[ \\-\u00a0\u202f]?"
_FILLING = " -\u00a0\u202f".encode() + "\u00a0\u202f".encode("utf-16-le") + b"\0"
"""Every byte that may stand between two characters of a secret, in any of the encodings."""
_watched: dict[str, str] = {
    "CANARY_PIN": CANARY_PIN,
    "CANARY_CHANGE_PIN": CANARY_CHANGE_PIN,
    "CANARY_TOKEN": CANARY_TOKEN,
    "CANARY_PHONE": CANARY_PHONE.removeprefix("+27"),
    "CANARY_API_KEY": CANARY_API_KEY,
}


def watch(name: str, text: str) -> str:
    """Search for this secret too, from now to the end of the session, and return it."""
    assert len(text) >= LENGTH_MIN, "a secret this short turns up by chance"
    assert text.isascii(), "in every encoding its bytes are the same, but for the filling"
    _watched[name] = text
    return text


def names_in_text(text: str) -> frozenset[str]:
    """Name the watched secrets in a text, written plainly or in groups."""
    return frozenset(name for name, secret in _watched.items() if _spelled(secret).search(text))


def names_in_bytes(content: bytes) -> frozenset[str]:
    """Name the watched secrets in bytes: as UTF-8, as UTF-16, in groups, in base64 or in hex."""
    bare = content.translate(None, _FILLING)
    return frozenset(
        name
        for name, secret in _watched.items()
        if any(form in content for form in _encoded(secret))
        # The patterns are slow, and find nothing that is not there when all filling is taken out.
        or (_bare(secret) in bare and any(p.search(content) for p in _spelled_in_bytes(secret)))
    )


def hits_below(root: Path) -> Iterator[str]:
    """Search every file below a directory; each hit is the file's name and the secret's name.

    The secret itself is never part of a hit.
    """
    for path in sorted(root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        inside = path.relative_to(root)
        if UPSTREAM in inside.parts:
            continue
        allowed = frozenset({"CANARY_CHANGE_PIN"}) if PAPER in inside.parts else frozenset()
        found = names_in_bytes(path.read_bytes()) | names_in_text(str(inside))
        for name in sorted(found - allowed):
            yield f"{path}: {name}"


@cache
def _spelled(secret: str) -> re.Pattern[str]:
    return re.compile(_SEPARATORS.join(re.escape(character) for character in secret))


@cache
def _bare(secret: str) -> bytes:
    return secret.encode().translate(None, _FILLING)


@cache
def _spelled_in_bytes(secret: str) -> tuple[re.Pattern[bytes], ...]:
    utf8 = rb"(?: |-|\xc2\xa0|\xe2\x80\xaf)?"
    little = rb"(?: \x00|-\x00|\xa0\x00|\x2f\x20)?"
    big = rb"(?:\x00 |\x00-|\x00\xa0|\x20\x2f)?"
    return tuple(
        re.compile(separators.join(re.escape(c.encode(encoding)) for c in secret))
        for separators, encoding in ((utf8, "utf-8"), (little, "utf-16-le"), (big, "utf-16-be"))
    )


@cache
def _encoded(secret: str) -> tuple[bytes, ...]:
    plain = secret.encode()
    wholes = [base64.b64encode(b"\0" * offset + plain) for offset in range(3)]
    # The first and the last characters also carry bits of the neighbours.
    cut = (whole[begin : len(whole) - 4] for begin, whole in zip((0, 2, 3), wholes, strict=True))
    return (plain.hex().encode(), *cut)
