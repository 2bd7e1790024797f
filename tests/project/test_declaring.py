"""A class declared here is what `dataclasses.dataclass` makes of it."""

import copy
import dataclasses
import inspect
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from functools import cached_property
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import pytest

from counterfoil import declaring
from counterfoil.overriding import override

_T = TypeVar("_T")
Make = Callable[[Any], type[Any]]
"""Declares a class with the decorator that it is given, the till's or the library's."""


def plain(declare: Any) -> type[Any]:
    """Return a class whose instances can be changed, so it has no hash."""

    @declare(slots=True)
    class Shape:
        """Three fields."""

        first: int
        second: str = "two"
        third: list[int] = field(default_factory=list)

    return Shape


def frozen(declare: Any) -> type[Any]:
    """Return a class with a field that is not shown, and one that does not count."""

    @declare(frozen=True, slots=True)
    class Shape:
        """Three fields."""

        first: int
        second: str = field(default="secret", repr=False)
        third: tuple[int, ...] = field(default=(), compare=False)

    return Shape


def named(declare: Any) -> type[Any]:
    """Return a class whose fields are given by name, one of them a fixed one."""

    @declare(frozen=True, slots=True, kw_only=True)
    class Shape:
        """Four names, of which one is a constant."""

        kind: ClassVar[str] = "shape"
        second: str = "two"
        first: int
        third: int = field(init=False, default=3)

    return Shape


def ordered(declare: Any) -> type[Any]:
    """Return a class whose instances come before and after each other."""

    @declare(frozen=True, slots=True, order=True)
    class Shape:
        """Two fields."""

        first: int
        second: str = ""

    return Shape


def with_a_dictionary(declare: Any) -> type[Any]:
    """Return a class that keeps what it once worked out."""

    @declare(frozen=True)
    class Shape(Generic[_T]):
        """A field, and what follows from it."""

        first: _T

        @cached_property
        def twice(self) -> tuple[_T, _T]:
            return self.first, self.first

    return Shape


def generic(declare: Any) -> type[Any]:
    """Return a class of a type that is given later."""

    class Asking(Generic[_T]):
        __slots__ = ()

    @declare(frozen=True, slots=True)
    class Shape(Asking[int]):
        """A field."""

        first: int

    return Shape


def inherited(declare: Any) -> type[Any]:
    """Return a class with the fields of two, one of them with another default."""

    @declare(frozen=True, slots=True, kw_only=True)
    class Base:
        """Two fields."""

        first: int
        second: str = "two"

    made: Any = Base
    made(first=0)  # so that its methods are written before there is another class

    @declare(frozen=True, slots=True, kw_only=True)
    class Shape(Base):
        """One field more."""

        second: str = "three"
        third: float = 3.5

    return Shape


def checked(declare: Any) -> type[Any]:
    """Return a class that looks at what it is given."""

    @declare(frozen=True, slots=True)
    class Shape:
        """A field that is not negative."""

        first: int

        def __post_init__(self) -> None:
            if self.first < 0:
                raise ValueError("too little")

    return Shape


def with_methods(declare: Any) -> type[Any]:
    """Return a class that shows itself and compares in ways of its own."""

    @declare(slots=True)
    class Shape:
        """A field."""

        first: int

        @override
        def __repr__(self) -> str:
            return "a shape"

        @override
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Shape)

        @override
        def __hash__(self) -> int:
            return 7

    return Shape


def of_abstract_parents(declare: Any) -> type[Any]:
    """Return a class that is what others only ask for."""

    class Sized(Protocol):
        def size(self) -> int: ...

    class Base(ABC):
        __slots__ = ()

        @abstractmethod
        def name(self) -> str: ...

    @declare(frozen=True, slots=True)
    class Shape(Base, Sized):
        """A field."""

        first: int

        @override
        def name(self) -> str:
            return "shape"

        @override
        def size(self) -> int:
            return self.first

    return Shape


SHAPES = [
    plain, frozen, named, ordered, with_a_dictionary, generic, inherited, checked, with_methods,
    of_abstract_parents,
]  # fmt: skip


