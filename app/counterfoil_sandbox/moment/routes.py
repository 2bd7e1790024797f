"""Moment's endpoints as FastAPI routes, and the document that describes them."""

import json
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from counterfoil_sandbox.moment.catalogue import types_on_offer
from counterfoil_sandbox.moment.models import (
    LOOKUP,
    LOOKUP_OF_THREE,
    REDEMPTION,
    REDEMPTION_OF_THREE,
    LookupResult,
    Problem,
    Redemption,
    RedemptionTypes,
)
from counterfoil_sandbox.moment.redemptions import REPLAYED, Answer, RedemptionDesk
from counterfoil_sandbox.problem import PROBLEM_TYPE, problem
from counterfoil_sandbox.wire import MARKS_KEY, Marks

_REFERENCE = "#/components/schemas/{model}"
_TEST_KEY = "sk_test_"
_PUBLIC_KEY = "pk_test_"


class NotAuthorisedError(Exception):
    """A request whose API key is missing, wrong or not permitted. ``status`` is 401 or 403."""

    def __init__(self, status: int, detail: str) -> None:
        """Remember what to answer."""
        super().__init__(detail)
        self.status = status
        self.detail = detail


def moment_router(desk: RedemptionDesk, *, extra_types: bool) -> APIRouter:
    """Return the routes: list types, create a redemption, fetch one, look up stored value."""
    router = APIRouter()

    @router.get(
        "/collect/redemptions/types",
        summary="Fetch all redemption types",
        responses=_responses({200: "RedemptionTypes"}, 401, 403),
        openapi_extra=_described(),
    )
    async def fetch_types(request: Request) -> Response:
        _authorise(request)
        offered = RedemptionTypes.model_validate({"data": types_on_offer(extra_types=extra_types)})
        return _response(Answer(200, offered.model_dump_json(exclude_none=True).encode()))

    @router.post(
        "/collect/redemptions",
        status_code=201,
        summary="Create a redemption",
        responses=_responses(
            {200: "Redemption", 201: "Redemption"}, 400, 401, 402, 403, 409, 422, 500
        ),
        openapi_extra=_described(body="RedemptionRequest", has_key=True),
    )
    async def create_redemption(request: Request) -> Response:
        _authorise(request)
        answer = await desk.create(await request.body(), request.headers.get("idempotency-key"))
        marks = request.scope.get(MARKS_KEY)
        if isinstance(marks, Marks):
            marks.is_answer_lost = answer.is_lost
        return _response(answer)

    @router.get(
        "/collect/redemptions/{redemption_id}",
        summary="Retrieve a redemption",
        responses=_responses({200: "Redemption"}, 401, 403, 404),
        openapi_extra=_described(has_id=True),
    )
    async def fetch_redemption(request: Request) -> Response:
        _authorise(request)
        return _response(desk.fetch(request.path_params["redemption_id"]))

    @router.post(
        "/stored_value/lookup",
        summary="Look up stored value",
        responses=_responses({200: "LookupResult"}, 400, 401, 402, 403, 422),
        openapi_extra=_described(body="LookupRequest"),
    )
    async def look_up(request: Request) -> Response:
        _authorise(request)
        return _response(desk.look_up(await request.body()))

    return router


def wire_document(app: FastAPI, *, extra_types: bool) -> dict[str, Any]:
    """Return the OpenAPI document of the endpoints with the wire models in it."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    document["components"] = {
        "schemas": _schemas(extra_types=extra_types),
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    }
    return document


def _schemas(*, extra_types: bool) -> dict[str, Any]:
    answers: list[tuple[type[BaseModel], Literal["serialization"]]] = [
        (model, "serialization") for model in (RedemptionTypes, Redemption, LookupResult, Problem)
    ]
    _, out = models_json_schema(answers, ref_template=_REFERENCE)
    schemas: dict[str, Any] = dict(out["$defs"])
    requests = {
        "RedemptionRequest": REDEMPTION if extra_types else REDEMPTION_OF_THREE,
        "LookupRequest": LOOKUP if extra_types else LOOKUP_OF_THREE,
    }
    for name, adapter in requests.items():
        schema = adapter.json_schema(ref_template=_REFERENCE)
        schemas.update(schema.pop("$defs"))
        schemas[name] = schema
    return schemas


def _authorise(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.startswith(_PUBLIC_KEY):
        raise NotAuthorisedError(403, "A public key does not have permission for this request.")
    if scheme.lower() != "bearer" or len(key.removeprefix(_TEST_KEY).strip()) in (0, len(key)):
        raise NotAuthorisedError(
            401, "No valid API key was given; the sandbox takes sk_test_ keys."
        )


async def refuse_key(request: Request, error: NotAuthorisedError) -> Response:
    """Answer a request whose API key is missing, wrong or not permitted."""
    return problem_response(error.status, error.detail, request.url.path)


def problem_response(status: int, detail: str, instance: str) -> Response:
    """Return problem details as a response."""
    body = json.dumps(problem(status, detail, instance)).encode()
    return Response(body, status, media_type=PROBLEM_TYPE)


def _response(answer: Answer) -> Response:
    headers = {REPLAYED: "true"} if answer.is_replayed else None
    return Response(answer.body, answer.status, headers, media_type=answer.content_type)


def _responses(models: dict[int, str], *problems: int) -> dict[int | str, dict[str, Any]]:
    documented: dict[int | str, dict[str, Any]] = {}
    for status, model in models.items():
        schema = {"$ref": _REFERENCE.format(model=model)}
        documented[status] = {
            "description": "Done",
            "content": {"application/json": {"schema": schema}},
        }
    for status in problems:
        schema = {"$ref": _REFERENCE.format(model="Problem")}
        documented[status] = {
            "description": str(problem(status, "", "")["title"]),
            "content": {PROBLEM_TYPE: {"schema": schema}},
        }
    return documented


def _described(
    *, body: str | None = None, has_key: bool = False, has_id: bool = False
) -> dict[str, Any]:
    extra: dict[str, Any] = {"security": [{"key": []}]}
    if body is not None:
        schema = {"$ref": _REFERENCE.format(model=body)}
        extra["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    parameters: list[dict[str, Any]] = []
    if has_key:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    if has_id:
        parameters.append(
            {
                "name": "redemption_id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^rdm_[a-f0-9]{24}$"},
            }
        )
    if parameters:
        extra["parameters"] = parameters
    return extra
