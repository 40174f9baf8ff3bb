"""SuiteQL of the user's: what is left of it on one line, and which tables it reads."""

from __future__ import annotations

from typing import Any

import pytest

from generator.compile.queries import plain, tables

POLL = """
via:
  poll:
    key: id
    changed: |
      {changed}
    rows: |
      {rows}
payload: {{id: id}}
"""


def test_a_comment_ends_and_a_text_is_none() -> None:
    query = """
      SELECT i.id -- the user's key
        FROM item i /* it's
        all */ WHERE i.itemid <> '-- none --' AND i.itemid <> 'it''s /* no */ ;' ;
    """
    assert plain(query) == (
        "SELECT i.id FROM item i WHERE i.itemid <> '-- none --' AND i.itemid <> 'it''s /* no */ ;'"
    )


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("SELECT t.id FROM Transaction t, transactionLine l", ("transaction", "transactionline")),
        ("SELECT a FROM b LEFT JOIN c ON c.x = NVL(b.y, b.z), d WHERE x IN (1, 2) ORDER BY a, e", ("b", "c", "d")),
        ("SELECT a, (SELECT MAX(x), y FROM g, h) FROM (SELECT id FROM b, c) q, d", ("g", "h", "b", "c", "d")),
        ("SELECT a, b FROM c UNION SELECT d, e FROM f GROUP BY d, e", ("c", "f")),
        ("SELECT TRIM(LEADING '0' FROM itemid) FROM item WHERE EXTRACT(YEAR FROM createddate) > 2020", ("item",)),
        ("SELECT id FROM item WHERE name = 'taken FROM stock, sold'", ("item",)),
    ],
)  # fmt: skip
def test_the_tables_of_a_query_are_those_behind_from_its_commas_and_join(
    query: str, read: tuple[str, ...]
) -> None:
    assert tables(query) == read


def test_the_role_sees_every_table_of_a_poll(project: Any) -> None:
    """A table without its permission has no rows, and nothing says so."""
    project.outbound(
        POLL.format(
            changed="SELECT c.id FROM customer c, employee e WHERE e.id = c.salesrep",
            rows="SELECT c.id FROM customer c, location l WHERE l.id = c.id AND c.id IN (:keys)",
        )
    )
    plan = project.plan_out()
    assert plan.via.tables == ("customer", "employee", "location")
    assert {"LIST_EMPLOYEE", "LIST_LOCATION"} <= {one.key for one in plan.permissions}


def test_two_columns_of_one_name_are_told(project: Any) -> None:
    """A row is read by names: one of the two would silently be the other."""
    project.outbound(
        POLL.format(
            changed="SELECT c.id, MAX(c.id) AS top, 'a, b' AS t FROM customer c",
            rows="SELECT c.id, c.name, c.city, l.Name FROM customer c JOIN location l ON 1 = 1 WHERE c.id IN (:keys)",
        )
    )
    assert project.messages() == ["two columns are named 'name'"]


SOURCE = """
source:
  sql:
    connection: erp
    key: id
    query: |
      {query}
body: {{companyname: name, isperson: {{value: false}}}}
"""


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT id, 'a;b :c' AS name FROM v -- all; it's :all", None),
        ("SELECT id, RANK() OVER (ORDER BY name) AS name FROM (SELECT id, name FROM v LIMIT 5) q", None),
        ("SELECT id, name::text AS name FROM v", None),
        ("SELECT id, name FROM v ORDER  BY id", "ORDER BY is the agent's"),
        ("SELECT id, name FROM v LIMIT 500", "LIMIT is the agent's"),
        ("SELECT TOP 500 id, name FROM v", "TOP is the agent's"),
        ("SELECT id, name FROM v FETCH FIRST 5 ROWS ONLY", "FETCH FIRST is the agent's"),
        ("SELECT id, name FROM v WHERE changed >= :watermark", "the query takes no ':watermark'"),
        ("SELECT id, name FROM v; DELETE FROM v", "the query must be one SELECT statement"),
    ],
)  # fmt: skip
def test_a_query_of_a_database_leaves_order_and_pages_to_the_agent(
    project: Any, query: str, said: str | None
) -> None:
    """With a limit of its own, everything behind it would never be seen."""
    path = project.folder / "project.yaml"
    database = "connections:\n  erp: {database: {secret: erp}}"
    path.write_text(path.read_text().replace("connections:", database))
    project.inbound(SOURCE.format(query=query), record="customer")
    messages = project.messages()
    assert [message.startswith(said) for message in messages] == [True] if said else not messages
