"""
Every code that a finding can carry: what it means and what to do about it, each declared once.

`suiteloom explain CODE`, the rules of SARIF and JUnit reports and the page of codes come from here.
A code that is raised without an entry, or an entry that nothing raises, fails a test. The first
digit says when a mistake shows: 1 while a file is read, 2 when its meaning is looked at, 4 when
the project and its environments are put together, 5 when spec tests are read and run. A warning
shows `W` and the same digits.
"""

from __future__ import annotations

from msgspec import Struct


class Code(Struct, frozen=True):
    """
    One kind of finding.

    Args:
        code: a letter and three digits.
        title: what is wrong, in a few words, without a full stop.
        text: one or two plain sentences: what it means, what to do.
        wrong: keys of a spec (or of project.yaml) that are reported so, as YAML.
        right: the same, mended.
    """

    code: str
    title: str
    text: str
    wrong: str = ""
    right: str = ""


_READING = (
    Code(
        "E101",
        "not valid YAML",
        "The file cannot be read as YAML, and nothing else of it is checked. Mend the place; text that contains ': ' or starts with a special character needs quotes.",
    ),
    Code(
        "E102",
        "a key given twice",
        "A key stands twice in one map. Remove one of them; the first one counts until then.",
    ),
    Code(
        "E103",
        "YAML that is not part of the language",
        "Merge keys (<<), tags, keys that are not text, an alias inside its own anchor and values nested more than 100 deep are not read. Write the keys out; a whole value may be shared by anchor and alias.",
    ),
    Code(
        "E104",
        "nothing that can be read",
        "The file is empty, holds something else than a map of keys, or is not UTF-8 (or its name is not).",
    ),
    Code(
        "E105",
        "an unknown version of the language",
        "The key 'spec' names a version that this generator does not read. Use the version that the message names.",
        wrong="spec: 9",
        right="spec: 1",
    ),
    Code(
        "E106",
        "a scalar that YAML reads as something else",
        "Without quotes 0123 is the number 123, 1e3 is 1000 and 2026-01-02 a date; or a number stands where text is needed, or has more than 300 characters. Put quotes around it.",
        wrong="title: 2026-01-02",
        right='title: "2026-01-02"',
    ),
    Code(
        "E110",
        "an unknown key",
        "The language has no such key at this place. The message names a near one, or the help lists all that are allowed.",
        wrong="body: {companyname: {form: company}}",
        right="body: {companyname: {from: company}}",
    ),
    Code(
        "E111",
        "a key is missing",
        "A key that is needed here is not there. Add it.",
    ),
    Code(
        "E112",
        "a value of the wrong kind",
        "Text stands where a number belongs, a list where a map belongs, or the like.",
        wrong="via: {restlet: {batch: many}}",
        right="via: {restlet: {batch: 25}}",
    ),
    Code(
        "E113",
        "a value that is not allowed",
        "The value is none of those that this key takes, or out of range. The help lists what is allowed.",
        wrong="write: insert",
        right="write: create",
    ),
    Code(
        "E114",
        "a name of the wrong form",
        "A flow, prefix, secret or variable is not named as its kind must be. The message says how.",
        wrong="flow: Web Customers",
        right="flow: web-customers",
    ),
    Code(
        "E115",
        "exactly one of several keys is needed",
        "Keys that stand for each other are all missing, or more than one is given: one source for a field, one way in, one comparison, one kind of proof. Keep one.",
        wrong='body: {companyname: {from: company, value: "Acme"}}',
        right="body: {companyname: {from: company}}",
    ),
    Code(
        "E116",
        "keys that do not go together",
        "A key stands beside others that leave it without a meaning. The message says what it goes with.",
    ),
    Code(
        "E120",
        "an unknown transform",
        "Transforms are a closed list, see the reference of transforms. What they cannot do is a function of the hook module.",
        wrong="body: {companyname: {from: company, apply: [trimm]}}",
        right="body: {companyname: {from: company, apply: [trim]}}",
    ),
    Code(
        "E121",
        "a transform's argument is wrong",
        "The transform is known, its argument is not one that it takes.",
        wrong="body: {companyname: {from: company, apply: [{truncate: short}]}}",
        right="body: {companyname: {from: company, apply: [{truncate: 83}]}}",
    ),
    Code(
        "E122",
        "not a path, or not a field name",
        'A path is names joined by dots; ["a.b"] quotes a name with a dot, and there are no indexes. A warning: it could be one, but was probably meant as a literal, such as a blank between two parts.',
        wrong="body: {companyname: {from: 'names[0]'}}",
        right="body: {companyname: {from: names, apply: [first]}}",
    ),
    Code(
        "E123",
        "a list where a single value is needed, or the other way round",
        "A transform takes a list and gets a single value, or the reverse. Change the order, or add split, first or join.",
        wrong="body: {companyname: {concat: [name, city], apply: [upper, first]}}",
        right='body: {companyname: {concat: [name, city], apply: [upper, {split: {on: " "}}, first]}}',
    ),
    Code(
        "E124",
        "a path that the source's schema or sample does not have",
        "The flow's JSON Schema has no such place, or its sample has one of nearly that name. Correct the path, the schema or the sample.",
    ),
    Code(
        "E125",
        "another type than the source's schema or sample shows",
        "By the JSON Schema or the sample this place holds an object, a list or a value of another type, so the field or the comparison can hardly work. Name a value inside, or correct the file.",
    ),
    Code(
        "E128",
        "an unknown map",
        "The map is declared neither under 'maps' in this file nor in one that it includes.",
        wrong="body: {comments: {from: level, map: levels}}",
        right="maps: {levels: {values: {g: gold}}}\nbody: {comments: {from: level, map: levels}}",
    ),
    Code(
        "E129",
        "a map, an entry of one or an address block that nothing uses",
        "It is declared, and no field goes through the map, no subrecord names the block, or the entry is for an empty value, which goes through no map. Use it or remove it.",
    ),
    Code(
        "E130",
        "an unknown address block",
        "The block is declared neither under 'addresses' in this file nor in one that it includes.",
        wrong="subrecords: {shippingaddress: {from: ship_to, address: shp}}",
        right="addresses: {shop: {country: country_code}}\nsubrecords: {shippingaddress: {from: ship_to, address: shop}}",
    ),
    Code(
        "E131",
        "a name that two files give",
        "An included file has a map or an address block of a name that is there already. Rename one of them.",
    ),
)

