"""Finds receipt printers that announce themselves on the shop's network (mDNS).

The system's own Avahi is asked, where there is one. Whatever is on the network may announce
anything, so an answer is taken only with a plain address and port, and its words are cleaned.
"""

import re
from ipaddress import IPv4Address

from counterfoil.adapters.printing.system_programs import ask
from counterfoil.declaring import dataclass
from counterfoil.domain.text import clean_text

_RAW_PRINTING = "_pdl-datastream._tcp"
"""The name under which printers announce the raw port, which is mostly 9100."""
_FIELDS = 9
"""What stands before the free text: sign, device, protocol, name, type, domain, host, address,
port."""
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_PORT_MAX = 65_535
_ESCAPED = re.compile(r"\\(\d{3}|.)")
_WORDS_MAX = 80
_FOUND_MAX = 50


@dataclass(frozen=True, slots=True)
class NetworkPrinter:
    """A printer that announces a raw port: ``name`` is its address and port."""

    name: str
    model: str


def find_network_printers() -> tuple[NetworkPrinter, ...]:
    """Return the printers that announce themselves; it blocks while the system listens.

    Empty where the system has no Avahi.
    """
    answer = ask("avahi-browse", "--parsable", "--resolve", "--terminate", _RAW_PRINTING) or ""
    found = (_read(line) for line in answer.splitlines())
    # Avahi names a printer once for each network card that reaches it.
    return tuple(dict.fromkeys(one for one in found if one is not None))[:_FOUND_MAX]


def _read(line: str) -> NetworkPrinter | None:
    fields = line.split(";", _FIELDS)
    if len(fields) < _FIELDS or fields[0] != "=":
        return None
    name, address, port = fields[3], fields[7], fields[8]
    try:
        host = IPv4Address(address)
    except ValueError:
        return None
    if not _PORT.fullmatch(port) or int(port) > _PORT_MAX:
        return None
    return NetworkPrinter(f"{host}:{port}", clean_text(_plain(name), _WORDS_MAX))


def _plain(escaped: str) -> str:
    """Return a name as it was before Avahi wrote some of its bytes as three decimals."""
    raw = bytearray()
    end = 0
    for found in _ESCAPED.finditer(escaped):
        raw += escaped[end : found.start()].encode()
        said = found[1]
        raw += bytes([int(said) & 0xFF]) if len(said) > 1 else said.encode()
        end = found.end()
    return (raw + escaped[end:].encode()).decode(errors="replace")
