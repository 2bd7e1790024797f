"""What a result says below its banner: headlines, steps, and the question about the paper."""

from datetime import datetime

from counterfoil.presentation.screens import NumberedStep
from counterfoil.presentation.words.speaking import say, say_number, speak_constants

NOTHING_TAKEN = "Nothing was taken. Do not hand over."
SAVING = "Nothing to press. The till is saving the answer."
ASKING_WHAT_BECAME = "Asking what became of it…"
NO_CERTAIN_ANSWER = (
    "Do not try the voucher again. The till sent the request once and got no certain answer. "
    "If no answer comes, the money goes back on the voucher."
)
PROVIDER_SLOW = "The provider is slow. Do not try the voucher again."
SENT_ONCE = (
    "The request is sent once and never again. If no answer comes in time, the money goes "
    "back on the voucher and you can serve the next customer."
)
ASKED_ON = (
    "This till keeps asking with the same request, so the voucher cannot be taken twice. After 60 "
    "seconds the check goes on in the background and you can serve the next customer."
)
SLIP_PRINTING = "The slip is printing…"
SLIP_NOT_PRINTED = "The slip did not print"
PRINT_SLIP_AGAIN = "Print the slip again?"
NEXT_IS_COPY = "The next paper says COPY. Take back what came out."
IS_SLIP_WHOLE = "Did the whole slip come out?"
SLIP_WAITS = "This slip waits in Slips to finish."
REST_FIRST = "The slip later? Press F2 to collect the rest."
CUSTOMER_FIRST = "Next customer already here? Press F2."
THEN_NEXT = "Press F2 for the next customer."
VOID_STAMP = "VOID"
NO_SLIP_STAMP = "NO SLIP"
NOT_YET_STAMP = "NOT YET"


def asking(name: str) -> str:
    """Say that a provider is being asked."""
    return say("Nothing to press. The till is asking {name}.", name=name)


def look_for_reference(reference: str) -> str:
    """Say how to see whether a slip came out whole."""
    return say("Look for the reference {reference} at the bottom.", reference=reference)


def call_supervisor(why: str) -> NumberedStep:
    """Say that only a supervisor can settle it, and why."""
    return NumberedStep(say("Call a supervisor"), why)


KEEP_UNTIL_SETTLED = NumberedStep(
    "Keep the voucher", "It cannot be tried again here until it is settled."
)
KEEP_UNTIL_RESTORED = NumberedStep(
    "Keep the voucher",
    "It cannot be tried again here until its money is back. That may take a while.",
)
OTHER_PAYMENT = NumberedStep(
    "Take another payment", "This till sends the message until the provider has it."
)
SETTLED = (NumberedStep("Go on with the next customer", "A supervisor has settled this one."),)
RESTORED = (
    NumberedStep("Give the voucher back", "Nothing was kept of it. It can be tried again."),
    NumberedStep("Still no? Ask for another way to pay"),
)


def restored_unverified(reference: str) -> tuple[NumberedStep, ...]:
    """Say what to do where a provider was told to restore a voucher, and may not have."""
    return (
        NumberedStep(say("Ask for another way to pay"), say("The voucher may not work yet.")),
        NumberedStep(
            say("Give the voucher back"),
            say("The provider finds it by the reference {reference}.", reference=reference),
        ),
    )


def print_pending(reference: str) -> NumberedStep:
    """Say what the customer takes away."""
    return NumberedStep(
        say("Print the slip to bring back for the customer"),
        say("It carries the reference {reference}.", reference=reference),
    )


def other_payment_or_wait(tries: int, last: datetime | None) -> NumberedStep:
    """Say that the till goes on asking: how often it has, and when last."""
    times = say_number("once", "{count} times", tries)
    when = say(", last {time}", time=f"{last.astimezone():%H:%M}") if last else ""
    return NumberedStep(
        say("Take another payment, or wait"),
        say("This till keeps asking. Asked {times}{when}.", times=times, when=when),
    )


speak_constants(__name__)
