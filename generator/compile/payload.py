"""
What a payload reads: fields of the record, its lines, subrecords, and records that they refer to.

Every name is checked against the catalogue, and joins are collected on the way.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from generator.catalog import Field, RecordType, Sublist
from generator.catalog.model import Kind
from generator.compile.context import FlowContext, Place
from generator.compile.joined import kinds
from generator.compile.known import FieldGroup, report_unknown
from generator.compile.queries import check_query, column_of, columns, plain
from generator.compile.values import Scope
from generator.plan.outbound import Join, PayloadQuery
from generator.plan.values import FieldName, QueryValue
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.fields import ValueQuerySpec

OWN = ("id", "externalid", "type")
_OWN_FIELDS = {name: Field(name, "text") for name in OWN}
MAX_STEPS = 3
# A query gives dates in the form and the zone of the user who runs it, unless it says which.
_AS_TEXT = {
    "date": "TO_CHAR({}, 'YYYY-MM-DD')",
    "datetime": """TO_CHAR(SYS_EXTRACT_UTC({}), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
    "timeofday": "TO_CHAR({}, 'HH24:MI')",
}


class Holder(Struct, frozen=True):
    """
    What has fields: a record, a sublist's line, or a subrecord.

    `fields` is None where nothing is known of it; `subrecords` names the record type by field;
    `path` are the sublists that lead there, joined by `/`, empty for the body.
    """

    label: str
    fields: Mapping[str, Field] | None
    subrecords: Mapping[str, str]
    sublists: Mapping[str, Sublist] | None
    open: bool
    kind: Kind | None = None
    path: str = ""


