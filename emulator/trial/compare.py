"""What was expected against what is there: differences, each with its place in the test and in the spec."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from emulator.account.values import iso, moment
from emulator.trial.stage import Record, Stage
from generator.catalog.model import Field
from generator.compile.context import Place
from generator.spec.trials import EventSpec, RecordSpec

NOTHING = object()


@dataclass(frozen=True, slots=True)
class Mismatch:
    """
    One difference.

    Args:
        what: where: `memo`, `item[0].rate`, `outcome`, `events[0].data.carrier`.
        expected: as the test has it.
        got: as it is; None for nothing.
        spec: `shop-orders.yaml:76`, the spec line that made the value, where one did.
        line, column: of the expectation in the test file.
        note: more about it.
    """

    what: str
    expected: Any
    got: Any
    line: int
    column: int
    spec: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares in one account; `specs` are spec lines by mapped field (`item.rate`)."""

    stage: Stage
    specs: Mapping[str, str]

    def at(
        self,
        place: Place,
        what: str,
        expected: Any,
        got: Any,
        field: str | None = None,
        **more: Any,
    ) -> Mismatch:
        """A difference at a place of the test."""
        where = place.position(key=True)
        spec = self.specs.get(field or what)
        return Mismatch(what, expected, got, where.line, where.column, spec, **more)

    # --- records -------------------------------------------------------------------------------

    def record(self, spec: RecordSpec, record: Record, place: Place) -> Iterator[Mismatch]:
        """Differences of a record."""
        kind = self.stage.netsuite.account.catalog.record(record["type"])
        fields = kind.fields if kind else {}
        body = {"externalid": record.get("externalid"), "id": record["id"], **record["fields"]}
        yield from self.fields(fields, spec.fields, body, place / "fields", "", "")
        for name, wanted in spec.lines.items():
            sublist = kind.sublists.get(name) if kind else None
            known = sublist.fields if sublist else {}
            children = sublist.subrecords if sublist else {}
            lines = record["sublists"].get(name, [])
            yield from self.lines(known, children, wanted, lines, place / "lines" / name, name)
        for name, values in spec.subrecords.items():
            sub = record["subrecords"].get(name)
            at = place / "subrecords" / name
            if sub is None:
                yield self.at(at, name, "a subrecord", None)
                continue
            yield from self.subrecord(
                kind.subrecords.get(name) if kind else None, values, sub, at, name
            )
        for index, path in enumerate(spec.absent):
            found = _inside(record, path)
            if not _empty(found):
                yield self.at(
                    place / "absent" / index, path, None, self.shown(fields.get(path), found)
                )

    def fields(
        self,
        known: Mapping[str, Field],
        wanted: Mapping[str, Any],
        got: Mapping[str, Any],
        place: Place,
        shown: str,
        path: str,
    ) -> Iterator[Mismatch]:
        """Differences of fields; `shown` and `path` go before their names, for people and as the mapping has them."""
        for name, value in wanted.items():
            found = got.get(name)
            field = known.get(name)
            if not self.same(field, value, found):
                yield self.at(
                    place / name, shown + name, value, self.shown(field, found), path + name
                )

    def lines(
        self,
        known: Mapping[str, Field],
        children: Mapping[str, str],
        wanted: Sequence[Mapping[str, Any]],
        lines: Sequence[Mapping[str, Any]],
        place: Place,
        path: str,
    ) -> Iterator[Mismatch]:
        """Differences of a sublist, line by line; `children` are the kinds of subrecords by line field."""
        if len(wanted) != len(lines):
            yield self.at(place, path, _count(len(wanted)), _count(len(lines)))
        for index, (want, line) in enumerate(zip(wanted, lines, strict=False)):
            at = place / index
            values = {name: value for name, value in want.items() if name != "subrecords"}
            shown = f"{path}[{index}]."
            yield from self.fields(known, values, line["fields"], at, shown, f"{path}.")
            for name, inner in want.get("subrecords", {}).items():
                sub = (line.get("subrecords") or {}).get(name)
                below = at / "subrecords" / name
                if sub is None:
                    yield self.at(below, shown + name, "a subrecord", None, f"{path}.{name}")
                    continue
                yield from self.subrecord(children.get(name), inner, sub, below, f"{path}.{name}")

    def subrecord(
        self,
        kind: str | None,
        wanted: Mapping[str, Any],
        got: Mapping[str, Any],
        place: Place,
        path: str,
    ) -> Iterator[Mismatch]:
        """Differences of a subrecord and its own lines."""
        found = self.stage.netsuite.account.catalog.record(kind) if kind else None
        values = {name: value for name, value in wanted.items() if name != "lines"}
        fields = found.fields if found else {}
        yield from self.fields(fields, values, got["fields"], place, f"{path}.", f"{path}.")
        for name, lines in wanted.get("lines", {}).items():
            sublist = found.sublists.get(name) if found else None
            known = sublist.fields if sublist else {}
            at = place / "lines" / name
            have = got.get("sublists", {}).get(name, [])
            yield from self.lines(known, {}, lines, have, at, f"{path}.{name}")

    # --- events --------------------------------------------------------------------------------

    def events(
        self, wanted: Sequence[EventSpec], got: Sequence[Mapping[str, Any]], place: Place
    ) -> Iterator[Mismatch]:
        """Differences of the events that a save raised."""
        if len(wanted) != len(got):
            have = [f"{one['flow']} {one['event']}" for one in got]
            yield self.at(place, "events", len(wanted), have or 0)
        for index, (want, event) in enumerate(zip(wanted, got, strict=False)):
            at = place / index
            name = f"events[{index}]"
            if want.event is not None and want.event != event["event"]:
                yield self.at(at / "event", f"{name}.event", want.event, event["event"])
            yield from self.data(want.data, event["data"], at / "data", f"{name}.data", "")
            for number, path in enumerate(want.absent):
                found = _walk(event["data"], path.split("."))
                if found is not NOTHING:
                    yield self.at(at / "absent" / number, f"{name}.data.{path}", None, found, path)

    def data(
        self, wanted: Any, got: Any, place: Place, shown: str, path: str
    ) -> Iterator[Mismatch]:
        """Differences of JSON: maps need what is named, lists are compared whole."""
        if isinstance(wanted, dict) and isinstance(got, dict):
            for name, value in wanted.items():
                inner = f"{path}.{name}" if path else name
                yield from self.data(value, got.get(name), place / name, f"{shown}.{name}", inner)
        elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
            for index, (want, have) in enumerate(zip(wanted, got, strict=True)):
                yield from self.data(want, have, place / index, f"{shown}[{index}]", path)
        elif wanted != got and (
            isinstance(wanted, bool) or isinstance(got, bool) or not _number_alike(wanted, got)
        ):
            yield self.at(place, shown, wanted, got, path)

    # --- values --------------------------------------------------------------------------------

    def same(self, field: Field | None, wanted: Any, got: Any) -> bool:
        """Whether a value is the one that is wanted; a reference by id, external id or name."""
        if _empty(wanted) or _empty(got):
            return _empty(wanted) and _empty(got)
        if isinstance(wanted, Mapping) and "ref" in wanted:
            found = self.stage.find(
                wanted["ref"], {wanted.get("by", "externalid"): wanted.get("value")}
            )
            return str(got) in [str(one["id"]) for one in found]
        if isinstance(wanted, list) or isinstance(got, list):
            have = got if isinstance(got, list) else [got]
            want = wanted if isinstance(wanted, list) else [wanted]
            return len(have) == len(want) and all(
                any(self.same(field, one, other) for other in have) for one in want
            )
        if isinstance(wanted, bool) or isinstance(got, bool):
            return _flag(wanted) is not None and _flag(wanted) == _flag(got)
        if field is not None and field.type == "datetime" and isinstance(wanted, str):
            wanted = moment(wanted) or wanted
        if field is not None and field.refers:
            return str(wanted) in self.stage.names(field.refers, got)
        return str(wanted) == str(got) or _number_alike(wanted, got)

    def shown(self, field: Field | None, got: Any) -> Any:
        """A value for people: a reference with the name of its record."""
        if field is not None and field.type == "datetime" and isinstance(got, int):
            return iso(got)
        if field is None or not field.refers or _empty(got) or isinstance(got, list):
            return got
        names = self.stage.names(field.refers, got)
        return f"{names[1]} (id {got})" if len(names) > 1 else got


