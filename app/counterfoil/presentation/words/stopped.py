"""The page for a sale that was open when the till stopped: what is known, and one question."""

from counterfoil.domain.money import format_cents
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.voucher_type import UpstreamKind
from counterfoil.presentation.screens import Act, Banner, Button, Fact, Question, Tone
from counterfoil.presentation.words import outcomes
from counterfoil.presentation.words.rows import facts_of
from counterfoil.presentation.words.speaking import dated, say, speak_constants

S = RedemptionState

BANNER = Banner(
    tone=Tone.UNKNOWN,
    icon="question",
    first="Before the till stopped",
    lines=("A payment was under way. Do not hand over.",),
    is_solid=True,
)
QUESTION = Question(
    text="Is this customer still here?",
    how="Yes: the answer comes here. No: the voucher does not pay this sale.",
    icon="person",
)
BUTTONS = (
    Button("Yes, still here", Act.STILL_HERE, "F11", is_primary=True),
    Button("No, paid another way", Act.PAID_OTHERWISE),
    Button("No, customer is gone", Act.CUSTOMER_GONE),
    Button("Next customer first", Act.NEW_VOUCHER, "F2"),
)


AFTER_NEXT = "F2: the next customer first. Then the till asks again."


def facts(redemption: Redemption) -> tuple[Fact, ...]:
    """Return the facts by which people know the sale, among them when it began."""
    began = redemption.created_at.astimezone()
    return (*facts_of(redemption), Fact(label=say("Begun"), value=dated(began, "%d %b, %H:%M")))


def known(redemption: Redemption) -> str:
    """Return what is known of a redemption that was open when the till stopped, as a sentence."""
    name = redemption.type_name
    match redemption.state:
        case S.UNCLAIMED:
            taken = format_cents(redemption.redeemed_cents or 0, redemption.currency)
            return say(
                "{name} has taken {taken} from the voucher. It has not paid this sale yet.",
                name=name,
                taken=taken,
            )
        case S.ATTENTION:
            return outcomes.attention(redemption.attention)
        case S.REVERSING:
            return say(
                "No certain answer came. {name} is told to put the money back on the voucher.",
                name=name,
            )
        case S.REVERSED | S.REVERSED_UNVERIFIED:
            return say(
                "No certain answer came. {name} was told to put the money back on the voucher.",
                name=name,
            )
        case _ if redemption.kind is UpstreamKind.KEYED:
            return say("We do not know yet if it was paid. The till is asking {name}.", name=name)
        case _:
            return say("We do not know yet if it was paid.")


speak_constants(__name__)
