"""Other systems, secrets, and what differs from account to account."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from generator.catalog import sdf, sdf_types
from generator.lint.examples import SCRIPT, Snippet
from generator.lint.model import Found, Rule
from generator.lint.project import Project
from generator.spec.diagnose import did_you_mean
from generator.suitescript.nodes import arguments_of, literal, text
from generator.suitescript.parse import walk
from generator.suitescript.script import Script

_SENDS = tuple(f"{m}.{v}" for m in ("https", "http") for v in ("post", "put", "request"))
_ASKS = (*_SENDS, "https.get", "https.delete", "http.get", "http.delete")
_DOMAIN = re.compile(
    r"https?://[\w.-]*\b(\d{5,12}(?:[-_](?:sb|rp)\d+)?)\.[\w.-]*netsuite\.com", re.IGNORECASE
)
_OLD_DOMAIN = re.compile(
    r"https?://(?:system|forms|rest|restlets?)\.(?:na\d+\.|eu\d*\.|sandbox\.)?netsuite\.com",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"(?i)(?:password|passwd|pwd|secret|api_?key|apikey|access_?key|private_?key|token_?secret"
    r"|consumer_?(?:key|secret)|client_?secret|auth_?token|access_?token|bearer)$"
)
_AUTHORIZATION = re.compile(r"^(?:Basic|Bearer)\s+[A-Za-z0-9+/=_.~-]{12,}$")
_PLACEHOLDER = re.compile(
    r"(?i)^(?:x+|\*+|\.+|<.*>|\{.*\}|your.*|example.*|todo.*|cust\w*_.*|test)$"
)


def _form_body(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*_SENDS):
        body = script.option(call, "body")
        found = script.origin(body) if body is not None else None
        if body is None or found is None or found.type != "object":
            continue
        headers = script.option(call, "headers")
        listed = script.origin(headers) if headers is not None else None
        said = (text(listed) if listed is not None else "").lower()
        if "urlencoded" in said:
            continue
        sure = "json" in said
        yield Found(
            body,
            "an object as body is sent as a form, not as JSON",
            severity="error" if sure else "warning",
        )


def _answer_unseen(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*_ASKS):
        if call.api is not None and call.api.endswith(".promise"):
            continue
        parent = call.node.parent
        if parent is None:
            continue
        if parent.type == "expression_statement":
            yield Found(
                call.place,
                "nobody looks at the answer: an error of the other side passes for success",
            )
        elif parent.type == "variable_declarator":
            name = parent.child_by_field_name("name")
            if name is None or name.type != "identifier":
                continue
            binding = script.scopes.of(name)
            uses = binding.uses if binding else []
            members = [
                text(use.parent.child_by_field_name("property"))
                for use in uses
                if use.parent is not None and use.parent.type == "member_expression"
            ]
            if len(members) == len(uses) and "code" not in members:
                yield Found(
                    call.place,
                    f"{text(name)}.code is never looked at: an error of the other side passes for success",
                )


def _plain_http(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api(*(a for a in _ASKS if a.startswith("https."))):
        url = script.option(call, "url", 0)
        said = script.string(url)
        if url is not None and said is not None and said.lower().startswith("http://"):
            yield Found(url, "N/https calls https addresses only")


def _account_domain(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("string_fragment"):
        said = text(node)
        found = _DOMAIN.search(said) or _OLD_DOMAIN.search(said)
        if found:
            yield Found(node, f"{found[0]} is one account's address")


def _secrets(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("pair", "variable_declarator", "assignment_expression"):
        field = {"pair": "key", "variable_declarator": "name", "assignment_expression": "left"}[
            node.type
        ]
        target = node.child_by_field_name(field)
        value = node.child_by_field_name(
            "right" if node.type == "assignment_expression" else "value"
        )
        said = literal(value) if value is not None else None
        if target is None or value is None or said is None:
            continue
        name = (literal(target) or text(target)).rsplit(".", 1)[-1]
        if _SECRET.search(name.replace("-", "_")) and _looks_secret(said):
            yield Found(value, f"what '{name}' holds can be read by everyone who may see the file")
        elif _AUTHORIZATION.match(said):
            yield Found(value, "a credential that can be read by everyone who may see the file")


def _looks_secret(said: str) -> bool:
    return (
        len(said) >= 8
        and not any(c.isspace() for c in said)
        and not _PLACEHOLDER.match(said)
        and any(c.isdigit() for c in said)
        and any(c.isalpha() for c in said)
    )


def _weak_hash(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("member_expression"):
        member = script.member(node)
        if member in (
            "crypto.HashAlg.MD5",
            "crypto.HashAlg.SHA1",
            "https.HashAlg.MD5",
            "https.HashAlg.SHA1",
        ):
            yield Found(
                node.child_by_field_name("property") or node,
                f"{member.rsplit('.', 1)[-1]} is broken",
            )


def _own_parameters(script: Script, project: Project) -> Iterator[Found]:
    owners = project.owners(script)
    if not owners:
        return
    every = {
        part.get("scriptid", "")
        for each in project.objects
        for part in each.element.iter("scriptcustomfield")
    }
    own = {
        part.get("scriptid", "")
        for each in owners
        for part in each.element.iter("scriptcustomfield")
    }
    for call in script.calls:
        if call.method != "getParameter":
            continue
        node = script.option(call, "name", 0)
        said = script.string(node)
        if node is None or said is None or not said.startswith("custscript") or said in own:
            continue
        owner = owners[0].scriptid
        also = " (another script has it)" if said in every else did_you_mean(said, own)
        yield Found(node, f"{owner} has no parameter '{said}'{also}")


def _tasks(script: Script, project: Project) -> Iterator[Found]:
    for call in script.api("task.create"):
        script_node, deploy_node = (
            script.option(call, "scriptId"),
            script.option(call, "deploymentId"),
        )
        scriptid, deployment = script.string(script_node), script.string(deploy_node)
        target = project.by_id.get(scriptid or "")
        if target is None or target.element.tag not in sdf_types.ON_DEMAND:
            continue
        known = {part.get("scriptid", ""): part for part in target.element.iter("scriptdeployment")}
        if deployment is None or deploy_node is None:
            continue
        if deployment not in known:
            yield Found(
                deploy_node,
                f"{scriptid} has no deployment '{deployment}'{did_you_mean(deployment, known)}",
            )
        elif sdf.text(known[deployment], "status") == "SCHEDULED":
            yield Found(deploy_node, f"{deployment} runs by its schedule and cannot be submitted")


def _dates(script: Script, project: Project) -> Iterator[Found]:
    for node in script.of("new_expression"):
        constructor = node.child_by_field_name("constructor")
        if (
            text(constructor) != "Date"
            or constructor is None
            or script.scopes.of(constructor) is not None
        ):
            continue
        given = arguments_of(node)
        if len(given) != 1:
            continue
        said = script.string(given[0])
        if said is not None and re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
            yield Found(
                node,
                f"new Date('{said}') is midnight in Greenwich, which is the day before in America",
            )
        elif said is not None and re.fullmatch(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", said):
            yield Found(node, f"'{said}' is read as month/day, whatever format the user has")
        elif said is None and _shown_date(script, given[0]):
            yield Found(
                node, f"{text(given[0])} is text in the date format of whoever runs the script"
            )


def _shown_date(script: Script, node: Node) -> bool:
    """Whether a value is a date as text: of a search result, or getText of a record."""
    origin = script.origin(node)
    if origin is None or origin.type != "call_expression":
        return False
    call = script.call(origin)
    if call.receiver is None:
        return False
    kind = script.kind(call.receiver)
    return (kind == "Result" and call.method == "getValue") or (
        kind in ("Record", "new", "old") and call.method == "getText"
    )


def _to_page(script: Script, project: Project) -> Iterator[Found]:
    if script.type != "Suitelet":
        return
    for call in script.calls:
        if call.method not in ("write", "writeLine") or not call.arguments:
            continue
        node = script.option(call, "output", 0)
        found = script.origin(node) if node is not None else None
        if found is None:
            continue
        for part in walk(found):
            parent = part.parent
            if parent is None or parent.type not in ("template_substitution", "binary_expression"):
                continue
            if script.asked_of(part, "parameters") is not None and "<" in text(found):
                yield Found(part, f"{text(part)} becomes part of the page, scripts in it too")


def _cache_ttl(script: Script, project: Project) -> Iterator[Found]:
    for call in script.calls:
        if call.method not in ("put", "get") or call.receiver is None:
            continue
        origin = script.origin(call.receiver)
        if (
            origin is None
            or origin.type != "call_expression"
            or script.call(origin).api != "cache.getCache"
        ):
            continue
        node = script.option(call, "ttl")
        value = script.number(node)
        if node is not None and value is not None and value < 300:
            yield Found(node, f"ttl is {text(node)} seconds, the least is 300")


_PARAMETER = """\
<scheduledscript scriptid="customscript_example">
  <name>Example</name>
  <scriptfile>[/SuiteScripts/example/example.js]</scriptfile>
  <scriptcustomfields>
    <scriptcustomfield scriptid="custscript_example_folder">
      <label>Folder</label>
      <fieldtype>TEXT</fieldtype>
    </scriptcustomfield>
  </scriptcustomfields>
  <scriptdeployments>
    <scriptdeployment scriptid="customdeploy_example">
      <title>Example</title>
      <status>NOTSCHEDULED</status>
      <isdeployed>T</isdeployed>
      <loglevel>AUDIT</loglevel>
    </scriptdeployment>
  </scriptdeployments>
