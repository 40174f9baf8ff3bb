"""API secrets in N/crypto and N/https: their text never reaches a script."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Any

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.execution import Execution

Args = dict[str, Any]
PLACEHOLDER = re.compile(r"\{(custsecret\w*)\}")
HASHES = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}


def decode(text: str, encoding: str) -> bytes:
    """Text of N/encode's encodings to bytes. INVALID_ENCODED_TEXT where it is none."""
    try:
        if encoding == "BASE_64":
            return base64.b64decode(text, validate=True)
        if encoding == "BASE_64_URL_SAFE":
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if encoding in ("HEX", "BASE_16"):
            return bytes.fromhex(text)
        if encoding == "BASE_32":
            return base64.b32decode(text.upper())
    except (binascii.Error, ValueError) as error:
        raise NetSuiteError("INVALID_ENCODED_TEXT", f"The text is not {encoding}.") from error
    return text.encode()


def encode(data: bytes, encoding: str) -> str:
    """Bytes to text; hexadecimal digits are lower case."""
    if encoding == "BASE_64":
        return base64.b64encode(data).decode()
    if encoding == "BASE_64_URL_SAFE":
        return base64.urlsafe_b64encode(data).decode().rstrip("=")
    if encoding in ("HEX", "BASE_16"):
        return data.hex()
    if encoding == "BASE_32":
        return base64.b32encode(data).decode()
    return data.decode("utf-8", "replace")


class Secrets:
    """Keys by the script id of an API secret, read as their encoding says."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def key(self, _: Execution, args: Args) -> None:
        """Refuses a secret that does not exist."""
        self._account.secret(args["secret"])

    def hmac(self, _: Execution, args: Args) -> str:
        """An HMAC over text chunks, each in its encoding."""
        key = decode(self._account.secret(args["secret"]), args["encoding"])
        mac = hmac.new(key, digestmod=HASHES[args["algorithm"]])
        for text, encoding in args["chunks"]:
            mac.update(decode(text, encoding))
        return encode(mac.digest(), args["output"])

    def resolve(self, part: Any) -> str:
        """A part of a request: text, or the steps of an https.SecureString."""
        return part if isinstance(part, str) else self._secure(part["steps"])

    def _secure(self, steps: Sequence[Args]) -> str:
        text = ""
        for step in steps:
            what = step["do"]
            if what == "append":
                text += self._filled(encode(decode(step["input"], step["encoding"]), "UTF_8"))
            elif what == "appendSecure":
                text += self._secure(step["steps"])
            elif what == "convert":
                text = encode(decode(text, step["from"]), step["to"])
            elif what == "hash":
                digest = hashlib.new(HASHES[step["algorithm"]], decode(text, step["from"]))
                text = encode(digest.digest(), step["to"])
            elif what == "hmac":
                key = decode(self._account.secret(step["secret"]), step["encoding"])
                mac = hmac.new(key, decode(text, step["from"]), HASHES[step["algorithm"]])
                text = encode(mac.digest(), step["to"])
            elif what == "replace":
                text = text.replace(step["pattern"], step["replacement"])
        return text

    def _filled(self, text: str) -> str:
        return PLACEHOLDER.sub(lambda found: self._account.secret(found[1]), text)
