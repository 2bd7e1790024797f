"""What a network and an upstream can do to one exchange, each as something a server can play.

A fault says which row of the table of expectations it belongs to, and which numbered faults of the
reliability paper it stands for. What it does is a conversation over a raw socket, or a place where
no conversation can begin.
"""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from counterfoil.adapters.upstream.exchange import BODY_BYTES_MAX
from support.network.golden import (
    HTML,
    LOWER_CENTS,
    OTHER_ID,
    OTHER_UPSTREAM_ID,
    PAGE,
    PROBLEM,
    Golden,
    GoldenUpstream,
    Kind,
    chunked,
    head,
    until_closed,
    written,
)
from support.network.jumping_loop import jump
from support.network.rough_server import Conversation, Line

BOTH = frozenset(Kind)
MOMENT, ELECTRUM = frozenset({Kind.MOMENT}), frozenset({Kind.ELECTRUM})
A_MINUTE_S = 61.0
"""A little more than the till waits for a whole exchange."""
BLOCK = b"x" * 65_536
GZIP_BOMB = gzip.compress(bytes(20_000_000))
DEFLATE_BOMB = zlib.compress(bytes(20_000_000))
REFUSED, NO_ADDRESS, NO_ROUTE, TLS_SILENCE = "refused", "no address", "no route", "TLS silence"
PLAIN_ON_TLS, TLS_RESET, TLS_GOOD = "plain on TLS", "TLS reset", "TLS good"

Play = Callable[[GoldenUpstream], Conversation]
Changes = Mapping[str, Any]


class Part(StrEnum):
    """Which requests a fault can meet."""

    ALL = "all"
    REQUESTS = "requests"
    """What redeems, replays or fetches; not advices."""
    ADVICES = "advices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that can happen to an exchange."""

    name: str
    row: str
    """The row of the table of expectations."""
    numbers: tuple[str, ...]
    play: Play | None = field(default=None, repr=False)
    place: str | None = None
    """Where the till is sent instead of the server; a bad certificate's name, or one above."""
    kinds: frozenset[Kind] = BOTH
    part: Part = Part.ALL


# ------------------------------------------------------------------------------ conversations


def saying(build: Callable[[Golden], bytes]) -> Play:
    """Read the request, answer what is built from the right answer, and hang up."""
    return lambda golden: golden.answering(build)


def always(answer: bytes) -> Play:
    """Read the request, answer these bytes, and hang up."""
    return saying(lambda _: answer)


def then(*, words: bytes, after: Callable[[Line], Any]) -> Play:
    """Read the request, say something, and do more before hanging up."""

    def play(golden: GoldenUpstream) -> Conversation:
        async def talk(line: Line) -> None:
            golden.answer(await line.read_request())
            await line.say(words)
            await after(line)

        return talk

    return play


async def _reset(line: Line) -> None:
    line.reset()


async def _hang(line: Line) -> None:
    await line.let_them_read()
    jump(A_MINUTE_S)
    await line.wait_until_they_leave()


def _for_ever(words: bytes, every_s: float = 0.0) -> Callable[[Line], Any]:
    """Say the same again and again, at this distance, until the other side has had enough."""

    async def repeat(line: Line) -> None:
        while not line.has_ended:
            await line.say(words)
            await line.let_them_read()
            jump(every_s)

    return repeat


def closed_after(taken: int, *, is_reset: bool) -> Play:
    """Read so many bytes of the request, and end the connection."""

    def play(_: GoldenUpstream) -> Conversation:
        async def talk(line: Line) -> None:
            await line.read(taken)
            if is_reset:
                line.reset()

        return talk

    return play


def cut(build: Callable[[Golden], bytes], keep: Callable[[bytes], int], *, is_reset: bool) -> Play:
    """Say only the beginning of an answer."""

    def play(golden: GoldenUpstream) -> Conversation:
        async def talk(line: Line) -> None:
            whole = build(golden.answer(await line.read_request()))
            await line.say(whole[: keep(whole)])
            if is_reset:
                await line.let_them_read()
                line.reset()

        return talk

    return play


# --------------------------------------------------------------------------- whole answers


def with_length(golden: Golden) -> bytes:
    """Write the right answer with its length."""
    return written(golden.status, golden.body)


