"""PINs of people: Argon2id over a hash that only the till's key can make.

A PIN of five digits is found by trying all of them wherever it can be tried at all. So it is hashed
with a key derived from the till's master key first: with the journal alone, without the keyring,
nothing can be tried. Where the key is a file beside the journal, a thief of the folder has both.
"""

import asyncio
import os

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from counterfoil.domain.secret import Secret
from counterfoil.overriding import override
from counterfoil.ports.pins import Pins
from counterfoil.ports.vault import Vault

_VERSION = b"\x01"
"""Argon2id as below; the first byte of each verifier."""
_SALT_LENGTH = 16
_HASH_LENGTH = 32
_MEMORY_KIB = 64 * 1024
_ITERATIONS = 3
"""Control 11 of the faults: 64 MiB, three passes, one lane."""


class ArgonPins(Pins):
    """The port over Argon2id, in a thread: a check takes some tenths of a second."""

    def __init__(self, vault: Vault, *, memory_kib: int = _MEMORY_KIB) -> None:
        self._vault = vault
        self._memory_kib = memory_kib

    @override
    async def verifier(self, pin: Secret) -> bytes:
        salt = os.urandom(_SALT_LENGTH)
        peppered = self._peppered(pin)
        made = await asyncio.to_thread(lambda: self._argon(salt).derive(peppered))
        return _VERSION + salt + made

    @override
    async def is_right(self, pin: Secret, verifier: bytes) -> bool:
        if len(verifier) != 1 + _SALT_LENGTH + _HASH_LENGTH or verifier[:1] != _VERSION:
            return False
        salt, expected = verifier[1 : 1 + _SALT_LENGTH], verifier[1 + _SALT_LENGTH :]
        peppered = self._peppered(pin)

        def check() -> bool:
            try:
                self._argon(salt).verify(peppered, expected)
            except InvalidKey:
                return False
            return True

        return await asyncio.to_thread(check)

    @override
    def badge_hash(self, badge: Secret) -> bytes:
        return self._vault.hash_of_staff("badge", badge.reveal())

    def _peppered(self, pin: Secret) -> bytes:
        return self._vault.hash_of_staff("pin", pin.reveal())

    def _argon(self, salt: bytes) -> Argon2id:
        return Argon2id(
            salt=salt,
            length=_HASH_LENGTH,
            iterations=_ITERATIONS,
            lanes=1,
            memory_cost=self._memory_kib,
        )
