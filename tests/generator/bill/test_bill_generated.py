"""
For random flows: what is metered in the worst case never exceeds the bill, and the bill is at most
1.3 times as much; documents sent again cost at most the bill's usual case.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from bill_specs import SEED, Case, cases, write_project
from bill_worst import Meter, metered

from generator.bill import inbound_bill

SEEDS = range(int(os.environ.get("SUITELOOM_SOAK", "2")))
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
    documents = [case.document(i) for i in range(bill.size)]
    worst = meter.worst(case.name, documents)
    assert worst <= bill.worst(), (case.spec, bill.steps)
    assert bill.worst() <= 1.3 * worst, (case.spec, bill.steps)
    if case.misses:
        return
    if case.spec.get("write") == "create":
        again = meter.run(case.name, documents)  # now they are new
    else:
        meter.run(case.name, documents)
        again = meter.run(case.name, documents)
    assert again <= bill.usual() <= 1.3 * again, (case.spec, bill.steps)
