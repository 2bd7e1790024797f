"""How the table of a stored thing is described, and the SQL that is made from the description.

A `Table` lists its columns once. From that list come the statements that write a row, the row's
columns from a record and the record from a row, what a row MAC covers, and what may never change.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from enum import Enum, auto
from functools import cached_property
from typing import Any, Generic, TypeVar

from counterfoil.declaring import dataclass

SqlValue = str | int | float | bytes | None
Columns = Mapping[str, Any]
"""One row of the file. The tables are strict, so what a column holds is known from its name."""

ROW_MAC = "row_mac"
LINK = "link"
OLD_LINK = "chain_mac"
"""The columns that prove a row, an event, and an event before version 2.0."""

MAC_BEFORE = "mac_before"
"""What an update calls the MAC that the row had when it was read."""

_Record = TypeVar("_Record")


class Change(Enum):
    """How a column may change after its row was written."""

    FIXED = auto()
    """Nothing."""
    UNTIL_SENT = auto()
    """It may be replaced before the first attempt to send it, and never after."""
    ONCE = auto()
    """It may be learnt, and never changes after."""
    RISING = auto()
    """It never goes back."""
    FREE = auto()
    """It changes with the state of the row."""
    SHREDDED = auto()
    """Nothing, until the row is shredded: then it loses what it says of a person."""
    DERIVED = auto()
    """The file itself sets it, from other rows. No row MAC covers it."""


@dataclass(frozen=True, slots=True)
class Codec:
    """Writes a value into one or more columns, and reads it from them in the same order.

    ``spell`` turns what lies in the columns into what a row MAC covers; None if both are the same.
    """

    write: Callable[[Any], tuple[SqlValue, ...]]
    read: Callable[..., Any]
    spell: Callable[..., tuple[SqlValue, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """One value of a stored thing.

    ``attribute`` is its name in the record; None where the record has none. Without a ``codec`` its
    columns are written and read by hand, because they are sealed, numbered by the file, or joined
    from another row.
    """

    columns: tuple[str, ...]
    attribute: str | None
    codec: Codec | None
    change: Change
    is_marked: bool = True
    """Whether the row MAC covers it."""
    spelled: tuple[str, ...] = ()
    """What a row MAC calls it, where that is not as its columns are called."""
    is_for: Callable[[Any], bool] | None = None
    """Which records have it at all; in a row of any other its columns are null. None: in all."""

    def write(self, record: Any) -> tuple[SqlValue, ...]:
        """Return the columns' values for a record."""
        assert self.attribute is not None, "what no record has is written by hand"
        assert self.codec is not None, "what has no codec is written by hand"
        if self.is_for is not None and not self.is_for(record):
            return (None,) * len(self.columns)
        return self.codec.write(getattr(record, self.attribute))


@dataclass(frozen=True)
class Table(Generic[_Record]):
    """One kind of stored thing; ``key`` names the columns by which one row is found."""

    name: str
    record: type[_Record]
    key: tuple[str, ...]
    stored: tuple[Stored, ...]

    def write(self, record: _Record) -> dict[str, SqlValue]:
        """Return the columns of a record, without those that are written by hand."""
        return {
            name: value
            for one in self._written
            for name, value in zip(one.columns, one.write(record), strict=True)
        }

    def read(self, columns: Columns, **by_hand: Any) -> _Record:
        """Make a record from a row; ``by_hand`` are the attributes without a codec."""
        parts = {name: read(*(columns[one] for one in names)) for name, names, read in self._read}
        return self.record(**parts, **by_hand)

    def whole(self, columns: Columns) -> dict[str, SqlValue]:
        """Return the columns of a new row; those that are not known yet are null."""
        return {name: columns.get(name) for name in self.written_columns}

    def learnt(self, columns: Columns) -> dict[str, SqlValue]:
        """Return the columns of a row that are written only once and have their value already."""
        once = (name for one in self.stored if one.change is Change.ONCE for name in one.columns)
        return {name: columns[name] for name in once if columns[name] is not None}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns except the row MAC."""
        return tuple(name for one in self.stored for name in one.columns)

    @cached_property
    def written_columns(self) -> tuple[str, ...]:
        """The names of all columns that a new row is written with, the row MAC last."""
        written = (one.columns for one in self.stored if one.change is not Change.DERIVED)
        return (*(name for names in written for name in names), ROW_MAC)

    def spelled(self, columns: Columns) -> dict[str, SqlValue]:
        """Return what a row MAC covers, also of a column that only another version knows."""
        spelled = {name: value for name, value in columns.items() if name not in self._not_plain}
        for column, names, spell in self._spelled:
            if column in columns:
                for name, value in zip(names, spell(columns[column]), strict=False):
                    spelled.setdefault(name, value)
        return spelled

    @cached_property
    def insert_sql(self) -> str:
        """The statement that writes a new row."""
        names = self.written_columns
        values = ", ".join(f":{name}" for name in names)
        return f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({values})"  # noqa: S608 - of names

    @cached_property
    def update_sql(self) -> str:
        """The statement that changes a row, provided that it is still as it was read.

        Beside the columns it takes ``mac_before``, the row's MAC when it was read.
        """
        kept = {Change.FIXED, Change.DERIVED}
        changing = [name for one in self.stored if one.change not in kept for name in one.columns]
        sets = ", ".join(f"{name} = :{name}" for name in (*changing, ROW_MAC))
        keys = " AND ".join(f"{name} = :{name}" for name in self.key)
        where = f"{keys} AND {ROW_MAC} IS :{MAC_BEFORE}"
        return f"UPDATE {self.name} SET {sets} WHERE {where}"  # noqa: S608 - of names

    def attributes(self, *changes: Change) -> Iterator[str]:
        """Return the names of the attributes whose columns may change in one of these ways."""
        for one in self.stored:
            if one.attribute is not None and one.change in changes:
                yield one.attribute

    @cached_property
    def _spelled(self) -> tuple[tuple[str, tuple[str, ...], Callable[..., Any]], ...]:
        return tuple(
            (one.columns[0], one.spelled or one.columns, one.codec.spell)
            for one in self.stored
            if one.codec is not None and one.codec.spell is not None
        )

    @cached_property
    def _not_plain(self) -> frozenset[str]:
        """What a row MAC does not cover, itself among it, or spells otherwise."""
        unmarked = (name for one in self.stored if not one.is_marked for name in one.columns)
        return frozenset({ROW_MAC, *unmarked, *(column for column, _, _ in self._spelled)})

    @cached_property
    def _written(self) -> tuple[Stored, ...]:
        return tuple(
            one
            for one in self.stored
            if one.attribute and one.codec and one.change is not Change.DERIVED
        )

    @cached_property
    def _read(self) -> tuple[tuple[str, tuple[str, ...], Callable[..., Any]], ...]:
        """What a record is made with; a property that follows from others is only written."""
        taken = {part.name for part in fields(self.record)}  # type: ignore[arg-type]  # each is a dataclass
        return tuple(
            (one.attribute, one.columns, one.codec.read)
            for one in self.stored
            if one.codec is not None and one.attribute in taken
        )
