"""The conformance suite's own ground: a script runs and is seen to run."""

from __future__ import annotations

import pytest
from lab import Lab


@pytest.mark.shows("N/runtime.accountId")
@pytest.mark.rule("runtime.account_id")
def test_a_script_runs_in_the_account_it_is_called_in(lab: Lab) -> None:
    assert lab.run("return runtime.accountId") == lab.account.id.upper()
