"""
The bills of outbound flows: the user event of a record type, and the drain.

What happens is in `lib/events.js`, `outbox.js`, `deliver.js` and `drain.js`. Flows of one record
type share a user event and its outbox row, all flows share the drain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from generator.bill.inbound import pause_flag
from generator.bill.model import (
    CHUNK,
    EACH,
    NEVER,
    ONCE,
    Bill,
    Either,
    Step,
    Times,
    Way,
    exclusive,
)
from generator.catalog.model import (
    UNITS_CACHE,
    UNITS_DELETE,
    UNITS_HTTPS,
    UNITS_LOAD,
    UNITS_QUERY,
    UNITS_SAVE,
    UNITS_SUBMIT,
)
from generator.plan.outbound import EventsVia, OutboundPlan, PollVia

RESTLET = 5000
USER_EVENT = 1000
WORKFLOW_ACTION = 1000
MAP = 1000
GET_INPUT_DATA = 10000
SUMMARIZE = 10000
POLL_RESERVE = 300
"""Units that a poll leaves: it asks for no further rows then (`lib/poll.js`)."""
FETCH_ROWS = 100
"""Rows of one fetch at most."""
DRAIN_CHUNK = 25
"""Events of one invocation of the drain at most."""
LINES = 100
"""Lines of a record whose joins the bill counts with."""


def user_event_bill(flows: Sequence[OutboundPlan], record: str | None = None) -> Bill:
    """
    The bill of one save, whatever it is: all flows that hear of it want it.

    Args:
        flows: the outbound flows by events that hear of the record type.
        record: the record type; by default that of the first flow.
    """
    record = record or flows[0].record
    hearing, kind = flows, flows[0].kind
    flows = [flow for flow in hearing if flow.record == record]
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
    row = UNITS_LOAD["custom"] + UNITS_SAVE["custom"]
    fetched = [flow for flow in flows if flow.deliver == "pull"]
    posted = len(flows) - len(fetched)
    if posted:
        queued = len(direct) < posted
        steps.append(
            Step(
                "write the outbox row", row, ONCE, ONCE if queued else NEVER,
                "one for all flows" if queued else "after a failed post",
            )
        )  # fmt: skip
    if fetched:
        steps.append(
            Step("write a row to be fetched", row, ONCE, ONCE, "one for all flows of deliver: pull")
        )
    steps += _touches(hearing, record, row)
    steps += [
        _lost_row(),
    ]  # fmt: skip
    return Bill(
        flow=", ".join(flow.flow for flow in hearing),
        script=f"user event of {record}, afterSubmit",
        limit=USER_EVENT,
        unit="save",
        size=1,
        steps=tuple(steps),
        usual_case="all flows want the save, and the agent answers",
        notes=tuple(_notes(flows)),
    )


def workflow_bill(flows: Sequence[OutboundPlan]) -> Bill:
    """The bill of a workflow action that sends a record through all flows of its type."""
    ways = [{False: "write the outbox row", True: "write a row to be fetched"}[pulled]
            for pulled in sorted({flow.deliver == "pull" for flow in flows})]  # fmt: skip
    row = UNITS_LOAD["custom"] + UNITS_SAVE["custom"]
    return Bill(
        flow=", ".join(flow.flow for flow in flows),
        script=f"workflow action of {flows[0].record}",
        limit=WORKFLOW_ACTION,
        unit="record",
        size=1,
        steps=(*(Step(way, row, ONCE, ONCE, "one for all flows") for way in ways), _lost_row()),
        usual_case="the flows want the record",
    )


def _lost_row() -> Step:
    return Step("count a lost row", 2 * UNITS_CACHE, ONCE, NEVER, "the row could not be written")


def _touches(flows: Sequence[OutboundPlan], record: str, row: int) -> Iterator[Step]:
    """One row for each record that a save of this type touches; two where it moves to another."""
    ways = {
        (flow.record, touch.field, flow.deliver == "pull")
        for flow in flows
        if isinstance(flow.via, EventsVia)
        for touch in flow.via.touches
        if touch.record == record
    }
    for touched, field, _ in sorted(ways):
        yield Step(
            f"write a row of the {touched} in {field}", row, Times(batch=2), ONCE,
            "and of the one that it names no more",
        )  # fmt: skip


def heard(flows: Sequence[OutboundPlan]) -> dict[str, list[OutboundPlan]]:
    """Record types whose saves some flow hears of, with those flows: its own, then touched ones."""
    found: dict[str, list[OutboundPlan]] = {}
    for flow in flows:
        if isinstance(flow.via, EventsVia):
            found.setdefault(flow.record, []).append(flow)
    for flow in flows:
        for touch in flow.via.touches if isinstance(flow.via, EventsVia) else ():
            listed = found.setdefault(touch.record, [])
            if flow not in listed:
                listed.append(flow)
    return found


def poll_bill(flow: OutboundPlan, via: PollVia) -> Bill:
    """The bill of one call that reads the rows of some keys."""
    # What the units do not suffice for is deferred to the next call.
    halves = Times(batch=-2, document=2, most=(RESTLET - POLL_RESERVE) // UNITS_QUERY)
    return Bill(
        flow=flow.flow,
        script="service RESTlet, rows",
        limit=RESTLET,
        unit="key",
        size=via.batch,
        steps=(
            pause_flag(),
            Step("read the rows of all keys", UNITS_QUERY, ONCE, ONCE, "one query"),
            Step("ask again for half of the keys", UNITS_QUERY, halves, NEVER, "5,000 rows are not all"),
            *_looks(via, "a key has no rows"),
        ),
        usual_case="the rows of all keys fit into one answer",
        notes=(
            "a key with more than 5,000 rows of its own costs 10 more for each 1,000 of them",
            *_notes((flow,)),
        ),
    )  # fmt: skip


def keys_bill(flow: OutboundPlan, via: PollVia) -> Bill:
    """The bill of one call that asks for keys."""
    # Where only what changed is asked for, no key is nothing strange.
    looks = () if via.watermark else _looks(via, "there is no key any more")
    newest = (
        (
            Step(
                "ask for the newest time",
                UNITS_QUERY,
                ONCE,
                NEVER,
                "there are more keys than 5,000",
            ),
        )
        if via.watermark
        else ()
    )
    return Bill(
        flow=flow.flow,
        script="service RESTlet, poll",
        limit=RESTLET,
        unit="page",
        size=1,
        steps=(
            pause_flag(),
            Step("ask for the next keys", UNITS_QUERY, ONCE, ONCE, "5,000 at most"),
            *newest,
            *looks,
        ),
        usual_case="there are keys",
    )


def _looks(via: PollVia, why: str) -> tuple[Step, ...]:
    looks = Times(batch=len(via.tables))
    return (Step("look whether tables are visible", UNITS_QUERY, looks, NEVER, why),)


def fetch_bill(flows: Sequence[OutboundPlan], project: str) -> Bill:
    """The bill of one call that fetches events for the agent."""
    pulled = [flow for flow in flows if flow.deliver == "pull"]
    steps = (
        pause_flag(),
        Step("fetch the rows that are due", UNITS_QUERY, ONCE, ONCE, "oldest first"),
        Step("find records that wait", UNITS_QUERY, ONCE, ONCE, "events of a record stay in order"),
        *_events(pulled, posted=False),
        Step("take out what nobody wants", UNITS_DELETE["custom"], EACH, NEVER, "or put it back"),
    )
    return Bill(
        project, "service RESTlet, fetch", RESTLET, "row", FETCH_ROWS, steps,
        "every event is wanted", tuple(_notes(pulled)),
    )  # fmt: skip


def ack_bill(project: str) -> Bill:
    """The bill of one call that acknowledges fetched events."""
    return Bill(
        project, "service RESTlet, ack", RESTLET, "row", FETCH_ROWS,
        (
            Step("find the rows", UNITS_QUERY, Times(document=1, chunk=CHUNK), Times(document=1, chunk=CHUNK), "in one query"),
            Step("take the row out", UNITS_DELETE["custom"], EACH, EACH, "it has arrived"),
        ),
        "every event has arrived",
    )  # fmt: skip


def drain_bill(flows: Sequence[OutboundPlan], project: str) -> Bill:
    """
    The bill of one invocation of the drain, with events of the dearest record types.

    Events that the agent fetches never come to it.
    """
    drained = [one for one in flows if isinstance(one.via, EventsVia) and one.deliver != "pull"]
    steps = (
        Step("see which rows are left", UNITS_QUERY, ONCE, NEVER, "after a restart of the server"),
        *_events(drained, posted=True),
        Step("take the row out", UNITS_DELETE["custom"], EACH, EACH, "after a 2xx answer"),
    )
    bill = Bill(
        flow=project,
        script="map/reduce, map (drain)",
        limit=MAP,
        unit="event",
        size=DRAIN_CHUNK,
        steps=steps,
        usual_case="every event is delivered",
        notes=(
            f"joins of lines are counted with {LINES} lines a record",
            *_notes(drained),
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


def delivery_bill(flow: OutboundPlan) -> Bill:
    """What one flow's events cost, alone: in the drain, or where the agent fetches them."""
    if flow.deliver == "pull":
        return fetch_bill((flow,), flow.flow)
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
    for query in flow.queries:
        ids = LINES if query.sublist else 1
        times = Times(document=ids, chunk=CHUNK) if events else Times(batch=ids, chunk=CHUNK)
        yield Step(
            f"query of {flow.flow}", UNITS_QUERY, times, times if usual else NEVER,
            "all keys in one query", query.origin,
        )  # fmt: skip


