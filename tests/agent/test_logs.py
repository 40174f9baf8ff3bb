"""What comes from outside can neither make a log line of its own nor command a terminal."""

from __future__ import annotations

import json
import subprocess
import sys

FORGED = "x\n2026-01-01 [error] forged\r\x1b[2J\u2028\u2029\u0085\x00 \ud800"
WRITE = """\
import logging, sys, structlog
from agent.logs import configure
configure(sys.argv[1], "info")
text = {text!r}
structlog.get_logger("agent.x").info("event_not_done", message=text, key=text)
logging.getLogger("library").warning("library says %s", text)
try:
    raise ValueError(text)
except ValueError:
    structlog.get_logger("agent.x").exception("lane_fault")
"""


def written(style: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WRITE.format(text=FORGED), style], capture_output=True, check=True
    )
    assert done.stdout == b""
    return done.stderr.decode()


def test_a_line_of_json_is_one_event_whatever_it_tells() -> None:
    lines = written("json").splitlines()  # as tools do that split at every kind of line end
    assert [json.loads(line)["event"] for line in lines] == [
        "event_not_done",
        "library",
        "lane_fault",
    ]
    assert json.loads(lines[0])["message"] == FORGED


def test_text_for_a_terminal_shows_what_would_command_it() -> None:
    text = written("text")
    assert "\x1b" not in text and "\x00" not in text and "\r" not in text
    # A traceback has lines of its own; none of them begins as an event does.
    starts = [line for line in text.splitlines() if line.startswith("20")]
    assert len(starts) == 3


def test_a_log_that_nobody_takes_any_more_stops_nothing() -> None:
    code = (
        "import sys, structlog; from agent.logs import configure; configure('json', 'info');"
        " sys.stderr.close(); structlog.get_logger().info('lost'); print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b"alive\n"
