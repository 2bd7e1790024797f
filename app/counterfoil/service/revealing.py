"""Show a secret to somebody; the journal has who and when before they see it.

A provider's stored answer is shown whole, because what could not be read may be the customer's
money. Only the code of the redeemed voucher and the customer's phone number, which providers
repeat, are masked.
"""

import json
from collections.abc import Iterator
from typing import Any

from counterfoil.domain.failures import NotPermittedError, SecretsShreddedError
from counterfoil.domain.message import MessageWay
from counterfoil.domain.printing import is_handed_over
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.rows import CodeShown
from counterfoil.domain.secret import MASK, Secret
from counterfoil.domain.slip_facts import masked_phone
from counterfoil.domain.staff import Actor, Permission
from counterfoil.domain.verdict import ChangeVoucher
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.service.commands import RevealedAnswer
from counterfoil.service.known import known_redemption


class Revealer:
    """Shows codes of change vouchers and stored answers."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    async def change(
        self, redemption_id: str, by: Actor, way: MessageWay | None = None
    ) -> ChangeVoucher | None:
        """Return a redemption's change voucher with its codes, and record who is shown them.

        None where there is no code; then nothing is recorded. ``way`` says with which message the
        shop's phone sends the codes on; None where they are only shown.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.
            NotPermittedError: the customer has them already.
            SecretsShreddedError: the codes were removed by the retention rules.

        """
        redemption = await known_redemption(self._journal, redemption_id)
        if not redemption.has_change_pin:
            return None
        refuse_shredded(redemption)
        await self._note(redemption, by, way)
        return await self._journal.change(redemption_id)

    async def answer(self, redemption_id: str, by: Actor) -> RevealedAnswer:
        """Return the provider's last answer and the change voucher, and record who is shown them.

        As the change voucher's code is in the answer, that must be kept as secret as the code.

        Raises:
            UnknownRedemptionError: the journal has no such redemption.
            NotPermittedError: the customer has the code already.
            SecretsShreddedError: the answer was removed by the retention rules.

        """
        redemption = await known_redemption(self._journal, redemption_id)
        refuse_shredded(redemption)
        await self._note(redemption, by)
        said = await self._journal.last_answer(redemption_id)
        change = await self._journal.change(redemption_id)
        if said is None:
            return RevealedAnswer(None, change)
        request = await self._journal.request(redemption_id)
        return RevealedAnswer(Secret(stored_answer(redemption, request, said)), change)

    async def needed(self, redemption: Redemption) -> Permission:
        """Return the permission to be shown a redemption's code, by what its slip's state is."""
        jobs = await self._journal.print_jobs(redemption.id)
        is_over = is_handed_over(redemption, jobs)
        return Permission.REOPEN_CHANGE if is_over else Permission.REVEAL_CHANGE

    async def _note(self, redemption: Redemption, by: Actor, way: MessageWay | None = None) -> None:
        needed = await self.needed(redemption)
        if not by.may(needed):
            # The slip was said to be whole since the gate looked.
            raise NotPermittedError(needed)
        shown = CodeShown(
            redemption.id,
            self._clock.now().wall,
            by.name,
            by.approved_by,
            way,
            is_reopened=needed is Permission.REOPEN_CHANGE,
        )
        await self._journal.commit((shown,))


def refuse_shredded(redemption: Redemption) -> None:
    """Refuse to show what was removed, before anything records that somebody has seen it.

    Raises:
        SecretsShreddedError: it was removed.

    """
    if redemption.shredded_at is not None:
        raise SecretsShreddedError(redemption.shredded_at)


def stored_answer(redemption: Redemption, request: Secret, answer: Secret) -> str:
    """Return an answer's text with the voucher's code and the phone number in it masked."""
    text = answer.reveal()
    for leaf in _texts(json.loads(request.reveal())):
        if _is_code(redemption, leaf):
            text = text.replace(leaf, f"{MASK}{redemption.voucher_tail}")
        elif redemption.sms_to and masked_phone(leaf) == redemption.sms_to:
            text = text.replace(leaf, redemption.sms_to)
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


async def repeats_code(journal: Journal, redemption: Redemption, words: str) -> bool:
    """Whether a text holds the voucher's code or one of its change, in any grouping.

    False where the redemption's codes were removed: then nobody can tell.
    """
    if redemption.shredded_at is not None:
        return False
    change = await journal.change(redemption.id)
    if change is not None and change.is_repeated_in(words):
        return True
    plain, request = "".join(filter(str.isalnum, words)), await journal.request(redemption.id)
    leaves = _texts(json.loads(request.reveal()))
    codes = ("".join(filter(str.isalnum, one)) for one in leaves if _is_code(redemption, one))
    return any(code in plain for code in codes)


def _is_code(redemption: Redemption, leaf: str) -> bool:
    tail = redemption.voucher_tail
    return bool(tail) and len(leaf) >= 2 * len(tail) and leaf.endswith(tail)


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)
    elif isinstance(part, str | int):
        yield str(part)
