"""What stands on the screen while the till's window stands still."""

from typing import Final

TITLE: Final = "Do not hand over"
LINES: Final = ("The till stands still.", "This goes away as soon as it answers.")
ADVICE: Final = (
    "It sends nothing meanwhile. If this stays, start the till again. Nothing is lost: it finds out"
    " what became of the sale that was under way, and says whether to hand over."
)
START_AGAIN: Final = "Start the till again"
