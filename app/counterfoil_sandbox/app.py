"""Puts the sandbox together: ledger, fault dials, endpoints and the fault layer around them."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from typing_extensions import override

from counterfoil_sandbox.clock import SandboxClock, system_now
from counterfoil_sandbox.control import SandboxControl, set_dials
from counterfoil_sandbox.door import Door
from counterfoil_sandbox.faults import Dials, FaultBoard, Rule
from counterfoil_sandbox.ledger import Ledger, NewVoucher
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.moment.redemptions import RedemptionDesk
from counterfoil_sandbox.moment.routes import (
    NotAuthorisedError,
    moment_router,
    problem_response,
    refuse_key,
    wire_document,
)
from counterfoil_sandbox.pins import SandboxPin, Situation, sandbox_pins
from counterfoil_sandbox.suv.document import BASE_PATH
from counterfoil_sandbox.suv.routes import SuvInterface
from counterfoil_sandbox.wire import AsgiApp, FaultLayer, OpenConnections, Patience

_EXPIRY_DATE = "2029-01-01"


class _Endpoints(FastAPI):
    """The endpoints, whose document has our own components in place of FastAPI's.

    It is made when it is asked for, which few do: it takes half of a sandbox's start.
    """

    has_extra_types = True

    @override
    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            self.openapi_schema = wire_document(self, extra_types=self.has_extra_types)
        return self.openapi_schema


class Sandbox:
    """One sandbox: both upstreams, with their ledger and dials.

    ``asgi`` is what a server runs; ``app`` is the same without the access check and the faults.
    """

    def __init__(
        self,
        *,
        data_file: Path | None = None,
        extra_types: bool = True,
        manner: Manner = Manner.AS_SPECIFIED,
        now: Callable[[], datetime] = system_now,
        randomness: random.Random | None = None,
    ) -> None:
        """Open the ledger, in memory or in ``data_file``, and put in the PINs that it lacks.

        ``manner`` is how the second upstream is played.
        """
        self.extra_types = extra_types
        self.clock = SandboxClock(now)
        self.ledger = Ledger(data_file)
        self.board = FaultBoard()
        self.patience = Patience()
        self.connections = OpenConnections()
        self.desk = RedemptionDesk(
            ledger=self.ledger,
            board=self.board,
            clock=self.clock,
            patience=self.patience,
            extra_types=extra_types,
            randomness=randomness or random.SystemRandom(),
        )
        self.suv = SuvInterface(
            ledger=self.ledger,
            board=self.board,
            clock=self.clock,
            patience=self.patience,
            chance=randomness or random.SystemRandom(),
            manner=manner,
        )
        self.app = self._build()
        self.asgi = Door(
            FaultLayer(
                cast(AsgiApp, self.app),
                board=self.board,
                connections=self.connections,
                patience=self.patience,
                store=self.desk,
                other=self.suv,
            )
        )
        self._fill()

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def reset(self) -> None:
        """Set the ledger and every dial back to how they were at the start."""
        with self.ledger.transaction():
            self.suv.suv.clear()
            self.ledger.clear()
            self._fill()
        self.set_dials(Dials())

    def set_dials(self, dials: Dials) -> None:
        """Set every dial, as ``PUT /_sandbox/faults`` does."""
        set_dials(self.board, self.clock, dials)

    def add_rule(self, rule: Rule) -> None:
        """Add one fault rule, as ``POST /_sandbox/faults`` does."""
        self.board.append(rule)

    def _fill(self) -> None:
        with self.ledger.transaction():
            taken = self.ledger.taken_pins()
            for row in sandbox_pins(extra_types=self.extra_types):
                is_there = (row.type, row.pin) in taken
                if row.situation is not Situation.UNKNOWN and not is_there:
                    self.ledger.issue(_voucher_of(row))
            self.suv.fill()

    def _build(self) -> FastAPI:
        app = _Endpoints(
            title="Counterfoil sandbox",
            version="1",
            docs_url=None,
            redoc_url=None,
            exception_handlers={
                NotAuthorisedError: refuse_key,
                RequestValidationError: _refuse_request,
                # What the framework itself refuses: a body that is no JSON, a path, a method.
                400: _refuse,
                404: _refuse,
                405: _refuse,
            },
        )
        app.has_extra_types = self.extra_types
        app.include_router(moment_router(self.desk, extra_types=self.extra_types))
        control = SandboxControl(
            ledger=self.ledger,
            board=self.board,
            clock=self.clock,
            desk=self.desk,
            suv=self.suv,
            reset=self.reset,
            extra_types=self.extra_types,
        )
        app.include_router(control.router())
        app.mount(BASE_PATH, self.suv.app)
        return app


def create_app(*, data_file: Path | None = None, extra_types: bool = True) -> FastAPI:
    """Return the application alone, without the fault layer."""
    return Sandbox(data_file=data_file, extra_types=extra_types).app


def _voucher_of(row: SandboxPin) -> NewVoucher:
    statuses = {Situation.USED, Situation.EXPIRED, Situation.CANCELLED}
    credentials = {
        name: value
        for name, value in row.source.items()
        if name not in (row.identifier, "phone_number")
    }
    return NewVoucher(
        type=row.type,
        pin=row.pin,
        serial_number=row.serial_number,
        value_cents=row.value_cents,
        expiry_date="2025-01-01" if row.situation is Situation.EXPIRED else _EXPIRY_DATE,
        status=row.situation.value if row.situation in statuses else "active",
        situation=row.situation.value,
        credentials=credentials,
    )


async def _refuse(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 500)
    response = problem_response(status, "The sandbox has no such thing.", request.url.path)
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _refuse_request(request: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return problem_response(400, f"{place}: {first['msg']}", request.url.path)
