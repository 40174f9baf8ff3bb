"""A client of the control API, for tests, the demo and people in a Python shell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx

from emulator.errors import DeployError, EmulatorError, NetSuiteError, UsageError

_SEED_CHUNK = 1000


class Control:
    """
    The control API of an emulator (docs/architecture.md, 3.6).

    Args:
        url: the emulator's address, as its ready file gives it.
        account: which of its accounts; None for the first.
    """

    def __init__(self, url: str, *, timeout: float = 120, account: str | None = None) -> None:
        self._http = httpx.Client(
            base_url=f"{url}/emulator",
            timeout=timeout,
            trust_env=False,
            params={"account": account} if account else None,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Control:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the account --------------------------------------------------------------------------

    def deploy(self, path: str) -> dict[str, Any]:
        """Deploy an SDF project folder. DeployError carries every finding."""
        return self._post("deploy", {"path": path})

    def reset(self) -> None:
        """Back to the starter account with the project deployed."""
        self._post("reset", {})

    def seed(self, records: Iterable[Mapping[str, Any]]) -> list[int]:
        """Put records into the account without running scripts; their ids, in order."""
        waiting = list(records)
        ids: list[int] = []
        for start in range(0, len(waiting), _SEED_CHUNK):
            ids += self._post("seed", {"records": waiting[start : start + _SEED_CHUNK]})["ids"]
        return ids

    def csv_imports(self, imports: Iterable[Mapping[str, Any]]) -> list[int]:
        """Put saved CSV imports into the account: {scriptid, record, records, ...}; their internal ids."""
        return list(self._post("csvimports", {"imports": list(imports)})["ids"])

    def csv_jobs(self) -> list[dict[str, Any]]:
        """CSV imports that scripts submitted: {taskId, name, mapping, status, imported, total, message, results}."""
        return list(self._get("csvimports")["jobs"])

    def searches(self, searches: Iterable[Mapping[str, Any]]) -> list[int]:
        """Put saved searches into the account: {id (script id), type, title?, filters, columns}; their ids."""
        return list(self._post("searches", {"searches": list(searches)})["ids"])

    def dump(self) -> dict[str, Any]:
        """Everything in the account."""
        return dict(self._get("dump"))

    def records(
        self,
        type: str,  # noqa: A002
        *,
        id: int | None = None,  # noqa: A002
        externalid: str | None = None,
    ) -> list[dict[str, Any]]:
        """Records of a type: all, one by id or one by external id."""
        query: dict[str, Any] = {"type": type}
        if id is not None:
            query["id"] = id
        if externalid is not None:
            query["externalid"] = externalid
        return list(self._get("records", query)["records"])

    def record(self, type: str, externalid: str) -> dict[str, Any]:  # noqa: A002
        """The record with an external id. NetSuiteError RCRD_DSNT_EXIST where there is none."""
        found = self.records(type, externalid=externalid)
        if not found:
            raise NetSuiteError("RCRD_DSNT_EXIST", f"There is no {type} {externalid}.")
        return found[0]

    # --- a person's work ----------------------------------------------------------------------

    def save(
        self,
        type: str,  # noqa: A002
        fields: Mapping[str, Any] | None = None,
        *,
        id: int | None = None,  # noqa: A002
        sublists: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        subrecords: Mapping[str, Mapping[str, Any]] | None = None,
        as_: Mapping[str, Any] | None = None,
        event: str | None = None,
    ) -> int:
        """Create a record, or edit it where `id` is given, with user events; its id."""
        return self._work(
            "save", type, id=id, fields=fields, sublists=sublists, subrecords=subrecords,
            as_=as_, event=event,
        )  # fmt: skip

    def transform(
        self,
        source: tuple[str, int],
        type: str,  # noqa: A002
        fields: Mapping[str, Any] | None = None,
        *,
        sublists: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
        as_: Mapping[str, Any] | None = None,
    ) -> int:
        """Make a record from another (fulfil an order) and save it; its id."""
        made_from = {"type": source[0], "id": source[1]}
        return self._work(
            "transform", type, fields=fields, sublists=sublists, as_=as_, from_=made_from
        )

    def submit_fields(
        self,
        type: str,  # noqa: A002
        id: int,  # noqa: A002
        fields: Mapping[str, Any],
        *,
        as_: Mapping[str, Any] | None = None,
    ) -> int:
        """Edit fields inline (xedit)."""
        return self._work("submit_fields", type, id=id, fields=fields, as_=as_)

    def delete(self, type: str, id: int, *, as_: Mapping[str, Any] | None = None) -> None:  # noqa: A002
        """Delete a record, with user events."""
        self._work("delete", type, id=id, as_=as_)

    def page(
        self,
        action: str,
        type: str,  # noqa: A002
        *,
        id: int | None = None,  # noqa: A002
        source: tuple[str, int] | None = None,
        as_: Mapping[str, Any] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """
        Open a record's page (create, edit, view, copy, print, email, quickview) and run its beforeLoad scripts.

        Returns {event, record, form, redirect}; `source` is the record that `create` transforms.
        """
        body: dict[str, Any] = {"action": action, "type": type, "as": dict(as_ or {})}
        body |= {"parameters": dict(parameters or {})}
        if id is not None:
            body["id"] = id
        if source is not None:
            body["from"] = {"type": source[0], "id": source[1]}
        return self._post("records", body)

    def act(
        self,
        script: str,
        options: Mapping[str, Any],
        *,
        deploy: str | None = None,
        as_: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """
        Run a script that somebody starts.

        `options`: mass update {type, ids}, workflow action {type, id, event?}, portlet {column?},
        installation {}.
        """
        body = {"script": script, "deploy": deploy, "options": dict(options), "as": dict(as_ or {})}
        return self._post("run", body)

    def _work(
        self,
        action: str,
        type: str,  # noqa: A002
        *,
        as_: Mapping[str, Any] | None,
        from_: Mapping[str, Any] | None = None,
        **given: Any,
    ) -> int:
        body = {k: v for k, v in given.items() if v is not None}
        body |= {"action": action, "type": type, "as": dict(as_ or {})}
        if from_ is not None:
            body["from"] = from_
        return int(self._post("records", body)["id"])

    # --- scripts ------------------------------------------------------------------------------

    def idle(self) -> None:
        """Wait until no task is queued or running."""
        self._post("run", {"wait": True})

    def run(
        self,
        script: str,
        deploy: str | None = None,
        params: Mapping[str, Any] | None = None,
        *,
        wait: bool = True,
    ) -> dict[str, Any]:
        """Run a scheduled or map/reduce script; `wait` until nothing runs any more."""
        body = {"script": script, "deploy": deploy, "params": dict(params or {}), "wait": wait}
        return self._post("run", body)

    def interrupt(
        self, script: str | None = None, *, stage: str | None = None, count: int = 1
    ) -> None:
        """Restart the application server in the middle of tasks: the next `count` invocations are interrupted."""
        self._post("interrupt", {"script": script, "stage": stage, "count": count})

    def advance(self, seconds: float) -> str:
        """Move the account's clock on; schedules that became due start. The new time."""
        return str(self._post("clock", {"advance": seconds})["now"])

    def set_clock(self, moment: str) -> str:
        """Set the account's clock to an ISO time."""
        return str(self._post("clock", {"set": moment})["now"])

    def email(self) -> list[dict[str, Any]]:
        """E-mail that scripts sent, oldest first: from, recipients, cc, bcc, subject, body, attachments, ..."""
        return list(self._get("email")["messages"])

    def usage(self) -> list[dict[str, Any]]:
        """Executions with units and calls, newest last."""
        return list(self._get("usage")["executions"])

    def log(self) -> list[dict[str, Any]]:
        """The script log."""
        return list(self._get("log")["rows"])

    # --- surroundings -------------------------------------------------------------------------

    def hosts(self, hosts: Mapping[str, str]) -> dict[str, str]:
        """Say where N/https finds hosts: `{"https://hooks.acme.example": "http://127.0.0.1:9000"}`."""
        return dict(self._post("hosts", dict(hosts)))

    def fault(self, name: str, **given: Any) -> int:
        """
        Set a fault; its number.

        Names, and what may be given, stand in docs/architecture.md, 3.6.
        """
        return int(self._post("faults", {"name": name, **given})["rule"])

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are set, with how many calls each has seen and struck."""
        return list(self._get("faults")["rules"])

    def history(self) -> list[dict[str, Any]]:
        """What faults did, by rule and number of the call."""
        return list(self._get("faults/history")["history"])

    def scenario(self, path: str) -> list[int]:
        """Put a scenario file in place of the faults that are set; the numbers of its faults."""
        return list(self._post("scenario", {"path": path})["rules"])

    def clear_faults(self) -> None:
        """Take all faults and their history away."""
        self._read(self._http.delete("/faults"))

    def roles(
        self, role: str, *, add: Mapping[str, str] | None = None, remove: Sequence[str] = ()
    ) -> None:
        """Change a role's permissions by hand."""
        self._post("roles", {"role": role, "add": dict(add or {}), "remove": list(remove)})

    def secrets(self, secrets: Mapping[str, str]) -> None:
        """Set API secrets by script id."""
        self._post("secrets", dict(secrets))

    def user(
        self, user: int, *, time_zone: str | None = None, date_format: str | None = None
    ) -> None:
        """Change a user's preferences; what is not given goes back to the company's."""
        self._post("users", {"user": user, "time_zone": time_zone, "date_format": date_format})

    def preference(self, parameter: str, value: Any, *, user: int | None = None) -> None:
        """Set a script parameter that is a preference, of a user or of the company; None takes the value away."""
        self._post("preferences", {"parameter": parameter, "value": value, "user": user})

    def concurrency(
        self, limit: int | None = None, *, integration: str | None = None
    ) -> dict[str, Any]:
        """
        `{limit, integrations, running, highest, refused}` of calls in flight.

        `limit` changes the limit; with `integration` (consumer key, client id) its part of it,
        which None takes back.
        """
        if limit is not None or integration is not None:
            return self._post("concurrency", {"limit": limit, "integration": integration})
        return dict(self._get("concurrency"))

    def about(self) -> dict[str, Any]:
        """`{account, profile, no_effect}`: which account, with which assumptions, and what is idle."""
        return dict(self._read(self._http.get("")))

    def clone(self, account: str) -> dict[str, str]:
        """Copy the account to another id, as a sandbox; what a ready file says of the copy."""
        return self._post("clone", {"account": account})

    def accounts(self) -> list[dict[str, Any]]:
        """Every account that is served, with its host names."""
        return list(self._get("accounts")["accounts"])

    def revoke(self, id: str) -> None:  # noqa: A002
        """Revoke a token or a certificate by its id."""
        self._post("revoke", {"id": id})

    def expire_access_tokens(self) -> None:
        """End every access token that was issued."""
        self._post("revoke", {"access_tokens": True})

    # --- transport ----------------------------------------------------------------------------

    def _get(self, name: str, query: Mapping[str, Any] | None = None) -> Any:
        return self._read(self._http.get(f"/{name}", params=query))

    def _post(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return dict(self._read(self._http.post(f"/{name}", json=body)))

    @staticmethod
    def _read(response: httpx.Response) -> Any:
        if response.headers.get("content-type") != "application/json":
            raise EmulatorError(f"{response.request.url}: {response.status_code} {response.text}")
        answer = response.json()
        if response.is_success:
            return answer
        if "findings" in answer:
            raise DeployError(answer["findings"])
        error = answer["error"]
        if error["code"] == "INVALID_REQUEST":
            raise UsageError(error["message"])
        raise NetSuiteError(error["code"], error["message"], status=response.status_code)
