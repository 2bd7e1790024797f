"""The kinds of paper a slip can be drawn on."""

import math

from counterfoil.declaring import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a paper in mm; without a height the paper is as long as the slip."""

    name: str
    width_mm: float
    text_width_mm: float
    columns: int
    height_mm: float | None = None
    top_mm: float = 4.0
    bottom_mm: float = 8.0

    def media(self, drawn_height_mm: float) -> str:
        """Return the size as the print system writes it."""
        if self.height_mm is not None:
            return self.name
        return f"Custom.{self.width_mm:g}x{math.ceil(round(drawn_height_mm, 3))}mm"


ROLL_80 = Paper("80 mm", 80.0, 72.0, 42)
ROLL_58 = Paper("58 mm", 58.0, 48.0, 32)
A4 = Paper("A4", 210.0, 100.0, 42, height_mm=297.0, top_mm=20.0, bottom_mm=20.0)

PAPERS = {"80": ROLL_80, "58": ROLL_58, "a4": A4}
"""Each by its name in the settings."""
