"""
`via.poll`: two queries that the account runs for the agent.

`changed` gives keys, `rows` all rows of some keys, so that one message always holds a whole key. A
watermark narrows `changed` only where its column is proven to move with every change; everything
else is compared by a hash per key, which the agent keeps.
"""

from __future__ import annotations

import re

from generator.catalog import Field
from generator.compile.context import FlowContext, Place
from generator.compile.queries import (
    check_query,
    check_twice,
    columns,
    expression,
    ordered,
    plain,
    tables,
)
from generator.compile.values import POLL_SOURCES, Scope
from generator.plan.outbound import PollVia
from generator.spec.diagnose import did_you_mean
from generator.spec.outbound import OutboundFlow, PollSpec

POLLED_AT = "polled_at"
ROWS = "rows"
# Columns that NetSuite moves with every save of the record (netsuite-facts 4, delta columns).
PROVEN = ("lastmodifieddate", "lastmodified")

# Times are text in the zone of the integration's user: an hour, and what a row needs to be committed.
_DOUBLED_HOUR = 76


def compile_poll(context: FlowContext, spec: OutboundFlow) -> PollVia | None:
    """The plan of `via.poll`; None where it is wrong (which is reported)."""
    poll = spec.via.poll
    assert poll is not None
    at = context.place / "via" / "poll"
    before = _errors(at)
    if "deliver" in spec.via.written:
        (context.place / "via" / "deliver").error(
            "E116", "'deliver' is for events: what is polled goes to the agent anyway", key=True
        )
    changed, rows = plain(poll.changed), plain(poll.rows)
    wants = ("watermark",) if poll.watermark else ()
    if check_query(changed, at / "changed", code="E290", needs=(), may=wants):
        _check_column(changed, poll.key, at / "key", "changed")
    if check_query(rows, at / "rows", code="E290", needs=("keys",)):
        _check_column(rows, poll.key, at / "key", "rows")
    for name, query in (("changed", changed), ("rows", rows)):
        check_twice(query, at / name, "E291")
    if poll.watermark:
        _check_watermark(poll, changed, at)
    elif "overlap_minutes" in poll.written and not at.lost("watermark"):
        (at / "overlap_minutes").error(
            "E116",
            "'overlap_minutes' is of a watermark, and there is none: every pass reads all keys",
            f"a watermark is one of {', '.join(PROVEN)}, or leave it out",
            key=True,
        )
    if _errors(at) > before:
        return None
    return PollVia(
        every_minutes=poll.every_minutes,
        key=poll.key.lower(),
        changed=changed,
        rows=rows,
        watermark=poll.watermark.lower() if poll.watermark else None,
        overlap_minutes=poll.overlap_minutes,
        batch=spec.via.batch,
        deletes=poll.deletes,
        ordered=ordered(rows),
        tables=tuple(dict.fromkeys((*tables(changed), *tables(rows)))),
    )


def poll_scope(poll: PollSpec) -> Scope:
    """Names in the payload are columns of `rows`, and the time of the poll."""
    given = columns(plain(poll.rows))

    def check(segments: tuple[str, ...], place: Place) -> Field | None:
        name = ".".join(segments)
        if given is None or name.lower() in given or name == POLLED_AT:
            return None
        known = [*given, POLLED_AT]
        help_ = f"columns: {', '.join(known)}"
        if len(segments) > 1:
            help_ = "what other records hold is joined in the query"
        place.error(
            "E291", f"'{name}' is no column of the poll's rows{did_you_mean(name, known)}", help_
        )
        return None

    return Scope(check, sources=POLL_SOURCES)


def _check_column(query: str, name: str, place: Place, which: str) -> None:
    given = columns(query)
    if given is not None and name.lower() not in given:
        place.error(
            "E291",
            f"'{name}' is no column of '{which}'{did_you_mean(name, given)}",
            f"columns: {', '.join(given)}; select it, or name it with AS {name}",
        )


def _check_watermark(poll: PollSpec, changed: str, place: Place) -> None:
    name = str(poll.watermark)
    _check_column(changed, name, place / "watermark", "changed")
    compared = re.findall(r"([A-Za-z_]\w*)\s*>=?\s*:watermark\b", changed, re.IGNORECASE)
    doubtful = [column for column in (name, *compared) if column.lower() not in PROVEN]
    if doubtful:
        (place / "watermark").error(
            "E292",
            f"'{doubtful[0]}' is not proven to move with every change",
            f"proven: {', '.join(PROVEN)}; without a watermark every key is compared by its hash",
        )
    elif not compared:
        (place / "changed").error(
            "E290", f"the query must compare: {name} >= :watermark", "ties are told apart by hash"
        )
    elif re.search(r">\s*:watermark\b", changed):
        (place / "changed").error(
            "E290",
            "compared with '>', a row of the very same time is lost",
            f"write {compared[0]} >= :watermark",
        )
    if poll.overlap_minutes < _DOUBLED_HOUR:
        (place / "overlap_minutes").warn(
            "E292",
            f"where clocks go back, changes of the hour that comes twice are lost within {poll.overlap_minutes} minutes",
            f"at least {_DOUBLED_HOUR}, unless the integration's user has a time zone without summer time",
        )
    if re.search(r"\bto_char\s*\(", expression(changed, name) or "", re.IGNORECASE):
        (place / "changed").error(
            "E290",
            f"'{name}' is a text here; the newest time is taken of times",
            f"select {name} as it is, or its MAX",
        )
    if poll.deletes:
        (place / "deletes").error(
            "E293",
            "'deletes' needs all keys in every pass; with a watermark only changed ones are seen",
            "leave out the watermark, or 'deletes'",
            key=True,
        )


def _errors(place: Place) -> int:
    return sum(1 for found in place.sink if found.severity == "error")
