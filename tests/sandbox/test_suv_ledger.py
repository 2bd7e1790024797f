"""The second upstream keeps its money, whatever is asked of it in whatever order."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil_sandbox.app import Sandbox
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.suv.answers import Principal
from counterfoil_sandbox.suv.errors import PlainFailureError, RefusalError
from counterfoil_sandbox.suv.ledger import NewSuvVoucher, Posting, SuvLedgerError, SuvRequest
from counterfoil_sandbox.suv.vouchers import (
    BAOBAB,
    EXPIRES_AT,
    KAROO,
    PROTEA,
    SuvSituation,
    codes_for,
)
from support.suv_client import SuvClient

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
ASKER = Principal("22222222", "agreed")
CODES = [
    codes_for(KAROO, SuvSituation.USABLE)[0],
    codes_for(BAOBAB, SuvSituation.USABLE)[0],
    codes_for(PROTEA, SuvSituation.USABLE)[0],
    codes_for(PROTEA, SuvSituation.UPSTREAM_TIMEOUT_TAKEN)[0],
    codes_for(KAROO, SuvSituation.DECLINED)[0],
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "confirm", "reverse"]),
        st.sampled_from(["redemption", "redemption", "refund", "voucher"]),
        st.integers(0, 3),
        st.sampled_from(CODES),
        st.one_of(st.none(), st.integers(1, 6_000)),
    ),
    max_size=14,
)

Step = tuple[str, Literal["redemption", "refund", "voucher"], int, str, int | None]


def message_of(client: SuvClient, step: Step) -> dict[str, Any]:
    """Return the message of a step; its request is one of a few that steps share."""
    act, resource, number, code, cents = step
    request_id = str(UUID(int=number + {"redemption": 0, "refund": 10, "voucher": 20}[resource]))
    if act == "ask":
        request = client.provision(cents) if resource == "voucher" else client.refund(code, cents)
        return request | {"id": request_id}
    reversal = client.reversal({"id": request_id, "thirdPartyIdentifiers": []})
    if act == "confirm":
        del reversal["reversalReason"]
    return reversal | ({"tenders": []} if (act, resource) == ("confirm", "voucher") else {})


def take(sandbox: Sandbox, step: Step, message: dict[str, Any], *, is_vendor: bool) -> None:
    """Carry one step out, refused or not."""
    act, resource = step[0], step[1]
    if is_vendor:
        message.pop("tenders", None)
    raw = json.dumps(message).encode()
    desk = sandbox.suv.vendor if is_vendor else sandbox.suv.specified
    try:
        if act != "ask":
            kind: Literal["confirmation", "reversal"] = (
                "confirmation" if act == "confirm" else "reversal"
            )
            desk.advise(resource, kind, raw, ASKER)
        elif is_vendor:
            sandbox.suv.vendor.ask(resource, raw, ASKER)
        else:
            asyncio.run(sandbox.suv.specified.ask(resource, raw, ASKER))
    except (RefusalError, PlainFailureError):
        return


@pytest.mark.parametrize("manner", list(Manner))
@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_money_is_conserved_whatever_is_asked(manner: Manner, steps: list[Step]) -> None:
    """Issued is balance, held and debited, in all and for each voucher."""
    sandbox = Sandbox(now=lambda: NOW, manner=manner)
    is_vendor = manner is Manner.VENDOR_TEST_SERVER
    with SuvClient("http://nowhere") as client:
        for step in steps:
            take(sandbox, step, message_of(client, step), is_vendor=is_vendor)
    report = sandbox.suv.suv.report()
    requests = sandbox.suv.suv.requests("redemption")
    sandbox.close()
    totals = report["totals"]
    assert totals["issued_cents"] == (
        totals["balance_cents"] + totals["held_cents"] + totals["debited_cents"]
    )
    for row in report["vouchers"]:
        parts = row["balance_cents"] + row["held_cents"] + row["net_debited_cents"]
        assert row["value_cents"] == parts
        assert row["net_debited_cents"] == sum(each["amount_cents"] for each in row["debits"])
    if not is_vendor:
        check_postings(report, requests)


def check_postings(report: dict[str, Any], requests: list[SuvRequest]) -> None:
    """As specified, nothing is overdrawn and each redemption took what stands in the end."""
    assert all(row["balance_cents"] >= 0 <= row["held_cents"] for row in report["vouchers"])
    taken: dict[str, int] = {}
    for row in report["vouchers"]:
        for each in row["debits"]:
            taken[each["request_id"]] = taken.get(each["request_id"], 0) + each["amount_cents"]
    for request in requests:
        assert taken.get(request.id, 0) == request.final_cents
        assert request.final_cents == 0 or request.state in ("approved", "confirmed")


def test_more_than_there_is_cannot_be_moved() -> None:
    """The voucher stays as it was."""
    sandbox = Sandbox(now=lambda: NOW)
    suv = sandbox.suv.suv
    voucher = suv.find_by_code(CODES[0])
    assert voucher is not None
    for change in ({"balance_cents": -5_001}, {"held_cents": -1}):
        posting = Posting(voucher_id=voucher.id, request_id="r", kind="k", at=NOW, **change)
        with pytest.raises(SuvLedgerError):
            suv.post(posting)
    assert suv.voucher(voucher.id) == voucher
    sandbox.close()


def test_a_code_is_given_once() -> None:
    """A second voucher with it is refused."""
    sandbox = Sandbox(now=lambda: NOW)
    new = NewSuvVoucher(
        code=CODES[0], serial_number="S", provider=KAROO, value_cents=1, expires_at=EXPIRES_AT
    )
    with pytest.raises(SuvLedgerError):
        sandbox.suv.issue(new)
    sandbox.close()


def test_a_ledger_on_disk_keeps_requests_and_forgets_what_was_under_way(tmp_path: Path) -> None:
    """As if the sandbox had been killed: a redemption stays, an unfinished one never was."""
    data_file = tmp_path / "ledger.sqlite"
    first = Sandbox(data_file=data_file, now=lambda: NOW)
    with SuvClient("http://nowhere") as client:
        done, pending = client.redemption(CODES[0], 5_000), client.redemption(CODES[2], 5_000)
    asyncio.run(first.suv.specified.ask("redemption", json.dumps(done).encode(), ASKER))
    first.suv.specified._save("redemption", pending, ASKER, state="processing")
    first.close()
    again = Sandbox(data_file=data_file, now=lambda: NOW)
    assert again.suv.specified.look_up_redemption(done["id"], ASKER).status == 200
    assert again.suv.specified.look_up_redemption(pending["id"], ASKER).status == 404
    with pytest.raises(RefusalError, match="DUPLICATE_RECORD"):
        asyncio.run(again.suv.specified.ask("redemption", json.dumps(done).encode(), ASKER))
    again.close()