def outcome(call: Callable[[], object]) -> object:
    """Return what a call returns, or the kind and the words of what it raises."""
    try:
        return call()
    except (TypeError, ValueError, AttributeError) as error:
        # The library itself cannot always say which class it speaks of, and then says it so.
        return type(error), str(error)


def told(shape: type[Any]) -> dict[str, object]:
    """Return what a class and its instances do, in words that do not depend on the decorator."""
    one, same, other = shape(first=1), shape(first=1), shape(first=2)
    return {
        "repr": repr(one),
        "equal": (one == same, one == other, one == 1, one != same),
        "equal to another": one.__eq__(1),
        "hash": outcome(lambda: hash(one)),
        "has a hash": shape.__hash__ is not None,
        "in order": outcome(lambda: (one < other, one <= same, one > other, one >= same)),
        "set": outcome(lambda: setattr(one, "first", 1)),
        "deleted": outcome(lambda: delattr(same, "first")),
        "fields": [(f.name, f.type, f.init, f.repr, f.kw_only) for f in dataclasses.fields(shape)],
        "of an instance": dataclasses.is_dataclass(one),
        "as a dictionary": dataclasses.asdict(one),
        "replaced": repr(dataclasses.replace(one, first=5)),
        "matched": shape.__match_args__,
        "copied": repr(copy.copy(one)),
        "copied deeply": repr(copy.deepcopy(one)),
        "slots": getattr(shape, "__slots__", None),
        "signature": str(inspect.signature(shape)),
        "nothing given": outcome(shape),
        "too much given": outcome(lambda: shape(first=1, no_such_field=2)),
        "a wrong value": outcome(lambda: repr(shape(first=-1))),
        "words": (shape.__doc__, shape.__name__, shape.__qualname__, shape.__module__),
        "abstract": inspect.isabstract(shape),
    }


@pytest.mark.parametrize("make", SHAPES)
def test_a_class_is_what_the_library_makes_of_it(make: Make) -> None:
    """In all that can be asked of it, and in the words of its refusals."""
    expected, found = told(make(dataclasses.dataclass)), told(make(declaring.dataclass))
    assert found == expected


@pytest.mark.parametrize(
    "call",
    [
        repr,
        hash,
        copy.copy,
        lambda one: one == one,  # noqa: PLR0124 - the method is what is tried
        lambda one: outcome(lambda: setattr(one, "first", 2)),
        lambda one: outcome(lambda: delattr(one, "first")),
    ],
    ids=["repr", "hash", "copy", "eq", "setattr", "delattr"],
)
def test_whichever_method_is_called_first_is_written(call: Callable[[Any], object]) -> None:
    """No method waits for another one."""
    expected, found = frozen(dataclasses.dataclass), frozen(declaring.dataclass)
    assert call(found(1)) == call(expected(1)) or call is copy.copy


def test_what_is_frozen_stays_as_it_is_from_the_first_moment() -> None:
    """Also before anything else was asked of the class."""
    shape = frozen(declaring.dataclass)
    one = shape(1)
    with pytest.raises(FrozenInstanceError):
        one.first = 2
    assert one.first == 1


def test_a_class_may_be_used_by_two_threads_at_once() -> None:
    """The till is loaded in a thread while its frame is shown."""
    for _ in range(20):
        shape = frozen(declaring.dataclass)
        together = threading.Barrier(4)
        made: list[object] = []

        def make(shape: Any = shape, together: Any = together, made: Any = made) -> None:
            together.wait()
            made.append(shape(1))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert made == [shape(1)] * 4


def test_nothing_is_written_that_is_not_called() -> None:
    """Which is the whole use of it."""
    script = (
        "import builtins, dataclasses\n"
        "from counterfoil.declaring import dataclass\n"
        "written = []\n"
        "run, builtins.exec = exec, lambda *given: (written.append(1), run(*given))\n"
        "@dataclass(frozen=True, slots=True, order=True)\n"
        "class Shape:\n"
        "    '''A field.'''\n"
        "    first: int\n"
        "before = len(written)\n"
        "Shape(1)\n"
        "print(before, len(written) > 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["0", "True"], done.stderr
