"""
What an administrator hands out with an account: tokens, a certificate, API secrets, the ready file.

An account that is kept goes on with what it handed out before, so that its callers can go on too.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emulator.account.roles import ADMINISTRATOR
from emulator.account.starter import ADMIN_USER, INTEGRATION_USER
from emulator.door.credentials import Certificate, Credentials, Holder, new_token
from emulator.private import write_private
from emulator.project import SdfProject, SecretNeed


def hand_out(credentials: Credentials, project: SdfProject, folder: Path) -> dict[str, str]:
    """
    The credentials of SETUP.md: tokens and a certificate for the integration role, an admin token.

    Those that the account keeps, or new ones where it has none for the project's role.
    """
    role = project.role or ADMINISTRATOR
    handed = dict(credentials.handed)
    if handed.get("role") != role:
        handed = {"role": role, **_made(credentials, Holder(INTEGRATION_USER, role))}
        credentials.hand(handed)
    key_file = folder / "private_key.pem"
    write_private(key_file, handed.pop("private_key").encode())
    del handed["role"]
    return {**handed, "private_key_file": str(key_file)}


def _made(credentials: Credentials, integration: Holder) -> dict[str, str]:
    token = new_token(integration)
    consumer = (token.consumer_key, token.consumer_secret)
    admin = new_token(Holder(ADMIN_USER, ADMINISTRATOR), consumer)
    credentials.add_token(token)
    credentials.add_token(admin)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = Certificate(
        secrets.token_urlsafe(24), token.consumer_key, key.public_key(), integration
    )
    credentials.add_certificate(certificate)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "consumer_key": token.consumer_key,
        "consumer_secret": token.consumer_secret,
        "token_id": token.id,
        "token_secret": token.secret,
        "admin_token_id": admin.id,
        "admin_token_secret": admin.secret,
        "client_id": certificate.client_id,
        "certificate_id": certificate.id,
        "private_key": private.decode(),
    }


def secrets_for(
    needs: tuple[SecretNeed, ...],
    folder: Path,
    environ: Mapping[str, str],
    known: Callable[[str], str | None] = lambda _scriptid: None,
) -> dict[str, str]:
    """
    The account's API secrets by script id.

    A secret that the environment does not give is the one that the account has (`known`), else that
    of `folder`/NAME, else made up. What the environment does not give lies in `folder`/NAME, where
    the agent finds it.
    """
    found: dict[str, str] = {}
    for need in needs:
        text = environ.get(f"SUITELOOM_SECRET_{need.name.upper()}")
        if text is not None and need.form == "base64":
            text = text.removeprefix("whsec_")  # in an account the text is entered without it
        if text is None:
            path = folder / need.name
            kept = None if need.scriptid is None else known(need.scriptid)
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_private(path, (kept or _made_up(need)).encode())
            text = kept or path.read_text(encoding="utf-8").strip()
        if need.scriptid is not None:
            found[need.scriptid] = text
    return found


def _made_up(need: SecretNeed) -> str:
    if need.form == "base64":
        return base64.b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(32)


def write_ready(path: Path | None, ready: Mapping[str, Any]) -> None:
    """Write the ready file in one step, readable by its owner only: it holds credentials."""
    if path is None:
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write_private(draft, json.dumps(ready, indent=1).encode())
    draft.replace(path)
