"""
The bills of an inbound flow: its RESTlet, or the stages of its map/reduce.

What happens is in `lib/batch.js`, `upsert.js`, `lookup.js`, `make.js`, `claim.js` and `imports.js`;
each step here is a call there. At worst every key is new, every save is refused because another
session was faster, and what it made is loaded and changed; or it cannot be seen, and one look says
whether anything can.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

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
    UNITS_ATTACH,
    UNITS_CACHE,
    UNITS_DELETE,
    UNITS_FILE_LOAD,
    UNITS_FILE_SAVE,
    UNITS_LOAD,
    UNITS_QUERY,
    UNITS_SAVE,
)
from generator.plan.flow import Hooks
from generator.plan.inbound import (
    CreatePlan,
    FieldPlan,
    FileVia,
    InboundPlan,
    LinesPlan,
    Lookup,
    SubrecordPlan,
)
from generator.plan.values import Coalesce, Literal_, Origin, Path, Ref, Value, VarRef

RESTLET = 5000
MAP = 1000
GET_INPUT_DATA = 10000
SUMMARIZE = 10000
MAP_BATCH = 50
"""Documents of one map invocation at most: a batch that is cut off is written again whole."""
VALUES = 10
"""Keys of a multi-select that the bill counts with."""
PAGE = 2000
"""Results in one file (`lib/imports.js`)."""

_USUAL = {
    "create": "every document is new",
    "delete": "every record is gone already",
    "attach": "every record is there",
    "detach": "every record is there",
}

READ_STATE = UNITS_QUERY + UNITS_LOAD["custom"]
WRITE_STATE = UNITS_QUERY + UNITS_LOAD["custom"] + UNITS_SAVE["custom"]
SAVE_FILE = UNITS_FILE_LOAD + UNITS_FILE_SAVE  # the folder is found by loading its read-me file


def pause_flag() -> Step:
    """Whether the project is paused: asked in N/cache, read from the state record where it is cold."""
    return Step(
        "ask whether the project is paused",
        1,
        Times(batch=2 * UNITS_CACHE + READ_STATE),
        Times(batch=UNITS_CACHE),
        "N/cache; its loader finds and loads the flag",
    )


def inbound_bill(plan: InboundPlan) -> Bill:
    """The bill of the flow's RESTlet or map stage, at the batch of the plan."""
    by_file = isinstance(plan.via, FileVia)
    flow = _Flow(plan)
    steps: list[Step | Either] = [] if by_file else [pause_flag()]
    steps.append(
        Step(
            f"find {plan.record} by {plan.key.field}",
            UNITS_QUERY,
            Times(document=1, chunk=CHUNK),
            Times(document=1, chunk=CHUNK),
            "all keys of the batch in one query",
            plan.key.origin,
        )
    )
    steps += flow.lookups()
    steps += flow.visible()
    steps += flow.creates()
    steps += flow.document()
    return Bill(
        flow=plan.flow,
        script="map/reduce, map" if by_file else "RESTlet",
        limit=MAP if by_file else RESTLET,
        unit="document",
        size=plan.batch_max,
        steps=tuple(steps),
        usual_case=_USUAL.get(plan.write, "every record is there, and its source says nothing new"),
        notes=tuple(flow.notes()),
    )


def own_units(plan: InboundPlan) -> int:
    """Units of one document at worst, without its created references and the answers of a batch."""
    units = 0
    for part in _Flow(replace(plan, answer=())).document():
        units += max(way.cost(1) for way in part.ways) if isinstance(part, Either) else part.units
    return units


def late_units(plan: InboundPlan) -> int:
    """Units of a whole batch that may still be asked for while documents are saved."""
    return sum(step.units for step in _Flow(plan).visible())


