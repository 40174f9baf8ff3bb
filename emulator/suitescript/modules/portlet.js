'use strict';

/* N/portlet: for client scripts on a portlet. */

const { moduleOf } = use('inside/api');
const { refuse } = use('inside/errors');

const onPage = (name) => () => refuse(`N/portlet.${name}: it is for client scripts, which run in a browser and never here`);

exports.module = moduleOf('N/portlet', { refresh: onPage('refresh'), resize: onPage('resize') });
