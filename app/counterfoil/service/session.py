"""Who is at the till now."""

from collections.abc import Callable
from dataclasses import replace

from counterfoil.domain.language import Language
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import NOBODY, Actor
from counterfoil.service.commands import ChooseLanguage, SignIn, SignOut
from counterfoil.service.gate import Gate


class Session:
    """The actor of a till's one counter; whoever signs in takes the place of who was there."""

    def __init__(self, gate: Gate, actor: Actor) -> None:
        self._gate = gate
        self._nobody = actor
        self._actor = actor
        self.on_change: list[Callable[[], None]] = []
        """What is called once somebody has come or gone."""

    @property
    def actor(self) -> Actor:
        """Who acts now."""
        return self._actor

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody has said who they are."""
        return bool(self._actor.number)

    @property
    def is_left(self) -> bool:
        """Whether nobody acts at all.

        `is_signed_in` does not tell: the operator of a till without staff has no number either.
        """
        return self._actor == NOBODY

    async def sign_in(self, number: str, pin: Secret) -> Actor:
        """Let somebody take over, and return who it is.

        Raises:
            SignInRefusedError: they are not let in; whoever was there still is.

        """
        actor = await self._gate.run(SignIn(number, pin), self._actor)
        self._be(actor)
        return actor

    async def sign_out(self) -> None:
        """Leave the till to nobody; what is under way goes on."""
        if self.is_signed_in:
            await self._gate.run(SignOut(), self._actor)
            self._be(self._nobody)

    async def choose_language(self, language: Language | None) -> None:
        """Have the window speak a language to who is at the till, now and whenever they are.

        None is the till's, whichever one that is then.
        """
        actor = self._actor
        await self._gate.run(ChooseLanguage(language), actor)
        is_still_here = self._actor == actor  # and not somebody who has come meanwhile
        self._be(replace(actor, language=language) if is_still_here else self._actor)

    def _be(self, actor: Actor) -> None:
        self._actor = actor
        for call in self.on_change:
            call()
