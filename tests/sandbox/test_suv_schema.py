"""The second upstream answers only what its own OpenAPI document says."""

from collections.abc import Iterator
from typing import Any

import httpx
import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.server import SandboxServer
from counterfoil_sandbox.suv.document import describe

pytestmark = pytest.mark.many_runs

CONFORMANCE = [status_code_conformance, content_type_conformance, response_schema_conformance]
SETTINGS = hypothesis.settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)
AUTH = ("22222222", "agreed")


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """Serve a sandbox as specified."""
    with SandboxServer() as running:
        yield running


@pytest.fixture(scope="module")
def vendor() -> Iterator[SandboxServer]:
    """Serve a sandbox in the vendor's manner."""
    with SandboxServer(manner=Manner.VENDOR_TEST_SERVER) as running:
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """Keep one connection for all cases."""
    with requests.Session() as kept:
        kept.trust_env = False
        yield kept


specified_schema = schemathesis.openapi.from_dict(describe(Manner.AS_SPECIFIED))
vendor_schema = schemathesis.openapi.from_dict(describe(Manner.VENDOR_TEST_SERVER)).include(
    operation_id=["redeemVoucher", "reverseRedeem", "confirmVoucher", "reset"]
)


@pytest.mark.timeout(60)
@specified_schema.parametrize()
@SETTINGS
def test_every_answer_is_one_that_the_document_describes(
    case: schemathesis.Case[Any], server: SandboxServer, session: requests.Session
) -> None:
    """Valid and broken messages alike get a documented status, type and body."""
    client = case.body.get("client") if isinstance(case.body, dict) else None
    if isinstance(client, dict):
        # Else hardly any message would pass the check of its user.
        client["id"] = AUTH[0]
    checks = [not_a_server_error, *CONFORMANCE]
    case.call_and_validate(base_url=server.suv_url, auth=AUTH, session=session, checks=checks)


@pytest.mark.timeout(60)
@vendor_schema.parametrize()
@SETTINGS
def test_the_manner_of_the_vendor_keeps_to_its_document_too(
    case: schemathesis.Case[Any], vendor: SandboxServer, session: requests.Session
) -> None:
    """There the server's own faults are part of it."""
    case.call_and_validate(base_url=vendor.suv_url, auth=AUTH, session=session, checks=CONFORMANCE)


def test_each_manner_publishes_its_document(server: SandboxServer, vendor: SandboxServer) -> None:
    """Beside that of the first upstream, and under a path of its own."""
    for running, manner in (
        (server, Manner.AS_SPECIFIED),
        (vendor, Manner.VENDOR_TEST_SERVER),
    ):
        shown = httpx.get(f"{running.suv_url}/openapi.json", trust_env=False).json()
        assert shown == describe(manner)
    operations = {
        found["operationId"]
        for path in describe(Manner.AS_SPECIFIED)["paths"].values()
        for found in path.values()
    }
    assert operations == {
        "lookupVoucher",
        "redeemVoucher",
        "confirmRedeem",
        "reverseRedeem",
        "lookupRedemption",
        "refundVoucher",
        "confirmRefund",
        "reverseRefund",
        "provisionVoucher",
        "confirmVoucher",
        "reverseVoucher",
        "listProducts",
        "grantToken",
    }
