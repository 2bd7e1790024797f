"""What is written at the counter beside a result: about the sale, the customer and the slip."""

from collections.abc import Sequence
from datetime import datetime

from counterfoil.domain.money import Money, format_cents
from counterfoil.presentation.words.sentences import begin
from counterfoil.presentation.words.speaking import say, say_number, speak_constants


def another_currency(owed: str, offered: str) -> str:
    """Say why a voucher cannot pay the rest of a sale."""
    return say(
        "This sale is in {owed}, and this voucher type in {offered}. Choose another type.",
        owed=owed,
        offered=offered,
    )


def only_owed(rest_cents: int, currency: str) -> str:
    """Say why an amount above the rest of a sale is not taken."""
    return say("only {amount} is still to be paid", amount=format_cents(rest_cents, currency))


def only_whole(name: str) -> str:
    """Say why a type that is only taken whole cannot pay the rest of a sale."""
    return say(
        "{name} is only taken whole, which can be more than the rest. Choose another type.",
        name=name,
    )


def still_owed(rest_cents: int, currency: str) -> str:
    """Say what the customer still owes of a sale that was paid in part; empty for nothing."""
    return (
        say("{amount} is still to be paid.", amount=format_cents(rest_cents, currency))
        if rest_cents
        else ""
    )


def part_of(due_cents: int, rest_cents: int, currency: str) -> str:
    """Say what is to be paid, and how much of it the voucher leaves."""
    return say(
        "{due} is to be paid, {rest} of it after this voucher.",
        due=format_cents(due_cents, currency),
        rest=format_cents(rest_cents, currency),
    )


def whole_of(due_cents: int, currency: str) -> str:
    """Say what is to be paid where nobody knows how much of it is on the voucher."""
    return say(
        "{due} is to be paid. The rest comes after this voucher.",
        due=format_cents(due_cents, currency),
    )


WHOLE_VALUE = "Whole value"
ONLY_THE_WHOLE_VALUE = "Only the whole value can be taken"
FOREIGN_NUMBER = "This is not the number of a test voucher"
NEVER_REAL = "Never type a real voucher's number in training."
NOT_OF_SANDBOX = f"{FOREIGN_NUMBER}. {NEVER_REAL}"
CLOSING = "The till is closing."
COMMAND_LEFT_OPEN = (
    "A command of the command line is under way. The till waits a few seconds for it. Nothing is "
    "lost: what it began is taken up when the till is opened again."
)
PRINT_FAILED = "Something went wrong while printing. Look whether a slip came out."


STILL_HERE = "Is this customer still here?"
NOBODY_SPOKE = (
    "The till stopped during this sale. Nothing pays it until somebody says at the counter (F2) "
    "that the customer is still here."
)
CLOSED_WITHOUT = (
    "The sale was closed without this voucher. If an approval still comes, call a supervisor."
)


ENTER_VOUCHER = "Enter the voucher."
PRESS_WHOLE = f"{ONLY_THE_WHOLE_VALUE}: press {WHOLE_VALUE}."
ENTER_AMOUNT = "Enter an amount, or take the whole value."
TAKES_NOTHING = "Asking for a balance takes nothing."
NOTHING_LEAVES = "Nothing is taken before you press F12."
CHECK_BALANCE = "Check the balance"
USE_THIS = "Use this voucher"
ASK_ONCE_MORE = "Press F3 to ask for the balance once more."
REDEEM = "Use voucher"
ASKING = "Asking…"
SAVING = "Saving…"
THE_WHOLE_VALUE = "the whole value"
WHOSE_VOUCHER = "Say first whether it is this voucher"
REST_QUESTION = "Say first how the rest is paid"
FORM_EMPTY = "The form is empty. Esc brings it back"
SAME_VOUCHER = "Same voucher"
NEW_CUSTOMER = "New customer"
AMOUNT_STAYS = "The amount stays. Another customer? Press F2"
WHICH_VOUCHER = "Which voucher is it?"
PENDING_PRINTED = "The slip to bring back is printed"
SALE_CLOSED = "The sale is closed"
WAIT_FOR_ANSWER = "Wait for the answer first"
LOOK_AT_RESULT = "Look at the result first"
NO_VOUCHERS = "There are no vouchers to choose"
PRESS_F2_FIRST = "Press F2 for the next customer first"
NOT_TOLD = "not told"
LAST_SCAN_NOT_TAKEN = "The last scan was not taken."
FORM_HAS_WAITED = "This form has waited for more than two minutes."


def scanned(name: str, others: Sequence[str], *, is_next: bool) -> str:
    """Say what a scan was taken for; ``others`` have codes of the same shape."""
    taken = f"{say(NEW_CUSTOMER)}: {name}" if is_next else say("This is {name}", name=name)
    return (
        say("{taken}. Not so? Choose {either}", taken=taken, either=either(others))
        if others
        else taken
    )


def which_voucher(tail: str, names: Sequence[str]) -> str:
    """Say that a code may be of several types; ``tail`` is how it ends."""
    return say(
        "The code that ends in {tail} can be {either}. Choose it in the list.",
        tail=tail,
        either=either(names),
    )


