"""N/email: what is sent, to whom, and what is refused."""

from __future__ import annotations

import base64
import dataclasses
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from lab import ADMIN, HttpLab, Lab

SEND = "email.send(input); return 'sent';"
MAIL = {"author": 6, "recipients": "a@example.com", "subject": "Hello", "body": "Text"}


def last(lab: Lab) -> dict[str, Any]:
    return lab.account.outbox.messages()[-1]


@pytest.mark.shows("N/email.send")
@pytest.mark.rule("email.outbox", "email.recipients", "email.html")
def test_a_message_lies_in_the_outbox_as_it_was_sent(lab: Lab) -> None:
    (customer,) = lab.account.seed(
        [{"type": "customer", "fields": {"companyname": "Mail & Co", "subsidiary": "1", "email": "c@example.com"}}]
    )  # fmt: skip
    code = """
      const csv = file.create({ name: 'r.csv', fileType: 'CSV', contents: 'é;1' });
      const png = file.create({ name: 'p.png', fileType: 'PNGIMAGE', contents: 'iVBORw==' });
      email.send({ author: 6, recipients: [input, 'x@example.com'], cc: 'y@example.com; z@example.com', bcc: ['b@example.com'],
        replyTo: 'r@example.com', subject: 'Report', body: '<b>Here</b>', attachments: [csv, png],
        relatedRecords: { entityId: input } });
      return [runtime.getCurrentScript().getRemainingUsage()];"""
    assert lab.run(code, customer) == [4980]
    found = last(lab)
    assert found["from"] == "Administrator <administrator@example.com>"
    assert found["recipients"] == ["c@example.com", "x@example.com"]
    assert (found["cc"], found["bcc"]) == (["y@example.com", "z@example.com"], ["b@example.com"])
    assert (found["subject"], found["body"], found["html"]) == ("Report", "<b>Here</b>", True)
    assert [(one["name"], base64.b64decode(one["base64"])) for one in found["attachments"]] == [
        ("r.csv", "é;1".encode()),
        ("p.png", b"\x89PNG"),
    ]
    assert (found["replyTo"], found["relatedRecords"]) == ("r@example.com", {"entityId": customer})
    if isinstance(lab, HttpLab):
        assert lab.control.email()[-1] == found


@pytest.mark.shows("N/email.send")
@pytest.mark.rule("email.author", "email.recipients", "email.limits")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"author": None}, "SSS_MISSING_REQD_ARGUMENT"),
        ({"subject": ""}, "SSS_MISSING_REQD_ARGUMENT"),
        ({"author": "somebody"}, "WRONG_PARAMETER_TYPE"),
        ({"attachments": ["r.csv"]}, "WRONG_PARAMETER_TYPE"),
        ({"author": 1001}, "SSS_AUTHOR_MUST_BE_EMPLOYEE"),
        ({"author": 987654}, "SSS_AUTHOR_MUST_BE_EMPLOYEE"),
        ({"recipients": "nowhere"}, "SSS_INVALID_TO_EMAIL"),
        ({"recipients": 987654}, "SSS_INVALID_TO_EMAIL"),
        ({"cc": ["a@b"]}, "SSS_INVALID_CC_EMAIL"),
        ({"bcc": ["@example.com"]}, "SSS_INVALID_BCC_EMAIL"),
        ({"cc": [f"{n}@example.com" for n in range(10)]}, "SSS_MAX_RECIPIENTS_EXCEEDED"),
        ({"relatedRecords": {"transactionId": 987654}}, "RCRD_DSNT_EXIST"),
    ],
)
def test_what_cannot_be_sent(lab: Lab, change: dict[str, Any], code: str) -> None:
    before = len(lab.account.outbox.messages())
    with lab.refused(code):
        lab.run(SEND, {**MAIL, **change})
    assert len(lab.account.outbox.messages()) == before


@pytest.mark.shows("N/email.sendBulk")
@pytest.mark.rule("email.limits")
def test_bulk_mail_goes_to_many(lab: Lab) -> None:
    code = "email.sendBulk(input); return [runtime.getCurrentScript().getRemainingUsage()];"
    many = [f"{n}@example.com" for n in range(40)]
    assert lab.run(code, {**MAIL, "recipients": many}) == [4990]
    assert (last(lab)["recipients"], last(lab)["bulk"]) == (many, True)


@pytest.mark.shows("N/email.send")
@pytest.mark.rule("email.author")
def test_only_who_may_sends_for_others(lab: Lab) -> None:
    lab.role("customrole_lab_mailer", {"ADMI_LOGIN_OAUTH": "FULL"})
    session = dataclasses.replace(ADMIN, user=8, role="customrole_lab_mailer", context="RESTLET")
    with lab.refused("INSUFFICIENT_PERMISSION", "VICARIOUS"):
        lab.run(SEND, MAIL, session=session)
    assert lab.run(SEND, {**MAIL, "author": 8}, session=session) == "sent"
    lab.role("customrole_lab_mailer", {"ADMI_LOGIN_OAUTH": "FULL", "ADMI_VICARIOUS_EMAILS": "FULL"})
    assert lab.run(SEND, MAIL, session=session) == "sent"


class Kept(Message):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)


@pytest.fixture
def server() -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Kept(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.mark.shows("N/email.send")
@pytest.mark.rule("email.outbox", "email.html")
def test_a_mail_server_gets_the_message(lab: Lab, server: Controller) -> None:
    lab.engine.mail.smtp = f"127.0.0.1:{server.port}"
    try:
        code = """email.send({ author: 6, recipients: 'a@example.com', bcc: 'b@example.com', subject: 'Grüße', body: 'plain ä',
          attachments: [file.create({ name: 'r.csv', fileType: 'CSV', contents: 'é;1' })] }); return 'sent';"""
        assert lab.run(code) == "sent"
    finally:
        lab.engine.mail.smtp = None
    (message,) = server.handler.messages
    assert message["X-RcptTo"] == "a@example.com, b@example.com"
    assert message["Bcc"] is None
    text, attached = message.get_payload()
    assert text.get_payload(decode=True).decode().strip() == "plain ä"
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("r.csv", "é;1".encode())


@pytest.mark.shows("N/email.send")
def test_a_mail_server_that_is_not_there_is_an_error(lab: Lab) -> None:
    lab.engine.mail.smtp = "127.0.0.1:9"
    try:
        with lab.refused("UNEXPECTED_ERROR", "127.0.0.1:9"):
            lab.run(SEND, MAIL)
    finally:
        lab.engine.mail.smtp = None
