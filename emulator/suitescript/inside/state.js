'use strict';

/* What one execution knows about itself. */

/** Filled by main.js: the request, units used, log rows and charges not yet handed over. */
exports.state = {
  request: null,
  used: 0,
  logs: [],
  charges: [], // [member, units] of what was done without a call
  defining: 0, // depth of define() callbacks that are running
  redirect: null, // where N/redirect sends the user when the script has ended
  blanks: new Map(), // what new records begin with, by type (blanks.js)
  ended: null, // the error with which the host ended the script
};
