"""Who acts at the till, and what they may do.

A name belongs to one person for good: the journal, its events and the slips know people by it.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from counterfoil.declaring import dataclass
from counterfoil.domain.language import Language
from counterfoil.domain.secret import Secret
from counterfoil.domain.time import Instant


class Permission(StrEnum):
    """One thing that a person may be allowed to do. Reading lists needs no permission."""

    SIGN_IN = "sign_in"
    """Say who is at the till. Everybody may, also while nobody is signed in."""
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
    REOPEN_CHANGE = "reopen_change"
    """See or print that code once more, after its customer has taken the slip with it."""
    SETTLE = "settle"
    """Ask or tell providers at once about what is not settled."""
    SETTLE_BY_HAND = "settle_by_hand"
    """Say how what the till cannot decide has ended, by what the provider says."""
    RECONCILE = "reconcile"
    """Compare a provider's statement with the journal."""
    RESOLVE_DIFFERENCE = "resolve_difference"
    """Say what became of something in which a statement and the journal differ."""
    ALLOW_MORE_TRIES = "allow_more_tries"
    """Let somebody go on who has tried too many wrong codes."""
    RESUME_UPSTREAM = "resume_upstream"
    """Send again to a provider that had not accepted the till's credentials."""
    RESET_PIN = "reset_pin"
    """Give a cashier who has forgotten theirs a new PIN."""
    MANAGE_STAFF = "manage_staff"
    """Add people, lock them, let them in again, and say what they may do."""
    RUN_SHIFT = "run_shift"
    """Open a shift, put cash in, drop it into the safe, count the drawer, and close with the Z."""
    OPEN_DRAWER = "open_drawer"
    """Pay cash out, or open the drawer without a sale."""
    READ_BOOKS = "read_books"
    """See what the drawer should hold, X and Z reports and what others sold."""
    BACK_UP = "back_up"
    """Make a backup of the journal."""
    RESTORE = "restore"
    """Make a backup the journal of a till."""
    ACCEPT_JOURNAL = "accept_journal"
    """Let a journal go on that is not as the till left it."""
    SHRED = "shred"
    """Remove what is kept about customers and is past its days."""
    EXPORT_PHONE = "export_phone"
    """Be given all that is stored about somebody's phone number."""
    CHANGE_SETTINGS = "change_settings"
    """See and change the till's settings."""
    EXPORT_KEY = "export_key"
    """Write the till's key into a file."""
    IMPORT_KEY = "import_key"
    """Put a key into a till's folder."""


EVERYTHING = frozenset(Permission)

NEVER_FOR_OWN_SALE = frozenset(
    {
        Permission.VOID,
        Permission.PRINT_COPY,
        Permission.REVEAL_CHANGE,
        Permission.REOPEN_CHANGE,
        Permission.SETTLE_BY_HAND,
        Permission.RESOLVE_DIFFERENCE,
    }
)
"""What nobody does to a sale of their own, and nobody approves for it (faults X1, X21)."""

_CASHIER = frozenset(
    {
        Permission.SIGN_IN,
        Permission.REDEEM,
        Permission.CHECK_BALANCE,
        Permission.ASK_FOR_TYPES,
        Permission.ANSWER_FOR_CUSTOMER,
        Permission.PRINT_SLIP,
        Permission.SETTLE,
        Permission.RUN_SHIFT,
    }
)
_SUPERVISOR = _CASHIER | {
    Permission.SET_SALE_ASIDE,
    Permission.VOID,
    Permission.PRINT_COPY,
    Permission.REVEAL_CHANGE,
    Permission.SETTLE_BY_HAND,
    Permission.RECONCILE,
    Permission.RESOLVE_DIFFERENCE,
    Permission.ALLOW_MORE_TRIES,
    Permission.RESUME_UPSTREAM,
    Permission.RESET_PIN,
    Permission.OPEN_DRAWER,
    Permission.READ_BOOKS,
    Permission.BACK_UP,
}

