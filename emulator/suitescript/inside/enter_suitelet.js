'use strict';

/* Suitelets (help topic "onRequest(params)"). */

const { ServerRequest, ServerResponse } = use('inside/http_server');

let response = null;

exports.run = (point, { request }) => {
  response = new ServerResponse();
  return point({ request: new ServerRequest(request), response });
};

/** The whole answer: what the entry point returns means nothing. */
exports.finish = () => response.facts();
