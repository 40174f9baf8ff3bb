"""
References: a key of the source becomes an internal id.

All references of a flow to one (record, columns) share one look-up table. A look-up that needs the
id of another mapped field runs one stage later. Variables of type select are looked up like
everything else, so that no account's ids stand in the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from generator.catalog import Field, RecordType
from generator.catalog.model import ON_LINES
from generator.compile.context import FlowContext, Place
from generator.compile.nicknames import did_you_mean_record
from generator.compile.paths import compile_path
from generator.plan.inbound import FieldPlan, Lookup, LookupColumn
from generator.plan.project import Var
from generator.plan.values import Coalesce, KeyPart, Literal_, Ref, Value, VarRef
from generator.spec.diagnose import did_you_mean
from generator.spec.fields import CreateSpec, RefSpec

Creator = Callable[[RefSpec, CreateSpec, Place, Value | None, RecordType | None], str | None]
"""Makes the plan of a record and returns its name; None where it is wrong (which is reported)."""

MAX_STAGES = 3
_CUSTOM = re.compile(r"cust[a-z]+_|cseg")
_CUSTOM_RECORD = re.compile(r"custom(record|list|transaction)_")


class Neighbours(Struct, frozen=True):
    """Mapped fields of the same place (and of the line around it) with the look-up stage of each."""

    stages: Mapping[str, int]


def is_custom(record: str) -> bool:
    """Whether a record type's id is one that accounts make themselves."""
    return _CUSTOM_RECORD.match(record) is not None


def resolve_record(context: FlowContext, record: str, place: Place) -> RecordType | None:
    """The record type that is referred to; an unknown one is reported (custom ones as a warning)."""
    found = context.project.catalog.record(record)
    if found:
        return found
    names = context.project.catalog.records
    if is_custom(record):
        place.warn(
            "E202",
            f"'{record}' is not described in objects/{did_you_mean_record(record, names)}",
            "import it into objects/, or run  suiteloom catalog pull,  so that its fields can be checked",
        )
    else:
        place.error("E220", f"unknown record type '{record}'{did_you_mean_record(record, names)}")
    return None


def compile_ref(
    context: FlowContext,
    spec: RefSpec,
    place: Place,
    neighbours: Neighbours,
    creator: Creator | None,
    *,
    key: Value | None,
    in_line: bool,
) -> Ref | None:
    """
    The reference and its look-up; None where it is wrong (which is reported).

    Args:
        context: the flow; the look-up is added to it.
        spec: as written.
        place: where.
        neighbours: the fields whose ids a compound key may use.
        creator: makes the plan of a record that `missing: create` creates; None where creating is
            not possible (inside a create).
        key: the value before the reference, which is the key.
        in_line: whether the field belongs to a line, which `skip_line` may drop.
    """
    before = _errors(place)
    record = resolve_record(context, spec.record, place / "record")
    if spec.missing == "skip_line" and not in_line:
        (place / "missing").error("E221", "'skip_line' works on fields of lines only")
    parts: tuple[KeyPart, ...] = ()
    stage = 0
    if isinstance(spec.by, dict):
        if spec.prefix:
            (place / "prefix").error(
                "E116",
                "'prefix' goes with one key; here are several columns",
                "map the prefixed value to a field, or refer by one column",
                key=True,
            )
        parts, stage = _parts(spec.by, place / "by", neighbours, record)
        columns = _compound_columns(record, parts, place / "by")
    elif spec.by == "suiteql":
        columns = (LookupColumn("key"),)
        _check_query(spec, place)
    else:
        columns = (_column(record, spec, place / "by"),)
    if spec.suiteql is not None and spec.by != "suiteql":
        (place / "suiteql").error("E116", "'suiteql' goes with by: suiteql", key=True)
    create = None
    if spec.missing == "create":
        create = _create(spec, place, creator, key, record)
    elif spec.create is not None:
        (place / "create").error("E116", "'create' goes with missing: create", key=True)
    if stage >= MAX_STAGES:
        place.warn(
            "E225", f"this look-up waits for {stage} others", "references in a row cost time"
        )
    if _errors(place) > before or (record is None and not is_custom(spec.record)):
        return None
    lookup = add_lookup(
        context,
        record,
        spec.record,
        columns,
        place,
        stage=stage,
        inactive=spec.inactive,
        cache=spec.cache,
        suiteql=" ".join(spec.suiteql.split()) if spec.suiteql else None,
    )
    return Ref(
        lookup=lookup.name,
        prefix=spec.prefix,
        missing=spec.missing,
        ambiguous=spec.ambiguous,
        parts=parts,
        create=create,
    )


def select_var(context: FlowContext, var: Var, place: Place) -> Ref | None:
    """The reference by which a variable of type select becomes an id; None for other variables."""
    if var.type not in ("select", "multiselect") or var.record is None:
        return None
    record = context.project.catalog.record(var.record)
    column = _by_column(record, var.by or "externalid")
    lookup = add_lookup(
        context, record, var.record, (column,), place, stage=0, inactive=False, cache="deploy",
        suiteql=None,
    )  # fmt: skip
    return Ref(lookup=lookup.name)