def in_chunks(golden: Golden) -> bytes:
    """Write the right answer in chunks."""
    return chunked(golden.status, golden.body)


def to_the_end(golden: Golden) -> bytes:
    """Write the right answer up to the end of the connection."""
    return until_closed(golden.status, golden.body)


WHOLE: dict[str, Callable[[Golden], bytes]] = {
    "content-length": with_length,
    "chunked": in_chunks,
    "close-delimited": to_the_end,
}
"""Each way to say how long an answer is."""


def _fault(name: str, row: str, numbers: str, play: Play | None = None, **more: Any) -> Fault:
    return Fault(name=name, row=row, numbers=tuple(numbers.split()), play=play, **more)


def _answers(
    row: str, numbers: str, named: dict[str, Callable[[Golden], bytes]], **more: Any
) -> Iterator[Fault]:
    for name, build in named.items():
        yield _fault(name, row, numbers, saying(build), **more)


def _without_connection() -> Iterator[Fault]:
    yield _fault("nobody listens", "not connected", "N1", place=REFUSED)
    yield _fault("no address", "not connected", "N1", place=NO_ADDRESS)
    yield _fault("no route", "not connected", "N1", place=NO_ROUTE)
    yield _fault("handshake never ends", "not connected", "N1 N8", place=TLS_SILENCE)
    for name in ("expired", "not yet valid", "wrong name", "unknown authority", "self-signed"):
        yield _fault(f"certificate: {name}", "not secure", "N2", place=name)
    yield _fault("TLS 1.1 only", "not secure", "N2", place="TLS 1.1 only")
    yield _fault("plain HTTP on the TLS port", "not secure", "N2 N13", place=PLAIN_ON_TLS)
    yield _fault("handshake reset", "not secure", "N2", place=TLS_RESET)


def _cuts() -> Iterator[Fault]:
    for taken in (0, 1, 17, 60, 120):
        for is_reset in (False, True):
            manner = "reset" if is_reset else "closed"
            play = closed_after(taken, is_reset=is_reset)
            yield _fault(f"{manner} after {taken} bytes of the request", "cut off", "N3", play)
    yield _fault("closed after the request", "cut off", "N4", always(b""))
    yield _fault("reset after the request", "cut off", "N4", then(words=b"", after=_reset))
    for name, whole in list(WHOLE.items())[:2]:
        for place, keep in _PLACES.items():
            for is_reset in (False, True):
                manner = "reset" if is_reset else "cut"
                play = cut(whole, keep, is_reset=is_reset)
                yield _fault(f"{name} {manner} {place}", "cut off", "N5", play)
    for place, keep in _PLACES.items():
        is_body = place in {"in the body", "before the last byte"}
        row, number = ("unreadable", "N6") if is_body else ("cut off", "N5")
        if place != "before the body":
            play = cut(to_the_end, keep, is_reset=False)
            yield _fault(f"close-delimited cut {place}", row, number, play)
    play = cut(to_the_end, lambda whole: whole.index(b"\r\n\r\n") + 4, is_reset=False)
    yield _fault("close-delimited cut before the body", "unreadable", "N6", play)


_PLACES: dict[str, Callable[[bytes], int]] = {
    "in the status line": lambda _: 7,
    "in the headers": lambda whole: whole.index(b"\r\n") + 9,
    "before the body": lambda whole: whole.index(b"\r\n\r\n") + 4,
    "in the body": lambda whole: len(whole) - 40,
    "before the last byte": lambda whole: len(whole) - 1,
}


def _no_http() -> Iterator[Fault]:
    answers = {
        "no HTTP at all": b"\x00\x01\x02\x03" * 40,
        "another protocol's greeting": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n",
        "HTTP/2 in the open": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "a body without headers": PAGE,
        "lengths that contradict": head(
            "200 OK", "content-type: application/json", "content-length: 2", "content-length: 3"
        )
        + b"{}",
        "a length below zero": head("200 OK", "content-length: -1") + b"{}",
        "a length that is none": head("200 OK", "content-length: many") + b"{}",
        "a chunk's size that is none": head("200 OK", "transfer-encoding: chunked") + b"zz\r\n{}",
        "an unknown transfer encoding": head("200 OK", "transfer-encoding: gzip") + b"{}",
        "a header without a colon": head("200 OK", "what is this") + b"{}",
        "a zero byte in a header": head("200 OK", "x-odd: a\0b", "content-length: 2") + b"{}",
        "a status of two digits": b"HTTP/1.1 20 OK\r\n\r\n{}",
        "a change of the protocol": head("101 Switching Protocols", "upgrade: h2c") + b"{}",
    }
    for name, answer in answers.items():
        yield _fault(name, "cut off", "N21", always(answer))


