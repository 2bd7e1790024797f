"""The books of a Z as JSON in one column: lists of values in a fixed order, which stay small."""

import json
from dataclasses import astuple
from typing import Any

from counterfoil.adapters.journal.storage.table import Codec, SqlValue
from counterfoil.domain.books import BookLine, Books, Carried, Entry
from counterfoil.domain.chain_head import ChainHead
from counterfoil.domain.drawer import Drawer
from counterfoil.domain.states import RedemptionState


def _write(books: Books | None) -> tuple[SqlValue]:
    if books is None:
        return (None,)
    kept = {
        "head": None if books.head is None else astuple(books.head),
        "sums": [astuple(line) for line in books.lines],
        "drawer": astuple(books.drawer),
        "carried": [astuple(one) for one in books.carried],
        "put_back_by": books.put_back_by,
        "counts": [books.carried_count, books.owed_advices, books.left_out],
    }
    return (json.dumps(kept, separators=(",", ":")),)


def _read(text: str | None) -> Books | None:
    if text is None:
        return None
    kept: dict[str, Any] = json.loads(text)
    carried_count, owed_advices, left_out = kept["counts"]
    return Books(
        head=None if kept["head"] is None else ChainHead(*kept["head"]),
        lines=tuple(map(_read_line, kept["sums"])),
        drawer=_read_drawer(kept["drawer"]),
        carried=tuple(map(_read_carried, kept["carried"])),
        carried_count=carried_count,
        owed_advices=owed_advices,
        left_out=left_out,
        put_back_by=kept.get("put_back_by", ""),
    )


def _read_line(kept: list[Any]) -> BookLine:
    entry, currency, person, provider, detail, count, cents = kept
    return BookLine(
        entry=Entry(entry),
        currency=currency,
        person=person,
        provider=provider,
        detail=detail,
        count=count,
        cents=cents,
    )


def _read_drawer(kept: list[Any]) -> Drawer:
    float_cents, moved_cents, counted_cents, expected_cents, counts = kept
    return Drawer(
        float_cents=float_cents,
        moved_cents=moved_cents,
        counted_cents=counted_cents,
        expected_cents=expected_cents,
        counts=counts,
    )


def _read_carried(kept: list[Any]) -> Carried:
    reference, provider, state, currency, cents = kept
    return Carried(
        reference=reference,
        provider=provider,
        state=RedemptionState(state),
        currency=currency,
        cents=cents,
    )


BOOKS = Codec(_write, _read)
"""What the Z of a shift says; null while the shift is open."""
