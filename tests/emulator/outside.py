"""The account of the project tests/emulator/styles/project as a client over HTTP sees it."""

from __future__ import annotations

from typing import Any

import requests
from requests_oauthlib import OAuth1

from emulator.errors import NetSuiteError
from emulator.server import LocalServer


class Account:
    """The account from outside: RESTlets by token, people and time by the control API."""

    def __init__(self, server: LocalServer) -> None:
        self.control = server.control
        self._url = f"{server.url}/app/site/hosting/restlet.nl"
        ready = server.ready
        self._auth = OAuth1(
            ready["consumer_key"], ready["consumer_secret"], ready["admin_token_id"],
            ready["admin_token_secret"], signature_method="HMAC-SHA256", realm=ready["account"],
        )  # fmt: skip

    def call(self, name: str, method: str, body: Any = None, /, **params: Any) -> Any:
        reply = requests.request(
            method, self._url, json=body, auth=self._auth, timeout=60,
            params={"script": f"customscript_styles_{name}", "deploy": f"customdeploy_styles_{name}", **params},
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        if reply.status_code != 200:
            raise NetSuiteError(reply.json()["error"]["code"], reply.text)
        try:
            return reply.json()
        except ValueError:
            return reply.text

    def get(self, name: str, /, **params: Any) -> Any:
        return self.call(name, "GET", **params)

    def post(self, name: str, /, **body: Any) -> Any:
        return self.call(name, "POST", body)

    def put(self, name: str, /, **body: Any) -> Any:
        return self.call(name, "PUT", body)

    def customer(self, name: str, /, **fields: Any) -> int:
        (made,) = self.control.seed(
            [
                {
                    "type": "customer",
                    "fields": {"companyname": name, "entityid": name, "subsidiary": "1", **fields},
                }
            ]
        )
        return made

    def item(self, name: str, price: float) -> int:
        (made,) = self.control.seed(
            [
                {
                    "type": "inventoryitem",
                    "fields": {"itemid": name, "subsidiary": ["1"], "taxschedule": "1"},
                    "sublists": {"price": [{"fields": {"pricelevel": "1", "price_1_": price}}]},
                }
            ]
        )
        return made

    def one(self, type: str, id: int) -> dict[str, Any]:
        return self.control.records(type, id=id)[0]

    def text(self, path: str) -> str:
        """What a file holds, or NetSuiteError RCRD_DSNT_EXIST."""
        return str(self.get("file_rl", path=path)["contents"])