def _waits() -> Iterator[Fault]:
    started = head("200 OK", "content-type: application/json", "content-length: 9000")
    yield _fault("silence for ever", "time-out", "N8", then(words=b"", after=_hang))
    yield _fault("headers, then silence", "time-out", "N8", then(words=started, after=_hang))
    drip = _for_ever(b" ", every_s=1.0)
    yield _fault("a body that drips", "time-out", "N7", then(words=started, after=drip))
    in_header = then(words=head("200 OK")[:-2] + b"x-slow: ", after=_for_ever(b"y", every_s=1.0))
    yield _fault("headers that drip", "time-out", "N7", in_header)
    still = head("102 Processing")
    yield _fault("102, then silence", "time-out", "N8", then(words=still, after=_hang))
    storm = then(words=still, after=_for_ever(still * 5, every_s=1.0))
    yield _fault("102 for ever", "time-out", "N7", storm)
    hints = head("103 Early Hints", "link: </style.css>")
    yield _fault(
        "early hints for ever",
        "time-out",
        "N7",
        then(words=hints, after=_for_ever(hints, every_s=1.0)),
    )


def _bombs() -> Iterator[Fault]:
    large, numbers = "too large", "N22"
    json_head = "content-type: application/json"
    two_gigabytes = head("200 OK", json_head, "content-length: 2000000000")
    blocks = _for_ever(BLOCK)
    yield _fault("a body of 2 GB", large, numbers, then(words=two_gigabytes, after=blocks))
    endless = head("200 OK", json_head)
    yield _fault("a body without end", large, numbers, then(words=endless, after=blocks))
    in_chunks_head = head("200 OK", json_head, "transfer-encoding: chunked")
    chunk = _for_ever(b"10000\r\n" + BLOCK + b"\r\n")
    yield _fault("chunks without end", large, numbers, then(words=in_chunks_head, after=chunk))
    one = then(words=in_chunks_head + b"77359400\r\n", after=blocks)
    yield _fault("a chunk of 2 GB", large, numbers, one)
    over = written(200, b" " * (BODY_BYTES_MAX + 1))
    yield _fault("one byte over the limit", large, numbers, always(over))
    line = then(words=b"HTTP/1.1 200 OK\r\n", after=_for_ever(b"x-f: " + BLOCK[:8_000] + b"\r\n"))
    yield _fault("headers without end", "cut off", numbers, line)
    long_line = then(words=b"HTTP/1.1 200 OK\r\nx-f: ", after=blocks)
    yield _fault("a header without end", "cut off", numbers, long_line)
    yield _fault(
        "a status line without end", "cut off", numbers, then(words=b"HTTP/1.1 200 ", after=blocks)
    )
    extension = then(words=in_chunks_head + b"1;", after=blocks)
    yield _fault("a chunk's extension without end", "cut off", numbers, extension)
    trailers = then(
        words=in_chunks_head + b"2\r\n{}\r\n0\r\n",
        after=_for_ever(b"x-t: " + BLOCK[:8_000] + b"\r\n"),
    )
    yield _fault("trailers without end", "cut off", numbers, trailers)


def _encoded() -> Iterator[Fault]:
    bodies: dict[str, tuple[str, bytes]] = {
        "a gzip bomb": ("gzip", GZIP_BOMB),
        "a deflate bomb": ("deflate", DEFLATE_BOMB),
        "brotli": ("br", b"\x0b\x02\x80{}\x03"),
        "an encoding nobody knows": ("enigma", b"{}"),
        "gzip twice": ("gzip, gzip", gzip.compress(GZIP_BOMB)),
    }
    for name, (encoding, body) in bodies.items():
        answer = written(200, body, "application/json", f"content-encoding: {encoding}")
        yield _fault(name, "unreadable", "N22", always(answer))

    def zipped(golden: Golden) -> bytes:
        packed = gzip.compress(golden.body)
        return written(golden.status, packed, "application/json", "content-encoding: gzip")

    yield _fault("the right answer, zipped unasked", "unreadable", "N22", saying(zipped))