_MEANING = (
    Code(
        "E201",
        "an unknown record type",
        "NetSuite has no such record type, or it is a custom one whose object is not in the project. Import the object into objects/, or run `suiteloom catalog pull`.",
        wrong="record: custmer",
        right="record: customer",
    ),
    Code(
        "E202",
        "an unknown field",
        "The record or sublist has no such field. What the catalogue cannot know, such as a custom field without its object, is a warning: import the field into objects/, or run `suiteloom catalog pull`.",
        wrong="body: {companynme: {from: company}}",
        right="body: {companyname: {from: company}}",
    ),
    Code(
        "E203",
        "a reference where none belongs, or none where one is needed",
        "A select field takes a reference, not text; a field that is no select takes none. A condition compares a select with an internal id, and a multi-select, which holds a list of them, with nothing: it is present or changed.",
        wrong="body: {salesrep: {from: rep}}",
        right="body: {salesrep: {from: rep, ref: {record: employee, by: externalid}}}",
    ),
    Code(
        "E204",
        "a field that cannot be written",
        "NetSuite keeps this field itself. Map another one, or leave it out.",
    ),
    Code(
        "E205",
        "longer than the field",
        "A text, a key or what is left of a cut has more characters than the field takes. Truncate it, or shorten the text.",
        wrong="body: {companyname: {from: company, apply: [{truncate: 200}]}}",
        right="body: {companyname: {from: company, apply: [{truncate: 83}]}}",
    ),
    Code(
        "E206",
        "an unknown account feature",
        "No record type of the catalogue belongs to a feature of that name; a field behind it is never written where the name is misspelt. Write the id as SDF does.",
        wrong="body: {comments: {from: note, features: [MULTICURENCY]}}",
        right="body: {comments: {from: note, features: [MULTICURRENCY]}}",
    ),
    Code(
        "E207",
        "a value that a fixed list does not have",
        "Some lists are the same in every account: the status of an order is a letter, however the page shows it. What the list does not have is a warning, a text where the value belongs an error.",
        wrong="record: salesorder\nbody: {orderstatus: {value: Pending Fulfillment}}",
        right="record: salesorder\nbody: {orderstatus: {value: B}}",
    ),
    Code(
        "E208",
        "a required field that nothing sets",
        "NetSuite refuses the record without this field. Map it, or let the flow only update.",
    ),
    Code(
        "E209",
        "a field that NetSuite takes once, set on update too",
        "Entity, currency, subsidiary and the like cannot be changed later. Leave 'on' out: such a field is set on create alone.",
    ),
    Code(
        "E210",
        "a value that can never be what its field takes",
        "What the source and its transforms give is of another type than the field or the next transform takes, whatever the document holds.",
        wrong='body: {creditlimit: {from: limit, apply: [{prefix: "EUR "}]}}',
        right="body: {creditlimit: {from: limit}}",
    ),
    Code(
        "E211",
        "a type that is not the field's",
        "The spec declares another type than NetSuite has for the field. Leave the type out, or correct it.",
        wrong="body: {isinactive: {from: closed, type: date}}",
        right="body: {isinactive: {from: closed}}",
    ),
    Code(
        "E212",
        "a literal that is no truth value",
        "A checkbox takes true or false, without quotes.",
        wrong="body: {isinactive: {value: 'yes'}}",
        right="body: {isinactive: {value: true}}",
    ),
    Code(
        "E213",
        "a literal that is no number or no date",
        "The field is a number or a date, and the literal cannot be read as one.",
        wrong="body: {creditlimit: {value: lots}}",
        right="body: {creditlimit: {value: 5000}}",
    ),
    Code(
        "E214",
        "a date or time without a time zone",
        "On which calendar day a moment falls depends on the zone. Give 'timezone' at the field, or in project.yaml for all.",
    ),
    Code(
        "E215",
        "an unknown time zone",
        "Zones have names such as Europe/Berlin.",
        wrong="timezone: Berlin",
        right="timezone: Europe/Berlin",
    ),
    Code(
        "E216",
        "a CSV file that is not read like this",
        "Delimiter, quote, encoding and header do not describe a file that can be read. Or a condition compares a cell, which is text, with a number or a truth value: they are never equal, so write the text that stands in the file. The message says why.",
    ),
    Code(
        "E217",
        "a record that cannot be made from that one, or not be attached to it",
        "NetSuite has no transformation between the two record types. Or no help topic says that it attaches the one to the other.",
    ),
    Code(
        "E218",
        "a family of record types where one is needed",
        "An item is an inventory item, a service item and so on, and an address is part of another record. Name one record type of its own.",
        wrong="record: item",
        right="record: inventoryitem",
    ),
    Code(
        "E219",
        "a flow that does nothing",
        "The flow sets nothing, or sends nothing. It needs body or lines; an outbound one payload or lists.",
    ),
    Code(
        "E220",
        "a reference to an unknown record type",
        "A reference or a variable names a record type that NetSuite does not have.",
        wrong="body: {salesrep: {from: rep, ref: {record: employe}}}",
        right="body: {salesrep: {from: rep, ref: {record: employee}}}",
    ),
    Code(
        "E221",
        "what happens to a missing reference is not complete",
        "'create' needs a record to create with the reference's own key, 'skip_line' belongs into lines, 'default' needs a default.",
        wrong="body: {salesrep: {from: rep, ref: {record: employee, missing: default}}}",
        right="body: {salesrep: {from: rep, ref: {record: employee, missing: skip_field}}}",
    ),
    Code(
        "E222",
        "an internal id",
        "Internal ids differ between accounts, so a spec that names them works in one alone. Refer by external id or name, or use a variable.",
    ),
    Code(
        "E223",
        "a reference by a doubtful name",
        "The record type has no name to refer by, or one that several records may share. Refer by external id.",
    ),
    Code(
        "E224",
        "a field that no key can be looked up in",
        "The record type has no such field, or SuiteQL has it on a transaction's lines alone (createdfrom, subsidiary, location, department, class), where no key is looked up.",
        wrong="body: {salesrep: {from: rep, ref: {record: employee, by: emial}}}",
        right="body: {salesrep: {from: rep, ref: {record: employee, by: email}}}",
    ),
    Code(
        "E225",
        "a look-up that waits for three others",
        "Each look-up that needs the result of another one is a query of its own. Refer by a key that needs fewer steps.",
    ),
    Code(
        "E226",
        "a key that NetSuite does not keep unique",
        "NetSuite keeps external ids alone unique. A row that claims the key is added to each record that is made; use externalid where it is free.",
    ),
    Code(
        "E227",
        "a query that cannot be used",
        "A look-up by SuiteQL returns the columns id and key, and holds :keys where the keys belong.",
    ),
    Code(
        "E228",
        "a reference to another record type than the field holds",
        "The field refers to one record type, the reference or variable to another one.",
        wrong="body: {salesrep: {from: rep, ref: {record: vendor}}}",
        right="body: {salesrep: {from: rep, ref: {record: employee}}}",
    ),
    Code(
        "E229",
        "the internal id as the key of a flow that makes records",
        "NetSuite gives the internal id, so a record that is not there yet has none. Use externalid, or  write: update.",
    ),
    Code(
        "E230",
        "what happens to lines that are there is not said",
        "On a transaction, lines that are there already may be fulfilled or billed. Say policy: merge, replace or append.",
    ),
    Code(
        "E231",
        "merge without a key, or with a key that may change",
        "Lines are told apart by a key. Best is a custom column that keeps the source's line id; a person or NetSuite may change any other one, which is a warning.",
    ),
    Code(
        "E232",
        "what happens to unmatched lines cannot be done here",
        "'close' needs a sublist whose lines can be closed, 'unmatched' goes with policy: merge, and removing lines that may be fulfilled must be said twice: force: true.",
    ),
    Code("E233", "more than one key field for a line", "A line has one key field."),
    Code(
        "E234",
        "lines that can only be merged",
        "NetSuite makes these lines itself, or they come from the record that this one is made from. Use policy: merge; items and expenses that come from another record may also be added to (append).",
    ),
    Code("E235", "an unknown sublist", "The record type has no such sublist."),
    Code(
        "E236",
        "a line key with a reference, or in a field that holds one",
        "Line keys are compared as text, so the name of an item never equals the internal id in the line's field, and each document adds its lines anew. Keep the source's id in a text column.",
    ),
    Code(
        "E237",
        "look-ups that wait for each other",
        "The key of each of these references needs the other one's result. Look one of them up by a key of the document.",
    ),
    Code(
        "E251",
        "a batch larger than the units allow",
        "NetSuite gives a script a fixed number of governance units. The batch was lowered to what fits; 'suiteloom bill FLOW' shows what each step costs.",
    ),
    Code(
        "E252",
        "a document or a save that cannot fit into the units of its script",
        "One document (one save, for events) may use more governance units than NetSuite gives the script. The help names the steps that cost most: create and look up less, say with 'most' how many lines a document has at most, or cut the flow in two.",
    ),
    Code(
        "E253",
        "save: fields where it cannot be",
        "submitFields writes inline-editable body fields alone. Use save: record, or leave it out.",
    ),
    Code(
        "E260",
        "a subrecord in the wrong place, or an unknown one",
        "A subrecord such as an address is written under 'subrecords', not as a field.",
        wrong="record: salesorder\nbody: {shippingaddress: {from: ship_to}}",
        right="subrecords: {shippingaddress: {body: {country: {value: US}, addr1: ship_to.street}}}\nrecord: salesorder",
    ),
    Code("E261", "a subrecord that sets nothing", "It needs body or lines."),
    Code(
        "E262",
        "a state without its country",
        "NetSuite reads a state as one of its country's. Map 'country' beside it.",
    ),
    Code(
        "E264",
        "a key or a connection of another kind of system",
        "Addresses, databases and folders have keys of their own. Name a connection of the right kind, or leave the key out.",
    ),
    Code(
        "E265",
        "a poll of a source that cannot go on",
        "A poll must tell documents apart, and know where the next round begins. The message says what is missing or too much.",
        wrong="""source:
  poll: {connection: shop, path: /orders, params: {since: "{since}"}}""",
        right="""source:
  id_path: id
  poll: {connection: shop, path: /orders, params: {since: "{since}"}, watermark: updated_at}""",
    ),
    Code(
        "E266",
        "a value that the payload does not have",
        "Addresses and columns of a target take values from the payload, by the names that the spec gives there.",
    ),
    Code(
        "E267",
        "a name of a table or column that is not plain",
        "Tables and columns are written with letters, digits and '_', so that no database reads them otherwise.",
    ),
    Code(
        "E268",
        "only_newest where there is no newest",
        "Only documents that say a record's whole state each time replace each other: not those of write: create, attach or detach, and not those whose key only the account can work out. With `accept`, which the account judges, the newest may be one that is left out: those before it are not written either.",
        wrong="write: create\nonly_newest: true",
        right="write: upsert\nonly_newest: true",
    ),
    Code(
        "E269",
        "an address that a deleted record does not have",
        "Of a record that is gone only its internal and its external id are known. The path of an address and the key of a table must be made of them, or its event is held.",
    ),
    Code(
        "E271",
        "a join over too many steps",
        "A payload follows references from record to record for three steps, and none from a subrecord. Send the id, or ask by suiteql.",
    ),
    Code(
        "E272",
        "a join through a field that refers to nothing",
        "Only a select field leads to another record, and only where it is known to which: a multi-select leads to many. Import a custom field's object, send the display text, or ask by suiteql.",
    ),
    Code("E273", "two values of one name in a payload", "Rename or remove one."),
    Code(
        "E274",
        "a subrecord used as a value",
        "Name a field inside of it.",
    ),
    Code(
        "E276",
        "values that the role does not see",
        "A field such as the payee of a check holds several record types, and the role sees rows of those alone of which it has the permission. It gets those that every account has; with 'features' of the flow, those of the account's features, too. A query that names no type of transactions sees only those that the flow reads anyway.",
        wrong="record: check\npayload: {payee: entity.email}",
        right="record: check\nfeatures: [CRM, JOBS]\npayload: {payee: entity.email}",
    ),
    Code(
        "E275",
        "an unknown execution context",
        "Names are those of runtime.executionContext, without underscores.",
    ),
    Code(
        "E290",
        "a query of a poll that cannot be used",
        "'changed' and 'rows' are SELECT statements. 'rows' contains IN (:keys); 'changed' compares with >= :watermark exactly where a watermark is named.",
        wrong="""via:
  poll:
    key: item
    changed: SELECT id AS item FROM item
    rows: SELECT id AS item, itemid FROM item""",
        right="""via:
  poll:
    key: item
    changed: SELECT id AS item FROM item
    rows: SELECT id AS item, itemid FROM item WHERE id IN (:keys)""",
    ),
    Code(
        "E291",
        "a column that the poll's query does not give",
        "The key is a column of both queries, and the payload reads columns of 'rows'. Select it, or name an expression with AS. Rows are read by names, so no two columns may have the same.",
    ),
    Code(
        "E292",
        "a watermark that is not proven",
        "A watermark that does not move with every change loses changes. Take lastmodifieddate (lastmodified of custom records), or leave the watermark out: then every key is compared by its hash. An overlap shorter than 76 minutes is told too: when clocks go back, times of the hour that comes twice lie before the window.",
    ),
    Code(
        "E293",
        "options of a way out that say opposite things",
        "The message names both. Keep one, or make two flows.",
    ),
    Code(
        "E294",
        "business data in the outbox",
        "Whoever may save the record writes the row, so every internal role may read it. Leave 'snapshot' out where the state at delivery is good enough.",
    ),
    Code(
        "E295",
        "a record type that cannot touch another",
        "'touch_on' needs the field of the causing record that holds the id of the flow's record. Name it, or name another record type.",
        wrong="via: {events: {touch_on: [journalentry]}}",
        right="via: {events: {touch_on: [{record: invoice, field: entity}]}}",
    ),
    Code(
        "E296",
        "a change that cannot be seen",
        "What was before is known in the save alone, of plain fields of the record and its lines: not of subrecords, not of other records, not at delivery.",
    ),
    Code(
        "E297",
        "an event that the record type does not have",
        "Purchase orders alone are drop-shipped, specially ordered or ordered by items, the Pay Bills page makes vendor payments, and only transactions are packed, shipped, approved, cancelled and rejected. No save would raise this event.",
    ),
    Code(
        "E280",
        "a hook that cannot be there",
        "A function is named and no module, this kind of flow has no such hook, or the function is asynchronous.",
    ),
    Code(
        "E281",
        "the hook module cannot be read",
        "The file is not there, not a .js file, not UTF-8, or outside the project folder.",
    ),
    Code("E282", "the hook module exports no such function", "Export it, or correct the name."),
    Code(
        "E283",
        "two hook modules of one file name",
        "All hook modules lie in one folder in the account. Rename one.",
    ),
)

