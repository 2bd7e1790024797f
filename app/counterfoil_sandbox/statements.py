"""The statements that the pretend providers send: each in a shape of its own, from the ledger.

What they say is what the ledger holds, so that a till can be compared with its provider.
"""

import csv
import io
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

_CURRENCY = "ZAR"

Read = Callable[[str], list[sqlite3.Row]]
"""Returns the rows that a query finds in the ledger."""

_MOMENT = """
SELECT redemption.id, redemption.external_reference, redemption.created_at,
  json_extract(document, '$.type') AS type, json_extract(document, '$.status') AS status,
  json_extract(document, '$.amount') AS requested,
  (SELECT coalesce(sum(amount_cents), 0) FROM debit WHERE redemption_id = redemption.id) AS taken
FROM redemption ORDER BY redemption.created_at, redemption.rowid
"""
_SUV = """
SELECT suv_posting.at, suv_posting.request_id, suv_posting.kind, suv_posting.amount_cents,
  suv_voucher.serial_number,
  (SELECT json_extract(document, '$.rrn') FROM suv_request WHERE id = request_id LIMIT 1) AS rrn
FROM suv_posting JOIN suv_voucher ON suv_voucher.id = suv_posting.voucher_id
WHERE suv_posting.amount_cents <> 0 AND suv_posting.request_id <> 'before-the-sandbox'
  AND suv_posting.kind NOT LIKE 'voucher%'
ORDER BY suv_posting.id
"""


def moment_statement(read: Read) -> bytes:
    """Return the first provider's statement: a line for each redemption, also a refused one."""
    headings = (
        *("Redemption ID", "External reference", "Created", "Voucher type", "Status"),
        *("Requested", "Redeemed", "Currency"),
    )
    return _written(headings, _moment_rows(read), ",").encode()


def suv_statement(read: Read) -> bytes:
    """Return the second provider's statement: a line for each movement of money."""
    headings = ("Transaction date", "Entry", "Request ID", "RRN", "Serial", "Amount", "Currency")
    return _written(headings, _suv_rows(read), ";").encode("utf-8-sig")


STATEMENTS: dict[str, Callable[[Read], bytes]] = {
    "electrum": suv_statement,
    "moment": moment_statement,
}
"""What makes the statement of each provider, by the name that a till has for it."""


def statement_of(provider: str, data_file: Path) -> bytes | None:
    """Return a provider's statement from a ledger's file, which may be in use.

    None if there is no such file.
    """
    if not data_file.is_file():
        return None
    with closing(sqlite3.connect(f"file:{data_file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return STATEMENTS[provider](lambda query: connection.execute(query).fetchall())


def _moment_rows(read: Read) -> Iterator[Sequence[str]]:
    for row in read(_MOMENT):
        status = "confirmed" if row["taken"] else row["status"]
        yield (
            row["id"],
            row["external_reference"] or "",
            row["created_at"],
            row["type"] or "",
            status or "failed",
            "" if row["requested"] is None else _decimal(row["requested"], "."),
            _decimal(row["taken"], "."),
            _CURRENCY,
        )


def _suv_rows(read: Read) -> Iterator[Sequence[str]]:
    for row in read(_SUV):
        is_taken, is_refund = row["amount_cents"] > 0, row["kind"].startswith("refund")
        if is_refund:
            entry = "REFUND REVERSAL" if is_taken else "REFUND"
        else:
            entry = "REDEMPTION" if is_taken else "REVERSAL"
        yield (
            f"{datetime.fromisoformat(row['at']).astimezone():%d/%m/%Y %H:%M:%S}",
            entry,
            row["request_id"],
            row["rrn"] or "",
            row["serial_number"],
            _decimal(abs(row["amount_cents"]), ","),
            _CURRENCY,
        )


def _decimal(cents: int, mark: str) -> str:
    return f"{cents // 100}{mark}{cents % 100:02d}"


def _written(headings: Sequence[str], rows: Iterable[Sequence[str]], separator: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue()