ELSEWHERE = "{elsewhere}"
"""Stands for the address of a server that must never be asked anything."""


def _redirects() -> Iterator[Fault]:
    for status in (301, 302, 303, 307, 308):
        for place in ("/collect/redemptions", ELSEWHERE):
            where = "elsewhere" if place is ELSEWHERE else "to itself"
            answer = head(f"{status} Moved", f"location: {place}", "content-length: 0")
            yield _fault(f"{status} {where}", "redirected", "N14", always(answer))
    for status in (300, 304):
        yield _fault(str(status), "redirected", "N14", always(head(f"{status} Odd")))


def _statuses() -> Iterator[Fault]:
    yield from _by_status((409,), "conflict", "N17")
    yield from _by_status((500, 502, 503, 504, 599), "upstream error", "N15")
    yield from _by_status((501,), "not implemented", "N15")
    yield from _by_status((401,), "not authorised", "N19")
    yield from _by_status((403,), "forbidden", "N19")
    yield from _by_status((404,), "not found", "N19")
    yield _fault(
        "511",
        "login",
        "N13",
        always(written(511, PAGE, HTML)),
    )
    for status in (405, 413, 415):
        row = "not offered" if status == 405 else "not taken"
        yield _fault(str(status), row, "N21", always(head(f"{status} No", "content-length: 0")))
    for status in (204, 206, 402, 408, 410, 418, 425, 451, 999):
        row = "empty success" if status in {204, 206} else "status not described"
        yield _fault(str(status), row, "N21", always(head(f"{status} Odd", "content-length: 0")))


_SAID_OTHERWISE_WITHOUT_A_BODY = frozenset({"not authorised", "forbidden"})
_SAID_OTHERWISE_AS_A_PAGE = frozenset({"not authorised", "forbidden", "not found", "conflict"})


def _by_status(statuses: Iterable[int], row: str, numbers: str) -> Iterator[Fault]:
    """Each status without a body, with the upstream's own words, and with some proxy's page."""

    def in_words(status: int) -> Callable[[Golden], bytes]:
        return lambda golden: written(status, golden.error(status), PROBLEM)

    for status in statuses:
        empty = head(f"{status} Said", "content-length: 0")
        bare = f"{row} without a body" if row in _SAID_OTHERWISE_WITHOUT_A_BODY else row
        yield _fault(f"{status} without a body", bare, numbers, always(empty))
        yield _fault(f"{status} in their words", row, numbers, saying(in_words(status)))
        page = f"{row} as a page" if row in _SAID_OTHERWISE_AS_A_PAGE else row
        yield _fault(f"{status} as a page", page, numbers, always(written(status, PAGE, HTML)))


def _rate_limits() -> Iterator[Fault]:
    wishes = {
        "without a wish": (),
        "wish below zero": ("retry-after: -1",),
        "wish of a thousand million": ("retry-after: 1000000000",),
        "wish of nothing": ("retry-after: 0",),
        "wish of two minutes": ("retry-after: 120",),
        "wish as a date": (
            "date: Fri, 20 Nov 2026 09:00:00 GMT",
            "retry-after: Fri, 20 Nov 2026 09:02:00 GMT",
        ),
        "wish as a date long ago": ("retry-after: Thu, 01 Jan 1970 00:00:00 GMT",),
        "wish in words": ("retry-after: later",),
        "wish of half a second": ("retry-after: 0.5",),
        "wish of not a number": ("retry-after: nan",),
    }
    for name, headers in wishes.items():
        answer = head("429 Too Many", *headers, "content-length: 0")
        yield _fault(f"429, {name}", "rate limited", "N18", always(answer))


def _stored_error(status: int) -> Play:
    replayed = "idempotent-replayed: true"
    return saying(lambda golden: written(status, golden.error(status), PROBLEM, replayed))


def _stored() -> Iterator[Fault]:
    for status in (429, 500, 503):
        body = _stored_error(status)
        row = "stored rate limit" if status == 429 else "stored error"
        yield _fault(f"a stored {status}", row, "N16", body, kinds=MOMENT)


