"""
What scripts may ask of the account: the operations behind the N/ modules, one class per group.

An operation meters itself first, then acts under the execution's session; the name on the left is
what the JavaScript side calls.
"""

from __future__ import annotations

from emulator.ports import Account, Query
from emulator.scripts.csv_imports import CsvImportTasks
from emulator.scripts.exports import Exports
from emulator.scripts.host_cache import Caches
from emulator.scripts.host_compress import Compress
from emulator.scripts.host_config import Setup
from emulator.scripts.host_crypto import Crypto
from emulator.scripts.host_email import Mail
from emulator.scripts.host_files import Files
from emulator.scripts.host_https import Outbound
from emulator.scripts.host_i18n import I18n
from emulator.scripts.host_internal import Internal
from emulator.scripts.host_pages import Pages
from emulator.scripts.host_plugins import Plugins, Translations
from emulator.scripts.host_queries import Queries
from emulator.scripts.host_records import Records
from emulator.scripts.host_render import Render
from emulator.scripts.host_runtime import Runtime
from emulator.scripts.host_searches import SearchCalls
from emulator.scripts.host_secrets import Secrets
from emulator.scripts.host_sources import Sources
from emulator.scripts.host_tasks import TaskCalls
from emulator.scripts.runner import Operation
from emulator.scripts.tasks import Tasks
from emulator.scripts.triggers import Triggers
from emulator.search.searches import Searches


def operations(
    account: Account,
    query: Query,
    triggers: Triggers,
    tasks: Tasks,
    outbound: Outbound,
    caches: Caches,
    mail: Mail,
    exports: Exports,
    imports: CsvImportTasks,
    internal: Internal,
) -> dict[str, Operation]:
    """All operations by name."""
    records = Records(account, triggers)
    queries = Queries(query)
    searches = SearchCalls(account, Searches(account, query, lambda: account.catalog))
    files = Files(account)
    secrets = Secrets(account)
    runtime = Runtime(account)
    plugins = Plugins(account)
    crypto, compress, i18n = Crypto(account), Compress(), I18n()
    render = Render(account)
    translations = Translations(account)
    calls = TaskCalls(account, tasks, exports, imports)
    pages = Pages(account, query)
    sources = Sources(account)
    setup = Setup(account)
    return {
        "module.source": sources.source,
        "config.load": setup.load,
        "config.save": setup.save,
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
        "record.source": records.source,
        "record.field": records.field,
        "record.options": records.options,
        "record.attach": records.attach,
        "record.detach": records.detach,
        "record.state": records.state,
        "record.detail": records.detail,
        "record.countries": records.countries,
        "transaction.void": records.void,
        "currency.rate": records.exchange_rate,
        "query.run": queries.run,
        "query.page": queries.page,
        "search.check": searches.check,
        "search.rows": searches.rows,
        "search.count": searches.count,
        "search.lookup": searches.lookup,
        "search.load": searches.load,
        "search.global": searches.everywhere,
        "search.duplicates": searches.duplicates,
        "search.save": searches.save,
        "search.delete": searches.delete,
        "query.build": queries.build,
        "query.check": queries.check,
        "query.saved": queries.saved,
        "file.load": files.load,
        "file.save": files.save,
        "file.delete": files.delete,
        "file.copy": files.copy,
        "email.send": mail.send,
        "https.send": outbound.send,
        "render.charge": render.charge,
        "render.pdf": render.pdf,
        "render.template": render.template,
        "render.email": render.email,
        "render.record": render.record,
        "render.print": render.print,
        "render.statement": render.statement,
        "crypto.encrypt": crypto.encrypt,
        "crypto.decrypt": crypto.decrypt,
        "certificate.check": crypto.certificate,
        "certificate.sign": crypto.sign,
        "certificate.verify": crypto.verify,
        "compress.gzip": compress.gzip,
        "compress.gunzip": compress.gunzip,
        "compress.archive": compress.archive,
        "i18n.charge": i18n.charge,
        "i18n.phone": i18n.phone,
        "plugin.find": plugins.find,
        "plugin.load": plugins.load,
        "translation.load": translations.load,
        "https.restlet": internal.restlet,
        "https.suitelet": internal.suitelet,
        "https.rest": internal.rest,
        "crypto.key": secrets.key,
        "crypto.hmac": secrets.hmac,
        "cache.get": caches.get,
        "cache.put": caches.put,
        "cache.load": caches.load,
        "cache.remove": caches.remove,
        "task.submit": calls.submit,
        "task.export": calls.export,
        "task.import": calls.csv_import,
        "task.status": calls.status,
        "task.measure": calls.measure,
        "runtime.user": runtime.user,
        "runtime.preference": runtime.preference,
        "runtime.permission": runtime.permission,
        "runtime.feature": runtime.feature,
        "url.script": pages.script,
        "url.recordType": pages.record_type,
        "form.options": pages.options,
        "redirect.savedSearch": pages.saved_search,
    }
