"""Records in spec tests: whether the fields, sublists and subrecords that they name are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct

from generator.catalog import Catalog, RecordType, Sublist
from generator.catalog.model import Field
from generator.compile.context import Place
from generator.spec.diagnose import did_you_mean
from generator.spec.trials import Given, RecordSpec, Save

# Fields that the local account keeps beside a record's own.
_ALWAYS = ("id", "externalid", "internalid", "isclosed", "line", "lineuniquekey")
# What a line holds beside its fields; all but the first only where a person changes lines that are
# there.
_OF_A_LINE = ("subrecords", "line", "match", "remove")


class Records(Struct, frozen=True):
    """Checks records of spec tests against the catalogue."""

    catalog: Catalog

    def kind(self, record: str, place: Place) -> RecordType | None:
        """A record type by its name; reported where it is none."""
        kind = self.catalog.record(record)
        if kind is None:
            hint = did_you_mean(record, self.catalog.records)
            place.error("E201", f"unknown record type '{record}'{hint}")
        return kind

    def parts(
        self, kind: RecordType | None, parts: Given | Save | RecordSpec, place: Place
    ) -> None:
        """Fields, lines and subrecords of a record."""
        if kind is None:
            return
        self.fields(kind, parts.fields, place / "fields")
        words = _OF_A_LINE if isinstance(parts, Save) else _OF_A_LINE[:1]
        self._lines(kind, kind.id, parts.lines, place / "lines", words)
        for name, values in parts.subrecords.items():
            self._subrecord(kind, kind.id, kind.subrecords, name, values, place / "subrecords")
        if isinstance(parts, RecordSpec):
            for index, path in enumerate(parts.absent):
                self._absent(kind, path, place / "absent" / index)

    def fields(self, kind: RecordType | None, values: Iterable[str], place: Place) -> None:
        """Body fields."""
        if kind is not None and not kind.open:
            for name in values:
                _field(name, kind.fields, kind.id, place / name, key=True)

    def _lines(
        self,
        kind: RecordType,
        owner: str,
        lines: Mapping[str, Any],
        place: Place,
        words: Collection[str],
    ) -> None:
        for name, listed in lines.items():
            at = place / name
            sublist = kind.sublists.get(name)
            if sublist is None:
                if not kind.open:
                    hint = did_you_mean(name, kind.sublists)
                    at.error("E202", f"'{name}' is no sublist of {owner}{hint}", key=True)
                continue
            for index, line in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(line, Mapping):
                    self._line(sublist, f"{owner}.{name}", line, at / index, words)

    def _line(
        self,
        sublist: Sublist,
        owner: str,
        line: Mapping[str, Any],
        place: Place,
        words: Collection[str],
    ) -> None:
        match = line.get("match") if "match" in words else None
        for names, at in ((line, place), (match, place / "match")):
            for name in names if isinstance(names, Mapping) else ():
                if at is not place or name not in words:
                    _field(name, sublist.fields, owner, at / name, key=True)
        inner = line.get("subrecords")
        for name, values in inner.items() if isinstance(inner, Mapping) else ():
            self._subrecord(None, owner, sublist.subrecords, name, values, place / "subrecords")

    def _subrecord(
        self,
        kind: RecordType | None,
        owner: str,
        known: Mapping[str, str],
        name: str,
        values: Any,
        place: Place,
    ) -> None:
        at = place / name
        if name not in known:
            if kind is None or (known and not kind.open):
                hint = did_you_mean(name, known)
                at.error("E202", f"'{name}' is no subrecord of {owner}{hint}", key=True)
            return
        inside = self.catalog.record(known[name])
        if inside is None or not isinstance(values, Mapping):
            return
        self.fields(inside, [field for field in values if field != "lines"], at)
        lines = values.get("lines")
        if isinstance(lines, Mapping):
            self._lines(inside, f"{owner}.{name}", lines, at / "lines", _OF_A_LINE[:1])

    def _absent(self, kind: RecordType, path: str, place: Place) -> None:
        """`memo`, `item.0.memo`, `item.0.inventorydetail`, `shippingaddress`, `shippingaddress.city`."""
        head, *rest = path.split(".")
        if head in kind.sublists:
            sublist = kind.sublists[head]
            if not rest or not rest[0].isdigit():
                message = f"'{path}' names no line of '{head}': the first one is  {head}.0"
                place.error("E202", message)
            elif len(rest) > 1 and rest[1] not in sublist.subrecords:
                _field(rest[1], sublist.fields, f"{kind.id}.{head}", place)
        elif head in kind.subrecords:
            self.fields_of(kind.subrecords[head], rest[:1], f"{kind.id}.{head}", place)
        elif not kind.open:
            known = {**kind.fields, **dict.fromkeys((*kind.sublists, *kind.subrecords))}
            _field(head, known, kind.id, place)

    def fields_of(self, record: str, names: Iterable[str], owner: str, place: Place) -> None:
        """Fields of a subrecord, all at one place."""
        inside = self.catalog.record(record)
        for name in names:
            if inside is not None:
                _field(name, inside.fields, owner, place)


def _field(
    name: str, known: Mapping[str, Field | None], owner: str, place: Place, *, key: bool = False
) -> None:
    """A field that is none; of the account's own only those are known that the project describes."""
    if name in known or name in _ALWAYS or not known:
        return
    hint = did_you_mean(name, known)
    if name.startswith("cust"):
        place.warn("E202", f"'{name}' is no known field of {owner}{hint}", key=key)
    else:
        place.error("E202", f"'{name}' is no field of {owner}{hint}", key=key)