def _by_record(flows: Sequence[OutboundPlan]) -> list[list[OutboundPlan]]:
    records = dict.fromkeys(flow.record for flow in flows)
    return [[flow for flow in flows if flow.record == record] for record in records]


def _events(flows: Sequence[OutboundPlan], *, posted: bool) -> Iterator[Step | Either]:
    """What events are made of; each is of one record type, with all flows of it."""
    if not flows:
        return
    ways = [(tuple(_event(of, posted=posted)), of[0].record) for of in _by_record(flows)]
    dearest = max(ways, key=lambda one: sum(step.units for step in one[0] if step.worst == EACH))
    yield from exclusive(
        [
            Way(f"an event of {record}", steps if steps is dearest[0] else _unusual(steps))
            for steps, record in ways
        ]
    )


def _event(flows: Sequence[OutboundPlan], *, posted: bool) -> Iterator[Step]:
    for flow in flows:
        yield from _joins(flow, events=True, usual=True)
    yield from _reads(flows)
    if posted:
        for flow in flows:
            yield Step(f"post {flow.flow}", UNITS_HTTPS, EACH, EACH, "signed, to the agent")


def _unusual(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(replace(step, usual=NEVER) for step in steps)


def _reads(flows: Sequence[OutboundPlan]) -> tuple[Step, ...]:
    """What one row's events are made of: the record, or what its row kept of it."""
    usual = NEVER if all(map(_kept, flows)) else EACH
    load = Step(
        f"load {flows[0].record}", UNITS_LOAD[flows[0].kind], EACH, usual, "the payload is the record's state now",
    )  # fmt: skip
    kept = Step("load the state of the save", UNITS_LOAD["custom"], EACH, EACH, "from its row")
    return (load, kept) if any(map(_kept, flows)) else (load,)


def _kept(flow: OutboundPlan) -> bool:
    return isinstance(flow.via, EventsVia) and flow.via.snapshot


def _notes(flows: Sequence[OutboundPlan]) -> Iterator[str]:
    for flow in flows:
        if flow.hooks:
            yield f"what {flow.hooks.module} calls of N/ modules is not in it"
