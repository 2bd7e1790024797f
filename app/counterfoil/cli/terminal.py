"""Where a command was typed: it prints there, and asks for secrets there.

What stands on a command line can be read by every user of the machine, and stays in a shell's
history. So a secret comes by standard input: on a terminal it is asked for without being shown,
from a script it is the next line.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TextIO

import typer

from counterfoil.cli.refusals import OptionError, OptionProblem
from counterfoil.presentation.words import command_line

SECRET_MAX = 1024
"""How many characters a secret has at most that somebody types."""


class Terminal(Protocol):
    """What a command needs from the place where it was typed."""

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        ...

    def write(self, text: str, *, is_aside: bool = False) -> None:
        """Print to standard output; with ``is_aside`` to standard error."""
        ...

    async def ask(self, label: str, *, is_new: bool = False) -> str:
        """Ask for a secret; with ``is_new`` a person must type it twice.

        Raises:
            OptionError: the person cancelled.

        """
        ...


class OwnTerminal:
    """The terminal of this process, or the pipe or file that a script put in its place."""

    folder = Path()

    def write(self, text: str, *, is_aside: bool = False) -> None:
        """Print a text; if nobody reads it any more, nothing is printed and nothing fails."""
        _print(text, sys.stderr if is_aside else sys.stdout)

    async def ask(self, label: str, *, is_new: bool = False) -> str:
        """Ask for a secret at the terminal, which nobody else uses meanwhile."""
        return read_secret(label, is_new=is_new)


def read_secret(label: str, *, is_new: bool = False) -> str:
    """Ask for a secret without showing it; from a script it is the next line of standard input.

    With ``is_new`` a person must type it twice.

    Raises:
        OptionError: the person cancelled.

    """
    if not sys.stdin.isatty():
        return sys.stdin.readline(SECRET_MAX).rstrip("\r\n")
    try:
        # To the other stream: what a command prints may be JSON for a program.
        asked = typer.prompt(label, hide_input=True, confirmation_prompt=is_new, err=True)
    except typer.Abort:
        raise OptionError(label, OptionProblem.NOT_TYPED, command_line.NOT_TYPED) from None
    return str(asked)[:SECRET_MAX]


def finish_output() -> None:
    """Flush all that was printed, so that nothing is left to fail when the program ends."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(ValueError):  # it is closed
            _print("", stream)


def _print(text: str, stream: TextIO | None) -> None:
    if stream is None:  # the program was started without it
        return
    try:
        print(text, file=stream, end="", flush=True)
    except OSError as error:
        _give_up(stream)
        if stream is sys.stdout and not isinstance(error, BrokenPipeError):
            _print(f"{command_line.not_written(error.strerror)}\n", sys.stderr)


def _give_up(stream: TextIO) -> None:
    """Let go what cannot be written, or the interpreter would try it again at the end and fail."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
