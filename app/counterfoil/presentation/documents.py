"""Redemptions, types and balances as JSON; a PIN only if asked for."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from counterfoil.domain.causes import Cause
from counterfoil.domain.causes.journal import Finding
from counterfoil.domain.money import Exact
from counterfoil.domain.reconciliation import Difference, Reconciliation
from counterfoil.domain.reconciling import Undecided
from counterfoil.domain.redemption import Redemption
from counterfoil.domain.settlement import Settlement
from counterfoil.domain.shift import Shift, ShiftReport
from counterfoil.domain.slip_facts import beside, is_remainder_by_sms
from counterfoil.domain.statement import Preview
from counterfoil.domain.states import RedemptionState
from counterfoil.domain.verdict import ChangeShape, ChangeVoucher
from counterfoil.domain.voucher_type import VoucherType
from counterfoil.ports.gateway import Balance
from counterfoil.presentation.words import findings, health, redemptions, rows, settlements
from counterfoil.service.health import Health, HealthLine
from counterfoil.service.views import Dossier

Document = dict[str, Any]


def cause_document(cause: Cause | None) -> Document:
    """Return a cause's key, and its values by name, as JSON; values that are empty are left out."""
    if cause is None:
        return {}
    if isinstance(cause, StrEnum):
        return {"cause": cause.value, "values": {}}
    empty = {one.name: one.default for one in fields(cause)}
    values = {name: value for name, value in asdict(cause).items() if value != empty[name]}
    return {"cause": values.pop("problem").value, "values": values}


def finding_document(finding: Finding) -> Document:
    """Return as JSON something that somebody has altered: where and what, by key and in words."""
    document = cause_document(finding)
    return {"where": document["values"].pop("where"), "what": findings.what(finding)} | document


def settlement_document(settlement: Settlement) -> Document:
    """Return how something was settled by people, as JSON."""
    return {
        "settled_as": settlement.settled_as.value,
        "got": settlement.got.value,
        "at": settlement.at.isoformat(),
        "by": settlement.by,
        "approved_by": settlement.approved_by,
        "provider_says": settlement.evidence.value if settlement.evidence else None,
        "said_by": settlement.said_by,
        "provider_reference": settlement.provider_reference,
        "reason": settlement.reason,
    }


def shift_document(shift: Shift) -> Document:
    """Return a shift as JSON, without its takings."""
    return {
        "number": shift.number,
        "state": shift.state.value,
        "opened_at": shift.opened_at.isoformat(),
        "opened_by": shift.opened_by,
        "float_cents": shift.float_cents,
        "currency": shift.currency,
        "closed_at": shift.closed_at.isoformat() if shift.closed_at else None,
        "closed_by": shift.closed_by,
    }


def report_document(report: ShiftReport) -> Document:
    """Return an X or a Z as JSON: the sums of its lines, the drawer, and what is carried over."""
    books, drawer = report.books, report.books.drawer
    return {
        "shift": shift_document(report.shift),
        "z_number": report.shift.number if report.shift.books is not None else None,
        "lines": [asdict(line) | {"entry": line.entry.value} for line in books.lines],
        "vouchers_cents": books.vouchers_cents(report.shift.currency),
        "drawer": {
            "float_cents": drawer.float_cents,
            "expected_cents": drawer.holds_cents,
            "counted_cents": drawer.counted_cents,
            "difference_cents": drawer.difference_cents,
            "counts": drawer.counts,
        },
        "explanation": report.shift.explanation,
        "carried_over": [asdict(one) | {"state": one.state.value} for one in books.carried],
        "carried_over_count": books.carried_count,
        "owed_advices": books.owed_advices,
        "left_out": books.left_out,
        "journal": None if books.head is None else books.head.text,
    }


def reconciliation_document(run: Reconciliation) -> Document:
    """Return a run of reconciliation as JSON."""
    return {
        "run": run.number,
        "provider": run.upstream,
        "at": run.at.isoformat(),
        "by": run.by,
        "approved_by": run.approved_by,
        "file": run.file_name,
        "sha256": run.file_hash,
        "from": run.since.isoformat() if run.since else None,
        "to": run.until.isoformat() if run.until else None,
        "lines": run.lines,
        "matched": run.matched,
        "undecided": run.undecided,
        "without_effect": run.without_effect,
        "beyond": run.beyond,
        "of_other_tills": run.of_other_tills,
        "differences": run.differences,
    }


def difference_document(difference: Difference) -> Document:
    """Return a difference as JSON; amounts are negative where value was given back."""
    one = difference
    return {
        "difference": one.number,
        "run": one.run,
        "kind": one.kind.value,
        "reference": one.reference,
        "their_reference": one.their_reference,
        "id": one.redemption_id,
        "state": one.state.value if one.state else None,
        "here_cents": one.here_cents,
        "there_cents": one.there_cents,
        "currency": one.currency,
        "there_currency": one.there_currency,
        "at": one.at.isoformat() if one.at else None,
        "line": one.line,
        "lines": one.lines,
        "resolved_at": one.resolved_at.isoformat() if one.resolved_at else None,
        "resolved_by": one.resolved_by,
        "approved_by": one.approved_by,
        "reason": one.reason,
    }


def undecided_document(undecided: Undecided) -> Document:
    """Return as JSON what a statement shows for a redemption that is not settled here."""
    one = undecided.redemption
    return {
        "id": one.id,
        "reference": one.reference,
        "state": one.state.value,
        "there_cents": undecided.there_cents,
    }


