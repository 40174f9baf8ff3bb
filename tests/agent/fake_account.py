"""A bundle by hand, and a RESTlet server over real HTTP that plays an account."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook

Json = dict[str, Any]
ACCOUNT = "1234567_SB1"
BUILD = "aaaaaaaaaaaa"
CONTRACT = "cccccccccccc"
KEY = "whsec_" + base64.b64encode(b"s" * 24).decode()
SECRETS = {"shop": KEY, "events_a": KEY, "agent_token": "sesame"}
BEARER = {"Authorization": "Bearer sesame"}


def signed(body: bytes, id: str = "msg_1", at: datetime | None = None) -> dict[str, str]:
    """Headers as the published library makes them."""
    stamp = at or datetime.now(UTC)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(int(stamp.timestamp())),
        "webhook-signature": Webhook(KEY).sign(id, stamp, body.decode()),
    }


def event(id: str, sequence: str = "1", **more: Any) -> bytes:
    """An event as the account sends it."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": id,
            "source": f"urn:netsuite:{ACCOUNT}:tst",
            "type": "tst.tracking.ship",
            "partitionkey": "itemfulfillment:1",
            "sequence": sequence,
            "flow": "tracking",
            "account": ACCOUNT,
            "data": {"n": sequence},
            **more,
        }
    ).encode()


def flows_json(**changes: Any) -> Json:
    """Two inbound flows (one signed), one that must not be sent twice, and one outbound flow."""
    orders: Json = {
        "flow": "orders",
        "title": "Orders",
        "direction": "inbound",
        "kind": "restlet",
        "record": "salesorder",
        "family": "salesorder",
        "enabled": {"sandbox": True},
        "script": "customscript_orders",
        "deploy": "customdeploy_orders",
        "contract": CONTRACT,
        "batch_max": 10,
        "write": "upsert",
        "resend_safe": True,
        "key": {"path": ["id"], "root": False, "prefix": "O-", "field": "externalid"},
        "serialize_by": None,
        "source": None,
        "id_path": None,
        "items": None,
        "verify": {"kind": "standard_webhooks", "secret": "shop"},
        **changes,
    }
    plain = orders | {"source": None}
    once = plain | {
        "flow": "once",
        "script": "customscript_once",
        "resend_safe": False,
        "write": "create",
        "key": None,
        "verify": None,
    }
    split = plain | {
        "flow": "split",
        "script": "customscript_split",
        "items": ["data", "orders"],
        "id_path": ["number"],
        "verify": None,
    }
    bills = plain | {
        "flow": "bills",
        "kind": "file",
        "script": "customscript_bills_mr",
        "verify": None,
        "batch_max": 1,
        "file": {"pattern": "*.json", "format": "json", "csv": None, "schedule": None},
    }
    tracking = {
        "flow": "tracking",
        "title": "Tracking",
        "direction": "outbound",
        "kind": "events",
        "record": "itemfulfillment",
        "enabled": {"sandbox": True},
        "deliver": "queued",
        "contract": CONTRACT,
        "script": "customscript_ue",
        "target": {"connection": "shop", "method": "POST", "path": "/hook", "id_path": None},
    }
    return {
        "format": 1,
        "generator": "0.1.0",
        "build": BUILD,
        "project": "test",
        "prefix": "tst",
        "timezone": "UTC",
        "environments": {"sandbox": {"account": ACCOUNT, "agent_url": "https://x.example"}},
        "service": {"script": "customscript_service", "deploy": "customdeploy_service"},
        "connections": {
            "shop": {
                "base_url": {"sandbox": "http://127.0.0.1:9"},
                "auth": None,
                "sign": None,
                "rate_per_second": None,
            }
        },
        "secrets": [],
        "flows": [orders, once, split, bills, tracking],
        "retired": [],
    }


def write_bundle(folder: Path, **changes: Any) -> Path:
    path = folder / "flows.json"
    path.write_text(json.dumps(flows_json(**changes)))
    return path


