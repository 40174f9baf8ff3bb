"""
The bills of outbound flows: the user event of a record type, and the drain.

What happens is in `lib/events.js`, `outbox.js`, `deliver.js` and `drain.js`. Flows of one record
type share a user event and its outbox row, all flows share the drain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.bill.inbound import pause_flag
from generator.bill.model import CHUNK, EACH, NEVER, ONCE, Bill, Step, Times
from generator.catalog.model import (
    UNITS_CACHE,
    UNITS_DELETE,
    UNITS_HTTPS,
    UNITS_LOAD,
    UNITS_QUERY,
    UNITS_SAVE,
    UNITS_SUBMIT,
)
from generator.plan.model import OutboundPlan

USER_EVENT = 1000
MAP = 1000
GET_INPUT_DATA = 10000
SUMMARIZE = 10000
DRAIN_CHUNK = 25
"""Events of one invocation of the drain at most."""
LINES = 100
"""Lines of a record whose joins the bill counts with."""


def user_event_bill(flows: Sequence[OutboundPlan]) -> Bill:
    """
    The bill of one save, whatever it is: all flows of the record type want it.

    Args:
        flows: the outbound flows of one record type.
    """
    record, kind = flows[0].record, flows[0].kind
    direct = [flow for flow in flows if flow.deliver == "immediate"]
    steps: list[Step] = []
    if direct:
        # At once where a person waits; everything in bulk queues.
        steps += [
            Step("ask whether the agent answers", UNITS_CACHE, ONCE, ONCE, "the breaker in N/cache"),
            Step("see whether older events wait", UNITS_QUERY, ONCE, ONCE, "they must not be overtaken"),
            Step(f"load {record}", UNITS_LOAD[kind], ONCE, ONCE, "the payload is the saved record"),
        ]  # fmt: skip
    for flow in direct:
        steps += _joins(flow, events=False, usual=True)
        steps.append(Step(f"post {flow.flow}", UNITS_HTTPS, ONCE, ONCE, "deliver: immediate"))
    if direct:
        times = Times(batch=min(2, len(direct)))
        steps.append(
            Step(
                "remember that the agent failed",
                UNITS_CACHE,
                times,
                NEVER,
                "closes the breaker for a while",
            )
        )
    queued = len(direct) < len(flows)
    row = UNITS_LOAD["custom"] + UNITS_SAVE["custom"]
    steps += [
        Step(
            "write the outbox row", row, ONCE, ONCE if queued else NEVER,
            "one for all flows" if queued else "after a failed post",
        ),
        Step(
            "count a lost row", 2 * UNITS_CACHE, ONCE, NEVER, "the row could not be written",
        ),
    ]  # fmt: skip
    return Bill(
        flow=", ".join(flow.flow for flow in flows),
        script=f"user event of {record}, afterSubmit",
        limit=USER_EVENT,
        unit="save",
        size=1,
        steps=tuple(steps),
        usual_case="all flows want the save, and the agent answers",
        notes=tuple(_notes(flows)),
    )


def drain_bill(flows: Sequence[OutboundPlan], project: str) -> Bill:
    """The bill of one invocation of the drain, with events of the dearest record type."""
    steps = [
        Step("see which rows are left", UNITS_QUERY, ONCE, NEVER, "after a restart of the server"),
    ]
    for flow in flows:
        steps += _joins(flow, events=True, usual=True)
    dearest = max(_by_record(flows), key=_event_units, default=[])
    if dearest:
        record, kind = dearest[0].record, dearest[0].kind
        steps.append(
            Step(
                f"load {record}",
                UNITS_LOAD[kind],
                EACH,
                EACH,
                "the payload is the record's state now",
            )
        )
        for flow in dearest:
            steps.append(Step(f"post {flow.flow}", UNITS_HTTPS, EACH, EACH, "signed, to the agent"))
        steps.append(
            Step("take the row out", UNITS_DELETE["custom"], EACH, EACH, "after a 2xx answer")
        )
    bill = Bill(
        flow=project,
        script="map/reduce, map (drain)",
        limit=MAP,
        unit="event",
        size=DRAIN_CHUNK,
        steps=tuple(steps),
        usual_case="every event is delivered",
        notes=(
            f"joins of lines are counted with {LINES} lines a record",
            *_notes(flows),
        ),
    )
    return Bill(
        bill.flow, bill.script, bill.limit, bill.unit, max(1, bill.largest(DRAIN_CHUNK)),
        bill.steps, bill.usual_case, bill.notes,
    )  # fmt: skip


def drain_stages(project: str) -> tuple[Bill, ...]:
    """The bills of the drain's other stages."""
    return (
        Bill(
            project, "map/reduce, getInputData (drain)", GET_INPUT_DATA, "run", 1,
            (
                pause_flag(),
                Step("fetch the rows that are due", UNITS_QUERY, ONCE, ONCE, "oldest first"),
                Step("find records that wait", UNITS_QUERY, ONCE, ONCE, "events of a record stay in order"),
            ),
            "rows are due",
        ),
        Bill(
            project, "map/reduce, summarize (drain)", SUMMARIZE, "run", 1,
            (
                pause_flag(),
                *outbox_counts(),
                Step("submit the drain again", UNITS_SUBMIT, ONCE, NEVER, "more rows came due"),
            ),
            "nothing more is due",
        ),
    )  # fmt: skip


def outbox_counts() -> tuple[Step, ...]:
    """How many rows wait, by partition."""
    return (
        Step("count the outbox", UNITS_QUERY, ONCE, ONCE, "pending, due and failed rows"),
        Step(
            "count rows behind failed ones",
            UNITS_QUERY,
            ONCE,
            NEVER,
            "where something is not due yet",
        ),
    )


def flow_drain_bill(flow: OutboundPlan) -> Bill:
    """What one flow's events cost in the drain, alone."""
    return drain_bill((flow,), flow.flow)


def _joins(flow: OutboundPlan, *, events: bool, usual: bool) -> Iterator[Step]:
    """One query for each record that is joined, for all events of an execution."""
    for sublist, base in dict.fromkeys((join.sublist, join.base) for join in flow.joins):
        ids = LINES if sublist else 1
        times = Times(document=ids, chunk=CHUNK) if events else Times(batch=ids, chunk=CHUNK)
        name = f"{sublist}.{base}" if sublist else base
        yield Step(
            f"join {name} of {flow.flow}", UNITS_QUERY, times, times if usual else NEVER,
            "all records in one query",
        )  # fmt: skip


def _by_record(flows: Sequence[OutboundPlan]) -> list[list[OutboundPlan]]:
    records = dict.fromkeys(flow.record for flow in flows)
    return [[flow for flow in flows if flow.record == record] for record in records]


def _event_units(flows: Sequence[OutboundPlan]) -> int:
    return UNITS_LOAD[flows[0].kind] + UNITS_HTTPS * len(flows) if flows else 0


def _notes(flows: Sequence[OutboundPlan]) -> Iterator[str]:
    for flow in flows:
        if flow.hooks:
            yield f"what {flow.hooks.module} calls of N/ modules is not in it"
