"""PINs of people: Argon2id over a hash that only the till's key can make.

A PIN of five digits is found by trying all of them wherever it can be tried at all. So it is hashed
with a key derived from the till's master key first: with the journal alone, without the keyring,
nothing can be tried. Where the key is a file beside the journal, a thief of the folder has both.
"""

import asyncio
import os
import struct

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ports.pins import Pins
from counterfoil.ports.vault import Vault

_VERSION = 1
"""Argon2id as below; the first byte of each verifier."""
_HEAD = struct.Struct(">BI16s32s")
"""A verifier: the version, the memory in KiB, the salt and the hash."""
_SALT_LENGTH = 16
_HASH_LENGTH = 32
MEMORY_KIB = 64 * 1024
_ITERATIONS = 3
"""Control 11 of the faults: 64 MiB, three passes, one lane."""
TRAINING_KIB = 64
"""What a PIN of training takes, which stands on the screen beside its number."""


class ArgonPins(Pins):
    """Makes and checks PINs' verifiers by Argon2id, in a thread: a check takes tenths of a second.

    A verifier is checked with the memory setting that it was made with, so that this may change.
    """

    def __init__(self, vault: Vault, *, memory_kib: int = MEMORY_KIB) -> None:
        self._vault = vault
        self._memory_kib = memory_kib

    @override
    async def verifier(self, pin: Secret) -> bytes:
        salt = os.urandom(_SALT_LENGTH)
        peppered = self._peppered(pin)
        made = await asyncio.to_thread(lambda: _argon(salt, self._memory_kib).derive(peppered))
        return _HEAD.pack(_VERSION, self._memory_kib, salt, made)

    @override
    async def is_right(self, pin: Secret, verifier: bytes) -> bool:
        if len(verifier) != _HEAD.size:
            return False
        version, memory_kib, salt, expected = _HEAD.unpack(verifier)
        # More than this till ever makes would only take the memory of the machine.
        if version != _VERSION or memory_kib > MEMORY_KIB:
            return False
        peppered = self._peppered(pin)

        def check() -> bool:
            try:
                _argon(salt, memory_kib).verify(peppered, expected)
            except (InvalidKey, ValueError):  # the latter of a cost that is none
                return False
            return True

        return await asyncio.to_thread(check)

    @override
    def badge_hash(self, badge: Secret) -> bytes:
        return self._vault.hash_of_staff("badge", badge.reveal())

    def _peppered(self, pin: Secret) -> bytes:
        return self._vault.hash_of_staff("pin", pin.reveal())


def _argon(salt: bytes, memory_kib: int) -> Argon2id:
    return Argon2id(
        salt=salt,
        length=_HASH_LENGTH,
        iterations=_ITERATIONS,
        lanes=1,
        memory_cost=memory_kib,
    )
