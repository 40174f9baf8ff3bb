"""What the agent asks other systems for, and where it delivers: connections, templates, columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from generator.compile.context import FlowContext, Place, exactly_one
from generator.compile.paths import compile_path, compile_template
from generator.compile.queries import blanked, check_twice, columns, outermost, plain
from generator.plan.flow import Template
from generator.plan.inbound import Pages, SourcePoll
from generator.plan.outbound import Batch, Columns, FolderTarget, TableTarget, Target
from generator.plan.values import Path
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.fields import PartSpec
from generator.spec.inbound import InboundFlow
from generator.spec.outbound import OutboundFlow
from generator.spec.ways import HttpPollSpec, PagesSpec, SqlPollSpec

SINCE = "since"
_PAGES = ("cursor", "next", "link", "number", "offset")
_TARGETS = ("path", "folder", "table")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
# What the agent adds itself.
_OWN_ORDER = re.compile(
    r"\b(order\s+by|limit(?=\s+\d)|offset(?=\s+\d)|fetch\s+(?:first|next)|top(?=\s+\d))\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"(?<![:\w]):[A-Za-z_]\w*")
_SELECT = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)


def check_connection(context: FlowContext, name: str, place: Place, kind: str = "http") -> None:
    """Report a connection that is not declared, or is of another kind."""
    known = context.project.connections
    if name not in known:
        place.error(
            "E408",
            f"unknown connection '{name}'{did_you_mean(name, known)}",
            "connections are declared in project.yaml",
        )
    elif known[name] != kind:
        here, there = ("an address", "a database")[:: 1 if kind == "http" else -1]
        place.error("E264", f"connection '{name}' is {there}; this needs {here}")


# --- sources ---


def compile_source_poll(context: FlowContext, spec: InboundFlow) -> SourcePoll | None:
    """The plan of `source.poll` or `source.sql`; None where there is neither."""
    place = context.place / "source"
    given = [name for name in ("poll", "sql") if getattr(spec.source, name) is not None]
    if not given or not exactly_one(place, ("poll", "sql"), given, "kind of poll"):
        return None
    at = place / given[0]
    if spec.via.file is not None:
        at.error(
            "E265", "what is polled goes by restlet, not by file", "via: {restlet: {}}", key=True
        )
    for other in ("verify", "allow_from"):
        if getattr(spec.source, other):
            (place / other).error("E265", "nobody sends to a flow that is polled", key=True)
    if spec.source.poll is not None:
        return _http(context, spec, spec.source.poll, at)
    assert spec.source.sql is not None
    return _sql(context, spec, spec.source.sql, at)


def _http(context: FlowContext, spec: InboundFlow, poll: HttpPollSpec, place: Place) -> SourcePoll:
    check_connection(context, poll.connection, place / "connection")
    if spec.source.id_path is None and not (context.place / "source").lost("id_path"):
        place.error(
            "E265", "a poll needs 'id_path': what tells documents apart", "id_path: id", key=True
        )
    path = compile_template(poll.path, place / "path")
    params = tuple(
        (name, compile_template(text, place / "params" / name))
        for name, text in poll.params.items()
    )
    _check_since(poll, path, params, place)
    return SourcePoll(
        kind="http",
        connection=poll.connection,
        every_minutes=poll.every_minutes,
        watermark=_path(poll.watermark, place / "watermark"),
        start=poll.start,
        overlap_seconds=poll.overlap_seconds,
        path=path,
        params=params,
        version=_path(poll.version, place / "version"),
        pages=_pages(poll.pages, place / "pages"),
    )


def _check_since(
    poll: HttpPollSpec, path: Template, params: Iterable[tuple[str, Template]], place: Place
) -> None:
    """`{since}` and what it is made from go together; nothing else is known when an address is asked."""
    asked = False
    for at, template in (
        (place / "path", path),
        *((place / "params" / name, text) for name, text in params),
    ):
        for part in template:
            if isinstance(part, str):
                continue
            if part.segments == (SINCE,) and not part.root:
                asked = True
            else:
                name = ".".join(part.segments)
                at.error("E265", f"'{{{name}}}' is not known here", "only {since} is")
    if poll.watermark is None and not place.lost("watermark"):
        if asked and poll.start is None:
            place.error("E265", "{since} comes from a watermark", "watermark: updated_at", key=True)
        elif asked:
            (place / "start").warn(
                "E265",
                "without a watermark every round begins at 'start', and reads all since then",
                "watermark: updated_at",
            )
        _check_without_watermark(poll, place, asked=asked)
    if poll.watermark is not None and not asked and not place.lost("params"):
        (place / "watermark").error(
            "E265",
            "the watermark is never asked for, so every round reads all",
            'params: {updated_since: "{since}"}',
        )
    if Path((SINCE,), False) in path and poll.start is None:
        (place / "path").error(
            "E265", "the path needs {since} in the first round, too", "start: ..."
        )


def _check_without_watermark(
    poll: HttpPollSpec | SqlPollSpec, place: Place, *, asked: bool = False
) -> None:
    """Keys that say something about a watermark that is not there."""
    for name in ("start", "overlap_seconds"):
        if getattr(poll, name) is not None and not (asked and name == "start"):
            (place / name).error(
                "E265",
                f"'{name}' is of a watermark, and there is none: every round reads all",
                "watermark: updated_at",
                key=True,
            )


def _pages(spec: PagesSpec | None, place: Place) -> Pages | None:
    if spec is None:
        return None
    given = [name for name in _PAGES if getattr(spec, name) is not None]
    if not exactly_one(place, _PAGES, given, "kind of pages"):
        return None
    if spec.cursor is not None:
        path = compile_path(spec.cursor.path, place / "cursor" / "path")
        return Pages("cursor", path, spec.cursor.param)
    if spec.next is not None:
        return Pages("next", compile_path(spec.next, place / "next"))
    if spec.number is not None:
        return Pages("number", param=spec.number.param, first=spec.number.first)
    if spec.offset is not None:
        return Pages("offset", param=spec.offset.param, size=spec.offset.size)
    return Pages("link")


def _sql(context: FlowContext, spec: InboundFlow, poll: SqlPollSpec, place: Place) -> SourcePoll:
    check_connection(context, poll.connection, place / "connection", "database")
    query = poll.query.strip().removesuffix(";").rstrip()
    code = blanked(plain(query))
    if not _SELECT.match(query) or ";" in code:
        (place / "query").error("E265", "the query must be one SELECT statement", key=True)
    elif found := _OWN_ORDER.search(outermost(code)):
        (place / "query").error(
            "E265",
            f"{' '.join(found[0].upper().split())} is the agent's: it reads page by page, in the order of watermark and key",
            "leave it out",
        )
    elif found := _PLACEHOLDER.search(code):
        (place / "query").error(
            "E265",
            f"the query takes no '{found[0]}'",
            "name the columns as key and watermark; the agent compares with them",
        )
    check_twice(plain(query), place / "query", "E265")
    given = columns(plain(query))
    for name in ("key", "watermark"):
        column = getattr(poll, name)
        check_identifier(column, place / name)
        if column is not None and given is not None and column.lower() not in given:
            (place / name).error(
                "E265",
                f"'{column}' is no column of the query{did_you_mean(column, given)}",
                f"columns: {listed(given, 'and')}",
            )
    if poll.watermark is None and not place.lost("watermark"):
        _check_without_watermark(poll, place)
    for name in ("items", "id_path"):
        if getattr(spec.source, name) is not None:
            (context.place / "source" / name).error(
                "E265", f"a row is one document, told by its key: '{name}' has no meaning", key=True
            )
    return SourcePoll(
        kind="sql",
        connection=poll.connection,
        every_minutes=poll.every_minutes,
        watermark=Path((poll.watermark,), False) if poll.watermark else None,
        start=poll.start,
        overlap_seconds=poll.overlap_seconds,
        query=query,
        key=poll.key,
        batch=poll.batch,
    )


def check_identifier(name: str | None, place: Place) -> None:
    """Report what is no plain name of a column."""
    if name is not None and not _IDENTIFIER.fullmatch(name):
        place.error(
            "E267", f"'{name}' is no plain name", "letters, digits and '_'; rename it with AS"
        )


def _path(text: str | None, place: Place) -> Path | None:
    return None if text is None else compile_path(text, place)


# --- targets ---


def compile_target(context: FlowContext, spec: OutboundFlow) -> Target | None:
    """The plan of `target`; None where it is wrong (which is reported)."""
    place = context.place / "target"
    target = spec.target
    if target is None:
        if not context.place.lost("target"):
            context.place.error("E111", "missing key 'target': where events go")
        return None
    given = [name for name in _TARGETS if getattr(target, name) is not None]
    if not exactly_one(place, _TARGETS, given, "target"):
        return None
    kind = given[0]
    if kind != "path":
        for other in ("params", "id_path", "batch", "method"):
            if other in target.written:
                (place / other).error(
                    "E264", f"'{other}' is for addresses; this target is a {kind}", key=True
                )
    if kind == "folder":
        if target.connection is not None:
            (place / "connection").error(
                "E264", "a folder has no connection; agent.toml says where it is", key=True
            )
    elif target.connection is None:
        if not place.lost("connection"):
            place.error("E111", "missing key 'connection': the system that events go to", key=True)
        return None
    else:
        check_connection(
            context,
            target.connection,
            place / "connection",
            "http" if kind == "path" else "database",
        )
    known = _payload_names(spec)
    template = compile_template(target.path, place / "path") if target.path else ()
    params = tuple(
        (name, compile_template(text, place / "params" / name))
        for name, text in target.params.items()
    )
    for at, text in ((place / "path", template), *((place / "params" / n, t) for n, t in params)):
        for part in text:
            if isinstance(part, Path):
                _check_known(part, known, at, spec)
    for part in template:
        if isinstance(part, Path):
            _check_gone(".".join(part.segments), place / "path", spec)
    dynamic = any(isinstance(part, Path) for part in template)
    if target.batch is not None and (
        dynamic or any(not isinstance(p, str) for _, t in params for p in t)
    ):
        (place / "batch").error(
            "E264", "events that go to addresses of their own are no batch", key=True
        )
    return Target(
        connection=target.connection or "",
        method=target.method,
        path=target.path or "",
        id_path=_path(target.id_path, place / "id_path"),
        template=template if dynamic else (),
        params=params,
        batch=_batch(spec, place / "batch"),
        folder=_folder(spec, known, place / "folder"),
        table=_table(spec, known, place / "table"),
    )


def _batch(spec: OutboundFlow, place: Place) -> Batch | None:
    batch = spec.target.batch if spec.target else None
    if batch is None:
        return None
    if batch.results is None and batch.error is not None:
        (place / "error").error("E264", "'error' is read in 'results', which is missing", key=True)
    return Batch(
        batch.most,
        batch.wrap,
        _path(batch.results, place / "results"),
        _path(batch.error, place / "error"),
    )


def _folder(spec: OutboundFlow, known: list[str], place: Place) -> FolderTarget | None:
    folder = spec.target.folder if spec.target else None
    if folder is None:
        return None
    if folder.columns and folder.format != "csv":
        (place / "columns").error("E264", "columns are for csv; a line of JSON has names", key=True)
    columns: Columns = ()
    if folder.format == "csv":
        columns = _columns(folder.columns, known, place, spec)
    return FolderTarget(folder.format, columns, folder.most)


def _table(spec: OutboundFlow, known: list[str], place: Place) -> TableTarget | None:
    table = spec.target.table if spec.target else None
    if table is None:
        return None
    for part in table.name.split("."):
        check_identifier(part, place / "name")
    columns = _columns(table.columns, known, place, spec)
    for name, _ in columns:
        check_identifier(name, place / "columns" / name if table.columns else place)
    missing = [name for name in table.key if name not in dict(columns)]
    if missing and not place.lost("columns"):
        (place / "key").error(
            "E266",
            f"no column {listed(missing, 'and')} is written{did_you_mean(missing[0], dict(columns))}",
            key=True,
        )
    paths = {name: ".".join(path.segments) for name, path in columns}
    for name in table.key:
        if name in paths:
            _check_gone(paths[name], place / "key", spec)
    return TableTarget(table.name, table.key, columns)


def _columns(
    given: Mapping[str, str], known: list[str], place: Place, spec: OutboundFlow
) -> Columns:
    """Columns with their paths; those of the payload's own names where none are given."""
    found = []
    for name, text in (given or {name: name for name in known}).items():
        at = place / "columns" / name
        path = compile_path(text, at)
        if path is None:
            continue
        if given:
            _check_known(path, known, at, spec)
        found.append((name, path))
    return tuple(found)


