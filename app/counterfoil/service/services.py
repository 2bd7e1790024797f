"""The services of one till in one record: what the window and the command line work with."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from counterfoil.domain.rows import CodeShown
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_text import codes_of
from counterfoil.domain.till import TillProfile
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal
from counterfoil.ports.patterns import Patterns
from counterfoil.ports.phones import Phones
from counterfoil.service.catalogue import Catalogue
from counterfoil.service.form import read_form
from counterfoil.service.forwarder import Forwarder
from counterfoil.service.redeem import Redeemer
from counterfoil.service.resolver import Resolver
from counterfoil.service.slip_desk import SlipDesk
from counterfoil.service.tasks import TaskOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What can be done at a till, and the ports that are used directly."""

    profile: TillProfile
    journal: Journal
    gateways: Mapping[str, Gateway]
    catalogue: Catalogue
    redeemer: Redeemer
    resolver: Resolver
    forwarder: Forwarder
    slips: SlipDesk
    phones: Phones
    patterns: Patterns
    clock: Clock
    owner: TaskOwner

    def nudge(self) -> None:
        """Let the resolver and the forwarder look now: the network may be back."""
        self.resolver.nudge()
        self.forwarder.nudge()

    async def change_codes(self, redemption_id: str) -> tuple[Secret, ...]:
        """Return the codes of a change voucher, to be shown at once.

        That they were shown, when and to whom, is in the journal before anybody sees them.
        """
        codes = codes_of(await self.journal.redemption(redemption_id))
        if codes:
            await self.note_shown(redemption_id)
        return codes

    async def note_shown(self, redemption_id: str) -> None:
        """Write down that the codes of a change voucher are shown, before they are."""
        shown = CodeShown(redemption_id, self.clock.now().wall, self.profile.operator)
        await self.journal.commit((shown,))

    async def read_form(
        self, voucher_type: VoucherType, texts: Mapping[str, str], *, for_lookup: bool = False
    ) -> dict[str, Secret]:
        """Clean and check a form off the window's thread: reading a phone number loads tables.

        Raises:
            EntryError: a field cannot be sent.

        """
        # The loop may log what it hands to a thread, so that is sealed.
        sealed = {name: Secret(text) for name, text in texts.items()}
        checks = self.phones, self.patterns
        read = partial(_read_sealed, voucher_type, sealed, checks, for_lookup=for_lookup)
        return await asyncio.to_thread(read)


def _read_sealed(
    voucher_type: VoucherType,
    sealed: Mapping[str, Secret],
    checks: tuple[Phones, Patterns],
    *,
    for_lookup: bool,
) -> dict[str, Secret]:
    texts = {name: text.reveal() for name, text in sealed.items()}
    return read_form(voucher_type, texts, *checks, for_lookup=for_lookup)
