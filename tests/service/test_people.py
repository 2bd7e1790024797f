"""Who is at the till: signing in, wrong PINs, the recovery code, and who may change whose entry."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import process_time

import pytest

from counterfoil.adapters.system.pins import ArgonPins
from counterfoil.domain.audit import StaffDone, happened
from counterfoil.domain.conduct import Alert, AlertKind
from counterfoil.domain.failures import (
    JournalFullError,
    NotPermittedError,
    SignInRefusal,
    SignInRefusedError,
    StaffRefusal,
    StaffRefusedError,
    StaleChangeError,
    WeakPinError,
)
from counterfoil.domain.language import Language
from counterfoil.domain.pin_rules import FREE_TRIES
from counterfoil.domain.rows import StaffKept
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import (
    CASHIER,
    EVERYTHING,
    MANAGER,
    OWN_ROLES,
    SUPERVISOR,
    Actor,
    Permission,
    StaffDeed,
)
from counterfoil.domain.training import TRAINEES, Trainee
from counterfoil.service.people import Deed, People
from support.clocks import SeededChance, SteppedClock
from support.people import made_people
from support.quick_journal import VAULT
from support.samples import NOON, Samples
from support.till import WatchedJournal

PASSPHRASE, PIN, SUPERVISOR_PIN = Secret("a horse and a kite"), Secret("36925"), Secret("482057")
WRONG = Secret("73914")
LINDIWE = Actor("Lindiwe K.", EVERYTHING, "31")
NOMSA = Actor("Nomsa D.", OWN_ROLES[SUPERVISOR], "21")


@dataclass(slots=True)
class Staff:
    """A till's people over a journal in memory."""

    journal: WatchedJournal = field(default_factory=WatchedJournal)
    clock: SteppedClock = field(default_factory=SteppedClock)

    def people(self) -> People:
        """Return the service anew, as after a restart."""
        return made_people(self.journal, self.clock)

    async def hired(self) -> Secret:
        """Add a manager, a supervisor and a cashier; return the recovery code."""
        people = self.people()
        code = await people.begin("31", "Lindiwe K.", PASSPHRASE)
        await people.add("21", "Nomsa D.", SUPERVISOR, SUPERVISOR_PIN, LINDIWE)
        await people.add("17", "Thandi M.", CASHIER, PIN, LINDIWE)
        return code

    async def refusal(self, number: str, pin: Secret) -> tuple[SignInRefusal, float]:
        """Try to sign in in vain."""
        with pytest.raises(SignInRefusedError) as refused:
            await self.people().proven(number, pin)
        return refused.value.why, refused.value.wait_s

    def dump(self) -> str:
        """Return all that the file holds."""
        connection = self.journal._connection
        assert connection is not None, "the journal is open"
        return bytes(connection.serialize()).decode("latin-1")

    def events(self) -> list[StaffDone]:
        """Return the events of what was put on record."""
        rows = [row for rows in self.journal.commits for row in rows]
        told = [one.event for one in map(happened, rows) if one is not None]
        return [event for event in told if isinstance(event, StaffDone)]

    def deeds(self) -> list[StaffDeed]:
        """Return what was put on record."""
        return [
            row.deed for rows in self.journal.commits for row in rows if isinstance(row, StaffKept)
        ]


@pytest.fixture
def staff() -> Staff:
    """Return a till without anybody."""
    return Staff()


async def test_a_right_pin_says_who_it_is(staff: Staff) -> None:
    """With the permissions of their role, and both the try and the sign-in on record."""
    await staff.hired()
    actor = await staff.people().proven("17", PIN)
    assert actor == Actor("Thandi M.", OWN_ROLES[CASHIER], "17")
    assert staff.deeds()[-2:] == [StaffDeed.PIN_TRIED, StaffDeed.SIGNED_IN]
    await staff.people().sign_out(actor)
    assert staff.deeds()[-1] is StaffDeed.SIGNED_OUT
    assert await staff.journal.verify() == ()


