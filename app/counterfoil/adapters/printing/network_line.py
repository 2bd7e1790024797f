"""The line to a receipt printer on the shop's network: a raw connection, such as port 9100."""

import socket

from counterfoil.adapters.printing.receipt_printer import Line, Wire
from counterfoil.overriding import override


class NetworkLine(Line):
    """Connects to one host and port. Such a printer gives its connection to one till at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port

    @property
    @override
    def name(self) -> str:
        host, port = self._address
        return f"{host}:{port}"

    @override
    def open(self, limit_s: float) -> Wire:
        return _Connection(socket.create_connection(self._address, timeout=limit_s))


class _Connection(Wire):
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    @override
    def send(self, data: bytes, limit_s: float) -> int:
        self._connection.settimeout(limit_s)
        return self._connection.send(data)

    @override
    def receive(self, limit_s: float) -> bytes:
        self._connection.settimeout(limit_s)
        data = self._connection.recv(256)
        if not data:
            raise ConnectionAbortedError
        return data

    @override
    def finish(self) -> None:
        self._connection.shutdown(socket.SHUT_WR)

    @override
    def close(self) -> None:
        self._connection.close()
