"""The rows of a CSV file, one by one; a bad line is named by its number.

The file is never held as a whole, nor is any line longer than `LINE_BYTES_MAX`. A line is read as
UTF-8 or, if it is not that, as Windows-1252, which spreadsheets write.
"""

import codecs
import csv
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn, Self

from counterfoil.domain.failures import StatementRefusedError
from counterfoil.domain.statement import BadLine, LineFault, StatementProblem, StatementTrouble
from counterfoil.domain.text import clean_text
from counterfoil.overriding import override

FILE_BYTES_MAX = 128 * 1024 * 1024
LINE_BYTES_MAX = 64 * 1024
COLUMNS_MAX = 200
HEADING_MAX = 60
_SEPARATORS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
_SAYS_SEPARATOR = re.compile(r"sep=(.)\r?\n?")
_OF_TWO_BYTES = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_BLOCK: int = getattr(os, "O_NONBLOCK", 0)
"""A pipe is opened without waiting for somebody to write to it, and then refused."""


def refuse(problem: StatementProblem, heading: str = "", number: int = 0) -> NoReturn:
    """Raise StatementRefusedError, with what is wrong and where.

    Raises:
        StatementRefusedError: always.

    """
    raise StatementRefusedError(StatementTrouble(problem, heading, number))


class BadLineError(Exception):
    """A line that cannot be read. The next call reads the line after it."""

    def __init__(self, fault: LineFault, found: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.found = found

    def at(self, number: int) -> BadLine:
        """Return the fault as a value, with the number of its line."""
        return BadLine(number, self.fault, clean_text(self.found, HEADING_MAX))


class _Lines(Iterator[str]):
    """The lines of a file as text. What raises in one line does not end the others."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.number = 0
        self.bytes_read = 0

    @override
    def __next__(self) -> str:
        line = self._take()
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LINE_BYTES_MAX:
            while line and not line.endswith(b"\n"):
                line = self._take()
            raise BadLineError(LineFault.TOO_LONG)
        if self.number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if b"\0" in line:
            raise BadLineError(LineFault.NOT_TEXT)
        return _decoded(line)

    @property
    def file_hash(self) -> str:
        return self._digest.hexdigest()

    def _take(self) -> bytes:
        line = self._file.readline(LINE_BYTES_MAX + 1)
        self._digest.update(line)
        self.bytes_read += len(line)
        return line


def _decoded(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadLineError(LineFault.NOT_TEXT)


class CsvFile:
    """An open CSV file: its headings have been read, and its rows follow one by one."""

    def __init__(self, path: Path) -> None:
        """Open a file and read its headings.

        Raises:
            StatementRefusedError: it is no such file.

        """
        self.path = path
        self.number = 1
        """The number of the line that was read last."""
        self._file = _opened(path)
        try:
            self._size = os.fstat(self._file.fileno()).st_size
            self._lines = _Lines(self._file)
            self.headings = self._read_headings()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def share(self) -> float:
        """How much of the file was read, from 0 up to 1."""
        return min(1.0, self._lines.bytes_read / max(1, self._size))

    @property
    def file_hash(self) -> str:
        """The SHA-256 of all that was read so far, in hex."""
        return self._lines.file_hash

    def row(self) -> tuple[int, list[str]] | None:
        """Return the next row, after the number of its first line; None at the end of the file.

        Raises:
            BadLineError: it cannot be read; `number` says which line it is.

        """
        while True:
            self.number = self._lines.number + 1
            if self._lines.bytes_read > FILE_BYTES_MAX:
                refuse(StatementProblem.TOO_LARGE, number=FILE_BYTES_MAX // 1024**2)
            try:
                row = next(self._reader, None)
            except csv.Error as error:
                is_long = "limit" in str(error)
                raise BadLineError(LineFault.TOO_LONG if is_long else LineFault.QUOTES) from None
            if row is None:
                return None
            if any(map(str.strip, row)):
                return self.number, self._whole(row)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _whole(self, row: list[str]) -> list[str]:
        """Return a row with as many values as there are headings; empty ones more are let go."""
        width = len(self.headings)
        if len(row) < width or any(map(str.strip, row[width:])):
            raise BadLineError(LineFault.COLUMNS, str(len(row)))
        return row

    def _read_headings(self) -> tuple[str, ...]:
        try:
            first = next(self._lines, "")
            if separator := _SAYS_SEPARATOR.fullmatch(first):
                first, mark = next(self._lines, ""), separator[1]
            else:
                mark = _separator_of(first)
            self._reader = csv.reader(self._lines, delimiter=mark, strict=True)
            headings = next(csv.reader([first], delimiter=mark, strict=True), [])
        except (BadLineError, csv.Error):
            refuse(StatementProblem.NOT_TEXT)
        if not first:
            refuse(StatementProblem.EMPTY)
        named = tuple(clean_text(one, HEADING_MAX) for one in headings)
        if not any(named) or len(named) > COLUMNS_MAX:
            refuse(StatementProblem.HEADINGS)
        return named


def _separator_of(line: str) -> str:
    """Return what most often stands between the headings."""
    bare = _QUOTED.sub("", line)
    return max(_SEPARATORS, key=bare.count)


def _opened(path: Path) -> BinaryIO:
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | _NO_BLOCK | getattr(os, "O_BINARY", 0)), "rb")
    except IsADirectoryError:
        refuse(StatementProblem.NOT_A_FILE)
    except (OSError, ValueError):
        refuse(StatementProblem.NOT_THERE)
    found = os.fstat(file.fileno())
    problem = None
    if not stat.S_ISREG(found.st_mode):
        problem = StatementProblem.NOT_A_FILE
    elif found.st_size > FILE_BYTES_MAX:
        problem = StatementProblem.TOO_LARGE
    elif file.peek(2)[:2] in _OF_TWO_BYTES:
        problem = StatementProblem.NOT_TEXT
    if problem is not None:
        file.close()
        refuse(problem, number=FILE_BYTES_MAX // 1024**2)
    return file
