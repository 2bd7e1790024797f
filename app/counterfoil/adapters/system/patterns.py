"""Tries regular expressions from an upstream, in a time that grows only with the text."""

from functools import lru_cache
from typing import TYPE_CHECKING

from counterfoil.overriding import override
from counterfoil.ports.patterns import Patterns

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

_KEPT_MAX = 64


class LinearPatterns(Patterns):
    """Tries patterns with the regular expression engine of pydantic, which never backtracks.

    Python's own engine may take longer than the shop is open for ``(a+)+$``. A pattern counts as
    fitting every text if this engine does not support it, such as one with a look-ahead, or if it
    would fill the memory.
    """

    @override
    def fits(self, pattern: str, text: str) -> bool:
        """Return whether the pattern is found in the text; True if the pattern cannot be read."""
        reader = _reader(pattern)
        return reader is None or reader.isinstance_python(text)


@lru_cache(maxsize=_KEPT_MAX)
def _reader(pattern: str) -> "SchemaValidator | None":
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
    except SchemaError:
        return None
