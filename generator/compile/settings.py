"""The project file: environments, variables, connections, and the secrets that flows use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from generator.catalog import Catalog
from generator.compile.context import Place, exactly_one
from generator.compile.fields import check_zone
from generator.compile.nicknames import did_you_mean_record
from generator.compile.references import is_custom
from generator.compile.types import NUMBERS
from generator.plan.flow import Verify
from generator.plan.inbound import InboundPlan
from generator.plan.outbound import EventsVia, OutboundPlan
from generator.plan.project import Connection, Environment, Secret, Var
from generator.plan.values import Json
from generator.spec.diagnose import did_you_mean, listed
from generator.spec.model import keys, plain
from generator.spec.project import AuthSpec, Project, SettingSpec, SignSpec, VarSpec
from generator.spec.verify import VerifySpec

MAX_NAME = 40
_OF_VARS = frozenset(key for key, _ in keys(VarSpec))


def compile_vars(project: Project, place: Place, catalog: Catalog) -> dict[str, Var]:
    """All variables; every environment must give every one."""
    lost = {str(loc[1]) for loc in place.broken if loc[0] == "environments" and len(loc) > 1}
    named = [name for name in project.environments if name not in _OF_VARS]
    environments = [*named, *sorted(lost - set(named))]
    compiled: dict[str, Var] = {}
    for name, spec in project.vars.items():
        at = place / "vars" / name
        check_name(name, at)
        given: dict[str, Any] = dict(spec.further)
        for other in given:
            if other not in environments and ("environments",) not in place.broken:
                (at / other).error(
                    "E402",
                    f"'{other}' is neither a key of a variable nor an environment"
                    f"{did_you_mean(other, ['type', 'record', 'by', *environments])}",
                    key=True,
                )
        missing = [env for env in environments if env not in given and not at.lost(env)]
        if missing and not place.lost("environments"):
            at.error(
                "E404", f"variable '{name}' has no value for {listed(missing, 'and')}", key=True
            )
        _check_select(name, spec.type, spec.record, spec.by, at, catalog)
        for env in environments:
            if env in given and not at.lost("type"):
                check_var_value(name, spec.type, given[env], at / env)
        compiled[name] = Var(
            name=name,
            type=spec.type,
            record=spec.record,
            by=spec.by or ("externalid" if spec.record else None),
            values=tuple((env, given[env]) for env in environments if env in given),
        )
    return compiled


def check_name(name: str, place: Place) -> None:
    """Report the name of an environment, variable or connection that is no plain name."""
    if not re.fullmatch(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*", name) or len(name) > MAX_NAME:
        place.error(
            "E114",
            f"'{name}' is no name: lower-case letters, digits, single '_' or '-', "
            f"at most {MAX_NAME} characters",
            key=True,
        )


def _check_select(
    name: str, kind: str, record: str | None, by: str | None, place: Place, catalog: Catalog
) -> None:
    if kind not in ("select", "multiselect"):
        if record is not None and not place.lost("type"):
            (place / "record").error(
                "E116", f"'record' goes with type: select, not {kind}", key=True
            )
        return
    if record is None:
        if not place.lost("record"):
            place.error("E111", f"variable '{name}' is a select: it needs 'record'", key=True)
        return
    known = catalog.record(record)
    if known is None:
        at = place / "record"
        message = f"unknown record type '{record}'{did_you_mean_record(record, catalog.records)}"
        (at.warn if is_custom(record) else at.error)("E220", message)
    elif by and by not in ("externalid", "name") and by not in known.fields:
        (place / "by").error(
            "E224",
            f"'{by}' is no known field of {record}"
            f"{did_you_mean(by, ['externalid', 'name', *known.fields])}",
        )


def check_var_value(name: str, kind: str, value: Any, place: Place) -> None:
    """Report a value that is not of the variable's type."""
    if kind == "boolean":
        fits = isinstance(value, bool)
    elif kind in NUMBERS:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, str)
    if fits:
        return
    if kind not in NUMBERS and kind != "boolean" and isinstance(value, int | float):
        raw = place.source.raw(place.loc) or str(value)
        what = "true or false" if isinstance(value, bool) else "a number"
        place.error(
            "E106", f"'{name}' needs text; {raw} without quotes is {what}", f'quote it: "{raw}"'
        )
    else:
        place.error("E405", f"'{name}' is of type {kind}; found {value!r}")