class FakeAccount:
    """
    Keeps what RESTlets were told, document by document, as it was written.

    `answer(flow, document, key)` gives a result for one document (None: created or unchanged);
    `fault(script)` may give a status and body for a whole call.
    """

    def __init__(self) -> None:
        self.records: dict[str, Json] = {}
        self.imports: dict[str, Json] = {}
        self.saves: list[tuple[str, str]] = []  # (key, raw body of the call)
        self.calls: list[tuple[str, Json]] = []
        self.deliveries: list[tuple[str, bytes]] = []
        self.traces: list[tuple[str, str]] = []  # (path, traceparent) of what told one
        self.answer: Callable[[Json], Json | None] = lambda _row: None
        self.fault: Callable[[str], tuple[int, Json] | None] = lambda _script: None
        self.target: Callable[[str, bytes], int] = lambda _id, _body: 200
        self.after_save: Callable[[], tuple[int, Json] | None] = lambda: None
        self.known = True
        self.page = 3  # results of an import in one answer
        self._lock = threading.Lock()
        account = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer(200, {"build": BUILD, "account": ACCOUNT, "outbox": {}, "flags": {}})

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                body = self.rfile.read(length)
                if len(body) != length:  # its sender was killed on the way
                    self.close_connection = True
                    return
                where = urlsplit(self.path)
                if trace := self.headers.get("traceparent"):
                    account.traces.append((where.path, trace))
                if where.path.endswith("/oauth2/v1/token"):
                    self._answer(*account.token())
                    return
                if where.path.endswith("/hook"):
                    id_ = self.headers.get("webhook-id", "")
                    status = account.target(id_, body)
                    if status < 300:
                        account.deliveries.append((id_, body))
                    self._answer(status, {})
                    return
                script = parse_qs(where.query)["script"][0]
                self._answer(*account.restlet(script, body))

            def _answer(self, status: int, body: Json) -> None:
                raw = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def token(self) -> tuple[int, Json]:
        if not self.known:
            return 400, {"error": "invalid_client", "error_description": "not mapped"}
        return 200, {"access_token": "t", "expires_in": "3600", "token_type": "bearer"}

    def ready_file(self, folder: Path) -> Path:
        """What `suiteloom emulate` would write."""
        key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / "key.pem").write_bytes(key)
        ready = {
            "url": self.url,
            "account": ACCOUNT,
            "client_id": "c",
            "certificate_id": "k",
            "private_key_file": str(folder / "key.pem"),
            "secrets_dir": str(folder / "secrets"),
        }
        (folder / "secrets").mkdir(exist_ok=True)
        for name, value in SECRETS.items():
            (folder / "secrets" / name).write_text(value)
        path = folder / "ready.json"
        path.write_text(json.dumps(ready))
        return path

    def restlet(self, script: str, raw: bytes) -> tuple[int, Json]:
        call = json.loads(raw)
        with self._lock:
            self.calls.append((script, call))
            if "op" in call:
                return self.fault(script) or (200, self._op(call))
            if fault := self.fault(script):
                return fault
            results = [self._one(row, raw) for row in call.get("documents", ())]
            if fault := self.after_save():
                return fault
        head = {name: call.get(name) for name in ("contract", "build", "account", "flow", "batch")}
        return 200, {**head, "results": results, "usage": {}, "elapsed_ms": 1}

    def _op(self, call: Json) -> Json:
        """The service RESTlet's part in an import: parts are staged, run, asked for and cleared."""
        run = self.imports.setdefault(call.get("import", ""), {"lines": {}, "results": None})
        if call["op"] == "stage":
            run["lines"][call["part"]] = call["lines"]
            return {"file": "x", "lines": len(call["lines"])}
        if call["op"] == "import":
            if run["results"] is None:
                lines = [line for part in sorted(run["lines"]) for line in run["lines"][part]]
                run["results"] = [self._one(json.loads(line), line.encode()) for line in lines]
            return {"status": "running"}
        if call["op"] == "state":
            if run["results"] is None:
                return {"status": "failed", "total": 0, "results": [], "more": False}
            page = run["results"][call["offset"] : call["offset"] + self.page]
            total = len(run["results"])
            more = call["offset"] + len(page) < total
            return {"status": "done", "total": total, "results": page, "more": more}
        if call["op"] == "clear":
            return {"deleted": len(self.imports.pop(call["import"])["lines"])}
        return {}

    def _one(self, row: Json, raw: bytes) -> Json:
        own = self.answer(row)
        if own is not None:
            return {"id": row["id"], "record": None, "key": None, **own}
        key = f"O-{row['doc'].get('id', row['doc'].get('number'))}"
        known = self.records.get(key)
        if row.get("look") and known is None:
            return {"id": row["id"], "outcome": "deferred", "record": None, "key": key}
        outcome = "created" if known is None else "unchanged" if known == row["doc"] else "updated"
        if outcome != "unchanged":
            self.records[key] = row["doc"]
            self.saves.append((key, raw.decode()))
        made = [f"salesorder|externalid|{key}"]
        return {"id": row["id"], "outcome": outcome, "record": "7", "key": key, "makes": made}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