CASHIER, SUPERVISOR, MANAGER = "cashier", "supervisor", "manager"
OWN_ROLES: Mapping[str, frozenset[Permission]] = {
    CASHIER: _CASHIER,
    SUPERVISOR: _SUPERVISOR,
    MANAGER: EVERYTHING,
}
"""The roles that every till has; a shop may name more in its settings."""


def needs_manager(permission: Permission) -> bool:
    """Whether no supervisor has the permission, so that only a manager can approve it."""
    return permission not in _SUPERVISOR


RECOVERY = "recovery"
"""The number, name and role of what is no person: the code that lets in who lost a manager's
passphrase. Its row is in the staff's table, where it is proven as theirs are."""


@dataclass(frozen=True, slots=True)
class Backing:
    """Who approved what the actor may not do alone, for which permission, and the reason given."""

    by: str
    reason: str
    permission: Permission
    """What they approved."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who acts: the name that the journal keeps, and what they may do."""

    name: str
    permissions: frozenset[Permission]
    number: str = ""
    """What they sign in with; empty for what is no person."""
    backing: Backing | None = None
    """Who approved what they do now; the gate sets it for one command."""
    language: Language | None = None
    """What the window speaks to them; None where they never chose one."""

    def may(self, permission: Permission) -> bool:
        """Whether this person has a permission."""
        return permission in self.permissions

    def is_backed_for(self, permission: Permission) -> bool:
        """Whether somebody else approved what they do now."""
        return self.backing is not None and self.backing.permission is permission

    @property
    def approved_by(self) -> str | None:
        """The name of who approved what they do now; None where nobody had to."""
        return None if self.backing is None else self.backing.by


NOBODY = Actor("", frozenset({Permission.SIGN_IN, Permission.ASK_FOR_TYPES}))
"""The till's actor while nobody is signed in; what it asks by itself, it asks for anybody."""
MACHINE = Actor("machine", frozenset({Permission.SETTLE, Permission.BACK_UP, Permission.SHRED}))
"""Timers and scripts: they may recover, make backups, verify and shred, and nothing else."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A number, and the PIN that was typed for it."""

    number: str
    pin: Secret


class PersonState(StrEnum):
    """Whether a person may sign in."""

    ACTIVE = "active"
    LOCKED = "locked"
    """A manager has locked them out. Nobody is ever deleted: the journal names them."""
    SPENT = "spent"
    """The recovery code was used, and no manager has acknowledged it yet."""


class StaffDeed(StrEnum):
    """What was done with a person's entry, and is on record in the chain of events."""

    ADDED = "added"
    PIN_TRIED = "pin_tried"
    """A PIN is about to be checked. It is counted before, so that no power cut uncounts it."""
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    APPROVED = "approved"
    PIN_SET = "pin_set"
    ROLE_SET = "role_set"
    BADGE_SET = "badge_set"
    LANGUAGE_SET = "language_set"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    RECOVERED = "recovered"
    TRIES_ALLOWED = "tries_allowed"
    """They may try codes again, after too many wrong ones."""
    ACKNOWLEDGED = "acknowledged"
    """Of the recovery code: a manager has seen that it was used, and a new one was given. Of a
    person: they have seen what they were told when they signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the staff, as the journal holds them.

    ``failures`` are the PINs that were tried since the last right one.
    """

    number: str
    name: str
    role: str
    added_at: datetime
    pin: bytes = field(repr=False)
    """What a PIN is checked against (`ports.pins`)."""
    badge: bytes | None = field(default=None, repr=False)
    """A keyed hash of the badge's text; None where they have none."""
    state: PersonState = PersonState.ACTIVE
    failures: int = 0
    failed: Instant | None = None
    """When the last of them was tried."""
    language: Language | None = None
    """What the window speaks to them; None where they never chose one."""

    def with_try(self, now: Instant) -> "Person":
        """Return the person with one more PIN tried."""
        return replace(self, failures=self.failures + 1, failed=now)

    def without_tries(self) -> "Person":
        """Return the person after a right PIN, or a new one."""
        return replace(self, failures=0, failed=None)
