"""What the help of the command line says comes from the words, as everything for people does."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import typer

from counterfoil.cli.commands import app
from counterfoil.presentation.words import commands, options


def test_each_command_and_option_says_what_the_words_say() -> None:
    """A docstring is for whoever reads the code; it does not stand in anybody's help."""
    told = _told_by(commands) | _told_by(options)
    helps = dict(_helps(typer.main.get_command(app)))
    # The name of the file is put in where it is known.
    helps = {name: text for name, text in helps.items() if "unless --data-file" not in text}
    assert {name: text for name, text in helps.items() if text not in told} == {}


def _told_by(words: ModuleType) -> set[str]:
    return {text for text in vars(words).values() if isinstance(text, str)}


def _helps(command: Any, *before: str) -> Iterator[tuple[str, str]]:
    name = " ".join(before)
    yield name, str(command.help)
    for one in command.params:
        if one.name != "help":
            yield f"{name} {one.name}", str(one.help)
    for inner, child in getattr(command, "commands", {}).items():
        yield from _helps(child, *before, inner)
