"""The decorator ``override``, as the type checker knows it.

Python 3.11 has none, and the library that has it takes longer to load than the frame of the window.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

__all__ = ["override"]

if TYPE_CHECKING:
    from typing_extensions import override
else:
    _Method = TypeVar("_Method", bound=Callable[..., object])

    def override(method: _Method) -> _Method:
        """Return the method as it is."""
        return method
