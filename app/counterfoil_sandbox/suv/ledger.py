"""What the SUV interface keeps: vouchers, postings, requests and advices.

It lives in the sandbox's one database. Money moves by postings only, so that for each voucher at
any time: value = balance + held + the sum of its postings.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from counterfoil_sandbox.clock import stamp
from counterfoil_sandbox.ledger import Ledger

Resource = Literal["voucher", "redemption", "refund"]
AdviceKind = Literal["confirmation", "reversal"]

PROVISIONED = "PROVISIONED"
CONFIRMED_PROVISIONED = "CONFIRMED_PROVISIONED"
REDEEMED = "REDEEMED"
CONFIRMED_REDEEMED = "CONFIRMED_REDEEMED"
REFUNDED = "REFUNDED"
CANCELLED = "CANCELLED"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS suv_voucher (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    serial_number TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    product_id TEXT,
    value_cents INTEGER NOT NULL,
    balance_cents INTEGER NOT NULL,
    held_cents INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    situation TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    provision_id TEXT,
    owner TEXT,
    is_ours INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS suv_posting (
    id INTEGER PRIMARY KEY,
    voucher_id INTEGER NOT NULL REFERENCES suv_voucher (id) ON DELETE CASCADE,
    request_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    amount_cents INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS suv_request (
    owner TEXT NOT NULL,
    resource TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    voucher_id INTEGER REFERENCES suv_voucher (id) ON DELETE SET NULL,
    state TEXT NOT NULL,
    status INTEGER NOT NULL,
    document TEXT NOT NULL,
    approved_cents INTEGER NOT NULL,
    final_cents INTEGER NOT NULL,
    redemption_id TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (owner, resource, id)
) STRICT;
CREATE TABLE IF NOT EXISTS suv_advice (
    number INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    resource TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    reason TEXT,
    answer_status INTEGER NOT NULL,
    error_type TEXT,
    had_effect INTEGER NOT NULL,
    is_remembered INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
"""


class SuvLedgerError(Exception):
    """A change that the ledger does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSuvVoucher:
    """A voucher to be added. ``is_ours`` marks those of the sandbox's own table."""

    code: str = field(repr=False)
    serial_number: str
    provider: str
    value_cents: int
    expires_at: str
    state: str = CONFIRMED_PROVISIONED
    situation: str = "usable"
    product_id: str | None = None
    provision_id: str | None = None
    owner: str | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvVoucher:
    """A voucher as it is now; amounts in cents.

    ``held_cents`` are refunded, and not to be spent until the refund is confirmed.
    """

    id: int
    code: str = field(repr=False)
    serial_number: str
    provider: str
    product_id: str | None
    value_cents: int
    balance_cents: int
    held_cents: int
    state: str
    situation: str
    expires_at: str
    provision_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A movement of money: what is added to a voucher's balance and to its held value, in cents."""

    voucher_id: int
    request_id: str
    kind: str
    at: datetime
    balance_cents: int = 0
    held_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvRequest:
    """A request with the answer it got (``status`` and ``document``); amounts in cents."""

    owner: str
    resource: Resource
    id: str
    client_id: str
    voucher_id: int | None
    state: str
    status: int
    document: Mapping[str, Any] = field(repr=False)
    approved_cents: int
    final_cents: int
    redemption_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvAdvice:
    """An advice that came in, and what it did.

    ``is_remembered`` marks a reversal that came before its request: the request is then refused.
    """

    owner: str
    resource: Resource
    kind: AdviceKind
    id: str
    request_id: str
    reason: str | None
    answer_status: int
    error_type: str | None
    had_effect: bool
    is_remembered: bool
    at: datetime


