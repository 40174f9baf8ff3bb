"""
For random flows: what is metered in the worst case never exceeds the bill, and the bill is at most
1.3 times as much; documents sent again cost at most the bill's usual case.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from bill_specs import ROUNDS, SEED, Case, cases, write_project
from bill_worst import Meter, metered

from generator.bill import inbound_bill

SEEDS = range(3 * int(os.environ.get("SUITELOOM_SOAK", "0")) or 2)
FLOWS = 40


@pytest.fixture(scope="module", params=SEEDS)
def generated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Meter, list[Case]]]:
    made = list(cases(request.param, FLOWS))
    folder = tmp_path_factory.mktemp("generated")
    write_project(folder, made)
    with metered(folder) as meter:
        meter.seed(SEED)
        yield meter, made


@pytest.mark.parametrize("number", range(FLOWS))
def test_the_worst_case_of_a_random_flow_costs_what_its_bill_says(
    generated: tuple[Meter, list[Case]], number: int
) -> None:
    meter, made = generated
    case = made[number]
    bill = inbound_bill(meter.flow(case.name))
    meter.seed(case.records)
    batches = [
        [case.document(batch * bill.size + i) for i in range(bill.size)] for batch in range(ROUNDS)
    ]
    worst = badly(meter, case, batches)
    assert worst <= bill.worst(), (case.spec, bill.steps)
    assert bill.worst() <= 1.3 * worst, (case.spec, bill.steps)
    if case.misses:
        return
    if case.spec.get("write") == "create":
        # New, but they refer to what was referred to before; an estimate makes one order.
        known = [
            old | {name: new[name] for name in ("id", "title", "offer") if name in new}
            for new, old in zip(batches[-1], batches[-2], strict=True)
        ]
        again = meter.run(case.name, known)
    else:
        meter.run(case.name, batches[0])
        again = meter.run(case.name, batches[0])
    assert again <= bill.usual() <= 1.3 * again, (case.spec, bill.steps)


def badly(meter: Meter, case: Case, batches: list[list[dict[str, Any]]]) -> int:
    """What a batch costs at most, of all ways in which things can go badly."""
    units = [meter.worst(case.name, batches[0])]
    if case.spec.get("write", "upsert") in ("upsert", "create"):
        units.append(meter.worst(case.name, batches[1], unseen=True))
        units.append(meter.worst(case.name, batches[2], unseen=True, warm=True))
    lost, failing = without_references(case, batches[1])
    if case.spec.get("write") == "update" and failing:
        meter.cold()
        units.append(meter.run(case.name, lost, failing=failing))
    return max(units)


def without_references(
    case: Case, documents: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], int]:
    """The documents, each with one reference alone, to nobody, as long as there are such fields."""
    rules = [rule for rule in case.spec.get("body", {}).values() if isinstance(rule, dict)]
    needed = [
        rule["from"]
        for rule in rules
        if "missing" not in rule.get("ref", {"missing": ""}) and rule["ref"]["by"] != "suiteql"
    ]
    lost = []
    for i, document in enumerate(documents):
        bare = {name: value for name, value in document.items() if not name.startswith("k_")}
        lost.append(bare | dict.fromkeys(needed[i : i + 1], "nobody"))
    return lost, min(len(needed), len(documents))
