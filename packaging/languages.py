"""Bring the catalogues of the languages up to what the till says now.

    .venv/bin/python packaging/languages.py

Each ``resources/languages/*.po`` gets the messages that are new, keeps what is translated, and
loses what nobody says any more.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

TOP = Path(__file__).resolve().parents[1]
FOLDER = TOP / "resources" / "languages"
WORDS = TOP / "app" / "counterfoil" / "presentation" / "words"
_WIDTH = 100
_SAYING = {"say": 1, "say_number": 2}
_ICON = re.compile(r"[a-z_]+")
_KEY = re.compile(r"(?:Shift\+)?(?:F\d+|Esc)")
_NO_WORDS = frozenset({"ANCHOR", "MOMENT_KEY", "NAMES", "SAMPLE_REFERENCE", "TEST_CODE"})
"""Constants that are the same in each language, or are never said."""
Message = str | tuple[str, str]
"""A sentence, or its two forms for one and for many."""


def messages() -> dict[Message, set[str]]:
    """Return what the till says, each with the modules in which it stands."""
    found: dict[Message, set[str]] = {}
    for path in sorted(WORDS.glob("*.py")):
        if path.stem != "__init__":
            for message in (*_said(path), *_constants(path)):
                found.setdefault(message, set()).add(path.name)
    forms = {one for pair in found if isinstance(pair, tuple) for one in pair}
    return {one: places for one, places in found.items() if one not in forms}


def _said(path: Path) -> Iterator[Message]:
    """List the sentences in calls of `say` and `say_number`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in _SAYING:
                texts = [
                    one.value
                    for one in arguments[: _SAYING[name]]
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
                if len(texts) == _SAYING[name]:
                    yield texts[0] if len(texts) == 1 else (texts[0], texts[1])
            case _:
                pass


def _constants(path: Path) -> Iterator[Message]:
    """List the sentences of a module's constants and tables, as they are once it is loaded."""
    module = import_module(f"counterfoil.presentation.words.{path.stem}")
    heard: list[str] = []
    for name, value in vars(module).items():
        if name.isupper() and name not in _NO_WORDS:
            _hear(value, heard.append, is_said=isinstance(value, str))
    return (one for one in heard if re.search("[A-Za-z]{2}", one))


def _hear(value: Any, hear: Callable[[str], None], *, is_said: bool = False) -> None:
    """Tell every sentence of a constant; ``is_said`` where each of its texts is one."""
    if type(value) is str:
        if is_said or not (_ICON.fullmatch(value) or _KEY.fullmatch(value)):
            hear(value)
    elif isinstance(value, Mapping | tuple):
        inner, is_said = _inside(value, is_said=is_said)
        for one in inner:
            _hear(one, hear, is_said=is_said)
    elif not isinstance(value, type) and hasattr(value, "spoken"):

        def heard(words: str) -> str:
            hear(words)
            return words

        _ = value.spoken(heard)


def _inside(value: Any, *, is_said: bool) -> tuple[tuple[Any, ...], bool]:
    from counterfoil.presentation.words.speaking import SpokenTable

    if isinstance(value, SpokenTable):
        return tuple(value.english.values()), True
    return tuple(value.values() if isinstance(value, Mapping) else value), is_said


def template() -> Catalog:
    """Return all messages, untranslated."""
    catalogue = Catalog(project="Counterfoil", charset="utf-8", fuzzy=False)
    told = [(sorted(places), message) for message, places in messages().items()]
    for places, message in sorted(told, key=str):
        _ = catalogue.add(message, locations=[(place, 0) for place in places])
    return catalogue


def updated(written: bytes) -> bytes:
    """Return a catalogue with the messages of now."""
    catalogue = read_po(BytesIO(written))
    catalogue.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    brought = BytesIO()
    write_po(brought, catalogue, width=_WIDTH, include_lineno=False, sort_output=False)
    return brought.getvalue()


def main() -> int:
    """Update each catalogue and say how much of it is translated."""
    for path in sorted(FOLDER.glob("*.po")):
        path.write_bytes(updated(path.read_bytes()))
        catalogue = read_po(BytesIO(path.read_bytes()))
        told = [bool(one.string and all(one.string)) for one in catalogue if one.id]
        sys.stdout.write(f"{path.name}: {sum(told)} of {len(told)} translated\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
