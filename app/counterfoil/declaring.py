"""The decorator ``dataclass``, as the type checker knows it.

That of the library compiles up to ten methods for each class that is declared. It took a third of
the time in which a till is loaded, and most of these methods are never called. Here the library
finds the fields when a class is declared, and writes a method when it is called first.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

_T = TypeVar("_T")

_NOTHING = {"init": False, "repr": False, "eq": False}
_PARTS = (
    ({"init"}, {"__init__"}),
    ({"repr"}, {"__repr__"}),
    ({"eq"}, {"__eq__", "__hash__"}),
    ({"eq", "order"}, {"__lt__", "__le__", "__gt__", "__ge__"}),
    ({"frozen"}, {"__setattr__", "__delattr__"}),
    ({"frozen", "slots"}, {"__getstate__", "__setstate__"}),
)
"""What the library's decorator is asked for, and the methods that it then writes."""


def _declaring(
    *, frozen: bool = False, slots: bool = False, kw_only: bool = False, order: bool = False
) -> Callable[[type[_T]], type[_T]]:
    """Return what declares a class as ``dataclasses.dataclass`` does.

    Three things are otherwise. There is no ``InitVar``. A field without a default after one that
    has a default is refused when the first instance is made. A method that the class has already
    is kept, whichever it is.
    """
    find_fields = dataclasses.dataclass(**_NOTHING, slots=slots, kw_only=kw_only)
    kind = _NOTHING | {"frozen": frozen, "slots": slots}
    asked = {"init", "repr", "eq"}
    asked |= {name for name, is_so in (*kind.items(), ("order", order)) if is_so}

    def declare(cls: type[_T]) -> type[_T]:
        declared: type[_T] = find_fields(cls)
        # A hash of None is Python's, for a class that compares in a way of its own.
        own = {name for name, value in vars(declared).items() if value is not None}
        if not frozen and "__hash__" not in own:
            declared.__hash__ = None  # type: ignore[assignment]  # as Python does
            own.add("__hash__")
        for part, methods in _PARTS:
            if part <= asked:
                names = methods - own
                switches = kind | dict.fromkeys(part, True)
                for name in names:
                    setattr(declared, name, _stand_in(declared, name, names, switches))
        return declared

    return declare


def _stand_in(
    declared: type, name: str, names: set[str], switches: Mapping[str, bool]
) -> Callable[..., Any]:
    """Return what stands for a method until it is called, and then has it and its like written."""

    def call_first(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        # Two threads may do so at once: what they write is the same.
        written = vars(dataclasses.dataclass(**switches)(_with_fields_of(declared)))
        for one in names & written.keys():
            setattr(declared, one, written[one])
        return written[name](self, *args, **kwargs)

    return call_first


def _with_fields_of(declared: type) -> type:
    """Return a class with a declared one's fields and name, and nothing else, to be written on."""
    fields = {field.name: field for field in dataclasses.fields(declared)}
    parts = {
        "__annotations__": {name: field.type for name, field in fields.items()},
        "__doc__": declared.__doc__,  # the library would make one, which takes longest
        "__module__": declared.__module__,
        "__qualname__": declared.__qualname__,
    }
    if hasattr(declared, "__post_init__"):
        parts["__post_init__"] = declared.__post_init__
    return type(declared.__name__, (), parts | fields)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _declaring