def preview_document(preview: Preview) -> Document:
    """Return what a statement's file looks like as JSON."""
    return {
        "mapping": asdict(preview.columns),
        "is_saved": preview.is_saved,
        "headings": list(preview.headings),
        "unknown_kinds": list(preview.kinds),
        "first_lines": [
            {
                "line": one.number,
                "reference": one.reference,
                "their_reference": one.their_reference,
                "cents": one.cents,
                "currency": one.currency,
                "kind": one.kind.value,
                "at": one.at.isoformat() if one.at else None,
            }
            for one in preview.lines
        ],
        "bad_lines": [
            {"line": one.number, "fault": one.fault.value, "found": one.found}
            for one in preview.bad_lines
        ],
    }


def dossier_document(dossier: Dossier) -> Document:
    """Return a redemption as JSON, with what is to be asked about it, and how it was settled."""
    one, advice = dossier.redemption, dossier.advice
    return redemption_document(one) | {
        "can_settle": dossier.can_settle,
        "ask": [settlements.question(one, advice), settlements.ask_by(one)],
        "settlements": [settlement_document(kept) for kept in dossier.settlements],
    }


def redemption_document(
    redemption: Redemption, *, reveal: bool = False, opened: ChangeVoucher | None = None
) -> Document:
    """Return a redemption as JSON; with ``reveal`` the change voucher ``opened`` is in it whole."""
    amount = redemption.amount
    return {
        "id": redemption.id,
        "type": redemption.type_id,
        "name": redemption.type_name,
        "refund_of": redemption.refund_of,
        "is_refunded": redemption.is_refunded,
        "state": redemption.state.value,
        "settled_as": redemption.settled_as.value if redemption.settled_as else None,
        "amount_cents": amount.cents if isinstance(amount, Exact) else None,
        "is_whole": not isinstance(amount, Exact),
        "redeemed_cents": redemption.redeemed_cents,
        "currency": redemption.currency,
        "reference": redemption.reference,
        "voucher_tail": redemption.voucher_tail,
        "change_voucher": _change_document(redemption, opened, reveal=reveal),
        "decline": redemption.decline.value if redemption.decline else None,
        "unknown": _unknown(redemption),
        "reason": redemptions.reason_words(redemption),
        "attention_cause": redemption.attention.value if redemption.attention else None,
        "attention": redemptions.attention_words(redemption),
        "attempts": redemption.attempts,
        "next_try_at": redemption.next_due_at.isoformat() if redemption.next_due_at else None,
        "upstream": redemption.upstream,
        "upstream_id": redemption.upstream_id,
        "upstream_reference": redemption.upstream_reference,
        "sale_id": redemption.sale_id,
        "slip_number": redemption.slip_number,
        "cashier": redemption.cashier,
        "created_at": redemption.created_at.isoformat(),
    }


def _unknown(redemption: Redemption) -> str | None:
    """Return why the last attempt decided nothing, as long as nothing else has."""
    is_open = redemption.state is RedemptionState.INFLIGHT
    return redemption.last_cause.value if is_open and redemption.last_cause else None


def _change_document(
    redemption: Redemption, opened: ChangeVoucher | None, *, reveal: bool
) -> Document | None:
    change = redemption.change
    if change is not None and not change.is_sent_by_sms:
        first, *more = [
            _inline_change(shape, one, reveal=reveal) for shape, one in beside(change, opened)
        ]
        return first | {"more": more}
    if redemption.state is RedemptionState.FINAL and is_remainder_by_sms(redemption):
        return {"is_sent_by_sms": True, "sms_to": redemption.sms_to}
    return None


def _inline_change(change: ChangeShape, opened: ChangeVoucher | None, *, reveal: bool) -> Document:
    document: Document = {
        "amount_cents": change.amount_cents,
        "serial_number": change.serial_number,
        "expires": change.expires,
        "codes": [one.name for one in change.codes],
        "unread": list(change.unread),
    }
    if reveal:
        # Providers repeat a code in their instructions, so these are as secret.
        document["instructions"] = opened.instructions if opened else change.instructions
    if reveal and opened:
        document |= {one.name: one.text.reveal() for one in opened.codes}
    return document


def type_document(one: VoucherType) -> Document:
    """Return a voucher type as JSON."""
    return {
        "type": one.id,
        "category": one.category,
        "name": one.name,
        "description": one.description,
        "upstream": one.upstream,
        "currency": one.currency,
        "can_look_up": one.can_look_up,
        "can_redeem": one.can_redeem,
        "can_redeem_part": one.can_redeem_part,
        "change": one.change.value,
        "fields": [
            {
                "name": spec.name,
                "label": spec.label,
                "kind": spec.kind.value,
                "is_required": spec.is_required,
                "is_sensitive": spec.is_sensitive,
                "hint": spec.hint,
                "length": spec.length,
                "choices": [one.value for one in spec.choices],
            }
            for spec in one.fields
        ],
    }


def balance_document(answer: Balance) -> Document:
    """Return a balance as JSON."""
    return {
        "amount_cents": answer.amount_cents,
        "currency": answer.currency,
        "facts": {rows.fact_label(what): rows.fact_value(value) for what, value in answer.facts},
        "fact_list": [{"fact": what, "value": str(value)} for what, value in answer.facts],
    }


def health_document(found: Health) -> Document:
    """Return how the till is as JSON: each line by its topic and level, with its values."""
    return {
        "at": found.at.isoformat(),
        "level": found.level.value,
        "lines": [_health_line(one) for one in found.lines],
    }


def _health_line(one: HealthLine) -> Document:
    said = health.line(one)
    return {
        "topic": one.topic.value,
        "level": one.level.value,
        "title": said.title,
        "found": said.found,
        "do": said.do,
        "values": _plain(asdict(one)),
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: times as text, spans in seconds."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value
