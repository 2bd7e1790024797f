"""How each upstream of the settings is reached; in training, all in the built-in sandbox."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack, suppress
from pathlib import Path

from counterfoil.adapters.settings.electrum_settings import (
    AuthChoice,
    ElectrumSettings,
    InstitutionSettings,
    credential_reader,
)
from counterfoil.adapters.settings.till_settings import (
    TillSettings,
    UpstreamSettings,
    api_key_reader,
    key_place,
)
from counterfoil.adapters.upstream.electrum.authorisation import (
    USER,
    Authorisation,
    BasicAuthorisation,
    PasswordGrant,
)
from counterfoil.adapters.upstream.electrum.gateway import ElectrumGateway, Offered
from counterfoil.adapters.upstream.electrum.parties import Institution, Merchant, Parties
from counterfoil.adapters.upstream.exchange import Exchange
from counterfoil.adapters.upstream.moment.gateway import UPSTREAM as MOMENT
from counterfoil.adapters.upstream.moment.gateway import MomentGateway, Paths
from counterfoil.assets import resource_path
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.contact import Contact
from counterfoil.domain.failures import (
    GatewayUnavailableError,
    RecordUnreadableError,
    VaultUnavailableError,
)
from counterfoil.domain.secret import Secret
from counterfoil.domain.setting import FoundKey
from counterfoil.domain.training import Lesson, PracticeVoucher
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.journal import Journal

LEDGER_FILE = "sandbox.db"
SANDBOX_KEY = Secret("sk_test_training")
CLOSING_LIMIT_S = 5.0

_TRAINING_PARTIES = Parties(
    client=Institution(id="22222222", name="Training"),
    originator=Institution(id="11111111", name="Training"),
    merchant=Merchant(
        type="5411",
        id="TRAINING0000001",
        name="Corner Shop",
        city="Cape Town",
        region="WC",
        country="ZA",
    ),
    terminal_id="TRAINING",
    receivers={
        "electrum.karoo": Institution(id="50010001", name="Karoo Vouchers"),
        "electrum.baobab": Institution(id="50010002", name="Baobab Gifts"),
        "electrum.protea": Institution(id="50010003", name="Protea Prepaid"),
    },
)


def open_gateways(
    opened: AsyncExitStack,
    settings: TillSettings,
    clock: Clock,
    training_url: str | None,
    directory: Path,
    *,
    has_moment: bool,
) -> dict[str, Gateway]:
    """Open the way to every upstream of the settings, by the upstream's name.

    ``has_moment`` is what `takes_moment` says; training has every upstream in any case.
    ``training_url`` is a sandbox that runs already; without it, training starts one in
    ``directory`` when it is first asked.
    """
    gateways: list[Gateway]
    if settings.is_training:
        place = training_url or _late_sandbox(opened, directory)
        gateways = [
            MomentGateway(_exchange(opened, clock), api_key=lambda: SANDBOX_KEY, base_url=place),
            ElectrumGateway(
                _exchange(opened, clock),
                base_url=place,
                authorisation=BasicAuthorisation(
                    _read_training_secret, _TRAINING_PARTIES.client.id
                ),
                parties=_TRAINING_PARTIES,
                offered=Offered(descriptors=resource_path("descriptors", "training")),
                clock=clock,
            ),
        ]
    else:
        gateways = []
        if has_moment:
            gateways.append(_moment(_exchange(opened, clock), settings.upstream))
        if settings.electrum is not None:
            gateways.append(_electrum(_exchange(opened, clock), settings.electrum, clock))
    return {gateway.upstream: gateway for gateway in gateways}


async def takes_moment(settings: TillSettings, journal: Journal) -> bool:
    """Whether a till has Moment as an upstream.

    One whose settings name Electrum alone has not, unless there is a key for Moment, or the journal
    knows Moment's types: what was begun there must be brought to its end. Where neither can be
    read, it has.
    """
    if settings.electrum is None or settings.upstream.is_named:
        return True
    try:
        if await journal.kept_types(MOMENT) is not None:
            return True
        place = await asyncio.to_thread(key_place, settings.upstream.api_key_source)
    except (RecordUnreadableError, VaultUnavailableError):
        return True
    return place is not FoundKey.NOWHERE


async def moment_contact(address: str, key: Secret, clock: Clock) -> Contact:
    """Ask Moment at an address once, with this key, and return how the line is."""
    async with AsyncExitStack() as opened:
        gateway = MomentGateway(
            _exchange(opened, clock), api_key=lambda: key, base_url=address.rstrip("/")
        )
        with suppress(GatewayUnavailableError):
            _ = await gateway.fetch_types()
        return gateway.contact


async def electrum_contact(address: str, user: str, password: Secret, clock: Clock) -> Contact:
    """Ask Electrum at an address once, with this password, and return how the line is.

    ``user`` is the client's id: as in the till, another name that is kept here goes before it.
    """
    kept = credential_reader("auto")

    def read(name: str) -> Secret:
        return kept(name) if name == USER else password

    async with AsyncExitStack() as opened:
        gateway = ElectrumGateway(
            _exchange(opened, clock),
            base_url=address.rstrip("/"),
            authorisation=BasicAuthorisation(read, user),
            parties=_TRAINING_PARTIES,  # A question about products names nobody.
            offered=Offered(descriptors=resource_path("descriptors")),
            clock=clock,
        )
        return await gateway.greet()


def _read_training_secret(name: str) -> Secret:
    """Give the sandbox any password; its user is the client's id."""
    if name == USER:
        raise VaultUnavailableError(KeyProblem.NO_KEY_HERE)
    return SANDBOX_KEY


