"""Why something failed, as keys and values; ``presentation/words`` makes the sentences of them."""

from enum import StrEnum

from counterfoil.domain.causes.entry import EntryCause

Cause = EntryCause | StrEnum
"""A record with a ``problem`` and its values, or a problem alone that has none."""
