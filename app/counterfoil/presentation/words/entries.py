"""What is wrong with what was typed, and what to type instead."""

from collections.abc import Mapping

from counterfoil.domain.causes.entry import EntryCause, EntryProblem
from counterfoil.domain.code import CodeProblem, NotACode
from counterfoil.domain.money import AmountProblem, NotAnAmount, type_amount
from counterfoil.presentation.words.sentences import begin
from counterfoil.presentation.words.speaking import SpokenTable, speak_constants

YES, NO = "Yes", "No"
DATE_FORM = "year-month-day, such as 2026-11-28"
"""How a date is written; 5/6/2026 is two days, and which one depends on who reads it."""

NOT_A_PHONE = "This is not a phone number"

_VALUE: Mapping[EntryProblem, str] = SpokenTable(
    {
        EntryProblem.MISSING: "Enter the {inside}",
        EntryProblem.NOT_CHOSEN: "Choose the {inside}",
        EntryProblem.NOT_ANSWERED: "Answer Yes or No: {cause.label}",
        EntryProblem.NOT_IN_LIST: "Choose the {inside} from the list",
        EntryProblem.NOT_YES_OR_NO: "Choose Yes or No",
        EntryProblem.NOT_A_PHONE: NOT_A_PHONE,
        EntryProblem.NOT_AN_EMAIL: "This is not an email address",
        EntryProblem.NOT_WHOLE: "Only a whole number belongs here",
        EntryProblem.NOT_A_NUMBER: "Only a number belongs here, such as 12.5",
        EntryProblem.NOT_A_DATE: f"Write {DATE_FORM}",
        EntryProblem.NOT_IN_FORM: "This is not in the form that is wanted here",
        EntryProblem.NOT_LIKE: (
            "This is not in the form that is wanted here, such as {cause.wanted}"
        ),
        EntryProblem.BELOW_LEAST: "The least is {cause.wanted}",
        EntryProblem.ABOVE_MOST: "The most is {cause.wanted}",
        EntryProblem.TOO_SHORT: "Too short: {cause.found} of {cause.wanted} characters",
        EntryProblem.TOO_LONG: "Too long: more than {cause.wanted} characters",
        EntryProblem.NO_SUCH_FIELD: "This type of voucher has no field of this name",
        EntryProblem.NOT_SENDABLE: "This cannot be sent as it is",
        EntryProblem.CURRENCY_NOT_SENDABLE: "This currency cannot be sent",
    }
)
_CODE: Mapping[CodeProblem, str] = SpokenTable(
    {
        CodeProblem.NO_DIGITS: "Only digits belong here: look for O and 0, I and 1",
        CodeProblem.WORDS: "This is more than the code: enter the code alone",
        CodeProblem.OTHER_KEYBOARD: (
            "These are signs, not digits: the scanner is set to another keyboard"
        ),
        CodeProblem.TOO_SHORT: "Too short: {cause.found} of {cause.wanted} digits",
        CodeProblem.TOO_LONG: "Too long: {cause.found} of {cause.wanted} digits",
    }
)
_AMOUNT: Mapping[AmountProblem, str] = SpokenTable(
    {
        AmountProblem.EMPTY: "type rands and cents, for example 19.00",
        AmountProblem.NOT_AN_AMOUNT: "this is no amount, such as 19.00",
        AmountProblem.CODE: "this is a phone number or a code",
        AmountProblem.AMBIGUOUS: "this can be two amounts: type 1234.00",
        AmountProblem.NEGATIVE: "an amount has no minus",
        AmountProblem.ZERO: "an amount is more than 0.00",
        AmountProblem.TOO_LARGE: "this is more than any voucher has",
        AmountProblem.OTHER_UNIT: "type it as this currency is written, for example {typed}",
        AmountProblem.BELOW_LIMIT: "at least {cause.wanted} for this voucher",
        AmountProblem.ABOVE_LIMIT: "at most {cause.wanted} for this voucher",
    }
)


def misentry(cause: EntryCause) -> str:
    """Return what is wrong with a field, without a full stop."""
    if isinstance(cause, NotAnAmount):
        return begin(amount(cause))
    if isinstance(cause, NotACode):
        return _CODE[cause.problem].format(cause=cause)
    return _VALUE[cause.problem].format(cause=cause, inside=inside(cause.label))


def amount(cause: NotAnAmount) -> str:
    """Return what is wrong with an amount, as the words that follow a colon."""
    example = cause.wanted
    typed = type_amount(example.minor_units, example.currency) if example else ""
    return _AMOUNT[cause.problem].format(cause=cause, typed=typed)


def inside(label: str) -> str:
    """Write a label as it stands inside a sentence: in small letters, except an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


speak_constants(__name__)
