"""The commands about the settings: what is wrong in a file, and what is set. No till is opened."""

import asyncio
import json

import typer

from counterfoil.adapters.settings.told_settings import settings_faults, told_settings
from counterfoil.bootstrap import Places
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.cli.running import Alone, AsJson, DataDir, SettingsFile, alone
from counterfoil.cli.speaker import Speaker
from counterfoil.domain.setting import SettingValue
from counterfoil.presentation.documents import cause_document
from counterfoil.presentation.words import commands, options
from counterfoil.presentation.words import settings as words

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
    """Say every setting with its value, and whether the file or the till gives it."""

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


def _toml(value: SettingValue) -> str:
    """Return a value as a settings file writes it."""
    return words.NOT_SET if value is None else json.dumps(value, ensure_ascii=False)
