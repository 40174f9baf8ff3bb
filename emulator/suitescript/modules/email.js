'use strict';

/* N/email. Messages go to the account's outbox, and to a mail server where one is set. */

const { call } = use('inside/bridge');
const { moduleOf } = use('inside/api');
const { fail, need, refuse } = use('inside/errors');
const { File } = use('inside/files');

function wrong(member, name) {
  fail('WRONG_PARAMETER_TYPE', `${member}: ${name} has the wrong type.`);
}

/** One internal id or address, several in a list, or several in a text with , or ; between them. */
function listOf(value, member, name) {
  if (value === undefined || value === null || value === '') return [];
  const parts = (Array.isArray(value) ? value : [value]).flatMap((one) => {
    if (typeof one === 'number') return [one];
    if (typeof one !== 'string') return wrong(member, name);
    return one.split(/[,;]/).map((part) => part.trim()).filter(Boolean);
  });
  return parts;
}

function sender(bulk) {
  const member = bulk ? 'email.sendBulk' : 'email.send';
  return (options) => {
    const { author, recipients, cc, bcc, subject, body, replyTo, attachments, relatedRecords, isInternalOnly } =
      need(options, member, 'author', 'recipients', 'subject', 'body');
    const number = Number(author);
    if (!Number.isInteger(number)) wrong(member, 'author');
    if (typeof subject !== 'string') wrong(member, 'subject');
    const files = attachments ?? [];
    if (!Array.isArray(files) || !files.every((one) => one instanceof File)) wrong(member, 'attachments');
    const related = relatedRecords ?? {};
    if (typeof related !== 'object') wrong(member, 'relatedRecords');
    call('email.send', {
      bulk, author: number, subject, body: String(body), replyTo: replyTo ?? null, isInternalOnly: isInternalOnly === true,
      recipients: listOf(recipients, member, 'recipients'), cc: listOf(cc, member, 'cc'), bcc: listOf(bcc, member, 'bcc'),
      attachments: files.map((file) => file.portable()), relatedRecords: related,
    });
  };
}

exports.module = moduleOf(
  'N/email',
  {
    send: sender(false),
    sendBulk: sender(true),
    sendCampaignEvent: () => refuse('N/email.sendCampaignEvent (there are no campaigns)'),
  },
  ['send', 'sendBulk', 'sendCampaignEvent'],
);
