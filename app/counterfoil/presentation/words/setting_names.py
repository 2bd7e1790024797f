"""What each setting is called on the page Settings, and what it does."""

from collections.abc import Callable, Mapping

from counterfoil.declaring import dataclass
from counterfoil.presentation.words.speaking import SpokenTable, speak_constants


@dataclass(frozen=True, slots=True)
class Named:
    """One setting in words: what it is called, what it does, and what may be typed."""

    caption: str
    meaning: str
    allowed: str = ""

    def spoken(self, say: Callable[[str], str]) -> "Named":
        """Return it in the language that this says."""
        allowed = say(self.allowed) if self.allowed else ""
        return Named(say(self.caption), say(self.meaning), allowed)


SECTIONS: Mapping[str, str] = SpokenTable(
    {
        "training": "The whole till",
        "shop": "Shop",
        "till": "Till",
        "moment": "Moment",
        "electrum": "Electrum",
        "printer": "Printer",
        "slip": "Slips",
        "fallback_printer": "Second printer",
        "journal": "Journal",
        "backup": "Backups",
        "retention": "What is kept about customers",
        "window": "Window",
        "customer_display": "Customer's display",
        "shift": "Shift",
        "roles": "Roles",
        "reasons": "Reasons",
    }
)
"""The headings, by the names of the sections in the file."""

_PATH = "A path that begins with /"
_ADDRESS = "An address that begins with https://"
_IN_FILE = "Only in the file"
_WHO = "As Electrum registered it"
_LINES = r"At most six; put | between them; \| is a bar"
_SECONDS = "0 to 60 seconds"
_DAYS = "1 to 1825 days"
_COMPANY = "Who it is in Electrum's messages."
_MERCHANT = "The shop in Electrum's messages."
_PORT = "Where a network printer listens."
_DEVICE = "The place of a USB or serial printer. counterfoil printers lists them."
_COUNT_FROM = "Reasons that people choose from, in the shop's words."