def with_vars(context: FlowContext, value: Value, place: Place) -> Value:
    """
    The value of a select field, its variables looked up.

    A default that is a variable becomes a second choice with a look-up of its own, because a
    default is never looked up.
    """
    source = value.source
    if isinstance(source, VarRef) and value.ref is None:
        var = context.known_var(source.name)
        ref = select_var(context, var, place) if var else None
        value = replace(value, ref=ref)
    elif isinstance(source, Coalesce) and value.ref is None:
        value = replace(
            value, source=Coalesce(tuple(with_vars(context, p, place) for p in source.parts))
        )
    if isinstance(value.default, VarRef):
        var = context.known_var(value.default.name)
        ref = select_var(context, var, place) if var else None
        if ref:
            first = value
            if value.ref and value.ref.missing == "default":
                first = replace(value, ref=replace(value.ref, missing="skip_field"))
            second = Value(source=value.default, ref=ref, origin=value.origin)
            return Value(
                source=Coalesce((replace(first, default=None), second)), origin=value.origin
            )
    return value


def add_lookup(
    context: FlowContext,
    record: RecordType | None,
    record_id: str,
    columns: tuple[LookupColumn, ...],
    place: Place,
    *,
    stage: int,
    inactive: bool,
    cache: str,
    suiteql: str | None,
) -> Lookup:
    """The flow's look-up table for these columns, made at its first use."""
    where: list[str] = []
    table = record_id
    family = record_id
    if record:
        table, family = record.table, record.family
        if record.kind == "transaction" and record.type_code:
            where.append(f"type = '{record.type_code}'")
        elif record.kind == "item" and record.type_code:
            where.append(f"itemtype = '{record.type_code}'")
        if record.has_inactive and not inactive:
            where.append("isinactive = 'F'")
    if suiteql:
        where = []
    identity = (table, columns, tuple(where), suiteql)
    known = context.lookups.get(identity)
    if known:
        widened = replace(
            known,
            stage=max(known.stage, stage),
            cache="batch" if "batch" in (known.cache, cache) else "deploy",
        )
        context.lookups[identity] = widened
        return widened
    base = (
        "_".join([record_id, *(column.name for column in columns)])
        if not suiteql
        else (f"{record_id}_suiteql")
    )
    base = re.sub(r"[^a-z0-9_]", "_", base.lower())
    taken = {lookup.name for lookup in context.lookups.values()}
    name = base
    number = 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    lookup = Lookup(
        name=name,
        record=record_id,
        family=family,
        table=table,
        columns=columns,
        where=tuple(where),
        stage=stage,
        cache=cache,  # type: ignore[arg-type]
        suiteql=suiteql,
        origin=place.origin(),
    )
    context.lookups[identity] = lookup
    return lookup


def stage_of(context: FlowContext, value: Value) -> int | None:
    """The stage in which a field's id is known, None where it is no id."""
    if value.ref:
        return next(
            (found.stage for found in context.lookups.values() if found.name == value.ref.lookup), 0
        )
    if isinstance(value.source, Coalesce):
        stages = [stage_of(context, part) for part in value.source.parts]
        return max((stage for stage in stages if stage is not None), default=None)
    if isinstance(value.source, Literal_):
        return 0
    return None


