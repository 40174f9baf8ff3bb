"""
How the account words an error to its callers.

RESTlets and REST web services answer in different forms (help topic "RESTlet Status Codes and Error
Message Formats", section_4634920277; REST: section_156570709583).
"""

from __future__ import annotations

import json
from http import HTTPStatus
from xml.sax.saxutils import escape

from starlette.responses import JSONResponse, Response

from emulator.errors import EmulatorError, NetSuiteError


def restlet_error(
    error: NetSuiteError, content_type: str | None, headers: dict[str, str] | None = None
) -> Response:
    """An error in the form that the request's content type asks for: JSON, XML or text."""
    if content_type == "application/json":
        body = json.dumps({"error": {"code": error.code, "message": error.message}})
        return Response(body, error.status, headers, "application/json")
    if content_type == "application/xml":
        body = f"<error><code>{escape(error.code)}</code><message>{escape(error.message)}</message></error>"
        return Response(body, error.status, headers, "application/xml")
    body = f"error code: {error.code}\nerror message: {error.message}"
    return Response(body, error.status, headers, "text/plain")


def rest_error(
    error: NetSuiteError,
    *,
    parameter: str | None = None,
    header: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error of REST web services; `parameter` or `header` names what was wrong in the request."""
    detail = {"detail": error.message, "o:errorCode": error.code}
    if parameter:
        detail["o:errorQueryParam"] = parameter
    if header:
        detail["o:errorHeader"] = header
    body = {
        "type": f"https://www.rfc-editor.org/rfc/rfc9110.html#{_section(error.status)}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "o:errorDetails": [detail],
    }
    return JSONResponse(
        body, error.status, headers, "application/vnd.oracle.resource+json; type=error"
    )


def _section(status: int) -> str:
    """Where RFC 9110 describes a status, as NetSuite names it in `type`."""
    kind, number = divmod(status, 100)
    return f"section-15.{kind + 1}.{number + 1}"


def unexpected(error: Exception) -> NetSuiteError:
    """What a caller hears of a fault of the platform, here of the emulator; it is named, never hidden."""
    kind = str(error) if isinstance(error, EmulatorError) else f"{type(error).__name__}: {error}"
    return NetSuiteError("UNEXPECTED_ERROR", kind, status=500)
