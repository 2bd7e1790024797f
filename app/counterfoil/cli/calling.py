"""The command line's side of the local door: lets the till's open window carry out a command."""

from pathlib import Path

from counterfoil import __version__
from counterfoil.adapters.door import door
from counterfoil.cli.calls import RAISE, RAISED, SILENCE_S, SPOKEN_S, Call, Line
from counterfoil.cli.exits import Exit
from counterfoil.cli.refusals import OptionError
from counterfoil.cli.speaker import Speaker
from counterfoil.presentation.words import command_line


async def go_through_door(directory: Path, call: Call, speaker: Speaker) -> Exit | None:
    """Have the open window of a till's folder carry out a command.

    None if no window is open; then nothing was sent.
    """
    streams = await door().knock(directory)
    if streams is None:
        return None
    line = Line(streams)
    try:
        match await line.hear(SPOKEN_S):
            case {"window": version} if version == __version__:
                return await _converse(line, call, speaker)
            case {"window": _}:
                said = command_line.OTHER_VERSION
                return speaker.fail(Exit.JOURNAL, "window_of_other_version", said)
            case {"refused": _}:
                return speaker.fail(Exit.JOURNAL, "window_busy", command_line.WINDOW_BUSY)
            case _:
                return None
    finally:
        line.break_off()


async def raise_window(directory: Path) -> bool:
    """Have the window of a till's folder come in front; return whether there is one that does."""
    streams = await door().knock(directory)
    if streams is None:
        return False
    line = Line(streams)
    try:
        if not isinstance(await line.hear(SPOKEN_S), dict):
            return False
        line.say(RAISE)
        return await line.hear(SPOKEN_S) == RAISED
    finally:
        line.break_off()


async def _converse(line: Line, call: Call, speaker: Speaker) -> Exit:
    line.say(call.said())
    while True:
        match await line.hear(SILENCE_S):
            case {"out": str(text)}:
                speaker.terminal.write(text)
            case {"aside": str(text)}:
                speaker.terminal.write(text, is_aside=True)
            case {"ask": str(label), "is_new": bool(is_new)}:
                line.say({"answer": await _typed(speaker, label, is_new=is_new)})
            case {"exit": int(code)} if code in set(Exit):
                return Exit(code)
            case {"refused": _}:
                return speaker.fail(Exit.USAGE, "not_taken", command_line.NOT_TAKEN)
            case {"beat": _}:
                continue
            case _:
                return speaker.fail(Exit.UNKNOWN, "window_gone", command_line.WINDOW_GONE)


async def _typed(speaker: Speaker, label: str, *, is_new: bool) -> str | None:
    try:
        return await speaker.ask(label, is_new=is_new)
    except OptionError:
        # The command says so, and what that means for it.
        return None
