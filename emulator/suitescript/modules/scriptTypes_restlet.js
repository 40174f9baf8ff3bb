'use strict';

/* N/scriptTypes/restlet: a response with a content type of its own. */

const { moduleOf } = use('inside/api');
const { fail, need } = use('inside/errors');

/** What enter_restlet.js takes for a made response. */
class Response {
  constructor(content, contentType) {
    Object.assign(this, { content, contentType });
    Object.defineProperty(this, 'restletResponse', { value: { kind: 'response', text: content, contentType } });
    Object.freeze(this);
  }

  toString() {
    return 'restlet.Response';
  }
}

exports.module = moduleOf('N/scriptTypes/restlet', {
  createResponse(options) {
    const { content, contentType } = need(options, 'restlet.createResponse', 'content', 'contentType');
    if (typeof content !== 'string') fail('SSS_INVALID_TYPE_ARG', 'restlet.createResponse: content is not a string');
    return new Response(content, contentType);
  },
});
