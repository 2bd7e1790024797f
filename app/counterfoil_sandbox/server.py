"""Run the sandbox over real HTTP: inside this process, or as a command."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
import threading
from asyncio import AbstractEventLoop, BaseTransport, Transport
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self, cast

import uvicorn
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from counterfoil_sandbox.app import Sandbox
from counterfoil_sandbox.clock import system_now
from counterfoil_sandbox.faults import Dials, FaultBoard, Rule
from counterfoil_sandbox.ledger import Ledger
from counterfoil_sandbox.manner import Manner
from counterfoil_sandbox.suv.document import BASE_PATH
from counterfoil_sandbox.suv.ledger import SuvLedger
from counterfoil_sandbox.wire import OpenConnections

_START_TIMEOUT_S = 10.0
_STOP_TIMEOUT_S = 5.0
_GRACE_S = 1.0
"""How long what was cut may take to end, before it is made to."""


class SandboxServerError(Exception):
    """The sandbox's ledger cannot be used, or its server did not start or did not stop."""


class SandboxServer:
    """A sandbox on a port of this computer, served by a thread of its own.

    Use it as a context manager, or with ``start`` and ``close``. ``stop`` and ``start`` in between
    close the port and open it again, with the ledger unchanged: the network is really down then.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        data_file: Path | None = None,
        extra_types: bool = True,
        manner: Manner = Manner.AS_SPECIFIED,
        host: str = "127.0.0.1",
        now: Callable[[], datetime] = system_now,
    ) -> None:
        """Make ready. Port 0 lets the system choose one; a restart keeps it.

        Raise SandboxServerError when the ledger's file cannot be used.
        """
        try:
            self.sandbox = Sandbox(
                data_file=data_file, extra_types=extra_types, manner=manner, now=now
            )
        except sqlite3.Error as error:
            raise SandboxServerError("the sandbox's ledger file cannot be used") from error
        self._host = host
        self._port = port
        self._running: _Running | None = None

    @property
    def url(self) -> str:
        """The address of the provider's interface, without a slash at the end."""
        return f"http://{self._host}:{self._port}"

    @property
    def suv_url(self) -> str:
        """The address of the second upstream's interface, without a slash at the end."""
        return self.url + BASE_PATH

    @property
    def suv_ledger(self) -> SuvLedger:
        """The second upstream's part of the ledger."""
        return self.sandbox.suv.suv

    @property
    def ledger(self) -> Ledger:
        """The ledger itself."""
        return self.sandbox.ledger

    @property
    def board(self) -> FaultBoard:
        """The board that holds the dials."""
        return self.sandbox.board

    def set_dials(self, dials: Dials) -> None:
        """Set every dial."""
        self.sandbox.set_dials(dials)

    def add_rule(self, rule: Rule) -> None:
        """Add one fault rule to those that are set."""
        self.sandbox.add_rule(rule)

    def reset(self) -> None:
        """Set the ledger and every dial back to how they were at the start."""
        self.sandbox.reset()

    def start(self) -> Self:
        """Start serving.

        Raise OSError when the port is taken, SandboxServerError on other trouble.
        """
        if self._running is None:
            listener = socket.create_server((self._host, self._port))
            self._port = listener.getsockname()[1]
            self._running = _Running(self.sandbox, listener)
            self._running.start()
        return self

    def stop(self) -> None:
        """Stop serving within a second and cut what is under way; the ledger stays open."""
        if self._running is not None:
            running, self._running = self._running, None
            running.stop()

    def close(self) -> None:
        """Stop serving and close the ledger."""
        self.stop()
        self.sandbox.close()

    def __enter__(self) -> Self:
        """Start serving."""
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving and close the ledger."""
        self.close()


class _Running:
    """One run of the server in its thread."""

    def __init__(self, sandbox: Sandbox, listener: socket.socket) -> None:
        self._sandbox = sandbox
        self._listener = listener
        self._loop: AbstractEventLoop | None = None
        self._is_ready = threading.Event()
        config = uvicorn.Config(
            cast("Callable[..., Any]", sandbox.asgi),
            http=_tracking_protocol(sandbox.connections),
            ws="none",
            lifespan="off",
            log_config=None,
            # Paths and exceptions could hold what must not be logged.
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
        )
        self._server = _PromptServer(config, self._is_ready)
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)

    def start(self) -> None:
        self._thread.start()
        if not self._is_ready.wait(_START_TIMEOUT_S) or not self._server.started:
            self._listener.close()
            raise SandboxServerError("the sandbox did not start")

    def stop(self) -> None:
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._cut_everything)
        self._thread.join(_STOP_TIMEOUT_S)
        if self._thread.is_alive():
            raise SandboxServerError("the sandbox did not stop")

    def _serve(self) -> None:
        try:
            asyncio.run(self._serve_in_loop())
        finally:
            self._is_ready.set()

    async def _serve_in_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._sandbox.patience.reopen()
        await self._server.serve(sockets=[self._listener])

    def _cut_everything(self) -> None:
        self._sandbox.patience.close()
        for transport in list(self._sandbox.connections.transports.values()):
            transport.abort()
        self._server.is_over.set()


class _PromptServer(uvicorn.Server):
    """A server that says when it accepts connections, and stops as soon as it is asked to.

    Its parent looks ten times a second whether it is to end, and then waits a tenth of a second for
    its connections, which were cut here.
    """

    def __init__(self, config: uvicorn.Config, is_ready: threading.Event) -> None:
        super().__init__(config)
        self._is_ready = is_ready
        self.is_over = asyncio.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._is_ready.set()

    @override
    async def main_loop(self) -> None:
        ticking = asyncio.create_task(super().main_loop())
        await self.is_over.wait()
        ticking.cancel()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if under_way := set(self.server_state.tasks):
            _, slow = await asyncio.wait(under_way, timeout=_GRACE_S)
            for task in slow:
                task.cancel()


def _tracking_protocol(connections: OpenConnections) -> type[H11Protocol]:
    """Return an HTTP protocol that lists its connection while it is open."""

    class TrackingProtocol(H11Protocol):
        @override
        def connection_made(self, transport: BaseTransport) -> None:
            # The loop does so only for sockets that name their protocol, and ours does not. A head
            # and a body that are written apart would else lie 40 ms apart on a kept connection.
            wire = transport.get_extra_info("socket")
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().connection_made(cast(Transport, transport))
            if self.client is not None:
                connections.transports[self.client] = cast(Transport, transport)

        @override
        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                connections.transports.pop(self.client, None)
            super().connection_lost(exc)

    return TrackingProtocol


def serve(
    *,
    port: int = 0,
    data_file: Path | None = None,
    extra_types: bool = True,
    manner: Manner = Manner.AS_SPECIFIED,
) -> int:
    """Serve until SIGINT or SIGTERM and return the exit code.

    When connections are accepted, one line of JSON with ``url``, ``ready`` and ``pid`` goes to
    standard output; nothing else does. Raise OSError when the port is taken, SandboxServerError on
    other trouble.
    """
    is_over = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        is_over.set()

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with SandboxServer(
            port=port, data_file=data_file, extra_types=extra_types, manner=manner
        ) as server:
            line = json.dumps({"url": server.url, "ready": True, "pid": os.getpid()})
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            # With a time limit, because on Windows an endless wait would not see Ctrl+C.
            while not is_over.wait(1.0):
                pass
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return 0
