"""One person at a time is at the till, and what is done is done as them."""

import asyncio

import pytest

from counterfoil.domain.failures import NotPermittedError, SignInRefusedError
from counterfoil.domain.language import Language
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import CASHIER, EVERYTHING, NOBODY, Actor
from counterfoil.service.commands import RefreshTypes, RevealChange, SettleAll
from counterfoil.service.session import Session
from service.test_gate import CASHIER_PIN, SUPERVISOR_PIN, open_counter


async def test_who_signs_in_takes_over() -> None:
    """Whoever was there before is gone; a wrong PIN changes nothing."""
    async with open_counter() as counter:
        await counter.hired()
        session, seen = Session(counter.gate, NOBODY), []
        session.on_change.append(lambda: seen.append((session.actor.number, session.is_left)))
        assert not session.is_signed_in
        with pytest.raises(NotPermittedError):
            await counter.gate.run(SettleAll(), session.actor)
        await session.sign_in("17", CASHIER_PIN)
        with pytest.raises(SignInRefusedError):
            await session.sign_in("21", Secret("000000"))
        assert session.actor.number == "17"
        await session.sign_in("21", SUPERVISOR_PIN)
        await counter.gate.run(RefreshTypes(), session.actor)
        await session.sign_out()
        await session.sign_out()
        assert session.actor is NOBODY
        assert seen == [("17", False), ("21", False), ("", True)]


async def test_a_language_is_spoken_to_who_chose_it_whenever_they_are_there() -> None:
    """And to nobody else."""
    async with open_counter() as counter:
        await counter.hired()
        session, seen = Session(counter.gate, NOBODY), []
        session.on_change.append(lambda: seen.append(session.actor.language))
        await session.sign_in("17", CASHIER_PIN)
        await session.choose_language(Language.ISIZULU)
        await session.sign_in("21", SUPERVISOR_PIN)
        await session.sign_in("17", CASHIER_PIN)
        assert seen == [None, Language.ISIZULU, None, Language.ISIZULU]


async def test_who_leaves_while_their_language_is_kept_is_not_back_with_it() -> None:
    """It is theirs the next time."""
    async with open_counter() as counter:
        await counter.hired()
        session = Session(counter.gate, NOBODY)
        await session.sign_in("17", CASHIER_PIN)
        await asyncio.gather(session.choose_language(Language.ISIZULU), session.sign_out())
        assert session.actor is NOBODY
        await session.sign_in("17", CASHIER_PIN)
        assert session.actor.language is Language.ISIZULU


async def test_who_is_locked_while_at_the_till_sells_no_more() -> None:
    """At once, and so it is with a role that is taken away (control 20)."""
    async with open_counter() as counter:
        await counter.hired()
        people, manager = counter.engine.people, Actor("Lindiwe K.", EVERYTHING, "31")
        session = Session(counter.gate, NOBODY)
        await session.sign_in("21", SUPERVISOR_PIN)
        sold = await counter.sold()
        await people.set_role("21", CASHIER, CASHIER_PIN, manager)
        with pytest.raises(NotPermittedError):
            await counter.gate.run(RevealChange(sold.id), session.actor)
        await counter.gate.run(SettleAll(), session.actor)
        await people.lock("21", manager)
        with pytest.raises(NotPermittedError):
            await counter.gate.run(SettleAll(), session.actor)
        await people.unlock("21", manager)
        await session.sign_in("21", CASHIER_PIN)
        await counter.gate.run(SettleAll(), session.actor)
