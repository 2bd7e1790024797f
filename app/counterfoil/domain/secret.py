"""Text that must never reach a log, an error, a title or a temporary file."""

import hmac
from typing import Never

from counterfoil.overriding import override

MASK = "\N{BULLET}" * 4


class Secret:
    """A voucher PIN, token, phone number or key that shows itself only when `reveal` is called.

    Printing, formatting and ``repr`` give a mask; pickling is refused.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself; the caller must see to it that it reaches no log and no file."""
        return self._text

    def tail(self, digits: int = 4) -> str:
        """Return the last characters; nothing where they would be most of the text."""
        return self._text[len(self._text) - digits :] if len(self._text) >= 2 * digits else ""

    def __len__(self) -> int:
        return len(self._text)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(_as_bytes(self), _as_bytes(other))

    @override
    def __hash__(self) -> int:
        return hash(self._text)

    @override
    def __repr__(self) -> str:
        return f"Secret({MASK})"

    @override
    def __str__(self) -> str:
        return MASK

    @override
    def __format__(self, spec: str) -> str:
        return MASK

    @override
    def __reduce__(self) -> Never:
        message = "a secret is not pickled"
        raise TypeError(message)


def _as_bytes(secret: Secret) -> bytes:
    """Return the text as bytes; one that cannot be encoded would be in the error."""
    return secret.reveal().encode(errors="surrogatepass")
