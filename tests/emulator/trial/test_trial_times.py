"""Times, days and times of day on their way out: of the record itself, and of records that it refers to."""

from __future__ import annotations

from pathlib import Path

import pytest
from trying import Folder

from emulator.door.control import SeedRecord
from emulator.trial import show
from emulator.trial.run import run_tests
from emulator.trial.stage import Stage
from generator.spec.trials import Save

SHIFT = """\
    <customrecordtype scriptid="customrecord_try_shift">
      <recordname>Shift</recordname>
      <allowuiaccess>F</allowuiaccess>
      <includename>T</includename>
      <customrecordcustomfields>
        <customrecordcustomfield scriptid="custrecord_try_seen"><label>Seen</label><fieldtype>DATETIMETZ</fieldtype></customrecordcustomfield>
        <customrecordcustomfield scriptid="custrecord_try_day"><label>Day</label><fieldtype>DATE</fieldtype></customrecordcustomfield>
        <customrecordcustomfield scriptid="custrecord_try_begin"><label>Begin</label><fieldtype>TIMEOFDAY</fieldtype></customrecordcustomfield>
        <customrecordcustomfield scriptid="custrecord_try_skills"><label>Skills</label><fieldtype>MULTISELECT</fieldtype><selectrecordtype>[scriptid=customlist_try_skill]</selectrecordtype></customrecordcustomfield>
      </customrecordcustomfields>
    </customrecordtype>
"""
NOTE = """\
    <customrecordtype scriptid="customrecord_try_note">
      <recordname>Note</recordname>
      <allowuiaccess>F</allowuiaccess>
      <includename>F</includename>
      <customrecordcustomfields>
        <customrecordcustomfield scriptid="custrecord_try_shift"><label>Shift</label><fieldtype>SELECT</fieldtype><selectrecordtype>[scriptid=customrecord_try_shift]</selectrecordtype></customrecordcustomfield>
      </customrecordcustomfields>
    </customrecordtype>
"""
SKILLS = """\
    <customlist scriptid="customlist_try_skill">
      <name>Skills</name>
      <customvalues>
        <customvalue scriptid="val_try_drill"><value>Drilling</value></customvalue>
        <customvalue scriptid="val_try_haul"><value>Hauling</value></customvalue>
      </customvalues>
    </customlist>
"""
SHIFTS = """\
    spec: 1
    flow: shifts
    direction: outbound
    record: customrecord_try_shift
    via: {events: {on: [create, edit, delete]}}
    target: {connection: crm, path: /shifts}
    payload:
      key: externalid
      title: {from: name, required: true}
      seen: custrecord_try_seen
      tokyo: {from: custrecord_try_seen, type: date, timezone: Asia/Tokyo}
      california: {from: custrecord_try_seen, type: date, timezone: America/Los_Angeles, format: DD.MM.YYYY}
      written: {from: custrecord_try_seen, apply: [{format_date: {format: "DD.MM. HH:mm", timezone: Asia/Tokyo}}]}
      latest: {coalesce: [custrecord_try_seen, custrecord_try_day], type: datetime}
      day: custrecord_try_day
      begin: custrecord_try_begin
      skill: {text: custrecord_try_skills, apply: [{join: "/"}]}
"""
NOTES = """\
    spec: 1
    flow: notes
    direction: outbound
    record: customrecord_try_note
    via: {events: {on: [create]}}
    target: {connection: crm, path: /notes}
    payload:
      day: custrecord_try_shift.custrecord_try_day
      german: {from: custrecord_try_shift.custrecord_try_day, format: DD.MM.YYYY}
      seen: custrecord_try_shift.custrecord_try_seen
      tokyo: {from: custrecord_try_shift.custrecord_try_seen, type: date, timezone: Asia/Tokyo}
      begin: custrecord_try_shift.custrecord_try_begin
"""
LATE = {
    "externalid": "S-1",
    "name": "Night",
    "custrecord_try_seen": "2026-03-01T22:30:00Z",
    "custrecord_try_day": "2026-03-01",
    "custrecord_try_begin": "07:30",
    "custrecord_try_skills": ["1", "2"],
}
GIVEN = [SeedRecord(type="customrecord_try_shift", fields=LATE)]
TOUCHED = Save(find={"externalid": "S-1"}, fields={"name": "Late"})


