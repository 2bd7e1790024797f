"""Who writes a slip: its words come in when it is shown or printed."""

from typing import Protocol

from counterfoil.domain.slip import Slip
from counterfoil.domain.slip_facts import SlipContent


class SlipWriter(Protocol):
    """Gives a slip its words."""

    def __call__(self, content: SlipContent, /) -> Slip:
        """Return the slip that says this."""
        ...