EACH_SETTING: Mapping[str, Named] = SpokenTable(
    {
        "training": Named(
            "Training",
            "Yes: the till runs on test vouchers, and slips say TRAINING. No: real vouchers.",
        ),
        "shop.trading_name": Named("Trading name", "The shop's name, on top of each slip."),
        "shop.legal_name": Named("Legal name", "The company, below the name on each slip."),
        "shop.address": Named("Address", "Where the shop is, on each slip."),
        "shop.vat_number": Named("VAT number", "Printed on each slip."),
        "shop.helpline": Named(
            "Helpline", "Whom customers call. Printed at the foot of each slip."
        ),
        "shop.currency": Named(
            "Currency", "What all amounts are in.", "Three capital letters, such as ZAR"
        ),
        "shop.country": Named(
            "Country",
            "How phone numbers without a country code are read.",
            "Two capital letters, such as ZA",
        ),
        "shop.change_message": Named(
            "Change PIN by phone", "How the shop's phone sends a change PIN on; none: no button."
        ),
        "till.name": Named("Till's name", "What this till is called, on slips and on top."),
        "till.number": Named(
            "Till's number",
            "The first part of each slip's number. No two tills of a shop share one.",
            "1 to 99",
        ),
        "moment.base_url": Named("Address of Moment", "Where Moment is reached.", _ADDRESS),
        "moment.api_key_from": Named(
            "Where the key is",
            "Wherever it is: first in the variable COUNTERFOIL_MOMENT_API_KEY, then in"
            " the keyring.",
        ),
        "moment.api_key": Named(
            "Moment's key",
            "What Moment gave the shop for this till. It goes into the system's keyring, stands"
            " in no file, and nobody is shown it.",
            "Type or paste the new key",
        ),
        "moment.types_path": Named("Path of types", "Only where Moment says so.", _PATH),
        "moment.create_path": Named("Path to redeem", "Only where Moment says so.", _PATH),
        "moment.retrieve_path": Named(
            "Path to ask", "Only where Moment says so. It holds {id} once.", _PATH
        ),
        "moment.lookup_path": Named("Path of balances", "Only where Moment says so.", _PATH),
        "electrum.base_url": Named(
            "Address of Electrum", "Where Electrum is reached. /suv/v1 is added.", _ADDRESS
        ),
        "electrum.auth": Named(
            "Sign-in", "By name and password, or with a token from the address below."
        ),
        "electrum.token_url": Named("Address of tokens", "Where the token is fetched.", _ADDRESS),
        "electrum.credentials_from": Named(
            "Where the password is", "Wherever it is: first in the variables, then in the keyring."
        ),
        "electrum.terminal_id": Named("Terminal", _WHO, "Exactly 8 characters"),
        "electrum.client.id": Named("Sender: id", _COMPANY, _WHO),
        "electrum.client.name": Named("Sender: name", _COMPANY, "1 to 40 characters"),
        "electrum.originator.id": Named("Originator: id", _COMPANY, _WHO),
        "electrum.originator.name": Named("Originator: name", _COMPANY, "1 to 40 characters"),
        "electrum.merchant.type": Named("Merchant: type", _MERCHANT, "Exactly 4 digits"),
        "electrum.merchant.id": Named("Merchant: id", _MERCHANT, "Exactly 15 characters"),
        "electrum.merchant.name": Named("Merchant: name", _MERCHANT, "1 to 23 characters"),
        "electrum.merchant.city": Named("Merchant: city", _MERCHANT, "1 to 13 characters"),
        "electrum.merchant.region": Named("Merchant: region", _MERCHANT, "1 or 2 characters"),
        "electrum.merchant.country": Named("Merchant: country", _MERCHANT, "1 or 2 characters"),
        "electrum.settlement_entity.id": Named("Settler: id", "May be left out.", _WHO),
        "electrum.settlement_entity.name": Named(
            "Settler: name", "May be left out.", "1 to 40 characters"
        ),
        "electrum.receiver.id": Named("Receiver: id", "May be left out.", _WHO),
        "electrum.receiver.name": Named("Receiver: name", "May be left out.", "1 to 40 characters"),
        "electrum.receivers": Named(
            "Receivers of single types", "Another receiver for one voucher type.", _IN_FILE
        ),
        "electrum.types": Named(
            "Types on offer", "Which voucher types there are. Empty: all.", "Put | between them"
        ),
        "electrum.products": Named(
            "Products", "Which product of the catalogue names a type.", _IN_FILE
        ),
        "electrum.confirmation_hold_s": Named(
            "Hold of confirmations", "So long a sale can be voided before it is final.", _SECONDS
        ),
        "printer.kind": Named(
            "Kind of printer",
            "In a folder slips are PDF files. A network, USB or serial printer is one for receipts."
            " None: slips wait in Slips to finish.",
        ),
        "printer.queue": Named("Queue", "The printer's name as the system lists it."),
        "printer.host": Named("Printer's address", _PORT),
        "printer.port": Named("Printer's port", _PORT, "1 to 65535"),
        "printer.device": Named("Printer's device", _DEVICE),
        "printer.baud": Named("Printer's speed", "Of a serial printer, in bits a second."),
        "printer.profile": Named(
            "Printer's model", "Say the model, or generic-80 or generic-58 for its paper."
        ),
        "printer.paper": Named("Paper", "Of PDF slips: a roll 80 or 58 mm wide, or A4."),
        "printer.columns": Named("Columns", "Letters in a line. 0: as many as the model has."),
        "printer.folder": Named(
            "Folder of slips", "Where PDF slips go. Empty: beside the journal."
        ),
        "printer.keep_hours": Named(
            "Slips are kept",
            "PDF slips with a change PIN go after so many hours; 0: never.",
            "0 to 8760 hours",
        ),
        "printer.drawer": Named(
            "Cash drawer", "The socket of the printer that opens the drawer; 0: there is none."
        ),
        "slip.header": Named("Lines on top", "Below the shop's name and address.", _LINES),
        "slip.footer": Named("Lines at the end", "Such as: Open 8:00 to 20:00.", _LINES),
        "slip.logo": Named(
            "Logo", "A PNG file, best 384 by 160 dots. A path is meant from the settings file on."
        ),
        "slip.language": Named("Language of slips", "What customers read, whoever is at the till."),
        "fallback_printer.kind": Named(
            "Kind of second printer", "It prints a slip while the first one cannot."
        ),
        "fallback_printer.queue": Named("Its queue", "The name as the system lists it."),
        "fallback_printer.host": Named("Its address", _PORT),
        "fallback_printer.port": Named("Its port", _PORT, "1 to 65535"),
        "fallback_printer.device": Named("Its device", _DEVICE),
        "fallback_printer.baud": Named("Its speed", "Of a serial printer, in bits a second."),
        "fallback_printer.profile": Named(
            "Its model", "Say the model, or generic-80 or generic-58 for its paper."
        ),
        "fallback_printer.paper": Named("Its paper", "A roll 80 or 58 mm wide, or A4."),
        "fallback_printer.columns": Named(
            "Its columns", "Letters in a line. 0: as many as the model has."
        ),
        "journal.key_in": Named(
            "Where the journal's key is",
            "Without its key no journal opens, so this is not changed here.",
            _IN_FILE,
        ),
        "backup.folder": Named(
            "Folder of backups", "Best a USB disk. Empty: beside the journal. It must be there."
        ),
        "backup.every_hours": Named("A backup is made", "So often, in hours.", "1 to 168 hours"),
        "backup.keep": Named("Backups that stay", "The newest one always stays.", "1 to 1000"),
        "backup.keep_days": Named(
            "Backups are kept", "Older ones go once there are two newer ones.", "1 to 3650 days"
        ),
        "retention.change_pin_days": Named(
            "Change PINs", "After so many days nobody can read them any more.", "1 to 365 days"
        ),
        "retention.phone_days": Named(
            "Phone numbers", "After so many days nobody can read them any more.", _DAYS
        ),
        "retention.request_days": Named(
            "All other messages", "What was sent and answered, word for word.", _DAYS
        ),
        "window.language": Named(
            "Language", "Of window and command line. One that was chosen in the menu goes first."
        ),
        "window.theme": Named("Colours", "Those that were chosen in the menu go first."),
        "window.text_scale": Named(
            "Text size", "1 is normal. A size that was chosen in the menu goes first.", "0.8 to 2.0"
        ),
        "window.motion": Named(
            "Movement",
            "No: nothing slides or fades. What was chosen in the menu goes first, and nothing "
            "moves where the system wants that.",
        ),
        "window.lock_minutes": Named(
            "Lock after", "A till that nobody touches asks who is there.", "1 to 15 minutes"
        ),
        "customer_display.screen": Named(
            "Customer's screen", "The screen's name, such as HDMI-2. Empty: none."
        ),
        "customer_display.device": Named(
            "Line display", "The port of a display of two lines, such as /dev/ttyUSB0."
        ),
        "customer_display.baud": Named("Its speed", "Of the line display, in bits a second."),
        "shift.explain_above_cents": Named(
            "Difference to explain",
            "A count of the drawer may differ by so many cents before somebody must say why.",
            "A whole number of cents",
        ),
        "roles": Named("Own roles", "Roles beside cashier, supervisor and manager.", _IN_FILE),
        "reasons.void": Named("Reasons to void", _COUNT_FROM, _IN_FILE),
        "reasons.copy": Named("Reasons for a copy", _COUNT_FROM, _LINES),
        "reasons.reveal": Named("Reasons to see a PIN", _COUNT_FROM, _LINES),
        "reasons.settle": Named("Reasons to settle", _COUNT_FROM, _LINES),
    }
)


speak_constants(__name__)
