"""References that find several records, inactive ones, and the same ones again and again."""

from __future__ import annotations

from typing import Any

from emulator.door.control import SeedRecord


def plant(world: Any, name: str, **fields: Any) -> str:
    record = {"type": "customrecord_run_plant", "fields": {"name": name, **fields}}
    (made,) = world.netsuite.seed([SeedRecord.model_validate(record)])
    return str(made)


def saved(world: Any) -> dict[str, Any]:
    fields = world.record("customrecord_run_visit", externalid="L-n_x2F1")["fields"]
    return {
        name.removeprefix("custrecord_run_plant_"): value
        for name, value in fields.items()
        if name.startswith("custrecord_run_plant_")
    }


def visit(**more: Any) -> dict[str, Any]:
    return {"no": 1, "area": "n", "name": "Monday", **more}


def test_several_records_of_one_name_are_an_error_or_the_first(world: Any) -> None:
    lowest = plant(world, "Mill")
    plant(world, "Mill")
    error = world.one("linked", visit(one="Mill"))["error"]
    assert (error["code"], error["spec"]) == ("AMBIGUOUS_REFERENCE", "linked.yaml:13")
    assert world.one("linked", visit(first="Mill"))["outcome"] == "created"
    assert saved(world) == {"first": lowest}


def test_what_a_query_cuts_off_is_asked_for_again(world: Any) -> None:
    """SuiteQL gives 5,000 rows and says nothing of the others."""
    mills = [SeedRecord(type="customrecord_run_plant", fields={"name": "Mill"})] * 5000
    lowest, *_ = world.netsuite.seed(mills)
    last = plant(world, "Zenith")
    one, other = world.results("linked", visit(one="Zenith"), {**visit(first="Mill"), "no": 2})
    assert (one["outcome"], other["outcome"]) == ("created", "created")
    assert saved(world) == {"one": last}
    fields = world.record("customrecord_run_visit", id=int(other["record"]))["fields"]
    assert fields["custrecord_run_plant_first"] == str(lowest)


def test_an_inactive_record_is_found_only_where_it_is_asked_for(world: Any) -> None:
    """Whether it is taken then is NetSuite's word: most fields refuse one."""
    plant(world, "Mill", isinactive=True)
    plant(world, "Other")  # the table shows something
    assert world.one("linked", visit(one="Mill"))["error"]["code"] == "MISSING_REFERENCE"
    error = world.one("linked", visit(old="Mill"))["error"]
    assert (error["code"], error["spec"]) == ("INVALID_KEY_OR_REF", "linked.yaml:15")


def test_a_kept_look_up_is_not_asked_again_but_what_it_lacked_is(world: Any) -> None:
    plant(world, "Mill")
    documents = [visit(old="Mill"), {**visit(old="Mine"), "no": 2}]
    missing = world.results("linked", *documents)[1]
    assert missing["error"]["missing"] == "customrecord_run_plant|name|Mine"
    plant(world, "Mine")
    assert world.one("linked", documents[1])["outcome"] == "created"
    queries = world.last()["calls"]["query.runSuiteQL"]
    assert world.one("linked", {**visit(old="Mill"), "no": 3})["outcome"] == "created"
    assert world.last()["calls"]["query.runSuiteQL"] == queries - 1


def test_a_key_that_a_hook_makes(world: Any) -> None:
    assert world.one("linked", visit())["key"] == "L-n_x2F1"
    assert world.one("linked", visit())["outcome"] == "unchanged"
    error = world.one("linked", {"no": 1, "name": "Monday"})["error"]
    assert error["code"] == "KEY_EMPTY"
