"""The till's key under a passphrase, in a file that a shop owner keeps elsewhere.

A backup opens only with the till's key. On a new machine that key comes back from this file: it is
sealed with AES-256-GCM under a key that scrypt makes of the passphrase, so the file alone is of no
use. Nobody can open it without the passphrase, and nobody can find a passphrase that was lost.
"""

import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from counterfoil.domain.causes.key import KeyProblem, NoKey
from counterfoil.domain.failures import VaultUnavailableError
from counterfoil.domain.secret import Secret

PASSPHRASE_LENGTH_MIN = 12
_COST = 1 << 16
_BLOCK = 8
_PARALLEL = 2
_KEY_LENGTH = 32
_SALT_LENGTH = 16
_NONCE_LENGTH = 12
_TITLE = "counterfoil-recovery-key 1"
_LINE = re.compile(
    rf"^{_TITLE} (?P<salt>[0-9a-f]{{32}}) (?P<sealed>[0-9a-f]{{120}})$", re.MULTILINE
)
_WORDS = """\
# The recovery key of a Counterfoil till. With its passphrase it opens the till's backups.
# Keep it away from the till and from its backups. To use it on a new machine:
#   counterfoil key import THIS-FILE --data-dir FOLDER
"""


def wrap_key(key: bytes, passphrase: Secret) -> str:
    """Encrypt the till's key with a passphrase; return the text for a recovery file.

    Raises:
        VaultUnavailableError: the passphrase is too short.

    """
    if len(passphrase.reveal()) < PASSPHRASE_LENGTH_MIN:
        short = KeyProblem.PASSPHRASE_SHORT
        raise VaultUnavailableError(NoKey(short, wanted=PASSPHRASE_LENGTH_MIN))
    salt, nonce = secrets.token_bytes(_SALT_LENGTH), secrets.token_bytes(_NONCE_LENGTH)
    sealed = nonce + _cipher(salt, passphrase).encrypt(nonce, key, _TITLE.encode())
    return f"{_WORDS}{_TITLE} {salt.hex()} {sealed.hex()}\n"


def unwrap_key(text: str, passphrase: Secret) -> bytes:
    """Decrypt the till's key from the text of a recovery file.

    Raises:
        VaultUnavailableError: it is no such file, it was altered, or the passphrase is wrong.

    """
    match = _LINE.search(text)
    if match is None:
        raise VaultUnavailableError(KeyProblem.NO_RECOVERY_KEY)
    sealed = bytes.fromhex(match["sealed"])
    nonce, hidden = sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:]
    cipher = _cipher(bytes.fromhex(match["salt"]), passphrase)
    try:
        return cipher.decrypt(nonce, hidden, _TITLE.encode())
    except InvalidTag:
        raise VaultUnavailableError(KeyProblem.RECOVERY_KEY_CLOSED) from None


def _cipher(salt: bytes, passphrase: Secret) -> AESGCM:
    kdf = Scrypt(salt=salt, length=_KEY_LENGTH, n=_COST, r=_BLOCK, p=_PARALLEL)
    return AESGCM(kdf.derive(passphrase.reveal().encode("utf-8", "surrogatepass")))
