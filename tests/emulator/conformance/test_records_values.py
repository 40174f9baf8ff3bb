"""N/record: values, texts and facts of body fields."""

from __future__ import annotations

import pytest
from lab import Lab

FIELD = """
<entitycustomfield scriptid="{id}"><label>{label}</label><fieldtype>{type}</fieldtype>
  <selectrecordtype>{refers}</selectrecordtype><ismandatory>{must}</ismandatory>
  <appliestocustomer>T</appliestocustomer><storevalue>T</storevalue></entitycustomfield>
"""
FIELDS = (
    ("custentity_v_day", "Founded", "DATE", "", "F"),
    ("custentity_v_share", "Share", "PERCENT", "", "F"),
    ("custentity_v_price", "Fee", "CURRENCY", "", "F"),
    ("custentity_v_flag", "Key account", "CHECKBOX", "", "F"),
    ("custentity_v_who", "Keeper", "SELECT", "-4", "F"),
    ("custentity_v_many", "Team", "MULTISELECT", "-4", "F"),
)
# A customer of the script's own, unsaved; `saved()` is it, loaded anew.
NEW = """
  const rec = record.create({ type: 'customer' });
  rec.setValue({ fieldId: 'companyname', value: 'Shop ' + random.generateUUID() });
  rec.setValue({ fieldId: 'subsidiary', value: 1 });
  const saved = () => record.load({ type: 'customer', id: rec.save() });
"""


@pytest.fixture(scope="module", autouse=True)
def fields(lab: Lab) -> None:
    lab.objects(
        [
            (
                "entitycustomfield",
                id_,
                FIELD.format(id=id_, label=label, type=kind, refers=refers, must=must).strip(),
            )
            for id_, label, kind, refers, must in FIELDS
        ]
    )


@pytest.mark.shows("N/record.Record.getValue", "N/record.Record.setValue", "N/record.Record.save")
@pytest.mark.parametrize(
    ("field", "given", "back"),
    [
        ("comments", "'a\\nb'", "a\nb"),
        ("custentity_v_share", "12.5", 12.5),
        ("custentity_v_price", "19.99", 19.99),
        ("custentity_v_flag", "true", True),
        ("custentity_v_who", "6", "6"),
        ("custentity_v_many", "[6, '7']", ["6", "7"]),
    ],
)
def test_a_saved_value_is_read_back_in_its_type(
    lab: Lab, field: str, given: str, back: object
) -> None:
    code = f"{NEW} rec.setValue({{ fieldId: '{field}', value: {given} }}); return {{ v: saved().getValue('{field}') }};"
    assert lab.run(code) == {"v": back}


@pytest.mark.shows("N/record.Record.getText", "N/record.Record.setText")
@pytest.mark.rule("records.text_forms")
def test_texts_are_read_as_a_person_sees_them(lab: Lab) -> None:
    code = f"""{NEW}
      rec.setText({{ fieldId: 'custentity_v_who', text: 'Clerk' }});
      rec.setText({{ fieldId: 'custentity_v_many', text: ['Clerk', 'Integration'] }});
      rec.setText({{ fieldId: 'custentity_v_share', text: '12.5%' }});
      rec.setText({{ fieldId: 'custentity_v_price', text: '19.5' }});
      rec.setText({{ fieldId: 'custentity_v_flag', text: 'T' }});
      rec.setText({{ fieldId: 'custentity_v_day', text: input }});
      const now = saved();
      return {json_list(FIELDS)}.map((id) => [now.getText({{ fieldId: id }}), id.endsWith('day') ? now.getValue(id).getDate() : now.getValue(id)]);"""
    day = lab.day("2026-03-08")
    assert lab.run(code, day) == [
        [day, 8],
        ["12.5%", 12.5],
        ["19.50", 19.5],
        ["T", True],
        ["Clerk", "7"],
        [["Clerk", "Integration"], ["7", "8"]],
    ]


