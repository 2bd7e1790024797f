"""A till that starts without a line sends what one that has just asked would send."""

import json

import httpx

from counterfoil.adapters.upstream.exchange import Exchange
from counterfoil.adapters.upstream.moment.gateway import MomentGateway
from counterfoil.domain.money import Exact
from counterfoil.domain.rows import TypesKept
from counterfoil.domain.secret import Secret
from counterfoil.domain.voucher_type import VoucherType, WireKind
from counterfoil.ports.gateway import Gateway
from counterfoil.service.redeem import Intent
from support.canary import CANARY_API_KEY, CANARY_PIN
from support.clocks import START
from support.till import WatchedJournal, open_till

FIELDS = [
    {"name": "pin", "type": "string", "sensitive": True, "example": "1234567890123456"},
    {"name": "branch", "type": "integer", "example": "12"},
    {"name": "odd", "type": ["integer"], "required": False},
]
TYPES = {"data": [{"type": "vouchers.made_up", "name": "Made Up", "required_fields": FIELDS}]}


def gateway(sent: list[bytes] | None = None) -> MomentGateway:
    """Build a gateway at an upstream that offers one type, and note the bodies it is sent."""

    async def answer(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(await request.aread())
        stream = httpx.ByteStream(json.dumps(TYPES).encode())
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=stream)

    exchange = Exchange(transport=httpx.MockTransport(answer))
    return MomentGateway(exchange, api_key=lambda: Secret(CANARY_API_KEY))


async def composed(asked: Gateway, voucher_type: VoucherType) -> str:
    """Return the request that a till with this gateway writes for a type."""
    fields = {"pin": Secret(CANARY_PIN), "branch": Secret("12")}
    intent = Intent(
        voucher_type=voucher_type, fields=fields, amount=Exact(1900), cashier="Thandi M."
    )
    async with open_till(asked) as till:
        redemption = await till.redeemer.prepare(intent)
        return (await till.journal.request(redemption.id)).reveal()


async def test_a_type_from_the_journal_composes_what_a_fresh_one_does() -> None:
    """A number stays a number, though the gateway itself was never told."""
    told = gateway()
    (fresh,) = await told.fetch_types()
    journal = WatchedJournal()
    await journal.commit((TypesKept("moment", START, (fresh,)),))
    kept = await journal.kept_types("moment")
    assert kept is not None
    (stored,) = kept[1]
    request = await composed(told, fresh)
    assert json.loads(request)["source"]["branch"] == 12
    assert await composed(gateway(), stored) == request


async def test_a_type_from_the_journal_looks_up_what_a_fresh_one_does() -> None:
    """A number stays a number in a question about the balance too."""
    sent: list[bytes] = []
    told, restarted = gateway(sent), gateway(sent)
    (fresh,) = await told.fetch_types()
    sent.clear()
    fields = {"pin": Secret(CANARY_PIN), "branch": Secret("12")}
    for asked in (told, restarted):
        await asked.look_up(fresh.id, fields, fresh.wire(fields))
    assert sent[0] == sent[1]
    assert json.loads(sent[0])["source"]["branch"] == 12


async def test_an_odd_declaration_of_a_fields_type_is_no_number() -> None:
    """A list where a word should be spoils nothing else."""
    (fresh,) = await gateway().fetch_types()
    assert [spec.name for spec in fresh.fields if spec.wire is WireKind.INTEGER] == ["branch"]