def _payload_names(spec: OutboundFlow) -> list[str]:
    return [*spec.payload, *spec.lists]


def _check_gone(name: str, place: Place, spec: OutboundFlow) -> None:
    """A value that says which record is meant must be there when the record is not any more."""
    events = spec.via.events
    rule = spec.payload.get(name)
    if events is None or rule is None or "delete" not in events.on or events.snapshot:
        return
    if not _outlives(rule) and not (spec.hooks and spec.hooks.after_map):
        place.warn(
            "E269",
            f"a deleted record has no '{name}': nothing tells the target which one is gone",
            "of a deleted record only id and externalid are known; or send the state with  snapshot: true",
        )


def _outlives(rule: PartSpec) -> bool:
    """Whether a payload's value is known of a deleted record."""
    if rule.default is not None or {"value", "var", "hook"} & rule.written:
        return True
    if rule.concat:
        return all(_outlives(part) for part in rule.concat)
    if rule.coalesce:
        return any(_outlives(part) for part in rule.coalesce)
    return rule.from_ in ("id", "externalid")


def _check_known(path: Path, known: list[str], place: Place, spec: OutboundFlow) -> None:
    """A path of the payload; what a hook may add is not known here."""
    name = ".".join(path.segments)
    if spec.hooks is not None and spec.hooks.after_map:
        return
    if not any(
        name == one or one.startswith(name + ".") or name.startswith(one + ".") for one in known
    ):
        place.error("E266", f"the payload has no '{name}'{did_you_mean(name, known)}")
