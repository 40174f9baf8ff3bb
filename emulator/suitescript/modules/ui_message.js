'use strict';

/* N/ui/message. */

const { moduleOf } = use('inside/api');
const { Message, TYPES } = use('inside/messages');

exports.module = moduleOf('N/ui/message', {
  /** The values are the places in this list. */
  Type: Object.freeze(Object.fromEntries(TYPES.map((key, index) => [key, index]))),
  create: (options) => new Message(options),
});