def known_ids(
    context: FlowContext, fields: Iterable[FieldPlan], around: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Fields that hold an id, with the stage in which it is known; `around` are those outside."""
    stages = dict(around or {})
    for plan in fields:
        stage = stage_of(context, plan.value)
        if stage is not None and plan.type in ("select", "multiselect"):
            stages[plan.id] = stage
    return stages


def _errors(place: Place) -> int:
    return sum(1 for found in place.sink if found.severity == "error")


# --- columns ---


def _by_column(record: RecordType | None, by: str) -> LookupColumn:
    if by == "internalid":
        return LookupColumn("id", numeric=True)
    if by == "name":
        return LookupColumn((record.name_column if record else None) or "name")
    known = record.fields.get(by) if record else None
    column = (known.column if known else None) or by
    return LookupColumn(column, numeric=bool(known and known.type in ("select", "integer")))


def _column(record: RecordType | None, spec: RefSpec, place: Place) -> LookupColumn:
    by = str(spec.by)
    if by in ("internalid", "id"):
        place.warn(
            "E222",
            "internal ids differ between accounts",
            "refer by externalid or by name; use a variable for what has neither",
        )
    elif by == "name" and record and record.name_column is None:
        place.error(
            "E223", f"{record.id} has no name to look up by", "use externalid or a field id"
        )
    elif by == "name" and record and record.kind == "entity":
        place.warn(
            "E223",
            f"names of {record.id} records may be numbered by NetSuite",
            "refer by externalid, or by a field that holds the source's id",
        )
    elif by not in ("externalid", "name") and record:
        _check_column(record, by, place)
    return _by_column(record, by)


def on_lines(record: RecordType | None, column: str, place: Place) -> bool:
    """Whether SuiteQL has the field on a transaction's lines alone, where no key is looked for; reported."""
    if record is None or record.kind != "transaction" or column not in ON_LINES:
        return False
    place.error(
        "E224",
        f"SuiteQL has '{column}' of {record.id} on its lines, not on the record itself",
        "use another field; by: suiteql  may join transactionline"
        if place.loc[-1] == "by"
        else "use another field",
    )
    return True


def _check_column(record: RecordType, column: str, place: Place) -> None:
    if column in ("id", "externalid"):
        return
    if on_lines(record, column, place):
        return
    if column in record.fields:
        _check_column_type(record.fields[column], record, place)
        return
    hint = did_you_mean(column, [*record.fields, "externalid", "internalid", "name", "suiteql"])
    message = f"'{column}' is no known field of {record.id}{hint}"
    if _CUSTOM.match(column):
        place.warn("E202", message)
    elif record.open:
        place.warn("E202", message, _keys_of(record))
    else:
        place.error("E224", message, _keys_of(record))


def _keys_of(record: RecordType) -> str:
    named = f" (its {record.name_column})" if record.name_column not in (None, "name") else ""
    by_name = f", by name{named}" if record.name_column else ""
    return f"refer by externalid{by_name}, or by a field of it"


def _check_id(record: RecordType | None, column: str, path: str, place: Place) -> None:
    """A column of a compound key that holds another record's id, compared with what the document says."""
    known = record.fields.get(column) if record else None
    if record is None or known is None or known.refers is None:
        return
    place.warn(
        "E222",
        f"'{column}' of {record.id} holds an internal id, and '{path}' is no field that is mapped here",
        f"map the {known.refers} with its reference in the same place, and name that field",
    )


_NO_KEYS = {
    "boolean": "a checkbox",
    "multiselect": "a multi-select",
    "summary": "a subrecord",
    "date": "a date",
    "datetime": "a date",
}


def _check_column_type(field: Field, record: RecordType, place: Place) -> None:
    """A column that no key can be compared with."""
    if field.type in _NO_KEYS:
        place.error(
            "E224",
            f"'{field.id}' of {record.id} is {_NO_KEYS[field.type]}; no key can be looked up in it",
            "refer by externalid, by name, or by a text field that holds the source's key",
        )


def _parts(
    by: dict[str, Any], place: Place, neighbours: Neighbours, record: RecordType | None
) -> tuple[tuple[KeyPart, ...], int]:
    parts: list[KeyPart] = []
    stage = 0
    for column, text in by.items():
        at = place / column
        if not isinstance(text, str):
            at.error("E112", "a column's value is a mapped field or a path", key=True)
            continue
        if text in neighbours.stages:
            parts.append(KeyPart(column, text, None))
            stage = max(stage, neighbours.stages[text] + 1)
            continue
        path = compile_path(text, at)
        if path:
            _check_id(record, column, text, at)
            parts.append(KeyPart(column, None, Value(source=path, origin=at.origin())))
    return tuple(parts), stage


def _compound_columns(
    record: RecordType | None, parts: tuple[KeyPart, ...], place: Place
) -> tuple[LookupColumn, ...]:
    columns = []
    for part in parts:
        if record:
            _check_column(record, part.column, place / part.column)
        column = _by_column(record, part.column)
        columns.append(LookupColumn(column.name, numeric=part.field is not None or column.numeric))
    return tuple(columns)


def _check_query(spec: RefSpec, place: Place) -> None:
    if not spec.suiteql:
        if not place.lost("suiteql"):
            place.error(
                "E116",
                "by: suiteql needs the query",
                'suiteql: "SELECT id, x AS key FROM y WHERE x IN (:keys)"',
                key=True,
            )
        return
    query = spec.suiteql.lower()
    at = place / "suiteql"
    if not re.search(r"\bin\s*\(\s*:keys\s*\)", query):
        at.error("E227", "the query must contain IN (:keys)", "all keys of a batch stand there")
    selected = re.search(r"\bselect\b(.*?)\bfrom\b", query, re.DOTALL)
    columns = selected[1] if selected else ""
    missing = [name for name in ("id", "key") if not re.search(rf"\b{name}\b", columns)]
    if missing:
        at.error("E227", f"the query must return id and key; it has no {' and no '.join(missing)}")


def _create(
    spec: RefSpec,
    place: Place,
    creator: Creator | None,
    key: Value | None,
    record: RecordType | None,
) -> str | None:
    if creator is None:
        (place / "missing").error("E221", "a record that is created cannot create another one")
        return None
    if spec.create is None:
        if not place.lost("create"):
            (place / "missing").error(
                "E221",
                "missing: create needs 'create'",
                "add  create: {body: {...}}  with the fields of the new record",
            )
        return None
    if not isinstance(spec.by, str) or spec.by in ("internalid", "suiteql"):
        (place / "missing").error(
            "E221", "a record can be created only where 'by' is externalid or one field of it"
        )
        return None
    if record is not None and record.open and record.sdf_token is None:
        (place / "missing").error(
            "E218",
            f"'{record.id}' is no record type of its own, so none can be created",
            "refer to a type such as inventoryitem",
        )
        return None
    return creator(spec, spec.create, place / "create", key, record)
