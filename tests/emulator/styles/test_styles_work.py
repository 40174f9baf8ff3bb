"""Scripts that load modules lazily, go on after a pause, keep parents and children, and read saved searches."""

from __future__ import annotations

import pytest
from outside import Account

from emulator.errors import NetSuiteError

PROJECT, STEP = "customrecord_styles_project", "customrecord_styles_step"


def test_modules_are_loaded_where_they_are_needed_and_once(account: Account) -> None:
    item = account.item("Lazy item", 1)
    assert account.get("lazy_rl", kilos=4) == {
        "mode": "land", "cost": 6, "days": 4, "asked": 1, "again": 2,
    }  # fmt: skip
    # Each call begins with fresh modules.
    assert account.get("lazy_rl", kilos=2, mode="air")["asked"] == 1
    assert account.get("lazy_rl", sku="Lazy item") == {"found": str(item)}
    assert account.get("lazy_rl", sku="Nothing of the kind") == {"found": None}


def test_a_module_that_is_not_there_is_an_error_only_when_it_is_asked_for(account: Account) -> None:
    assert account.post("lazy_rl", modules=["N/search", "./lib/freight", "./lib/gone"]) == {
        "N/search": None, "./lib/freight": None, "./lib/gone": "MODULE_DOES_NOT_EXIST",
    }  # fmt: skip
    with pytest.raises(NetSuiteError) as wrong:
        account.get("lazy_rl", kilos=1, mode="sea")
    assert "No rate for sea" in wrong.value.message


def test_a_scheduled_script_queues_itself_again_when_units_run_low(account: Account) -> None:
    customers = [account.customer(f"Requeue {number:02}") for number in range(12)]
    task = account.control.run(
        "customscript_styles_requeue_ss", params={"custscript_styles_word": "Requeue"}
    )
    assert task["idle"] is True
    notes = [account.one("customer", each)["fields"].get("comments") for each in customers]
    # Started from the screen first, by the script itself then.
    assert (notes[0], notes[-1]) == ("USER_INTERFACE", "ON_DEMAND")
    assert set(notes) == {"USER_INTERFACE", "ON_DEMAND"}
    done = [
        int(details)
        for title, details in account.logged("requeue_ss")
        if title == "requeue Requeue"
    ]
    # A load is 5 units and a save 10 for a customer, and the search costs 10.
    assert sum(done) == 12
    assert len(done) == 2
    assert ("queued", "after this run") in account.logged("requeue_ss")


def test_steps_add_up_in_their_project(account: Account) -> None:
    project = account.control.save(PROJECT, {"name": "House"})

    def total() -> float:
        return float(account.one(PROJECT, project)["fields"].get("custrecord_styles_total", 0))

    walls, roof = (
        account.control.save(
            STEP, {"name": name, "custrecord_styles_hours": hours, "custrecord_styles_parent": str(project)}
        )
        for name, hours in (("Walls", 5), ("Roof", 2.5))
    )  # fmt: skip
    assert total() == 7.5
    account.control.submit_fields(STEP, walls, {"custrecord_styles_hours": 1})
    account.control.save(STEP, {"isinactive": True}, id=roof)
    assert total() == 1
    account.control.delete(STEP, walls)
    assert total() == 0
    with pytest.raises(NetSuiteError) as refused:
        account.control.save(STEP, {"name": "Hole", "custrecord_styles_hours": -1})
    assert refused.value.code == "STYLES_HOURS"


def test_steps_are_lines_of_their_project_and_keep_it_from_being_deleted(account: Account) -> None:
    project = account.control.save(
        PROJECT, {"name": "Garden"},
        sublists={"recmachcustrecord_styles_parent": [
            {"name": "Dig", "custrecord_styles_hours": 3}, {"name": "Plant"},
        ]},
    )  # fmt: skip
    steps = [
        row
        for row in account.control.records(STEP)
        if row["fields"].get("custrecord_styles_parent") == str(project)
    ]
    assert [(row["fields"]["name"], row["fields"]["custrecord_styles_hours"]) for row in steps] == [
        ("Dig", 3),
        ("Plant", 1),
    ]
    assert account.one(PROJECT, project)["fields"]["custrecord_styles_total"] == 4
    with pytest.raises(NetSuiteError) as refused:
        account.control.delete(PROJECT, project)
    assert refused.value.code == "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS"


def test_a_map_reduce_reads_a_saved_search_that_a_parameter_names(account: Account) -> None:
    made = [
        account.vendor(name, **more)
        for name, more in (("LBA 1", {"email": "a@lb.example"}), ("LBA 2", {}), ("LBB 3", {}))
    ]
    account.control.searches(
        [
            {
                "id": "customsearch_styles_labels",
                "type": "vendor",
                "filters": [["entityid", "startswith", "LB"]],
                "columns": ["entityid", "email"],
            }
        ]
    )
    params = {
        "custscript_styles_found": "customsearch_styles_labels",
        "custscript_styles_label": "Group",
        "custscript_styles_step": 3,
    }
    assert (
        account.control.run("customscript_styles_labels_mr", params=params)["status"] == "COMPLETE"
    )
    notes = [account.one("vendor", each)["fields"]["comments"] for each in made]
    assert notes == ["Group LBA 2", "Group LBA 2", "Group LBB 1"]
    assert ("labelled", "LBA=1,LBB=0") in account.logged("labels_mr")
    assert ("spent", "true,1,0,number") in account.logged("labels_mr")


def test_a_saved_search_that_is_not_there_fails_the_input_stage(account: Account) -> None:
    params = {"custscript_styles_found": "customsearch_styles_none", "custscript_styles_label": "x"}
    account.control.run("customscript_styles_labels_mr", params=params)
    assert account.logged("labels_mr")[-1] == ("no input", "INVALID_SEARCH")
