"""flows.json: what the agent reads of it, and what it refuses."""

import json
from pathlib import Path

import pytest

from agent import bundle
from agent.errors import BundleError

HERE = Path(__file__).parents[2]


def test_the_projects_own_bundle_reads() -> None:
    read = bundle.load(HERE / "sdf_project" / "flows.json")
    environment = next(iter(read.environments))
    assert read.inbound(environment)
    assert read.outbound(environment)
    assert len(read.inbound(environment)) + len(read.outbound(environment)) <= len(read.flows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "newer than this agent"),
        ({"flows": [{"flow": "x", "direction": "inbound"}]}, "'kind' is missing"),
        ({"environments": []}, "broken"),
        ({"format": None}, "no 'format'"),
    ],
)
def test_what_it_cannot_read_is_said_in_one_sentence(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    data = json.loads((HERE / "sdf_project" / "flows.json").read_text()) | change
    path = tmp_path / "flows.json"
    path.write_text(json.dumps(data))
    with pytest.raises(BundleError, match=said):
        bundle.load(path)


def test_a_flow_that_is_off_in_an_environment_is_not_there(tmp_path: Path) -> None:
    data = json.loads((HERE / "sdf_project" / "flows.json").read_text())
    name = next(iter(data["environments"]))
    flow = next(one for one in data["flows"] if one["direction"] == "inbound")
    flow["enabled"] = {name: False}
    path = tmp_path / "flows.json"
    path.write_text(json.dumps(data))
    assert flow["flow"] not in bundle.load(path).inbound(name)
