"""The endpoints under ``/_sandbox`` by which a person or a test controls the sandbox."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from counterfoil_sandbox.clock import SandboxClock
from counterfoil_sandbox.faults import Dials, FaultBoard, Rule
from counterfoil_sandbox.ledger import Ledger, LedgerError
from counterfoil_sandbox.moment.redemptions import RedemptionDesk
from counterfoil_sandbox.moment.routes import problem_response
from counterfoil_sandbox.pins import sandbox_pins
from counterfoil_sandbox.statements import STATEMENTS
from counterfoil_sandbox.suv.ledger import SuvLedgerError
from counterfoil_sandbox.suv.routes import SuvInterface
from counterfoil_sandbox.suv.vouchers import SUV_VOUCHERS, SuvSituation


class Completion(BaseModel):
    """The body of a request that ends a draft redemption."""

    model_config = ConfigDict(extra="forbid")
    outcome: Literal["confirmed", "failed"]


class Issue(BaseModel):
    """A voucher to be added to the ledger. Without ``pin`` it gets a number of its own."""

    model_config = ConfigDict(extra="forbid")
    type: str
    value_cents: int = Field(ge=1, le=10**9)
    pin: str | None = Field(default=None, min_length=1, max_length=40)
    situation: Literal[
        "usable",
        "used",
        "expired",
        "cancelled",
        "slow",
        "gives_what_it_holds",
        "stays_draft",
        "stored_error",
        "answer_lost",
    ] = "usable"


class SuvIssue(BaseModel):
    """A voucher to be added at the second upstream. Without ``code`` it gets one of its own."""

    model_config = ConfigDict(extra="forbid")
    provider: Literal["karoo", "baobab", "protea"] = "karoo"
    value_cents: int = Field(ge=1, le=10**9)
    code: str | None = Field(default=None, min_length=1, max_length=40)
    situation: SuvSituation = SuvSituation.USABLE


def set_dials(board: FaultBoard, clock: SandboxClock, dials: Dials) -> None:
    """Set every dial, that of the clock included."""
    board.replace(dials)
    clock.advance_s = dials.advance_s


class SandboxControl:
    """The control endpoints; they need no key, and no fault applies to them."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        board: FaultBoard,
        clock: SandboxClock,
        desk: RedemptionDesk,
        suv: SuvInterface,
        reset: Callable[[], None],
        extra_types: bool,
    ) -> None:
        """Steer what is given."""
        self._ledger = ledger
        self._board = board
        self._clock = clock
        self._desk = desk
        self._suv = suv
        self._reset = reset
        self._extra_types = extra_types

    def router(self) -> APIRouter:
        """Return the endpoints as routes."""
        router = APIRouter(prefix="/_sandbox", include_in_schema=False)
        router.add_api_route("/faults", self.read_faults, methods=["GET"])
        router.add_api_route("/faults", self.set_faults, methods=["PUT"])
        router.add_api_route("/faults", self.add_fault, methods=["POST"])
        router.add_api_route("/faults", self.clear_faults, methods=["DELETE"])
        router.add_api_route("/ledger", self.read_ledger, methods=["GET"])
        router.add_api_route("/statements/{provider}", self.read_statement, methods=["GET"])
        router.add_api_route("/reset", self.reset_everything, methods=["POST"])
        router.add_api_route("/pins", self.read_pins, methods=["GET"])
        router.add_api_route("/vouchers", self.issue_voucher, methods=["POST"])
        router.add_api_route("/suv/vouchers", self.issue_suv_voucher, methods=["POST"])
        complete = "/redemptions/{redemption_id}/complete"
        router.add_api_route(complete, self.complete_draft, methods=["POST"])
        return router

    async def read_faults(self) -> Dials:
        """Answer with the dials; ``times`` and ``skip`` of a rule count what is left of them."""
        return self._board.dials

    async def set_faults(self, dials: Dials) -> Dials:
        """Set every dial."""
        set_dials(self._board, self._clock, dials)
        return self._board.dials

    async def add_fault(self, rule: Rule) -> Dials:
        """Add one rule."""
        self._board.append(rule)
        return self._board.dials

    async def clear_faults(self) -> Dials:
        """Set every dial back to its default."""
        set_dials(self._board, self._clock, Dials())
        return self._board.dials

    async def read_ledger(
        self,
        pin: str | None = None,
        external_reference: str | None = None,
        request_id: str | None = None,
    ) -> dict[str, Any]:
        """Answer with the ledger, or with the part about one voucher, reference or request.

        What the second upstream keeps is under ``suv``; there a PIN is a voucher's code.
        """
        report = self._ledger.report(pin=pin, external_reference=external_reference)
        wanted = request_id if request_id is not None else external_reference
        return report | {"suv": self._suv.suv.report(code=pin, request_id=wanted)}

    async def read_statement(self, request: Request, provider: str) -> Response:
        """Answer with the statement of one of the providers, as a CSV file."""
        make = STATEMENTS.get(provider)
        if make is None:
            return problem_response(404, "There is no such provider.", request.url.path)
        return Response(make(self._ledger.rows), media_type="text/csv")

    async def reset_everything(self) -> dict[str, bool]:
        """Set the ledger and every dial back to how they were at the start."""
        self._reset()
        return {"reset": True}

    async def read_pins(self) -> dict[str, Any]:
        """Answer with the table of the sandbox's vouchers."""
        rows = [
            {
                "type": row.type,
                "situation": row.situation.value,
                "value_cents": row.value_cents,
                "source": dict(row.source),
                "serial_number": row.serial_number,
                "note": row.note,
            }
            for row in sandbox_pins(extra_types=self._extra_types)
        ]
        suv = [asdict(row) for row in SUV_VOUCHERS]
        return {"note": "simulator values, not a provider's", "data": rows, "suv": suv}

    async def issue_suv_voucher(self, request: Request, issue: SuvIssue) -> Response:
        """Add a voucher at the second upstream and answer with it."""
        new = self._suv.specified.new_voucher(
            issue.provider, issue.value_cents, code=issue.code, situation=issue.situation.value
        )
        try:
            self._suv.issue(new)
        except SuvLedgerError as error:
            return problem_response(409, str(error), request.url.path)
        return _json_response(201, self._suv.suv.report(code=new.code)["vouchers"][0])

    async def issue_voucher(self, request: Request, issue: Issue) -> Response:
        """Add a voucher to the ledger and answer with it."""
        new = self._desk.new_voucher(
            issue.type, issue.value_cents, pin=issue.pin, situation=issue.situation
        )
        try:
            self._ledger.issue(new)
        except LedgerError as error:
            return problem_response(409, str(error), request.url.path)
        return _json_response(201, self._ledger.report(pin=new.pin)["vouchers"][0])

    async def complete_draft(
        self, request: Request, redemption_id: str, how: Completion
    ) -> Response:
        """Confirm or fail a draft redemption and answer with it."""
        row = self._desk.complete(redemption_id, outcome=how.outcome)
        if row is None:
            return problem_response(404, "There is no such draft.", request.url.path)
        return _json_response(200, dict(row.document))


def _json_response(status: int, document: dict[str, Any]) -> Response:
    return Response(json.dumps(document), status, media_type="application/json")
