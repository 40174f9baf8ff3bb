'use strict';

/* RESTlets (help topic "RESTlet Script and Request Samples"). */

/** get and delete receive the URL's parameters, post and put the body: an object, or text as it came. */
exports.run = (point, { argument }) => point(argument);

/** The host makes the response body; it must know text from anything else. */
exports.finish = (entry, value) => {
  if (value === undefined) return { kind: 'nothing' };
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (value !== null && typeof value === 'object' && value.restletResponse) return value.restletResponse;
  return { kind: 'json', text: JSON.stringify(value) ?? 'null' };
};
