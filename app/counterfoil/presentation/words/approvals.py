"""What the person who approves reads: what it is, what it does not do, and reasons to choose."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.money import format_cents
from counterfoil.domain.reasons import Reasons
from counterfoil.domain.redemption import Redemption, VoidReason
from counterfoil.domain.settlement import CustomerGot, Evidence
from counterfoil.domain.staff import Permission
from counterfoil.domain.voids import VoidWay
from counterfoil.presentation.words import refunds, settlements
from counterfoil.presentation.words.speaking import SpokenTable, say, speak_constants, spoken

AMOUNT = "Amount"
VOUCHER = "Voucher"
CASHIER = "Cashier"
ASKED_BY = "Asked by"
PROVIDER = "Provider"
REASON = "Reason"
NUMBER = "Supervisor number"
PIN = "Supervisor PIN"
MANAGER_NUMBER = "Manager number"
PASSPHRASE = "Manager passphrase"
NOT_THE_SELLER = "Not the person who made the sale"
NOT_WHO_ASKS = "Not the person who asks"
CLOSES_IN = "This request closes in"
WAITING = "Waiting for a supervisor."
WAITING_FOR_MANAGER = "Waiting for a manager."
REQUEST_CLOSED = "The request has closed. Nothing was done."
HOLD_NOW = "Approved. Hold the button to see the code."
UNDER_WAY = "Asking the provider…"
DONE = "Done"
SETTLE_BY = "Settle with the customer by"
VOID_TITLE = "Void this payment?"


_BACK_ON_VOUCHER = frozenset({VoidWay.REVERSED, VoidWay.REFUNDED})
_WAY_WORDS: Mapping[CustomerGot, tuple[str, str]] = SpokenTable(
    {
        CustomerGot.CASH: ("Cash", "cash"),
        CustomerGot.CREDIT: ("Credit", "as credit"),
        CustomerGot.OTHER: ("Other", "some other way"),
    }
)
_WAYS = tuple(_WAY_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The words about one thing that may be approved."""

    title: str
    icon: str
    not_done: str
    """What it does not do."""
    line: str
    act: str
    """The act as a sentence, after which the amount may stand."""
    reasons: tuple[str, ...]
    ways: tuple[CustomerGot, ...] = ()
    """What the customer may get outside the voucher; one must be chosen."""
    is_for_manager: bool = False
    """Whether no supervisor can approve it."""

    def spoken(self, say: Callable[[str], str]) -> "Asked":
        """Return it in the language that this says."""
        return replace(
            self,
            title=say(self.title),
            not_done=say(self.not_done),
            line=say(self.line),
            act=say(self.act),
            reasons=tuple(map(say, self.reasons)),
        )


_ASKED: Mapping[Permission, Asked] = SpokenTable(
    {
        Permission.PRINT_COPY: Asked(
            title="Print a copy of this slip?",
            icon="reprint",
            not_done="This does not take the first paper back.",
            line="Whoever holds either can spend the change voucher on it.",
            act="Print a copy",
            reasons=("Paper was not whole", "Customer lost it", "Shop needs a copy"),
        ),
        Permission.REVEAL_CHANGE: Asked(
            title="Show the code of the change voucher?",
            icon="eye",
            not_done="This does not make another voucher.",
            line="Whoever reads the code can spend it.",
            act="Let the code be shown",
            reasons=("Slip cannot be read", "No printer", "Customer asks for it"),
        ),
        Permission.SET_SALE_ASIDE: Asked(
            title="Close this sale without its voucher?",
            icon="void",
            not_done="This does not give the voucher back.",
            line="If its provider took it, a supervisor must settle that later.",
            act="Close the sale",
            reasons=("Paid another way", "Customer left", "Sale was a mistake"),
        ),
        Permission.SETTLE_BY_HAND: Asked(
            title="Settle this by hand?",
            icon="question",
            not_done="This does not ask the provider.",
            line="It ends as it was typed, and the voucher is free again.",
            act="Settle it",
            reasons=("Provider said it", "Provider wrote it", "Provider shows it"),
        ),
        Permission.ALLOW_MORE_TRIES: Asked(
            title="Let more codes be tried?",
            icon="question",
            not_done="This does not say that a code is right.",
            line="Look at the voucher, and at who brought it, first.",
            act="Let them try on",
            reasons=("Saw the voucher", "Typed wrongly", "Customer is known"),
        ),
        Permission.OPEN_DRAWER: Asked(
            title="Open the drawer for this?",
            icon="cash",
            not_done="This does not count the drawer.",
            line="It stands on the Z, with both names.",
            act="Open the drawer",
            reasons=("Saw the invoice", "Stood beside it", "Asked by the owner"),
        ),
        Permission.READ_BOOKS: Asked(
            title="Show what was taken?",
            icon="eye",
            not_done="This does not close the shift.",
            line="Whoever counts the drawer should not see it before.",
            act="Show it",
            reasons=("Counted together", "Owner asks"),
        ),
        Permission.RESOLVE_DIFFERENCE: Asked(
            title="Resolve this difference?",
            icon="question",
            not_done="This does not move any money.",
            line="Nobody resolves what is about a sale of their own, alone.",
            act="Resolve it",
            reasons=("Provider said it", "Saw the record", "Owner decided"),
        ),
        Permission.SHRED: Asked(
            title="Remove what is due now?",
            icon="void",
            not_done="This does not reach into older backups.",
            line="What is removed nobody can bring back.",
            act="Remove it",
            reasons=("The owner asks", "Its day has passed"),
        ),
        Permission.RESUME_UPSTREAM: Asked(
            title="Send to this provider again?",
            icon="key",
            not_done="This does not mend its credentials.",
            line="If they are still not accepted, the queue stops again.",
            act="Send again",
            reasons=("Credentials were changed", "Provider says it works"),
        ),
    }
)


