"""Who acts at the till, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from counterfoil.domain.till import TillProfile


class Permission(StrEnum):
    """What a person may be allowed to do, or not. Reading lists needs none of these."""

    REDEEM = "redeem"
    """Redeem vouchers, wait for what becomes of them, and turn to the next customer."""
    CHECK_BALANCE = "check_balance"
    """See what is on a voucher."""
    ASK_FOR_TYPES = "ask_for_types"
    """Ask providers at once which voucher types there are."""
    SET_SALE_ASIDE = "set_sale_aside"
    """Close a sale without its voucher when it is not at the counter any more."""
    ANSWER_FOR_CUSTOMER = "answer_for_customer"
    """Say where the customer of an interrupted sale is."""
    VOID = "void"
    """Take a redemption back."""
    PRINT_SLIP = "print_slip"
    """Print slips, and say whether they came out whole."""
    PRINT_COPY = "print_copy"
    """Print a slip once more where there may be a paper already."""
    REVEAL_CHANGE = "reveal_change"
    """See the code of a change voucher, also where a provider's stored answer holds it."""
    SETTLE = "settle"
    """Ask or tell providers at once about what is not settled."""
    RESUME_UPSTREAM = "resume_upstream"
    """Send again to a provider that had not accepted the till's credentials."""
    BACK_UP = "back_up"
    """Make a backup of the journal."""
    RESTORE = "restore"
    """Make a backup the journal of a till."""
    ACCEPT_JOURNAL = "accept_journal"
    """Let a journal go on that is not as the till left it."""
    EXPORT_KEY = "export_key"
    """Write the till's key into a file."""
    IMPORT_KEY = "import_key"
    """Put a key into a till's folder."""


EVERYTHING = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts: the name that the journal keeps, and what they may do."""

    name: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Whether this person has a permission."""
        return permission in self.permissions


def operator_of(profile: TillProfile) -> Actor:
    """Return the operator named in the settings, who has every permission."""
    return Actor(profile.operator, EVERYTHING)
