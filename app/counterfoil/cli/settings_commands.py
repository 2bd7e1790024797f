"""The commands about the settings: what is wrong in a file, and what is set and who changed it."""

import asyncio
import json
from typing import Annotated

import typer

from counterfoil.adapters.settings.checked_settings import settings_faults, told_settings
from counterfoil.bootstrap import Places
from counterfoil.cli.acting import Hand
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import Alone, AsJson, DataDir, InTill, SettingsFile, alone, in_till
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.audit import SettingChanged
from counterfoil.domain.setting import SettingValue
from counterfoil.presentation.documents import cause_document
from counterfoil.presentation.words import commands, options
from counterfoil.presentation.words import settings as words

_LOG_MAX = 500
"""How many changes are listed at most."""

settings_app = typer.Typer(help=options.SETTINGS_GROUP, no_args_is_help=True)


@settings_app.command("check", help=commands.SETTINGS_CHECK)
def check(
    data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False
) -> Alone:
    """Read a settings file as the till does, and say all that is wrong with it."""

    async def work(speaker: Speaker) -> Exit:
        file = Places(data_dir, settings).file
        if file is None:
            raise OptionError("--settings", OptionProblem.FILE_NEEDED, words.NO_FILE_NAMED)
        found = await asyncio.to_thread(settings_faults, file)
        said = [words.fault(file.name, one.line, one.cause) for one in found]
        faults = [
            {"line": one.line or None, "what": what} | cause_document(one.cause)
            for one, what in zip(found, said, strict=True)
        ]
        document = {"file": str(file), "faults": faults}
        if found:
            return speaker.fail(Exit.USAGE, "settings", "\n".join(said), beside=document)
        speaker.say(document, [words.usable(file.name)])
        return Exit.DONE

    return alone(as_json, work)


@settings_app.command("show", help=commands.SETTINGS_SHOW)
def show(data_dir: DataDir = None, settings: SettingsFile = None, as_json: AsJson = False) -> Alone:
    """Say every setting with its value, and its line in the file or that it is the till's own."""

    async def work(speaker: Speaker) -> Exit:
        path = Places(data_dir, settings).file
        found = await asyncio.to_thread(told_settings, path)
        file = "" if path is None else path.name
        document = {
            "file": None if path is None else str(path),
            "settings": [
                {
                    "name": one.name,
                    "value": one.value,
                    "from": "file" if one.line else "default",
                    "line": one.line or None,
                }
                for one in found
            ],
        }
        lines = [words.setting_line(one.name, _toml(one.value), file, one.line) for one in found]
        speaker.say(document, lines if path is not None else [words.NO_FILE, *lines])
        return Exit.DONE

    return alone(as_json, work)


@settings_app.command("log", help=commands.SETTINGS_LOG)
def log(
    limit: Annotated[int, typer.Option("--limit", min=1, max=_LOG_MAX, help=options.LIMIT)] = 50,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> InTill:
    """List the changes of settings that are on record, newest first."""

    async def command(hand: Hand, speaker: Speaker) -> Exit:
        found = [
            (one.at, one.event)
            for one in await hand.till.journal.setting_changes(limit)
            if isinstance(one.event, SettingChanged)
        ]
        document = [
            {
                "at": at.isoformat(),
                "by": one.by,
                "approved_by": one.approved_by,
                "name": one.name,
                "before": one.before,
                "after": one.after,
            }
            for at, one in found
        ]
        lines = [words.change_line(at, one) for at, one in found]
        speaker.say(document, lines or [words.NONE_CHANGED])
        return Exit.DONE

    return in_till(data_dir, settings, as_json, command)


def _toml(value: SettingValue) -> str:
    """Return a value as a settings file writes it."""
    return words.NOT_SET if value is None else json.dumps(value, ensure_ascii=False)
