"""The one place where the program's words are put into a language.

Words for people are written in the source as whole English sentences, with names for the values in
them, as translators' catalogues have them. `say` looks them up when they are said, not when a
module is loaded: a slip may be in another language than the window beside it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Catalogue = Callable[[str], str]
"""Gives words in a language, with the same names in braces; words it does not have come back."""


def _english(words: str) -> str:
    return words


_catalogue: ContextVar[Catalogue] = ContextVar("catalogue", default=_english)


def say(words: str, /, **values: object) -> str:
    """Return these words in the present language, with the values in their places."""
    said = _catalogue.get()(words)
    return said.format_map(values) if values else said


@contextmanager
def speaking(catalogue: Catalogue) -> Iterator[None]:
    """Use another language until the block ends, also in tasks and threads that it begins."""
    before = _catalogue.set(catalogue)
    try:
        yield
    finally:
        _catalogue.reset(before)