def moved(found: Iterator[Mismatch], prefix: str) -> Iterator[Mismatch]:
    """The same differences, of another record."""
    for one in found:
        yield replace(one, what=f"{prefix}{one.what}", spec=None)


def _count(lines: int) -> str:
    return f"{lines} line{'' if lines == 1 else 's'}"


def _empty(value: Any) -> bool:
    return value is None or value is NOTHING or value in ("", [])


def _flag(value: Any) -> bool | None:
    return {"true": True, "t": True, "false": False, "f": False}.get(str(value).lower())


def _number_alike(one: Any, other: Any) -> bool:
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False


def _inside(record: Record, path: str) -> Any:
    """A body field, `sublist.0.field`, `sublist.0.subrecord`, `subrecord` or `subrecord.field`."""
    head, *rest = path.split(".")
    if head in record["sublists"]:
        lines = [
            {**line["fields"], **(line.get("subrecords") or {})}
            for line in record["sublists"][head]
        ]
        return _walk(lines, rest)
    if head in record["subrecords"]:
        sub = record["subrecords"][head]
        return _walk(sub["fields"], rest) if rest else sub
    return _walk(record["fields"], [head, *rest])


def _walk(value: Any, path: Sequence[str]) -> Any:
    step: Callable[[Any, str], Any] = lambda at, name: (  # noqa: E731
        at.get(name, NOTHING)
        if isinstance(at, Mapping)
        else at[int(name)]
        if isinstance(at, list) and name.isdigit() and int(name) < len(at)
        else NOTHING
    )
    for name in path:
        value = step(value, name)
    return value