class SuvLedger:
    """Keeps the money of the second upstream."""

    def __init__(self, ledger: Ledger) -> None:
        """Make the tables in ``ledger`` where they are missing."""
        self._ledger = ledger
        ledger.install(_SCHEMA)
        # What was under way when the sandbox was killed never happened.
        ledger.run("DELETE FROM suv_request WHERE state = 'processing'")

    def clear(self) -> None:
        """Delete everything."""
        with self._ledger.transaction():
            for table in ("suv_advice", "suv_posting", "suv_request", "suv_voucher"):
                self._ledger.run(f"DELETE FROM {table}")  # noqa: S608 - names of our own

    # Vouchers

    def issue(self, new: NewSuvVoucher) -> SuvVoucher:
        """Add a voucher. Raise SuvLedgerError when its code or serial number is taken."""
        row = (
            new.code,
            new.serial_number,
            new.provider,
            new.product_id,
            new.value_cents,
            new.value_cents,
            new.state,
            new.situation,
            new.expires_at,
            new.provision_id,
            new.owner,
            int(new.is_ours),
        )
        try:
            voucher_id = self._ledger.run(
                "INSERT INTO suv_voucher (code, serial_number, provider, product_id, value_cents,"
                " balance_cents, state, situation, expires_at, provision_id, owner, is_ours)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *row,
            )
        except sqlite3.IntegrityError:
            raise SuvLedgerError("a voucher with this code exists") from None
        return self.voucher(voucher_id)

    def voucher(self, voucher_id: int) -> SuvVoucher:
        """Return the voucher with this row id."""
        found = self._find("id", voucher_id)
        assert found is not None
        return found

    def find_by_code(self, code: str) -> SuvVoucher | None:
        """Return the voucher with this code, if there is one."""
        return self._find("code", code)

    def find_by_serial(self, serial_number: str) -> SuvVoucher | None:
        """Return the voucher with this serial number, if there is one."""
        return self._find("serial_number", serial_number)

    def find_by_provision(self, provision_id: str) -> SuvVoucher | None:
        """Return the voucher that this provision request made, if there is one."""
        return self._find("provision_id", provision_id)

    def set_state(self, voucher_id: int, state: str) -> None:
        """Set the state of a voucher."""
        self._ledger.run("UPDATE suv_voucher SET state = ? WHERE id = ?", state, voucher_id)

    def add_value(self, voucher_id: int, value_cents: int) -> None:
        """Add value, in cents, to a voucher that exists."""
        self._ledger.run(
            "UPDATE suv_voucher SET value_cents = value_cents + ?,"
            " balance_cents = balance_cents + ? WHERE id = ?",
            value_cents,
            value_cents,
            voucher_id,
        )

    def has_foreign_vouchers(self, owner: str) -> bool:
        """Return whether another user has provisioned and confirmed a voucher."""
        found = self._ledger.rows(
            "SELECT 1 FROM suv_voucher WHERE owner IS NOT NULL AND owner <> ? AND state <> ?",
            owner,
            PROVISIONED,
        )
        return bool(found)

    def forget(self, owner: str) -> bool:
        """Delete what one user did, and their vouchers; return whether there was anything."""
        with self._ledger.transaction():
            count = self._ledger.rows(
                "SELECT (SELECT COUNT(*) FROM suv_request WHERE owner = ?)"
                " + (SELECT COUNT(*) FROM suv_advice WHERE owner = ?) AS n",
                owner,
                owner,
            )
            self._ledger.run("DELETE FROM suv_request WHERE owner = ?", owner)
            self._ledger.run("DELETE FROM suv_advice WHERE owner = ?", owner)
            self._ledger.run("DELETE FROM suv_voucher WHERE owner = ? OR is_ours = 1", owner)
        return bool(count[0]["n"])

    def post(self, posting: Posting, *, may_overdraw: bool = False) -> None:
        """Move money.

        Raise SuvLedgerError when the voucher does not have it, unless ``may_overdraw``.
        """
        voucher = self.voucher(posting.voucher_id)
        balance_cents = voucher.balance_cents + posting.balance_cents
        held_cents = voucher.held_cents + posting.held_cents
        if min(balance_cents, held_cents) < 0 and not may_overdraw:
            raise SuvLedgerError("the voucher does not hold this amount")
        with self._ledger.transaction():
            self._ledger.run(
                "UPDATE suv_voucher SET balance_cents = ?, held_cents = ? WHERE id = ?",
                balance_cents,
                held_cents,
                posting.voucher_id,
            )
            self._ledger.run(
                "INSERT INTO suv_posting (voucher_id, request_id, kind, amount_cents, at)"
                " VALUES (?, ?, ?, ?, ?)",
                posting.voucher_id,
                posting.request_id,
                posting.kind,
                -posting.balance_cents - posting.held_cents,
                stamp(posting.at),
            )

    def debited_for(self, voucher_id: int, request_id: str) -> int:
        """Return what one request has taken from a voucher and not given back, in cents."""
        rows = self._ledger.rows(
            "SELECT COALESCE(SUM(amount_cents), 0) AS n FROM suv_posting"
            " WHERE voucher_id = ? AND request_id = ?",
            voucher_id,
            request_id,
        )
        return int(rows[0]["n"])

    # Requests and advices

    def save_request(self, row: SuvRequest) -> None:
        """Write a request, replacing one with the same id."""
        self._ledger.run(
            "INSERT OR REPLACE INTO suv_request (owner, resource, id, client_id, voucher_id,"
            " state, status, document, approved_cents, final_cents, redemption_id, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.owner,
            row.resource,
            row.id,
            row.client_id,
            row.voucher_id,
            row.state,
            row.status,
            json.dumps(dict(row.document)),
            row.approved_cents,
            row.final_cents,
            row.redemption_id,
            stamp(row.at),
        )

    def drop_request(self, resource: Resource, request_id: str) -> None:
        """Delete a request that was never carried out."""
        self._ledger.run(
            "DELETE FROM suv_request WHERE resource = ? AND id = ?", resource, request_id
        )

    def set_request(self, row: SuvRequest, state: str, final_cents: int) -> None:
        """Set the state of a request, and what its amount in cents comes to after that."""
        self._ledger.run(
            "UPDATE suv_request SET state = ?, final_cents = ?"
            " WHERE owner = ? AND resource = ? AND id = ?",
            state,
            final_cents,
            row.owner,
            row.resource,
            row.id,
        )

    def requests(
        self,
        resource: Resource | None = None,
        *,
        request_id: str | None = None,
        owner: str | None = None,
        voucher_id: int | None = None,
        redemption_id: str | None = None,
    ) -> list[SuvRequest]:
        """Return the requests that fit everything given, the oldest first."""
        wanted = {
            "resource": resource,
            "id": request_id,
            "owner": owner,
            "voucher_id": voucher_id,
            "redemption_id": redemption_id,
        }
        given = {key: value for key, value in wanted.items() if value is not None}
        where = " AND ".join(f"{key} = ?" for key in given) or "1"
        rows = self._ledger.rows(
            f"SELECT * FROM suv_request WHERE {where} ORDER BY rowid",  # noqa: S608 - our names
            *given.values(),
        )
        return [_request(row) for row in rows]

    def save_advice(self, row: SuvAdvice) -> None:
        """Write an advice that came in."""
        self._ledger.run(
            "INSERT INTO suv_advice (owner, resource, kind, id, request_id, reason,"
            " answer_status, error_type, had_effect, is_remembered, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.owner,
            row.resource,
            row.kind,
            row.id,
            row.request_id,
            row.reason,
            row.answer_status,
            row.error_type,
            int(row.had_effect),
            int(row.is_remembered),
            stamp(row.at),
        )

    def find_reversal(self, owner: str, resource: Resource, request_id: str) -> str | None:
        """Return the id of the last reversal of a request; None when there was none."""
        rows = self._ledger.rows(
            "SELECT id FROM suv_advice WHERE owner = ? AND resource = ? AND request_id = ?"
            " AND kind = 'reversal' AND is_remembered = 1 ORDER BY number DESC LIMIT 1",
            owner,
            resource,
            request_id,
        )
        return rows[0]["id"] if rows else None

    def has_effective(self, owner: str, kind: AdviceKind, request_id: str) -> bool:
        """Return whether an advice of this kind has taken effect for a request."""
        rows = self._ledger.rows(
            "SELECT 1 FROM suv_advice WHERE owner = ? AND kind = ? AND request_id = ?"
            " AND had_effect = 1",
            owner,
            kind,
            request_id,
        )
        return bool(rows)

    def find_advised(self, advice_id: str) -> list[str]:
        """Return the ids of the requests that an advice with this id was about."""
        rows = self._ledger.rows(
            "SELECT DISTINCT request_id FROM suv_advice WHERE id = ?", advice_id
        )
        return [row["request_id"] for row in rows]

    # What a person or a test wants to see

    def report(self, *, code: str | None = None, request_id: str | None = None) -> dict[str, Any]:
        """Return everything as JSON values, or the part about one voucher or request."""
        requests = [_request_report(row) for row in self._ledger.rows(_REQUESTS)]
        advices = [_advice_report(row) for row in self._ledger.rows(_ADVICES)]
        vouchers = [
            self._voucher_report(row)
            for row in self._ledger.rows("SELECT * FROM suv_voucher ORDER BY id")
        ]
        if request_id is not None:
            requests = [row for row in requests if request_id in (row["id"], row["redemption_id"])]
            code = code or next((row["code"] for row in requests), None) or ""
        if code is not None:
            vouchers = [row for row in vouchers if row["code"] == code]
            if request_id is None:
                requests = [row for row in requests if row["code"] == code]
            wanted = {row["id"] for row in requests} | {request_id}
            advices = [row for row in advices if row["request_id"] in wanted]
        return {
            "vouchers": vouchers,
            "requests": requests,
            "advices": advices,
            "totals": self.totals(),
        }

    def totals(self) -> dict[str, int]:
        """Return the sums that must agree, in cents: issued = balance + held + debited."""
        rows = self._ledger.rows(
            "SELECT COALESCE(SUM(value_cents), 0) AS issued_cents,"
            " COALESCE(SUM(balance_cents), 0) AS balance_cents,"
            " COALESCE(SUM(held_cents), 0) AS held_cents,"
            " (SELECT COALESCE(SUM(amount_cents), 0) FROM suv_posting) AS debited_cents"
            " FROM suv_voucher"
        )
        return dict(rows[0])

    def _voucher_report(self, row: sqlite3.Row) -> dict[str, Any]:
        postings = self._ledger.rows(
            "SELECT request_id, kind, amount_cents, at FROM suv_posting"
            " WHERE voucher_id = ? ORDER BY id",
            row["id"],
        )
        report = {key: row[key] for key in row.keys() if key not in ("id", "owner", "is_ours")}  # noqa: SIM118 - a row is no mapping
        report["debits"] = [dict(posting) for posting in postings]
        report["net_debited_cents"] = sum(posting["amount_cents"] for posting in postings)
        return report

    def _find(self, column: str, value: object) -> SuvVoucher | None:
        rows = self._ledger.rows(
            f"SELECT * FROM suv_voucher WHERE {column} = ?",  # noqa: S608 - names of our own
            value,
        )
        if not rows:
            return None
        fields = SuvVoucher.__dataclass_fields__
        return SuvVoucher(**{name: rows[0][name] for name in fields})