def json_list(fields: tuple[tuple[str, ...], ...]) -> str:
    return "[" + ", ".join(f"'{row[0]}'" for row in fields) + "]"


@pytest.mark.shows("N/record.Record.getText", "N/record.Record.getValue")
@pytest.mark.rule("records.text_or_value", "records.new_has_no_text")
@pytest.mark.parametrize(
    "code",
    [
        "rec.setText({ fieldId: 'custentity_v_who', text: 'Clerk' }); rec.getValue({ fieldId: 'custentity_v_who' });",
        "rec.setValue({ fieldId: 'custentity_v_who', value: 7 }); rec.getText({ fieldId: 'custentity_v_who' });",
        "rec.getText({ fieldId: 'subsidiary' });",
        "const old = saved(); old.setValue('comments', 'x'); old.getText('comments');",
        """const copy = record.copy({ type: 'customer', id: rec.save() });
           copy.setSublistValue({ sublistId: 'addressbook', fieldId: 'label', line: 0, value: 'a' });
           copy.getSublistText({ sublistId: 'addressbook', fieldId: 'isresidential', line: 0 });""",
    ],
)
def test_standard_mode_refuses_what_it_does_not_know_before_the_save(lab: Lab, code: str) -> None:
    with lab.refused("SSS_INVALID_API_USAGE", "You must use get"):
        lab.run(NEW + code)


@pytest.mark.shows("N/record.Record.getText")
@pytest.mark.rule("records.text_or_value")
def test_texts_that_are_stored_or_were_set_can_be_read(lab: Lab) -> None:
    code = f"""{NEW}
      rec.setText({{ fieldId: 'custentity_v_who', text: 'Clerk' }});
      const dynamic = record.create({{ type: 'customer', isDynamic: true }});
      dynamic.setValue('custentity_v_who', 7);
      return [rec.getText('custentity_v_who'), saved().getText('subsidiary'), dynamic.getText('custentity_v_who')];"""
    assert lab.run(code) == ["Clerk", "Parent Company", "Clerk"]


@pytest.mark.shows("N/record.Record.setText")
@pytest.mark.rule("records.text_or_value")
def test_a_text_of_options_that_are_not_known_is_kept(lab: Lab) -> None:
    """Priorities of cases are the account's own list, which nothing here describes."""
    code = """
      const rec = record.create({ type: 'supportcase' });
      rec.setValue('title', 'Leak'); rec.setValue('company', input);
      rec.setText({ fieldId: 'priority', text: 'High' });
      return record.load({ type: 'supportcase', id: rec.save() }).getText('priority');"""
    (customer,) = lab.account.seed(
        [{"type": "customer", "fields": {"companyname": "Leaky", "subsidiary": "1"}}]
    )
    assert lab.run(code, str(customer)) == "High"


@pytest.mark.shows(
    "N/record.Record.getFields", "N/record.Record.getSublists", "N/record.Record.getSublistFields"
)
@pytest.mark.rule("records.all_fields")
def test_fields_and_sublists_are_those_of_the_type(lab: Lab) -> None:
    code = f"""{NEW} const now = saved();
      return [['companyname', 'memo', 'custentity_v_day'].map((id) => now.getFields().includes(id)),
        now.getSublists().includes('addressbook'), now.getSublistFields({{ sublistId: 'addressbook' }}).includes('label')];"""
    assert lab.run(code) == [[True, False, True], True, True]


@pytest.mark.shows("N/record.Record.getFields")
@pytest.mark.rule("records.all_fields")
def test_an_inline_edit_carries_only_what_it_writes(lab: Lab) -> None:
    watch = lab.script(
        "UserEventScript",
        """define(['N/log'], (log) => ({ beforeSubmit: ({ type, newRecord }) => log.audit(type, newRecord.getFields().join()) }));""",
        record="customer",
    )
    lab.run(
        f"{NEW} record.submitFields({{ type: 'customer', id: rec.save(), values: {{ comments: 'x' }} }});"
    )
    logged = dict(lab.logged(watch))
    lab.disable(watch)
    assert logged["xedit"] == "comments"
    assert "companyname" in logged["create"].split(",")