async def test_no_pin_is_in_what_is_kept(staff: Staff) -> None:
    """Neither as a row nor as an event, nor in what a program prints of a person."""
    await staff.hired()
    kept = staff.dump()
    for secret in (PIN, SUPERVISOR_PIN, PASSPHRASE):
        assert secret.reveal() not in kept
    assert "pin=" not in repr(await staff.journal.staff())


@pytest.mark.fault("X10")
async def test_ten_wrong_pins_lock_somebody_out_for_good(staff: Staff) -> None:
    """Neither a restart nor a clock that was set back shortens a wait; a manager ends it."""
    await staff.hired()
    seen = []
    for _ in range(10):
        seen.append(await staff.refusal("17", WRONG))
        if seen[-1][1]:
            assert await staff.refusal("17", PIN) == (SignInRefusal.MUST_WAIT, seen[-1][1])
            staff.clock.shift_wall(timedelta(days=-400))
            assert await staff.refusal("17", PIN) == (SignInRefusal.MUST_WAIT, seen[-1][1])
            await staff.clock.advance(seen[-1][1])
    wrong = SignInRefusal.WRONG_PIN
    waits = [(wrong, 60.0 * 2**doubled) for doubled in range(5)]
    assert seen == [*[(wrong, 0.0)] * 4, *waits, (SignInRefusal.LOCKED_OUT, 0.0)]
    await staff.clock.advance(1e6)
    assert (await staff.refusal("17", PIN))[0] is SignInRefusal.LOCKED_OUT
    assert [alert.number for alert in await staff.people().alerts(NOMSA)] == ["17"]
    with pytest.raises(NotPermittedError):
        await staff.people().set_pin("17", Secret("58203"), NOMSA)
    await staff.people().unlock("17", LINDIWE)
    assert (await staff.people().proven("17", PIN)).name == "Thandi M."


@pytest.mark.fault("X10")
async def test_a_right_pin_does_not_undo_the_wrong_ones_before_it(staff: Staff) -> None:
    """Whoever guessed it in the end is told of, to each who supervises, until they have seen it."""
    await staff.hired()
    people = staff.people()
    assert await people.alerts(NOMSA) == ()
    for _ in range(FREE_TRIES):
        await staff.refusal("17", WRONG)
    await staff.clock.advance(60.0)
    await people.proven("17", PIN)
    guessed = Alert(
        kind=AlertKind.WRONG_PINS, name="Thandi M.", number="17", count=FREE_TRIES, was_right=True
    )
    assert await people.alerts(NOMSA) == (guessed,)
    await people.note_alerts_seen(NOMSA)
    assert await people.alerts(NOMSA) == ()
    assert await people.alerts(LINDIWE) == (guessed,)
    # What comes after is told again.
    for _ in range(FREE_TRIES):
        await staff.refusal("17", WRONG)
    (told,) = await people.alerts(NOMSA)
    assert (told.count, told.was_right) == (FREE_TRIES, False)


@pytest.mark.fault("X10")
async def test_a_pin_is_counted_before_it_is_checked(staff: Staff) -> None:
    """Whoever pulls the plug when they see that it was wrong has used up a try all the same."""
    await staff.hired()
    tried = len(staff.deeds())

    def plug(rows: object) -> None:
        if len(staff.deeds()) > tried:
            raise JournalFullError

    staff.journal.before_commit = plug
    await staff.refusal("17", WRONG)
    assert staff.deeds()[-1] is StaffDeed.PIN_TRIED
    with pytest.raises(JournalFullError):
        await staff.people().proven("17", PIN)


def test_a_shop_s_roles_come_after_those_that_every_till_has(staff: Staff) -> None:
    """None of them means something else."""
    own = {"stock-taker": frozenset({Permission.CHECK_BALANCE})}
    people = made_people(staff.journal, staff.clock, own)
    assert people.roles() == {**OWN_ROLES, **own}
    assert tuple(people.roles()) == (CASHIER, SUPERVISOR, MANAGER, "stock-taker")


