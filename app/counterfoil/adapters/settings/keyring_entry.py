"""The system's keyring, as far as the till reads its upstreams' secrets from it."""

from counterfoil.adapters import keyrings
from counterfoil.domain.failures import VaultUnavailableError

KEYRING_SERVICE = "counterfoil"


def read_keyring(entry: str, *, is_optional: bool = False) -> str:
    """Return what the system's keyring keeps for the till under a name; empty when nothing.

    With ``is_optional`` a keyring that cannot be read counts as one that keeps nothing.

    Raises:
        VaultUnavailableError: the keyring cannot be read.
        KeyringSilentError: it does not answer, also where it is optional.

    """
    from keyring.errors import KeyringError

    try:
        kept = keyrings.ask(lambda: keyrings.system_keyring().get_password(KEYRING_SERVICE, entry))
        return (kept or "").strip()
    except (KeyringError, RuntimeError, OSError):
        if is_optional:
            return ""
        raise VaultUnavailableError("the keyring with the upstream's key cannot be read") from None