_TESTS = (
    Code(
        "E500",
        "a spec test of no flow",
        "A test stands beside its spec under the same name (orders.yaml, orders.test.yaml), or names its flow. Rename the file or the flow.",
    ),
    Code(
        "E501",
        "not what a spec test expects",
        "A test ran, and a value, an outcome, a query or an event differs from what it expects. Correct the mapping, or the test.",
    ),
    Code(
        "E502",
        "a spec test that cannot be run",
        "A given record does not fit the account, a path is not in the document, or a save was refused. The message says what.",
    ),
)

_PROJECT = (
    Code("E401", "no project.yaml", "The folder is no project. `suiteloom new DIR` makes one."),
    Code(
        "E402",
        "an environment that cannot be",
        "The environment is not declared in project.yaml, or two of them name one account.",
    ),
    Code("E403", "an unknown variable", "Declare it under 'vars' in project.yaml."),
    Code(
        "E404",
        "a variable without a value",
        "Every variable has a value for every environment.",
    ),
    Code("E405", "a value that is not of its variable's type", "Correct the value or the type."),
    Code(
        "E406",
        "an address that is none",
        "An address starts with https:// and names a host. A connection's may start with http://, for the agent calls it; NetSuite calls https alone.",
    ),
    Code(
        "E407",
        "a sample or schema that is not there",
        "Paths are relative to the project folder, and lead to nothing outside of it.",
    ),
    Code("E408", "an unknown connection", "Declare it under 'connections' in project.yaml."),
    Code("E409", "an object that is no well-formed XML", "The file under objects/ cannot be read."),
    Code("E410", "a project without flows", "Put a spec into specs/."),
    Code(
        "E411", "two flows of one name", "Scripts and queues are named after the flow: rename one."
    ),
    Code(
        "E412",
        "a script id that two things would share",
        "Script ids are unique in an account. Use another flow name, object id or prefix.",
    ),
    Code(
        "E413",
        "an environment without the agent's address",
        "Events are sent to the agent, so the account must know where it is. Give 'agent_url'.",
    ),
    Code(
        "E415",
        "a script id that is too long",
        "NetSuite limits script ids by the kind of object and refuses the whole deployment over one. Shorten it.",
    ),
    Code(
        "E416",
        "a file of the account's catalogue that cannot be read",
        "The files under catalog/ are written by `suiteloom catalog pull`. Write this one anew.",
    ),
    Code(
        "E417",
        "a record type that does not name the role",
        "The access type USEPERMISSIONLIST lets only the roles in that the record type names, and SDF refuses a project in which a role has a permission on a record type that does not name it with the same level.",
    ),
    Code("E414", "a JSON Schema that is no JSON", "The file that 'schema' names cannot be read."),
)

CODES = {each.code: each for each in (*_READING, *_MEANING, *_PROJECT, *_TESTS)}