def import_bills(plan: InboundPlan) -> tuple[Bill, ...]:
    """The other stages of a file flow's map/reduce; none for RESTlet flows."""
    if not isinstance(plan.via, FileVia):
        return ()
    page = Times(document=1)
    return (
        Bill(
            plan.flow, "map/reduce, getInputData", GET_INPUT_DATA, "part", 100,
            (
                Step("read the import's state", READ_STATE, ONCE, ONCE, "parts and status"),
                pause_flag(),
                Step("load a staged part", UNITS_FILE_LOAD, EACH, EACH, "documents as JSON Lines"),
            ),
            "nothing is cold",
        ),
        Bill(
            plan.flow, "map/reduce, summarize", SUMMARIZE, f"page of {PAGE:,} results", 10,
            (
                Step("read the import's state", READ_STATE, ONCE, ONCE, "parts and status"),
                Step("save a page of results", SAVE_FILE, page, page, "the folder's read-me file is loaded for its id"),
                Step("write the import's state", WRITE_STATE, ONCE, ONCE, "the summary for the agent"),
            ),
            "every import",
        ),
    )  # fmt: skip


class _Use(Struct, frozen=True):
    """
    A reference somewhere in the mapping.

    `keys` are those that one document brings at most, `many` says that a multi-select gives them,
    `made` that it stands inside a record which another reference creates; `on` is the field's;
    `others` are the look-ups of the value's other choices.
    """

    ref: Ref
    value: Value
    keys: int
    many: bool
    made: bool
    on: str
    origin: Origin
    others: frozenset[str]