async def test_two_at_once_are_counted_as_two(staff: Staff) -> None:
    """One after the other, so that no try is lost between them."""
    await staff.hired()
    people = staff.people()
    tries = (people.proven("17", WRONG) for _ in range(4))
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert all(isinstance(one, SignInRefusedError) for one in ended)
    (thandi,) = [one for one in await people.staff() if one.number == "17"]
    assert thandi.failures == 4


async def test_everybody_is_listed_in_the_order_of_their_numbers(staff: Staff) -> None:
    """As people count, and not as letters are ordered: 4 comes before 17."""
    await staff.hired()
    people = staff.people()
    await people.add("4", "Sipho K.", SUPERVISOR, SUPERVISOR_PIN, LINDIWE)
    assert [one.number for one in await people.staff()] == ["4", "17", "21", "31"]


async def test_the_first_manager_is_made_once(staff: Staff) -> None:
    """And a weak passphrase makes none."""
    people = staff.people()
    assert not await people.has_staff()
    with pytest.raises(WeakPinError):
        await people.begin("31", "Lindiwe K.", Secret("short"))
    assert not await people.has_staff()
    await staff.hired()
    with pytest.raises(StaffRefusedError) as refused:
        await people.begin("32", "Somebody", PASSPHRASE)
    assert refused.value.why is StaffRefusal.HAS_STAFF


async def test_the_recovery_code_lets_a_manager_in_once(staff: Staff) -> None:
    """It is shown as used until a manager acknowledges it, and gets a new one."""
    code = await staff.hired()
    people, fresh = staff.people(), Secret("another kite and horse")
    typed = Secret(code.reveal().lower().replace("-", " "))
    with pytest.raises(SignInRefusedError):
        await people.recover(Secret("0000-0000-0000-0000-0000"), "31", fresh)
    await people.recover(typed, "31", fresh)
    assert [alert.kind for alert in await people.alerts(NOMSA)] == [AlertKind.RECOVERY_USED]
    assert await people.is_recovery_used()
    with pytest.raises(SignInRefusedError) as refused:
        await people.recover(code, "31", PASSPHRASE)
    assert refused.value.why is SignInRefusal.LOCKED
    manager = await people.proven("31", fresh)
    new_code = await people.acknowledge(manager)
    assert await people.alerts(NOMSA) == ()
    await people.recover(new_code, "31", PASSPHRASE)
    assert StaffDeed.RECOVERED in staff.deeds()
    assert "recovery" not in {one.role for one in await people.staff()}


async def test_a_supervisor_sets_the_pin_of_a_cashier_only(staff: Staff) -> None:
    """Whoever may do more than a cashier goes to a manager."""
    await staff.hired()
    people = staff.people()
    await people.set_pin("17", Secret("58203"), NOMSA)
    assert (await people.proven("17", Secret("58203"))).number == "17"
    for number in ("21", "31"):
        with pytest.raises(NotPermittedError):
            await people.set_pin(number, Secret("902651"), NOMSA)
    await people.set_pin("21", Secret("902651"), LINDIWE)


async def test_who_may_do_more_needs_a_longer_pin(staff: Staff) -> None:
    """A cashier who becomes a supervisor gets a new one with it."""
    await staff.hired()
    people = staff.people()
    with pytest.raises(WeakPinError):
        await people.set_role("17", SUPERVISOR, None, LINDIWE)
    await people.set_role("17", SUPERVISOR, Secret("902651"), LINDIWE)
    assert (await people.proven("17", Secret("902651"))).permissions == OWN_ROLES[SUPERVISOR]
    await people.set_role("21", SUPERVISOR, None, LINDIWE)


async def test_the_last_manager_stays(staff: Staff) -> None:
    """Or nobody could manage the staff any more."""
    await staff.hired()
    people = staff.people()
    for lost in (people.lock("31", LINDIWE), people.set_role("31", CASHIER, PIN, LINDIWE)):
        with pytest.raises(StaffRefusedError) as refused:
            await lost
        assert refused.value.why is StaffRefusal.LAST_MANAGER
    await people.add("32", "Themba Z.", MANAGER, Secret("seven green bottles"), LINDIWE)
    await people.lock("31", LINDIWE)
    assert (await staff.refusal("31", PASSPHRASE))[0] is SignInRefusal.LOCKED


