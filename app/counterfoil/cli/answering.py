"""The window's side of the local door: carries out a command in the till that is open already.

Each visitor acts as who they say they are, through a gate of their own: who is at the window stays
there, and neither can use what was approved for the other.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from counterfoil import __version__
from counterfoil.adapters.door import Streams
from counterfoil.bootstrap import Till
from counterfoil.cli.acting import Proofs, Who
from counterfoil.cli.calls import ASKED_S, BEAT_S, RAISE, RAISED, SPOKEN_S, Call, Line, call_of
from counterfoil.cli.commands import read_quietly
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import InTill, carry_out_in, fenced
from counterfoil.cli.speaker import Speaker
from counterfoil.cli.terminal import SECRET_MAX
from counterfoil.domain.secret import Secret
from counterfoil.domain.staff import Proof
from counterfoil.presentation.words import command_line
from counterfoil.presentation.words.speaking import for_the_record
from counterfoil.service.tasks import TaskOwner
from counterfoil.service.visits import Work


def _no_window() -> None:
    """Do nothing: this till has none that could come in front."""


def load() -> Callable[[Till, Streams, Callable[[], None]], "Visit"]:
    """Load all that reads a command line, and return what makes visits."""
    read_quietly(["history"])
    return Visit


class Visit:
    """One command line that came through the door of an open till."""

    def __init__(
        self, till: Till, streams: Streams, raise_window: Callable[[], None] = _no_window
    ) -> None:
        self._till = till
        self._line = Line(streams)
        self._raise_window = raise_window

    async def hear(self) -> Work | None:
        """Read what is wanted; return what carries it out, or refuse what no open till does."""
        self._line.say({"window": __version__})
        said = await self._line.hear(SPOKEN_S)
        if said == RAISE:
            return self._come_to_front
        call = call_of(said)
        if call is not None:
            wanted = read_quietly(list(call.arguments))
            if isinstance(wanted, InTill):
                return partial(self._carry_out, call, wanted)
        self.refuse()
        return None

    def refuse(self) -> None:
        """Answer that nothing is done for this visitor."""
        self._line.say({"refused": True})

    async def _come_to_front(self) -> None:
        self._raise_window()
        self._line.say(RAISED)

    async def _carry_out(self, call: Call, wanted: InTill) -> None:
        """Carry out a command, and say its exit code last."""
        terminal = DoorTerminal(self._line, Path(call.folder))
        speaker = Speaker(as_json=wanted.as_json, terminal=terminal)

        async def work() -> Exit:
            till = await self._till.visited()
            return await carry_out_in(till, wanted, speaker, _proofs(wanted.who, call))

        async with TaskOwner(_let_it_go) as owner:
            _ = owner.spawn(self._beat(), "beat")
            with for_the_record():  # whatever who is at the window speaks
                code = await fenced(speaker, work())
        self._line.say({"exit": code})

    async def end(self) -> None:
        """Wait until the visitor has read all of it, and close."""
        await self._line.end()

    def break_off(self) -> None:
        """Close at once."""
        self._line.break_off()

    async def _beat(self) -> None:
        while True:
            await self._till.clock.sleep(BEAT_S)
            self._line.say({"beat": True})


class DoorTerminal:
    """The terminal of the command line at the other side of the door."""

    def __init__(self, line: Line, folder: Path) -> None:
        self._line = line
        self.folder = folder

    def write(self, text: str, *, is_aside: bool = False) -> None:
        """Have the other side print a text; if that side has gone, nothing happens."""
        self._line.say_text("aside" if is_aside else "out", text)

    async def ask(self, label: str, *, is_new: bool = False) -> str:
        """Have the other side ask for a secret.

        Raises:
            OptionError: nobody typed it.

        """
        self._line.say({"ask": label, "is_new": is_new})
        match await self._line.hear(ASKED_S):
            case {"answer": str(answer)}:
                return answer[:SECRET_MAX]
            case _:
                raise OptionError(label, OptionProblem.NOT_TYPED, command_line.NOT_TYPED)


def _proofs(who: Who | None, call: Call) -> Proofs | None:
    """Return who acts and who approves, with the PINs that were typed for them."""
    if who is None:
        return None
    actor, approver = call.pins
    return Proofs(
        actor=_proof(who.number, actor), approver=_proof(who.approver, approver), reason=who.reason
    )


def _proof(number: str, pin: Secret | None) -> Proof | None:
    return Proof(number, pin) if number and pin is not None else None


def _let_it_go(_: str, __: Exception) -> None:
    """Do nothing: a visitor who is not told that the till still works waits less long."""
