"""
Errors of the agent, grouped by what the caller does next.

    AgentError
    ├── UserError                a person must change something: printed without a traceback, exit code 2
    │   ├── ConfigError          agent.toml is wrong; every fault in one message
    │   ├── BundleError          flows.json is missing, broken or newer than this agent
    │   ├── SecretMissing        a secret that is needed has no value
    │   ├── Sealed               what is kept was encrypted with a key that is not there
    │   └── StoreBusy            another agent holds the store, it belongs to a newer agent, or its disk is full
    ├── Refused                  a call from outside is answered with `status` and `code`
    │   ├── SignatureError       401: not signed, or signed with another secret
    │   └── TooOld               401: the signed time is outside the tolerance
    ├── CallError                a call to the account did not give an answer that can be used
    │   ├── NotSent              nothing reached the account: send again
    │   ├── Throttled            the account has no free slot: wait, lower the budget, send again
    │   ├── Unauthorized         the credentials were refused: the lane stops with an alert
    │   ├── Denied               permission or configuration: the lane stops with an alert
    │   ├── Unknown              cut after sending: the account may or may not have done it
    │   └── BadAnswer            the account answered something that is not the protocol
    └── DeliveryError            an event did not reach its target
        ├── TargetRefused        the target said no (4xx): held for a person
        └── TargetUnavailable    no answer, 5xx, 408, 425 or 429: try again later
"""

from __future__ import annotations

from agent.redaction import redacted


class AgentError(Exception):
    """Base of the tree."""


class UserError(AgentError):
    """A person must change something; the message says what."""


class ConfigError(UserError):
    """agent.toml is wrong."""


class BundleError(UserError):
    """flows.json is missing, broken or newer than this agent."""


class SecretMissing(UserError):
    """A secret has no value anywhere; the message names it and the places that were looked at."""


class StoreBusy(UserError):
    """Another agent holds the store, a newer agent has written it, or it cannot be written now."""


class Sealed(UserError):
    """What is kept was encrypted with a key that is not there; the message names the key, not what it is."""


def newer(version: int, known: int) -> StoreBusy:
    """A store whose schema this agent does not know."""
    return StoreBusy(
        f"the store was written by a newer agent (store version {version}, this one knows {known}): run that one,"
        f" or bring the store back with it: suiteloom-agent store migrate --to {known}"
    )


class Refused(AgentError):
    """
    A call from outside that is refused.

    Args:
        code: a stable word for machines, for example `not_json`.
        message: one sentence for the sender; never holds secrets or parts of the body.
        status: HTTP status of the answer.
        retry_after: seconds for the Retry-After header, where the sender may try again.
    """

    def __init__(
        self, code: str, message: str, *, status: int, retry_after: int | None = None
    ) -> None:
        message = redacted(message)
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after


class SignatureError(Refused):
    """The call is not signed, or not with a secret that we know."""

    def __init__(self, message: str = "the signature does not match") -> None:
        super().__init__("bad_signature", message, status=401)


class TooOld(Refused):
    """The signed timestamp is outside the tolerance, in the past or in the future."""

    def __init__(self, message: str = "the timestamp is outside the tolerance") -> None:
        super().__init__("too_old", message, status=401)


class CallError(AgentError):
    """
    A call to the account that gave no usable answer.

    Args:
        code: NetSuite's own code where it sent one (SSS_REQUEST_LIMIT_EXCEEDED), else ours.
        message: for people.
        status: HTTP status where there was an answer.
        retry_after: seconds the account asked to wait.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        message = redacted(message)  # the other side may have echoed what it was given
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after


class NotSent(CallError):
    """Nothing reached the account: no connection, or refused before the script ran."""


class Throttled(CallError):
    """The account's concurrency limit was reached (SSS_REQUEST_LIMIT_EXCEEDED, 429)."""


class Unauthorized(CallError):
    """The credentials were refused (401, INVALID_LOGIN, token endpoint invalid_client)."""


class Denied(CallError):
    """403, no permission, script not found or not released, wrong content type: sending again cannot help."""


class Unknown(CallError):
    """The request was sent and the answer is missing or a 5xx or an ended script: the outcome is unknown."""


class BadAnswer(CallError):
    """The account answered 2xx with something that is not the protocol."""


class DeliveryError(AgentError):
    """
    An event that did not reach its target.

    Args:
        code: `http_404`, `timeout`, `connect`, ...
        message: for people; at most the first 200 characters of the target's answer.
        status: HTTP status where there was an answer.
        retry_after: seconds the target asked to wait.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        message = redacted(message)  # the other side may have echoed what it was given
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.retry_after = retry_after


class TargetRefused(DeliveryError):
    """The target said no for good (4xx but 408, 425 and 429): a person must look."""


class TargetUnavailable(DeliveryError):
    """The target cannot take it now: no connection, time-out, 5xx, 408, 425, 429."""