@pytest.mark.parametrize(
    ("number", "name", "role", "why"),
    [
        ("17", "Another", CASHIER, StaffRefusal.NUMBER_TAKEN),
        ("18", "thandi m.", CASHIER, StaffRefusal.NAME_TAKEN),
        ("18", "Another", "boss", StaffRefusal.UNKNOWN_ROLE),
        ("x", "Another", CASHIER, StaffRefusal.BAD_NUMBER),
        ("18", " ", CASHIER, StaffRefusal.BAD_NAME),
        ("18", "n" * 31, CASHIER, StaffRefusal.BAD_NAME),
    ],
)
async def test_an_entry_that_cannot_be_made_is_refused(
    staff: Staff, number: str, name: str, role: str, why: StaffRefusal
) -> None:
    """A name belongs to one person for good."""
    await staff.hired()
    with pytest.raises(StaffRefusedError) as refused:
        await staff.people().add(number, name, role, Secret("58203"), LINDIWE)
    assert refused.value.why is why


async def test_a_badge_says_who_and_the_pin_that_it_is_them(staff: Staff) -> None:
    """It is kept as a keyed hash, and belongs to one person."""
    await staff.hired()
    people, badge = staff.people(), Secret("BADGE-0017-XYZ")
    await people.set_badge("17", badge, LINDIWE)
    assert await people.number_of_badge(badge) == "17"
    assert await people.number_of_badge(Secret("BADGE-0018-XYZ")) is None
    assert badge.reveal() not in staff.dump()
    with pytest.raises(StaffRefusedError) as refused:
        await people.set_badge("21", badge, LINDIWE)
    assert refused.value.why is StaffRefusal.BADGE_TAKEN
    await people.set_badge("17", None, LINDIWE)
    assert await people.number_of_badge(badge) is None


async def test_an_approval_is_on_record_with_the_right_pin(staff: Staff) -> None:
    """In the commit that ends the count of wrong ones."""
    await staff.hired()
    deed = Deed(what=StaffDeed.APPROVED, of="Thandi M.", reason="wrong_amount")
    await staff.people().proven("21", SUPERVISOR_PIN, deed)
    (event,) = [one for one in staff.events() if one.deed is StaffDeed.APPROVED]
    assert event == StaffDone(
        number="21", deed=deed.what, by="Nomsa D.", of="Thandi M.", reason="wrong_amount"
    )


async def test_a_language_is_everybodys_own_and_on_record(staff: Staff) -> None:
    """Each chooses for themselves; who never did has none."""
    await staff.hired()
    people = staff.people()
    await people.choose_language(await people.actor("17"), Language.ISIZULU)
    assert (await people.proven("17", PIN)).language is Language.ISIZULU
    assert (await people.actor("21")).language is None
    await people.add(
        "18", "Lerato S.", CASHIER, Secret("58203"), LINDIWE, language=Language.SESOTHO
    )
    spoken = {one.number: one.language for one in await people.staff()}
    assert spoken == {"17": Language.ISIZULU, "18": Language.SESOTHO, "21": None, "31": None}
    (event,) = [one for one in staff.events() if one.deed is StaffDeed.LANGUAGE_SET]
    assert event == StaffDone(
        number="17", deed=event.deed, by="Thandi M.", language=Language.ISIZULU
    )
    (added,) = [one for one in staff.events() if one.language and one != event]
    assert (added.number, added.deed, added.language) == ("18", StaffDeed.ADDED, Language.SESOTHO)


async def test_nobody_has_this_number(staff: Staff) -> None:
    """Also where the settings no longer have a person's role: they may only sign in."""
    await staff.hired()
    assert (await staff.refusal("99", PIN))[0] is SignInRefusal.UNKNOWN_NUMBER
    pins = ArgonPins(VAULT, memory_kib=8)
    people = People(
        journal=staff.journal, pins=pins, clock=staff.clock, chance=SeededChance(1), roles={}
    )
    assert {one.value for one in (await people.actor("17")).permissions} == {
        "sign_in",
        "ask_for_types",
    }


