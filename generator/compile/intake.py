"""How documents come in: the way, the file format, the source and who may send."""

from __future__ import annotations

from ipaddress import ip_network

from generator.bill import Bill
from generator.compile.context import FlowContext, Place, exactly_one
from generator.compile.fields import check_zone
from generator.compile.inputs import exists, inside
from generator.compile.paths import compile_path, compile_template
from generator.compile.settings import compile_verify
from generator.compile.units import largest_batch
from generator.compile.ways import check_connection, compile_source_poll
from generator.plan.flow import Schedule, ViaThere
from generator.plan.inbound import CsvFormat, Fetch, FileVia, InboundSource, RestletVia
from generator.plan.values import Path
from generator.spec.flow import ScheduleSpec
from generator.spec.inbound import CsvSpec, FileSpec, InboundFlow
from generator.spec.model import keys

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def compile_via(context: FlowContext, spec: InboundFlow) -> RestletVia | FileVia | None:
    """The plan of `via`; None where it is wrong (which is reported)."""
    place = context.place / "via"
    given = [name for name in ("restlet", "file") if getattr(spec.via, name) is not None]
    if place.lost() and not given:
        return None
    at = place if context.place.source.has(("via",)) else context.place
    if not exactly_one(at, ("restlet", "file"), given, "way in"):
        return None
    if spec.via.restlet is not None:
        path = None
        if spec.via.restlet.serialize_by is not None:
            path = compile_path(spec.via.restlet.serialize_by, place / "restlet" / "serialize_by")
        return RestletVia(spec.via.restlet.batch, path)
    assert spec.via.file is not None
    return _file(context, spec.via.file, place / "file")


def _file(context: FlowContext, spec: FileSpec, place: Place) -> FileVia | None:
    formats = [
        name
        for name, value in (
            ("csv", spec.csv),
            ("json_lines", spec.json_lines),
            ("json", spec.json_),
        )
        if value is not None
    ]
    if not exactly_one(place, ("csv", "json_lines", "json"), formats, "format"):
        return None
    if "/" in spec.pattern or spec.pattern.startswith("."):
        (place / "pattern").error(
            "E114",
            f"no file has the name '{spec.pattern}'",
            "a name alone, and no hidden one: agent.toml says which folder",
        )
    csv = None
    if spec.csv is not None:
        _check_csv(spec.csv, place / "csv")
        csv = CsvFormat(**{key: getattr(spec.csv, key) for key, _ in keys(CsvSpec)})
    schedule = None
    if spec.schedule is not None:
        if spec.on_arrival:
            _both(place)
        schedule = _schedule(context, spec.schedule, place / "schedule")
    return FileVia(
        pattern=spec.pattern,
        format=formats[0],  # type: ignore[arg-type]
        csv=csv,
        schedule=schedule,
        concurrency=spec.concurrency,
    )


def _check_csv(spec: CsvSpec, place: Place) -> None:
    if not _is_text(spec.encoding):
        (place / "encoding").error(
            "E216",
            f"unknown encoding '{spec.encoding}'",
            "utf-8, windows-1252, iso-8859-15, ...",
        )
    for name in ("delimiter", "quote"):
        if getattr(spec, name) in "\r\n":
            (place / name).error("E216", f"a line end is no {name}")
    if spec.delimiter == spec.quote:
        (place / "delimiter").error("E216", "delimiter and quote must differ")
    if not spec.header and spec.group_by:
        (place / "group_by").error("E216", "group_by names a column: the file needs a header")
    if spec.group_by is not None and spec.group_by != spec.group_by.strip():
        (place / "group_by").error(
            "E216",
            "names of columns are read without the blanks around them",
            spec.group_by.strip(),
        )


def _is_text(encoding: str) -> bool:
    """Whether Python knows an encoding of texts; it has codecs of other things too (base64, rot13)."""
    try:
        "a".encode(encoding)
    except (LookupError, UnicodeError):
        return False
    return True


def _both(place: Place) -> None:
    (place / "on_arrival").error("E115", "needs one of schedule, on_arrival; found both", key=True)


def _schedule(context: FlowContext, spec: ScheduleSpec, place: Place) -> Schedule:
    zone = spec.timezone or context.project.timezone
    if zone is None:
        place.error(
            "E214", "a schedule needs a time zone", "add  timezone: Europe/Berlin", key=True
        )
        zone = "UTC"
    elif spec.timezone is not None:
        check_zone(zone, place / "timezone")
    return Schedule(spec.at, zone, tuple(day for day in _DAYS if day in spec.days))


