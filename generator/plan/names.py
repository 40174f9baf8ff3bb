"""
The names that the scripts, the SDF objects and the bundle share: ids and files of one project.

Nothing here depends on a flow's mapping; `generator.plan.ids.scriptid` cuts what is too long.
"""

from __future__ import annotations

from collections.abc import Mapping

from generator.plan.ids import scriptid

# Field of a custom record: its SDF type and what it holds. Times are epoch milliseconds as 16
# digits of text, because an INTEGER field is too small for them and text of one length compares.
OUTBOX_FIELDS: Mapping[str, tuple[str, str]] = {
    "event": ("TEXTAREA", "Event ids, one for each flow, joined by commas"),
    "record": ("TEXT", "Record type"),
    "record_id": ("TEXT", "Internal id"),
    "kind": ("TEXT", "Event type of the save"),
    "flows": ("TEXTAREA", "Flows that want the event, joined by commas"),
    "key": ("TEXT", "External id, on delete only"),
    "account": ("TEXT", "Account that made the row"),
    "attempts": ("INTEGER", "Attempts so far"),
    "next": ("TEXT", "Time before which nothing is tried again"),
    "seq": ("TEXT", "Sequence among the events of the record"),
    "changed": ("TEXT", "Time of the save"),
    "partition": ("INTEGER", "Slot of the record: it says which drain takes the row"),
    "error": ("TEXTAREA", "Last failure"),
    "states": ("CLOBTEXT", "States at the save, of flows that ask for a snapshot"),
}
CLAIM_FIELDS: Mapping[str, tuple[str, str]] = {
    "record": ("TEXT", "Record type"),
    "account": ("TEXT", "Account that made the claim"),
    "since": ("TEXT", "Time of the claim"),
}
STATE_FIELDS: Mapping[str, tuple[str, str]] = {"value": ("CLOBTEXT", "JSON")}

SLOTS = 12
"""
Every record is in one of these; a drain of P takes each P-th of them.

Rows keep their record's slot, so that P (1 to 4, all of which divide 12) may change while rows
wait.
"""

PULLED = -1
"""The slot of rows that the agent fetches; no drain takes it."""


def folder(prefix: str) -> str:
    """The project's folder of scripts in the File Cabinet."""
    return f"/SuiteScripts/{prefix}"


def staging_folder(prefix: str) -> str:
    """The folder of staged import parts; it comes with the project, so that no script makes folders."""
    return f"{folder(prefix)}/staging"


def underscored(flow: str) -> str:
    """A flow's name as file and module name: `shop-orders` is `shop_orders`."""
    return flow.replace("-", "_")


def flow_file(flow: str) -> str:
    """Module with the flow's mapping (inbound) or payload (outbound), relative to the folder."""
    return f"flows/{underscored(flow)}.js"


def restlet_file(flow: str) -> str:
    """Entry script of an inbound RESTlet flow, relative to the folder."""
    return f"{underscored(flow)}_rl.js"


def import_file(flow: str) -> str:
    """Entry script of a file flow's map/reduce, relative to the folder."""
    return f"{underscored(flow)}_mr.js"


def user_event_file(record: str) -> str:
    """Entry script of a record type's user event, relative to the folder."""
    return f"{record}_ue.js"


def workflow_action_file(record: str) -> str:
    """Entry script of a record type's workflow action, relative to the folder."""
    return f"{record}_wa.js"


DRAIN_FILE = "drain_mr.js"
NET_FILE = "net_ss.js"
SERVICE_FILE = "service_rl.js"


def hook_file(module: str) -> str:
    """Where a hook module of the project (`./hooks/x.js`) lies in the folder."""
    return f"hooks/{module.rsplit('/', 1)[-1]}"


def config_file(prefix: str) -> str:
    """The generated table of accounts, relative to the folder."""
    return f"lib/{prefix}_config.js"


def outbox_record(prefix: str) -> str:
    """Custom record type of the outbox."""
    return scriptid("customrecord", prefix, "outbox")


def outbox_field(prefix: str, field: str) -> str:
    """Field of the outbox; `field` is one of `OUTBOX_FIELDS`."""
    return scriptid("custrecord", prefix, "ob", field)


def claim_record(prefix: str) -> str:
    """Custom record type of claims on keys that NetSuite does not keep unique."""
    return scriptid("customrecord", prefix, "claim")


def claim_field(prefix: str, field: str) -> str:
    """Field of a claim; `field` is one of `CLAIM_FIELDS`."""
    return scriptid("custrecord", prefix, "cl", field)


def state_record(prefix: str) -> str:
    """Custom record type of flags and import summaries; its rows are found by external id."""
    return scriptid("customrecord", prefix, "state")


def state_field(prefix: str, field: str) -> str:
    """Field of the state record; `field` is one of `STATE_FIELDS`."""
    return scriptid("custrecord", prefix, "st", field)


def fingerprint_field(prefix: str, kind: str) -> str | None:
    """The fingerprint field of a record kind (transaction, entity, item), or None where there is none."""
    object_type = {"transaction": "custbody", "entity": "custentity", "item": "custitem"}.get(kind)
    return scriptid(object_type, prefix, "fp") if object_type else None


def drain_script(prefix: str) -> str:
    """Script id of the drain."""
    return scriptid("customscript", prefix, "drain")


def drain_deploy(prefix: str, partition: int) -> str:
    """Deployment of the drain for a partition, counted from 0."""
    return scriptid("customdeploy", prefix, "drain", str(partition))


def drain_parameter(prefix: str) -> str:
    """Parameter (INTEGER) that tells a drain deployment its partition."""
    return scriptid("custscript", prefix, "drain_partition")


def import_parameter(prefix: str, flow: str) -> str:
    """Parameter (TEXT) that tells a map/reduce run which import it reads."""
    return scriptid("custscript", prefix, flow, "import")


def action_script(prefix: str, record: str) -> str:
    """Script id of the workflow action of a record type."""
    return scriptid("customscript", prefix, record, "wa")


def action_deploy(prefix: str, record: str) -> str:
    """Its deployment."""
    return scriptid("customdeploy", prefix, record, "wa")


def action_parameter(prefix: str, record: str) -> str:
    """Parameter (TEXT) in which a workflow names the flow; empty is every flow of the record type."""
    return scriptid("custscript", prefix, record, "wa_flow")


def net_script(prefix: str) -> str:
    """Script id of the scheduled net."""
    return scriptid("customscript", prefix, "net")


def service_script(prefix: str) -> str:
    """Script id of the service RESTlet."""
    return scriptid("customscript", prefix, "service")


def service_deploy(prefix: str) -> str:
    """Deployment of the service RESTlet."""
    return scriptid("customdeploy", prefix, "service")


def integration_role(prefix: str) -> str:
    """The project's role."""
    return scriptid("customrole", prefix, "integration")


def event_secret(prefix: str, which: str) -> str:
    """API secret that signs events; `which` is `a` or `b` (the second one during a rotation)."""
    return scriptid("custsecret", prefix, "events", which)
