'use strict';

/* Messages above a page (help topic "N/ui/message Module"). A server script makes them; only a page can show them. */

const { fail, need, refuse } = use('inside/errors');

const TYPES = ['CONFIRMATION', 'INFORMATION', 'WARNING', 'ERROR'];

class Message {
  #facts;

  constructor(options) {
    const { type, title = '', message = '', duration = 0 } = options ?? {};
    if (type === undefined || type === null) need(options, 'message.create', 'type');
    const kind = TYPES[type] ?? String(type).toUpperCase();
    if (!TYPES.includes(kind)) fail('SSS_INVALID_TYPE_ARG', `You have entered an invalid type argument: type ${String(type)}`);
    if (typeof duration !== 'number') fail('WRONG_PARAMETER_TYPE', 'message.create: duration is not a number.');
    this.#facts = { type: kind, title: String(title), message: String(message), duration };
  }

  show() {
    return refuse('N/ui/message Message.show in a server script: pages show messages (Form.addPageInitMessage)');
  }

  hide() {
    return refuse('N/ui/message Message.hide in a server script');
  }

  facts() {
    return this.#facts;
  }

  toJSON() {
    return this.#facts;
  }

  toString() {
    return 'message.Message';
  }
}

Object.assign(exports, { Message, TYPES });
