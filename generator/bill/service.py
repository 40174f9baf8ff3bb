"""The bills of the scripts that all flows of a project share: the service RESTlet and the net."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from generator.bill.inbound import READ_STATE, RESTLET, SAVE_FILE, WRITE_STATE, pause_flag
from generator.bill.model import CHUNK, EACH, NEVER, ONCE, Bill, Either, Step, Times, Way
from generator.bill.outbound import ack_bill, fetch_bill, outbox_counts
from generator.catalog.model import (
    UNITS_CACHE,
    UNITS_DELETE,
    UNITS_FILE_DELETE,
    UNITS_FILE_LOAD,
    UNITS_QUERY,
    UNITS_SUBMIT,
)
from generator.plan.inbound import FileVia
from generator.plan.project import ProjectPlan

SCHEDULED = 10000


def service_bills(plan: ProjectPlan) -> Iterator[Bill]:
    """One bill for each call of the service RESTlet, and the scheduled net's."""
    submit = Step("submit a drain", UNITS_SUBMIT, EACH, EACH, "one that runs already refuses")
    yield _call(plan, "health", outbox_counts(), pause_flag(),
                Step("ask for lost rows", UNITS_CACHE, ONCE, ONCE, "the counter in N/cache"))  # fmt: skip
    yield _call(plan, "pending", outbox_counts())
    looked = outbox_counts() if plan.partitions > 1 else ()
    yield _call(
        plan, "drain", (pause_flag(), *looked, submit), unit="partition", size=plan.partitions
    )
    yield _call(
        plan, "state by keys",
        (Step("find records by key", UNITS_QUERY, Times(document=1, chunk=CHUNK), Times(document=1, chunk=CHUNK), "in one query"),),
        unit="key", size=CHUNK,
    )  # fmt: skip
    yield _call(
        plan, "pause",
        (
            Step("write the flag", WRITE_STATE, ONCE, ONCE, "a state record"),
            Step("tell the cache", UNITS_CACHE, ONCE, ONCE, "others hear of it at once"),
        ),
    )  # fmt: skip
    # Flows of one table ask once.
    tables = {(flow.table, flow.kind == "item", flow.type_code): flow for flow in plan.inbound}
    yield _call(plan, "doctor", outbox_counts(), pause_flag(), *(
        Step(f"see whether {flow.table} shows any row ({flow.flow})", UNITS_QUERY, ONCE, ONCE, "a permission may lack")
        for flow in tables.values()
    ))  # fmt: skip
    if any(isinstance(flow.via, FileVia) for flow in plan.inbound):
        yield from _imports(plan)
    if any(flow.deliver == "pull" for flow in plan.outbound):
        yield fetch_bill(plan.outbound, plan.project)
        yield ack_bill(plan.project)
    yield _net(plan)


def _imports(plan: ProjectPlan) -> Iterator[Bill]:
    yield _call(
        plan, "stage",
        (Step("save a part", SAVE_FILE, ONCE, ONCE, "the folder's read-me file is loaded for its id"),),
    )  # fmt: skip
    yield _call(plan, "import", (_read(usual=True), *_submit(EACH)), unit="import")
    page = Step("load a page of results", UNITS_FILE_LOAD, ONCE, ONCE, "one at a time")
    yield _call(
        plan, "state of an import",
        (
            _read(usual=True),
            Either((
                Way("it waits", _submit(ONCE)),
                Way("it has just ended", (
                    Step("ask for its task", UNITS_CACHE, ONCE, NEVER, "kept in N/cache"),
                    Step("read the import's state again", READ_STATE, Times(batch=2), NEVER, "a summary may have come meanwhile"),
                    page,
                )),
            )),
        ),
    )  # fmt: skip
    yield _call(
        plan, "clear",
        (
            _read(usual=True),
            Step("delete a file", UNITS_FILE_LOAD + UNITS_FILE_DELETE, EACH, EACH, "loaded for its id"),
            Step("delete the import's state", UNITS_QUERY + UNITS_DELETE["custom"], ONCE, ONCE, "found and deleted"),
        ),
        unit="file", size=100,
    )  # fmt: skip


def _net(plan: ProjectPlan) -> Bill:
    imports = any(isinstance(flow.via, FileVia) for flow in plan.inbound)
    steps = [
        pause_flag(),
        *outbox_counts(),
        Step("submit a drain", UNITS_SUBMIT, Times(batch=plan.partitions), NEVER, "for each partition with rows"),
        Step("find imports", UNITS_QUERY, ONCE, ONCE, "that are registered"),
    ]  # fmt: skip
    if imports:
        steps += [
            Step("read an import's state", READ_STATE, EACH, EACH, "does it wait"),
            *_submit(EACH),
        ]
    return Bill(
        plan.project, "scheduled (net)", SCHEDULED, "import", 10 if imports else 0, tuple(steps),
        "nothing waits",
    )  # fmt: skip


def _read(*, usual: bool) -> Step:
    return Step(
        "read the import's state", READ_STATE, ONCE, ONCE if usual else NEVER, "parts and status"
    )


def _submit(times: Times) -> tuple[Step, ...]:
    asked = pause_flag()
    cold = Times(batch=times.batch * asked.worst.batch, document=times.document * asked.worst.batch)
    return (
        replace(asked, worst=cold, usual=NEVER),
        Step("write the import's state", WRITE_STATE, times, NEVER, "running"),
        Step("submit the import", UNITS_SUBMIT, times, NEVER, "its deployment may be busy"),
        Step(
            "write the import's state again",
            WRITE_STATE,
            times,
            NEVER,
            "waiting, where it was busy",
        ),
    )


def _call(
    plan: ProjectPlan,
    name: str,
    steps: tuple[Step | Either, ...],
    *more: Step,
    unit: str = "call",
    size: int = 1,
) -> Bill:
    return Bill(
        plan.project, f"RESTlet (service: {name})", RESTLET, unit, size, (*steps, *more),
        "nothing is cold, nothing fails",
    )  # fmt: skip
