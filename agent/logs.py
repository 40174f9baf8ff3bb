"""Structured logs on stderr, without secrets: one JSON object a line, or text for a terminal."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog

from agent.redaction import redacted

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
# What ends a line for some reader, or commands a terminal, and halves of characters.
_CONTROLS = {
    code: f"\\u{code:04x}"
    for code in (*range(32), *range(127, 160), 0x2028, 0x2029, *range(0xD800, 0xE000))
}


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
    shared.append(structlog.processors.format_exc_info)
    last: list[Any]
    if style == "json":
        last = [structlog.processors.JSONRenderer(ensure_ascii=False), _one_line]
    else:
        plain = structlog.dev.plain_traceback
        last = [
            _shown,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain),
        ]
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


def _one_line(_logger: Any, _name: str, line: str) -> str:
    """JSON escapes line feeds; other readers know more kinds of line ends."""
    return line.translate(_CONTROLS)


def _shown(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What comes from outside begins no line and commands no terminal; a traceback is set in."""
    for name, value in event.items():
        if name == "exception":
            lines = str(value).split("\n")
            event[name] = "\n".join("    " + line.translate(_CONTROLS) for line in lines)
        elif isinstance(value, str):
            event[name] = value.translate(_CONTROLS)
    return event


def _hide(_logger: Any, _name: str, line: Any) -> Any:
    """Nothing that is a secret leaves: the whole line is looked through, tracebacks and all."""
    return redacted(line)


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the process is said like everything else."""
    sys.stderr.write(redacted("".join(traceback.format_exception(kind, error, trace))))


class _Patient(io.TextIOBase):
    """A stream that may be full or closed: a line is lost then, and the work that it tells of goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
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
