"""What each fault must come to: the protocol's tables, written down by hand.

The words are those of `said`. Nothing here was taken from a run: a fault whose row is missing, or
a request that a row does not name, fails the matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from counterfoil.domain.advice import (
    Acknowledged,
    AdviceVerdict,
    Contradicted,
    NotAllowed,
    NotKnownThere,
    NotWaiting,
    Repeat,
    Unreadable,
)
from counterfoil.domain.verdict import Approved, Declined, Unknown, Verdict
from support.network.golden import LOWER_CENTS, Kind

ASKED_CENTS = 1900


class Column(StrEnum):
    """A request of the till, as far as the protocol tells them apart."""

    FIRST = "first"
    REPLAY = "replay"
    FETCH = "fetch"
    REQUEST = "request"
    LOOK_UP = "look_up"
    REFUND = "refund"
    """A request of its own, about a redemption that is over; its table is the request's."""
    CONFIRM = "confirm"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What must be concluded, request by request; None where the fault cannot happen to it."""

    first: str | None = None
    replay: str | None = None
    fetch: str | None = None
    request: str | None = None
    look_up: str | None = None
    refund: str | None = None
    confirm: str | None = None
    reverse: str | None = None

    def at(self, column: Column) -> str | None:
        """Return what must be concluded for one request."""
        found: str | None = getattr(self, column.value)
        return found


assert {one.name for one in fields(Row)} == {column.value for column in Column}


def _moment(
    first: str, replay: str | None = None, fetch: str | None = None
) -> dict[str, str | None]:
    return {"first": first, "replay": replay or first, "fetch": fetch or replay or first}


def _electrum(
    request: str, look_up: str | None = None, confirm: str | None = None, reverse: str | None = None
) -> dict[str, str | None]:
    return {
        "request": request,
        "look_up": look_up or request,
        "refund": request,
        "confirm": confirm,
        "reverse": reverse or confirm,
    }


def _nothing(cause: str, *, look_up: str | None = None, advice: str | None = None) -> Row:
    """Prove nothing: the same bytes again, the same question again, the same advice again."""
    again, by_id = f"unknown {cause} resend", f"unknown {cause} fetch"
    advice = advice or f"repeat {cause}"
    return Row(
        **_moment(again, again, by_id),
        **_electrum(f"unknown {cause}", f"unknown {look_up or cause}", advice),
    )


def _key_trouble(request: str, *, fetch: str | None = None, advice: str) -> Row:
    """Decline what cannot have been taken, and later learn nothing."""
    later = "unknown not_authorised"
    return Row(
        **_moment("declined not_authorised", f"{later} resend", fetch or f"{later} fetch"),
        **_electrum(request, None, advice),
    )


_NOT_FOUND = _key_trouble(
    "unknown no_news", fetch="unknown no_news resend", advice="not known there"
)
_APPROVED = f"approved {ASKED_CENTS}"
_IN_PART = f"approved {LOWER_CENTS}"

TABLE: Mapping[str, Row] = {
    # What was never sent is declined, at once and only at the first attempt.
    "not connected": Row(
        **_moment(
            "declined not_sent", "unknown no_connection resend", "unknown no_connection fetch"
        ),
        **_electrum("declined not_sent", "unknown no_connection", "repeat no_connection"),
    ),
    "not secure": Row(
        **_moment(
            "declined not_secure", "unknown no_connection resend", "unknown no_connection fetch"
        ),
        **_electrum("declined not_secure", "unknown no_connection", "repeat no_connection"),
    ),
    # What may have been received proves nothing.
    "cut off": _nothing("cut_off"),
    "time-out": _nothing("time_out", look_up="not_final"),
    "too large": _nothing("too_large"),
    "unreadable": _nothing("unreadable"),
    "redirected": _nothing("redirected"),
    "a page": _nothing("not_the_upstream"),
    "login": _nothing("not_the_upstream"),
    "rate limited": _nothing("rate_limited"),
    "upstream error": _nothing("upstream_error"),
    "not implemented": Row(
        **_moment("unknown upstream_error resend", None, "unknown no_news resend"),
        **_electrum("unknown upstream_error", None, "parked"),
    ),
    "conflict": _nothing("conflict", advice="repeat unreadable"),
    "conflict as a page": _nothing("conflict", advice="repeat not_the_upstream"),
    "status not described": _nothing("unreadable"),
    "empty success": _nothing("unreadable"),
    "not taken": _nothing("unreadable", advice="parked"),
    "not offered": Row(
        **_moment("unknown unreadable resend", None, "unknown no_news resend"),
        **_electrum("unknown unreadable", None, "parked"),
    ),
    "stored error": Row(
        **_moment(
            "unknown stored_error person",
            "unknown stored_error person",
            "unknown upstream_error fetch",
        )
    ),
    "stored rate limit": Row(
        **_moment(
            "unknown stored_error person",
            "unknown stored_error person",
            "unknown rate_limited fetch",
        )
    ),
    # A key that is not accepted took nothing, if nothing was sent before.
    "not authorised": Row(
        **_moment(
            "declined not_authorised",
            "unknown not_authorised resend",
            "unknown not_authorised fetch",
        ),
        **_electrum("declined not_authorised", "unknown not_authorised", "not allowed"),
    ),
    "not authorised without a body": Row(
        **_moment(
            "declined not_authorised",
            "unknown not_authorised resend",
            "unknown not_authorised fetch",
        ),
        **_electrum("declined not_authorised", "unknown not_authorised", "repeat unreadable"),
    ),
    "not authorised as a page": Row(
        **_moment(
            "unknown not_the_upstream resend",
            "unknown not_authorised resend",
            "unknown not_authorised fetch",
        ),
        **_electrum(
            "unknown not_the_upstream", "unknown not_authorised", "repeat not_the_upstream"
        ),
    ),
    "forbidden": _key_trouble("unknown no_news", advice="not allowed"),
    "forbidden without a body": _key_trouble("unknown no_news", advice="repeat unreadable"),
    "forbidden as a page": Row(
        **_moment(
            "unknown not_the_upstream resend",
            "unknown not_authorised resend",
            "unknown not_authorised fetch",
        ),
        **_electrum("unknown no_news", None, "repeat not_the_upstream"),
    ),
    "not found": _NOT_FOUND,
    "not found as a page": Row(
        **_moment("unknown not_the_upstream resend", _NOT_FOUND.replay, _NOT_FOUND.fetch),
        **_electrum("unknown no_news", None, "repeat not_the_upstream"),
    ),
    # A refusal in the upstream's own words, about this very request.
    "bad request": Row(
        **_moment("declined bad_request", "unknown no_news resend", "unknown no_news fetch")
    ),
    "refused": Row(
        **_moment("declined refused", "unknown no_news resend", "unknown no_news fetch")
    ),
    "stored bad request": Row(
        **_moment("declined bad_request", "declined bad_request", "unknown no_news fetch")
    ),
    "stored refused": Row(
        **_moment("declined refused", "declined refused", "unknown no_news fetch")
    ),
    "400 as a page": Row(
        **_moment("unknown unreadable resend", None, "unknown unreadable fetch"),
        **_electrum("unknown not_the_upstream", None, "repeat not_the_upstream"),
    ),
    "402 as a page": Row(
        **_moment("unknown unreadable resend", None, "unknown unreadable fetch"),
        **_electrum("unknown not_the_upstream", None, "repeat not_the_upstream"),
    ),
    "422 as a page": Row(
        **_moment("unknown unreadable resend", None, "unknown unreadable fetch"),
        **_electrum("unknown not_the_upstream", None, "parked"),
    ),
    "400 without proof": _nothing("unreadable", advice="parked"),
    "402 without proof": _nothing("unreadable"),
    "422 without proof": _nothing("unreadable", advice="parked"),
    "duplicate record": Row(**_electrum("unknown conflict", None, "acknowledged")),
    "general error": Row(**_electrum("unknown upstream_error", None, "repeat upstream_error")),
    "upstream unavailable": Row(
        **_electrum("unknown upstream_error", None, "repeat upstream_error")
    ),
    "status unknown": Row(**_electrum("unknown upstream_error", None, "parked")),
    "not redeemed": Row(
        **_electrum("declined refused", "unknown no_news", "not waiting", "parked")
    ),
    "format error": Row(**_electrum("declined bad_request", "unknown no_news", "parked")),
    "authentication error": Row(
        **_electrum("declined not_authorised", "unknown no_news", "not allowed")
    ),
    "invalid voucher": Row(**_electrum("declined not_found", None, "parked")),
    "already redeemed": Row(**_electrum("declined already_used", None, "parked")),
    "unable to locate": Row(
        **_electrum("declined not_found", "unknown no_news", "not known there")
    ),
    "already confirmed": Row(
        **_electrum("declined already_used", "unknown no_news", "acknowledged", "contradicted")
    ),
    "already reversed": Row(
        **_electrum("declined cancelled", "unknown no_news", "contradicted", "acknowledged")
    ),
    "new error type": Row(**_electrum("declined refused", "unknown no_news", "parked")),
    # A 2xx about something else, or about less than everything.
    "unreadable redemption": Row(**_moment("unknown unreadable fetch")),
    "mismatch": Row(
        **_moment("unknown mismatch person"),
        **_electrum("unknown mismatch", None, "repeat mismatch"),
    ),
    "another id": Row(**_moment(_APPROVED, None, "unknown mismatch person")),
    "stale": Row(**_moment(_APPROVED, None, "unknown stale fetch")),
    "failed": Row(**_moment("declined refused")),
    "not final": Row(**_moment("unknown not_final fetch")),
    # The answer that was hoped for.
    "approved": Row(**_moment(_APPROVED), **_electrum(_APPROVED, None, "acknowledged")),
    "approved without a label": Row(
        **_moment(_APPROVED), **_electrum(_APPROVED, None, "repeat unreadable")
    ),
    "approved in part": Row(**_moment(_IN_PART), **_electrum(_IN_PART)),
}
"""The protocol's tables of answers, by the rows that faults name."""


