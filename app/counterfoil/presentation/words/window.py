"""The words of the window's own parts: captions, hints, and names that a screen reader speaks."""

from counterfoil.presentation.words.speaking import say, say_number, speak_constants

CLOSED_STAMP = "CLOSED"
CLOSE_TILL_QUESTION = "Close the till?"
CLOSE_TILL = "Close the till"
STAY = "Stay"
ANSWER_FIRST = "Wait for the answer first"
WAIT = "Wait"
AMOUNT = "Amount"
BALANCE = "Balance"
FIELD_WHOLE_VALUE = "whole value"
HELP = "Help"
BACK = "Back"
KEYS = "Keys"
WHAT_DO_I_DO = "What do I do when…"
LAST_ON_THIS_TILL = "Last on this till"
SHOW_TIMELINE = "Show timeline"
SHOW_LIST = "Show the list"
FIND_BY = "Reference, number, amount, day, name"
OLDER_SALES = "Older sales"
MENU = "Menu"
AS_SYSTEM = "As the system"
LIGHT = "Light"
DARK = "Dark"
HIGH_CONTRAST = "High contrast"
NORMAL = "Normal"
LARGER = "Larger"
LARGEST = "Largest"
LOOK = "Look"
TEXT_SIZE = "Text size"
LARGER_SLIP = "Larger slip"
SOUNDS = "Sounds on or off"
SOUNDS_ON = "Sounds are on"
SOUNDS_OFF = "No more sounds. Colours and words say the same"
MOTION = "Movement on or off"
MOTION_ON = "Pages and slips move again"
MOTION_OFF = "Nothing slides or fades any more"
FULL_SCREEN = "Full screen"
SLIP_PREVIEW = "Slip preview"
PREVIEW_FOLLOWS = "It follows the settings file, each time that it is saved."
FIND = "Find"
NONE_FOUND = "None found"
THIS_PAGE = "this page"
REDEEM = "Voucher"
HISTORY = "History"
SHIFT = "Shift"
REPORTS = "Reports"
IN_DOUBT = "Waiting"
SLIPS_TO_FINISH = "Slips to finish"
SLIPS_TAB = "Slips"
REFRESH = "Refresh"
SWITCH = "Switch"
LOCK = "Lock"
HOLD_TO_SHOW = "Hold to show"
CHANGE_VOUCHER = "Change voucher"
ONLY_WAY = "The customer's only way to the rest of the money"
OPTIONAL = "optional"
REQUIRED = "required"
NO_ANSWER = "No answer"
CHOOSE_ONE = "Choose one"
DELETE_LAST = "Delete the last character"
CLEAR = "Clear"
PASTE = "Paste"
COPY = "Copy"
CUT = "Cut"
ACT_MENU = "What you can do here"
OPEN_ENTRY = "Open"
POINT = "Point"
SLIP = "Slip"
NO_SLIP = "No slip"
PIN_HIDDEN = "PIN, hidden"
SECONDS = "seconds"
WHAT_HAPPENED = "What happened"
REDEMPTIONS = "Voucher payments"


def seconds(count: int) -> str:
    """Say how long a voucher has been checked."""
    return say_number("1 second", "{count} seconds", count)


def tab(caption: str, count: str | None, *, is_open: bool) -> str:
    """Name a tab for screen readers: its page, how many wait there, and whether it is in front."""
    return ", ".join(filter(None, (caption, count, say(THIS_PAGE) if is_open else "")))


def change_voucher(name: str, *, is_shown: bool) -> str:
    """Name the panel of a change voucher for screen readers."""
    return f"{say(CHANGE_VOUCHER)} {name}, {say('on the screen') if is_shown else say('hidden')}"


def hides_in(seconds: int) -> str:
    """Say how long a code stays on the screen."""
    return say("Hides in {seconds} s", seconds=seconds)


def hold_to_show(label: str) -> str:
    """Say how to see what is hidden in a field."""
    return f"{say(HOLD_TO_SHOW)} {label}"


def types_into(label: str) -> str:
    """Say which field the keys on the screen type into."""
    return say("Types into {label}", label=label)


def for_example(example: str) -> str:
    """Show an example of what to type into a field."""
    return say("e.g. {example}", example=example)


def next_step(step: str) -> str:
    """Say what comes next."""
    return say("Next: {step}", step=step)


speak_constants(__name__)
