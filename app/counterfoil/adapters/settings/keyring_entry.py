"""Reads the secrets of the upstreams from the system's keyring."""

from counterfoil.adapters import keyrings
from counterfoil.domain.causes.key import KeyProblem
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.secret import Secret

KEYRING_SERVICE = "counterfoil"


def keep_in_keyring(entry: str, secret: Secret) -> None:
    """Keep a secret in the till's keyring entry of this name.

    Raises:
        VaultUnavailableError: there is no keyring, or it cannot be written.
        KeyringSilentError: it does not answer.

    """
    from keyring.errors import KeyringError

    text = secret.reveal()
    try:
        keyrings.ask(lambda: keyrings.system_keyring().set_password(KEYRING_SERVICE, entry, text))
    except (KeyringError, RuntimeError, OSError):
        raise VaultUnavailableError(KeyProblem.UPSTREAM_KEYRING_UNUSABLE) from None


def read_keyring(entry: str, *, is_optional: bool = False) -> str:
    """Return the text in the till's keyring entry of this name; empty where there is none.

    With ``is_optional`` a keyring that cannot be read counts as one without the entry.

    Raises:
        VaultUnavailableError: the keyring cannot be read.
        KeyringSilentError: it does not answer, also with ``is_optional``.

    """
    from keyring.errors import KeyringError

    try:
        kept = keyrings.ask(lambda: keyrings.system_keyring().get_password(KEYRING_SERVICE, entry))
        return (kept or "").strip()
    except (KeyringError, RuntimeError, OSError):
        if is_optional:
            return ""
        raise VaultUnavailableError(KeyProblem.UPSTREAM_KEYRING_UNUSABLE) from None
