"""
Which lines of a spec the tests covered.

    lens ─► facts (what happened) ─┐
    spec (what is written, where) ─┴─► items ─► covered or missed, by line

What covered means is written in docs/testing.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emulator.trial.facts import Facts, gather
from emulator.trial.items import Item, items_of
from emulator.trial.stage import Note, Saved, Sent
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import EventsVia, OutboundPlan
from generator.plan.project import ProjectPlan
from generator.spec.source import read


@dataclass(frozen=True, slots=True)
class FlowCoverage:
    """The items of a flow's spec (`file`, relative to the project)."""

    flow: str
    file: str
    items: tuple[Item, ...]

    @property
    def lines(self) -> dict[int, bool]:
        """Spec lines with something to cover: whether all of it is."""
        out: dict[int, bool] = {}
        for item in self.items:
            if item.waived is None:
                out[item.line] = out.get(item.line, True) and item.covered
        return out

    @property
    def percent(self) -> float:
        """Covered lines of a hundred; 100 where there is nothing to cover."""
        lines = self.lines
        return 100.0 if not lines else 100 * sum(lines.values()) / len(lines)

    def missed(self) -> list[Item]:
        """What no test saw, by line."""
        return self._uncovered(waived=False)

    def waived(self) -> list[Item]:
        """What no test saw and none has to, by line."""
        return self._uncovered(waived=True)

    def _uncovered(self, *, waived: bool) -> list[Item]:
        found = (
            one for one in self.items if not one.covered and (one.waived is not None) == waived
        )
        return sorted(found, key=lambda one: one.line)


class Coverage:
    """
    Collects over a run.

    Args:
        folder: the project folder.
        flows: whose coverage is asked for.
        plan: what the specs say.
    """

    def __init__(self, folder: Path, flows: Sequence[str], plan: ProjectPlan) -> None:
        self._folder = folder
        self._flows = flows
        every: list[InboundPlan | OutboundPlan] = [*plan.inbound, *plan.outbound]
        self._plans = {each.flow: each for each in every}
        self._facts: dict[str, Facts] = {each.flow: Facts() for each in every}
        self._modules = {each.flow.replace("-", "_"): each.flow for each in every}

    def sent(self, plan: InboundPlan, sent: Sent) -> None:
        """Documents went through an inbound flow."""
        facts = self._facts[plan.flow]
        for _, notes in sent.notes:
            gather(facts, {map_.name: dict(map_.values) for map_ in plan.maps}, notes)
        for result in sent.results:
            answer = result.get("answer") or {}
            facts.answered.update(name for name, value in answer.items() if value is not None)

    def saved(self, saved: Saved, record: str, context: str) -> None:
        """A person saved a record in an execution context, and outbound flows were asked and drained."""
        told = {event["flow"] for event in saved.events}
        for plan in self._plans.values():
            if not isinstance(plan, OutboundPlan) or not isinstance(plan.via, EventsVia):
                continue
            if plan.record == record and plan.flow not in told:
                facts = self._facts[plan.flow]
                facts.excluded = facts.excluded or context in plan.via.contexts_excluded
        for _, notes in saved.notes:
            flow: str | None = None
            part: list[Note] = []
            for note in notes:
                if note["k"] == "decided":
                    self._decided(note, record)
                    continue
                if note["k"] == "when":
                    self._outbound(flow, part)
                    flow, part = note["flow"], []
                    if flow in self._facts:
                        self._facts[flow].asked["when"].add(note["r"])
                    continue
                part.append(note)
            self._outbound(flow, part)

    def _outbound(self, flow: str | None, notes: Sequence[Note]) -> None:
        plan = self._plans.get(flow or "")
        if plan is not None:
            maps = {map_.name: dict(map_.values) for map_ in plan.maps}
            gather(self._facts[plan.flow], maps, notes)

    def polled(self, flow: str, done: Saved) -> None:
        """A flow was polled once."""
        facts = self._facts[flow]
        facts.polls += 1
        facts.polled.update(event["event"] for event in done.events)
        for _, notes in done.notes:
            self._outbound(flow, notes)

    def _decided(self, note: Note, record: str) -> None:
        """A save of a record: which flows wanted it, and why others did not."""
        for flow in note["flows"]:
            if flow in self._facts:
                self._facts[flow].touched.add(record)
        flow = None
        passed: dict[str, bool] = {}
        for name, subject, answer in note["asked"]:
            if name == "wanted":
                flow = subject
                if flow not in self._facts:
                    continue
                passed[flow] = answer
            elif name == "changed" and flow in self._facts:
                self._facts[flow].asked["changed"].add(answer)
                passed[flow] = passed[flow] and answer
        for flow, through in passed.items():
            facts = self._facts[flow]
            facts.wanted[note["type"]].add(flow in note["flows"])
            if through:
                facts.asked["save"].add(flow in note["flows"])

    def flows(self, waivers: Mapping[str, Mapping[str, str]]) -> tuple[FlowCoverage, ...]:
        """The coverage of every flow that was asked for; `waivers` are reasons by flow and place."""
        out = []
        for flow in self._flows:
            plan = self._plans[flow]
            source = read(self._folder / plan.file, plan.file)
            reasons = waivers.get(flow, {})
            items = tuple(
                item if item.covered else replace(item, waived=reasons.get(item.at))
                for item in items_of(source, self._facts[flow])
            )
            out.append(FlowCoverage(flow, plan.file, items))
        return tuple(out)
