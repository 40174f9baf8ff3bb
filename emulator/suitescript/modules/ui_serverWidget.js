'use strict';

/* N/ui/serverWidget. */

const { moduleOf, enumOf } = use('inside/api');
const { need } = use('inside/errors');
const { Assistant } = use('inside/assistants');
const { Form } = use('inside/forms');
const { List } = use('inside/lists');

/** create({title, hideNavBar}) and create(title, hideNavBar). */
const titled = (member, Page) => (options, hideNavBar) =>
  new Page(need(typeof options === 'string' ? { title: options, hideNavBar } : options, `serverWidget.${member}`, 'title'));

/** The values of the enums are their keys; members take them in either case. */
exports.module = moduleOf('N/ui/serverWidget', {
  AssistantSubmitAction: enumOf(['BACK', 'CANCEL', 'FINISH', 'JUMP', 'NEXT'], (key) => key.toLowerCase()),
  FieldBreakType: enumOf(['NONE', 'STARTCOL', 'STARTROW']),
  FieldDisplayType: enumOf(['DISABLED', 'ENTRY', 'HIDDEN', 'INLINE', 'NODISPLAY', 'NORMAL', 'READONLY']),
  FieldLayoutType: enumOf(['ENDROW', 'MIDROW', 'NORMAL', 'OUTSIDE', 'OUTSIDEABOVE', 'OUTSIDEBELOW', 'STARTROW']),
  FieldType: enumOf([
    'CHECKBOX', 'CURRENCY', 'DATE', 'DATETIME', 'DATETIMETZ', 'EMAIL', 'FILE', 'FLOAT', 'HELP', 'IMAGE', 'INLINEHTML', 'INTEGER',
    'LABEL', 'LONGTEXT', 'MULTISELECT', 'PASSPORT', 'PASSWORD', 'PERCENT', 'PHONE', 'RADIO', 'RICHTEXT', 'SELECT', 'TEXT', 'TEXTAREA',
    'TIMEOFDAY', 'URL',
  ]),
  FormPageLinkType: enumOf(['BREADCRUMB', 'CROSSLINK']),
  LayoutJustification: enumOf(['CENTER', 'LEFT', 'RIGHT']),
  ListStyle: enumOf(['GRID', 'NORMAL', 'PLAIN', 'REPORT']),
  SublistDisplayType: enumOf(['HIDDEN', 'NORMAL']),
  SublistType: enumOf(['EDITOR', 'INLINEEDITOR', 'LIST', 'STATICLIST']),
  createAssistant: titled('createAssistant', Assistant),
  createForm: titled('createForm', Form),
  createList: titled('createList', List),
});