def _refusals() -> Iterator[Fault]:
    def in_words(status: int, *headers: str) -> Play:
        return saying(lambda golden: written(status, golden.error(status), PROBLEM, *headers))

    for status, row in ((400, "bad request"), (402, "refused"), (422, "refused")):
        yield _fault(f"{status} with proof", row, "N21", in_words(status), kinds=MOMENT)
        stored = in_words(status, "idempotent-replayed: true")
        yield _fault(f"a stored {status}", f"stored {row}", "N16", stored, kinds=MOMENT)
        page = written(status, PAGE, HTML)
        yield _fault(f"{status} as a page", f"{status} as a page", "N13", always(page))
        odd = written(status, b'{"odd": true}')
        yield _fault(f"{status} without proof", f"{status} without proof", "N21", always(odd))
    for error_type, row in _SUV_ERRORS.items():
        told = _error_in_words(error_type)
        number = "N10" if error_type == "DUPLICATE_RECORD" else "N21"
        yield _fault(f"400 {error_type}", row, number, told, kinds=ELECTRUM)


def _error_in_words(error_type: str) -> Play:
    return saying(lambda golden: written(400, golden.error(400, error_type)))


_SUV_ERRORS = {
    "DUPLICATE_RECORD": "duplicate record",
    "GENERAL_ERROR": "general error",
    "UPSTREAM_UNAVAILABLE": "upstream unavailable",
    "ROUTING_ERROR": "upstream unavailable",
    "VOUCHER_STATUS_UNKNOWN": "status unknown",
    "VOUCHER_NOT_REDEEMED": "not redeemed",
    "FORMAT_ERROR": "format error",
    "AUTHENTICATION_ERROR": "authentication error",
    "INVALID_VOUCHER": "invalid voucher",
    "VOUCHER_ALREADY_REDEEMED": "already redeemed",
    "UNABLE_TO_LOCATE_RECORD": "unable to locate",
    "REDEMPTION_ALREADY_CONFIRMED": "already confirmed",
    "REDEMPTION_ALREADY_REVERSED": "already reversed",
    "A_TYPE_NOBODY_KNOWS": "new error type",
}


def _not_theirs() -> Iterator[Fault]:
    yield from _answers(
        "a page",
        "N13",
        {
            "a portal's page": lambda _: written(200, PAGE, HTML),
            "a portal's page without a type": lambda _: written(200, PAGE, None),
            "the right words as a page": lambda golden: written(golden.status, golden.body, HTML),
        },
    )
    yield from _answers(
        "unreadable",
        "N13 N21",
        {
            "a portal's page as JSON": lambda _: written(200, PAGE),
        },
    )
    yield from _answers(
        "approved without a label",
        "N13 N21",
        {
            "the right words as text": lambda one: written(one.status, one.body, "text/plain"),
            "the right words as bytes": lambda one: written(
                one.status, one.body, "application/octet-stream"
            ),
            "the right words without a type": lambda one: written(one.status, one.body, None),
        },
    )


def _documents() -> Iterator[Fault]:
    deep = b'{"a":' * 40_000 + b"1" + b"}" * 40_000
    lists = b'{"amount":' + b"[" * 120_000 + b"]" * 120_000 + b"}"
    bodies: dict[str, bytes] = {
        "nothing at all": b"",
        "null": b"null",
        "a list": b"[]",
        "a word": b'"confirmed"',
        "another object": b"{}",
        "objects too deep": deep,
        "lists too deep": lists,
        "no UTF-8": b'{"id":"\xff\xfe"}',
    }
    named: dict[str, Callable[[Golden], bytes]] = {
        name: lambda _, body=body: written(200, body)  # type: ignore[misc]  # a default keeps each body
        for name, body in bodies.items()
    }
    spoilt: dict[str, Callable[[bytes], bytes]] = {
        "not a number": lambda body: b'{"odd":NaN,' + body[1:],
        "no end of numbers": lambda body: b'{"odd":Infinity,' + body[1:],
        "a number of 5,000 digits": lambda body: b'{"odd":' + b"9" * 5_000 + b"," + body[1:],
        "a key twice": lambda body: b'{"id":"x",' + body[1:],
        "a key twice, deep inside": lambda body: b'{"odd":{"a":1,"a":2},' + body[1:],
        "UTF-16": lambda body: body.decode().encode("utf-16"),
        "a zero byte after it": lambda body: body + b"\0",
        "something after it": lambda body: body + b"{}",
        "a comment": lambda body: b"/* yes */" + body,
        "single quotes": lambda body: body.replace(b'"', b"'"),
    }
    named |= {
        name: lambda golden, spoil=spoil: written(golden.status, spoil(golden.body))  # type: ignore[misc]  # a default keeps each
        for name, spoil in spoilt.items()
    }
    yield from _answers("unreadable", "N21", named)
    marked: dict[str, Callable[[Golden], bytes]] = {
        "a mark before it": lambda one: written(one.status, b"\xef\xbb\xbf" + one.body)
    }
    yield from _answers("approved", "N21", marked)


