"""The command that says what the till is made of, and under which licences."""

import asyncio
from typing import Annotated

import typer

from counterfoil import __version__
from counterfoil.assets import licence_texts, parts
from counterfoil.cli.exits import Exit
from counterfoil.cli.running import Alone, AsJson, DataDir, SettingsFile, alone
from counterfoil.cli.speaker import Speaker
from counterfoil.presentation.words import about, commands, options

_COLUMN = 32


def add_about_to(app: typer.Typer) -> None:
    """Add this command to the program's."""
    app.command("about", help=commands.ABOUT)(say_about)


def say_about(
    licences: Annotated[bool, typer.Option("--licences", help=options.LICENCES)] = False,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> Alone:
    """Say the version, and every part with its licence."""
    del data_dir, settings  # it is the same for every till

    async def work(speaker: Speaker) -> Exit:
        made_of, texts = await asyncio.to_thread(parts), licence_texts()
        document = {
            "version": __version__,
            "licences": str(texts),
            "parts": [
                {"name": one.name, "version": one.version or None, "licence": one.licence}
                for one in made_of
            ],
        }
        said = [about.version_line(__version__), about.WHAT_IT_IS, about.ITS_LICENCE, ""]
        said += [f"{f'{one.name} {one.version}':<{_COLUMN}}{one.licence}" for one in made_of]
        said += ["", about.where_texts_are(str(texts))]
        if licences:
            written = await asyncio.to_thread(texts.read_text, encoding="utf-8")
            document["texts"], said = written, [written.rstrip()]
        speaker.say(document, said)
        return Exit.DONE

    return alone(as_json, work)
