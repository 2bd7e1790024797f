"""How every command is run: with an open till or without one, until its exit code.

To read a command line only says what is wanted (`InTill` or `Alone`); nothing is done by that.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.adapters.settings.till_settings import load_settings
from counterfoil.adapters.system.logs import describe_failure
from counterfoil.bootstrap import (
    Places,
    Till,
    catalogue_of,
    data_directory,
    open_till_in,
)
from counterfoil.cli.acting import Hand, Proofs, Who, read_proofs
from counterfoil.cli.calling import go_through_door
from counterfoil.cli.calls import Call
from counterfoil.cli.exits import Exit
from counterfoil.cli.speaker import Speaker
from counterfoil.declaring import dataclass
from counterfoil.domain.failures import (
    CounterfoilError,
    JournalLockedError,
    JournalUnavailableError,
)
from counterfoil.domain.staff import Permission
from counterfoil.presentation.words import command_line, failures, options
from counterfoil.presentation.words.speaking import use

AS_JSON = "--json"

_log = logging.getLogger("counterfoil.cli")

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help=options.DATA_DIR, show_default=False)
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help=options.SETTINGS, show_default=False)
]
AsJson = Annotated[bool, typer.Option(AS_JSON, help=options.JSON)]
Command = Callable[[Hand, Speaker], Awaitable[Exit]]


@dataclass(frozen=True, slots=True)
class InTill:
    """A command that is carried out in an open till.

    Without ``who`` nobody acts: it only reads.
    """

    places: Places
    as_json: bool
    command: Command
    who: Who | None = None


@dataclass(frozen=True, slots=True)
class Alone:
    """A command that needs no open till; ``work`` opens what it needs and returns the exit code."""

    as_json: bool
    work: Callable[[Speaker], int]


Wanted = InTill | Alone
"""What a command line asks for."""


def in_till(
    data_dir: Path | None,
    settings: Path | None,
    as_json: bool,
    command: Command,
    who: Who | None = None,
) -> InTill:
    """Return a command for the till with this data folder and settings file."""
    return InTill(Places(data_dir, settings), as_json, command, who)


def alone(as_json: bool, work: Callable[[Speaker], Coroutine[Any, Any, Exit]]) -> Alone:
    """Return a command that needs no open till; ``work`` is run on an event loop of its own."""
    return Alone(as_json, lambda speaker: _finished(speaker, work(speaker)))


def carry_out(arguments: Sequence[str], wanted: Wanted) -> int:
    """Carry out what a command line asks for, and return its exit code."""
    speaker = Speaker(as_json=wanted.as_json)
    if isinstance(wanted, Alone):
        return wanted.work(speaker)
    return _finished(speaker, _in_till(arguments, wanted, speaker))


def _finished(speaker: Speaker, work: Coroutine[Any, Any, Exit]) -> Exit:
    """Do the work, print a failure, and return the exit code."""
    try:
        return asyncio.run(fenced(speaker, work))
    except KeyboardInterrupt:
        return speaker.fail(Exit.UNKNOWN, "interrupted", command_line.INTERRUPTED)


async def _in_till(arguments: Sequence[str], wanted: InTill, speaker: Speaker) -> Exit:
    """Carry out a command in the till of its folder: in its open window, or in one opened here."""
    # Before the till is opened, which nobody else can use while a person types.
    proofs = None if wanted.who is None else read_proofs(wanted.who)
    settings = await asyncio.to_thread(load_settings, wanted.places.file)
    directory = data_directory(wanted.places, settings)
    use(catalogue_of(settings.language))
    call = _call(arguments, proofs)
    if (ended := await go_through_door(directory, call, speaker)) is not None:
        return ended
    opened = AsyncExitStack()
    try:
        till = await opened.enter_async_context(
            open_till_in(directory, settings, file=wanted.places.file)
        )
    except JournalLockedError:
        # A window may have opened just now.
        if (ended := await go_through_door(directory, call, speaker)) is not None:
            return ended
        raise
    try:
        async with opened:
            ended = await carry_out_in(till, wanted, speaker, proofs)
    except Exception:
        if ended is None:
            raise
        # When only closing failed, what the command did and said stands.
    return ended


def _call(arguments: Sequence[str], proofs: Proofs | None) -> Call:
    known = Proofs() if proofs is None else proofs
    actor, approver = (one.pin if one else None for one in (known.actor, known.approver))
    folder = ""
    with suppress(FileNotFoundError):  # it was removed, and then nothing is relative to it
        folder = str(Path.cwd())
    return Call(tuple(arguments), folder, (actor, approver))


async def carry_out_in(till: Till, wanted: InTill, speaker: Speaker, proofs: Proofs | None) -> Exit:
    """Carry out a command in an open till, as the person that ``proofs`` names."""
    try:
        return await _logged(_act(till, speaker, wanted.command, proofs))
    finally:
        await _warn_of_damage(till, speaker)


async def _act(till: Till, speaker: Speaker, command: Command, proofs: Proofs | None) -> Exit:
    hand = Hand(till, proofs)
    if proofs is not None:
        await hand.sign_in()
        if hand.actor.may(Permission.RESET_PIN):
            await _warn_of_recovery(till, speaker)
    return await command(hand, speaker)


async def _warn_of_recovery(till: Till, speaker: Speaker) -> None:
    if await till.staff.is_recovery_used():
        speaker.warn(command_line.RECOVERY_USED)


async def fenced(speaker: Speaker, work: Awaitable[Exit]) -> Exit:
    """Await the work; if it fails, print the failure and return its exit code."""
    try:
        return await work
    except CounterfoilError as error:
        return speaker.fail_with(error)
    except Exception as error:  # noqa: BLE001 - money may have moved, and its words may hold a secret
        said = command_line.unexpected(type(error).__name__)
        return speaker.fail(Exit.UNKNOWN, "unexpected", said)


async def _warn_of_damage(till: Till, speaker: Speaker) -> None:
    """Say what was found altered, which no list shows."""
    with suppress(JournalUnavailableError):  # said by whatever it stopped
        if damages := await till.check.known():
            speaker.warn(failures.damage(damages))


async def _logged(work: Awaitable[Exit]) -> Exit:
    """Carry out, and log a failure that nobody foresaw while the log is open."""
    try:
        return await work
    except CounterfoilError:
        raise
    except Exception as error:
        _log.error("a command failed", extra=describe_failure(error))
        raise
