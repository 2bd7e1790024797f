"""The settings as lines that may be given away: no key is in them, and nothing that may be one."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

from counterfoil.adapters.settings.till_settings import TillSettings
from counterfoil.domain.slip import Dots

_BEHIND_ADDRESS = re.compile(r"(?<=//)[^/@\s]*@|[?#]\S*")
"""In an address: who signs in there, and what is asked; either may hold a key."""


def settings_lines(settings: TillSettings) -> tuple[str, ...]:
    """Return every setting that has a value, such as ``printer.kind = queue``."""
    return tuple(_lines("", settings))


def without_credentials(text: str) -> str:
    """Return a text without what an address in it may hold beside the place."""
    return _BEHIND_ADDRESS.sub("", text) if "://" in text else text


def _lines(name: str, value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        parts = {str(key): part for key, part in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: getattr(value, one.name) for one in fields(value)}
        yield from [f"{name} = {type(value).__name__}"] if not parts else []
    else:
        said = _said(value)
        yield from [f"{name} = {said}"] if said else []
        return
    for key, part in parts.items():
        if part is not None and not isinstance(part, Dots):
            yield from _lines(f"{name}.{key}" if name else key, part)


def _said(value: object) -> str:
    """Return one value as text; empty for an empty one."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Collection) and not isinstance(value, str):
        return ", ".join(sorted(_said(one) for one in value))
    if isinstance(value, str):
        return without_credentials(value)
    return str(value) if isinstance(value, int | float | Path) else ""