def state_after(
    column: Column, conclusion: str, *, is_first: bool = True, has_stopped: bool = False
) -> str:
    """Return what the till's books must say once a conclusion is written.

    ``is_first`` is whether no earlier attempt of an advice can have arrived. ``has_stopped`` is
    whether the till had stopped over the sale; then nothing pays it until somebody speaks for it.

    For a request: the redemption's state. For an advice: the redemption's state and the advice's.
    """
    if column in {Column.CONFIRM, Column.REVERSE}:
        if conclusion == "not waiting" and not is_first:
            return "final acknowledged"  # an earlier attempt did it
        word = conclusion.partition(" ")[0] if conclusion.startswith("repeat") else conclusion
        return _AFTER_ADVICE[column][word]
    if column is Column.REFUND and (conclusion.startswith("unknown") or conclusion == _IN_PART):
        return "reversing"  # all is given back, or nothing
    if conclusion.endswith("person"):
        return "attention"
    approved = "unclaimed" if has_stopped else "final"
    return {"approved": approved, "declined": "declined", "unknown": "inflight"}[
        conclusion.partition(" ")[0]
    ]


_AFTER_ADVICE: Mapping[Column, Mapping[str, str]] = {
    Column.CONFIRM: {
        "acknowledged": "final acknowledged",
        "repeat": "final owed",
        "parked": "final parked",
        "not allowed": "final owed",
        "not waiting": "attention disputed",
        "contradicted": "attention disputed",
        "not known there": "attention disputed",
    },
    Column.REVERSE: {
        "acknowledged": "reversed acknowledged",
        "repeat": "reversing owed",
        "parked": "reversing parked",
        "not allowed": "reversing owed",
        "not known there": "reversing owed",  # so early, its request may still be on its way
        "contradicted": "attention disputed",
    },
}


def said(verdict: Verdict | AdviceVerdict, kind: Kind) -> str:
    """Write a conclusion in the words of the table."""
    match verdict:
        case Approved():
            return f"approved {verdict.redeemed_cents}"
        case Declined():
            return f"declined {verdict.reason}"
        case Unknown():
            follow_up = f" {verdict.follow_up}" if kind is Kind.MOMENT else ""
            return f"unknown {verdict.cause}{follow_up}"
        case Repeat():
            return f"repeat {verdict.cause}"
        case _:
            return _WORDS[type(verdict)]


_WORDS: Mapping[type[AdviceVerdict], str] = {
    Acknowledged: "acknowledged",
    Unreadable: "parked",
    NotAllowed: "not allowed",
    NotKnownThere: "not known there",
    NotWaiting: "not waiting",
    Contradicted: "contradicted",
}
