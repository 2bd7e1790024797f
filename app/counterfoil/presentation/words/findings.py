"""What somebody has altered in the journal, or is missing in it."""

from collections.abc import Mapping

from counterfoil.domain.causes.journal import ANCHOR, Finding, HeldFault, RowFault
from counterfoil.presentation.words.speaking import SpokenTable

_WORDS: Mapping[RowFault | HeldFault, str] = SpokenTable(
    {
        RowFault.ALTERED: "was altered",
        RowFault.MISSING: "is missing",
        RowFault.NEVER_WRITTEN: "was never written by this till",
        RowFault.OLD: "is not as its last event left it",
        RowFault.WRONG_MOVES: "its state is not where its moves lead",
        RowFault.SLIP_CONTRADICTED: "says otherwise than its papers whether its slip came out",
        RowFault.REFUND_CONTRADICTED: "says otherwise than its refunds whether it was refunded",
        RowFault.SEALED_SHUT: "its {one.detail} does not open",
        RowFault.SHREDDING_UNTOLD: (
            "says otherwise than its events whether its secrets were removed"
        ),
        RowFault.KEY_LEFT: "its secrets were removed, and its key is still there",
        RowFault.DANGLING: "refers to a row that is missing",
        RowFault.PAGES_DAMAGED: "{one.detail}",
        RowFault.CUT_SHORT: "cannot be read to its end",
        RowFault.NO_JOURNAL: "is no journal, or is damaged from its first page on",
        HeldFault.JOURNAL_MISSING: "the journal is missing",
        HeldFault.JOURNAL_EMPTY: "the journal's file is empty",
        HeldFault.PUT_BACK: "the journal was put back from a backup",
        HeldFault.ENDS_EARLY: (
            "the journal ends with event {one.found}, and had come to event {one.had}"
        ),
        HeldFault.OTHER_EVENT: "event {one.had} is not the one that this till wrote",
        HeldFault.OPENED_LESS: (
            "the journal was opened {one.found} times, and had been opened {one.had} times"
        ),
        HeldFault.COUNT_MISSING: "the row that counts the openings is missing",
        HeldFault.COUNT_UNMARKED: "the count of openings has lost its mark",
        HeldFault.REDEMPTION_MISSING: "the redemption of slip {one.had} is missing",
        HeldFault.ANCHOR_MISSING: "the anchor beside the journal is missing",
        HeldFault.ANCHOR_DAMAGED: "the anchor {place} is damaged or was altered",
        HeldFault.MARKER_DAMAGED: "what is remembered of this till outside its folder is damaged",
        HeldFault.KEY_FILE_APPEARED: (
            "the till's key was in the keyring, and now there is a key file in the folder; move it "
            "elsewhere unless you put it there"
        ),
        HeldFault.KEY_ENTRY_APPEARED: (
            "the till's key was in a key file, and now there is the name of a keyring's "
            "entry in the folder; move it elsewhere unless you put it there"
        ),
        HeldFault.TWO_KEYS: (
            "the till's folder has both key.file and till.id; move the one elsewhere "
            "that is not the till's"
        ),
        HeldFault.OTHER_KEY: "the key is not the one that this till had",
    }
)
_PLACES = SpokenTable(
    {
        "folder": "beside the journal",
        "keyring": "in the keyring",
        "state_folder": "in the user's state folder",
    }
)
_NAMES = SpokenTable({"keeper": "the count of openings"})


def what(one: Finding) -> str:
    """Return what is wrong, as the words that follow the name of the record."""
    return _WORDS[one.problem].format(one=one, place=_PLACES.get(one.detail, one.detail))


def line(one: Finding) -> str:
    """Return where something is wrong, and what."""
    return f"{one.where}: {what(one)}"


def clause(one: Finding) -> str:
    """Return what is wrong with the journal, as the last part of a sentence."""
    if one.where == ANCHOR:
        return what(one)
    return f"{_NAMES.get(one.where, one.where)} {what(one)}"
