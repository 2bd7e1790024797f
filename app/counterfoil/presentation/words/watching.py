"""What stands on the screen while the till's window stands still."""

from typing import Final

from counterfoil.presentation.words.speaking import speak_constants

TITLE: Final = "Do not hand over"
LINES: Final = ("The till does not answer.", "This screen goes away when it does.")
ADVICE: Final = (
    "Wait some seconds. If this stays, press the button. Nothing is lost. When the till is open"
    " again, it checks the last sale and tells you if you may hand over."
)
START_AGAIN: Final = "Start the till again"


speak_constants(__name__)
