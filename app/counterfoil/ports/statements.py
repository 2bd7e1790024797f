"""Reading a provider's statement from a file. Every method may block: call it in a thread."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from counterfoil.declaring import dataclass
from counterfoil.domain.statement import Preview, StatementColumns, StatementLine


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be a statement, and when it was changed last."""

    path: Path
    changed_at: datetime


class OpenStatement(Protocol):
    """A statement that is being read. Nothing of it is kept here."""

    @property
    def file_name(self) -> str:
        """What the file is called, without its folder."""
        ...

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 up to 1."""
        ...

    @property
    def of_other_tills(self) -> int:
        """How many lines were left out because they are another till's."""
        ...

    @property
    def file_hash(self) -> str:
        """The SHA-256 of all that was read, in hex."""
        ...

    def read_some(self, count: int) -> tuple[StatementLine, ...]:
        """Return up to ``count`` more lines; none at the end of the file.

        Raises:
            StatementRefusedError: at the end of the file, when a line of it could not be read.

        """
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class Statements(Protocol):
    """Opens statements."""

    def found(self) -> tuple[FoundFile, ...]:
        """Return the files that may be statements, where people save them, newest first."""
        ...

    def preview(
        self, path: Path, saved: StatementColumns | None, changes: Mapping[str, str]
    ) -> Preview:
        """Find out which column holds what, and show the first lines as they would be read.

        The ``saved`` columns are taken where they fit the file, else they are guessed. ``changes``
        are what a person says instead, by the names of `StatementColumns`.

        Raises:
            StatementRefusedError: the file is no statement.
            EntryError: something in ``changes`` is not possible.

        """
        ...

    def open(self, path: Path, columns: StatementColumns) -> OpenStatement:
        """Open a statement to read it from its first line.

        Raises:
            StatementRefusedError: it cannot be opened, or has not these columns.

        """
        ...

    def columns_text(self, columns: StatementColumns) -> str:
        """Write columns as the text that is stored with each run."""
        ...

    def read_columns(self, text: str) -> StatementColumns | None:
        """Read what `columns_text` wrote; None if a newer till wrote what is not known here."""
        ...
