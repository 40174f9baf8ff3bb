"""N/query's objects over the account of suiteql_ground.py: what a script builds is what it gets."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from suiteql_ground import prepare


@pytest.fixture(scope="module", autouse=True)
def ground(lab: Lab) -> None:
    prepare(lab)


CUSTOMERS = """
const q = query.create({ type: query.Type.CUSTOMER });
const id = q.createColumn({ fieldId: 'id' });
const mine = (more) => q.and(q.createCondition({ fieldId: 'id', operator: query.Operator.BETWEEN, values: [9001, 9004] }),
  ...(more ? [more] : []));
const ids = (condition) => {
  q.columns = [id];
  q.condition = mine(condition);
  q.sort = [q.createSort({ column: id })];
  return q.run().results.map(({ values }) => values[0]);
};
const where = (fieldId, operator, ...values) => q.createCondition({ fieldId, operator: query.Operator[operator], values });
"""


def customers(lab: Lab, *codes: str) -> list[Any]:
    """What each expression gives, all in one script."""
    return list(lab.run(f"{CUSTOMERS} return [{', '.join(codes)}];"))


@pytest.mark.shows(
    "N/query.create",
    "N/query.Query.createColumn",
    "N/query.Query.createCondition",
    "N/query.Query.createSort",
    "N/query.Query.and",
    "N/query.Query.or",
    "N/query.Query.not",
    "N/query.Query.run",
    "N/query.Type",
)
@pytest.mark.rule("query.objects")
def test_conditions_are_joined_by_and_or_and_not(lab: Lab) -> None:
    assert customers(
        lab,
        "ids()",
        "ids(where('entityid', 'IS', 'Q-BETA'))",
        "ids(q.or(where('entityid', 'IS', 'Q-BETA'), where('isinactive', 'IS', true)))",
        "ids(q.not(q.or(where('entityid', 'IS', 'Q-BETA'), where('isinactive', 'IS', true))))",
    ) == [[9001, 9002, 9003, 9004], [9002], [9002, 9003], [9001, 9004]]


OPERATORS = [
    ("where('id', 'EQUAL', 9002)", [9002]),
    ("where('id', 'GREATER', 9002)", [9003, 9004]),
    ("where('id', 'GREATER_OR_EQUAL', 9003)", [9003, 9004]),
    ("where('id', 'LESS', 9002)", [9001]),
    ("where('id', 'LESS_OR_EQUAL', 9002)", [9001, 9002]),
    ("where('id', 'LESS_NOT', 9003)", [9003, 9004]),
    ("where('id', 'ANY_OF', 9001, 9004)", [9001, 9004]),
    ("where('id', 'ANY_OF', '9001')", [9001]),
    ("where('id', 'BETWEEN_NOT', 9001, 9003)", [9004]),
    ("where('companyname', 'CONTAIN', 'OO')", [9001, 9002]),
    ("where('companyname', 'START_WITH', 'gamma')", [9003]),
    ("where('companyname', 'ENDWITH', 'foods')", [9001]),
    ("where('email', 'EMPTY')", [9003, 9004]),
    ("where('email', 'EMPTY_NOT')", [9001, 9002]),
    ("where('isinactive', 'IS', false)", [9001, 9002, 9004]),
    ("where('subsidiary', 'ANY_OF', 1)", [9001, 9002, 9003, 9004]),
]


@pytest.mark.shows("N/query.Operator", "N/query.Query.condition")
@pytest.mark.rule("query.operators")
def test_each_operator_finds_what_its_name_says(lab: Lab) -> None:
    found = customers(lab, *(f"ids({condition})" for condition, _ in OPERATORS))
    assert list(zip([c for c, _ in OPERATORS], found, strict=True)) == OPERATORS


@pytest.mark.rule("query.not_operators")
def test_a_negated_operator_also_finds_what_is_empty(lab: Lab) -> None:
    found = customers(
        lab,
        "ids(where('email', 'IS_NOT', 'alpha@example.com'))",
        "ids(where('email', 'CONTAIN_NOT', 'alpha'))",
        "ids(where('email', 'ANY_OF_NOT', 'alpha@example.com'))",
    )
    empty = [9003, 9004] if lab.preferences.query_not_includes_empty else []
    assert found == [[9002, *empty]] * 3


@pytest.mark.rule("query.operators")
def test_a_multiselect_is_filtered_by_what_was_chosen(lab: Lab) -> None:
    found = lab.run(
        """const q = query.create({type: 'customrecord_q_note'});
        const id = q.createColumn({fieldId: 'id'});
        q.columns = [id]; q.sort = [q.createSort({column: id})];
        return ['INCLUDE_ANY', 'INCLUDE_ALL', 'INCLUDE_EXACTLY', 'EXCLUDE_ANY'].map((name) => {
          q.condition = q.createCondition({fieldId: 'custrecord_q_items', operator: query.Operator[name],
            values: name === 'INCLUDE_ANY' ? [9101] : [9102]});
          return q.run().results.map(({values}) => values[0]);
        });"""
    )
    assert found == [[1], [1, 2], [2], [3]]


@pytest.mark.shows(
    "N/query.Query.autoJoin",
    "N/query.Query.join",
    "N/query.Query.joinTo",
    "N/query.Query.joinFrom",
    "N/query.Component.autoJoin",
    "N/query.Component.joinTo",
    "N/query.Component.createSort",
    "N/query.Component.createColumn",
    "N/query.Component.createCondition",
)
@pytest.mark.rule("query.joins")
def test_components_are_joined_in_both_directions(lab: Lab) -> None:
    found = lab.run(
        """const rows = (q) => q.run().results.map(({values}) => values);
        const notes = query.create({type: 'customrecord_q_note'});
        const customer = notes.autoJoin({fieldId: 'custrecord_q_customer'});
        notes.columns = [notes.createColumn({fieldId: 'name'}), customer.createColumn({fieldId: 'companyname'})];
        notes.sort = [notes.createSort({column: notes.columns[0]})];

        const orders = query.create({type: query.Type.TRANSACTION});
        const lines = orders.join({fieldId: 'transactionlines'});
        const item = lines.autoJoin({fieldId: 'item'});
        orders.columns = [item.createColumn({fieldId: 'itemid'}), lines.createColumn({fieldId: 'quantity'})];
        orders.condition = orders.and(orders.createCondition({fieldId: 'id', operator: query.Operator.ANY_OF, values: [9201]}),
          lines.createCondition({fieldId: 'mainline', operator: query.Operator.IS, values: ['F']}));
        orders.sort = [lines.createSort({column: orders.columns[1]})];

        const to = query.create({type: query.Type.TRANSACTION});
        const entity = to.joinTo({fieldId: 'entity', target: 'customer'});
        to.columns = [entity.createColumn({fieldId: 'entityid'})];
        to.condition = to.createCondition({fieldId: 'id', operator: query.Operator.ANY_OF, values: [9202]});

        const from = query.create({type: query.Type.CUSTOMER});
        const note = from.joinFrom({fieldId: 'custrecord_q_customer', source: 'customrecord_q_note'});
        from.columns = [from.createColumn({fieldId: 'entityid'}), note.createColumn({fieldId: 'name'})];
        from.condition = from.createCondition({fieldId: 'id', operator: query.Operator.ANY_OF, values: [9002, 9003]});
        from.sort = [from.createSort({column: from.columns[0]})];

        const far = query.create({type: 'customrecord_q_note'});
        const sub = far.autoJoin({fieldId: 'custrecord_q_customer'}).joinTo({fieldId: 'subsidiary', target: 'subsidiary'});
        far.columns = [far.createColumn({fieldId: 'name'}), sub.createColumn({fieldId: 'name'})];
        far.sort = [far.createSort({column: far.columns[0]})];
        return [rows(notes), rows(orders), rows(to), rows(from), Object.keys(notes.child), rows(far).slice(0, 1)];"""
    )
    assert found == [
        [["N1", "Alpha Foods"], ["N2", "Beta Books"], ["N3", None]],
        [["Q-APPLE", -3], ["Q-BREAD", -2]],
        [["Q-BETA"]],
        [["Q-BETA", "N2"], ["Q-GAMMA", None]],
        ["custrecord_q_customer"],
        [["N1", "Parent Company"]],
    ]


@pytest.mark.shows("N/query.Aggregate", "N/query.ReturnType", "N/query.FieldContext")
@pytest.mark.rule("query.objects")
def test_columns_are_aggregated_grouped_computed_and_shown(lab: Lab) -> None:
    found = lab.run(
        """const q = query.create({type: query.Type.TRANSACTION});
        const who = q.createColumn({fieldId: 'entity', groupBy: true, context: query.FieldContext.DISPLAY, alias: 'who'});
        const n = q.createColumn({fieldId: 'id', aggregate: query.Aggregate.COUNT, alias: 'n'});
        const sum = q.createColumn({formula: '{foreigntotal} * 2', type: query.ReturnType.FLOAT,
          aggregate: query.Aggregate.SUM, alias: 'twice'});
        q.columns = [who, n, sum];
        const sales = q.and(q.createCondition({fieldId: 'type', operator: query.Operator.ANY_OF, values: ['SalesOrd']}),
          q.createCondition({fieldId: 'id', operator: query.Operator.GREATER, values: [9200]}));
        q.condition = sales;
        q.sort = [q.createSort({column: who, ascending: false})];
        const all = q.run();
        q.condition = q.and(...sales.children, q.createCondition({fieldId: 'id', aggregate: query.Aggregate.COUNT,
          operator: query.Operator.GREATER, values: [1]}));
        return [all.asMappedResults(), all.types, all.results[0].getValueForAlias('n'), all.getTypeForAlias({alias: 'n'}),
          q.run().asMappedResults()];"""
    )
    beta, alpha = {"who": "Q-BETA", "n": 1, "twice": 20}, {"who": "Q-ALPHA", "n": 2, "twice": 120}
    assert found == [[beta, alpha], ["STRING", "INTEGER", "FLOAT"], 1, "INTEGER", [alpha]]


@pytest.mark.shows(
    "N/query.ResultSet.asMappedResults", "N/query.Result.asMap", "N/query.ResultSet.iterator"
)
@pytest.mark.rule("query.booleans")
def test_checkboxes_are_booleans_of_objects_and_letters_of_suiteql(lab: Lab) -> None:
    found = lab.run(
        """const q = query.create({type: query.Type.CUSTOMER});
        q.columns = [q.createColumn({fieldId: 'id'}), q.createColumn({fieldId: 'isinactive'})];
        q.condition = q.createCondition({fieldId: 'id', operator: query.Operator.ANY_OF, values: [9003]});
        const seen = [];
        q.run().iterator().each(({value}) => { seen.push(value.asMap()); return true; });
        const sql = 'SELECT id, isinactive FROM customer WHERE id = 9003';
        return [seen, query.runSuiteQL({query: sql}).asMappedResults(), query.runSuiteQL(sql).types];"""
    )
    assert found == [
        [{"id": 9003, "isinactive": True}],
        [{"id": 9003, "isinactive": "T"}],
        ["INTEGER", "BOOLEAN"],
    ]


@pytest.mark.shows(
    "N/query.Query.toSuiteQL",
    "N/query.SuiteQL.run",
    "N/query.SuiteQL.runPaged",
    "N/query.Query.runPaged",
)
@pytest.mark.rule("query.objects")
def test_a_query_is_the_suiteql_it_shows(lab: Lab) -> None:
    found = lab.run(
        """const q = query.create({type: query.Type.CUSTOMER});
        q.columns = [q.createColumn({fieldId: 'entityid'})];
        q.condition = q.createCondition({fieldId: 'id', operator: query.Operator.LESS_OR_EQUAL, values: [9002]});
        q.condition = q.and(q.condition, q.createCondition({fieldId: 'id', operator: query.Operator.GREATER, values: [9000]}));
        q.sort = [q.createSort({column: q.columns[0]})];
        const sql = q.toSuiteQL();
        const page = q.runPaged({pageSize: 5});
        return [sql.query.includes('customer.id <= ?'), sql.params, sql.run().results.map(({values}) => values[0]),
          query.runSuiteQL({query: sql.query, params: sql.params}).asMappedResults().length,
          page.count, page.fetch({index: 0}).data.results[0].values, sql.runPaged({pageSize: 5}).pageRanges.length];"""
    )
    assert found == [True, [9002, 9000], ["Q-ALPHA", "Q-BETA"], 2, 2, ["Q-ALPHA"], 1]


@pytest.mark.shows("N/query.RelativeDateRange", "N/query.createRelativeDate", "N/query.DateId")
@pytest.mark.rule("query.relative_dates")
def test_relative_dates_go_with_the_accounts_clock(lab: Lab) -> None:
    """Tuesday 10 March 2026, noon UTC: orders of 15 January, 10 and 20 February."""
    lab.account.set_clock(1773144000000)
    found = lab.run(
        """const q = query.create({type: query.Type.TRANSACTION});
        const id = q.createColumn({fieldId: 'id'});
        q.columns = [id]; q.sort = [q.createSort({column: id})];
        const R = query.RelativeDateRange;
        const ago = (dateId, value) => query.createRelativeDate({dateId: query.DateId[dateId], value});
        return [['WITHIN', R.LAST_MONTH], ['BEFORE', R.LAST_MONTH], ['AFTER', R.LAST_MONTH.start], ['ON_OR_AFTER', R.THIS_YEAR],
          ['ON', ago('DAYS_AGO', 28)], ['AFTER', ago('WEEKS_AGO', 3)], ['ON_OR_BEFORE', ago('MONTHS_AGO', 1)],
          ['ON', new Date(2026, 1, 20)], ['WITHIN', [new Date(2026, 0, 1), new Date(2026, 0, 31)]],
        ].map(([operator, values]) => {
          q.condition = q.and(q.createCondition({fieldId: 'trandate', operator: query.Operator[operator], values}),
            q.createCondition({fieldId: 'id', operator: query.Operator.BETWEEN, values: [9201, 9203]}));
          return q.run().results.map(({values: [number]}) => number);
        });"""
    )
    assert found == [
        [9202, 9203],
        [9201],
        [9202, 9203],
        [9201, 9202, 9203],
        [9202],
        [9203],
        [9201, 9202],
        [9203],
        [9201],
    ]


ERRORS = [
    ("query.create({type: 'nosuch'})", "INVALID_RCRD_TYPE"),
    ("query.create({})", "SSS_MISSING_REQD_ARGUMENT"),
    ("q.createCondition({fieldId: 'id', operator: 'LIKE', values: [1]})", "INVALID_SEARCH_OPERATOR"),
    ("q.createColumn({fieldId: 'id', formula: '1'})", "MUTUALLY_EXCLUSIVE_ARGUMENTS"),
    ("q.createColumn({alias: 'x'})", "NEITHER_ARGUMENT_DEFINED"),
    ("q.autoJoin({fieldId: 'subsidiary'}); q.autoJoin({fieldId: 'subsidiary'})", "RELATIONSHIP_ALREADY_USED"),
    ("q.columns = ['id']", "WRONG_PARAMETER_TYPE"),
    ("q.condition = {}", "WRONG_PARAMETER_TYPE"),
    ("q.columns = [c]; q.condition = q.createCondition({fieldId: 'id', operator: query.Operator.BETWEEN, values: [1, 2, 3]}); q.run()", "OPERATOR_ARITY_MISMATCH"),
    ("q.columns = [q.createColumn({fieldId: 'nosuch'})]; q.condition = null; q.run()", "SSS_SEARCH_ERROR_OCCURRED"),
    ("query.runSuiteQL({query: 'SELECT 1 FROM dual WHERE 1 = ?', params: [{}]})", "SSS_INVALID_TYPE_ARG"),
    ("query.runSuiteQL({})", "SSS_MISSING_REQD_ARGUMENT"),
    ("query.runSuiteQL('SELECT id FROM dual d, dual e')", "SSS_SEARCH_ERROR_OCCURRED"),
    ("query.createPeriod({code: 'NEVER'})", "INVALID_PERIOD_CODE"),
    ("query.createPeriod({code: query.PeriodCode.LAST_PERIOD, type: 'MIDDLE'})", "INVALID_PERIOD_TYPE"),
    ("query.createPeriod({code: query.PeriodCode.LAST_PERIOD, adjustment: 'SOME'})", "INVALID_PERIOD_ADJUSTMENT"),
    ("query.createRelativeDate({dateId: 'dago'})", "SSS_MISSING_REQD_ARGUMENT"),
    ("query.delete({id: 'custworkbook_x'})", "UNABLE_TO_DELETE_QUERY"),
    ("query.load({id: 'custworkbook_x'})", "EMULATOR_UNSUPPORTED"),
    ("query.listTables({workbookId: 'custworkbook_x'})", "EMULATOR_UNSUPPORTED"),
    ("query.create({type: query.Type.WORK_CALENDAR})", "EMULATOR_UNSUPPORTED"),
    ("query.runSuiteQL('SELECT 1 FROM dual').results[0].getValueForAlias('x')", "CANNOT_DETERMINE_VALUE_FOR_ALIAS"),
    ("query.runSuiteQL('SELECT 1 FROM dual').getTypeForAlias('x')", "CANNOT_DETERMINE_TYPE_FOR_ALIAS"),
    ("query.runSuiteQL('SELECT 1 AS a, 2 AS a FROM dual').results[0].getValueForAlias('a')", "SSS_DUPLICATE_ALIAS"),
]  # fmt: skip


@pytest.mark.shows("N/query.createPeriod", "N/query.delete")
@pytest.mark.rule("query.errors")
def test_wrong_arguments_end_in_netsuites_errors(lab: Lab) -> None:
    cases = ", ".join(f"() => {{ {code}; }}" for code, _ in ERRORS)
    found = lab.run(
        f"""const q = query.create({{type: query.Type.CUSTOMER}});
        const c = q.createColumn({{fieldId: 'id'}});
        return [{cases}].map((run) => {{ try {{ run(); return null; }} catch (e) {{ return e.name; }} }});"""
    )
    assert list(zip([c for c, _ in ERRORS], found, strict=True)) == ERRORS


@pytest.mark.rule("query.input")
@pytest.mark.parametrize(
    "returned",
    [
        "{ type: 'suiteql', query: SQL, params: [9000] }",
        "query.runSuiteQL({ query: SQL, params: [9000] })",
        "q",
        "q.toSuiteQL()",
    ],
)
def test_a_map_reduce_script_takes_a_query_as_its_input(lab: Lab, returned: str) -> None:
    script = lab.script(
        "MapReduceScript",
        f"""define(['N/query', 'N/log'], (query, log) => ({{
          getInputData: () => {{
            const SQL = 'SELECT id FROM customer WHERE id > ? AND id < 9003 ORDER BY id';
            const q = query.create({{ type: query.Type.CUSTOMER }});
            q.columns = [q.createColumn({{ fieldId: 'id' }})];
            q.condition = q.createCondition({{ fieldId: 'id', operator: query.Operator.BETWEEN, values: [9001, 9002] }});
            return {returned};
          }},
          map: ({{ value }}) => log.audit('row', JSON.parse(value).values[0]),
          summarize: () => {{}},
        }}));""",
    )
    lab.engine.submit_task(lab.admin, script.scriptid, None, {})
    assert lab.engine.idle(60)
    assert sorted(lab.logged(script)) == [("row", "9001"), ("row", "9002")]
