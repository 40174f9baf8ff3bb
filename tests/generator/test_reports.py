"""Reports for machines: what SARIF and JUnit readers rely on."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from report_shapes import SarifLog, junit_faults

from generator.compile import compile_project
from generator.report import FORMS, Case, Report, by_file, render
from generator.spec.codes import CODES
from generator.spec.diagnose import Diagnostic

BAD = Path(__file__).parents[1] / "golden" / "reports" / "bad"
ODD = Diagnostic("specs/a b,ü.yaml", 3, 7, "E202", "error", "a < b & \x00 'c'\n100%", "mend\x1b it")


@pytest.fixture
def bad() -> Report:
    return by_file("check", BAD, ["project.yaml", "specs/bad.yaml"], compile_project(BAD)[1])


def sarif(report: Report) -> dict[str, Any]:
    written = render(report, "sarif")
    SarifLog.model_validate_json(written)
    log: dict[str, Any] = json.loads(written)
    return log


def junit(report: Report) -> ET.Element:
    root = ET.fromstring(render(report, "junit"))
    assert junit_faults(root) == []
    return root


def test_sarif_says_what_a_reader_of_it_needs(bad: Report) -> None:
    log = sarif(bad)
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "suiteloom"
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"].endswith(".")
    assert len(run["results"]) == len(bad.findings) == 12
    for result in run["results"]:
        assert result["message"]["text"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_of_nothing_is_a_run_without_results() -> None:
    (run,) = sarif(by_file("check", BAD, ["project.yaml"], []))["runs"]
    assert run["results"] == []


def test_sarif_takes_no_brace_of_a_message_for_a_placeholder() -> None:
    odd = replace(ODD, message="write {from: id}", help="or {0}")
    (run,) = sarif(by_file("check", BAD, ["project.yaml"], [odd]))["runs"]
    assert run["results"][0]["message"]["text"].format() == "write {from: id}\nor {0}"


def test_sarif_names_a_file_as_a_uri_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    where = [
        sarif(by_file("check", folder, [], [ODD]))["runs"][0]["results"][0]["locations"][0]
        for folder in (Path("shop"), Path("/elsewhere"))
    ]
    uris = [each["physicalLocation"]["artifactLocation"]["uri"] for each in where]
    assert uris == [
        "shop/specs/a%20b%2C%C3%BC.yaml",
        "file:///elsewhere/specs/a%20b%2C%C3%BC.yaml",
    ]


def test_junit_has_a_case_a_file_and_counts_that_agree(bad: Report) -> None:
    root = junit(bad)
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        for case in cases:
            assert case.get("name")
            assert case.get("classname")
            assert float(case.get("time", "")) >= 0
    failure = root.find("testsuite/testcase[@name='specs/bad.yaml']/failure")
    assert failure is not None
    assert "(and 11 more)" in failure.get("message", "")
    assert "specs/bad.yaml:2:7: error E114" in (failure.text or "")


def test_junit_can_say_anything_that_a_finding_says() -> None:
    cases = (
        Case("odd \x01", "tests", (ODD,), detail="- a\n+ b]]>", seconds=1.25),
        Case("later", "tests", skipped="no \x02 Node"),
        Case("doubtful", "specs", (Diagnostic("x.yaml", 1, 1, "E251", "warning", "lowered"),)),
    )
    root = junit(Report("try", cases))
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    assert sum(int(suite.get("skipped", "")) for suite in root) == 1
    assert root.get("time") == "1.250"
    failure = root.find(".//failure")
    assert failure is not None
    assert (failure.get("type"), "+ b]]>" in (failure.text or "")) == ("E202", True)
    doubtful = root.find(".//testcase[@name='doubtful']/system-out")
    assert doubtful is not None
    assert "W251" in (doubtful.text or "")


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_warnings_fail_under_strict_alone(strict: bool, code: int) -> None:
    found = [Diagnostic("specs/a.yaml", 1, 1, "E251", "warning", "lowered")]
    report = by_file("check", BAD, [], found, strict=strict)
    assert report.exit_code == code
    assert ET.fromstring(render(report, "junit")).get("failures") == str(code)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_twice_and_takes_odd_text(form: str) -> None:
    report = by_file("check", Path("p"), ["specs/z.yaml"], [ODD])
    assert render(report, form) == render(report, form)


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    for code in CODES.values():
        assert code.title == code.title.strip().rstrip("."), code
        assert code.text.endswith("."), code
        assert bool(code.wrong) == bool(code.right), code


def test_a_bill_for_build_servers_tells_what_does_not_fit(
    project: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from generator import cli

    def bill(form: str) -> tuple[object, str]:
        folder = str(project.folder)
        monkeypatch.setattr(
            "sys.argv", ["suiteloom", "bill", "--project", folder, "--format", form]
        )
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().out

    project.inbound("body: {companyname: name}\n", "customer", via="restlet: {batch: 1000}")
    code, out = bill("github")
    assert code == 0
    assert "title=W251" in out
    assert "E202" not in out
    code, out = bill("junit")
    assert (code, ET.fromstring(out).get("failures")) == (0, "0")
    project.inbound("body: {companynme: name}\n", "customer")
    code, out = bill("sarif")
    results = json.loads(out)["runs"][0]["results"]
    assert code == 1
    assert "E202" in {each["ruleId"] for each in results}