@pytest.fixture
def shifts(tmp_path: Path) -> Folder:
    """The project with shifts and notes on them."""
    folder = Folder(tmp_path)
    folder.write("objects/customrecord_try_shift.xml", SHIFT)
    folder.write("objects/customrecord_try_note.xml", NOTE)
    folder.write("objects/customlist_try_skill.xml", SKILLS)
    folder.write("specs/shifts.yaml", SHIFTS)
    folder.write("specs/notes.yaml", NOTES)
    return folder


def test_a_time_keeps_its_hour_and_falls_on_its_day_in_the_zone_of_the_rule(shifts: Folder) -> None:
    with Stage.opened(shifts.path, None) as stage:
        (event,) = show.try_save(stage, "shifts", TOUCHED, GIVEN).events
    assert event["data"] == {
        "key": "S-1",
        "title": "Late",
        "seen": "2026-03-01T22:30:00.000Z",
        "tokyo": "2026-03-02",
        "california": "01.03.2026",
        "written": "02.03. 07:30",
        "latest": "2026-03-01T22:30:00.000Z",
        "day": "2026-03-01",
        "begin": "07:30",
        "skill": "Drilling/Hauling",
    }


def test_times_of_another_record_are_written_like_those_of_the_own(shifts: Folder) -> None:
    note = Save(fields={"custrecord_try_shift": {"ref": "customrecord_try_shift", "value": "S-1"}})
    with Stage.opened(shifts.path, None) as stage:
        (event,) = show.try_save(stage, "notes", note, GIVEN).events
    assert event["data"] == {
        "day": "2026-03-01",
        "german": "01.03.2026",
        "seen": "2026-03-01T22:30:00.000Z",
        "tokyo": "2026-03-02",
        "begin": "07:30",
    }


def test_a_deleted_record_is_told_by_what_the_payload_knows_of_it(shifts: Folder) -> None:
    with Stage.opened(shifts.path, None) as stage:
        gone = show.try_save(stage, "shifts", Save(find={"externalid": "S-1"}, delete=True), GIVEN)
    assert [event["data"] for event in gone.events] == [{"key": "S-1"}]


def test_a_save_whose_event_cannot_be_made_says_why(shifts: Folder) -> None:
    shifts.write("specs/shifts.yaml", SHIFTS.replace("day: custrecord_try_day", "day: {from: name, type: date}"))  # fmt: skip
    with Stage.opened(shifts.path, None) as stage:
        shown = show.try_save(stage, "shifts", TOUCHED, GIVEN)
    assert "BAD_VALUE: 'Late' is not a date (day, shifts.yaml:15)" in show.text(shown)


def test_a_spec_test_writes_and_expects_times_as_people_write_them(shifts: Folder) -> None:
    shifts.write(
        "specs/shifts.test.yaml",
        """\
        given: {type: customrecord_try_shift, externalid: S-1, fields: {name: Night}}
        cases:
          the shift begins:
            save: {find: {externalid: S-1}, fields: {custrecord_try_seen: "2026-03-01T17:30:00-05:00"}}
            expect:
              fields: {custrecord_try_seen: "2026-03-01T22:30:00Z"}
              events: [{data: {seen: "2026-03-01T22:30:00.000Z"}}]
        """,
    )
    report = run_tests(shifts.path)
    assert report.passed, report


def test_units_of_hooks_are_no_function_that_a_test_must_call(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write(
        "specs/news.yaml",
        """\
        spec: 1
        flow: news
        direction: outbound
        record: customer
        hooks: {module: ./hooks/news.js, after_map: dressed, units: 10}
        via: {events: {on: [create]}}
        target: {connection: crm, path: /news}
        payload: {name: companyname}
        """,
    )
    folder.write(
        "hooks/news.js", "define([], () => ({ dressed: (data) => ({ ...data, by: 'x' }) }));\n"
    )
    folder.write(
        "specs/news.test.yaml",
        """\
        cases:
          a new customer:
            save: {fields: {companyname: Ada, isperson: false, subsidiary: "1"}}
            expect: {events: [{data: {name: Ada, by: x}}]}
        """,
    )
    report = run_tests(folder.path, ["news"])
    assert [item.what for flow in report.coverage for item in flow.missed()] == []
