"""Phone numbers as people type them."""

from typing import Protocol

from counterfoil.domain.secret import Secret


class Phones(Protocol):
    """Reads and checks phone numbers for one country."""

    def parse(self, text: str) -> Secret:
        """Return the number in E.164 form, such as ``+27821234567``.

        Raises:
            ValueError: it is no number that can exist; the text is not repeated.

        """
        ...
