"""The one place where the words of the program become those of a language.

Words for people are English in the source, whole sentences with names for what stands in them, as
catalogues have them. `say` looks them up when they are said, not when a module is loaded: a slip
may be in another language than the window beside it.
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
    """Return words in the language that is spoken now, with these values in their places."""
    said = _catalogue.get()(words)
    return said.format_map(values) if values else said


@contextmanager
def speaking(catalogue: Catalogue) -> Iterator[None]:
    """Speak another language until the block ends; a task or thread that it begins does too."""
    before = _catalogue.set(catalogue)
    try:
        yield
    finally:
        _catalogue.reset(before)
