"""The sandbox's ledger: vouchers, debits, redemptions, messages sent and stored answers.

One SQLite database, in memory or in a file. Every change runs in one transaction under one lock, so
that a killed sandbox has either the whole effect of a request, its stored answer included, or
nothing of it. The ledger knows no provider: each upstream brings its own rules.

The sandbox's own vouchers are made up, and are stored unencrypted. Any other number may be that of
a real voucher that somebody typed in training: only a hash of it under the file's key is stored.
"""

import hashlib
import hmac
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from counterfoil_sandbox.clock import stamp

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (
    key BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS voucher (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    pin TEXT NOT NULL,
    serial_number TEXT NOT NULL,
    value_cents INTEGER NOT NULL CHECK (value_cents >= 0),
    balance_cents INTEGER NOT NULL CHECK (balance_cents BETWEEN 0 AND value_cents),
    status TEXT NOT NULL CHECK (status IN ('active', 'used', 'expired', 'cancelled')),
    situation TEXT NOT NULL,
    credentials TEXT NOT NULL,
    expiry_date TEXT NOT NULL,
    replaces INTEGER UNIQUE REFERENCES voucher (id),
    UNIQUE (type, pin),
    UNIQUE (type, serial_number)
) STRICT;
CREATE TABLE IF NOT EXISTS debit (
    id INTEGER PRIMARY KEY,
    voucher_id INTEGER NOT NULL REFERENCES voucher (id),
    redemption_id TEXT NOT NULL,
    external_reference TEXT,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS redemption (
    id TEXT PRIMARY KEY,
    upstream TEXT NOT NULL,
    voucher_id INTEGER REFERENCES voucher (id),
    external_reference TEXT,
    idempotency_key TEXT,
    document TEXT NOT NULL,
    request TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY,
    redemption_id TEXT NOT NULL,
    phone_number TEXT NOT NULL,
    text TEXT NOT NULL,
    pin TEXT NOT NULL,
    value_cents INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS stored_answer (
    idempotency_key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    body BLOB NOT NULL,
    at TEXT NOT NULL
) STRICT;
"""


class LedgerError(Exception):
    """A change that the ledger does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVoucher:
    """A voucher to be issued. ``credentials`` are the further details that must match."""

    type: str
    pin: str = field(repr=False)
    serial_number: str
    value_cents: int
    expiry_date: str
    status: str = "active"
    situation: str = "usable"
    credentials: Mapping[str, str | int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A voucher as it stands in the ledger; amounts in cents."""

    id: int
    type: str
    pin: str = field(repr=False)
    serial_number: str
    value_cents: int
    balance_cents: int
    status: str
    situation: str
    credentials: Mapping[str, str | int] = field(repr=False)
    expiry_date: str
    replaces: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """Value to be taken from a voucher for one redemption."""

    voucher_id: int
    redemption_id: str
    external_reference: str | None
    amount_cents: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionRow:
    """A redemption: the answer of its upstream (``document``) and the request (``request``).

    The request is kept while the redemption is a draft, and is empty otherwise.
    """

    id: str
    upstream: str
    voucher_id: int | None
    external_reference: str | None
    idempotency_key: str | None
    document: Mapping[str, Any] = field(repr=False)
    request: Mapping[str, Any] = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An SMS that the provider "sent" with the voucher for the remaining value."""

    redemption_id: str
    phone_number: str = field(repr=False)
    text: str = field(repr=False)
    pin: str = field(repr=False)
    value_cents: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The first answer to an idempotency key, and a keyed hash of the request it answered."""

    fingerprint: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    at: datetime


class Ledger:
    """Keeps the sandbox's money. Safe to use from several threads."""

    def __init__(self, data_file: Path | None = None) -> None:
        """Open the ledger in memory, or in ``data_file``, which is made when it is missing."""
        self._lock = threading.RLock()
        self._depth = 0
        target = ":memory:" if data_file is None else str(data_file)
        self._connection = sqlite3.connect(target, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            self._connection.execute("PRAGMA foreign_keys = ON")
            if data_file is not None:
                self._connection.execute("PRAGMA journal_mode = WAL").fetchone()
                self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
            self._forget_old_numbers()
            self._key = self._own_key()
        except sqlite3.Error:
            self._connection.close()
            raise

    def _forget_old_numbers(self) -> None:
        """Take out of an older ledger what it kept of numbers that are none of its own."""
        if self._connection.execute("PRAGMA user_version").fetchone()[0] >= _VERSION:
            return
        self._run("DELETE FROM stored_answer")
        self._run("DELETE FROM redemption WHERE voucher_id IS NULL")
        # What is deleted stays on the disk until the file is written anew.
        self._run("VACUUM")
        self._run(f"PRAGMA user_version = {_VERSION}")
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")

    def _own_key(self) -> bytes:
        with self.transaction():
            if self._one("SELECT key FROM secret") is None:
                self._run("INSERT INTO secret (key) VALUES (?)", secrets.token_bytes(32))
            row = self._one("SELECT key FROM secret")
        assert row is not None
        return bytes(row["key"])

    def __enter__(self) -> Self:
        """Return the ledger."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the ledger."""
        self.close()

    def close(self) -> None:
        """Close the database; closing twice is harmless."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block as one change: all of it, or nothing of it after an exception."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def hash(self, text: str | bytes) -> str:
        """Return a hash, under the file's own key, of a text that must not itself be stored."""
        plain = text.encode() if isinstance(text, str) else text
        return hmac.new(self._key, plain, hashlib.sha256).hexdigest()

    def clear(self) -> None:
        """Delete everything but the key."""
        with self.transaction():
            self._run("DELETE FROM debit")
            self._run("DELETE FROM redemption")
            self._run("DELETE FROM message")
            self._run("DELETE FROM stored_answer")
            self._run("UPDATE voucher SET replaces = NULL")
            self._run("DELETE FROM voucher")

    # Vouchers

    def issue(self, new: NewVoucher, *, replaces: int | None = None) -> Voucher:
        """Add a voucher to the ledger. Raise LedgerError when its number is taken."""
        is_spent = new.status == "used"
        row = (
            new.type,
            new.pin,
            new.serial_number,
            new.value_cents,
            0 if is_spent else new.value_cents,
            new.status,
            new.situation,
            json.dumps(dict(new.credentials)),
            new.expiry_date,
            replaces,
        )
        with self.transaction():
            try:
                (issued,) = self._all(
                    "INSERT INTO voucher (type, pin, serial_number, value_cents, balance_cents,"
                    " status, situation, credentials, expiry_date, replaces)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
                    *row,
                )
            except sqlite3.IntegrityError:
                # Without its cause: SQLite's message may hold the row's values.
                raise LedgerError(
                    "a voucher with this number exists, or its value is wrong"
                ) from None
            if is_spent and new.value_cents > 0:
                # Spent before the sandbox knew it, by nobody we know: the money is still counted.
                self._run(
                    "INSERT INTO debit (voucher_id, redemption_id, external_reference,"
                    " amount_cents, at) VALUES (?, ?, NULL, ?, ?)",
                    issued["id"],
                    "before-the-sandbox",
                    new.value_cents,
                    "2026-01-01T00:00:00.000Z",
                )
        return _voucher(issued)

    def renew(self, spent: Voucher, new: NewVoucher) -> Voucher:
        """Issue a voucher under the numbers of one that is spent, which keeps its history."""
        with self.transaction():
            self._run(
                "UPDATE voucher SET pin = pin || '#' || id,"
                " serial_number = serial_number || '#' || id WHERE id = ?",
                spent.id,
            )
            return self.issue(new)

    def taken_pins(self) -> set[tuple[str, str]]:
        """Return the type and the number of every voucher."""
        return {(row["type"], row["pin"]) for row in self._all("SELECT type, pin FROM voucher")}

    def find_by_pin(self, type_id: str, pin: str) -> Voucher | None:
        """Return the voucher with this number, if there is one."""
        row = self._one("SELECT * FROM voucher WHERE type = ? AND pin = ?", type_id, pin)
        return None if row is None else _voucher(row)

    def find_by_serial(self, type_id: str, serial_number: str) -> Voucher | None:
        """Return the voucher with this serial number, if there is one."""
        row = self._one(
            "SELECT * FROM voucher WHERE type = ? AND serial_number = ?", type_id, serial_number
        )
        return None if row is None else _voucher(row)

    def find_by_id(self, voucher_id: int) -> Voucher | None:
        """Return the voucher with this row id, if there is one."""
        row = self._one("SELECT * FROM voucher WHERE id = ?", voucher_id)
        return None if row is None else _voucher(row)

    def debit(self, debit: Debit, *, replacement: NewVoucher | None = None) -> Voucher | None:
        """Take value from an active voucher and return the replacement issued for the rest.

        With ``replacement`` the voucher is used up and its rest moves to the new voucher; without
        it the rest stays on the voucher. Raise LedgerError when the value is not there.
        """
        with self.transaction():
            voucher = self.find_by_id(debit.voucher_id)
            if voucher is None or voucher.status != "active":
                raise LedgerError("the voucher is not active")
            rest_cents = voucher.balance_cents - debit.amount_cents
            if debit.amount_cents <= 0 or rest_cents < 0:
                raise LedgerError("the voucher does not hold this amount")
            if replacement is not None and replacement.value_cents != rest_cents:
                raise LedgerError("the replacement must hold exactly the rest")
            stays_cents = 0 if replacement is not None else rest_cents
            self._run(
                "UPDATE voucher SET balance_cents = ?, status = ? WHERE id = ?",
                stays_cents,
                "active" if stays_cents else "used",
                voucher.id,
            )
            self._run(
                "INSERT INTO debit (voucher_id, redemption_id, external_reference, amount_cents,"
                " at) VALUES (?, ?, ?, ?, ?)",
                debit.voucher_id,
                debit.redemption_id,
                debit.external_reference,
                debit.amount_cents,
                stamp(debit.at),
            )
            return None if replacement is None else self.issue(replacement, replaces=voucher.id)

    # Redemptions, messages, stored answers

    def save_redemption(self, row: RedemptionRow) -> None:
        """Write a redemption, or replace the one with the same id."""
        self._run(
            "INSERT INTO redemption (id, upstream, voucher_id, external_reference,"
            " idempotency_key, document, request, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            row.id,
            row.upstream,
            row.voucher_id,
            row.external_reference,
            row.idempotency_key,
            json.dumps(dict(row.document)),
            json.dumps(dict(row.request)),
            stamp(row.created_at),
        )

    def find_redemption(self, redemption_id: str) -> RedemptionRow | None:
        """Return a redemption by its upstream's id, if there is one."""
        row = self._one("SELECT * FROM redemption WHERE id = ?", redemption_id)
        if row is None:
            return None
        return RedemptionRow(
            id=row["id"],
            upstream=row["upstream"],
            voucher_id=row["voucher_id"],
            external_reference=row["external_reference"],
            idempotency_key=row["idempotency_key"],
            document=json.loads(row["document"]),
            request=json.loads(row["request"]),
            created_at=datetime.fromisoformat(row["created_at"]),
        )

    def add_message(self, message: Message) -> None:
        """Record an SMS as sent."""
        self._run(
            "INSERT INTO message (redemption_id, phone_number, text, pin, value_cents, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            message.redemption_id,
            message.phone_number,
            message.text,
            message.pin,
            message.value_cents,
            stamp(message.at),
        )

    def store_answer(self, key: str, answer: StoredAnswer) -> None:
        """Store an answer under an idempotency key, replacing any other."""
        self._run(
            "INSERT OR REPLACE INTO stored_answer"
            " (idempotency_key, fingerprint, status, content_type, body, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            key,
            answer.fingerprint,
            answer.status,
            answer.content_type,
            answer.body,
            stamp(answer.at),
        )

    def stored_answer(self, key: str, *, now: datetime, keep: timedelta) -> StoredAnswer | None:
        """Return the answer stored under a key less than ``keep`` ago; an older one is deleted."""
        row = self._one("SELECT * FROM stored_answer WHERE idempotency_key = ?", key)
        if row is None:
            return None
        stored_at = datetime.fromisoformat(row["at"])
        if now - stored_at >= keep:
            self._run("DELETE FROM stored_answer WHERE idempotency_key = ?", key)
            return None
        return StoredAnswer(
            fingerprint=row["fingerprint"],
            status=row["status"],
            content_type=row["content_type"],
            body=bytes(row["body"]),
            at=stored_at,
        )

    # What a person or a test wants to see

    def report(
        self, *, pin: str | None = None, external_reference: str | None = None
    ) -> dict[str, Any]:
        """Return the ledger as JSON values: everything, or the part about one voucher or reference.

        A voucher is found by its own number or by that of its replacement.
        """
        with self._lock:
            vouchers = [
                self._voucher_report(row) for row in self._all("SELECT * FROM voucher ORDER BY id")
            ]
            redemptions = [
                self._redemption_report(row)
                for row in self._all("SELECT * FROM redemption ORDER BY created_at, rowid")
            ]
            messages = [dict(row) for row in self._all("SELECT * FROM message ORDER BY id")]
            totals = self.totals()
        if pin is not None:
            vouchers = [row for row in vouchers if pin in _numbers(row)]
            numbers = {row["pin"] for row in vouchers}
            redemptions = [row for row in redemptions if row["pin"] in numbers]
        if external_reference is not None:
            redemptions = [
                row for row in redemptions if row["external_reference"] == external_reference
            ]
            numbers = {row["pin"] for row in redemptions}
            vouchers = [row for row in vouchers if row["pin"] in numbers]
        if pin is not None or external_reference is not None:
            wanted = {row["id"] for row in redemptions}
            messages = [row for row in messages if row["redemption_id"] in wanted]
        return {"vouchers": vouchers, "redemptions": redemptions, "sms": messages, "totals": totals}

    def totals(self) -> dict[str, int]:
        """Return the sums that must agree, in cents: issued = balance + debited.

        Replacements are not counted as issued: their value was issued with the first voucher.
        """
        row = self._one(
            "SELECT (SELECT COALESCE(SUM(value_cents), 0) FROM voucher WHERE replaces IS NULL)"
            " AS issued_cents,"
            " (SELECT COALESCE(SUM(balance_cents), 0) FROM voucher) AS balance_cents,"
            " (SELECT COALESCE(SUM(amount_cents), 0) FROM debit) AS debited_cents"
        )
        assert row is not None
        return dict(row)

    def _voucher_report(self, row: sqlite3.Row) -> dict[str, Any]:
        replacement = self._one(
            "SELECT pin, serial_number, value_cents FROM voucher WHERE replaces = ?", row["id"]
        )
        debits = self._all(
            "SELECT redemption_id, external_reference, amount_cents, at FROM debit"
            " WHERE voucher_id = ? ORDER BY id",
            row["id"],
        )
        report: dict[str, Any] = {
            key: row[key]
            for key in (
                "type",
                "pin",
                "serial_number",
                "value_cents",
                "balance_cents",
                "status",
                "situation",
                "expiry_date",
            )
        }
        report["is_replacement"] = row["replaces"] is not None
        report["replaced_by"] = None if replacement is None else replacement["pin"]
        report["replacement"] = None if replacement is None else dict(replacement)
        report["debits"] = [dict(debit) for debit in debits]
        return report

    def _redemption_report(self, row: sqlite3.Row) -> dict[str, Any]:
        voucher = None if row["voucher_id"] is None else self.find_by_id(row["voucher_id"])
        document = json.loads(row["document"])
        return {
            "id": row["id"],
            "type": document.get("type"),
            "status": document.get("status"),
            "external_reference": row["external_reference"],
            "idempotency_key": row["idempotency_key"],
            "pin": None if voucher is None else voucher.pin,
            "amount_cents": document.get("amount"),
            "redeemed_cents": document.get("redeemed_amount", 0),
            "created_at": row["created_at"],
            "document": document,
        }

    # For the ledger of another upstream in the same database

    def install(self, schema: str) -> None:
        """Create the tables of another upstream if they are missing."""
        with self._lock:
            self._connection.executescript(schema)

    def run(self, sql: str, *values: object) -> int:
        """Run one statement and return the id of the row it inserted."""
        return self._run(sql, *values).lastrowid or 0

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return the rows that a query finds."""
        return self._all(sql, *values)

    def _run(self, sql: str, *values: object) -> sqlite3.Cursor:
        with self._lock:
            return self._connection.execute(sql, values)

    def _one(self, sql: str, *values: object) -> sqlite3.Row | None:
        with self._lock:
            row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()


def _numbers(report: Mapping[str, Any]) -> set[str]:
    return {report["pin"], report["replaced_by"]}


def _voucher(row: sqlite3.Row) -> Voucher:
    return Voucher(
        id=row["id"],
        type=row["type"],
        pin=row["pin"],
        serial_number=row["serial_number"],
        value_cents=row["value_cents"],
        balance_cents=row["balance_cents"],
        status=row["status"],
        situation=row["situation"],
        credentials=json.loads(row["credentials"]),
        expiry_date=row["expiry_date"],
        replaces=row["replaces"],
    )
