"""N/search: pages, units, look-ups, saved searches, roles, map/reduce input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lab import Lab, Refused
from searching import KIND, Finder, deploy, probe

from emulator.errors import NetSuiteError


@pytest.fixture(scope="module")
def many(lab: Lab) -> Lab:
    deploy(lab)
    lab.account.seed(
        {"type": KIND, "fields": {"name": f"n{number:04}", "custrecord_whole": number}}
        for number in range(25)
    )
    return lab


COUNTED = [["name", "startswith", "n0"]]
MADE = (
    "const made = search.create({ type: 'customrecord_probe', filters: [['name', 'startswith', 'n0']],"
    " columns: [search.createColumn({ name: 'custrecord_whole', sort: 'ASC' })] });"
)


@pytest.mark.shows(
    "N/search.ResultSet.getRange",
    "N/search.ResultSet.columns",
    "N/search.Result.columns",
    "N/search.Result.id",
)
@pytest.mark.rule("search.ranges")
def test_ranges(many: Lab) -> None:
    result = many.run(
        MADE
        + """const set = made.run();
        const numbers = (start, end) => set.getRange({ start, end }).map((row) => row.getValue('custrecord_whole'));
        const [row] = set.getRange({ start: 0, end: 1 });
        return [numbers(0, 3), numbers(23, 99), numbers(30, 40), set.columns.length, row.columns[0].name,
          row.getValue(set.columns[0]), row.getValue({ name: 'name' }), typeof row.id, row.recordType];"""
    )
    assert result == [
        ["0", "1", "2"], ["23", "24"], [], 1, "custrecord_whole", "0", None, "string", KIND,
    ]  # fmt: skip
    with many.refused("SSS_SEARCH_RESULT_LIMIT_EXCEEDED"):
        many.run(MADE + "return made.run().getRange({ start: 0, end: 1001 })")
    with many.refused("SSS_MISSING_REQD_ARGUMENT"):
        many.run(MADE + "return made.run().getRange({ start: 0 })")


@pytest.mark.shows("N/search.ResultSet.each")
@pytest.mark.rule("search.each")
def test_each_ends_where_the_callback_does_not_return_true(many: Lab) -> None:
    assert many.run(
        MADE
        + """let all = 0; let some = 0;
        made.run().each(() => { all += 1; return true; });
        made.run().each(() => { some += 1; });
        return [all, some];"""
    ) == [25, 1]


@pytest.mark.shows("N/search.ResultSet.each")
@pytest.mark.rule("search.each")
def test_each_goes_through_4000_results(many: Lab) -> None:
    with many.account.database() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO record VALUES ('customlist_color', ?, 'customlist_color', NULL, 1, 0, 0, '{\"name\":\"x\"}', '{}', '{}')",
            [(number,) for number in range(1000, 5100)],
        )
    code = """let count = 0;
      try { search.create({ type: 'customlist_color' }).run().each(() => { count += 1; return true; }); }
      catch (error) { return [count, error.name]; }
      return [count];"""
    refuses = many.preferences.search_each_refuses
    assert many.run(code) == [4000, "SSS_SEARCH_FOR_EACH_LIMIT_EXCEEDED"] if refuses else [4000]


@pytest.mark.shows(
    "N/search.Search.runPaged", "N/search.PagedData.fetch", "N/search.PagedData.count",
    "N/search.PagedData.pageRanges", "N/search.PagedData.pageSize", "N/search.PagedData.searchDefinition",
    "N/search.Page.data", "N/search.Page.isFirst", "N/search.Page.isLast", "N/search.Page.next",
    "N/search.Page.prev", "N/search.Page.pagedData", "N/search.Page.pageRange", "N/search.PageRange.index",
    "N/search.PageRange.compoundLabel",
)  # fmt: skip
@pytest.mark.rule("search.pages")
def test_pages(many: Lab) -> None:
    result = many.run(
        MADE
        + """const paged = made.runPaged({ pageSize: 10 });
        const page = paged.fetch({ index: 1 });
        const numbers = ({ data }) => [data.length, data[0].getValue('custrecord_whole')];
        return [paged.count, paged.pageSize, paged.pageRanges.map(({ index }) => index), paged.pageRanges[1].compoundLabel,
          numbers(page), [page.isFirst, page.isLast], numbers(page.next()), page.next().isLast, numbers(page.prev()),
          page.pageRange.index, page.pagedData === paged, paged.searchDefinition === made, made.runPaged().pageSize];"""
    )
    assert result == [
        25, 10, [0, 1, 2], "11 - 20", [10, "10"], [False, False], [5, "20"], True, [10, "0"], 1, True, True, 50,
    ]  # fmt: skip
    with many.refused("INVALID_PAGE_RANGE"):
        many.run(MADE + "return made.runPaged().fetch({ index: 1 })")
    with many.refused("SSS_INVALID_PAGE_SIZE"):
        many.run(MADE + "return made.runPaged({ pageSize: 2000 })")


@pytest.mark.shows(
    "N/search.create.promise", "N/search.Search.runPaged.promise", "N/search.lookupFields.promise"
)
@pytest.mark.rule("search.pages")
def test_promises(many: Lab) -> None:
    script = many.script(
        "Restlet",
        """define(['N/search'], (search) => ({ post: async () => {
          const made = await search.create.promise({ type: 'customrecord_probe', filters: ['name', 'is', 'n0003'] });
          const paged = await made.runPaged.promise();
          const [row] = (await paged.fetch.promise({ index: 0 })).data;
          const found = await search.lookupFields.promise({ type: row.recordType, id: row.id, columns: 'name' });
          return [paged.count, found];
        } }));""",
    )
    assert many.call(script) == [1, {"name": "n0003"}]


@pytest.mark.shows(
    "N/search.Search.run",
    "N/search.lookupFields",
    "N/search.load",
    "N/search.delete",
    "N/search.Search.save",
)
@pytest.mark.rule("search.units")
def test_units(many: Lab) -> None:
    script = many.restlet(
        MADE
        + """const left = () => runtime.getCurrentScript().getRemainingUsage();
        let before = left();
        const spent = (act) => { act(); const now = left(); const units = before - now; before = now; return units; };
        let paged; let id;
        return [spent(() => made.run()), spent(() => made.run().getRange({ start: 0, end: 5 })),
          spent(() => made.run().each(() => true)), spent(() => { paged = made.runPaged(); }),
          spent(() => paged.fetch({ index: 0 })), spent(() => search.lookupFields({ type: 'employee', id: 6, columns: ['email'] })),
          spent(() => { made.title = 'Units'; id = made.save(); }), spent(() => search.load({ id })), spent(() => search.delete({ id }))];"""
    )
    assert many.call(script) == [0, 10, 10, 5, 5, 1, 5, 5, 5]


@pytest.mark.shows("N/search.lookupFields")
@pytest.mark.rule("search.lookup", "search.lookup_internal_id")
def test_look_ups(many: Lab) -> None:
    mother = probe(many, "mother", whole=4)
    child = probe(
        many, "child", parent=str(mother), flag=True, colors=["1", "2"], color="3", day="2026-01-31"
    )
    names = ("parent", "flag", "colors", "color", "place", "day", "text", "parent.custrecord_whole")
    result = many.run(
        "return search.lookupFields({ type: input.type, id: input.id, columns: input.columns })",
        {
            "type": KIND,
            "id": child,
            "columns": ["internalid", *(f"custrecord_{name}" for name in names)],
        },
    )
    number = str(child)
    scalar = many.preferences.search_lookup_scalar_id
    assert result.pop("internalid") == (number if scalar else [{"value": number, "text": number}])
    assert list(result.values()) == [
        [{"value": str(mother), "text": "mother"}], True,
        [{"value": "1", "text": "Red"}, {"value": "2", "text": "Green"}], [{"value": "3", "text": "Blue"}],
        [], many.day("2026-01-31"), "", "4",
    ]  # fmt: skip
    assert many.run("return search.lookupFields({ type: 'employee', id: 6, columns: 'entityid' })")[
        "entityid"
    ]
    assert (
        many.run("return search.lookupFields({ type: 'employee', id: 999999, columns: ['email'] })")
        == {}
    )
    with many.refused("SSS_INVALID_SRCH_COL"):
        many.run("return search.lookupFields({ type: 'employee', id: 6, columns: ['nothing'] })")
    with many.refused("SSS_MISSING_REQD_ARGUMENT"):
        many.run("return search.lookupFields({ type: 'employee', columns: ['email'] })")


@pytest.mark.shows(
    "N/search.Search.save", "N/search.load", "N/search.delete", "N/search.Search.searchId", "N/search.Search.id",
    "N/search.Search.title", "N/search.Search.searchType", "N/search.Search.isPublic", "N/search.Search.columns",
)  # fmt: skip
@pytest.mark.rule("search.saved", "search.filters_added_in_place")
def test_saved_searches(many: Lab) -> None:
    result = many.run(
        MADE
        + """made.title = 'Probes'; made.id = 'customsearch_probes'; made.isPublic = true;
        const number = made.save();
        const loaded = search.load({ id: 'customsearch_probes' });
        loaded.columns.push(search.createColumn({ name: 'name' }));
        loaded.filters.push(search.createFilter({ name: 'custrecord_whole', operator: 'lessthan', values: 2 }));
        loaded.save();
        const again = search.load({ id: number });
        const rows = again.run().getRange({ start: 0, end: 9 }).map((row) => row.getValue('name'));
        return [number === again.searchId, again.id, again.title, again.searchType, again.isPublic, again.columns.length, rows];"""
    )
    assert result == [True, "customsearch_probes", "Probes", KIND, True, 2, ["n0000", "n0001"]]
    with many.refused("NAME_ALREADY_IN_USE"):
        many.run(MADE + "made.title = 'Probes'; return made.save()")
    with many.refused("SSS_DUPLICATE_SEARCH_SCRIPT_ID"):
        many.run(MADE + "made.title = 'Other'; made.id = 'customsearch_probes'; return made.save()")
    with many.refused("SSS_MISSING_REQD_ARGUMENT"):
        many.run(MADE + "return made.save()")
    many.run("search.delete({ id: 'customsearch_probes' })")
    with many.refused("INVALID_SEARCH"):
        many.run("return search.load({ id: 'customsearch_probes' })")


@pytest.mark.shows("N/search.load")
@pytest.mark.rule("search.private")
def test_private_searches(many: Lab) -> None:
    many.run(MADE + "made.title = 'Mine'; made.id = 'customsearch_mine'; return made.save()")
    role = many.role("customrole_reader", {"ADMI_CUSTOMSCRIPT": "VIEW", "ADMI_LOGIN_OAUTH": "FULL"})
    other = type(many.admin)(7, role, "USERINTERFACE")
    code = "return search.load({ id: 'customsearch_mine' }).title"
    if many.preferences.private_searches_hidden:
        with many.refused("INVALID_SEARCH"):
            many.run(code, session=other)
    else:
        assert many.run(code, session=other) == "Mine"


@pytest.mark.shows("N/search.load")
@pytest.mark.rule("search.seeded")
def test_a_seeded_search_is_loaded_by_its_script_id(many: Lab) -> None:
    given = {
        "id": "customsearch_seeded",
        "type": KIND,
        "isPublic": True,
        "filters": COUNTED,
        "columns": ["name"],
    }
    if hasattr(many, "_server"):
        from emulator.control import Control

        with Control(many._server.url) as control:
            numbers = control.searches([given]) + control.searches([given])
    else:
        numbers = many.account.searches.seed(6, [given]) + many.account.searches.seed(6, [given])
    assert numbers[0] == numbers[1]
    assert many.run("return search.load('customsearch_seeded').runPaged().count") == 25


@pytest.mark.shows("N/search.load")
@pytest.mark.rule("search.seeded")
def test_a_deployed_search_that_cannot_be_read_says_how_to_seed_it(many: Lab) -> None:
    xml = "<savedsearch scriptid='customsearch_opaque'><definition>x</definition></savedsearch>"
    many.objects([("savedsearch", "customsearch_opaque", xml)])
    with many.refused("EMULATOR_UNSUPPORTED", "/emulator/searches", "customsearch_opaque"):
        many.run("return search.load('customsearch_opaque')")


def _reader(lab: Lab, name: str, **permissions: str) -> Any:
    role = lab.role(
        f"customrole_{name}",
        {"ADMI_CUSTOMSCRIPT": "VIEW", "ADMI_LOGIN_OAUTH": "FULL", **permissions},
    )
    return type(lab.admin)(7, role, "USERINTERFACE")


@pytest.mark.shows("N/search.Search.run")
@pytest.mark.rule("search.permission")
def test_a_type_that_the_role_may_not_view(many: Lab) -> None:
    session = _reader(many, "blind", LIST_VENDOR="VIEW")
    finder = Finder(many)
    assert finder.results("vendor", [["internalidnumber", "lessthan", 0]], session=session) == []
    if many.preferences.search_without_permission == "empty":
        assert finder.results("customer", session=session) == []
        return
    with pytest.raises(Refused) as caught:
        finder.results("customer", session=session)
    assert caught.value.code == "INSUFFICIENT_PERMISSION"


@pytest.mark.shows("N/search.Search.run")
@pytest.mark.rule("search.permission_joins")
def test_joined_records_that_the_role_may_not_view_are_empty(many: Lab) -> None:
    many.account.seed(
        [
            {
                "type": "customer",
                "externalid": "J",
                "fields": {"companyname": "J", "entityid": "J", "subsidiary": "2"},
            }
        ]
    )
    column = ["subsidiary.name"]
    finder = Finder(many)
    filters = [["externalid", "anyof", "J"]]
    (seen,) = finder.results("customer", filters, column)
    (unseen,) = finder.results(
        "customer", filters, column, session=_reader(many, "half", LIST_CUSTJOB="VIEW")
    )
    assert seen["values"] == {"subsidiary.name": "United States"}
    assert unseen["values"] == {"subsidiary.name": ""}


MAP_REDUCE = """define(['N/search', 'N/log'], (search, log) => ({
  getInputData: () => INPUT,
  map: (context) => context.write({ key: context.key, value: context.value }),
  reduce: (context) => log.audit(context.key, context.values[0]),
}));"""


def mapped(lab: Lab, source: str) -> list[tuple[str, Any]]:
    script = lab.script("MapReduceScript", MAP_REDUCE.replace("INPUT", source))
    lab.engine.submit_task(lab.admin, script.scriptid, None, {})
    assert lab.engine.idle(60)
    return sorted((title, json.loads(details)) for title, details in lab.logged(script))


@pytest.mark.shows("N/search.create")
@pytest.mark.rule("search.map_reduce")
def test_a_search_as_map_reduce_input(many: Lab) -> None:
    mother = probe(many, "source", whole=9)
    child = probe(many, "fed", parent=str(mother), flag=True, colors=["1", "2"])
    ((key, row),) = mapped(
        many,
        """search.create({ type: 'customrecord_probe', filters: ['name', 'is', 'fed'], columns: ['name', 'custrecord_parent',
          'custrecord_flag', 'custrecord_colors', 'custrecord_color', { name: 'custrecord_whole', join: 'CUSTRECORD_PARENT' }] })""",
    )
    assert key == str(child)
    assert row == {
        "recordType": KIND,
        "id": str(child),
        "values": {
            "name": "fed",
            "custrecord_parent": {"value": str(mother), "text": "source"},
            "custrecord_flag": "T",
            "custrecord_colors": [{"value": "1", "text": "Red"}, {"value": "2", "text": "Green"}],
            "custrecord_color": "",
            "custrecord_whole.CUSTRECORD_PARENT": "9",
        },
    }
    given = {"id": "customsearch_feed", "type": KIND, "filters": ["name", "is", "fed"],
             "columns": [{"name": "custrecord_parent", "summary": "GROUP"}]}  # fmt: skip
    many.account.searches.seed(6, [{**given, "isPublic": True}])
    assert mapped(many, "({ type: 'search', id: 'customsearch_feed' })") == [
        ("0", {"values": {"GROUP(custrecord_parent)": {"value": str(mother), "text": "source"}}})
    ]


@pytest.mark.shows("N/search.createSetting", "N/search.Setting.name", "N/search.Setting.value")
@pytest.mark.rule("search.settings")
def test_settings(many: Lab) -> None:
    made = "search.createSetting({ name: 'consolidationtype', value: 'NONE' })"
    assert many.run(f"return {made}") == {"name": "consolidationtype", "value": "NONE"}
    assert (
        many.run(
            f"return search.create({{ type: 'employee', settings: [{made}] }}).settings.length"
        )
        == 1
    )
    with many.refused("SSS_INVALID_SRCH_SETTING"):
        many.run("search.createSetting({ name: 'other', value: 'NONE' })")
    with many.refused("SSS_INVALID_SRCH_SETTING_VALUE"):
        many.run("search.createSetting({ name: 'consolidationtype', value: 'SOME' })")


@pytest.mark.shows("N/search.createColumn")
@pytest.mark.rule("search.summaries")
def test_a_wrong_column_is_refused(many: Lab) -> None:
    with many.refused("SSS_INVALID_SRCH_COLUMN_SUM"):
        many.run("search.createColumn({ name: 'name', summary: 'MOST' })")
    with many.refused("SSS_MISSING_REQD_ARGUMENT"):
        many.run("search.createColumn({ label: 'Name' })")
    with many.refused("SSS_MISSING_REQD_ARGUMENT"):
        many.run("search.create({ filters: [] })")


def test_saved_searches_survive_a_restart_of_their_store(many: Lab) -> None:
    number = many.account.searches.save(6, {"type": KIND, "title": "Kept", "filters": []})[
        "searchId"
    ]
    assert many.account.searches.load(many.admin, str(number))["title"] == "Kept"
    with pytest.raises(NetSuiteError):
        many.account.searches.load(many.admin, "customsearch_never")