def _bent(row: str, numbers: str, named: Mapping[str, Changes], **more: Any) -> Iterator[Fault]:
    for name, changes in named.items():
        yield _fault(name, row, numbers, _changed(changes), **more)


def _changed(changes: Changes) -> Play:
    return saying(lambda golden: written(golden.status, golden.bent(**changes)))


def _moment_documents() -> Iterator[Fault]:
    yield from _bent(
        "unreadable redemption",
        "N21",
        {
            **{f"no {name}": {name: ...} for name in ("amount",)},
            "an unknown word": {"status": "settled"},
            "no status": {"status": ...},
            "an amount as text that may be rand": {"redeemed_amount": "19"},
            "an amount with a point that may be rand": {"redeemed_amount": 19.0},
            "an amount of 10^20": {"redeemed_amount": 10**20},
            "an amount below zero": {"redeemed_amount": -1},
            "a status in a list": {"status": ["confirmed"]},
        },
        kinds=MOMENT,
    )
    yield from _bent(
        "approved",
        "N21",
        {
            **{f"no {name}": {name: ...} for name in ("version", "currency", "redeemed_amount")},
            "the word in capitals": {"status": "CONFIRMED"},
            "what was asked as text": {"redeemed_amount": "1900"},
            "what was asked with a point": {"redeemed_amount": 1900.0},
        },
        kinds=MOMENT,
    )
    nameless: dict[str, Changes] = {"no id": {"id": ...}, "an id with a slash": {"id": "../../etc"}}
    yield from _bent("unreadable", "N21", nameless, kinds=MOMENT)
    yield from _bent(
        "mismatch",
        "N12",
        {
            "another reference": {"external_reference": OTHER_ID},
            "another type": {"type": "vouchers.other"},
            "another currency": {"currency": "USD"},
            "another amount": {"amount": 1901},
            "yes to nothing": {"redeemed_amount": 0},
            "yes, but reversed": {"reversed_amount": 1},
            "no, but redeemed": {"status": "failed"},
        },
        kinds=MOMENT,
    )
    higher = {"more than was asked": {"redeemed_amount": 1901}}
    yield from _bent("mismatch", "N20", higher, kinds=MOMENT)
    lower = {"less than was asked": {"redeemed_amount": LOWER_CENTS}}
    yield from _bent("approved in part", "N20", lower, kinds=MOMENT)
    another = {"another id": {"id": OTHER_UPSTREAM_ID}}
    yield from _bent("another id", "N12", another, kinds=MOMENT)
    failed = {"failed": {"status": "failed", "redeemed_amount": 0}}
    yield from _bent("failed", "N21", failed, kinds=MOMENT)
    drafts = {word: {"status": word, "redeemed_amount": 0} for word in ("draft", "reserved")}
    yield from _bent("not final", "N21", drafts, kinds=MOMENT)
    yield from _bent("stale", "N11", {"an older version": {"version": 1}}, kinds=MOMENT)
    more: dict[str, dict[str, Any]] = {
        "fields nobody knows": {"odd": [1, {"x": None}], "extra": "y"},
        "surrogates in a field nobody reads": {"odd": "\ud800\udc00 \udfff"},
        "surrogates in a reference": {"provider_reference": "\ud800"},
    }
    yield from _bent("approved", "N21", more, kinds=MOMENT)


