"""Documents and records as a test writes them, made ready for the account."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from emulator.door.control import SeedRecord, Work
from emulator.errors import UsageError
from emulator.trial.stage import Stage, TrialError, origin, who
from generator.plan.inbound import InboundPlan
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.trials import Found, Given, Input, Save
from generator.transforms.arguments import split_path


def seeds(folder: Path, givens: Iterable[Given]) -> list[SeedRecord]:
    """Records to seed, those of files included."""
    found: list[SeedRecord] = []
    for given in givens:
        if given.file is not None:
            found += seed_file(folder / given.file)
        else:
            found.append(
                SeedRecord(
                    type=str(given.type),
                    id=given.id,
                    externalid=given.externalid,
                    fields=given.fields,
                    sublists={name: _lines(lines) for name, lines in given.lines.items()},
                    subrecords={name: _subrecord(one) for name, one in given.subrecords.items()},
                )
            )
    return found


def seed_file(path: Path) -> list[SeedRecord]:
    """The records of a file such as account.json. UsageError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(data, ensure_ascii=False).encode()  # no half of a character
        records = data["records"] if isinstance(data, dict) else data
        return [_seed(path, number, one) for number, one in enumerate(records, 1)]
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{path} holds no records to seed: {error}") from error


def _seed(path: Path, number: int, given: Any) -> SeedRecord:
    try:
        return SeedRecord.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        kind = given.get("type", "") if isinstance(given, dict) else ""
        told = f"{path}: record {number}" + (f" ({kind})" if kind else "")
        at = ".".join(str(each) for each in wrong["loc"])
        if wrong["type"] != "extra_forbidden":
            raise UsageError(f"{told}: {at or 'the record'}: {wrong['msg']}") from error
        keys = tuple(SeedRecord.model_fields)
        # The word of specs and tests for what the account calls a sublist.
        hint = "; did you mean 'sublists'?" if at == "lines" else did_you_mean(at, keys)
        raise UsageError(f"{told}: unknown key '{at}'{hint} (keys: {listed(keys)})") from error


def documents(stage: Stage, folder: Path, plan: InboundPlan, inputs: Iterable[Input]) -> list[Any]:
    """The documents of a step."""
    return [one for given in inputs for one in _documents(stage, folder, plan, given)]


def _documents(stage: Stage, folder: Path, plan: InboundPlan, given: Input) -> Iterator[Any]:
    if given.document is not None:
        found = [copy.deepcopy(given.document)]
    else:
        file = given.file or plan.source.sample
        assert file is not None  # checked when the test was read
        found = stage.documents(plan.flow, folder / file)
    if given.ids is not None:
        found = [one for one in found if document_id(plan, one) in given.ids]
        if len(found) != len(given.ids):
            raise TrialError(f"{len(found)} documents have the ids {', '.join(given.ids)}")
    for one in found:
        for path in given.without:
            _put(one, path, None, remove=True)
        for path, value in given.set.items():
            _put(one, path, copy.deepcopy(value))
        yield one


def document_id(plan: InboundPlan, document: Any) -> str | None:
    """What the flow takes for the document's id, or for its key where it names none."""
    path = plan.source.id_path
    segments = path.segments if path else ()
    if not segments and plan.key.value is not None:
        segments = getattr(plan.key.value.source, "segments", ())
    for name in segments:
        document = document.get(name) if isinstance(document, Mapping) else None
    return None if document is None or not segments else str(document)


def _put(document: Any, path: str, value: Any, *, remove: bool = False) -> None:
    try:
        names = list(split_path(path.removeprefix("$.")))
    except ValueError as error:
        raise TrialError(f"'{path}' is no path: {error}") from error
    at = document
    for name in names[:-1]:
        at = _element(at, name, path) if isinstance(at, list) else _member(at, name, path)
    last = names[-1]
    if isinstance(at, list):
        number = int(last) if last.isdigit() else -1
        if remove and 0 <= number < len(at):
            del at[number]
        elif not remove and 0 <= number < len(at):
            at[number] = value
        elif not remove and number == len(at):
            at.append(value)
        else:
            raise TrialError(f"'{path}' is not in the document: a list of {len(at)} is there")
    elif not isinstance(at, dict):
        raise TrialError(f"'{path}' is not in the document")
    elif remove:
        at.pop(last, None)
    else:
        at[last] = value


def _element(at: list[Any], name: str, path: str) -> Any:
    if not name.isdigit() or int(name) >= len(at):
        raise TrialError(f"'{path}' is not in the document: '{name}' is no element of {len(at)}")
    return at[int(name)]


def _member(at: Any, name: str, path: str) -> Any:
    if not isinstance(at, dict):
        raise TrialError(f"'{path}' is not in the document")
    if at.get(name) is None:
        at[name] = {}
    return at[name]


def work(stage: Stage, record: str, save: Save) -> Work:
    """A person's work as the account takes it."""
    kind = save.type or record
    number = None if save.find is None else _one(stage, Found(type=kind, find=save.find))
    action = "save"
    if save.delete:
        action = "delete"
    elif save.inline:
        action = "submit_fields"
    elif save.from_ is not None:
        action = "transform"
    return Work.model_validate(
        {
            "action": action,
            "as": who(save.as_.role, save.as_.user, save.as_.context),
            "type": kind,
            "id": number,
            "fields": save.fields,
            "sublists": {name: _lines(lines) for name, lines in save.lines.items()},
            "subrecords": {name: _subrecord(one) for name, one in save.subrecords.items()},
            "from": origin(save.from_.type, _one(stage, save.from_)) if save.from_ else None,
            "event": save.event,
        }
    )


def _one(stage: Stage, found: Found) -> int:
    records = stage.find(found.type, found.find)
    if len(records) != 1:
        told = ", ".join(f"{name} {value}" for name, value in found.find.items())
        raise TrialError(f"{len(records)} records of {found.type} have {told}; it must be one")
    return int(records[0]["id"])


def _lines(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    out = []
    for line in lines:
        one: dict[str, Any] = {key: line[key] for key in ("line", "match", "remove") if key in line}
        one["fields"] = {
            key: value
            for key, value in line.items()
            if key not in ("line", "match", "remove", "subrecords")
        }
        if "subrecords" in line:
            one["subrecords"] = {name: _subrecord(sub) for name, sub in line["subrecords"].items()}
        out.append(one)
    return out


def _subrecord(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "fields": {key: value for key, value in values.items() if key != "lines"},
        "sublists": {name: _lines(lines) for name, lines in values.get("lines", {}).items()},
    }