@pytest.mark.shows("N/record.Record.getField")
def test_a_field_says_what_it_is(lab: Lab) -> None:
    code = f"""{NEW}
      const {{ id, type, label, isMandatory, isDisabled, isVisible, isDisplay, isReadOnly, isPopup, sublistId }} =
        rec.getField({{ fieldId: 'custentity_v_flag' }});
      return [[id, type, label, isMandatory, isDisabled, isVisible, isDisplay, isReadOnly, isPopup, sublistId],
        rec.getField({{ fieldId: 'subsidiary' }}).isMandatory, rec.getField({{ fieldId: 'balance' }}).isReadOnly,
        rec.getField({{ fieldId: 'nowhere' }}), JSON.parse(JSON.stringify(rec.getField('custentity_v_who')))];"""
    assert lab.run(code) == [
        [
            "custentity_v_flag",
            "checkbox",
            "Key account",
            False,
            False,
            True,
            True,
            False,
            False,
            None,
        ],
        True,
        True,
        None,
        {"id": "custentity_v_who", "label": "Keeper", "type": "select"},
    ]


@pytest.mark.shows("N/record.Field.getSelectOptions")
@pytest.mark.rule("records.select_options")
def test_the_options_of_a_select_are_found_by_their_texts(lab: Lab) -> None:
    code = f"""{NEW} const field = rec.getField({{ fieldId: 'custentity_v_who' }});
      const texts = (options) => field.getSelectOptions(options).map(({{ text }}) => text);
      return [texts().includes('Clerk'), texts({{ filter: 'LER' }}), texts({{ filter: 'cler', operator: 'startswith' }}),
        texts({{ filter: 'cler', operator: 'is' }}), field.getSelectOptions({{ filter: 'clerk', operator: 'is' }})];"""
    assert lab.run(code) == [True, ["Clerk"], ["Clerk"], [], [{"value": "7", "text": "Clerk"}]]


@pytest.mark.shows("N/record.Field.getSelectOptions")
@pytest.mark.rule("records.select_options")
def test_more_than_a_thousand_options_are_none(lab: Lab) -> None:
    lab.objects(
        [
            (
                "customlist",
                "customlist_v_long",
                '<customlist scriptid="customlist_v_long"><name>Long</name></customlist>',
            ),
            (
                "entitycustomfield",
                "custentity_v_long",
                FIELD.format(
                    id="custentity_v_long",
                    label="Long",
                    type="SELECT",
                    refers="[scriptid=customlist_v_long]",
                    must="F",
                ).strip(),
            ),
        ]
    )
    count = "rec.getField({ fieldId: 'custentity_v_long' }).getSelectOptions().length"
    names = ({"type": "customlist_v_long", "fields": {"name": f"n{n}"}} for n in range(1000))
    lab.account.seed(names)
    assert lab.run(f"{NEW} return {count};") == 1000
    lab.account.seed([{"type": "customlist_v_long", "fields": {"name": "one more"}}])
    assert lab.run(f"{NEW} return {count};") == 0


@pytest.mark.shows(
    "N/record.Field.getSelectOptions",
    "N/record.Field.insertSelectOption",
    "N/record.Field.removeSelectOption",
)
@pytest.mark.parametrize(
    ("call", "code"),
    [
        (
            "rec.getField('comments').getSelectOptions()",
            "SSS_METHOD_IS_ONLY_ALLOWED_FOR_SELECT_FIELD",
        ),
        (
            "rec.getField('subsidiary').getSelectOptions({ filter: 'a', operator: 'like' })",
            "SSS_INVALID_GETSELECTOPTION_FILTER_OPERATOR",
        ),
        (
            "rec.getField('subsidiary').insertSelectOption({ value: 1, text: 'a' })",
            "SSS_INVALID_UI_OBJECT_TYPE",
        ),
        (
            "rec.getField('subsidiary').removeSelectOption({ value: 1 })",
            "SSS_INVALID_UI_OBJECT_TYPE",
        ),
    ],
)
def test_a_field_refuses_what_is_not_for_it(lab: Lab, call: str, code: str) -> None:
    with lab.refused(code):
        lab.run(f"{NEW} {call};")


