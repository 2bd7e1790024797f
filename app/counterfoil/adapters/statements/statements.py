"""Opens providers' statements, which are CSV files."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from counterfoil.adapters.statements.column_guess import guessed
from counterfoil.adapters.statements.csv_file import BadLineError, CsvFile, refuse
from counterfoil.adapters.statements.lines import LineReader, letters_of
from counterfoil.adapters.statements.places import files_in, usual_folders
from counterfoil.domain.causes.entry import EntryProblem, NotAValue
from counterfoil.domain.failures import EntryError, StatementRefusedError
from counterfoil.domain.statement import (
    AmountForm,
    BadLine,
    LineFault,
    Preview,
    StatementColumns,
    StatementLine,
    StatementProblem,
    StatementTrouble,
    TimeForm,
    Zone,
)
from counterfoil.domain.text import clean_text
from counterfoil.ports.statements import FoundFile

LINES_MAX = 500_000
_SAMPLE = 200
_SHOWN = 5
_BAD_SHOWN = 20
_BAD_MAX = 1_000
"""After so many bad lines nobody needs to be told of more."""
_NAME_MAX = 120
_COLUMNS = ("reference", "their_reference", "amount", "currency", "time", "kind", "till")
_WORDS = ("taken", "given_back", "nothing")
_CHOICES: Mapping[str, type[StrEnum]] = {
    "amount_form": AmountForm,
    "time_form": TimeForm,
    "zone": Zone,
}


class CsvStatements:
    """Opens statements that are CSV files; they are looked for in what ``folders`` returns."""

    def __init__(self, folders: Callable[[], Iterable[Path]] = usual_folders) -> None:
        self._folders = folders

    def found(self) -> tuple[FoundFile, ...]:
        """Return the files that may be statements, newest first."""
        return files_in(self._folders())

    def preview(
        self, path: Path, saved: StatementColumns | None, changes: Mapping[str, str]
    ) -> Preview:
        """Find out which column holds what, and show the first lines as they would be read."""
        with CsvFile(path) as file:
            rows, bad_lines = _sample(file)
            is_saved = saved is not None and _fits(saved, file.headings)
            basis = (
                saved if saved is not None and is_saved else guessed(file.headings, rows_of(rows))
            )
            columns = changed(basis, changes, file.headings)
            seen = Preview(
                columns=columns,
                is_saved=is_saved and columns == saved,
                headings=file.headings,
                bad_lines=tuple(bad_lines),
            )
            if not columns.is_whole or not rows:
                return seen
            return _with_lines(seen, LineReader(columns, _places(columns, file.headings)), rows)

    def open(self, path: Path, columns: StatementColumns) -> "StatementFile":
        """Open a statement to read it from its first line."""
        if not columns.is_whole:
            refuse(StatementProblem.COLUMNS_NOT_WHOLE)
        return StatementFile(CsvFile(path), columns)

    def columns_text(self, columns: StatementColumns) -> str:
        """Write columns as the text that is stored with each run."""
        return json.dumps(asdict(columns), separators=(",", ":"))

    def read_columns(self, text: str) -> StatementColumns | None:
        """Read what `columns_text` wrote; None if a newer till wrote what is not known here."""
        try:
            kept: dict[str, Any] = json.loads(text)
            words = {name: tuple(kept[name]) for name in _WORDS}
            chosen = {name: kind(kept[name]) for name, kind in _CHOICES.items()}
            known = {one.name: kept[one.name] for one in fields(StatementColumns)}
            return StatementColumns(**known | words | chosen)
        except (ValueError, TypeError, KeyError):
            return None


class StatementFile:
    """A statement that is being read from a CSV file, some lines at a time."""

    def __init__(self, file: CsvFile, columns: StatementColumns) -> None:
        self._file = file
        try:
            self._reader = LineReader(columns, _places(columns, file.headings))
        except BaseException:
            file.close()
            raise
        self._bad: list[BadLine] = []
        self._bad_count = 0
        self._lines = 0
        self.of_other_tills = 0

    @property
    def file_name(self) -> str:
        """What the file is called, without its folder."""
        return clean_text(self._file.path.name, _NAME_MAX)

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 up to 1."""
        return self._file.share

    @property
    def file_hash(self) -> str:
        """The SHA-256 of all that was read, in hex."""
        return self._file.file_hash

    def read_some(self, count: int) -> tuple[StatementLine, ...]:
        """Return up to ``count`` more lines; none at the end of the file."""
        lines: list[StatementLine] = []
        while len(lines) < count:
            try:
                row = self._file.row()
                if row is None:
                    self._end(is_empty=not lines)
                    break
                self._take(*row, lines)
            except BadLineError as bad:
                self._note(bad)
        return tuple(lines)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _take(self, number: int, row: list[str], lines: list[StatementLine]) -> None:
        self._lines += 1
        if self._lines > LINES_MAX:
            refuse(StatementProblem.TOO_MANY_LINES, number=LINES_MAX)
        if self._reader.is_of_other_till(row):
            self.of_other_tills += 1
        else:
            lines.append(self._reader.line(number, row))

    def _note(self, bad: BadLineError) -> None:
        self._bad_count += 1
        if len(self._bad) < _BAD_SHOWN:
            self._bad.append(bad.at(self._file.number))
        if self._bad_count >= _BAD_MAX:
            self._refuse_bad()

    def _end(self, *, is_empty: bool) -> None:
        if self._bad:
            self._refuse_bad()
        if is_empty and not self._lines:
            refuse(StatementProblem.EMPTY)

    def _refuse_bad(self) -> None:
        trouble = StatementTrouble(
            StatementProblem.BAD_LINES, bad_lines=tuple(self._bad), bad_count=self._bad_count
        )
        raise StatementRefusedError(trouble)


