"""Turns what a slip is about into its words, when the slip is shown or printed."""

from datetime import datetime
from typing import Protocol

from counterfoil.domain.shift import ShiftReport
from counterfoil.domain.slip import Slip
from counterfoil.domain.slip_facts import SlipContent
from counterfoil.domain.till import TillProfile


class SlipWriter(Protocol):
    """Gives a slip its words."""

    def __call__(self, content: SlipContent, /) -> Slip:
        """Return the slip that says this."""
        ...


class ShiftSlipWriter(Protocol):
    """Gives the X or the Z of a shift its words."""

    def __call__(
        self, profile: TillProfile, report: ShiftReport, at: datetime, /, *, copy_number: int = 0
    ) -> Slip:
        """Return the slip of a shift; ``at`` is now, in the shop's own time zone."""
        ...
