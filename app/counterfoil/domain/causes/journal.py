"""What in the journal is not as the till left it: single records, or how far it had come."""

from enum import StrEnum

from counterfoil.declaring import dataclass

ANCHOR = "anchor"
"""Where a finding is that no row shows: the journal is not where it had come to."""
SLIP = "slip"
"""Where a finding is that only a printed slip shows: the journal does not go on from it."""


class RowFault(StrEnum):
    """What is wrong with a record, a table or the file."""

    ALTERED = "altered"
    MISSING = "missing"
    NEVER_WRITTEN = "never_written"
    """This till did not write it."""
    OLD = "old"
    """It is not as its last event left it."""
    WRONG_MOVES = "wrong_moves"
    """Its state is not where its moves lead."""
    SLIP_CONTRADICTED = "slip_contradicted"
    """Its papers say otherwise whether its slip came out."""
    REFUND_CONTRADICTED = "refund_contradicted"
    """Its refunds say otherwise whether it was refunded."""
    SEALED_SHUT = "sealed_shut"
    """The column ``detail`` does not open."""
    SHREDDING_UNTOLD = "shredding_untold"
    """It lost its key, and its events do not say so, or the other way round."""
    KEY_LEFT = "key_left"
    """It was shredded, and its key is still there."""
    DANGLING = "dangling"
    """It refers to a row that is missing."""
    PAGES_DAMAGED = "pages_damaged"
    """``detail`` is what SQLite says of it."""
    CUT_SHORT = "cut_short"
    """It cannot be read to its end."""
    NO_JOURNAL = "no_journal"
    """It is none, or is damaged from its first page on."""


class HeldFault(StrEnum):
    """How the whole journal, its key or its anchors are not as the till left them."""

    JOURNAL_MISSING = "journal_missing"
    JOURNAL_EMPTY = "journal_empty"
    PUT_BACK = "put_back"
    """It was put back from a backup."""
    ENDS_EARLY = "ends_early"
    """It ends with event ``found``, and had come to event ``had``."""
    OTHER_EVENT = "other_event"
    """Event ``had`` is not the one that this till wrote."""
    OPENED_LESS = "opened_less"
    """It was opened ``found`` times, and had been opened ``had`` times."""
    COUNT_MISSING = "count_missing"
    COUNT_UNMARKED = "count_unmarked"
    """The count of openings has lost its mark."""
    REDEMPTION_MISSING = "redemption_missing"
    """That of slip ``had``."""
    ANCHOR_MISSING = "anchor_missing"
    """The one beside the journal."""
    ANCHOR_DAMAGED = "anchor_damaged"
    """The one that lies in ``detail``: ``folder``, ``keyring`` or ``state_folder``."""
    MARKER_DAMAGED = "marker_damaged"
    """What is remembered of the till outside its folder."""
    KEY_FILE_APPEARED = "key_file_appeared"
    """There is one, and the till's key was in the keyring."""
    KEY_ENTRY_APPEARED = "key_entry_appeared"
    """A keyring's entry is named, and the till's key was in a file."""
    TWO_KEYS = "two_keys"
    """There is a key file, and a keyring's entry is named, too."""
    OTHER_KEY = "other_key"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    ``where`` is the name of a record, `ANCHOR` or `SLIP`.
    """

    where: str
    problem: RowFault | HeldFault
    detail: str = ""
    found: int = 0
    had: int = 0


def not_as_left(problem: HeldFault, detail: str = "", *, found: int = 0, had: int = 0) -> Finding:
    """Return a finding about the whole journal."""
    return Finding(ANCHOR, problem, detail, found, had)