def still_this(why: str, tail: str) -> str:
    """Ask whether the voucher in the form is to be used; ``tail`` is how its code ends."""
    named = say("the voucher that ends in {tail}", tail=tail) if tail else say("this voucher")
    return say("{why} Is it still {named}?", why=why, named=named)


def either(names: Sequence[str]) -> str:
    """Name a few things of which one is meant."""
    return say(" or ").join(filter(None, (", ".join(names[:-1]), names[-1])))


def amount_wrong(trouble: str) -> str:
    """Say what is wrong with the amount that was typed."""
    return say("Amount: {trouble}.", trouble=trouble)


def redeem(amount: str) -> str:
    """Return the caption of the button that redeems."""
    return say("{redeem} for {amount}", redeem=say(REDEEM), amount=amount)


def ready(amount: str, name: str) -> str:
    """Say what may be redeemed now."""
    return say("Ready: {name} for {amount}. Press F12.", name=name, amount=amount)


def is_on_it(minor_units: int, currency: str) -> str:
    """Say what is on a voucher."""
    if not minor_units:
        return say("Nothing is on this voucher.")
    return say("{amount} is on it.", amount=format_cents(minor_units, currency))


def take(amount: Money) -> str:
    """Return what the button says that types what is on a voucher as the amount."""
    return say("Take {amount}", amount=format_cents(amount.minor_units, amount.currency))


def take_what_is_on_it(told: Money, takeable: Money) -> str:
    """Propose what can be taken where more was typed than is on a voucher."""
    return f"{is_on_it(told.minor_units, told.currency)} {take(takeable)}?"


def for_the_rest(amount: str) -> str:
    """Say that an amount is what the sale still owes."""
    return say("{amount} for the rest", amount=amount)


def not_redeemed_here(name: str) -> str:
    """Say that this till cannot redeem vouchers of the type with this name."""
    return say("{name} cannot be used at this till.", name=name)


def asked_now(name: str, amount: str) -> str:
    """Say that the till cannot be closed while a provider is being asked."""
    return say(
        "The till is asking {name} for {amount} now. It knows in a minute at most, and "
        "can be closed then.",
        name=name,
        amount=amount,
    )


def left_open(name: str, amount: str) -> str:
    """Say what is not known when the till is closed now."""
    return say(
        "We do not know yet if {amount} was paid with {name}. Nothing is lost: the "
        "till shows this payment first when it is opened again.",
        amount=amount,
        name=name,
    )


def slip_left_open(reference: str) -> str:
    """Say that a slip is still asked about when the till is closed now."""
    return say(
        "Nobody said yet that the slip {reference} came out. Nothing is lost: it waits "
        "in Slips to finish.",
        reference=reference,
    )


def waits(vouchers: int, slips: int) -> str:
    """Say what waits when the till is closed now; nothing where nothing does."""
    answers = say_number(
        "1 payment waits for an answer", "{count} payments wait for an answer", vouchers
    )
    papers = say_number("1 slip waits to be finished", "{count} slips wait to be finished", slips)
    waiting = [text for text, count in ((answers, vouchers), (papers, slips)) if count]
    said = say(" and ").join(waiting)
    return say(
        "{said}. Nothing is lost: the till goes on with it when it is opened again.", said=said
    ) * bool(said)


def digits(length: int, typed: int = 0) -> str:
    """Say how many digits a code has, and how many of them were typed."""
    return (
        say("{typed} of {length} digits", typed=typed, length=length)
        if typed
        else say_number("1 digit", "{count} digits", length)
    )


def no_longer_offered(name: str) -> str:
    """Say that the chosen type is gone."""
    return say("{name} is no longer offered. Choose a voucher type", name=name)


def not_taken(why: str) -> str:
    """Say why something that was scanned or pasted changed nothing."""
    return say("Not taken. {what}.", what=begin(why.rstrip(".")))


def not_taken_by(name: str, why: str) -> str:
    """Say why a voucher type has no place for a code."""
    return say("Not taken by {name}. {why}.", name=name, why=why)


def no_code(name: str) -> str:
    """Say that a voucher type has nothing that a scanner could fill."""
    return say("{name} has no code to scan", name=name)


def told_at(at: datetime) -> str:
    """Say when the provider gave a balance."""
    return say("as told at {time}", time=f"{at.astimezone():%H:%M}")


def earlier_sale(said: str) -> str:
    """Say that the result of a sale has come that is not on the screen; ``said`` tells which."""
    return say("Earlier sale: {said}. It is shown after this one.", said=said)


def with_another(rest: str) -> str:
    """Ask whether another voucher pays the rest; ``rest`` is the sentence that says how much."""
    return say("{rest} With another voucher?", rest=rest)


def empty_title(*, is_asking: bool) -> str:
    """Return the title where there is no voucher type to choose, or none yet."""
    return say("One moment") if is_asking else say("No vouchers to choose")


def sale(reference: str) -> str:
    """Name a sale by the reference on the slip of its last voucher."""
    return say("Sale {reference}", reference=reference)


def paid_otherwise(button: str) -> str:
    """Ask to say that a sale was paid without its voucher, by the button that says so."""
    return say(
        "Did the customer pay another way? Press “{button}”, or the voucher may be used as well.",
        button=button,
    )


speak_constants(__name__)
