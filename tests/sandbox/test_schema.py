"""The sandbox answers only what its own OpenAPI document says."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from counterfoil_sandbox.app import Sandbox
from counterfoil_sandbox.server import SandboxServer

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
AUTHORISED = {"Authorization": "Bearer sk_test_schema"}


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """Serve a sandbox with all five types."""
    with SandboxServer() as running:
        yield running


def _document() -> dict[str, Any]:
    sandbox = Sandbox()
    sandbox.close()
    return sandbox.app.openapi()


schema = schemathesis.openapi.from_dict(_document())


@pytest.mark.timeout(60)
@schema.parametrize()
@hypothesis.settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_every_answer_is_one_that_the_document_describes(
    case: schemathesis.Case[Any], server: SandboxServer
) -> None:
    """Valid and broken requests alike get a documented status, type and body."""
    case.call_and_validate(base_url=server.url, headers=AUTHORISED, checks=CHECKS)


def test_the_document_names_each_endpoint_and_its_refusals(server: SandboxServer) -> None:
    """Four operations; creating can be refused in each of the ways the provider lists."""
    paths = server.sandbox.app.openapi()["paths"]
    assert set(paths) == {
        "/collect/redemptions/types",
        "/collect/redemptions",
        "/collect/redemptions/{redemption_id}",
        "/stored_value/lookup",
    }
    refusals = {"400", "401", "402", "403", "409", "422"}
    assert refusals <= set(paths["/collect/redemptions"]["post"]["responses"])
