"""A flow in plain sentences, from its plan."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from generator.catalog.model import CARRIED
from generator.explain import words
from generator.explain.language import WIDTH, wrapped
from generator.plan import names
from generator.plan.inbound import (
    FieldPlan,
    FileVia,
    InboundPlan,
    KeyPlan,
    LinesPlan,
    Lookup,
    RestletVia,
    SubrecordPlan,
)
from generator.plan.outbound import OutboundPlan, PayloadField, PollVia
from generator.plan.project import ProjectPlan
from generator.spec.diagnose import listed


def about_flow(plan: ProjectPlan, flow: InboundPlan | OutboundPlan) -> str:
    """What a flow does: from where, to which record, keys, fields, look-ups, units, scripts."""
    on = [name for name, enabled in flow.enabled if enabled]
    title = f"{flow.flow}: {flow.title}" if flow.title else flow.flow
    head = (
        f"{title}\n  {flow.file}, {flow.direction}, on in {listed(on, 'and') or 'no environment'}"
    )
    told = _inbound(plan, flow) if isinstance(flow, InboundPlan) else _outbound(plan, flow)
    return "\n\n".join([head, *told])


def _inbound(plan: ProjectPlan, flow: InboundPlan) -> Iterator[str]:
    lookups = {lookup.name: lookup for lookup in flow.lookups}
    yield _paragraph("From", _arrival(flow))
    yield _paragraph("Into", _record(flow))
    yield _block("Fields", (_field(field, lookups) for field in flow.body))
    for lines in flow.lines:
        carried = flow.transform_from[0] if flow.transform_from else None
        policy = _policy(lines, carried if lines.sublist in CARRIED else None)
        yield _block(f"Lines of {lines.sublist}", _lines(lines, lookups), policy)
    for subrecord in flow.subrecords:
        yield _block(f"Subrecord {subrecord.field}", _subrecord(subrecord, lookups))
    if flow.lookups:
        yield _block("Look-ups, one query a batch each", map(_lookup, flow.lookups))
    yield from _shared(flow)
    if flow.answer:
        answer = ", ".join(f"{one.name} ({one.field})" for one in flow.answer)
        yield _paragraph("Answer", [f"The reply carries {answer}."])
    yield _paragraph("Units", [_batch_units(flow)])
    files = [f"{flow.script} ({_entry(flow)})", names.flow_file(flow.flow)]
    yield _paragraph("Scripts", [f"{', '.join(files)} in {names.folder(plan.prefix)}."])


def _arrival(flow: InboundPlan) -> Iterator[str]:
    sender = flow.source.system or "the sender"
    event = f" ({flow.source.event})" if flow.source.event else ""
    match flow.via:
        case RestletVia() if flow.source.poll:
            poll = flow.source.poll
            what = "rows of the database" if poll.kind == "sql" else "documents of the connection"
            yield f"The agent asks for {what} {poll.connection} every {poll.every_minutes} minutes."
        case RestletVia():
            yield f"Documents of {sender}{event} are posted to the agent at /in/{flow.flow}."
        case FileVia(pattern=pattern, format=form, schedule=schedule):
            when = f"at {schedule.at} {schedule.timezone}" if schedule else "as they come"
            kind = {"csv": "CSV", "json_lines": "JSON Lines", "json": "JSON"}[form]
            yield f"{kind} files of {sender} named {pattern} are taken from a folder {when}."
    if flow.source.verify:
        proof = flow.source.verify
        secret = f" with the secret {proof.secret}" if proof.secret else ""
        yield f"The sender proves itself by {proof.kind}{secret}."
    if flow.source.items:
        yield f"Each element of {words.path(flow.source.items)} is a document."
    if flow.source.id_path:
        yield f"The same {words.path(flow.source.id_path)} is taken once."
    if flow.only_newest:
        yield "Of documents of one record that wait, the newest alone is sent."
    if flow.accept:
        yield f"Taken only where {words.condition(flow.accept)}; others are answered as skipped."


def _record(flow: InboundPlan) -> Iterator[str]:
    record = _a(flow.record).capitalize()
    yield {
        "upsert": f"{record} is created, or updated where it is there.",
        "create": f"{record} is created.",
        "update": f"{record} is updated; none is created.",
        "delete": f"{record} is deleted.",
        "attach": f"{record} is attached to another record.",
        "detach": f"{record} is detached from another record.",
    }[flow.write]
    yield _key(flow.key)
    if flow.related:
        yield f"The other record is {_a(flow.related.record)}: {words.value(flow.related.id.value)}."
    if flow.transform_from:
        yield f"It is made from {_a(flow.transform_from[0])}."
    if flow.fingerprint and not flow.verify_always:
        yield f"Nothing is saved where the document says nothing new (fingerprint in {flow.fingerprint})."
    if flow.save == "fields":
        yield "Existing records are changed by submitFields."


def _key(key: KeyPlan) -> str:
    made = f"hook {key.hook}()" if key.value is None else words.value(key.value)
    prefix = f'"{key.prefix}" and ' if key.prefix else ""
    claim = " (a claim row keeps it unique)" if key.claim else ""
    return f"It is found again by {key.field}: {prefix}{made}{claim}."


def _field(field: FieldPlan, lookups: dict[str, Lookup]) -> tuple[str, str]:
    said = words.value(field.value, lookups)
    if field.required:
        said += "; required"
    if field.on != "both":
        said += f"; on {field.on} alone"
    if field.keep_existing:
        said += "; only where it is empty"
    if field.when:
        said += f"; only where {words.condition(field.when)}"
    return field.id, said


def _policy(lines: LinesPlan, carried: str | None) -> str:
    """`carried`: the record type from which NetSuite takes the lines over."""
    each = f"One for each element of {words.path(lines.source)}"
    each += f" where {words.condition(lines.when)}" if lines.when else ""
    does = {
        "merge": "merged",
        "replace": "replacing what is there",
        "append": "added to what is there",
    }[lines.policy]
    if lines.key and lines.policy == "merge":
        does += f" by {lines.key.field} = {words.value(lines.key.value)}"
        if carried:
            return f"{each}, {does}; of the {carried}'s lines others are not taken over."
        does += {
            "keep": "; others are kept",
            "close": "; others are closed",
            "remove": "; others are removed",
        }[lines.unmatched]
    return f"{each}, {does}."


def _lines(lines: LinesPlan, lookups: dict[str, Lookup]) -> Iterator[tuple[str, str]]:
    yield from (_field(field, lookups) for field in lines.fields)
    for subrecord in lines.subrecords:
        for name, said in _subrecord(subrecord, lookups):
            yield f"{subrecord.field}.{name}", said


def _subrecord(subrecord: SubrecordPlan, lookups: dict[str, Lookup]) -> Iterator[tuple[str, str]]:
    yield from (_field(field, lookups) for field in subrecord.fields)
    for lines in subrecord.lines:
        for name, said in _lines(lines, lookups):
            yield f"{lines.sublist}.{name}", said


def _lookup(lookup: Lookup) -> tuple[str, str]:
    if lookup.suiteql:
        return lookup.record, "by a query of the spec"
    by = " and ".join(column.name for column in lookup.columns)
    said = f"by {by}"
    if lookup.stage:
        said += f", after {lookup.stage} other{'' if lookup.stage == 1 else 's'}"
    if lookup.cache == "deploy":
        said += ", kept between calls"
    return lookup.record, said


def _batch_units(flow: InboundPlan) -> str:
    units = flow.units
    return (
        f"At worst {units.fixed:,} a batch and {units.each:,} a document of {units.limit:,}; "
        f"up to {flow.batch_max:,} document{'' if flow.batch_max == 1 else 's'} at once."
    )


def _entry(flow: InboundPlan) -> str:
    return (
        names.import_file(flow.flow)
        if isinstance(flow.via, FileVia)
        else names.restlet_file(flow.flow)
    )


def _outbound(plan: ProjectPlan, flow: OutboundPlan) -> Iterator[str]:
    yield _paragraph("From", _saves(flow))
    yield _paragraph("To", _delivery(flow))
    yield _block("Payload", (_sent(field) for field in flow.payload))
    for each in flow.lists:
        only = f" where {words.condition(each.when)}" if each.when else ""
        yield _block(
            f"List {each.name}",
            (_sent(field) for field in each.fields),
            f"One element for each line of {each.sublist}{only}.",
        )
    if flow.joins:
        joined = dict.fromkeys(f"{join.base} ({join.record})" for join in flow.joins)
        yield _paragraph("Look-ups", [f"One query each for what {', '.join(joined)} refer to."])
    yield from _shared(flow)
    units = flow.units
    yield _paragraph(
        "Units",
        [f"At worst {units.fixed:,} a batch and {units.each:,} an event of {units.limit:,}."],
    )
    entry = (
        names.SERVICE_FILE if isinstance(flow.via, PollVia) else names.user_event_file(flow.record)
    )
    files = [f"{flow.script} ({entry})", names.flow_file(flow.flow)]
    yield _paragraph("Scripts", [f"{', '.join(files)} in {names.folder(plan.prefix)}."])


def _saves(flow: OutboundPlan) -> Iterator[str]:
    via = flow.via
    if isinstance(via, PollVia):
        yield from _polls(flow.record, via)
        return
    yield f"Saves of {_a(flow.record)} ({', '.join(via.on)}) raise an event."
    if via.changed:
        yield f"Only where one of {listed(via.changed)} has changed."
    for found, when in ((via.when_save, "in the save"), (via.when_drain, "at delivery")):
        if found:
            yield f"Only where {words.condition(found)} (judged {when})."
    if via.contexts_excluded:
        yield f"Saves by {listed(via.contexts_excluded)} do not count."
    if via.dedupe_seconds:
        yield f"Saves of one record within {via.dedupe_seconds} s are one event."
    for touch in via.touches:
        yield f"Saves of {_a(touch.record)} raise one for the record in {touch.field}."
    if via.snapshot:
        yield "An event tells the state of its save, which the outbox row keeps."
    yield f"A workflow sends records by its action {names.workflow_action_file(flow.record)}."


def _polls(record: str, via: PollVia) -> Iterator[str]:
    yield (
        f"The account is asked about {_a(record)} every {via.every_minutes} minutes; "
        f"one message for each {via.key}."
    )
    if via.watermark:
        yield (
            f"Only what changed since the newest {via.watermark} that was seen, less "
            f"{via.overlap_minutes} minutes; what was told already is known by its hash."
        )
    else:
        yield "What differs from the hash of what was told last is told."
    if via.deletes:
        yield "Keys that are no more are told as deleted."


_DELIVERIES = {
    "queued": "Each event is a row of the outbox, which the drain posts to the agent, in order per record.",
    "immediate": "Each event is posted to the agent in the save, or by the outbox where that fails.",
    "pull": "Each event is a row of the outbox, which the agent fetches and acknowledges.",
}


def _delivery(flow: OutboundPlan) -> Iterator[str]:
    if not isinstance(flow.via, PollVia):
        yield _DELIVERIES[flow.deliver]
    target = flow.target
    if target.folder:
        yield "The agent writes it to files of a folder that agent.toml names."
    elif target.table:
        yield f"The agent writes it as a row of the table {target.table.name} of the connection {target.connection}."
    else:
        yield f"The agent sends it on: {target.method} {target.path} of the connection {target.connection}."


def _sent(field: PayloadField) -> tuple[str, str]:
    said = words.value(field.value)
    return ".".join(field.name), said + ("; required" if field.required else "")


def _shared(flow: InboundPlan | OutboundPlan) -> Iterator[str]:
    for each in flow.maps:
        pairs = ", ".join(f"{old} -> {words.literal(new)}" for old, new in each.values[:6])
        more = f" and {len(each.values) - 6} more" if len(each.values) > 6 else ""
        otherwise = (
            each.otherwise
            if isinstance(each.otherwise, str)
            else words.literal(each.otherwise.value)
        )
        yield _paragraph(f"Map {each.name}", [f"{pairs}{more}; otherwise {otherwise}."])
    if flow.hooks:
        hooks = flow.hooks
        places = ("before_map", "after_map", "before_save", "after_save")
        called = [f"{getattr(hooks, at)}() at {at}" for at in places if getattr(hooks, at)]
        called += [f"{name}() for a value" for name in hooks.fields]
        yield _paragraph("Hooks", [f"{hooks.module}: {', '.join(called)}."])


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _paragraph(head: str, sentences: Iterable[str]) -> str:
    return f"{head}\n{wrapped(' '.join(sentences))}"


def _block(head: str, rows: Iterable[tuple[str, str]], sentence: str = "") -> str:
    held: Sequence[tuple[str, str]] = list(rows)
    width = min(max((len(name) for name, _ in held), default=0), 40) + 2
    lines = [
        textwrap.fill(
            f"{name:{width}}{said}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent=" " * (width + 2),
            break_long_words=False,
        )
        for name, said in held
    ]
    return "\n".join([head, *([wrapped(sentence)] if sentence else []), *lines])
