"""N/render: records and templates to render, and PDF files of plain lines."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from emulator.errors import NetSuiteError, UnsupportedError
from emulator.ports import Account, RecordData
from emulator.scripts.execution import Execution
from emulator.scripts.governance import RENDER

Args = dict[str, Any]
LINE_MM = 6
# What each print is of; a transaction of another type is refused.
PRINTS: Mapping[str, frozenset[str]] = {
    "render.packingSlip": frozenset({"salesorder", "invoice", "itemfulfillment", "transferorder"}),
    "render.pickingTicket": frozenset({"salesorder", "invoice", "transferorder"}),
    "render.bom": frozenset({"workorder", "assemblybuild"}),
}


class Render:
    """Printing for scripts."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def charge(self, execution: Execution, args: Args) -> None:
        """Meter a member whose work is done in the script."""
        execution.charge(args["member"], RENDER)

    def pdf(self, _: Execution, args: Args) -> str:
        """A PDF of text lines, base 64. Letters outside Latin-1 become question marks."""
        return base64.b64encode(pdf_of(args["lines"])).decode()

    def template(self, _: Execution, args: Args) -> str:
        """The text of a deployed advanced PDF/HTML template."""
        found = self._account.assets("advancedpdftemplate").get(args["scriptId"] or "")
        if args["scriptId"] is None:
            raise UnsupportedError(
                "The emulator does not have templates by internal id: use setTemplateByScriptId."
            )
        if found is None:
            raise NetSuiteError(
                "RCRD_DSNT_EXIST", f"That record does not exist: template {args['scriptId']}."
            )
        return str(found.content)

    def email(self, execution: Execution, args: Args) -> dict[str, str]:
        """Subject and content of an e-mail template record."""
        fields = self._account.load(execution.session, "emailtemplate", args["id"])["fields"]
        return {name: str(fields.get(name, "")) for name in ("subject", "content")}

    def record(self, execution: Execution, args: Args) -> RecordData:
        """A record to merge; the type `transaction` stands for any of them."""
        type_ = args["type"]
        if type_ == "transaction":
            type_ = self._transaction_type(args["id"])
        return self._account.load(execution.session, type_, args["id"])

    def print(self, execution: Execution, args: Args) -> RecordData:
        """A transaction to print."""
        member = str(args["member"])
        execution.charge(member, RENDER)
        type_ = self._transaction_type(args["id"])
        if member in PRINTS and type_ not in PRINTS[member]:
            raise NetSuiteError(
                "WRONG_PARAMETER_TYPE", f"{member}: {args['id']} is a {type_}, which has none."
            )
        return self._account.load(execution.session, type_, args["id"])

    def statement(self, execution: Execution, args: Args) -> list[str]:
        """Lines of a customer's statement: invoices, credits and payments with the balance after each."""
        execution.charge("render.statement", RENDER)
        customer = self._account.load(execution.session, "customer", args["id"])
        name = customer["fields"].get("entityid") or customer["fields"].get("companyname", "")
        sql = (
            "SELECT type, json_extract(body, '$.tranid'), json_extract(body, '$.trandate'),"
            " json_extract(body, '$.total') FROM record WHERE space = 'transaction'"
            " AND type IN ('invoice', 'creditmemo', 'customerpayment')"
            " AND coalesce(json_extract(body, '$.entity'), json_extract(body, '$.customer')) = ?"
            " ORDER BY 3, id"
        )
        with self._account.database() as database:
            rows = database.execute(sql, (str(args["id"]),)).fetchall()
        first = _day(args["startDate"], execution.session.date_format)
        last = _day(args["statementDate"], execution.session.date_format)
        if args["openOnly"]:
            raise UnsupportedError("The emulator does not have statements of open items only.")
        lines, balance = [f"Statement {name}"], 0.0
        for type_, number, day, total in rows:
            if (last and day > last) or total is None:
                continue
            balance += total if type_ == "invoice" else -total
            if first is None or day >= first:
                lines.append(f"{day}   {type_} {number}   {total:.2f}   {balance:.2f}")
        return [*lines, f"Amount due: {balance:.2f}"]

    def _transaction_type(self, number: int) -> str:
        with self._account.database() as database:
            row = database.execute(
                "SELECT type FROM record WHERE space = 'transaction' AND id = ?", (number,)
            ).fetchone()
        if row is None:
            raise NetSuiteError("RCRD_DSNT_EXIST", f"That record does not exist: {number}.")
        return str(row[0])


def _day(text: str | None, date_format: str) -> str | None:
    """A date in the user's format as ISO."""
    if not text:
        return None
    codes = (("YYYY", "%Y"), ("MM", "%m"), ("DD", "%d"), ("M", "%m"), ("D", "%d"))
    pattern = date_format.replace("Mon", "%b")
    for word, code in codes:
        if code not in pattern:
            pattern = pattern.replace(word, code, 1)
    try:
        found: date = datetime.strptime(text, pattern).date()
    except ValueError:
        raise NetSuiteError("WRONG_PARAMETER_TYPE", f"No date: {text}") from None
    return found.isoformat()


def pdf_of(lines: Sequence[str]) -> bytes:
    """A PDF of lines of text, one below the other; its text can be read without a PDF reader."""
    from fpdf import FPDF  # a third of what starting a local account would cost

    document = FPDF()
    document.set_compression(False)
    document.set_creation_date(datetime(2000, 1, 1).astimezone())
    document.add_page()
    document.set_font("Helvetica", size=10)
    for line in lines:
        text = line.encode("latin-1", "replace").decode("latin-1")
        document.multi_cell(0, LINE_MM, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())
