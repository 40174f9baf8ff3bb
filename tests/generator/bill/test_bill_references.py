"""
For random flows with many references: of all ways in which documents can go badly, none costs more
than the bill says, and the bill is at most 1.3 times what the dearest of them costs.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from bill_references import Case, cases, write_project
from bill_worst import Meter, metered

from generator.bill import inbound_bill

SEEDS = range(1, 2 + 3 * int(os.environ.get("SUITELOOM_SOAK", "0")))
FLOWS = 40
USUAL = {"type": "location", "fields": {"externalid": "USUAL", "name": "Usual", "subsidiary": "1"}}


@pytest.fixture(scope="module", params=SEEDS)
def generated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Meter, list[Case]]]:
    made = list(cases(request.param, FLOWS))
    folder = tmp_path_factory.mktemp("referring")
    write_project(folder, made)
    with metered(folder) as meter:
        meter.seed([USUAL])
        yield meter, made


@pytest.mark.parametrize("number", range(FLOWS))
def test_no_way_of_documents_costs_more_than_the_bill(
    generated: tuple[Meter, list[Case]], number: int
) -> None:
    meter, made = generated
    case = made[number]
    meter.seed(case.records)
    bill = inbound_bill(meter.flow(case.name))
    assert bill.size == case.size
    found = dict(ways(meter, case, random.Random(case.name)))
    worst = max(found.values())
    assert worst <= bill.worst(), (case.spec, found, bill.entries())
    assert bill.worst() <= 1.3 * worst, (case.spec, found, bill.entries())


def ways(meter: Meter, case: Case, chance: random.Random) -> Iterator[tuple[str, int]]:
    """Each way in which documents can go badly, and what it costs."""
    plan, last = meter.flow(case.name), case.size
    created = Counter(create.record for create in plan.creates)
    # Of the last document's records nobody sees any; of all documents'; of the flow's own record.
    refused = {
        "": {},
        "own unseen": {plan.record: last},
        "last unseen": {record: (last - 1) * each + 1 for record, each in created.items()},
        "all unseen": dict.fromkeys(created, 1),
    }

    def cost(documents: list[dict[str, Any]], unseen: dict[str, int]) -> int:
        with meter.raced(case.name, documents, unseen):
            return meter.run(case.name, documents, failing=None)

    for name, unseen in refused.items():
        for way in ("best", "survived"):
            yield f"{way} {name}", cost(case.documents(chance, way), unseen)
    for i in range(3):
        some = {record: chance.randrange(1, 9) for record in (plan.record, *created)}
        yield f"mixed {i}", cost(case.documents(chance, "mixed"), some)
    for path, kind in case.sources.items():
        if kind == "found":
            for name in ("", "last unseen"):
                documents = case.documents(chance, "survived")
                documents[-1][path] = f"nobody {case.rounds}"
                yield f"no {path} {name}", cost(documents, refused[name])
    documents = case.documents(chance, "survived")
    meter.cold()
    yield "alone", meter.run(case.name, documents, failing=None)
