"""The staff: who they are, whether it is them, and what they may do.

Each try of a PIN is counted in the journal before the PIN is checked, so that nobody gets a try
back by pulling the plug.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from counterfoil.declaring import dataclass
from counterfoil.domain.conduct import Alert, AlertKind, alerts_of
from counterfoil.domain.failures import (
    ApprovalRefusal,
    ApprovalRefusedError,
    NotPermittedError,
    SignInRefusal,
    SignInRefusedError,
    StaffRefusal,
    StaffRefusedError,
    WeakPinError,
)
from counterfoil.domain.language import Language
from counterfoil.domain.pin_rules import (
    PinWeakness,
    is_locked_out,
    pin_kind_of,
    wait_left_s,
    weakness_of,
)
from counterfoil.domain.rows import StaffKept
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import (
    CASHIER,
    EVERYTHING,
    MACHINE,
    MANAGER,
    NOBODY,
    OWN_ROLES,
    RECOVERY,
    Actor,
    Permission,
    Person,
    PersonState,
    StaffDeed,
)
from counterfoil.domain.text import clean_text
from counterfoil.domain.training import Trainee
from counterfoil.ports.chance import Chance
from counterfoil.ports.clock import Clock
from counterfoil.ports.journal import Journal
from counterfoil.ports.pins import Pins
from counterfoil.service.views import StaffEntry

NAME_MAX = 30
_NUMBER = re.compile(r"[0-9]{1,6}")
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 20
_CODE_GROUP = 4
_RESERVED = {RECOVERY, MACHINE.name}
"""Names that the journal has for what is no person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody does by typing their PIN: sign in, or approve what another person asks for.

    ``of`` is the name of the person who asks; it and the rest are None at a sign-in.
    """

    what: StaffDeed = StaffDeed.SIGNED_IN
    of: str | None = None
    permission: Permission | None = None
    reason: str | None = None
    redemption_id: str | None = None


_SIGNED_IN = Deed()


class People:
    """Keeps the staff in the journal, and checks the PINs that they sign in or approve with."""

    def __init__(
        self,
        *,
        journal: Journal,
        pins: Pins,
        clock: Clock,
        chance: Chance,
        roles: Mapping[str, frozenset[Permission]] = OWN_ROLES,
    ) -> None:
        self._journal = journal
        self._pins = pins
        self._clock = clock
        self._chance = chance
        self._roles = roles
        self._one_at_a_time = asyncio.Lock()
        self._changed: dict[str, frozenset[Permission]] = {}
        """What those may do, by their numbers, whose entry was changed since the start."""

    # ------------------------------------------------------------------------------------ reading

    async def staff(self) -> tuple[StaffEntry, ...]:
        """Return everybody, in the order of their numbers."""
        return tuple(
            StaffEntry(
                number=one.number,
                name=one.name,
                role=one.role,
                is_locked=one.state is PersonState.LOCKED or is_locked_out(one),
                has_badge=one.badge is not None,
                failures=one.failures,
                language=one.language,
            )
            for one in sorted(await self._journal.staff(), key=_by_number)
            if one.number != RECOVERY
        )

    def roles(self) -> Mapping[str, frozenset[Permission]]:
        """Return the permissions of each role: first the roles that every till has."""
        return {**OWN_ROLES, **self._roles}

    async def has_staff(self) -> bool:
        """Whether there is staff; a till without any sells nothing.

        An entry that was altered counts, so that nobody becomes the first manager by altering one.
        """
        return await self._journal.has_staff()

    async def alerts(self, to: Actor) -> tuple[Alert, ...]:
        """Return the alerts for a supervisor that they have not marked as seen.

        The alert that the recovery code was used stays until a manager has acknowledged it.
        """
        names = {one.number: one.name for one in await self.staff()}
        told = alerts_of(await self._journal.deeds(to.number), names)
        used = await self.is_recovery_used()
        return (Alert(kind=AlertKind.RECOVERY_USED), *told) if used else told

    async def is_recovery_used(self) -> bool:
        """Whether the recovery code was used, and no manager has acknowledged it."""
        staff = await self._journal.staff()
        return any(one.state is PersonState.SPENT for one in staff)

    async def note_alerts_seen(self, by: Actor) -> None:
        """Record that somebody has seen the alerts that they were shown at sign-in."""
        person = _one_of(await self._journal.staff(), by.number)
        await self._keep(person, person, StaffDeed.ACKNOWLEDGED, by.name)

    async def number_of_badge(self, badge: Secret) -> str | None:
        """Return the number of the person with this badge; None where nobody has it.

        A badge only says who somebody is. Their PIN says that it is them.
        """
        sought = self._pins.badge_hash(badge)
        numbers = [one.number for one in await self._journal.staff() if one.badge == sought]
        return numbers[0] if numbers else None

    async def actor(self, number: str) -> Actor:
        """Return the person with this number; nothing proves yet that it is really them.

        Raises:
            SignInRefusedError: nobody has it.

        """
        return self._actor_of(_one_of(await self._journal.staff(), number))

    def as_of_now(self, actor: Actor) -> Actor:
        """Return an actor with their present permissions, if their entry changed since sign-in."""
        may = self._changed.get(actor.number)
        return actor if may is None else replace(actor, permissions=may)

    def _actor_of(self, person: Person) -> Actor:
        """Return what a person may do; nothing where the settings have their role no more."""
        may = self._roles.get(person.role, frozenset())
        may |= NOBODY.permissions
        return Actor(person.name, may, person.number, language=person.language)

    # ------------------------------------------------------------------------------------ proving

    async def proven(self, number: str, pin: Secret, deed: Deed = _SIGNED_IN) -> Actor:
        """Check a PIN and return whose it is; the same commit records the ``deed``.

        Raises:
            SignInRefusedError: it is not right, or none may be tried now.
            ApprovalRefusedError: meanwhile they have lost the permission that they were to approve
                with.
            StaleChangeError: their entry was changed otherwise while the PIN was checked.

        """
        async with self._one_at_a_time:
            person = _one_of(await self._journal.staff(), number)
            tried = await self._tried(person, pin)
            self._check_still(_one_of(await self._journal.staff(), number), deed)
            await self._keep(tried, tried.without_tries(), deed.what, person.name, deed)
            return self._actor_of(person)

    def _check_still(self, person: Person, deed: Deed) -> None:
        """Refuse who was locked, or lost the permission, while their PIN waited or was checked."""
        if person.state is not PersonState.ACTIVE:
            raise SignInRefusedError(SignInRefusal.LOCKED)
        if deed.permission is not None and not self._actor_of(person).may(deed.permission):
            raise ApprovalRefusedError(ApprovalRefusal.NOT_PERMITTED)

    async def _tried(self, person: Person, pin: Secret) -> Person:
        """Count a PIN and check it; return the person as they are once it was right."""
        now = self._clock.now()
        if person.state is not PersonState.ACTIVE:
            raise SignInRefusedError(SignInRefusal.LOCKED)
        if is_locked_out(person):
            raise SignInRefusedError(SignInRefusal.LOCKED_OUT)
        if (wait_s := wait_left_s(person, now)) > 0:
            raise SignInRefusedError(SignInRefusal.MUST_WAIT, wait_s)
        tried = person.with_try(now)
        await self._keep(person, tried, StaffDeed.PIN_TRIED, person.name)
        if await self._pins.is_right(pin, person.pin):
            return tried
        if is_locked_out(tried):
            raise SignInRefusedError(SignInRefusal.LOCKED_OUT)
        wait_s = wait_left_s(tried, self._clock.now())
        raise SignInRefusedError(SignInRefusal.WRONG_PIN, wait_s)

    async def sign_out(self, actor: Actor) -> None:
        """Record that somebody leaves the till."""
        person = _one_of(await self._journal.staff(), actor.number)
        await self._keep(person, person, StaffDeed.SIGNED_OUT, actor.name)

    # ---------------------------------------------------------------------- the first and the last

    async def begin(self, number: str, name: str, passphrase: Secret) -> Secret:
        """Make the first manager; return the code that recovers a lost passphrase.

        The code is not stored, so this is the only time that it can be shown.

        Raises:
            StaffRefusedError: there is staff already, or the number or the name cannot be used.
            WeakPinError: the passphrase is too easily guessed.

        """
        if await self._journal.has_staff():
            raise StaffRefusedError(StaffRefusal.HAS_STAFF)
        manager = await self._new(number, name, MANAGER, passphrase)
        code = self._new_code()
        now = self._clock.now().wall
        spare = Person(
            number=RECOVERY,
            name=RECOVERY,
            role=RECOVERY,
            added_at=now,
            pin=await self._pins.verifier(_plain_code(code)),
        )
        rows = [
            StaffKept(before=None, after=one, at=now, deed=StaffDeed.ADDED, by=manager.name)
            for one in (manager, spare)
        ]
        await self._journal.commit(rows)
        return code

    async def begin_training(self, trainees: Sequence[Trainee]) -> None:
        """Make the staff of a training till, unless it has some. There is no recovery code."""
        if await self._journal.has_staff():
            return
        people = [await self._new(one.number, one.name, one.role, one.pin) for one in trainees]
        at = self._clock.now().wall
        await self._journal.commit(
            [
                StaffKept(before=None, after=one, at=at, deed=StaffDeed.ADDED, by=MACHINE.name)
                for one in people
            ]
        )

    async def recover(self, code: Secret, number: str, passphrase: Secret) -> None:
        """Give a manager a new passphrase; the recovery code proves it and is used up.

        Raises:
            SignInRefusedError: the code is not right or was used, or nobody has the number.
            StaffRefusedError: the person is no manager.
            WeakPinError: the passphrase is too easily guessed.

        """
        async with self._one_at_a_time:
            staff = await self._journal.staff()
            # Whoever has no code is not told whose number is a manager's.
            tried = await self._tried(_spare_of(staff), _plain_code(code))
            manager = _one_of(staff, number)
            if not self._actor_of(manager).may(Permission.MANAGE_STAFF):
                raise StaffRefusedError(StaffRefusal.NO_MANAGER)
            renewed = replace(
                await self._with_pin(manager, passphrase), state=PersonState.ACTIVE
            ).without_tries()
            spent = replace(tried.without_tries(), state=PersonState.SPENT)
            now = self._clock.now().wall
            await self._journal.commit(
                [
                    StaffKept(
                        before=tried, after=spent, at=now, deed=StaffDeed.RECOVERED, by=manager.name
                    ),
                    StaffKept(
                        before=manager, after=renewed, at=now, deed=StaffDeed.PIN_SET, by=RECOVERY
                    ),
                ]
            )

    async def acknowledge(self, by: Actor) -> Secret:
        """Record that a manager knows that the recovery code was used; return a new code."""
        spent = _spare_of(await self._journal.staff())
        code = self._new_code()
        fresh = replace(
            spent.without_tries(),
            pin=await self._pins.verifier(_plain_code(code)),
            state=PersonState.ACTIVE,
        )
        await self._keep(spent, fresh, StaffDeed.ACKNOWLEDGED, by.name)
        return code

    # ----------------------------------------------------------------------------------- managing

    async def add(
        self,
        number: str,
        name: str,
        role: str,
        pin: Secret,
        by: Actor,
        *,
        language: Language | None = None,
    ) -> None:
        """Add somebody to the staff.

        Raises:
            StaffRefusedError: number, name or role cannot be used.
            WeakPinError: the PIN is too easily guessed.

        """
        person = replace(await self._new(number, name, role, pin), language=language)
        await self._keep(None, person, StaffDeed.ADDED, by.name)

    async def change_own_pin(self, actor: Actor, old: Secret, new: Secret) -> None:
        """Let somebody choose a new PIN; the old one proves who it is.

        Raises:
            SignInRefusedError: the old one is not right.
            WeakPinError: the new one is too easily guessed.

        """
        async with self._one_at_a_time:
            person = _one_of(await self._journal.staff(), actor.number)
            renewed = await self._with_pin(person, new)
            tried = await self._tried(person, old)
            changed = replace(tried.without_tries(), pin=renewed.pin)
            await self._keep(tried, changed, StaffDeed.PIN_SET, actor.name)

    async def choose_language(self, actor: Actor, language: Language | None) -> None:
        """Have the window speak a language to somebody from now on, or with None the till's."""
        person = _one_of(await self._journal.staff(), actor.number)
        chosen = replace(person, language=language)
        await self._keep(person, chosen, StaffDeed.LANGUAGE_SET, actor.name)

    async def set_pin(self, number: str, pin: Secret, by: Actor) -> None:
        """Give somebody a new PIN, which ends their wait after wrong ones.

        Somebody who is locked out can be given one by a manager only.

        Raises:
            SignInRefusedError: nobody has this number.
            NotPermittedError: only a manager may do this for that person.
            WeakPinError: the PIN is too easily guessed.

        """
        person = _one_of(await self._journal.staff(), number)
        is_cashier = self._roles.get(person.role, EVERYTHING) <= OWN_ROLES[CASHIER]
        needs_manager = not is_cashier or is_locked_out(person)
        if needs_manager and not by.may(Permission.MANAGE_STAFF):
            raise NotPermittedError(Permission.MANAGE_STAFF)
        changed = (await self._with_pin(person, pin)).without_tries()
        await self._keep(person, changed, StaffDeed.PIN_SET, by.name)

    async def set_role(self, number: str, role: str, pin: Secret | None, by: Actor) -> None:
        """Give somebody another role, and a new PIN where the role wants another kind of PIN.

        Raises:
            StaffRefusedError: there is no such role, or nobody could manage the staff any more.
            SignInRefusedError: nobody has this number.
            WeakPinError: the PIN is too easily guessed, or one is needed and none was given.

        """
        if role not in self._roles:
            raise StaffRefusedError(StaffRefusal.UNKNOWN_ROLE)
        staff = await self._journal.staff()
        person = _one_of(staff, number)
        if Permission.MANAGE_STAFF not in self._roles[role]:
            self._check_manager_left(staff, person)
        changed = replace(person, role=role)
        kind = pin_kind_of(self._roles[role])
        if pin is not None:
            changed = await self._with_pin(changed, pin)
        elif kind is not pin_kind_of(self._actor_of(person).permissions):
            raise WeakPinError(PinWeakness.TOO_SHORT, kind)
        await self._keep(person, changed, StaffDeed.ROLE_SET, by.name)
        self._changed[number] = self._actor_of(changed).permissions

    async def set_badge(self, number: str, badge: Secret | None, by: Actor) -> None:
        """Give somebody a badge, or take theirs away.

        Raises:
            StaffRefusedError: somebody else has it.
            SignInRefusedError: nobody has this number.

        """
        staff = await self._journal.staff()
        person = _one_of(staff, number)
        made = None if badge is None else self._pins.badge_hash(badge)
        if made is not None and any(one.badge == made for one in staff if one != person):
            raise StaffRefusedError(StaffRefusal.BADGE_TAKEN)
        await self._keep(person, replace(person, badge=made), StaffDeed.BADGE_SET, by.name)

    async def lock(self, number: str, by: Actor) -> None:
        """Lock somebody's entry, so that they cannot sign in; it stays in the journal.

        Raises:
            StaffRefusedError: nobody could manage the staff any more.
            SignInRefusedError: nobody has this number.

        """
        staff = await self._journal.staff()
        person = _one_of(staff, number)
        self._check_manager_left(staff, person)
        locked = replace(person, state=PersonState.LOCKED)
        await self._keep(person, locked, StaffDeed.LOCKED, by.name)
        self._changed[number] = NOBODY.permissions

    async def unlock(self, number: str, by: Actor) -> None:
        """Let somebody sign in again whom a manager or too many wrong PINs had locked.

        Raises:
            SignInRefusedError: nobody has this number.

        """
        person = _one_of(await self._journal.staff(), number)
        opened = replace(person.without_tries(), state=PersonState.ACTIVE)
        await self._keep(person, opened, StaffDeed.UNLOCKED, by.name)
        self._changed.pop(number, None)

    def _check_manager_left(self, staff: Sequence[Person], but: Person) -> None:
        others = [
            one
            for one in staff
            if one.number != but.number
            and one.state is PersonState.ACTIVE
            and not is_locked_out(one)
            and self._actor_of(one).may(Permission.MANAGE_STAFF)
        ]
        if self._actor_of(but).may(Permission.MANAGE_STAFF) and not others:
            raise StaffRefusedError(StaffRefusal.LAST_MANAGER)

    async def _new(self, number: str, name: str, role: str, pin: Secret) -> Person:
        staff, name = await self._journal.staff(), clean_text(name, NAME_MAX + 1).strip()
        for is_wrong, why in (
            (role not in self._roles, StaffRefusal.UNKNOWN_ROLE),
            (_NUMBER.fullmatch(number) is None, StaffRefusal.BAD_NUMBER),
            (not 0 < len(name) <= NAME_MAX, StaffRefusal.BAD_NAME),
            (any(one.number == number for one in staff), StaffRefusal.NUMBER_TAKEN),
            (
                name.casefold() in {*_RESERVED, *(one.name.casefold() for one in staff)},
                StaffRefusal.NAME_TAKEN,
            ),
        ):
            if is_wrong:
                raise StaffRefusedError(why)
        added_at = self._clock.now().wall
        person = Person(number=number, name=name, role=role, added_at=added_at, pin=b"")
        return await self._with_pin(person, pin)

    async def _with_pin(self, person: Person, pin: Secret) -> Person:
        kind = pin_kind_of(self._roles.get(person.role, frozenset()))
        weakness = weakness_of(pin.reveal(), kind, number=person.number, name=person.name)
        if weakness is not None:
            raise WeakPinError(weakness, kind)
        return replace(person, pin=await self._pins.verifier(pin))

    async def note_more_tries(self, by: Actor) -> None:
        """Record that somebody may try codes again, and who allowed it."""
        person = _one_of(await self._journal.staff(), by.number)
        allowed = by.approved_by or by.name
        await self._keep(person, person, StaffDeed.TRIES_ALLOWED, allowed)

    async def _keep(
        self,
        before: Person | None,
        after: Person,
        deed: StaffDeed,
        by: str,
        more: Deed = _SIGNED_IN,
    ) -> None:
        kept = StaffKept(
            before=before,
            after=after,
            at=self._clock.now().wall,
            deed=deed,
            by=by,
            of=more.of,
            permission=more.permission,
            reason=more.reason,
            redemption_id=more.redemption_id,
        )
        await self._journal.commit((kept,))

    def _new_code(self) -> Secret:
        number = int(self._chance.new_id().replace("-", ""), 16)
        letters = []
        for _ in range(_CODE_LENGTH):
            number, index = divmod(number, len(_CODE_ALPHABET))
            letters.append(_CODE_ALPHABET[index])
        groups = range(0, _CODE_LENGTH, _CODE_GROUP)
        return Secret("-".join("".join(letters[at : at + _CODE_GROUP]) for at in groups))


def _plain_code(code: Secret) -> Secret:
    """Return a recovery code as it is checked, however it was typed."""
    return Secret("".join(letter for letter in code.reveal().upper() if letter.isalnum()))


def _by_number(person: Person) -> tuple[int, str]:
    """Order numbers as people count: 4 before 17."""
    return len(person.number), person.number


def _one_of(staff: Sequence[Person], number: str) -> Person:
    """Return the person with a number; the recovery code is no person."""
    for one in staff:
        if one.number == number != RECOVERY:
            return one
    raise SignInRefusedError(SignInRefusal.UNKNOWN_NUMBER)


def _spare_of(staff: Sequence[Person]) -> Person:
    """Return the entry of the recovery code; a training till has none."""
    for one in staff:
        if one.number == RECOVERY:
            return one
    raise SignInRefusedError(SignInRefusal.NO_CODE)