class Payload(Struct):
    """
    Checks the fields that a payload names, and collects its joins, subrecords and queries.

    Joins and queries are kept with the place that asks for them first.
    """

    context: FlowContext
    joins: dict[Join, Place] = field(default_factory=dict)
    within: dict[tuple[str, str], None] = field(default_factory=dict)
    queries: dict[PayloadQuery, Place] = field(default_factory=dict)

    def body(self) -> Holder:
        """The flow's own record."""
        return self._holder(self.context.spec.record, self.context.record)

    def scope(self, holder: Holder, *, drain: bool = True) -> Scope:
        """
        How names are checked in a place.

        Args:
            holder: what has the fields.
            drain: whether joins are possible there.
        """

        def check(segments: tuple[str, ...], place: Place) -> Field | None:
            self._check(holder, segments, place, drain=drain)
            return self.field(holder, segments)

        def check_text(segments: tuple[str, ...], place: Place) -> Field | None:
            self._check(holder, segments, place, drain=drain, text=True)
            return self.field(holder, segments)

        def query(spec: ValueQuerySpec, place: Place) -> QueryValue | None:
            return self._query(holder, spec, place)

        return Scope(check, check_text, query)

    def lines(self, holder: Holder, name: str, place: Place) -> Holder:
        """The lines of a sublist, or of a subrecord's sublist (`inventorydetail.inventoryassignment`)."""
        path = f"{holder.path}/{name}" if holder.path else name
        base, _, inner = name.partition(".")
        if inner:
            holder = self._subrecord(holder, base, place)
            name = inner
        known = holder.sublists.get(name) if holder.sublists is not None else None
        if known is None and holder.sublists is not None:
            message = (
                f"'{name}' is no known sublist of {holder.label}"
                f"{did_you_mean(name, holder.sublists)}"
            )
            unsure = holder.open or not holder.sublists or name.startswith(("custom", "recmach"))
            help_ = f"its sublists: {listed(sorted(holder.sublists), 'and')}"
            (place.warn if unsure else place.error)("E235", message, None if unsure else help_)
        return Holder(
            label=f"{holder.label}.{name}",
            fields=known.fields if known else None,
            subrecords=known.subrecords if known else {},
            # Only subrecords of a line have lines of their own.
            sublists={} if known else None,
            open=holder.open,
            kind=holder.kind,
            path=path,
        )

    def field(self, holder: Holder, segments: tuple[str, ...]) -> Field | None:
        """The catalogue's field behind a name, through subrecords and joins."""
        path = holder.path
        for step, segment in enumerate(segments[:-1], 1):
            known = holder.fields.get(segment) if holder.fields is not None else None
            if known is None:
                return None
            inside = holder.subrecords.get(segment)
            if inside is not None:
                found = self.context.project.catalog.record(inside)
            elif known.refers is not None:
                found = self._behind(known.refers, path, segments[: step + 1])
            else:
                found = None
            if found is None:
                return None
            holder = self._holder(found.id, found)
        return holder.fields.get(segments[-1]) if holder.fields is not None else None

    def _holder(self, name: str, record: RecordType | None) -> Holder:
        if record is None:
            return Holder(name, None, {}, None, open=True)
        return Holder(
            record.id, record.fields, record.subrecords, record.sublists, record.open, record.kind
        )

    def _subrecord(self, holder: Holder, name: str, place: Place) -> Holder:
        kind = holder.subrecords.get(name)
        known = holder.fields.get(name) if holder.fields is not None else None
        if (
            kind is None
            and holder.fields is not None
            and (known is None or known.type != "summary")
        ):
            hint = did_you_mean(name, holder.subrecords)
            message = f"'{name}' is no subrecord of {holder.label}{hint}"
            (place.warn if holder.open else place.error)("E235", message)
        record = self.context.project.catalog.record(kind) if kind else None
        return self._holder(f"{holder.label}.{name}", None) if record is None else Holder(
            f"{holder.label}.{name}", record.fields, record.subrecords, record.sublists, record.open
        )  # fmt: skip

    def _check(
        self,
        holder: Holder,
        segments: tuple[str, ...],
        place: Place,
        *,
        drain: bool,
        text: bool = False,
    ) -> None:
        name = segments[0]
        joins = len(segments) > 1 and drain
        sublists = holder.sublists or {}
        if joins and name in sublists and name not in (holder.fields or ()):
            place.error(
                "E202",
                f"'{name}' is a sublist of {holder.label}, which has many lines",
                f"lines go out under lists:, {{from: {name}, fields: ...}};"
                f" their changes are named in  changed: [{'.'.join(segments)}]",
            )
            return
        if not self._named(holder, name, place, joined=joins) or not joins:
            return
        known = holder.fields.get(name) if holder.fields is not None else None
        if name in holder.subrecords or (known is not None and known.type == "summary"):
            self.within[(holder.path, name)] = None
            inner = self._subrecord(holder, name, place)
            if len(segments) > 2:
                place.error(
                    "E271", f"'{'.'.join(segments)}' joins from a subrecord", "one step is possible"
                )
            else:
                self._named(inner, segments[1], place)
            return
        self._join(holder, segments, place, text=text)

    def _named(self, holder: Holder, name: str, place: Place, *, joined: bool = False) -> bool:
        """Whether the name is a field, or may be one; reports what is not, or cannot be `joined`."""
        if holder.fields is None or name in holder.fields or name in OWN:
            return True
        before = len(place.sink)
        group = FieldGroup(
            holder.label,
            {**holder.fields, **_OWN_FIELDS},
            open=holder.open,
            in_line=bool(holder.path),
            kind=holder.kind,
            objects=self.context.project.objects,
        )
        report_unknown(name, place, group, key=False)
        if any(found.severity == "error" for found in place.sink[before:]):
            return False
        if joined:  # what may be there is not enough: whose table would be asked?
            del place.sink[before:]
            self._unknown(holder, name, place)
        return not joined

    def _unknown(self, holder: Holder, name: str, place: Place) -> None:
        place.error(
            "E272",
            f"nothing is known of '{name}' of {holder.label}, so it cannot be joined"
            f"{did_you_mean(name, holder.fields or ())}",
            "import it into objects/, run  suiteloom catalog pull,  or ask by suiteql",
        )

    def _join(self, holder: Holder, segments: tuple[str, ...], place: Place, *, text: bool) -> None:
        path = holder.path
        if len(segments) - 1 > MAX_STEPS:
            place.error(
                "E271",
                f"'{'.'.join(segments)}' joins {len(segments) - 1} times",
                f"{MAX_STEPS} steps are possible, one query each",
            )
            return
        found: list[Join] = []
        for step in range(1, len(segments)):
            base = segments[step - 1]
            known = holder.fields.get(base) if holder.fields is not None else None
            if holder.fields is None:
                self._unknown(holder, base, place)
                return
            if known is None or known.refers is None:
                place.error(
                    "E272",
                    f"'{base}' of {holder.label} refers to no other record; it cannot be joined",
                )
                return
            if known.type == "multiselect":
                place.error(
                    "E272",
                    f"'{base}' of {holder.label} is a multi-select: it leads to many records, not to one",
                    f"send its display texts,  {{text: {base}}},  or ask by suiteql",
                )
                return
            record = self._behind(known.refers, path, segments[: step + 1])
            holder = self._holder(known.refers, record)
            last = step == len(segments) - 1
            if not self._named(holder, segments[step], place, joined=not last):
                return
            found.append(
                _joined(
                    path, ".".join(segments[:step]), holder, record, segments[step], text and last
                )
            )
        for join in found:
            self.joins.setdefault(join, place)

    def _behind(self, refers: str, path: str, segments: tuple[str, ...]) -> RecordType | None:
        """
        The record type in which the last segment is read, as the ones before it lead there.

        Who can be a customer alone is one: the table of all entities has few columns. Tables of
        transactions and of items have what any of their types has, where its column is proven.
        """
        catalog = self.context.project.catalog
        record = catalog.record(refers)
        if record is None or refers not in ("entity", "transaction", "item"):
            return record
        *bases, name = segments
        found = kinds(catalog, self.context.spec.record, path or None, ".".join(bases), refers)
        if refers == "entity":
            return catalog.record(next(iter(found))) if len(found) == 1 else record
        if name in record.fields or name in OWN:
            return record
        types = [catalog.record(kind) for kind in sorted(found)] or [
            each for each in catalog.records.values() if each.kind == refers
        ]
        fields = [each.fields[name] for each in types if each and name in each.fields]
        first = fields[0] if fields else None
        if first is None or not all(
            each.column and (each.type, each.refers) == (first.type, first.refers)
            for each in fields
        ):
            return record
        return replace(record, fields={**record.fields, name: first})

    def _query(self, holder: Holder, spec: ValueQuerySpec, place: Place) -> QueryValue | None:
        path = holder.path
        at = place / "query" if place.source.has((*place.loc, "query")) else place
        if not check_query(spec.query, at, code="E227", needs=("keys",)):
            return None
        text = plain(spec.query)
        given = columns(text)
        missing = [name for name in ("key", "value") if given is not None and name not in given]
        if missing:
            at.error(
                "E227",
                f"the query must return key and value; it has no {' and no '.join(missing)}",
            )
            return None
        if path and "key" not in spec.written:
            place.error(
                "E227", "in a list the query needs 'key'", "suiteql: {key: item, query: ...}"
            )
            return None
        segments = tuple(spec.key.split("."))
        if not all(segments):
            (place / "key").error("E122", f"'{spec.key}' is not a field name")
            return None
        self._check(holder, segments, place / "key", drain=True)
        key = self.field(holder, segments)
        numeric = spec.key == "id" or (key is not None and key.type in ("select", "integer"))
        name = f"query{len(self.queries) + 1}"
        query = PayloadQuery(name, path, FieldName(segments), numeric, text, place.origin())
        self.queries[query] = at
        return QueryValue(name)


def _joined(
    path: str, base: str, holder: Holder, record: RecordType | None, name: str, text: bool
) -> Join:
    known = holder.fields.get(name) if holder.fields is not None else None
    table = record.table if record else holder.label
    column = column_of(name, known, record, table, shown=text)
    alias: str | None = None
    if text:
        alias = f"df_{name}"
    elif known is not None and known.type in _AS_TEXT:
        column, alias = _AS_TEXT[known.type].format(column), name
    elif column != name:
        alias = name
    return Join(path or None, base, record.id if record else holder.label, table, column, alias)
