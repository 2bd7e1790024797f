"""What the frame of the window says: its tabs, its chips and the line at its foot."""

from datetime import datetime

from counterfoil.presentation.words.speaking import dated, say, say_number, speak_constants

IN_DOUBT = "Waiting"
SLIPS = "Slips to finish"
CONNECTING = "Connecting…"
ONLINE = "Online"
RECORD_ALTERED = "Record altered"
NO_BACKUP = "No backup"
NO_PRINTER = "No printer"
READY = "Ready. Scan or type a voucher."
READ_MESSAGE = "Please read the message above the button."
TRAINING = "TRAINING   Nothing here is real money. The drawer stays shut."
NOTHING_SOLD = "Nothing can be sold until this is put right."
REFERENCE_COPIED = "Reference copied"
TILL_CLOSED = "Not taken. The till is closed."
ANSWER_FIRST = "Not taken. Answer the question first."
NO_SUCH_SALE = "Not taken. No sale of this till has that reference."


def offline(trouble: str, told_at: datetime | None) -> str:
    """Say why providers cannot be reached, and when the list of voucher types was made."""
    since = (
        say(" · types of {at}", at=dated(told_at.astimezone(), "%d %b %H:%M")) if told_at else ""
    )
    return f"{trouble}{since}"


def owed(count: int, *, is_paused: bool = False) -> str:
    """Say how many advices providers are still owed."""
    if is_paused:
        return say_number("1 message to send, paused", "{count} messages to send, paused", count)
    return say_number("1 message to send", "{count} messages to send", count)


def checking(name: str, seconds: int) -> str:
    """Say how long a provider has been asked."""
    return say("Checking with {name}, {seconds} seconds.", name=name, seconds=seconds)


def balance_of(name: str) -> str:
    """Say which balance the page Balance asks for."""
    return say("Balance of {name}.", name=name)


speak_constants(__name__)