class _Flow:
    """The parts of an inbound flow's bill."""

    def __init__(self, plan: InboundPlan) -> None:
        self._plan = plan
        self._maps = {found.name: found for found in plan.maps}
        self._uses = list(self._all_uses())
        # Without a fingerprint every document is looked up, loaded and compared.
        self._compares = plan.fingerprint is None or plan.verify_always
        self._load = UNITS_LOAD[plan.kind]
        self._save = UNITS_SAVE[plan.kind]
        # An existing record is loaded, and saved or written by submitFields.
        self._changed = self._load + (self._load if plan.save == "fields" else self._save)

    # --- look-ups ---

    def lookups(self) -> Iterator[Step]:
        """The queries of all look-ups, with their cache; those of created records are a round of their own."""
        for made in (False, True):
            for lookup in self._plan.lookups:
                uses = [use for use in self._uses if use.ref.lookup == lookup.name]
                earlier = {_constant(use.value) for use in uses if not use.made}
                here = [
                    use
                    for use in uses
                    if use.made == made and not (made and (_constant(use.value) or "") in earlier)
                ]
                if here:
                    yield from self._round(lookup, here, first=len(here) == len(uses) or not made)

    def _round(self, lookup: Lookup, uses: list[_Use], *, first: bool) -> Iterator[Step]:
        keyed = lookup.suiteql.count(":keys") if lookup.suiteql else len(lookup.columns)
        chunk = CHUNK // max(1, keyed)
        by = " and ".join(column.name for column in lookup.columns)
        made = uses[0].made
        name = f"look up {lookup.record} by {'a query' if lookup.suiteql else by}"
        name += " for new records" if made else ""
        if self._plan.write == "create":
            asked = not made
        else:
            asked = not made and self._compares and any(use.on != "create" for use in uses)
        keep = lookup.cache == "deploy"
        # The key as it came, and as this product writes external ids.
        forms = 2 if not lookup.suiteql and by == "externalid" else 1
        constants = {found for use in uses if (found := _constant(use.value))}
        known = len(constants) + sum(self._mapped(use.value) or 0 for use in uses)
        open_ = sum(use.keys for use in uses if not self._bounded(use.value))
        worst = Times(forms * known, forms * open_, chunk)
        if keep and first:
            yield Step(
                f"{name}: ask the cache", UNITS_CACHE, ONCE, ONCE if asked else NEVER,
                "kept in N/cache", lookup.origin,
            )  # fmt: skip
        why = f"all keys of the batch in one query, {chunk} at most"
        why += f"; a document brings up to {worst.document}" if worst.document > 1 else ""
        yield Step(
            name, UNITS_QUERY, worst, worst if asked and not keep else NEVER, why, uses[0].origin
        )
        if keep:
            yield Step(
                f"{name}: fill the cache",
                UNITS_CACHE,
                ONCE,
                NEVER,
                "cold once an hour",
                lookup.origin,
            )

    def _mapped(self, value: Value) -> int | None:
        """How many keys the value's map can give; None where the document decides."""
        found = self._maps.get(value.map) if value.map else None
        if found is None or found.otherwise == "same":
            return None
        other = isinstance(found.otherwise, Literal_)
        return len({str(given) for _, given in found.values}) + other

    def _bounded(self, value: Value) -> bool:
        return _constant(value) is not None or self._mapped(value) is not None

    def visible(self) -> Iterator[Step]:
        """
        Tables that are asked for a row, each once a batch: nothing found may mean no permission.

        Here are those where a document goes on afterwards; one that fails asks in place of its
        save.
        """
        for (table, _), origin in self._survived().items():
            yield _shows_any(table, origin)

    def _survived(self) -> dict[_Table, Origin]:
        tables: dict[_Table, Origin] = {}
        for use in self._uses:
            if use.ref.missing in ("skip_field", "skip_line", "default"):
                lookup = self._lookup(use)
                twice = lookup.cache == "deploy" or self._in_two_rounds(lookup)
                # A second choice from the same table, which is there, says that there are rows.
                if not lookup.suiteql and (twice or lookup.name not in use.others):
                    tables.setdefault(_where(lookup), use.origin)
        return tables

    def _failed(self, early: tuple[Step, ...]) -> Iterator[Way]:
        """
        Ways of documents that fail for want of a reference: one look for each table.

        A created record that is refused and not found says so before the first that is only missing
        does; tables that all documents ask are not asked again.
        """
        asked = set(self._survived())
        tables: dict[_Table, Origin] = {}
        refused: list[Step] = []
        for use in self._uses:
            table = self._lookup(use).table
            if use.ref.create and (table, ()) not in asked:
                asked.add((table, ()))
                refused.append(_shows_any(table, use.origin))
        for use in self._uses:
            lookup = self._lookup(use)
            if not lookup.suiteql and use.ref.missing == "error" and _where(lookup) not in asked:
                tables.setdefault(_where(lookup), use.origin)
        missing = [(table, _shows_any(table, origin)) for (table, _), origin in tables.items()]
        if refused and not missing:
            yield Way("a created reference is refused", (*early, *refused))
        for i, (table, look) in enumerate(missing):
            first = refused if i == 0 else []
            yield Way(f"a reference to {table} is missing", (*early, *first, look))

    def _in_two_rounds(self, lookup: Lookup) -> bool:
        return len({use.made for use in self._uses if use.ref.lookup == lookup.name}) > 1

    def _lookup(self, use: _Use) -> Lookup:
        return next(found for found in self._plan.lookups if found.name == use.ref.lookup)

    # --- records ---

    def creates(self) -> Iterator[Step]:
        """Records that missing references create: each may be refused, and is then found."""
        for create in self._plan.creates:
            keys = self._keys_of(create)
            load, save = UNITS_LOAD[create.kind], UNITS_SAVE[create.kind]
            up_to = f"; up to {keys} a document, each key once" if keys > 1 else ""
            yield Step(
                f"create {create.record} that is missing", load + save, Times(document=keys), NEVER,
                f"created ({load}) and saved ({save}){up_to}", create.origin,
            )  # fmt: skip
            yield Step(
                f"look again for {create.record} after a refused save", UNITS_QUERY,
                Times(document=keys), NEVER, "somebody else created it meanwhile", create.origin,
            )  # fmt: skip

    def document(self) -> Iterator[Step | Either]:
        """What saves one document's record, or refuses it."""
        plan = self._plan
        usual = EACH if plan.write == "create" else NEVER
        units = plan.hooks.units if plan.hooks else 0
        declared = (Step("hooks, as declared", units, EACH, usual, "hooks.units"),) if units else ()
        early = declared if plan.hooks and (plan.hooks.before_map or plan.hooks.fields) else ()
        yield from exclusive((*self._saved(usual, declared), *self._failed(early)))

    def _saved(self, usual: Times, hooks: tuple[Step, ...]) -> Iterator[Way]:
        """Ways of documents whose references are there; a new record may be somebody else's by now."""
        plan = self._plan
        if plan.write not in ("upsert", "create"):
            yield Way(f"{plan.record} is there", (*self._act(), *hooks, *self._answer()))
            return
        made = (*self._claim(usual), *self._create(usual))
        refused = (*made, *self._again())
        # Only what is created or changed comes to after_save.
        late = hooks if plan.hooks and _only_after(plan.hooks) else ()
        before = () if late else hooks
        if plan.write == "upsert":
            changed = (*self._change(), *hooks, *self._answer())
            yield Way("found then", (*refused, *changed))
        else:
            yield Way("created", (*made, *hooks, *self._answer()))
            yield Way("found then", (*refused, *before, *self._answer()))
        column = "itemtype" if plan.kind == "item" else "type"
        own = (f"{column} = '{plan.type_code}'",) if plan.type_code else ()
        seen = (plan.table, own) in self._survived()
        look = () if seen else (_shows_any(plan.table, plan.key.origin),)
        yield Way("not found then", (*refused, *before, *look))

    def _act(self) -> Iterator[Step]:
        """What is done with a record that is there, other than by upsert."""
        plan, at = self._plan, self._plan.key.origin
        if plan.write == "delete":
            delete = UNITS_DELETE[plan.kind]
            yield Step(f"delete {plan.record}", delete, EACH, NEVER, "where it is there", at)
        elif plan.related:
            way = "to" if plan.write == "attach" else "from"
            yield Step(
                f"{plan.write} {plan.record}", UNITS_ATTACH, EACH, EACH,
                f"{way} {plan.related.record}", at,
            )  # fmt: skip
        else:
            yield from self._change()

    def _create(self, usual: Times) -> Iterator[Step]:
        """A new record, whose save is refused because somebody else has made it meanwhile."""
        plan, at = self._plan, self._plan.key.origin
        made = f"made from {plan.transform_from[0]}" if plan.transform_from else "created"
        yield Step(
            f"create {plan.record}", self._load + self._save, EACH, usual,
            f"{made} ({self._load}) and saved ({self._save})", at,
        )  # fmt: skip

    def _change(self) -> Iterator[Step]:
        plan, at = self._plan, self._plan.key.origin
        loads = EACH if self._compares else NEVER
        how = "by submitFields" if plan.save == "fields" else "where something differs"
        yield Step(f"load {plan.record}", self._load, EACH, loads, "to compare with it", at)
        yield Step(f"change {plan.record}", self._changed - self._load, EACH, NEVER, how, at)

    def _answer(self) -> Iterator[Step]:
        if not self._plan.answer:
            return
        read = Times(document=1, chunk=CHUNK)
        acts = self._plan.write in ("create", "attach", "detach")
        yield Step(
            "read the answer fields", UNITS_QUERY, read, read if acts else NEVER,
            "of all saved records in one query",
        )  # fmt: skip

    def _claim(self, usual: Times) -> Iterator[Step]:
        if not self._plan.key.claim:
            return
        load, save = UNITS_LOAD["custom"], UNITS_SAVE["custom"]
        field, at = self._plan.key.field, self._plan.key.origin
        yield Step(
            "claim the key", load + save, EACH, usual,
            f"{field} is not unique in NetSuite; a row of its own is", at,
        )  # fmt: skip
        yield Step(
            "take over a claim", UNITS_QUERY + load + save, EACH, NEVER,
            "its writer died: found, loaded, saved", at,
        )  # fmt: skip

    def _again(self) -> Iterator[Step]:
        """After a refused save."""
        plan, at = self._plan, self._plan.key.origin
        if plan.key.claim:
            delete = UNITS_DELETE["custom"]
            yield Step("give a claim back", delete, EACH, NEVER, "after a refused save", at)
        yield Step(
            f"look again for {plan.record} after a refused save", UNITS_QUERY, EACH, NEVER,
            "somebody else created it meanwhile", at,
        )  # fmt: skip

    def notes(self) -> Iterator[str]:
        """What the bill counts with, and what is not in it."""
        plan = self._plan
        counted = [
            f"{found.most} lines of {found.sublist}" for found in plan.lines if not _single(found)
        ]
        if counted and any(use.keys > 1 for use in self._uses):
            yield f"counted with up to {' and '.join(counted)} a document (lines.{plan.lines[0].sublist}.most)"
        if any(use.many for use in self._uses):
            yield f"counted with up to {VALUES} keys of a multi-select"
        if plan.hooks and plan.hooks.units:
            yield f"{plan.hooks.module} is counted with the {plan.hooks.units} units a document that hooks.units declares"
        elif plan.hooks:
            yield f"what {plan.hooks.module} calls of N/ modules and of ctx.ref is not in it: declare it with hooks.units"
        yield "user events and workflows that a save sets off have units of their own"

    # --- where references are ---

    def _keys_of(self, create: CreatePlan) -> int:
        return sum(use.keys for use in self._uses if use.ref.create == create.name)

    def _all_uses(self) -> Iterator[_Use]:
        plan = self._plan
        if plan.transform_from and plan.write != "update":
            yield from self._of_fields((plan.transform_from[1],), 1)
        if plan.related:
            role = (plan.related.role,) if plan.related.role else ()
            yield from self._of_fields((plan.related.id, *role), 1)
        own = list(self._of_place(plan.body, plan.lines, plan.subrecords, 1))
        yield from own
        for create in plan.creates:
            times = sum(use.keys for use in own if use.ref.create == create.name)
            yield from self._of_fields(create.body, times, made=True)

    def _of_place(
        self,
        fields: tuple[FieldPlan, ...],
        lines: tuple[LinesPlan, ...],
        subrecords: tuple[SubrecordPlan, ...],
        times: int,
    ) -> Iterator[_Use]:
        yield from self._of_fields(fields, times)
        for found in lines:
            inside = times if _single(found) else max(times, found.most)
            yield from self._of_place(found.fields, (), found.subrecords, inside)
        for inner in subrecords:
            yield from self._of_place(inner.fields, inner.lines, (), times)

    def _of_fields(
        self, fields: tuple[FieldPlan, ...], times: int, *, made: bool = False
    ) -> Iterator[_Use]:
        skipped = {"update": "create", "create": "update"}.get(self._plan.write)
        for found in fields:
            if found.on == skipped and not made:
                continue
            many = found.type == "multiselect"
            values = list(_references(found.value))
            for value in values:
                assert value.ref is not None
                others = frozenset(one.ref.lookup for one in values if one.ref and one is not value)
                source = value.source
                # A path from the root is the same for all lines.
                here = 1 if isinstance(source, Path) and source.root else times
                keys = here * (VALUES if many else 1)
                yield _Use(value.ref, value, keys, many, made, found.on, found.origin, others)