class To(StrEnum):
    """Where the code of a change voucher goes."""

    SCREEN = "screen"
    PAPER = "paper"
    PHONE = "phone"


_HAS_IT = "The customer has this slip already."
_ONLY_MANAGER: Mapping[To, str] = SpokenTable(
    {
        To.SCREEN: "Only a manager can let its code be shown. Whoever reads it can spend it.",
        To.PAPER: "Only a manager can have it printed again. Whoever holds either can spend it.",
        To.PHONE: "Only a manager can let its code be sent. Whoever reads it can spend it.",
    }
)
_TO_PHONE = replace(
    _ASKED[Permission.REVEAL_CHANGE],
    title="Let the code be sent from the shop's phone?",
    icon="phone",
    line="It stays on that phone. Whoever reads it there can spend it.",
    act="Let the code be sent",
)


def asked(permission: Permission, reasons: Reasons, to: To = To.SCREEN) -> Asked | None:
    """Return the words to ask for this permission with; None where nobody approves it.

    ``reasons`` are the shop's, in whose words they are chosen. ``to`` is where a code goes.
    """
    is_reopened = permission is Permission.REOPEN_CHANGE
    if is_reopened:
        is_paper = to is To.PAPER
        permission = Permission.PRINT_COPY if is_paper else Permission.REVEAL_CHANGE
    found = spoken(_TO_PHONE) if to is To.PHONE else _ASKED.get(permission)
    if found is None:
        return None
    own = {
        Permission.PRINT_COPY: reasons.print_copy,
        Permission.REVEAL_CHANGE: reasons.reveal,
        Permission.SETTLE_BY_HAND: reasons.settle,
    }.get(permission)
    found = replace(found, reasons=own or found.reasons, is_for_manager=is_reopened)
    return replace(found, not_done=say(_HAS_IT), line=_ONLY_MANAGER[to]) if is_reopened else found


def settle_asked(
    found: Asked, redemption: Redemption, evidence: Evidence, got: CustomerGot
) -> Asked:
    """Return the words before a redemption is settled by hand, with what will be recorded."""
    return replace(
        found,
        line=settlements.effect(redemption, evidence, got),
        act=settlements.act(redemption, evidence, got),
    )


def void_reasons(reasons: Reasons) -> tuple[VoidReason, ...]:
    """Return the reasons for a void that may be chosen, in their order."""
    return tuple(one for one, _ in reasons.void) or tuple(VoidReason)


def void_asked(redemption: Redemption, way: VoidWay, reasons: Reasons) -> Asked:
    """Return the words before a redemption is taken back in this way."""
    amount = format_cents(redemption.redeemed_cents or 0, redemption.currency)
    not_done, line = {
        VoidWay.REVERSED: (
            say("This does not give the customer money."),
            say(
                "A reversal puts {amount} back on the voucher. Take the goods back first.",
                amount=amount,
            ),
        ),
        VoidWay.REFUNDED: (
            say("This does not give the customer money."),
            say(
                "A refund puts {amount} back on the voucher. Take the goods back first.",
                amount=amount,
            ),
        ),
    }.get(
        way,
        (
            say("This does not put value back on the voucher."),
            say("You settle with the customer. Take the goods back first."),
        ),
    )
    act = say("Void {amount}", amount=amount)
    if way in _BACK_ON_VOUCHER:
        act = say("Void and put {amount} back on the voucher", amount=amount)
    return Asked(
        title=say(VOID_TITLE),
        icon="void",
        not_done=not_done,
        line=line,
        act=act,
        reasons=tuple(refunds.reason(one, reasons) for one in void_reasons(reasons)),
        ways=() if way in _BACK_ON_VOUCHER else _WAYS,
    )


def way_of(given: CustomerGot) -> str:
    """Return the caption of the choice that the customer gets this."""
    return _WAY_WORDS[given][0]


def void_and_give(redemption: Redemption, given: CustomerGot) -> str:
    """Return the button's words for a void outside the voucher: the act and what is given."""
    amount = format_cents(redemption.redeemed_cents or 0, redemption.currency)
    return say("Void {amount} and give {amount} {given}", amount=amount, given=_WAY_WORDS[given][1])


_VOIDED_TITLES: Mapping[VoidWay, tuple[str, str]] = {
    VoidWay.REVERSED: ("Voided", "check"),
    VoidWay.REFUNDED: ("Refunded", "check"),
    VoidWay.REFUND_REFUSED: ("Not voided", "stop"),
    VoidWay.REFUND_NOT_SENT: ("Not voided", "alert"),
    VoidWay.REFUND_NOT_KNOWN: ("Not known yet", "question"),
    VoidWay.OUTSIDE: ("Voided outside the voucher", "cash"),
    VoidWay.NOT_POSSIBLE: ("Not possible", "stop"),
}
"""Title and icon of how a void ended."""


def voided_title(way: VoidWay) -> tuple[str, str]:
    """Return the title and the icon of what came of a void."""
    title, icon = _VOIDED_TITLES[way]
    return say(title), icon


speak_constants(__name__)