def compile_there(
    context: FlowContext, spec: InboundFlow, via: RestletVia | FileVia, bill: Bill
) -> tuple[ViaThere, ...]:
    """Numbers and schedules that differ by environment; unknown environments are reported elsewhere."""
    found = []
    for name, differs in spec.environments.items():
        if differs.via is None or name not in context.project.environments:
            continue
        place = context.place / "environments" / name / "via"
        given = "restlet" if isinstance(via, RestletVia) else "file"
        polled = spec.source.poll is not None or spec.source.sql is not None
        for other in ("restlet", "file", "poll"):
            if (
                other not in (given, "poll" if polled else given)
                and getattr(differs.via, other) is not None
            ):
                (place / other).error(
                    "E116", f"the flow comes in by {given}, not by {other}", key=True
                )
        if isinstance(via, RestletVia) and differs.via.restlet and differs.via.restlet.batch:
            batch = largest_batch(bill, differs.via.restlet.batch, place / "restlet" / "batch")
            found.append(ViaThere(name, batch=batch))
        if polled and differs.via.poll and differs.via.poll.every_minutes:
            found.append(ViaThere(name, every_minutes=differs.via.poll.every_minutes))
        if isinstance(via, FileVia) and differs.via.file:
            at, file = place / "file", differs.via.file
            if file.schedule and file.on_arrival:
                _both(at)
            schedule = _schedule(context, file.schedule, at / "schedule") if file.schedule else None
            if schedule or file.on_arrival:
                found.append(ViaThere(name, schedule=schedule, on_arrival=not schedule))
    return tuple(found)


def compile_source(context: FlowContext, spec: InboundFlow) -> InboundSource:
    """The plan of `source`."""
    place = context.place / "source"
    for name in ("schema", "sample"):
        path = getattr(spec.source, "schema_" if name == "schema" else name)
        if path is None:
            continue
        file = inside(context.project.folder, path)
        if file is None:
            (place / name).error("E407", f"'{path}' is outside the project folder")
        elif not exists(file):
            (place / name).warn(
                "E407", f"no file '{path}'", "paths are relative to the project folder"
            )
    paths = {
        name: compile_path(text, place / name)
        for name, text in (("id_path", spec.source.id_path), ("items", spec.source.items))
        if text is not None
    }
    if spec.source.items is not None and spec.via.file and not spec.via.file.json_:
        (place / "items").error(
            "E116",
            "'items' is the list in a file of JSON; here a row or line is a document",
            key=True,
        )
    verify = compile_verify(spec.source.verify, place / "verify")
    if verify and spec.via.file is not None:
        (place / "verify").error("E116", "a file has no signature to verify", key=True)
    _check_addresses(spec, place / "allow_from")
    return InboundSource(
        system=spec.source.system,
        event=spec.source.event,
        schema=spec.source.schema_,
        sample=spec.source.sample,
        id_path=paths.get("id_path"),
        items=paths.get("items"),
        verify=verify,
        fetch=_fetch(context, spec, place / "fetch"),
        allow_from=spec.source.allow_from,
        poll=compile_source_poll(context, spec),
    )


def _check_addresses(spec: InboundFlow, place: Place) -> None:
    if spec.source.allow_from and spec.via.file is not None:
        place.error("E116", "a file comes from no address", key=True)
    for number, text in enumerate(spec.source.allow_from):
        try:
            ip_network(text)
        except ValueError as error:
            inside = " (it has bits behind the network)" if "host bits" in str(error) else ""
            (place / number).error(
                "E114", f"'{text}' is no address or network{inside}", "203.0.113.0/24"
            )


def _fetch(context: FlowContext, spec: InboundFlow, place: Place) -> Fetch | None:
    fetch = spec.source.fetch
    if fetch is None:
        return None
    if spec.via.file is not None:
        place.error("E116", "documents of a file are not fetched", key=True)
    check_connection(context, fetch.connection, place / "connection")
    path = compile_template(fetch.path, place / "path")
    params = tuple(
        (name, compile_template(text, place / "params" / name))
        for name, text in fetch.params.items()
    )
    every = [part for template in (path, *(text for _, text in params)) for part in template]
    if not any(isinstance(part, Path) for part in every) and not place.lost("path"):
        (place / "path").error(
            "E122", "nothing tells which record is fetched", "put a path in braces: /orders/{id}"
        )
    return Fetch(fetch.connection, path, params)
