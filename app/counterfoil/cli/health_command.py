"""The command that says how the till is, and writes a support file."""

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.acting import Hand
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import AsJson, DataDir, InTill, SettingsFile, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.failures import SupportFileError, SupportFileProblem
from counterfoil.presentation.documents import health_document
from counterfoil.presentation.words import commands, health, options
from counterfoil.service.commands import CheckHealth, KeepSupportFile
from counterfoil.service.health import Level


def add_health_to(app: typer.Typer) -> None:
    """Add this command to the program's."""
    app.command("health", help=commands.HEALTH)(say_health)


def say_health(
    support: Annotated[
        Path | None, typer.Option("--support", help=options.SUPPORT, show_default=False)
    ] = None,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """Say how the till is, and what to do about it."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        found = await hand.run(CheckHealth())
        document = health_document(found)
        lines = [health.status(found), ""]
        lines += [said for one in found.lines for said in health.table_lines(one)]
        if support is not None:
            kept = await _kept(hand, speaker.folder / support)
            document |= {"support_file": str(kept)}
            lines += ["", health.support_file_kept(kept), health.SUPPORT_NOTE]
        speaker.say(document, lines)
        return Exit.UNKNOWN if found.level is Level.ACT else Exit.DONE

    return in_till(data_dir, settings, as_json, command)


async def _kept(hand: Hand, path: Path) -> Path:
    try:
        return await hand.run(KeepSupportFile(path))
    except SupportFileError as error:
        is_there = error.cause is SupportFileProblem.FILE_IS_THERE
        said = health.FILE_IS_THERE if is_there else health.FILE_NOT_WRITTEN
        problem = OptionProblem.FILE_IS_THERE if is_there else OptionProblem.FILE_NOT_WRITTEN
        raise OptionError("--support", problem, said) from None
