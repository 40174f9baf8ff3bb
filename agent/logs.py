"""Structured logs on stderr, without secrets: one JSON object a line, or text for a terminal."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

from agent.redaction import redacted

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure(style: str, level: str) -> None:
    """
    Set up logging for the process.

    Args:
        style: `json` or `text`.
        level: `debug`, `info`, `warning` or `error`.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if style == "json":
        last: list[Any] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    structlog.configure(
        processors=[*shared, *last, _hide],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Patient(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard module: their warnings and errors go the same way.
    root = logging.getLogger()
    root.handlers[:] = [_Bridge()]
    root.setLevel(logging.WARNING)
    sys.excepthook = _end


def _hide(_logger: Any, _name: str, line: Any) -> Any:
    """Nothing that is a secret leaves: the whole line is looked through, tracebacks and all."""
    return redacted(line)


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the process is said like everything else."""
    sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, trace))))


class _Patient(io.TextIOBase):
    """A stream whose disk may be full: a line is lost then, and the work that it tells of goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


class _Bridge(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        log.log(
            record.levelno,
            "library",
            message=record.getMessage(),
            exc_info=record.exc_info or None,
        )
