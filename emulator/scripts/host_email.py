"""
N/email: into the account's outbox and, where a server is named, over SMTP.

Limits and permission of help topics section_4358681681 (send) and section_4358667505 (sendBulk).
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import formataddr
from typing import Any

from emulator.account import filetypes
from emulator.errors import NetSuiteError
from emulator.ports import Account
from emulator.scripts.execution import Execution
from emulator.scripts.governance import EMAIL, EMAIL_BULK

Args = dict[str, Any]
MAX_RECIPIENTS = 10
MAX_ATTACHMENT = 10 * 1024 * 1024
MAX_MESSAGE = 15 * 1024 * 1024
SMTP_SECONDS = 30.0
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_TAG = re.compile(r"<[a-zA-Z!/][^<>]*>")
_WRONG = {"recipients": "TO", "cc": "CC", "bcc": "BCC"}


class Mail:
    """
    E-mail of scripts.

    `smtp` is HOST:PORT of a server that takes mail without login; None keeps it in the account.
    """

    def __init__(self, account: Account, smtp: str | None) -> None:
        self._account = account
        self.smtp = smtp

    def send(self, execution: Execution, args: Args) -> None:
        """email.send and email.sendBulk; `bulk` says which."""
        bulk = bool(args["bulk"])
        member = "email.sendBulk" if bulk else "email.send"
        execution.charge(member, EMAIL_BULK if bulk else EMAIL)
        author = self._author(execution, int(args["author"]))
        to = {kind: self._addresses(kind, args[kind]) for kind in _WRONG}
        count = sum(map(len, to.values()))
        if count > MAX_RECIPIENTS and not bulk:
            raise NetSuiteError(
                "SSS_MAX_RECIPIENTS_EXCEEDED",
                f"{count} recipients: at most {MAX_RECIPIENTS} (recipients, cc and bcc) are allowed.",
            )
        attachments = [_attachment(given) for given in args["attachments"]]
        related = self._related(execution, args["relatedRecords"])
        html = _TAG.search(args["body"]) is not None
        _check_size(args["body"], attachments)
        message = {
            "author": int(args["author"]),
            "from": author,
            **to,
            "replyTo": args["replyTo"],
            "subject": args["subject"],
            "body": args["body"],
            "html": html,
            "attachments": [
                {"name": name, "type": type_, "size": len(data), "base64": encoded}
                for name, type_, data, encoded in attachments
            ],
            "relatedRecords": related,
            "isInternalOnly": args["isInternalOnly"],
            "bulk": bulk,
            "script": execution.script.scriptid,
        }
        if self.smtp is not None:
            self._deliver(message, attachments)
        self._account.outbox.keep(message)

    def _author(self, execution: Execution, author: int) -> str:
        session = execution.session
        found = self._account.outbox.entity(author)
        if found is None or found["type"] != "employee":
            raise NetSuiteError(
                "SSS_AUTHOR_MUST_BE_EMPLOYEE",
                f"The author internal id or email must match an employee: {author}.",
            )
        vicarious = session.role == "ADMINISTRATOR" or self._account.allows(
            session, "ADMI_VICARIOUS_EMAILS", "VIEW"
        )
        if author != session.user and not vicarious:
            raise NetSuiteError(
                "INSUFFICIENT_PERMISSION",
                "Permission Violation: You need the ADMI_VICARIOUS_EMAILS permission to send"
                " e-mail on another user's behalf.",
            )
        return formataddr((found["name"], found["email"] or "")) if found["email"] else ""

    def _addresses(self, kind: str, given: Sequence[Any]) -> list[str]:
        """Addresses of recipients given as internal ids and addresses."""
        found = []
        for one in given:
            text = str(one).strip()
            if text.lstrip("-").isdigit():
                entity = self._account.outbox.entity(int(text))
                text = (entity or {}).get("email") or ""
            if not _ADDRESS.fullmatch(text):
                raise NetSuiteError(
                    f"SSS_INVALID_{_WRONG[kind]}_EMAIL",
                    f"One or more {kind} are no e-mail address and no entity that has one: {one}.",
                )
            found.append(text)
        return found

    def _related(self, execution: Execution, given: Mapping[str, Any]) -> dict[str, Any]:
        """Records that the message is attached to; they have to exist."""
        kinds = {"transactionId": "transaction", "entityId": "entity"}
        with self._account.database() as database:
            for name, space in kinds.items():
                if given.get(name) is None:
                    continue
                row = database.execute(
                    "SELECT 1 FROM record WHERE space = ? AND id = ?", (space, int(given[name]))
                ).fetchone()
                if row is None:
                    raise NetSuiteError(
                        "RCRD_DSNT_EXIST", f"That record does not exist: {name} {given[name]}."
                    )
        custom = given.get("customRecord")
        if custom:
            self._account.load(execution.session, custom["recordType"], int(custom["id"]))
        return dict(given)

    def _deliver(self, message: Mapping[str, Any], attachments: Sequence[Any]) -> None:
        assert self.smtp is not None
        host, _, port = self.smtp.rpartition(":")
        mail = EmailMessage()
        mail["From"] = message["from"] or "netsuite@localhost"
        mail["To"] = ", ".join(message["recipients"])
        if message["cc"]:
            mail["Cc"] = ", ".join(message["cc"])
        if message["replyTo"]:
            mail["Reply-To"] = message["replyTo"]
        mail["Subject"] = message["subject"].replace("\n", " ").replace("\r", "")
        mail.set_content(message["body"], subtype="html" if message["html"] else "plain")
        for name, type_, data, _ in attachments:
            main, _, sub = filetypes.MIME.get(type_, "application/octet-stream").partition("/")
            mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
        everybody = [*message["recipients"], *message["cc"], *message["bcc"]]
        try:
            with smtplib.SMTP(host, int(port), timeout=SMTP_SECONDS) as server:
                server.send_message(mail, to_addrs=everybody)
        except (OSError, smtplib.SMTPException) as error:
            raise NetSuiteError(
                "UNEXPECTED_ERROR", f"The mail server {self.smtp} did not take the message: {error}"
            ) from error


def _attachment(given: Mapping[str, Any]) -> tuple[str, str, bytes, str]:
    data = filetypes.to_bytes(given["type"], given["encoding"], given["text"])
    if len(data) > MAX_ATTACHMENT:
        raise NetSuiteError(
            "SSS_FILE_CONTENT_SIZE_EXCEEDED",
            f"The attachment {given['name']} is larger than 10 MB.",
        )
    return given["name"], given["type"], data, filetypes.to_text("PDF", None, data)


def _check_size(body: str, attachments: Sequence[tuple[str, str, bytes, str]]) -> None:
    if len(body.encode()) + sum(len(data) for _, _, data, _ in attachments) > MAX_MESSAGE:
        raise NetSuiteError(
            "SSS_FILE_CONTENT_SIZE_EXCEEDED", "The message with its attachments is over 15 MB."
        )