# ---------------------------------------------------------------------------------------- training


@pytest.mark.parametrize("trainee", TRAINEES, ids=lambda one: one.role)
async def test_a_training_till_opens_with_people_who_can_sign_in(
    staff: Staff, trainee: Trainee
) -> None:
    """Their PINs are good by the rules that hold for every PIN."""
    await staff.people().begin_training(TRAINEES)
    actor = await staff.people().proven(trainee.number, trainee.pin)
    assert (actor.name, actor.permissions) == (trainee.name, OWN_ROLES[trainee.role])


async def test_the_people_of_training_are_made_once(staff: Staff) -> None:
    """Whoever was locked there or has another PIN stays so."""
    await staff.people().begin_training(TRAINEES)
    await staff.people().lock("17", LINDIWE)
    deeds = staff.deeds()
    await staff.people().begin_training(TRAINEES)
    assert staff.deeds() == deeds


# --------------------------------------------------------------------------------- the verifiers


async def test_a_pin_is_checked_with_the_memory_that_its_verifier_was_made_with() -> None:
    """So a till may take more for new ones, and the old ones stay right."""
    made = await ArgonPins(VAULT, memory_kib=8).verifier(PIN)
    pins = ArgonPins(VAULT)
    assert await pins.is_right(PIN, made)
    assert not await pins.is_right(WRONG, made)


@pytest.mark.fault("X11")
async def test_a_pin_costs_whoever_tries_it_memory_and_time() -> None:
    """As much as control 11 of the faults says, so that a thief with the key pays it each time."""
    begun_s = process_time()
    made = await ArgonPins(VAULT).verifier(PIN)
    assert int.from_bytes(made[1:5]) == 64 * 1024
    assert process_time() - begun_s > 0.02


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: made[:-1],
        lambda made: b"\x02" + made[1:],
        lambda made: made[:1] + b"\xff\xff\xff\xff" + made[5:],
        lambda made: made[:1] + bytes(4) + made[5:],
    ],
    ids=["short", "another version", "too much memory", "no memory"],
)
async def test_a_verifier_that_no_till_makes_is_never_right(
    spoil: Callable[[bytes], bytes],
) -> None:
    """Nor does it take the memory that it asks for."""
    pins = ArgonPins(VAULT, memory_kib=8)
    assert not await pins.is_right(PIN, spoil(await pins.verifier(PIN)))


# ---------------------------------------------------------------------------- what must not be done


async def test_the_recovery_code_is_nobodys_entry(staff: Staff) -> None:
    """Whoever could change it as a person's would become a manager by it."""
    code = await staff.hired()
    people = staff.people()
    wanted = (
        people.set_pin("recovery", Secret("83719"), NOMSA),
        people.set_role("recovery", MANAGER, Secret("mine all mine now"), LINDIWE),
        people.set_badge("recovery", Secret("BADGE"), LINDIWE),
        people.lock("recovery", LINDIWE),
        people.unlock("recovery", LINDIWE),
        people.proven("recovery", Secret(code.reveal().replace("-", ""))),
        people.actor("recovery"),
    )
    for act in wanted:
        with pytest.raises(SignInRefusedError) as refused:
            await act
        assert refused.value.why is SignInRefusal.UNKNOWN_NUMBER
    await people.recover(code, "31", Secret("another kite and horse"))


async def test_ten_wrong_codes_make_no_till_without_a_manager(staff: Staff) -> None:
    """It is too long to be guessed, and the last way in: tries only cost time."""
    code = await staff.hired()
    fresh = Secret("another kite and horse")
    for _ in range(12):
        with pytest.raises(SignInRefusedError):
            await staff.people().recover(Secret("wrong"), "31", fresh)
        await staff.clock.advance(960)
    await staff.people().recover(code, "31", fresh)


