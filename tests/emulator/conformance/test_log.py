"""N/log and the global log."""

from __future__ import annotations

import pytest
from lab import Lab


@pytest.mark.shows("N/log.debug", "N/log.audit", "N/log.error", "N/log.emergency")
@pytest.mark.rule("log.details")
def test_each_level_is_in_the_log_with_title_and_details(lab: Lab) -> None:
    script = lab.restlet(
        """log.debug({ title: 'd', details: { a: [1] } }); log.audit('a', 'text'); log.error('e', 7);
        log.emergency('m', null); require('N/log').debug('imported', true);"""
    )
    lab.call(script)
    assert lab.logged(script) == [
        ("d", '{"a":[1]}'),
        ("a", "text"),
        ("e", "7"),
        ("m", ""),
        ("imported", "true"),
    ]
    rows = [row for row in lab.engine.log() if row["script"] == script.scriptid]
    assert [row["level"] for row in rows] == ["DEBUG", "AUDIT", "ERROR", "EMERGENCY", "DEBUG"]


@pytest.mark.shows("N/log.error")
@pytest.mark.rule("log.shortened")
def test_long_titles_and_details_are_cut(lab: Lab) -> None:
    script = lab.restlet(
        "log.error('t'.repeat(200), 'd'.repeat(5000)); log.error({ details: 'x' }); log.error('', 'y');"
    )
    lab.call(script)
    assert lab.logged(script) == [("t" * 99, "d" * 3999), ("Untitled", "x"), ("Untitled", "y")]


@pytest.mark.rule("log.no_other_members")
def test_what_is_no_member_of_the_log_is_a_type_error_that_can_be_caught(lab: Lab) -> None:
    code = """return ['warn', 'warning', 'info'].map((name) => {
      try { log[name]('t', 'd'); return 'called'; } catch (error) { return [error instanceof TypeError, error.message]; } });"""
    assert [row[0] for row in lab.run(code)] == [True, True, True]
    assert lab.run("return [log.warn === undefined];") == [True]
