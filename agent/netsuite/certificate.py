"""
The key and the certificate of OAuth 2.0 client credentials (M2M): made, and looked at.

NetSuite takes X.509 with RSA of 3072 or 4096 bits or EC on P-256, P-384 or P-521, and cuts the
validity to two years ("OAuth 2.0 Client Credentials Setup" in the NetSuite help, topic
subsect_162755332391).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from agent.errors import ConfigError
from agent.netsuite.auth import signing_key

ALGORITHMS = ("ec-256", "ec-384", "ec-521", "rsa-3072", "rsa-4096")
MOST_DAYS = 730
# NetSuite itself writes to administrators at two months, one month and 14 days.
WARN_DAYS = 30

_CURVES = {"256": ec.SECP256R1(), "384": ec.SECP384R1(), "521": ec.SECP521R1()}


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in a certificate: its subject, when it ends (epoch seconds), its key's algorithm."""

    subject: str
    begins: float
    ends: float
    algorithm: str


def make(name: str, algorithm: str, days: int, now: datetime) -> tuple[bytes, bytes]:
    """
    A new key (PKCS #8, PEM) and its self-signed certificate (PEM).

    Args:
        name: the certificate's common name.
        algorithm: one of ALGORITHMS.
        days: how long it is valid, at most MOST_DAYS.
        now: when it is made.
    """
    kind, _, size = algorithm.partition("-")
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if kind == "rsa":
        key = rsa.generate_private_key(public_exponent=65_537, key_size=int(size))
    else:
        key = ec.generate_private_key(_CURVES[size])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem, certificate.public_bytes(serialization.Encoding.PEM)


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, from the first byte with its mode. Raises ConfigError."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise ConfigError(f"{path} is there already; a key is never written over") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    with os.fdopen(number, "wb") as file:
        os.fchmod(number, mode)  # whatever the umask
        file.write(content)
        file.flush()
        os.fsync(number)


def look(path: Path) -> tuple[x509.Certificate, Facts]:
    """A certificate of a file. Raises ConfigError."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"{path}: no certificate in PEM form") from error
    return certificate, Facts(
        certificate.subject.rfc4514_string(),
        certificate.not_valid_before_utc.timestamp(),
        certificate.not_valid_after_utc.timestamp(),
        algorithm_of(certificate.public_key()),
    )


def algorithm_of(key: object) -> str:
    """`ec-256`, `rsa-4096`; for keys that NetSuite does not take, what they are."""
    if isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey):
        return f"rsa-{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return f"ec-{key.curve.key_size}"
    return type(key).__name__


def faults(key_pem: str, certificate: x509.Certificate | None) -> list[str]:
    """What is wrong with a key, and with a certificate for it; a sentence each. Raises ConfigError."""
    key, _ = signing_key(key_pem)
    found = []
    if algorithm_of(key) not in ALGORITHMS:
        allowed = ", ".join(ALGORITHMS)
        found.append(f"the key is {algorithm_of(key)}; NetSuite takes {allowed}")
    if certificate is None:
        return found
    if key.public_key() != certificate.public_key():
        found.append("the key and the certificate do not belong together")
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    if life > timedelta(days=MOST_DAYS + 1):
        found.append(
            f"the certificate is valid for {life.days} days; NetSuite cuts it to two years"
        )
    return found


def moment(seconds: float) -> str:
    """A day for people."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
