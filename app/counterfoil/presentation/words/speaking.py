"""The one place where the program's words are put into a language.

Words for people are written in the source as whole English sentences, with names for the values in
them, as translators' catalogues have them. They are looked up when they are said, not when a module
is loaded: a slip may be in another language than the window beside it. The screen speaks to who is
there; what others read later, records and files and the command line, is in the till's language.

Inside a module of words a sentence goes through `say`. Its constants are said when somebody else
reads them through the module (`counter.SAVING`), its tables when something is looked up in them.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import date
from gettext import NullTranslations
from types import ModuleType
from typing import Any, ParamSpec, Protocol, TypeVar

from counterfoil.overriding import override

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_P = ParamSpec("_P")


class Catalogue(Protocol):
    """The words of a language, as those of Python's own ``gettext`` are.

    A message has the same names in braces as its English; what it does not have comes back.
    """

    def gettext(self, message: str, /) -> str:
        """Return a message in this language."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the one of a message's forms that this language uses with this number."""
        ...


ENGLISH: Catalogue = NullTranslations()
_of_the_till: list[Catalogue] = [ENGLISH]
_on_screen: list[Catalogue] = [ENGLISH]
_here: ContextVar[Catalogue | None] = ContextVar("catalogue", default=None)


def _catalogue() -> Catalogue:
    return _here.get() or _on_screen[0]


def say(words: str, /, **values: object) -> str:
    """Return these words in the present language, with the values in their places."""
    # A catalogue of gettext tells about itself where it is asked for no words.
    said = _catalogue().gettext(words) if words else ""
    return said.format_map(values) if values else said


def say_number(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form that the present language uses with a number, which stands at ``{count}``.

    ``one`` and ``many`` are the two forms of English.
    """
    said = _catalogue().ngettext(one, many, count)
    return said.format_map({"count": count, **values})


def spoken(words: _Value) -> _Value:
    """Return a constant in the present language, whether a sentence or what is made of some.

    What has words and more says in a method ``spoken`` which of its parts are words.
    """
    return words if _catalogue() is ENGLISH else _spoken(words)


def _spoken(words: Any) -> Any:
    if isinstance(words, str):
        return say(words)
    if type(words) is tuple:
        return tuple(map(_spoken, words))
    in_words: Callable[[Callable[[str], str]], object] | None = getattr(words, "spoken", None)
    return words if in_words is None else in_words(say)


class SpokenTable(Mapping[_Key, _Value]):
    """A table of words, each put into the present language when it is looked up."""

    def __init__(self, english: Mapping[_Key, _Value]) -> None:
        self.english = english

    @override
    def __getitem__(self, key: _Key) -> _Value:
        return spoken(self.english[key])

    @override
    def __iter__(self) -> Iterator[_Key]:
        return iter(self.english)

    @override
    def __len__(self) -> int:
        return len(self.english)


class _SpokenModule(ModuleType):
    """A module whose constants are put into the present language when they are read."""

    @override
    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return spoken(value) if name.isupper() else value


def speak_constants(module: str) -> None:
    """Have the constants of a module said whenever they are read through it.

    In the module itself they are the English sentences, for `say` and `spoken`.
    """
    sys.modules[module].__class__ = _SpokenModule


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SHORT_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def dated(at: date, form: str) -> str:
    """Write a day or a moment in this form of ``strftime``, its names in the present language.

    The operating system's own names are not used: they are in its language, not in the till's.
    """
    names: dict[str, Callable[[], str]] = {
        "%B": lambda: say(_MONTHS[at.month - 1]),
        "%b": lambda: say(_SHORT_MONTHS[at.month - 1]),
        "%A": lambda: say(_DAYS[at.weekday()]),
        "%a": lambda: say(_SHORT_DAYS[at.weekday()]),
    }
    for code, name in names.items():
        if code in form:
            form = form.replace(code, name().replace("%", "%%"))
    return at.strftime(form)


def use(catalogue: Catalogue) -> None:
    """Use this language as the till's from now on, and on the screen."""
    _of_the_till[0] = _on_screen[0] = catalogue


def use_on_screen(catalogue: Catalogue) -> None:
    """Use this language from now on for who is at the screen; the till's stays."""
    _on_screen[0] = catalogue


@contextmanager
def speaking(catalogue: Catalogue | None) -> Iterator[None]:
    """Use another language until the block ends, also in tasks and threads that it begins.

    None is the one of the screen.
    """
    before = _here.set(catalogue)
    try:
        yield
    finally:
        _here.reset(before)


def for_the_record() -> AbstractContextManager[None]:
    """Use the till's language until the block ends, whoever is at the screen."""
    return speaking(_of_the_till[0])


def on_screen(call: Callable[_P, _Value]) -> Callable[_P, _Value]:
    """Have a function use the language of the screen, in whichever one its caller speaks."""

    def called(*arguments: _P.args, **named: _P.kwargs) -> _Value:
        with speaking(None):
            return call(*arguments, **named)

    return called
