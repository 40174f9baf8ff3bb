"""N/crypto, N/crypto/certificate and N/compress: what others can read."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import zipfile
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lab import Lab

KEY = b"0123456789abcdef0123456789abcdef"


@pytest.mark.shows(
    "N/crypto.createCipher",
    "N/crypto.createDecipher",
    "N/crypto.Cipher.update",
    "N/crypto.Cipher.final",
    "N/crypto.Decipher.update",
    "N/crypto.Decipher.final",
    "N/crypto.createSecretKey",
    "N/crypto.Padding",
    "N/crypto.EncryptionAlg",
)
@pytest.mark.rule("crypto.ciphers")
def test_what_a_cipher_makes_others_can_read(lab: Lab) -> None:
    lab.account.set_secret("custsecret_aes", KEY.hex())
    code = """
      const key = crypto.createSecretKey({ secret: 'custsecret_aes', encoding: encode.Encoding.HEX });
      const cipher = crypto.createCipher({ algorithm: crypto.EncryptionAlg.AES, key });
      cipher.update({ input: 'Grüße' }); cipher.update({ input: ' an alle' });
      const { ciphertext, iv } = cipher.final({ outputEncoding: encode.Encoding.BASE_64 });
      const decipher = crypto.createDecipher({ algorithm: 'AES', key, iv });
      decipher.update({ input: ciphertext, inputEncoding: encode.Encoding.BASE_64 });
      let wrong; try { const other = crypto.createCipher({ algorithm: 'AES', key, padding: crypto.Padding.NoPadding });
        other.update({ input: 'x' }); other.final(); } catch (error) { wrong = error.name; }
      return [ciphertext, iv, decipher.final({ outputEncoding: encode.Encoding.UTF_8 }), wrong];"""
    ciphertext, iv, text, wrong = lab.run(code)
    decryptor = Cipher(algorithms.AES(KEY), modes.CBC(bytes.fromhex(iv))).decryptor()
    plain = decryptor.update(base64.b64decode(ciphertext)) + decryptor.finalize()
    assert plain[: -plain[-1]].decode() == text == "Grüße an alle"
    assert wrong == "INVALID_INPUT_LENGTH"


@pytest.mark.shows(
    "N/crypto/certificate.createSigner",
    "N/crypto/certificate.createVerifier",
    "N/crypto/certificate.Signer.update",
    "N/crypto/certificate.Signer.sign",
    "N/crypto/certificate.Verifier.update",
    "N/crypto/certificate.Verifier.verify",
)
@pytest.mark.rule("crypto.signatures")
@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_signatures_are_what_others_verify(lab: Lab, kind: str) -> None:
    key: Any = (
        rsa.generate_private_key(65537, 2048)
        if kind == "rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    lab.account.set_secret(f"custcertificate_{kind}", pem.decode())
    code = """
      const facts = { certId: input, algorithm: certificate.HashAlg.SHA256 };
      const signer = certificate.createSigner(facts); signer.update({ input: 'header.' }); signer.update('payload' && { input: 'payload' });
      const signature = signer.sign({ outputEncoding: encode.Encoding.BASE_64_URL_SAFE });
      const verify = (text) => { const verifier = certificate.createVerifier(facts); verifier.update({ input: text });
        try { verifier.verify({ signature, signatureEncoding: encode.Encoding.BASE_64_URL_SAFE }); return 'good'; } catch (error) { return error.name; } };
      return [signature, verify('header.payload'), verify('other')];"""
    signature, good, bad = lab.run(code, f"custcertificate_{kind}")
    data = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    if kind == "rsa":
        key.public_key().verify(data, b"header.payload", padding.PKCS1v15(), hashes.SHA256())
    else:
        key.public_key().verify(data, b"header.payload", ec.ECDSA(hashes.SHA256()))
    assert (good, bad) == ("good", "INVALID_SIGNATURE")


@pytest.mark.shows(
    "N/compress.gzip",
    "N/compress.gunzip",
    "N/compress.createArchiver",
    "N/compress.Archiver.add",
    "N/compress.Archiver.archive",
    "N/compress.Type",
)
@pytest.mark.rule("compress.archives")
def test_archives_are_what_others_open(lab: Lab) -> None:
    code = """
      const one = file.create({ name: 'a.txt', fileType: 'PLAINTEXT', contents: 'é one' });
      const two = file.create({ name: 'b.png', fileType: 'PNGIMAGE', contents: 'iVBORw==' });
      const archiver = compress.createArchiver(); archiver.add({ file: one }); archiver.add({ file: two, directory: 'pictures/' });
      const name = (act) => { try { act(); return null; } catch (error) { return error.name; } };
      const packed = compress.gzip({ file: one, level: 9 });
      return [archiver.archive({ name: 'all.zip' }).getContents(), archiver.archive({ name: 'all', type: compress.Type.TGZ }).getContents(),
        packed.getContents(), packed.name, compress.gunzip({ file: packed }).getContents(),
        [name(() => archiver.add({ file: one })), name(() => archiver.archive({ name: 'all.rar' })), name(() => archiver.archive({ name: 'x', type: 'CPIO' })),
         name(() => compress.gzip({ file: one, level: 10 })), name(() => compress.gunzip({ file: one }))]];"""
    zipped, tarred, packed, name, text, errors = lab.run(code)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(zipped))) as archive:
        assert archive.read("a.txt").decode() == "é one"
        assert archive.read("pictures/b.png") == b"\x89PNG"
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(tarred)), mode="r:gz") as tar:
        assert tar.getnames() == ["a.txt", "pictures/b.png"]
    assert gzip.decompress(base64.b64decode(packed)).decode() == text == "é one"
    assert name == "a.txt.gz"
    assert errors == [
        "COMPRESS_API_DUPLICATE_PATH", "COMPRESS_API_UNRECOGNIZED_ARCHIVE_FILE_EXTENSION", "COMPRESS_API_UNSUPPORTED_ARCHIVE_TYPE",
        "COMPRESS_API_COMPRESSION_LEVEL_OUT_OF_RANGE", "COMPRESS_API_DECOMPRESS_ERROR",
    ]  # fmt: skip