_Rows = list[tuple[int, list[str]]]


def rows_of(rows: _Rows) -> list[list[str]]:
    """Return only the values of numbered rows."""
    return [row for _, row in rows]


def changed(
    columns: StatementColumns, changes: Mapping[str, str], headings: tuple[str, ...]
) -> StatementColumns:
    """Return columns with the ``changes`` of a person, by the names of `StatementColumns`.

    Raises:
        EntryError: there is no such name, heading or choice.

    """
    by_letters = {letters_of(heading): heading for heading in headings if heading}
    for name, value in changes.items():
        part: object = value
        if name in _COLUMNS:
            part = by_letters.get(letters_of(value), "") if value else ""
            if value and not part:
                raise EntryError(name, NotAValue(EntryProblem.NOT_IN_LIST))
        elif name in _WORDS:
            part = tuple(filter(None, map(str.strip, value.split(","))))
        elif name in _CHOICES:
            part = _chosen(name, value)
        elif name not in {"till_is", "only_currency"}:
            raise EntryError(name, NotAValue(EntryProblem.NO_SUCH_FIELD))
        columns = replace(columns, **{name: part})  # type: ignore[arg-type]  # each as it is declared
    return columns


def _chosen(name: str, value: str) -> StrEnum:
    try:
        return _CHOICES[name](value)
    except ValueError:
        raise EntryError(name, NotAValue(EntryProblem.NOT_IN_LIST)) from None


def _fits(columns: StatementColumns, headings: tuple[str, ...]) -> bool:
    there = set(map(letters_of, headings))
    return all(letters_of(heading) in there for heading in columns.headings)


def _places(columns: StatementColumns, headings: tuple[str, ...]) -> dict[str, int]:
    """Return where the columns stand.

    Raises:
        StatementRefusedError: one is not there, or is there twice.

    """
    letters = list(map(letters_of, headings))
    counted = Counter(letters)
    places = {}
    for name in _COLUMNS:
        heading: str = getattr(columns, name)
        if not heading:
            continue
        one = letters_of(heading)
        if one not in counted:
            refuse(StatementProblem.COLUMN_MISSING, heading)
        if counted[one] > 1:
            refuse(StatementProblem.HEADINGS, heading)
        places[name] = letters.index(one)
    return places


def _sample(file: CsvFile) -> tuple[_Rows, list[BadLine]]:
    rows: _Rows = []
    bad: list[BadLine] = []
    while len(rows) < _SAMPLE and len(bad) < _BAD_SHOWN:
        try:
            row = file.row()
        except BadLineError as error:
            bad.append(error.at(file.number))
            continue
        if row is None:
            break
        rows.append(row)
    return rows, bad


def _with_lines(seen: Preview, reader: LineReader, rows: _Rows) -> Preview:
    """Return a preview with its first lines, and what cannot be read among the first rows."""
    lines: list[StatementLine] = []
    bad = list(seen.bad_lines)
    unknown: dict[str, None] = {}
    for number, row in rows:
        try:
            if not reader.is_of_other_till(row):
                lines.append(reader.line(number, row))
        except BadLineError as error:
            bad.append(error.at(number))
            if error.fault is LineFault.UNKNOWN_KIND:
                unknown[bad[-1].found] = None
    return replace(
        seen,
        lines=tuple(lines[:_SHOWN]),
        bad_lines=tuple(sorted(bad, key=lambda one: one.number)[:_BAD_SHOWN]),
        kinds=tuple(unknown),
    )
