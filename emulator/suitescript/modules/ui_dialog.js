'use strict';

/* N/ui/dialog: for client scripts only. */

const { moduleOf } = use('inside/api');
const { refuse } = use('inside/errors');

const onPage = (name) => () => refuse(`N/ui/dialog.${name}: it is for client scripts, which run in a browser and never here`);

exports.module = moduleOf('N/ui/dialog', { alert: onPage('alert'), confirm: onPage('confirm'), create: onPage('create') });
