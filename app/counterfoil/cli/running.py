"""How every command is run: with an open till or without one, until its exit code."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from counterfoil.adapters.system.logs import describe_failure
from counterfoil.bootstrap import Places, Till, open_till
from counterfoil.cli.acting import Hand, Proofs, Who, read_proofs
from counterfoil.cli.exits import Exit
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.failures import CounterfoilError, JournalUnavailableError
from counterfoil.domain.staff import Permission
from counterfoil.presentation.words import command_line, failures, options

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


def run_in_till(
    data_dir: Path | None,
    settings: Path | None,
    speaker: Speaker,
    command: Command,
    who: Who | None = None,
) -> None:
    """Open the till, carry out the command, and end the program with the command's exit code.

    Without ``who`` nobody acts, as for what only reads.
    """
    leave(speaker, _in_till(Places(data_dir, settings), speaker, command, who))


def leave(speaker: Speaker, work: Coroutine[Any, Any, Exit]) -> NoReturn:
    """Run the work, print a failure, and end the program with the exit code."""
    try:
        raise SystemExit(asyncio.run(_carry_out(speaker, work)))
    except KeyboardInterrupt:
        said = command_line.INTERRUPTED
        raise SystemExit(speaker.fail(Exit.UNKNOWN, "interrupted", said)) from None


async def _in_till(places: Places, speaker: Speaker, command: Command, who: Who | None) -> Exit:
    ended: Exit | None = None
    # Before the till is opened, which nobody else can use while a person types.
    proofs = None if who is None else read_proofs(who)
    try:
        async with open_till(places) as till:
            try:
                ended = await _logged(_act(till, speaker, command, proofs))
            finally:
                await _warn_of_damage(till, speaker)
    except Exception:
        if ended is None:
            raise
        # When only closing failed, what the command did and said stands.
    return ended


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


async def _carry_out(speaker: Speaker, work: Awaitable[Exit]) -> Exit:
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
