"""Why a key cannot be had: the journal's own, or the one that an upstream knows the till by."""

from enum import StrEnum

from counterfoil.declaring import dataclass


class KeyProblem(StrEnum):
    """What is wrong with a key, or with where it is kept."""

    NO_KEY_HERE = "no_key_here"
    KEY_IS_HERE = "key_is_here"
    """There is one already, which is not written over."""
    KEY_LOST = "key_lost"
    """The journal was sealed with one that is gone; a new key could not open what is in it."""
    OTHER_KEY = "other_key"
    """It is not the one that the journal was written with."""
    NOT_ACCESSIBLE = "not_accessible"
    """It cannot be read or written."""
    FILE_NOT_PLAIN = "file_not_plain"
    FILE_OF_ANOTHER_USER = "file_of_another_user"
    FILE_OPEN_TO_OTHERS = "file_open_to_others"
    FILE_DAMAGED = "file_damaged"
    TILL_ID_DAMAGED = "till_id_damaged"
    """The file that names the keyring's entry."""
    ENTRY_DAMAGED = "entry_damaged"
    ENTRY_MISSING = "entry_missing"
    KEYRING_UNUSABLE = "keyring_unusable"
    KEYRING_WEAK = "keyring_weak"
    """There is none that protects what it keeps."""
    KEYRING_SILENT = "keyring_silent"
    KEYRING_FOREIGN = "keyring_foreign"
    """A ``variable`` or a ``file`` names one that is not the system's own."""
    NO_RECOVERY_KEY = "no_recovery_key"
    """The file holds none."""
    RECOVERY_KEY_CLOSED = "recovery_key_closed"
    """It does not open: the passphrase is another, or the file was altered."""
    PASSPHRASE_SHORT = "passphrase_short"  # noqa: S105 - a key of a cause
    """It has fewer than ``wanted`` characters."""
    UPSTREAM_KEY_MISSING = "upstream_key_missing"
    """It belongs into the ``variable`` or into the keyring's ``service`` and ``entry``."""
    UPSTREAM_KEY_UNSENDABLE = "upstream_key_unsendable"
    UPSTREAM_KEY_IS_KEPT = "upstream_key_is_kept"
    """There is one already, which only a manager of the real till may change."""
    UPSTREAM_KEY_IN_TRAINING = "upstream_key_in_training"
    """It would be the key of the real till."""
    UPSTREAM_KEYRING_UNUSABLE = "upstream_keyring_unusable"


@dataclass(frozen=True, slots=True)
class NoKey:
    """Why there is no key to use, and the places that the problem is about."""

    problem: KeyProblem
    variable: str = ""
    file: str = ""
    service: str = ""
    entry: str = ""
    wanted: int = 0
