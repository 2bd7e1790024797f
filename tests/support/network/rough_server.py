"""A server on a raw socket that does to each connection what a script says.

It knows nothing of HTTP but where a request ends, so that it can break every rule of it.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

SECURE_HOST = "localhost"
"""The name that the good certificate is for."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Line:
    """One connection, as a conversation sees it."""

    def __init__(
        self, server: "RoughServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.replacing: tuple[bytes, bytes] | None = None
        """A word, and what is said in its place."""
        self._reader = reader
        self._writer = writer

    async def read_request(self) -> Request:
        """Read one whole request and note it."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = await self._reader.readexactly(int(headers.get("content-length", "0")))
        request = Request(method, path, headers, body)
        self.server.requests.append(request)
        return request

    async def read(self, count: int) -> bytes:
        """Read just so many bytes."""
        return await self._reader.readexactly(count)

    async def say(self, words: bytes) -> None:
        """Send bytes; raises ConnectionError when nobody listens any more."""
        if self.replacing is not None:
            words = words.replace(*self.replacing)
        self._writer.write(words)
        await self._writer.drain()

    async def let_them_read(self) -> None:
        """Give the other side a few turns of the loop."""
        for _ in range(4):
            await asyncio.sleep(0)

    async def wait_until_they_leave(self) -> None:
        """Say nothing until the other side hangs up."""
        while await self._reader.read(65_536):
            pass

    @property
    def has_ended(self) -> bool:
        """Whether the other side has hung up."""
        return self._reader.at_eof() or self._writer.is_closing()

    def reset(self) -> None:
        """End the connection without a farewell."""
        self._writer.transport.abort()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


Conversation = Callable[[Line], Awaitable[None]]


class RoughServer:
    """Plays ``script``, one conversation per connection, and then ``otherwise`` for ever."""

    def __init__(self, otherwise: Conversation) -> None:
        self.otherwise = otherwise
        self.script: deque[Conversation] = deque()
        self.requests: list[Request] = []
        self.connections = 0
        self._servers: list[asyncio.Server] = []
        self._talking: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.close()
        while self._talking:
            await asyncio.wait(set(self._talking))

    async def open_port(self, tls: ssl.SSLContext | None = None) -> int:
        """Listen on one more port of this machine, and return it."""
        server = await asyncio.start_server(
            self._converse, "127.0.0.1", 0, ssl=tls, ssl_handshake_timeout=None if not tls else 30
        )
        self._servers.append(server)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def begin(self, *script: Conversation) -> None:
        """Forget what was, and play this script from now on."""
        self.script = deque(script)
        self.requests.clear()
        self.connections = 0

    async def settle(self) -> None:
        """Wait until every conversation has ended."""
        while self._talking:
            await asyncio.wait(set(self._talking))

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talking.add(task)
        self.connections += 1
        talk = self.script.popleft() if self.script else self.otherwise
        line = Line(self, reader, writer)
        try:
            # They may hang up at any moment: that is what is tried here.
            with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                await talk(line)
            await line.close()
        finally:
            self._talking.discard(task)
