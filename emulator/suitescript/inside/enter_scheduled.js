'use strict';

/* Scheduled scripts (help topic "Scheduled Script Type"). */

const { enumOf } = use('inside/api');

const InvocationType = enumOf(['SCHEDULED', 'ON_DEMAND', 'USER_INTERFACE', 'ABORTED', 'SKIPPED']);

exports.run = (point, { invocation }) => point({ type: InvocationType[invocation], InvocationType });

exports.finish = () => null;
