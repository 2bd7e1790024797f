"""Who this till is, as its slips and its status line say it."""

from counterfoil.declaring import dataclass
from counterfoil.domain.language import Language
from counterfoil.domain.message import MessageWay
from counterfoil.domain.reasons import NO_REASONS, Reasons
from counterfoil.domain.slip import Dots


@dataclass(frozen=True, slots=True, kw_only=True)
class TillProfile:
    """The shop and the till, from the settings; plain text, already cleaned."""

    trading_name: str = "Corner Shop"
    legal_name: str = ""
    address: str = ""
    vat_number: str = ""
    till_name: str = "Till 1"
    till_number: int = 1
    helpline: str = ""
    currency: str = "ZAR"
    country: str = "ZA"
    slip_columns: int = 42
    logo: Dots | None = None
    slip_header: tuple[str, ...] = ()
    """Lines below the shop's name and address."""
    slip_footer: tuple[str, ...] = ()
    """Lines at the end of what a customer takes away."""
    slip_language: Language = Language.ENGLISH
    """What customers read on slips and on their display."""
    is_training: bool = False
    lock_after_s: float = 180.0
    """Who does nothing for so long is asked who they are; 0 asks never."""
    reasons: Reasons = NO_REASONS
    change_message: MessageWay | None = MessageWay.SMS
    """How a change voucher's codes go out as a message; None where the shop wants none."""