def _only_after(hooks: Hooks) -> bool:
    """Whether all that the functions do is done once a record is saved."""
    return bool(hooks.after_save) and not (
        hooks.before_map or hooks.after_map or hooks.before_save or hooks.fields
    )


_Table = tuple[str, tuple[str, ...]]
"""A table and the conditions on it, as `lib/sql.js` asks each once."""


def _where(lookup: Lookup) -> _Table:
    return lookup.table, tuple(test for test in lookup.where if not test.startswith("isinactive"))


def _shows_any(table: str, origin: Origin) -> Step:
    return Step(
        f"see whether {table} shows any row", UNITS_QUERY, ONCE, NEVER,
        "nothing was found: is it missing, or hidden from the role", origin,
    )  # fmt: skip


def _references(value: Value) -> Iterator[Value]:
    """The value, or the parts of a coalesce, that are looked up."""
    if value.ref:
        yield value
    if isinstance(value.source, Coalesce):
        for part in value.source.parts:
            yield from _references(part)


def _constant(value: Value) -> str | None:
    """What the value is where no document decides it."""
    source = value.source
    if isinstance(source, VarRef):
        return f"var {source.name}"
    return f"value {source.value}" if isinstance(source, Literal_) else None


def _single(lines: LinesPlan) -> bool:
    """Whether the list is the element itself (`from: .`), and so one line."""
    return not lines.source.segments