@pytest.mark.shows("N/record.Record.setValue", "N/record.Record.getValue")
@pytest.mark.rule("records.positions")
def test_options_may_be_given_by_position(lab: Lab) -> None:
    code = f"""{NEW} rec.setValue('comments', 'by position');
      rec.setSublistValue('addressbook', 'label', 0, 'Dock');
      rec.getSublistSubrecord('addressbook', 'addressbookaddress', 0).setValue('country', 'US');
      const now = saved();
      return [now.getValue('comments'), now.getLineCount('addressbook'), now.getSublistValue('addressbook', 'label', 0)];"""
    assert lab.run(code) == ["by position", 1, "Dock"]


@pytest.mark.shows("N/record.Record.toJSON", "N/record.Record.toString")
@pytest.mark.rule("records.json")
def test_a_record_as_json_is_text_throughout(lab: Lab) -> None:
    code = f"""{NEW} rec.setValue('custentity_v_flag', true); rec.setValue('custentity_v_day', new Date(2026, 2, 8));
      rec.setValue('custentity_v_price', 1019.5);
      rec.setSublistValue('addressbook', 'label', 0, 'Dock');
      rec.getSublistSubrecord('addressbook', 'addressbookaddress', 0).setValue('country', 'US');
      const now = saved(); const {{ id, type, isDynamic, fields, sublists }} = JSON.parse(JSON.stringify(now));
      return [id === String(now.id), type, isDynamic, fields.custentity_v_flag, fields.custentity_v_day, fields.custentity_v_price, fields.subsidiary,
        sublists.addressbook['line 1'].label, sublists.addressbook['line 1'].defaultshipping, String(now)];"""
    assert lab.run(code) == [
        True,
        "customer",
        False,
        "T",
        lab.day("2026-03-08"),
        "1019.50",
        "1",
        "Dock",
        "T",
        "record.Record",
    ]


@pytest.mark.shows(
    "N/record.Record.getMacros", "N/record.Record.getMacro", "N/record.Record.executeMacro"
)
@pytest.mark.rule("records.no_macros")
def test_records_have_no_macros_without_suitetax(lab: Lab) -> None:
    assert (
        lab.run("return record.create({ type: 'salesorder', isDynamic: true }).getMacros();") == {}
    )
    for call in ("getMacro", "executeMacro"):
        with lab.refused("SSS_INVALID_MACRO_ID", "calculateTax"):
            lab.run(f"record.create({{ type: 'salesorder' }}).{call}({{ id: 'calculateTax' }});")


@pytest.mark.shows("N/record.Record.setValue", "N/record.Record.getValue")
@pytest.mark.rule("records.radio")
def test_individual_or_company_is_a_pair_of_radio_buttons(lab: Lab) -> None:
    code = """
      const rec = record.create({ type: 'customer', isDynamic: true });
      const before = rec.getValue({ fieldId: 'isperson' });
      rec.setValue({ fieldId: 'isperson', value: 'T' });
      rec.setValue('firstname', 'Ann'); rec.setValue('lastname', random.generateUUID().slice(0, 20)); rec.setValue('subsidiary', 1);
      const now = record.load({ type: 'customer', id: rec.save() });
      return [before, now.getValue('isperson'), now.getText('isperson'), now.getField('isperson').type];"""
    assert lab.run(code) == ["F", "T", "T", "radio"]