def _suv_documents() -> Iterator[Fault]:
    requests: dict[str, Any] = {"kinds": ELECTRUM, "part": Part.REQUESTS}
    yield from _bent(
        "unreadable",
        "N21",
        {
            "no id": {"id": ...},
            "no originator": {"originator": ...},
            "an error beside the yes": {"errorType": "GENERAL_ERROR"},
            "amounts in a list": {"amounts": []},
            "an amount as text": {
                "amounts": {"approvedAmount": {"amount": "5", "currency": "710"}}
            },
            "a currency in letters": {"amounts": {"approvedAmount": _money(1900, "ZAR")}},
        },
        **requests,
    )
    yield from _bent(
        "mismatch",
        "N12",
        {
            "another id": {"id": OTHER_ID},
            "another currency": {"amounts": {"approvedAmount": _money(1900, "840")}},
            "another amount": {"amounts": {"requestAmount": _money(1901)}},
            "yes to nothing": {"amounts": {"approvedAmount": _money(0)}},
        },
        **requests,
    )
    higher = {"more than was asked": {"amounts": {"approvedAmount": _money(1901)}}}
    yield from _bent("mismatch", "N20", higher, **requests)
    lower = {"less than was asked": {"amounts": {"approvedAmount": _money(LOWER_CENTS)}}}
    yield from _bent("approved in part", "N20", lower, **requests)
    odd = {"fields nobody knows": {"odd": [1], "extra": "\ud800"}}
    yield from _bent("approved", "N21", odd, kinds=ELECTRUM)
    advices: dict[str, Any] = {"kinds": ELECTRUM, "part": Part.ADVICES}
    others = {"another advice": {"id": OTHER_ID}, "another request": {"requestId": OTHER_ID}}
    yield from _bent("mismatch", "N12", others, **advices)
    strangers: dict[str, Changes] = {
        "no id of either": {"id": ..., "requestId": ...},
        "an error beside the thanks": {"errorType": "GENERAL_ERROR"},
    }
    yield from _bent("unreadable", "N21", strangers, **advices)


def _money(cents: int, currency: str = "710") -> dict[str, Any]:
    return {"amount": cents, "currency": currency}


def _harmless() -> Iterator[Fault]:
    """List what is odd and still the right answer: without these the matrix proves nothing."""

    def before(*interim: str) -> Callable[[Golden], bytes]:
        return lambda golden: b"".join(map(head, interim)) + with_length(golden)

    def twice(golden: Golden) -> bytes:
        return with_length(golden) + written(400, golden.error(400), PROBLEM)

    def old(golden: Golden) -> bytes:
        return to_the_end(golden).replace(b"HTTP/1.1", b"HTTP/1.0", 1)

    def both(golden: Golden) -> bytes:
        return chunked(golden.status, golden.body, "content-length: 3")

    def same_lengths(golden: Golden) -> bytes:
        length = f"content-length: {len(golden.body)}"
        return written(golden.status, golden.body, "application/json", length)

    def kept_alive(golden: Golden) -> bytes:
        return written(golden.status, golden.body, "application/json", "connection: keep-alive")

    yield from _answers("approved", "N5", WHOLE)
    yield from _answers(
        "approved",
        "N21",
        {
            "a byte a chunk": lambda golden: chunked(golden.status, golden.body, size=1),
            "HTTP/1.0": old,
            "100, 102 and 103 before it": before(
                "100 Continue", "102 Processing", "103 Early Hints"
            ),
            "a length beside chunks": both,
            "the same length twice": same_lengths,
            "another answer after it": twice,
            "spaces around it": lambda one: written(one.status, b" \r\n" + one.body + b"\n\n"),
        },
    )
    yield from _answers("approved", "N26", {"a connection that is kept alive": kept_alive})
    yield _fault("over TLS", "approved", "N2", place=TLS_GOOD)


def _twice_the_type(golden: Golden) -> bytes:
    kinds = ("content-type: application/json", "content-type: text/html")
    length = f"content-length: {len(golden.body)}"
    return head(f"{golden.status} Said", *kinds, length) + golden.body


def _all() -> Iterator[Fault]:
    for family in (
        _harmless,
        _without_connection,
        _cuts,
        _no_http,
        _waits,
        _bombs,
        _encoded,
        _redirects,
        _statuses,
        _rate_limits,
        _stored,
        _refusals,
        _not_theirs,
        _documents,
        _moment_documents,
        _suv_documents,
    ):
        yield from family()
    yield _fault("two types", "a page", "N13", saying(_twice_the_type))


FAULTS: tuple[Fault, ...] = tuple(_all())
"""Every fault of the matrix."""
