"""
Encryption at rest: bodies are closed on their way into the store and opened on their way out (AES-256-GCM).

What is closed says so and names its key, so that a store may hold both, and bodies of several keys.
Ids, keys of records, states and error messages are not closed: the store looks for them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent.errors import ConfigError, Sealed

# No JSON begins like this.
MARK = b"\x00sealed1"
MARK_OF_TEXT = "sealed1:"
KEY_BYTES, NAME_BYTES, NONCE_BYTES = 32, 4, 12
# A changed secret counts after so long.
READ_SECONDS = 60.0


def new_key() -> str:
    """A key, as the secret holds it: 32 random bytes in base64."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


@dataclass(frozen=True, slots=True)
class _Key:
    name: bytes
    cipher: AESGCM


def _key(text: str) -> _Key:
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(
            f"store_key: the secret holds no key of {KEY_BYTES} bytes in base64;"
            " `suiteloom-agent store key` makes one"
        )
    return _Key(hashlib.sha256(b"suiteloom store key" + key).digest()[:NAME_BYTES], AESGCM(key))


class Seal:
    """
    Closes and opens.

    Args:
        read: the texts of the keys, the one that closes first; None: nothing is closed. A text may
            hold several keys, one a line.

    Raises ConfigError for what is no key, SecretMissing where there is none.
    """

    def __init__(self, read: Callable[[], Sequence[str]] | None = None) -> None:
        self._source = read
        self._keys = self._read()
        self._next = time.monotonic() + READ_SECONDS

    def close(self, plain: bytes) -> bytes:
        """What the store keeps for it."""
        if self._source is None:
            return plain
        if time.monotonic() > self._next:
            self._refresh()
        key = self._keys[0]
        nonce = os.urandom(NONCE_BYTES)
        return MARK + key.name + nonce + key.cipher.encrypt(nonce, plain, None)

    def open(self, kept: bytes) -> bytes:
        """What was kept. Raises Sealed where its key is not there."""
        if not kept.startswith(MARK):
            return kept
        start = len(MARK) + NAME_BYTES
        name, nonce = kept[len(MARK) : start], kept[start : start + NONCE_BYTES]
        cipher = self._cipher(name)
        try:
            return cipher.decrypt(nonce, kept[start + NONCE_BYTES :], None)
        except InvalidTag as error:
            raise Sealed("what the store keeps encrypted was changed or cut") from error

    def close_text(self, plain: str | None) -> str | None:
        """As `close`, for columns of text."""
        if plain is None or self._source is None:
            return plain
        return MARK_OF_TEXT + base64.b64encode(self.close(plain.encode())).decode()

    def open_text(self, kept: str | None) -> str | None:
        """As `open`, for columns of text."""
        if kept is None or not kept.startswith(MARK_OF_TEXT):
            return kept
        return self.open(base64.b64decode(kept.removeprefix(MARK_OF_TEXT))).decode()

    def _cipher(self, name: bytes) -> AESGCM:
        found = self._found(name)
        if found is None:
            self._refresh()
            found = self._found(name)
        if found is None:
            raise Sealed(
                f"what the store keeps was encrypted with key {name.hex()}, which"
                + (
                    " is not among those of the secret that store_key names"
                    if self._source
                    else " store_key in agent.toml must name"
                )
            )
        return found

    def _found(self, name: bytes) -> AESGCM | None:
        return next((key.cipher for key in self._keys if key.name == name), None)

    def _refresh(self) -> None:
        self._keys = self._read()
        self._next = time.monotonic() + READ_SECONDS

    def _read(self) -> list[_Key]:
        if self._source is None:
            return []
        keys = [_key(line) for text in self._source() for line in text.split()]
        if not keys:
            raise ConfigError("store_key: the secret is empty")
        return keys
