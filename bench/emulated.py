"""A small SDF project under `suiteloom emulate`, as a process of its own, for benchmarks of the emulator."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

BIN = Path(sys.executable).parent

RESTLET = """/**
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/query', 'N/record', 'N/runtime', 'N/search'], (query, record, runtime, search) => {
  const upsert = ({ documents }) => {
    const marks = documents.map(() => '?').join(', ');
    const rows = query
      .runSuiteQL({
        query: `SELECT id, externalid FROM customer WHERE externalid IN (${marks})`,
        params: documents.map(({ id }) => id)
      })
      .asMappedResults();
    const known = new Map(rows.map((row) => [row.externalid, row.id]));
    return documents.map((document) => {
      const id = known.get(document.id);
      const customer = id ? record.load({ type: 'customer', id }) : record.create({ type: 'customer' });
      for (const [fieldId, value] of Object.entries(document.fields)) customer.setValue({ fieldId, value });
      if (!id) customer.setValue({ fieldId: 'externalid', value: document.id });
      return customer.save();
    });
  };
  const find = ({ limit }) => {
    const found = search.create({
      type: 'customrecord_bench',
      filters: [['custrecord_bench_size', 'greaterthan', 50], 'AND', ['custrecord_bench_text', 'contains', '7']],
      columns: ['custrecord_bench_text', search.createColumn({ name: 'custrecord_bench_size', sort: 'DESC' })]
    });
    return found.run().getRange({ start: 0, end: limit }).length;
  };
  const bridge = ({ times }) => {
    for (let at = 0; at < times; at += 1) runtime.isFeatureInEffect({ feature: 'SUBSIDIARIES' });
    return times;
  };
  const kinds = { upsert, find, bridge };
  return { post: (input) => ({ value: kinds[input.kind](input) }) };
});
"""
EVENT = """/**
 * @NApiVersion 2.1
 * @NScriptType UserEventScript
 */
define([], () => ({
  beforeSubmit: ({ newRecord }) => {
    newRecord.setValue({ fieldId: 'comments', value: `Seen: ${newRecord.getValue({ fieldId: 'companyname' })}` });
  }
}));
"""
_DEPLOYED = (
    "<{kind} scriptid='customscript_bench_{name}'><name>bench {name}</name>"
    "<scriptfile>[/SuiteScripts/bench/{name}.js]</scriptfile><scriptdeployments>"
    "<scriptdeployment scriptid='customdeploy_bench_{name}'>{more}"
    "<status>RELEASED</status><isdeployed>T</isdeployed><loglevel>AUDIT</loglevel>"
    "<allroles>T</allroles></scriptdeployment></scriptdeployments></{kind}>"
)
_RECORD = (
    "<customrecordtype scriptid='customrecord_bench'><recordname>Bench</recordname>"
    "<accesstype>NONENEEDED</accesstype><includename>F</includename><customrecordcustomfields>"
    "<customrecordcustomfield scriptid='custrecord_bench_text'><label>Text</label>"
    "<fieldtype>TEXT</fieldtype><storevalue>T</storevalue></customrecordcustomfield>"
    "<customrecordcustomfield scriptid='custrecord_bench_size'><label>Size</label>"
    "<fieldtype>INTEGER</fieldtype><storevalue>T</storevalue></customrecordcustomfield>"
    "</customrecordcustomfields></customrecordtype>"
)


@dataclass(frozen=True)
class Emulated:
    """A running emulator: its RESTlet, its control API and its processes."""

    facts: dict[str, str]
    process: subprocess.Popen[bytes]
    http: httpx.Client

    def call(self, kind: str, **input_: Any) -> Any:
        """Call the RESTlet as the administrator."""
        facts = self.facts
        signer = Client(
            facts["consumer_key"],
            facts["consumer_secret"],
            facts["admin_token_id"],
            facts["admin_token_secret"],
            signature_method=SIGNATURE_HMAC_SHA256,
            realm=facts["account"],
        )
        url = (
            f"{facts['url']}/app/site/hosting/restlet.nl"
            "?script=customscript_bench_rl&deploy=customdeploy_bench_rl"
        )
        _, headers, _ = signer.sign(url, "POST")
        answer = self.http.post(url, json={"kind": kind, **input_}, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{kind}: {answer.status_code} {answer.text}")
        return answer.json()["value"]

    def seed(self, count: int) -> None:
        """Custom records without scripts."""
        for start in range(0, count, 5000):
            records = [
                {
                    "type": "customrecord_bench",
                    "fields": {
                        "custrecord_bench_text": f"Text {number}",
                        "custrecord_bench_size": number % 100,
                    },
                }
                for number in range(start, min(start + 5000, count))
            ]
            answer = self.http.post(f"{self.facts['url']}/emulator/seed", json={"records": records})
            answer.raise_for_status()

    def memory(self) -> float:
        """MiB that the emulator's own process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def write(folder: Path, *, event: bool) -> None:
    """The project."""
    scripts = folder / "FileCabinet/SuiteScripts/bench"
    scripts.mkdir(parents=True)
    (folder / "Objects").mkdir()
    (folder / "manifest.xml").write_text(
        '<manifest projecttype="ACCOUNTCUSTOMIZATION"><projectname>bench</projectname>'
        "<frameworkversion>1.0</frameworkversion><dependencies><features>"
        '<feature required="true">CUSTOMRECORDS</feature>'
        '<feature required="true">SERVERSIDESCRIPTING</feature>'
        "</features></dependencies></manifest>"
    )
    (folder / "deploy.xml").write_text(
        "<deploy><files><path>~/FileCabinet/SuiteScripts/bench/*</path></files>"
        "<objects><path>~/Objects/*</path></objects></deploy>"
    )
    (scripts / "rl.js").write_text(RESTLET)
    objects = {
        "customrecord_bench": _RECORD,
        "customscript_bench_rl": _DEPLOYED.format(
            kind="restlet", name="rl", more="<title>bench</title>"
        ),
    }
    if event:
        (scripts / "ue.js").write_text(EVENT)
        objects["customscript_bench_ue"] = _DEPLOYED.format(
            kind="usereventscript", name="ue", more="<recordtype>CUSTOMER</recordtype>"
        )
    for name, text in objects.items():
        (folder / f"Objects/{name}.xml").write_text(text)


@contextmanager
def emulated(*, event: bool = False) -> Iterator[Emulated]:
    """An emulator that answers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "project", event=event)
        ready = folder / "ready.json"
        process = subprocess.Popen(
            [BIN / "suiteloom", "emulate", "--project", folder / "project", "--ready-file", ready],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            while not ready.exists():
                if process.poll() is not None:
                    _, words = process.communicate()
                    raise RuntimeError(f"the emulator did not start: {words.decode()}")
                time.sleep(0.01)
            with httpx.Client(timeout=600) as http:
                yield Emulated(json.loads(ready.read_text()), process, http)
        finally:
            process.terminate()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()
