"""
Takes secrets out of text before anybody sees it: log lines, errors, alarms, what the store keeps.

There is one list for the process, as there is one log: whoever reads a secret (`agent.secrets`) or
is given one by another system (an access token) says so here.
"""

from __future__ import annotations

import base64
import json
import re
from collections import OrderedDict
from urllib.parse import quote, quote_plus, urlsplit

HIDDEN = "[secret]"
# Shorter texts are words: taking them out would spoil every sentence and tell what the secret is.
LEAST = 6
# Old access tokens run out: what was not learnt for so many others is forgotten.
MOST = 4096


class Redactor:
    """Known secrets, in every form in which they turn up."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()
        self._pattern: re.Pattern[str] | None = None

    def learn(self, secret: str) -> None:
        """Remember a secret; what is known already costs a look-up."""
        if secret in self._known:
            return
        for form in _forms(secret):
            if len(form) >= LEAST:
                self._known[form] = None
        if secret not in self._known:
            return
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        # The longest first: a secret may be a part of another.
        longest = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest)))

    def text(self, text: str) -> str:
        """The text without known secrets."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def forget(self) -> None:
        """Know nothing."""
        self._known.clear()
        self._pattern = None


def _forms(secret: str) -> set[str]:
    forms = {secret, secret.strip(), secret.removeprefix("whsec_")}
    forms |= {line.strip() for line in secret.splitlines() if "-----" not in line}
    parts = urlsplit(secret) if "://" in secret and "\n" not in secret else None
    try:
        if parts is not None and parts.password:
            forms.add(parts.password)
    except ValueError:
        pass  # no address after all
    for form in tuple(forms):
        forms |= {
            quote(form, safe=""),
            quote_plus(form),
            base64.b64encode(form.encode()).decode(),
            json.dumps(form)[1:-1],
            json.dumps(form, ensure_ascii=False)[1:-1],
        }
    return forms


SECRETS = Redactor()


def redacted(text: str) -> str:
    """The text without secrets that this process knows."""
    return SECRETS.text(text)
