"""Ciphers, signatures and password fields of N/crypto: keys never reach a script."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.execution import Execution
from emulator.scripts.governance import CERTIFICATE
from emulator.scripts.host_secrets import decode, encode

Args = dict[str, Any]
BLOCK = 16
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "SHA256": hashes.SHA256,
    "SHA384": hashes.SHA384,
    "SHA512": hashes.SHA512,
}


class Crypto:
    """
    Ciphers and signatures for scripts.

    Keys are API secrets: for ciphers the key itself in its encoding, for signatures a private key
    in PEM under the certificate's script id.
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    def encrypt(self, _: Execution, args: Args) -> dict[str, str]:
        """AES-CBC with a random initialization vector; {ciphertext, iv} in the output encoding and hexadecimal."""
        data = b"".join(decode(text, encoding) for text, encoding in args["chunks"])
        if args["padding"] == "PKCS5Padding":
            padder = padding.PKCS7(BLOCK * 8).padder()
            data = padder.update(data) + padder.finalize()
        elif len(data) % BLOCK:
            raise NetSuiteError("INVALID_INPUT_LENGTH", f"Without padding, {BLOCK} bytes a block.")
        iv = os.urandom(BLOCK)
        encryptor = Cipher(algorithms.AES(self._key(args)), modes.CBC(iv)).encryptor()
        out = encryptor.update(data) + encryptor.finalize()
        return {"ciphertext": encode(out, args["output"]), "iv": iv.hex()}

    def decrypt(self, _: Execution, args: Args) -> str:
        """The text that was encrypted."""
        data = b"".join(decode(text, encoding) for text, encoding in args["chunks"])
        try:
            mode = modes.CBC(decode(args["iv"], "HEX"))
            decryptor = Cipher(algorithms.AES(self._key(args)), mode).decryptor()
            out = decryptor.update(data) + decryptor.finalize()
            if args["padding"] == "PKCS5Padding":
                unpadder = padding.PKCS7(BLOCK * 8).unpadder()
                out = unpadder.update(out) + unpadder.finalize()
        except ValueError as error:
            raise NetSuiteError(
                "DECRYPT_ERROR", f"The text cannot be decrypted: {error}"
            ) from error
        return encode(out, args["output"])

    def sign(self, _: Execution, args: Args) -> str:
        """A signature over text chunks."""
        key, data, algorithm = self._private(args), _joined(args), _HASHES[args["algorithm"]]()
        if isinstance(key, rsa.RSAPrivateKey):
            signature = key.sign(data, PKCS1v15(), algorithm)
        else:
            signature = key.sign(data, ec.ECDSA(algorithm))
        return encode(signature, args["output"])

    def verify(self, _: Execution, args: Args) -> None:
        """INVALID_SIGNATURE unless the signature is the certificate's over these chunks."""
        key, data, algorithm = self._private(args), _joined(args), _HASHES[args["algorithm"]]()
        signature = decode(args["signature"], args["encoding"])
        try:
            if isinstance(key, rsa.RSAPrivateKey):
                key.public_key().verify(signature, data, PKCS1v15(), algorithm)
            else:
                key.public_key().verify(signature, data, ec.ECDSA(algorithm))
        except InvalidSignature as error:
            raise NetSuiteError("INVALID_SIGNATURE", "The signature does not fit.") from error

    def certificate(self, execution: Execution, args: Args) -> None:
        """Refuses a certificate that does not exist."""
        execution.charge(args["member"], CERTIFICATE)
        self._private(args)

    def _key(self, args: Args) -> bytes:
        key = decode(self._account.secret(args["secret"]), args["encoding"])
        if len(key) not in (16, 24, 32):
            raise NetSuiteError("INVALID_KEY_LENGTH", "AES keys have 128, 192 or 256 bits.")
        return key

    def _private(self, args: Args) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
        text = self._account.secret(args["certId"])
        try:
            key = serialization.load_pem_private_key(text.encode(), None)
        except ValueError as error:
            raise NetSuiteError("INVALID_CERTIFICATE", f"{args['certId']} is no key.") from error
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise NetSuiteError("INVALID_CERTIFICATE", f"{args['certId']} is no RSA or EC key.")
        return key


def _joined(args: Args) -> bytes:
    return b"".join(decode(text, encoding) for text, encoding in args["chunks"])