async def test_without_the_code_nobody_is_told_who_is_a_manager(staff: Staff) -> None:
    """A number of a cashier, of a manager and of nobody are refused alike."""
    code = await staff.hired()
    fresh = Secret("another kite and horse")
    for number in ("17", "31", "99"):
        with pytest.raises(SignInRefusedError) as refused:
            await staff.people().recover(Secret("wrong"), number, fresh)
        assert refused.value.why is SignInRefusal.WRONG_PIN
    with pytest.raises(StaffRefusedError) as not_one:
        await staff.people().recover(code, "17", fresh)
    assert not_one.value.why is StaffRefusal.NO_MANAGER


async def test_whose_role_the_settings_have_lost_is_a_managers_matter(staff: Staff) -> None:
    """The role may come back, with every right that it had."""
    await staff.hired()
    roles = {**OWN_ROLES, "boss": EVERYTHING}
    with_boss = made_people(staff.journal, staff.clock, roles)
    await with_boss.add("41", "Big Boss", "boss", Secret("nine red balloons"), LINDIWE)
    with pytest.raises(NotPermittedError):
        await staff.people().set_pin("41", Secret("83719"), NOMSA)


async def test_an_altered_entry_refuses_one_person_and_no_sale(staff: Staff) -> None:
    """The others work on, and nobody becomes the first manager by it."""
    await staff.hired()
    staff.journal.alter("UPDATE staff SET role = 'manager' WHERE person_name = 'Thandi M.'")
    people = staff.people()
    assert (await staff.refusal("17", PIN))[0] is SignInRefusal.UNKNOWN_NUMBER
    assert (await people.proven("21", SUPERVISOR_PIN)).name == "Nomsa D."
    assert await people.has_staff()
    with pytest.raises(StaffRefusedError):
        await people.add("17", "Thandi M.", CASHIER, PIN, LINDIWE)
    await Samples().prepared(staff.journal)
    (finding,) = await staff.journal.verify()
    assert finding.where == "staff 17"


async def test_what_stands_for_no_person_is_nobodys_name(staff: Staff) -> None:
    """The journal has these names for the machine and for the code."""
    for name in ("Recovery", "MACHINE"):
        with pytest.raises(StaffRefusedError) as refused:
            await staff.people().begin("31", name, PASSPHRASE)
        assert refused.value.why is StaffRefusal.NAME_TAKEN


async def test_who_is_locked_out_is_no_manager_that_is_left(staff: Staff) -> None:
    """The last one who can sign in stays."""
    await staff.hired()
    people = staff.people()
    await people.add("32", "Themba Z.", MANAGER, Secret("seven green bottles"), LINDIWE)
    for _ in range(10):
        await staff.refusal("32", WRONG)
        await staff.clock.advance(960)
    with pytest.raises(StaffRefusedError) as refused:
        await people.lock("31", LINDIWE)
    assert refused.value.why is StaffRefusal.LAST_MANAGER


async def test_a_role_is_one_that_the_till_has(staff: Staff) -> None:
    """Whoever becomes a manager gets a passphrase, and no till without one has a code."""
    people = staff.people()
    await people.add("17", "Thandi M.", CASHIER, PIN, LINDIWE)
    with pytest.raises(StaffRefusedError):
        await people.set_role("17", "boss", None, LINDIWE)
    await people.set_role("17", MANAGER, Secret("seven green bottles"), LINDIWE)
    with pytest.raises(SignInRefusedError) as refused:
        await people.acknowledge(LINDIWE)
    assert refused.value.why is SignInRefusal.NO_CODE


async def test_an_entry_that_was_changed_meanwhile_is_not_written_over(staff: Staff) -> None:
    """Two at once must not undo each other."""
    await staff.hired()
    (old, *_) = await staff.journal.staff()
    tried = old.with_try(staff.clock.now())
    kept = StaffKept(before=tried, after=old, at=NOON, deed=StaffDeed.UNLOCKED, by="Lindiwe K.")
    with pytest.raises(StaleChangeError):
        await staff.journal.commit((kept,))