@pytest.mark.shows("N/record.Record.setText", "N/record.Record.getText")
@pytest.mark.rule("records.places_by_name")
def test_countries_and_states_are_set_by_their_names(lab: Lab) -> None:
    code = f"""{NEW}
      rec.setSublistValue('addressbook', 'label', 0, 'Office');
      const at = {{ sublistId: 'addressbook', fieldId: 'addressbookaddress', line: 0 }};
      const address = rec.getSublistSubrecord(at);
      address.setText({{ fieldId: 'country', text: 'United States' }});
      address.setText({{ fieldId: 'state', text: 'California' }});
      const now = saved().getSublistSubrecord(at);
      return [now.getValue('country'), now.getText('country'), now.getValue('state')];"""
    assert lab.run(code) == ["US", "United States", "CA"]


@pytest.mark.shows("N/record.Record.getText")
@pytest.mark.rule("records.event_texts", "records.new_has_no_text")
def test_the_new_record_of_an_event_has_texts(lab: Lab) -> None:
    watcher = lab.script(
        "UserEventScript",
        """define([], () => ({ beforeSubmit: (c) => {
          if (c.newRecord.getValue('comments') !== 'watched') return;
          c.newRecord.setValue('phone', c.newRecord.getText('subsidiary'));
        } }));""",
        record="customer",
    )
    code = f"{NEW} rec.setValue('comments', 'watched'); rec.setValue('phone', ''); return saved().getValue('phone');"
    try:
        if lab.preferences.event_texts:
            assert lab.run(code) == "Parent Company"
        else:
            with lab.refused("SSS_INVALID_API_USAGE", "You must use getValue"):
                lab.run(code)
    finally:
        lab.disable(watcher)


@pytest.mark.shows("N/record.Record.setText", "N/record.Record.getText")
@pytest.mark.rule("records.activity_options")
def test_a_follow_up_task_has_its_priority_and_status_by_text(lab: Lab) -> None:
    code = """const task = record.create({ type: 'task' });
      task.setValue('title', 'Call back'); task.setText({ fieldId: 'priority', text: 'High' });
      task.setValue('status', 'NOTSTART');
      const made = record.load({ type: 'task', id: task.save() });
      return ['priority', 'status'].map((id) => [made.getValue(id), made.getText(id)]);"""
    assert lab.run(code) == [["HIGH", "High"], ["NOTSTART", "Not Started"]]


@pytest.mark.shows("N/record.Record.getValue")
@pytest.mark.rule("records.status_ref")
def test_a_status_is_read_as_one_word(lab: Lab) -> None:
    code = """const so = record.create({ type: 'salesorder' }); so.setValue('entity', 1001); so.setValue('orderstatus', 'B');
      so.setSublistValue({ sublistId: 'item', fieldId: 'item', line: 0, value: 3001 });
      so.setSublistValue({ sublistId: 'item', fieldId: 'quantity', line: 0, value: 1 });
      const made = record.load({ type: 'salesorder', id: so.save() });
      return [made.getValue({ fieldId: 'statusRef' }), made.getValue('statusref')];"""
    assert lab.run(code) == ["pendingFulfillment", "pendingFulfillment"]


@pytest.mark.shows("N/record.Record.save", "N/search.lookupFields")
@pytest.mark.rule("records.case_numbers")
def test_a_new_case_has_a_number(lab: Lab) -> None:
    code = """const one = record.create({ type: 'supportcase' });
      one.setValue('title', 'Late'); one.setValue('company', 1001); const id = one.save();
      const { casenumber, createddate } = search.lookupFields({ type: 'supportcase', id, columns: ['casenumber', 'createddate'] });
      return [/^\\d+$/.test(casenumber), casenumber === record.load({ type: 'supportcase', id }).getValue('casenumber'), createddate !== ''];"""
    assert lab.run(code) == [True, True, True]
