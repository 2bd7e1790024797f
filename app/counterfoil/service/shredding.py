"""Removes personal data once its days have passed, and finds what is stored about one phone number.

The journal is read in small parts, with a pause after each, so that a sale never waits for more
than one of them. What is not settled, is disputed or has no confirmed slip is never removed.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime

from counterfoil.declaring import dataclass
from counterfoil.domain.failures import StaleChangeError
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.retention import Holding, Retention, RetentionState, WhyKept, why_kept
from counterfoil.domain.rows import PhoneExported, RetentionDone, SecretsShredded
from counterfoil.domain.search import phone_source
from counterfoil.domain.secret import Secret
from counterfoil.domain.slip_facts import masked_phone
from counterfoil.domain.staff import Actor
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.ports.vault import Vault

START_PAUSE_S = 60.0
"""A till that was just opened is left to the cashier first."""
LOOK_EVERY_S = 60.0
"""How often it is looked whether a day has passed: a wait does not count the machine's sleep."""
EVERY_S = 24 * 3600.0
_PAUSE_S = 0.005
"""Between two parts, so that a sale comes in between."""
_AT_ONCE = 5
"""So many keys are dropped in one commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shredded:
    """How many redemptions lost their data, and how many that were old enough kept it."""

    shredded: int
    kept: int
    """So many were old enough, and are not over or have no confirmed slip."""


class Shredder:
    """Drops the keys of redemptions by the retention rules of the settings."""

    def __init__(
        self, *, journal: Journal, vault: Vault, clock: Clock, retention: Retention
    ) -> None:
        self._journal = journal
        self._vault = vault
        self._clock = clock
        self._retention = retention

    @property
    def retention(self) -> Retention:
        """The number of days for which each kind of personal data is kept."""
        return self._retention

    async def state(self) -> RetentionState:
        """Return how many redemptions are due now, and why others are kept; changes nothing."""
        now, counts = self._clock.now().wall, Counter[WhyKept | None]()
        async for holding in self._holdings():
            counts[why_kept(holding, self.retention, now)] += 1
        held = {why: counts[why] for why in WhyKept if counts[why]}
        last = await self._journal.last_retention()
        return RetentionState(due=counts[None], held=held, last=last)

    async def shred(self, by: Actor) -> Shredded:
        """Drop each key that is due, and record how many were dropped.

        Raises:
            JournalUnavailableError: it could not be written; keys dropped before that stay dropped.

        """
        now, shredded, kept = self._clock.now().wall, 0, 0
        due: list[str] = []
        async for holding in self._holdings():
            why = why_kept(holding, self.retention, now)
            kept += why is not None and why is not WhyKept.NOT_DUE and self._is_old(holding, now)
            if why is None:
                due.append(holding.redemption.id)
            if len(due) == _AT_ONCE:
                shredded += await self._drop(due, by)
                due = []
        shredded += await self._drop(due, by)
        if shredded:
            await self._journal.forget()
        done = RetentionDone(at=self._clock.now().wall, by=by.name, shredded=shredded, kept=kept)
        await self._journal.commit((done,))
        return Shredded(shredded=shredded, kept=kept)

    def _is_old(self, holding: Holding, now: datetime) -> bool:
        return (now - holding.last_at).days >= self.retention.days_of(holding.redemption)

    async def _drop(self, ids: list[str], by: Actor) -> int:
        """Drop some keys in one commit; one that changed meanwhile is left for the next day."""
        if not ids:
            return 0
        now = self._clock.now().wall
        rows = tuple(SecretsShredded(one, now, by.name) for one in ids)
        try:
            await self._journal.commit(rows)
        except StaleChangeError:
            if len(ids) == 1:
                return 0
            return sum([await self._drop([one], by) for one in ids])
        return len(ids)

    async def _holdings(self) -> AsyncIterator[Holding]:
        """Go through all that have a key, with a pause after each part."""
        after: int | None = 0
        while after is not None:
            part = await self._journal.holdings(after)
            for one in part.found:
                yield one
            after = part.next_after
            if after is not None:
                await self._clock.sleep(_PAUSE_S)

    async def about_phone(self, phone: Secret, by: Actor) -> tuple[Redemption, ...]:
        """Return the redemptions with a phone number, and record that somebody was given them.

        Redemptions of older tills have no keyed hash of the number. They are found by its visible
        digits, until those are shredded, so one of another number with the same digits may be among
        them.
        """
        number = phone.reveal()
        found = list(await self._journal.with_phone(phone_fingerprint(self._vault, phone)))
        after: int | None = 0
        while after is not None:
            part, after = await self._journal.some_with_mask(masked_phone(number), after)
            found += part
        exported = PhoneExported(
            at=self._clock.now().wall,
            by=by.name,
            approved_by=by.approved_by,
            phone_end=number[-3:],
            found=len(found),
        )
        await self._journal.commit((exported,))
        return tuple(sorted(found, key=lambda one: one.slip_number))


def phone_fingerprint(vault: Vault, phone: Secret) -> str:
    """Return the keyed hash of a phone number, as it is sent with its country."""
    return vault.fingerprint(phone_source(phone))