def _moment(exchange: Exchange, chosen: UpstreamSettings) -> MomentGateway:
    paths = {
        name: path
        for name in ("types", "create", "retrieve", "lookup")
        if (path := getattr(chosen, f"{name}_path")) is not None
    }
    return MomentGateway(
        exchange,
        api_key=api_key_reader(chosen.api_key_source),
        base_url=chosen.base_url,
        paths=Paths(**paths),
    )


def _electrum(exchange: Exchange, chosen: ElectrumSettings, clock: Clock) -> ElectrumGateway:
    read_secret = credential_reader(chosen.credentials_from)
    authorisation: Authorisation = BasicAuthorisation(read_secret, chosen.client.id)
    if chosen.auth is not AuthChoice.BASIC:
        authorisation = PasswordGrant(
            exchange, token_url=chosen.token_url, read_secret=read_secret, clock=clock
        )
    merchant = chosen.merchant
    return ElectrumGateway(
        exchange,
        base_url=chosen.base_url,
        authorisation=authorisation,
        parties=Parties(
            client=_institution(chosen.client),
            originator=_institution(chosen.originator),
            merchant=Merchant(
                type=merchant.type,
                id=merchant.id,
                name=merchant.name,
                city=merchant.city,
                region=merchant.region,
                country=merchant.country,
            ),
            terminal_id=chosen.terminal_id,
            settlement_entity=_optional(chosen.settlement_entity),
            receiver=_optional(chosen.receiver),
            receivers={name: _institution(one) for name, one in chosen.receivers.items()},
        ),
        offered=Offered(
            descriptors=resource_path("descriptors"),
            types=chosen.types,
            products=chosen.products,
        ),
        clock=clock,
        confirmation_hold_s=chosen.confirmation_hold_s,
    )


def _institution(chosen: InstitutionSettings) -> Institution:
    return Institution(id=chosen.id, name=chosen.name)


def _optional(chosen: InstitutionSettings | None) -> Institution | None:
    return None if chosen is None else _institution(chosen)


def _exchange(opened: AsyncExitStack, clock: Clock) -> Exchange:
    exchange = Exchange(clock=clock)
    opened.push_async_callback(_close_soon, exchange)
    return exchange


async def _close_soon(exchange: Exchange) -> None:
    """Let what is under way end, but not for ever: recovery takes it up at the next start."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSING_LIMIT_S):
            await exchange.aclose()


def practice_vouchers() -> tuple[PracticeVoucher, ...]:
    """Return what the sandbox gives to practise with: one voucher for each situation."""
    from counterfoil_sandbox.pins import LESSONS

    return tuple(
        PracticeVoucher(Lesson(name), row.type, Secret(row.pin)) for name, row in LESSONS.items()
    )


def _late_sandbox(opened: AsyncExitStack, directory: Path) -> Callable[[], str]:
    """Return what starts the sandbox when it is first asked: the window does not wait for it.

    Every gateway asks, each in a thread of its own; one sandbox serves them all.
    """
    servers, starting = ExitStack(), threading.Lock()
    opened.push_async_callback(asyncio.to_thread, servers.close)
    urls: list[str] = []

    def start() -> str:
        from counterfoil_sandbox.server import SandboxServer, SandboxServerError

        with starting:
            if not urls:
                try:
                    server = SandboxServer(data_file=directory / LEDGER_FILE)
                    urls.append(servers.enter_context(server).url)
                except (OSError, SandboxServerError) as error:
                    raise GatewayUnavailableError("the sandbox did not start") from error
        return urls[0]

    return start
