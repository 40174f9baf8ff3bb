"""N/task: CSV imports."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from lab import Lab

from emulator.account.csv_imports import csv_import
from emulator.account.installed import Package
from emulator.deploy.csv_imports import csv_import as from_xml
from emulator.ports import Session

SUBMIT = """return task.create({ taskType: task.TaskType.CSV_IMPORT, mappingId: input.mapping, importFile: input.text,
  name: input.name, linkedFiles: input.linked }).submit();"""


def column(field: str, name: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "column": name, **more}


def body(
    *fields: dict[str, Any], record: str = "CUSTOMER", line: int | None = None
) -> dict[str, Any]:
    return {"record": record, "fields": list(fields), "line": line}


CUSTOMER = body(
    column("EXTERNALID", "Id"),
    column("COMPANYNAME", "Company"),
    column("SUBSIDIARY", "Subsidiary", reference="NAME"),
    column("STDEMAIL", "E-mail"),
    column("CREDITLIMIT", "Limit"),
    column("TAXABLE", "Taxable"),
    {"field": "COMMENTS", "value": "imported"},
)
HEADER = "Id,Company,Subsidiary,E-mail,Limit,Taxable"


def keep(lab: Lab, scriptid: str, record: str, *records: dict[str, Any], **options: Any) -> str:
    data = {"scriptid": scriptid, "name": "Lab import", "record": record, "records": records}
    lab.account.csv_imports.keep([csv_import({**data, **options})])
    return scriptid


def run(
    lab: Lab, mapping: str | int, text: str, session: Session | None = None, **options: Any
) -> dict[str, Any]:
    """Submit an import and wait for its end; the job as the page Job Status shows it."""
    task = lab.run(
        SUBMIT, {"mapping": mapping, "text": text, **options}, session=session or lab.admin
    )
    assert lab.engine.idle(30)
    (job,) = (job for job in lab.engine.csv_imports() if job["taskId"] == task)
    return dict(job)


def failed(job: dict[str, Any]) -> list[str]:
    """What results.csv says of the rows that were not imported."""
    header, *rows = csv.reader(
        job["results"].splitlines(), delimiter="|" if "|" in job["results"] else ","
    )
    return [row[header.index("Error")] for row in rows]


def customer(lab: Lab, key: str) -> dict[str, Any]:
    (found,) = lab.account.find("customer", externalid=key)
    return found


@pytest.fixture(scope="module")
def seen(lab: Lab) -> Iterator[Any]:
    """A user event on customers that logs in which context it runs."""
    code = """define(['N/runtime'], (runtime) => ({
      beforeSubmit: (context) => { if (context.newRecord.getValue('companyname') === 'No') throw Error('not this one'); },
      afterSubmit: (context) => {
        log.audit(context.type, `${runtime.executionContext} ${context.newRecord.getValue('companyname')}`);
        if (context.newRecord.getValue('companyname') === 'Late') throw Error('too late'); } }));"""
    script = lab.script("UserEventScript", code, record="customer")
    yield script
    lab.disable(script)


@pytest.mark.shows(
    "N/task.create",
    "N/task.CsvImportTask.submit",
    "N/task.checkStatus",
)
@pytest.mark.rule("task.import", "task.import_events", "task.import_results")
def test_rows_become_records_with_user_events_and_errors_stay_behind(lab: Lab, seen: Any) -> None:
    mapping = keep(lab, "custimport_rows", "CUSTOMER", CUSTOMER)
    subsidiary = lab.account.name("subsidiary", 1)
    text = "\n".join(
        [
            HEADER,
            f'R1,"Smith, Ltd",{subsidiary.upper()},a@example.com,"1,200.50",Yes',
            f"R2,No,{subsidiary},a@example.com,,F",
            "R3,Lost,Nowhere,a@example.com,,F",
            f"R4,Late,{subsidiary},,,",
        ]
    )
    code = """const made = task.create({ taskType: task.TaskType.CSV_IMPORT });
      made.mappingId = input.mapping;
      made.importFile = file.create({ name: 'customers.csv', fileType: file.Type.CSV, contents: input.text });
      const id = made.submit();
      return [id, made.id === id, runtime.getCurrentScript().getRemainingUsage()];"""
    id_, same, left = lab.run(code, {"mapping": mapping, "text": text})
    assert (same, left) == (True, 4900)
    assert lab.engine.idle(30)
    code = "const status = task.checkStatus({ taskId: input }); return [status.status === task.TaskStatus.COMPLETE, status.taskId];"
    assert lab.run(code, id_) == [True, id_]
    made = customer(lab, "R1")["fields"]
    assert (made["companyname"], made["creditlimit"], made["taxable"], made["comments"]) == (
        "Smith, Ltd", 1200.5, True, "imported",
    )  # fmt: skip
    job = next(job for job in lab.engine.csv_imports() if job["taskId"] == id_)
    assert job["name"].startswith("Lab import - customers.csv - ")
    assert job["message"] == "2 of 4 records imported successfully"
    late = customer(lab, "R4")["id"]
    assert failed(dict(job)) == [
        "Error: not this one",
        "Invalid subsidiary reference key Nowhere.",
        f"[AFTERSUBMIT Script failed, record created with InternalId {late}] Error: too late",
    ]
    assert ("create", "CSVIMPORT Smith, Ltd") in lab.logged(seen)


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_events")
def test_an_import_without_server_scripts_fires_no_user_events(lab: Lab, seen: Any) -> None:
    mapping = keep(lab, "custimport_quiet", "CUSTOMER", CUSTOMER, run_server_scripts=False)
    subsidiary = lab.account.name("subsidiary", 1)
    job = run(lab, mapping, f"{HEADER}\nQ1,No,{subsidiary},,,")
    assert (job["imported"], customer(lab, "Q1")["fields"]["companyname"]) == (1, "No")
    assert not [row for row in lab.logged(seen) if row[1].endswith(" No")]


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_handling")
def test_records_are_added_updated_or_either(lab: Lab) -> None:
    subsidiary = lab.account.name("subsidiary", 1)
    add = keep(lab, "custimport_add", "CUSTOMER", CUSTOMER)
    assert run(lab, add, f"{HEADER}\nH1,One,{subsidiary},a@example.com,5,T")["imported"] == 1
    again = run(lab, add, f"{HEADER}\nH1,One,{subsidiary},,,")
    assert (again["imported"], len(failed(again))) == (0, 1)
    update = keep(lab, "custimport_update", "CUSTOMER", CUSTOMER, data_handling="UPDATE")
    job = run(lab, update, f"{HEADER}\nH1,Uno,,,,\nH2,Two,{subsidiary},,,")
    assert failed(job) == ["That record does not exist."]
    fields = customer(lab, "H1")["fields"]
    # An empty cell changes nothing.
    assert (fields["companyname"], fields["creditlimit"]) == ("Uno", 5)
    either = keep(
        lab, "custimport_either", "CUSTOMER", CUSTOMER,
        data_handling="ADDUPDATE", overwrite_missing_fields=True,
    )  # fmt: skip
    job = run(lab, either, f"{HEADER}\nH1,Ein,{subsidiary},,,\nH2,Two,{subsidiary},,,")
    assert (job["imported"], "creditlimit" in customer(lab, "H1")["fields"]) == (2, False)


EUROPEAN = Session(user=-5, role="ADMINISTRATOR", context="RESTLET", date_format="DD.MM.YYYY")
ORDER = body(
    column("EXTERNALID", "Order"),
    column("STDCUSTOMER", "Customer", reference="EXTERNAL_ID"),
    column("TRANDATE", "Date"),
    record="SALESORDER",
)
ITEMS = body(
    column("ITEM", "Item", reference="INTERNAL_ID", file="SALESORDER:ITEMS"),
    column("QUANTITY", "Quantity", file="SALESORDER:ITEMS"),
    column("RATE", "Rate", file="SALESORDER:ITEMS"),
    record="SALESORDER:ITEMS",
)


@pytest.fixture
def buyer(lab: Lab) -> str:
    if not lab.account.find("customer", externalid="BUYER"):
        lab.account.seed(
            [
                {
                    "type": "customer",
                    "externalid": "BUYER",
                    "fields": {"companyname": "Buyer", "subsidiary": "1"},
                }
            ]
        )
    return "BUYER"


def item(lab: Lab) -> int:
    return int(lab.account.find("inventoryitem")[0]["id"])


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_sublists")
def test_rows_of_one_order_become_its_lines(lab: Lab, buyer: str) -> None:
    mapping = keep(
        lab, "custimport_orders", "SALESORDER", ORDER, ITEMS,
        data_handling="ADDUPDATE", column_delimiter="SEMICOLON", decimal_delimiter="COMMA",
    )  # fmt: skip
    text = (
        "Order;Customer;Date;Item;Quantity;Rate\n"
        f"SO1;{buyer};24.11.2026;{item(lab)};2;1.010,50\nSO1;;;{item(lab)};3;5\n"
        f"SO2;{buyer};25.11.2026;{item(lab)};1;7,25\n"
    )
    assert run(lab, mapping, text, EUROPEAN)["imported"] == 2
    (order,) = lab.account.find("salesorder", externalid="SO1")
    lines = [line["fields"] for line in order["sublists"]["item"]]
    assert order["fields"]["trandate"] == "2026-11-24"
    assert [(line["quantity"], line["rate"]) for line in lines] == [(2, 1010.5), (3, 5)]
    # The key of a row is the item: the line of the order that has it is changed.
    text = f"Order;Customer;Date;Item;Quantity;Rate\nSO2;{buyer};;{item(lab)};9;\n"
    run(lab, mapping, text, EUROPEAN)
    (order,) = lab.account.find("salesorder", externalid="SO2")
    (line,) = order["sublists"]["item"]
    assert (line["fields"]["quantity"], line["fields"]["rate"]) == (9, 7.25)


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_linked")
def test_lines_come_from_a_linked_file(lab: Lab, buyer: str) -> None:
    files = [
        {"file": "SALESORDER", "primary_key": "Order"},
        {"file": "SALESORDER:ITEMS", "foreign_key": "Of"},
    ]
    mapping = keep(lab, "custimport_linked", "SALESORDER", ORDER, ITEMS, files=files)
    text = f"Order,Customer,Date\nL1,{buyer},24.11.2026\nL2,{buyer},24.11.2026"
    linked = f"Of,Item,Quantity,Rate\nL1,{item(lab)},1,2\nL2,{item(lab)},4,2\nL1,{item(lab)},3,2"
    job = run(lab, mapping, text, EUROPEAN, linked={"item": linked})
    assert (job["imported"], failed(job)) == (2, [])
    (order,) = lab.account.find("salesorder", externalid="L1")
    assert [line["fields"]["quantity"] for line in order["sublists"]["item"]] == [1, 3]
    with lab.refused("FAILED_TO_SUBMIT_JOB_REQUEST_1", "SALESORDER:ITEMS"):
        run(lab, mapping, text)


XML = """<savedcsvimport scriptid="custimport_xml"><recordtype>CUSTOMER</recordtype><importname>From SDF</importname>
  <datahandling>ADD</datahandling><columndelimiter>PIPE</columndelimiter><decimaldelimiter>PERIOD</decimaldelimiter>
  <entryform>STANDARDCUSTOMERFORM</entryform>
  <filemappings><filemapping><file>CUSTOMER</file></filemapping></filemappings>
  <recordmappings>
    <recordmapping><record>CUSTOMER</record><fieldmappings>
      <fieldmapping><field>EXTERNALID</field><columnreference><file>CUSTOMER</file><column>Id</column></columnreference></fieldmapping>
      <fieldmapping><field>COMPANYNAME</field><columnreference><file>CUSTOMER</file><column>Name</column></columnreference></fieldmapping>
      <fieldmapping><field>SUBSIDIARY</field><value>1</value></fieldmapping>
      <fieldmapping><field>[scriptid=custentity_import_colours]</field><columnreference><file>CUSTOMER</file>
        <column>Colours</column><type>SCRIPT_ID</type></columnreference></fieldmapping></fieldmappings></recordmapping>
    <recordmapping><line>1</line><record>CUSTOMER:ADDRESSBOOK</record><fieldmappings>
      <fieldmapping><field>LABEL</field><value>Home</value></fieldmapping></fieldmappings></recordmapping>
    <recordmapping><line>1</line><record>CUSTOMER:ADDRESSBOOK:ADDRESSBOOKADDRESS</record><fieldmappings>
      <fieldmapping><field>CITY</field><columnreference><file>CUSTOMER</file><column>City</column></columnreference></fieldmapping>
      <fieldmapping><field>STATE</field><columnreference><file>CUSTOMER</file><column>State</column></columnreference></fieldmapping>
      <fieldmapping><field>COUNTRY</field><columnreference><file>CUSTOMER</file><column>Country</column></columnreference></fieldmapping>
    </fieldmappings></recordmapping>
  </recordmappings></savedcsvimport>"""
COLOURS = """<customlist scriptid="customlist_import_colours"><name>Import colours</name><customvalues>
  <customvalue scriptid="val_red"><value>Red</value></customvalue>
  <customvalue scriptid="val_blue"><value>Blue</value></customvalue></customvalues></customlist>"""
FIELD = """<entitycustomfield scriptid="custentity_import_colours"><label>Colours</label><fieldtype>MULTISELECT</fieldtype>
  <selectrecordtype>[scriptid=customlist_import_colours]</selectrecordtype><appliestocustomer>T</appliestocustomer></entitycustomfield>"""


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_map", "task.import_references")
def test_a_map_of_sdf_fills_lists_and_addresses(lab: Lab) -> None:
    values = (("val_red", "Red", False), ("val_blue", "Blue", False))
    package = Package(
        name="lab",
        objects=(
            ("customlist", "customlist_import_colours", COLOURS),
            ("entitycustomfield", "custentity_import_colours", FIELD),
        ),
        lists={"customlist_import_colours": values},
        csv_imports=(from_xml(fromstring(XML)),),
    )
    lab.account.install(package)
    job = run(
        lab,
        "custimport_xml",
        "Id|Name|Colours|City|State|Country\n"
        'X1|Ex|"val_blue|val_red"|Boston|Massachusetts|united states\n'
        "X2|Why||Boston|MA|US",
    )
    found = customer(lab, "X1")
    colours = lab.account.text(
        "customer", "custentity_import_colours", found["fields"]["custentity_import_colours"]
    )
    assert sorted(colours.split(", ")) == ["Blue", "Red"]
    (line,) = found["sublists"]["addressbook"]
    address = line["subrecords"]["addressbookaddress"]["fields"]
    assert line["fields"]["label"] == "Home"
    assert (address["city"], address["state"], address["country"]) == ("Boston", "MA", "US")
    # Countries are written by their names (section_N353446).
    assert failed(job) == ["Invalid country reference key US."]


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_checks")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "importFile"),
        ("Id,Company\n1,2", "no column Subsidiary"),
        (f"{HEADER}\nC1,One,Sub,,1,T,more", "Different number of columns"),
        (f"{HEADER}\nC1,One,Sub,,many,T", "many"),
    ],
)
def test_what_is_wrong_with_the_file_is_said_at_once(lab: Lab, text: str, words: str) -> None:
    mapping = keep(lab, "custimport_checked", "CUSTOMER", CUSTOMER)
    code = "SSS_MISSING_REQD_ARGUMENT" if not text else "FAILED_TO_SUBMIT_JOB_REQUEST_1"
    with lab.refused(code, words):
        run(lab, mapping, text)


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_checks")
def test_lines_need_a_key_and_a_mapping_must_exist(lab: Lab) -> None:
    keyless = keep(
        lab,
        "custimport_keyless",
        "SALESORDER",
        body(ORDER["fields"][2], record="SALESORDER"),
        ITEMS,
    )
    with lab.refused("FAILED_TO_SUBMIT_JOB_REQUEST_1", "unique identifier"):
        run(lab, keyless, "Date,Item,Quantity,Rate\n11/24/2026,1,1,1")
    with lab.refused("FAILED_TO_SUBMIT_JOB_REQUEST_1", "custimport_none"):
        run(lab, "custimport_none", "a\n1")


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_refused")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"records": [body(column("NOSUCHTHING", "a"))]}, "field NOSUCHTHING of CUSTOMER"),
        ({"records": [body(column("ITEM", "a"), record="CUSTOMER:WHATEVER")]}, "CUSTOMER:WHATEVER"),
        ({"record": "CUSTOMERANDCONTACT"}, "CUSTOMERANDCONTACT"),
        ({"prevent_duplicates": True}, "preventduplicates"),
    ],
)
def test_what_cannot_be_read_of_a_map_is_named(
    lab: Lab, options: dict[str, Any], words: str
) -> None:
    data = {
        "scriptid": "custimport_odd",
        "name": "Odd",
        "record": "CUSTOMER",
        "records": [CUSTOMER],
    }
    lab.account.csv_imports.keep([csv_import({**data, **options})])
    with lab.refused("EMULATOR_UNSUPPORTED", words):
        run(lab, "custimport_odd", f"a,{HEADER}\n1,2")


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_who")
def test_where_and_by_whom_an_import_is_submitted(lab: Lab) -> None:
    keep(lab, "custimport_who", "CUSTOMER", CUSTOMER)
    code = f"""define(['N/task'], (task) => ({{ onRequest: ({{ response }}) => {{ let said = 'submitted';
      try {{ task.create({{ taskType: 'CSV_IMPORT', mappingId: 'custimport_who', importFile: '{HEADER}' }}).submit(); }}
      catch (error) {{ said = error.name; }} response.write({{ output: said }}); }} }}));"""
    said = lab.open(lab.script("Suitelet", code)).body.decode()
    anywhere = lab.preferences.csv_import_anywhere
    assert said == ("submitted" if anywhere else "FAILED_TO_SUBMIT_JOB_REQUEST_1")
    role = lab.role("customrole_no_imports", {"ADMI_LOGIN_OAUTH": "FULL"})
    clerk = Session(user=-5, role=role, context="RESTLET")
    with lab.refused("INSUFFICIENT_PERMISSION", "Import CSV File"):
        run(lab, "custimport_who", HEADER, clerk)


@pytest.mark.shows("N/task.CsvImportTask.submit")
@pytest.mark.rule("task.import_map")
def test_a_map_is_found_by_its_internal_id(lab: Lab) -> None:
    data = {
        "scriptid": "custimport_number",
        "name": "N",
        "record": "CUSTOMER",
        "records": [CUSTOMER],
    }
    (number,) = lab.account.csv_imports.keep([csv_import(data)])
    job = run(lab, number, f"{HEADER}\nN1,En,{lab.account.name('subsidiary', 1)},,,", name="Mine")
    assert (job["mapping"], job["name"], job["imported"]) == ("custimport_number", "Mine", 1)
