'use strict';

/* Mass updates (help topic "each(params)"): once per record, each with units of its own. */

exports.run = (point, { id, record }) => point({ id, type: record });

exports.finish = () => null;
