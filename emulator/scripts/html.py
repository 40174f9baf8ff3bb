"""
Pages as plain HTML, drawn from the page objects of N/ui/serverWidget.

Nothing here looks like NetSuite; it shows what a script has put on a page, under the names that a
form sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from emulator.errors import NetSuiteError

Facts = Mapping[str, Any]
_INPUTS = {
    "checkbox": "checkbox",
    "date": "text",
    "email": "email",
    "file": "file",
    "password": "password",
    "radio": "radio",
    "url": "url",
}
_HIDDEN = ("HIDDEN", "NODISPLAY")


def page(facts: Facts) -> str:
    """A form, list, assistant or portlet as a whole page."""
    draw = {"form": _form, "list": _list, "assistant": _assistant}[facts["kind"]]
    title = escape(str(facts["title"]))
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body><h1>{title}</h1>{draw(facts)}{_script(facts)}</body></html>"
    )


def failure(error: NetSuiteError) -> str:
    """The page of an error."""
    return (
        "<!doctype html><html><head><meta charset='utf-8'><title>Error</title></head><body><h1>Error</h1>"
        f"<p id='code'>{escape(error.code)}</p><p id='message'>{escape(error.message)}</p></body></html>"
    )


def _form(facts: Facts) -> str:
    messages = "".join(
        f"<div class='{m['type'].lower()}'><b>{escape(m['title'])}</b> {escape(m['message'])}</div>"
        for m in facts["messages"]
    )
    links = "".join(
        f"<a href='{escape(link['url'])}'>{escape(link['title'])}</a> " for link in facts["links"]
    )
    tabs = "".join(f"<h2 id='{t['id']}'>{escape(t['label'])}</h2>" for t in facts["tabs"])
    body = _fields(facts["fields"], facts["groups"]) + tabs + _sublists(facts["sublists"])
    return (
        f"{messages}<nav>{links}</nav><form method='post'>{_buttons(facts['buttons'])}{body}</form>"
    )


def _assistant(facts: Facts) -> str:
    if facts["finishedHtml"]:
        return str(facts["finishedHtml"])
    steps = "".join(
        f"<li{' class=current' if s['id'] == facts['currentStep'] else ''}>{escape(s['label'])}</li>"
        for s in facts["steps"]
    )
    error = f"<div class='error'>{facts['errorHtml']}</div>" if facts["errorHtml"] else ""
    step = escape(str(facts["currentStep"] or ""))
    actions = "".join(
        f"<button name='_action' value='{name}'>{name.title()}</button>"
        for name in ("back", "next", "finish", "cancel")
    )
    body = _fields(facts["fields"], facts["groups"]) + _sublists(facts["sublists"])
    return (
        f"<ol>{steps}</ol>{error}<form method='post'>"
        f"<input type='hidden' name='_step' value='{step}'>{body}{actions}</form>"
    )


def _list(facts: Facts) -> str:
    head = "".join(f"<th>{escape(str(c['label']))}</th>" for c in facts["columns"])
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{escape(str(row.get(c['id'], '')))}</td>" for c in facts["columns"])
        + "</tr>"
        for row in facts["rows"]
    )
    return f"{_buttons(facts['buttons'])}<table><tr>{head}</tr>{rows}</table>"


def _script(facts: Facts) -> str:
    path = facts.get("clientScriptModulePath") or facts.get("clientScriptFileId")
    return f"<!-- client script: {escape(str(path))} -->" if path else ""


def _buttons(buttons: Iterable[Facts]) -> str:
    return "".join(
        f"<button id='{escape(str(b['id']))}'{' disabled' if b['isDisabled'] else ''}>{escape(b['label'])}</button>"
        for b in buttons
        if not b["isHidden"]
    )


def _fields(fields: Iterable[Facts], groups: Iterable[Facts]) -> str:
    titles = {group["id"]: group["label"] for group in groups}
    out, shown = [], set()
    for field in sorted(
        fields, key=lambda f: list(titles).index(f["container"]) if f["container"] in titles else -1
    ):
        group = field["container"]
        if group in titles and group not in shown:
            shown.add(group)
            out.append(f"<h3>{escape(str(titles[group]))}</h3>")
        out.append(_field(field))
    return "".join(out)


def _field(field: Facts) -> str:
    name, label = escape(str(field["id"])), escape(str(field["label"] or ""))
    value = field["value"]
    if field["type"] == "inlinehtml":
        return str(value)
    if field["displayType"] in _HIDDEN:
        return f"<input type='hidden' name='{name}' value='{escape(_text(value))}'>"
    if field["displayType"] == "INLINE" or field["type"] in ("label", "help"):
        return f"<p><label>{label}</label> <span id='{name}'>{escape(_text(value))}</span></p>"
    return f"<p><label for='{name}'>{label}</label> {_input(field, name, value)}</p>"


def _input(field: Facts, name: str, value: Any) -> str:
    required = " required" if field["isMandatory"] else ""
    kind = field["type"]
    if kind in ("select", "multiselect"):
        chosen = value if isinstance(value, list) else [value]
        options = "".join(
            f"<option value='{escape(o['value'])}'{' selected' if o['value'] in chosen else ''}>{escape(o['text'])}</option>"
            for o in field["options"]
        )
        several = " multiple" if kind == "multiselect" else ""
        return f"<select name='{name}'{several}{required}>{options}</select>"
    if kind in ("textarea", "longtext", "richtext"):
        return f"<textarea name='{name}'{required}>{escape(_text(value))}</textarea>"
    checked = " checked" if kind == "checkbox" and value == "T" else ""
    held = "T" if kind == "checkbox" else field["source"] if kind == "radio" else _text(value)
    return (
        f"<input type='{_INPUTS.get(kind, 'text')}' name='{name}' id='{name}'"
        f" value='{escape(str(held))}'{checked}{required}>"
    )


def _sublists(sublists: Iterable[Facts]) -> str:
    out = []
    for sublist in sublists:
        if sublist["displayType"] == "HIDDEN":
            continue
        head = "".join(f"<th>{escape(str(f['label']))}</th>" for f in sublist["fields"])
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{escape(_text(line.get(f['id'], '')))}</td>" for f in sublist["fields"])
            + "</tr>"
            for line in sublist["lines"]
        )
        name, label = escape(str(sublist["id"])), escape(str(sublist["label"]))
        out.append(
            f"<h3>{label}</h3>{_buttons(sublist['buttons'])}<table id='{name}'><tr>{head}</tr>{rows}</table>"
        )
    return "".join(out)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)