def compile_environments(
    project: Project, place: Place, variables: Mapping[str, Var]
) -> tuple[Environment, ...]:
    """The accounts; no two may be the same."""
    seen: dict[str, str] = {}
    compiled = []
    for name, spec in project.environments.items():
        at = place / "environments" / name
        account = spec.account.upper().replace("-", "_")
        if account in seen:
            (at / "account").error("E402", f"account {account} is also '{seen[account]}'")
        seen.setdefault(account, name)
        check_name(name, at)
        if name in _OF_VARS:
            at.error("E402", f"an environment cannot be named '{name}'", key=True)
        url = _setting(spec.agent_url, at / "agent_url", variables, name)
        if url is not None and not _is_address(url, ("https",)):
            (at / "agent_url").error(
                "E406", f"'{url}' is no address that NetSuite calls: https://..."
            )
        compiled.append(Environment(name=name, account=account, agent_url=url))
    if project.timezone is not None:
        check_zone(project.timezone, place / "timezone")
    return tuple(compiled)


def _setting(
    spec: SettingSpec | None, place: Place, variables: Mapping[str, Var], environment: str
) -> str | None:
    if spec is None:
        return None
    if spec.var is None:
        return spec.value.rstrip("/") if spec.value else None
    var = variables.get(spec.var)
    if var is None:
        at = place / "var"
        message = f"unknown variable '{spec.var}'{did_you_mean(spec.var, variables)}"
        if all(found.message != message or found.line != at.position().line for found in at.sink):
            at.error("E403", message)
        return None
    value = dict(var.values).get(environment)
    return str(value).rstrip("/") if value is not None else None


def compile_connections(
    project: Project, place: Place, variables: Mapping[str, Var]
) -> tuple[Connection, ...]:
    """The systems that the agent delivers to."""
    compiled = []
    for name, spec in project.connections.items():
        at = place / "connections" / name
        check_name(name, at)
        given = [kind for kind in ("base_url", "database") if getattr(spec, kind) is not None]
        if not exactly_one(at, ("base_url", "database"), given, "of"):
            continue
        if spec.database is not None:
            for other in ("auth", "sign", "rate"):
                if getattr(spec, other) is not None:
                    (at / other).error(
                        "E264", f"'{other}' is for addresses; a database has none", key=True
                    )
        compiled.append(
            Connection(
                name=name,
                base_url=_urls(spec.base_url, at / "base_url", variables, project),
                auth=_auth(spec.auth, at / "auth", variables, project),
                sign=compile_verify(spec.sign, at / "sign"),
                rate_per_second=spec.rate.per_second if spec.rate else None,
                database=spec.database.secret if spec.database else None,
            )
        )
    return tuple(compiled)


def _urls(
    spec: SettingSpec | None, place: Place, variables: Mapping[str, Var], project: Project
) -> tuple[tuple[str, str], ...]:
    """An address by environment."""
    urls = []
    for env in project.environments:
        url = _setting(spec, place, variables, env)
        if url is None:
            continue
        if not _is_address(url, ("https", "http")):
            place.error("E406", f"'{url}' is no address: https://...")
            break
        urls.append((env, url))
    return tuple(urls)