_REQUESTS = (
    "SELECT suv_request.*, suv_voucher.code FROM suv_request"
    " LEFT JOIN suv_voucher ON suv_voucher.id = suv_request.voucher_id"
    " ORDER BY suv_request.at, suv_request.rowid"
)
_ADVICES = "SELECT * FROM suv_advice ORDER BY number"


def _request(row: sqlite3.Row) -> SuvRequest:
    return SuvRequest(
        owner=row["owner"],
        resource=row["resource"],
        id=row["id"],
        client_id=row["client_id"],
        voucher_id=row["voucher_id"],
        state=row["state"],
        status=row["status"],
        document=json.loads(row["document"]),
        approved_cents=row["approved_cents"],
        final_cents=row["final_cents"],
        redemption_id=row["redemption_id"],
        at=datetime.fromisoformat(row["at"]),
    )


def _request_report(row: sqlite3.Row) -> dict[str, Any]:
    document = json.loads(row["document"])
    return {
        "resource": row["resource"],
        "id": row["id"],
        "client_id": row["client_id"],
        "code": row["code"],
        "state": row["state"],
        "status": row["status"],
        "error_type": document.get("errorType"),
        "approved_cents": row["approved_cents"],
        "final_cents": row["final_cents"],
        "redemption_id": row["redemption_id"],
        "at": row["at"],
        "document": document,
    }


def _advice_report(row: sqlite3.Row) -> dict[str, Any]:
    names = ("resource", "kind", "id", "request_id", "reason", "answer_status", "error_type", "at")
    return {name: row[name] for name in names} | {"had_effect": bool(row["had_effect"])}
