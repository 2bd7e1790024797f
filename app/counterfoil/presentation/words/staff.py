"""The words about people: who may do what, and why somebody cannot sign in."""

from collections.abc import Mapping

from counterfoil.domain.failures import (
    ApprovalRefusal,
    ApprovalRefusedError,
    CounterfoilError,
    NotPermittedError,
    OwnSaleError,
    SignInRefusal,
    SignInRefusedError,
    StaffRefusal,
    StaffRefusedError,
    TooManyTriesError,
    WeakPinError,
)
from counterfoil.domain.pin_rules import PIN_LENGTH_MAX, PIN_LENGTH_MIN, PinKind, PinWeakness
from counterfoil.domain.staff import Permission, needs_manager
from counterfoil.presentation.words.speaking import SpokenTable, say, say_number

_ACTS: Mapping[Permission, str] = SpokenTable(
    {
        Permission.SIGN_IN: "sign in",
        Permission.REDEEM: "redeem vouchers",
        Permission.CHECK_BALANCE: "see what is on a voucher",
        Permission.ASK_FOR_TYPES: "ask providers for their vouchers",
        Permission.SET_SALE_ASIDE: "close a sale without its voucher",
        Permission.ANSWER_FOR_CUSTOMER: "say where a customer is",
        Permission.VOID: "take a sale back",
        Permission.PRINT_SLIP: "print slips",
        Permission.PRINT_COPY: "print a slip once more",
        Permission.REVEAL_CHANGE: "see the code of a change voucher",
        Permission.REOPEN_CHANGE: "open the change voucher again of a sale",
        Permission.SETTLE: "ask or tell providers again",
        Permission.SETTLE_BY_HAND: "settle what the till cannot decide",
        Permission.RECONCILE: "reconcile a provider's statement",
        Permission.RESOLVE_DIFFERENCE: "resolve a difference",
        Permission.ALLOW_MORE_TRIES: "let somebody try codes again",
        Permission.RESUME_UPSTREAM: "send to a provider again",
        Permission.RUN_SHIFT: "open, count and close a shift",
        Permission.OPEN_DRAWER: "pay cash out or open the drawer",
        Permission.READ_BOOKS: "see what was taken, and reports",
        Permission.RESET_PIN: "give somebody a new PIN",
        Permission.MANAGE_STAFF: "say who works here and what they may do",
        Permission.BACK_UP: "make a backup",
        Permission.RESTORE: "put a backup back",
        Permission.ACCEPT_JOURNAL: "accept a journal",
        Permission.SHRED: "remove what is kept about customers",
        Permission.CHANGE_SETTINGS: "change the settings",
        Permission.EXPORT_PHONE: "export what is stored about a phone number",
        Permission.EXPORT_KEY: "export the till's key",
        Permission.IMPORT_KEY: "import a key",
    }
)
"""What a permission lets somebody do, after *You may not* and the like."""

_ONE_MINUTE_S = 60


def act(permission: Permission) -> str:
    """Return what a permission lets somebody do, such as ``take a sale back``."""
    return _ACTS[permission]


def refused(error: CounterfoilError) -> str | None:
    """Return why somebody may not do something or cannot sign in; None for other failures."""
    match error:
        case TooManyTriesError():
            return say("Too many wrong codes were tried. Nothing was sent. Call a supervisor.")
        case NotPermittedError():
            return _not_permitted(error)
        case SignInRefusedError():
            return _not_let_in(error)
        case ApprovalRefusedError():
            return _APPROVALS[error.why]
        case WeakPinError():
            return weak_pin(error.weakness, error.kind)
        case StaffRefusedError():
            return say("{entries} Nothing was done.", entries=_ENTRIES[error.why])
        case _:
            return None


def _not_permitted(error: NotPermittedError) -> str:
    what = act(error.permission)
    call = say("Call a manager.") if needs_manager(error.permission) else say("Call a supervisor.")
    if isinstance(error, OwnSaleError):
        return say("Nobody may {what} alone that they made. {call}", what=what, call=call)
    if error.permission is Permission.REOPEN_CHANGE:
        return say("The customer has this slip already. Only a manager can open its code again.")
    return say("You may not {what}. {call}", what=what, call=call)