def _is_address(url: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def _auth(
    spec: AuthSpec | None, place: Place, variables: Mapping[str, Var], project: Project
) -> Verify | None:
    """How the agent proves itself; what is a variable becomes values by environment."""
    proof = compile_verify(spec, place)
    if proof is None or spec is None or spec.oauth2 is None:
        return proof
    at = place / "oauth2"
    ids = {
        env: _setting(spec.oauth2.client_id, at / "client_id", variables, env)
        for env in project.environments
    }
    options: dict[str, Any] = dict(proof.options)
    options["token_url"] = dict(_urls(spec.oauth2.token_url, at / "token_url", variables, project))
    options["client_id"] = {env: id_ for env, id_ in ids.items() if id_ is not None}
    return Verify(proof.kind, proof.secret, tuple(options.items()))


def compile_verify(spec: VerifySpec | AuthSpec | SignSpec | None, place: Place) -> Verify | None:
    """One kind of proof with its secret's name and options."""
    if spec is None:
        return None
    kinds = [key for key, _ in keys(type(spec))]
    given = [kind for kind in kinds if getattr(spec, kind) is not None]
    if not exactly_one(place, kinds, given, "kind"):
        return None
    kind = given[0]
    options: dict[str, Any] = plain(getattr(spec, kind))
    if kind == "hmac_sha256":
        _check_hmac(options, place / kind)
    if kind == "client_certificate":
        _check_certificate(options, place / kind)
    secret = options.pop("secret", None) or options.pop("key", {}).get("secret")
    return Verify(kind, secret, tuple(options.items()))


def _check_hmac(options: Mapping[str, Any], place: Place) -> None:
    """What is signed, and what of it is judged, must be given together."""
    if "timestamp" in options.get("over", ()) and "timestamp_header" not in options:
        (place / "over").error("E116", "a signed timestamp needs 'timestamp_header'", key=True)
    if "tolerance_seconds" in options and "timestamp_header" not in options:
        (place / "tolerance_seconds").error(
            "E116", "'tolerance_seconds' needs 'timestamp_header'", key=True
        )
    if "timestamp_header" in options and "timestamp" not in options.get("over", ()):
        (place / "timestamp_header").warn(
            "E116",
            "a time that is not signed proves nothing and is not judged",
            "add timestamp to over: [timestamp, body]",
            key=True,
        )
    if "separator" in options and len(options.get("over", ())) < 2:
        (place / "separator").error("E116", "'separator' stands between parts of 'over'", key=True)


def _check_certificate(options: Mapping[str, Any], place: Place) -> None:
    """Something must be known of the certificate; what is no subject would never be met."""
    if not any(options.values()) and not place.lost_inside():
        place.error("E115", "needs fingerprints or subjects; found none", key=True)
    subjects = options.get("subjects", ())
    if subjects:
        from cryptography import x509  # loaded for those few alone
    for number, text in enumerate(subjects):
        try:
            x509.Name.from_rfc4514_string(text)
        except ValueError:
            (place / "subjects" / number).error(
                "E114", f"'{text}' is no subject of a certificate", "CN=edi.acme.example,O=Acme"
            )


def secrets_used(
    connections: Iterable[Connection],
    inbound: Iterable[InboundPlan],
    outbound: Iterable[OutboundPlan],
) -> tuple[Secret, ...]:
    """Secrets exist by use: every one that a flow or connection names, and the two that sign events."""
    reasons: dict[str, list[str]] = {}
    forms: dict[str, str] = {}

    def use(verify: Verify | None, reason: str) -> None:
        if verify and verify.secret:
            reasons.setdefault(verify.secret, []).append(reason)
            if verify.kind == "standard_webhooks":
                forms[verify.secret] = "base64"

    incoming = list(inbound)
    for plan in incoming:
        use(plan.source.verify, f"checks who sends to {plan.flow}")
    outgoing = list(outbound)
    used = {plan.target.connection for plan in outgoing}
    asked = {plan.source.fetch.connection for plan in incoming if plan.source.fetch}
    asked |= {plan.source.poll.connection for plan in incoming if plan.source.poll}
    for connection in connections:
        if connection.database and connection.name in used | asked:
            reasons.setdefault(connection.database, []).append(f"address of {connection.name}")
        if connection.name in used | asked:
            use(connection.auth, f"log-in to {connection.name}")
        if connection.name in used:
            use(connection.sign, f"signs deliveries to {connection.name}")
    secrets = [
        Secret(
            name,
            in_account=False,
            in_agent=True,
            form=_form(forms.get(name)),
            reason="; ".join(why),
        )
        for name, why in reasons.items()
    ]
    if any(isinstance(plan.via, EventsVia) and plan.deliver != "pull" for plan in outgoing):
        for name, why in (
            ("events_a", "signs events from NetSuite"),
            ("events_b", "second signature of events while the first secret is changed"),
        ):
            secrets.append(Secret(name, in_account=True, in_agent=True, form="base64", reason=why))
    return tuple(sorted(secrets, key=lambda secret: secret.name))


def _form(form: str | None) -> Any:
    return form or "text"


def flow_values(
    variables: Mapping[str, Var], flow: str, overrides: Mapping[str, Mapping[str, Json]]
) -> dict[str, Var]:
    """
    Variables whose value differs in one flow: a variable of its own, named `<var>__<flow>`.

    Args:
        variables: the project's.
        flow: the flow's name.
        overrides: by environment, values by variable; names are known to exist.
    """
    changed: dict[str, dict[str, Json]] = {}
    for environment, values in overrides.items():
        for name, value in values.items():
            if dict(variables[name].values).get(environment) != value:
                changed.setdefault(name, {})[environment] = value
    return {
        name: Var(
            name=f"{name}__{flow.replace('-', '_')}",
            type=variables[name].type,
            record=variables[name].record,
            by=variables[name].by,
            values=tuple((env, own.get(env, value)) for env, value in variables[name].values),
        )
        for name, own in changed.items()
    }
