"""What callers of a RESTlet hear of errors, and which content types are JSON."""

from __future__ import annotations

import json

import pytest
import requests
from lab import ADMIN, HttpLab, Lab


@pytest.mark.rule("door.restlet_error_message")
def test_the_message_of_a_thrown_error(lab: Lab) -> None:
    script = lab.restlet("throw error.create({ name: 'OWN_CODE', message: 'own words' });")
    status, text = lab._reply(
        ADMIN,
        script.scriptid,
        script.deployments[0].scriptid,
        "POST",
        {},
        b"{}",
        "application/json",
    )
    told = json.loads(text)["error"]
    assert (status, told["code"]) == (400, "OWN_CODE")
    if lab.preferences.restlet_error_json:
        told = json.loads(told["message"])
        assert told["name"] == "OWN_CODE"
    assert told["message"] == "own words"


@pytest.mark.rule("door.restlet_json_charset")
def test_json_with_a_charset(lab: Lab) -> None:
    script = lab.restlet("return input.a;")
    status, _ = lab._reply(
        ADMIN,
        script.scriptid,
        script.deployments[0].scriptid,
        "POST",
        {},
        b'{"a": 1}',
        "application/json; charset=utf-8",
    )
    # In process there is no door: the engine compares exactly.
    passes = lab.preferences.restlet_json_charset and isinstance(lab, HttpLab)
    assert status == (200 if passes else 415)


def _metadata(lab: Lab, record: str = "") -> requests.Response:
    if not isinstance(lab, HttpLab):
        pytest.skip("in process there is no door")
    return requests.get(
        f"{lab._server.url}/services/rest/record/v1/metadata-catalog{record}",
        headers={"Accept": "application/json" if not record else "application/schema+json"},
        auth=lab._auth(ADMIN),
        timeout=60,
    )


@pytest.mark.rule("door.metadata_list")
def test_the_metadata_catalogue_lists_record_types(lab: Lab) -> None:
    items = _metadata(lab).json()["items"]
    assert {"customer", "salesorder"} <= {item["name"] for item in items}
    assert all(link["href"].endswith(item["name"]) for item in items for link in item["links"])


@pytest.mark.rule("door.metadata_schema")
def test_a_record_type_in_the_metadata_catalogue(lab: Lab) -> None:
    fields = _metadata(lab, "/salesOrder").json()["properties"]
    assert fields["trandate"] == {**fields["trandate"], "type": "string", "format": "date"}
    assert fields["entity"]["$ref"].endswith("/customer")
    assert "quantity" in fields["item"]["properties"]["items"]["items"]["properties"]
