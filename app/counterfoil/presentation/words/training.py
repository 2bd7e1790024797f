"""What training says: its test vouchers, the tour through seven situations, and how to go live."""

from collections.abc import Callable, Mapping
from typing import Final

from counterfoil.declaring import dataclass
from counterfoil.domain.training import Lesson
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

TOUR = "Tour"
GO_LIVE = "Go live"
TEST_VOUCHERS = "Test vouchers"
NEXT = "Next"
LEAVE = "Leave the tour"
TOUR_OVER = "That was all. Go live says how to take real vouchers."


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation of the tour: its card, what to do, and what to know once it is done."""

    card: str
    do: str
    learned: str

    def spoken(self, say: Callable[[str], str]) -> "Situation":
        """Return it in the language that this says."""
        return Situation(say(self.card), say(self.do), say(self.learned))


SITUATIONS: Final[Mapping[Lesson, Situation]] = SpokenTable(
    {
        Lesson.FULL: Situation(
            "R19, all of it",
            "Press the card: it is scanned. Press Whole value, then F12 and F11. Wait for green.",
            "Only green says HAND OVER NOW. Hand over the goods and the slip, then press F11.",
        ),
        Lesson.PART: Situation(
            "R50, a part",
            "Press the card, type 19, then press F12. Wait for green.",
            "The rest came back as a change voucher on the slip. It is the customer's money.",
        ),
        Lesson.REST: Situation(
            "With cash",
            "Open a shift (F7). Press the card, type 50, then press F12. Wait for the result.",
            "Collect the rest first: F9 takes it in cash and says the change. Then hand over.",
        ),
        Lesson.REFUSED: Situation(
            "Used before",
            "Press the card, type 19, then press F12.",
            "Red: nothing was taken. The steps say what to do. Hand nothing over.",
        ),
        Lesson.SLOW: Situation(
            "Slow answer",
            "Press the card, type 19, then press F12. The answer takes 20 seconds.",
            "While the till checks: keep the customer, hand nothing over, do not try again.",
        ),
        Lesson.ANSWER_LOST: Situation(
            "Answer lost",
            "Press the card, type 19, then press F12. The first answer never comes.",
            "The till asked again by itself with the same number. Nothing was taken twice.",
        ),
        Lesson.NO_PRINTER: Situation(
            "No printer",
            "Press the card, type 19, then press F12. Its slip does not come out.",
            "It waits in Slips to finish. The printer is back now: print it there, then F11.",
        ),
    }
)


def step(number: int, count: int, situation: Situation) -> str:
    """Say where the tour is."""
    return say("{number} of {count}: {card}", number=number, count=count, card=situation.card)


GO_LIVE_TITLE: Final = "From training to real vouchers"
GO_LIVE_STEPS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Get the keys",
        "Ask each provider for this till's key. Training needs none, a real till does.",
    ),
    (
        "Set this till up",
        "F12 leads through language, shop, till, provider and printer, and tests key and slip.",
    ),
    (
        "Or take a settings file",
        "For many tills alike: counterfoil --settings FILE. The operating guide says how.",
    ),
    (
        "The till opens for real",
        "It has a journal and people of its own. The key is in the keyring, in no file.",
    ),
    (
        "Make the first manager",
        "The till asks for a passphrase, and shows the recovery code once. Keep it in the safe.",
    ),
    (
        "Look at Health",
        "Shift+F1 says if provider, printer and backup are ready. Then sell.",
    ),
)
GO_LIVE_NOTE: Final = "Nothing of training goes with you: its sales, people and slips stay here."


speak_constants(__name__)
