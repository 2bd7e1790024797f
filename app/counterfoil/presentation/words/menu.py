"""What the menu says: each page and action, and other words by which somebody looks for it."""

from collections.abc import Callable, Mapping

from counterfoil.declaring import dataclass
from counterfoil.presentation.key_map import Wish
from counterfoil.presentation.rooms import Room
from counterfoil.presentation.words import (
    about,
    health,
    owner_page,
    settings_page,
    staff_page,
    training,
    window,
)
from counterfoil.presentation.words.speaking import (
    ENGLISH,
    SpokenTable,
    say,
    speak_constants,
    speaking,
)

FIND = "What do you want to do?"
NONE_FOUND = "Nothing is called so. Try another word, or F1."
ON_THIS_PAGE = "page"


@dataclass(frozen=True, slots=True)
class Command:
    """One command in words, with its icon; ``also`` are other words that people type for it."""

    caption: str
    icon: str
    also: str = ""

    def spoken(self, say: Callable[[str], str]) -> "Command":
        """Return it in the language that this says; it is also found by the English words."""
        return Command(say(self.caption), self.icon, f"{say(self.also)} {self.caption} {self.also}")


with speaking(ENGLISH):
    COMMANDS: Mapping[Wish | Room, Command] = SpokenTable(
        {
            Wish.HELP: Command(window.HELP, "help", "what do i when keys problem"),
            Wish.BEGIN_ANEW: Command("Next customer", "plus", "new clear empty form start"),
            Wish.SWITCH: Command(window.SWITCH, "person", "sign in out somebody else cashier user"),
            Wish.REFRESH: Command(window.REFRESH, "network", "ask again types online reload"),
            Wish.LISTS: Command(
                window.HISTORY, "list", "sales find reprint void slip copy search old"
            ),
            Wish.LOCK: Command(window.LOCK, "lock", "leave break away sign out"),
            Room.REDEEM: Command(window.REDEEM, "voucher", "sell pay pin use redeem"),
            Room.BALANCE: Command(window.BALANCE, "search", "how much value on it look"),
            Room.SHIFT: Command(
                window.SHIFT, "drawer", "cash float count x z close day open drop pay"
            ),
            Room.REPORTS: Command(
                window.REPORTS, "chart", "taken day hour cashier void pdf csv year sum"
            ),
            Room.IN_DOUBT: Command(window.IN_DOUBT, "hourglass", "not known in doubt settle owed"),
            Room.SLIPS: Command(
                window.SLIPS_TO_FINISH, "printer", "print again paper change customer"
            ),
            Room.OWNER: Command(
                owner_page.STATEMENTS, "chart", "provider compare csv reconcile owner"
            ),
            Wish.LAST_SLIP: Command("Last slip", "reprint", "print again copy customer lost paper"),
            Wish.LARGER_SLIP: Command(window.LARGER_SLIP, "eye", "zoom read big"),
            Wish.PREVIEW: Command(window.SLIP_PREVIEW, "printer", "logo paper settings look"),
            Wish.STAFF: Command(
                staff_page.STAFF, "person", "people pin badge cashier manager add role"
            ),
            Wish.SETTINGS: Command(
                settings_page.SETTINGS,
                "sliders",
                "change shop printer provider backup logo options preferences setup",
            ),
            Wish.HEALTH: Command(
                health.HEALTH, "pulse", "support printer network disk backup problem"
            ),
            Wish.TOUR: Command(training.TOUR, "cap", "training learn situations start"),
            Wish.GO_LIVE: Command(
                training.GO_LIVE, "check", "training real start settings key end"
            ),
            Wish.SOUNDS: Command(window.SOUNDS, "pulse", "beep quiet silent mute loud noise"),
            Wish.MOTION: Command(
                window.MOTION, "arrow-right", "still animation slide fade calm dizzy"
            ),
            Wish.FULL_SCREEN: Command(
                window.FULL_SCREEN, "sliders", "kiosk whole large window frame maximise"
            ),
            Wish.ABOUT: Command(about.ABOUT, "voucher", "version licence parts program what is"),
            Wish.CLOSE_TILL: Command(window.CLOSE_TILL, "cross", "exit quit stop end shut"),
        }
    )


def practice_voucher(situation: str) -> str:
    """Name a test voucher of training."""
    return say("Test voucher: {situation}", situation=situation)


speak_constants(__name__)
