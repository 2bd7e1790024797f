"""Why a key cannot be had, and where it belongs."""

from collections.abc import Mapping

from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.presentation.words.speaking import SpokenTable, say

_WORDS: Mapping[KeyProblem, str] = SpokenTable(
    {
        KeyProblem.NO_KEY_HERE: "there is no key here",
        KeyProblem.KEY_IS_HERE: "there is a key here already; it is not written over",
        KeyProblem.KEY_LOST: (
            "the key of this journal is missing: put back the key file or the keyring's entry that "
            "belongs to it; a new key could not open what is in it"
        ),
        KeyProblem.OTHER_KEY: "the key is not the one that this journal was written with",
        KeyProblem.NOT_ACCESSIBLE: "the journal's key cannot be read or written",
        KeyProblem.FILE_NOT_PLAIN: "the key file is a link or no plain file",
        KeyProblem.FILE_OF_ANOTHER_USER: "the key file belongs to another user",
        KeyProblem.FILE_OPEN_TO_OTHERS: "others may read the key file: set its mode to 600",
        KeyProblem.FILE_DAMAGED: "the journal's key in the file is damaged",
        KeyProblem.TILL_ID_DAMAGED: "the file {cause.file} is damaged",
        KeyProblem.ENTRY_DAMAGED: "the journal's key in the keyring is damaged",
        KeyProblem.ENTRY_MISSING: "the key of this journal is not in this system's keyring",
        KeyProblem.KEYRING_UNUSABLE: "the system's keyring cannot be used",
        KeyProblem.KEYRING_WEAK: (
            "this system has no keyring that protects a key: choose a key file"
        ),
        KeyProblem.KEYRING_SILENT: "the system's keyring does not answer",
        KeyProblem.KEYRING_FOREIGN: (
            "{place} names a keyring that is not this system's own, and no foreign code is loaded"
        ),
        KeyProblem.NO_RECOVERY_KEY: "this is no recovery key of this program",
        KeyProblem.RECOVERY_KEY_CLOSED: (
            "the recovery key does not open: the passphrase is another, or the file was altered"
        ),
        KeyProblem.PASSPHRASE_SHORT: "the passphrase must have at least {cause.wanted} characters",
        KeyProblem.UPSTREAM_KEY_MISSING: "there is no key for the provider{belongs}",
        KeyProblem.UPSTREAM_KEY_UNSENDABLE: "the key for the provider has letters that no key has",
        KeyProblem.UPSTREAM_KEY_IS_KEPT: (
            "there is a key for the provider here already; leave it empty to use that one, and "
            "change it later on the page Settings"
        ),
        KeyProblem.UPSTREAM_KEY_IN_TRAINING: (
            "in training no other key for the provider can be kept"
        ),
        KeyProblem.UPSTREAM_KEYRING_UNUSABLE: "the keyring with the provider's key cannot be read",
    }
)


def no_key(cause: NoKey) -> str:
    """Return why there is no key, as the last part of a sentence."""
    places = []
    if cause.variable:
        places.append(say("the environment variable {variable}", variable=cause.variable))
    if cause.entry:
        places.append(
            say(
                "the keyring (service {service}, name {entry})",
                service=cause.service,
                entry=cause.entry,
            )
        )
    place = (
        say("the variable {variable}", variable=cause.variable)
        if cause.variable
        else say("the file {file}", file=cause.file)
    )
    belongs = say(": put it into {places}", places=say(" or ").join(places)) if places else ""
    return _WORDS[cause.problem].format(cause=cause, place=place, belongs=belongs)
