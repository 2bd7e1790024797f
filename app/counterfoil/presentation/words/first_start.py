"""What is said while a till is set up for the first time."""

from collections.abc import Mapping

from counterfoil.domain.contact import LineState, ProviderKind
from counterfoil.ports.first_start import KnownPrinter
from counterfoil.ports.printer import NotSent, PrintOutcome, Sent
from counterfoil.presentation.words import failures, settings_page
from counterfoil.presentation.words.owed import upstream_name
from counterfoil.presentation.words.setting_names import EACH_SETTING
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants

WELCOME = "Welcome"
WELCOME_LINE = "This till has no settings yet. You can set it up now, or try it first."
WELCOME_FACTS = (
    ("Set it up", "Six short steps: language, shop, till, provider, printer, and a last look."),
    ("You need", "The shop's name, the key that the provider gave for this till, and a printer."),
    ("Not at hand?", "Key and printer can come later. Nothing is kept before the last step."),
    ("Training", "Test vouchers, no real money, people and slips of its own."),
    ("Later", "In training, Go live leads back here at any time."),
)
SET_UP = "Set this till up"
TRAINING = "Straight to training"
STEPS = ("Language", "Shop", "Till", "Provider", "Printer", "Ready")
LINES = (
    "What the window speaks. Everybody can choose another in the menu.",
    "As it stands on the slips. Only the name is needed.",
    "What this till is called. No two tills of a shop share a number.",
    "Whose vouchers are taken here. The test says what is wrong: key, password or line.",
    "Choose one that was found, or say what it is. Then print a test slip and look at it.",
    "Look once more. Then the till opens for real vouchers, and asks for its first manager.",
)
NEXT = "Next"
OPEN = "Open the till for real vouchers"
PROVIDER = "Provider"
KEYS: Mapping[ProviderKind, str] = SpokenTable(
    {ProviderKind.MOMENT: "Moment's key", ProviderKind.ELECTRUM: "Electrum's password"}
)
ALL_NEEDED = "All of these are needed, as Electrum wrote them to you. Or leave all of them empty."
KEY_HINT = "It goes into the system's keyring and stands in no file"
KEY_TYPED: Mapping[ProviderKind, str] = SpokenTable(
    {
        ProviderKind.MOMENT: "A key was typed; type another one to change it",
        ProviderKind.ELECTRUM: "A password was typed; type another one to change it",
    }
)
NO_KEY: Mapping[ProviderKind, str] = SpokenTable(
    {
        ProviderKind.MOMENT: "without a key: nothing is sold until it is there",
        ProviderKind.ELECTRUM: "without a password: nothing is sold until it is there",
    }
)
NO_KEYRING: Mapping[ProviderKind, str] = SpokenTable(
    {
        ProviderKind.MOMENT: (
            "The key cannot be kept: this computer's keyring does not work, so it was forgotten."
            " Go on without it, and put it in later as the operating guide says."
        ),
        ProviderKind.ELECTRUM: (
            "The password cannot be kept: this computer's keyring does not work, so it was"
            " forgotten. Go on without it, and put it in later as the operating guide says."
        ),
    }
)
KEYRING_SILENT: Mapping[ProviderKind, str] = SpokenTable(
    {
        ProviderKind.MOMENT: (
            "The keyring waits to be unlocked, and may still take the key then. Unlock it and type"
            " the key once more, or go on without it."
        ),
        ProviderKind.ELECTRUM: (
            "The keyring waits to be unlocked, and may still take the password then. Unlock it and"
            " type the password once more, or go on without it."
        ),
    }
)
KEY_KEPT = "goes into the keyring"
TEST_LINE = "Test the line"
TEST_SLIP = "Print a test slip"
FOUND = "Found on this machine"
NONE_FOUND = "No printer was found. Slips can be PDF files until there is one."
ASKING = "Asking…"
PRINTING = "Printing…"
SLIP_SENT = "The test slip was sent. Is it whole, and can both codes be read?"
CAN_CHANGE = ("Later", "All of it can be changed: Shift+F8, Settings.")
PRINTER_FACT = "Printer"

_LINES_SAID: SpokenTable[LineState, str] = SpokenTable(
    {
        LineState.ANSWERS: "{provider} answers and takes the key.",
        LineState.KEY_REFUSED: "The line works, but the key is wrong. Ask {provider} for another.",
        LineState.NO_KEY: "There is no key yet. Type it in.",
        LineState.NO_LINE: "The line is dead: no connection. Check the cable or the Wi-Fi.",
        LineState.NO_ANSWER: "The line is open, but no whole answer came. Try once more.",
        LineState.NOT_TRUSTED: (
            "The connection is not safe. Check this computer's date and time, and the address."
        ),
        LineState.FAILS: "The line works, but {provider} has a fault now. Try again later.",
        LineState.WEB_PAGE: (
            "A web page answers in {provider}'s place. The network may want a login; open a "
            "website."
        ),
        LineState.NOT_SENT: "The till could not send. Check the address: it begins with https://",
        LineState.NOT_ASKED: "Nothing was asked.",
    }
)

_OF_PASSWORD: SpokenTable[LineState, str] = SpokenTable(
    {
        LineState.ANSWERS: "{provider} answers and takes the password.",
        LineState.KEY_REFUSED: (
            "The line works, but the password is wrong. Ask {provider} for another."
        ),
        LineState.NO_KEY: "There is no password yet. Type it in.",
    }
)
"""What is said in other words where the key is a password."""


def line_said(line: LineState, kind: ProviderKind = ProviderKind.MOMENT) -> str:
    """Say how the line to the provider is, and whose the fault is."""
    said = _LINES_SAID.english[line]
    if kind is ProviderKind.ELECTRUM:
        said = _OF_PASSWORD.english.get(line, said)
    return say(said, provider=upstream_name(kind))


def slip_said(outcome: PrintOutcome) -> str:
    """Say what became of the test slip."""
    match outcome:
        case Sent():
            return say(SLIP_SENT)
        case NotSent(trouble):
            return failures.print_trouble(trouble)
        case _:
            return failures.print_trouble(outcome.trouble)


def printer(one: KnownPrinter) -> str:
    """Name a printer that was found."""
    return f"{one.name} ({one.model or settings_page.choice(one.kind)})"


def label(name: str) -> str:
    """Return what a setting is called."""
    return EACH_SETTING[name].caption


def hint(name: str) -> str:
    """Return what may be typed for a setting; empty where anything may."""
    return EACH_SETTING[name].allowed


speak_constants(__name__)
