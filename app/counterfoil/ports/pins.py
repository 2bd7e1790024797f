"""What a person's PIN is checked against, without its being kept."""

from typing import Protocol

from counterfoil.domain.secret import Secret


class Pins(Protocol):
    """Makes and checks verifiers of PINs, and hashes of badges.

    A verifier is kept in place of a PIN. None can be checked without a key that lies outside the
    journal (fault X11).
    """

    async def verifier(self, pin: Secret) -> bytes:
        """Return what this PIN can be checked against later; it is different each time."""
        ...

    async def is_right(self, pin: Secret, verifier: bytes) -> bool:
        """Whether a PIN is the one that a verifier was made from."""
        ...

    def badge_hash(self, badge: Secret) -> bytes:
        """Return a keyed hash of a badge's text, equal for equal texts."""
        ...
