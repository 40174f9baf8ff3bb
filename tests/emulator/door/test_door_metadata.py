"""The metadata catalogue of REST web services, as the account knows its records."""

from __future__ import annotations

from typing import Any

import pytest
import requests

PATH = "/services/rest/record/v1/metadata-catalog"
SCHEMA = {"Accept": "application/schema+json"}


def ask(caller: Any, record: str = "", **options: Any) -> requests.Response:
    options.setdefault("auth", caller.token_based())
    options.setdefault("headers", SCHEMA)
    return requests.get(f"{caller.server.url}{PATH}{record}", timeout=30, **options)


@pytest.mark.rule("door.metadata_list")
def test_the_catalogue_lists_the_record_types_that_the_role_sees(caller: Any) -> None:
    items = ask(caller, auth=caller.token_based(admin=True)).json()["items"]
    names = [item["name"] for item in items]
    assert names == sorted(names)
    assert {"customer", "salesorder", "customrecord_door_trace"} <= set(names)
    assert not {"item", "address", "transaction"} & set(names)
    by_kind = {link["mediaType"]: link["href"] for link in items[0]["links"]}
    assert by_kind["application/schema+json"].endswith(f"{PATH}/{names[0]}")
    seen = {item["name"] for item in ask(caller).json()["items"]}
    assert "customer" in seen
    assert "vendorbill" not in seen


@pytest.mark.rule("door.metadata_schema")
def test_a_record_type_is_a_json_schema_with_types_references_and_lines(caller: Any) -> None:
    answer = ask(caller, "/salesOrder", auth=caller.token_based(admin=True))
    assert answer.headers["content-type"].startswith("application/schema+json")
    schema = answer.json()
    assert schema["$schema"].startswith("https://json-schema.org/draft-06/")
    fields = schema["properties"]
    assert fields["trandate"]["format"] == "date"
    assert fields["entity"]["$ref"] == f"{PATH}/customer"
    rows = fields["item"]["properties"]["items"]["items"]["properties"]
    assert rows["quantity"]["type"] == "number"
    trace = ask(caller, "/customrecord_door_trace").json()
    assert trace["x-ns-custom-record"] is True
    assert trace["properties"]["name"]["type"] == "string"


def test_what_cannot_be_answered_is_told_in_the_form_of_rest(caller: Any) -> None:
    unknown = ask(caller, "/customrecord_none")
    assert unknown.status_code == 404
    assert unknown.json()["o:errorDetails"][0]["o:errorCode"] == "NONEXISTENT_RECORD_TYPE"
    assert (
        ask(caller, "/customer", headers={"Accept": "application/swagger+json"}).status_code == 406
    )
    assert ask(caller, "/customer", auth=caller.token_based(client_secret="x")).status_code == 401
