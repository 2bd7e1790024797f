"""The catalogues of the languages, read from the files in which translators write them.

A catalogue is a file of gettext, ``af.po``, and the library reads its compiled form. That form is
made here in memory: it takes some milliseconds when a language is first spoken, and nothing that
was compiled can be older than what it was compiled from. English needs neither.
"""

import itertools
import json
import re
import struct
from collections.abc import Iterator, Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO

from counterfoil.assets import resource_path
from counterfoil.domain.language import Language

FOLDER = "languages"
_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr(?:\[\d+\])?) )?(".*")')
_MAGIC = 0x950412DE
_HEAD = struct.Struct("<7I")
_PLACE = struct.Struct("<2I")


@cache
def translations(language: Language) -> NullTranslations:
    """Return the catalogue of a language; what is not translated there it gives in English.

    Raises:
        OSError: the language has no file, so the installation is broken.

    """
    if language is Language.ENGLISH:
        return NullTranslations()
    written = resource_path(FOLDER, f"{language}.po").read_text(encoding="utf-8")
    return GNUTranslations(BytesIO(compiled(written)))


def compiled(written: str) -> bytes:
    """Return the compiled form of a catalogue: its messages in order, as the library wants them."""
    found = sorted((key.encode(), said.encode()) for key, said in _messages(written).items())
    columns = [[key for key, _ in found], [said for _, said in found]]
    begin = _HEAD.size + 2 * _PLACE.size * len(found)
    places, texts = bytearray(), bytearray()
    for one in itertools.chain(*columns):
        places += _PLACE.pack(len(one), begin + len(texts))
        texts += one + b"\0"
    second = _HEAD.size + _PLACE.size * len(found)
    head = _HEAD.pack(_MAGIC, 0, len(found), _HEAD.size, second, 0, 0)
    return bytes(head + places + texts)


def _messages(written: str) -> Mapping[str, str]:
    return {key: said for entry in written.split("\n\n") for key, said in _message(entry)}


def _message(entry: str) -> Iterator[tuple[str, str]]:
    """Give the message of one entry, if all of it is translated; forms stand side by side."""
    parts: dict[str, str] = {}
    name = ""
    for line in entry.splitlines():
        if (found := _LINE.fullmatch(line)) is not None:
            name = found[1] or name
            parts[name] = parts.get(name, "") + json.loads(found[2])
    if "msgid" not in parts:
        return
    key = "\0".join(parts[one] for one in ("msgid", "msgid_plural") if one in parts)
    forms = [said for one, said in parts.items() if one.startswith("msgstr")]
    if all(forms):
        yield key, "\0".join(forms)
