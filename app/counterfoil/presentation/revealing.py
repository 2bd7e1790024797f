"""Reads what is shown only while a button is held: a change voucher's codes, or a message."""

from counterfoil.domain.message import ADDRESS_LENGTH_MAX, MessageWay, opener
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import texts_of
from counterfoil.presentation.approval_presenter import ApprovalPresenter
from counterfoil.presentation.words import messages
from counterfoil.service.commands import RevealChange
from counterfoil.service.services import Services


async def revealed(
    services: Services,
    approvals: ApprovalPresenter,
    redemption_id: str,
    way: MessageWay | None = None,
) -> tuple[Secret, ...]:
    """Return a redemption's codes or, with ``way``, the one address that the shop's phone opens.

    Empty where there is no code to show yet, or where the address is too long for a phone to read.

    Raises:
        NotPermittedError: it is not approved; nothing was done.
        CounterfoilError: what `Gate.run` raises.

    """
    change = await approvals.run_when_held(RevealChange(redemption_id, way))
    if change is None or way is None:
        return texts_of(change)
    redemption = await services.journal.redemption(redemption_id)
    assert redemption is not None, "its change voucher has just been read"
    text = messages.change_message(services.profile.trading_name, redemption, change)
    address = opener(way, text)
    if len(address) > ADDRESS_LENGTH_MAX:
        approvals.told.emit(messages.TOO_LONG_FOR_PHONE, "phone")
        return ()
    return (address,)
