"""A small project for tests of spec tests: customers come in, and news of them go out."""

from __future__ import annotations

import textwrap
from pathlib import Path

PROJECT = """
    spec: 1
    project: trials
    prefix: try
    timezone: America/New_York
    environments: {sandbox: {account: 1234567_SB1, agent_url: "https://hooks.example.com"}}
    connections: {crm: {base_url: "https://crm.example.com"}}
"""
PEOPLE = """\
    spec: 1
    flow: people
    direction: inbound
    record: customer
    source: {sample: samples/person.json, id_path: no}
    via: {restlet: {batch: 10}}
    accept: {path: live, not_equals: false}
    key: {field: externalid, from: no, prefix: "P-"}
    body:
      isperson: {value: false, on: create}
      subsidiary: {value: "1", on: create}
      companyname: {from: name, required: true, apply: [trim]}
      comments: {from: note, default: "-"}
      fax: {from: fax, when: {path: fax, matches: "^[+]"}}
      category: {from: kind, map: kinds, ref: {record: customercategory, by: name, missing: skip_field}}
    maps:
      kinds:
        values: {a: Good, b: Better}
        otherwise: error
"""
NEWS = """\
    spec: 1
    flow: news
    direction: outbound
    record: customer
    via:
      events: {on: [create, edit], changed: [comments]}
    target: {connection: crm, path: /news}
    payload:
      name: companyname
      note: {from: comments, null: true}
"""


class Folder:
    """The project's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("project.yaml", PROJECT)
        self.write("specs/people.yaml", PEOPLE)
        self.write("specs/news.yaml", NEWS)
        self.write("samples/person.json", '{"no": 7, "name": " Ada ", "kind": "a"}')

    def write(self, file: str, text: str) -> None:
        path = self.path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