def _not_let_in(error: SignInRefusedError) -> str:
    said = _SIGN_INS[error.why]
    return (
        say("{said} Wait {wait}.", said=said, wait=wait(error.wait_s)) if error.wait_s > 0 else said
    )


def wait(seconds: float) -> str:
    """Return a time to wait, rounded up, as ``45 seconds`` or ``2 minutes``."""
    if seconds <= _ONE_MINUTE_S:
        return say_number("1 second", "{count} seconds", int(-(-seconds // 1)))
    return say_number("1 minute", "{count} minutes", int(-(-seconds // _ONE_MINUTE_S)))


_SIGN_INS: Mapping[SignInRefusal, str] = SpokenTable(
    {
        SignInRefusal.UNKNOWN_NUMBER: "Nobody has this number.",
        SignInRefusal.WRONG_PIN: "This PIN is not right.",
        SignInRefusal.MUST_WAIT: "Too many wrong PINs were tried.",
        SignInRefusal.LOCKED_OUT: "Too many wrong PINs were tried. Only a manager can open this.",
        SignInRefusal.LOCKED: "A manager has locked this number.",
        SignInRefusal.NO_CODE: "This till has no recovery code.",
    }
)

_APPROVALS: Mapping[ApprovalRefusal, str] = SpokenTable(
    {
        ApprovalRefusal.OWN_SALE: (
            "Nobody approves what they sold or asked for. Call another person."
        ),
        ApprovalRefusal.NOT_PERMITTED: (
            "This person may not approve it. Ask a supervisor or a manager."
        ),
        ApprovalRefusal.NEEDS_MANAGER: "Only a manager can approve this.",
        ApprovalRefusal.NOT_VALID: "This approval was for something else, or was used. Ask again.",
        ApprovalRefusal.EXPIRED: "The approval has ended. Ask again.",
    }
)

_ENTRIES: Mapping[StaffRefusal, str] = SpokenTable(
    {
        StaffRefusal.HAS_STAFF: "This till has a manager already.",
        StaffRefusal.UNKNOWN_ROLE: "There is no such role on this till.",
        StaffRefusal.BAD_NUMBER: "A number has 1 to 6 digits.",
        StaffRefusal.BAD_NAME: "A name has 1 to 30 letters.",
        StaffRefusal.NUMBER_TAKEN: "Somebody has this number already.",
        StaffRefusal.NAME_TAKEN: "This name is taken. Slips name people by it, also after years.",
        StaffRefusal.BADGE_TAKEN: "This badge is somebody else's.",
        StaffRefusal.NO_MANAGER: "This is not a manager's number.",
        StaffRefusal.LAST_MANAGER: "This is the last manager. Add another one first.",
    }
)

_PIN_RULES: Mapping[PinKind, str] = SpokenTable(
    {
        PinKind.CASHIER_PIN: "A PIN has at least {shortest} digits.",
        PinKind.SUPERVISOR_PIN: "A supervisor's PIN has at least {shortest} digits.",
        PinKind.PASSPHRASE: "A manager's passphrase has at least {shortest} letters.",
    }
)

_WEAK: Mapping[PinWeakness, str] = SpokenTable(
    {
        PinWeakness.REPEATED: "The same again and again is easily guessed. Choose another.",
        PinWeakness.IN_A_ROW: "Digits in a row are easily guessed. Choose another.",
        PinWeakness.A_DATE: "A date is easily guessed. Choose another.",
        PinWeakness.OWN_NUMBER: "Your own name or number is easily guessed. Choose another.",
        PinWeakness.TOO_LONG: f"At most {PIN_LENGTH_MAX} letters or digits.",
    }
)


def pin_rule(kind: PinKind) -> str:
    """Return what a new PIN must be."""
    return _PIN_RULES[kind].format(shortest=PIN_LENGTH_MIN[kind])


def weak_pin(weakness: PinWeakness, kind: PinKind) -> str:
    """Return why a new PIN is refused, and what it must be."""
    return _WEAK.get(weakness) or pin_rule(kind)
