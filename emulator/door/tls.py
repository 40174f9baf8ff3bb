"""
HTTPS for an emulator: a certificate authority of its own, and a server certificate for every account.

The authority signs one certificate and its key is thrown away, so that trusting it opens nothing
else.
"""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.private import write_private

# Every account's host names lie directly below these (emulator/door/hosts.py), a clone's too.
_NAMES = (
    "localhost",
    "*.restlets.api.netsuite.com",
    "*.suitetalk.api.netsuite.com",
    "*.app.netsuite.com",
    "*.extforms.netsuite.com",
)
_ADDRESSES = ("127.0.0.1", "::1")
_VALID = timedelta(days=397)
_LEFT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Tls:
    """A server certificate that is ready to use, and the authority that its callers have to trust."""

    ca_file: Path
    context: ssl.SSLContext


def tls(folder: Path) -> Tls:
    """The certificates that lie in a folder; new ones where there are none, or where they end soon."""
    ca_file, server_file = folder / "ca.pem", folder / "server.pem"
    if not _good(ca_file) or not _good(server_file):
        folder.mkdir(parents=True, exist_ok=True)
        authority, server = _made()
        write_private(server_file, server)
        write_private(ca_file, authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_file)
    return Tls(ca_file, context)


def _good(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        return False
    return certificate.not_valid_after_utc > datetime.now(UTC) + _LEFT


def _made() -> tuple[bytes, bytes]:
    """The authority's certificate; the server's with its key. PEM."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("Suiteloom local account authority")
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in _NAMES]
    names += [x509.IPAddress(ipaddress.ip_address(text)) for text in _ADDRESSES]
    server = (
        _builder(_name("Suiteloom local account"), authority_name, key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    return authority.public_bytes(pem), server.public_bytes(pem) + private


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
