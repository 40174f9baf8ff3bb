"""
What scripts may ask of the account: the operations behind the N/ modules, one class per group.

An operation meters itself first, then acts under the execution's session; the name on the left is
what the JavaScript side calls.
"""

from __future__ import annotations

from emulator.ports import Account, Query
from emulator.scripts.host_cache import Caches
from emulator.scripts.host_files import Files
from emulator.scripts.host_https import Outbound
from emulator.scripts.host_queries import Queries
from emulator.scripts.host_records import Records
from emulator.scripts.host_runtime import Runtime
from emulator.scripts.host_secrets import Secrets
from emulator.scripts.host_tasks import TaskCalls
from emulator.scripts.runner import Operation
from emulator.scripts.tasks import Tasks
from emulator.scripts.triggers import Triggers


def operations(
    account: Account,
    query: Query,
    triggers: Triggers,
    tasks: Tasks,
    outbound: Outbound,
    caches: Caches,
) -> dict[str, Operation]:
    """All operations by name."""
    records = Records(account, triggers)
    queries = Queries(query)
    files = Files(account)
    secrets = Secrets(account)
    runtime = Runtime(account)
    calls = TaskCalls(account, tasks)
    return {
        "module.source": files.source,
        "record.meta": records.meta,
        "record.create": records.create,
        "record.load": records.load,
        "record.copy": records.copy,
        "record.transform": records.transform,
        "record.save": records.save,
        "record.submitFields": records.submit_fields,
        "record.delete": records.delete,
        "record.text": records.text,
        "record.value": records.value,
        "query.run": queries.run,
        "query.page": queries.page,
        "query.build": queries.build,
        "query.check": queries.check,
        "query.saved": queries.saved,
        "file.load": files.load,
        "file.save": files.save,
        "file.delete": files.delete,
        "https.send": outbound.send,
        "crypto.key": secrets.key,
        "crypto.hmac": secrets.hmac,
        "cache.get": caches.get,
        "cache.put": caches.put,
        "cache.load": caches.load,
        "cache.remove": caches.remove,
        "task.submit": calls.submit,
        "task.status": calls.status,
        "runtime.user": runtime.user,
        "runtime.permission": runtime.permission,
        "runtime.feature": runtime.feature,
    }