</scheduledscript>
"""
_READS = "log.audit({{ title: 'folder', details: runtime.getCurrentScript().getParameter({{ name: '{}' }}) }});"
_SUBMITS = "task.create({{ taskType: task.TaskType.SCHEDULED_SCRIPT, scriptId: 'customscript_example', deploymentId: '{}' }}).submit();"
_OBJECT = "src/Objects/customscript_example.xml"

RULES = (
    Rule(
        "L265", "an object as the body of a call", "warning",
        "N/https sends an object as application/x-www-form-urlencoded, whatever the header says: the other side gets no JSON. Certain where the header promises JSON.",
        "help topic https.post(options) (section_4567628658); netsuite-facts 5",
        "Give JSON.stringify(body), and a Content-Type.",
        Snippet("ScheduledScript", "https log", "const answer = https.post({ url: 'https://shop.example/orders', body: { id: 1 }, headers: { 'Content-Type': 'application/json' } });\nlog.audit({ title: 'shop', details: answer.code });"),
        Snippet("ScheduledScript", "https log", "const answer = https.post({ url: 'https://shop.example/orders', body: JSON.stringify({ id: 1 }), headers: { 'Content-Type': 'application/json' } });\nlog.audit({ title: 'shop', details: answer.code });"),
        script=_form_body,
    ),
    Rule(
        "L266", "an answer that nobody looks at", "warning",
        "N/https does not throw for an answer of 400 or 500: only response.code tells.",
        "netsuite-facts 5; help topic https.ClientResponse",
        "Compare response.code before the answer is used.",
        Snippet("ScheduledScript", "https", "https.post({ url: 'https://shop.example/orders', body: '{}' });"),
        Snippet("ScheduledScript", "https", "const answer = https.post({ url: 'https://shop.example/orders', body: '{}' });\nif (answer.code >= 300) throw new Error(`the shop answered ${answer.code}`);"),
        script=_answer_unseen,
    ),
    Rule(
        "L267", "an http address for N/https", "error",
        "N/https takes https addresses with a certificate of a public authority only.",
        "netsuite-facts 5; help topic N/https Module",
        "Use the https address.",
        Snippet("ScheduledScript", "https log", "log.audit({ title: 'shop', details: https.get({ url: 'http://shop.example/orders' }).code });"),
        Snippet("ScheduledScript", "https log", "log.audit({ title: 'shop', details: https.get({ url: 'https://shop.example/orders' }).code });"),
        script=_plain_http,
    ),
    Rule(
        "L268", "an account's own address in the code", "warning",
        "The address holds the account: in a sandbox the script calls production, in another account it calls a stranger.",
        "SAFE 102; netsuite-facts 13.11",
        "Use url.resolveScript or url.resolveDomain, https.requestRestlet or https.requestSuitelet.",
        Snippet("Suitelet", "", "context.response.write('https://1234567.app.netsuite.com/app/site/hosting/scriptlet.nl?script=1&deploy=1');"),
        Snippet("Suitelet", "url", "context.response.write(url.resolveScript({ scriptId: 'customscript_other', deploymentId: 'customdeploy_other' }));"),
        script=_account_domain,
    ),
    Rule(
        "L269", "a secret in the code", "warning",
        "Files of the File Cabinet and repositories are read by many. A secret in them is known, and changing it means a deployment.",
        "help topic Storing API Secrets (section_160216498405); netsuite-facts 5",
        "Keep it as an API secret (custsecret_...) and use it by script id: https.createSecureString, crypto.createSecretKey.",
        Snippet("Suitelet", "", "const apiKey = 'sk4f9a7c2e1b8d6035';\ncontext.response.write(apiKey.slice(0, 2));"),
        Snippet("Suitelet", "https", "const apiKey = https.createSecureString({ input: '{custsecret_shop}' });\ncontext.response.write(typeof apiKey);"),
        script=_secrets,
    ),
    Rule(
        "L270", "a hash that is broken", "warning",
        "MD5 and SHA-1 do not protect against forgery any more.",
        "netsuite-facts 5; help topic crypto.HashAlg",
        "Use SHA256 or SHA512.",
        Snippet("Suitelet", "crypto", "context.response.write(typeof crypto.createHash({ algorithm: crypto.HashAlg.MD5 }));"),
        Snippet("Suitelet", "crypto", "context.response.write(typeof crypto.createHash({ algorithm: crypto.HashAlg.SHA256 }));"),
        script=_weak_hash,
    ),
    Rule(
        "L272", "a date read from text by JavaScript", "warning",
        "Dates of search results and getText are text in the format of the user who runs the script, and '2026-01-02' is midnight UTC: new Date gives another day, or no date.",
        "SAFE 99; netsuite-facts 3.2",
        "Use format.parse, or new Date(year, month - 1, day).",
        Snippet("UserEventScript.beforeSubmit", "", "context.newRecord.setValue({ fieldId: 'trandate', value: new Date('2026-01-02') });"),
        Snippet("UserEventScript.beforeSubmit", "", "context.newRecord.setValue({ fieldId: 'trandate', value: new Date(2026, 0, 2) });"),
        script=_dates,
    ),
    Rule(
        "L273", "what a visitor sent, written into a page", "warning",
        "A parameter with markup becomes part of the page: whoever follows a prepared link runs a stranger's script with the rights of that person.",
        "Oracle's secure coding guide for SuiteScript, chapter 3 (output encoding)",
        "Escape the value, or use N/ui/serverWidget.",
        Snippet("Suitelet", "", "context.response.write(`<p>Hello ${context.request.parameters.name}</p>`);"),
        Snippet("Suitelet", "xml", "context.response.write(`<p>Hello ${xml.escape({ xmlText: context.request.parameters.name })}</p>`);"),
        script=_to_page,
    ),
    Rule(
        "L274", "a script parameter that the script does not have", "warning",
        "getParameter of an unknown parameter is null, without an error.",
        "help topic Script.getParameter(options); netsuite-facts 9.1",
        "Correct the name, or declare the parameter in the script's object.",
        {SCRIPT: Snippet("ScheduledScript", "log runtime", _READS.format("custscript_example_foldr")).whole(), _OBJECT: _PARAMETER},
        {SCRIPT: Snippet("ScheduledScript", "log runtime", _READS.format("custscript_example_folder")).whole(), _OBJECT: _PARAMETER},
        script=_own_parameters,
    ),
    Rule(
        "L275", "a task for a deployment that cannot be submitted", "error",
        "A task needs a deployment of that script with the status Not Scheduled.",
        "help topics section_1508887826 and section_1509579025; netsuite-facts 10",
        "Name a NOTSCHEDULED deployment of the script.",
        {SCRIPT: Snippet("ScheduledScript", "task", _SUBMITS.format("customdeploy_exampel")).whole(), _OBJECT: _PARAMETER},
        {SCRIPT: Snippet("ScheduledScript", "task", _SUBMITS.format("customdeploy_example")).whole(), _OBJECT: _PARAMETER},
        script=_tasks,
    ),
    Rule(
        "L276", "a time to live that N/cache does not take", "error",
        "Entries of N/cache live for 300 seconds at least; less is an error.",
        "help topic Cache.put(options); netsuite-facts 2",
        "Give 300 or more, and keep a shorter time in the value itself.",
        Snippet("Suitelet", "cache", "cache.getCache({ name: 'rates' }).put({ key: 'eur', value: '1.1', ttl: 60 });\ncontext.response.write('kept');"),
        Snippet("Suitelet", "cache", "cache.getCache({ name: 'rates' }).put({ key: 'eur', value: '1.1', ttl: 300 });\ncontext.response.write('kept');"),
        script=_cache_ttl,
    ),
)  # fmt: skip
